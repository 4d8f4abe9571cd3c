"""Plain mode: a whole front end, line by line, for screen readers, SSH and scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from spinequiz.plain.console import Console, EndOfSession
from spinequiz.plain.session import PlainSession
from spinequiz.plain.summary import nothing_line, summary_lines
from spinequiz.session import study as machine
from spinequiz.session.arrivals import Arrivals
from spinequiz.session.driver import StudyDriver
from spinequiz.session.workspace import ShelfDeck, Workspace
from spinequiz.store.presence import Presence

DONE, WRONG = 0, 1
NOTHING = Arrivals()
SECOND_COPY = "Another spinequiz is open on the same progress. Both can go on; a card keeps the answer that came first."


def run(
    workspace: Workspace,
    decks: Sequence[ShelfDeck],
    *,
    tag: str,
    limit: int | None,
    source: TextIO | None,
    out: TextIO,
    err: TextIO,
    arrivals: Arrivals = NOTHING,
) -> int:
    """Study decks line by line until no card is left, the student quits or the input ends; without a source it has
    ended already. `arrivals` is told before the first card.

    Returns the exit status: 1 only where an answer could not be saved. Raises StoreError if the progress file
    cannot be used at all.
    """
    console = Console(source, out, err)
    try:
        driver = StudyDriver(workspace, decks, tag=tag, limit=limit)
        presence = Presence(workspace.locations.progress)
        try:
            if not presence.alone:
                console.complain(SECOND_COPY)
            for trouble in arrivals.troubles:
                console.complain(trouble)
            console.say(*(f"{news[0].upper()}{news[1:]}." for news in arrivals.news), *driver.news)
            return _run_session(PlainSession(driver, console), tag)
        finally:
            presence.close()
    except BrokenPipeError:
        # whoever read the output has gone; the answers are on disk
        return DONE
    finally:
        workspace.close()


def _run_session(session: PlainSession, tag: str) -> int:
    driver, console = session.driver, session.console
    try:
        session.send(machine.Begin())
        if driver.study.current is None:
            console.say(nothing_line(driver.workspace, list(driver.decks.values()), tag))
        else:
            titles = ", ".join(shelf_deck.deck.title for shelf_deck in driver.decks.values())
            console.say(f"Studying {titles}.", "Type ? to hear what can be typed, q to end; every answer is kept.")
            going = True
            while going:
                session.study()
                console.say("", *summary_lines(driver, unsaved=False))
                going = session.taken_back()
    except (EndOfSession, KeyboardInterrupt):
        console.say("", *summary_lines(driver, unsaved=session.unsaved))
    console.out.flush()
    return WRONG if session.unsaved else DONE


__all__ = ["run"]
