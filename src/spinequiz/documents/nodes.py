"""Parsed documents as trees whose every node knows where it stands. Lines and columns count from 1."""

from __future__ import annotations

from spinequiz.model.diagnostics import Span


class Node:
    """A value in a document."""

    __slots__ = ("column", "line")
    kind = "value"

    def __init__(self, line: int, column: int) -> None:
        self.line = line
        self.column = column

    @property
    def span(self) -> Span:
        """Where the value starts."""
        return Span(self.line, self.column)


class Scalar(Node):
    """A text. `length` is that of its first line, as it stands in the file; `quoted` says how it is written."""

    __slots__ = ("length", "quoted", "value")
    kind = "text"

    def __init__(self, line: int, column: int, value: str, length: int = 1, quoted: bool = False) -> None:
        self.line = line
        self.column = column
        self.value = value
        self.length = length
        self.quoted = quoted

    @property
    def span(self) -> Span:
        """The first line of the text."""
        return Span(self.line, self.column, max(1, self.length))


class Sequence(Node):
    """A list."""

    __slots__ = ("items",)
    kind = "list"

    def __init__(self, line: int, column: int) -> None:
        self.line = line
        self.column = column
        self.items: list[Node] = []


class Mapping(Node):
    """Keys and values in the order of the file; a key may occur twice, which the reader reports."""

    __slots__ = ("pairs",)
    kind = "mapping"

    def __init__(self, line: int, column: int) -> None:
        self.line = line
        self.column = column
        self.pairs: list[tuple[Scalar, Node]] = []

    def get(self, key: str) -> Node | None:
        """The first value under a key."""
        for name, value in self.pairs:
            if name.value == key:
                return value
        return None


class Refused(Node):
    """A value that cannot be read for a reason that has been reported already."""

    __slots__ = ()


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
