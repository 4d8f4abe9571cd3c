"""`ordering`: steps to put in their order."""

from __future__ import annotations

from spinequiz.model.items.base import Item, Option


class Ordering(Item, frozen=True, kw_only=True, tag="ordering"):
    """`steps` stand in their right order; `why` says why a step has its place."""

    steps: tuple[Option, ...]


ITEM = Ordering
