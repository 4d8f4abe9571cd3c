"""`single-choice`: distinct options, three to five of them."""

from __future__ import annotations

from spinequiz.decks.checks import Place, check_options, check_order
from spinequiz.model.items.single_choice import SingleChoice


def check(item: SingleChoice, place: Place) -> None:
    """Options are distinct; the NCLEX has three to five."""
    check_options(place, (item.answer,), item.distractors, "answer", single=True)
    check_order(place, (item.answer, *item.distractors), item.order, item.shuffle)
    count = 1 + len(item.distractors)
    if item.distractors and not 3 <= count <= 5:
        place.warning("option-count", f"{count} options; a single choice has 3 to 5", "add or remove some", "distractors")
