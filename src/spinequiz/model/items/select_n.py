"""`select-n`: as many options as the item asks for."""

from __future__ import annotations

from typing import Annotated

import msgspec

from spinequiz.model.items.base import Item, Option, Text


class SelectN(Item, frozen=True, kw_only=True, tag="select-n"):
    """N is the number of `answers`. `shuffle` and `order` are those of a `select-all`."""

    answers: Annotated[tuple[Option, ...], msgspec.Meta(min_length=1)]
    distractors: tuple[Option, ...]
    shuffle: bool = True
    order: tuple[Text, ...] = ()


ITEM = SelectN
