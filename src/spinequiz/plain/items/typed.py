"""`typed` line by line: the answer on one line; the difference in words."""

from __future__ import annotations

from spinequiz.grading import Grade
from spinequiz.grading.text import difference
from spinequiz.model.responses import Response
from spinequiz.model.responses import Typed as TypedResponse
from spinequiz.plain.differences import difference_words
from spinequiz.plain.items.base import GIVING_UP, Asking, Prompt, Question, Step


class TypedPrompt(Prompt):
    """A short answer."""

    def asking(self, question: Question) -> Asking[Response]:
        """Ask for the text."""
        text: str = yield Step("Your answer:", str, help=HELP, on_blank=GIVING_UP, free_text=True)
        return TypedResponse(text)

    def feedback(self, question: Question, response: TypedResponse, grade: Grade) -> list[str]:
        """What was typed, and how it differs from the answer."""
        if not response.text:
            return ["You typed nothing."]
        lines = [f"You typed: {response.text}"]
        element = grade.elements[0]
        if not grade.score.full or response.overruled:
            lines.append(f"Difference: {difference_words(difference(element.picked, element.right))}")
        return lines


HELP = (
    "Type the answer in your own spelling of it: capitals, spaces and punctuation do not count. "
    "A line of one letter that is a command is taken as the command; to answer with such a letter, "
    "put an equals sign in front of it, such as =s."
)

PROMPT = TypedPrompt()
