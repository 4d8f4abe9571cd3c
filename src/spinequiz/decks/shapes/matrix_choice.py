"""`matrix-choice`: four to ten rows by two or three columns, every row with its column."""

from __future__ import annotations

from spinequiz.decks.checks import Place
from spinequiz.decks.matrices import check_column, check_matrix
from spinequiz.decks.options import check_count
from spinequiz.model.items.matrix_choice import MatrixChoice


def check(item: MatrixChoice, place: Place) -> None:
    """Every row's answer is a column; the NCLEX has four to ten rows and two or three columns."""
    check_matrix(place, item.columns, [row.text for row in item.rows])
    for index, row in enumerate(item.rows):
        check_column(place, item.columns, row.answer.text, ("rows", index, "answer"))
    check_count(place, len(item.rows), 4, 10, "a matrix-choice", "rows", "rows")
    if len(item.columns) >= 2:
        check_count(place, len(item.columns), 2, 3, "a matrix-choice", "columns", "columns")
