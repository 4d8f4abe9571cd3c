"""Backups of the progress file: whole copies, verified after writing, thinned by age."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from spinequiz.store.connection import readable_uri
from spinequiz.store.errors import StoreBusy, StoreDamaged, StoreError, explain, explained
from spinequiz.store.migrations import APPLICATION_ID
from spinequiz.store.presence import Lock
from spinequiz.store.tail import is_tail_damaged

NAME = re.compile(r"^progress-(\d{8}T\d{9}Z)(-\d+)?\.db$")
HALF = re.compile(r"^(progress|damaged)-.*\.tmp(-.*)?$")
"""The name of what is still being written."""
STAMP = "%Y%m%dT%H%M%S"
INTERVAL_MS = 30 * 60_000
"""Automatic backups are at least this far apart."""
RECENT_MS = 2 * 86_400_000
KEPT_DAYS, KEPT_WEEKS, KEPT_MONTHS = 12, 10, 9
TURN_SECONDS = 60.0
"""How long a backup waits for one that another program writes."""


class Backup(NamedTuple):
    """A backup file; `made_ms` is when it was made, from its name."""

    path: Path
    made_ms: int


class Contents(NamedTuple):
    """What a progress file holds: rows of the log, and the newest one's instant (ms)."""

    rows: int
    last_ms: int | None


def backup_folder(progress: Path) -> Path:
    """Where the backups of a progress file are kept."""
    return progress.parent / "backups"


def list_backups(progress: Path) -> list[Backup]:
    """The backups there are, newest first."""
    folder = backup_folder(progress)
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StoreError(
            f"the backup folder {folder} cannot be read: {error.strerror}. "
            "Change its permissions, or move away what stands there."
        ) from error
    found = []
    for name in names:
        if match := NAME.match(name):
            try:
                moment = datetime.strptime(match[1][:15], STAMP).replace(tzinfo=UTC)
            except ValueError:
                # somebody's own file: the digits are no instant
                continue
            found.append(Backup(folder / name, round(moment.timestamp()) * 1000 + int(match[1][15:18])))
    return sorted(found, key=lambda backup: (backup.made_ms, backup.path.name), reverse=True)


def contents(connection: sqlite3.Connection) -> Contents:
    """What an open progress file holds."""
    rows, last = connection.execute("SELECT count(*), max(id) FROM log").fetchone()
    if last is None:
        return Contents(0, None)
    at = connection.execute("SELECT at_ms FROM log WHERE id = ?", (last,)).fetchone()[0]
    return Contents(rows, at)


def is_due(connection: sqlite3.Connection, progress: Path, now_ms: int) -> bool:
    """Whether an automatic backup should be made: something changed, and the last one is old enough.

    A backup from the future, after the clock was set back, does not hold up new ones.
    """
    backups = list_backups(progress)
    with explained(str(progress)):
        last = connection.execute("SELECT max(id) FROM log").fetchone()[0]
    if last is None:
        return False
    if not backups:
        return True
    if any(0 <= now_ms - backup.made_ms < INTERVAL_MS for backup in backups):
        return False
    return bool(_last_id(backups[0].path) != last)


def make_backup(connection: sqlite3.Connection, progress: Path, now_ms: int) -> Backup:
    """Copy an open progress file into the backup folder, and verify the copy.

    The copy is consistent even while another program writes. Raises StoreError; then no half copy is left.
    """
    folder = backup_folder(progress)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _turn(folder):
            _sweep(folder)
            target = _free_name(folder, now_ms)
            try:
                _write_copy(connection, progress, target)
            finally:
                _sweep(folder)
    except OSError as error:
        raise StoreError(
            f"no backup could be written to {folder}: {error.strerror}. The progress file was not touched."
        ) from error
    return Backup(target, now_ms)


def _write_copy(connection: sqlite3.Connection, progress: Path, target: Path) -> None:
    temporary = target.with_suffix(".tmp")
    os.close(os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
    with explained(str(progress)):
        wanted = 0 if connection.in_transaction else contents(connection).rows
    try:
        copy_database(connection, temporary)
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise explain(error, str(progress)) from error
        raise StoreError(
            f"no backup could be written to {target.parent}: {error}. The progress file was not touched."
        ) from error
    if inspect(temporary).rows < wanted:
        raise StoreDamaged(f"the backup {temporary} does not hold all answers. The progress file was not touched.")
    os.replace(temporary, target)
    sync_folder(target.parent)


def copy_database(connection: sqlite3.Connection, path: Path) -> None:
    """Copy an open database into a file that stands alone and is on the disk. Raises sqlite3.Error and OSError."""
    with closing(sqlite3.connect(path)) as copy:
        connection.backup(copy)
        # no -wal beside it that could be forgotten
        copy.execute("PRAGMA journal_mode = DELETE")
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """One backup at a time, so that what is half written while one holds the lock is nobody's. Raises StoreBusy."""
    lock = Lock(folder / "lock")
    give_up = time.monotonic() + TURN_SECONDS
    try:
        while not lock.take():
            if time.monotonic() > give_up:
                raise StoreBusy(f"another program is writing a backup to {folder}. Wait for it, then try again.")
            time.sleep(0.05)
        yield
    finally:
        lock.close()


def _sweep(folder: Path) -> None:
    """Remove what a program left that was ended while it wrote, a journal of SQLite included."""
    for stale in folder.iterdir():
        if HALF.match(stale.name) and stale.is_file():
            stale.unlink(missing_ok=True)


def inspect(path: Path) -> Contents:
    """Verify a file that should be a sound progress file, and say what it holds. Raises StoreError."""
    with _told(path):
        connection = sqlite3.connect(readable_uri(path), uri=True)
        try:
            if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                raise StoreError(f"{path} is no progress file of spinequiz. Nothing was changed.")
            problem = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if problem == "ok" and is_tail_damaged(path):
                problem = "answers in its -wal file stand behind damaged bytes"
            if problem != "ok":
                raise StoreDamaged(f"{path} is damaged ({problem}). Nothing was changed.")
            return contents(connection)
        finally:
            connection.close()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """`explained`, for a file that may be anything."""
    try:
        with explained(str(path)):
            yield
    except StoreDamaged as error:
        cause = error.__cause__
        if cause is None:
            raise
        raise StoreDamaged(
            f"{path} is damaged, or no progress file of spinequiz ({cause}). Nothing was changed."
        ) from cause


def _last_id(path: Path) -> str:
    """The newest row's id in a backup; empty where it cannot be read, so that another backup is made."""
    try:
        connection = sqlite3.connect(readable_uri(path), uri=True)
        try:
            return str(connection.execute("SELECT max(id) FROM log").fetchone()[0])
        finally:
            connection.close()
    except (sqlite3.Error, StoreError):
        return ""


def thin(progress: Path) -> list[Path]:
    """Remove backups that no rule keeps: 12 daily, 10 weekly, 9 monthly ones, and all of the last two days."""
    backups = list_backups(progress)
    kept = keepers([backup.made_ms for backup in backups])
    removed = [backup.path for index, backup in enumerate(backups) if index not in kept]
    try:
        for path in removed:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"the old backup {error.filename} cannot be removed: {error.strerror}.") from error
    return removed


def keepers(made_ms: Sequence[int]) -> set[int]:
    """The indices to keep among instants given newest first: recent ones, and the newest of days, weeks, months."""
    rules: tuple[tuple[int, Callable[[datetime], Hashable]], ...] = (
        (KEPT_DAYS, lambda moment: moment.date()),
        (KEPT_WEEKS, lambda moment: moment.isocalendar()[:2]),
        (KEPT_MONTHS, lambda moment: (moment.year, moment.month)),
    )
    kept = {index for index, instant in enumerate(made_ms) if made_ms[0] - instant < RECENT_MS}
    for most, period in rules:
        newest: dict[Hashable, int] = {}
        for index, instant in enumerate(made_ms):
            newest.setdefault(period(datetime.fromtimestamp(instant / 1000, UTC)), index)
        kept |= set(list(newest.values())[:most])
    return kept


def _free_name(folder: Path, now_ms: int) -> Path:
    moment = datetime.fromtimestamp(now_ms // 1000, UTC)
    stamp = f"{moment.strftime(STAMP)}{now_ms % 1000:03d}Z"
    target = folder / f"progress-{stamp}.db"
    number = 2
    while target.exists():
        target = folder / f"progress-{stamp}-{number}.db"
        number += 1
    return target


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk, where the system can be asked for that."""
    if os.name != "posix":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
