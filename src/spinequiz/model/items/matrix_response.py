"""`matrix-response`: for every row, the columns that apply."""

from __future__ import annotations

from typing import Annotated

import msgspec

from spinequiz.model.items.base import Item, Option, Part, Text


class ResponseRow(Part, frozen=True, kw_only=True):
    """A row and its right columns, named by the columns' texts; none for a row that fits no column."""

    text: Text
    answers: tuple[Option, ...]


class MatrixResponse(Item, frozen=True, kw_only=True, tag="matrix-response"):
    """Rows and columns are shown as they are written."""

    columns: tuple[Text, ...]
    rows: Annotated[tuple[ResponseRow, ...], msgspec.Meta(min_length=1)]


ITEM = MatrixResponse
