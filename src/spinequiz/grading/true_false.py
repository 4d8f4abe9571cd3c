"""`true-false`: 0/1."""

from __future__ import annotations

from spinequiz.grading.base import Element, Grade, Grader, Verdict
from spinequiz.grading.rules import ZERO_ONE
from spinequiz.model.cards import Score, Variant
from spinequiz.model.items.true_false import TrueFalse
from spinequiz.model.responses import Judged

WORDS = {True: "True", False: "False"}


class TrueFalseGrader(Grader):
    """0/1 scoring of the whole item."""

    rule = ZERO_ONE
    response_type = Judged

    def options(self, item: TrueFalse, seed: int) -> tuple[str, ...]:
        """True, then False: never shuffled."""
        return (WORDS[True], WORDS[False])

    def answer(self, item: TrueFalse, variant: Variant) -> str:
        """True or False."""
        return WORDS[item.answer]

    def grade(self, item: TrueFalse, response: Judged) -> Grade:
        """One point for the right verdict."""
        right = response.verdict == item.answer
        verdict = Verdict.RIGHT if right else Verdict.WRONG
        element = Element("statement", verdict, WORDS[response.verdict], WORDS[item.answer])
        return Grade(Score(int(right), 1), self.rule, (element,))


GRADER = TrueFalseGrader()
