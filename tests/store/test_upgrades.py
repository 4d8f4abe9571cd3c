"""A file of an older version: a backup of it as it was comes first, and what fails leaves it as it was."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from many_answers import answer_cards
from store_samples import NOW_MS, contents

from spinequiz.store import connection as opening
from spinequiz.store import migrations
from spinequiz.store.backup import backup_folder, inspect, list_backups, make_backup
from spinequiz.store.connection import open_other, open_readable, open_writable
from spinequiz.store.doctor import examine
from spinequiz.store.errors import StoreError
from spinequiz.store.migrations import STEPS, version
from spinequiz.store.other_log import OtherLog
from spinequiz.store.progress import Progress
from spinequiz.store.restore import restore
from spinequiz.store.salvage import salvage

OLD = len(STEPS)
LATER = "CREATE TABLE extra (name TEXT) STRICT; INSERT INTO extra SELECT id FROM log;"
BROKEN = "CREATE TABLE extra (name TEXT) STRICT; DELETE FROM mark; INSERT INTO nowhere VALUES (1);"


@pytest.fixture
def old(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """What a file of this version holds; it is closed."""
    progress = Progress.open(path)
    answer_cards(progress, 4)
    found = contents(progress.connection)
    progress.close()
    return found


def upgrade(monkeypatch: pytest.MonkeyPatch, *steps: str) -> None:
    """Make the program one that knows further steps."""
    for module in (migrations, opening):
        monkeypatch.setattr(module, "STEPS", (*STEPS, *steps))


def version_of(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        return version(connection)
    finally:
        connection.close()


def test_a_verified_backup_of_the_old_version_is_there_before_the_step(
    path: Path, old: dict[str, list[tuple[object, ...]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []
    migrate = opening.migrate

    def looking(connection: sqlite3.Connection) -> int:
        seen.extend((version_of(made.path), inspect(made.path).rows) for made in list_backups(path))
        return migrate(connection)

    monkeypatch.setattr(opening, "migrate", looking)
    upgrade(monkeypatch, LATER)
    connection = open_writable(path)
    assert seen == [(OLD, 4)]
    assert version(connection) == OLD + 1
    assert contents(connection) == old
    connection.close()
    # once, not at every opening
    open_writable(path).close()
    assert len(list_backups(path)) == 1


def test_a_file_of_the_first_version_is_brought_up_to_date(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as first:
        for module in (migrations, opening):
            first.setattr(module, "STEPS", STEPS[:1])
        progress = Progress.open(path)
        answer_cards(progress, 4)
        before = contents(progress.connection)
        progress.close()
    assert version_of(path) == 1
    connection = open_writable(path)
    assert contents(connection) == before
    connection.close()
    assert [finding.rule for finding in examine(path, NOW_MS)] == ["orphans"]


def test_a_new_file_needs_no_backup(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    upgrade(monkeypatch, LATER)
    open_writable(path).close()
    assert not backup_folder(path).exists()


def test_a_step_that_fails_leaves_the_old_file_and_its_backup(
    path: Path, old: dict[str, list[tuple[object, ...]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as newer:
        upgrade(newer, BROKEN)
        for _ in range(2):
            with pytest.raises(StoreError, match="nowhere"):
                open_writable(path)
    assert version_of(path) == OLD
    connection = open_writable(path)
    assert contents(connection) == old
    connection.close()
    assert {(version_of(made.path), inspect(made.path).rows) for made in list_backups(path)} == {(OLD, 4)}


def test_no_step_is_taken_where_no_backup_can_be_made(
    path: Path, old: dict[str, list[tuple[object, ...]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    backup_folder(path).write_text("a file in the way")
    upgrade(monkeypatch, LATER)
    with pytest.raises(StoreError, match="no backup could be written"):
        open_writable(path)
    assert version_of(path) == OLD
    # it can be looked at all the same
    connection = open_readable(path)
    assert connection is not None
    assert version(connection) == OLD + 1
    assert contents(connection) == old
    connection.close()
    assert version_of(path) == OLD


def test_reading_brings_the_file_up_to_date_and_a_look_of_the_doctor_does_not(
    path: Path, old: dict[str, list[tuple[object, ...]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(monkeypatch, LATER)
    assert [finding.rule for finding in examine(path, NOW_MS)] == ["orphans"]
    assert version_of(path) == OLD
    connection = open_readable(path)
    assert connection is not None
    connection.close()
    assert version_of(path) == OLD + 1


def test_an_old_backup_is_read_restored_and_joined_and_stays_as_it_is(
    path: Path, old: dict[str, list[tuple[object, ...]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Progress.open(path)
    made = make_backup(first.connection, path, NOW_MS)
    first.close()
    before = made.path.read_bytes()
    upgrade(monkeypatch, LATER)
    other = OtherLog(made.path)
    assert sum(1 for _ in other.entries()) == 5
    other.close()
    path.write_bytes(b"garbage")
    done = salvage(path, NOW_MS + 1)
    assert (done.read, done.from_backups) == (0, 4)
    restore(path, made.path, NOW_MS + 2)
    connection = open_writable(path)
    assert version(connection) == OLD + 1
    assert contents(connection) == old
    connection.close()
    assert made.path.read_bytes() == before


@pytest.mark.parametrize("use", [open_writable, open_readable, open_other, OtherLog])
def test_a_newer_file_is_refused(path: Path, old: object, use: object) -> None:
    connection = sqlite3.connect(path)
    connection.executescript("CREATE TABLE later (x) ; PRAGMA user_version = 7;")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer spinequiz"):
        use(path)
    assert [finding.rule for finding in examine(path, NOW_MS)] == ["newer-file"]
    assert path.read_bytes() == before


def test_a_newer_backup_is_not_restored(path: Path, old: object, tmp_path: Path) -> None:
    newer = tmp_path / "newer.db"
    progress = Progress.open(path)
    made = make_backup(progress.connection, path, NOW_MS)
    progress.close()
    connection = sqlite3.connect(made.path)
    connection.execute("PRAGMA user_version = 7")
    connection.close()
    made.path.rename(newer)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer spinequiz"):
        restore(path, newer, NOW_MS)
    assert path.read_bytes() == before
