"""`numeric`: a number that the student works out or recalls."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

import msgspec

from spinequiz.model.items.base import Item, Part

VariableName = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]*$", max_length=40)]
RoundTo = Literal["whole", "tenth", "hundredth"]


class Variable(Part, frozen=True, kw_only=True):
    """The values that a variable takes: a list of them, or every `step` from `min` to `max`."""

    shorthand: ClassVar[str] = "values"

    values: tuple[Decimal, ...] = ()
    min: Decimal | None = None
    max: Decimal | None = None
    step: Decimal | None = None


class Numeric(Item, frozen=True, kw_only=True, tag="numeric"):
    """Right within `tolerance`, or equal to the answer rounded half up to `round_to`.

    With `variables` the prompt holds `{{name}}` for each of them, and `formula` takes the place of `answer`:
    each time the card is dealt, it is another variant. `positive: false` lets an answer be 0 or less.
    """

    answer: Decimal | None = None
    unit: str = ""
    tolerance: Decimal | None = None
    round_to: RoundTo | None = None
    variables: dict[VariableName, Variable] = msgspec.field(default_factory=dict)
    formula: str = ""
    positive: bool = True


ITEM = Numeric
