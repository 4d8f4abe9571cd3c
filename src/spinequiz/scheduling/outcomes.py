"""All that the four ratings would do to a card, computed once: the buttons show it, the answer commits it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import fsrs

from spinequiz.model.cards import CardKey, CardState, Phase, Preset, Rating
from spinequiz.scheduling.fuzz import fuzz_bounds, fuzz_factor, fuzzed, half_up
from spinequiz.scheduling.parameters import FSRS_6
from spinequiz.scheduling.study_day import midnight

DAY_SECONDS = 86_400
LONGEST_STABILITY = 36_500.0
"""Days that FSRS lets a memory's stability grow to. `fsrs` has no such bound; Anki's engine has it."""
PHASES = {
    fsrs.State.Learning: Phase.LEARNING,
    fsrs.State.Review: Phase.REVIEW,
    fsrs.State.Relearning: Phase.RELEARNING,
}
STATES = {phase: state for state, phase in PHASES.items()}
AGAIN, HARD, GOOD, EASY = RATINGS = tuple(Rating)
REVIEW = Phase.REVIEW


class Outcome(NamedTuple):
    """What a rating makes of a card; `leech` says that the lapse makes it a leech."""

    state: CardState
    delay_seconds: int
    leech: bool


class Outcomes(NamedTuple):
    """The outcomes of the four ratings."""

    again: Outcome
    hard: Outcome
    good: Outcome
    easy: Outcome

    def of(self, rating: Rating) -> Outcome:
        """The outcome of one rating."""
        return self[rating - 1]


@lru_cache(maxsize=32)
def scheduler_of(preset: Preset, desired_retention: float) -> fsrs.Scheduler:
    """FSRS for a preset. Raises ValueError where a weight is out of the bounds that FSRS states."""
    return fsrs.Scheduler(
        parameters=preset.weights or FSRS_6,
        desired_retention=desired_retention,
        learning_steps=[timedelta(seconds=s) for s in preset.learning_steps],
        relearning_steps=[timedelta(seconds=s) for s in preset.relearning_steps],
        maximum_interval=preset.maximum_interval,
        enable_fuzzing=False,
    )


def check_weights(weights: tuple[float, ...]) -> str:
    """What is wrong with FSRS parameters, in words; empty if nothing is."""
    try:
        scheduler_of(Preset(weights=weights), 0.9)
    except ValueError as error:
        return " ".join(str(error).split())
    return ""


def interval_days(stability: float, desired_retention: float, decay: float) -> float:
    """Days until retrievability falls to the desired retention, unrounded.

    FSRS-6's forgetting curve R(t) = (1 + F t / S) ** -w20 with F = 0.9 ** (-1 / w20) - 1, solved for t.
    """
    factor = 0.9 ** (-1.0 / decay) - 1.0
    return float(stability / factor * (desired_retention ** (-1.0 / decay) - 1.0))


def outcomes(
    card: CardKey,
    state: CardState | None,
    *,
    now_ms: int,
    study_day: int,
    preset: Preset,
    desired_retention: float,
    day_start: Callable[[int], int],
) -> Outcomes:
    """The four outcomes of answering `card` now; `state` None is a new card.

    `day_start` gives the instant (ms) at which a study day starts. Elapsed time is counted in study days and
    never falls below 0, even if the clock was set back.
    """
    reckoning = Reckoning(card, state, now_ms, study_day, preset, desired_retention, day_start)
    return Outcomes(*(reckoning.outcome(rating) for rating in RATINGS))


def is_lapse(state: CardState | None, rating: Rating) -> bool:
    """Whether a rating forgets a card in review."""
    return rating == AGAIN and state is not None and state.phase == REVIEW


def is_leech(lapses: int, threshold: int) -> bool:
    """At the threshold, and again every half threshold after it; a threshold of 0 knows no leeches."""
    if threshold <= 0 or lapses < threshold:
        return False
    return (lapses - threshold) % max(1, (threshold + 1) // 2) == 0


def retrievability(state: CardState, study_day: int, preset: Preset) -> float:
    """The chance (0 to 1) that the card is recalled on a study day."""
    scheduler = scheduler_of(preset, 0.9)
    return float(scheduler.get_card_retrievability(_fsrs_card(state), midnight(max(study_day, state.last_day))))


def _fsrs_card(state: CardState | None) -> fsrs.Card:
    if state is None:
        return fsrs.Card(card_id=0, due=midnight(0))
    return fsrs.Card(
        card_id=0,
        state=STATES[state.phase],
        step=state.step,
        stability=state.stability,
        difficulty=state.difficulty,
        due=midnight(state.last_day),
        last_review=midnight(state.last_day),
    )


def reviewed(scheduler: fsrs.Scheduler, state: CardState | None, rating: Rating, day: int) -> fsrs.Card:
    """The card that FSRS makes of a state on a study day."""
    card, _ = scheduler.review_card(_fsrs_card(state), fsrs.Rating(int(rating)), midnight(day))
    card.stability = min(card.stability or 0.0, LONGEST_STABILITY)
    return card


class Move(NamedTuple):
    """Where FSRS takes a card: its phase, its step, and the seconds until it is due, which count on steps alone."""

    phase: Phase
    step: int | None
    delay_seconds: int


class Reckoning:
    """Works out the outcomes of one moment, each when it is asked for and FSRS's part of it once."""

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
        self.card = card
        self.state = state
        self.now_ms = now_ms
        self.study_day = study_day
        self.preset = preset
        self.desired_retention = desired_retention
        self.day_start = day_start
        self.day = study_day if state is None else max(study_day, state.last_day)
        self._reviewed: dict[Rating, fsrs.Card] = {}

    def outcome(self, rating: Rating) -> Outcome:
        """What a rating makes of the card."""
        state = self.state
        phase, step, delay = self.move(rating)
        lapsed = is_lapse(state, rating)
        reps, lapses = (0, 0) if state is None else (state.reps, state.lapses)
        lapses += lapsed
        if phase == REVIEW:
            interval = self.days(rating)
            delay = interval * DAY_SECONDS
            due = self.day_start(self.study_day + interval)
        else:
            interval = 0
            due = self.now_ms + delay * 1000
        stability, difficulty = self.stability(rating), self.difficulty(rating)
        after = CardState(phase, step, stability, difficulty, due, interval, self.day, reps + 1, lapses)
        return Outcome(after, delay, lapsed and is_leech(lapses, self.preset.leech_lapses))

    def move(self, rating: Rating) -> Move:
        """Where FSRS takes the card."""
        reviewed = self._card(rating)
        return Move(PHASES[reviewed.state], reviewed.step, seconds_between(midnight(self.day), reviewed.due))

    def stability(self, rating: Rating) -> float:
        """The stability in days that FSRS gives the memory."""
        return self._card(rating).stability or 0.0

    def difficulty(self, rating: Rating) -> float:
        """The difficulty that FSRS gives the memory."""
        return self._card(rating).difficulty or 0.0

    def raw(self, rating: Rating) -> float:
        """The interval in days that FSRS wants, unrounded."""
        weights = self.preset.weights or FSRS_6
        return interval_days(self.stability(rating), self.desired_retention, weights[20])

    def days(self, rating: Rating) -> int:
        """Whole days, should the rating lead to review; Hard < Good < Easy where the maximum allows."""
        reps = self.state.reps if self.state else 0
        return self._days(rating, fuzz_factor(self.card, reps) if self.preset.fuzz else None)

    def _days(self, rating: Rating, factor: float | None) -> int:
        raw, maximum = self.raw(rating), self.preset.maximum_interval
        if self.state is None or self.state.phase != REVIEW:
            least = 1
            if rating == EASY:
                least = fuzzed(self.raw(GOOD), 1, maximum, factor) + 1
            return fuzzed(max(1, half_up(raw)), least, maximum, factor)
        if rating == AGAIN:
            # without relearning steps a lapse stays in review, and its interval is not fuzzed
            return fuzzed(raw, 1, maximum, None)
        least = 1 if rating == HARD else self._days(RATINGS[rating - 2], factor) + 1
        least = max(least, _least_days(raw, self.state.interval_days, maximum))
        return fuzzed(raw, least, maximum, factor)

    def _card(self, rating: Rating) -> fsrs.Card:
        if rating not in self._reviewed:
            scheduler = scheduler_of(self.preset, self.desired_retention)
            self._reviewed[rating] = reviewed(scheduler, self.state, rating, self.day)
        return self._reviewed[rating]


def seconds_between(start: datetime, end: datetime) -> int:
    """Whole seconds from one moment to another."""
    return round((end - start).total_seconds())


def _least_days(interval: float, previous: int, maximum: int) -> int:
    """The floor that the last interval sets: growth stays growth, and fuzz alone never shortens."""
    if half_up(interval) > previous:
        return previous + 1
    _, upper = fuzz_bounds(interval, 1, maximum)
    return previous if previous <= upper else 0
