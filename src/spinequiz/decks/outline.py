"""The outline of a deck, seen without a parser: its top-level keys, and the lines on which its items start.

Top-level keys stand in the first column, and items are the lines with a dash at one and the same indentation. The
outline also tells which of them stand astray, so that a slip of the indentation costs no more than its own lines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from spinequiz.documents.report import nearest
from spinequiz.model.decks import Deck
from spinequiz.model.items import ITEM_TYPES, item_class
from spinequiz.model.items.base import Part

DECK_KEYS = (*Deck.__struct_fields__, "items")
TOP_KEY = re.compile(r"(?P<indent>[ \t]*)(?P<key>[^\s#\-\[\]{}'\"][^:#]*):(?:\s+(?P<value>.*)|$)")
GLUED_TOP_KEY = re.compile(rf"(?P<indent>)(?P<key>{'|'.join(DECK_KEYS)}):(?P<value>\S.*)")
DASH = re.compile(r"(?P<indent>[ \t]*)-(?P<gap>[ \t]*)(?P<rest>.*)")
FIRST_KEY = re.compile(r"(?:id|type|prompt):(?:\s|$)")
NESTED_LIST = re.compile(r"([ \t]+)items:(?:\s|$)")
KEY_LINE = re.compile(r"(?P<lead>[ \t]*(?:-[ \t]+)*)(?P<key>[A-Za-z_][\w-]*):(?=\s|$)")
BLOCK = re.compile(r"[|>][+-]?[0-9]?[+-]?\s*(?:#.*)?$")
MARKER = re.compile(r"(?:---|\.\.\.)(?:\s|$)")


@cache
def item_keys() -> frozenset[str]:
    """Every key that an item of some type has."""
    return frozenset().union(*map(keys_of, ITEM_TYPES))


@cache
def keys_of(type_name: str) -> frozenset[str]:
    """Every key of a type's items."""
    return frozenset({"type", *item_class(type_name).__struct_fields__})


@cache
def keys_below_items() -> frozenset[str]:
    """Every key that stands somewhere in an item: its own, and those of its parts."""
    found, parts = set(item_keys()), [Part]
    while parts:
        part = parts.pop()
        found.update(part.__struct_fields__)
        parts += part.__subclasses__()
    return frozenset(found)


class Section(NamedTuple):
    """The lines of a top-level key; the key is empty for what stands before the first. Its column should be 1."""

    first: int
    last: int
    key: str
    column: int


class ItemStart(NamedTuple):
    """A line on which an item starts. `astray` says that its dash is not like the others, or lacks its space."""

    line: int
    column: int
    astray: bool


def sections(lines: Sequence[str]) -> Iterator[Section]:
    """The deck's sections, one behind the other, all lines together."""
    starts = list(_section_starts(lines))
    if not starts or any(text.strip() for text in lines[: starts[0][0] - 1]):
        starts.insert(0, (1, "", 1))
    for (first, key, column), following in zip(starts, [start[0] for start in starts[1:]] + [0], strict=True):
        yield Section(first, following - 1 if following else len(lines), key, column)


def _section_starts(lines: Sequence[str]) -> Iterator[tuple[int, str, int]]:
    seen: set[str] = set()
    within, inline = "", True
    for number, text in enumerate(lines, 1):
        match = TOP_KEY.match(text) or (GLUED_TOP_KEY.match(text) if within != "items" else None)
        if match is None:
            continue
        key, column = match["key"].strip(), len(match["indent"]) + 1
        fresh = key in DECK_KEYS and key not in seen
        if column == 1:
            starts = fresh or within != "items" or _is_misspelt(key, seen)
        else:
            starts = fresh and within != "items" and (inline or key == "items")
        if starts:
            yield number, key, column
            seen.add(key)
            within = key
            value = match["value"] or ""
            inline = bool(value) and not BLOCK.match(value)


def _is_misspelt(key: str, seen: set[str]) -> bool:
    """Whether a key in the first column behind the items is meant to be one of the deck's that is not there yet."""
    wanted = tuple(name for name in DECK_KEYS if name not in seen)
    return key not in keys_below_items() and bool(nearest(key, wanted))


def item_starts(lines: Sequence[str], first: int, last: int) -> list[ItemStart]:
    """Where the items among these lines start, in the order of the lines."""
    found: list[tuple[int, re.Match[str], bool]] = []
    skipped = block_lines(lines, first, last)
    nested = ""
    for number in range(first, last + 1):
        text = lines[number - 1]
        if number in skipped:
            continue
        if key := NESTED_LIST.match(text):
            nested = key[1]
        elif dash := DASH.match(text):
            looks = bool(FIRST_KEY.match(dash["rest"]))
            if looks and nested and len(dash["indent"]) < len(nested):
                nested = ""
            found.append((number, dash, looks and not nested))
    counts = Counter(dash["indent"] for _, dash, looks in found if looks and "\t" not in dash["indent"])
    if not found:
        return []
    usual = counts.most_common(1)[0][0] if counts else found[0][1]["indent"]
    starts = []
    for number, dash, looks in found:
        sound = dash["indent"] == usual and (dash["gap"].startswith(" ") or not dash["rest"])
        if sound or looks:
            starts.append(ItemStart(number, len(dash["indent"]) + 1, not sound))
    return starts


def block_lines(lines: Sequence[str], first: int, last: int) -> set[int]:
    """The lines that belong to block texts, which may hold whatever they like."""
    inside: set[int] = set()
    depth = -1
    for number in range(first, last + 1):
        text = lines[number - 1]
        indent = len(text) - len(text.lstrip(" "))
        if depth >= 0 and (indent > depth or not text.strip()):
            inside.add(number)
            continue
        depth = -1
        key = KEY_LINE.match(text)
        if key and BLOCK.match(text[key.end() :].strip()):
            depth = len(key["lead"])
    return inside
