"""What a schema cannot say of an item: shapes, keys among distractors, sources that exist."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, NamedTuple

from msgspec import NODEFAULT
from msgspec.structs import fields

from spinequiz.documents.nodes import Mapping, Node, Scalar, find
from spinequiz.documents.report import Report, nearest
from spinequiz.documents.schema import INVALID
from spinequiz.grading.text import fold
from spinequiz.model.diagnostics import Related, Severity, Span
from spinequiz.model.items import Item, type_module
from spinequiz.model.items.base import Option


class Place(NamedTuple):
    """An item's node with the report, for checks that point into it."""

    node: Mapping
    report: Report

    def span(self, *path: str | int) -> Span:
        """Where the value at a path of keys and indices stands."""
        return find(self.node, *path).span

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


def check_item(item: Item, node: Mapping, report: Report, known_sources: tuple[str, ...] | None) -> None:
    """Check an item that its schema accepts. `known_sources` is None where the sources could not be read."""
    place = Place(node, report)
    _check_citations(item, place, known_sources)
    _check_exhibits(item, place)
    _shape_check(item.type_name)(item, place)


class _Unread(Exception):
    """A check wants a value that could not be read."""


class _PartialItem:
    """An item with what could be read of it."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update(values)

    def __getattr__(self, name: str) -> Any:
        raise _Unread(name)


def check_partial_item(
    cls: type[Item], values: dict[str, Any], node: Mapping, report: Report, known_sources: tuple[str, ...] | None
) -> None:
    """Check what can be checked of an item that has mistakes already, so that one run shows them all."""
    readable = {field.name: field.default for field in fields(cls) if field.default is not NODEFAULT}
    readable |= {field.name: field.default_factory() for field in fields(cls) if field.default_factory is not NODEFAULT}
    readable |= values
    item: Any = _PartialItem({name: value for name, value in readable.items() if value is not INVALID})
    place = Place(node, report)
    with suppress(_Unread):
        _check_citations(item, place, known_sources)
    with suppress(_Unread):
        _check_exhibits(item, place)
    with suppress(_Unread):
        _shape_check(str(cls.__struct_config__.tag))(item, place)


def _check_citations(item: Item, place: Place, known_sources: tuple[str, ...] | None) -> None:
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
        place.error(
            "added-and-cited", "an item is either cited or added", "remove `added` or `cite`", "added"
        )
    if not item.added and not item.cite:
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
                    "bad-shape", f"the row has {len(row)} cells, the table {width} columns",
                    "write a cell for each column, \"\" for an empty one",
                    "exhibits", index, "table", "rows", number,
                )  # fmt: skip


def check_options(
    place: Place, keys: Sequence[Option], distractors: Sequence[Option], key_path: str, *, single: bool
) -> None:
    """Options of a choice item: distinct from one another, and distractors at all."""
    if not distractors:
        place.error("no-distractors", "the item has no distractors", "add two or more", "distractors")
    seen: dict[str, tuple[str | int, ...]] = {}
    keyed: set[str] = set()
    for index, option in enumerate(keys):
        path: tuple[str | int, ...] = (key_path,) if single else (key_path, index)
        _check_distinct(place, seen, option, path, "duplicate-option")
        keyed.add(option_form(option.text))
    for index, option in enumerate(distractors):
        rule = "answer-among-distractors" if option_form(option.text) in keyed else "duplicate-option"
        _check_distinct(place, seen, option, ("distractors", index), rule)


def option_form(text: str) -> str:
    """What makes two options the same: their folded text, or the text where nothing is left of it."""
    return fold(text) or text.strip()


def _check_distinct(
    place: Place, seen: dict[str, tuple[str | int, ...]], option: Option, path: tuple[str | int, ...], rule: str
) -> None:
    form = option_form(option.text)
    first = seen.setdefault(form, path)
    if first == path:
        return
    message = (
        "an answer stands among the distractors too" if rule == "answer-among-distractors" else "an option occurs twice"
    )
    place.report.add(
        rule,
        f"{message}: `{option.text[:60]}`",
        _text_span(place, path),
        "make the options differ by more than case, spaces and punctuation",
        related=(Related("first written here", _text_span(place, first)),),
    )


def _text_span(place: Place, path: tuple[str | int, ...]) -> Span:
    node: Node = find(place.node, *path)
    if isinstance(node, Mapping) and isinstance(text := node.get("text"), Scalar):
        return text.span
    return node.span


def check_order(place: Place, options: Sequence[Option], order: Sequence[str], shuffle: bool) -> None:
    """`order` lists every option once, and goes with `shuffle: false`."""
    if not order:
        return
    if shuffle:
        place.error("order-without-shuffle", "`order` has no effect while options are shuffled",
                    "add `shuffle: false`", "order")  # fmt: skip
    if sorted(order) != sorted(option.text for option in options):
        place.error("bad-shape", "`order` does not list every option exactly once",
                    "copy the options' texts", "order")  # fmt: skip
