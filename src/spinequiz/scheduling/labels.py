"""Intervals in words, as the rating buttons show them."""

from __future__ import annotations

import math
from typing import NamedTuple


class _Unit(NamedTuple):
    """`end` is the number from which the next unit takes over."""

    seconds: float
    short: str
    word: str
    end: float
    decimals: int


UNITS = (
    _Unit(60, "m", "minute", 60, 0),
    _Unit(3600, "h", "hour", 24, 1),
    _Unit(86_400, "d", "day", 31, 0),
    _Unit(30.4375 * 86_400, "mo", "month", 12, 1),
    _Unit(365.25 * 86_400, "y", "year", math.inf, 1),
)


def short_interval(seconds: int) -> str:
    """`1m`, `6m`, `2h`, `3d`, `2.5mo`, `1.2y`: what a button has room for."""
    number, unit = _rounded(seconds)
    return f"{number}{unit.short}"


def long_interval(seconds: int) -> str:
    """The same in words: `10 minutes`, `3 days`, `2.5 months`."""
    number, unit = _rounded(seconds)
    return f"{number} {unit.word}{'' if number == '1' else 's'}"


def _rounded(seconds: int) -> tuple[str, _Unit]:
    """The number, halves rounded up, and the unit in which it is small; a minute is the least."""
    for unit in UNITS:
        scale = 10**unit.decimals
        number = math.floor(max(seconds, 60) / unit.seconds * scale + 0.5) / scale
        if number < unit.end:
            break
    return f"{number:.1f}".removesuffix(".0"), unit
