"""`matrix-response`: answers that are columns, at least one in all."""

from __future__ import annotations

from spinequiz.decks.checks import Place
from spinequiz.decks.matrices import check_column, check_matrix
from spinequiz.decks.options import check_distinct
from spinequiz.model.items.matrix_response import MatrixResponse


def check(item: MatrixResponse, place: Place) -> None:
    """Every answer is a column, none twice in a row; a row may have none, a column should not be without a key."""
    check_matrix(place, item.columns, [row.text for row in item.rows])
    for index, row in enumerate(item.rows):
        paths = [(option.text, ("rows", index, "answers", number)) for number, option in enumerate(row.answers)]
        check_distinct(place, paths, "an answer of the row")
        for text, path in paths:
            check_column(place, item.columns, text, path)
    if not any(row.answers for row in item.rows):
        place.error("bad-shape", "no row has an answer", "name the columns that apply under `answers`", "rows")
        return
    keyed = {option.text for row in item.rows for option in row.answers}
    for index, column in enumerate(item.columns):
        if column not in keyed:
            place.warning(
                "column-without-key",
                f"no row has the answer `{column[:60]}`, so that wrong picks in this column cost nothing",
                "give a row this answer, or leave the column out",
                "columns", index,
            )  # fmt: skip
