"""Rows that wait until all others are read: answers without states, and rows that take others back.

Answers that come in the order of their ids stay the pieces that they came in. Where rows come in another order, or
one takes back another, all that wait stand in a table, which has them in order and in which they can be looked up.
"""

from __future__ import annotations

import marshal
import operator
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

from spinequiz.store.rows import LOG_COLUMNS, NAMES, UNLESS_THERE, Row, insert_columns, insert_rows

BARE = (
    "id", "deck_id", "item_id", "variant", "at_ms", "study_day", "rating", "desired_retention", "preset_id", "device",
    "points", "max_points", "response", "duration_ms", "rev", "content_hash",
)  # fmt: skip
"""What an answer without states may have."""
KIND, AFTER = map(NAMES.index, ("kind", "after"))
ID = 0
TABLE = "temp.arriving"

bare_row: Callable[[Row], Row] = itemgetter(*map(NAMES.index, BARE))
"""The values of BARE of a row of LOG_COLUMNS."""


class Packed(NamedTuple):
    """Some answers without states in the order of their ids: the values of BARE.

    `apart` says that each has an id of its own.
    """

    data: bytes
    rows: int
    first: str
    last: str
    apart: bool


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
    return Packed(marshal.dumps(rows), len(rows), ids[0], ids[-1], apart)


class Waiting:
    """The rows that wait, in temporary tables of the connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.in_pieces = 0
        """So many answers are in pieces. If there are any, there is nothing else."""
        self._last = ""
        self._tabled = False
        connection.execute(f"CREATE TEMP TABLE arriving ({LOG_COLUMNS}, PRIMARY KEY (id)) WITHOUT ROWID")
        connection.execute("CREATE TEMP TABLE pieces (number INTEGER PRIMARY KEY, data BLOB NOT NULL)")

    def add(self, rows: Sequence[Row]) -> None:
        """Let rows of LOG_COLUMNS wait; one whose id waits already is left out."""
        if rows:
            self.tabled()
            insert_rows(self.connection, TABLE, rows)

    def add_piece(self, piece: Packed) -> None:
        """Let answers wait; one whose id waits already is left out."""
        if piece.apart and piece.first > self._last and not self._tabled:
            self.connection.execute("INSERT INTO temp.pieces (data) VALUES (?)", (piece.data,))
            self.in_pieces += piece.rows
            self._last = piece.last
            return
        self.tabled()
        self._insert(marshal.loads(piece.data))

    def tabled(self) -> None:
        """Have all rows in `temp.arriving`."""
        self._tabled = True
        if self.in_pieces:
            for rows in self._pieces():
                self._insert(rows)
            self.connection.execute("DELETE FROM temp.pieces")
            self.in_pieces = 0

    def answers(self) -> Iterator[Row]:
        """The answers in pieces, in the order of their ids: values of BARE."""
        for rows in self._pieces():
            yield from rows

    def drop(self) -> None:
        """Forget all rows."""
        self.connection.execute("DROP TABLE temp.arriving")
        self.connection.execute("DROP TABLE temp.pieces")

    def _pieces(self) -> Iterator[list[Row]]:
        for (data,) in self.connection.cursor().execute("SELECT data FROM temp.pieces ORDER BY number"):
            yield marshal.loads(data)

    def _insert(self, rows: list[Row]) -> None:
        columns = zip(BARE, zip(*rows, strict=True), strict=True)
        insert_columns(self.connection, TABLE, [("kind", ["answer"] * len(rows)), *columns], UNLESS_THERE)
