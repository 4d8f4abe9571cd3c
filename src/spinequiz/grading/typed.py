"""`typed`: 0/1 after folding case, width, spaces and punctuation."""

from __future__ import annotations

from spinequiz.grading.base import Element, Grade, Grader, Verdict
from spinequiz.grading.rules import ZERO_ONE
from spinequiz.grading.text import fold, is_typo
from spinequiz.model.cards import Score, Variant
from spinequiz.model.items.typed import Typed
from spinequiz.model.responses import Typed as TypedResponse


class TypedGrader(Grader):
    """0/1 scoring of the whole item: one point for the answer or an accepted spelling."""

    rule = ZERO_ONE
    response_type = TypedResponse

    def answer(self, item: Typed, variant: Variant) -> str:
        """The answer as the author wrote it."""
        return item.answer

    def open_key(self, item: Typed) -> tuple[str, ...]:
        """All spellings that count, folded."""
        return tuple(sorted({fold(text) for text in (item.answer, *item.accept)}))

    def grade(self, item: Typed, response: TypedResponse) -> Grade:
        """One point for a folded match, or for a typo that the student counts as right."""
        given = fold(response.text)
        right = bool(given) and any(given == fold(text) for text in (item.answer, *item.accept))
        counted = right or (response.overruled and self.near_miss(item, response.text))
        verdict = Verdict.RIGHT if counted else Verdict.WRONG
        note = "a typo, counted right by you" if counted and not right else ""
        element = Element("answer", verdict, response.text, item.answer)
        return Grade(Score(int(counted), 1), self.rule, (element,), note)

    def near_miss(self, item: Typed, text: str) -> bool:
        """Whether a wrong text is so close to a right one that the student may count it as right."""
        return any(is_typo(text, right) for right in (item.answer, *item.accept))


GRADER = TypedGrader()
