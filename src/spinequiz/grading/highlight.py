"""`highlight`: +/- over the item."""

from __future__ import annotations

from spinequiz.grading.base import Grade, Grader
from spinequiz.grading.choices import gone_elements, option_element
from spinequiz.grading.rules import HIGHLIGHT_FLOOR, PLUS_MINUS, Pick, plus_minus
from spinequiz.grading.segments import parse_segments
from spinequiz.model.cards import Score, Variant
from spinequiz.model.items.base import Option
from spinequiz.model.items.highlight import Highlight
from spinequiz.model.responses import Highlighted


class HighlightGrader(Grader):
    """+/- scoring (NCSBN scoring FAQ, highlight text and table), floored over the whole item."""

    rule = PLUS_MINUS
    response_type = Highlighted

    def question(self, item: Highlight, variant: Variant) -> str:
        """The prompt and the text, every segment in brackets."""
        text = parse_segments(item.text).bracketed()
        return f"{item.prompt}\n\n{text}" if item.prompt else text

    def options(self, item: Highlight, seed: int) -> tuple[str, ...]:
        """The segments, as they stand in the text."""
        return tuple(segment.text for segment in parse_segments(item.text).segments)

    def answer(self, item: Highlight, variant: Variant) -> str:
        """The keys, one a line."""
        return "\n".join(parse_segments(item.text).keys)

    def max_points(self, item: Highlight) -> int:
        """A point a key."""
        return len(parse_segments(item.text).keys)

    def grade(self, item: Highlight, response: Highlighted) -> Grade:
        """+1 a key marked, -1 another segment marked, never under 0; the elements are in the text's order."""
        parsed = parse_segments(item.text)
        keys = {Pick("", text) for text in parsed.keys}
        marked = set(response.segments)
        points = plus_minus(keys, {Pick("", text) for text in marked}, HIGHLIGHT_FLOOR)
        elements = (
            *(option_element(Option(text=s.text), key=s.key, picked=s.text in marked) for s in parsed.segments),
            *gone_elements(self.options(item, 0), marked),
        )
        return Grade(Score(points, self.max_points(item)), self.rule, elements)


GRADER = HighlightGrader()
