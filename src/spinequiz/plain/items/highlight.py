"""`highlight` line by line: the numbers of the segments."""

from __future__ import annotations

from spinequiz.model.responses import Highlighted, Response
from spinequiz.plain.items.base import Question
from spinequiz.plain.items.choices import NUMBERS_HELP, PLUS_MINUS_HELP, ChoicePrompt


class HighlightPrompt(ChoicePrompt):
    """The segments stand in brackets in the text, and once more with their numbers."""

    line_prompt = "The numbers of the parts to mark, separated by spaces:"
    help = f"{NUMBERS_HELP} {PLUS_MINUS_HELP}"

    def listing(self, question: Question) -> list[str]:
        """The segments with their numbers."""
        return ["The parts in brackets:", *super().listing(question)]

    def response(self, picked: tuple[str, ...]) -> Response:
        """The marked segments."""
        return Highlighted(picked)


PROMPT = HighlightPrompt()
