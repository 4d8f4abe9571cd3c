"""`drop-down`: blanks in a text, each with a list of choices."""

from __future__ import annotations

from spinequiz.model.items.base import Slug
from spinequiz.model.items.parts import BlanksItem, OneOf


class DropDown(BlanksItem, frozen=True, kw_only=True, tag="drop-down"):
    """`blanks` has the choices of every name that the text holds."""

    blanks: dict[Slug, OneOf]


ITEM = DropDown
