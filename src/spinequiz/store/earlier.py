"""Items as they were before their decks changed: answers to them may still arrive from another machine."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from spinequiz.model.cards import CardKey, DeckId, ItemId
from spinequiz.store.cards import any_item_changed
from spinequiz.store.known import REPLACED
from spinequiz.store.late import mark_judged

COLUMNS = "deck_id, item_id, number, rev, content_hash, question_hash, key_form"
COLUMN_NAMES = COLUMNS.split(", ")


class Version(NamedTuple):
    """An item's content as it was once."""

    rev: int
    content_hash: str
    question_hash: str
    key_form: str


def keep_earlier(connection: sqlite3.Connection, changed: Iterable[tuple[DeckId, ItemId, str]]) -> None:
    """Keep what is known of items as earlier versions, within the caller's transaction, before it is written over.

    Each item stands with the hash of its content as it is now; where that is what is known, nothing is kept.
    """
    if not any_item_changed(connection):
        # no row can be to an earlier version so far
        mark_judged(connection)
    connection.executemany(
        f"INSERT INTO earlier_item ({COLUMNS}) SELECT deck_id, item_id, (SELECT coalesce(max(number), 0) + 1 "
        "FROM earlier_item e WHERE e.deck_id = k.deck_id AND e.item_id = k.item_id), rev, content_hash, "
        "question_hash, key_form FROM known_item k WHERE deck_id = ? AND item_id = ? AND content_hash <> ?",
        changed,
    )


def could_be_earlier(row: Sequence[object]) -> bool:
    """Whether a row with COLUMNS, from a damaged file, can be what was written."""
    numbers = COLUMN_NAMES.index("number"), COLUMN_NAMES.index("rev")
    texts = (value for at, value in enumerate(row) if at not in numbers)
    sound = all(isinstance(text, str) and text and REPLACED not in text for text in texts)
    return sound and all(isinstance(row[at], int) for at in numbers)


def restore_earlier(connection: sqlite3.Connection, rows: Iterable[Sequence[object]]) -> None:
    """Write rows with COLUMNS back into a new file, within the caller's transaction."""
    connection.executemany(f"INSERT INTO earlier_item ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def versions(connection: sqlite3.Connection, cards: Sequence[CardKey]) -> list[Version]:
    """What was known of a card's item and of those whose rows go on under it, oldest first.

    `cards` are those of `kin`.
    """
    found = []
    for card in reversed(cards):
        for query in (
            "SELECT rev, content_hash, question_hash, key_form FROM earlier_item "
            "WHERE deck_id = ? AND item_id = ? ORDER BY number",
            "SELECT rev, content_hash, question_hash, key_form FROM known_item WHERE deck_id = ? AND item_id = ?",
        ):
            found += [Version(*row) for row in connection.execute(query, card[:2])]
    return found
