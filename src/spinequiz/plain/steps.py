"""The next line to ask for: of a response that is half given, or of a rating."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from spinequiz.model.cards import Rating
from spinequiz.model.responses import Response
from spinequiz.plain.items import prompt_for
from spinequiz.plain.items.base import Question, Refused, Step
from spinequiz.plain.words import rating_line
from spinequiz.session.states import Shown


def step_after(question: Question, given: Sequence[Any]) -> Step | Response:
    """What to ask for after these values; the response if they are all."""
    asking = prompt_for(question.item).asking(question)
    try:
        step = next(asking)
        for value in given:
            step = asking.send(value)
    except StopIteration as done:
        response: Response = done.value
        return response
    return step


def rating_step(shown: Shown) -> Step:
    """Ask for a rating; an empty line accepts the proposal."""
    words = _listed([f"{int(rating)} {rating.label}" for rating in shown.allowed])

    def parse(line: str) -> Rating:
        if not line:
            if shown.proposal is None:
                raise Refused(f"There is no proposal to accept: type {words}.")
            return shown.proposal
        found = {str(int(rating)): rating for rating in Rating}.get(line)
        if found is None:
            raise Refused(f"That is no rating: type {words}.")
        if found not in shown.allowed:
            kind = "miss" if shown.proposal is Rating.AGAIN else "right answer"
            raise Refused(f"A {kind} is rated {words}.")
        return found

    return Step(rating_line(shown), parse, help=f"Type the number of a rating: {words}.")


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
