"""`basic`: the student rates; a reversed item asks both ways."""

from __future__ import annotations

from spinequiz.grading.base import Grader
from spinequiz.model.cards import MAIN, REVERSE, Variant
from spinequiz.model.items.basic import Basic
from spinequiz.model.responses import Recalled


class BasicGrader(Grader):
    """Self-rated: no points."""

    self_rated = True
    response_type = Recalled

    def variants(self, item: Basic) -> tuple[Variant, ...]:
        """One card, or two for a reversed item."""
        return (MAIN, REVERSE) if item.reverse else (MAIN,)

    def question(self, item: Basic, variant: Variant) -> str:
        """The prompt, or the answer on the reversed card."""
        return item.answer if variant == REVERSE else item.prompt

    def answer(self, item: Basic, variant: Variant) -> str:
        """The answer, or the prompt on the reversed card."""
        return item.prompt if variant == REVERSE else item.answer


GRADER = BasicGrader()
