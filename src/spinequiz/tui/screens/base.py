"""What the screens share: a top line, a scrolling body, a message line, the footer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from spinequiz.tui.blocks import Block, text
from spinequiz.tui.widgets import Bare, KeyBar, Page, Painted

if TYPE_CHECKING:
    from spinequiz.tui.app import SpinequizApp

TALL_FROM = 24
"""Rows from which there is room for margins."""


class Scroll(VerticalScroll, Bare):
    """Scrolls the page."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, id="scroll", can_focus=False)
        self.page = page

    def on_resize(self) -> None:
        """What is chosen stays in sight where there is less room than before."""
        if self.page.follows:
            self.page.keep_cursor_visible()


class FrameScreen(Screen[None], Bare):
    """A screen of painted parts. `key_group` names its keys in the list of keys."""

    key_group = ""
    AUTO_FOCUS = ""
    VERTICAL_BREAKPOINTS = [(0, "-short"), (TALL_FROM, "-tall")]  # noqa: RUF012 (the base class types it so)
    opening: tuple[str, ...] = ()
    """What to tell when the screen opens."""

    def __init__(self) -> None:
        super().__init__()
        self.filled_size = Size(0, 0)

    def compose(self) -> ComposeResult:
        """Top line, body, message, footer; subclasses add what they need below the body."""
        self.top = Painted(id="top")
        self.body = Page(id="body")
        self.message = Painted(id="message")
        self.key_bar = KeyBar(id="keys")
        yield self.top
        self.scroll = Scroll(self.body)
        yield self.middle()
        yield from self.below()
        yield self.message
        yield self.key_bar

    def middle(self) -> Widget:
        """What stands between the top line and the message: the scrolling body."""
        return self.scroll

    def below(self) -> list[Widget]:
        """Widgets between body and message."""
        return []

    def on_mount(self) -> None:
        """Greet; the parts are filled when the screen shows, right after this."""
        words = [self.spine.greeting] if self.spine.greeting else []
        self.spine.greeting = ""
        if words or self.opening:
            self.say(". ".join(said.removesuffix(".") for said in (*words, *self.opening)))

    @property
    def spine(self) -> SpinequizApp:
        """The application."""
        app: SpinequizApp = self.app  # type: ignore[assignment]
        return app

    def on_screen_resume(self) -> None:
        """Fill the parts, the first time or because something may have changed behind another screen."""
        self.filled_size = self.size
        self.repaint()

    def on_resize(self) -> None:
        """Fill the parts for another size; of the size that it has, a screen is told several times at its start."""
        if self.is_current and self.size != self.filled_size:
            self.filled_size = self.size
            self.repaint()

    def repaint(self) -> None:
        """Fill the parts anew."""
        raise NotImplementedError

    def keys_shown(self) -> list[tuple[str, str, bool]]:
        """The footer: ids of keys (two or more for a range), a label, and whether they can be used now."""
        raise NotImplementedError

    def paint_at_once(self, parts: Iterable[Painted]) -> None:
        """Paint parts that keep their places: not some turns of the message queues, or a sixtieth of a second, later.

        Where the screen waits to be laid out anew, that comes first.
        """
        if self.is_current:
            self._dirty_widgets.update(parts)
            self._on_timer_update()

    def say(self, words: str, *, bad: bool = False) -> None:
        """Show a message above the footer; an empty one takes it away."""
        if not words and not self.message.blocks:
            return
        self.message.set_class(bool(words), "said")
        self.message.set_class(bad, "bad")
        prefix = text("! " if bad else "· ", "bold")
        self.message.show([Block(text(words), prefix=prefix)] if words else [])
