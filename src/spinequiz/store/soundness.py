"""Whether a row of the log, as the database gives it, can be what was written, and what is left of it if not."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from spinequiz.model.cards import EntryKind
from spinequiz.store.reading import row_problem
from spinequiz.store.rows import LOG_COLUMNS, row_review

COLUMNS = LOG_COLUMNS.split(", ")
INTEGERS = [COLUMNS.index(name) for name in ("rating", "points", "max_points", "duration_ms", "rev", "until_day")]
TEXTS = [
    COLUMNS.index(name)
    for name in (
        "deck_id", "item_id", "variant", "device", "preset_id", "content_hash", "withdraws", "corrects",
        "previous_deck", "previous_item",
    )
]  # fmt: skip
RESPONSE, PRESET = COLUMNS.index("response"), COLUMNS.index("preset_id")
REPLACED = "\ufffd"
"""What a byte that is no text is read as."""
LESSER = (
    ("before", "after"), ("duration_ms",), ("desired_retention",), ("preset_id",), ("rev", "content_hash"),
    ("points", "max_points"), ("response",),
)  # fmt: skip
"""Values that an answer is an answer without, in the order in which they are given up."""


def is_sound(row: tuple[Any, ...], presets: Container[str] | None = None) -> bool:
    """Whether a row with LOG_COLUMNS, read with `text_of`, can be what was written. A response may be anything.

    `presets` are the names that it may name, if they are known.
    """
    if presets is not None and row[PRESET] is not None and row[PRESET] not in presets:
        return False
    return _is_possible(row, bare=False)


def mended(row: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """An answer of which something is unreadable, without as little as must be; None for other rows.

    Without its states it is to be scheduled anew.
    """
    if row[1] != EntryKind.ANSWER:
        return None
    values = list(row)
    if not isinstance(values[COLUMNS.index("device")], str) or REPLACED in values[COLUMNS.index("device")]:
        values[COLUMNS.index("device")] = "unknown"
    for names in LESSER:
        without = _without(values, names)
        if _is_possible(without, bare=True):
            return _bare(without)
    for names in LESSER:
        values = list(_without(values, names))
        if _is_possible(tuple(values), bare=True):
            return _bare(tuple(values))
    return None


def _bare(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The row without its states where one of the things is missing that they were made with."""
    made_with = (COLUMNS.index(name) for name in ("after", "desired_retention", "preset_id"))
    return _without(list(row), ("before", "after")) if any(row[at] is None for at in made_with) else row


def _without(values: list[Any], names: tuple[str, ...]) -> tuple[Any, ...]:
    dropped = [COLUMNS.index(name) for name in names]
    return tuple(None if at in dropped else value for at, value in enumerate(values))


def _is_possible(row: tuple[Any, ...], *, bare: bool) -> bool:
    try:
        review = row_review(row)
        if row_problem(review, (review.preset_id or "",)):
            return False
    except (ValueError, TypeError):
        return False
    if not (isinstance(row[RESPONSE], str) or row[RESPONSE] is None):
        return False
    if any(not isinstance(row[at], int) for at in INTEGERS if row[at] is not None):
        return False
    if any(not isinstance(row[at], str) or not row[at] or REPLACED in row[at] for at in TEXTS if row[at] is not None):
        return False
    if None in (review.card.deck_id, review.card.item_id, review.card.variant, review.device):
        return False
    if review.kind is not EntryKind.ANSWER:
        return review.before is None and review.after is None
    if review.rating is None:
        return False
    return bare or None not in (review.after, review.preset_id, review.desired_retention)
