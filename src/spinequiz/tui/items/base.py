"""What a type's presenter does: hold a half-finished answer, show it as blocks, react to keys."""

from __future__ import annotations

from spinequiz.grading import Element, Grade, Grader, Verdict, grader_of
from spinequiz.model.items.base import Exhibit
from spinequiz.model.responses import Response
from spinequiz.session.states import Dealt, Shown
from spinequiz.tui.blocks import Block, text

GLYPHS = {Verdict.RIGHT: "✓", Verdict.WRONG: "✗", Verdict.MISSED: "○", Verdict.LEFT: " "}
STYLES = {Verdict.RIGHT: "bold $text-success", Verdict.WRONG: "bold $text-error", Verdict.MISSED: "$text-warning"}
WORDS = {
    Verdict.RIGHT: "right",
    Verdict.WRONG: "wrong, you picked it",
    Verdict.MISSED: "right, not picked",
    Verdict.LEFT: "",
}


def verdict_mark(grade: Grade) -> tuple[str, str]:
    """The glyph of a whole grade, and its style."""
    if grade.score.full:
        return "✓", "bold $text-success"
    return ("◐", "bold $text-warning") if grade.score.points else ("✗", "bold $text-error")


class Presenter:
    """A card's answer in the making. The base serves the self-rated types, which have nothing to answer.

    `typing` says that the answer is typed into a field; `choices` is the number of options that digits choose;
    `movable` that there is a cursor, `ordered` that elements can be moved, `charted` that a chart goes with the
    questions. `toggles`, `numbers`, `up_down` and `left_right` are what Space, digits and arrows do, in a word for
    the footer; an empty one is left out. The screen sets `width`, in cells, and shows what a key leaves in `notice`.
    """

    typing = False
    choices = 0
    toggles = "Choose"
    numbers = "Choose"
    up_down = "Move"
    left_right = ""
    ordered = False
    movable = False
    charted = False

    def __init__(self, card: Dealt) -> None:
        self.card = card
        self.grader: Grader = grader_of(card.item)
        self.width = 76
        self.notice = ""

    def question(self) -> list[Block]:
        """The question."""
        return [Block(text(self.grader.question(self.card.item, self.card.key.variant), "bold"))]

    def prompt(self) -> list[Block]:
        """The question's options, with what is chosen so far."""
        return []

    def answer(self, shown: Shown) -> list[Block]:
        """What was right, and what was chosen, after the answer."""
        return [Block(text(self.grader.answer(self.card.item, self.card.key.variant)), gap=True)]

    def number(self, number: int) -> bool:
        """Choose by number, from 1. Returns whether that was possible."""
        return False

    def toggle(self) -> bool:
        """Choose or drop what is at the cursor. Returns False for a type without a cursor."""
        return False

    def move(self, columns: int, rows: int) -> bool:
        """Move the cursor. Returns False for a type without a cursor."""
        return False

    def click(self, target: str) -> bool:
        """React to a click on a part that names itself `target`."""
        return False

    def shift(self, rows: int) -> bool:
        """Move the element at the cursor. Returns False for a type without an order."""
        return False

    def exhibits(self) -> tuple[Exhibit, ...]:
        """The tabs of the chart."""
        return self.card.item.exhibits

    def response(self, typed: str) -> Response | str:
        """The response, or a sentence that says why there is none yet; an empty one goes without saying."""
        raise NotImplementedError


def filled_blocks(elements: tuple[Element, ...]) -> list[Block]:
    """Elements that were filled with something: what was picked, what is right, and why."""
    blocks = []
    for element in elements:
        style = STYLES.get(element.verdict, "")
        label = f"{element.label.rstrip('.:')}: "
        line = text(label, "bold") + text(f"{element.picked or 'nothing picked'}  [{element.verdict}]", style)
        if element.verdict is not Verdict.RIGHT and element.right:
            line += text("  right: ") + text(element.right, "bold $text-success")
        blocks.append(Block(line, prefix=text(f" {GLYPHS[element.verdict]} ", style)))
        if element.why:
            blocks.append(Block(text(element.why, "$secondary"), prefix=text("     ")))
    return blocks


def element_blocks(elements: tuple[Element, ...]) -> list[Block]:
    """Each element with its verdict as glyph, word and colour, and why."""
    blocks = []
    group = ""
    for element in elements:
        if element.group != group:
            group = element.group
            blocks.append(Block(text(group.capitalize(), "bold"), gap=True))
        style = STYLES.get(element.verdict, "")
        line = text(element.label, style)
        if word := WORDS[element.verdict]:
            line += text(f"  [{word}]", style)
        blocks.append(Block(line, prefix=text(f" {GLYPHS[element.verdict]} ", style)))
        if element.why:
            blocks.append(Block(text(element.why, "$secondary"), prefix=text("     ")))
    return blocks
