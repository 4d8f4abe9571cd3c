"""Cards whose rows go on under another key: a RELINK row of the new card names the card before it.

The old card keeps its own rows and its own state; the new one is replayed from both. Rows that reach the old
card later, from another machine, count for the new one too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from spinequiz.model.cards import CardKey, DeckId, ItemId, Review, Variant
from spinequiz.store.rows import LOG_COLUMNS, row_review

COUNTS = "kind = 'relink' AND NOT EXISTS (SELECT 1 FROM log w WHERE w.withdraws = r.id)"
PREVIOUS = (
    "SELECT previous_deck, previous_item, variant FROM log r "
    f"WHERE deck_id = ? AND item_id = ? AND variant = ? AND {COUNTS}"
)
NEXT = (
    "SELECT deck_id, item_id, variant FROM log r "
    f"WHERE previous_deck = ? AND previous_item = ? AND variant = ? AND {COUNTS}"
)


def kin(connection: sqlite3.Connection, card: CardKey) -> list[CardKey]:
    """The card, and the cards whose rows go on under it."""
    return _closure(connection, card, PREVIOUS)


def heirs(connection: sqlite3.Connection, card: CardKey) -> list[CardKey]:
    """The cards under which this card's rows go on; not the card itself."""
    return _closure(connection, card, NEXT)[1:]


def relinked(connection: sqlite3.Connection) -> set[CardKey]:
    """The cards under which rows of other cards go on."""
    rows = connection.execute(f"SELECT DISTINCT deck_id, item_id, variant FROM log r WHERE {COUNTS}")
    return {_key(row) for row in rows}


def entries_of(connection: sqlite3.Connection, cards: Iterable[CardKey]) -> list[Review]:
    """All rows of some cards together, oldest first."""
    query = f"SELECT {LOG_COLUMNS} FROM log WHERE deck_id = ? AND item_id = ? AND variant = ? ORDER BY id"
    rows = [row_review(row) for card in cards for row in connection.execute(query, card)]
    return sorted(rows, key=lambda row: row.id)


def _closure(connection: sqlite3.Connection, card: CardKey, query: str) -> list[CardKey]:
    found = [card]
    # the list grows while it is walked
    for each in found:
        found += [key for row in connection.execute(query, each) if (key := _key(row)) not in found]
    return found


def _key(row: tuple[str, str, str]) -> CardKey:
    return CardKey(DeckId(row[0]), ItemId(row[1]), Variant(row[2]))
