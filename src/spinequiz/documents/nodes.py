"""Parsed documents as trees whose every node knows where it stands. Lines and columns count from 1."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from spinequiz.model.diagnostics import Span


class Node(msgspec.Struct, eq=False):
    """A value in a document. A node is equal to itself alone."""

    kind: ClassVar[str] = "value"
    line: int
    column: int

    @property
    def span(self) -> Span:
        """Where the value starts."""
        return Span(self.line, self.column)


class Scalar(Node, eq=False):
    """A text. `length` is that of its first line, as it stands in the file; `quoted` says how it is written."""

    kind: ClassVar[str] = "text"
    value: str
    length: int = 1
    quoted: bool = False

    @property
    def span(self) -> Span:
        """The first line of the text."""
        return Span(self.line, self.column, max(1, self.length))


class Sequence(Node, eq=False):
    """A list."""

    kind: ClassVar[str] = "list"
    items: list[Node] = msgspec.field(default_factory=list)


class Mapping(Node, eq=False):
    """Keys and values in the order of the file; a key may occur twice, which the reader reports.

    One that is `broken` is read in part, or was not meant as a mapping; what is wrong with it has been reported.
    """

    kind: ClassVar[str] = "mapping"
    pairs: list[tuple[Scalar, Node]] = msgspec.field(default_factory=list)
    broken: bool = False

    def get(self, key: str) -> Node | None:
        """The first value under a key."""
        for name, value in self.pairs:
            if name.value == key:
                return value
        return None


class Refused(Node, eq=False):
    """A value that cannot be read for a reason that has been reported already."""


def find_key(node: Node, *path: str | int) -> Node:
    """The key that the value at a path stands under; for an entry of a list, the entry."""
    above, last = find(node, *path[:-1]), path[-1]
    if isinstance(above, Mapping):
        for key, _ in above.pairs:
            if key.value == last:
                return key
    return find(node, *path)


def find(node: Node, *path: str | int) -> Node:
    """The node at a path of keys and indices, or the nearest one above it that exists."""
    for step in path:
        below: Node | None = None
        if isinstance(step, str) and isinstance(node, Mapping):
            below = node.get(step)
        elif isinstance(step, int) and isinstance(node, Sequence) and step < len(node.items):
            below = node.items[step]
        if below is None:
            return node
        node = below
    return node
