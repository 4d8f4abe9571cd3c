"""`highlight`: a text with segments to mark."""

from __future__ import annotations

from spinequiz.model.items.base import Item, Text


class Highlight(Item, frozen=True, kw_only=True, tag="highlight"):
    """`text` holds `{{+key}}` and `{{-not key}}` segments; what stands between them cannot be marked."""

    text: Text
    prompt: str = ""


ITEM = Highlight
