"""From score to rating."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spinequiz.model.cards import Rating, Score
from spinequiz.scheduling.rating import allowed_ratings, proposed_rating


@given(st.integers(1, 50), st.data())
def test_full_marks_propose_good_and_anything_less_again(most: int, data: st.DataObject) -> None:
    points = data.draw(st.integers(0, most))
    assert proposed_rating(Score(points, most)) is (Rating.GOOD if points == most else Rating.AGAIN)


@pytest.mark.parametrize(("points", "expected"), [(4, Rating.AGAIN), (5, Rating.GOOD), (6, Rating.GOOD)])
def test_a_pass_mark_is_a_share_of_the_points(points: int, expected: Rating) -> None:
    assert proposed_rating(Score(points, 6), Fraction(8, 10)) is expected


def test_the_pass_mark_itself_passes() -> None:
    """80 percent of 5 points is 4: in fractions, not in floating point, where 0.8 * 5 might be more."""
    assert proposed_rating(Score(4, 5), Fraction(8, 10)) is Rating.GOOD
    assert proposed_rating(Score(12, 15), Fraction(8, 10)) is Rating.GOOD


def test_a_miss_stays_again_and_a_pass_is_never_again() -> None:
    assert allowed_ratings(Rating.AGAIN) == (Rating.AGAIN,)
    assert allowed_ratings(Rating.GOOD) == (Rating.HARD, Rating.GOOD, Rating.EASY)
