"""Putting a backup back: what would change is said first, and the present state is kept as a backup."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path
from typing import NamedTuple

from spinequiz.store.backup import Backup, Contents, backup_folder, contents, inspect, make_backup
from spinequiz.store.connection import open_writable
from spinequiz.store.errors import StoreError, explained

SIDE_FILES = ("", "-wal", "-shm")


class Change(NamedTuple):
    """What restoring a file would do: rows that are only here now, rows that would come back, what it holds."""

    lost: int
    regained: int
    contents: Contents


def preview(progress: Path, source: Path) -> Change:
    """Compare a backup with the present progress file, which may be missing or damaged. Raises StoreError."""
    held = inspect(source)
    try:
        present = open_writable(progress) if progress.exists() else None
    except StoreError:
        present = None
    if present is None:
        return Change(0, held.rows, held)
    try:
        with explained(str(progress)):
            present.execute("ATTACH ? AS other", (str(source),))
            lost = present.execute("SELECT count(*) FROM main.log WHERE id NOT IN (SELECT id FROM other.log)")
            regained = present.execute("SELECT count(*) FROM other.log WHERE id NOT IN (SELECT id FROM main.log)")
            return Change(lost.fetchone()[0], regained.fetchone()[0], held)
    finally:
        present.close()


def restore(progress: Path, source: Path, now_ms: int) -> Path | None:
    """Make the progress file what a backup holds. Returns where the present state was kept, if there was one.

    A sound file is overwritten through SQLite, so that other programs see it whole; a damaged one is moved
    aside with its -wal and -shm, byte by byte as it was. Raises StoreError; then nothing has changed.
    """
    inspect(source)
    kept = keep_present(progress, now_ms)
    with explained(str(progress)):
        backup = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)
        present = open_writable(progress)
        try:
            backup.backup(present)
            present.execute("PRAGMA journal_mode = WAL")
            if contents(present) != contents(backup):
                raise StoreError(f"{progress} could not be restored whole; the state before is in {kept}.")
        finally:
            present.close()
            backup.close()
    # the shape of an old backup is brought up to date
    open_writable(progress).close()
    return kept


def keep_present(progress: Path, now_ms: int) -> Path | None:
    """Keep the present state: as a verified backup where it is sound, else moved aside as it is."""
    if not progress.exists() or progress.stat().st_size == 0:
        return None
    try:
        inspect(progress)
        connection = open_writable(progress)
    except StoreError:
        return set_aside(progress, now_ms)
    try:
        backup: Backup = make_backup(connection, progress, now_ms)
    finally:
        connection.close()
    return backup.path


def set_aside(progress: Path, now_ms: int) -> Path:
    """Move a damaged file, with what belongs to it, into the backup folder, unchanged. Raises StoreError."""
    folder = backup_folder(progress)
    target = folder / f"damaged-{now_ms}.db"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for suffix in SIDE_FILES:
            source = Path(f"{progress}{suffix}")
            if source.exists():
                shutil.copy2(source, f"{target}{suffix}")
        for suffix in reversed(SIDE_FILES):
            Path(f"{progress}{suffix}").unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"the damaged file {progress} could not be moved to {folder}: {error.strerror}. It was not touched."
        ) from error
    os.chmod(target, 0o600)
    return target
