"""From a rating key to the next card, with the answer on disk."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing

from benchmarks.decks import RATED, type_of, write_deck
from benchmarks.figures import Figure, alternate
from benchmarks.programs import BARE, Home, environment, spinequiz, temporary_home
from benchmarks.terminal import Terminal

SELF_RATED = ("basic", "cloze")
PAUSE_SECONDS = 0.1
"""Between a painted answer and its rating: what the program still does by itself is over by then."""


def rating_to_card(samples: int) -> list[Figure]:
    """A rating to the next card, against a key of the bare program to its next text; two programs at once."""
    with temporary_home() as home:
        write_deck(home.decks / "keys.yaml", 4 * samples, RATED)
        times = rate_in_turns(home, ("study", "keys"), RATED, samples)
    return [Figure("rating to next card, answer on disk", "one Static, key to its text", *times, 2)]


def rate_in_turns(
    home: Home, words: tuple[str, ...], types: tuple[str, ...], samples: int, pause: float = PAUSE_SECONDS
) -> tuple[list[float], list[float]]:
    """Seconds from a rating to the next card, and of the bare program from a key to its text; both run at once.

    Between a text and the next key is a pause (s).
    """
    with Terminal(spinequiz(*words), home.environment) as ours, Terminal(BARE, environment()) as theirs:
        session = _Session(ours, home, types, pause)
        bare = _Bare(theirs, pause)
        for _ in range(5):
            session.rate()
            bare.press()
        return alternate(session.rate, bare.press, samples)


class _Session:
    """A study session that answers card after card, and holds each against the log."""

    def __init__(self, terminal: Terminal, home: Home, types: tuple[str, ...], pause: float) -> None:
        self.terminal = terminal
        self.pause = pause
        self.home = home
        self.types = types
        _, self.marker = terminal.painted(rb"QZ\d+ ")
        self.newest = self._answers("")[-1:]

    def rate(self) -> float:
        """Answer the card that shows. Returns the seconds from its rating to the next card."""
        number = int(self.marker[2:])
        terminal = self.terminal
        time.sleep(self.pause)
        rating = b"3"
        if type_of(number, self.types) not in SELF_RATED:
            # the first option, or a text that is wrong; what is proposed then is accepted
            terminal.press(b"1")
            time.sleep(self.pause)
            rating = b"\r"
        terminal.press(b"\r")
        terminal.painted(b"AZ%04d " % number)
        time.sleep(self.pause)
        pressed = terminal.press(rating)
        painted, self.marker = terminal.painted(rb"QZ(?!%04d )\d+ " % number)
        self._check_log(f"item-{number:04}")
        return painted - pressed

    def _check_log(self, item_id: str) -> None:
        added = self._answers(self.newest[0][0] if self.newest else "")
        if [name for _, name in added] != [item_id]:
            raise AssertionError(f"the next card shows, and the answer to {item_id} is not in the log")
        self.newest = added

    def _answers(self, after: str) -> list[tuple[str, str]]:
        """Ids and items of the answers behind a row of the log; the last one for no row."""
        order = "ORDER BY id" if after else "ORDER BY id DESC LIMIT 1"
        with closing(sqlite3.connect(self.home.progress.as_uri() + "?mode=ro", uri=True)) as log:
            return log.execute(
                f"SELECT id, item_id FROM log WHERE kind = 'answer' AND id > ? {order}", (after,)
            ).fetchall()


class _Bare:
    """The bare program, key after key."""

    def __init__(self, terminal: Terminal, pause: float) -> None:
        self.terminal = terminal
        self.pause = pause
        terminal.painted(rb"QZ0000")
        self.number = 0

    def press(self) -> float:
        """Seconds from a key to the text that it leads to."""
        time.sleep(self.pause)
        self.number += 1
        pressed = self.terminal.press(b"x")
        painted, _ = self.terminal.painted(b"QZ%04d" % self.number)
        return painted - pressed
