"""The log as JSON Lines: one object a row, readable by anything, and back again without loss.

The keys are those of docs/storage.md. A line of kind `preset` stands before the rows that name it. Lines of
other programs need only `deck`, `item`, `rating` and `at_ms`; what is missing is worked out when they are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Annotated, Any

import msgspec

from spinequiz.model.cards import (
    MAIN,
    CardKey,
    CardState,
    DeckId,
    EntryKind,
    ItemId,
    Phase,
    Preset,
    Review,
    ReviewId,
    Score,
    Variant,
)
from spinequiz.scheduling.study_day import EPOCH, day_date, from_ms, instant_ms
from spinequiz.store.rows import KINDS, RATINGS

PRESET = "preset"
IMPORT = "import"
"""The device of rows that name none."""
EARLIEST_MS, LATEST_MS = 0, 16_725_225_600_000
"""1970 and 2500: nobody answered outside of these years, and far dates break clocks and calendars."""
VARIANTS = {digit: "89ab"[int(digit, 16) & 0b11] for digit in "0123456789abcdef"}
"""What a digit becomes where a UUID has its variant."""


class LineError(ValueError):
    """A line that is no row of a log; the message says what is wrong with it."""


class StateLine(msgspec.Struct, frozen=True):
    """A card's state in words: `due` is an ISO instant, `last_day` an ISO date."""

    phase: Phase
    step: int | None
    stability: float
    difficulty: float
    due: str
    interval_days: int
    last_day: str
    reps: int
    lapses: int


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of the file; see docs/storage.md for the keys."""

    kind: str = EntryKind.ANSWER.value
    id: str = ""
    deck: str = ""
    item: str = ""
    variant: str = MAIN
    at: str = ""
    at_ms: int | None = None
    study_day: str = ""
    device: str = ""
    rating: int | None = None
    points: int | None = None
    max_points: int | None = None
    response: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    duration_ms: int | None = None
    before: StateLine | None = None
    after: StateLine | None = None
    desired_retention: float | None = None
    preset: str | None = None
    rev: int | None = None
    content_hash: str | None = None
    withdraws: str | None = None
    until: str | None = None
    corrects: str | None = None
    previous_deck: str | None = None
    previous_item: str | None = None
    settings: Preset | None = None


class AnswerLine(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, kw_only=True):
    """A line of the least that an answer needs. The keys are those of `Line` in the same order."""

    deck: Annotated[str, msgspec.Meta(min_length=1)]
    item: Annotated[str, msgspec.Meta(min_length=1)]
    variant: str = MAIN
    at_ms: Annotated[int, msgspec.Meta(ge=EARLIEST_MS, le=LATEST_MS)]
    rating: Annotated[int, msgspec.Meta(ge=1, le=4)]


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Line)
decode_answer = msgspec.json.Decoder(AnswerLine).decode
"""Reads a line of the least that an answer needs. Raises `msgspec.DecodeError` for any other line."""


def preset_line(name: str, preset: Preset) -> bytes:
    """The line of a preset."""
    return _encoder.encode(Line(kind=PRESET, id=name, settings=preset))


def review_line(review: Review) -> bytes:
    """The line of a row."""
    return _encoder.encode(
        Line(
            kind=review.kind.value,
            id=review.id,
            deck=review.card.deck_id,
            item=review.card.item_id,
            variant=review.card.variant,
            at=iso(review.at_ms),
            at_ms=review.at_ms,
            study_day=day_date(review.study_day).isoformat(),
            device=review.device,
            rating=None if review.rating is None else int(review.rating),
            points=review.score.points if review.score else None,
            max_points=review.score.max_points if review.score else None,
            response=_raw(review.response),
            duration_ms=review.duration_ms,
            before=_state_line(review.before),
            after=_state_line(review.after),
            desired_retention=review.desired_retention,
            preset=review.preset_id,
            rev=review.rev,
            content_hash=review.content_hash,
            withdraws=review.withdraws,
            until=None if review.until_day is None else day_date(review.until_day).isoformat(),
            corrects=review.corrects,
            previous_deck=review.previous.deck_id if review.previous else None,
            previous_item=review.previous.item_id if review.previous else None,
        )
    )


def decode_line(line: bytes) -> Line:
    """Read a line. Raises LineError."""
    try:
        return _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise LineError(str(error)) from error


def line_review(line: Line, day_of: Any) -> Review:
    """The row of a line; `day_of` gives the study day of an instant (ms) where the line has none.

    A row without an id gets one from its content, so that reading it twice makes one row. Raises LineError.
    """
    try:
        kind = KINDS.get(line.kind)
        if kind is None:
            raise LineError(f"there is no kind of row {line.kind!r} here; a newer spinequiz may have written it")
        if line.rating is not None and line.rating not in RATINGS:
            raise LineError(f"`rating` is {line.rating}, and must be 1 to 4")
        at_ms = line.at_ms if line.at_ms is not None else instant_ms(_moment(line.at))
        if not line.deck or not line.item:
            raise LineError("the row names no card: `deck` and `item` are needed")
        if kind is EntryKind.ANSWER and line.rating is None:
            raise LineError("an answer needs a `rating` from 1 to 4")
        score = None if line.points is None or line.max_points is None else Score(line.points, line.max_points)
        return Review(
            id=ReviewId(line.id or content_id(line, at_ms)),
            kind=kind,
            card=CardKey(DeckId(line.deck), ItemId(line.item), Variant(line.variant)),
            at_ms=at_ms,
            study_day=_day(line.study_day) if line.study_day else _study_day(day_of, at_ms),
            device=line.device or IMPORT,
            rating=None if line.rating is None else RATINGS[line.rating],
            score=score,
            response=_response(line.response),
            duration_ms=line.duration_ms,
            before=_state(line.before),
            after=_state(line.after),
            desired_retention=line.desired_retention,
            preset_id=line.preset,
            rev=line.rev,
            content_hash=line.content_hash,
            withdraws=None if line.withdraws is None else ReviewId(line.withdraws),
            until_day=None if line.until is None else _day(line.until),
            corrects=None if line.corrects is None else ReviewId(line.corrects),
            previous=_previous(line),
        )
    except LineError:
        raise
    except (ValueError, OverflowError, OSError) as error:
        raise LineError(str(error)) from error


def export_lines(presets: dict[str, Preset], reviews: Iterator[Review]) -> Iterator[bytes]:
    """All lines of a log, each with its line end."""
    for name, preset in sorted(presets.items()):
        yield preset_line(name, preset) + b"\n"
    for review in reviews:
        yield review_line(review) + b"\n"


def iso(instant: int) -> str:
    """An instant (ms) as an ISO text in UTC."""
    return from_ms(instant).isoformat(timespec="milliseconds")


def _previous(line: Line) -> CardKey | None:
    if line.previous_deck is None or line.previous_item is None:
        return None
    return CardKey(DeckId(line.previous_deck), ItemId(line.previous_item), Variant(line.variant))


def _moment(text: str) -> datetime:
    if not text:
        raise LineError("the row has no instant: `at_ms` or `at` is needed")
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _study_day(day_of: Any, at_ms: int) -> int:
    try:
        day: int = day_of(at_ms)
    except (ValueError, OverflowError, OSError) as error:
        raise LineError(f"no calendar has the instant {at_ms} (`at_ms` counts milliseconds since 1970)") from error
    return day


@lru_cache(maxsize=4096)
def _day(text: str) -> int:
    return (date.fromisoformat(text) - EPOCH).days


def _response(given: msgspec.Raw | msgspec.UnsetType) -> str | None:
    text = "null" if given is msgspec.UNSET else bytes(given).decode()
    return None if text == "null" else text


def _raw(stored: str | None) -> msgspec.Raw | msgspec.UnsetType:
    """A response as JSON; one that is malformed goes as the text that it is."""
    if stored is None:
        return msgspec.UNSET
    try:
        found = msgspec.json.decode(stored)
    except (msgspec.DecodeError, RecursionError):
        return msgspec.Raw(_encoder.encode(stored))
    # one row is one line, whatever stands between the tokens
    return msgspec.Raw(_encoder.encode(found) if "\n" in stored or "\r" in stored else stored.encode())


def _state_line(state: CardState | None) -> StateLine | None:
    if state is None:
        return None
    return StateLine(
        state.phase,
        state.step,
        state.stability,
        state.difficulty,
        iso(state.due_ms),
        state.interval_days,
        day_date(state.last_day).isoformat(),
        state.reps,
        state.lapses,
    )


def _state(line: StateLine | None) -> CardState | None:
    if line is None:
        return None
    return CardState(
        line.phase,
        line.step,
        line.stability,
        line.difficulty,
        instant_ms(_moment(line.due)),
        line.interval_days,
        _day(line.last_day),
        line.reps,
        line.lapses,
    )


def content_id(line: Line | AnswerLine, at_ms: int) -> str:
    """A UUID of version 7 whose random part is a hash of the line."""
    chance = blake2b(_encoder.encode(line), digest_size=10).hexdigest()
    instant = f"{max(at_ms, 0) & 0xFFFFFFFFFFFF:012x}"
    return f"{instant[:8]}-{instant[8:]}-7{chance[1:4]}-{VARIANTS[chance[4]]}{chance[5:8]}-{chance[8:]}"
