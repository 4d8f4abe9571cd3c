"""Decks for the lints, written in a few lines, and what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import dedent, indent

from spinequiz.decks.load import parse_deck
from spinequiz.model.diagnostics import Diagnostic

HEADER = "spinequiz: 1\nid: d\ntitle: D\nitems:\n"
UPKEEP = "  added: true\n  rationale: Because it is so.\n  tags: [topic]\n"


def an_item(body: str, number: int = 0, *, upkeep: bool = True) -> str:
    """An item of the given keys, in a list, with what every item should have."""
    keys = indent(dedent(body).strip(), "  ")
    return f"- id: item-{number}\n{UPKEEP if upkeep else ''}{keys}\n"


def a_deck(*bodies: str, upkeep: bool = True, header: str = HEADER) -> str:
    """A deck of items that are given by their keys."""
    items = "".join(an_item(body, number, upkeep=upkeep) for number, body in enumerate(bodies))
    return header + indent(items, "  ")


def said(text: str) -> tuple[Diagnostic, ...]:
    """Everything that `check` says of a deck."""
    return parse_deck(text.encode(), "deck.yaml", lint=True)[1]


def rules(text: str) -> list[str]:
    """The rules that fire, but for what samples of a line never have."""
    return [found.rule for found in said(text) if found.rule not in ("option-count", "no-feedback")]


def choice(
    answer: str, *distractors: str, prompt: str = "What should the nurse do in such a case?", more: str = ""
) -> str:
    """A single choice."""
    return f"type: single-choice\n{_listed(prompt, (answer,), distractors, single=True)}{more}"


def select_all(
    answers: Sequence[str], distractors: Sequence[str], prompt: str = "What should the nurse report now?"
) -> str:
    """A select-all."""
    return f"type: select-all\n{_listed(prompt, answers, distractors, single=False)}"


def quoted(text: str) -> str:
    """A text as a YAML string."""
    return "'" + text.replace("'", "''") + "'"


def _listed(prompt: str, answers: Sequence[str], distractors: Sequence[str], *, single: bool) -> str:
    lines = [f"prompt: {quoted(prompt)}"]
    if single:
        lines.append(f"answer: {quoted(answers[0])}")
    else:
        lines.append(f"answers: [{', '.join(map(quoted, answers))}]")
    lines.append(f"distractors: [{', '.join(map(quoted, distractors))}]")
    return "\n".join(lines) + "\n"
