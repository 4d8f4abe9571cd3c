"""From the log to a card's state: what answering did live, done again.

The replay computes memory, phase and intervals anew from ratings, study days and the preset of each row. Only
the time zone of the student is taken from the row: the instant at which the due study day starts. Where speed
matters, a row whose `before` is the state reached so far may speak for itself: its `after` is what the same
computation gave when the answer was given. A row that came between, from another machine or by an undo, makes the
rest of the card be computed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from spinequiz.model.cards import NO_MARKS, CardMarks, CardState, EntryKind, Preset, Review, ReviewId
from spinequiz.scheduling.formulas import outcome
from spinequiz.scheduling.outcomes import is_lapse, is_leech
from spinequiz.scheduling.study_day import DAY_MS

FALLBACK_ROLLOVER_MS = 4 * 3_600_000


class Replayed(NamedTuple):
    """A card as its log leaves it; no state is a new card."""

    state: CardState | None
    marks: CardMarks


def replay_card(entries: Iterable[Review], presets: Mapping[str, Preset], *, verify: bool = True) -> Replayed:
    """Replay one card's rows, given in the order of their ids. `presets` maps preset ids to presets.

    With `verify` every answer is computed anew; without, one that was given to the state reached so far counts as
    it is recorded, which is the same unless the log was tampered with. Raises KeyError for a preset that is not known.
    """
    rows = list(entries)
    withdrawn = {row.withdraws for row in rows if row.kind is EntryKind.WITHDRAW}
    rescored = last_rescores(rows, withdrawn)
    last: Review | None = None
    state: CardState | None = None
    marks = NO_MARKS
    for row in rows:
        if row.id in withdrawn:
            continue
        match row.kind:
            case EntryKind.ANSWER:
                last = row
                rating = rescored[row.id].rating if row.id in rescored else row.rating
                # what a row records is the outcome of the rating that it had then
                again = rating != row.rating
                given = replace(row, rating=rating) if again else row
                state, leech = answered(given, state, presets, verify=verify or again)
                if leech:
                    marks = replace(marks, suspended=True, leech=True)
            case EntryKind.SUSPEND:
                marks = replace(marks, suspended=True)
            case EntryKind.UNSUSPEND:
                marks = replace(marks, suspended=False, leech=False)
            case EntryKind.BURY:
                marks = replace(marks, buried_until=row.until_day)
            case EntryKind.UNBURY:
                marks = replace(marks, buried_until=None)
            case EntryKind.FLAG:
                marks = replace(marks, flagged=True)
            case EntryKind.UNFLAG:
                marks = replace(marks, flagged=False)
            case EntryKind.REVISE:
                if state is not None and not answers_revision(last, row):
                    state = replace(state, due_ms=min(state.due_ms, row.at_ms))
            case EntryKind.WITHDRAW | EntryKind.RESCORE | EntryKind.RELINK:
                pass
    return Replayed(state, marks)


def last_rescores(rows: Iterable[Review], withdrawn: Collection[ReviewId | None]) -> dict[ReviewId, Review]:
    """For each answer that was scored again, the last row that did so and still counts."""
    return {row.corrects: row for row in rows if row.corrects is not None and row.id not in withdrawn}


def open_revision(rows: Sequence[Review]) -> Review | None:
    """The last REVISE of a card, given its rows in order, that none of its answers is an answer to."""
    withdrawn = {row.withdraws for row in rows if row.kind is EntryKind.WITHDRAW}
    answer: Review | None = None
    found: Review | None = None
    for row in rows:
        if row.id in withdrawn:
            continue
        if row.kind is EntryKind.ANSWER:
            answer, found = row, None
        elif row.kind is EntryKind.REVISE and not answers_revision(answer, row):
            found = row
    return found


def answers_revision(answer: Review | None, revise: Review) -> bool:
    """Whether an answer was given to what a REVISE speaks of: on another machine, where the deck was newer."""
    if answer is None:
        return False
    if revise.content_hash is not None and answer.content_hash == revise.content_hash:
        return True
    return revise.rev is not None and answer.rev is not None and answer.rev >= revise.rev


def answered(
    row: Review, state: CardState | None, presets: Mapping[str, Preset], *, verify: bool = True
) -> tuple[CardState, bool]:
    """The state that an answer leads to from `state`, and whether it makes the card a leech."""
    assert row.rating is not None
    assert row.preset_id is not None
    assert row.desired_retention is not None
    preset = presets[row.preset_id]
    if not verify and row.after is not None and row.before == state:
        return row.after, is_lapse(state, row.rating) and is_leech(row.after.lapses, preset.leech_lapses)

    def day_start(day: int) -> int:
        if row.after is not None and row.after.interval_days:
            return row.after.due_ms + (day - row.study_day - row.after.interval_days) * DAY_MS
        return day * DAY_MS + FALLBACK_ROLLOVER_MS

    made = outcome(
        row.card,
        state,
        row.rating,
        now_ms=row.at_ms,
        study_day=row.study_day,
        preset=preset,
        desired_retention=row.desired_retention,
        day_start=day_start,
    )
    return made.state, made.leech
