"""Segments to mark in a text: `{{+key}}` and `{{-not key}}`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

SEGMENT = re.compile(r"\{\{\s*(?P<sign>[+-])(?P<text>[^{}]*)\}\}")


class Segment(NamedTuple):
    """A segment and the literal text in front of it."""

    before: str
    text: str
    key: bool


class SegmentText(NamedTuple):
    """A text in pieces; `tail` is the literal text after the last segment."""

    segments: tuple[Segment, ...]
    tail: str

    @property
    def keys(self) -> tuple[str, ...]:
        """The segments that are to be marked."""
        return tuple(segment.text for segment in self.segments if segment.key)

    def bracketed(self) -> str:
        """The text with every segment in brackets, keys or not."""
        return "".join([*(f"{segment.before}[{segment.text}]" for segment in self.segments), self.tail])


@lru_cache(maxsize=256)
def parse_segments(text: str) -> SegmentText:
    """Split a text at its segments."""
    segments = []
    end = 0
    for match in SEGMENT.finditer(text):
        segments.append(Segment(text[end : match.start()], match["text"].strip(), match["sign"] == "+"))
        end = match.end()
    return SegmentText(tuple(segments), text[end:])
