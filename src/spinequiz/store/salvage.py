"""What can still be read of a damaged progress file, joined with what the backups hold."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from spinequiz.model.cards import Preset
from spinequiz.store.backup import inspect, list_backups
from spinequiz.store.connection import open_writable
from spinequiz.store.errors import StoreDamaged, StoreError, explained
from spinequiz.store.pages import scan_rows
from spinequiz.store.progress import Progress
from spinequiz.store.restore import SIDE_FILES, set_aside
from spinequiz.store.rows import LOG_COLUMNS, row_review

AT_MS = LOG_COLUMNS.split(", ").index("at_ms")
ROWS_AT_ONCE = 500
MOST_SKIPPED = 100_000
"""Rows in a row that may be unreadable before the end of the file is assumed."""


class Salvaged(NamedTuple):
    """What became of a damaged file: rows read from it, rows that only a backup had, rows known to be lost.

    `last_ms` is the instant of the newest row that was brought back.
    """

    read: int
    from_backups: int
    lost: int
    last_ms: int | None
    kept: Path


class Found(NamedTuple):
    """Rows of a log by id, and presets by id."""

    rows: dict[str, tuple[Any, ...]]
    presets: dict[str, str]
    ids: set[str]


def salvage(progress: Path, now_ms: int) -> Salvaged:
    """Make a sound progress file of a damaged one and the backups. The damaged file is kept as it is.

    The new file takes the place of the old one only when it is whole. Raises StoreError; then nothing changed.
    """
    found = read_damaged(progress)
    from_file = len(found.rows)
    for backup in list_backups(progress):
        _add_backup(found, backup.path)
    joined = len(found.rows)
    temporary = progress.with_name(progress.name + ".salvage")
    for suffix in SIDE_FILES:
        Path(f"{temporary}{suffix}").unlink(missing_ok=True)
    written = _write(temporary, found)
    inspect(temporary)
    kept = set_aside(progress, now_ms)
    os.replace(temporary, progress)
    for suffix in SIDE_FILES:
        Path(f"{temporary}{suffix}").unlink(missing_ok=True)
    lost = len(found.ids | found.rows.keys()) - written
    last = max((row[AT_MS] for row in found.rows.values()), default=None)
    return Salvaged(from_file, joined - from_file, lost, last, kept)


def read_damaged(progress: Path) -> Found:
    """Every row that can be read, from a copy, so that the damaged file stays as it is."""
    found = Found({}, {}, set())
    with tempfile.TemporaryDirectory(prefix="spinequiz-") as folder:
        copy = Path(folder) / "damaged.db"
        try:
            for suffix in SIDE_FILES[:2]:
                if (source := Path(f"{progress}{suffix}")).exists():
                    shutil.copyfile(source, f"{copy}{suffix}")
        except OSError as error:
            raise StoreError(
                f"{progress} cannot be copied for reading: {error.strerror}. It was not touched."
            ) from error
        if not copy.exists():
            return found
        # page by page first: opening the copy as a database would take in its -wal
        for row in scan_rows(copy, len(LOG_COLUMNS.split(", "))):
            if _is_sound(row):
                found.rows[row[0]] = row
        for name, stored, *_ in scan_rows(copy, 2):
            if _is_preset(stored):
                found.presets[name] = stored
        try:
            with closing(sqlite3.connect(copy)) as connection:
                _read_into(found, connection)
        except (sqlite3.Error, UnicodeDecodeError):
            # it cannot be opened as a database: the pages and the backups are what there is
            return found
    return found


def _read_into(found: Found, connection: sqlite3.Connection) -> None:
    for row in _rows(connection):
        if _is_sound(row):
            found.rows[row[0]] = row
    try:
        found.ids.update(row[0] for row in connection.execute("SELECT id FROM log") if isinstance(row[0], str))
    except sqlite3.Error:
        found.ids.update(found.rows)
    try:
        found.presets.update(connection.execute("SELECT id, json FROM preset"))
    except sqlite3.Error:
        return


def _rows(connection: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    """The rows of the log in the order of writing, going on behind pages that cannot be read."""
    last, step, skipped = 0, ROWS_AT_ONCE, 0
    query = f"SELECT rowid, {LOG_COLUMNS} FROM log WHERE rowid > ? ORDER BY rowid LIMIT ?"
    while skipped < MOST_SKIPPED:
        try:
            rows = connection.execute(query, (last, step)).fetchall()
        except sqlite3.DatabaseError:
            if step > 1:
                step //= 2
            else:
                # this row, and maybe more of its page, cannot be read
                skipped += 1
                last += 1
            continue
        except OverflowError:
            return
        if not rows:
            return
        for row in rows:
            yield row[1:]
        last = rows[-1][0]
        step, skipped = ROWS_AT_ONCE, 0


def _is_sound(row: tuple[Any, ...]) -> bool:
    try:
        review = row_review(row)
        return isinstance(review.id, str) and isinstance(review.at_ms, int) and isinstance(review.study_day, int)
    except (ValueError, TypeError, msgspec.DecodeError):
        return False


def _is_preset(stored: Any) -> bool:
    try:
        msgspec.json.decode(stored, type=Preset)
    except (TypeError, msgspec.DecodeError):
        return False
    return True


def _add_backup(found: Found, path: Path) -> None:
    try:
        inspect(path)
    except StoreError:
        return
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        for row in connection.execute(f"SELECT {LOG_COLUMNS} FROM log"):
            found.rows.setdefault(row[0], row)
        for name, stored in connection.execute("SELECT id, json FROM preset"):
            found.presets.setdefault(name, stored)


def _write(path: Path, found: Found) -> int:
    """Write rows and presets into a new file and derive the states. Returns how many rows found their place."""
    connection = open_writable(path)
    progress = Progress(connection, path)
    columns = LOG_COLUMNS.split(", ")
    preset, withdraws = columns.index("preset_id"), columns.index("withdraws")
    default = msgspec.json.encode(Preset()).decode()
    written = 0
    try:
        with progress.transaction():
            named = {row[preset] for row in found.rows.values() if row[preset]}
            presets = {**dict.fromkeys(named, default), **found.presets}
            connection.executemany("INSERT OR IGNORE INTO preset VALUES (?, ?)", presets.items())
            places = ", ".join("?" * len(columns))
            for name in sorted(found.rows):
                row = found.rows[name]
                if row[withdraws] is not None and row[withdraws] not in found.rows:
                    continue
                connection.execute(f"INSERT OR IGNORE INTO log ({LOG_COLUMNS}) VALUES ({places})", row)
                written += 1
        progress.rebuild()
        with explained(str(path)):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            problem = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    finally:
        progress.close()
    if problem != "ok":
        raise StoreDamaged(
            f"the repaired file {path} is damaged itself ({problem}); the progress file was not touched."
        )
    return written
