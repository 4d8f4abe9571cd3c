"""`drag-drop`: 0/1 a blank, or rationale scoring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from spinequiz.grading.base import shuffled
from spinequiz.grading.choices import texts
from spinequiz.grading.filling import FillingGrader
from spinequiz.model.items.base import Option
from spinequiz.model.items.drag_drop import DragDrop
from spinequiz.model.responses import Filled


class DragDropGrader(FillingGrader):
    """0/1 scoring of each blank, or rationale scoring (NCSBN scoring FAQ, drag-and-drop cloze and rationale)."""

    def keys(self, item: DragDrop) -> Mapping[str, Option]:
        """The right word of each blank."""
        return item.blanks

    def wrong(self, item: DragDrop, name: str) -> tuple[Option, ...]:
        """The bank's distractors; the words of other blanks have reasons for their own place only."""
        return item.distractors

    def options(self, item: DragDrop, seed: int) -> tuple[str, ...]:
        """The bank, shuffled."""
        return shuffled(texts(*item.blanks.values(), *item.distractors), seed)

    def choices(self, item: DragDrop, seed: int) -> dict[str, tuple[str, ...]]:
        """The same bank for each blank."""
        return dict.fromkeys(item.blanks, self.options(item, seed))

    def refusal(self, item: DragDrop, response: Filled) -> str:
        """A word that is put into a blank has left the bank."""
        counts = Counter(response.blanks.values())
        twice = next((word for word, count in counts.items() if count > 1), "")
        return f"use each word once; used {counts[twice]} times: {twice}" if twice else ""


GRADER = DragDropGrader()
