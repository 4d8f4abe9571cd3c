"""`ordering` on the screen: steps that are taken up and put down elsewhere."""

from __future__ import annotations

from spinequiz.model.responses import Ordered, Response
from spinequiz.session.states import Dealt, Shown
from spinequiz.tui.blocks import Block, text
from spinequiz.tui.items.base import Presenter, filled_blocks


class OrderingPresenter(Presenter):
    """A list whose steps move: Space takes a step up and puts it down, and so does a click."""

    movable = True
    ordered = True
    numbers = "Place"

    def __init__(self, card: Dealt) -> None:
        super().__init__(card)
        self.steps = list(self.grader.options(card.item, card.seed))
        self.choices = len(self.steps)
        self.cursor = 0
        self.held = False

    @property
    def toggles(self) -> str:  # type: ignore[override]
        """Space takes a step up, and puts it down."""
        return "Drop" if self.held else "Take"

    def prompt(self) -> list[Block]:
        """The steps in their order so far."""
        blocks = []
        for index, step in enumerate(self.steps):
            here = index == self.cursor
            mark = "↕" if here and self.held else "▸" if here else " "
            style = "bold $text-accent" if here and self.held else ""
            blocks.append(
                Block(
                    text(step, style), text(f"{mark} {index + 1:>2}. ", style), gap=index == 0, cursor=here,
                    action=f"screen.pick('{index}')", style="on $primary-muted" if here else "",
                )
            )  # fmt: skip
        return blocks

    def answer(self, shown: Shown) -> list[Block]:
        """Each place, with the step that was put there and the one that belongs there."""
        assert shown.grade is not None
        return filled_blocks(shown.grade.elements)

    def number(self, number: int) -> bool:
        """Go to a place, carrying the held step along."""
        if not 1 <= number <= len(self.steps):
            return False
        self._go(number - 1)
        return True

    def toggle(self) -> bool:
        """Take the step up, or put it down."""
        self.held = not self.held
        return True

    def move(self, columns: int, rows: int) -> bool:
        """Move the cursor, and the held step with it."""
        self._go(min(max(self.cursor + rows, 0), len(self.steps) - 1))
        return True

    def shift(self, rows: int) -> bool:
        """Move the step at the cursor."""
        held, self.held = self.held, True
        self.move(0, rows)
        self.held = held
        return True

    def click(self, target: str) -> bool:
        """The first click takes a step up, the second puts it down there."""
        self._go(int(target))
        self.held = not self.held
        return True

    def _go(self, index: int) -> None:
        if self.held:
            self.steps.insert(index, self.steps.pop(self.cursor))
        self.cursor = index

    def response(self, typed: str) -> Response | str:
        """The order so far."""
        return Ordered(tuple(self.steps))


PRESENTER = OrderingPresenter
