"""Answers without states for a log that is empty, whatever order they come in.

They were cut into partitions by cards when they were read. Each is scheduled as a whole by some process, and comes
back sorted, the rows of the log by their ids and the cards by their names, in chunks that go back into the database
unread. Once all are there, the chunks of all partitions are merged, so that the log and its indexes grow at their
ends. Memory holds some partitions, and then a chunk of each.
"""

from __future__ import annotations

import marshal
import sqlite3
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from spinequiz.model.cards import NO_MARKS, CardKey, CardMarks, CardState, DeckId, ItemId, Preset, Variant
from spinequiz.scheduling.formulas import outcome
from spinequiz.scheduling.replay import Replayed
from spinequiz.store.derive import put
from spinequiz.store.rows import RATINGS, Row, decode_state, encode_state, insert_columns
from spinequiz.store.waiting import BARE, ID, Waiting
from spinequiz.store.workers import mapped

if TYPE_CHECKING:
    from spinequiz.store.absorb import Defaults

MOST_BYTES = 3 << 20
"""A partition of more bytes takes more memory than a process should have."""
FEW = 10_000
"""So many answers are scheduled here before it pays to start workers."""
CHUNK = 200
"""Rows or cards of a partition that are read back together."""
BATCH = 500
"""Rows or cards that are written together."""
COLUMNS = (*BARE, "before", "after")
RETENTION = BARE.index("desired_retention")
NEW = (None, None, False)
"""A card before its first answer: its state, the state as the log holds it, and if it is a leech."""


class Made(NamedTuple):
    """What becomes of a partition: chunks of rows, marshalled, each in the order of its first values.

    `log` has values of COLUMNS, `cards` the values of a CardKey, the state as the log holds it, and if it is a leech.
    """

    log: list[bytes]
    cards: list[bytes]
    rows: int


class SameId(ValueError):
    """Rows of two partitions have the same id."""


class Terms(NamedTuple):
    """By what answers are scheduled: what holds where they say nothing, the presets, and the name of the usual one."""

    defaults: Defaults
    presets: Mapping[str, Preset]
    name: str


def came_to(state: str | None, leech: bool) -> Replayed:
    """The state, given as the log holds it, and the marks of a card that was only answered."""
    return Replayed(decode_state(state), CardMarks(suspended=True, leech=True) if leech else NO_MARKS)


def schedule_partitions(waiting: Waiting, terms: Terms, advanced: Callable[[int, int], None]) -> tuple[int, int] | None:
    """Write all answers that wait in pieces into the log, which is empty, and the states and marks of their cards.

    Returns how many answers and cards there are; None where nothing was written, since they have to go another way.
    The parameters are those of `schedule`.
    """
    if max(waiting.sizes) > MOST_BYTES:
        return None
    connection = waiting.connection
    connection.execute("SAVEPOINT partitions")
    try:
        found = _written(waiting, terms, advanced)
    except SameId:
        connection.execute("ROLLBACK TO partitions")
        found = None
    connection.execute("RELEASE partitions")
    return found


def _written(waiting: Waiting, terms: Terms, advanced: Callable[[int, int], None]) -> tuple[int, int]:
    connection = waiting.connection
    retentions = {deck: terms.defaults.desired_retention(deck) for deck in sorted(waiting.decks)}
    job = partial(_scheduled, terms.presets, terms.name, retentions, terms.defaults.day_start)
    log, states = _Runs(connection, "log_runs"), _Runs(connection, "state_runs")
    total = 2 * waiting.in_pieces
    done = 0
    few = waiting.in_pieces <= FEW
    for _, made in mapped(job, waiting.partitions(), workers=1 if few else None, first=0):
        log.add(made.log)
        states.add(made.cards)
        done += made.rows
        advanced(done, total)
    rows = cards = 0
    last = ""
    for batch in log.merged():
        if len({last, *map(itemgetter(ID), batch)}) <= len(batch):
            raise SameId
        last = batch[-1][ID]
        columns = zip(COLUMNS, zip(*batch, strict=True), strict=True)
        insert_columns(connection, "log", [("kind", ["answer"] * len(batch)), *columns])
        rows += len(batch)
        advanced(done + rows, total)
    for batch in states.merged():
        put(connection, (_card(*row) for row in batch))
        cards += len(batch)
    log.drop()
    states.drop()
    return rows, cards


class _Runs:
    """Rows in sorted runs, each in chunks, in a temporary table of the connection."""

    def __init__(self, connection: sqlite3.Connection, table: str) -> None:
        self.connection = connection
        self.table = f"temp.{table}"
        self._runs: list[range] = []
        connection.execute(f"CREATE TEMP TABLE {table} (place INTEGER PRIMARY KEY, data BLOB)")

    def add(self, chunks: list[bytes]) -> None:
        """Add a run."""
        start = self._runs[-1].stop if self._runs else 0
        self._runs.append(range(start, start + len(chunks)))
        self.connection.executemany(f"INSERT INTO {self.table} VALUES (?, ?)", enumerate(chunks, start))

    def merged(self) -> Iterator[list[Row]]:
        """All rows in order, some at a time."""
        return merged([*map(self._chunks, self._runs)], BATCH)

    def drop(self) -> None:
        """Forget all rows."""
        self.connection.execute(f"DROP TABLE {self.table}")

    def _chunks(self, run: range) -> Iterator[list[Row]]:
        statement = f"SELECT data FROM {self.table} WHERE place = ?"
        for place in run:
            yield marshal.loads(self.connection.execute(statement, (place,)).fetchone()[0])


def merged(runs: Iterable[Iterator[list[Row]]], size: int) -> Iterator[list[Row]]:
    """The rows of sorted runs in order, `size` of them at a time. Runs give their rows in chunks, none of them empty.

    Holds a chunk of each run, and some rows: what comes up to the first end of a chunk is complete.
    """
    heads = [(chunk, 0, run) for run in runs if (chunk := next(run, None))]
    rows: list[Row] = []
    while heads:
        bound = min(chunk[-1] for chunk, _, _ in heads)
        rest = []
        for chunk, start, run in heads:
            end = bisect_right(chunk, bound, start)
            rows += chunk[start:end]
            if end < len(chunk):
                rest.append((chunk, end, run))
            elif following := next(run, None):
                rest.append((following, 0, run))
        heads = rest
        if len(rows) >= size:
            rows.sort()
            whole = len(rows) - len(rows) % size
            yield from (rows[start : start + size] for start in range(0, whole, size))
            del rows[:whole]
    if rows:
        yield sorted(rows)


def _card(deck: DeckId, item: ItemId, variant: Variant, state: str, leech: bool) -> tuple[CardKey, Replayed]:
    return CardKey(deck, item, variant), came_to(state, leech)


def _scheduled(
    presets: Mapping[str, Preset],
    name: str,
    retentions: Mapping[str, float],
    day_start: Callable[[int], int],
    pieces: list[bytes],
) -> Made:
    rows: list[Row] = sorted(chain.from_iterable(map(marshal.loads, pieces)), key=itemgetter(ID))
    cards: dict[CardKey, tuple[CardState | None, str | None, bool]] = {}
    made: list[Row] = []
    last = ""
    for row in rows:
        id_, deck, item, variant, at_ms, day, rating, retention, preset, *rest = row
        if id_ == last:
            continue
        last = id_
        card = CardKey(deck, item, variant)
        state, before, leech = cards.get(card, NEW)
        retention = retention or retentions[deck]
        preset = preset or name
        found = outcome(
            card,
            state,
            RATINGS[rating],
            now_ms=at_ms,
            study_day=day,
            preset=presets[preset],
            desired_retention=retention,
            day_start=day_start,
        )
        after = encode_state(found.state)
        made.append((*row[:RETENTION], retention, preset, *rest, before, after))
        cards[card] = found.state, after, leech or found.leech
    standing = [(*card, stored, leech) for card, (_, stored, leech) in sorted(cards.items(), key=itemgetter(0))]
    return Made(_chunks(made), _chunks(standing), len(rows))


def _chunks(rows: list[Row]) -> list[bytes]:
    return [marshal.dumps(rows[start : start + CHUNK]) for start in range(0, len(rows), CHUNK)]
