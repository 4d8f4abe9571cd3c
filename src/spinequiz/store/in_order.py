"""Answers without states that came in the order of their ids, for cards that the log knows nothing of.

Their pieces were cut into lanes by cards when they were read. What is sent to be scheduled is some pieces of one lane
and how far its cards have come; what comes back is the rows of the log, and how far the cards have come then. Neither
is looked into on the way.
"""

from __future__ import annotations

import marshal
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from spinequiz.model.cards import NO_MARKS, CardKey, CardMarks, CardState, DeckId, ItemId, Preset, Variant
from spinequiz.scheduling.formulas import outcome
from spinequiz.scheduling.replay import Replayed
from spinequiz.store.derive import put
from spinequiz.store.rows import RATINGS, Row, decode_state, encode_state, insert_columns
from spinequiz.store.waiting import BARE, LANES, Waiting
from spinequiz.store.workers import mapped

if TYPE_CHECKING:
    from spinequiz.store.absorb import Defaults

MOST_CARDS = 100_000
"""With more cards, the states that go to and fro would be more than the rows."""
PIECES = 4
"""So many pieces that were read are scheduled together."""
FEW = 10_000
"""So many answers are scheduled here before it pays to start workers."""
BATCH = 1000
"""Cards whose states are written together."""
COLUMNS = (*BARE, "before", "after")
ID = 0
RETENTION = BARE.index("desired_retention")

Standings = tuple[dict[str, str], set[str]]
"""How far cards have come: by their names, in one text each, the states as the log holds them; and the leeches."""


class Task(NamedTuple):
    """Pieces of a lane, how far its cards are, marshalled, and the decks' desired retentions."""

    rows: list[bytes]
    standings: bytes
    desired_retentions: dict[str, float]


class Made(NamedTuple):
    """Values of COLUMNS of the answers, marshalled, how far the cards are now, and how many cards they are."""

    rows: bytes
    standings: bytes
    cards: int


class InOrder:
    """The scheduling of all answers that wait in pieces."""

    def __init__(self, connection: sqlite3.Connection, waiting: Waiting, defaults: Defaults) -> None:
        self.connection = connection
        self.waiting = waiting
        self.defaults = defaults
        self.standings = [marshal.dumps(({}, set()))] * LANES
        self.cards = [0] * LANES

    def schedule(self, presets: Mapping[str, Preset], name: str, advanced: Callable[[int], None]) -> int:
        """Write the answers into the log, as many as can be followed. Returns how many; `advanced` is told too."""
        job = partial(_scheduled, presets, name, self.defaults.day_start)
        done = 0
        rows: list[Row] = []
        workers = 1 if self.waiting.in_pieces <= FEW else None
        for number, (_, made) in enumerate(mapped(job, self._tasks(), workers=workers), 1):
            lane = (number - 1) % LANES
            self.standings[lane], self.cards[lane] = made.standings, made.cards
            rows += marshal.loads(made.rows)
            if lane == LANES - 1:
                done += len(rows)
                self._write(rows)
                rows.clear()
                advanced(done)
        return done

    def put(self) -> int:
        """Write the states and marks that the cards have come to. Returns how many cards there are."""
        cards: list[tuple[CardKey, str, bool]] = []
        for lane in self.standings:
            states, leeches = marshal.loads(lane)
            cards += ((_card(name), state, name in leeches) for name, state in states.items())
        every = iter(sorted(cards))
        while batch := list(islice(every, BATCH)):
            put(self.connection, ((card, _replayed(state, leech)) for card, state, leech in batch))
        return len(cards)

    def _tasks(self) -> Iterator[Task]:
        """Some pieces of each lane in turn. There are more lanes than tasks under way: the last result is here."""
        retention: dict[str, float] = {}
        for first in range(0, self.waiting.pieces, PIECES):
            if sum(self.cards) > MOST_CARDS:
                return
            decks = self.waiting.decks(first, PIECES)
            for deck in decks - retention.keys():
                retention[deck] = self.defaults.desired_retention(deck)
            desired = {deck: retention[deck] for deck in decks}
            for lane in range(LANES):
                yield Task(self.waiting.lane(lane, first, PIECES), self.standings[lane], desired)

    def _write(self, rows: list[Row]) -> None:
        rows.sort(key=itemgetter(ID))
        columns = zip(COLUMNS, zip(*rows, strict=True), strict=True)
        insert_columns(self.connection, "log", [("kind", ["answer"] * len(rows)), *columns])


def _name(deck: str, item: str, variant: str) -> str:
    """The card in one text, which is read and written in a fraction of the time that a tuple takes."""
    return f"{len(deck)} {len(item)} {deck}{item}{variant}"


def _card(name: str) -> CardKey:
    deck, item, rest = name.split(" ", 2)
    end = int(deck) + int(item)
    return CardKey(DeckId(rest[: int(deck)]), ItemId(rest[int(deck) : end]), Variant(rest[end:]))


def _replayed(state: str, leech: bool) -> Replayed:
    return Replayed(decode_state(state), CardMarks(suspended=True, leech=True) if leech else NO_MARKS)


def _scheduled(presets: Mapping[str, Preset], name: str, day_start: Callable[[int], int], task: Task) -> Made:
    standings: Standings = marshal.loads(task.standings)
    stored, leeches = standings
    states: dict[str, CardState] = {}
    rows: list[Row] = []
    for piece in task.rows:
        for row in marshal.loads(piece):
            _, deck, item, variant, at_ms, day, rating, retention, preset, *rest = row
            card = _name(deck, item, variant)
            before = stored.get(card)
            state = states[card] if card in states else decode_state(before)
            retention = retention or task.desired_retentions[deck]
            preset = preset or name
            found = outcome(
                CardKey(deck, item, variant),
                state,
                RATINGS[rating],
                now_ms=at_ms,
                study_day=day,
                preset=presets[preset],
                desired_retention=retention,
                day_start=day_start,
            )
            after = encode_state(found.state)
            assert after is not None
            states[card] = found.state
            stored[card] = after
            if found.leech:
                leeches.add(card)
            rows.append((*row[:RETENTION], retention, preset, *rest, before, after))
    return Made(marshal.dumps(rows), marshal.dumps(standings), len(stored))
