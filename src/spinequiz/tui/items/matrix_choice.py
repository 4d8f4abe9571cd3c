"""`matrix-choice` on the screen: a grid with one pick a row."""

from __future__ import annotations

from spinequiz.tui.items.matrices import MatrixPresenter

PRESENTER = MatrixPresenter
