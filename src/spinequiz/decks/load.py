"""A deck file to a deck and its diagnostics: one bad item costs that item, never the deck."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
import yaml

from spinequiz.decks.checks import check_item, check_partial_item
from spinequiz.decks.compose import compose
from spinequiz.decks.recovery import recover
from spinequiz.decks.sources import SourceTexts, check_citations, check_own_words
from spinequiz.decks.syntax import explain
from spinequiz.decks.text import Unreadable, decode, read_bytes
from spinequiz.documents.nodes import Mapping, Node, Refused, Scalar, Sequence
from spinequiz.documents.report import Report, nearest
from spinequiz.documents.schema import (
    INVALID,
    field_readers,
    kind_of,
    missing_key,
    read_struct,
    read_values,
    unique_pairs,
    wrong_kind,
)
from spinequiz.model.decks import Deck, LoadedDeck
from spinequiz.model.diagnostics import Diagnostic, Related, Severity, Span
from spinequiz.model.items import ITEM_TYPES, Item, item_class

Loaded = tuple[LoadedDeck | None, tuple[Diagnostic, ...]]


def load_deck(path: str, texts: SourceTexts | None = None) -> Loaded:
    """Read a deck file. The deck is None where nothing of it can be used; diagnostics name `path` as given.

    With the `texts` of the sources, citations are held against them.
    """
    try:
        data = read_bytes(path)
    except Unreadable as error:
        return None, (unreadable(path, error),)
    return parse_deck(data, path, texts)


def unreadable(path: str, error: Unreadable) -> Diagnostic:
    """The diagnostic of a file that cannot be read at all."""
    return Diagnostic(rule=error.rule, severity=Severity.ERROR, message=error.message, path=path, help=error.help)


def parse_deck(data: bytes, path: str, texts: SourceTexts | None = None) -> Loaded:
    """Read a deck from the bytes of its file."""
    report = decode(data, path)
    root = _tree(report)
    deck = _read_deck(root, report, texts) if root is not None else None
    return deck, report.sorted()


def _tree(report: Report) -> Mapping | None:
    if not any(line.strip() for line in report.lines):
        if not report.errors:
            report.add("empty-file", "the file is empty", Span(1, 1), "start with `spinequiz: 1`")
        return None
    known = len(report.diagnostics), report.errors
    try:
        root = compose("\n".join(report.lines) + "\n", report)
    except yaml.YAMLError as error:
        del report.diagnostics[known[0] :]
        report.errors = known[1]
        root = recover(report)
        if report.errors == known[1]:
            # each piece is sound alone, so the fault is in how they stand together
            explain(error, report, 1, len(report.lines))
    if isinstance(root, Mapping):
        return root
    if isinstance(root, Sequence):
        message = "the file is a list, not a mapping"
        report.add("not-a-mapping", message, root.span, "start with `spinequiz: 1`; the list belongs under `items:`")
    elif root is None and report.errors == known[1]:
        report.add("empty-file", "the file holds comments only", Span(1, 1), "start with `spinequiz: 1`")
    elif root is not None and report.errors == known[1]:
        report.add("not-a-mapping", "the file is a single text", root.span, "start with `spinequiz: 1`")
    return None


def _read_deck(root: Mapping, report: Report, texts: SourceTexts | None) -> LoadedDeck | None:
    fields = field_readers(Deck)
    deck = read_struct(Deck, fields, root, report, ignored=("items",))
    known_sources = _source_names(root.get("sources"))
    nodes = root.get("items")
    if nodes is None:
        missing_key(root, "items", report)
        return None
    if isinstance(nodes, Refused):
        return None
    if not isinstance(nodes, Sequence):
        wrong_kind(nodes, report, "a list of items", "write each item after `- `, indented under `items:`")
        return None
    reader = _ItemReader(report, known_sources)
    for node in nodes.items:
        reader.read(node)
    if not nodes.items:
        report.add("no-items", "the deck has no items", nodes.span, "add an item", severity=Severity.WARNING)
    if texts is not None:
        _check_sources(root, reader, deck, report, texts)
    if deck is INVALID:
        return None
    return LoadedDeck(deck, tuple(reader.items), tuple(reader.lines))


def _check_sources(root: Mapping, reader: _ItemReader, deck: Any, report: Report, texts: SourceTexts) -> None:
    """Hold citations, and the author's words, against the sources."""
    check_own_words(root, report, texts)
    if deck is INVALID:
        return
    for item, node in zip(reader.items, reader.nodes, strict=True):
        report.item_id = item.id
        check_citations(item, node, report, deck.sources, texts)
    report.item_id = ""


def _source_names(node: Node | None) -> tuple[str, ...] | None:
    """The names that citations may use; None where the list of sources is broken itself."""
    if node is None:
        return ()
    return tuple(key.value for key, _ in node.pairs) if isinstance(node, Mapping) else None


class _ItemReader:
    """Reads items one by one, and holds what must be unique among them."""

    def __init__(self, report: Report, known_sources: tuple[str, ...] | None) -> None:
        self.report = report
        self.known_sources = known_sources
        self.items: list[Item] = []
        self.lines: list[int] = []
        self.nodes: list[Mapping] = []
        self.first_used: dict[str, Span] = {}

    def read(self, node: Node) -> None:
        """Read one item; whatever is wrong with it costs it alone."""
        report = self.report
        before = report.errors
        report.item_id = ""
        if not isinstance(node, Mapping):
            wrong_kind(node, report, "an item", "write `- id: ...` and the item's other keys under it")
            return
        id_node = node.get("id")
        if isinstance(id_node, Scalar):
            report.item_id = id_node.value
            self._check_unique(id_node)
        cls = self._class(node)
        if cls is None:
            if id_node is None:
                missing_key(node, "id", report)
        else:
            values = read_values(_fields(cls), node, report, ignored=("type",))
            if report.errors == before and INVALID not in values.values():
                item = cls(**values)
                check_item(item, node, report, self.known_sources)
                if report.errors == before:
                    self.items.append(item)
                    self.lines.append(node.line)
                    self.nodes.append(node)
            else:
                check_partial_item(cls, values, node, report, self.known_sources)
        report.item_id = ""

    def _check_unique(self, id_node: Scalar) -> None:
        first = self.first_used.setdefault(id_node.value, id_node.span)
        if first != id_node.span:
            self.report.add(
                "duplicate-id",
                f"item id `{id_node.value[:100]}` is already used in this deck",
                id_node.span,
                "give each item an id of its own; progress is kept under it",
                related=(Related("first used here", first),),
            )

    def _class(self, node: Mapping) -> type[Item] | None:
        type_node = node.get("type")
        if type_node is None:
            missing_key(node, "type", self.report)
            return None
        if isinstance(type_node, Scalar) and type_node.value in ITEM_TYPES:
            return item_class(type_node.value)
        if not isinstance(type_node, Scalar):
            wrong_kind(type_node, self.report, "a type", f"one of: {', '.join(ITEM_TYPES)}")
            return None
        close = nearest(type_node.value, ITEM_TYPES)
        hint = f"did you mean `{close}`? " if close else ""
        self.report.add(
            "unknown-type",
            f"{kind_of(type_node)} is not an item type",
            type_node.span,
            f"{hint}known: {', '.join(ITEM_TYPES)}",
        )
        return None


@cache
def _fields(cls: type[msgspec.Struct]) -> dict[str, Any]:
    return field_readers(cls)
