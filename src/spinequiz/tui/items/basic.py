"""`basic` on the screen: a question and its answer."""

from __future__ import annotations

from spinequiz.tui.items.base import Presenter

PRESENTER = Presenter
