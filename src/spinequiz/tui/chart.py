"""The chart of a case: beside the question where there is room, else in front of it."""

from __future__ import annotations

from textual.containers import VerticalScroll

from spinequiz.tui.blocks import Block
from spinequiz.tui.faces import exhibit_blocks
from spinequiz.tui.items import Presenter
from spinequiz.tui.widgets import Painted

BESIDE_FROM = 100
"""Columns from which a case's chart stands beside the question."""


class ChartPane(VerticalScroll):
    """The pane beside the page, and which exhibit is open. Exhibits of other items stand in the page itself.

    `in_front` says that the chart of a case covers the page, as it does at first on a narrow screen.
    """

    def __init__(self) -> None:
        self.painted = Painted(id="chart")
        super().__init__(self.painted, id="chart_scroll", can_focus=False)
        self.exhibit = 0
        self.in_front = False

    @property
    def beside(self) -> bool:
        """Whether the chart stands beside the page now."""
        return self.has_class("beside")

    def open(self, presenter: Presenter, *, asking: bool) -> None:
        """Begin with a card: on a narrow screen a case begins with its scenario."""
        self.exhibit = 0
        self.in_front = presenter.charted and asking

    def place(self, presenter: Presenter, screen_width: int) -> int:
        """Stand where there is room, with what is open. Returns the cells of width that this leaves to the page."""
        beside = presenter.charted and screen_width >= BESIDE_FROM
        self.set_class(beside, "beside")
        if not beside:
            return screen_width
        width = screen_width * 2 // 5
        self.painted.show(exhibit_blocks(presenter.exhibits(), self.exhibit, width - 8))
        return screen_width - width

    def covers(self, presenter: Presenter) -> bool:
        """Whether the chart is what the page shows now."""
        return presenter.charted and self.in_front and not self.beside

    def blocks(self, presenter: Presenter, width: int) -> list[Block]:
        """The chart as a part of the page, or in front of it."""
        blocks = exhibit_blocks(presenter.exhibits(), self.exhibit, width)
        if not self.covers(presenter):
            return [] if presenter.charted else blocks
        return blocks

    def turn(self, presenter: Presenter) -> bool:
        """The next exhibit; one that is in front closes behind its last tab. Returns whether there is a chart."""
        if not presenter.exhibits():
            return False
        in_page = presenter.charted and not self.beside
        if in_page and not self.in_front:
            self.in_front, self.exhibit = True, 0
        else:
            self.exhibit = (self.exhibit + 1) % len(presenter.exhibits())
            self.in_front = in_page and self.exhibit > 0
        return True
