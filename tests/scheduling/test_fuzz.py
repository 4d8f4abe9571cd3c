"""Fuzz: a day within Anki's ranges that depends on the card and its number of reviews alone."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from spinequiz.model.cards import MAIN, REVERSE, CardKey, DeckId, ItemId
from spinequiz.scheduling.fuzz import fuzz_bounds, fuzz_factor, fuzzed, half_up

intervals = st.floats(min_value=0.01, max_value=40_000, allow_nan=False)
minimums = st.integers(min_value=1, max_value=500)
maximums = st.integers(min_value=1, max_value=36_500)
factors = st.floats(min_value=0, max_value=1, exclude_max=True)


def key(item: str = "item", deck: str = "deck") -> CardKey:
    return CardKey(DeckId(deck), ItemId(item), MAIN)


@pytest.mark.parametrize(
    ("interval", "expected"),
    [(1, (1, 1)), (2, (2, 2)), (3, (2, 4)), (7, (5, 9)), (10, (8, 12)), (20, (17, 23)), (100, (93, 107))],
)
def test_ranges_that_anki_has(interval: float, expected: tuple[int, int]) -> None:
    assert fuzz_bounds(interval, 1, 36_500) == expected


@given(intervals, minimums, maximums)
def test_bounds_keep_to_the_minimum_and_the_maximum(interval: float, minimum: int, maximum: int) -> None:
    lower, upper = fuzz_bounds(interval, minimum, maximum)
    assert min(minimum, maximum) <= lower <= upper <= maximum


@given(intervals)
def test_bounds_lie_about_the_interval(interval: float) -> None:
    assume(interval >= 2.5)
    lower, upper = fuzz_bounds(interval, 1, 10**6)
    assert lower < interval < upper
    assert interval - lower < 2 + 0.15 * interval
    assert upper - interval < 2 + 0.15 * interval


@given(intervals, minimums, maximums, factors)
def test_a_fuzzed_interval_is_a_day_within_the_bounds(
    interval: float, minimum: int, maximum: int, factor: float
) -> None:
    lower, upper = fuzz_bounds(interval, minimum, maximum)
    assert lower <= fuzzed(interval, minimum, maximum, factor) <= upper


@given(st.integers(min_value=3, max_value=200))
def test_every_day_of_the_range_is_drawn_about_as_often(interval: int) -> None:
    lower, upper = fuzz_bounds(interval, 1, 36_500)
    width = 1 + upper - lower
    drawn = [fuzzed(interval, 1, 36_500, step / (10 * width)) for step in range(10 * width)]
    assert {drawn.count(day) for day in range(lower, upper + 1)} <= {9, 10, 11}
    assert set(drawn) == set(range(lower, upper + 1))


@given(intervals, minimums, maximums)
def test_without_a_factor_the_interval_is_rounded(interval: float, minimum: int, maximum: int) -> None:
    days = fuzzed(interval, minimum, maximum, None)
    assert min(minimum, maximum) <= days <= maximum
    if minimum <= half_up(interval) <= maximum:
        assert days == half_up(interval)


@given(st.text(max_size=20), st.text(max_size=20), st.integers(min_value=0, max_value=10**6))
def test_the_factor_depends_on_card_and_reviews_alone(item: str, deck: str, reps: int) -> None:
    factor = fuzz_factor(key(item, deck), reps)
    assert 0 <= factor < 1
    assert fuzz_factor(key(item, deck), reps) == factor
    assert fuzz_factor(key(item, deck), reps + 1) != factor
    assert fuzz_factor(key(item, deck)._replace(variant=REVERSE), reps) != factor


def test_the_factor_is_the_same_on_every_machine() -> None:
    """Written down once: a change would move every card that is replayed from its log."""
    assert fuzz_factor(key(), 0) == 0.18292290408080672
    assert fuzz_factor(key(), 7) == 0.15564204069777116


def test_factors_spread_evenly() -> None:
    drawn = [fuzz_factor(key(f"item-{number}"), number % 7) for number in range(4000)]
    tenths = [sum(tenth / 10 <= factor < (tenth + 1) / 10 for factor in drawn) for tenth in range(10)]
    assert all(320 < count < 480 for count in tenths)


@pytest.mark.parametrize(("value", "expected"), [(2.5, 3), (3.5, 4), (2.4999, 2), (0.5, 1), (0.0, 0)])
def test_halves_are_rounded_up(value: float, expected: int) -> None:
    assert half_up(value) == expected
