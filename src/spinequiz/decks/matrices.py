"""Checks of a matrix: rows and columns that differ, and answers that are columns."""

from __future__ import annotations

from collections.abc import Sequence

from spinequiz.decks.checks import Place
from spinequiz.decks.options import Path, check_distinct
from spinequiz.documents.report import nearest


def check_matrix(place: Place, columns: Sequence[str], rows: Sequence[str]) -> None:
    """Two columns or more; rows and columns differ from one another."""
    if len(columns) < 2:
        place.error("bad-shape", "a matrix has two columns or more", "add a column", "columns")
    check_distinct(place, [(text, ("columns", index)) for index, text in enumerate(columns)], "a column")
    check_distinct(place, [(text, ("rows", index)) for index, text in enumerate(rows)], "a row")


def check_column(place: Place, columns: Sequence[str], answer: str, path: Path) -> None:
    """An answer is one of the columns, to the letter."""
    if answer not in columns:
        close = nearest(answer, tuple(columns))
        help = f"did you mean `{close}`?" if close else f"the columns: {', '.join(columns)}"
        place.report.add("bad-shape", f"`{answer[:60]}` is not among the columns", place.text_span(*path), help)
