"""The grid that both matrix types are answered in."""

from __future__ import annotations

from textual.content import Content

from spinequiz.documents.render import cell_width, literal
from spinequiz.model.items.matrix_choice import MatrixChoice
from spinequiz.model.items.matrix_response import MatrixResponse
from spinequiz.model.responses import Matrix, Response
from spinequiz.session.states import Dealt, Shown
from spinequiz.tui.blocks import Block, centred, clickable, text
from spinequiz.tui.items.base import Presenter, filled_blocks

LEAST_LABEL = 18
"""Cells for the rows' texts; with fewer, the columns stand below each row."""


class MatrixPresenter(Presenter):
    """Rows and columns with a cursor; where the columns do not fit, each row lists them below its text."""

    movable = True
    radio = True
    left_right = "Column"

    def __init__(self, card: Dealt) -> None:
        super().__init__(card)
        item = card.item
        assert isinstance(item, MatrixChoice | MatrixResponse)
        self.rows = tuple(row.text for row in item.rows)
        self.columns = item.columns
        self.choices = len(self.columns)
        self.picked: list[set[int]] = [set() for _ in self.rows]
        self.row = self.column = 0

    def prompt(self) -> list[Block]:
        """The grid."""
        widths = [max(6, cell_width(literal(column))) for column in self.columns]
        label = self.width - sum(widths) - 3 * len(widths)
        return self._grid(widths, label) if label >= LEAST_LABEL else self._stacked()

    def _grid(self, widths: list[int], label: int) -> list[Block]:
        head = Content(" " * label)
        for name, width in zip(self.columns, widths, strict=True):
            head += text(" │ ", "$secondary") + centred(text(name, "bold"), width)
        blocks = [Block(head, gap=True)]
        for index, row in enumerate(self.rows):
            here = index == self.row
            words = text(row, "bold" if here else "")
            lines = words.wrap(label - 2) if words.cell_length > label - 2 else [words]
            for number, line in enumerate(lines):
                mark = "▸ " if here and number == 0 else "  "
                whole = text(mark, "bold $text-accent") + line.pad_right(label - 2 - line.cell_length)
                for column, width in enumerate(widths):
                    cell = centred(self._cell(index, column), width) if number == 0 else Content(" " * width)
                    whole += text(" │ ", "$secondary") + clickable(cell, f"screen.pick('{index},{column}')")
                blocks.append(Block(whole, cursor=here, style="on $primary-muted" if here else ""))
        return blocks

    def _stacked(self) -> list[Block]:
        blocks = []
        for index, row in enumerate(self.rows):
            here = index == self.row
            blocks.append(
                Block(text(row, "bold"), text("▸ " if here else "  ", "bold $text-accent"), gap=True, cursor=here)
            )
            for number, name in enumerate(self.columns):
                prefix = Content("   ") + self._cell(index, number) + " "
                blocks.append(
                    Block(text(f"{number + 1} {name}"), prefix, cursor=here, action=f"screen.pick('{index},{number}')")
                )
        return blocks

    def _cell(self, row: int, column: int) -> Content:
        picked = column in self.picked[row]
        marks = ("( )", "(•)") if self.radio else ("[ ]", "[x]")
        style = "bold $text-primary" if picked else ""
        here = (row, column) == (self.row, self.column)
        return text("▸" if here else " ", "bold $text-accent") + text(
            marks[picked], f"{style} reverse" if here else style
        )

    def answer(self, shown: Shown) -> list[Block]:
        """Each row, or each row's columns, with its verdict."""
        assert shown.grade is not None
        blocks = filled_blocks(shown.grade.elements)
        blocks[0].gap = True
        return blocks

    def number(self, number: int) -> bool:
        """Pick a column in the row of the cursor; in a radio grid the cursor goes on to the next row."""
        if not 1 <= number <= len(self.columns):
            return False
        self.column = number - 1
        self.toggle()
        if self.radio:
            self.row = min(self.row + 1, len(self.rows) - 1)
        return True

    def toggle(self) -> bool:
        """Pick the cell at the cursor, or drop it."""
        if self.radio:
            self.picked[self.row] = {self.column}
        else:
            self.picked[self.row] ^= {self.column}
        return True

    def move(self, columns: int, rows: int) -> bool:
        """Move the cursor over the grid."""
        self.row = min(max(self.row + rows, 0), len(self.rows) - 1)
        self.column = min(max(self.column + columns, 0), len(self.columns) - 1)
        return True

    def click(self, target: str) -> bool:
        """A click on a cell."""
        self.row, self.column = (int(part) for part in target.split(","))
        return self.toggle()

    def response(self, typed: str) -> Response | str:
        """The rows with the columns that are picked."""
        rows = {
            row: tuple(column for index, column in enumerate(self.columns) if index in picked)
            for row, picked in zip(self.rows, self.picked, strict=True)
        }
        if not any(self.picked):
            return "pick in the grid first"
        if self.radio:
            # what is left open is refused: the cursor goes to it
            self.row = next((index for index, picked in enumerate(self.picked) if not picked), self.row)
        return Matrix(rows)
