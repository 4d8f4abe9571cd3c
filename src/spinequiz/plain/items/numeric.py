"""`numeric` line by line: a number, with or without its unit."""

from __future__ import annotations

from spinequiz.grading import Grade
from spinequiz.grading.numeric import number_problem
from spinequiz.model.items.numeric import Numeric
from spinequiz.model.responses import Response, Typed
from spinequiz.plain.items.base import GIVING_UP, Asking, Prompt, Question, Refused, Step


class NumericPrompt(Prompt):
    """A number."""

    def asking(self, question: Question) -> Asking[Response]:
        """Ask for the number."""
        assert isinstance(question.item, Numeric)
        unit = question.item.unit

        def number(line: str) -> str:
            problem = number_problem(line, unit) if line else ""
            if problem:
                raise Refused(f"{problem[0].upper()}{problem[1:]}.")
            return line

        prompt = f"Your number, in {unit}:" if unit else "Your number:"
        text: str = yield Step(prompt, number, help=_help(unit), on_blank=GIVING_UP)
        return Typed(text)

    def feedback(self, question: Question, response: Typed, grade: Grade) -> list[str]:
        """What was typed."""
        return [f"You typed: {response.text}" if response.text else "You typed nothing."]


def _help(unit: str) -> str:
    unit_words = f"; the unit {unit} may stand behind it" if unit else ""
    return f"Type the number in digits, with a point for decimals, such as 2.5{unit_words}."


PROMPT = NumericPrompt()
