"""The few widgets that the screens are made of: each paints text in one piece, so that a card shows at once."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.style import Style as VisualStyle
from textual.visual import Visual
from textual.widget import Widget

from spinequiz.settings.keys import BY_ID, key_label, keys_of
from spinequiz.tui.blocks import EMPTY, Block, Laid, clickable, lay_out

if TYPE_CHECKING:
    from spinequiz.tui.app import SpinequizApp


KeyGroup = tuple[str, str, bool]
"""Ids of keys, a label or nothing for the first key's own, and whether they can be used now."""


class Painted(Widget):
    """A widget that paints blocks, wrapped to its width. A click on a block runs the block's action."""

    DEFAULT_CSS = """
    Painted { width: 1fr; height: auto; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        # blocks run their actions themselves
        self.auto_links = False
        self.blocks: list[Block] = []
        self._laid: tuple[int, Laid] | None = None

    def show(self, blocks: list[Block]) -> None:
        """Paint other blocks: the lines that differ, and the whole screen anew only for another height."""
        width = self.content_size.width
        before = self.laid(width).lines if width else []
        self.blocks = blocks
        self._laid = None
        after = self.laid(width).lines if width else []
        if not width or (self.styles.auto_dimensions and self.content_size.height != self.rows(len(after))):
            self.refresh(layout=True)
            return
        lines = enumerate(zip_longest(before, after))
        changed = [y for y, (old, new) in lines if old is None or new is None or not new.is_same(old)]
        if changed:
            self.refresh(Region(0, changed[0], width, changed[-1] + 1 - changed[0]))

    def rows(self, lines: int) -> int:
        """The height that so many lines are given."""
        return lines

    def laid(self, width: int) -> Laid:
        """The lines at a width."""
        if self._laid is None or self._laid[0] != width:
            self._laid = (width, lay_out(self.blocks, width))
        return self._laid[1]

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """All the width there is."""
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The height of the lines at a width."""
        return self.rows(len(self.laid(width).lines))

    def render(self) -> Content:
        """The lines."""
        return Content("\n").join(self.laid(self.content_size.width).lines)

    async def on_click(self, event: events.Click) -> None:
        """Run the action of what was clicked."""
        action = event.style.meta.get("do")
        if action:
            event.stop()
            await self.app.run_action(action, self.screen)


class Page(Painted):
    """What scrolls. It fills its container, so that one text that fits in follows another without a new layout.

    It does not where `fills` is false: then something else stands right under the text. With `follows` it is scrolled
    to its cursor whenever the room for it changes, as when a message comes up below it.
    """

    fills = True
    follows = True
    container_rows = 0

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The height of the container, or that of the lines."""
        self.container_rows = container.height
        return super().get_content_height(container, viewport, width)

    def rows(self, lines: int) -> int:
        """All the height there is, or more."""
        return max(lines, self.container_rows - self.gutter.height) if self.fills else lines

    def keep_cursor_visible(self) -> None:
        """Scroll as little as it takes to see the cursor's blocks, or their beginning where they are too long.

        Where they can be seen without scrolling at all, the page is shown from its top.
        """
        cursor = self.laid(self.content_size.width).cursor if self.content_size.width else None
        parent = self.parent
        if cursor is None or not isinstance(parent, Widget):
            return
        start, end = (line + self.styles.padding.top for line in cursor)
        if end <= parent.content_size.height:
            start = 0
        parent.scroll_to_region(Region(0, start, 1, end - start), animate=False, force=True)


class Footer(NamedTuple):
    """What a footer depends on: its keys, the width in cells, and the theme."""

    groups: tuple[KeyGroup, ...]
    width: int
    theme: str


class KeyBar(Painted):
    """The footer: every key of the screen that can be used now, others dimmed; a click does the same."""

    DEFAULT_CSS = """
    KeyBar { dock: bottom; background: $panel; color: $text; padding: 0 1; max-height: 5; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._footer = Footer((), 0, "")
        self._made: dict[Footer, list[Block]] = {}
        self._most: dict[int, int] = {}
        self._strips: dict[tuple[Footer, VisualStyle], list[Strip]] = {}

    def show_keys(self, groups: Iterable[KeyGroup]) -> None:
        """Show keys given as (id of the key action, label or nothing for its own, usable)."""
        footer = Footer(tuple(groups), max(10, self.app.size.width - 2), self.app.theme)
        if footer == self._footer:
            return
        self._footer = footer
        if footer not in self._made:
            self._made[footer] = self._lines(footer.groups, footer.width)
        blocks = self._made[footer]
        # the footer keeps the lines that it once took: the page above does not jump from face to face
        most = self._most[footer.width] = max(len(blocks), self._most.get(footer.width, 0))
        self.show(blocks + [Block(EMPTY)] * (most - len(blocks)))

    def render_line(self, y: int) -> Strip:
        """A line. A card's faces alternate between few footers, and a footer has more styles than a card."""
        key = self._footer, self.visual_style
        if key not in self._strips:
            self._strips[key] = Visual.to_strips(self, self.render(), self.size.width, None, self.visual_style)
        strips = self._strips[key]
        return strips[y] if y < len(strips) else Strip.blank(self.size.width, self.visual_style.rich_style)

    def _lines(self, groups: tuple[KeyGroup, ...], width: int) -> list[Block]:
        lines: list[Content] = []
        line = Content("")
        for group in groups:
            # a key and its word stay on one line
            part = self._part(*group)
            if line and line.cell_length + 2 + part.cell_length > width:
                lines.append(line)
                line = Content("")
            line = line + "  " + part if line else part
        return [Block(each) for each in (*lines, line)]

    def _part(self, ids: str, label: str, usable: bool) -> Content:
        app: SpinequizApp = self.app  # type: ignore[assignment]
        actions = [BY_ID[name] for name in ids.split()]
        style = "bold $text-accent" if usable else "dim"
        labels = [key_label(keys_of(action, app.remapped)[0]) for action in actions]
        keys = []
        for first, last in _runs(labels):
            key = Content(labels[first] if first == last else f"{labels[first]}-{labels[last]}").stylize(style)
            keys.append(clickable(key, action_of(actions[first].id)) if usable and first == last else key)
        word = Content(f" {label or actions[0].label}")
        if not usable:
            return (Content(" ").join(keys) + word).stylize("dim")
        return Content(" ").join(keys) + (clickable(word, action_of(actions[0].id)) if len(actions) == 1 else word)


def _runs(labels: list[str]) -> list[tuple[int, int]]:
    """Where runs of keys begin and end: three or more digits that follow each other are one, other keys alone."""
    found: list[tuple[int, int]] = []
    index = 0
    while index < len(labels):
        end = index
        while end + 1 < len(labels) and labels[end].isdigit() and labels[end + 1] == str(int(labels[end]) + 1):
            end += 1
        if end - index < 2:
            end = index
        found.append((index, end))
        index = end + 1
    return found


def action_of(key_id: str) -> str:
    """The action string that a key's id runs."""
    screen, name = key_id.split(".")
    number = {"again": 1, "hard": 2, "good": 3, "easy": 4}.get(name)
    if name.startswith("option_"):
        number = int(name.removeprefix("option_"))
    target = "app" if screen == "app" else "screen"
    return f"{target}.number({number})" if number else f"{target}.{name}"
