"""What a lint finds, before it has a place in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from spinequiz.decks.lints.views import Path, Question, View
from spinequiz.model.diagnostics import Severity


class Finding(NamedTuple):
    """A fault of an item at a path: the message names it and why it is one, the help is the cure.

    `seen` is a second place, with what it shows: in the same item, or in `other`.
    """

    rule: str
    message: str
    help: str
    path: Path = ("id",)
    severity: Severity = Severity.WARNING
    seen: tuple[str, Path] | None = None
    other: View | None = None


ItemLint = Callable[[View], Iterator[Finding]]
QuestionLint = Callable[[Question], Iterator[Finding]]
"""A lint of one list of options."""
DeckLint = Callable[[list[View]], Iterator[tuple[View, Finding]]]
"""A lint of all items together; each finding is told at the item with which it comes, which can ignore it."""


def shown(text: str, longest: int = 50) -> str:
    """A text of the deck within a message: on one line, and not too long of it."""
    line = " ".join(text.split())
    return f"`{line}`" if len(line) <= longest else f"`{line[: longest - 1].rstrip()}…`"
