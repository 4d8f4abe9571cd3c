"""Textual bindings from the list of keys."""

from __future__ import annotations

from textual.binding import Binding

from spinequiz.settings.keys import ACTIONS, keys_of
from spinequiz.tui.widgets import action_of


def bindings_for(screen: str) -> list[Binding]:
    """The bindings of a screen, with the ids that settings remap."""
    return [
        Binding(
            action.keys,
            action_of(action.id).removeprefix("screen.").removeprefix("app."),
            action.label,
            show=False,
            id=action.id,
            tooltip=action.help,
            priority=action.id == "app.quit",
        )
        for action in ACTIONS
        if action.screen == screen
    ]


def keymap(remapped: dict[str, str]) -> dict[str, str]:
    """The keymap that Textual takes: key ids to comma-separated keys."""
    by_id = {action.id: action for action in ACTIONS}
    return {name: ",".join(keys_of(by_id[name], remapped)) for name in remapped}
