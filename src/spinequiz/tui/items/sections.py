"""Lists of options under headings, one below the other, with one cursor through them all."""

from __future__ import annotations

from typing import NamedTuple

from spinequiz.session.states import Dealt, Shown
from spinequiz.tui.blocks import Block, text
from spinequiz.tui.items.base import Presenter, element_blocks


class Section(NamedTuple):
    """A heading with its options; at most `most` of them can be picked, one as in a radio list."""

    name: str
    heading: str
    options: tuple[str, ...]
    most: int


class SectionsPresenter(Presenter):
    """Options are numbered through all sections, so that digits choose them."""

    movable = True

    def __init__(self, card: Dealt) -> None:
        super().__init__(card)
        self.sections = self.read_sections()
        self.cells = [(s, o) for s, section in enumerate(self.sections) for o in range(len(section.options))]
        self.choices = len(self.cells)
        self.digits = max(2, len(str(self.choices)))
        self.picked: list[set[int]] = [set() for _ in self.sections]
        self.cursor = 0

    def read_sections(self) -> list[Section]:
        """The sections of the item."""
        raise NotImplementedError

    def prompt(self) -> list[Block]:
        """The sections one below the other."""
        blocks: list[Block] = []
        for index, section in enumerate(self.sections):
            blocks.append(Block(text(section.heading, "bold $text-accent"), gap=True))
            blocks += [self.option(index, option) for option in range(len(section.options))]
        return blocks

    def option(self, section: int, option: int) -> Block:
        """One option with its number and its mark."""
        number = self.cells.index((section, option))
        here = number == self.cursor
        picked = option in self.picked[section]
        marks = ("( )", "(•)") if self.sections[section].most == 1 else ("[ ]", "[x]")
        style = "bold $text-primary" if picked else ""
        prefix = text(f"{'▸' if here else ' '}{number + 1:>{self.digits}} {marks[picked]} ", style)
        words = text(self.sections[section].options[option], style)
        return Block(
            words, prefix, cursor=here, action=f"screen.pick('{number}')", style="on $primary-muted" if here else ""
        )

    def answer(self, shown: Shown) -> list[Block]:
        """Each section's options with their verdicts, in the order in which they were shown."""
        assert shown.grade is not None
        order = {
            (section.name, option): (number, place)
            for number, section in enumerate(self.sections)
            for place, option in enumerate(section.options)
        }
        last = (len(self.sections), 0)
        elements = sorted(shown.grade.elements, key=lambda element: order.get((element.group, element.label), last))
        return element_blocks(tuple(elements))

    def number(self, number: int) -> bool:
        """Pick an option by its number."""
        if not 1 <= number <= len(self.cells):
            return False
        self.cursor = number - 1
        return self.toggle()

    def toggle(self) -> bool:
        """Pick the option at the cursor, or drop it."""
        section, option = self.cells[self.cursor]
        picked, most = self.picked[section], self.sections[section].most
        if option in picked:
            picked.remove(option)
        elif most == 1:
            self.picked[section] = {option}
        elif len(picked) >= most:
            self.notice = f"{self.sections[section].heading}: {most} at most; drop one first"
        else:
            picked.add(option)
        return True

    def move(self, columns: int, rows: int) -> bool:
        """Move the cursor: rows option by option, columns section by section."""
        if rows:
            self.cursor = min(max(self.cursor + rows, 0), len(self.cells) - 1)
        elif columns:
            section = min(max(self.cells[self.cursor][0] + columns, 0), len(self.sections) - 1)
            self.cursor = self.cells.index((section, 0))
        return True

    def click(self, target: str) -> bool:
        """A click on an option."""
        return self.number(int(target) + 1)

    def chosen(self) -> dict[str, tuple[str, ...]]:
        """For each section's name the texts that are picked."""
        return {
            section.name: tuple(option for index, option in enumerate(section.options) if index in picked)
            for section, picked in zip(self.sections, self.picked, strict=True)
        }
