"""`drop-down`: 0/1 a blank, or rationale scoring."""

from __future__ import annotations

from collections.abc import Mapping

from spinequiz.grading.base import shuffled
from spinequiz.grading.choices import texts
from spinequiz.grading.filling import FillingGrader
from spinequiz.model.items.base import Option
from spinequiz.model.items.drop_down import DropDown


class DropDownGrader(FillingGrader):
    """0/1 scoring of each blank, or rationale scoring (NCSBN scoring FAQ, drop-down cloze and rationale)."""

    def keys(self, item: DropDown) -> Mapping[str, Option]:
        """The right choice of each blank."""
        return {name: blank.answer for name, blank in item.blanks.items()}

    def wrong(self, item: DropDown, name: str) -> tuple[Option, ...]:
        """The blank's own distractors."""
        return item.blanks[name].distractors

    def choices(self, item: DropDown, seed: int) -> dict[str, tuple[str, ...]]:
        """Each blank's choices, shuffled."""
        return {
            name: shuffled(texts(blank.answer, *blank.distractors), seed + number)
            for number, (name, blank) in enumerate(item.blanks.items())
        }


GRADER = DropDownGrader()
