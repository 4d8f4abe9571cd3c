"""Our schedules beside those of Anki itself.

Compared are, over random histories, with the default steps and parameters and with others:

* all four outcomes from each of Anki's own states: phase, step, delay in seconds, interval in days without fuzz,
  stability, difficulty, and whether the lapse makes a leech;
* our own chain of memory states beside the states that Anki replays from its log, which it does not round,
  and beside those that it stores, which it rounds to 4 and 3 decimals and goes on from;
* fuzz: the ranges, and the days that Anki and we make of the same draw, with short maximum intervals too.

Not compared, because the programs differ there on purpose:

* which day in the fuzz range is drawn: Anki seeds its own generator with the card's id;
* study without any (re)learning steps: Anki then lets FSRS set delays of hours, we wait for the next day;
* a learning step that crosses the rollover: Anki turns it into days, we keep its instant;
* reviews before 1970 on Anki's log, hence histories of more than 15,000 days;
* the load balancer and easy days, which we don't have, and Anki's queue order.
"""

from __future__ import annotations

import json

import pytest
from anki_histories import (
    RECORDED,
    Distance,
    ask_anki,
    ours,
    random_histories,
    random_history,
    single_steps,
    state_before_last,
    whole_history,
)

from spinequiz.model.cards import Rating
from spinequiz.scheduling import outcomes as module
from spinequiz.scheduling.fuzz import fuzz_bounds

SINGLE = 1e-5
"""Anki reckons with 32 bits; from its own states a single answer was never further off than 4e-6."""
CHAIN = 1e-5
STORED = 5e-3
"""Rounded states that the next one is reckoned from: 2.4e-3 was the most in 300 histories."""


def recorded() -> list[dict]:
    return json.loads(RECORDED.read_text(encoding="utf-8"))["cases"]


@pytest.fixture(scope="module")
def _anki() -> None:
    pytest.importorskip("anki", reason="the comparison with Anki itself needs the package anki (AGPL, not required)")


def check(cases: list[tuple[dict, list[dict]]]) -> Distance:
    single = Distance.worst([single_steps(history, answers) for history, answers in cases])
    assert single.differences == ()
    assert (single.stability, single.difficulty) < (SINGLE, SINGLE)
    assert single.difficulty < SINGLE
    chain = Distance.worst([whole_history(history, answers, "replayed") for history, answers in cases])
    assert chain.stability < CHAIN
    assert chain.difficulty < CHAIN
    stored = Distance.worst([whole_history(history, answers, "stored") for history, answers in cases])
    assert stored.stability < STORED
    assert stored.difficulty < STORED
    return single


def test_recorded_states_of_anki() -> None:
    cases = [(case["history"], case["answers"]) for case in recorded()]
    assert check(cases).reviews > 250


def test_recorded_states_reach_every_phase() -> None:
    phases = {option[0] for case in recorded() for answer in case["answers"] for option in answer["options"]}
    leeches = sum(answer["options"][0][5] for case in recorded() for answer in case["answers"])
    assert phases == {"learning", "review", "relearning"}
    assert leeches > 5


@pytest.mark.usefixtures("_anki")
@pytest.mark.parametrize("plain", [True, False], ids=["defaults", "other parameters"])
def test_states_and_intervals_of_anki(plain: bool) -> None:
    histories = random_histories(1, 100, plain=plain)
    answers = ask_anki({"histories": histories})["histories"]
    assert check(list(zip(histories, answers, strict=True))).reviews > 900


@pytest.mark.usefixtures("_anki")
def test_stability_has_the_ceiling_of_anki() -> None:
    gaps = [0, 0, 30, 3000, 3000, 3000, 3000]
    history = random_histories(1, 1, plain=True)[0] | {"retention": 0.7, "reviews": [[gap, 4] for gap in gaps]}
    # every parameter of the growth at its upper bound
    history["weights"] = [1, 2, 3, 100, 1, 1, 3, 0.1, 4.5, 0, 3.5, 1.5, 0.06, 0.26, 1.6, 0.6, 6, 0.5, 0.1, 0.1, 0.15]
    answers = ask_anki({"histories": [history]})["histories"][0]
    assert answers[-1]["stored"][0] == 36_500
    check([(history, answers)])


@pytest.mark.usefixtures("_anki")
def test_fuzz_ranges_of_anki() -> None:
    intervals = [*range(1, 60), 70, 99, 100, 150, 365, 1000]
    ranges = ask_anki({"fuzz": {"intervals": intervals, "cards": 600}}, fuzz=True)["fuzz"]
    assert [tuple(found) for found in ranges] == [fuzz_bounds(days, 1, 36500) for days in intervals]


@pytest.mark.usefixtures("_anki")
def test_the_same_draw_gives_the_days_of_anki(monkeypatch: pytest.MonkeyPatch) -> None:
    import random

    rng = random.Random(3)
    histories = [random_history(rng, plain=n % 2 == 0, maximum=rng.choice((36500, 365, 90, 20))) for n in range(120)]
    found = ask_anki({"draws": histories, "count": 10}, fuzz=True)["draws"]
    compared, unlike = 0, []
    for history, answer in zip(histories, found, strict=True):
        state, day = state_before_last(history, answer["before"])
        for factor, *days in answer["draws"]:
            # the factor is known to 1.5e-4: Anki's day lies between what its two ends make of the interval
            ends = []
            for drawn in (max(0.0, factor - 1.5e-4), min(factor + 1.5e-4, 1 - 1e-9)):
                monkeypatch.setattr(module, "fuzz_factor", lambda card, reps, drawn=drawn: drawn)
                ends.append(ours(history, state, day, fuzz=True))
            for rating, expected in zip(Rating, days, strict=True):
                low, high = (end.of(rating).state.interval_days for end in ends)
                if expected is None:
                    assert low == high == 0
                    continue
                compared += 1
                if not low <= expected <= high:
                    unlike.append((history, rating, factor, low, high, expected))
    assert compared > 2000
    assert not unlike, unlike[:3]
