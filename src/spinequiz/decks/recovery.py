"""Reading on behind a syntax error: the file is cut where its outline shows, and each piece read alone.

A broken piece costs itself alone: a top-level key its value, an item that item, whose other mistakes are told too.
"""

from __future__ import annotations

from collections.abc import Sequence as AbstractSequence
from itertools import takewhile

import yaml

from spinequiz.decks.compose import compose
from spinequiz.decks.mending import Patient
from spinequiz.decks.outline import (
    DASH,
    DECK_KEYS,
    KEY_LINE,
    MARKER,
    TOP_KEY,
    ItemStart,
    Section,
    item_starts,
    sections,
)
from spinequiz.decks.syntax import explain, explain_astray, explain_text
from spinequiz.documents.nodes import Mapping, Node, Refused, Scalar, Sequence
from spinequiz.documents.report import Report
from spinequiz.model.diagnostics import Span

BATCH = 64
"""Items that are read at once."""
MOST_CUTS = 20
"""Values with an error of the syntax that are looked for in one item."""


def recover(report: Report) -> Mapping | None:
    """The tree of what can be read, after each piece's own errors are reported; None where no key is to be seen."""
    return _Recovery(report).root()


class _Recovery:
    def __init__(self, report: Report) -> None:
        self.report = report
        self.lines = _one_document(report)

    def root(self) -> Mapping | None:
        root: Mapping | None = None
        for section in sections(self.lines):
            node = self._section(section)
            if isinstance(node, Mapping):
                root = root or Mapping(node.line, node.column)
                root.pairs.extend(node.pairs)
        return root

    def _section(self, section: Section) -> Node | None:
        if section.column > 1:
            explain_astray(self.report, section.first, section.key)
        if section.key == "items" and (starts := item_starts(self.lines, section.first + 1, section.last)):
            return _pair(section, self._items(section, starts))
        if section.column > 1:
            return _pair(section, Refused(section.first, section.column))
        node = self._piece(section.first, section.last)
        if node is not None and not isinstance(node, Mapping):
            lines = range(section.first, section.last + 1)
            start = next((number for number in lines if _is_content(self.lines[number - 1])), section.first)
            explain_text(self.report, start, section.last)
        return node if isinstance(node, Mapping) or not section.key else _pair(section, Refused(section.first, 1))

    def _piece(self, first: int, last: int) -> Node | None:
        try:
            return compose(self._text(first, last), self.report, first)
        except yaml.YAMLError as error:
            explain(error, self.report, first, last)
            return None

    def _items(self, section: Section, starts: list[ItemStart]) -> Sequence:
        """The items that start on these lines; what cannot be read is there all the same, as a node that is refused."""
        items = Sequence(starts[0].line, starts[0].column)
        self._before_items(section.first + 1, starts[0].line - 1)
        ends = [start.line - 1 for start in starts[1:]] + [section.last]
        spans = list(zip(starts, ends, strict=True))
        for index in range(0, len(spans), BATCH):
            batch = spans[index : index + BATCH]
            items.items.extend(self._sound_items(batch) or self._broken_items(batch))
        return items

    def _sound_items(self, batch: list[tuple[ItemStart, int]]) -> list[Node]:
        """The items of lines without a mistake, none where there is one: reading many at once is much faster."""
        first, last = batch[0][0].line, batch[-1][1]
        if any(start.astray for start, _ in batch) or not self._is_sound(first, last):
            return []
        node = self._piece(first, last)
        return node.items if isinstance(node, Sequence) else []

    def _broken_items(self, batch: list[tuple[ItemStart, int]]) -> list[Node]:
        found: list[Node] = []
        index = 0
        while index < len(batch):
            start, end = batch[index]
            index += 1
            if start.astray:
                node = self._astray_item(start, end)
            else:
                astray = list(takewhile(lambda following: following[0].astray, batch[index:]))
                if astray and self._is_sound(start.line, astray[-1][1]):
                    # what looks like items that stand astray is text of this one
                    end = astray[-1][1]
                    index += len(astray)
                node = self._item(start.line, end)
            found += node.items if isinstance(node, Sequence) else [Refused(start.line, start.column)]
        return found

    def _item(self, first: int, last: int) -> Node | None:
        """The list of one item. Of one that is broken, what is left when its broken values are taken out."""
        known = len(self.report.diagnostics)
        node = self._piece(first, last)
        if node is not None or len(self.report.diagnostics) == known:
            return node
        patient = Patient((self.lines, self.report.lines), first, last)
        try:
            return self._without_broken_values(patient, known)
        finally:
            patient.restore()

    def _without_broken_values(self, patient: Patient, since: int) -> Node | None:
        """The item without them; its own diagnostics start at the index `since`."""
        first, last = patient.first, patient.last
        known = len(self.report.diagnostics)
        fault = self.report.diagnostics[-1]
        for _ in range(MOST_CUTS):
            if fault.span is None or not patient.cut_value(fault.span.line, fault.rule):
                break
            found = Report(self.report.path, self.report.lines)
            try:
                node = compose(self._text(first, last), found, first)
            except yaml.YAMLError as error:
                before = len(self.report.diagnostics)
                explain(error, self.report, first, last)
                fault = self.report.diagnostics[-1]
                if fault.span is not None and fault.span.line in patient.moved:
                    # the line has its mistake already, and what is seen of it now is not as the author wrote it
                    self.report.forget(before)
                continue
            if not isinstance(node, Sequence):
                break
            self.report.take(found.diagnostics, since)
            patient.put_back(node)
            for item in node.items:
                if isinstance(item, Mapping):
                    item.broken = True
            return node
        # a guess that led nowhere tells nothing
        self.report.forget(known)
        return None

    def _astray_item(self, start: ItemStart, end: int) -> Node | None:
        """Report where an item's dash stands; an item that is sound apart from that is read."""
        explain_astray(self.report, start.line, "")
        return self._piece(start.line, end) if self._is_sound(start.line, end) else None

    def _before_items(self, first: int, last: int) -> None:
        for number in range(first, last + 1):
            text = self.lines[number - 1]
            if text.strip() and not text.lstrip().startswith("#"):
                key = KEY_LINE.match(text)
                start = len(text) - len(text.lstrip())
                length = len(key["key"]) if key else len(text.strip())
                self.report.add("missing-dash", "an item starts with a dash", Span(number, start + 1, length),
                                "write `- ` in front of the item's first key")  # fmt: skip
                return

    def _is_sound(self, first: int, last: int) -> bool:
        try:
            compose(self._text(first, last), Report(self.report.path, self.report.lines), first)
        except yaml.YAMLError:
            return False
        return True

    def _text(self, first: int, last: int) -> str:
        # the last line of a file has no end, or is the empty one behind it
        return "\n".join(self.lines[first - 1 : last]) + ("\n" if last < len(self.lines) else "")


def _pair(section: Section, value: Node) -> Mapping:
    root = Mapping(section.first, section.column)
    root.pairs.append((Scalar(section.first, section.column, section.key, len(section.key)), value))
    return root


def _one_document(report: Report) -> list[str]:
    """The lines without document markers and directives; a marker with content in front of it is reported.

    Where another deck starts behind a marker, the lines end with the first.
    """
    lines = list(report.lines)
    started = False
    for index, text in enumerate(lines):
        if MARKER.match(text) or (text.startswith("%") and not started):
            lines[index] = ""
            if started and any(map(_is_content, lines[index + 1 :])):
                report.add("second-document", "a second document starts here", Span(index + 1, 1, 3),
                           "remove the line; a file holds one deck")  # fmt: skip
                if _starts_deck(lines[index + 1 :]):
                    return lines[:index]
        started = started or _is_content(lines[index])
    return lines


def _is_content(text: str) -> bool:
    return bool(text.strip()) and not text.lstrip().startswith("#") and not MARKER.match(text)


def _starts_deck(lines: AbstractSequence[str]) -> bool:
    first = next(filter(_is_content, lines), "")
    key = TOP_KEY.match(first)
    return key is not None and not key["indent"] and key["key"].strip() in DECK_KEYS and not DASH.match(first)
