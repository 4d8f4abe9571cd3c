"""`bow-tie` line by line: the condition, then the actions, then the parameters."""

from __future__ import annotations

from spinequiz.grading import Grade
from spinequiz.model.items.bow_tie import BowTie
from spinequiz.model.responses import BowTie as BowTieResponse
from spinequiz.model.responses import Response
from spinequiz.plain.items.base import Asking, Prompt, Question, Step, accepting
from spinequiz.plain.items.choices import NUMBERS_HELP, ZERO_ONE_HELP, grouped_lines, numbered, one_pick, picks

Picks = dict[str, tuple[str, ...]]


class BowTiePrompt(Prompt):
    """Part by part; an order within a part does not matter."""

    def asking(self, question: Question) -> Asking[Response]:
        """Ask part by part."""
        assert isinstance(question.item, BowTie)
        actions, parameters = len(question.item.actions.answers), len(question.item.parameters.answers)
        picked: Picks = {}
        yield from _part(question, picked, "condition", "The condition", 1)
        yield from _part(question, picked, "actions", "The actions to take", actions)
        yield from _part(question, picked, "parameters", "The parameters to monitor", parameters)
        return _response(picked)

    def feedback(self, question: Question, response: BowTieResponse, grade: Grade) -> list[str]:
        """Each option under its part."""
        return grouped_lines(grade.elements, question.choices)


def _part(question: Question, picked: Picks, name: str, heading: str, count: int) -> Asking[None]:
    options = question.choices[name]
    parse = (
        one_pick(options)
        if count == 1
        else accepting(question, lambda found: _response({name: found}), picks(options, count))
    )
    given: tuple[str, ...] = yield Step(
        "Its number:" if count == 1 else f"Their {count} numbers, separated by spaces:",
        parse,
        heading=(f"{heading}:", *numbered(options)),
        help=f"{NUMBERS_HELP} {ZERO_ONE_HELP}",
        on_blank="No number was given. A second empty line leaves this part empty.",
    )
    picked[name] = tuple(option for option in options if option in given)


def _response(picked: Picks) -> BowTieResponse:
    condition = picked.get("condition", ())
    return BowTieResponse(condition[0] if condition else "", picked.get("actions", ()), picked.get("parameters", ()))


PROMPT = BowTiePrompt()
