"""`bow-tie`: 0/1 each, five points."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from spinequiz.grading.base import Grade, Grader, shuffled
from spinequiz.grading.choices import choice_elements, texts
from spinequiz.grading.rules import ZERO_ONE, zero_one
from spinequiz.model.cards import Score, Variant
from spinequiz.model.items.base import Option
from spinequiz.model.items.bow_tie import BowTie
from spinequiz.model.responses import BowTie as BowTieResponse


class Wing(NamedTuple):
    """One of the three parts."""

    name: str
    keys: tuple[Option, ...]
    distractors: tuple[Option, ...]
    picked: frozenset[str]

    @property
    def points(self) -> int:
        """+1 a key picked; a part with more picks than it has room for gets nothing."""
        return zero_one(key.text in self.picked for key in self.keys) if self.fits else 0

    @property
    def fits(self) -> bool:
        """Whether the picks find room."""
        return len(self.picked) <= len(self.keys)


def wings(item: BowTie, response: BowTieResponse) -> Iterator[Wing]:
    """Condition, actions and parameters with what was picked for them."""
    condition = frozenset({response.condition} - {""})
    yield Wing("condition", (item.condition.answer,), item.condition.distractors, condition)
    yield Wing("actions", item.actions.answers, item.actions.distractors, frozenset(response.actions))
    yield Wing("parameters", item.parameters.answers, item.parameters.distractors, frozenset(response.parameters))


class BowTieGrader(Grader):
    """0/1 scoring of each of the five places (NCSBN scoring FAQ, bow-tie); the order in a pair does not matter."""

    rule = ZERO_ONE
    response_type = BowTieResponse

    def choices(self, item: BowTie, seed: int) -> dict[str, tuple[str, ...]]:
        """The options of `condition`, `actions` and `parameters`, shuffled."""
        return {
            wing.name: shuffled(texts(*wing.keys, *wing.distractors), seed + number)
            for number, wing in enumerate(wings(item, BowTieResponse()))
        }

    def answer(self, item: BowTie, variant: Variant) -> str:
        """Each part with its keys."""
        return "\n".join(f"{wing.name}: {'; '.join(texts(*wing.keys))}" for wing in wings(item, BowTieResponse()))

    def max_points(self, item: BowTie) -> int:
        """A point a key: 1 condition, 2 actions, 2 parameters."""
        return 1 + len(item.actions.answers) + len(item.parameters.answers)

    def refusal(self, item: BowTie, response: BowTieResponse) -> str:
        """There is no room for a third action or parameter."""
        for wing in wings(item, response):
            if not wing.fits:
                return f"{wing.name}: pick {len(wing.keys)}, not {len(wing.picked)}"
        return ""

    def grade(self, item: BowTie, response: BowTieResponse) -> Grade:
        """+1 each for the condition, the actions and the parameters."""
        parts = tuple(wings(item, response))
        elements = tuple(
            element
            for wing in parts
            for element in choice_elements(wing.keys, wing.distractors, wing.picked, wing.name)
        )  # fmt: skip
        score = Score(sum(wing.points for wing in parts), self.max_points(item))
        return Grade(score, self.rule, elements, self.refusal(item, response))


GRADER = BowTieGrader()
