"""Fuzz: intervals spread a little, so that cards learned together do not stay together.

The ranges and the rounding are Anki's: 1 day plus 15 percent of the days from 2.5 to 7, 10 percent from 7 to
20, and 5 percent beyond, to both sides.
"""

from __future__ import annotations

import math
from hashlib import blake2b

from spinequiz.model.cards import CardKey

RANGES = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.10), (20.0, math.inf, 0.05))


def half_up(value: float) -> int:
    """Round a positive number as one does by hand: 2.5 to 3."""
    return math.floor(value + 0.5)


def fuzz_bounds(interval: float, minimum: int, maximum: int) -> tuple[int, int]:
    """The shortest and the longest interval in days that fuzz may make of `interval`."""
    # comparisons instead of min and max: replaying a log comes here some million times
    least = minimum if minimum < maximum else maximum
    if interval < least:
        interval = least
    elif interval > maximum:
        interval = maximum
    if interval < 2.5:
        whole = math.floor(interval + 0.5)
        return whole, whole
    spread = 0.0
    for start, end, factor in RANGES:
        if interval <= start:
            break
        spread += factor * ((interval if interval < end else end) - start)
    delta = 1.0 + spread
    lower = math.floor(interval - delta + 0.5)
    upper = math.floor(interval + delta + 0.5)
    lower = max(lower, least)
    upper = min(upper, maximum)
    if upper == lower and 2 < upper < maximum:
        upper = lower + 1
    return lower, upper


def fuzzed(interval: float, minimum: int, maximum: int, factor: float | None) -> int:
    """The interval in whole days. `factor` from 0 to 1 picks a day in the fuzz range; None means no fuzz."""
    if factor is None:
        return min(max(half_up(interval), min(minimum, maximum)), maximum)
    lower, upper = fuzz_bounds(interval, minimum, maximum)
    return min(upper, math.floor(lower + factor * (1 + upper - lower)))


def fuzz_factor(card: CardKey, reps: int) -> float:
    """A number from 0 up to 1 that depends on the card and its number of reviews alone."""
    digest = blake2b(f"{card[0]}\x1f{card[1]}\x1f{card[2]}\x1f{reps}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
