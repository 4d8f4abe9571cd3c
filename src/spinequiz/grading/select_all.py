"""`select-all`: +/- over the item."""

from __future__ import annotations

from spinequiz.grading.base import Grade, Grader
from spinequiz.grading.choices import choice_elements, shown_order
from spinequiz.grading.rules import PLUS_MINUS, SELECT_ALL_FLOOR, Pick, plus_minus
from spinequiz.model.cards import Score, Variant
from spinequiz.model.items.select_all import SelectAll
from spinequiz.model.responses import Picked


class SelectAllGrader(Grader):
    """+/- scoring (NGN select all that apply): what is left out costs nothing."""

    rule = PLUS_MINUS
    response_type = Picked

    def options(self, item: SelectAll, seed: int) -> tuple[str, ...]:
        """Keys and distractors, shuffled unless the item says otherwise."""
        return shown_order(item, item.answers, seed)

    def answer(self, item: SelectAll, variant: Variant) -> str:
        """The keys, one a line."""
        return "\n".join(option.text for option in item.answers)

    def max_points(self, item: SelectAll) -> int:
        """A point a key."""
        return len(item.answers)

    def grade(self, item: SelectAll, response: Picked) -> Grade:
        """+1 a key picked, -1 a distractor picked, never under 0."""
        keys = {Pick("", option.text) for option in item.answers}
        picked = {Pick("", text) for text in response.options}
        score = Score(plus_minus(keys, picked, SELECT_ALL_FLOOR), self.max_points(item))
        return Grade(score, self.rule, choice_elements(item.answers, item.distractors, response.options))


GRADER = SelectAllGrader()
