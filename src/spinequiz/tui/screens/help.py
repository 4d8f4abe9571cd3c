"""The help: every key of a screen, as it is set."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from spinequiz.settings.keys import ACTIONS, BY_ID, key_label, keys_of
from spinequiz.tui.blocks import Block, text
from spinequiz.tui.screens.base import TALL_FROM
from spinequiz.tui.widgets import Painted

FIRST_OPTION, *MORE_OPTIONS = (f"study.option_{number}" for number in range(5, 11))
"""Keys that the page tells in one line."""


class HelpScreen(ModalScreen[None]):
    """Lies over the screen that it explains; what was half answered there stays."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter,space", "dismiss", "Close", show=False),
        Binding("down,j", "scroll(1)", "Down", show=False),
        Binding("up,k", "scroll(-1)", "Up", show=False),
        Binding("pagedown", "scroll(10)", "Page down", show=False),
        Binding("pageup", "scroll(-10)", "Page up", show=False),
    ]
    AUTO_FOCUS = ""
    VERTICAL_BREAKPOINTS = [(0, "-short"), (TALL_FROM, "-tall")]  # noqa: RUF012 (the base class types it so)

    def __init__(self, group: str) -> None:
        super().__init__()
        self.group = group

    def compose(self) -> ComposeResult:
        """A scrolling page."""
        self.body = Painted(id="body")
        self.scroll_view = VerticalScroll(self.body, id="scroll", can_focus=False)
        yield self.scroll_view

    def on_mount(self) -> None:
        """Write the page."""
        remapped: dict[str, str] = getattr(self.app, "remapped", {})
        self.scroll_view.border_title = f"Keys: {self.group}"
        self.scroll_view.border_subtitle = "Esc closes, ↑ ↓ PgUp PgDn scroll"
        blocks = []
        for group in (self.group, "app"):
            for index, action in enumerate(a for a in ACTIONS if a.screen == group and a.id not in MORE_OPTIONS):
                keys, words = " or ".join(key_label(key) for key in keys_of(action, remapped)), action.help
                if action.id == FIRST_OPTION:
                    more = [key_label(keys_of(BY_ID[name], remapped)[0]) for name in MORE_OPTIONS]
                    keys, words = " ".join([keys, *more]), "Choose options 5 to 10"
                blocks.append(Block(text(words), prefix=text(f"{keys:16} ", "bold"), gap=index == 0))
        blocks.append(
            Block(
                text("Keys can be changed in the settings file, under [keys]; `spinequiz where` says where."), gap=True
            )
        )
        self.body.show(blocks)

    async def action_dismiss(self, result: None = None) -> None:
        """Close the page."""
        self.dismiss(result)

    def action_scroll(self, lines: int) -> None:
        """Scroll."""
        self.scroll_view.scroll_relative(y=lines, animate=False)
