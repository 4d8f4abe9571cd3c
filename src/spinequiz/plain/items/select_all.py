"""`select-all` line by line: the numbers of all that apply."""

from __future__ import annotations

from spinequiz.plain.items.choices import NUMBERS_HELP, PLUS_MINUS_HELP, ChoicePrompt


class SelectAllPrompt(ChoicePrompt):
    """Any number of numbers."""

    help = f"{NUMBERS_HELP} {PLUS_MINUS_HELP}"


PROMPT = SelectAllPrompt()
