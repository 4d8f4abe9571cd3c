"""From the log to a card's state. That the store holds the same is tested in tests/store/test_rebuild.py."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spinequiz.model.cards import (
    MAIN,
    NO_MARKS,
    CardKey,
    CardMarks,
    CardState,
    DeckId,
    EntryKind,
    ItemId,
    Phase,
    Preset,
    Rating,
    Review,
    ReviewId,
)
from spinequiz.scheduling.outcomes import outcomes
from spinequiz.scheduling.replay import replay_card
from spinequiz.scheduling.study_day import DAY_MS

CARD = CardKey(DeckId("deck"), ItemId("item"), MAIN)
PRESETS = {"usual": Preset(), "short": Preset(learning_steps=(), maximum_interval=9, leech_lapses=1)}
TODAY = 20_600
AGAIN, HARD, GOOD, EASY = Rating


class Log:
    """Answers and marks as a program writes them; `state` and `marks` are what it showed at the time."""

    def __init__(self, zone_ms: int = 4 * 3_600_000) -> None:
        self.rows: list[Review] = []
        self.states: list[CardState | None] = [None]
        self.leech = False
        self.zone_ms = zone_ms
        self._ids = count(1)

    @property
    def state(self) -> CardState | None:
        return self.states[-1]

    def add(self, kind: EntryKind, day: int = TODAY, **fields: object) -> ReviewId:
        at_ms = day * DAY_MS + 50_000_000 + len(self.rows)
        row = Review(
            id=ReviewId(f"{next(self._ids):04}"), kind=kind, card=CARD, at_ms=at_ms, study_day=day, device="d", **fields
        )
        self.rows.append(row)
        return row.id

    def answer(
        self,
        rating: Rating,
        day: int = TODAY,
        preset: str = "usual",
        retention: float = 0.9,
        zone_ms: int | None = None,
    ) -> ReviewId:
        shift = self.zone_ms if zone_ms is None else zone_ms
        outcome = outcomes(
            CARD,
            self.state,
            now_ms=day * DAY_MS + 50_000_000 + len(self.rows),
            study_day=day,
            preset=PRESETS[preset],
            desired_retention=retention,
            day_start=lambda day: day * DAY_MS + shift,
        ).of(rating)
        before = self.state
        self.states.append(outcome.state)
        self.leech = outcome.leech
        return self.add(
            EntryKind.ANSWER, day, rating=rating, before=before, after=outcome.state, desired_retention=retention,
            preset_id=preset,
        )  # fmt: skip

    def undo(self, target: ReviewId) -> None:
        self.states.pop()
        self.add(EntryKind.WITHDRAW, withdraws=target)

    def replayed_state(self) -> CardState | None:
        return replay_card(self.rows, PRESETS).state

    def replayed_marks(self) -> CardMarks:
        return replay_card(self.rows, PRESETS).marks


def test_no_rows_is_a_new_card() -> None:
    assert replay_card([], PRESETS) == (None, NO_MARKS)


answers = st.tuples(
    st.sampled_from(Rating), st.integers(-3, 60), st.sampled_from(sorted(PRESETS)), st.sampled_from([0.75, 0.9]),
    st.sampled_from([0, 4 * 3_600_000, -7 * 3_600_000, 12 * 3_600_000]),
)  # fmt: skip


@given(st.lists(answers, max_size=25))
def test_answers_replay_to_the_states_that_were_shown(
    history: list[tuple[Rating, int, str, float, int]],
) -> None:
    """Whatever the ratings, the days (set back at times), the settings and the student's time zone."""
    log, day = Log(), TODAY
    for rating, gap, preset, retention, zone_ms in history:
        day += gap
        log.answer(rating, day, preset, retention, zone_ms)
        assert log.replayed_state() == log.state


@given(st.lists(st.sampled_from([*Rating, "undo"]), max_size=25))
def test_what_was_withdrawn_never_was(history: list[Rating | str]) -> None:
    log, ids, day = Log(), [], TODAY
    for event in history:
        day += 3
        if isinstance(event, Rating):
            ids.append(log.answer(event, day))
        elif ids:
            log.undo(ids.pop())
        assert log.replayed_state() == log.state


def test_a_withdrawn_leech_is_none() -> None:
    log = Log()
    log.answer(EASY, TODAY, "short")
    target = log.answer(AGAIN, TODAY + 8, "short")
    assert log.leech
    assert log.replayed_marks() == CardMarks(suspended=True, leech=True)
    log.undo(target)
    assert log.replayed_marks() == NO_MARKS


def test_a_leech_that_is_brought_back_is_no_leech() -> None:
    log = Log()
    log.answer(EASY, TODAY, "short")
    log.answer(AGAIN, TODAY + 8, "short")
    log.add(EntryKind.UNSUSPEND)
    assert log.replayed_marks() == NO_MARKS
    assert log.replayed_state() == log.state


def test_marks_of_a_new_card() -> None:
    log = Log()
    log.add(EntryKind.FLAG)
    log.add(EntryKind.BURY, until_day=TODAY + 1)
    log.add(EntryKind.SUSPEND)
    assert log.replayed_marks() == CardMarks(suspended=True, flagged=True, buried_until=TODAY + 1)
    assert log.replayed_state() is None


@pytest.mark.parametrize(
    ("kind", "opposite", "fields"),
    [
        (EntryKind.FLAG, EntryKind.UNFLAG, {}),
        (EntryKind.SUSPEND, EntryKind.UNSUSPEND, {}),
        (EntryKind.BURY, EntryKind.UNBURY, {"until_day": TODAY + 1}),
    ],
)
def test_a_mark_is_ended_by_its_opposite_and_by_its_withdrawal(
    kind: EntryKind, opposite: EntryKind, fields: dict[str, int]
) -> None:
    log = Log()
    log.answer(GOOD)
    log.add(kind, **fields)
    assert log.replayed_marks() != NO_MARKS
    log.add(opposite)
    assert log.replayed_marks() == NO_MARKS
    target = log.add(kind, **fields)
    log.add(EntryKind.WITHDRAW, withdraws=target)
    assert log.replayed_marks() == NO_MARKS
    assert log.replayed_state() == log.state


def test_marks_do_not_touch_the_schedule() -> None:
    log = Log()
    log.answer(GOOD)
    log.add(EntryKind.SUSPEND)
    log.add(EntryKind.FLAG)
    log.answer(GOOD)
    assert log.replayed_state() == log.state
    assert log.state is not None
    assert log.state.phase is Phase.REVIEW


def test_each_row_is_replayed_with_its_own_preset() -> None:
    log = Log()
    log.answer(GOOD, preset="short")
    assert log.replayed_state().phase is Phase.REVIEW
    log = Log()
    log.answer(GOOD, preset="usual")
    assert log.replayed_state().phase is Phase.LEARNING


def test_a_state_in_a_row_is_no_source() -> None:
    """States in the log are a record; the replay reckons from ratings, days and presets."""
    log = Log()
    log.answer(GOOD)
    log.answer(GOOD)
    expected = log.state
    from msgspec.structs import replace

    log.rows[0] = replace(log.rows[0], after=replace(log.rows[0].after, stability=99.0))
    assert log.replayed_state() == expected


def test_an_unknown_preset_is_an_error() -> None:
    log = Log()
    log.answer(GOOD)
    with pytest.raises(KeyError):
        replay_card(log.rows, {})
