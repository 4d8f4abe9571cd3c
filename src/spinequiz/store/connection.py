"""Opening the progress file safely: its folder, its permissions, its version, and what it is."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path

from spinequiz.store.errors import StoreDamaged, StoreError, explained
from spinequiz.store.migrations import APPLICATION_ID, STEPS, migrate, version

BUSY_SECONDS = 5.0
"""How long a write waits for another program's write."""


def open_writable(path: Path, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """Open or create the progress file. Raises StoreError with a sentence for every way in which that fails."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # created here, so that it is private from its first byte; SQLite gives -wal and -shm the same mode
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreError(
            f"the progress file {path} cannot be opened for writing: {error.strerror}. "
            "Change the permissions, or set SPINEQUIZ_HOME to a folder that you may write to."
        ) from error
    with explained(str(path)):
        connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None)
        try:
            _check_identity(connection, path)
            _use_wal(connection, busy_seconds)
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            # without it REPLACE would remove rows of the log and no trigger would see it
            connection.execute("PRAGMA recursive_triggers = ON")
            connection.execute("PRAGMA trusted_schema = OFF")
            if version(connection) < len(STEPS):
                migrate(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def open_readable(path: Path) -> sqlite3.Connection | None:
    """Open the progress file for reading alone; None if there is none yet, or nothing in it.

    It may lie on a read-only disk.
    """
    try:
        if path.stat().st_size == 0:
            return None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"the progress file {path} cannot be read: {error.strerror}. Check its folder.") from error
    uri = path.absolute().as_uri()
    with explained(str(path)):
        connection = sqlite3.connect(f"{uri}?mode=ro", uri=True, timeout=BUSY_SECONDS, isolation_level=None)
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
        if version(connection) == 0:
            # whoever made the file was stopped before the first table
            connection.close()
            return None
    return connection


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
        tables = int(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
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
