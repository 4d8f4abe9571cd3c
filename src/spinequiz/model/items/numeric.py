"""`numeric`: a number that the student works out or recalls."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from spinequiz.model.items.base import Item

RoundTo = Literal["whole", "tenth", "hundredth"]


class Numeric(Item, frozen=True, kw_only=True, tag="numeric"):
    """Right within `tolerance`, or after both sides are rounded half up to `round_to`."""

    answer: Decimal
    unit: str = ""
    tolerance: Decimal | None = None
    round_to: RoundTo | None = None


ITEM = Numeric
