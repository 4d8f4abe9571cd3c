"""What the two types with blanks in a text share: a line for each blank."""

from __future__ import annotations

from spinequiz.grading import Grade
from spinequiz.grading.blanks import parse_blanks
from spinequiz.model.items.parts import BlanksItem
from spinequiz.model.responses import Filled, Response
from spinequiz.plain.items.base import Asking, Prompt, Question, Step, accepting
from spinequiz.plain.items.choices import numbered, one_pick
from spinequiz.session.wording import place_words


class FillingPrompt(Prompt):
    """Blank by blank in the text's order. A bank stands once, above them all; choices stand at their blank."""

    def listing(self, question: Question) -> list[str]:
        """The bank, where there is one."""
        return ["The bank of words:", *numbered(question.options)] if question.options else []

    def asking(self, question: Question) -> Asking[Response]:
        """Ask blank by blank."""
        assert isinstance(question.item, BlanksItem)
        names = parse_blanks(question.item.text).names
        blanks: dict[str, str] = {}
        for number, name in enumerate(names, 1):
            blanks = yield from _blank(question, blanks, name, f"Blank {number} of {len(names)}: {name}")
        return Filled(blanks)

    def feedback(self, question: Question, response: Filled, grade: Grade) -> list[str]:
        """Each blank: what was put there, what is right."""
        return [place_words(element) for element in grade.elements]


def _blank(question: Question, filled: dict[str, str], name: str, heading: str) -> Asking[dict[str, str]]:
    """Ask for one blank; with the words that are used already, a bank refuses to use one twice."""
    options = question.choices[name]

    def with_pick(picked: tuple[str, ...]) -> dict[str, str]:
        return {**filled, name: picked[0]} if picked else filled

    picked: tuple[str, ...] = yield Step(
        "The number for this blank:",
        accepting(question, lambda found: Filled(with_pick(found)), one_pick(options)),
        heading=(heading, *(() if question.options else numbered(options))),
        help="Type the number of what belongs in this blank.",
        on_blank="No number was given. A second empty line leaves this blank open.",
    )
    return with_pick(picked)
