"""Decks to break: a sound one of three items, and what to say of what the compiler finds in it."""

from __future__ import annotations

from spinequiz.decks.load import parse_deck
from spinequiz.model.diagnostics import Diagnostic, Severity

HEAD = """\
spinequiz: 1
id: spine
title: Spine
sources:
  overview:
    title: Overview
items:
"""
LINES_A_ITEM = 5
FIRST_ITEM = HEAD.count("\n") + 1
ALL = ["item-1", "item-2", "item-3"]


def basic(number: int) -> str:
    return f"""\
  - id: item-{number}
    type: basic
    prompt: Question {number}?
    answer: Answer {number}.
    added: true
"""


SOUND = HEAD + "".join(basic(number) for number in (1, 2, 3))


def line_of(number: int, offset: int = 0) -> int:
    """The line of an item of SOUND, or one some lines below its first."""
    return FIRST_ITEM + (number - 1) * LINES_A_ITEM + offset


def with_item(body: str, head: str = HEAD) -> str:
    """A deck of one item, whose lines are given without their indentation; `body` starts with the id."""
    lines = body.strip("\n").split("\n")
    indented = ["  - " + lines[0]] + [f"    {line}" if line else "" for line in lines[1:]]
    return head + "\n".join(indented) + "\n"


def replaced(old: str, new: str, text: str = SOUND) -> str:
    assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times"
    return text.replace(old, new)


def compiled(text: str | bytes) -> tuple[list[str] | None, list[Diagnostic]]:
    """The ids of the items that could be read, None without a deck; and what is wrong."""
    data = text if isinstance(text, bytes) else text.encode()
    deck, diagnostics = parse_deck(data, "deck.yaml")
    return (None if deck is None else [item.id for item in deck.items]), list(diagnostics)


def errors(text: str | bytes) -> list[tuple[str, int, int]]:
    """The rule, line and column of every error."""
    return [
        (d.rule, d.span.line if d.span else 0, d.span.column if d.span else 0)
        for d in compiled(text)[1]
        if d.severity is Severity.ERROR
    ]


def rules(text: str | bytes) -> list[str]:
    """The rules of all that is said, warnings too."""
    return [d.rule for d in compiled(text)[1]]


def the_error(text: str | bytes) -> Diagnostic:
    """The only error."""
    found = [d for d in compiled(text)[1] if d.severity is Severity.ERROR]
    assert len(found) == 1, found
    return found[0]
