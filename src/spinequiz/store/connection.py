"""Opening the progress file safely: its folder, its permissions, its version, and what it is.

A file of an older version is brought up to date when it is opened, after a backup of it was made.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
import time
from pathlib import Path
from typing import ClassVar
from weakref import WeakSet

from spinequiz.store.errors import StoreDamaged, StoreError, damaged, explained
from spinequiz.store.migrations import APPLICATION_ID, STEPS, migrate, version

BUSY_SECONDS = 5.0
"""How long a write waits for another program's write."""
MENDED = ".mended"
"""Ends the name of a whole file that is about to take the place of the damaged one."""
MAGIC = b"SQLite format 3\0"
SIDE_FILES = ("", "-wal", "-shm")
"""What the names of a database's files end in."""


class Held(sqlite3.Connection):
    """A connection that is remembered for as long as it is open.

    The system drops all locks that a process has on a file when the process closes any descriptor of it, SQLite's
    too: other programs would then remove the -wal under this one. A file that is held is not opened by other means.
    """

    _all: ClassVar[WeakSet[Held]] = WeakSet()
    path = ""

    def hold(self, path: Path) -> None:
        """Remember which file this is."""
        self.path = os.path.realpath(path)
        Held._all.add(self)

    def close(self) -> None:
        """Close the connection, and forget it."""
        super().close()
        Held._all.discard(self)

    @staticmethod
    def is_held(path: Path) -> bool:
        """Whether this process has a file open."""
        real = os.path.realpath(path)
        return any(held.path == real for held in list(Held._all))


def open_writable(path: Path, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """Open or create the progress file. Raises StoreError with a sentence for every way in which that fails."""
    _require_whole(path)
    require_sound_tail(path)
    try:
        _create(path)
    except OSError as error:
        raise StoreError(
            f"the progress file {path} cannot be opened for writing: {error.strerror}. "
            "Change the permissions, or set SPINEQUIZ_HOME to a folder that you may write to."
        ) from error
    with explained(str(path)):
        connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None, factory=Held)
        try:
            connection.hold(path)
            _check_identity(connection, path)
            _use_wal(connection, busy_seconds)
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            # without it REPLACE would remove rows of the log and no trigger would see it
            connection.execute("PRAGMA recursive_triggers = ON")
            connection.execute("PRAGMA trusted_schema = OFF")
            _bring_up_to_date(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def open_readable(path: Path) -> sqlite3.Connection | None:
    """Open the progress file for reading alone; None if there is none yet, or nothing in it.

    It may lie on a read-only disk.
    """
    _require_whole(path)
    try:
        if path.stat().st_size == 0:
            return None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"the progress file {path} cannot be read: {error.strerror}. Check its folder.") from error
    uri = path.absolute().as_uri()
    with explained(str(path)):
        connection: sqlite3.Connection = _held(path, f"{uri}?mode=ro")
        try:
            _check_identity(connection, path)
        except sqlite3.OperationalError as error:
            connection.close()
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                raise
            if path.with_name(path.name + "-wal").exists():
                raise
            # on a read-only disk the -shm file cannot be made; without a -wal nothing is lost by doing without
            connection = sqlite3.connect(f"{uri}?immutable=1", uri=True, isolation_level=None)
            _check_identity(connection, path)
        except BaseException:
            connection.close()
            raise
        found = version(connection)
        if found == 0:
            # whoever made the file was stopped before the first table
            connection.close()
            return None
        if found < len(STEPS):
            connection.close()
            return _readable_of_older(path)
    return connection


def _readable_of_older(path: Path) -> sqlite3.Connection | None:
    """A file of an older version, brought up to date: on disk, or in memory where it cannot be written."""
    try:
        open_writable(path).close()
    except StoreError:
        return open_other(path)
    return open_readable(path)


def open_other(path: Path) -> sqlite3.Connection | None:
    """Open a progress file that is not the student's own: a backup, or another machine's; None if it is empty.

    It is never written to: one of an older version is brought up to date in memory. Raises StoreError.
    """
    with explained(str(path)):
        connection = sqlite3.connect(readable_uri(path), uri=True, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            _check_identity(connection, path)
            found = version(connection)
            if 0 < found < len(STEPS):
                copy = sqlite3.connect(":memory:", uri=True, isolation_level=None)
                connection.backup(copy)
                migrate(copy)
                connection.close()
                return copy
        except BaseException:
            connection.close()
            raise
    if found == 0:
        connection.close()
        return None
    return connection


def readable_uri(path: Path) -> str:
    """The address under which SQLite reads a database and never writes to it, be its disk read-only.

    Raises StoreError for what is no file, and sqlite3.Error for what cannot be opened.
    """
    require_files(path)
    uri = path.absolute().as_uri()
    connection = sqlite3.connect(f"{uri}?mode=ro", uri=True, isolation_level=None, timeout=BUSY_SECONDS)
    try:
        connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
        if Path(f"{path}-wal").exists() or not path.exists():
            raise
        # on a read-only disk the -shm file cannot be made; without a -wal nothing is lost by doing without
        return f"{uri}?immutable=1"
    finally:
        connection.close()
    return f"{uri}?mode=ro"


def _held(path: Path, uri: str) -> Held:
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, factory=Held)
    connection.hold(path)
    return connection


def _create(path: Path) -> None:
    """Make an empty file of the student's own, if there is none. Raises OSError, also if it cannot be written to."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        # created here, so that it is private from its first byte; SQLite gives -wal and -shm the same mode
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if not os.access(path, os.W_OK):
            read_only = os.statvfs(path).f_flag & os.ST_RDONLY if hasattr(os, "statvfs") else False
            code = errno.EROFS if read_only else errno.EACCES
            raise PermissionError(code, os.strerror(code), str(path)) from None


def _bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    found = version(connection)
    if found == len(STEPS):
        return
    if found:
        from spinequiz.store.backup import make_backup

        make_backup(connection, path, time.time_ns() // 1_000_000)
    migrate(connection)


def _require_whole(path: Path) -> None:
    """Refuse what SQLite would take for a new or a read-only file, and would lose or lock up what is in it."""
    require_files(path)
    if path.with_name(path.name + MENDED).exists():
        raise StoreDamaged(
            f"a repair of the progress file {path} was stopped half way. Nothing is lost. "
            "Run `spinequiz doctor --fix`, which finishes it."
        )
    if Held.is_held(path):
        return
    try:
        with path.open("rb") as file:
            head = file.read(20)
    except OSError:
        # whoever opens it says what is the matter
        head = b""
    if not head:
        tail = path.with_name(path.name + "-wal")
        if tail.exists() and tail.stat().st_size:
            what = "is empty" if path.exists() else "is missing"
            raise damaged(str(path), f"it {what}, but its -wal file is there with answers in it")
    elif not head.startswith(MAGIC):
        # SQLite would say so too, but only after it has taken in the -wal, or thrown it away
        raise damaged(str(path), "file is not a database")
    elif not {*head[18:20]} <= {1, 2}:
        raise damaged(str(path), "its header names a format that there is not")


def require_files(path: Path) -> None:
    """Refuse a folder in the place of a file, and a pipe or a device, which would keep its reader waiting."""
    for suffix in SIDE_FILES:
        file = Path(f"{path}{suffix}")
        try:
            mode = file.stat().st_mode
        except OSError:
            # there is none, or whoever opens it says what is the matter
            continue
        if not stat.S_ISREG(mode):
            what = "is a folder" if stat.S_ISDIR(mode) else "is no file but a pipe or a device"
            raise StoreError(f"{file} {what}. Move it away, or set SPINEQUIZ_HOME to another folder.")


def require_sound_tail(path: Path) -> None:
    """Refuse a damaged -wal: SQLite would pass over the answers in it and write others in their place."""
    require_files(path)
    if Held.is_held(path):
        return
    from spinequiz.store.tail import is_tail_damaged

    try:
        broken = is_tail_damaged(path)
    except OSError:
        # SQLite says what is the matter
        return
    if broken:
        raise damaged(str(path), "answers in its -wal file stand behind damaged bytes")


def _use_wal(connection: sqlite3.Connection, busy_seconds: float) -> None:
    """Switch to a write-ahead log; SQLite itself does not wait for another program that does the same."""
    give_up = time.monotonic() + busy_seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.01)


def _check_identity(connection: sqlite3.Connection, path: Path) -> None:
    # in one transaction, for another program may be making the tables right now
    connection.execute("BEGIN")
    try:
        application = int(connection.execute("PRAGMA application_id").fetchone()[0])
        found = version(connection)
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    if "log" in tables and "preset" in tables and (application != APPLICATION_ID or found <= 0):
        raise damaged(str(path), "its header does not say what it is")
    if found > len(STEPS) and application == APPLICATION_ID:
        raise StoreError(
            f"{path} was written by a newer spinequiz (format {found}, this program knows {len(STEPS)}). "
            "Update this program; the file was not touched."
        )
    if application == APPLICATION_ID:
        return
    if tables:
        raise StoreDamaged(
            f"{path} is a database, but not one of spinequiz. It was not touched. "
            "Move it away, or set SPINEQUIZ_HOME to another folder."
        )
