"""Answers that came without a schedule: each gets one from the state that the log leads to at its place.

Those for a log that is empty go by `partitions` where they can. All others are scheduled here, in the order of their
ids and of the rows of the log, cards side by side, so that the log and its index of ids grow at their ends. Each card
has a lane: a piece holds the next rows of one lane, with the states that the lane's last piece led to.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import compress, islice, repeat
from operator import itemgetter
from typing import Any, NamedTuple

from spinequiz.model.cards import CardKey, CardState, Preset, Review
from spinequiz.scheduling.formulas import outcome
from spinequiz.scheduling.replay import answered
from spinequiz.store.derive import put
from spinequiz.store.partitions import FEW, Terms, came_to, schedule_partitions
from spinequiz.store.relinks import relinked
from spinequiz.store.rows import NAMES, RATINGS, Row, decode_state, encode_state, insert_columns, row_review
from spinequiz.store.waiting import BARE, Waiting
from spinequiz.store.workers import UNDER_WAY, mapped

LANES = UNDER_WAY + 1
"""When a lane's next piece is scheduled, the result of its last one has come back."""
PIECE_ROWS = 400
"""About how many rows are scheduled together."""
MOST_CARDS = 100_000
"""So many cards are followed at once; the rows of others wait for the next time that the rows are gone through."""
BATCH = 1000
"""Cards whose states are written together."""
ARRIVING = "temp.arriving a WHERE a.kind = 'answer' AND NOT EXISTS (SELECT 1 FROM log WHERE id = a.id)"
CARDS = f"SELECT DISTINCT deck_id, item_id, variant FROM {ARRIVING}"
TAKEN_BACK = (
    "EXISTS (SELECT 1 FROM log w WHERE w.withdraws = r.id AND w.deck_id = r.deck_id AND w.item_id = r.item_id "
    "AND w.variant = r.variant)"
)
COLUMNS = (*BARE, "kind", "before", "after", "taken")
"""What is read: the values of answers to schedule; of rows of the log also the kind and the states; if one was taken
back."""
SENT = (
    "id", "deck_id", "item_id", "variant", "at_ms", "study_day", "rating", "desired_retention", "preset_id", "kind",
    "before", "after", "taken",
)  # fmt: skip
"""The columns that a schedule comes from."""
BARE_COLUMNS = f"{', '.join(BARE)}, NULL AS whole, NULL AS before, NULL AS after"
WHOLE_COLUMNS = f"{', '.join(f'l.{name}' for name in BARE)}, l.kind, l.before, l.after"
EMPTY_LOG = f"SELECT {BARE_COLUMNS}, NULL FROM temp.arriving WHERE kind = 'answer' ORDER BY id"
# what is sorted is read to its end before the first row comes out, so that rows may be added meanwhile
WITH_LOG = (
    f"SELECT r.*, {TAKEN_BACK} FROM (SELECT {BARE_COLUMNS} FROM {ARRIVING} UNION ALL "
    f"SELECT {WHOLE_COLUMNS} FROM ({CARDS}) t JOIN log l "
    "ON l.deck_id = t.deck_id AND l.item_id = t.item_id AND l.variant = t.variant) r ORDER BY +id"
)
CARD = slice(1, 4)
DECK, RESPONSE = map(COLUMNS.index, ("deck_id", "response"))
RESPONSE_CHARACTERS = 1000
"""A response of so many characters counts as another row, for the memory that it takes."""


class Scheduled(NamedTuple):
    """Rows that were scheduled, and their cards. No rows where more has to be derived than this could write."""

    rows: int
    cards: int


class Piece(NamedTuple):
    """The next rows of some cards, in the order of their ids, column by column, which is sent in half the time.

    `columns` are those of SENT that a row has a value in. For each row stand the number of its card in `cards`, and
    the card's state before all these rows, as the log holds it, in `states`. `desired_retentions` goes by decks.
    """

    columns: dict[str, list[Any]]
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


def schedule(waiting: Waiting, terms: Terms, advanced: Callable[[int, int], None]) -> Scheduled:
    """Write the answers that wait into the log, with schedules, within the caller's transaction.

    `advanced` is told of rows done and of how many there are. Where nothing but these answers is known of their cards,
    the cards' states and marks are written too.
    """
    connection = waiting.connection
    empty = not connection.execute("SELECT EXISTS (SELECT 1 FROM log)").fetchone()[0]
    if empty and waiting.in_pieces:
        found = schedule_partitions(waiting, terms, advanced)
        if found is not None:
            return Scheduled(*found)
    waiting.tabled()
    # what goes on under another card is derived with that one
    alone = not relinked(connection)
    done = cards = 0
    total = connection.execute(f"SELECT count(*) FROM {ARRIVING}").fetchone()[0]
    job = partial(_scheduled, terms.presets, terms.name, terms.defaults.day_start)
    workers = 1 if total <= FEW else None
    while done < total:
        passage = _Passage(terms.defaults.desired_retention)
        rows = connection.cursor().execute(EMPTY_LOG if empty else WITH_LOG)
        for _, made in mapped(job, passage.pieces(rows), workers=workers):
            round_ = passage.scheduled(made)
            if round_ is not None:
                done += round_.insert(connection, terms.name)
                advanced(done, total)
        cards += len(passage.cards)
        alone = alone and not passage.mixed
        if alone:
            passage.put(connection)
        empty = False
    return Scheduled(done if alone else 0, cards)


class _Passage:
    """Goes through the rows once, and follows some of the cards.

    `mixed` tells that a card has other rows than answers to schedule.
    """

    def __init__(self, desired_retention: Callable[[str], float]) -> None:
        self.cards: dict[tuple[str, str, str], Standing] = {}
        self.mixed = False
        self._desired_retention = desired_retention
        self._retentions: dict[str, float] = {}
        self._under_way: deque[tuple[_Round, _Lane]] = deque()

    def pieces(self, rows: Iterable[Row]) -> Iterator[Piece]:
        """The rows of the cards that are followed, a piece of each lane in turn, be it empty."""
        cards = self.cards
        kept: list[Row] = []
        lanes = [_Lane([], []) for _ in range(LANES)]
        room = LANES * PIECE_ROWS
        for row in rows:
            card = row[CARD]
            standing = cards.get(card)
            if standing is None:
                if len(cards) == MOST_CARDS:
                    continue
                standing = cards[card] = Standing(len(cards))
            places, standings = lanes[standing.number % LANES]
            places.append(len(kept))
            standings.append(standing)
            kept.append(row)
            response = row[RESPONSE]
            room -= 1 if response is None else 1 + len(response) // RESPONSE_CHARACTERS
            if room <= 0:
                yield from self._round(kept, lanes)
                kept, lanes = [], [_Lane([], []) for _ in range(LANES)]
                room = LANES * PIECE_ROWS
        if kept:
            yield from self._round(kept, lanes)

    def _round(self, rows: list[Row], lanes: list[_Lane]) -> Iterator[Piece]:
        for deck in {row[DECK] for row in rows} - self._retentions.keys():
            self._retentions[deck] = self._desired_retention(deck)
        made = _Round(rows, self._retentions)
        self.mixed = self.mixed or "kind" in made.columns
        for lane in lanes:
            self._under_way.append((made, lane))
            yield made.piece(lane)

    def scheduled(self, done: Done) -> _Round | None:
        """Take what became of the next piece: its cards go on from there. Returns a round that is done with it."""
        made, lane = self._under_way.popleft()
        made.scheduled(lane, done)
        return None if made.lanes_left else made

    def put(self, connection: sqlite3.Connection) -> None:
        """Write the states and marks that the cards have come to."""
        every = iter(sorted(self.cards.items(), key=itemgetter(0)))
        while batch := list(islice(every, BATCH)):
            put(connection, ((CardKey._make(card), came_to(each.state, each.leech)) for card, each in batch))


class _Lane(NamedTuple):
    """The rows of a round that belong to some of the cards: their places in the round, and how far their cards are."""

    places: list[int]
    standings: list[Standing]


class _Round:
    """Rows that are gone through together, column by column, and what is found for them: a piece of each lane."""

    def __init__(self, rows: list[Row], retentions: dict[str, float]) -> None:
        every = zip(COLUMNS, zip(*rows, strict=True), strict=False)
        self.columns = {name: values for name, values in every if values.count(None) < len(rows)}
        self.retentions = retentions
        self.lanes_left = LANES
        self.before: list[str | None] = [None] * len(rows)
        self.after: list[str | None] = [None] * len(rows)

    def piece(self, lane: _Lane) -> Piece:
        """The rows of a lane."""
        # the ids of rows of the log are for the case that one cannot be read
        sent = SENT if "kind" in self.columns else SENT[1:]
        columns = {
            name: [values[place] for place in lane.places] for name, values in self.columns.items() if name in sent
        }
        return Piece(
            columns,
            [standing.number for standing in lane.standings],
            [standing.state for standing in lane.standings],
            {deck: self.retentions[deck] for deck in set(columns["deck_id"])},
        )

    def scheduled(self, lane: _Lane, done: Done) -> None:
        """Take in what the rows of a lane led to."""
        self.lanes_left -= 1
        before, after = self.before, self.after
        taken = self.columns.get("taken")
        for place, standing, state in zip(*lane, done.states, strict=True):
            if state is not None:
                before[place] = standing.state
                after[place] = state
                if taken is None or not taken[place]:
                    standing.state = state
        for number in done.leeches:
            lane.standings[number].leech = True

    def insert(self, connection: sqlite3.Connection, name: str) -> int:
        """Write the answers that were scheduled into the log. Returns how many there are."""
        columns: dict[str, Sequence[Any]] = {**self.columns, "before": self.before, "after": self.after}
        columns.pop("taken", None)
        kinds = columns.pop("kind", None)
        if kinds is not None:
            bare = [kind is None for kind in kinds]
            columns = {column: [*compress(values, bare)] for column, values in columns.items()}
        decks = columns["deck_id"]
        count = len(decks)
        if not count:
            return 0
        general = [self.retentions[deck] for deck in decks]
        own = columns.get("desired_retention")
        columns["desired_retention"] = [x or y for x, y in zip(own, general, strict=True)] if own else general
        columns["preset_id"] = [given or name for given in columns.get("preset_id") or repeat(None, count)]
        columns["kind"] = ["answer"] * count
        insert_columns(connection, "log", columns.items())
        return count


def _scheduled(presets: Mapping[str, Preset], name: str, day_start: Callable[[int], int], piece: Piece) -> Done:
    stored: list[str | None] = []
    leeches: list[int] = []
    states: dict[int, CardState | None] = {}
    columns = [piece.columns.get(column) or repeat(None, len(piece.cards)) for column in SENT]
    for place, (number, first, *row) in enumerate(zip(piece.cards, piece.states, *columns, strict=True)):
        _, deck, item, variant, at_ms, day, rating, retention, preset, kind, _, _, taken = row
        if kind not in (None, "answer"):
            stored.append(None)
            continue
        state = states[number] if number in states else decode_state(first)
        if kind is None:
            found = outcome(
                CardKey(deck, item, variant),
                state,
                RATINGS[rating],
                now_ms=at_ms,
                study_day=day,
                preset=presets[preset or name],
                desired_retention=retention or piece.desired_retentions[deck],
                day_start=day_start,
            )
            led_to: CardState | None = found.state
            if found.leech:
                leeches.append(place)
        elif taken:
            led_to = None
        else:
            led_to, _ = answered(_review(row), state, presets, verify=False)
        stored.append(encode_state(led_to))
        if not taken:
            states[number] = led_to
    return Done(stored, leeches)


def _review(row: Sequence[Any]) -> Review:
    """An answer of the log, as far as its schedule goes. Raises UnreadableRow for a malformed one."""
    columns = dict(zip(SENT, row, strict=True))
    return row_review(tuple(columns.get(name) for name in NAMES))
