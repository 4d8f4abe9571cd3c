"""Rows of the log that may be to earlier versions of items and came when these had changed: from another machine.

Rows are looked at once, in the order in which they came. What cannot be judged yet, as its deck is not at hand, waits.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable

from spinequiz.model.cards import CardKey, DeckId, ItemId, Variant
from spinequiz.store.relinks import heirs, kin

JUDGED = "judged"
"""The key in the table `meta` under which the last row stands that was looked at."""
LATE = (
    # by their numbers: SQLite would rather go through an index of the whole log
    "SELECT deck_id, item_id, variant FROM log l NOT INDEXED WHERE rowid > ? AND ("
    "kind IN ('answer', 'rescore') AND ("
    "EXISTS (SELECT 1 FROM earlier_item e WHERE e.deck_id = l.deck_id AND e.item_id = l.item_id "
    "AND e.content_hash = l.content_hash) OR EXISTS (SELECT 1 FROM log r WHERE r.previous_deck = l.deck_id "
    "AND r.previous_item = l.item_id AND r.variant = l.variant AND r.kind = 'relink')) OR kind = 'relink' "
    "OR kind = 'withdraw' AND EXISTS (SELECT 1 FROM log t WHERE t.id = l.withdraws AND t.kind = 'rescore'))"
)
WAITING = (
    "SELECT deck_id, item_id, EXISTS (SELECT 1 FROM known_item k WHERE k.deck_id = w.deck_id "
    "AND k.item_id = w.item_id AND k.gone = 0) FROM late_item w"
)
MANY = 300
"""To look at fewer rows once more takes less than to write that they were looked at."""

ItemKey = tuple[DeckId, ItemId]


class Unjudged:
    """Items with rows that may be to earlier versions. `waiting` were found before, and could not be judged.

    `present` are those of them that their decks had when they were last looked at.
    """

    def __init__(
        self, found: Collection[ItemKey], waiting: frozenset[ItemKey], present: Collection[ItemKey], rows: int
    ) -> None:
        self.items = waiting.union(found)
        self.waiting = waiting
        self.present = present
        # whether so many rows were looked at that this should be kept
        self.is_many = rows >= MANY

    def is_done_with(self, waiting: frozenset[ItemKey]) -> bool:
        """Whether there is nothing to keep once these items could not be judged."""
        return self.items == self.waiting == waiting and not self.is_many

    def must_wait(self, decks: Collection[DeckId]) -> bool:
        """Whether there is nothing to keep, and nothing that could be judged with these decks at hand."""
        return self.is_done_with(self.waiting) and not any(deck_id in decks for deck_id, _ in self.present)


def unjudged(connection: sqlite3.Connection) -> Unjudged:
    """What to look at now."""
    waiting = {(DeckId(row[0]), ItemId(row[1])): row[2] for row in connection.execute(WAITING)}
    judged, last = connection.execute(
        "SELECT (SELECT value FROM meta WHERE key = ?), (SELECT coalesce(max(rowid), 0) FROM log)", (JUDGED,)
    ).fetchone()
    first = int(judged or 0)
    cards = {CardKey(DeckId(row[0]), ItemId(row[1]), Variant(row[2])) for row in connection.execute(LATE, (first,))}
    touched = {each for card in cards for each in (card, *heirs(connection, card))}
    items = {card[:2] for card in touched if any(_was_another(connection, each) for each in kin(connection, card))}
    present = [item for item, is_there in waiting.items() if is_there]
    return Unjudged(items, frozenset(waiting), present, last - first)


def keep_unjudged(connection: sqlite3.Connection, waiting: Iterable[ItemKey]) -> None:
    """Say that all rows were looked at, within the caller's transaction; these items could not be judged."""
    connection.execute("DELETE FROM late_item")
    connection.executemany("INSERT INTO late_item VALUES (?, ?)", waiting)
    mark_judged(connection)


def mark_judged(connection: sqlite3.Connection) -> None:
    """Say that all rows were looked at, within the caller's transaction."""
    connection.execute("INSERT OR REPLACE INTO meta SELECT ?, coalesce(max(rowid), 0) FROM log", (JUDGED,))


def _was_another(connection: sqlite3.Connection, card: CardKey) -> bool:
    query = "SELECT EXISTS (SELECT 1 FROM earlier_item WHERE deck_id = ? AND item_id = ?)"
    return bool(connection.execute(query, card[:2]).fetchone()[0])
