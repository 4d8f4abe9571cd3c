"""Reads the settings file: TOML, checked by the same reader as decks, with line and column on every mistake."""

from __future__ import annotations

import re
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any

from spinequiz.documents.nodes import Mapping, Node, Scalar, Sequence, find
from spinequiz.documents.report import Report, nearest
from spinequiz.documents.schema import INVALID, struct_reader
from spinequiz.model.diagnostics import Diagnostic, Severity, Span
from spinequiz.settings.keys import BY_ID, clashes, is_key
from spinequiz.settings.model import Settings

TABLE = re.compile(r"^\s*\[{1,2}\s*(?P<name>[^\[\]]+?)\s*\]")
KEY = re.compile(r"^\s*(?P<key>(?:\"[^\"]*\"|'[^']*'|[A-Za-z0-9_.-])+)\s*=\s*(?P<value>.*)$")
QUOTES = re.compile("\"\"\"|'''")
LARGEST = 1024 * 1024
"""Bytes of a settings file."""

Loaded = tuple[Settings, tuple[Diagnostic, ...]]


def load_settings(path: Path) -> Loaded:
    """The settings and what is wrong with them; without a file, the defaults. With errors, the defaults too."""
    try:
        if path.exists() and not path.is_file():
            return _unreadable(path, "it is not a regular file", "move it away")
        if path.exists() and path.stat().st_size > LARGEST:
            return _unreadable(path, "it is far too large", "move it away")
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return Settings(), ()
    except OSError as error:
        return _unreadable(path, str(error.strerror), "change its permissions")
    return parse_settings(data, str(path))


def _unreadable(path: Path, reason: str, help: str) -> Loaded:
    message = f"the settings file cannot be read: {reason}"
    return Settings(), (Diagnostic("unreadable", Severity.ERROR, message, str(path), help=help),)


def parse_settings(data: bytes, path: str) -> Loaded:
    """Read settings from the bytes of their file."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    report = Report(path, text.split("\n"))
    if "\N{REPLACEMENT CHARACTER}" in text:
        report.add("not-utf-8", "the settings file is not UTF-8", Span(1, 1), "save it as UTF-8")
    elif text.startswith("\ufeff"):
        report.add("byte-order-mark", "the file starts with a byte order mark", Span(1, 1), "save it without BOM")
    else:
        values = _parse_toml(text, report)
        if values is not None:
            return _read(values, report)
    return Settings(), report.sorted()


def _parse_toml(text: str, report: Report) -> dict[str, Any] | None:
    import tomllib

    help = "see https://toml.io for how TOML is written"
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = re.search(r" \(at line (\d+), column (\d+)\)$", message)
        span = Span(int(place[1]), int(place[2])) if place else Span(len(report.lines), len(report.lines[-1]) + 1)
        plain = message[: place.start()] if place else message.removesuffix(" (at end of document)")
        report.add("toml-syntax", _in_words(plain), span, help)
    except (RecursionError, ValueError):
        # the parser calls itself for every bracket, and Python makes no numbers of thousands of digits
        report.add("toml-syntax", "the brackets are nested too deeply, or a number is too long", help=help)
    return None


def _in_words(message: str) -> str:
    """A parser's message, with words for the end of a line."""
    return message.replace("Illegal character '\\n'", "the quote is not closed on its line")


def _read(values: dict[str, Any], report: Report) -> Loaded:
    root = _Located(report.lines).node(values, ())
    settings = struct_reader(Settings)(root, report)
    _check_keys(root, report)
    if settings is not INVALID:
        _check_parameters(settings, root, report)
    return (Settings() if report.errors else settings), report.sorted()


def _check_keys(root: Node, report: Report) -> None:
    below = find(root, "keys")
    pairs = below.pairs if isinstance(below, Mapping) and below is not root else []
    before = report.errors
    remapped: dict[str, str] = {}
    places: dict[str, Span] = {}
    for action, keys in pairs:
        if not isinstance(keys, Scalar) or not keys.value.strip():
            continue
        remapped[action.value], places[action.value] = keys.value, keys.span
        if action.value not in BY_ID:
            ends = (name for name in BY_ID if name.endswith(f".{action.value}"))
            close = nearest(action.value, tuple(BY_ID)) or next(ends, "")
            cure = f"did you mean `{close}`?" if close else "the help screen and docs/keys.md list the ids"
            report.add("unknown-key-id", f"`{action.value}` is not the id of a key", action.span, cure)
        for key in keys.value.split(","):
            if not is_key(key.strip()):
                report.add(
                    "bad-key", f"`{key.strip()}` is not the name of a key", keys.span,
                    "write a character, or a name such as f2, ctrl+s or question_mark",
                )  # fmt: skip
    if report.errors == before:
        for key, name, other in clashes(remapped):
            at = places[name] if name in places else places[other]
            report.add(
                "key-clash", f"the key `{key}` belongs to `{name}` and to `{other}`", at, "give one of them another key"
            )


def _check_parameters(settings: Settings, root: Node, report: Report) -> None:
    if not settings.fsrs_parameters:
        return
    from spinequiz.scheduling.outcomes import check_weights

    problem = check_weights(settings.fsrs_parameters)
    if problem:
        report.add("bad-parameters", problem, find(root, "fsrs_parameters").span, "write 21 FSRS-6 parameters")


class _Located:
    """Gives TOML values their places: tomllib does not tell them, so the lines are searched for the keys."""

    def __init__(self, lines: list[str]) -> None:
        self.places: dict[tuple[str, ...], tuple[int, int, int]] = {}
        table: tuple[str, ...] = ()
        within = ""
        for number, line in enumerate(lines, 1):
            starts_within = bool(within)
            for quote in QUOTES.findall(line):
                within = "" if quote == within else within or quote
            if starts_within:
                continue
            if match := TABLE.match(line):
                table = _split(match["name"])
                self.places.setdefault(table, (number, match.start("name") + 1, match.start("name") + 1))
            elif match := KEY.match(line):
                place = (number, match.start("key") + 1, match.start("value") + 1)
                self.places.setdefault((*table, *_split(match["key"])), place)

    def node(self, value: Any, path: tuple[str, ...]) -> Node:
        line, _, column = self._place(path)
        if isinstance(value, dict):
            mapping = Mapping(line, column)
            for name, below in value.items():
                key_line, key_column, _ = self._place((*path, name))
                key = Scalar(key_line, key_column, name, len(name))
                mapping.pairs.append((key, self.node(below, (*path, name))))
            return mapping
        if isinstance(value, list):
            sequence = Sequence(line, column)
            sequence.items.extend(self.node(below, path) for below in value)
            return sequence
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if isinstance(value, float) and isfinite(value):
            # a small number, without an exponent
            text = f"{Decimal(text):f}"
        return Scalar(line, column, text, len(text), quoted=isinstance(value, str))

    def _place(self, path: tuple[str, ...]) -> tuple[int, int, int]:
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1, 1))


def _split(name: str) -> tuple[str, ...]:
    """The parts of a dotted key; quoted parts may hold dots."""
    parts = re.findall(r'"[^"]*"|\'[^\']*\'|[^.\s]+', name)
    return tuple(part[1:-1] if part[0] in "\"'" else part for part in parts)
