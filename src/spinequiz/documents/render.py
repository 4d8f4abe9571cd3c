"""Diagnostics as text: full, concise, json and github."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

from spinequiz.model.diagnostics import Diagnostic, Severity

LONGEST_LINE = 160


def visible(text: str) -> str:
    """The text with control characters and bidirectional marks as \\u escapes, so that it shows literally."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else escape(c) for c in text)


def escape(character: str) -> str:
    """`\\u202e` for U+202E; a tab becomes a space."""
    if character == "\t":
        return " "
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def literal(text: str) -> str:
    """A deck's text as a terminal may show it: control characters and bidirectional overrides as escapes.

    Lines stay lines, a tab becomes spaces, and emoji, accents and right-to-left letters stay what they are.
    """
    if text.isprintable():
        return text
    return UNSAFE.sub(lambda match: escape(match[0]), text.expandtabs(4))


def cell_width(text: str) -> int:
    """Columns that a text takes in a terminal."""
    if text.isascii():
        return len(text)
    width = 0
    for character in text:
        if unicodedata.category(character) in ("Mn", "Me", "Cf"):
            continue
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return width


def full(diagnostic: Diagnostic) -> str:
    """The form for people: headline, place, source line with a caret, and the cure."""
    lines = [f"{diagnostic.severity}[{diagnostic.rule}]: {visible(diagnostic.message)}"]
    span = diagnostic.span
    if span is None:
        lines.append(f"  --> {visible(diagnostic.path)}")
    else:
        gutter = " " * len(str(span.line))
        lines.append(f"{gutter} --> {visible(diagnostic.path)}:{span.line}:{span.column}")
    if span is not None and span.column <= len(diagnostic.source_line) + 1:
        start = max(0, span.column - 1 - LONGEST_LINE // 2) if span.column > LONGEST_LINE else 0
        source = diagnostic.source_line[start : start + LONGEST_LINE]
        before = visible(source[: span.column - 1 - start])
        marked = visible(source[span.column - 1 - start : span.column - 1 - start + span.length])
        after = visible(source[span.column - 1 - start + span.length :])
        carets = "^" * max(1, cell_width(marked))
        lines += [
            f"{gutter} |",
            f"{span.line} | {before}{marked}{after}".rstrip(),
            f"{gutter} | {' ' * cell_width(before)}{carets}",
        ]
    for related in diagnostic.related:
        place = f"{visible(diagnostic.path)}:{related.span.line}:{related.span.column}"
        lines.append(f"info: {visible(related.message)} --> {place}")
    if diagnostic.help:
        lines.append(f"help: {visible(diagnostic.help)}")
    return "\n".join(lines) + "\n"


def concise(diagnostic: Diagnostic) -> str:
    """`path:line:column: severity[rule] message` on one line."""
    line, column = (diagnostic.span.line, diagnostic.span.column) if diagnostic.span else (1, 1)
    place = f"{visible(diagnostic.path)}:{line}:{column}"
    return f"{place}: {diagnostic.severity}[{diagnostic.rule}] {visible(diagnostic.message)}"


def as_json(diagnostic: Diagnostic) -> str:
    """One JSON object on one line."""
    import json

    span = diagnostic.span
    found = {
        "path": diagnostic.path,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "length": span.length if span else None,
        "severity": diagnostic.severity,
        "rule": diagnostic.rule,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "item": diagnostic.item_id or None,
        "related": [{"message": r.message, "line": r.span.line, "column": r.span.column} for r in diagnostic.related],
    }
    # a path that is not UTF-8 has surrogates, which an encoder of bytes refuses and standard output escapes
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def github(diagnostic: Diagnostic) -> str:
    """A workflow command that annotates the line in a pull request."""
    level = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}[diagnostic.severity]
    line, column = (diagnostic.span.line, diagnostic.span.column) if diagnostic.span else (1, 1)
    message = visible(diagnostic.message) + (f"; {visible(diagnostic.help)}" if diagnostic.help else "")
    properties = f"file={_property(diagnostic.path)},line={line},col={column},title={_property(diagnostic.rule)}"
    return f"::{level} {properties}::{_data(message)}"


FORMATS: dict[str, Callable[[Diagnostic], str]] = {
    "full": full,
    "concise": concise,
    "json": as_json,
    "github": github,
}


def summary(diagnostics: Iterable[Diagnostic], decks: int, items: int) -> str:
    """What a run found, in one sentence."""
    found = list(diagnostics)
    errors = sum(d.severity is Severity.ERROR for d in found)
    warnings = sum(d.severity is Severity.WARNING for d in found)
    read = f"{plural(items, 'item')} in {plural(decks, 'deck')}"
    if not found:
        return f"{read}: no mistake found"
    notes = len(found) - errors - warnings
    more = f", {plural(notes, 'note')}" if notes else ""
    return f"{read}: {plural(errors, 'error')}, {plural(warnings, 'warning')}{more}"


def plural(count: int, noun: str) -> str:
    """`1 card`, `2 cards`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
