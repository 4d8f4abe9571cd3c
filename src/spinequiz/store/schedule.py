"""Answers that came without a schedule: each gets one from the state that the log leads to at its place."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from spinequiz.model.cards import NO_MARKS, CardKey, CardMarks, CardState, DeckId, ItemId, Preset, Variant
from spinequiz.scheduling.formulas import outcome
from spinequiz.scheduling.replay import Replayed, answered
from spinequiz.store.derive import put
from spinequiz.store.relinks import relinked
from spinequiz.store.rows import LOG_COLUMNS, NAMES, RATINGS, Row, encode_state, insert_rows, row_review
from spinequiz.store.workers import mapped

if TYPE_CHECKING:
    from spinequiz.store.absorb import Defaults

PIECE_ROWS = 2000
"""About how many rows are scheduled together."""
BATCH_ROWS = 20_000
"""Rows that are written together, sorted by their ids: the index of ids is slow where it grows at random places."""
BARE = "temp.arriving a WHERE a.kind = 'answer' AND NOT EXISTS (SELECT 1 FROM log WHERE id = a.id)"
QUALIFIED = ", ".join(f"l.{name}" for name in NAMES)
KIND, DECK, AT, DAY, RATING, BEFORE, AFTER, RETENTION, PRESET, WITHDRAWS = map(
    NAMES.index,
    (
        "kind", "deck_id", "at_ms", "study_day", "rating", "before", "after", "desired_retention", "preset_id",
        "withdraws",
    ),
)  # fmt: skip
ID = 0
CARD = slice(DECK, DECK + 3)


class Scheduled(NamedTuple):
    """Rows that were scheduled, and cards whose states and marks are written: those that have no other rows."""

    rows: int
    cards: int


class Piece(NamedTuple):
    """All rows of some cards, those to schedule with an `after` of None, and the decks' desired retentions."""

    rows: list[Row]
    desired_retentions: dict[str, float]


class Done(NamedTuple):
    """Rows with their schedule. `replayed` are the cards that have no other rows; `rows_of_these` counts theirs."""

    rows: list[Row]
    replayed: list[tuple[CardKey, Replayed]]
    rows_of_these: int


def schedule(
    connection: sqlite3.Connection,
    defaults: Defaults,
    presets: Mapping[str, Preset],
    name: str,
    advanced: Callable[[int, int], None],
) -> Scheduled:
    """Write the answers of `temp.arriving` into the log, with schedules, within the caller's transaction.

    `name` is that of the preset for answers that name none. `advanced` is told of cards done and of how many there
    are. Returns what is finished: rows of cards that nothing else has to be derived for.
    """
    total = connection.execute(f"SELECT count(*) FROM (SELECT DISTINCT deck_id, item_id, variant FROM {BARE})")
    cards = total.fetchone()[0]
    job = partial(_scheduled, presets, name, defaults.day_start)
    # what goes on under another card is derived with that one
    alone = not relinked(connection)
    rows = done = 0
    made: list[Row] = []
    for piece, found in mapped(job, _pieces(connection, defaults)):
        made += found.rows
        done += sum(1 for _ in groupby(piece.rows, key=itemgetter(CARD)))
        if alone:
            put(connection, found.replayed)
            rows += found.rows_of_these
        if len(made) >= BATCH_ROWS:
            insert_rows(connection, "log", sorted(made, key=itemgetter(ID)))
            made.clear()
        advanced(done, cards)
    insert_rows(connection, "log", sorted(made, key=itemgetter(ID)))
    return Scheduled(rows, cards)


def _pieces(connection: sqlite3.Connection, defaults: Defaults) -> Iterator[Piece]:
    bare = f"SELECT {LOG_COLUMNS} FROM {BARE}"
    if connection.execute("SELECT EXISTS (SELECT 1 FROM log)").fetchone()[0]:
        every = (
            f"SELECT {QUALIFIED} FROM (SELECT DISTINCT deck_id, item_id, variant FROM {BARE}) t "
            f"JOIN log l ON l.deck_id = t.deck_id AND l.item_id = t.item_id AND l.variant = t.variant UNION ALL {bare}"
        )
    else:
        every = bare
    # what is sorted is read to its end before the first row comes out, so that rows may be added meanwhile
    rows = connection.cursor().execute(f"SELECT * FROM ({every}) ORDER BY +deck_id, +item_id, +variant, +id")
    retentions: dict[str, float] = {}
    piece: list[Row] = []
    decks: dict[str, float] = {}
    for names, group in groupby(rows, key=itemgetter(CARD)):
        deck = names[0]
        if deck not in retentions:
            retentions[deck] = defaults.desired_retention(deck)
        decks[deck] = retentions[deck]
        piece += group
        if len(piece) >= PIECE_ROWS:
            yield Piece(piece, decks)
            piece, decks = [], {}
    yield Piece(piece, decks)


def _scheduled(presets: Mapping[str, Preset], name: str, day_start: Callable[[int], int], piece: Piece) -> Done:
    made: list[Row] = []
    replayed: list[tuple[CardKey, Replayed]] = []
    rows_of_these = 0
    for names, group in groupby(piece.rows, key=itemgetter(CARD)):
        rows = list(group)
        card = CardKey(DeckId(names[0]), ItemId(names[1]), Variant(names[2]))
        withdrawn = {row[WITHDRAWS] for row in rows if row[WITHDRAWS] is not None}
        state: CardState | None = None
        stored: str | None = None
        leech = False
        bare = 0
        for row in rows:
            if row[KIND] != "answer":
                continue
            counts = row[ID] not in withdrawn
            if row[AFTER] is not None:
                if counts:
                    state, _ = answered(row_review(row), state, presets, verify=False)
                    stored = encode_state(state)
                continue
            bare += 1
            retention = row[RETENTION] or piece.desired_retentions[card.deck_id]
            preset = row[PRESET] or name
            found = outcome(
                card,
                state,
                RATINGS[row[RATING]],
                now_ms=row[AT],
                study_day=row[DAY],
                preset=presets[preset],
                desired_retention=retention,
                day_start=day_start,
            )
            after = encode_state(found.state)
            made.append((*row[:BEFORE], stored, after, retention, preset, *row[PRESET + 1 :]))
            leech = leech or found.leech
            if counts:
                state, stored = found.state, after
        if bare == len(rows):
            marks = CardMarks(suspended=True, leech=True) if leech else NO_MARKS
            replayed.append((card, Replayed(state, marks)))
            rows_of_these += bare
    return Done(made, replayed, rows_of_these)
