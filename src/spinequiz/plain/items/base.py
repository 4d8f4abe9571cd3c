"""What a type's plain prompt does: list what can be chosen, ask line by line, tell what became of the answer.

A prompt asks by yielding `Step`s. Whoever runs it reads a line for each, deals with commands, lets the step
parse the line, and sends the parsed value back in; the return value is the response. A step is asked again for
as long as its parser raises `Refused`. Because the steps depend on nothing but the values sent in, the runner
takes a line back by starting over with one value less.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, NamedTuple, TypeVar

from spinequiz.grading import Grade, Grader, grader_of
from spinequiz.model.cards import MAIN, Variant
from spinequiz.model.decks import Deck
from spinequiz.model.items import Item
from spinequiz.model.responses import Recalled, Response

T = TypeVar("T")


class Refused(ValueError):
    """A line that is no answer; the message is one sentence that says why."""


class Question(NamedTuple):
    """An item as one card asks it. `seed` fixes the order of its options."""

    item: Item
    deck: Deck
    seed: int
    variant: Variant = MAIN

    @property
    def grader(self) -> Grader:
        """The rules of the item's type."""
        return grader_of(self.item)

    @property
    def options(self) -> tuple[str, ...]:
        """The choices in the order in which they are shown."""
        return self.grader.options(self.item, self.seed)

    @property
    def choices(self) -> dict[str, tuple[str, ...]]:
        """For a type that asks several things: each with its choices in the order in which they are shown."""
        return self.grader.choices(self.item, self.seed)


class Step(NamedTuple):
    """A line to ask for. `prompt` asks; `heading` stands before it; `help` says what can be typed.

    `parse` makes a value of the line or raises Refused. `on_blank` is said to the first empty line; only a
    second one reaches `parse`. In `free_text` a command is a single letter, never a word; `answers` are the
    letters that are no commands here. `final` says that the lines before are not taken back any more. `asked`
    is the question that the step belongs to, where that is not the card's own.
    """

    prompt: str
    parse: Callable[[str], Any]
    heading: tuple[str, ...] = ()
    help: str = ""
    on_blank: str = ""
    free_text: bool = False
    answers: str = ""
    final: bool = False
    asked: Question | None = None


Asking = Generator[Step, Any, T]

GIVING_UP = "Nothing was given. A second empty line shows the answer and counts as a miss."


class Prompt:
    """How a type is asked and told. The base serves the self-rated types: an empty line shows the answer."""

    def listing(self, question: Question) -> list[str]:
        """What can be chosen, line by line, under the question."""
        return []

    def asking(self, question: Question) -> Asking[Response]:
        """Ask for a response."""
        yield Step(
            "An empty line shows the answer.",
            _nothing,
            help="Think of the answer, then give an empty line to see it.",
        )
        return Recalled()

    def feedback(self, question: Question, response: Any, grade: Grade) -> list[str]:
        """What was given, what was right and why, element by element."""
        return []

    def right(self, question: Question) -> list[str]:
        """The right answer."""
        answer = question.grader.answer(question.item, question.variant)
        name = "Answer" if question.grader.self_rated else "Right answer"
        return [f"{name}: {answer}"] if "\n" not in answer else [f"{name}:", *answer.split("\n")]


def accepting(question: Question, make: Callable[[T], Response], parse: Callable[[str], T]) -> Callable[[str], T]:
    """A parser that refuses what the NCLEX would refuse of the response that its value makes."""

    def checked(line: str) -> T:
        value = parse(line)
        refusal = question.grader.refusal(question.item, make(value))
        if refusal:
            raise Refused(f"{refusal[0].upper()}{refusal[1:]}.")
        return value

    return checked


def _nothing(line: str) -> None:
    if line:
        raise Refused("The answer does not show yet: an empty line shows it, then you rate it.")
