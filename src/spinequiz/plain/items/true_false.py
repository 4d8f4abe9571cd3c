"""`true-false` line by line: a word, a letter or a number."""

from __future__ import annotations

from typing import cast

from spinequiz.grading import Grade
from spinequiz.model.responses import Judged, Response
from spinequiz.plain.items.base import Asking, Prompt, Question, Refused, Step
from spinequiz.plain.items.choices import numbered
from spinequiz.session.wording import place_words

VERDICTS = {"1": True, "t": True, "true": True, "2": False, "f": False, "false": False}


class TrueFalsePrompt(Prompt):
    """`t` and `f` answer here; the flag is the word `flag`."""

    def listing(self, question: Question) -> list[str]:
        """True and False with their numbers."""
        return numbered(question.options)

    def asking(self, question: Question) -> Asking[Response]:
        """Ask for the verdict."""
        verdict = cast(bool, (yield Step("1 or t for true, 2 or f for false:", _verdict, help=HELP, answers="tf")))
        return Judged(verdict)

    def feedback(self, question: Question, response: Judged, grade: Grade) -> list[str]:
        """What was said of the statement."""
        return [place_words(element._replace(label="You said")) for element in grade.elements]


HELP = "Type 1, t or true if the statement is true; 2, f or false if it is not."


def _verdict(line: str) -> bool:
    verdict = VERDICTS.get(line.casefold())
    if verdict is None:
        raise Refused(HELP)
    return verdict


PROMPT = TrueFalsePrompt()
