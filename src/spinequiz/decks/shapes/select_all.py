"""`select-all`: distinct options, five to ten of them."""

from __future__ import annotations

from spinequiz.decks.checks import Place
from spinequiz.decks.options import check_count, check_options, check_order
from spinequiz.model.items.select_all import SelectAll


def check(item: SelectAll, place: Place) -> None:
    """Options are distinct; the NCLEX has five to ten."""
    check_options(place, item.answers, item.distractors, all_keys=True)
    check_order(place, (*item.answers, *item.distractors), item.order, item.shuffle)
    count = len(item.answers) + len(item.distractors)
    if item.distractors:
        check_count(place, count, 5, 10, "a select-all", "options", "distractors")
