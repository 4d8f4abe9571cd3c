"""Blanks in a text, filled from lists: the ground of `drop-down` and `drag-drop`."""

from __future__ import annotations

from textual.content import Content

from spinequiz.grading.blanks import parse_blanks
from spinequiz.model.items.parts import BlanksItem
from spinequiz.model.responses import Filled, Response
from spinequiz.session.states import Dealt, Shown
from spinequiz.tui.blocks import Block, clickable, text
from spinequiz.tui.items.base import GLYPHS, STYLES, Presenter, filled_blocks


class FillingPresenter(Presenter):
    """The cursor is in a blank; Left and Right go to other blanks, Up, Down and digits choose for it."""

    movable = True
    toggles = "Next blank"
    up_down = "Choice"
    left_right = "Blank"
    bank_heading = "Choices"
    shared = False

    def __init__(self, card: Dealt) -> None:
        super().__init__(card)
        assert isinstance(card.item, BlanksItem)
        self.parsed = parse_blanks(card.item.text)
        self.lists = self.grader.choices(card.item, card.seed)
        self.names = self.parsed.names
        self.chosen: dict[str, int] = {}
        self.blank = 0

    @property
    def options(self) -> tuple[str, ...]:
        """The choices of the blank at the cursor."""
        return self.lists[self.names[self.blank]]

    @property
    def choices(self) -> int:  # type: ignore[override]
        """How many choices the blank has."""
        return len(self.options)

    def question(self) -> list[Block]:
        """The prompt; the text stands with the blanks."""
        prompt = self.card.item.prompt
        return [Block(text(prompt, "bold"))] if prompt else []

    def prompt(self) -> list[Block]:
        """The text with its blanks, and the choices of the one at the cursor."""
        name = self.names[self.blank]
        blocks = [Block(self._sentence(), gap=True)]
        heading = self.bank_heading if self.shared else f"{self.bank_heading} for {name}"
        blocks.append(Block(text(heading, "bold $text-accent"), gap=True, cursor=name not in self.chosen))
        taken = {index: other for other, index in self.chosen.items()} if self.shared else {}
        for index, option in enumerate(self.options):
            here = self.chosen.get(name) == index
            where = f"  (in {taken[index]})" if index in taken and not here else ""
            style = "bold $text-primary" if here else "$secondary" if where else ""
            prefix = text(f" {index + 1:>2} {'(•)' if here else '( )'} ", style)
            in_sight = here or name not in self.chosen
            action = f"screen.number({index + 1})"
            blocks.append(Block(text(option + where, style), prefix, cursor=in_sight, action=action))
        return blocks

    def _sentence(self) -> Content:
        line = Content("")
        for index, blank in enumerate(self.parsed.blanks):
            choice = self.chosen.get(blank.name)
            words = self.lists[blank.name][choice] if choice is not None else f"{blank.name} ?"
            here = index == self.blank
            part = text(f"[{'▾ ' if here else ''}{words}]", "bold reverse" if here else "underline")
            line += text(blank.before, "bold") + clickable(part, f"screen.pick('{index}')")
        return line + text(self.parsed.tail, "bold")

    def answer(self, shown: Shown) -> list[Block]:
        """The text as it was filled, and each blank with its verdict."""
        assert shown.grade is not None
        elements = {element.label: element for element in shown.grade.elements}
        line = Content("")
        for blank in self.parsed.blanks:
            element = elements[blank.name]
            words = f"[{GLYPHS[element.verdict]} {element.picked or '?'}]"
            line += text(blank.before) + text(words, STYLES.get(element.verdict, ""))
        blocks = filled_blocks(shown.grade.elements)
        blocks[0].gap = True
        return [Block(line + text(self.parsed.tail), gap=True), *blocks]

    def number(self, number: int) -> bool:
        """Fill the blank at the cursor, and go on to the next one that is open."""
        if not 1 <= number <= len(self.options):
            return False
        name = self.names[self.blank]
        if self.shared:
            self.chosen = {other: index for other, index in self.chosen.items() if index != number - 1}
        self.chosen[name] = number - 1
        later = [*range(self.blank + 1, len(self.names)), *range(self.blank)]
        self.blank = next((index for index in later if self.names[index] not in self.chosen), self.blank)
        return True

    def toggle(self) -> bool:
        """Go to the next blank."""
        self.blank = (self.blank + 1) % len(self.names)
        return True

    def move(self, columns: int, rows: int) -> bool:
        """Left and Right: another blank. Up and Down: another choice for this one."""
        if columns:
            self.blank = min(max(self.blank + columns, 0), len(self.names) - 1)
            return True
        name = self.names[self.blank]
        start = self.chosen.get(name, -1 if rows > 0 else len(self.options))
        taken = {index for other, index in self.chosen.items() if other != name} if self.shared else set()
        index = start + rows
        while index in taken:
            index += rows
        if 0 <= index < len(self.options):
            self.chosen[name] = index
        return True

    def click(self, target: str) -> bool:
        """A click on a blank."""
        self.blank = int(target)
        return True

    def response(self, typed: str) -> Response | str:
        """What each blank is filled with; every one has to be."""
        for index, name in enumerate(self.names):
            if name not in self.chosen:
                self.blank = index
                return f"the blank {name} is still open"
        return Filled({name: self.lists[name][index] for name, index in self.chosen.items()})
