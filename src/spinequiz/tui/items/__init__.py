"""How each item type is answered on the screen: one module a type, each with a `PRESENTER`."""

from __future__ import annotations

from spinequiz.model.items import type_module
from spinequiz.session.states import Dealt
from spinequiz.tui.items.base import Presenter


def presenter_for(card: Dealt) -> Presenter:
    """A fresh presenter for a card on the table."""
    kind: type[Presenter] = type_module(__name__, card.item.type_name).PRESENTER
    return kind(card)


__all__ = ["Presenter", "presenter_for"]
