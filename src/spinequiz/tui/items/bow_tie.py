"""`bow-tie` on the screen: drawn as one where there is room, as three lists where not."""

from __future__ import annotations

from itertools import zip_longest

from textual.content import Content

from spinequiz.documents.render import cell_width, literal, plural
from spinequiz.model.items.bow_tie import BowTie
from spinequiz.model.responses import BowTie as BowTieResponse
from spinequiz.model.responses import Response
from spinequiz.tui.blocks import EMPTY, Block, lay_out, text
from spinequiz.tui.items.sections import Section, SectionsPresenter

DRAWN_FROM = 72
"""Cells of width from which the three parts stand side by side."""


class BowTiePresenter(SectionsPresenter):
    """Actions on the left, the condition in the middle, parameters on the right."""

    left_right = "Part"

    def read_sections(self) -> list[Section]:
        """The three parts, from left to right."""
        item = self.card.item
        assert isinstance(item, BowTie)
        choices = self.grader.choices(item, self.card.seed)
        actions, parameters = len(item.actions.answers), len(item.parameters.answers)
        return [
            Section("actions", f"Actions to take ({actions})", choices["actions"], actions),
            Section("condition", "Condition (1)", choices["condition"], 1),
            Section("parameters", f"Parameters to monitor ({parameters})", choices["parameters"], parameters),
        ]

    def prompt(self) -> list[Block]:
        """The bow-tie with what is in it so far, and the options."""
        if self.width < DRAWN_FROM:
            return super().prompt()
        return [*self._drawing(), *self._columns()]

    def _drawing(self) -> list[Block]:
        longest = max(cell_width(literal(option)) for section in self.sections for option in section.options)
        room = min(longest + 4, (self.width - 12) // 2)
        chosen = self.chosen()
        actions, condition, parameters = (list(chosen[s.name]) for s in self.sections)

        def slot(options: list[str], index: int) -> Content:
            words = options[index] if index < len(options) else ""
            inside = text(words, "bold $text-primary") if words else text("?", "$secondary")
            if inside.cell_length > room - 4:
                inside = inside.truncate(room - 4, ellipsis=True)
            return text("[ ") + inside.pad_right(room - 4 - inside.cell_length) + text(" ]")

        def wings(index: int, left: str, right: str) -> Content:
            return slot(actions, index) + text(f"{left}      {right}", "$text-accent") + slot(parameters, index)

        margin = Content(" " * ((self.width - 2 * room - 12) // 2))
        knot = Content(" " * ((room + 12) // 2)) + slot(condition, 0)
        lines = (wings(0, "━━╲", "╱━━"), knot, wings(1, "━━╱", "╲━━"))
        return [Block(margin + line, gap=number == 0) for number, line in enumerate(lines)]

    def _columns(self) -> list[Block]:
        room = (self.width - 4) // 3
        here = self.cells[self.cursor][0]
        columns = []
        headings = [
            lay_out([Block(text(section.heading, "bold $text-accent"))], room).lines for section in self.sections
        ]
        height = max(len(heading) for heading in headings)
        for index, (section, heading) in enumerate(zip(self.sections, headings, strict=True)):
            blocks = [Block(line) for line in (*heading, *[EMPTY] * (height - len(heading)))]
            blocks += [self.option(index, option) for option in range(len(section.options))]
            columns.append(lay_out(blocks, room))
        first, last = columns[here].cursor or (0, 0)
        found = []
        for row, parts in enumerate(zip_longest(*(column.lines for column in columns), fillvalue=EMPTY)):
            line = Content("  ").join(part.pad_right(max(0, room - part.cell_length)) for part in parts)
            found.append(Block(line, gap=row == 0, cursor=first <= row < last))
        return found

    def response(self, typed: str) -> Response | str:
        """The three parts; every place has to be filled."""
        chosen = self.chosen()
        for index, section in enumerate(self.sections):
            missing = section.most - len(chosen[section.name])
            if missing:
                if self.cells[self.cursor][0] != index:
                    self.cursor = self.cells.index((index, 0))
                return f"{section.heading}: {plural(missing, 'place')} still empty"
        return BowTieResponse(chosen["condition"][0], chosen["actions"], chosen["parameters"])


PRESENTER = BowTiePresenter
