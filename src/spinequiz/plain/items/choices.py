"""What the types with numbered choices share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

from spinequiz.grading import Element, Grade
from spinequiz.model.responses import Picked, Response
from spinequiz.plain.items.base import GIVING_UP, Asking, Prompt, Question, Refused, Step, accepting
from spinequiz.session.wording import option_words

LONGEST_ECHO = 30
NUMBERS_HELP = "Type the numbers of your choices on one line, with spaces or commas between them, such as 1 3 4."
PLUS_MINUS_HELP = "A right pick is a point, a wrong pick takes one away."
ZERO_ONE_HELP = "A right pick is a point, a wrong pick costs nothing."

Parser = Callable[[str], tuple[str, ...]]


def numbered(options: Iterable[str]) -> list[str]:
    """The options with their numbers, from 1."""
    return [f"{number}. {option}" for number, option in enumerate(options, 1)]


def picks(options: Sequence[str], count: int | None = None) -> Parser:
    """A parser for numbers of options, in the order in which they are typed; an empty line picks none.

    With a `count` fewer are refused: to guess the rest costs nothing where the number is given.
    """

    def parse(line: str) -> tuple[str, ...]:
        picked = tuple(options[number - 1] for number in _numbers(line, len(options)))
        if count is not None and 0 < len(picked) < count:
            raise Refused(f"{len(picked)} of {count} picked: pick {count - len(picked)} more.")
        return picked

    return parse


def one_pick(options: Sequence[str]) -> Parser:
    """A parser for the number of one option; an empty line picks none."""

    def parse(line: str) -> tuple[str, ...]:
        picked = picks(options)(line)
        if len(picked) > 1:
            raise Refused(f"Pick one, not {len(picked)}.")
        return picked

    return parse


def _numbers(line: str, count: int) -> list[int]:
    found: list[int] = []
    for word in re.split(r"[\s,;]+", line.strip()):
        if not word:
            continue
        if not (word.isdecimal() and word.isascii()):
            raise Refused(f'"{word[:LONGEST_ECHO]}" is no number: type numbers from 1 to {count}.')
        number = int(word) if len(word) < 10 else 0
        if not 1 <= number <= count:
            raise Refused(f"There is no {word[:LONGEST_ECHO]} here: the numbers are 1 to {count}.")
        if number in found:
            raise Refused(f"{number} stands there twice: pick it once.")
        found.append(number)
    return found


def option_lines(elements: Iterable[Element], options: Sequence[str]) -> list[str]:
    """Each option with its number and what became of it, in the order in which they were shown."""
    numbers = {option: number for number, option in enumerate(options, 1)}
    found = sorted(elements, key=lambda element: numbers.get(element.label, len(numbers) + 1))
    return [
        f"{numbers[element.label]}. {option_words(element)}" if element.label in numbers else option_words(element)
        for element in found
    ]


def grouped_lines(elements: Iterable[Element], choices: Mapping[str, Sequence[str]]) -> list[str]:
    """Options under the headings of their groups; a group without a line to tell says so."""
    found = list(elements)
    lines = []
    for group in dict.fromkeys([*choices, *(element.group for element in found)]):
        inside = [element for element in found if element.group == group]
        told = option_lines(inside, choices.get(group, ()))
        lines += [f"{group}:", *(told or ["Nothing was picked, and nothing is right here."])]
    return lines


class ChoicePrompt(Prompt):
    """A list of options, picked by number. `line_prompt` asks, `help` says what can be typed."""

    line_prompt: ClassVar[str] = "The numbers of your choices, separated by spaces:"
    help: ClassVar[str] = NUMBERS_HELP

    def listing(self, question: Question) -> list[str]:
        """The options with their numbers."""
        return numbered(question.options)

    def asking(self, question: Question) -> Asking[Response]:
        """Ask for the numbers."""
        parse = accepting(question, self.response, self.parser(question))
        picked: tuple[str, ...] = yield Step(self.asks(question), parse, help=self.help, on_blank=GIVING_UP)
        return self.response(tuple(option for option in question.options if option in picked))

    def asks(self, question: Question) -> str:
        """The line that asks."""
        return self.line_prompt

    def parser(self, question: Question) -> Parser:
        """What makes picks of a line."""
        return picks(question.options)

    def response(self, picked: tuple[str, ...]) -> Response:
        """The response that picks make."""
        return Picked(picked)

    def feedback(self, question: Question, response: Response, grade: Grade) -> list[str]:
        """Each option, right or wrong, picked or not, and why."""
        return option_lines(grade.elements, question.options)
