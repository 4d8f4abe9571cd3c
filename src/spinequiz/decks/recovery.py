"""Reading on behind a syntax error: the file is cut where its outline shows, and each piece read alone.

The outline of a deck is plain to see without a parser: top-level keys start in the first column, and the items
are the lines with a dash at one and the same indentation. A broken piece costs itself alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from spinequiz.decks.compose import compose
from spinequiz.decks.syntax import explain
from spinequiz.documents.nodes import Mapping, Node, Refused, Scalar, Sequence
from spinequiz.documents.report import Report
from spinequiz.model.diagnostics import Span

KEY = re.compile(r"[^\s#\-\[\]{}][^:#]*:(?:\s|$)")
DASH = re.compile(r"^( *)-(?: |$)")
ITEM_START = re.compile(r"^(\s*)- +(?:id|type|prompt):")
DEEPER_THAN_ANY = 1 << 30
NESTED_LIST = re.compile(r"^( +)(?:- +)?items:\s*(?:#.*)?$")


def recover(report: Report) -> Node | None:
    """The tree of what can be read, after each piece's own errors are reported."""
    lines = report.lines
    root: Mapping | None = None
    for first, last in _pieces(lines):
        if lines[first - 1].rstrip().split("#")[0].strip() == "items:":
            node: Node | None = _items(report, first, last)
        else:
            node = _piece(report, first, last)
        if isinstance(node, Mapping):
            root = root or Mapping(node.line, node.column)
            root.pairs.extend(node.pairs)
    return root


def _pieces(lines: list[str]) -> Iterator[tuple[int, int]]:
    """First and last line of each top-level key; what stands before the first key goes with it."""
    starts = [n for n, text in enumerate(lines, 1) if KEY.match(text)] or [1]
    starts[0] = 1
    for start, following in zip(starts, [*starts[1:], len(lines) + 1], strict=True):
        yield start, following - 1


def _piece(report: Report, first: int, last: int) -> Node | None:
    try:
        return compose("\n".join(report.lines[first - 1 : last]) + "\n", report, first)
    except yaml.YAMLError as error:
        explain(error, report, first, last)
        return _lost(report, first, last)


def _lost(report: Report, first: int, last: int) -> Mapping | None:
    """What stands for a top-level key whose value cannot be read: the key is there, so it is not missed."""
    for number in range(first, last + 1):
        text = report.line(number)
        if KEY.match(text):
            root = Mapping(number, 1)
            root.pairs.append((Scalar(number, 1, text.split(":")[0].strip()), Refused(number, 1)))
            return root
    return None


def _items(report: Report, first: int, last: int) -> Node | None:
    lines = report.lines
    indent = next((len(m[1]) for text in lines[first:last] if (m := DASH.match(text))), None)
    if indent is None:
        return _piece(report, first, last)
    starts = list(_item_starts(lines, first + 1, last, indent))
    items = Sequence(first + 1, indent + 1)
    for start, following in zip(starts, [*starts[1:], last + 1], strict=True):
        found = len(lines[start - 1]) - len(lines[start - 1].lstrip(" "))
        if found != indent:
            report.add(
                "bad-indentation",
                f"this item's dash stands in column {found + 1}, the first item's in column {indent + 1}",
                Span(start, found + 1),
                "give the dashes of all items the same indentation",
            )
            continue
        node = _piece(report, start, following - 1)
        if isinstance(node, Sequence):
            items.items.extend(node.items)
    root = Mapping(first, 1)
    root.pairs.append((Scalar(first, 1, "items", 5), items))
    return root


def _item_starts(lines: list[str], first: int, last: int, indent: int) -> Iterator[int]:
    """The lines on which an item of the deck starts, those with a wrong indentation too.

    Below the `items:` of a case study, dashes as deep as that key are its own.
    """
    nested = DEEPER_THAN_ANY
    for number in range(first, last + 1):
        text = lines[number - 1]
        dash = DASH.match(text)
        if dash and (len(dash[1]) == indent or (ITEM_START.match(text) and len(dash[1]) < nested)):
            nested = DEEPER_THAN_ANY
            yield number
        elif (key := NESTED_LIST.match(text)) and len(key[1]) > indent:
            nested = len(key[1])
