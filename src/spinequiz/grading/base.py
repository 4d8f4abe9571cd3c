"""What a type's grader offers, and what a grade says."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from typing import Any, ClassVar, NamedTuple, TypeVar

from spinequiz.model.cards import MAIN, Score, Variant
from spinequiz.model.responses import Response

T = TypeVar("T")


class Verdict(StrEnum):
    """What became of one element: an option, a row, a blank."""

    RIGHT = "right"
    WRONG = "wrong"
    MISSED = "missed"
    LEFT = "left out"


class Element(NamedTuple):
    """One element after the answer. `picked` and `right` are texts, empty where nothing was or is due.

    `group` is what the element is a part of, where a type has groups: a matrix row, a group of options, a wing
    of a bow-tie.
    """

    label: str
    verdict: Verdict
    picked: str = ""
    right: str = ""
    why: str = ""
    group: str = ""


class Grade(NamedTuple):
    """The score of a response, by which rule, and element by element. `note` says what else matters."""

    score: Score
    rule: str
    elements: tuple[Element, ...] = ()
    note: str = ""


class Grader:
    """The rules of one item type. `rule` names the scoring rule; a self-rated type has none.

    `scope` says what the rule is applied to, where that is not plain. `pass_mark` is the share of the points
    that counts as known. Grading is total: what a response names and the item does not have is a wrong pick.
    """

    rule: ClassVar[str] = ""
    scope: ClassVar[str] = ""
    self_rated: ClassVar[bool] = False
    pass_mark: ClassVar[Fraction] = Fraction(1)
    response_type: ClassVar[type[Response]]

    def variants(self, item: Any) -> tuple[Variant, ...]:
        """The cards that an item makes, in the order in which they are introduced."""
        return (MAIN,)

    def concrete(self, item: Any, seed: int) -> Any:
        """The item as it is asked this time: for a type with variants, the one that the seed picks."""
        return item

    def completed(self, item: Any, response: Response) -> Response:
        """The response with what else is needed to score it later, such as the variant that was asked."""
        return response

    def question(self, item: Any, variant: Variant) -> str:
        """The text that asks."""
        return str(item.prompt)

    def answer(self, item: Any, variant: Variant) -> str:
        """The right answer in words."""
        raise NotImplementedError

    def open_key(self, item: Any) -> tuple[str, ...]:
        """For a type whose answer is typed: everything that decides what is right."""
        return (self.answer(item, MAIN),)

    def options(self, item: Any, seed: int) -> tuple[str, ...]:
        """The choices in the order in which they are shown; empty for a type without choices."""
        return ()

    def choices(self, item: Any, seed: int) -> dict[str, tuple[str, ...]]:
        """For a type that asks several things: each of them, as responses name it, with its choices as shown."""
        return {}

    def max_points(self, item: Any) -> int:
        """The points of a response that is right in everything."""
        return 1

    def refusal(self, item: Any, response: Any) -> str:
        """Why the NCLEX would not take this response, in words; empty if it would."""
        return ""

    def grade(self, item: Any, response: Any) -> Grade:
        """Score a response of `response_type`. Self-rated types have no score and are never asked."""
        raise NotImplementedError

    def explain(self, grade: Grade) -> str:
        """The points in one line, such as `3 of 4: 4 right, 1 wrong, +/- scoring`."""
        counts = Counter(element.verdict for element in grade.elements)
        found = [
            f"{counts[verdict]} {verdict}"
            for verdict in (Verdict.RIGHT, Verdict.WRONG, Verdict.MISSED)
            if counts[verdict]
        ]  # fmt: skip
        rule = f"{grade.rule} scoring {self.scope}".rstrip()
        return f"{grade.score.points} of {grade.score.max_points}: {', '.join([*found, rule])}"


def shuffled(options: Sequence[T], seed: int) -> tuple[T, ...]:
    """A permutation that depends on the seed alone."""
    order = list(options)
    random.Random(seed).shuffle(order)
    return tuple(order)
