"""All four outcomes of an answer, from one pure call."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from spinequiz.model.cards import MAIN, CardKey, CardState, DeckId, ItemId, Phase, Preset, Rating
from spinequiz.scheduling.fuzz import fuzz_bounds
from spinequiz.scheduling.outcomes import (
    Outcomes,
    check_weights,
    interval_days,
    is_leech,
    outcomes,
    retrievability,
)
from spinequiz.scheduling.study_day import DAY_MS

AGAIN, HARD, GOOD, EASY = Rating
CARD = CardKey(DeckId("deck"), ItemId("item"), MAIN)
TODAY = 20_600
ROLLOVER_MS = 4 * 3_600_000
NOW_MS = TODAY * DAY_MS + 10 * 3_600_000
PLAIN = Preset(fuzz=False)
REVIEWED = CardState(
    phase=Phase.REVIEW, step=None, stability=10.0, difficulty=5.0, due_ms=TODAY * DAY_MS + ROLLOVER_MS,
    interval_days=10, last_day=TODAY - 10, reps=5, lapses=0,
)  # fmt: skip


def day_start(day: int) -> int:
    return day * DAY_MS + ROLLOVER_MS


def ask(
    state: CardState | None, day: int = TODAY, preset: Preset = PLAIN, retention: float = 0.9, card: CardKey = CARD
) -> Outcomes:
    return outcomes(
        card,
        state,
        now_ms=NOW_MS + (day - TODAY) * DAY_MS,
        study_day=day,
        preset=preset,
        desired_retention=retention,
        day_start=day_start,
    )


def after(*ratings: Rating, gaps: Sequence[int] = (), preset: Preset = PLAIN, retention: float = 0.9) -> CardState:
    """The state that answers lead to; `gaps` are the days before each, 0 where there are none left."""
    state, day = None, TODAY
    for number, rating in enumerate(ratings):
        day += gaps[number] if number < len(gaps) else 0
        state = ask(state, day, preset, retention).of(rating).state
    assert state is not None
    return state


@st.composite
def histories(draw: st.DrawFn) -> tuple[CardState | None, int, Preset, float]:
    """A state that answers can lead to, a study day on which it is answered, and what it is scheduled with."""
    preset = Preset(
        learning_steps=draw(st.sampled_from([(60, 600), (60,), (), (60, 300, 3600)])),
        relearning_steps=draw(st.sampled_from([(600,), (), (60, 600)])),
        maximum_interval=draw(st.sampled_from([36_500, 365, 30, 5, 1])),
        fuzz=draw(st.booleans()),
    )
    retention = draw(st.sampled_from([0.7, 0.8, 0.9, 0.97]))
    gap = st.sampled_from([0, 0, 0, 1, 2, 4, 10, 40, 400])
    answers = draw(st.lists(st.tuples(gap, st.sampled_from(Rating)), max_size=14))
    state, day = None, TODAY
    for days, rating in answers:
        day += days
        state = ask(state, day, preset, retention).of(rating).state
    return state, day + draw(gap), preset, retention


# -- learning


def test_a_new_cards_steps() -> None:
    """Again 1 minute, Hard the mean of the two steps, Good 10 minutes, Easy days."""
    found = ask(None)
    assert [found.of(r).delay_seconds for r in (AGAIN, HARD, GOOD)] == [60, 330, 600]
    assert [o.state.phase for o in found] == [Phase.LEARNING, Phase.LEARNING, Phase.LEARNING, Phase.REVIEW]
    assert [o.state.step for o in found] == [0, 0, 1, None]
    assert [o.state.due_ms - NOW_MS for o in found[:3]] == [60_000, 330_000, 600_000]
    assert found.easy.state.interval_days == 8
    assert found.easy.state.due_ms == day_start(TODAY + 8)
    assert found.easy.delay_seconds == 8 * 86_400


def test_the_second_step() -> None:
    found = ask(after(GOOD))
    assert [found.of(r).delay_seconds for r in (AGAIN, HARD)] == [60, 600]
    assert [o.state.step for o in found] == [0, 1, None, None]
    assert found.good.state.phase is Phase.REVIEW
    assert found.good.state.interval_days == 2
    assert found.easy.state.interval_days > found.good.state.interval_days


def test_good_twice_graduates() -> None:
    state = after(GOOD, GOOD)
    assert (state.phase, state.step, state.reps, state.lapses) == (Phase.REVIEW, None, 2, 0)
    assert state.due_ms == day_start(TODAY + state.interval_days)


def test_again_goes_back_to_the_first_step() -> None:
    state = after(GOOD, AGAIN)
    assert (state.phase, state.step, state.lapses) == (Phase.LEARNING, 0, 0)


def test_hard_with_a_single_step_is_half_as_long_again() -> None:
    preset = Preset(learning_steps=(600,), fuzz=False)
    assert ask(None, preset=preset).hard.delay_seconds == 900
    assert ask(None, preset=preset).good.state.phase is Phase.REVIEW


def test_without_learning_steps_every_rating_leads_to_review() -> None:
    found = ask(None, preset=Preset(learning_steps=(), fuzz=False))
    assert {o.state.phase for o in found} == {Phase.REVIEW}
    assert [o.state.interval_days for o in found] == [1, 1, 2, 8]
    assert [o.state.lapses for o in found] == [0, 0, 0, 0]


def test_a_card_on_a_step_that_no_longer_exists_goes_on() -> None:
    """The third of three steps, with settings that now have one."""
    three = Preset(learning_steps=(60, 600, 1200), fuzz=False)
    found = ask(after(GOOD, GOOD, preset=three), preset=Preset(learning_steps=(60,), fuzz=False))
    assert found.again.delay_seconds == 60
    assert {found.of(r).state.phase for r in (HARD, GOOD, EASY)} == {Phase.REVIEW}


# -- review and relearning


def test_a_lapse_relearns() -> None:
    found = ask(REVIEWED).again
    assert (found.state.phase, found.state.step, found.delay_seconds) == (Phase.RELEARNING, 0, 600)
    assert (found.state.lapses, found.state.interval_days) == (1, 0)
    assert found.state.stability < REVIEWED.stability
    assert found.state.due_ms == NOW_MS + 600_000


def test_again_while_relearning_is_no_further_lapse() -> None:
    lapsed = ask(REVIEWED).again.state
    assert ask(lapsed).again.state.lapses == 1


def test_relearning_ends_with_good() -> None:
    lapsed = ask(REVIEWED).again.state
    found = ask(lapsed)
    assert found.hard.delay_seconds == 900
    assert found.good.state.phase is Phase.REVIEW
    assert 1 <= found.good.state.interval_days < REVIEWED.interval_days


def test_without_relearning_steps_a_lapse_stays_in_review() -> None:
    preset = Preset(relearning_steps=(), fuzz=True)
    found = ask(REVIEWED, preset=preset).again
    assert (found.state.phase, found.state.lapses) == (Phase.REVIEW, 1)
    assert found.state.interval_days == ask(REVIEWED, preset=replace(preset, fuzz=False)).again.state.interval_days


def test_passing_a_review_keeps_lapses_and_counts_the_answer() -> None:
    state = ask(replace(REVIEWED, lapses=3)).good.state
    assert (state.lapses, state.reps, state.last_day) == (3, 6, TODAY)


@given(histories())
def test_harder_is_sooner(case: tuple[CardState | None, int, Preset, float]) -> None:
    state, day, preset, retention = case
    found = ask(state, day, preset, retention)
    assert found.again.delay_seconds <= found.hard.delay_seconds <= found.good.delay_seconds
    assert found.good.delay_seconds <= found.easy.delay_seconds
    days = [found.of(r).state.interval_days for r in (HARD, GOOD, EASY)]
    if state is not None and state.phase is Phase.REVIEW:
        maximum = preset.maximum_interval
        assert days[0] < days[1] or days[1] == maximum
        assert days[1] < days[2] or days[2] == maximum


@given(histories())
def test_every_interval_is_a_day_at_least_and_the_maximum_at_most(
    case: tuple[CardState | None, int, Preset, float],
) -> None:
    state, day, preset, retention = case
    for found in ask(state, day, preset, retention):
        if found.state.phase is Phase.REVIEW:
            assert 1 <= found.state.interval_days <= preset.maximum_interval
            assert found.delay_seconds == found.state.interval_days * 86_400
            assert found.state.step is None
        else:
            assert found.state.interval_days == 0
            assert found.state.step is not None


@given(histories())
def test_memory_states_keep_to_their_ranges(case: tuple[CardState | None, int, Preset, float]) -> None:
    state, day, preset, retention = case
    found = ask(state, day, preset, retention)
    for outcome in found:
        assert 0.001 <= outcome.state.stability <= 36_500
        assert 1 <= outcome.state.difficulty <= 10
    assert found.again.state.stability <= found.hard.state.stability <= found.good.state.stability
    assert found.good.state.stability <= found.easy.state.stability
    assert found.again.state.difficulty >= found.good.state.difficulty >= found.easy.state.difficulty


@given(histories())
def test_the_same_call_gives_the_same_outcomes(case: tuple[CardState | None, int, Preset, float]) -> None:
    """Nothing but the arguments counts: no clock, no shared random numbers."""
    state, day, preset, retention = case
    random.seed(1)
    first = ask(state, day, preset, retention)
    random.seed(2)
    assert ask(state, day, preset, retention) == first


@given(histories())
def test_every_rating_counts_the_answer_and_the_day(case: tuple[CardState | None, int, Preset, float]) -> None:
    state, day, preset, retention = case
    for outcome in ask(state, day, preset, retention):
        assert outcome.state.reps == (state.reps if state else 0) + 1
        assert outcome.state.last_day == day


def test_fuzz_differs_from_card_to_card_and_stays_in_its_range() -> None:
    state = replace(REVIEWED, stability=100.0, interval_days=100, last_day=TODAY - 100)
    exact = interval_days(ask(state).good.state.stability, 0.9, 0.1542)
    lower, upper = fuzz_bounds(exact, 101, 36_500)
    cards = [CARD._replace(item_id=ItemId(f"item-{n}")) for n in range(300)]
    drawn = {ask(state, preset=Preset(), card=card).good.state.interval_days for card in cards}
    assert min(drawn) >= lower
    assert max(drawn) <= upper
    assert len(drawn) > (upper - lower) / 2


def test_fuzz_never_takes_away_from_a_growing_interval() -> None:
    state = replace(REVIEWED, stability=20.0, interval_days=20, last_day=TODAY - 20)
    for number in range(200):
        card = CARD._replace(item_id=ItemId(f"item-{number}"))
        found = ask(state, preset=Preset(), card=card)
        assert found.hard.state.interval_days > 20


def test_a_higher_retention_asks_sooner() -> None:
    days = [ask(REVIEWED, retention=retention).good.state.interval_days for retention in (0.97, 0.9, 0.8, 0.7)]
    assert days == sorted(days)
    assert len(set(days)) == 4


def test_at_ninety_percent_the_interval_is_the_stability() -> None:
    assert interval_days(12.5, 0.9, 0.1542) == pytest.approx(12.5)


@given(st.floats(0.01, 1000), st.sampled_from([0.7, 0.8, 0.9, 0.97]), st.floats(0.1, 0.8))
def test_the_interval_ends_where_recall_has_fallen_to_the_retention(
    stability: float, retention: float, decay: float
) -> None:
    days = interval_days(stability, retention, decay)
    factor = 0.9 ** (-1 / decay) - 1
    assert (1 + factor * days / stability) ** -decay == pytest.approx(retention)


# -- the clock


def test_answers_of_one_study_day_count_no_days() -> None:
    """Hours apart, yet on the same study day: FSRS's short-term step, whatever the instants say."""
    early = outcomes(
        CARD, after(GOOD), now_ms=NOW_MS, study_day=TODAY, preset=PLAIN, desired_retention=0.9, day_start=day_start
    )
    late = outcomes(
        CARD, after(GOOD), now_ms=NOW_MS + 12 * 3_600_000, study_day=TODAY, preset=PLAIN, desired_retention=0.9,
        day_start=day_start,
    )  # fmt: skip
    assert [o.state.stability for o in early] == [o.state.stability for o in late]
    assert late.again.state.due_ms - early.again.state.due_ms == 12 * 3_600_000


def test_a_clock_set_back_counts_no_days() -> None:
    found = ask(REVIEWED, TODAY - 30)
    as_if_the_same_day = ask(REVIEWED, REVIEWED.last_day)
    assert [o.state.stability for o in found] == [o.state.stability for o in as_if_the_same_day]
    assert {o.state.last_day for o in found} == {REVIEWED.last_day}
    # the card comes back by the clock as it is now
    assert found.good.state.due_ms == day_start(TODAY - 30 + found.good.state.interval_days)
    assert found.again.state.due_ms == NOW_MS - 30 * DAY_MS + 600_000


@given(st.integers(min_value=-400, max_value=400))
def test_whatever_the_clock_does_stability_is_a_number(shift: int) -> None:
    for outcome in ask(REVIEWED, TODAY + shift):
        assert 0 < outcome.state.stability < 40_000
        assert outcome.state.last_day >= REVIEWED.last_day


def test_due_days_start_where_the_student_says() -> None:
    asked = []

    def recorded(day: int) -> int:
        asked.append(day)
        return day * 1000

    found = outcomes(
        CARD, REVIEWED, now_ms=NOW_MS, study_day=TODAY, preset=PLAIN, desired_retention=0.9, day_start=recorded
    )
    assert found.good.state.due_ms == (TODAY + found.good.state.interval_days) * 1000
    assert asked == [TODAY + found.of(r).state.interval_days for r in (HARD, GOOD, EASY)]


# -- leeches


def test_the_eighth_lapse_makes_a_leech_and_every_fourth_after_it() -> None:
    leeches = [lapses for lapses in range(30) if ask(replace(REVIEWED, lapses=lapses)).again.leech]
    assert [lapses + 1 for lapses in leeches] == [8, 12, 16, 20, 24, 28]


@given(st.integers(0, 40), st.sampled_from([HARD, GOOD, EASY]))
def test_only_a_lapse_makes_a_leech(lapses: int, rating: Rating) -> None:
    assert not ask(replace(REVIEWED, lapses=lapses)).of(rating).leech


def test_again_on_a_step_makes_no_leech() -> None:
    lapsed = replace(ask(REVIEWED).again.state, lapses=8)
    assert not ask(lapsed).again.leech
    assert not ask(None).again.leech


@pytest.mark.parametrize(
    ("threshold", "expected"), [(0, []), (1, [1, 2, 3, 4, 5, 6]), (3, [3, 5, 7, 9]), (4, [4, 6, 8])]
)
def test_thresholds(threshold: int, expected: list[int]) -> None:
    found = [lapses for lapses in range(12) if is_leech(lapses, threshold)]
    assert found[: len(expected)] == expected
    assert bool(found) == bool(expected)


# -- retrievability and parameters


def test_recall_is_certain_today_and_falls() -> None:
    assert retrievability(REVIEWED, REVIEWED.last_day, PLAIN) == 1.0
    assert retrievability(REVIEWED, REVIEWED.last_day + 10, PLAIN) == pytest.approx(0.9)
    chances = [retrievability(REVIEWED, REVIEWED.last_day + days, PLAIN) for days in range(0, 400, 20)]
    assert chances == sorted(chances, reverse=True)
    assert retrievability(REVIEWED, REVIEWED.last_day - 5, PLAIN) == 1.0


def test_own_parameters_count() -> None:
    weights = (1.0, 2.0, 5.0, 20.0, *_defaults()[4:])
    assert check_weights(weights) == ""
    assert ask(None, preset=Preset(weights=weights, fuzz=False)).easy.state.interval_days == 20


def test_the_defaults_written_out_are_the_defaults() -> None:
    assert ask(REVIEWED, preset=Preset(weights=_defaults(), fuzz=False)) == ask(REVIEWED)


@pytest.mark.parametrize("weights", [(1.0,), (0.0,) * 21, (*(1.0,) * 20, 5.0)])
def test_parameters_out_of_bounds_are_named(weights: tuple[float, ...]) -> None:
    assert "parameters" in check_weights(weights)


@given(histories(), st.sampled_from([30, 5, 1]))
def test_a_lower_maximum_takes_hold_at_once(case: tuple[CardState | None, int, Preset, float], maximum: int) -> None:
    state, day, preset, retention = case
    assume(state is not None)
    found = ask(state, day, replace(preset, maximum_interval=maximum), retention)
    assert max(o.state.interval_days for o in found) <= maximum


def _defaults() -> tuple[float, ...]:
    import fsrs

    return tuple(fsrs.scheduler.DEFAULT_PARAMETERS)
