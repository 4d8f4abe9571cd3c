"""From the log to a card's state: what answering did live, done again.

The replay computes memory, phase and intervals anew from ratings, study days and the preset of each row. Only
the time zone of the student is taken from the row: the instant at which the due study day starts. Where speed
matters, a row whose `before` is the state reached so far may speak for itself: its `after` is what the same
computation gave when the answer was given. A row that came between, from another machine or by an undo, makes the
rest of the card be computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from spinequiz.model.cards import NO_MARKS, CardMarks, CardState, EntryKind, Preset, Review
from spinequiz.scheduling.outcomes import is_lapse, is_leech, outcome
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
    state: CardState | None = None
    marks = NO_MARKS
    for row in rows:
        if row.id in withdrawn:
            continue
        match row.kind:
            case EntryKind.ANSWER:
                state, leech = answered(row, state, presets, verify=verify)
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
            case EntryKind.WITHDRAW:
                pass
    return Replayed(state, marks)


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
