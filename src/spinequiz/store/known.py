"""What the progress file last knew of each item: it is held against the deck when the deck changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from spinequiz.model.cards import CardKey, DeckId, ItemId, Review, Variant
from spinequiz.store.relinks import COUNTS, entries_of, kin

REPLACED = "\ufffd"
"""What a byte that is no text is read as."""
COLUMNS = "deck_id, item_id, rev, content_hash, bare_hash, question_hash, key_form, gone"


class KnownItem(NamedTuple):
    """An item when its deck was last looked at. `bare_hash` is of its content without its id, rev and tags.

    `gone` says that the deck has no such item any more; its progress waits for it.
    """

    deck_id: DeckId
    item_id: ItemId
    rev: int
    content_hash: str
    bare_hash: str
    question_hash: str
    key_form: str
    gone: bool


class Twins(NamedTuple):
    """An item that is gone and has progress, and one of the same content that is there, in this or another deck."""

    old_deck: DeckId
    old_item: ItemId
    new_deck: DeckId
    new_item: ItemId


def known_items(connection: sqlite3.Connection, deck_id: DeckId) -> dict[ItemId, KnownItem]:
    """The items of a deck, those that are gone included."""
    rows = connection.execute(f"SELECT {COLUMNS} FROM known_item WHERE deck_id = ?", (deck_id,))
    return {row[1]: KnownItem(*row)._replace(gone=bool(row[7])) for row in rows}


def known_item(connection: sqlite3.Connection, deck_id: DeckId, item_id: ItemId) -> KnownItem | None:
    """What is known of an item."""
    query = f"SELECT {COLUMNS} FROM known_item WHERE deck_id = ? AND item_id = ?"
    row = connection.execute(query, (deck_id, item_id)).fetchone()
    return None if row is None else KnownItem(*row)._replace(gone=bool(row[7]))


def could_be_known(row: Sequence[object]) -> bool:
    """Whether a row with COLUMNS, from a damaged file, can be what was written."""
    *texts, gone = (value for at, value in enumerate(row) if at != COLUMNS.split(", ").index("rev"))
    sound = all(isinstance(text, str) and text and REPLACED not in text for text in texts)
    return sound and isinstance(row[2], int) and gone in (0, 1)


def keep_known(connection: sqlite3.Connection, items: Iterable[KnownItem]) -> None:
    """Write what is known of items, within the caller's transaction."""
    connection.executemany(f"INSERT OR REPLACE INTO known_item ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", items)


def twins(connection: sqlite3.Connection, shelf: Sequence[DeckId], *, left_decks: bool = True) -> list[Twins]:
    """Items that look like others that are gone, from their deck or with it, and had progress.

    Without `left_decks` only items count that are gone from a deck that is still at hand.

    What was relinked already, and what was new and studied by itself since, is not among them. An item that came
    back to where it had gone on from is.
    """
    marks = ", ".join("?" * len(shelf))
    gone = f"(o.gone = 1 OR o.deck_id NOT IN ({marks}))" if left_decks else f"o.gone = 1 AND o.deck_id IN ({marks})"
    rows = connection.execute(
        # in this order: few items are gone, and those of the same content are found by an index
        "SELECT o.deck_id, o.item_id, n.deck_id, n.item_id FROM known_item o CROSS JOIN known_item n "
        "ON n.bare_hash = o.bare_hash AND (n.deck_id, n.item_id) <> (o.deck_id, o.item_id) "
        f"WHERE {gone} AND n.gone = 0 AND n.deck_id IN ({marks}) "
        "AND EXISTS (SELECT 1 FROM state s WHERE s.deck_id = o.deck_id AND s.item_id = o.item_id) "
        "AND (NOT EXISTS (SELECT 1 FROM state s WHERE s.deck_id = n.deck_id AND s.item_id = n.item_id) "
        f"OR {_relink('n', 'o')}) AND NOT {_relink('o', 'n')} "
        "ORDER BY o.deck_id, o.item_id, n.deck_id, n.item_id",
        (*shelf, *shelf),
    )
    return [Twins(*row) for row in rows]


def _relink(old: str, new: str) -> str:
    """SQL: whether rows of one item go on under another; these are names of tables."""
    return (
        f"EXISTS (SELECT 1 FROM log r WHERE r.previous_deck = {old}.deck_id AND r.previous_item = {old}.item_id "
        f"AND r.deck_id = {new}.deck_id AND r.item_id = {new}.item_id AND r.{COUNTS})"
    )


def studied_variants(connection: sqlite3.Connection, deck_id: str, item_id: str) -> list[Variant]:
    """The variants of an item that have rows in the log."""
    rows = connection.execute(
        "SELECT DISTINCT variant FROM log WHERE deck_id = ? AND item_id = ? ORDER BY variant", (deck_id, item_id)
    )
    return [Variant(row[0]) for row in rows]


def item_entries(connection: sqlite3.Connection, deck_id: DeckId, item_id: ItemId) -> dict[CardKey, list[Review]]:
    """The rows of each card of an item, with those of the cards that it was relinked from."""
    cards = [CardKey(deck_id, item_id, variant) for variant in studied_variants(connection, deck_id, item_id)]
    return {card: entries_of(connection, kin(connection, card)) for card in cards}
