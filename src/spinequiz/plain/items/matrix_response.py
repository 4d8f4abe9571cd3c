"""`matrix-response` line by line: the columns that apply, for each row."""

from __future__ import annotations

from collections.abc import Sequence

from spinequiz.grading import Grade, Verdict
from spinequiz.model.responses import Matrix
from spinequiz.plain.items.base import Question
from spinequiz.plain.items.choices import Parser, grouped_lines, picks
from spinequiz.plain.items.matrices import MatrixPrompt


class MatrixResponsePrompt(MatrixPrompt):
    """An empty line says that no column applies: there may be such rows."""

    line_prompt = "The columns that apply, an empty line for none:"
    help = (
        "Type the numbers of all columns that apply to this row, or an empty line if none does. "
        "A right pick is a point, a wrong pick takes one away from its column."
    )

    def parser(self, columns: Sequence[str]) -> Parser:
        """Any number of columns."""
        return picks(columns)

    def feedback(self, question: Question, response: Matrix, grade: Grade) -> list[str]:
        """Row by row what was picked or is right, and the reasons; a cell that is neither is left out."""
        told = [element for element in grade.elements if element.verdict is not Verdict.LEFT or element.why]
        return grouped_lines(told, question.choices)


PROMPT = MatrixResponsePrompt()
