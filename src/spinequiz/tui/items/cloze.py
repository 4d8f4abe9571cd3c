"""`cloze` on the screen: the text with its blank open, then filled."""

from __future__ import annotations

from textual.content import Content

from spinequiz.grading.cloze import parse_cloze, variant_number
from spinequiz.model.items.cloze import Cloze
from spinequiz.session.states import Shown
from spinequiz.tui.blocks import Block, text
from spinequiz.tui.items.base import Presenter


class ClozePresenter(Presenter):
    """The answer stands where the blank was."""

    def question(self) -> list[Block]:
        """The text with this card's blank open."""
        item = self._item()
        blocks = [Block(text(item.prompt, "bold"))] if item.prompt else []
        return [*blocks, Block(self._filled(reveal=False), gap=bool(item.prompt))]

    def answer(self, shown: Shown) -> list[Block]:
        """The text with this card's blank filled."""
        return [Block(self._filled(reveal=True), gap=True)]

    def _item(self) -> Cloze:
        assert isinstance(self.card.item, Cloze)
        return self.card.item

    def _filled(self, *, reveal: bool) -> Content:
        number = variant_number(self.card.key.variant)
        parsed = parse_cloze(self._item().text)
        line = Content("")
        for blank in parsed.blanks:
            line += text(blank.before, "bold")
            if blank.number != number:
                line += text(blank.answer, "bold")
            elif reveal:
                line += text(f"[{blank.answer}]", "bold reverse $text-success")
            else:
                line += text(f"[{blank.hint or '...'}]", "bold reverse $text-accent")
        return line + text(parsed.tail, "bold")


PRESENTER = ClozePresenter
