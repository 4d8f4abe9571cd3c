"""`select-all`: every option that applies."""

from __future__ import annotations

from typing import Annotated

import msgspec

from spinequiz.model.items.base import Item, Option, Text


class SelectAll(Item, frozen=True, kw_only=True, tag="select-all"):
    """Options are shuffled, unless `shuffle` is false: then `order` lists them as they are to stand."""

    answers: Annotated[tuple[Option, ...], msgspec.Meta(min_length=1)]
    distractors: tuple[Option, ...]
    shuffle: bool = True
    order: tuple[Text, ...] = ()


ITEM = SelectAll
