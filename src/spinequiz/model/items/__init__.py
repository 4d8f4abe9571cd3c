"""What authors write: one module a type. `ITEM_TYPES` is the one registry of types.

A type named `true-false` lives in the module `true_false` of each layer's folder of types.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from spinequiz.model.items.base import Item

ITEM_TYPES: tuple[str, ...] = (
    "basic",
    "cloze",
    "typed",
    "numeric",
    "true-false",
    "single-choice",
    "select-all",
    "select-n",
    "ordering",
    "matrix-choice",
    "matrix-response",
    "grouping",
    "drop-down",
    "drag-drop",
    "highlight",
    "bow-tie",
    "case-study",
)


def type_module(folder: str, type_name: str) -> ModuleType:
    """The module of `type_name` in a package that keeps one module a type."""
    return import_module(f"{folder}.{type_name.replace('-', '_')}")


def item_class(type_name: str) -> type[Item]:
    """The struct of a type, such as `Basic` for `basic`."""
    found: type[Item] = type_module(__name__, type_name).ITEM
    return found


__all__ = ["ITEM_TYPES", "Item", "item_class", "type_module"]
