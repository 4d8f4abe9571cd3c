"""What the types with a list of options share on the screen."""

from __future__ import annotations

from spinequiz.session.states import Dealt, Shown
from spinequiz.tui.blocks import Block, text
from spinequiz.tui.items.base import Presenter, element_blocks


class ChoicePresenter(Presenter):
    """A list of options with a cursor. `most` is how many may be picked; one is a radio list."""

    most = 1
    movable = True

    def __init__(self, card: Dealt) -> None:
        super().__init__(card)
        self.options = self.grader.options(self.card.item, self.card.seed)
        self.choices = len(self.options)
        self.picked: set[int] = set()
        self.cursor: int | None = None

    def prompt(self) -> list[Block]:
        """The options with their numbers; what is picked has a filled mark."""
        marks = ("( )", "(•)") if self.most == 1 else ("[ ]", "[x]")
        blocks = []
        digits = max(2, len(str(len(self.options))))
        for index, option in enumerate(self.options):
            picked = index in self.picked
            here = index == self.cursor
            style = "bold $text-primary" if picked else ""
            prefix = text(f"{'▸' if here else ' '}{index + 1:>{digits}} {marks[picked]} ", style)
            blocks.append(
                Block(
                    text(option, style), prefix, gap=index == 0, cursor=here, action=f"screen.number({index + 1})",
                    style="on $primary-muted" if here else "",
                )
            )  # fmt: skip
        return blocks

    def answer(self, shown: Shown) -> list[Block]:
        """The options in the order in which they were shown, each with its verdict."""
        assert shown.grade is not None
        order = {option: index for index, option in enumerate(self.options)}
        elements = sorted(shown.grade.elements, key=lambda element: order.get(element.label, 0))
        return element_blocks(tuple(elements))

    def number(self, number: int) -> bool:
        """Pick an option, or drop it."""
        if not 1 <= number <= len(self.options):
            return False
        self.cursor = number - 1
        return self.toggle()

    def toggle(self) -> bool:
        """Pick the option at the cursor, or drop it."""
        if self.cursor is None:
            self.cursor = 0
        if self.most == 1:
            self.picked = {self.cursor}
        elif self.cursor not in self.picked and len(self.picked) >= self.most:
            self.notice = f"select {self.most}, not {self.most + 1}: drop one first"
        else:
            self.picked ^= {self.cursor}
        return True

    def move(self, columns: int, rows: int) -> bool:
        """Move the cursor; in a radio list the cursor is the choice."""
        if rows == 0:
            return True
        start = -1 if self.cursor is None and rows > 0 else self.cursor or 0
        self.cursor = min(max(start + rows, 0), len(self.options) - 1)
        if self.most == 1:
            self.picked = {self.cursor}
        return True

    def chosen(self) -> tuple[str, ...]:
        """The picked options' texts."""
        return tuple(option for index, option in enumerate(self.options) if index in self.picked)
