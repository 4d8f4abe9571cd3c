"""A deck: what stands above its items, and the deck as a whole."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from spinequiz.model.items.base import Item, Slug, Text

Retention = Annotated[float, msgspec.Meta(ge=0.70, le=0.97)]
Limit = Annotated[int, msgspec.Meta(ge=0, le=9999)]


class Source(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A text that items cite. `file` is looked for in the folder of sources."""

    title: Text
    publisher: str = "not stated"
    date: str = "not stated"
    study: str = ""
    author: str = "not stated"
    url: str = ""
    file: str = ""


class DeckOptions(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a deck asks of the scheduler; None leaves it to the student's settings."""

    new_per_day: Limit | None = None
    reviews_per_day: Limit | None = None
    desired_retention: Retention | None = None


class Deck(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A deck file's top level, items apart."""

    spinequiz: Literal[1]
    id: Slug
    title: Text
    description: str = ""
    language: str = "en"
    authors: tuple[Text, ...] = ()
    license: str = ""
    notice: str = ""
    options: DeckOptions = DeckOptions()
    sources: dict[Slug, Source] = {}


class LoadedDeck(msgspec.Struct, frozen=True):
    """A deck with the items that could be read; `lines` gives the line of each item, from 1."""

    deck: Deck
    items: tuple[Item, ...]
    lines: tuple[int, ...]
