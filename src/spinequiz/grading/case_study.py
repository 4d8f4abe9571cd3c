"""`case-study`: the sum of its items."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from msgspec.structs import replace

from spinequiz.grading import grader_of
from spinequiz.grading.base import Element, Grade, Grader, Verdict
from spinequiz.model.cards import MAIN, Score, Variant
from spinequiz.model.items import Item
from spinequiz.model.items.case_study import CaseStudy
from spinequiz.model.responses import Case, Response


class CaseStudyGrader(Grader):
    """Every item by its own rule, the points added (NCSBN: a case study's items are scored one by one).

    80 percent of the points pass: the threshold is this program's own.
    """

    rule = "sum"
    pass_mark = Fraction(4, 5)
    response_type = Case

    def concrete(self, item: CaseStudy, seed: int) -> CaseStudy:
        """The case with a variant of each item."""
        items = tuple(grader_of(nested).concrete(nested, seed + n) for n, nested in enumerate(item.items))
        return item if items == item.items else replace(item, items=items)

    def completed(self, item: CaseStudy, response: Response) -> Response:
        """Each item's response with its variant."""
        if not isinstance(response, Case):
            return response
        given = (
            None if answer is None else grader_of(nested).completed(nested, answer)
            for nested, answer in _answered(item, response)
        )
        return Case(tuple(given))  # type: ignore[arg-type]

    def question(self, item: CaseStudy, variant: Variant) -> str:
        """The scenario, under the prompt if there is one."""
        return f"{item.prompt}\n\n{item.scenario}" if item.prompt else item.scenario

    def answer(self, item: CaseStudy, variant: Variant) -> str:
        """Each item's answer under its step."""
        return "\n\n".join(f"{_label(nested)}:\n{grader_of(nested).answer(nested, MAIN)}" for nested in item.items)

    def max_points(self, item: CaseStudy) -> int:
        """The sum of the items' points."""
        return sum(grader_of(nested).max_points(nested) for nested in item.items)

    def refusal(self, item: CaseStudy, response: Case) -> str:
        """What the first item that refuses its response says; an item without a response is not refused."""
        for nested, given in _answered(item, response):
            refused = given is not None and grader_of(nested).refusal(nested, given)
            if refused:
                return f"{_label(nested)}: {refused}"
        return ""

    def grades(self, item: CaseStudy, response: Case) -> tuple[Grade | None, ...]:
        """The grade of each item in its order; None for an item without an answer that fits its type."""
        return tuple(
            None if given is None else grader_of(nested).grade(nested, given)
            for nested, given in _answered(item, response)
        )

    def grade(self, item: CaseStudy, response: Case) -> Grade:
        """The sum of the items' points; the elements are the items by their steps."""
        grades = self.grades(item, response)
        points = sum(grade.score.points for grade in grades if grade is not None)
        elements = tuple(_element(nested, grade) for nested, grade in zip(item.items, grades, strict=True))
        return Grade(Score(points, self.max_points(item)), self.rule, elements)

    def explain(self, grade: Grade) -> str:
        """The points of each item, such as `24 of 30: recognize cues 4 of 4, ...`."""
        parts = (f"{element.label} {element.picked or 'not answered'}" for element in grade.elements)
        return f"{grade.score.points} of {grade.score.max_points}: {', '.join(parts)}"


def _label(nested: Item) -> str:
    return (nested.step or nested.id).replace("-", " ")


def _answered(item: CaseStudy, response: Case) -> Iterator[tuple[Item, Response | None]]:
    """Each item with its response, None where there is none or one of another kind."""
    for index, nested in enumerate(item.items):
        given = response.responses[index] if index < len(response.responses) else None
        yield nested, given if isinstance(given, grader_of(nested).response_type) else None


def _element(nested: Item, grade: Grade | None) -> Element:
    most = grader_of(nested).max_points(nested)
    right = f"{most} of {most}"
    if grade is None:
        return Element(_label(nested), Verdict.MISSED, "", right, nested.rationale)
    verdict = Verdict.RIGHT if grade.score.full else Verdict.WRONG
    return Element(_label(nested), verdict, f"{grade.score.points} of {most}", right, nested.rationale)


GRADER = CaseStudyGrader()
