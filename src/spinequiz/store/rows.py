"""Between rows of the database and the types of the model."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import chain, count, islice
from typing import Any, TypeVar

import msgspec

from spinequiz.model.cards import (
    CardKey,
    CardMarks,
    CardState,
    DeckId,
    EntryKind,
    ItemId,
    Phase,
    Rating,
    Review,
    ReviewId,
    Score,
    Variant,
)
from spinequiz.store.errors import UnreadableRow

LOG_COLUMNS = (
    "id, kind, deck_id, item_id, variant, at_ms, study_day, device, rating, points, max_points, response, "
    "duration_ms, before, after, desired_retention, preset_id, rev, content_hash, withdraws, until_day, "
    "corrects, previous_deck, previous_item"
)
STATE_COLUMNS = "phase, step, stability, difficulty, due_ms, interval_days, last_day, reps, lapses"

NAMES = tuple(LOG_COLUMNS.split(", "))
MOST_PARAMETERS = 999
"""SQLite takes so many at least in a statement."""
MOST_ROWS = 100
"""So many rows go into a statement; more are no faster."""

UNLESS_THERE = "ON CONFLICT (id) DO NOTHING"
"""Ends a statement that leaves rows out whose ids are there already."""

Row = tuple[Any, ...]

KINDS = {kind.value: kind for kind in EntryKind}
RATINGS = {rating.value: rating for rating in Rating}

T = TypeVar("T")

_state_encoder = msgspec.json.Encoder()
_state_decoder = msgspec.json.Decoder(CardState)


def text_of(data: bytes) -> str:
    """A `text_factory` for a connection: bytes that are no UTF-8 do not stop the reading of a log.

    SQLite takes any bytes for text, and a damaged disk leaves such ones. Slower than `str`, which fails at them.
    """
    return data.decode(errors="replace")


def with_any_text(connection: sqlite3.Connection, work: Callable[[], T]) -> T:
    """What `work` returns, done once more by `text_of` if it comes upon bytes that are no UTF-8."""
    try:
        return work()
    except sqlite3.OperationalError as error:
        factory = connection.text_factory
        if factory is text_of or "UTF-8" not in str(error):
            raise
    connection.text_factory = text_of
    try:
        return work()
    finally:
        connection.text_factory = factory


def encode_state(state: CardState | None) -> str | None:
    """A state as the log holds it: a JSON array in the order of its fields."""
    return None if state is None else _state_encoder.encode(state).decode()


def decode_state(stored: str | None) -> CardState | None:
    """The state of a log's column. Raises `msgspec.DecodeError` for a malformed one."""
    return None if stored is None else _state_decoder.decode(stored)


def review_row(review: Review) -> Row:
    """The values of LOG_COLUMNS."""
    points, max_points = review.score or (None, None)
    previous_deck, previous_item = review.previous[:2] if review.previous else (None, None)
    return (
        review.id, review.kind.value, *review.card, review.at_ms, review.study_day, review.device,
        None if review.rating is None else int(review.rating), points, max_points, review.response,
        review.duration_ms, encode_state(review.before), encode_state(review.after), review.desired_retention,
        review.preset_id, review.rev, review.content_hash, review.withdraws, review.until_day,
        review.corrects, previous_deck, previous_item,
    )  # fmt: skip


def insert_rows(connection: sqlite3.Connection, table: str, rows: Sequence[Row]) -> None:
    """Write rows of LOG_COLUMNS into a table; a row stays out if its id is there already."""
    if rows:
        every = zip(NAMES, zip(*rows, strict=True), strict=True)
        insert_columns(connection, table, every, UNLESS_THERE)


def insert_columns(
    connection: sqlite3.Connection, table: str, every: Iterable[tuple[str, Sequence[Any]]], otherwise: str = ""
) -> None:
    """Write rows into a table, given as columns with their names, all of one length; `otherwise` ends the statement.

    Many rows go into a statement, columns without any value go into none, and one value for all goes in once: each
    parameter is slow, with or without a value, and so are the table's checks, which are set up for each statement.
    """
    columns = [(name, values) for name, values in every if values[0] is not None or values.count(None) < len(values)]
    alike = tuple(values[0] == values[-1] and values.count(values[0]) == len(values) for _, values in columns)
    shared = tuple(values[0] for (_, values), same in zip(columns, alike, strict=True) if same)
    apart = [values for (_, values), same in zip(columns, alike, strict=True) if not same]
    parameters = chain.from_iterable(zip(*apart, strict=True))
    start = f"INSERT INTO {table} ({', '.join(name for name, _ in columns)}) VALUES"

    def statement(rows: int) -> str:
        return f"{start} {_values(alike, rows)} {otherwise}"

    each = min((MOST_PARAMETERS - len(shared)) // max(len(apart), 1), MOST_ROWS)
    full, rest = divmod(len(columns[0][1]), each)
    size = each * len(apart)
    connection.executemany(statement(each), (shared + tuple(islice(parameters, size)) for _ in range(full)))
    if rest:
        connection.execute(statement(rest), shared + tuple(parameters))


@lru_cache(maxsize=100)
def _values(alike: Sequence[bool], rows: int) -> str:
    """The values of some rows as numbered parameters; the columns that are alike have the first numbers."""
    shared = [*range(1, sum(alike) + 1)]
    apart = count(len(shared) + 1)
    lines = []
    for _ in range(rows):
        numbers = iter(shared)
        lines.append(", ".join(f"?{next(numbers if same else apart)}" for same in alike))
    return f"({'), ('.join(lines)})"


def row_review(row: tuple[Any, ...]) -> Review:
    """The review of a row with LOG_COLUMNS. Raises UnreadableRow for a malformed one."""
    try:
        return _row_review(row)
    except (ValueError, TypeError, msgspec.MsgspecError) as error:
        raise UnreadableRow(f"row {row[0]} of the log cannot be read: {error}") from error


def _row_review(row: tuple[Any, ...]) -> Review:
    return Review(
        id=ReviewId(row[0]),
        kind=KINDS.get(row[1]) or EntryKind(row[1]),
        card=CardKey(DeckId(row[2]), ItemId(row[3]), Variant(row[4])),
        at_ms=row[5],
        study_day=row[6],
        device=row[7],
        rating=None if row[8] is None else RATINGS.get(row[8]) or Rating(row[8]),
        score=None if row[9] is None or row[10] is None else Score(row[9], row[10]),
        response=row[11],
        duration_ms=row[12],
        before=decode_state(row[13]),
        after=decode_state(row[14]),
        desired_retention=row[15],
        preset_id=row[16],
        rev=row[17],
        content_hash=row[18],
        withdraws=None if row[19] is None else ReviewId(row[19]),
        until_day=row[20],
        corrects=None if row[21] is None else ReviewId(row[21]),
        previous=None if row[22] is None else CardKey(DeckId(row[22]), ItemId(row[23]), Variant(row[4])),
    )


def row_state(row: tuple[Any, ...]) -> CardState:
    """The state of a row with STATE_COLUMNS. Raises UnreadableRow for a malformed one."""
    try:
        return CardState(Phase(row[0]), *row[1:])
    except ValueError as error:
        raise UnreadableRow(f"a card's state cannot be read: {error}") from error


def state_row(state: CardState) -> tuple[Any, ...]:
    """The values of STATE_COLUMNS."""
    return (state.phase.value, *msgspec.structs.astuple(state)[1:])


def row_marks(row: tuple[Any, ...]) -> CardMarks:
    """The marks of a row with suspended, leech, flagged, buried_until."""
    return CardMarks(bool(row[0]), bool(row[1]), bool(row[2]), row[3])


def new_review_id(at_ms: int, last: str | None) -> ReviewId:
    """A UUID of version 7 that sorts behind `last`, even if the clock was set back.

    Raises UnreadableRow if `last` is no such id.
    """
    instant = max(at_ms, 0)
    if last is not None:
        try:
            instant = max(instant, int(last[:8] + last[9:13], 16) + 1)
        except ValueError as error:
            raise UnreadableRow(f"the last row of the log has the id {last!r}, which is none") from error
    chance = int.from_bytes(os.urandom(10), "big")
    value = (instant & 0xFFFFFFFFFFFF) << 80 | 0x7 << 76 | (chance >> 68) << 64 | 0b10 << 62
    text = f"{value | (chance & 0x3FFFFFFFFFFFFFFF):032x}"
    return ReviewId(f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}")
