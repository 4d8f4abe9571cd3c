"""`true-false`: a statement to judge."""

from __future__ import annotations

from spinequiz.model.items.base import Item


class TrueFalse(Item, frozen=True, kw_only=True, tag="true-false"):
    """`answer` says whether the prompt's statement holds."""

    answer: bool


ITEM = TrueFalse
