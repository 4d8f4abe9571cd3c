"""Uniting logs: the same rows, states and marks in any order and any number of times, or nothing at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from store_machines import DEFAULTS, entries, machines_with, unite, united
from store_samples import (
    LEECHY,
    NOW_MS,
    ONE,
    TODAY,
    TWO,
    answer,
    contents,
    derived,
    key,
    make_leech,
    mark,
    offer_cards,
    undo,
)

from spinequiz.model.cards import EntryKind, Preset, Rating, Review, ReviewId
from spinequiz.scheduling.study_day import DAY_MS
from spinequiz.store import absorb as module
from spinequiz.store.absorb import Absorbed, Entry, NamedPreset, NotAbsorbed, absorb
from spinequiz.store.backup import make_backup
from spinequiz.store.errors import StaleAnswer, StoreError
from spinequiz.store.other_log import OtherLog
from spinequiz.store.progress import Progress, read_log

PRESETS = [Preset(), LEECHY, Preset(learning_steps=(), maximum_interval=9, fuzz=False)]
CARDS = [ONE, TWO, key("one", variant="reverse")]
MARKS = [EntryKind.SUSPEND, EntryKind.UNSUSPEND, EntryKind.BURY, EntryKind.UNBURY, EntryKind.FLAG, EntryKind.UNFLAG]


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Progress]:
    opened = Progress.open(tmp_path / "other" / "progress.db")
    yield opened
    opened.close()


step = st.one_of(
    st.tuples(st.just("answer"), st.sampled_from(CARDS), st.sampled_from(Rating), st.sampled_from(PRESETS)),
    st.tuples(st.just("mark"), st.sampled_from(CARDS), st.sampled_from(MARKS), st.none()),
    st.tuples(st.just("undo"), st.integers(0, 9), st.none(), st.none()),
    st.tuples(st.just("days"), st.sampled_from([-2, 0, 1, 5, 30]), st.none(), st.none()),
    st.tuples(st.just("merge"), st.integers(0, 2), st.none(), st.none()),
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2), step), min_size=4, max_size=30),
    st.permutations([0, 1, 2]),
    st.lists(st.integers(0, 2), max_size=3),
)
def test_three_machines_come_to_the_same_in_any_order_and_any_number_of_times(
    story: list[tuple[int, tuple[str, object, object, object]]], order: list[int], again: list[int]
) -> None:
    """Machines study, undo and merge each other's logs now and then, with clocks that are set back."""
    with machines_with(*CARDS) as machine:
        machines = [machine(name) for name in "abc"]
        now = [NOW_MS + number for number in range(3)]
        for at, (what, first, second, third) in story:
            progress = machines[at]
            now[at] += 1000
            day = now[at] // DAY_MS
            if what == "answer":
                answer(progress, first, second, at_ms=now[at], day=day, preset=third)
            elif what == "mark":
                mark(progress, first, second, at_ms=now[at], day=day)
            elif what == "days":
                now[at] += first * DAY_MS
            elif what == "merge":
                unite(progress, machines[first])
            else:
                rows = list(read_log(progress.connection, progress.path))
                if rows:
                    with suppress(StaleAnswer):
                        undo(progress, rows[-1 - first % len(rows)])
        first_way, other_way = machine("first"), machine("other")
        for number in (0, 1, 2):
            unite(first_way, machines[number])
        for number in (*order, *again):
            unite(other_way, machines[number])
        unite(other_way, first_way)
        everything = united(first_way)
        assert united(other_way) == everything
        for progress in machines:
            unite(progress, first_way)
            assert united(progress) == everything
        first_way.rebuild(verify=True)
        assert united(first_way) == everything


def test_what_is_counted(progress: Progress, other: Progress) -> None:
    answer(progress, ONE, Rating.GOOD)
    answer(other, ONE, Rating.GOOD, at_ms=NOW_MS + 5000)
    mark(other, TWO, EntryKind.FLAG)
    assert unite(progress, other) == Absorbed(added=2, known=0, cards=2)
    assert unite(progress, other) == Absorbed(added=0, known=2, cards=0)
    state = progress.state(ONE)
    assert state is not None
    assert state.reps == 2
    assert progress.marks(TWO).flagged


def test_a_card_that_was_answered_on_both_is_replayed_in_the_order_of_time(progress: Progress, other: Progress) -> None:
    late = answer(progress, ONE, Rating.GOOD, at_ms=NOW_MS + DAY_MS, day=TODAY + 1)
    early = answer(other, ONE, Rating.AGAIN, at_ms=NOW_MS)
    unite(progress, other)
    assert [row.id for row in progress.entries(ONE)] == [early.id, late.id]
    state = progress.state(ONE)
    assert state is not None
    assert state != late.after
    assert (state.reps, state.last_day) == (2, TODAY + 1)


def test_both_machines_may_have_taken_the_same_answer_back(progress: Progress, other: Progress) -> None:
    row = answer(progress, ONE, Rating.GOOD)
    unite(other, progress)
    undo(other, row)
    undo(progress, row)
    unite(progress, other)
    assert len(progress.entries(ONE)) == 3
    assert progress.state(ONE) is None
    with pytest.raises(StaleAnswer):
        undo(progress, row)


def test_a_leech_of_another_machine_is_one_here(progress: Progress, other: Progress) -> None:
    make_leech(other, ONE)
    unite(progress, other)
    assert progress.marks(ONE).leech
    assert progress.marks(ONE).suspended


def test_a_card_that_was_new_is_not_offered_as_new(progress: Progress, other: Progress) -> None:
    offer_cards(progress, ONE, TWO)
    answer(other, ONE, Rating.GOOD)
    unite(progress, other)
    rows = dict(progress.connection.execute("SELECT item_id, is_new FROM card"))
    assert rows == {"one": 0, "two": 1}


def test_answering_goes_on_behind_rows_of_a_clock_that_is_ahead(progress: Progress, other: Progress) -> None:
    ahead = answer(other, ONE, Rating.GOOD, at_ms=NOW_MS + 400 * DAY_MS, day=TODAY + 400)
    unite(progress, other)
    assert answer(progress, ONE, Rating.GOOD).id > ahead.id


def test_taking_back_may_stand_before_what_it_takes_back(progress: Progress, other: Progress) -> None:
    undo(other, answer(other, ONE, Rating.GOOD))
    preset, *rows = entries(other)
    assert absorb(progress, [preset, *reversed(rows)], DEFAULTS).added == 2
    assert progress.state(ONE) is None


def test_taking_back_what_is_nowhere_is_refused_or_waits(progress: Progress, other: Progress) -> None:
    row = answer(other, ONE, Rating.GOOD)
    answer(other, TWO, Rating.GOOD)
    withdrawal = undo(other, row)
    rest = [entry for entry in entries(other) if not (isinstance(entry, Review) and entry.id == row.id)]
    before = contents(progress.connection)
    with pytest.raises(NotAbsorbed, match=row.id):
        absorb(progress, rest, DEFAULTS)
    assert contents(progress.connection) == before
    found = absorb(progress, rest, DEFAULTS, patient=True)
    assert (found.added, found.waiting) == (1, (withdrawal.id,))
    unite(progress, other)
    assert united(progress) == united(other)


def test_taking_back_a_row_of_another_card_is_refused(progress: Progress, other: Progress) -> None:
    row = answer(other, ONE, Rating.GOOD)
    undo(other, row)
    crossed = [
        replace(entry, card=TWO) if isinstance(entry, Review) and entry.withdraws else entry for entry in entries(other)
    ]
    with pytest.raises(NotAbsorbed, match="that card"):
        absorb(progress, crossed, DEFAULTS)
    assert progress.entries(ONE) == []


def test_a_preset_of_the_same_name_that_is_another_one_is_refused(progress: Progress, other: Progress) -> None:
    answer(progress, ONE, Rating.GOOD)
    answer(other, TWO, Rating.GOOD)
    rows = [replace_preset(entry) for entry in entries(other)]
    before = contents(progress.connection)
    with pytest.raises(NotAbsorbed, match="another one"):
        absorb(progress, rows, DEFAULTS)
    assert contents(progress.connection) == before


def replace_preset(entry: Entry) -> Entry:
    return NamedPreset(entry.name, Preset(leech_lapses=3)) if isinstance(entry, NamedPreset) else entry


@pytest.mark.parametrize("many", [False, True])
def test_a_fault_at_any_row_leaves_nothing_behind(
    progress: Progress, other: Progress, many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether or not indexes are made anew on the way."""
    monkeypatch.setattr(module, "MANY", 0 if many else 10_000)
    monkeypatch.setattr(module, "CHUNK", 2)
    offer_cards(progress, ONE, TWO)
    answer(progress, ONE, Rating.GOOD)
    for number in range(4):
        answer(other, TWO, Rating.GOOD, at_ms=NOW_MS + number * DAY_MS, day=TODAY + number)
    undo(other, answer(other, ONE, Rating.GOOD))
    before, shape = contents(progress.connection), schema(progress.connection)
    whole = entries(other)
    for stop in range(len(whole) + 1):

        def breaking(stop: int = stop) -> Iterator[Entry]:
            yield from whole[:stop]
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            absorb(progress, breaking(), DEFAULTS, expected=99)
        assert contents(progress.connection) == before
        assert schema(progress.connection) == shape
    with pytest.raises(ZeroDivisionError):
        absorb(progress, whole, DEFAULTS, expected=99, deriving=lambda done, total: 1 // 0)
    assert contents(progress.connection) == before
    assert absorb(progress, whole, DEFAULTS, expected=99).added == 6
    assert schema(progress.connection) == shape
    after = derived(progress.connection)
    progress.rebuild()
    assert derived(progress.connection) == after


def schema(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    return sorted(connection.execute("SELECT type, name, sql FROM sqlite_master"), key=repr)


def bare(number: int, rating: Rating, at_ms: int) -> Review:
    """An answer as another program tells it."""
    return Review(
        id=ReviewId(f"01900000-0000-7000-8000-{number:012}"), kind=EntryKind.ANSWER, card=ONE, at_ms=at_ms,
        study_day=at_ms // DAY_MS, device="import", rating=rating,
    )  # fmt: skip


def test_answers_of_other_programs_are_scheduled_in_the_order_of_time_whatever_their_order(
    progress: Progress, other: Progress
) -> None:
    rows = [bare(number, Rating.GOOD, NOW_MS + number * 7 * DAY_MS) for number in range(5)]
    assert absorb(progress, rows, DEFAULTS) == Absorbed(added=5, known=0, cards=1)
    absorb(other, rows[::-1], DEFAULTS)
    assert united(other) == united(progress)
    kept = progress.entries(ONE)
    assert [row.before for row in kept] == [None, *(row.after for row in kept[:-1])]
    assert progress.state(ONE) == kept[-1].after
    assert all(row.preset_id and row.desired_retention == 0.9 for row in kept)
    assert absorb(progress, rows, DEFAULTS) == Absorbed(added=0, known=5, cards=0)
    progress.rebuild(verify=True)
    assert united(progress) == united(other)


def test_answers_of_other_programs_stand_between_ours(progress: Progress) -> None:
    first = answer(progress, ONE, Rating.GOOD)
    between = replace(bare(1, Rating.AGAIN, NOW_MS + 1), id=ReviewId(first.id[:-12] + "ffffffffffff"))
    last = answer(progress, ONE, Rating.GOOD, at_ms=NOW_MS + 5 * DAY_MS, day=TODAY + 5)
    absorb(progress, [between], DEFAULTS)
    rows = progress.entries(ONE)
    assert [row.id for row in rows] == [first.id, between.id, last.id]
    assert rows[1].before == first.after
    state = progress.state(ONE)
    assert state is not None
    assert state.reps == 3


def test_the_log_of_a_backup(progress: Progress, other: Progress) -> None:
    answer(other, ONE, Rating.GOOD)
    copy = OtherLog(make_backup(other.connection, other.path, NOW_MS).path)
    assert copy.rows == 1
    assert absorb(progress, copy.entries(), DEFAULTS).added == 1
    copy.close()
    assert united(progress) == united(other)


def test_a_file_that_is_no_progress_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "strange.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (a)")
    connection.close()
    with pytest.raises(StoreError, match="no progress file"):
        OtherLog(path)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("id", "zebra", "UUID"),
        ("at_ms", 10**15, "1970 and 2500"),
        ("duration_ms", -1, "duration_ms"),
        ("desired_retention", 2.0, "desired_retention"),
        ("before", "[]", "damaged"),
        ("after", '["review",null,-1.0,5.0,1,1,1,1,1]', "stability"),
    ],
)
def test_a_database_with_rows_that_cannot_be_is_refused(
    progress: Progress, other: Progress, column: str, value: object, reason: str
) -> None:
    answer(progress, TWO, Rating.GOOD)
    answer(other, ONE, Rating.GOOD)
    other.connection.execute("DROP TRIGGER log_keeps_values")
    other.connection.execute(f"UPDATE log SET {column} = ?", (value,))
    before = contents(progress.connection)
    log = OtherLog(other.path)
    with pytest.raises(StoreError, match=reason):
        absorb(progress, log.entries(), DEFAULTS)
    log.close()
    assert contents(progress.connection) == before


@pytest.mark.parametrize("leech_lapses", [1, 2, 8])
def test_a_quick_rebuild_gives_what_a_whole_one_gives(progress: Progress, leech_lapses: int) -> None:
    """Leeches included, and cards whose rows have gaps."""
    preset = Preset(leech_lapses=leech_lapses)
    for number in range(12):
        day = TODAY + 9 * number
        rating = Rating.AGAIN if number % 2 else Rating.EASY
        answer(progress, ONE, rating, at_ms=NOW_MS + day * DAY_MS, day=day, preset=preset)
        row = answer(progress, TWO, rating, at_ms=NOW_MS + day * DAY_MS, day=day, preset=preset)
        if number == 5:
            undo(progress, row)
    before = derived(progress.connection)
    assert bool(before["mark"]) == (leech_lapses < 8)
    progress.rebuild(verify=False)
    assert derived(progress.connection) == before
    progress.rebuild(verify=True)
    assert derived(progress.connection) == before
