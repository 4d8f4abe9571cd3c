"""How each item type is asked and answered line by line: one module a type, each with a `PROMPT`."""

from __future__ import annotations

from spinequiz.model.items import Item, type_module
from spinequiz.plain.items.base import Prompt


def prompt_for(item: Item) -> Prompt:
    """The prompt of an item's type."""
    found: Prompt = type_module(__name__, item.type_name).PROMPT
    return found


__all__ = ["Prompt", "prompt_for"]
