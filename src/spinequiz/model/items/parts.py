"""The pieces that several item types are made of."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from spinequiz.model.items.base import Item, Option, Part, Slug, Text

RationaleScoring = Literal["dyad", "triad"]


class OneOf(Part, frozen=True, kw_only=True):
    """A choice of one."""

    answer: Option
    distractors: tuple[Option, ...]


class SomeOf(Part, frozen=True, kw_only=True):
    """A choice of some."""

    answers: Annotated[tuple[Option, ...], msgspec.Meta(min_length=1)]
    distractors: tuple[Option, ...]


class BlanksItem(Item, frozen=True, kw_only=True):
    """An item whose `text` holds `{{name}}` blanks, each name once.

    `rationale_scoring` gives credit for right linked blanks only; a triad names the one that the other two
    hang on as its `anchor`.
    """

    text: Text
    prompt: str = ""
    rationale_scoring: RationaleScoring | None = None
    anchor: Slug | None = None
