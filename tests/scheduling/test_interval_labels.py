"""Intervals in words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spinequiz.scheduling.labels import long_interval, short_interval

MINUTE, HOUR, DAY = 60, 3600, 86_400


@pytest.mark.parametrize(
    ("seconds", "short", "long"),
    [
        (0, "1m", "1 minute"),
        (60, "1m", "1 minute"),
        (150, "3m", "3 minutes"),
        (330, "6m", "6 minutes"),
        (10 * MINUTE, "10m", "10 minutes"),
        (HOUR - 1, "1h", "1 hour"),
        (HOUR, "1h", "1 hour"),
        (90 * MINUTE, "1.5h", "1.5 hours"),
        (DAY - 1, "1d", "1 day"),
        (DAY, "1d", "1 day"),
        (8 * DAY, "8d", "8 days"),
        (30 * DAY, "30d", "30 days"),
        (31 * DAY, "1mo", "1 month"),
        (76 * DAY, "2.5mo", "2.5 months"),
        (364 * DAY, "1y", "1 year"),
        (365 * DAY, "1y", "1 year"),
        (548 * DAY, "1.5y", "1.5 years"),
        (36_500 * DAY, "99.9y", "99.9 years"),
    ],
)
def test_intervals_in_words(seconds: int, short: str, long: str) -> None:
    assert short_interval(seconds) == short
    assert long_interval(seconds) == long


@given(st.integers(min_value=0, max_value=36_500 * DAY))
def test_a_button_has_room_for_every_interval(seconds: int) -> None:
    label = short_interval(seconds)
    assert re.fullmatch(r"[1-9][0-9]*(\.[1-9])?(m|h|d|mo|y)", label)
    assert len(label) <= 6


@given(st.integers(min_value=30, max_value=36_500 * DAY))
def test_a_label_is_right_to_within_its_digits(seconds: int) -> None:
    number, unit = re.fullmatch(r"([0-9.]+)([a-z]+)", short_interval(seconds)).groups()
    size = {"m": MINUTE, "h": HOUR, "d": DAY, "mo": 30.4375 * DAY, "y": 365.25 * DAY}[unit]
    slack = (0.5 if unit in ("m", "d") else 0.05) * size
    assert abs(float(number) * size - seconds) <= slack * 1.001 + 1


@given(st.integers(min_value=0, max_value=36_500 * DAY), st.integers(min_value=0, max_value=400 * DAY))
def test_longer_intervals_never_read_shorter(seconds: int, more: int) -> None:
    assert _size(short_interval(seconds)) <= _size(short_interval(seconds + more))


def _size(label: str) -> tuple[int, float]:
    number, unit = re.fullmatch(r"([0-9.]+)([a-z]+)", label).groups()
    return ("m", "h", "d", "mo", "y").index(unit), float(number)
