"""One outcome by FSRS's formulas alone: what a replay of many answers asks for.

`fsrs` wraps its formulas in cards and moments, which takes most of its time. Here its own formulas are called on
numbers, and where it takes a card is asked once for each step and rating, since that depends on the steps alone.
The results are those of `Scheduler.review_card`, bit by bit.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import fsrs

from spinequiz.model.cards import CardKey, CardState, Phase, Preset, Rating
from spinequiz.scheduling.outcomes import (
    LONGEST_STABILITY,
    PHASES,
    RATINGS,
    Move,
    Outcome,
    Reckoning,
    reviewed,
    scheduler_of,
    seconds_between,
)
from spinequiz.scheduling.parameters import FSRS_6
from spinequiz.scheduling.study_day import midnight

AVAILABLE = all(
    hasattr(fsrs.Scheduler, name) for name in ("_short_term_stability", "_next_stability", "_next_difficulty")
)
"""Whether this version of `fsrs` has the formulas under the names that are known here."""
FSRS_RATINGS = (fsrs.Rating.Again, *fsrs.Rating)
"""By our ratings, which are 1 to 4. Members of enums are slow keys of dictionaries: here they are places in tuples."""
SOME_DAY = 20_000
LEARNING = Phase.LEARNING


class Formulas:
    """The formulas of a preset at a desired retention."""

    def __init__(self, preset: Preset, desired_retention: float) -> None:
        self.scheduler = scheduler_of(preset, desired_retention)
        decay = (preset.weights or FSRS_6)[20]
        self.decay: float = -decay
        self.factor: float = 0.9 ** (-1.0 / decay) - 1.0
        self.growth: float = desired_retention ** (-1.0 / decay) - 1.0
        firsts = [reviewed(self.scheduler, None, RATINGS[max(number - 1, 0)], SOME_DAY) for number in range(5)]
        self.first_stability = tuple(card.stability or 0.0 for card in firsts)
        self.first_difficulty = tuple(card.difficulty or 0.0 for card in firsts)
        self._moves: tuple[dict[int | str, Move], ...] = ({}, {}, {}, {}, {})

    def retrievability(self, stability: float, days: int) -> float:
        """The chance (0 to 1) of recall after some days: FSRS-6's forgetting curve, see `outcomes.interval_days`."""
        return float((1 + self.factor * days / stability) ** self.decay)

    def stability(self, state: CardState, rating: Rating, days: int) -> float:
        """The stability after an answer, some days after the last one."""
        given = FSRS_RATINGS[rating]
        if days < 1:
            made = self.scheduler._short_term_stability(stability=state.stability, rating=given)
        else:
            made = self.scheduler._next_stability(
                difficulty=state.difficulty,
                stability=state.stability,
                retrievability=self.retrievability(state.stability, days),
                rating=given,
            )
        return min(float(made), LONGEST_STABILITY)

    def difficulty(self, state: CardState, rating: Rating) -> float:
        """The difficulty after an answer."""
        return float(self.scheduler._next_difficulty(difficulty=state.difficulty, rating=FSRS_RATINGS[rating]))

    def move(self, state: CardState | None, rating: Rating) -> Move:
        """Where an answer takes the card."""
        if state is None:
            place: int | str = "new"
        elif state.step is None:
            place = "review"
        else:
            place = state.step if state.phase == LEARNING else -1 - state.step
        moves = self._moves[rating]
        if place not in moves:
            day = SOME_DAY if state is None else state.last_day
            card = reviewed(self.scheduler, state, rating, day)
            moves[place] = Move(PHASES[card.state], card.step, seconds_between(midnight(day), card.due))
        return moves[place]


@lru_cache(maxsize=32)
def formulas_of(preset: Preset, desired_retention: float) -> Formulas:
    """The formulas of a preset. Raises ValueError where a weight is out of the bounds that FSRS states."""
    return Formulas(preset, desired_retention)


class Formulaic(Reckoning):
    """A reckoning by the formulas."""

    def __init__(
        self,
        card: CardKey,
        state: CardState | None,
        now_ms: int,
        study_day: int,
        preset: Preset,
        desired_retention: float,
        day_start: Callable[[int], int],
    ) -> None:
        super().__init__(card, state, now_ms, study_day, preset, desired_retention, day_start)
        self.formulas = formulas_of(preset, desired_retention)
        self._stabilities: list[float | None] = [None] * 5

    def move(self, rating: Rating) -> Move:
        """Where FSRS takes the card."""
        return self.formulas.move(self.state, rating)

    def stability(self, rating: Rating) -> float:
        """The stability in days that FSRS gives the memory."""
        state = self.state
        if state is None:
            return self.formulas.first_stability[rating]
        found = self._stabilities[rating]
        if found is None:
            found = self._stabilities[rating] = self.formulas.stability(state, rating, self.day - state.last_day)
        return found

    def difficulty(self, rating: Rating) -> float:
        """The difficulty that FSRS gives the memory."""
        return (
            self.formulas.first_difficulty[rating]
            if self.state is None
            else self.formulas.difficulty(self.state, rating)
        )

    def raw(self, rating: Rating) -> float:
        """The interval in days that FSRS wants, unrounded."""
        return self.stability(rating) / self.formulas.factor * self.formulas.growth


def outcome(
    card: CardKey,
    state: CardState | None,
    rating: Rating,
    *,
    now_ms: int,
    study_day: int,
    preset: Preset,
    desired_retention: float,
    day_start: Callable[[int], int],
) -> Outcome:
    """The outcome of one rating: what `outcomes` gives for it, bit by bit, without the work for the others."""
    reckoning = Formulaic if AVAILABLE else Reckoning
    return reckoning(card, state, now_ms, study_day, preset, desired_retention, day_start).outcome(rating)
