"""`single-choice`: one right option among several."""

from __future__ import annotations

from spinequiz.model.items.base import Item, Option, Text


class SingleChoice(Item, frozen=True, kw_only=True, tag="single-choice"):
    """Options are shuffled, unless `shuffle` is false: then `order` lists them as they are to stand."""

    answer: Option
    distractors: tuple[Option, ...]
    shuffle: bool = True
    order: tuple[Text, ...] = ()


ITEM = SingleChoice
