"""`cloze`: a text with blanks, rated by the student."""

from __future__ import annotations

from spinequiz.model.items.base import Item, Text


class Cloze(Item, frozen=True, kw_only=True, tag="cloze"):
    """`text` holds `{{c1::answer::hint}}` blanks; one card a number. The prompt is optional."""

    text: Text
    prompt: str = ""


ITEM = Cloze
