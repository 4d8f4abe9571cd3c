"""Scores what was answered before against the key as it is now."""

from __future__ import annotations

import msgspec

from spinequiz.grading import grader_of
from spinequiz.grading.base import Grade
from spinequiz.model.items import Item
from spinequiz.model.responses import decode_response


def rescore(item: Item, stored_response: str) -> Grade | None:
    """The grade of a stored response by the item's present key.

    None where there is nothing to score: the response is malformed, of another kind than the item's type takes
    now, or the student's own rating.
    """
    grader = grader_of(item)
    if grader.self_rated:
        return None
    try:
        response = decode_response(stored_response)
    except msgspec.DecodeError:
        return None
    return grader.grade(item, response) if isinstance(response, grader.response_type) else None
