"""`typed` on the screen: a field, and the difference after the answer."""

from __future__ import annotations

from textual.content import Content

from spinequiz.grading.text import difference
from spinequiz.model.responses import Response, Typed
from spinequiz.session.states import Shown
from spinequiz.tui.blocks import Block, text
from spinequiz.tui.items.base import Presenter

PIECES = {"same": "", "extra": "strike $text-error", "missing": "underline bold $text-success"}
BRACKETS = {"same": ("", ""), "extra": ("[-", "-]"), "missing": ("{+", "+}")}


class TypedPresenter(Presenter):
    """A short answer, typed."""

    typing = True

    def answer(self, shown: Shown) -> list[Block]:
        """What was typed, the answer, and where they differ."""
        assert shown.grade is not None
        element = shown.grade.elements[0]
        blocks = [
            Block(text(element.picked), prefix=text("You typed: ", "$secondary"), gap=True),
            Block(text(element.right, "bold"), prefix=text("Answer:    ", "$secondary")),
        ]
        pieces = difference(element.picked, element.right)
        same = sum(len(piece.text) for piece in pieces if piece.kind == "same")
        if not shown.grade.score.full and 2 * same >= len(element.right):
            line = Content("")
            for piece in pieces:
                left, right = BRACKETS[piece.kind]
                line += text(f"{left}{piece.text}{right}", PIECES[piece.kind])
            blocks.append(Block(line, prefix=text("Changed:   ", "$secondary")))
        return blocks

    def response(self, typed: str) -> Response | str:
        """The text in the field."""
        return (
            Typed(typed)
            if typed.strip()
            else "type an answer first; to go on without one, leave the field and skip the card"
        )


PRESENTER = TypedPresenter
