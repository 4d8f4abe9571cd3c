"""States and marks from the log, card by card as it is read: memory holds one card's rows and a batch of results."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import groupby
from operator import itemgetter

from spinequiz.model.cards import NO_MARKS, CardKey, CardMarks, CardState, Preset, Rating, Review
from spinequiz.scheduling.outcomes import is_leech
from spinequiz.scheduling.replay import Replayed, replay_card
from spinequiz.store.relinks import entries_of, kin, relinked
from spinequiz.store.rows import NAMES, Row, decode_state, row_review, state_row
from spinequiz.store.workers import mapped

CARD = "deck_id = ? AND item_id = ? AND variant = ?"
LEAN_COLUMNS = ", ".join("NULL" if name in ("response", "duration_ms") else f"l.{name}" for name in NAMES)
"""LOG_COLUMNS of the log as `l`, without what no state comes from."""
ALL_ROWS = f"SELECT {LEAN_COLUMNS} FROM log l ORDER BY l.deck_id, l.item_id, l.variant, l.id"
ALL_TO_VERIFY = ALL_ROWS.replace("l.before", "NULL")
"""The same where every answer is computed anew, whatever state it says that it was given to."""
KIND, RATING, BEFORE, AFTER, PRESET = map(NAMES.index, ("kind", "rating", "before", "after", "preset_id"))
IN_REVIEW = '["review"'
"""How the stored state of a card in review begins."""
BATCH = 1000
"""Cards whose states are written together."""
PIECE_ROWS = 2000
"""About how many rows are replayed together."""

Group = tuple[CardKey, "list[Review] | Unread"]


def derive(
    connection: sqlite3.Connection,
    rows: Iterable[Row],
    presets: Mapping[str, Preset],
    *,
    verify: bool,
    advanced: Callable[[int], None] = lambda cards: None,
) -> int:
    """Write the states and marks of the cards whose rows are given, all rows of a card together and in order.

    `rows` have LEAN_COLUMNS; `advanced` is told how many cards are done. Runs within the caller's transaction.
    Returns the number of cards. Raises KeyError for a preset that is not known.
    """
    count = 0
    batch: list[tuple[CardKey, Replayed]] = []
    for found in replays(connection, rows, presets, verify=verify):
        batch.append(found)
        if len(batch) == BATCH:
            put(connection, batch)
            count += len(batch)
            batch.clear()
            advanced(count)
    put(connection, batch)
    advanced(count + len(batch))
    return count + len(batch)


def replays(
    connection: sqlite3.Connection, rows: Iterable[Row], presets: Mapping[str, Preset], *, verify: bool
) -> Iterator[tuple[CardKey, Replayed]]:
    """The cards whose rows are given, as `derive` takes them, each with what its log makes of it.

    With `verify` every answer is computed anew, by several processes if there are many.
    """
    groups = grouped(connection, rows)
    if not verify:
        for card, entries in groups:
            quick = recorded(entries.rows, presets) if isinstance(entries, Unread) else None
            yield card, quick or replay_card(entries, presets, verify=False)
        return
    for piece, replayed in mapped(partial(_replayed, presets), _pieces(groups)):
        yield from zip((card for card, _ in piece), replayed, strict=True)


def _pieces(groups: Iterable[Group]) -> Iterator[list[Group]]:
    piece: list[Group] = []
    size = 0
    for card, entries in groups:
        piece.append((card, entries))
        size += len(entries)
        if size >= PIECE_ROWS:
            yield piece
            piece, size = [], 0
    yield piece


def _replayed(presets: Mapping[str, Preset], piece: list[Group]) -> list[Replayed]:
    return [replay_card(entries, presets) for _, entries in piece]


def grouped(connection: sqlite3.Connection, rows: Iterable[Row]) -> Iterator[Group]:
    """Each card with all rows that its state comes from: its own, and those of cards that it was relinked from.

    At the end come the cards that none of the rows belong to, but under which they go on.
    """
    gathered = {card: kin(connection, card) for card in relinked(connection)}
    related = {card for cards in gathered.values() for card in cards}
    seen: set[CardKey] = set()
    for names, group in groupby(rows, key=itemgetter(2, 3, 4)):
        card = CardKey(*names)
        if card in related:
            seen.add(card)
        yield card, entries_of(connection, gathered[card]) if card in gathered else Unread(list(group))
    for card, cards in gathered.items():
        if card not in seen and not seen.isdisjoint(cards):
            yield card, entries_of(connection, cards)


class Differing:
    """Cards that stand otherwise than their log says, with what it says, and the log that was looked at.

    `cards` is None where they are too many to be kept.
    """

    MOST = 100_000

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.cards: list[tuple[CardKey, Replayed]] | None = []
        self.log = extent(connection)

    def add(self, card: CardKey, replayed: Replayed) -> None:
        """Keep a card, if there is room."""
        if self.cards is not None:
            self.cards.append((card, replayed))
            if len(self.cards) > self.MOST:
                self.cards = None


def extent(connection: sqlite3.Connection) -> tuple[int, int]:
    """How many rows a log has, and the last one's number: another answer makes it another one."""
    found: tuple[int, int] = connection.execute("SELECT count(*), coalesce(max(rowid), 0) FROM log").fetchone()
    return found


class Unread:
    """The rows of one card, made reviews of only where they are looked at."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Review]:
        return map(row_review, self.rows)


def recorded(rows: Iterable[Row], presets: Mapping[str, Preset]) -> Replayed | None:
    """What `replay_card` gives without verifying, for a card that was answered and nothing else, without a gap.

    None where the rows must be replayed. Raises KeyError for a preset that is not known.
    """
    before: str | None = None
    leech = False
    for row in rows:
        if row[KIND] != "answer" or row[BEFORE] != before:
            return None
        leech_lapses = presets[row[PRESET]].leech_lapses
        lapsed = row[RATING] == Rating.AGAIN and before is not None and before.startswith(IN_REVIEW)
        before = row[AFTER]
        if lapsed and not leech:
            state = decode_state(before)
            leech = state is not None and is_leech(state.lapses, leech_lapses)
    return Replayed(decode_state(before), CardMarks(suspended=True, leech=True) if leech else NO_MARKS)


def put(connection: sqlite3.Connection, replayed: Iterable[tuple[CardKey, Replayed]]) -> None:
    """Write the states and marks of cards, within the caller's transaction."""
    fresh: list[CardKey] = []
    states: list[tuple[CardKey, CardState]] = []
    unmarked: list[CardKey] = []
    marks: list[tuple[CardKey, CardMarks]] = []
    for card, (state, marked) in replayed:
        if state is None:
            fresh.append(card)
        else:
            states.append((card, state))
        if marked == NO_MARKS:
            unmarked.append(card)
        else:
            marks.append((card, marked))
    connection.executemany(f"DELETE FROM state WHERE {CARD}", fresh)
    connection.executemany(f"UPDATE card SET is_new = 1 WHERE {CARD}", fresh)
    connection.executemany(
        "INSERT OR REPLACE INTO state (deck_id, item_id, variant, phase, step, stability, difficulty, due_ms, "
        "interval_days, last_day, reps, lapses) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((*card, *state_row(state)) for card, state in states),
    )
    connection.executemany(f"UPDATE card SET is_new = 0 WHERE is_new = 1 AND {CARD}", (card for card, _ in states))
    connection.executemany(f"DELETE FROM mark WHERE {CARD}", unmarked)
    connection.executemany(
        "INSERT OR REPLACE INTO mark VALUES (?, ?, ?, ?, ?, ?, ?)",
        ((*card, m.suspended, m.leech, m.flagged, m.buried_until) for card, m in marks),
    )
