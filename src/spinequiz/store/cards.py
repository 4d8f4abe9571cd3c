"""Which cards there are to study: queries whose cost is the session's, not the collection's."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import Any, NamedTuple

from spinequiz.model.cards import CardKey, DeckId, Phase


def _ready(card: str) -> str:
    """The condition that a card, by its alias in a query, is neither suspended nor buried."""
    return (
        f"NOT EXISTS (SELECT 1 FROM mark m WHERE m.deck_id = {card}.deck_id AND m.item_id = {card}.item_id "
        f"AND m.variant = {card}.variant AND (m.suspended = 1 OR m.buried_until > :day))"
    )


def _no_sibling(condition: str) -> str:
    """The condition that no sibling was studied today, nor is due until the end of it and of a `condition`."""
    return (
        "NOT EXISTS (SELECT 1 FROM state b WHERE b.deck_id = c.deck_id AND b.item_id = c.item_id "
        f"AND b.variant <> c.variant AND (b.last_day = :day OR ({condition} AND b.due_ms < :until "
        "AND EXISTS (SELECT 1 FROM card o WHERE o.deck_id = b.deck_id AND o.item_id = b.item_id "
        f"AND o.variant = b.variant) AND {_ready('b')})))"
    )


READY = _ready("c")
SIBLING_ON_A_STEP = "b.phase <> 'review'"
STEPS = (Phase.LEARNING, Phase.RELEARNING)
PHASES_OF_STEPS = f"('{Phase.LEARNING.value}', '{Phase.RELEARNING.value}')"
JOIN_STATE = "FROM state s JOIN card c ON c.deck_id = s.deck_id AND c.item_id = s.item_id AND c.variant = s.variant"
ON_STEPS = f"{JOIN_STATE} WHERE s.deck_id = :deck AND s.phase IN {PHASES_OF_STEPS} AND s.due_ms < :until AND {READY}"
IN_REVIEW = (
    f"{JOIN_STATE} WHERE s.deck_id = :deck AND s.phase = 'review' AND s.due_ms < :until "
    f"AND {READY} AND {_no_sibling(SIBLING_ON_A_STEP)}"
)
# without the index's name SQLite may walk through all cards of a deck, which are many more
NEW = f"FROM card c INDEXED BY card_new WHERE c.deck_id = :deck AND c.is_new = 1 AND {READY} AND {_no_sibling('1')}"


class OfferedCard(NamedTuple):
    """A card that a deck offers; `topic` is the item's first tag."""

    key: CardKey
    position: int
    topic: str


class DueCard(NamedTuple):
    """A card to study; `due_ms` is 0 for a new one."""

    key: CardKey
    due_ms: int
    topic: str


class DoneToday(NamedTuple):
    """Cards of a deck introduced and reviewed on a study day."""

    new: int
    reviews: int


def offered_digests(connection: sqlite3.Connection) -> dict[DeckId, str]:
    """For each deck, the digest of the content whose cards are registered."""
    return {DeckId(row[0]): row[1] for row in connection.execute("SELECT deck_id, digest FROM offered")}


def any_item_changed(connection: sqlite3.Connection) -> bool:
    """Whether any item was ever another one than it is now."""
    return bool(connection.execute("SELECT EXISTS (SELECT 1 FROM earlier_item)").fetchone()[0])


def offer(connection: sqlite3.Connection, deck_id: DeckId, digest: str, cards: Iterable[OfferedCard]) -> None:
    """Register the cards that a deck offers now, within the caller's transaction. Progress is not touched."""
    connection.execute("DELETE FROM card WHERE deck_id = ?", (deck_id,))
    _insert(connection, cards)
    connection.execute("INSERT OR REPLACE INTO offered VALUES (?, ?)", (deck_id, digest))


@contextmanager
def offered_for_now(connection: sqlite3.Connection, cards: Iterable[OfferedCard]) -> Iterator[None]:
    """Let the queries see these cards, and no others, without writing to the file."""
    # a temporary table stands in front of the file's own of the same name
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("CREATE TEMP TABLE card AS SELECT * FROM main.card WHERE 0")
    connection.execute("CREATE INDEX temp.card_new ON card (deck_id, position) WHERE is_new = 1")
    connection.execute("CREATE INDEX temp.card_by_key ON card (deck_id, item_id, variant)")
    try:
        _insert(connection, cards)
        yield
    finally:
        connection.execute("DROP TABLE temp.card")


def has_progress(connection: sqlite3.Connection, deck_id: DeckId) -> bool:
    """Whether any card of a deck was answered or marked."""
    found = "SELECT 1 FROM state WHERE deck_id = ?1 UNION ALL SELECT 1 FROM mark WHERE deck_id = ?1 LIMIT 1"
    return connection.execute(found, (deck_id,)).fetchone() is not None


def _insert(connection: sqlite3.Connection, cards: Iterable[OfferedCard]) -> None:
    connection.executemany(
        "INSERT INTO card SELECT ?1, ?2, ?3, ?4, ?5, NOT EXISTS "
        "(SELECT 1 FROM state WHERE deck_id = ?1 AND item_id = ?2 AND variant = ?3)",
        ((*card.key, card.position, card.topic) for card in cards),
    )


def steps_until(connection: sqlite3.Connection, deck: DeckId, day: int, until_ms: int) -> list[DueCard]:
    """Cards on (re)learning steps that are due before an instant, soonest first."""
    found = connection.execute(
        f"SELECT s.due_ms, c.deck_id, c.item_id, c.variant, c.topic {ON_STEPS}",
        {"deck": deck, "until": until_ms, "day": day},
    ).fetchall()
    # sorting them here leaves SQLite its index for both phases
    found.sort(key=itemgetter(0))
    return [DueCard(CardKey(row[1], row[2], row[3]), row[0], row[4]) for row in found]


def first_step(connection: sqlite3.Connection, decks: Sequence[DeckId], day: int, until_ms: int) -> DueCard | None:
    """The first of the cards that `steps_until` finds in all of the decks; of two at once, that of the earlier deck.

    However many there are, few are looked at: those that are first of a deck and a phase.
    """
    soonest = ", ".join(
        f"(SELECT min(due_ms) FROM state WHERE deck_id = value AND phase = '{phase.value}')" for phase in STEPS
    )
    rows = connection.execute(f"SELECT key, {soonest} FROM json_each(?)", (json.dumps(decks),))
    # some of these may be suspended, or not be offered any more
    earliest = sorted(
        (due_ms, place, number)
        for place, *dues in rows
        for number, due_ms in enumerate(dues)
        if due_ms is not None and due_ms < until_ms
    )
    found: list[tuple[int, int, int, DueCard]] = []
    for due_ms, place, number in earliest:
        if found and min(found)[:3] < (due_ms, place, number):
            break
        row = connection.execute(
            f"SELECT s.due_ms, c.deck_id, c.item_id, c.variant, c.topic {ON_STEPS} AND s.phase = :phase "
            "ORDER BY s.due_ms LIMIT 1",
            {"deck": decks[place], "until": until_ms, "day": day, "phase": STEPS[number].value},
        ).fetchone()
        if row is not None:
            found.append((row[0], place, number, DueCard(CardKey(row[1], row[2], row[3]), row[0], row[4])))
    return min(found)[3] if found else None


def reviews_due(connection: sqlite3.Connection, deck: DeckId, day: int, until_ms: int, limit: int) -> list[DueCard]:
    """Review cards that are due before an instant, most overdue first.

    Siblings of cards that were studied today, or are on steps until then, wait.
    """
    rows = connection.execute(
        f"SELECT c.deck_id, c.item_id, c.variant, s.due_ms, c.topic {IN_REVIEW} ORDER BY s.due_ms LIMIT :limit",
        {"deck": deck, "until": until_ms, "day": day, "limit": limit},
    )
    return [_due(row) for row in rows]


def new_cards(connection: sqlite3.Connection, deck: DeckId, day: int, until_ms: int, limit: int) -> list[DueCard]:
    """New cards in the deck's order. Siblings of cards that were studied today, or are due before an instant, wait."""
    rows = connection.execute(
        f"SELECT c.deck_id, c.item_id, c.variant, 0, c.topic {NEW} ORDER BY c.position LIMIT :limit",
        {"deck": deck, "day": day, "until": until_ms, "limit": limit},
    )
    return [_due(row) for row in rows]


def count_steps(connection: sqlite3.Connection, deck: DeckId, day: int, until_ms: int) -> int:
    """How many cards `steps_until` finds."""
    counted: int = connection.execute(
        f"SELECT count(*) {ON_STEPS}", {"deck": deck, "until": until_ms, "day": day}
    ).fetchone()[0]
    return counted


def count_reviews(connection: sqlite3.Connection, deck: DeckId, day: int, until_ms: int, most: int) -> int:
    """How many items the cards of `reviews_due` are of, counted up to `most`."""
    counted: int = connection.execute(
        f"SELECT count(*) FROM (SELECT DISTINCT c.item_id {IN_REVIEW} LIMIT :limit)",
        {"deck": deck, "until": until_ms, "day": day, "limit": most},
    ).fetchone()[0]
    return counted


def count_new(connection: sqlite3.Connection, deck: DeckId, day: int, until_ms: int, most: int) -> int:
    """How many items the cards of `new_cards` are of, counted up to `most`."""
    counted: int = connection.execute(
        f"SELECT count(*) FROM (SELECT DISTINCT c.item_id {NEW} LIMIT :limit)",
        {"deck": deck, "day": day, "until": until_ms, "limit": most},
    ).fetchone()[0]
    return counted


def done_on(connection: sqlite3.Connection, day: int) -> dict[DeckId, DoneToday]:
    """For each deck, what was answered for the first time, and what was reviewed, on a study day.

    A review is the first answer of the day to a card in review; its steps afterwards do not count.
    """
    rows = connection.execute(
        "SELECT deck_id, sum(before IS NULL), sum(before IS NOT NULL AND before LIKE '[\"review\"%') FROM log a "
        "WHERE study_day = ? AND kind = 'answer' "
        "AND NOT EXISTS (SELECT 1 FROM log w WHERE w.withdraws = a.id) GROUP BY deck_id",
        (day,),
    )
    return {DeckId(row[0]): DoneToday(row[1], row[2]) for row in rows}


def has_state(connection: sqlite3.Connection, deck_id: DeckId) -> bool:
    """Whether any card of a deck was studied."""
    return connection.execute("SELECT 1 FROM state WHERE deck_id = ? LIMIT 1", (deck_id,)).fetchone() is not None


def leeches(connection: sqlite3.Connection, decks: Sequence[DeckId]) -> list[CardKey]:
    """Cards that are suspended as leeches."""
    marks = ", ".join("?" * len(decks))
    rows = connection.execute(
        f"SELECT deck_id, item_id, variant FROM mark WHERE leech = 1 AND suspended = 1 AND deck_id IN ({marks})",
        tuple(decks),
    )
    return [_key(row) for row in rows]


def suspended(connection: sqlite3.Connection, decks: Sequence[DeckId]) -> list[CardKey]:
    """Cards that are suspended, leeches included."""
    marks = ", ".join("?" * len(decks))
    rows = connection.execute(
        f"SELECT deck_id, item_id, variant FROM mark WHERE suspended = 1 AND deck_id IN ({marks})",
        tuple(decks),
    )
    return [_key(row) for row in rows]


def _key(row: tuple[str, ...]) -> CardKey:
    return CardKey._make(row)


def _due(row: tuple[Any, ...]) -> DueCard:
    return DueCard(CardKey(row[0], row[1], row[2]), row[3], row[4])
