"""What can still be read of a damaged progress file, joined with what the backups hold."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from spinequiz.model.cards import Preset
from spinequiz.scheduling.replay import FALLBACK_ROLLOVER_MS
from spinequiz.scheduling.study_day import DAY_MS
from spinequiz.store.absorb import Defaults, Entry, NamedPreset, absorb
from spinequiz.store.backup import inspect, list_backups
from spinequiz.store.connection import SIDE_FILES, open_other, open_writable
from spinequiz.store.earlier import COLUMNS as EARLIER_COLUMNS
from spinequiz.store.earlier import could_be_earlier, restore_earlier
from spinequiz.store.errors import StoreDamaged, StoreError, explained
from spinequiz.store.known import COLUMNS as KNOWN_COLUMNS
from spinequiz.store.known import KnownItem, could_be_known, keep_known
from spinequiz.store.pages import carve_cells, is_cut_off, scan_cells, scan_index, scan_rows
from spinequiz.store.progress import Progress, preset_id
from spinequiz.store.reading import UUID_7, preset_problem
from spinequiz.store.restore import finish_replacing, remove, replace_file
from spinequiz.store.rows import LOG_COLUMNS, row_review, text_of
from spinequiz.store.soundness import is_sound, mended

Row = tuple[Any, ...]

COLUMNS = LOG_COLUMNS.split(", ")
ID, AT_MS, PRESET = map(COLUMNS.index, ("id", "at_ms", "preset_id"))
KNOWN_WIDTH = len(KNOWN_COLUMNS.split(", "))
EARLIER_WIDTH = len(EARLIER_COLUMNS.split(", "))
ROWS_AT_ONCE = 500
MOST_SKIPPED = 2_000
"""Rows in a row that may be unreadable before the rest is left to what was read page by page."""
DEFAULTS = Defaults(Preset(), lambda deck_id: 0.9, lambda day: day * DAY_MS + FALLBACK_ROLLOVER_MS)


class Salvaged(NamedTuple):
    """What became of a damaged file: rows read from it, rows that only a backup had, rows known to be lost.

    `partly` counts those read of which something less than the rating was unreadable, `uncounted` tells that the
    file may have held more than is known, `last_ms` is the instant of the newest row that was brought back, `kept`
    where the damaged file is.
    """

    read: int
    from_backups: int
    lost: int
    partly: int
    uncounted: bool
    last_ms: int | None
    kept: Path | None


class Found:
    """What was read: sound rows of the log by id, others by row id, presets, and the ids that the file's index has.

    `noted` are those of an index that could only be read page by page, `known` what was last known of the decks'
    items, by which a deck that changed meanwhile is told, `earlier` what they were before that.
    """

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.places: dict[int, str] = {}
        self.unsound: dict[int, Row] = {}
        self.presets: dict[str, Preset] = {}
        self.index: dict[int, str] = {}
        self.index_by_card: dict[int, str] = {}
        self.noted: set[str] = set()
        self.known: dict[tuple[str, str], KnownItem] = {}
        self.earlier: dict[tuple[str, str, int], Row] = {}
        self.cut_off = False
        self.partly = 0

    def keep(self, place: int, row: Row) -> None:
        """Take a row that stands at a row id, in the place of what was read there before."""
        if is_sound(row):
            self.rows[row[ID]] = row
            self.places[place] = row[ID]
            self.unsound.pop(place, None)
        elif place not in self.places:
            self.unsound[place] = row

    def keep_presets(self, stored: Iterable[tuple[Any, Any]]) -> None:
        """Take presets: one whose name is the hash of its content stays, whatever comes later."""
        for name, text in stored:
            with suppress(TypeError, msgspec.DecodeError):
                preset = msgspec.json.decode(text, type=Preset)
                known = self.presets.get(name)
                if isinstance(name, str) and not preset_problem(preset) and (known is None or preset_id(known) != name):
                    self.presets[name] = preset

    def keep_known(self, rows: Iterable[Row]) -> None:
        """Take what was known of items of which nothing else was taken before."""
        for row in rows:
            if could_be_known(row):
                item = KnownItem(*row)
                self.known.setdefault((item.deck_id, item.item_id), item._replace(gone=bool(item.gone)))

    def keep_earlier(self, rows: Iterable[Row]) -> None:
        """Take earlier versions of items that were not taken before."""
        for row in rows:
            if could_be_earlier(row):
                self.earlier.setdefault(row[:3], row)

    def lost(self) -> int:
        """How many rows the file had that are not among the rows, as far as that can be told.

        Row ids of the log have no gaps.
        """
        indexed = sum(
            place not in self.places and name not in self.rows and UUID_7.fullmatch(name) is not None
            for place, name in self.index.items()
        )
        seen = {*self.places, *self.unsound, *self.index}
        # a row id may be damaged too
        last = max((place for place in seen if 0 < place <= 4 * len(seen) + 100), default=0)
        return max(indexed, last - len(self.rows), len(self.noted - self.rows.keys()), 0)


def salvage(progress: Path, now_ms: int) -> Salvaged:
    """Make a sound progress file of a damaged one and the backups. The damaged file is kept as it is.

    The new file takes the place of the old one only when it is whole. Raises StoreError; then nothing changed.
    """
    finish_replacing(progress)
    found = read_damaged(progress)
    from_file = set(found.rows)
    add_backups(found, progress)
    add_mended(found)
    temporary = progress.with_name(progress.name + ".salvage")
    try:
        remove(temporary)
        _write(temporary, found)
        inspect(temporary)
    except OSError as error:
        raise StoreError(f"{temporary} cannot be written: {error.strerror}. Nothing was changed.") from error
    except StoreError:
        with suppress(OSError):
            remove(temporary)
        raise
    kept = replace_file(progress, temporary, now_ms)
    read = len(from_file & found.rows.keys()) + found.partly
    last = max((row[AT_MS] for row in found.rows.values()), default=None)
    return Salvaged(read, len(found.rows) - read, found.lost(), found.partly, found.cut_off, last, kept)


def read_damaged(progress: Path) -> Found:
    """Every row that can be read, from a copy, so that the damaged file stays as it is."""
    found = Found()
    folder = progress.with_name(progress.name + ".reading")
    copy = folder / "damaged.db"
    try:
        # of a program that was stopped
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        for suffix in SIDE_FILES[:2]:
            if (source := Path(f"{progress}{suffix}")).exists():
                shutil.copyfile(source, f"{copy}{suffix}")
        if not copy.exists():
            # what the -wal holds can be read page by page
            copy.touch()
        _read_copy(found, copy)
    except OSError as error:
        raise StoreError(f"{progress} cannot be copied for reading: {error.strerror}. It was not touched.") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return found


def _read_copy(found: Found, copy: Path) -> None:
    found.cut_off = is_cut_off(copy)
    # page by page first: opening the copy as a database would take in its -wal
    for place, row in scan_cells(copy, len(COLUMNS)):
        found.keep(place, row)
    carved = list(carve_cells(copy, len(COLUMNS)))
    found.keep_presets((row[0], row[1]) for row in scan_rows(copy, 2))
    known, earlier = [], []
    for row in scan_index(copy, 2, KNOWN_WIDTH, EARLIER_WIDTH):
        if len(row) == KNOWN_WIDTH:
            known.append(row)
        elif len(row) == EARLIER_WIDTH:
            earlier.append(row)
        elif isinstance(row[0], str) and UUID_7.fullmatch(row[0]):
            found.noted.add(row[0])
    try:
        with closing(sqlite3.connect(copy)) as connection:
            connection.text_factory = text_of
            _read_database(found, connection)
    except (sqlite3.Error, UnicodeDecodeError):
        # it cannot be opened as a database: the pages and the backups are what there is
        pass
    if not found.known:
        # what was written last stands last
        found.keep_known(reversed(known))
    if not found.earlier:
        found.keep_earlier(earlier)
    for place, row in carved:
        if place not in found.places and row[ID] not in found.rows:
            found.keep(place, row)


def _read_database(found: Found, connection: sqlite3.Connection) -> None:
    for place, row in _rows(connection):
        found.keep(place, row)
    with suppress(sqlite3.Error):
        found.index.update(connection.execute("SELECT rowid, id FROM log INDEXED BY sqlite_autoindex_log_1"))
        found.noted.clear()
    with suppress(sqlite3.Error):
        found.index_by_card.update(connection.execute("SELECT rowid, id FROM log INDEXED BY log_by_card"))
    with suppress(sqlite3.Error):
        found.keep_presets(connection.execute("SELECT id, json FROM preset"))
    with suppress(sqlite3.Error):
        found.keep_known(connection.execute(f"SELECT {KNOWN_COLUMNS} FROM known_item").fetchall())
    with suppress(sqlite3.Error):
        found.keep_earlier(connection.execute(f"SELECT {EARLIER_COLUMNS} FROM earlier_item").fetchall())


def _rows(connection: sqlite3.Connection) -> Iterator[tuple[int, Row]]:
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
            yield row[0], row[1:]
        last = rows[-1][0]
        step, skipped = ROWS_AT_ONCE, 0


def add_backups(found: Found, progress: Path) -> None:
    """Join the sound rows of the sound backups.

    Where a row differs from the one in the damaged file, what most of the backups hold counts, the newest first.
    """
    votes: dict[str, Counter[Row]] = {}
    agreeing: Counter[str] = Counter()
    for backup in list_backups(progress):
        try:
            inspect(backup.path)
            connection = open_other(backup.path)
        except StoreError:
            continue
        if connection is None:
            continue
        with closing(connection):
            connection.text_factory = text_of
            for row in connection.execute(f"SELECT {LOG_COLUMNS} FROM log"):
                if found.rows.get(row[ID]) == row:
                    agreeing[row[ID]] += 1
                elif is_sound(row):
                    votes.setdefault(row[ID], Counter())[row] += 1
            found.keep_presets(connection.execute("SELECT id, json FROM preset"))
            found.keep_known(connection.execute(f"SELECT {KNOWN_COLUMNS} FROM known_item"))
            found.keep_earlier(connection.execute(f"SELECT {EARLIER_COLUMNS} FROM earlier_item"))
    for name, rows in votes.items():
        if agreeing[name]:
            rows[found.rows[name]] = agreeing[name]
        found.rows[name] = rows.most_common(1)[0][0]
    for place, name in found.index.items():
        read = found.places.get(place)
        if read in found.rows and read != name and (name in votes or found.index_by_card.get(place) == name):
            # the id in the table is damaged: the backups or another index confirm the one in the index
            row = found.rows.pop(read)
            found.places[place] = name
            if name not in found.rows and is_sound(renamed := (name, *row[1:])):
                found.rows[name] = renamed
    _drop_misnamed(found, votes.keys(), agreeing.keys())
    _check_presets(found)


def _drop_misnamed(found: Found, added: Collection[str], confirmed: Collection[str]) -> None:
    """Drop rows of the file whose ids alone are damaged: they are the same as rows that the backups have added."""
    whole = {found.rows[name][1:] for name in added if name in found.rows}
    for name, row in list(found.rows.items()):
        if name not in added and name not in confirmed and row[1:] in whole:
            del found.rows[name]


def _check_presets(found: Found) -> None:
    """Set rows aside whose preset is known to nobody: many name one that is lost, a single one is damaged itself."""
    named = Counter(row[PRESET] for row in found.rows.values())
    for place, name in list(found.places.items()):
        row = found.rows.get(name)
        if row is not None and row[PRESET] not in (None, *found.presets) and named[row[PRESET]] == 1:
            found.unsound[place] = found.rows.pop(name)
            del found.places[place]


def add_mended(found: Found) -> None:
    """Add the rows that no backup has and of which something is unreadable, without that."""
    for place, row in found.unsound.items():
        kept = list(enumerate(row))[1:]
        name = row[ID]
        if not (isinstance(name, str) and UUID_7.fullmatch(name)):
            name = found.index.get(place, "")
        whole = mended((name, *(value if at != PRESET or value in found.presets else None for at, value in kept)))
        if whole is not None and name not in found.rows:
            found.rows[name] = whole
            found.places[place] = name
            found.partly += 1


def _write(path: Path, found: Found) -> None:
    """Write rows and presets into a new file and derive the states."""
    progress = Progress(open_writable(path), path)
    connection = progress.connection
    try:
        absorb(progress, _entries(found), DEFAULTS, expected=len(found.rows), patient=True)
        progress.rebuild()
        with progress.transaction():
            keep_known(connection, found.known.values())
            restore_earlier(connection, found.earlier.values())
        # a row that takes back what was lost has nothing to take back
        with explained(str(path)):
            there = {row[0] for row in connection.execute("SELECT id FROM log")}
            # no -wal beside it: the file is moved alone
            connection.execute("PRAGMA journal_mode = DELETE")
            problem = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    finally:
        progress.close()
    for name in found.rows.keys() - there:
        del found.rows[name]
    if problem != "ok":
        raise StoreDamaged(
            f"the repaired file {path} is damaged itself ({problem}); the progress file was not touched."
        )
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _entries(found: Found) -> Iterator[Entry]:
    named = {row[PRESET] for row in found.rows.values() if row[PRESET]}
    for name in sorted(named | found.presets.keys()):
        yield NamedPreset(name, found.presets.get(name, Preset()))
    for name in sorted(found.rows):
        yield row_review(found.rows[name])
