"""`highlight` on the screen: segments of a text to mark."""

from __future__ import annotations

from textual.content import Content

from spinequiz.grading.segments import parse_segments
from spinequiz.model.items.highlight import Highlight
from spinequiz.model.responses import Highlighted, Response
from spinequiz.session.states import Dealt, Shown
from spinequiz.tui.blocks import Block, clickable, text
from spinequiz.tui.items.base import GLYPHS, STYLES, Presenter, element_blocks


class HighlightPresenter(Presenter):
    """Segments have numbers; a marked one has a check mark and stands out."""

    movable = True

    def __init__(self, card: Dealt) -> None:
        super().__init__(card)
        assert isinstance(card.item, Highlight)
        self.parsed = parse_segments(card.item.text)
        self.choices = len(self.parsed.segments)
        self.marked: set[int] = set()
        self.cursor = 0

    def question(self) -> list[Block]:
        """The prompt; the text stands with its segments."""
        prompt = self.card.item.prompt
        return [Block(text(prompt, "bold"))] if prompt else []

    def prompt(self) -> list[Block]:
        """The text with its segments."""
        line = Content("")
        span = (0, 0)
        for index, segment in enumerate(self.parsed.segments):
            marked = index in self.marked
            style = "reverse bold" if marked else "underline"
            if index == self.cursor:
                style = f"{style} $text-accent"
            pointer = "▸" if index == self.cursor else ""
            part = text(f"[{pointer}{index + 1}{'✓' if marked else ''} {segment.text}]", style)
            line += text(segment.before) + clickable(part, f"screen.pick('{index}')")
            if index == self.cursor:
                span = (len(line) - len(part), len(line))
        return [Block(line + text(self.parsed.tail), gap=True, cursor=True, span=span)]

    def answer(self, shown: Shown) -> list[Block]:
        """The text with each segment's verdict, and the segments one by one."""
        assert shown.grade is not None
        verdicts = {element.label: element.verdict for element in shown.grade.elements}
        line = Content("")
        for segment in self.parsed.segments:
            verdict = verdicts[segment.text]
            words = f"[{GLYPHS[verdict]} {segment.text}]" if verdict in STYLES else f"[{segment.text}]"
            line += text(segment.before) + text(words, STYLES.get(verdict, ""))
        picked = tuple(e for e in shown.grade.elements if STYLES.get(e.verdict))
        found = element_blocks(picked)
        if found:
            found[0].gap = True
        return [Block(line + text(self.parsed.tail), gap=True), *found]

    def number(self, number: int) -> bool:
        """Mark a segment, or unmark it."""
        if not 1 <= number <= len(self.parsed.segments):
            return False
        self.cursor = number - 1
        return self.toggle()

    def toggle(self) -> bool:
        """Mark the segment at the cursor, or unmark it."""
        self.marked ^= {self.cursor}
        return True

    def move(self, columns: int, rows: int) -> bool:
        """The next or the previous segment."""
        self.cursor = min(max(self.cursor + (columns or rows), 0), len(self.parsed.segments) - 1)
        return True

    def click(self, target: str) -> bool:
        """A click on a segment."""
        return self.number(int(target) + 1)

    def response(self, typed: str) -> Response | str:
        """The marked segments."""
        if not self.marked:
            return "mark at least one part of the text first"
        return Highlighted(tuple(s.text for index, s in enumerate(self.parsed.segments) if index in self.marked))


PRESENTER = HighlightPresenter
