"""When two texts are the same answer, and where they differ."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

MINUS = "\N{MINUS SIGN}"
ASCII_GAP = re.compile(r"""[\x00-\x20\x7f!"#%&'()*,\-./:;?@\[\\\]_{}]+""")
"""Punctuation, spaces and control characters, which most texts have no others of than those of ASCII."""


class Piece(NamedTuple):
    """A run of characters of a comparison: in both texts, in the given one alone, or in the right one alone."""

    kind: Literal["same", "extra", "missing"]
    text: str


def fold(text: str) -> str:
    """The text without the differences that do not matter: case, width, spaces and punctuation.

    What separates two digits stays, in one form: `1.5` is not `15`, and `1984 - 1987` is `1984-1987`. So do a
    minus sign and a decimal point before a number: `-1` is not `1`, and `.5` is `0.5`, not `5`.
    """
    if text.isascii():
        return ASCII_GAP.sub(_closed, text.lower())
    wide = unicodedata.normalize("NFKC", text).casefold()
    kept: list[str] = []
    gap = ""
    for character in wide:
        category = unicodedata.category(character)
        if category[0] in "PZC" or character == MINUS:
            gap += "-" if category == "Pd" or character == MINUS else character
            continue
        if gap and character.isdigit():
            kept.append(_separator(gap, after_digit=bool(kept) and kept[-1].isdigit(), at_start=not kept))
        gap = ""
        kept.append(character)
    return "".join(kept)


def _closed(gap: re.Match[str]) -> str:
    """What a run of punctuation and spaces of an ASCII text comes to."""
    text, start, end = gap.string, gap.start(), gap.end()
    if not text[end : end + 1].isdigit():
        return ""
    return _separator(gap[0], after_digit=text[start - 1 : start].isdigit(), at_start=start == 0)


def _separator(gap: str, *, after_digit: bool, at_start: bool) -> str:
    """What a run of punctuation and spaces in front of a digit comes to."""
    marks = "".join(gap.split())
    if after_digit:
        return marks[0].replace(",", ".") if marks else " "
    if not (at_start or gap[0].isspace()):
        return ""
    if gap.endswith(".") and not gap.endswith(".."):
        return "-0." if gap.endswith("-.") else "0."
    return "-" if gap.endswith("-") else ""


def difference(given: str, right: str) -> tuple[Piece, ...]:
    """What to take out of `given` and to put in, to get `right`; case and width are not compared."""
    a, b = (unicodedata.normalize("NFC", text).casefold() for text in (given, right))
    if len(a) != len(given) or len(b) != len(right):
        # folding changed a length, so its indices do not fit the texts: compare them as they are
        a, b = given, right
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    pieces: list[Piece] = []
    for operation, a0, a1, b0, b1 in matcher.get_opcodes():
        if operation == "equal":
            pieces.append(Piece("same", right[b0:b1]))
            continue
        if a1 > a0:
            pieces.append(Piece("extra", given[a0:a1]))
        if b1 > b0:
            pieces.append(Piece("missing", right[b0:b1]))
    return tuple(pieces)


def is_typo(given: str, right: str) -> bool:
    """Whether `given` is close enough to `right` to be a slip of the fingers."""
    a, b = fold(given), fold(right)
    if a == b or not a or any(c.isdigit() for c in a + b):
        return False
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= 0.8
