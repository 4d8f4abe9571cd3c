"""`single-choice`: 0/1."""

from __future__ import annotations

from spinequiz.grading.base import Grade, Grader
from spinequiz.grading.choices import choice_elements, shown_order
from spinequiz.grading.rules import ZERO_ONE
from spinequiz.model.cards import Score, Variant
from spinequiz.model.items.single_choice import SingleChoice
from spinequiz.model.responses import Picked


class SingleChoiceGrader(Grader):
    """0/1 scoring, maximum 1 (NGN multiple choice)."""

    rule = ZERO_ONE
    response_type = Picked

    def options(self, item: SingleChoice, seed: int) -> tuple[str, ...]:
        """Key and distractors, shuffled unless the item says otherwise."""
        return shown_order(item, (item.answer,), seed)

    def answer(self, item: SingleChoice, variant: Variant) -> str:
        """The key's text."""
        return item.answer.text

    def refusal(self, item: SingleChoice, response: Picked) -> str:
        """A second pick is refused."""
        count = len(set(response.options))
        return f"pick one option, not {count}" if count > 1 else ""

    def grade(self, item: SingleChoice, response: Picked) -> Grade:
        """One point for the key picked alone."""
        right = set(response.options) == {item.answer.text}
        elements = choice_elements((item.answer,), item.distractors, response.options)
        return Grade(Score(int(right), 1), self.rule, elements)


GRADER = SingleChoiceGrader()
