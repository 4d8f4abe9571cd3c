"""The few widgets that the screens are made of: each paints text in one piece, so that a card shows at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from spinequiz.settings.keys import BY_ID, key_label, keys_of
from spinequiz.tui.blocks import EMPTY, Block, Laid, changed_lines, clickable, lay_out
from spinequiz.tui.strips import Brush, brush_for

if TYPE_CHECKING:
    from spinequiz.tui.app import SpinequizApp


KeyGroup = tuple[str, str, bool]
"""Ids of keys, a label or nothing for the first key's own, and whether they can be used now."""


class Expected(NamedTuple):
    """Blocks that may be shown next, and their lines."""

    blocks: list[Block]
    laid: Laid


class Painted(Widget):
    """A widget that paints blocks, wrapped to its width. A click on a block runs the block's action.

    One that `paints_ahead` paints blocks that take less room than it has before the screen is laid out anew.
    """

    paints_ahead = False

    DEFAULT_CSS = """
    Painted { width: 1fr; height: auto; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        # blocks run their actions themselves
        self.auto_links = False
        self.blocks: list[Block] = []
        self._laid: Laid | None = None
        self._brush: Brush | None = None
        self._expected: list[Expected] = []

    def show(self, blocks: list[Block]) -> bool:
        """Paint other blocks: the lines that differ, and the whole screen anew only for another height.

        Returns whether they can be painted with the screen laid out as it is.
        """
        width = self.content_size.width
        before = self.laid(width) if width else Laid([], 0)
        self.blocks = blocks
        self._laid = self._foreseen(blocks, width)
        if not width:
            self.refresh(layout=True)
            return False
        after = self.laid(width)
        if self.styles.auto_dimensions and self.content_size.height != self.rows(len(after.lines)):
            if not self.paints_ahead or self.content_size.height < self.rows(len(after.lines)):
                self.refresh(layout=True)
                return False
            self.call_after_refresh(self.refresh, layout=True)
        changed = changed_lines(before, after)
        if changed:
            # with the margins: a strip is sent as it is then, and not cut
            self.refresh(Region(-self.gutter.left, changed[0], self.outer_size.width, changed[-1] + 1 - changed[0]))
        return True

    def expect(self, candidates: Iterable[list[Block]]) -> None:
        """Make ready what may be shown next, up to what the terminal is sent: then it shows sooner.

        What was expected before is forgotten.
        """
        width = self.content_size.width
        self._expected = [Expected(blocks, self.lay_out(blocks, width)) for blocks in candidates] if width else []
        self._brush = brush_for(self, self._brush)
        for _, laid in self._expected:
            laid.brush = self._brush
            for number, line in enumerate(laid.lines[: self.app.size.height]):
                laid.strips[number] = self._brush.strip(line, number)
                laid.strips[number].render(self.app.console)

    def _foreseen(self, blocks: list[Block], width: int) -> Laid | None:
        for expected, laid in self._expected:
            if laid.width == width and len(blocks) == len(expected) and all(map(Block.is_same, blocks, expected)):
                return laid
        return None

    def rows(self, lines: int) -> int:
        """The height that so many lines are given."""
        return lines

    def laid(self, width: int) -> Laid:
        """The lines at a width."""
        if self._laid is None or self._laid.width != width:
            self._laid = self.lay_out(self.blocks, width)
        return self._laid

    def lay_out(self, blocks: list[Block], width: int) -> Laid:
        """The lines of blocks at a width, made anew."""
        return lay_out(blocks, width)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """All the width there is."""
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The height of the lines at a width."""
        return self.rows(len(self.laid(width).lines))

    def render(self) -> Content:
        """The lines."""
        return Content("\n").join(self.laid(self.content_size.width).lines)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The strips of a region. A line is made into one once, for as long as it stays and the colours do."""
        if self.text_selection is not None:
            return super().render_lines(crop)
        brush = self._brush = brush_for(self, self._brush)
        laid = self.laid(self.content_size.width)
        if laid.brush is not brush:
            laid.brush = brush
            laid.strips.clear()
        strips = []
        for number in range(crop.y - brush.top, crop.bottom - brush.top):
            strip = laid.strips.get(number, brush.blank)
            if number not in laid.strips and 0 <= number < len(laid.lines):
                strip = laid.strips[number] = brush.strip(laid.lines[number], number)
            strips.append(strip)
        if crop.column_span == (0, brush.width):
            return strips
        return [strip.crop(*crop.column_span) for strip in strips]

    async def on_click(self, event: events.Click) -> None:
        """Run the action of what was clicked."""
        action = event.style.meta.get("do")
        if action:
            event.stop()
            await self.app.run_action(action, self.screen)


class Bare(Widget):
    """For containers that paint nothing of their own, as what they hold covers them.

    It stands behind the container's class in the list of bases: Textual takes styles from the first one.
    """

    BLANK = True
    _brush: Brush | None = None

    def render_lines(self, crop: Region) -> list[Strip]:
        """Blank lines. Textual takes their colours as they are, where NO_COLOR asks for none."""
        self._brush = brush_for(self, self._brush)
        return [self._brush.blank.crop(0, crop.width)] * crop.height


class Page(Painted):
    """What scrolls. It fills its container, so that one text that fits in follows another without a new layout.

    It does not where `fills` is false: then something else stands right under the text. With `follows` it is scrolled
    to its cursor whenever the room for it changes, as when a message comes up below it.
    """

    paints_ahead = True
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
        self._laid_before: dict[tuple[Footer, int, int], Laid] = {}

    def show_keys(self, groups: Iterable[KeyGroup]) -> bool:
        """Show keys given as (id of the key action, label or nothing for its own, usable).

        Returns whether they can be painted with the screen laid out as it is.
        """
        footer = Footer(tuple(groups), max(10, self.app.size.width - 2), self.app.theme)
        if footer == self._footer:
            return True
        self._footer = footer
        if footer not in self._made:
            self._made[footer] = self._lines(footer.groups, footer.width)
        blocks = self._made[footer]
        # the footer keeps the lines that it once took: the page above does not jump from face to face
        most = self._most[footer.width] = max(len(blocks), self._most.get(footer.width, 0))
        return self.show(blocks + [Block(EMPTY)] * (most - len(blocks)))

    def lay_out(self, blocks: list[Block], width: int) -> Laid:
        """The lines of a footer, and what was painted of them: a card's faces alternate between few footers."""
        key = self._footer, len(blocks), width
        if key not in self._laid_before:
            self._laid_before[key] = super().lay_out(blocks, width)
        return self._laid_before[key]

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
