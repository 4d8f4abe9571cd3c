"""Reads items: those of a deck, and by the same code those that stand in a case study."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from spinequiz.decks.checks import PartialItem, Surroundings, check_item, partial_item
from spinequiz.decks.outline import item_keys
from spinequiz.documents.nodes import Mapping, Node, Scalar, Sequence
from spinequiz.documents.report import Report, nearest
from spinequiz.documents.schema import (
    INVALID,
    Reader,
    field_readers,
    kind_of,
    missing_key,
    read_values,
    wrong_kind,
)
from spinequiz.model.diagnostics import Related, Span
from spinequiz.model.items import ITEM_TYPES, Item, item_class


def apart(nodes: Iterable[Node], report: Report) -> Iterator[Node]:
    """The items of a list. One without its dash is part of the item above it: that item's `id` occurs twice."""
    for each in nodes:
        node = each
        while isinstance(node, Mapping) and (index := _second_start(node)):
            first_key = node.pairs[index][0]
            above, below = Mapping(node.line, node.column), Mapping(first_key.line, first_key.column)
            above.pairs, below.pairs = node.pairs[:index], node.pairs[index:]
            report.add("missing-dash", "an item starts with a dash", first_key.span,
                       "write `- ` in front of the item's first key")  # fmt: skip
            yield above
            node = below
        yield node


def _second_start(node: Mapping) -> int:
    """Where in the pairs of an item another one starts: at a second `id`, unless that is all that occurs twice."""
    names = [key.value for key, _ in node.pairs]
    if names.count("id") < 2:
        return 0
    index = names.index("id", names.index("id") + 1)
    return index if {"type", "prompt"} & set(names[:index]) & set(names[index:]) else 0


class ItemReader:
    """Reads the items of one list, and holds what must be unique among them. `within` names what has the list."""

    def __init__(
        self, report: Report, around: Surroundings, types: tuple[str, ...] = ITEM_TYPES, within: str = "deck"
    ) -> None:
        self.report = report
        self.around = around
        self.types = types
        self.within = within
        self.first_used: dict[str, Span] = {}

    def read(self, node: Node) -> Item | PartialItem:
        """Read one item. What is wrong with it costs the whole item: what comes back is no `Item` then."""
        before, told = self.report.errors, len(self.report.diagnostics)
        if not isinstance(node, Mapping):
            wrong_kind(node, self.report, "an item", "write `- id: ...` and the item's other keys under it")
            return PartialItem({})
        id_node = node.get("id")
        if isinstance(id_node, Scalar):
            self._check_unique(id_node)
        cls = self._class(node)
        if cls is None:
            self._read_common(node)
            return PartialItem({})
        values = read_values(_fields(cls), node, self.report, ignored=_ignored(cls))
        whole = not node.broken and INVALID not in values.values()
        if cls.nested_key:
            nested = self._nested(cls, node)
            values[cls.nested_key] = nested
            whole = whole and nested is not INVALID and all(isinstance(each, Item) for each in nested)
        item = cls(**values) if whole and self.report.errors == before else partial_item(cls, values)
        check_item(item, node, self.report, self.around)
        if isinstance(ignored := values.get("lint_ignore"), dict):
            self.report.withdraw(told, ignored, node)
        return item if self.report.errors == before else partial_item(cls, values)

    def _nested(self, cls: type[Item], node: Mapping) -> Any:
        """The items under an item's own list of items, broken ones in part; INVALID where there is no list."""
        from spinequiz.model.items.case_study import NESTED_TYPES

        nodes = node.get(cls.nested_key)
        if nodes is None:
            missing_key(node, cls.nested_key, self.report)
            return INVALID
        if not isinstance(nodes, Sequence):
            return wrong_kind(nodes, self.report, "a list of items", "write each item after `- `")
        cited = node.get("cite") is not None or node.get("added") is not None
        reader = ItemReader(self.report, self.around._replace(cited=cited), NESTED_TYPES, "case study")
        return tuple(reader.read(each) for each in apart(nodes.items, self.report))

    def _read_common(self, node: Mapping) -> None:
        """Report what is wrong with the keys that every type has, of an item whose type is not known."""
        common = {name: (reader, name == "id") for name, (reader, _) in _fields(Item).items()}
        values = read_values(common, node, self.report, ignored=tuple(item_keys()))
        check_item(partial_item(Item, values), node, self.report, self.around)

    def _check_unique(self, id_node: Scalar) -> None:
        if not id_node.value.strip():
            return
        first = self.first_used.setdefault(id_node.value, id_node.span)
        if first != id_node.span:
            self.report.add(
                "duplicate-id",
                f"item id `{id_node.value[:100]}` is already used in this {self.within}",
                id_node.span,
                "give each item an id of its own; progress is kept under it",
                related=(Related("first used here", first),),
            )

    def _class(self, node: Mapping) -> type[Item] | None:
        type_node = node.get("type")
        known = ", ".join(self.types)
        if type_node is None:
            missing_key(node, "type", self.report)
        elif isinstance(type_node, Scalar) and type_node.value in self.types:
            return item_class(type_node.value)
        elif isinstance(type_node, Scalar) and type_node.value in ITEM_TYPES:
            message = f"{kind_of(type_node)} cannot stand in a {self.within}"
            self.report.add("bad-shape", message, type_node.span, f"one of: {known}")
        elif isinstance(type_node, Scalar):
            close = nearest(type_node.value, self.types)
            hint = f"did you mean `{close}`? " if close else ""
            message = f"{kind_of(type_node)} is not an item type"
            self.report.add("unknown-type", message, type_node.span, f"{hint}known: {known}")
        else:
            wrong_kind(type_node, self.report, "a type", f"one of: {known}")
        return None


@cache
def _fields(cls: type[Item]) -> dict[str, tuple[Reader, bool]]:
    return field_readers(cls, without=cls.nested_key)


def _ignored(cls: type[Item]) -> tuple[str, ...]:
    """The keys that are not a struct's fields, or not read as such."""
    return ("type", cls.nested_key) if cls.nested_key else ("type",)
