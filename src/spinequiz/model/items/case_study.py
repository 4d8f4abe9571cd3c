"""`case-study`: a scenario and six items, one for each clinical judgment step."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, ClassVar

from spinequiz.model.items import ITEM_TYPES, item_class
from spinequiz.model.items.base import Item, Text

NESTED_TYPES = tuple(name for name in ITEM_TYPES if name not in ("basic", "cloze", "case-study"))
"""The types that may stand in a case study: the scored ones, case studies apart."""

if TYPE_CHECKING:
    NestedItem = Item
else:
    # a tagged union, so that msgspec decodes every nested item as its own type
    NestedItem = reduce(or_, (item_class(name) for name in NESTED_TYPES))


class CaseStudy(Item, frozen=True, kw_only=True, tag="case-study"):
    """One card; its items are answered in turn and have ids of their own within the case."""

    nested_key: ClassVar[str] = "items"
    scenario: Text
    items: tuple[NestedItem, ...]
    prompt: str = ""


ITEM = CaseStudy
