"""Uniting logs: rows of another machine, a backup or another program are added to the log of this one.

The union goes by the ids of rows, so that it comes out the same in any order and any number of times. Everything
happens in one transaction, row by row: memory does not grow with the log.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from spinequiz.model.cards import CardState, EntryKind, Preset, Review
from spinequiz.scheduling.outcomes import outcome
from spinequiz.scheduling.replay import answered
from spinequiz.store.derive import derive
from spinequiz.store.errors import StoreError, damaged, explained
from spinequiz.store.progress import Progress, preset_id
from spinequiz.store.rows import LOG_COLUMNS, review_row, row_review

CHUNK = 2000
"""Rows that are written together."""
MANY = 50_000
"""From so many rows on, indexes are made anew instead of being kept up row by row."""
CACHE_KIB = 64 * 1024
MARKS = ", ".join("?" * len(LOG_COLUMNS.split(",")))
ADD = f"INSERT INTO log ({LOG_COLUMNS}) VALUES ({MARKS}) ON CONFLICT (id) DO NOTHING"
HOLD = f"INSERT OR IGNORE INTO arriving ({LOG_COLUMNS}) VALUES ({MARKS})"
THEIR_CARD = "t.deck_id = a.deck_id AND t.item_id = a.item_id AND t.variant = a.variant"
QUALIFIED = ", ".join(f"l.{name.strip()}" for name in LOG_COLUMNS.split(","))


class NamedPreset(NamedTuple):
    """A preset under the name by which rows know it."""

    name: str
    preset: Preset


Entry = Review | NamedPreset


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
    nowhere is refused, or left out and named if `patient`. `deriving` is told of cards done, and of how many there
    are; `finish` is called last in the transaction, with the ids that wait. Raises StoreError;
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
    connection.execute(f"CREATE TEMP TABLE arriving AS SELECT {LOG_COLUMNS} FROM log WHERE 0")
    connection.execute("CREATE UNIQUE INDEX temp.arriving_id ON arriving (id)")
    indexes = _drop_indexes(connection) if expected >= max(MANY, before // 2) else ()
    read = _write(connection, entries)
    _take_back(connection)
    waiting = _unresolved(connection)
    if waiting and not patient:
        raise NotAbsorbed(_missing(connection, waiting))
    _complete(progress, defaults)
    for statement in indexes:
        connection.execute(statement)
    cards = _derive_touched(progress, first, deriving)
    added = connection.execute("SELECT count(*) FROM log").fetchone()[0] - before
    connection.execute("DROP TABLE temp.arriving")
    return Absorbed(added, read - added - len(waiting), cards, waiting)


def _write(connection: sqlite3.Connection, entries: Iterable[Entry]) -> int:
    """Write the rows that can stand as they are, and set the others aside. Returns how many were read."""
    read = 0
    whole: list[tuple[object, ...]] = []
    held: list[tuple[object, ...]] = []
    for entry in entries:
        if isinstance(entry, NamedPreset):
            _keep_preset(connection, entry)
            continue
        read += 1
        bare = entry.kind is EntryKind.ANSWER and entry.after is None
        (held if bare or entry.kind is EntryKind.WITHDRAW else whole).append(review_row(entry))
        if len(whole) >= CHUNK:
            connection.executemany(ADD, whole)
            whole.clear()
        if len(held) >= CHUNK:
            connection.executemany(HOLD, held)
            held.clear()
    connection.executemany(ADD, whole)
    connection.executemany(HOLD, held)
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


def _complete(progress: Progress, defaults: Defaults) -> None:
    """Schedule the answers that came without a schedule, each from what the log leads to at its place."""
    connection = progress.connection
    if not connection.execute("SELECT EXISTS (SELECT 1 FROM temp.arriving WHERE kind = 'answer')").fetchone()[0]:
        return
    name = preset_id(defaults.preset)
    _keep_preset(connection, NamedPreset(name, defaults.preset))
    presets = progress.presets()
    connection.execute(
        "CREATE TEMP TABLE bare AS SELECT * FROM temp.arriving a "
        "WHERE kind = 'answer' AND NOT EXISTS (SELECT 1 FROM log WHERE id = a.id)"
    )
    connection.execute(f"CREATE TEMP TABLE completed AS SELECT {LOG_COLUMNS} FROM log WHERE 0")
    rows = connection.cursor().execute(
        f"SELECT {QUALIFIED}, 0 AS is_bare FROM (SELECT DISTINCT deck_id, item_id, variant FROM temp.bare) t "
        "JOIN log l ON l.deck_id = t.deck_id AND l.item_id = t.item_id AND l.variant = t.variant "
        f"UNION ALL SELECT {LOG_COLUMNS}, 1 FROM temp.bare ORDER BY 3, 4, 5, 1"
    )
    made: list[tuple[object, ...]] = []
    for _, group in groupby(rows, key=itemgetter(2, 3, 4)):
        entries = [(row_review(row[:-1]), bool(row[-1])) for row in group]
        made += [review_row(review) for review in _scheduled(entries, presets, name, defaults)]
        if len(made) >= CHUNK:
            connection.executemany(f"INSERT INTO temp.completed VALUES ({MARKS})", made)
            made.clear()
    connection.executemany(f"INSERT INTO temp.completed VALUES ({MARKS})", made)
    connection.execute(f"INSERT INTO log ({LOG_COLUMNS}) SELECT {LOG_COLUMNS} FROM temp.completed ORDER BY id")
    connection.execute("DROP TABLE temp.completed")
    connection.execute("DROP TABLE temp.bare")


def _scheduled(
    entries: list[tuple[Review, bool]], presets: Mapping[str, Preset], name: str, defaults: Defaults
) -> list[Review]:
    """The rows of one card that were bare, with their states."""
    withdrawn = {row.withdraws for row, _ in entries if row.kind is EntryKind.WITHDRAW}
    state: CardState | None = None
    made = []
    for row, bare in entries:
        if row.kind is not EntryKind.ANSWER:
            continue
        if bare:
            assert row.rating is not None
            retention = row.desired_retention or defaults.desired_retention(row.card.deck_id)
            preset = row.preset_id or name
            after = outcome(
                row.card,
                state,
                row.rating,
                now_ms=row.at_ms,
                study_day=row.study_day,
                preset=presets[preset],
                desired_retention=retention,
                day_start=defaults.day_start,
            ).state
            made.append(replace(row, before=state, after=after, desired_retention=retention, preset_id=preset))
            if row.id not in withdrawn:
                state = after
        elif row.id not in withdrawn:
            state, _ = answered(row, state, presets, verify=False)
    return made


def _derive_touched(progress: Progress, first: int, deriving: Callable[[int, int], None]) -> int:
    connection = progress.connection
    connection.execute(
        "CREATE TEMP TABLE touched (deck_id TEXT, item_id TEXT, variant TEXT, "
        "PRIMARY KEY (deck_id, item_id, variant)) WITHOUT ROWID"
    )
    connection.execute(
        "INSERT INTO temp.touched SELECT DISTINCT deck_id, item_id, variant FROM log WHERE rowid > ?", (first,)
    )
    total = connection.execute("SELECT count(*) FROM temp.touched").fetchone()[0]
    rows = connection.cursor().execute(
        f"SELECT {QUALIFIED} FROM temp.touched t CROSS JOIN log l ON l.deck_id = t.deck_id "
        "AND l.item_id = t.item_id AND l.variant = t.variant ORDER BY t.deck_id, t.item_id, t.variant, l.id"
    )
    presets = progress.presets()
    count = derive(connection, rows, presets, verify=False, advanced=lambda done: deriving(done, total))
    connection.execute("DROP TABLE temp.touched")
    return count


def _drop_indexes(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Drop the secondary indexes of the log. Returns the statements that make them again."""
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'log' AND sql IS NOT NULL"
    ).fetchall()
    for name, _ in rows:
        connection.execute(f"DROP INDEX {name}")
    return tuple(sql for _, sql in rows)


def read_presets(connection: sqlite3.Connection, path: Path) -> dict[str, Preset]:
    """The presets of a log by their names. Raises StoreError."""
    with explained(str(path)):
        rows = connection.execute("SELECT id, json FROM preset ORDER BY id").fetchall()
    try:
        return {name: msgspec.json.decode(stored, type=Preset) for name, stored in rows}
    except msgspec.DecodeError as error:
        raise damaged(str(path), str(error)) from error
