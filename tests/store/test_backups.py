"""Backups are whole, verified and thinned by age; restoring says what it does and keeps what was there."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from many_answers import answer_cards
from store_samples import NOW_MS

from spinequiz.store.backup import (
    INTERVAL_MS,
    backup_folder,
    inspect,
    is_due,
    keepers,
    list_backups,
    make_backup,
    thin,
)
from spinequiz.store.errors import StoreDamaged, StoreError
from spinequiz.store.progress import Progress, read_log
from spinequiz.store.restore import preview, restore


def ids(path: Path) -> list[str]:
    progress = Progress.open(path)
    found = [review.id for review in read_log(progress.connection, path)]
    progress.close()
    return found


def test_a_backup_holds_every_row_and_is_private(progress: Progress, path: Path) -> None:
    answer_cards(progress, 30)
    made = make_backup(progress.connection, path, NOW_MS)
    assert inspect(made.path).rows == 30
    assert made.path.stat().st_mode & 0o077 == 0
    assert not list(backup_folder(path).glob("*.tmp"))


def test_a_half_written_backup_of_a_killed_program_is_swept(progress: Progress, path: Path) -> None:
    answer_cards(progress, 1)
    backup_folder(path).mkdir()
    (backup_folder(path) / "progress-20200101T000000000Z.tmp").write_bytes(b"half")
    make_backup(progress.connection, path, NOW_MS)
    assert [made.path.suffix for made in list_backups(path)] == [".db"]
    assert not list(backup_folder(path).glob("*.tmp"))


def test_a_backup_is_due_when_something_changed_and_half_an_hour_passed(progress: Progress, path: Path) -> None:
    connection = progress.connection
    assert not is_due(connection, path, NOW_MS)
    answer_cards(progress, 1)
    assert is_due(connection, path, NOW_MS)
    make_backup(connection, path, NOW_MS)
    assert not is_due(connection, path, NOW_MS + 2 * INTERVAL_MS)
    answer_cards(progress, 1, first=1)
    assert not is_due(connection, path, NOW_MS + INTERVAL_MS - 1)
    assert is_due(connection, path, NOW_MS + INTERVAL_MS)
    assert is_due(connection, path, NOW_MS - INTERVAL_MS), "a backup from the future holds nothing up"


def test_beside_a_backup_from_the_future_there_is_one_each_half_hour(progress: Progress, path: Path) -> None:
    answer_cards(progress, 1)
    make_backup(progress.connection, path, NOW_MS + 1000 * INTERVAL_MS)
    answer_cards(progress, 1, first=1)
    make_backup(progress.connection, path, NOW_MS)
    answer_cards(progress, 1, first=2)
    assert not is_due(progress.connection, path, NOW_MS + INTERVAL_MS - 1)
    assert is_due(progress.connection, path, NOW_MS + INTERVAL_MS)


def test_an_unwritable_backup_folder_is_a_sentence(progress: Progress, path: Path) -> None:
    answer_cards(progress, 1)
    backup_folder(path).write_text("a file in the way")
    with pytest.raises(StoreError, match="no backup could be written"):
        make_backup(progress.connection, path, NOW_MS)


def test_a_damaged_backup_is_told_apart(progress: Progress, path: Path) -> None:
    answer_cards(progress, 200)
    made = make_backup(progress.connection, path, NOW_MS)
    data = bytearray(made.path.read_bytes())
    data[8192:20000] = b"\xff" * (20000 - 8192)
    made.path.write_bytes(data)
    with pytest.raises(StoreDamaged):
        inspect(made.path)


@given(st.lists(st.integers(min_value=0, max_value=3 * 365 * 24 * 60), max_size=200))
def test_thinning_keeps_recent_ones_and_a_ladder_of_days_weeks_and_months(ages_minutes: list[int]) -> None:
    made = sorted((NOW_MS - age * 60_000 for age in ages_minutes), reverse=True)
    kept = keepers(made)
    moments = [datetime.fromtimestamp(instant / 1000, UTC) for instant in made]
    assert not made or 0 in kept
    for index, moment in enumerate(moments):
        if moments[0] - moment < timedelta(days=2):
            assert index in kept
    days = list(dict.fromkeys(moment.date() for moment in moments))[:12]
    months = list(dict.fromkeys((moment.year, moment.month) for moment in moments))[:9]
    assert {moments[index].date() for index in kept} >= set(days)
    assert {(moments[index].year, moments[index].month) for index in kept} >= set(months)
    old = [index for index in kept if moments[0] - moments[index] >= timedelta(days=2)]
    assert len(old) <= 12 + 10 + 9


def test_thinning_removes_files(progress: Progress, path: Path) -> None:
    answer_cards(progress, 1)
    for hour in range(0, 24 * 40, 12):
        make_backup(progress.connection, path, NOW_MS - hour * 3_600_000)
    removed = thin(path)
    assert removed
    assert not any(file.exists() for file in removed)
    assert len(list_backups(path)) < 80 - len(removed) + 1


def test_restoring_says_what_changes_and_keeps_the_present_state(progress: Progress, path: Path) -> None:
    answer_cards(progress, 5)
    made = make_backup(progress.connection, path, NOW_MS)
    before = [review.id for review in read_log(progress.connection, path)]
    answer_cards(progress, 3, first=5)
    later = [review.id for review in read_log(progress.connection, path)]
    progress.close()
    change = preview(path, made.path)
    assert (change.lost, change.regained, change.contents.rows) == (3, 0, 5)
    kept = restore(path, made.path, NOW_MS + 1)
    assert ids(path) == before
    assert kept is not None
    assert preview(path, kept).regained == 3
    restore(path, kept, NOW_MS + 2)
    assert ids(path) == later


def test_restoring_over_a_damaged_file_keeps_its_bytes(progress: Progress, path: Path) -> None:
    answer_cards(progress, 5)
    made = make_backup(progress.connection, path, NOW_MS)
    wanted = [review.id for review in read_log(progress.connection, path)]
    progress.close()
    path.write_bytes(b"no database at all")
    kept = restore(path, made.path, NOW_MS + 1)
    assert ids(path) == wanted
    assert kept is not None
    assert kept.read_bytes() == b"no database at all"


def test_another_program_reading_sees_the_restored_log(progress: Progress, path: Path) -> None:
    answer_cards(progress, 2)
    made = make_backup(progress.connection, path, NOW_MS)
    answer_cards(progress, 2, first=2)
    other = sqlite3.connect(path)
    assert other.execute("SELECT count(*) FROM log").fetchone() == (4,)
    restore(path, made.path, NOW_MS + 1)
    assert other.execute("SELECT count(*) FROM log").fetchone() == (2,)
    other.close()


def test_what_is_no_backup_is_not_restored(progress: Progress, path: Path, tmp_path: Path) -> None:
    answer_cards(progress, 2)
    foreign = tmp_path / "other.db"
    connection = sqlite3.connect(foreign)
    connection.execute("CREATE TABLE t (x)")
    connection.commit()
    connection.close()
    for source in (foreign, tmp_path / "missing.db"):
        with pytest.raises(StoreError):
            restore(path, source, NOW_MS)
    assert len(ids(path)) == 2
