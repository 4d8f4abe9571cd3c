"""The help: every key of a screen, as it is set."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from spinequiz.settings.keys import ACTIONS, key_label, keys_of
from spinequiz.tui.blocks import Block, text
from spinequiz.tui.widgets import Painted


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
        blocks = [Block(text(f"Keys: {self.group}", "bold $text-primary"))]
        for group in (self.group, "app"):
            for index, action in enumerate(a for a in ACTIONS if a.screen == group):
                keys = " or ".join(key_label(key) for key in keys_of(action, remapped))
                blocks.append(Block(text(action.help), prefix=text(f"{keys:16} ", "bold"), gap=index == 0))
        blocks.append(
            Block(
                text("Keys can be changed in the settings file, under [keys]; `spinequiz where` says where."), gap=True
            )
        )
        blocks.append(Block(text("Esc closes this page.", "$secondary")))
        self.body.show(blocks)

    async def action_dismiss(self, result: None = None) -> None:
        """Close the page."""
        self.dismiss(result)

    def action_scroll(self, lines: int) -> None:
        """Scroll."""
        self.scroll_view.scroll_relative(y=lines, animate=False)
