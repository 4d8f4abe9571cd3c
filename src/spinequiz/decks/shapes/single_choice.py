"""`single-choice`: distinct options, three to five of them."""

from __future__ import annotations

from spinequiz.decks.checks import Place
from spinequiz.decks.options import check_count, check_options, check_order
from spinequiz.model.items.single_choice import SingleChoice


def check(item: SingleChoice, place: Place) -> None:
    """Options are distinct; the NCLEX has three to five."""
    check_options(place, (item.answer,), item.distractors, single=True)
    check_order(place, (item.answer, *item.distractors), item.order, item.shuffle)
    if item.distractors:
        check_count(place, 1 + len(item.distractors), 3, 5, "a single choice", "options", "distractors")
