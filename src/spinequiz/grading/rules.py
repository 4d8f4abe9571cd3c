"""The three scoring rules of the NGN: 0/1, +/- and rationale.

Source: NCSBN, "What are the current scoring models?" (NCLEX FAQ), and W. Muntean (NCSBN), "Next Generation NCLEX:
Item Types and Scoring".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from enum import Enum, auto
from typing import NamedTuple

ZERO_ONE = "0/1"
PLUS_MINUS = "+/-"
RATIONALE = "rationale"


class Pick(NamedTuple):
    """An option in its group: a matrix row's column, a group's option; `group` is empty where there is one list."""

    group: str
    option: str


class Floor(Enum):
    """Over what the points of +/- scoring are added before they are held at 0 or above."""

    ITEM = auto()
    GROUP = auto()
    COLUMN = auto()

    def scope(self, pick: Pick) -> str:
        """The name of the sum that a pick counts in."""
        if self is Floor.ITEM:
            return ""
        return pick.group if self is Floor.GROUP else pick.option


SELECT_ALL_FLOOR = Floor.ITEM
HIGHLIGHT_FLOOR = Floor.ITEM
GROUPING_FLOOR = Floor.GROUP
MATRIX_RESPONSE_FLOOR = Floor.COLUMN
"""Each column by itself, then added: so test vendors' manuals (ExamSoft, "How Plus/Minus +/- Scoring Is Calculated
for Matrix Questions"); pages that say "per row" or "whole item" contradict them."""


def zero_one(right: Iterable[bool]) -> int:
    """0/1 scoring: a point for each right element, nothing taken away."""
    return sum(right)


def plus_minus(keys: AbstractSet[Pick], picked: AbstractSet[Pick], floor: Floor) -> int:
    """+/- scoring: +1 a right pick, -1 a wrong pick, each scope of the floor held at 0, then added.

    The maximum is the number of keys.
    """
    sums: dict[str, int] = {}
    for pick in picked:
        scope = floor.scope(pick)
        sums[scope] = sums.get(scope, 0) + (1 if pick in keys else -1)
    return sum(max(0, points) for points in sums.values())


def dyad(right: Iterable[bool]) -> int:
    """Rationale scoring of a linked pair: 1 point if both are right, else 0."""
    return int(all(right))


def triad(anchor: bool, others: Collection[bool]) -> int:
    """Rationale scoring of a cause with two effects: a point for each other blank, if the anchor is right."""
    return sum(others) if anchor else 0
