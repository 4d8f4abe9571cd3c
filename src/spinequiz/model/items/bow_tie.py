"""`bow-tie`: the condition in the middle, two actions to its left, two parameters to its right."""

from __future__ import annotations

from spinequiz.model.items.base import Item
from spinequiz.model.items.parts import OneOf, SomeOf


class BowTie(Item, frozen=True, kw_only=True, tag="bow-tie"):
    """What the client most likely has, what to do about it, and what to watch."""

    condition: OneOf
    actions: SomeOf
    parameters: SomeOf


ITEM = BowTie
