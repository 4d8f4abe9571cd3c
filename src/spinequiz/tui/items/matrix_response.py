"""`matrix-response` on the screen: a grid with any number of picks a row."""

from __future__ import annotations

from spinequiz.session.states import Shown
from spinequiz.tui.blocks import Block
from spinequiz.tui.items.base import element_blocks
from spinequiz.tui.items.matrices import MatrixPresenter


class MatrixResponsePresenter(MatrixPresenter):
    """Boxes instead of radio buttons."""

    radio = False

    def answer(self, shown: Shown) -> list[Block]:
        """Each row's columns with their verdicts."""
        assert shown.grade is not None
        return element_blocks(shown.grade.elements)


PRESENTER = MatrixResponsePresenter
