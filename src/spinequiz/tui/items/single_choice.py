"""`single-choice` on the screen: a radio list."""

from __future__ import annotations

from spinequiz.model.responses import Picked, Response
from spinequiz.tui.items.choices import ChoicePresenter


class SingleChoicePresenter(ChoicePresenter):
    """One option, picked by number, cursor or mouse."""

    def response(self, typed: str) -> Response | str:
        """The option that is picked."""
        return Picked(self.chosen()) if self.picked else "choose an option first"


PRESENTER = SingleChoicePresenter
