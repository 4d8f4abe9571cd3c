"""`cloze`: blanks in a text, `{{c1::answer::hint}}`, one card a number; the student rates."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from spinequiz.grading.base import Grader
from spinequiz.model.cards import Variant
from spinequiz.model.items.cloze import Cloze
from spinequiz.model.responses import Recalled

BLANK = re.compile(r"\{\{(?:c(?P<number>[1-9][0-9]{0,2})::)?(?P<body>(?:[^{}]|\{(?!\{)|\}(?!\}))+)\}\}")
"""Within a blank no other opens, so that a text of a thousand open braces is read in a moment too."""


class Blank(NamedTuple):
    """A blank and the literal text in front of it."""

    before: str
    number: int
    answer: str
    hint: str


class ParsedCloze(NamedTuple):
    """A cloze text in pieces; `tail` is the literal text after the last blank."""

    blanks: tuple[Blank, ...]
    tail: str

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers in use, rising."""
        return tuple(sorted({blank.number for blank in self.blanks}))


@lru_cache(maxsize=256)
def parse_cloze(text: str) -> ParsedCloze:
    """Split a cloze text. A blank without a number takes the next number that is still free."""
    taken = {int(match["number"]) for match in BLANK.finditer(text) if match["number"]}
    free = (number for number in range(1, len(text) + 2) if number not in taken)
    blanks = []
    end = 0
    for match in BLANK.finditer(text):
        number = int(match["number"]) if match["number"] else next(free)
        answer, _, hint = match["body"].partition("::")
        blanks.append(Blank(text[end : match.start()], number, answer.strip(), hint))
        end = match.end()
    return ParsedCloze(tuple(blanks), text[end:])


def fill(text: str, number: int, *, reveal: bool) -> str:
    """The text as one card shows it: other blanks filled, this one open or filled, in brackets."""
    parsed = parse_cloze(text)
    parts = []
    for blank in parsed.blanks:
        parts.append(blank.before)
        if blank.number != number:
            parts.append(blank.answer)
        elif reveal:
            parts.append(f"[{blank.answer}]")
        else:
            parts.append(f"[{blank.hint or '...'}]")
    return "".join([*parts, parsed.tail])


def variant_number(variant: Variant) -> int:
    """The number of a card named `c2`."""
    return int(variant[1:])


class ClozeGrader(Grader):
    """Self-rated: no points."""

    self_rated = True
    response_type = Recalled

    def variants(self, item: Cloze) -> tuple[Variant, ...]:
        """One card a number: c1, c2, ..."""
        return tuple(Variant(f"c{number}") for number in parse_cloze(item.text).numbers)

    def question(self, item: Cloze, variant: Variant) -> str:
        """The text with this card's blank open, under the prompt if there is one."""
        text = fill(item.text, variant_number(variant), reveal=False)
        return f"{item.prompt}\n\n{text}" if item.prompt else text

    def answer(self, item: Cloze, variant: Variant) -> str:
        """The whole text with this card's answers in brackets."""
        return fill(item.text, variant_number(variant), reveal=True)


GRADER = ClozeGrader()
