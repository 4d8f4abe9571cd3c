"""One outcome by FSRS's formulas alone: what a replay of many answers asks for.

`fsrs` wraps its formulas in cards and moments, which takes most of its time. Here the formulas of FSRS-6 are worked out
on numbers, what depends on the preset alone once, and where `fsrs` takes a card is asked once for each step and rating,
since that depends on the steps alone. The results are those of `Scheduler.review_card`, bit by bit: for each preset
they are compared first, and where they differ, as in another version, `fsrs` is asked about every answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

from spinequiz.model.cards import CardKey, CardState, Phase, Preset, Rating
from spinequiz.scheduling.outcomes import (
    AGAIN,
    LONGEST_STABILITY,
    PHASES,
    RATINGS,
    REVIEW,
    Move,
    Outcome,
    Reckoning,
    reviewed,
    scheduler_of,
    seconds_between,
)
from spinequiz.scheduling.parameters import FSRS_6
from spinequiz.scheduling.study_day import midnight

SOME_DAY = 20_000
LEARNING = Phase.LEARNING
LEAST_STABILITY = 0.001
LEAST_DIFFICULTY, MOST_DIFFICULTY = 1.0, 10.0
SAMPLES = ((0.05, 10.0), (3.3, 7.1), (29.0, 1.2), (801.0, 4.4))
"""Stabilities and difficulties at which the formulas are compared."""
SAMPLE_DAYS = (0, 1, 40)


class Formulas:
    """The formulas of a preset at a desired retention. Ratings are numbers from 1 to 4, places in tuples of five."""

    def __init__(self, preset: Preset, desired_retention: float) -> None:
        self.scheduler = scheduler_of(preset, desired_retention)
        w: tuple[float, ...] = preset.weights or FSRS_6
        self.weights = w
        decay = w[20]
        self.decay: float = -decay
        self.factor: float = 0.9 ** (-1.0 / decay) - 1.0
        self.growth: float = desired_retention ** (-1.0 / decay) - 1.0
        firsts = [reviewed(self.scheduler, None, RATINGS[max(number - 1, 0)], SOME_DAY) for number in range(5)]
        self.first_stability = tuple(card.stability or 0.0 for card in firsts)
        self.first_difficulty = tuple(card.difficulty or 0.0 for card in firsts)
        self._same_day = tuple(math.e ** (w[17] * (number - 3 + w[18])) for number in range(5))
        self._recalled = math.e ** w[8]
        self._bonus = (1.0, 1.0, w[15], 1.0, w[16])
        self._lapsed = math.e ** (w[17] * w[18])
        self._steps = tuple(-(w[6] * (number - 3)) for number in range(5))
        self._reverted = w[7] * (w[4] - math.e ** (w[5] * 3) + 1)
        self._moves: tuple[dict[int | str, Move], ...] = ({}, {}, {}, {}, {})

    def stability(self, state: CardState, rating: int, days: int) -> float:
        """The stability after an answer, some days after the last one."""
        w, s, d = self.weights, state.stability, state.difficulty
        made: float
        if days < 1:
            growth = self._same_day[rating] * s ** -w[19]
            made = s * (growth if rating == AGAIN or growth > 1.0 else 1.0)
        else:
            # the forgetting curve, see `outcomes.interval_days`
            recall = (1 + self.factor * days / s) ** self.decay
            if rating == AGAIN:
                made = w[11] * d ** -w[12] * ((s + 1) ** w[13] - 1) * math.e ** ((1 - recall) * w[14])
                made = min(made, s / self._lapsed)
            else:
                growth = self._recalled * (11 - d) * s ** -w[9] * (math.e ** ((1 - recall) * w[10]) - 1)
                made = s * (1 + growth * self._bonus[rating])
        return min(max(made, LEAST_STABILITY), LONGEST_STABILITY)

    def difficulty(self, state: CardState, rating: int) -> float:
        """The difficulty after an answer."""
        d, share = state.difficulty, self.weights[7]
        made: float = self._reverted + (1 - share) * (d + (10.0 - d) * self._steps[rating] / 9.0)
        return min(max(made, LEAST_DIFFICULTY), MOST_DIFFICULTY)

    def agree(self) -> bool:
        """Whether they give what `fsrs` gives, at some samples."""
        for stability, difficulty in SAMPLES:
            state = CardState(REVIEW, None, stability, difficulty, 0, 0, SOME_DAY, 1, 0)
            for days in SAMPLE_DAYS:
                for rating in RATINGS:
                    card = reviewed(self.scheduler, state, rating, SOME_DAY + days)
                    if (card.stability, card.difficulty) != (
                        self.stability(state, rating, days),
                        self.difficulty(state, rating),
                    ):
                        return False
        return True

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
def formulas_of(preset: Preset, desired_retention: float) -> Formulas | None:
    """The formulas of a preset, None where `fsrs` has others.

    Raises ValueError where a weight is out of the bounds that FSRS states.
    """
    formulas = Formulas(preset, desired_retention)
    return formulas if formulas.agree() else None


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
        formulas: Formulas,
    ) -> None:
        super().__init__(card, state, now_ms, study_day, preset, desired_retention, day_start)
        self.formulas = formulas
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
    formulas = formulas_of(preset, desired_retention)
    if formulas is None:
        return Reckoning(card, state, now_ms, study_day, preset, desired_retention, day_start).outcome(rating)
    return Formulaic(card, state, now_ms, study_day, preset, desired_retention, day_start, formulas).outcome(rating)
