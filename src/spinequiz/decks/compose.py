"""YAML text to nodes, from the events of the C parser.

Events, unlike composed nodes, tell anchors, aliases and tags, which the format refuses; and a stack instead of
recursion survives any nesting. Every plain scalar stays the text that the author typed.
"""

from __future__ import annotations

from typing import Any

import yaml
from yaml import events
from yaml.scanner import ScannerError

from spinequiz.documents.nodes import Mapping, Node, Refused, Scalar, Sequence
from spinequiz.documents.report import REPLACED, Report
from spinequiz.model.diagnostics import Span


class PureLoader(yaml.BaseLoader):
    """The parser where there is no C parser: it takes a tab between two tokens, as the C parser does."""

    def scan_to_next_token(self) -> None:
        """Skip spaces, comments and line breaks, and tabs that are no indentation."""
        super().scan_to_next_token()
        while self.peek() == "\t" and (self.flow_level or not self.allow_simple_key):
            self.forward()
            super().scan_to_next_token()

    def scan_flow_scalar_non_spaces(self, double: bool, start_mark: Any) -> list[str]:
        """The characters up to the next space; escapes that make no character are refused."""
        try:
            chunks: list[str] = super().scan_flow_scalar_non_spaces(double, start_mark)
            "".join(chunks).encode()
        except (ValueError, OverflowError) as error:
            mark = self.get_mark()
            raise ScannerError("while scanning a quoted scalar", start_mark, "invalid escape", mark) from error
        return chunks


Loader: type[Any] = getattr(yaml, "CBaseLoader", PureLoader)
DEEPEST = 24
"""Levels of nesting; the format itself needs ten."""


class Refusal(yaml.YAMLError):
    """YAML that is sound, but that a deck cannot be read behind."""

    def __init__(self, rule: str, message: str, span: Span, help: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.span = span
        self.help = help


def compose(text: str, report: Report, first_line: int = 1) -> Node | None:
    """The tree of a document, None for an empty one. Raises `yaml.YAMLError` where the syntax is broken.

    `first_line` is the number of the text's first line in its file.
    """
    loader = Loader(text)
    try:
        return _Composer(loader, report, first_line).document()
    finally:
        loader.dispose()


class _Composer:
    def __init__(self, loader: Any, report: Report, first_line: int) -> None:
        self.next_event = loader.get_event
        self.report = report
        self.offset = first_line
        self.stack: list[Node] = []
        self.keys: list[Scalar | None] = []
        self.odd_keys: list[Node] = []
        self.root: Node | None = None

    def document(self) -> Node | None:
        started = False
        while True:
            event = self.next_event()
            kind = type(event)
            if kind is events.ScalarEvent:
                self._scalar(event)
            elif kind is events.MappingStartEvent or kind is events.SequenceStartEvent:
                if len(self.stack) >= DEEPEST:
                    raise Refusal("nested-too-deeply", f"more than {DEEPEST} levels of nesting", self._span(event),
                                  "flatten the structure")  # fmt: skip
                self._start(event, Mapping if kind is events.MappingStartEvent else Sequence)
            elif kind is events.MappingEndEvent or kind is events.SequenceEndEvent:
                self.stack.pop()
                self.keys.pop()
            elif kind is events.AliasEvent:
                self._refuse("alias", f"`*{event.anchor}` is an alias", event, "write the value out, or quote it")
                self._place(self._refused(event))
            elif kind is events.DocumentStartEvent:
                if started:
                    raise Refusal("second-document", "a second document starts here", self._span(event),
                                  "remove the line; a file holds one deck")  # fmt: skip
                started = True
            elif kind is events.StreamEndEvent:
                return self.root

    def _span(self, event: Any, length: int | None = None) -> Span:
        start, end = event.start_mark, event.end_mark
        if length is None:
            length = end.column - start.column if end.line == start.line else 1
        return Span(start.line + self.offset, start.column + 1, max(1, length))

    def _refuse(self, rule: str, message: str, event: Any, help: str) -> None:
        self.report.add(rule, message, self._span(event), help)

    def _refused(self, event: Any) -> Refused:
        return Refused(event.start_mark.line + self.offset, event.start_mark.column + 1)

    def _scalar(self, event: Any) -> None:
        start, end = event.start_mark, event.end_mark
        line, column = start.line + self.offset, start.column
        length = (end.column if end.line == start.line else len(self.report.line(line))) - column
        node: Node = Scalar(line, column + 1, event.value, length, bool(event.style))
        if event.anchor is not None or event.tag is not None:
            refused = self._decorated(event)
            # a key is known in spite of what stands in front of it
            node = node if self._expects_key() else refused
        elif event.value == REPLACED:
            node = self._refused(event)
        self._place(node)

    def _expects_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1], Mapping) and self.keys[-1] is None

    def _start(self, event: Any, kind: type[Mapping] | type[Sequence]) -> None:
        node = kind(event.start_mark.line + self.offset, event.start_mark.column + 1)
        shown: Node = node
        if event.anchor is not None or event.tag is not None:
            shown = self._decorated(event)
        self._place(shown)
        self.stack.append(node)
        self.keys.append(None)

    def _decorated(self, event: Any) -> Refused:
        if event.anchor is not None:
            self._refuse("anchor", f"`&{event.anchor}` is an anchor", event, "write each value out, or quote it")
        else:
            self._refuse("explicit-tag", f"`{event.tag}` is a tag", event, "remove the tag; the key decides the kind")
        return self._refused(event)

    def _place(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif isinstance(parent, Mapping):
            key = self.keys[-1]
            if key is not None:
                parent.pairs.append((key, node))
                self.keys[-1] = None
                return
            if not isinstance(node, Scalar):
                if not isinstance(node, Refused):
                    if parent not in self.odd_keys:
                        self._odd_key(parent, node)
                    self.odd_keys.append(node)
                node = Scalar(node.line, node.column, "")
            self.keys[-1] = node

    def _odd_key(self, parent: Mapping, node: Node) -> None:
        line = self.report.line(node.line)
        if line[parent.column - 1 : parent.column + 1] == "{{" and parent.line == node.line:
            self.report.add(
                "unquoted-braces",
                "a value that starts with `{{` is read as a mapping",
                Span(parent.line, parent.column, 2),
                "put the whole value in quotes",
            )
            parent.broken = True
        else:
            self.report.add("wrong-kind", "a key must be a text", node.span, "write `key: value`")
