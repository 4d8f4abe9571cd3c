"""`grouping`: several groups of options, each with its keys."""

from __future__ import annotations

from typing import Annotated

import msgspec

from spinequiz.model.items.base import Item, Option, Part, Text


class Group(Part, frozen=True, kw_only=True):
    """A heading with options of its own; a group may have nothing but keys."""

    text: Text
    answers: Annotated[tuple[Option, ...], msgspec.Meta(min_length=1)]
    distractors: tuple[Option, ...] = ()


class Grouping(Item, frozen=True, kw_only=True, tag="grouping"):
    """Groups are shown as they are written, the options in each are shuffled."""

    groups: Annotated[tuple[Group, ...], msgspec.Meta(min_length=1)]


ITEM = Grouping
