"""Blanks in a text: `{{name}}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

BLANK = re.compile(r"\{\{(?P<name>[^{}]*)\}\}")


class Blank(NamedTuple):
    """A blank and the literal text in front of it."""

    before: str
    name: str


class BlankText(NamedTuple):
    """A text in pieces; `tail` is the literal text after the last blank."""

    blanks: tuple[Blank, ...]
    tail: str

    @property
    def names(self) -> tuple[str, ...]:
        """The blanks' names in their order."""
        return tuple(blank.name for blank in self.blanks)

    def filled(self, shown: Mapping[str, str]) -> str:
        """The text with something in brackets at each blank: what is `shown` for its name, else the name."""
        parts = [f"{blank.before}[{shown.get(blank.name, blank.name)}]" for blank in self.blanks]
        return "".join([*parts, self.tail])


@lru_cache(maxsize=256)
def parse_blanks(text: str) -> BlankText:
    """Split a text at its blanks."""
    blanks = []
    end = 0
    for match in BLANK.finditer(text):
        blanks.append(Blank(text[end : match.start()], match["name"].strip()))
        end = match.end()
    return BlankText(tuple(blanks), text[end:])
