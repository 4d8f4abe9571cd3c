"""Repairs and restores over a damaged file: stopped at any moment, nothing that could be read is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from many_answers import answer_cards
from store_samples import NOW_MS

from spinequiz.store import restore as module
from spinequiz.store.backup import backup_folder, list_backups, make_backup
from spinequiz.store.connection import MENDED, open_readable, open_writable
from spinequiz.store.doctor import Cure, examine
from spinequiz.store.errors import StoreBusy, StoreDamaged, StoreError
from spinequiz.store.progress import Progress, read_log
from spinequiz.store.restore import finish_replacing, preview, restore
from spinequiz.store.salvage import salvage


class Stopped(BaseException):
    """The program ends here."""


def ids(path: Path) -> set[str]:
    progress = Progress.open(path)
    found = {review.id for review in read_log(progress.connection, path)}
    progress.close()
    return found


@pytest.fixture
def damaged(path: Path, tmp_path: Path) -> set[str]:
    """A file without its first page, whose newest rows are in the -wal alone. Gives the ids of all rows."""
    live = tmp_path / "live.db"
    progress = Progress.open(live)
    answer_cards(progress, 30)
    progress.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    progress.connection.execute("PRAGMA wal_autocheckpoint = 0")
    answer_cards(progress, 10, first=30)
    path.parent.mkdir()
    for suffix in ("", "-wal"):
        shutil.copy(f"{live}{suffix}", f"{path}{suffix}")
    wanted = {row[0] for row in progress.connection.execute("SELECT id FROM log")}
    progress.close()
    data = path.read_bytes()
    path.write_bytes(bytes(4096) + data[4096:])
    # with the header's page gone, SQLite would have the -wal bring it back
    wal = bytearray(Path(f"{path}-wal").read_bytes())
    wal[8:32] = bytes(24)
    Path(f"{path}-wal").write_bytes(wal)
    return wanted


STEPS = ["copyfile", "replace", "unlink"]


@pytest.mark.parametrize("step", STEPS)
def test_a_repair_that_is_stopped_anywhere_can_be_made_again(
    path: Path, damaged: set[str], step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped before each call that changes the folder; the same number of rows comes back the second time."""
    owner = {"copyfile": shutil, "replace": os, "unlink": Path}[step]
    real = getattr(owner, step)
    start = path.parent.with_name("start")
    shutil.copytree(path.parent, start)
    stops = 0
    for number in range(20):
        shutil.rmtree(path.parent)
        shutil.copytree(start, path.parent)
        calls = iter(range(100))

        def stopping(*arguments: object, number: int = number, calls: object = calls, **options: object) -> object:
            if next(calls) == number:
                raise Stopped
            return real(*arguments, **options)

        with monkeypatch.context() as patch:
            patch.setattr(owner, step, stopping)
            try:
                salvage(path, NOW_MS)
            except Stopped:
                stops += 1
            else:
                break
        if finish_replacing(path) or ids_or_none(path) is None:
            if any(finding.cure is Cure.SALVAGE for finding in examine(path, NOW_MS)):
                salvage(path, NOW_MS + 1)
        assert ids(path) == damaged, number
        assert not [file.name for file in path.parent.iterdir() if file.name.endswith((MENDED, ".salvage"))]
    else:
        pytest.fail("the repair never came to its end")
    assert stops >= 2


def ids_or_none(path: Path) -> set[str] | None:
    try:
        return ids(path)
    except StoreError:
        return None


@pytest.mark.parametrize("open_it", [open_writable, open_readable])
def test_between_the_damaged_file_and_the_whole_one_nothing_is_used(
    path: Path, damaged: set[str], open_it: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(progress: Path) -> bool:
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(module, "finish_replacing", stop)
        with pytest.raises(Stopped):
            salvage(path, NOW_MS)
    with pytest.raises(StoreDamaged, match="doctor --fix"):
        open_it(path)
    (finding,) = [f for f in examine(path, NOW_MS) if f.cure is not Cure.PERMISSIONS]
    assert (finding.rule, finding.cure) == ("unfinished-repair", Cure.FINISH)
    assert finish_replacing(path)
    assert not finish_replacing(path)
    assert ids(path) == damaged


@pytest.mark.parametrize("main", ["empty", "missing"])
def test_a_log_without_its_file_is_not_taken_for_a_beginning(path: Path, damaged: set[str], main: str) -> None:
    """SQLite would delete it with all that is in it."""
    path.unlink()
    if main == "empty":
        path.touch()
    tail = Path(f"{path}-wal")
    before = tail.read_bytes()
    for open_it in (open_writable, open_readable):
        with pytest.raises(StoreDamaged, match=f"{main}.*-wal"):
            open_it(path)
    assert tail.read_bytes() == before
    assert [f.cure for f in examine(path, NOW_MS) if f.cure is not Cure.PERMISSIONS] == [Cure.SALVAGE]
    done = salvage(path, NOW_MS)
    assert done.kept is not None
    assert Path(f"{path.parent / 'backups' / f'damaged-{NOW_MS}.db'}-wal").read_bytes() == before
    assert len(ids(path)) == done.read >= 10


def test_restoring_over_a_damaged_file_keeps_what_belongs_to_it(path: Path, damaged: set[str], tmp_path: Path) -> None:
    source = tmp_path / "source.db"
    progress = Progress.open(source)
    answer_cards(progress, 3, first=100)
    made = make_backup(progress.connection, source, NOW_MS)
    progress.close()
    wanted = ids(source)
    before = {suffix: Path(f"{path}{suffix}").read_bytes() for suffix in ("", "-wal")}
    assert preview(path, made.path).regained == 3
    kept = restore(path, made.path, NOW_MS)
    assert ids(path) == wanted
    assert {suffix: Path(f"{kept}{suffix}").read_bytes() for suffix in ("", "-wal")} == before


def test_a_restore_waits_for_another_program_and_then_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.1)
    progress = Progress.open(path)
    answer_cards(progress, 2)
    made = make_backup(progress.connection, path, NOW_MS)
    answer_cards(progress, 1, first=2)
    with progress.transaction(), pytest.raises(StoreBusy, match="another program"):
        restore(path, made.path, NOW_MS)
    assert progress.connection.execute("SELECT count(*) FROM log").fetchone() == (3,)
    progress.close()


def test_the_file_in_use_is_not_restored_from_itself(path: Path) -> None:
    progress = Progress.open(path)
    answer_cards(progress, 2)
    progress.close()
    with pytest.raises(StoreError, match="in use"):
        restore(path, path, NOW_MS)
    assert len(ids(path)) == 2


def test_two_backups_at_a_time_wait_for_each_other(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second does not sweep away what the first is writing."""
    from spinequiz.store import backup

    monkeypatch.setattr(backup, "TURN_SECONDS", 0.1)
    progress = Progress.open(path)
    answer_cards(progress, 2)
    copy = backup.copy_database
    refused = []

    def copying(connection: sqlite3.Connection, target: Path) -> None:
        copy(connection, target)
        with pytest.raises(StoreBusy, match="writing a backup"):
            backup.make_backup(connection, path, NOW_MS + 1)
        refused.append(target)

    monkeypatch.setattr(backup, "copy_database", copying)
    backup.make_backup(progress.connection, path, NOW_MS)
    assert refused
    assert len(list_backups(path)) == 1
    assert {file.suffix for file in backup_folder(path).iterdir()} == {".db", ""}
    progress.close()
