"""`select-all` on the screen: a list of boxes to tick."""

from __future__ import annotations

from spinequiz.model.responses import Picked, Response
from spinequiz.tui.items.choices import ChoicePresenter


class SelectAllPresenter(ChoicePresenter):
    """Any number of options."""

    most = 10_000

    def response(self, typed: str) -> Response | str:
        """The options that are ticked."""
        return Picked(self.chosen()) if self.picked else "tick at least one option first"


PRESENTER = SelectAllPresenter
