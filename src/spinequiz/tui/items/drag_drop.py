"""`drag-drop` on the screen: the blanks share one bank of words, and a word is used once."""

from __future__ import annotations

from spinequiz.tui.items.filling import FillingPresenter


class DragDropPresenter(FillingPresenter):
    """A word that is put into another blank leaves the one it was in."""

    shared = True
    bank_heading = "Words"


PRESENTER = DragDropPresenter
