"""`numeric` on the screen: a field for a number."""

from __future__ import annotations

from spinequiz.grading.numeric import number_problem
from spinequiz.model.items.numeric import Numeric
from spinequiz.model.responses import Response, Typed
from spinequiz.session.states import Shown
from spinequiz.tui.blocks import Block, text
from spinequiz.tui.items.base import Presenter


class NumericPresenter(Presenter):
    """A number, typed."""

    typing = True

    def answer(self, shown: Shown) -> list[Block]:
        """What was typed, and the number that is right."""
        assert shown.grade is not None
        element = shown.grade.elements[0]
        return [
            Block(text(element.picked), prefix=text("You typed: ", "$secondary"), gap=True),
            Block(text(element.right, "bold"), prefix=text("Answer:    ", "$secondary")),
        ]

    def response(self, typed: str) -> Response | str:
        """The number in the field."""
        item = self.card.item
        assert isinstance(item, Numeric)
        return number_problem(typed, item.unit) or Typed(typed.strip())


PRESENTER = NumericPresenter
