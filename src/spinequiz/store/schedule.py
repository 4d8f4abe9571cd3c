"""Answers that came without a schedule: each gets one from the state that the log leads to at its place.

They are scheduled in the order of their ids, cards side by side, so that the log and its index of ids grow at their
ends. Each card has a lane: a piece holds the next rows of one lane, with the states that the lane's last piece led to.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import chain, islice, starmap
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from spinequiz.model.cards import NO_MARKS, CardKey, CardMarks, CardState, Preset, Review
from spinequiz.scheduling.formulas import outcome
from spinequiz.scheduling.replay import Replayed, answered
from spinequiz.store.derive import put
from spinequiz.store.relinks import relinked
from spinequiz.store.rows import LOG_COLUMNS, NAMES, RATINGS, Row, decode_state, encode_state, row_review
from spinequiz.store.workers import UNDER_WAY, mapped

if TYPE_CHECKING:
    from spinequiz.store.absorb import Defaults

LANES = UNDER_WAY + 1
"""When a lane's next piece is made, the result of its last one has come back."""
PIECE_ROWS = 400
"""About how many rows are scheduled together."""
MOST_CARDS = 100_000
"""So many cards are followed at once; the rows of others wait for the next time that the rows are gone through."""
BATCH = 1000
"""Cards whose states are written together."""
BARE = "temp.arriving a WHERE a.kind = 'answer' AND NOT EXISTS (SELECT 1 FROM log WHERE id = a.id)"
CARDS = f"SELECT DISTINCT deck_id, item_id, variant FROM {BARE}"
TAKEN_BACK = (
    "EXISTS (SELECT 1 FROM log w WHERE w.withdraws = r.id AND w.deck_id = r.deck_id AND w.item_id = r.item_id "
    "AND w.variant = r.variant)"
)
LEAN = ("id", "deck_id", "item_id", "variant", "at_ms", "study_day", "rating", "desired_retention", "preset_id")
"""The columns that a schedule comes from."""
BARE_COLUMNS = f"{', '.join(LEAN)}, NULL AS whole, NULL AS before, NULL AS after"
WHOLE_COLUMNS = f"{', '.join(f'l.{name}' for name in LEAN)}, l.kind, l.before, l.after"
EMPTY_LOG = f"SELECT {BARE_COLUMNS}, 0 FROM temp.arriving WHERE kind = 'answer' ORDER BY id"
# what is sorted is read to its end before the first row comes out, so that rows may be added meanwhile
WITH_LOG = (
    f"SELECT r.*, {TAKEN_BACK} FROM (SELECT {BARE_COLUMNS} FROM {BARE} UNION ALL "
    f"SELECT {WHOLE_COLUMNS} FROM ({CARDS}) t JOIN log l "
    "ON l.deck_id = t.deck_id AND l.item_id = t.item_id AND l.variant = t.variant) r ORDER BY +id"
)
"""Both give LEAN; the kind of a row of the log, with the states before and after it; and if it was taken back."""
ID, DECK, AT, DAY, RATING, RETENTION, PRESET, KIND, BEFORE, AFTER, TAKEN = 0, 1, 4, 5, 6, 7, 8, 9, 10, 11, 12
CARD = slice(DECK, DECK + 3)
GIVEN = {"before": "v.column2", "after": "v.column3", "desired_retention": "v.column4", "preset_id": "v.column5"}
INSERT = (
    f"INSERT INTO log ({LOG_COLUMNS}) SELECT {', '.join(GIVEN.get(name, f'a.{name}') for name in NAMES)} "
    "FROM (VALUES {values}) v CROSS JOIN temp.arriving a ON a.id = v.column1"
)
"""Takes the id of an answer and what GIVEN names; the rest stands in `temp.arriving`."""
ROWS_A_STATEMENT = 50


class Scheduled(NamedTuple):
    """Rows that were scheduled, and their cards. No rows where more has to be derived than this could write."""

    rows: int
    cards: int


class Piece(NamedTuple):
    """The next rows of some cards, in the order of their ids, column by column, which is sent in half the time.

    For each of them stand the number of its card in `cards`, and the card's state before all these rows, as the log
    holds it, in `states`. `desired_retentions` goes by decks.
    """

    columns: list[tuple[Any, ...]]
    cards: list[int]
    states: list[str | None]
    desired_retentions: dict[str, float]


class Done(NamedTuple):
    """For each row of a piece the state after it, None where it does not matter; and which rows made leeches."""

    states: list[str | None]
    leeches: list[int]


class Standing:
    """How far a card has come: the state that its rows so far led to, and whether they made it a leech."""

    __slots__ = ("leech", "number", "state")

    def __init__(self, number: int) -> None:
        self.number = number
        self.state: str | None = None
        self.leech = False

    def replayed(self) -> Replayed:
        """The state and the marks of a card that was only answered."""
        return Replayed(decode_state(self.state), CardMarks(suspended=True, leech=True) if self.leech else NO_MARKS)


def schedule(
    connection: sqlite3.Connection,
    defaults: Defaults,
    presets: Mapping[str, Preset],
    name: str,
    advanced: Callable[[int, int], None],
) -> Scheduled:
    """Write the answers of `temp.arriving` into the log, with schedules, within the caller's transaction.

    `name` is that of the preset for answers that name none. `advanced` is told of rows done and of how many there
    are. Where nothing but these answers is known of their cards, the cards' states and marks are written too.
    """
    total = connection.execute(f"SELECT count(*) FROM {BARE}").fetchone()[0]
    empty = not connection.execute("SELECT EXISTS (SELECT 1 FROM log)").fetchone()[0]
    job = partial(_scheduled, presets, name, defaults.day_start)
    rows = cards = 0
    # what goes on under another card is derived with that one
    alone = not relinked(connection)
    while rows < total:
        passage = _Passage(defaults.desired_retention)
        made: list[Row] = []
        found = connection.cursor().execute(EMPTY_LOG if empty else WITH_LOG)
        for number, (piece, done) in enumerate(mapped(job, passage.pieces(found)), 1):
            made += passage.scheduled(piece, done, name)
            if number % LANES == 0:
                rows += _insert(connection, made)
                advanced(rows, total)
        rows += _insert(connection, made)
        advanced(rows, total)
        cards += len(passage.cards)
        alone = alone and not passage.mixed
        if alone:
            passage.put(connection)
        empty = False
    return Scheduled(rows if alone else 0, cards)


class _Passage:
    """Goes through the rows once, and follows some of the cards.

    `mixed` tells that a card has other rows than answers to schedule.
    """

    def __init__(self, desired_retention: Callable[[str], float]) -> None:
        self.cards: dict[tuple[str, str, str], Standing] = {}
        self.mixed = False
        self._desired_retention = desired_retention
        self._retentions: dict[str, float] = {}
        self._under_way: deque[tuple[list[Row], list[Standing]]] = deque()

    def pieces(self, rows: Iterable[Row]) -> Iterator[Piece]:
        """The rows of the cards that are followed, a piece of each lane in turn, be it empty."""
        lanes: list[tuple[list[Row], list[Standing]]] = [([], []) for _ in range(LANES)]
        room = LANES * PIECE_ROWS
        cards = self.cards
        for row in rows:
            card = row[CARD]
            standing = cards.get(card)
            if standing is None:
                if len(cards) == MOST_CARDS:
                    continue
                standing = cards[card] = Standing(len(cards))
            lane, standings = lanes[standing.number % LANES]
            lane.append(row)
            standings.append(standing)
            if row[KIND] is not None:
                self.mixed = True
            room -= 1
            if not room:
                yield from starmap(self._piece, lanes)
                lanes = [([], []) for _ in range(LANES)]
                room = LANES * PIECE_ROWS
        yield from starmap(self._piece, lanes)

    def _piece(self, rows: list[Row], standings: list[Standing]) -> Piece:
        self._under_way.append((rows, standings))
        decks = {row[DECK] for row in rows}
        for deck in decks - self._retentions.keys():
            self._retentions[deck] = self._desired_retention(deck)
        return Piece(
            list(zip(*rows, strict=True)),
            [standing.number for standing in standings],
            [standing.state for standing in standings],
            {deck: self._retentions[deck] for deck in decks},
        )

    def scheduled(self, piece: Piece, done: Done, name: str) -> list[Row]:
        """What INSERT takes for the answers of the next piece. The cards go on from there."""
        made = []
        rows, standings = self._under_way.popleft()
        for row, standing, state in zip(rows, standings, done.states, strict=True):
            if state is None:
                continue
            if row[KIND] is None:
                retention = row[RETENTION] or piece.desired_retentions[row[DECK]]
                made.append((row[ID], standing.state, state, retention, row[PRESET] or name))
            if not row[TAKEN]:
                standing.state = state
        for place in done.leeches:
            standings[place].leech = True
        return made

    def put(self, connection: sqlite3.Connection) -> None:
        """Write the states and marks that the cards have come to."""
        every = iter(sorted(self.cards.items(), key=itemgetter(0)))
        while batch := list(islice(every, BATCH)):
            put(connection, ((CardKey._make(card), standing.replayed()) for card, standing in batch))


def _insert(connection: sqlite3.Connection, rows: list[Row]) -> int:
    """Write rows in the order of their ids, and forget them. Returns how many there were."""
    count = len(rows)
    rows.sort(key=itemgetter(ID))
    parameters = chain.from_iterable(rows)

    def statement(rows: int) -> str:
        return INSERT.format(values=", ".join(["(?, ?, ?, ?, ?)"] * rows))

    full, rest = divmod(count, ROWS_A_STATEMENT)
    size = ROWS_A_STATEMENT * 5
    connection.executemany(statement(ROWS_A_STATEMENT), (tuple(islice(parameters, size)) for _ in range(full)))
    if rest:
        connection.execute(statement(rest), tuple(parameters))
    rows.clear()
    return count


def _scheduled(presets: Mapping[str, Preset], name: str, day_start: Callable[[int], int], piece: Piece) -> Done:
    stored: list[str | None] = []
    leeches: list[int] = []
    states: dict[int, CardState | None] = {}
    rows = zip(*piece.columns, strict=True)
    for place, (row, number, before) in enumerate(zip(rows, piece.cards, piece.states, strict=True)):
        if row[KIND] not in (None, "answer"):
            stored.append(None)
            continue
        state = states[number] if number in states else decode_state(before)
        if row[KIND] is None:
            found = outcome(
                CardKey._make(row[CARD]),
                state,
                RATINGS[row[RATING]],
                now_ms=row[AT],
                study_day=row[DAY],
                preset=presets[row[PRESET] or name],
                desired_retention=row[RETENTION] or piece.desired_retentions[row[DECK]],
                day_start=day_start,
            )
            after: CardState | None = found.state
            if found.leech:
                leeches.append(place)
        elif row[TAKEN]:
            after = None
        else:
            after, _ = answered(_review(row), state, presets, verify=False)
        stored.append(encode_state(after))
        if not row[TAKEN]:
            states[number] = after
    return Done(stored, leeches)


def _review(row: Row) -> Review:
    """An answer of the log, as far as its schedule goes. Raises UnreadableRow for a malformed one."""
    columns = dict(zip(LEAN, row, strict=False), kind=row[KIND], before=row[BEFORE], after=row[AFTER])
    return row_review(tuple(columns.get(name) for name in NAMES))
