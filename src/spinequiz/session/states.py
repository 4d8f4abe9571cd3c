"""What a study session is at a moment: the card on the table, what happened so far, what can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from spinequiz.grading import Grade, grader_of
from spinequiz.model.cards import CardKey, CardMarks, CardState, Preset, Rating, ReviewId
from spinequiz.model.decks import Deck
from spinequiz.model.items import Item
from spinequiz.model.responses import Response, Typed
from spinequiz.scheduling.rating import allowed_ratings
from spinequiz.session.today import Plan

if TYPE_CHECKING:
    from spinequiz.scheduling.outcomes import Outcomes


class Face(StrEnum):
    """Which side of the card shows."""

    PROMPT = "prompt"
    ANSWER = "answer"


class Dealt(msgspec.Struct, frozen=True):
    """A card with all that showing and answering it takes. `seed` fixes the order of its options.

    `news` tells that the item was revised since the last answer; empty if it was not.
    """

    key: CardKey
    deck: Deck
    item: Item
    state: CardState | None
    marks: CardMarks
    preset: Preset
    desired_retention: float
    content_hash: str
    path: str
    line: int
    seed: int
    news: str = ""


class Shown(msgspec.Struct, frozen=True):
    """The card on the table. `outcomes` are there once the answer shows; a scored type has a grade then."""

    card: Dealt
    face: Face
    shown_ms: int
    hinted: bool = False
    response: Response | None = None
    grade: Grade | None = None
    proposal: Rating | None = None
    outcomes: Outcomes | None = None
    study_day: int = 0
    flagged: bool = False
    duration_ms: int = 0

    @property
    def allowed(self) -> tuple[Rating, ...]:
        """The ratings that this answer may be given."""
        return tuple(Rating) if self.proposal is None else allowed_ratings(self.proposal)

    @property
    def near_miss(self) -> bool:
        """Whether the answer is wrong by what looks like a slip of the fingers."""
        if self.grade is None or self.grade.score.full or not isinstance(self.response, Typed):
            return False
        near: Callable[[Item, str], bool] | None = getattr(grader_of(self.card.item), "near_miss", None)
        return near is not None and near(self.card.item, self.response.text)


class Tally(msgspec.Struct, frozen=True):
    """What happened so far. Points are those of scored items."""

    answers: int = 0
    new: int = 0
    again: int = 0
    points: int = 0
    max_points: int = 0
    duration_ms: int = 0
    missed: tuple[CardKey, ...] = ()
    leeches: tuple[CardKey, ...] = ()


class Study(msgspec.Struct, frozen=True):
    """A session. `undoable` holds what was written, with the session as it was before.

    With `unplanned` the plan holds the first card alone yet: nothing but dealing happens then.
    """

    plan: Plan
    learn_ahead_ms: int
    position: int = 0
    steps: tuple[tuple[int, CardKey], ...] = ()
    current: Shown | None = None
    finished: bool = False
    tally: Tally = Tally()
    undoable: tuple[tuple[ReviewId, Study], ...] = ()
    unplanned: bool = False

    @property
    def remaining(self) -> int:
        """Cards still to come, this one included; as far as they are planned."""
        return len(self.plan.queue) - self.position + len(self.steps) + (self.current is not None)


class Moment(msgspec.Struct, frozen=True):
    """When an event happens: the instant, the study day, and where study days start."""

    now_ms: int
    study_day: int
    day_start: Callable[[int], int]
