"""`select-n`: distinct options, two keys or more."""

from __future__ import annotations

from spinequiz.decks.checks import Place
from spinequiz.decks.options import check_options, check_order
from spinequiz.model.items.select_n import SelectN


def check(item: SelectN, place: Place) -> None:
    """Options are distinct; with one key it is a single choice."""
    check_options(place, item.answers, item.distractors)
    check_order(place, (*item.answers, *item.distractors), item.order, item.shuffle)
    if len(item.answers) == 1:
        place.warning("option-count", "1 answer; a select-n has two or more", "use single-choice", "answers")
