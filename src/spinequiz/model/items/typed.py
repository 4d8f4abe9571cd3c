"""`typed`: a short answer that the student types."""

from __future__ import annotations

from spinequiz.model.items.base import Item, Text


class Typed(Item, frozen=True, kw_only=True, tag="typed"):
    """`accept` lists other spellings and synonyms that count as right."""

    answer: Text
    accept: tuple[Text, ...] = ()


ITEM = Typed
