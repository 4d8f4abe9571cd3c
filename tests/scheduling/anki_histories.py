"""Random histories, Anki's answers to them, and how far ours are from those."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from msgspec.structs import replace

from spinequiz.model.cards import MAIN, CardKey, CardState, DeckId, ItemId, Phase, Preset, Rating
from spinequiz.scheduling.outcomes import Outcome, Outcomes, check_weights, interval_days, outcomes
from spinequiz.scheduling.study_day import DAY_MS

HERE = Path(__file__).parent
RECORDED = HERE / "anki_states.json"
CARD = CardKey(DeckId("deck"), ItemId("item"), MAIN)
FIRST_DAY = 20_000
WEIGHTS = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796, 1.4835, 0.0614, 0.2629,
    1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip
RETENTIONS = (0.70, 0.80, 0.85, 0.90, 0.95, 0.97)
GAPS = (0, 0, 0, 1, 1, 2, 3, 5, 8, 15, 30, 90, 400, 3000)
LONGEST_HISTORY_DAYS = 15_000
"""Anki's log counts ms since 1970 and knows no time before."""

History = dict[str, Any]


def random_history(rng: random.Random, *, plain: bool, maximum: int = 36500) -> History:
    """A history of one card. A plain one has the steps and parameters that both programs start with."""
    reviews: list[list[int]] = []
    total = 0
    for _ in range(rng.randint(6, 16)):
        gap = rng.choice(GAPS)
        gap = gap if total + gap < LONGEST_HISTORY_DAYS else 0
        total += gap
        reviews.append([gap, rng.choice((1, 2, 3, 3, 3, 4))])
    history: History = {
        "retention": rng.choice(RETENTIONS), "maximum": maximum, "learning": [60, 600], "relearning": [600],
        "leech": 8, "weights": [], "reviews": reviews,
    }  # fmt: skip
    if not plain:
        history["learning"] = rng.choice(([60, 600], [300], [60, 300, 900]))
        history["relearning"] = rng.choice(([600], [300, 1200]))
        history["leech"] = rng.choice((1, 2, 3, 8))
        weights = [round(weight * rng.uniform(0.85, 1.15), 4) for weight in WEIGHTS]
        history["weights"] = [] if check_weights(tuple(weights)) else weights
    return history


def random_histories(seed: int, count: int, *, plain: bool) -> list[History]:
    """Histories that depend on the seed alone."""
    rng = random.Random(seed)
    return [random_history(rng, plain=plain) for _ in range(count)]


def ask_anki(request: dict[str, Any], *, fuzz: bool = False) -> dict[str, Any]:
    """Anki's answer to a request; see the oracle."""
    environment = {name: value for name, value in os.environ.items() if name != "ANKI_TEST_MODE"}
    if not fuzz:
        environment["ANKI_TEST_MODE"] = "1"
    done = subprocess.run(
        [sys.executable, str(HERE / "anki_oracle.py")],
        input=json.dumps(request), capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def preset_of(history: History, *, fuzz: bool = False) -> Preset:
    return Preset(
        weights=tuple(history["weights"]),
        learning_steps=tuple(history["learning"]),
        relearning_steps=tuple(history["relearning"]),
        maximum_interval=history["maximum"],
        fuzz=fuzz,
        leech_lapses=history["leech"],
    )


def ours(history: History, state: CardState | None, day: int, *, fuzz: bool = False) -> Outcomes:
    """Our four outcomes of a card in a state on a study day."""
    return outcomes(
        CARD,
        state,
        now_ms=day * DAY_MS,
        study_day=day,
        preset=preset_of(history, fuzz=fuzz),
        desired_retention=history["retention"],
        day_start=lambda day: day * DAY_MS,
    )


class Distance(NamedTuple):
    """The greatest relative difference in stability and in difficulty, and what else differs, in words."""

    stability: float
    difficulty: float
    differences: tuple[str, ...]
    reviews: int = 0

    @classmethod
    def worst(cls, distances: list[Distance]) -> Distance:
        return cls(
            max(d.stability for d in distances),
            max(d.difficulty for d in distances),
            tuple(words for d in distances for words in d.differences),
            sum(d.reviews for d in distances),
        )


def relative(found: float, expected: float) -> float:
    return abs(found - expected) / expected


def single_steps(history: History, answers: list[dict[str, Any]]) -> Distance:
    """From each state that Anki stored, all four ratings: phase, steps, delay or interval, memory, leech."""
    stability, difficulty, differences = 0.0, 0.0, []
    state, day = None, FIRST_DAY
    for number, ((gap, chosen), answer) in enumerate(zip(history["reviews"], answers, strict=True)):
        day += gap
        possible = ours(history, state, day)
        # Anki reckons with 32 bits: just at the half day it may round the other way, and so may what stands on it
        slack = 0
        for rating, option in zip(Rating, answer["options"], strict=True):
            outcome = possible.of(rating)
            stability = max(stability, relative(outcome.state.stability, option[3]))
            difficulty = max(difficulty, relative(outcome.state.difficulty, option[4]))
            slack = max(slack, _near_half(history, outcome.state.stability))
            if not _same(history, outcome, option, slack):
                differences.append(f"review {number}, {rating.label}: {outcome}, Anki {option}")
        state = _as_stored(possible.of(Rating(chosen)).state, answer, chosen)
    return Distance(stability, difficulty, tuple(differences), len(answers))


def whole_history(history: History, answers: list[dict[str, Any]], against: str) -> Distance:
    """Our own chain of memory states beside Anki's, either as `stored` (rounded) or as `replayed` (not)."""
    stability, difficulty = 0.0, 0.0
    state, day = None, FIRST_DAY
    for (gap, chosen), answer in zip(history["reviews"], answers, strict=True):
        day += gap
        state = ours(history, state, day).of(Rating(chosen)).state
        stability = max(stability, relative(state.stability, answer[against][0]))
        difficulty = max(difficulty, relative(state.difficulty, answer[against][1]))
    return Distance(stability, difficulty, (), len(answers))


def _same(history: History, outcome: Outcome, option: list[Any], slack_days: int) -> bool:
    phase, left, amount, *_, leech = option
    state = outcome.state
    if (state.phase.value, outcome.leech) != (phase, leech):
        return False
    if state.phase is Phase.REVIEW:
        return abs(state.interval_days - amount) <= slack_days
    steps = history["learning"] if state.phase is Phase.LEARNING else history["relearning"]
    assert state.step is not None
    return (len(steps) - state.step, outcome.delay_seconds) == (left, amount)


def _near_half(history: History, stability: float) -> int:
    days = interval_days(stability, history["retention"], (history["weights"] or WEIGHTS)[20])
    return int(abs(days % 1 - 0.5) < days * 1e-5)


def _as_stored(state: CardState, answer: dict[str, Any], rating: int) -> CardState:
    days = answer["options"][rating - 1][2] if state.phase is Phase.REVIEW else 0
    stability, difficulty = answer["stored"]
    return replace(state, stability=stability, difficulty=difficulty, interval_days=days)


def state_before_last(history: History, before: list[float]) -> tuple[CardState | None, int]:
    """Our state before the last review, with memory and interval as Anki holds them, and the day of that review."""
    state, day = None, FIRST_DAY
    for gap, rating in history["reviews"][:-1]:
        day += gap
        state = ours(history, state, day).of(Rating(rating)).state
    assert state is not None
    days = int(before[2]) if state.phase is Phase.REVIEW else 0
    state = replace(state, stability=before[0], difficulty=before[1], interval_days=days)
    return state, day + history["reviews"][-1][0]
