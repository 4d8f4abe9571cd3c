"""Cards in lines: what stands before a question, the question, and all that is told after the answer."""

from __future__ import annotations

from collections.abc import Sequence

from spinequiz.grading import Grade
from spinequiz.model.cards import Rating
from spinequiz.model.items.base import Exhibit
from spinequiz.model.responses import Response
from spinequiz.plain.items import prompt_for
from spinequiz.plain.items.base import Question, Step
from spinequiz.scheduling.labels import long_interval
from spinequiz.session.states import Dealt, Face, Shown, Study
from spinequiz.session.wording import citation_lines, phase_word, type_instruction, verdict_line


def question_of(card: Dealt) -> Question:
    """A dealt card as a question."""
    return Question(card.item, card.deck, card.seed, card.key.variant)


def card_line(study: Study, shown: Shown) -> str:
    """Which card this is: `Card 3, 17 left: Cement leakage, review`."""
    flagged = ", flagged" if shown.flagged else ""
    place = f"Card {study.tally.answers + 1}, {study.remaining} left"
    return f"{place}: {shown.card.deck.title}, {phase_word(shown.card.state)}{flagged}"


def ask_lines(question: Question) -> list[str]:
    """The chart, the question, what can be chosen, and what to do."""
    item = question.item
    lines = exhibit_lines(item.exhibits)
    lines += [question.grader.question(item, question.variant), *prompt_for(item).listing(question)]
    instruction = type_instruction(item.type_name, item)
    return [*lines, instruction] if instruction else lines


def exhibit_lines(exhibits: Sequence[Exhibit]) -> list[str]:
    """The chart in words; a table row by row, each cell with the name of its column."""
    lines = []
    for number, exhibit in enumerate(exhibits, 1):
        time = f", {exhibit.time}" if exhibit.time else ""
        lines.append(f"Exhibit {number} of {len(exhibits)}: {exhibit.title}{time}")
        if exhibit.text:
            lines.append(exhibit.text)
        if exhibit.table is not None:
            for index, row in enumerate(exhibit.table.rows, 1):
                cells = zip(exhibit.table.columns, row, strict=True)
                told = "; ".join(f"{column}: {cell or 'blank'}" for column, cell in cells)
                lines.append(f"Row {index}. {told}")
        lines.append("")
    return lines


def answer_lines(shown: Shown) -> list[str]:
    """Everything that the answer's face tells."""
    question = question_of(shown.card)
    if shown.grade is None or shown.response is None:
        return [*prompt_for(question.item).right(question), *teaching_lines(question)]
    return graded_lines(question, shown.response, shown.grade)


def graded_lines(question: Question, response: Response | None, grade: Grade) -> list[str]:
    """The verdict, element by element what was right, the right answer, and why."""
    prompt = prompt_for(question.item)
    lines = [verdict_line(grade, question.grader)]
    if grade.note:
        lines.append(f"{grade.note[0].upper()}{grade.note[1:]}.")
    return [
        *lines,
        *prompt.feedback(question, response, grade),
        *prompt.right(question),
        *teaching_lines(question),
    ]


def teaching_lines(question: Question) -> list[str]:
    """Why the answer is right, what limits it, and what it rests on."""
    item = question.item
    lines = [f"Why: {item.rationale}"] if item.rationale else []
    if item.caveat:
        lines.append(f"Caveat: {item.caveat}")
    return [*lines, *citation_lines(item, question.deck)]


def repeated(step: Step, shown: Shown, question: Question) -> list[str]:
    """The card once more: its question, the part of it that is asked for now, and the answer if it shows."""
    lines = ask_lines(question)
    if step.asked is not None and not step.final:
        lines += ask_lines(step.asked)
    return [*lines, *step.heading] if shown.face is Face.PROMPT else [*lines, "", *answer_lines(shown)]


def rating_line(shown: Shown) -> str:
    """The ratings that the answer may be given, each with its interval in words, and what an empty line does."""
    assert shown.outcomes is not None
    intervals = {rating: long_interval(shown.outcomes.of(rating).delay_seconds) for rating in Rating}
    named = {rating: f"{int(rating)} {rating.label} ({intervals[rating]})" for rating in Rating}
    if shown.proposal is None:
        return f"Rate it: {', '.join(named[rating] for rating in shown.allowed)}."
    others = ", ".join(named[rating] for rating in shown.allowed if rating is not shown.proposal)
    typo = " If it was a slip of the fingers, t counts it as right." if shown.near_miss else ""
    instead = f" Instead: {others}." if others else ""
    return f"An empty line accepts {named[shown.proposal]}.{instead}{typo}"
