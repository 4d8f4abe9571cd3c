"""`numeric`: one way of saying how exact the answer must be."""

from __future__ import annotations

from spinequiz.decks.checks import Place
from spinequiz.model.items.numeric import Numeric


def check(item: Numeric, place: Place) -> None:
    """`tolerance` or `round_to`, not both; one of them, unless the answer is a whole number."""
    if item.tolerance is not None and item.tolerance < 0:
        place.error("out-of-range", f"{item.tolerance} is below 0", "write a number of 0 or more", "tolerance")
    if item.tolerance is not None and item.round_to is not None:
        place.error("bad-shape", "`tolerance` and `round_to` exclude each other", "keep one of them", "tolerance")
    if item.tolerance is None and item.round_to is None and item.answer != item.answer.to_integral_value():
        place.warning(
            "exactness-not-stated",
            "the student is not told how exact the answer must be",
            "add `round_to: tenth`, or a `tolerance`",
            "answer",
        )
