"""`true-false` has no shape beyond its keys."""

from __future__ import annotations

from spinequiz.decks.checks import Place
from spinequiz.model.items.true_false import TrueFalse


def check(item: TrueFalse, place: Place) -> None:
    """Nothing to check: prompt and a truth value are all there is."""
