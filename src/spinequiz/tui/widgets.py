"""The few widgets that the screens are made of: each paints text in one piece, so that a card shows at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.style import Style
from textual.widget import Widget

from spinequiz.settings.keys import BY_ID, key_label, keys_of
from spinequiz.tui.blocks import Block, Laid, lay_out

if TYPE_CHECKING:
    from spinequiz.tui.app import SpinequizApp


class Painted(Widget):
    """A widget that paints blocks, wrapped to its width. A click on a block runs the block's action."""

    DEFAULT_CSS = """
    Painted { width: 1fr; height: auto; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.blocks: list[Block] = []
        self._laid: tuple[int, Laid] | None = None

    def show(self, blocks: list[Block]) -> None:
        """Paint other blocks."""
        self.blocks = blocks
        self._laid = None
        self.refresh(layout=True)

    def laid(self, width: int) -> Laid:
        """The lines at a width."""
        if self._laid is None or self._laid[0] != width:
            self._laid = (width, lay_out(self.blocks, width))
        return self._laid[1]

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """All the width there is."""
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The number of lines at a width."""
        return len(self.laid(width).lines)

    def render(self) -> Content:
        """The lines."""
        return Content("\n").join(self.laid(self.content_size.width).lines)

    def keep_cursor_visible(self) -> None:
        """Scroll so that the block with the cursor is in sight."""
        cursor = self.laid(self.content_size.width).cursor if self.content_size.width else None
        if cursor is not None and self.parent is not None:
            start, end = cursor
            region = Region(0, start, 1, end - start)
            self.show_region(region)

    def show_region(self, region: Region) -> None:
        """Ask the container to show a region of this widget."""
        parent = self.parent
        if isinstance(parent, Widget):
            parent.scroll_to_region(
                region.translate((self.styles.padding.left, self.styles.padding.top)), animate=False, force=True
            )

    async def on_click(self, event: events.Click) -> None:
        """Run the action of what was clicked."""
        action = event.style.meta.get("do")
        if action:
            event.stop()
            await self.app.run_action(action, self.screen)


class KeyBar(Painted):
    """The footer: every key of the screen that can be used now, others dimmed; a click does the same."""

    DEFAULT_CSS = """
    KeyBar { dock: bottom; background: $panel; color: $text; padding: 0 1; max-height: 5; }
    """

    def show_keys(self, groups: list[tuple[str, str, bool]]) -> None:
        """Show keys given as (id of the key action, label or nothing for its own, usable)."""
        app: SpinequizApp = self.app  # type: ignore[assignment]
        line = Content("")
        blocks: list[Content] = []
        for ids, label, usable in groups:
            actions = [BY_ID[name] for name in ids.split()]
            keys = [key_label(keys_of(action, app.remapped)[0]) for action in actions]
            shown = keys[0] if len(keys) == 1 else f"{keys[0]}-{keys[-1]}" if len(keys) > 2 else f"{keys[0]} {keys[1]}"
            word = label or actions[0].label
            part = Content.assemble((shown, "bold $text-accent" if usable else "dim"), " ", word)
            if not usable:
                part = part.stylize("dim")
            elif len(actions) == 1:
                part = part.stylize(Style.from_meta({"do": action_of(actions[0].id)}))
            # a key and its word stay on one line
            blocks.append(part)
        width = max(10, self.app.size.width - 2)
        lines: list[Content] = []
        for part in blocks:
            if line and line.cell_length + 2 + part.cell_length > width:
                lines.append(line)
                line = Content("")
            line = line + "  " + part if line else part
        lines.append(line)
        self.show([Block(each) for each in lines])


def action_of(key_id: str) -> str:
    """The action string that a key's id runs."""
    screen, name = key_id.split(".")
    number = {"again": 1, "hard": 2, "good": 3, "easy": 4}.get(name)
    if name.startswith("option_"):
        number = int(name.removeprefix("option_"))
    target = "app" if screen == "app" else "screen"
    return f"{target}.number({number})" if number else f"{target}.{name}"
