"""The difference between two texts, spelled in words."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from spinequiz.grading.text import Piece

CONTEXT_CHARACTERS = 12
WORTH_SPELLING = 0.5
"""The share of the right answer that must stand in the given one: below it the difference says nothing."""


def difference_words(pieces: Sequence[Piece]) -> str:
    """What to change, one change after the other: `after "vertebr", "a" should be "o"`."""
    same = sum(len(piece.text) for piece in pieces if piece.kind == "same")
    right = same + sum(len(piece.text) for piece in pieces if piece.kind == "missing")
    if same < WORTH_SPELLING * right:
        return "it has little in common with the answer."
    changes = []
    before = ""
    index = 0
    while index < len(pieces):
        piece = pieces[index]
        if piece.kind == "same":
            before += piece.text
            index += 1
            continue
        following = pieces[index + 1] if index + 1 < len(pieces) else None
        place = f"after {spelled(before[-CONTEXT_CHARACTERS:])}" if before else "at the start"
        if piece.kind == "extra" and following is not None and following.kind == "missing":
            changes.append(f"{place}, {spelled(piece.text)} should be {spelled(following.text)}")
            before += following.text
            index += 2
            continue
        if piece.kind == "extra":
            changes.append(f"{place}, {spelled(piece.text)} is too much")
        else:
            changes.append(f"{place}, {spelled(piece.text)} is missing")
            before += piece.text
        index += 1
    return "; ".join(changes) + "." if changes else "none."


def spelled(text: str) -> str:
    """The text in quotes; a single space or mark by its name, as it would not be heard."""
    if len(text) != 1 or text.isalnum():
        return f'"{text}"'
    name = unicodedata.name(text, "character without a name").casefold()
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"
