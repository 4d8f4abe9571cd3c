"""Looks a progress file over: first as a database, then for what the log and the states should agree on."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from spinequiz.model.cards import NO_MARKS, CardKey
from spinequiz.model.responses import decode_response
from spinequiz.scheduling.replay import Replayed
from spinequiz.scheduling.study_day import DAY_MS
from spinequiz.store import migrations
from spinequiz.store.backup import inspect, list_backups
from spinequiz.store.connection import MENDED, open_other, open_readable, readable_uri, require_files
from spinequiz.store.derive import ALL_TO_VERIFY, PIECE_ROWS, Differing, replays
from spinequiz.store.errors import StoreDamaged, StoreError, explain, explained
from spinequiz.store.progress import Progress
from spinequiz.store.relinks import COUNTS
from spinequiz.store.rows import LOG_COLUMNS, Row, with_any_text
from spinequiz.store.soundness import is_sound
from spinequiz.store.tail import is_tail_damaged
from spinequiz.store.workers import mapped

NOT_OF_THE_FILE = (
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
)
"""Errors that tell of the disk or the folder, not of what the file holds."""
SYNCED = ("dropbox", "onedrive", "google drive", "googledrive", "icloud", "mobile documents", "nextcloud", "syncthing")

Advanced = Callable[[int, int], None]


class Cure(StrEnum):
    """What mends a finding."""

    FINISH = "finish"
    SALVAGE = "salvage"
    REBUILD = "rebuild"
    PERMISSIONS = "permissions"
    BY_HAND = "by hand"
    NONE = "none"


class Finding(NamedTuple):
    """Something that is not as it should be, or that one should know; `cure` NONE is for knowing only.

    `differing` are the cards of a finding that REBUILD mends.
    """

    rule: str
    message: str
    cure: Cure
    differing: Differing | None = None


def examine(path: Path, now_ms: int, advanced: Advanced = lambda done, total: None) -> list[Finding]:
    """What is wrong with a progress file. Nothing is changed.

    `advanced` is told how many rows of the log were looked at, of how many; each is looked at twice.
    """
    require_files(path)
    found = list(_surroundings(path))
    if path.with_name(path.name + MENDED).exists():
        return [*found, Finding("unfinished-repair", f"a repair of {path} was stopped half way", Cure.FINISH)]
    if not path.exists():
        tail = Path(f"{path}-wal")
        if tail.exists() and tail.stat().st_size:
            found.append(Finding("missing-file", f"{path} is missing, but its -wal file is there", Cure.SALVAGE))
        return found
    if not os.access(path, os.R_OK):
        return found
    broken = _database(path)
    if broken is not None:
        return [*found, broken]
    if is_tail_damaged(path):
        return [*found, Finding("damaged-log", f"answers in {path}-wal stand behind damaged bytes", Cure.SALVAGE)]
    try:
        connection = open_other(path) if _is_older(path) else open_readable(path)
        if connection is None:
            return found
        with closing(connection), explained(str(path)):
            found += with_any_text(connection, lambda: list(_look(connection, path, now_ms, advanced)))
    except StoreDamaged as error:
        return [*found, Finding("damaged-file", f"{path} is damaged: {error.detail or error}", Cure.SALVAGE)]
    return found


def _surroundings(path: Path) -> Iterator[Finding]:
    lowered = f"{path.absolute()}\n{os.path.realpath(path)}".casefold()
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
        if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o600 != 0o600:
            yours = os.geteuid() in (0, file.stat().st_uid)
            what = f"{file} is closed to " + ("you, for reading or writing" if yours else "you: it is another user's")
            yield Finding("closed-permissions", what, Cure.PERMISSIONS if yours else Cure.BY_HAND)


def _database(path: Path) -> Finding | None:
    if path.stat().st_size == 0:
        return Finding("empty-file", f"{path} has no content", Cure.SALVAGE)
    try:
        with closing(_connect(path)) as connection:
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not tables:
                # a start that was stopped before the first table
                return None
            if connection.execute("PRAGMA application_id").fetchone()[0] != migrations.APPLICATION_ID:
                return Finding("foreign-file", f"{path} is no progress file of spinequiz", Cure.SALVAGE)
            if not 1 <= migrations.version(connection) <= len(migrations.STEPS):
                return _version(connection, path)
            problems = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
            if problems == ["ok"] and migrations.version(connection) == len(migrations.STEPS):
                problems = [] if migrations.is_known_shape(connection, alone=False) else ["its schema is not as it was"]
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        # SQLite quotes a damaged schema, which may be no text, in what it says
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise StoreError(f"another program is writing to {path}. Close it, then look again.") from error
        if code in NOT_OF_THE_FILE and isinstance(error, sqlite3.Error):
            raise explain(error, str(path)) from error
        return Finding("damaged-file", f"{path} is damaged: {error}", Cure.SALVAGE)
    if problems not in ([], ["ok"]):
        return Finding(
            "damaged-file", f"{path} is damaged: {'; '.join(' '.join(p.split()) for p in problems)}", Cure.SALVAGE
        )
    return None


def _connect(path: Path) -> sqlite3.Connection:
    """The file as it is, whatever it is. Raises StoreDamaged and StoreError before anything is read."""
    return sqlite3.connect(readable_uri(path), uri=True, isolation_level=None, timeout=5)


def _is_older(path: Path) -> bool:
    """Whether the file waits for being brought up to date, which a look at it does not do."""
    with explained(str(path)), closing(_connect(path)) as connection:
        return 0 < migrations.version(connection) < len(migrations.STEPS)


def _version(connection: sqlite3.Connection, path: Path) -> Finding:
    """A version that this program does not know: of a newer one, or a damaged header of ours."""
    found = migrations.version(connection)
    if found > 0 and not migrations.is_known_shape(connection, alone=True):
        return Finding(
            "newer-file", f"{path} was written by a newer spinequiz (format {found}): update this program", Cure.BY_HAND
        )
    return Finding("damaged-file", f"{path} is damaged: its header names the format {found}", Cure.SALVAGE)


def _look(connection: sqlite3.Connection, path: Path, now_ms: int, advanced: Advanced) -> Iterator[Finding]:
    rows = connection.execute("SELECT count(*) FROM log").fetchone()[0]
    broken = _rows(connection, path, lambda done: advanced(done, 2 * rows))
    if broken is not None:
        yield broken
        if broken.cure is Cure.SALVAGE:
            return
    yield from _agreement(connection, path, lambda done: advanced(rows + done, 2 * rows))
    yield from _contents(connection, now_ms)


def _rows(connection: sqlite3.Connection, path: Path, advanced: Callable[[int], None]) -> Finding | None:
    """Rows that cannot be what was written, or that are not what the newest backup says that they were."""
    presets = frozenset(row[0] for row in connection.execute("SELECT id FROM preset"))
    rows = connection.execute(f"SELECT {LOG_COLUMNS} FROM log")
    unsound = done = 0
    for piece, found in mapped(partial(_unsound, presets), iter(lambda: rows.fetchmany(PIECE_ROWS), [])):
        unsound += found
        done += len(piece)
        advanced(done)
    if unsound:
        what = f"{unsound} rows of the log in {path} cannot be what was written"
        return Finding("unreadable-rows", what, Cure.SALVAGE)
    try:
        backups = list_backups(path)
    except StoreError as error:
        return Finding("unreadable-backups", str(error), Cure.BY_HAND)
    for backup in backups:
        try:
            inspect(backup.path)
        except StoreError:
            continue
        connection.execute("ATTACH ? AS other", (f"{backup.path.absolute().as_uri()}?mode=ro",))
        try:
            if migrations.version(connection, "other") != migrations.version(connection):
                return None
            differing = connection.execute(
                f"SELECT count(*) FROM (SELECT {LOG_COLUMNS} FROM other.log EXCEPT SELECT {LOG_COLUMNS} FROM main.log) "
                "WHERE id IN (SELECT id FROM main.log)"
            ).fetchone()[0]
        finally:
            connection.execute("DETACH other")
        if differing:
            what = f"{differing} rows of the log are others in {path} than in {backup.path}: one of these is damaged"
            return Finding("rows-differ", what, Cure.SALVAGE)
        return None
    return None


def _unsound(presets: frozenset[str], rows: list[Row]) -> int:
    return sum(not is_sound(row, presets) for row in rows)


def _agreement(connection: sqlite3.Connection, path: Path, advanced: Callable[[int], None]) -> Iterator[Finding]:
    """States and marks, held against the replay of the log."""
    progress = Progress(connection, path)
    differing = Differing(connection)
    count = logged = 0
    rows = _counted(connection.cursor().execute(ALL_TO_VERIFY), advanced)
    for card, replayed in replays(connection, rows, progress.presets(), verify=True):
        logged += 1
        if replayed.state != progress.state(card) or replayed.marks != progress.marks(card):
            count += 1
            differing.add(card, replayed)
    strays = connection.execute(
        "SELECT * FROM (SELECT deck_id, item_id, variant FROM state UNION "
        "SELECT deck_id, item_id, variant FROM mark) s WHERE NOT EXISTS (SELECT 1 FROM log l "
        "WHERE l.deck_id = s.deck_id AND l.item_id = s.item_id AND l.variant = s.variant)"
    )
    for names in strays:
        count += 1
        differing.add(CardKey(*names), Replayed(None, NO_MARKS))
    if count:
        yield Finding(
            "states-differ",
            f"{count} cards of {logged} stand otherwise than their log says",
            Cure.REBUILD,
            differing,
        )


def _counted(rows: Iterable[Row], advanced: Callable[[int], None]) -> Iterator[Row]:
    for done, row in enumerate(rows, 1):
        yield row
        if done % PIECE_ROWS == 0:
            advanced(done)


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
        "AND c.item_id = s.item_id AND c.variant = s.variant) AND NOT EXISTS (SELECT 1 FROM log r "
        "WHERE r.previous_deck = s.deck_id AND r.previous_item = s.item_id AND r.variant = s.variant "
        f"AND r.{COUNTS})"
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
