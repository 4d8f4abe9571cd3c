"""`matrix-choice`: 0/1 a row."""

from __future__ import annotations

from spinequiz.grading.base import Element, Grade, Grader, Verdict
from spinequiz.grading.rules import ZERO_ONE, zero_one
from spinequiz.model.cards import Score, Variant
from spinequiz.model.items.matrix_choice import ChoiceRow, MatrixChoice
from spinequiz.model.responses import Matrix


class MatrixChoiceGrader(Grader):
    """0/1 scoring of each row, the rows added (NCSBN scoring FAQ, matrix multiple choice)."""

    rule = ZERO_ONE
    response_type = Matrix

    def options(self, item: MatrixChoice, seed: int) -> tuple[str, ...]:
        """The columns, as they are written."""
        return item.columns

    def choices(self, item: MatrixChoice, seed: int) -> dict[str, tuple[str, ...]]:
        """The columns for each row."""
        return {row.text: item.columns for row in item.rows}

    def answer(self, item: MatrixChoice, variant: Variant) -> str:
        """Each row with its column."""
        return "\n".join(f"{row.text}: {row.answer.text}" for row in item.rows)

    def max_points(self, item: MatrixChoice) -> int:
        """A point a row."""
        return len(item.rows)

    def refusal(self, item: MatrixChoice, response: Matrix) -> str:
        """A blank row is refused, and so is a row with two columns."""
        for row in item.rows:
            count = len(set(response.rows.get(row.text, ())))
            if count != 1:
                return f"pick one column in every row; {count or 'none'} in: {row.text}"
        return ""

    def grade(self, item: MatrixChoice, response: Matrix) -> Grade:
        """+1 a row with its right column alone; a blank row costs its own point only."""
        elements = tuple(self._row(row, response.rows.get(row.text, ())) for row in item.rows)
        points = zero_one(element.verdict is Verdict.RIGHT for element in elements)
        return Grade(Score(points, self.max_points(item)), self.rule, elements)

    def _row(self, row: ChoiceRow, picked: tuple[str, ...]) -> Element:
        if not picked:
            verdict = Verdict.MISSED
        else:
            verdict = Verdict.RIGHT if set(picked) == {row.answer.text} else Verdict.WRONG
        return Element(row.text, verdict, "; ".join(picked), row.answer.text, row.answer.why)


GRADER = MatrixChoiceGrader()
