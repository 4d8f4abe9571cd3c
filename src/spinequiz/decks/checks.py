"""What a schema cannot say of an item: shapes, keys among distractors, sources that exist."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any, NamedTuple

from msgspec import NODEFAULT
from msgspec.structs import fields

from spinequiz.documents.nodes import Mapping, Scalar, find, find_key
from spinequiz.documents.render import plural
from spinequiz.documents.report import Report, nearest
from spinequiz.documents.schema import INVALID
from spinequiz.model.diagnostics import Severity, Span
from spinequiz.model.items import Item, type_module


class Place(NamedTuple):
    """An item's node with the report, for checks that point into it."""

    node: Mapping
    report: Report

    def span(self, *path: str | int) -> Span:
        """Where the value at a path of keys and indices stands."""
        return find(self.node, *path).span

    def key_span(self, *path: str | int) -> Span:
        """Where the key of the value at a path stands."""
        return find_key(self.node, *path).span

    def text_span(self, *path: str | int) -> Span:
        """Where the text at a path stands, written alone or as the `text` of a mapping."""
        node = find(self.node, *path)
        text = node.get("text") if isinstance(node, Mapping) else None
        return text.span if isinstance(text, Scalar) else node.span

    def spans_of(self, pattern: str, key: str) -> list[Span]:
        """Where a pattern occurs in the text under a key, as the file has it; the text's own place if nowhere."""
        whole = self.span(key)
        number, start = whole.line, whole.column - 1
        found = []
        while number == whole.line or self._goes_on(number):
            matches = re.compile(pattern).finditer(self.report.line(number), start)
            found += [Span(number, match.start() + 1, match.end() - match.start()) for match in matches]
            number, start = number + 1, 0
        return found or [whole]

    def _goes_on(self, number: int) -> bool:
        """Whether a line belongs to a value that started above it: it is indented deeper than the item's keys."""
        text = self.report.line(number)
        indent = len(text) - len(text.lstrip(" "))
        return number <= len(self.report.lines) and (not text.strip() or indent >= self.node.column)

    def error(self, rule: str, message: str, help: str, *path: str | int) -> None:
        """Report an error at a path."""
        self.report.add(rule, message, self.span(*path), help)

    def warning(self, rule: str, message: str, help: str, *path: str | int) -> None:
        """Report a warning at a path."""
        self.report.add(rule, message, self.span(*path), help, severity=Severity.WARNING)


Check = Callable[[Item, Place], None]


@cache
def _shape_check(type_name: str) -> Check:
    found: Check = type_module("spinequiz.decks.shapes", type_name).check
    return found


class Unread(Exception):
    """A check wants a value that could not be read."""


class PartialItem:
    """An item with what could be read of it; any other key raises Unread."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update(values)

    def __getattr__(self, name: str) -> Any:
        raise Unread(name)


def partial_item(cls: type[Item], values: dict[str, Any]) -> PartialItem:
    """What could be read of an item that has mistakes; values that could not be read are INVALID.

    `cls` is `Item` itself where the type is not known.
    """
    readable = _unwritten(cls) | values
    return PartialItem({name: value for name, value in readable.items() if value is not INVALID})


@cache
def _unwritten(cls: type[Item]) -> dict[str, Any]:
    """What an item of a class has without an author's writing it."""
    found = {field.name: field.default for field in fields(cls) if field.default is not NODEFAULT}
    found |= {field.name: field.default_factory() for field in fields(cls) if field.default_factory is not NODEFAULT}
    found["nested_key"] = cls.nested_key
    if cls is not Item:
        found["type_name"] = str(cls.__struct_config__.tag)
    return found


class Surroundings(NamedTuple):
    """What is known around an item.

    `known_sources` is None where the sources could not be read. `cited` says that a case study above the item
    states where its content comes from.
    """

    known_sources: tuple[str, ...] | None
    cited: bool = False


def check_item(item: Item | PartialItem, node: Mapping, report: Report, around: Surroundings) -> None:
    """Check what a schema accepted of an item, all of it or a part, so that one run shows all mistakes."""
    place = Place(node, report)
    checked: Any = item
    with suppress(Unread):
        _check_citations(checked, place, around)
    with suppress(Unread):
        _check_exhibits(checked, place)
    with suppress(Unread):
        _shape_check(checked.type_name)(checked, place)


def _check_citations(item: Item, place: Place, around: Surroundings) -> None:
    known_sources = around.known_sources
    if known_sources is not None:
        for index, citation in enumerate(item.cite):
            if citation.source not in known_sources:
                close = nearest(citation.source, known_sources)
                known = ", ".join(known_sources) or "none"
                place.error(
                    "unknown-source",
                    f"the source `{citation.source}` is not among this deck's sources",
                    f"did you mean `{close}`?" if close else f"name it under `sources`; known: {known}",
                    "cite", index, "source",
                )  # fmt: skip
    if item.added and item.cite:
        place.error("added-and-cited", "an item is either cited or added", "remove `added` or `cite`", "added")
    # a case study without citations has them in its items, where they are asked for
    if not item.added and not item.cite and not around.cited and not item.nested_key:
        place.warning(
            "missing-citation", "the item cites no source", "add `cite`, or `added: true` if no source states it", "id"
        )


def _check_exhibits(item: Item, place: Place) -> None:
    for index, exhibit in enumerate(item.exhibits):
        if bool(exhibit.text) == (exhibit.table is not None):
            place.error(
                "bad-shape", "an exhibit holds either a text or a table", "write one of the two", "exhibits", index
            )
        if exhibit.table is None:
            continue
        width = len(exhibit.table.columns)
        for number, row in enumerate(exhibit.table.rows):
            if len(row) != width:
                place.error(
                    "bad-shape", f"the row has {plural(len(row), 'cell')}, the table {plural(width, 'column')}",
                    "write a cell for each column, \"\" for an empty one",
                    "exhibits", index, "table", "rows", number,
                )  # fmt: skip
