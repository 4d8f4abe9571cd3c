"""`matrix-response`: +/- a column."""

from __future__ import annotations

from collections.abc import Iterator

from spinequiz.grading.base import Element, Grade, Grader
from spinequiz.grading.choices import gone_elements, option_element
from spinequiz.grading.rules import MATRIX_RESPONSE_FLOOR, PLUS_MINUS, Pick, plus_minus
from spinequiz.model.cards import Score, Variant
from spinequiz.model.items.base import Option
from spinequiz.model.items.matrix_response import MatrixResponse
from spinequiz.model.responses import Matrix


class MatrixResponseGrader(Grader):
    """+/- scoring (NCSBN scoring FAQ, matrix multiple response), floored over `MATRIX_RESPONSE_FLOOR`."""

    rule = PLUS_MINUS
    scope = "of each column by itself"
    response_type = Matrix

    def options(self, item: MatrixResponse, seed: int) -> tuple[str, ...]:
        """The columns, as they are written."""
        return item.columns

    def choices(self, item: MatrixResponse, seed: int) -> dict[str, tuple[str, ...]]:
        """The columns for each row."""
        return {row.text: item.columns for row in item.rows}

    def answer(self, item: MatrixResponse, variant: Variant) -> str:
        """Each row with its columns."""
        lines = (f"{row.text}: {'; '.join(option.text for option in row.answers) or 'none'}" for row in item.rows)
        return "\n".join(lines)

    def max_points(self, item: MatrixResponse) -> int:
        """A point a key."""
        return len(_keys(item))

    def grade(self, item: MatrixResponse, response: Matrix) -> Grade:
        """+1 a right cell, -1 a wrong one, never under 0 in a column, the columns added."""
        picked = {Pick(row, column) for row, columns in response.rows.items() for column in columns}
        points = plus_minus(_keys(item), picked, MATRIX_RESPONSE_FLOOR)
        return Grade(Score(points, self.max_points(item)), self.rule, tuple(_elements(item, response)))


def _keys(item: MatrixResponse) -> set[Pick]:
    return {Pick(row.text, option.text) for row in item.rows for option in row.answers}


def _elements(item: MatrixResponse, response: Matrix) -> Iterator[Element]:
    """Every cell, row by row: the row is its group, the column its label."""
    for row in item.rows:
        picked = response.rows.get(row.text, ())
        keys = {option.text: option for option in row.answers}
        for column in item.columns:
            option = keys.get(column, Option(text=column))
            yield option_element(option, key=column in keys, picked=column in picked, group=row.text)
        yield from gone_elements(item.columns, picked, row.text)
    known = {row.text for row in item.rows}
    for text in sorted(response.rows.keys() - known):
        yield from gone_elements((), response.rows[text], text)


GRADER = MatrixResponseGrader()
