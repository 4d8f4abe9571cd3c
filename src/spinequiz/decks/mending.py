"""An item with a syntax error, read without the value that has it, so that its other mistakes show in the same run.

The value's place is taken by a noncharacter, which is read as one that has been reported already. What is left of
the item is checked, but never studied.
"""

from __future__ import annotations

import re
from collections.abc import MutableSequence

from spinequiz.decks.outline import DASH, KEY_LINE, item_keys, keys_below_items, keys_of
from spinequiz.documents.nodes import Mapping, Node, Sequence
from spinequiz.documents.report import REPLACED
from spinequiz.model.items import ITEM_TYPES

FIRST_WORD = re.compile(r"(?P<lead>[ \t]*(?:-[ \t]+)*)(?P<word>[a-z_]+)")
TYPE_LINE = re.compile(r"(?P<lead>[ ]*(?:- +)*)type: +(?P<type>[a-z-]+)\s*(?:#.*)?$")
ASTRAY = 4
"""Columns by which a key of an item is moved at the most; another one belongs to something within the item."""


class Patient:
    """The lines of one item, from `first` to `last`, in lists of all lines that are changed alike.

    `moved` holds the lines whose text was kept and moved, each with the columns by which it was moved to the right.
    """

    def __init__(self, copies: tuple[MutableSequence[str], ...], first: int, last: int) -> None:
        self.copies = copies
        self.first = first
        self.last = last
        self.kept = [lines[first - 1 : last] for lines in copies]
        key = FIRST_WORD.match(copies[0][first - 1])
        self.indent = len(key["lead"]) if key else 0
        self.cut: set[int] = set()
        self.moved: dict[int, int] = {}

    def restore(self) -> None:
        """Give the lines back as they were."""
        for lines, kept in zip(self.copies, self.kept, strict=True):
            lines[self.first - 1 : self.last] = kept

    def put_back(self, node: Node) -> None:
        """Give the nodes of moved lines the columns at which the author wrote them."""
        node.column -= self.moved.get(node.line, 0)
        if isinstance(node, Sequence):
            for each in node.items:
                self.put_back(each)
        elif isinstance(node, Mapping):
            for key, value in node.pairs:
                self.put_back(key)
                self.put_back(value)

    def cut_value(self, number: int, rule: str) -> bool:
        """Take the value out that has the error of a rule on a line; False where that is not possible.

        For a deep nesting, and the second time for a line, it is the whole value of the item's key around it.
        """
        if not self.first <= number <= self.last:
            return False
        again = number in self.cut
        self.cut.add(number)
        if again or rule == "nested-too-deeply":
            return self._cut_around(number)
        cut = self._move(number) if rule in ("bad-indentation", "tab") else self._cut_own(number)
        return cut or self._cut_around(number)

    def _line(self, number: int) -> str:
        return self.copies[0][number - 1]

    def _write(self, number: int, text: str) -> None:
        for lines in self.copies:
            lines[number - 1] = text

    def _move(self, number: int) -> bool:
        """Put a key where the item's keys stand. What the item is stays, as other checks depend on it."""
        text = self._line(number)
        found = FIRST_WORD.match(text)
        if found is None or number == self.first or found["word"] not in self._keys() or "-" in found["lead"]:
            return False
        if "\t" not in found["lead"] and abs(len(found["lead"]) - self.indent) > ASTRAY:
            return False
        what = f"{found['word']}: {REPLACED}"
        if found["word"] in ("id", "type"):
            what = text[found.start("word") :]
            self.moved[number] = self.indent - len(found["lead"])
        self._empty_below(number, max(len(found["lead"]), self.indent))
        self._write(number, " " * self.indent + what)
        return True

    def _keys(self) -> frozenset[str]:
        """The keys of the item's type; those of all types where it is not known."""
        for number in range(self.first, self.last + 1):
            found = TYPE_LINE.match(self._line(number))
            if found and len(found["lead"]) == self.indent and found["type"] in ITEM_TYPES:
                return keys_of(found["type"])
        return item_keys()

    def _cut_own(self, number: int) -> bool:
        """Cut the value that starts on a line: that of its key, or the entry of a list."""
        text = self._line(number)
        found = FIRST_WORD.match(text)
        if found and found["word"] in keys_below_items():
            head, indent = f"{text[: found.end()]}:", len(found["lead"])
        elif (key := KEY_LINE.match(text)) and "-" not in key["lead"]:
            head, indent = text[: key.end()], len(key["lead"])
        elif (dash := DASH.match(text)) and number != self.first:
            head, indent = f"{dash['indent']}-", len(dash["indent"])
        else:
            return False
        self._empty_below(number, indent)
        self._write(number, f"{head} {REPLACED}")
        return True

    def _cut_around(self, number: int) -> bool:
        """Cut the value of the item's key that a line belongs to."""
        for above in range(number, self.first - 1, -1):
            found = FIRST_WORD.match(self._line(above))
            if found and len(found["lead"]) == self.indent and (above == self.first or "-" not in found["lead"]):
                return not self._line(above).endswith(f": {REPLACED}") and self._cut_own(above)
        return False

    def _empty_below(self, number: int, indent: int) -> None:
        """Empty the lines that go on with what starts on a line: those that stand deeper, and a list's entries."""
        for below in range(number + 1, self.last + 1):
            text = self._line(below)
            depth = len(text) - len(text.lstrip())
            if text.strip() and (depth < indent or (depth == indent and not DASH.match(text))):
                return
            self._write(below, "")
