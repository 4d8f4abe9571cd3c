"""Opening the progress file: migrations, permissions, and files that are something else."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from store_samples import ONE, answer, contents

from spinequiz.model.cards import Rating
from spinequiz.store import connection as opening
from spinequiz.store import migrations
from spinequiz.store.connection import open_readable, open_writable
from spinequiz.store.errors import StoreBusy, StoreDamaged, StoreError, explain
from spinequiz.store.migrations import APPLICATION_ID, STEPS, migrate, version
from spinequiz.store.progress import Progress


def set_steps(monkeypatch: pytest.MonkeyPatch, *steps: str) -> None:
    monkeypatch.setattr(migrations, "STEPS", steps)
    monkeypatch.setattr(opening, "STEPS", steps)


def schema(connection: sqlite3.Connection) -> list[tuple[str, ...]]:
    return connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()


# -- migrations


def test_a_fresh_file_has_the_newest_version(path: Path) -> None:
    connection = open_writable(path)
    assert version(connection) == len(STEPS)
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert {name for kind, name, _ in schema(connection) if kind == "table"} >= {"log", "state", "mark", "card"}
    strict = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND NOT strict AND name NOT LIKE 'sqlite_%'"
    assert connection.execute(strict).fetchall() == []


def test_a_file_is_safe_against_a_power_cut(progress: Progress) -> None:
    assert progress.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert progress.connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert progress.connection.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_opening_again_changes_nothing(path: Path) -> None:
    first = Progress.open(path)
    answer(first, ONE, Rating.GOOD)
    before, shape = contents(first.connection), schema(first.connection)
    first.close()
    again = Progress.open(path)
    assert migrate(again.connection) == len(STEPS)
    assert contents(again.connection) == before
    assert schema(again.connection) == shape


def test_a_step_is_taken_on_a_file_with_progress(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Progress.open(path)
    answer(first, ONE, Rating.GOOD)
    before = contents(first.connection)
    first.close()
    set_steps(monkeypatch, *STEPS, "CREATE TABLE extra (name TEXT) STRICT; INSERT INTO extra VALUES ('a;b');")
    again = open_writable(path)
    assert version(again) == len(STEPS) + 1
    assert again.execute("SELECT * FROM extra").fetchall() == [("a;b",)]
    assert contents(again) == before


def test_a_step_that_fails_is_rolled_back_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = open_writable(path)
    shape = schema(first)
    first.close()
    set_steps(monkeypatch, *STEPS, "CREATE TABLE extra (name TEXT) STRICT; INSERT INTO nowhere VALUES (1);")
    with pytest.raises(StoreError, match="nowhere"):
        open_writable(path)
    set_steps(monkeypatch, *STEPS)
    again = open_writable(path)
    assert version(again) == len(STEPS)
    assert schema(again) == shape


def test_a_first_step_that_fails_leaves_a_file_that_can_be_opened(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_steps(monkeypatch, "CREATE TABLE meta (key TEXT) STRICT; CREATE TABLE meta (key TEXT) STRICT;")
    with pytest.raises(StoreError, match="meta"):
        open_writable(path)
    monkeypatch.undo()
    assert open_readable(path) is None
    assert version(open_writable(path)) == len(STEPS)


@pytest.mark.parametrize("open_it", [open_writable, open_readable])
def test_a_newer_file_is_refused_and_not_touched(path: Path, open_it: object) -> None:
    connection = open_writable(path)
    connection.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer spinequiz") as caught:
        open_it(path)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == before


# -- permissions


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_the_file_and_its_companions_are_the_students_alone(path: Path) -> None:
    old = os.umask(0)
    try:
        progress = Progress.open(path)
        answer(progress, ONE, Rating.GOOD)
        assert mode(path.parent) == 0o700
        found = {each.name: mode(each) for each in path.parent.iterdir()}
        assert found == {"progress.db": 0o600, "progress.db-wal": 0o600, "progress.db-shm": 0o600}
        progress.close()
    finally:
        os.umask(old)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_folder_that_exists_keeps_its_permissions(path: Path) -> None:
    path.parent.mkdir(mode=0o755)
    open_writable(path).close()
    assert mode(path.parent) == 0o755
    assert mode(path) == 0o600


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the system lets root write anywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    with pytest.raises(StoreError, match="SPINEQUIZ_HOME") as caught:
        open_writable(folder / "progress.db")
    assert "locked" in str(caught.value)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the system lets root write anywhere")
def test_progress_on_a_read_only_disk_can_be_read(path: Path) -> None:
    first = Progress.open(path)
    answer(first, ONE, Rating.GOOD)
    first.close()
    path.chmod(0o400)
    path.parent.chmod(0o500)
    try:
        connection = open_readable(path)
        assert connection is not None
        assert connection.execute("SELECT count(*) FROM log").fetchone() == (1,)
        connection.close()
    finally:
        path.parent.chmod(0o700)


def test_a_folder_in_the_place_of_the_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "progress.db").mkdir()
    with pytest.raises(StoreError, match="is a folder"):
        open_writable(tmp_path / "progress.db")


def test_a_file_in_the_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StoreError, match="cannot be opened for writing"):
        open_writable(tmp_path / "data" / "progress.db")
    with pytest.raises(StoreError, match="cannot be read"):
        open_readable(tmp_path / "data" / "progress.db")


# -- files that are something else


@pytest.mark.parametrize("open_it", [open_writable, open_readable])
def test_what_is_no_database_is_refused_and_not_touched(path: Path, open_it: object) -> None:
    path.parent.mkdir()
    path.write_bytes(b"spinequiz: 1\n" * 500)
    with pytest.raises(StoreDamaged, match="damaged"):
        open_it(path)
    assert path.read_bytes() == b"spinequiz: 1\n" * 500


@pytest.mark.parametrize("open_it", [open_writable, open_readable])
def test_a_database_of_another_program_is_refused_and_not_touched(path: Path, open_it: object) -> None:
    path.parent.mkdir()
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE notes (text TEXT)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreDamaged, match="not one of spinequiz"):
        open_it(path)
    assert path.read_bytes() == before


def test_damage_within_is_found_out(path: Path) -> None:
    first = Progress.open(path)
    for _ in range(3):
        answer(first, ONE, Rating.GOOD)
    first.close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(StoreDamaged, match="Copy it"):
        Progress.open(path).state(ONE)


# -- reading


def test_reading_what_is_not_there_makes_nothing(path: Path) -> None:
    assert open_readable(path) is None
    assert not path.parent.exists()


def test_a_file_without_tables_reads_as_none(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    assert open_readable(path) is None
    # a program that was stopped between making the file and making its tables
    half = sqlite3.connect(path, isolation_level=None)
    half.execute("PRAGMA journal_mode = WAL")
    half.close()
    assert path.stat().st_size > 0
    assert open_readable(path) is None
    Progress.open(path).close()
    assert open_readable(path) is not None


def test_reading_never_writes(path: Path) -> None:
    writer = Progress.open(path)
    answer(writer, ONE, Rating.GOOD)
    reader = open_readable(path)
    assert reader is not None
    assert reader.execute("SELECT count(*) FROM log").fetchone() == (1,)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.execute("DELETE FROM state")
    answer(writer, ONE, Rating.GOOD)
    assert reader.execute("SELECT count(*) FROM log").fetchone() == (2,)


# -- several programs


OPEN_WHEN_TOLD = """
import sys
from pathlib import Path
from spinequiz.store.progress import Progress
print("ready", flush=True)
sys.stdin.readline()
Progress.open(Path(sys.argv[1])).close()
"""


def test_several_programs_can_make_the_file_at_once(tmp_path: Path) -> None:
    """They meet in the first milliseconds of the file, so one round is not enough to see it."""
    for attempt in range(6):
        path = tmp_path / f"{attempt}" / "progress.db"
        programs = [
            subprocess.Popen(
                [sys.executable, "-c", OPEN_WHEN_TOLD, str(path)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )
            for _ in range(4)
        ]  # fmt: skip
        for program in programs:
            assert program.stdout.readline() == "ready\n"
        for program in programs:
            program.stdin.write("\n")
            program.stdin.flush()
        said = [program.communicate()[1] for program in programs]
        assert said == [""] * len(programs)
        assert version(open_writable(path)) == len(STEPS)


@pytest.fixture
def half_made(path: Path) -> Iterator[sqlite3.Connection]:
    """A new file on which another program is at work; it has no write-ahead log yet."""
    path.parent.mkdir()
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


def test_a_file_that_another_program_is_making_is_waited_for(half_made: sqlite3.Connection, path: Path) -> None:
    done = threading.Timer(0.2, lambda: half_made.execute("ROLLBACK"))
    done.start()
    assert version(open_writable(path)) == len(STEPS)
    done.join()


def test_a_file_that_another_program_never_finishes_is_busy(half_made: sqlite3.Connection, path: Path) -> None:
    with pytest.raises(StoreBusy):
        open_writable(path, busy_seconds=0.05)


def test_whoever_waits_too_long_is_told(path: Path) -> None:
    first, second = Progress.open(path), Progress.open(path, busy_seconds=0.05)
    with first.transaction(), pytest.raises(StoreBusy, match="Nothing was changed"):
        answer(second, ONE, Rating.GOOD)
    answer(second, ONE, Rating.GOOD)


# -- what errors say


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (sqlite3.SQLITE_BUSY, StoreBusy, "try again"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StoreBusy, "try again"),
        (sqlite3.SQLITE_LOCKED, StoreBusy, "try again"),
        (sqlite3.SQLITE_CORRUPT, StoreDamaged, "safe place"),
        (sqlite3.SQLITE_NOTADB, StoreDamaged, "safe place"),
        (sqlite3.SQLITE_FULL, StoreError, "disk is full"),
        (sqlite3.SQLITE_READONLY, StoreError, "read-only"),
        (sqlite3.SQLITE_CANTOPEN, StoreError, "cannot be opened"),
        (sqlite3.SQLITE_IOERR, StoreError, "Check the disk"),
        (sqlite3.SQLITE_IOERR_FSYNC, StoreError, "Check the disk"),
        (sqlite3.SQLITE_ERROR, StoreError, "the database said"),
    ],
)
def test_each_failure_has_a_sentence_with_the_file_and_a_way_out(code: int, kind: type, words: str) -> None:
    error = sqlite3.OperationalError("what SQLite says")
    error.sqlite_errorcode = code
    explained = explain(error, "/home/someone/progress.db")
    assert type(explained) is kind
    assert "/home/someone/progress.db" in str(explained)
    assert words in str(explained)
    assert str(explained).endswith(".")


def test_an_error_without_a_code_is_explained_too() -> None:
    assert "Cannot operate" in str(explain(sqlite3.ProgrammingError("Cannot operate on a closed database."), "x"))


def test_using_a_closed_file_is_a_store_error(path: Path) -> None:
    progress = Progress.open(path)
    progress.close()
    with pytest.raises(StoreError, match="closed"):
        progress.state(ONE)
    with pytest.raises(StoreError, match="closed"):
        answer(progress, ONE, Rating.GOOD)
