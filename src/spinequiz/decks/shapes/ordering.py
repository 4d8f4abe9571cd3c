"""`ordering`: two distinct steps or more."""

from __future__ import annotations

from spinequiz.decks.checks import Place
from spinequiz.decks.options import check_distinct
from spinequiz.model.items.ordering import Ordering


def check(item: Ordering, place: Place) -> None:
    """Steps are distinct, and there is something to order."""
    if len(item.steps) < 2:
        place.error("bad-shape", "an ordering has two steps or more", "add the other steps", "steps")
    check_distinct(place, [(step.text, ("steps", index)) for index, step in enumerate(item.steps)], "a step")
