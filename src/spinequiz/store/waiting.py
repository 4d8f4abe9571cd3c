"""Rows that wait until all others are read: answers without states, and rows that take others back.

Answers that come in the order of their ids stay the pieces that they came in. Where rows come in another order, or
one takes back another, all that wait stand in a table, which has them in order and in which they can be looked up.
"""

from __future__ import annotations

import marshal
import operator
import sqlite3
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import NamedTuple
from zlib import crc32

from spinequiz.store.rows import LOG_COLUMNS, NAMES, UNLESS_THERE, Row, insert_columns, insert_rows
from spinequiz.store.workers import UNDER_WAY

BARE = (
    "id", "deck_id", "item_id", "variant", "at_ms", "study_day", "rating", "desired_retention", "preset_id", "device",
    "points", "max_points", "response", "duration_ms", "rev", "content_hash",
)  # fmt: skip
"""What an answer without states may have."""
KIND, AFTER = map(NAMES.index, ("kind", "after"))
ID, DECK, ITEM = map(BARE.index, ("id", "deck_id", "item_id"))
LANES = UNDER_WAY + 1
"""When a lane's next piece is scheduled, the result of its last one has come back."""
TABLE = "temp.arriving"

bare_row: Callable[[Row], Row] = itemgetter(*map(NAMES.index, BARE))
"""The values of BARE of a row of LOG_COLUMNS."""


class Packed(NamedTuple):
    """Some answers without states in the order of their ids: the values of BARE, marshalled.

    They are cut into lanes by cards. Where two have the same id there is one lane with all, and no `first`.
    """

    lanes: list[bytes]
    decks: frozenset[str]
    rows: int
    first: str | None
    last: str


def is_bare(row: Row) -> bool:
    """Whether a row of LOG_COLUMNS is an answer that is to be scheduled."""
    return row[KIND] == "answer" and row[AFTER] is None


def packed(rows: list[Row]) -> Packed:
    """Answers without states, one at least, as a piece; `rows` are values of BARE."""
    ids = [row[ID] for row in rows]
    apart = all(map(operator.lt, ids, ids[1:]))
    if not apart:
        # of rows with one id the first stays the first
        rows = sorted(rows, key=itemgetter(ID))
        ids.sort()
        apart = all(map(operator.lt, ids, ids[1:]))
    lanes: list[list[Row]] = [rows]
    if apart:
        lanes = [[] for _ in range(LANES)]
        for row in rows:
            # the cards of an item have the same lane
            lanes[crc32(row[ITEM].encode()) % LANES].append(row)
    decks = frozenset(row[DECK] for row in rows)
    return Packed([*map(marshal.dumps, lanes)], decks, len(rows), ids[0] if apart else None, ids[-1])


class Waiting:
    """The rows that wait, in temporary tables of the connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.in_pieces = 0
        """So many answers are in pieces. If there are any, there is nothing else."""
        self.pieces = 0
        """So many pieces they are."""
        self._last = ""
        self._tabled = False
        connection.execute(f"CREATE TEMP TABLE arriving ({LOG_COLUMNS}, PRIMARY KEY (id)) WITHOUT ROWID")
        connection.execute("CREATE TEMP TABLE pieces (number INTEGER PRIMARY KEY, decks BLOB)")
        connection.execute("CREATE TEMP TABLE lanes (place INTEGER PRIMARY KEY, data BLOB)")

    def add(self, rows: Sequence[Row]) -> None:
        """Let rows of LOG_COLUMNS wait; one whose id waits already is left out."""
        if rows:
            self.tabled()
            insert_rows(self.connection, TABLE, rows)

    def add_piece(self, piece: Packed) -> None:
        """Let answers wait; one whose id waits already is left out."""
        if self._tabled or piece.first is None or piece.first <= self._last:
            self.tabled()
            for lane in piece.lanes:
                self._insert(marshal.loads(lane))
            return
        place = self.pieces * LANES
        decks = marshal.dumps(piece.decks)
        self.connection.execute("INSERT INTO temp.pieces VALUES (?, ?)", (self.pieces, decks))
        self.connection.executemany("INSERT INTO temp.lanes VALUES (?, ?)", enumerate(piece.lanes, place))
        self.pieces += 1
        self.in_pieces += piece.rows
        self._last = piece.last

    def tabled(self) -> None:
        """Have all rows in `temp.arriving`."""
        self._tabled = True
        if self.in_pieces:
            for (data,) in self.connection.cursor().execute("SELECT data FROM temp.lanes ORDER BY place"):
                self._insert(marshal.loads(data))
            self.connection.execute("DELETE FROM temp.pieces")
            self.connection.execute("DELETE FROM temp.lanes")
            self.in_pieces = self.pieces = 0

    def lane(self, lane: int, first: int, pieces: int) -> list[bytes]:
        """One lane of some pieces, the `first` one counted from 0: rows of BARE values, marshalled."""
        places = range(first * LANES + lane, min(first + pieces, self.pieces) * LANES, LANES)
        statement = "SELECT data FROM temp.lanes WHERE place = ?"
        return [self.connection.execute(statement, (place,)).fetchone()[0] for place in places]

    def decks(self, first: int, pieces: int) -> set[str]:
        """The decks of the answers of some pieces."""
        statement = "SELECT decks FROM temp.pieces WHERE number >= ? AND number < ?"
        found = self.connection.execute(statement, (first, first + pieces))
        return set().union(*(marshal.loads(decks) for (decks,) in found))

    def drop(self) -> None:
        """Forget all rows."""
        self.connection.execute("DROP TABLE temp.arriving")
        self.connection.execute("DROP TABLE temp.pieces")
        self.connection.execute("DROP TABLE temp.lanes")

    def _insert(self, rows: list[Row]) -> None:
        if not rows:
            return
        columns = zip(BARE, zip(*rows, strict=True), strict=True)
        insert_columns(self.connection, TABLE, [("kind", ["answer"] * len(rows)), *columns], UNLESS_THERE)
