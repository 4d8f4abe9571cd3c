"""`select-n` line by line: as many numbers as the item asks for."""

from __future__ import annotations

from spinequiz.plain.items.base import Question
from spinequiz.plain.items.choices import NUMBERS_HELP, ZERO_ONE_HELP, ChoicePrompt, Parser, picks


class SelectNPrompt(ChoicePrompt):
    """N numbers: more are refused, as on the NCLEX."""

    help = f"{NUMBERS_HELP} {ZERO_ONE_HELP}"

    def asks(self, question: Question) -> str:
        """How many numbers to type."""
        count = question.grader.max_points(question.item)
        return f"The {count} numbers of your choices, separated by spaces:"

    def parser(self, question: Question) -> Parser:
        """N picks."""
        return picks(question.options, question.grader.max_points(question.item))


PROMPT = SelectNPrompt()
