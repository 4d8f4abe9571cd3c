"""`ordering` line by line: the steps' numbers in their order."""

from __future__ import annotations

from spinequiz.grading import Grade
from spinequiz.model.responses import Ordered, Response
from spinequiz.plain.items.base import Asking, Prompt, Question, Refused, Step
from spinequiz.plain.items.choices import Parser, numbered, picks
from spinequiz.session.wording import place_words


class OrderingPrompt(Prompt):
    """All numbers on one line, the first step first."""

    def listing(self, question: Question) -> list[str]:
        """The steps with the numbers that they are named by."""
        return numbered(question.options)

    def asking(self, question: Question) -> Asking[Response]:
        """Ask for the order."""
        steps: tuple[str, ...] = yield Step(
            "All numbers in their right order, separated by spaces:", _every(question.options), help=HELP
        )
        return Ordered(steps)

    def feedback(self, question: Question, response: Ordered, grade: Grade) -> list[str]:
        """Each place: the step that was put there, and the one that belongs there."""
        return [place_words(element._replace(label=f"Place {element.label}")) for element in grade.elements]


HELP = "Type the numbers of all steps on one line, the first step first, such as 3 1 2 4. The whole order is one point."


def _every(options: tuple[str, ...]) -> Parser:
    def parse(line: str) -> tuple[str, ...]:
        order = picks(options)(line)
        missing = [str(number) for number, option in enumerate(options, 1) if option not in order]
        if missing:
            raise Refused(f"Every step needs its place; not placed: {', '.join(missing)}.")
        return order

    return parse


PROMPT = OrderingPrompt()
