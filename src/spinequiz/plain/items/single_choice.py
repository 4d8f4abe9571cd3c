"""`single-choice` line by line: the number of one option."""

from __future__ import annotations

from spinequiz.plain.items.choices import ChoicePrompt


class SingleChoicePrompt(ChoicePrompt):
    """One number."""

    line_prompt = "The number of your choice:"
    help = "Type the number of the option that you choose, such as 2."


PROMPT = SingleChoicePrompt()
