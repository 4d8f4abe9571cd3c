"""The summary: what the session came to, and what comes back when."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from spinequiz.grading import grader_of
from spinequiz.model.cards import CardKey
from spinequiz.scheduling.study_day import from_ms
from spinequiz.session import study as machine
from spinequiz.session.driver import StudyDriver
from spinequiz.session.wording import plural
from spinequiz.store.errors import StoreError
from spinequiz.tui.bindings import bindings_for
from spinequiz.tui.blocks import Block, text
from spinequiz.tui.screens.base import FrameScreen

MOST = 10
"""Cards that a list names."""


class SummaryScreen(FrameScreen):
    """Shown at a session's end; it can be taken back into the session by undoing."""

    key_group = "summary"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("summary")]

    def __init__(self, driver: StudyDriver) -> None:
        super().__init__()
        self.driver = driver

    def repaint(self) -> None:
        """Show the tally."""
        study = self.driver.study
        tally = study.tally
        self.top.show([Block(text("Session summary", "bold"))])
        blocks: list[Block] = []
        if tally.answers:
            known = tally.answers - tally.again
            blocks.append(Block(text("Well done. Every answer is saved.", "bold $text-success")))
            rows = [
                ("Answers", f"{tally.answers}, of them {tally.new} to new cards"),
                ("Known", f"{known} of {tally.answers}"),
                (
                    "Points",
                    f"{tally.points} of {tally.max_points} on scored items" if tally.max_points else "none scored",
                ),
                ("Time", _minutes(tally.duration_ms)),
            ]
            if study.remaining and not study.finished:
                rows.append(("Left", f"{plural(study.remaining, 'card')} of this session"))
            blocks += [
                Block(text(value), prefix=text(f"{name:9}", "$secondary"), gap=index == 0)
                for index, (name, value) in enumerate(rows)
            ]
        else:
            planned = study.plan.queue or study.plan.steps
            words = "Nothing was answered in this session." if planned else "Nothing is due in these decks now."
            blocks.append(Block(text(words, "bold")))
        if study.steps:
            soonest = from_ms(study.steps[0][0]).astimezone(self.spine.workspace.clock.zone()).strftime("%H:%M")
            words = f"{plural(len(study.steps), 'card')} on learning steps, the first at {soonest}."
            blocks.append(Block(text(words), prefix=text("Later    ", "$secondary"), gap=True))
        blocks += self._questions("Leeches", "$text-warning", tally.leeches)
        blocks += self._questions("Missed", "$text-error", tally.missed)
        self.body.show(blocks)
        self.key_bar.show_keys(self.keys_shown())

    def _questions(self, name: str, style: str, keys: tuple[CardKey, ...]) -> list[Block]:
        """Cards under a heading, each by the first line of its question."""
        blocks = []
        for index, key in enumerate(keys[:MOST]):
            card = self.driver.deal(key)
            words = grader_of(card.item).question(card.item, key.variant) if card is not None else str(key)
            first = next((line for line in words.splitlines() if line.strip()), str(key))
            line = text(first).truncate(max(10, min(110, self.size.width) - 16), ellipsis=True)
            prefix = text(f"{name if index == 0 else '':9}", style)
            blocks.append(Block(line, prefix=prefix, gap=index == 0))
        if len(keys) > MOST:
            blocks.append(Block(text(f"and {len(keys) - MOST} more"), prefix=text(" " * 9)))
        return blocks

    def keys_shown(self) -> list[tuple[str, str, bool]]:
        """The footer."""
        return [
            ("summary.more summary.back", "To the library" if self.spine.first_session is None else "Leave", True),
            ("summary.undo", "", bool(self.driver.study.undoable)),
            ("app.help", "", True),
            ("app.palette", "", True),
        ]

    def action_more(self) -> None:
        """Leave the session."""
        self.spine.leave_session()

    def action_back(self) -> None:
        """Leave the session."""
        self.spine.leave_session()

    def action_undo(self) -> None:
        """Take the last answer back, and go on with that card."""
        if not self.driver.study.undoable:
            self.say("nothing to undo in this session")
            return
        try:
            self.driver.send(machine.Undo())
        except StoreError as error:
            self.say(str(error), bad=True)
            return
        self.app.pop_screen()


def _minutes(duration_ms: int) -> str:
    seconds = round(duration_ms / 1000)
    return f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{seconds} s"
