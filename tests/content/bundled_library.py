"""The bundled decks as the tests see them: items with what surrounds them, keys in words, right answers."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from spinequiz.decks.load import load_deck
from spinequiz.decks.sources import SourceText, SourceTexts, read_sources
from spinequiz.grading import grader_of
from spinequiz.model.decks import LoadedDeck
from spinequiz.model.diagnostics import Diagnostic
from spinequiz.model.items import Item
from spinequiz.model.items.base import Option
from spinequiz.model.responses import (
    BowTie,
    Case,
    Filled,
    Grouped,
    Highlighted,
    Judged,
    Matrix,
    Ordered,
    Picked,
    Typed,
)

ROOT = Path(__file__).resolve().parents[2]
DECKS = tuple(sorted((ROOT / "decks").glob("*.yaml")))
SOURCES = Path(os.environ.get("SPINEQUIZ_SOURCES") or ROOT.parent / "shared" / "sources")
CLOZE = re.compile(r"\{\{(?:c\d+::)?(.*?)(?:::.*?)?\}\}", re.DOTALL)
PLACE = re.compile(r"\{\{\s*([a-z0-9-]+)\s*\}\}")
SEGMENT = re.compile(r"\{\{\s*([+-])\s*(.*?)\s*\}\}", re.DOTALL)


class Placed(NamedTuple):
    """An item, the deck in which it stands, and the case study in which it is nested, if any."""

    deck: str
    item: Any
    case: Any = None

    @property
    def name(self) -> str:
        nested = f"{self.case.id}/" if self.case else ""
        return f"{self.deck}/{nested}{self.item.id}"

    def own_or_case(self, field: str) -> Any:
        """A field of the item; where it says nothing, that of its case study."""
        return getattr(self.item, field) or (getattr(self.case, field) if self.case else None)


@cache
def loaded(path: Path) -> tuple[LoadedDeck, tuple[Diagnostic, ...]]:
    deck, found = load_deck(str(path))
    assert deck is not None, path
    return deck, found


def decks() -> tuple[LoadedDeck, ...]:
    return tuple(loaded(path)[0] for path in DECKS)


def deck(deck_id: str) -> LoadedDeck:
    return next(each for each in decks() if each.deck.id == deck_id)


@cache
def library() -> tuple[Placed, ...]:
    """Every item of every deck, each case study before its own items."""
    found = []
    for each in decks():
        for item in each.items:
            found.append(Placed(each.deck.id, item))
            found.extend(Placed(each.deck.id, nested, item) for nested in item.nested)
    return tuple(found)


def source_texts() -> SourceTexts:
    """The sources' texts. Skips the test where there is no folder of them."""
    if not SOURCES.is_dir():
        pytest.skip("the sources' texts are not here: the environment variable SPINEQUIZ_SOURCES names their folder")
    return read_sources(SOURCES)


def source_names() -> dict[str, str]:
    """The decks' names of the sources by file."""
    return {source.file: name for each in decks() for name, source in each.deck.sources.items()}


def paragraphs_by_source(texts: SourceTexts) -> dict[str, SourceText]:
    names = source_names()
    return {names[file]: text for file, text in texts.items() if file in names}


def options_under(part: Any, field: str) -> Iterator[Option]:
    """Every option that stands under `field`, in the item or in a part of it; nested items apart."""
    if isinstance(part, msgspec.Struct):
        for name in part.__struct_fields__:
            value = getattr(part, name)
            if name == field and isinstance(value, tuple):
                yield from value
            elif name == field and isinstance(value, Option):
                yield value
            elif not (isinstance(part, Item) and name == part.nested_key):
                yield from options_under(value, field)
    elif isinstance(part, tuple | list):
        for below in part:
            yield from options_under(below, field)
    elif isinstance(part, dict):
        yield from options_under(list(part.values()), field)


def in_words(item: Any) -> str:
    """What the item asks, with the blanks filled in by their keys and all segments plain."""
    text = getattr(item, "text", "")
    if item.type_name == "cloze":
        text = CLOZE.sub(r"\1", text)
    elif item.type_name == "highlight":
        text = SEGMENT.sub(r"\2", text)
    elif item.type_name in ("drop-down", "drag-drop"):
        text = PLACE.sub(lambda match: _right(item.blanks[match[1]]), text)
    return " ".join(f"{getattr(item, 'scenario', '')} {item.prompt} {text}".split())


def _right(blank: Any) -> str:
    return str(blank.text if isinstance(blank, Option) else blank.answer.text)


def keys(item: Any) -> tuple[str, ...]:
    """The texts that a student is to take for right.

    A matrix and a highlight are left out: their keys say where a text belongs, not that it is true.
    """
    match item.type_name:
        case "basic":
            return (item.answer,)
        case "typed":
            return (item.answer, *item.accept)
        case "true-false":
            return (item.prompt,) if item.answer else ()
        case "cloze" | "drop-down" | "drag-drop":
            return (in_words(item),)
        case "single-choice":
            return (item.answer.text,)
        case "select-all" | "select-n":
            return tuple(option.text for option in item.answers)
        case "ordering":
            return tuple(step.text for step in item.steps)
        case "grouping":
            return tuple(f"{group.text}: {option.text}" for group in item.groups for option in group.answers)
        case "bow-tie":
            return tuple(o.text for o in (item.condition.answer, *item.actions.answers, *item.parameters.answers))
        case _:
            return ()


def own_key(item: Any) -> Any:
    """The response of a student who answers by the key."""
    match item.type_name:
        case "typed":
            return Typed(item.answer)
        case "numeric":
            return Typed(str(item.answer if item.answer is not None else grader_of(item).key(item)))
        case "true-false":
            return Judged(item.answer)
        case "single-choice":
            return Picked((item.answer.text,))
        case "select-all" | "select-n":
            return Picked(tuple(option.text for option in item.answers))
        case "ordering":
            return Ordered(tuple(step.text for step in item.steps))
        case "matrix-choice":
            return Matrix({row.text: (row.answer.text,) for row in item.rows})
        case "matrix-response":
            return Matrix({row.text: tuple(option.text for option in row.answers) for row in item.rows})
        case "grouping":
            return Grouped({group.text: tuple(option.text for option in group.answers) for group in item.groups})
        case "drop-down" | "drag-drop":
            return Filled({name: _right(blank) for name, blank in item.blanks.items()})
        case "highlight":
            return Highlighted(tuple(text for sign, text in SEGMENT.findall(item.text) if sign == "+"))
        case "bow-tie":
            return BowTie(
                item.condition.answer.text,
                tuple(option.text for option in item.actions.answers),
                tuple(option.text for option in item.parameters.answers),
            )
        case "case-study":
            return Case(tuple(own_key(nested) for nested in item.nested))
    raise AssertionError(item.type_name)


def spoiled(item: Any) -> Any:
    """A response that is wrong in at least one point."""
    match item.type_name:
        case "typed":
            return Typed("zzz")
        case "numeric":
            return Typed("-987654")
        case "true-false":
            return Judged(not item.answer)
        case "single-choice":
            return Picked((item.distractors[0].text,))
        case "select-all" | "select-n":
            return Picked(tuple(option.text for option in (*item.answers[1:], item.distractors[0])))
        case "ordering":
            return Ordered(tuple(step.text for step in reversed(item.steps)))
        case "matrix-choice" | "matrix-response":
            right = own_key(item)
            assert isinstance(right, Matrix)
            first = next(text for text, columns in right.rows.items() if columns)
            return Matrix({**right.rows, first: ()})
        case "grouping":
            return Grouped({})
        case "drop-down" | "drag-drop":
            return Filled({})
        case "highlight":
            return Highlighted(tuple(text for sign, text in SEGMENT.findall(item.text) if sign == "-"))
        case "bow-tie":
            return BowTie(item.condition.distractors[0].text)
        case "case-study":
            return Case(tuple(spoiled(nested) for nested in item.nested))
    raise AssertionError(item.type_name)


def scored() -> tuple[Placed, ...]:
    return tuple(placed for placed in library() if not grader_of(placed.item).self_rated)
