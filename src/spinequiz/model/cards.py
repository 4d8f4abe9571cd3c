"""What is scheduled: cards, their memory and their marks."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import NamedTuple, NewType

import msgspec

DeckId = NewType("DeckId", str)
ItemId = NewType("ItemId", str)
Variant = NewType("Variant", str)
ReviewId = NewType("ReviewId", str)

MAIN = Variant("main")
"""The variant of an item that makes a single card."""
REVERSE = Variant("reverse")
"""The second card of a reversed basic item."""


class CardKey(NamedTuple):
    """The name that progress is kept under. It survives edits and moves of the item."""

    deck_id: DeckId
    item_id: ItemId
    variant: Variant

    def __str__(self) -> str:
        suffix = "" if self.variant == MAIN else f"#{self.variant}"
        return f"{self.deck_id}/{self.item_id}{suffix}"


class Rating(IntEnum):
    """How well an answer was known, as FSRS counts it."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4

    @property
    def label(self) -> str:
        """The word on the button."""
        return self.name.capitalize()


class Phase(StrEnum):
    """Where a card that has been studied stands. A new card has no state, hence no phase."""

    LEARNING = "learning"
    REVIEW = "review"
    RELEARNING = "relearning"


class CardState(msgspec.Struct, frozen=True, array_like=True):
    """A studied card's schedule. Its JSON form is an array in this order of fields.

    What FSRS keeps of a memory is `stability`, in days, and `difficulty`, from 1 to 10.
    `step` is the index of the current (re)learning step, None in review. `due_ms` is an instant, in ms since
    the epoch, UTC. `interval_days` is the last interval in days, 0 while on steps. `last_day` is the study day
    of the last answer, in days since 1970-01-01.
    """

    phase: Phase
    step: int | None
    stability: float
    difficulty: float
    due_ms: int
    interval_days: int
    last_day: int
    reps: int
    lapses: int


class CardMarks(msgspec.Struct, frozen=True):
    """What a student said of a card, apart from its answers; a new card can have marks too.

    `buried_until` is a study day (days since 1970-01-01): the card rests before that day.
    """

    suspended: bool = False
    leech: bool = False
    flagged: bool = False
    buried_until: int | None = None


NO_MARKS = CardMarks()


class Score(NamedTuple):
    """Integer points out of a maximum, as the item's scoring rule gives them."""

    points: int
    max_points: int

    @property
    def full(self) -> bool:
        """Whether every point was earned."""
        return self.points == self.max_points


class Preset(msgspec.Struct, frozen=True):
    """What shapes a schedule besides the history; stored once and named by the log's rows.

    `weights` are the 21 FSRS-6 parameters, empty for the defaults. Steps are in seconds.
    """

    weights: tuple[float, ...] = ()
    learning_steps: tuple[int, ...] = (60, 600)
    relearning_steps: tuple[int, ...] = (600,)
    maximum_interval: int = 36500
    fuzz: bool = True
    leech_lapses: int = 8


class EntryKind(StrEnum):
    """What a row of the log says."""

    ANSWER = "answer"
    WITHDRAW = "withdraw"
    SUSPEND = "suspend"
    UNSUSPEND = "unsuspend"
    BURY = "bury"
    UNBURY = "unbury"
    FLAG = "flag"
    UNFLAG = "unflag"
    RESCORE = "rescore"
    REVISE = "revise"
    RELINK = "relink"


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the log, which only grows.

    `at_ms` is the clock's instant, `study_day` days since 1970-01-01, `duration_ms` from prompt to rating.
    `id` sorts in the order of writing on one device, whatever the clock does. `withdraws` names the row
    that a WITHDRAW takes back; `until_day` is the study day on which a buried card returns. `corrects` names the
    answer that a RESCORE gives another score and rating. Of a RELINK, `previous` is the card whose rows go on here.
    A REVISE makes the card due: `content_hash` is the item's new content, and `rev` its new revision if that is why.
    """

    id: ReviewId
    kind: EntryKind
    card: CardKey
    at_ms: int
    study_day: int
    device: str
    rating: Rating | None = None
    score: Score | None = None
    response: str | None = None
    duration_ms: int | None = None
    before: CardState | None = None
    after: CardState | None = None
    desired_retention: float | None = None
    preset_id: str | None = None
    rev: int | None = None
    content_hash: str | None = None
    withdraws: ReviewId | None = None
    until_day: int | None = None
    corrects: ReviewId | None = None
    previous: CardKey | None = None
