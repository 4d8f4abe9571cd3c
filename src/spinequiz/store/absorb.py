"""Uniting logs: rows of another machine, a backup or another program are added to the log of this one.

The union goes by the ids of rows, so that it comes out the same in any order and any number of times. Everything
happens in one transaction, row by row: memory does not grow with the log.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec

from spinequiz.model.cards import Preset, Review
from spinequiz.store.derive import ALL_ROWS, LEAN_COLUMNS, derive
from spinequiz.store.errors import StoreError, damaged, explained
from spinequiz.store.partitions import Terms
from spinequiz.store.progress import Progress, preset_id
from spinequiz.store.rows import LOG_COLUMNS, NAMES, Row, insert_rows, review_row
from spinequiz.store.schedule import Scheduled, schedule
from spinequiz.store.waiting import Packed, Waiting, is_bare

CHUNK = 2000
"""Rows that are written together."""
MANY = 50_000
"""From so many rows on, indexes are made anew instead of being kept up row by row."""
CACHE_KIB = 64 * 1024
SORTED_KIB = 8 * 1024
"""The cache while indexes are made. SQLite sorts as much at once: more takes longer, as it leaves the processor's."""
KEPT_UP = ("log_withdrawn", "log_relinks", "log_relinked")
"""Indexes that few rows are in: to keep them up costs less than to look for those rows again."""
KIND = NAMES.index("kind")
THEIR_CARD = "t.deck_id = a.deck_id AND t.item_id = a.item_id AND t.variant = a.variant"
QUALIFIED = ", ".join(f"l.{name}" for name in NAMES)


class NamedPreset(NamedTuple):
    """A preset under the name by which rows know it."""

    name: str
    preset: Preset


Entry = Review | Row | Packed | NamedPreset
"""Rows are those of `review_row`."""


class Defaults(NamedTuple):
    """What answers of other programs are scheduled with: they say nothing of it.

    `desired_retention` takes a deck's id, `day_start` gives the instant (ms) at which a study day starts.
    """

    preset: Preset
    desired_retention: Callable[[str], float]
    day_start: Callable[[int], int]


class Absorbed(NamedTuple):
    """Rows that were new here, rows that were here already, cards that new rows belong to.

    `waiting` are the ids of rows that take back a row which is not here yet; they were left out.
    """

    added: int
    known: int
    cards: int
    waiting: tuple[str, ...] = ()


class NotAbsorbed(StoreError):
    """The rows do not fit the log; nothing was changed."""


def absorb(
    progress: Progress,
    entries: Iterable[Entry],
    defaults: Defaults,
    *,
    expected: int = 0,
    patient: bool = False,
    deriving: Callable[[int, int], None] = lambda done, total: None,
    finish: Callable[[tuple[str, ...]], None] = lambda waiting: None,
) -> Absorbed:
    """Add rows to the log and derive the states and marks of their cards: all of it or nothing.

    A preset comes before the rows that name it. An answer without `after` is scheduled here, from the state that
    the log leads to at its place. `expected` is about how many rows there are. A row that takes back one which is
    nowhere is refused, or left out and named if `patient`. `deriving` is told how many rows or cards are done,
    and how many there are; `finish` is called last in the transaction, with the ids that wait. Raises StoreError;
    whatever `entries` raises passes through. Nothing is changed then.
    """
    connection = progress.connection
    with explained(str(progress.path)):
        cache = connection.execute("PRAGMA cache_size").fetchone()[0]
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    try:
        with progress.transaction():
            found = _absorb(progress, entries, defaults, expected, patient, deriving)
            finish(found.waiting)
            return found
    finally:
        connection.execute(f"PRAGMA cache_size = {cache}")


def _absorb(
    progress: Progress,
    entries: Iterable[Entry],
    defaults: Defaults,
    expected: int,
    patient: bool,
    deriving: Callable[[int, int], None],
) -> Absorbed:
    connection = progress.connection
    before, first = connection.execute("SELECT count(*), coalesce(max(rowid), 0) FROM log").fetchone()
    held = Waiting(connection)
    indexes = _drop_indexes(connection) if expected >= max(MANY, before // 2) else ()
    read = _write(connection, entries, held)
    _take_back(connection)
    waiting = _unresolved(connection)
    if waiting and not patient:
        raise NotAbsorbed(_missing(connection, waiting))
    scheduled = _complete(progress, held, defaults, deriving)
    connection.execute(f"PRAGMA cache_size = -{SORTED_KIB}")
    for statement in indexes:
        connection.execute(statement)
    added = connection.execute("SELECT count(*) FROM log").fetchone()[0] - before
    cards = scheduled.cards if scheduled.rows == added else _derive_touched(progress, first, deriving)
    held.drop()
    return Absorbed(added, read - added - len(waiting), cards, waiting)


def _write(connection: sqlite3.Connection, entries: Iterable[Entry], waiting: Waiting) -> int:
    """Write the rows that can stand as they are, and set the others aside. Returns how many were read."""
    read = 0
    whole: list[Row] = []
    held: list[Row] = []
    for entry in entries:
        if isinstance(entry, NamedPreset):
            _keep_preset(connection, entry)
            continue
        if isinstance(entry, Packed):
            read += entry.read
            waiting.add(held)
            held.clear()
            waiting.add_piece(entry)
            continue
        read += 1
        row = review_row(entry) if isinstance(entry, Review) else entry
        (held if row[KIND] == "withdraw" or is_bare(row) else whole).append(row)
        if len(whole) >= CHUNK:
            insert_rows(connection, "log", whole)
            whole.clear()
        if len(held) >= CHUNK:
            waiting.add(held)
            held.clear()
    insert_rows(connection, "log", whole)
    waiting.add(held)
    return read


def _keep_preset(connection: sqlite3.Connection, entry: NamedPreset) -> None:
    stored = msgspec.json.encode(entry.preset).decode()
    known = connection.execute("SELECT json FROM preset WHERE id = ?", (entry.name,)).fetchone()
    if known is None:
        connection.execute("INSERT INTO preset VALUES (?, ?)", (entry.name, stored))
    elif msgspec.json.decode(known[0], type=Preset) != entry.preset:
        raise NotAbsorbed(
            f"the preset {entry.name} is another one here, so its rows cannot be united. Nothing was changed."
        )


def _take_back(connection: sqlite3.Connection) -> None:
    """Add the withdrawals whose rows are here; one may take back another, so until there are no more."""
    statement = (
        f"INSERT INTO log ({LOG_COLUMNS}) SELECT {LOG_COLUMNS} FROM temp.arriving a WHERE a.kind = 'withdraw' AND "
        f"(EXISTS (SELECT 1 FROM log t WHERE t.id = a.withdraws AND {THEIR_CARD}) OR EXISTS (SELECT 1 FROM "
        f"temp.arriving t WHERE t.id = a.withdraws AND t.kind = 'answer' AND {THEIR_CARD})) "
        "ORDER BY a.id ON CONFLICT (id) DO NOTHING"
    )
    connection.execute("PRAGMA defer_foreign_keys = ON")
    while connection.execute(statement).rowcount > 0:
        pass


def _unresolved(connection: sqlite3.Connection) -> tuple[str, ...]:
    rows = connection.execute(
        "SELECT id FROM temp.arriving a WHERE kind = 'withdraw' AND NOT EXISTS (SELECT 1 FROM log WHERE id = a.id) "
        "ORDER BY id"
    )
    return tuple(row[0] for row in rows)


def _missing(connection: sqlite3.Connection, waiting: tuple[str, ...]) -> str:
    target = connection.execute("SELECT withdraws FROM temp.arriving WHERE id = ?", (waiting[0],)).fetchone()[0]
    others = f", and {len(waiting) - 1} more do the like" if len(waiting) > 1 else ""
    return (
        f"the row {waiting[0]} takes back the row {target}, which is neither in the file nor in your log as a row of "
        f"that card{others}. Nothing was changed. Merge the log that has it first."
    )


def _complete(
    progress: Progress, waiting: Waiting, defaults: Defaults, deriving: Callable[[int, int], None]
) -> Scheduled:
    """Schedule the answers that came without a schedule. Returns how many there were, of cards that are done with."""
    connection = progress.connection
    tabled = "SELECT EXISTS (SELECT 1 FROM temp.arriving WHERE kind = 'answer')"
    if not waiting.in_pieces and not connection.execute(tabled).fetchone()[0]:
        return Scheduled(0, 0)
    name = preset_id(defaults.preset)
    _keep_preset(connection, NamedPreset(name, defaults.preset))
    return schedule(waiting, Terms(defaults, progress.presets(), name), deriving)


def _derive_touched(progress: Progress, first: int, deriving: Callable[[int, int], None]) -> int:
    connection = progress.connection
    distinct = "SELECT DISTINCT deck_id, item_id, variant FROM log"
    if not first:
        # nothing was here before: every card was touched
        total = connection.execute(f"SELECT count(*) FROM ({distinct})").fetchone()[0]
        rows = connection.cursor().execute(ALL_ROWS)
    else:
        connection.execute(
            "CREATE TEMP TABLE touched (deck_id TEXT, item_id TEXT, variant TEXT, "
            "PRIMARY KEY (deck_id, item_id, variant)) WITHOUT ROWID"
        )
        connection.execute(f"INSERT INTO temp.touched {distinct} WHERE rowid > ?", (first,))
        total = connection.execute("SELECT count(*) FROM temp.touched").fetchone()[0]
        rows = connection.cursor().execute(
            f"SELECT {LEAN_COLUMNS} FROM temp.touched t CROSS JOIN log l ON l.deck_id = t.deck_id "
            "AND l.item_id = t.item_id AND l.variant = t.variant ORDER BY t.deck_id, t.item_id, t.variant, l.id"
        )
    presets = progress.presets()
    count = derive(connection, rows, presets, verify=False, advanced=lambda done: deriving(done, total))
    connection.execute("DROP TABLE IF EXISTS temp.touched")
    return count


def _drop_indexes(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Drop the indexes that every row of the log is in. Returns the statements that make them again."""
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'log' AND sql IS NOT NULL"
    ).fetchall()
    dropped = [(name, sql) for name, sql in rows if name not in KEPT_UP]
    for name, _ in dropped:
        connection.execute(f"DROP INDEX {name}")
    return tuple(sql for _, sql in dropped)


def read_presets(connection: sqlite3.Connection, path: Path) -> dict[str, Preset]:
    """The presets of a log by their names. Raises StoreError."""
    with explained(str(path)):
        rows = connection.execute("SELECT id, json FROM preset ORDER BY id").fetchall()
    try:
        return {name: msgspec.json.decode(stored, type=Preset) for name, stored in rows}
    except msgspec.DecodeError as error:
        raise damaged(str(path), str(error)) from error
