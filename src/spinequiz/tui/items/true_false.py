"""`true-false` on the screen: a radio list of two."""

from __future__ import annotations

from spinequiz.model.responses import Judged, Response
from spinequiz.session.states import Shown
from spinequiz.tui.blocks import Block, text
from spinequiz.tui.items.choices import ChoicePresenter


class TrueFalsePresenter(ChoicePresenter):
    """True or false, by number, cursor or mouse."""

    def answer(self, shown: Shown) -> list[Block]:
        """What the statement is, and what was said."""
        assert shown.grade is not None
        element = shown.grade.elements[0]
        return [Block(text(f"The statement is {element.right.lower()}. You said {element.picked.lower()}."), gap=True)]

    def response(self, typed: str) -> Response | str:
        """The verdict."""
        return Judged(self.cursor == 0) if self.picked else "choose first: 1 for true, 2 for false"


PRESENTER = TrueFalsePresenter
