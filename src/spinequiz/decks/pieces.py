"""The items of a deck as pieces of its file, so that what did not change between two readings is not compiled anew.

A piece runs from an item's dash up to the next dash at the same indentation. Where the compiler finds exactly one item
in each piece, at its first line, it stands at every such line between two entries of one and the same list: what a
piece means depends on its own bytes then, and on the names of the deck's sources, and not on the other pieces.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from spinequiz.model.decks import LoadedDeck

FIRST_DASH = re.compile(rb"^items:[ ]*\n(?:[ ]*(?:#[^\n]*)?\n)*(?P<indent>[ ]*)- ", re.MULTILINE)
OTHER_LINE_ENDS = re.compile(rb"\r|\xc2\x85|\xe2\x80[\xa8\xa9]")
"""What the compiler takes for the end of a line beside a line feed."""


class Pieces(NamedTuple):
    """A file in pieces: joined, `head` and `items` are its bytes. The last one holds all that follows its item."""

    head: bytes
    items: tuple[bytes, ...]

    @property
    def lines(self) -> tuple[int, ...]:
        """The lines, from 1, on which the items start."""
        before = (self.head, *self.items[:-1])
        return tuple(1 + count for count in accumulate(text.count(b"\n") for text in before))

    def only(self, places: Sequence[int]) -> Pieces:
        """The file with these items alone, by their places from 0."""
        return Pieces(self.head, tuple(self.items[place] for place in places))

    def are_those_of(self, loaded: LoadedDeck) -> bool:
        """Whether the compiler found one item in each piece, and each of another id."""
        return loaded.lines == self.lines and len({item.id for item in loaded.items}) == len(loaded.items)

    def __bytes__(self) -> bytes:
        return b"".join((self.head, *self.items))


def cut(data: bytes) -> Pieces | None:
    """The pieces of a deck file; None where it does not look like one. Only the compiler can tell whether they are."""
    found = FIRST_DASH.search(data)
    if found is None or OTHER_LINE_ENDS.search(data):
        return None
    dash = b"\n" + found["indent"] + b"- "
    start = found.start("indent")
    first, *others = data[start:].split(dash)
    items = [first, *(dash[1:] + text for text in others)]
    return Pieces(data[:start], (*(text + b"\n" for text in items[:-1]), items[-1]))
