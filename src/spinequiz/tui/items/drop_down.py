"""`drop-down` on the screen: each blank has a list of its own."""

from __future__ import annotations

from spinequiz.tui.items.filling import FillingPresenter

PRESENTER = FillingPresenter
