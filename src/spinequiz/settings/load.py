"""Reads the settings file: TOML, checked by the same reader as decks, with line and column on every mistake."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from spinequiz.documents.nodes import Mapping, Node, Scalar, Sequence, find
from spinequiz.documents.report import Report, nearest
from spinequiz.documents.schema import INVALID, struct_reader
from spinequiz.model.diagnostics import Diagnostic, Severity, Span
from spinequiz.settings.keys import BY_ID, clashes, is_key
from spinequiz.settings.model import Settings

TABLE = re.compile(r"^\s*\[\s*(?P<name>[^\[\]]+?)\s*\]")
KEY = re.compile(r"^\s*(?P<key>[A-Za-z0-9_.\"'-]+)\s*=\s*(?P<value>.*)$")

Loaded = tuple[Settings, tuple[Diagnostic, ...]]


def load_settings(path: Path) -> Loaded:
    """The settings and what is wrong with them; without a file, the defaults. With errors, the defaults too."""
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return Settings(), ()
    except OSError as error:
        message = f"the settings file cannot be read: {error.strerror}"
        return Settings(), (
            Diagnostic("unreadable", Severity.ERROR, message, str(path), help="change its permissions"),
        )
    return parse_settings(data, str(path))


def parse_settings(data: bytes, path: str) -> Loaded:
    """Read settings from the bytes of their file."""
    import tomllib

    text = data.decode("utf-8", "replace")
    report = Report(path, text.splitlines())
    if "\N{REPLACEMENT CHARACTER}" in text:
        report.add("not-utf-8", "the settings file is not UTF-8", Span(1, 1), "save it as UTF-8")
        return Settings(), report.sorted()
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = re.search(r" \(at line (\d+), column (\d+)\)$", message)
        span = Span(int(place[1]), int(place[2])) if place else Span(max(1, len(report.lines)), 1)
        plain = message[: place.start()] if place else message.removesuffix(" (at end of document)")
        report.add("toml-syntax", plain, span, "see https://toml.io for how TOML is written")
        return Settings(), report.sorted()
    root = _Located(report.lines).node(values, ())
    settings = struct_reader(Settings)(root, report)
    if settings is not INVALID:
        _check_keys(settings, root, report)
        _check_parameters(settings, root, report)
    return (Settings() if report.errors else settings), report.sorted()


def _check_keys(settings: Settings, root: Node, report: Report) -> None:
    for name, keys in settings.keys.items():
        span = find(root, "keys", name).span
        if name not in BY_ID:
            close = nearest(name, tuple(BY_ID))
            cure = f"did you mean `{close}`?" if close else "the help screen and docs/keys.md list the ids"
            report.add("unknown-key-id", f"`{name}` is not the id of a key", span, cure)
        for key in keys.split(","):
            if not is_key(key.strip()):
                report.add(
                    "bad-key", f"`{key.strip()}` is not the name of a key", span,
                    "write a character, or a name such as f2, ctrl+s or question_mark",
                )  # fmt: skip
    if not report.errors:
        for key, name, other in clashes(settings.keys):
            at = name if name in settings.keys else other
            report.add(
                "key-clash", f"the key `{key}` belongs to `{name}` and to `{other}`",
                find(root, "keys", at).span, "give one of them another key",
            )  # fmt: skip


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
        for number, line in enumerate(lines, 1):
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
        return Scalar(line, column, text, len(text), quoted=isinstance(value, str))

    def _place(self, path: tuple[str, ...]) -> tuple[int, int, int]:
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1, 1))


def _split(name: str) -> tuple[str, ...]:
    """The parts of a dotted key; quoted parts may hold dots."""
    parts = re.findall(r'"[^"]*"|\'[^\']*\'|[^.\s]+', name)
    return tuple(part[1:-1] if part[0] in "\"'" else part for part in parts)
