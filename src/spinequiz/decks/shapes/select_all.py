"""`select-all`: distinct options, five to ten of them."""

from __future__ import annotations

from spinequiz.decks.checks import Place, check_options, check_order
from spinequiz.model.items.select_all import SelectAll


def check(item: SelectAll, place: Place) -> None:
    """Options are distinct; the NCLEX has five to ten."""
    check_options(place, item.answers, item.distractors, "answers", single=False)
    check_order(place, (*item.answers, *item.distractors), item.order, item.shuffle)
    count = len(item.answers) + len(item.distractors)
    if item.distractors and not 5 <= count <= 10:
        place.warning("option-count", f"{count} options; a select-all has 5 to 10", "add or remove some", "distractors")
