"""`select-n` on the screen: boxes to tick, and no more than N of them."""

from __future__ import annotations

from spinequiz.model.responses import Picked, Response
from spinequiz.session.states import Dealt
from spinequiz.tui.items.choices import ChoicePresenter


class SelectNPresenter(ChoicePresenter):
    """As many options as the item asks for."""

    def __init__(self, card: Dealt) -> None:
        super().__init__(card)
        self.most = self.grader.max_points(card.item)

    def response(self, typed: str) -> Response | str:
        """The options that are ticked."""
        if len(self.picked) < self.most:
            return f"{len(self.picked)} of {self.most} selected: select {self.most - len(self.picked)} more"
        return Picked(self.chosen())


PRESENTER = SelectNPresenter
