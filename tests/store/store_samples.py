"""Cards, answers and marks for the tests of the store, and a look at everything it holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from spinequiz.model.cards import (
    MAIN,
    CardKey,
    CardState,
    DeckId,
    EntryKind,
    ItemId,
    Phase,
    Preset,
    Rating,
    Review,
    ReviewId,
    Score,
    Variant,
)
from spinequiz.scheduling.outcomes import outcomes
from spinequiz.scheduling.study_day import DAY_MS
from spinequiz.store.cards import OfferedCard, offer
from spinequiz.store.progress import Progress

TODAY = 20_600
NOW_MS = TODAY * DAY_MS + 10 * 3_600_000
ROLLOVER_MS = 4 * 3_600_000
TABLES = ("meta", "preset", "log", "state", "mark", "offered", "card")
DEFAULTS = Preset()
LEECHY = Preset(leech_lapses=1, relearning_steps=())


def key(item: str = "one", deck: str = "deck", variant: str = MAIN) -> CardKey:
    return CardKey(DeckId(deck), ItemId(item), Variant(variant))


ONE, TWO = key("one"), key("two")


def review(
    card: CardKey,
    state: CardState | None,
    rating: Rating,
    *,
    at_ms: int = NOW_MS,
    day: int = TODAY,
    preset: Preset = DEFAULTS,
    retention: float = 0.9,
    rollover_ms: int = ROLLOVER_MS,
) -> tuple[Review, bool]:
    """The row of an answer to a card in a state, and whether it makes a leech."""
    outcome = outcomes(
        card,
        state,
        now_ms=at_ms,
        study_day=day,
        preset=preset,
        desired_retention=retention,
        day_start=lambda day: day * DAY_MS + rollover_ms,
    ).of(rating)
    row = Review(
        id=ReviewId(""),
        kind=EntryKind.ANSWER,
        card=card,
        at_ms=at_ms,
        study_day=day,
        device="",
        rating=rating,
        score=Score(1, 1),
        response='{"kind":"recalled"}',
        duration_ms=1200,
        before=state,
        after=outcome.state,
        desired_retention=retention,
        rev=1,
        content_hash="abc",
    )
    return row, outcome.leech


def answer(progress: Progress, card: CardKey, rating: Rating, **fields: Any) -> Review:
    """Answer a card as it stands."""
    row, leech = review(card, progress.state(card), rating, **fields)
    return progress.answer(row, fields.get("preset", Preset()), leech=leech)


def mark(progress: Progress, card: CardKey, kind: EntryKind, *, at_ms: int = NOW_MS, day: int = TODAY) -> Review:
    until = day + 1 if kind is EntryKind.BURY else None
    return progress.mark(
        Review(id=ReviewId(""), kind=kind, card=card, at_ms=at_ms, study_day=day, device="", until_day=until)
    )


def undo(progress: Progress, target: Review) -> Review:
    return progress.withdraw(target.id, at_ms=NOW_MS, study_day=TODAY)


def make_leech(progress: Progress, card: CardKey) -> Review:
    """Let a card lapse, under a preset that calls it a leech for that."""
    answer(progress, card, Rating.EASY, day=TODAY - 9, at_ms=NOW_MS - 9 * DAY_MS, preset=LEECHY)
    return answer(progress, card, Rating.AGAIN, preset=LEECHY)


def contents(connection: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    return {table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr) for table in TABLES}


def derived(connection: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """What can be rebuilt from the log."""
    found = contents(connection)
    return {table: found[table] for table in ("state", "mark", "card")}


def offer_cards(progress: Progress, *cards: CardKey, digest: str = "first", topic: str = "") -> None:
    decks = {card.deck_id for card in cards}
    with progress.transaction() as connection:
        for deck in decks:
            offered = [OfferedCard(card, place, topic) for place, card in enumerate(cards) if card.deck_id == deck]
            offer(connection, deck, digest, offered)


def put_state(progress: Progress, card: CardKey, *, due_ms: int, phase: Phase = Phase.REVIEW, day: int = 0) -> None:
    """Put a card on its schedule without a log, for the queries. A mark after it derives the card from its log."""
    step = None if phase is Phase.REVIEW else 0
    days = 5 if phase is Phase.REVIEW else 0
    with progress.transaction() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?, ?, 5.0, 5.0, ?, ?, ?, 1, 0)",
            (*card, phase.value, step, due_ms, days, day),
        )
        connection.execute("UPDATE card SET is_new = 0 WHERE deck_id = ? AND item_id = ? AND variant = ?", card)


class Faulty:
    """A connection on which the statement of a number, counted from 0, fails, or something else happens."""

    def __init__(self, connection: sqlite3.Connection, at: int, fault: Callable[[], None]) -> None:
        self._connection = connection
        self._fault = fault
        self.left = at
        self.fired = False

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        if self.left == 0:
            self.left = -1
            self.fired = True
            self._fault()
        if self.left > 0:
            self.left -= 1
        return self._connection.execute(*arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)
