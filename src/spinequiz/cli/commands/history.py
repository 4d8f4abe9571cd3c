"""`spinequiz history`."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from spinequiz.cli.output import Exit, note, say
from spinequiz.documents.render import visible
from spinequiz.model.cards import CardState, EntryKind, Review
from spinequiz.scheduling.study_day import day_date, from_ms
from spinequiz.settings.locations import locate
from spinequiz.store.connection import open_readable, require_sound_tail
from spinequiz.store.errors import damaged
from spinequiz.store.progress import read_log


def run_history(*, as_json: bool) -> int:
    """Print the log, row by row."""
    path = locate().progress
    require_sound_tail(path)
    connection = open_readable(path)
    if connection is None:
        note(f"There is no history yet: {path} is made with the first answer.")
        return Exit.DONE
    for review in read_log(connection, path):
        try:
            line = json.dumps(as_object(review), ensure_ascii=False) if as_json else as_line(review)
        except (ValueError, OverflowError) as error:
            raise damaged(str(path), f"row {review.id} of the log has an instant or a day that is none") from error
        say(line)
    connection.close()
    return Exit.DONE


def as_line(review: Review) -> str:
    """A row for people: local time, what happened, the card, the points."""
    when = from_ms(review.at_ms).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    answered = review.kind is EntryKind.ANSWER and review.rating is not None
    what = review.rating.label if answered and review.rating else review.kind.value
    points = f"  {review.score.points} of {review.score.max_points}" if review.score else ""
    previous = f"  from {review.previous}" if review.previous else ""
    return visible(f"{when}  {what:9}  {review.card}{points}{previous}")


def as_object(review: Review) -> dict[str, Any]:
    """A row with all that is stored, in the terms of docs/storage.md."""
    found: dict[str, Any] = {
        "id": review.id,
        "kind": review.kind.value,
        "deck": review.card.deck_id,
        "item": review.card.item_id,
        "variant": review.card.variant,
        "at": from_ms(review.at_ms).isoformat(timespec="milliseconds"),
        "at_ms": review.at_ms,
        "study_day": day_date(review.study_day).isoformat(),
        "device": review.device,
    }
    if review.kind is EntryKind.ANSWER:
        found |= {
            "rating": int(review.rating or 0),
            "points": review.score.points if review.score else None,
            "max_points": review.score.max_points if review.score else None,
            "response": _response(review.response),
            "duration_ms": review.duration_ms,
            "before": _state(review.before),
            "after": _state(review.after),
            "desired_retention": review.desired_retention,
            "preset": review.preset_id,
            "rev": review.rev,
            "content_hash": review.content_hash,
        }
    if review.kind is EntryKind.RESCORE:
        found |= {
            "corrects": review.corrects,
            "rating": int(review.rating or 0),
            "points": review.score.points if review.score else None,
            "max_points": review.score.max_points if review.score else None,
        }
    if review.kind in (EntryKind.RESCORE, EntryKind.REVISE):
        found |= {"rev": review.rev, "content_hash": review.content_hash}
    if review.previous is not None:
        found |= {"previous_deck": review.previous.deck_id, "previous_item": review.previous.item_id}
    if review.withdraws is not None:
        found["withdraws"] = review.withdraws
    if review.until_day is not None:
        found["until"] = day_date(review.until_day).isoformat()
    return found


def _response(stored: str | None) -> Any:
    """The response as JSON; one that is malformed is shown as the text that it is."""
    if stored is None:
        return None
    try:
        # unlike `json`, this takes nothing that would make the line no JSON, such as NaN
        return msgspec.json.decode(stored)
    except (msgspec.DecodeError, RecursionError):
        return stored


def _state(state: CardState | None) -> dict[str, Any] | None:
    if state is None:
        return None
    return {
        "phase": state.phase.value,
        "step": state.step,
        "stability": state.stability,
        "difficulty": state.difficulty,
        "due": from_ms(state.due_ms).isoformat(timespec="milliseconds"),
        "interval_days": state.interval_days,
        "last_day": day_date(state.last_day).isoformat(),
        "reps": state.reps,
        "lapses": state.lapses,
    }
