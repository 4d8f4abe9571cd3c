"""Progress files with many answers, for backups and damage."""

from __future__ import annotations

from msgspec.structs import replace
from store_samples import DEFAULTS, NOW_MS, key, review

from spinequiz.model.cards import Rating
from spinequiz.store.progress import Progress


def answer_cards(
    progress: Progress, count: int, *, first: int = 0, response: str | None = None, at_ms: int = NOW_MS
) -> None:
    """Answer cards named by their number once each."""
    for number in range(first, first + count):
        row, leech = review(key(f"item-{number}"), None, Rating.GOOD, at_ms=at_ms)
        if response is not None:
            row = replace(row, response=response)
        progress.answer(row, DEFAULTS, leech=leech)
