"""Looks a progress file over: first as a database, then for what the log and the states should agree on."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import msgspec

from spinequiz.model.responses import decode_response
from spinequiz.scheduling.replay import replay_card
from spinequiz.scheduling.study_day import DAY_MS
from spinequiz.store.connection import open_writable
from spinequiz.store.derive import ALL_ROWS, grouped
from spinequiz.store.errors import StoreError, explained
from spinequiz.store.migrations import APPLICATION_ID
from spinequiz.store.progress import Progress
from spinequiz.store.rows import text_of

SYNCED = ("dropbox", "onedrive", "google drive", "googledrive", "icloud", "mobile documents", "nextcloud", "syncthing")


class Cure(StrEnum):
    """What mends a finding."""

    SALVAGE = "salvage"
    REBUILD = "rebuild"
    PERMISSIONS = "permissions"
    BY_HAND = "by hand"
    NONE = "none"


class Finding(NamedTuple):
    """Something that is not as it should be, or that one should know; `cure` NONE is for knowing only."""

    rule: str
    message: str
    cure: Cure


def examine(path: Path, now_ms: int) -> list[Finding]:
    """What is wrong with a progress file. Nothing is changed."""
    found = list(_surroundings(path))
    if not path.exists():
        if Path(f"{path}-wal").exists():
            found.append(Finding("missing-file", f"{path} is missing, but its -wal file is there", Cure.SALVAGE))
        return found
    broken = _database(path)
    if broken is not None:
        return [*found, broken]
    with closing(open_writable(path)) as connection, explained(str(path)):
        connection.text_factory = text_of
        found += _agreement(connection, path)
        found += _contents(connection, now_ms)
    return found


def _surroundings(path: Path) -> Iterator[Finding]:
    lowered = str(path.absolute()).casefold()
    if any(name in lowered for name in SYNCED):
        yield Finding(
            "synced-folder",
            f"{path.parent} looks like a folder that is synced: two machines can damage the database there. "
            "Set SPINEQUIZ_HOME to another folder, and use `shared_folder` in the settings for several machines",
            Cure.BY_HAND,
        )
    if os.name != "posix":
        return
    for file in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
            yield Finding("open-permissions", f"{file} can be read by others", Cure.PERMISSIONS)


def _database(path: Path) -> Finding | None:
    if path.stat().st_size == 0:
        return Finding("empty-file", f"{path} has no content", Cure.SALVAGE)
    try:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=5)) as connection:
            if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                return Finding("foreign-file", f"{path} is no progress file of spinequiz", Cure.SALVAGE)
            problems = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        # SQLite quotes a damaged schema, which may be no text, in what it says
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise StoreError(f"another program is writing to {path}. Close it, then look again.") from error
        return Finding("damaged-file", f"{path} is damaged: {error}", Cure.SALVAGE)
    if problems != ["ok"]:
        return Finding(
            "damaged-file", f"{path} is damaged: {'; '.join(' '.join(p.split()) for p in problems)}", Cure.SALVAGE
        )
    return None


def _agreement(connection: sqlite3.Connection, path: Path) -> Iterator[Finding]:
    """States and marks, held against the replay of the log."""
    progress = Progress(connection, path)
    presets = progress.presets()
    differing = 0
    logged = 0
    for card, entries in grouped(connection, connection.cursor().execute(ALL_ROWS)):
        logged += 1
        replayed = replay_card(entries, presets)
        if replayed.state != progress.state(card) or replayed.marks != progress.marks(card):
            differing += 1
    strays = connection.execute(
        "SELECT count(*) FROM state s WHERE NOT EXISTS (SELECT 1 FROM log l WHERE l.deck_id = s.deck_id "
        "AND l.item_id = s.item_id AND l.variant = s.variant)"
    ).fetchone()[0]
    if differing or strays:
        yield Finding(
            "states-differ", f"{differing + strays} cards of {logged} stand otherwise than their log says", Cure.REBUILD
        )


def _contents(connection: sqlite3.Connection, now_ms: int) -> Iterator[Finding]:
    unreadable = sum(
        not _reads(row[0]) for row in connection.execute("SELECT response FROM log WHERE response NOT NULL")
    )
    if unreadable:
        yield Finding(
            "unreadable-responses",
            f"{unreadable} stored responses are malformed; they stay in the history and are never scored again",
            Cure.NONE,
        )
    future = connection.execute("SELECT count(*) FROM log WHERE at_ms > ?", (now_ms + DAY_MS,)).fetchone()[0]
    if future:
        yield Finding(
            "reviews-in-the-future", f"{future} rows are dated more than a day ahead: check the clock", Cure.BY_HAND
        )
    orphans = connection.execute(
        "SELECT count(*) FROM state s WHERE NOT EXISTS (SELECT 1 FROM card c WHERE c.deck_id = s.deck_id "
        "AND c.item_id = s.item_id AND c.variant = s.variant)"
    ).fetchone()[0]
    if orphans:
        yield Finding(
            "orphans", f"{orphans} studied cards belong to no deck at hand; they come back with their items", Cure.NONE
        )


def _reads(stored: str) -> bool:
    try:
        decode_response(stored)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True
