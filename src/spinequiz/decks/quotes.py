"""Quotes that are not closed, or closed too early: found by the lines, for a parser notices them far behind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from spinequiz.decks.outline import DASH, KEY_LINE, block_lines
from spinequiz.model.diagnostics import Span

OPENING = re.compile(r"(?P<dashes>[ ]*(?:- +)*)(?P<key>[^\s#'\"\[{&*!|>%@`:-][^#:'\"]*: +)?(?P<quote>['\"])")
LONGEST_TEXT = 2000
"""Characters of a line in which the opening quote of a value is looked for."""
ENDS = {
    '"': re.compile(r'[^"\\]*(?:\\(?:.|$)[^"\\]*)*"'),
    "'": re.compile(r"[^']*(?:''[^']*)*'"),
}
GOES_ON = {
    '"': re.compile(r'[^"\\]*(?:\\(?:.|$)[^"\\]*)*$'),
    "'": re.compile(r"[^']*(?:''[^']*)*$"),
}


class _Closing(NamedTuple):
    line: int
    column: int


def quote_fault(lines: Sequence[str], first: int, until: int, last: int) -> tuple[str, Span] | None:
    """The first fault of a quoted value that opens in the lines from `first` to `until`: its rule and its place.

    `unclosed-quote` stands at the opening quote, `text-after-quote` at the text. A quote that is closed only behind
    the start of another key is taken for one that was never closed.
    """
    skipped = block_lines(lines, first, last)
    number = first
    while number <= until:
        match = OPENING.match(lines[number - 1][:LONGEST_TEXT]) if number not in skipped else None
        if match is None:
            number += 1
            continue
        opening = Span(number, match.start("quote") + 1)
        closing = _closing(lines, number, match.end(), match["quote"], last)
        # where a value has no key, its place is that of its dash
        depth = len(match["dashes"]) if match["key"] else match["dashes"].rfind("-")
        if closing is None or _swallows(lines, number, closing.line, depth):
            return "unclosed-quote", opening
        text = lines[closing.line - 1]
        rest = text[closing.column :]
        if rest.strip() and not re.match(r"\s+#|\s*:(?:\s|$)", rest):
            column = len(text) - len(rest.lstrip()) + 1
            return "text-after-quote", Span(closing.line, column, len(rest.strip()))
        number = closing.line + 1
    return None


def _closing(lines: Sequence[str], number: int, index: int, quote: str, last: int) -> _Closing | None:
    """Where a quoted text ends that starts at an index of a line."""
    while number <= last:
        text = lines[number - 1]
        if found := ENDS[quote].match(text, index):
            return _Closing(number, found.end())
        if not GOES_ON[quote].match(text, index):
            return None
        number, index = number + 1, 0
    return None


def _swallows(lines: Sequence[str], number: int, closing: int, depth: int) -> bool:
    """Whether a quoted text goes on over keys or entries that are no deeper than its own."""
    for text in lines[number:closing]:
        indent = len(text) - len(text.lstrip())
        if indent <= depth and (KEY_LINE.match(text) or DASH.match(text)):
            return True
    return False
