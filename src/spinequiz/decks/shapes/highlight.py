"""`highlight`: distinct segments, keys and others, ten at most."""

from __future__ import annotations

import re
from collections import Counter

from spinequiz.decks.checks import Place
from spinequiz.decks.options import check_count
from spinequiz.documents.schema import says_something
from spinequiz.grading.segments import SEGMENT, SegmentText, parse_segments
from spinequiz.model.diagnostics import Related
from spinequiz.model.items.highlight import Highlight


def check(item: Highlight, place: Place) -> None:
    """Segments are closed, say something and differ; the NCLEX has ten at most."""
    rest = SEGMENT.sub("", item.text)
    parsed = parse_segments(item.text)
    if "{{" in rest or "}}" in rest:
        place.error("broken-blank", "braces that do not make a segment", "write {{+key}} or {{-not key}}", "text")
    elif not parsed.segments:
        place.error("bad-shape", "the text has no segment", "mark some as {{+key}} or {{-not key}}", "text")
    elif not all(says_something(segment.text) for segment in parsed.segments):
        place.error("broken-blank", "a segment is empty", "write {{+key}} or {{-not key}}", "text")
    else:
        _check_segments(place, parsed)


def _check_segments(place: Place, parsed: SegmentText) -> None:
    if not parsed.keys:
        place.error("bad-shape", "no segment is a key", "mark the right ones as {{+key}}", "text")
    if len(parsed.keys) == len(parsed.segments):
        place.error("no-distractors", "every segment is a key", "mark wrong ones as {{-not key}}", "text")
    for text, count in Counter(segment.text for segment in parsed.segments).items():
        if count > 1:
            spans = place.spans_of(rf"\{{\{{\s*[+-]\s*{re.escape(text)}\s*\}}\}}", "text")
            place.report.add(
                "duplicate-option",
                f"a segment occurs {count} times: `{text[:60]}`",
                spans[-1],
                "take in a word more, so that the segments differ",
                related=(Related("first written here", spans[0]),),
            )
    check_count(place, len(parsed.segments), 1, 10, "a highlight", "segments", "text")
