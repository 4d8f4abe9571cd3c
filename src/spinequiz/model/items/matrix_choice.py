"""`matrix-choice`: one column for every row."""

from __future__ import annotations

from typing import Annotated

import msgspec

from spinequiz.model.items.base import Item, Option, Part, Text


class ChoiceRow(Part, frozen=True, kw_only=True):
    """A row and its right column, named by the column's text."""

    text: Text
    answer: Option


class MatrixChoice(Item, frozen=True, kw_only=True, tag="matrix-choice"):
    """Rows and columns are shown as they are written."""

    columns: tuple[Text, ...]
    rows: Annotated[tuple[ChoiceRow, ...], msgspec.Meta(min_length=1)]


ITEM = MatrixChoice
