"""Intervals in words, as the rating buttons show them."""

from __future__ import annotations


def short_interval(seconds: int) -> str:
    """`1m`, `6m`, `2h`, `3d`, `2.5mo`, `1.2y`: what a button has room for."""
    minutes = seconds / 60
    if minutes < 60:
        return f"{max(1, round(minutes))}m"
    if minutes < 24 * 60:
        return f"{_short(minutes / 60)}h"
    days = seconds / 86_400
    if days < 31:
        return f"{round(days)}d"
    if days < 365:
        return f"{_short(days / 30.4375)}mo"
    return f"{_short(days / 365.25)}y"


def long_interval(seconds: int) -> str:
    """The same in words: `10 minutes`, `3 days`, `2.5 months`."""
    words = {"m": "minute", "h": "hour", "d": "day", "mo": "month", "y": "year"}
    short = short_interval(seconds)
    number = short.rstrip("mohdy")
    word = words[short[len(number) :]]
    return f"{number} {word}{'' if number == '1' else 's'}"


def _short(value: float) -> str:
    text = f"{value:.1f}"
    return text.removesuffix(".0")
