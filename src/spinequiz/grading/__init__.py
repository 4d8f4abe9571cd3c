"""How answers are scored: pure functions, one module a type."""

from __future__ import annotations

from functools import cache

from spinequiz.grading.base import Element, Grade, Grader, Verdict
from spinequiz.model.items import Item, type_module


@cache
def grader_for(type_name: str) -> Grader:
    """The grader of a type, such as `select-all`. Raises ImportError for a type that does not exist."""
    found: Grader = type_module(__name__, type_name).GRADER
    return found


def grader_of(item: Item) -> Grader:
    """The grader of an item's type."""
    return grader_for(item.type_name)


__all__ = ["Element", "Grade", "Grader", "Verdict", "grader_for", "grader_of"]
