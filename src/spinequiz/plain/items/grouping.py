"""`grouping` line by line: the numbers that apply, for each group."""

from __future__ import annotations

from spinequiz.grading import Grade
from spinequiz.model.responses import Grouped, Response
from spinequiz.plain.items.base import Asking, Prompt, Question, Step
from spinequiz.plain.items.choices import NUMBERS_HELP, grouped_lines, numbered, picks


class GroupingPrompt(Prompt):
    """Group by group, each with options of its own."""

    def asking(self, question: Question) -> Asking[Response]:
        """Ask group by group."""
        groups: dict[str, tuple[str, ...]] = {}
        for number, (group, options) in enumerate(question.choices.items(), 1):
            picked: tuple[str, ...] = yield Step(
                "The numbers that apply, separated by spaces:",
                picks(options),
                heading=(f"Group {number} of {len(question.choices)}: {group}", *numbered(options)),
                help=f"{NUMBERS_HELP} A right pick is a point, a wrong pick takes one away from its group.",
                on_blank="No number was given. A second empty line leaves this group empty.",
            )
            groups[group] = tuple(option for option in options if option in picked)
        return Grouped(groups)

    def feedback(self, question: Question, response: Grouped, grade: Grade) -> list[str]:
        """Each option under its group."""
        return grouped_lines(grade.elements, question.choices)


PROMPT = GroupingPrompt()
