"""Putting a backup back: what would change is said first, and the present state is kept as a backup."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

from spinequiz.store.backup import (
    Contents,
    backup_folder,
    contents,
    copy_database,
    inspect,
    make_backup,
    sync_folder,
)
from spinequiz.store.connection import (
    BUSY_SECONDS,
    MENDED,
    SIDE_FILES,
    open_other,
    open_readable,
    open_writable,
    readable_uri,
)
from spinequiz.store.errors import StoreBusy, StoreError, explain, explained


class Change(NamedTuple):
    """What restoring a file would do: rows that are only here now, rows that would come back, what it holds."""

    lost: int
    regained: int
    contents: Contents


def preview(progress: Path, source: Path) -> Change:
    """Compare a backup with the present progress file, which may be missing or damaged. Raises StoreError."""
    held = _inspect_backup(source)
    try:
        present = open_readable(progress)
    except StoreError:
        present = None
    if present is None:
        return Change(0, held.rows, held)
    with closing(present):
        try:
            with explained(str(progress)):
                present.execute("ATTACH ? AS other", (readable_uri(source),))
                lost = present.execute("SELECT count(*) FROM main.log WHERE id NOT IN (SELECT id FROM other.log)")
                regained = present.execute("SELECT count(*) FROM other.log WHERE id NOT IN (SELECT id FROM main.log)")
                return Change(lost.fetchone()[0], regained.fetchone()[0], held)
        except StoreError:
            # the present file is damaged within
            return Change(0, held.rows, held)


def restore(progress: Path, source: Path, now_ms: int) -> Path | None:
    """Make the progress file what a backup holds. Returns where the present state was kept, if there was one.

    A sound file is overwritten through SQLite, in one transaction, so that other programs see it whole; a damaged one
    is kept with its -wal and -shm, byte by byte as it was, and replaced. Raises StoreError; then nothing has changed.
    """
    _inspect_backup(source)
    finish_replacing(progress)
    if progress.exists() and progress.samefile(source):
        raise StoreError(f"{source} is the progress file in use; there is nothing to restore.")
    kept = _keep_sound(progress, now_ms)
    with closing(sqlite3.connect(readable_uri(source), uri=True)) as backup:
        if kept is None:
            kept = replace_file(progress, _copied(progress, backup), now_ms)
        else:
            _overwrite(progress, backup)
    # the shape of an old backup is brought up to date
    open_writable(progress).close()
    return kept


def _inspect_backup(source: Path) -> Contents:
    """What a backup holds that this program can use. Raises StoreError."""
    held = inspect(source)
    found = open_other(source)
    if found is not None:
        found.close()
    return held


def _keep_sound(progress: Path, now_ms: int) -> Path | None:
    """Keep the present state as a verified backup; None if there is none, or none that is sound."""
    if not progress.exists() or progress.stat().st_size == 0:
        return None
    try:
        inspect(progress)
        connection = open_writable(progress)
    except StoreBusy:
        raise
    except StoreError:
        return None
    with closing(connection):
        return make_backup(connection, progress, now_ms).path


def _overwrite(progress: Path, backup: sqlite3.Connection) -> None:
    give_up = time.monotonic() + BUSY_SECONDS

    def waited(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > give_up:
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise error

    with explained(str(progress)), closing(open_writable(progress, BUSY_SECONDS)) as present:
        backup.backup(present, progress=waited, sleep=0.05)
        present.execute("PRAGMA journal_mode = WAL")
        if contents(present) != contents(backup):
            raise StoreError(f"{progress} could not be restored whole; the state before is in its folder of backups.")


def _copied(progress: Path, backup: sqlite3.Connection) -> Path:
    """A whole and verified copy of a backup beside the progress file."""
    temporary = progress.with_name(progress.name + ".restore")
    try:
        progress.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        remove(temporary)
        os.close(os.open(temporary, os.O_RDWR | os.O_CREAT, 0o600))
        copy_database(backup, temporary)
        inspect(temporary)
    except sqlite3.Error as error:
        remove(temporary)
        raise explain(error, str(temporary)) from error
    except OSError as error:
        remove(temporary)
        raise StoreError(f"{temporary} cannot be written: {error.strerror}. Nothing was changed.") from error
    return temporary


def replace_file(progress: Path, whole: Path, now_ms: int) -> Path | None:
    """Put a whole file, which is on the disk, in the place of a damaged one. Returns where the latter is kept.

    A program that is stopped on the way leaves a state that `finish_replacing` completes and that nothing else
    takes for a sound one. Raises StoreError; then nothing has changed.
    """
    try:
        kept = set_aside(progress, now_ms)
        mended = progress.with_name(progress.name + MENDED)
        os.replace(whole, mended)
        sync_folder(progress.parent)
    except (OSError, StoreError) as error:
        with suppress(OSError):
            remove(whole)
        if isinstance(error, StoreError):
            raise
        raise StoreError(f"{progress} could not be replaced: {error.strerror}. It was not touched.") from error
    finish_replacing(progress)
    return kept


def finish_replacing(progress: Path) -> bool:
    """Complete what `replace_file` began, if it was stopped. Returns whether there was something to do."""
    mended = progress.with_name(progress.name + MENDED)
    if not mended.exists():
        return False
    try:
        inspect(mended)
    except StoreError:
        remove(mended)
        return False
    try:
        for suffix in reversed(SIDE_FILES[1:]):
            # a log of the damaged file must not meet the whole one
            Path(f"{progress}{suffix}").unlink(missing_ok=True)
        os.replace(mended, progress)
        sync_folder(progress.parent)
    except OSError as error:
        raise StoreError(
            f"{mended} could not take the place of {progress}: {error.strerror}. "
            "Both are there; run `spinequiz doctor --fix` again."
        ) from error
    return True


def set_aside(progress: Path, now_ms: int) -> Path | None:
    """Copy a damaged file, with what belongs to it, into the backup folder, unchanged; None if there is nothing.

    Raises StoreError.
    """
    folder = backup_folder(progress)
    there = [suffix for suffix in SIDE_FILES if Path(f"{progress}{suffix}").exists()]
    if not there:
        return None
    target = folder / f"damaged-{now_ms}.db"
    number = 2
    while target.exists():
        target = folder / f"damaged-{now_ms}-{number}.db"
        number += 1
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for suffix in reversed(there):
            # a half copy is swept with those of backups
            half = folder / f"{target.name}.tmp{suffix}"
            with suppress(FileNotFoundError):
                half.unlink()
            os.close(os.open(half, os.O_WRONLY | os.O_CREAT, 0o600))
            shutil.copyfile(f"{progress}{suffix}", half)
            os.replace(half, f"{target}{suffix}")
        sync_folder(folder)
    except OSError as error:
        for suffix in there:
            with suppress(OSError):
                (folder / f"{target.name}.tmp{suffix}").unlink(missing_ok=True)
                Path(f"{target}{suffix}").unlink(missing_ok=True)
        raise StoreError(
            f"the damaged file {progress} could not be copied to {folder}: {error.strerror}. It was not touched."
        ) from error
    return Path(f"{target}{there[0]}")


def remove(database: Path) -> None:
    """Remove a database that is nobody's, with its -wal, -shm and journal. Raises OSError."""
    for suffix in (*SIDE_FILES, "-journal"):
        Path(f"{database}{suffix}").unlink(missing_ok=True)
