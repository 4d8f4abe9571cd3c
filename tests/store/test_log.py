"""The log only grows, and its ids rise."""

from __future__ import annotations

import re
import sqlite3
import uuid
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_samples import NOW_MS, ONE, TODAY, TWO, answer, key, mark, undo

from spinequiz.model.cards import CardState, EntryKind, Phase, Preset, Rating
from spinequiz.store.progress import Progress, preset_id, read_log
from spinequiz.store.rows import decode_state, encode_state, new_review_id, review_row, row_review

UUID_7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM log",
        "DELETE FROM log WHERE kind = 'withdraw'",
        "UPDATE log SET rating = 4",
        "UPDATE log SET id = id || 'x'",
        "UPDATE OR REPLACE log SET at_ms = 0",
        "UPDATE OR IGNORE log SET at_ms = 0",
    ],
)
def test_rows_are_neither_changed_nor_removed(progress: Progress, statement: str) -> None:
    undo(progress, answer(progress, ONE, Rating.GOOD))
    before = list(read_log(progress.connection, progress.path))
    with pytest.raises(sqlite3.IntegrityError, match="the log only grows"):
        progress.connection.execute(statement)
    assert list(read_log(progress.connection, progress.path)) == before


def test_a_row_is_not_replaced_by_another_of_its_id(progress: Progress) -> None:
    row = answer(progress, ONE, Rating.GOOD)
    columns = ", ".join("?" * len(review_row(row)))
    for verb in ("INSERT", "REPLACE"):
        with pytest.raises(sqlite3.IntegrityError):
            progress.connection.execute(f"{verb} INTO log VALUES ({columns})", review_row(row))


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "'praise'"},
        {"rating": "5"},
        {"rating": "NULL"},
        {"after": "NULL"},
        {"preset_id": "NULL"},
        {"preset_id": "'unknown'"},
        {"desired_retention": "NULL"},
        {"withdraws": "id"},
        {"until_day": "1"},
        {"at_ms": "'today'"},
    ],
)
def test_a_row_that_makes_no_sense_is_refused(progress: Progress, changed: dict[str, str]) -> None:
    answer(progress, ONE, Rating.GOOD)
    names = [row[1] for row in progress.connection.execute("PRAGMA table_info(log)")]
    values = ", ".join(changed.get(name, "'next'" if name == "id" else name) for name in names)
    with pytest.raises(sqlite3.IntegrityError):
        progress.connection.execute(f"INSERT INTO log SELECT {values} FROM log")


def test_a_row_holds_all_that_was_known(progress: Progress) -> None:
    row = answer(progress, ONE, Rating.GOOD)
    assert progress.entries(ONE) == [row]
    assert (row.card, row.kind, row.rating) == (ONE, EntryKind.ANSWER, Rating.GOOD)
    assert (row.at_ms, row.study_day, row.duration_ms) == (NOW_MS, TODAY, 1200)
    assert (row.before, row.after) == (None, progress.state(ONE))
    assert (row.response, row.score, row.rev, row.content_hash) == ('{"kind":"recalled"}', (1, 1), 1, "abc")
    assert (row.desired_retention, row.preset_id) == (0.9, preset_id(Preset()))


def test_a_preset_is_kept_once(progress: Progress) -> None:
    other = Preset(learning_steps=(30,))
    for preset in (Preset(), other, Preset(), other):
        answer(progress, ONE, Rating.AGAIN, preset=preset)
    stored = dict(progress.connection.execute("SELECT id, json FROM preset"))
    assert {name: msgspec.json.decode(text, type=Preset) for name, text in stored.items()} == {
        preset_id(Preset()): Preset(),
        preset_id(other): other,
    }


def test_the_device_has_one_name(path: Path) -> None:
    first = Progress.open(path)
    rows = [answer(first, ONE, Rating.AGAIN)]
    first.close()
    second = Progress.open(path)
    rows += [answer(second, ONE, Rating.AGAIN), mark(second, TWO, EntryKind.FLAG)]
    assert len({row.device for row in rows}) == 1
    assert re.fullmatch("[0-9a-f]{8}", rows[0].device)


def test_the_log_is_read_in_the_order_of_writing(progress: Progress) -> None:
    """Even if the clock goes back while it is written."""
    rows = [
        answer(progress, key(str(number)), Rating.GOOD, at_ms=NOW_MS - number * 60_000) for number in range(10)
    ]  # fmt: skip
    assert list(read_log(progress.connection, progress.path)) == rows


# -- ids


instants = st.one_of(
    st.integers(0, 2**47), st.integers(NOW_MS - 5, NOW_MS + 5), st.integers(-(10**6), 0), st.just(NOW_MS)
)


@given(st.lists(instants, max_size=60))
def test_ids_rise_whatever_the_clock_does(clock: list[int]) -> None:
    last = None
    for at_ms in clock:
        fresh = new_review_id(at_ms, last)
        assert UUID_7.fullmatch(fresh)
        parsed = uuid.UUID(fresh)
        assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)
        assert str(parsed) == fresh
        assert last is None or fresh > last
        last = fresh


@given(st.integers(0, 2**48 - 1))
def test_an_id_tells_its_instant(at_ms: int) -> None:
    assert uuid.UUID(new_review_id(at_ms, None)).int >> 80 == at_ms


def test_ids_of_one_instant_differ() -> None:
    assert len({new_review_id(NOW_MS, None) for _ in range(1000)}) == 1000


def test_ids_rise_within_a_file_though_the_clock_is_set_back(progress: Progress) -> None:
    ids = [answer(progress, ONE, Rating.AGAIN, at_ms=NOW_MS + shift).id for shift in (0, 0, -5_000_000, 3, -1, 9)]
    ids.append(mark(progress, TWO, EntryKind.FLAG, at_ms=0).id)
    assert ids == sorted(set(ids))


# -- columns


states = st.builds(
    CardState,
    phase=st.sampled_from(Phase),
    step=st.none() | st.integers(0, 5),
    stability=st.floats(0.001, 36_500),
    difficulty=st.floats(1, 10),
    due_ms=st.integers(-(2**53), 2**53),
    interval_days=st.integers(0, 36_500),
    last_day=st.integers(0, 60_000),
    reps=st.integers(0, 10**6),
    lapses=st.integers(0, 10**6),
)


@given(states | st.none())
def test_a_state_is_kept_to_the_last_bit(state: CardState | None) -> None:
    assert decode_state(encode_state(state)) == state


def test_rows_and_reviews_are_the_same(progress: Progress) -> None:
    rows = [answer(progress, ONE, Rating.GOOD), mark(progress, ONE, EntryKind.BURY)]
    rows.append(undo(progress, rows[1]))
    for row in rows:
        assert row_review(review_row(row)) == row
