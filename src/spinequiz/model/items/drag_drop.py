"""`drag-drop`: blanks in a text and one bank of words to fill them from."""

from __future__ import annotations

from spinequiz.model.items.base import Option, Slug
from spinequiz.model.items.parts import BlanksItem


class DragDrop(BlanksItem, frozen=True, kw_only=True, tag="drag-drop"):
    """The bank is every blank's answer and the distractors; a word fills one blank."""

    blanks: dict[Slug, Option]
    distractors: tuple[Option, ...] = ()


ITEM = DragDrop
