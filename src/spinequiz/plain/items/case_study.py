"""`case-study` line by line: the scenario, then item by item; what was right is told after the last one."""

from __future__ import annotations

from typing import Any, cast

from spinequiz.grading import Grade
from spinequiz.grading.case_study import CaseStudyGrader
from spinequiz.model.items.case_study import CaseStudy
from spinequiz.model.responses import Case, Response, SimpleResponse
from spinequiz.plain.items import prompt_for
from spinequiz.plain.items.base import Asking, Prompt, Question
from spinequiz.plain.words import ask_lines, graded_lines
from spinequiz.session.wording import step_word


class CasePrompt(Prompt):
    """Every item is asked as its own type asks. An item that is answered is not gone back to."""

    def listing(self, question: Question) -> list[str]:
        """What comes."""
        return [f"{len(_nested(question))} items follow, one after the other; there is no going back."]

    def asking(self, question: Question) -> Asking[Response]:
        """Ask item by item."""
        questions = _nested(question)
        responses: list[SimpleResponse | None] = []
        for number, nested in enumerate(questions, 1):
            opening = ("", f"Item {number} of {len(questions)}: {step_word(nested.item)}", *ask_lines(nested))
            response = yield from _ask(nested, opening)
            responses.append(cast(SimpleResponse, response))
        return Case(tuple(responses))

    def feedback(self, question: Question, response: Case, grade: Grade) -> list[str]:
        """Item by item what was right and why, then the points of each step of clinical judgment."""
        grader, case = question.grader, question.item
        assert isinstance(grader, CaseStudyGrader)
        assert isinstance(case, CaseStudy)
        grades = grader.grades(case, response)
        questions = _nested(question)
        lines = []
        for number, nested in enumerate(questions, 1):
            given, nested_grade = response.responses[number - 1], grades[number - 1]
            lines += ["", f"Item {number} of {len(questions)}: {step_word(nested.item)}", nested.item.prompt]
            if nested_grade is not None:
                lines += graded_lines(nested, given, nested_grade)
        lines += ["", "Points by step of clinical judgment:"]
        lines += [f"{element.label}: {element.picked or 'not answered'}" for element in grade.elements]
        return lines

    def right(self, question: Question) -> list[str]:
        """Nothing: every item has told its own."""
        return []


def _nested(question: Question) -> list[Question]:
    """The case's items as questions, each with an order of options of its own."""
    case = question.item
    assert isinstance(case, CaseStudy)
    return [Question(item, question.deck, question.seed + 100 * number) for number, item in enumerate(case.items, 1)]


def _ask(nested: Question, opening: tuple[str, ...]) -> Asking[Response]:
    """Ask an item; its first line stands under its question, and takes no line of an earlier item back."""
    asking = prompt_for(nested.item).asking(nested)
    first = True
    sent: Any = None
    while True:
        try:
            step = asking.send(sent)
        except StopIteration as done:
            response: Response = done.value
            return response
        heading = (*opening, *step.heading) if first else step.heading
        sent = yield step._replace(heading=heading, final=first, asked=nested)
        first = False


PROMPT = CasePrompt()
