"""`basic`: a prompt and its answer, rated by the student."""

from __future__ import annotations

from spinequiz.model.items.base import Item, Text


class Basic(Item, frozen=True, kw_only=True, tag="basic"):
    """`reverse` makes a second card that asks for the prompt, given the answer."""

    answer: Text
    reverse: bool = False


ITEM = Basic
