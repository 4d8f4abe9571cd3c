"""An outcome by FSRS's formulas alone is what `Scheduler.review_card` leads to, bit by bit."""

from __future__ import annotations

import fsrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spinequiz.model.cards import MAIN, CardKey, CardState, DeckId, ItemId, Phase, Preset, Rating
from spinequiz.scheduling import formulas
from spinequiz.scheduling.outcomes import outcomes
from spinequiz.scheduling.parameters import FSRS_6
from spinequiz.scheduling.study_day import DAY_MS

TODAY = 20_600
BOUNDS = (
    *[(0.001, 100.0)] * 4, (1.0, 10.0), (0.001, 4.0), (0.001, 4.0), (0.001, 0.75), (0.0, 4.5), (0.0, 0.8), (0.001, 3.5),
    (0.001, 5.0), (0.001, 0.25), (0.001, 0.9), (0.0, 4.0), (0.0, 1.0), (1.0, 6.0), (0.0, 2.0), (0.0, 2.0), (0.0, 0.8),
    (0.1, 0.8),
)  # fmt: skip
"""Of the parameters, as `fsrs` states them."""

weights = st.one_of(st.just(()), st.just(FSRS_6), st.tuples(*(st.floats(low, high) for low, high in BOUNDS)))
steps = st.lists(st.integers(1, 90_000), max_size=3).map(tuple)
presets = st.builds(
    Preset,
    weights=weights,
    learning_steps=steps,
    relearning_steps=steps,
    maximum_interval=st.sampled_from([1, 2, 9, 365, 36_500]),
    fuzz=st.booleans(),
    leech_lapses=st.integers(0, 4),
)
on_steps = st.tuples(st.sampled_from([Phase.LEARNING, Phase.RELEARNING]), st.integers(0, 4))
states = st.builds(
    lambda place, stability, difficulty, interval, ago, reps, lapses: CardState(
        *place, stability, difficulty, TODAY * DAY_MS, interval, TODAY - ago, reps, lapses
    ),
    st.one_of(st.just((Phase.REVIEW, None)), on_steps),
    st.one_of(st.floats(0.001, 40_000.0), st.floats(0.001, 40.0)),
    st.floats(1.0, 10.0),
    st.integers(0, 40_000),
    st.one_of(st.integers(-3, 3), st.integers(0, 20_000)),
    st.integers(1, 300),
    st.integers(0, 40),
)
retentions = st.one_of(st.sampled_from([0.7, 0.9, 0.97]), st.floats(0.05, 0.99))
item = st.text("abc-09", min_size=1, max_size=5)


@settings(max_examples=250)
@given(st.one_of(st.none(), states), presets, retentions, item)
def test_the_formulas_agree_with_the_whole_computation_bit_by_bit(
    state: CardState | None, preset: Preset, retention: float, item: str
) -> None:
    assert formulas.formulas_of(preset, retention) is not None
    card = CardKey(DeckId("deck"), ItemId(item), MAIN)
    given_now = {
        "now_ms": TODAY * DAY_MS + 50_000_123, "study_day": TODAY, "preset": preset, "desired_retention": retention,
        "day_start": lambda day: day * DAY_MS + 4 * 3_600_000,
    }  # fmt: skip
    every = outcomes(card, state, **given_now)
    for rating in Rating:
        # equal floats that are not zero have the same bits
        assert formulas.outcome(card, state, rating, **given_now) == every.of(rating)


def test_a_version_with_other_formulas_is_asked_about_every_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    card = CardKey(DeckId("deck"), ItemId("item"), MAIN)
    state = CardState(Phase.REVIEW, None, 10.0, 5.0, 0, 10, TODAY - 9, 3, 0)
    given_now = {
        "now_ms": TODAY * DAY_MS, "study_day": TODAY, "preset": Preset(), "desired_retention": 0.9,
        "day_start": lambda day: day,
    }  # fmt: skip
    formulas.formulas_of.cache_clear()
    usual = formulas.outcome(card, state, Rating.GOOD, **given_now)
    formulas.formulas_of.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(fsrs.Scheduler, "_next_difficulty", lambda self, difficulty, rating: 2.5)
        assert formulas.formulas_of(Preset(), 0.9) is None
        found = formulas.outcome(card, state, Rating.GOOD, **given_now)
        assert found == outcomes(card, state, **given_now).good != usual
    formulas.formulas_of.cache_clear()
    assert formulas.outcome(card, state, Rating.GOOD, **given_now) == usual
