"""`ordering`: 0/1 for the whole order."""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest

from spinequiz.grading.base import Element, Grade, Grader, Verdict, shuffled
from spinequiz.grading.choices import texts
from spinequiz.grading.rules import ZERO_ONE
from spinequiz.model.cards import Score, Variant
from spinequiz.model.items.ordering import Ordering
from spinequiz.model.responses import Ordered


class OrderingGrader(Grader):
    """0/1 scoring of the whole item (NCSBN, ordered response): one step out of place is no point."""

    rule = ZERO_ONE
    scope = "of the whole order"
    response_type = Ordered

    def options(self, item: Ordering, seed: int) -> tuple[str, ...]:
        """The steps, shuffled, and never in their right order."""
        right = texts(*item.steps)
        shown = shuffled(right, seed)
        return shown if shown != right else (*right[1:], *right[:1])

    def answer(self, item: Ordering, variant: Variant) -> str:
        """The steps, numbered."""
        return "\n".join(f"{number}. {step.text}" for number, step in enumerate(item.steps, 1))

    def refusal(self, item: Ordering, response: Ordered) -> str:
        """Every step has to be placed, each once."""
        given, wanted = Counter(response.steps), Counter(texts(*item.steps))
        if missing := wanted - given:
            return f"place every step; not placed: {'; '.join(missing)}"
        if surplus := given - wanted:
            return f"place each step once; too many: {'; '.join(surplus)}"
        return ""

    def grade(self, item: Ordering, response: Ordered) -> Grade:
        """One point for the right order; the elements are the places, each with the step that was put there."""
        right = response.steps == texts(*item.steps)
        places = zip_longest(item.steps, response.steps)
        elements = []
        for number, (step, picked) in enumerate(places, 1):
            text, why = (step.text, step.why) if step is not None else ("", "")
            if picked is None:
                verdict = Verdict.MISSED
            else:
                verdict = Verdict.RIGHT if picked == text else Verdict.WRONG
            elements.append(Element(str(number), verdict, picked or "", text, why))
        return Grade(Score(int(right), 1), self.rule, tuple(elements), self.refusal(item, response))


GRADER = OrderingGrader()
