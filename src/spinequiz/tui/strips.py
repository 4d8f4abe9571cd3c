"""Lines of text to strips for the terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from textual.content import Content
from textual.strip import Strip
from textual.widget import Widget


class Brush:
    """What lines are painted with: a widget's colours, its margins and the terminal's filters, as they are now.

    Textual's own way makes all lines of a widget anew where one of them differs, each in several steps.
    """

    def __init__(self, widget: Widget) -> None:
        self.look = _look(widget)
        self.style = widget.visual_style
        self.width = widget.outer_size.width
        self.top, self._right, _, self._left = widget.styles.padding
        self._filters = widget.get_line_filters()
        self._background = widget.background_colors[1]
        self.blank = self._filtered([Segment(" " * self.width, self.style.rich_style)])

    def strip(self, line: Content, number: int) -> Strip:
        """A line of the text between its margins, cut where it is too long."""
        if not line:
            return self.blank
        plain = self.style.rich_style
        segments = [Segment(" " * self._left, plain)] if self._left else []
        room = self.width - self._left - self._right
        if line.cell_length > room:
            line = line.truncate(room)
        offset = 0
        for words, own in line.render(self.style, end=""):
            # the place within the text is what a selection by mouse goes by
            segments.append(Segment(words, (self.style + own).rich_style_with_offset(offset, number)))
            offset += len(words)
        rest = self.width - self._left - line.cell_length
        if rest > 0:
            segments.append(Segment(" " * rest, plain))
        return self._filtered(segments)

    def _filtered(self, segments: Iterable[Segment]) -> Strip:
        strip = Strip(segments, self.width)
        for line_filter in self._filters:
            strip = strip.apply_filter(line_filter, self._background)
        return strip


def brush_for(widget: Widget, brush: Brush | None) -> Brush:
    """The brush that a widget has, or another where its look is another: strips of the old one are of no use then."""
    return brush if brush is not None and brush.look == _look(widget) else Brush(widget)


def _look(widget: Widget) -> tuple[object, ...]:
    return widget.visual_style, widget.outer_size.width, widget.styles.padding, widget.app.theme
