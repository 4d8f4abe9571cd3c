"""Rows that wait until all others are read: answers without states, and rows that take others back.

Answers stay in the pieces that they came in, cut into partitions by their cards. Where one row takes back another,
all that wait stand in a table, which has them in the order of their ids and in which they can be looked up.
"""

from __future__ import annotations

import marshal
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, groupby
from operator import itemgetter
from typing import NamedTuple
from zlib import crc32

from spinequiz.store.rows import LOG_COLUMNS, NAMES, UNLESS_THERE, Row, insert_columns, insert_rows

BARE = (
    "id", "deck_id", "item_id", "variant", "at_ms", "study_day", "rating", "desired_retention", "preset_id", "device",
    "points", "max_points", "response", "duration_ms", "rev", "content_hash",
)  # fmt: skip
"""What an answer without states may have."""
KIND, AFTER = map(NAMES.index, ("kind", "after"))
ID, DECK, ITEM = map(BARE.index, ("id", "deck_id", "item_id"))
PARTITIONS = 128
"""So many, that a process can hold one of some million rows."""
TABLE = "temp.arriving"

bare_row: Callable[[Row], Row] = itemgetter(*map(NAMES.index, BARE))
"""The values of BARE of a row of LOG_COLUMNS."""


class Packed(NamedTuple):
    """Some answers without states: the values of BARE in partitions, marshalled. `read` counts also those left out."""

    partitions: dict[int, bytes]
    decks: frozenset[str]
    rows: int
    read: int


def is_bare(row: Row) -> bool:
    """Whether a row of LOG_COLUMNS is an answer that is to be scheduled."""
    return row[KIND] == "answer" and row[AFTER] is None


def packed(rows: list[Row]) -> Packed:
    """Answers without states as a piece; of those with one id the first. `rows` are values of BARE."""
    first = {row[ID]: row for row in reversed(rows)}
    apart = rows if len(first) == len(rows) else [*reversed(first.values())]
    partitions: list[list[Row]] = [[] for _ in range(PARTITIONS)]
    for row in apart:
        # the cards of an item have the same partition
        partitions[crc32(row[ITEM].encode()) % PARTITIONS].append(row)
    found = {number: marshal.dumps(part) for number, part in enumerate(partitions) if part}
    return Packed(found, frozenset(row[DECK] for row in apart), len(apart), len(rows))


class Waiting:
    """The rows that wait, in temporary tables of the connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.in_pieces = 0
        """So many answers are in pieces. If there are any, there is nothing else."""
        self.decks: set[str] = set()
        """Their decks."""
        self.sizes = [0] * PARTITIONS
        """The bytes of each partition of them."""
        self._pieces = 0
        self._tabled = False
        connection.execute(f"CREATE TEMP TABLE arriving ({LOG_COLUMNS}, PRIMARY KEY (id)) WITHOUT ROWID")
        connection.execute("CREATE TEMP TABLE parts (place INTEGER PRIMARY KEY, data BLOB)")

    def add(self, rows: Sequence[Row]) -> None:
        """Let rows of LOG_COLUMNS wait; one whose id waits already is left out."""
        if rows and not self._tabled and all(map(is_bare, rows)):
            self.add_piece(packed([*map(bare_row, rows)]))
        elif rows:
            self.tabled()
            insert_rows(self.connection, TABLE, rows)

    def add_piece(self, piece: Packed) -> None:
        """Let answers wait; one whose id waits already is left out, now or when they are taken."""
        if self._tabled:
            self._insert(piece.partitions.values())
            return
        place = self._pieces * PARTITIONS
        parts = ((place + number, data) for number, data in piece.partitions.items())
        self.connection.executemany("INSERT INTO temp.parts VALUES (?, ?)", parts)
        for number, data in piece.partitions.items():
            self.sizes[number] += len(data)
        self._pieces += 1
        self.in_pieces += piece.rows
        self.decks |= piece.decks

    def tabled(self) -> None:
        """Have all rows in `temp.arriving`."""
        self._tabled = True
        if self.in_pieces:
            parts = self.connection.cursor().execute("SELECT place, data FROM temp.parts ORDER BY place")
            for _, piece in groupby(parts, lambda part: part[0] // PARTITIONS):
                self._insert(data for _, data in piece)
            self.connection.execute("DELETE FROM temp.parts")
            self.in_pieces = 0

    def partitions(self) -> Iterator[list[bytes]]:
        """The answers in pieces, partition by partition: lists of rows of BARE values, marshalled.

        Of those with one id the first stands first.
        """
        statement = "SELECT data FROM temp.parts WHERE place = ?"
        for number in range(PARTITIONS):
            places = range(number, self._pieces * PARTITIONS, PARTITIONS)
            found = [data for place in places for (data,) in self.connection.execute(statement, (place,))]
            if found:
                yield found

    def drop(self) -> None:
        """Forget all rows."""
        self.connection.execute("DROP TABLE temp.arriving")
        self.connection.execute("DROP TABLE temp.parts")

    def _insert(self, parts: Iterable[bytes]) -> None:
        rows = [*chain.from_iterable(map(marshal.loads, parts))]
        columns = zip(BARE, zip(*rows, strict=True), strict=True)
        insert_columns(self.connection, TABLE, [("kind", ["answer"] * len(rows)), *columns], UNLESS_THERE)
