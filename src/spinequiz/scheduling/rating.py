"""From score to rating, for the types that are scored."""

from __future__ import annotations

from fractions import Fraction

from spinequiz.model.cards import Rating, Score


def proposed_rating(score: Score, pass_mark: Fraction = Fraction(1)) -> Rating:
    """Good for a pass, Again for anything less; `pass_mark` is the share of the points that passes."""
    passed = score.points >= pass_mark * score.max_points
    return Rating.GOOD if passed else Rating.AGAIN


def allowed_ratings(proposed: Rating) -> tuple[Rating, ...]:
    """What the student may make of a proposal: a pass may be Hard, Good or Easy; a miss stays Again."""
    return (Rating.AGAIN,) if proposed == Rating.AGAIN else (Rating.HARD, Rating.GOOD, Rating.EASY)
