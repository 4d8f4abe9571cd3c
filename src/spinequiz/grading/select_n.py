"""`select-n`: 0/1 each."""

from __future__ import annotations

from spinequiz.grading.base import Grade, Grader
from spinequiz.grading.choices import choice_elements, shown_order
from spinequiz.grading.rules import ZERO_ONE, zero_one
from spinequiz.model.cards import Score, Variant
from spinequiz.model.items.select_n import SelectN
from spinequiz.model.responses import Picked


class SelectNGrader(Grader):
    """0/1 scoring of each key (NCSBN scoring FAQ, multiple response select N): a wrong pick costs nothing."""

    rule = ZERO_ONE
    response_type = Picked

    def question(self, item: SelectN, variant: Variant) -> str:
        """The prompt and how many to select."""
        return f"{item.prompt}\n\nSelect {len(item.answers)}."

    def options(self, item: SelectN, seed: int) -> tuple[str, ...]:
        """Keys and distractors, shuffled unless the item says otherwise."""
        return shown_order(item, item.answers, seed)

    def answer(self, item: SelectN, variant: Variant) -> str:
        """The keys, one a line."""
        return "\n".join(option.text for option in item.answers)

    def max_points(self, item: SelectN) -> int:
        """A point a key."""
        return len(item.answers)

    def refusal(self, item: SelectN, response: Picked) -> str:
        """Pick N+1 is refused; fewer than N are not."""
        count, allowed = len(set(response.options)), len(item.answers)
        return f"select {allowed}, not {count}" if count > allowed else ""

    def grade(self, item: SelectN, response: Picked) -> Grade:
        """+1 a key picked; a response with more than N picks gets nothing."""
        picked = set(response.options)
        note = self.refusal(item, response)
        points = 0 if note else zero_one(option.text in picked for option in item.answers)
        elements = choice_elements(item.answers, item.distractors, picked)
        return Grade(Score(points, self.max_points(item)), self.rule, elements, note)


GRADER = SelectNGrader()
