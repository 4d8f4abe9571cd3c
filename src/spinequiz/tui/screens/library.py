"""The library: the decks, and what each has for today."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from spinequiz.model.cards import DeckId
from spinequiz.session.today import count_today, nothing_studied
from spinequiz.session.wording import change_lines, plural
from spinequiz.session.workspace import Counts, ShelfDeck
from spinequiz.store.errors import StoreError
from spinequiz.tui.bindings import bindings_for
from spinequiz.tui.blocks import Block, clickable, lay_out, text
from spinequiz.tui.screens.base import TALL_FROM, FrameScreen
from spinequiz.tui.widgets import Painted

NUMBERS_WIDTH = 21
SHORT_ABOUT, TALL_ABOUT = 2, 4
"""Lines of a deck's description that are shown on a short screen and on a taller one; the styles know them too."""


class LibraryScreen(FrameScreen):
    """A list of decks with a cursor."""

    key_group = "library"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("library")]

    def __init__(self) -> None:
        super().__init__()
        self.cursor = 0
        self.counts: dict[DeckId, Counts] = {}
        self.total: Counts | None = None
        self.newcomer = False

    @property
    def decks(self) -> tuple[ShelfDeck, ...]:
        """The decks in their order."""
        return self.spine.workspace.shelf().decks

    def below(self) -> list[Widget]:
        """What the chosen deck is about: always in sight, however long the list is."""
        self.about = Painted(id="about")
        return [self.about]

    def repaint(self) -> None:
        """Show the decks; what they have for today follows the first time, for counting many cards takes a while."""
        self.cursor = min(self.cursor, max(0, len(self.decks) - 1))
        try:
            self.newcomer = nothing_studied(self.spine.workspace, self.decks)
        except StoreError as error:
            self.say(str(error), bad=True)
        if self.total is None:
            self._paint()
            self.call_after_refresh(self._count)
        else:
            self._count()

    def _count(self) -> None:
        try:
            self.counts, self.total = count_today(self.spine.workspace, self.decks)
        except StoreError as error:
            self.say(str(error), bad=True)
        self._paint()

    def _paint(self) -> None:
        width = min(110, self.size.width - 2) - 4
        self.top.show([Block(self._head(self.size.width - 2))])
        blocks = self._greeting()
        head = f"{'Deck':{max(4, width - NUMBERS_WIDTH)}}{'New':>7}{'Learn':>7}{'Due':>7}"
        blocks.append(Block(text(head, "$secondary"), gap=True))
        for index, shelf_deck in enumerate(self.decks):
            blocks.append(self._row(index, shelf_deck, self.counts.get(shelf_deck.id), width))
        self.body.show(blocks)
        self.about.show(self._about())
        self.call_after_refresh(self.body.keep_cursor_visible)
        self.key_bar.show_keys(self.keys_shown())

    def _head(self, width: int) -> Content:
        """What there is for today, and on the right how many problems the decks have."""
        total = self.total
        words = "…" if total is None else f"{plural(total.due, 'review')}, {total.learning} learning, {total.new} new"
        left = text(f"Today: {words}", "bold")
        problems = self._problem_count()
        if problems:
            right = clickable(text(f"! {plural(problems, 'problem')}", "bold $text-warning"), "screen.problems")
        else:
            right = text("spinequiz", "$secondary")
        return left.pad_right(max(1, width - left.cell_length - right.cell_length)) + right

    def _greeting(self) -> list[Block]:
        """Where to begin, for someone new; or that today's work is done."""
        if not self.decks:
            return [Block(text("There are no decks. Add one: spinequiz decks add PATH"))]
        if self.newcomer:
            first = self.decks[0]
            order = "The decks build on each other: start with" if first.origin == "bundled" else "Start with"
            words = f"New here? {order} “{first.deck.title}”, and press {self.spine.key('library.study')}."
            return [Block(text(words, "bold $text-accent"))]
        if self.total is not None and not self.total.total:
            return [Block(text("✓ Nothing left for today. Come back tomorrow.", "bold $text-success"))]
        return []

    def _about(self) -> list[Block]:
        """The chosen deck's description, as much of it as there is room for, and where the deck comes from."""
        if not self.decks:
            return []
        chosen = self.decks[self.cursor]
        width = min(106, self.size.width - 6)
        room = SHORT_ABOUT if self.size.height < TALL_FROM else TALL_ABOUT
        lines = lay_out([Block(text(chosen.deck.description or chosen.deck.title))], width).lines
        if len(lines) > room:
            lines = [*lines[: room - 1], (lines[room - 1] + " …").truncate(width, ellipsis=True)]
        place = f"{plural(chosen.compiled.items, 'item')} · {chosen.origin} · {chosen.compiled.path}"
        source = text(place, "$secondary").truncate(width, ellipsis=True)
        return [*(Block(line) for line in lines), Block(source)]

    def _row(self, index: int, shelf_deck: ShelfDeck, counts: Counts | None, width: int) -> Block:
        here = index == self.cursor
        room = max(4, width - NUMBERS_WIDTH - 2)
        title = text(shelf_deck.deck.title)
        if title.cell_length > room:
            title = title.truncate(room, ellipsis=True)
        line = text("▸ " if here else "  ", "bold $text-accent") + title.pad_right(room - title.cell_length)
        numbers = ("", "", "") if counts is None else (counts.new, counts.learning, counts.due)
        for value, style in zip(numbers, ("$text-primary", "$text-warning", "$text-success"), strict=True):
            line += text(f"{value:>7}", f"bold {style}" if value else "dim")
        return Block(line, cursor=here, action=f"screen.choose({index})", style="on $primary-muted" if here else "")

    def _problem_count(self) -> int:
        shelf = self.spine.workspace.shelf()
        inside = sum(d.compiled.errors for d in shelf.decks)
        return inside + sum(c.errors for c, _ in shelf.unusable) + len(shelf.shadowed)

    def keys_shown(self) -> list[tuple[str, str, bool]]:
        """The footer."""
        some = bool(self.decks)
        return [
            ("library.study", "", some),
            ("library.study_all", "", some),
            ("library.up library.down library.page_up library.page_down", "Move", some),
            ("library.problems", "", True),
            ("library.refresh", "", True),
            ("library.unsuspend", "", some),
            ("app.help", "", True),
            ("app.palette", "", True),
            ("library.back", "", True),
        ]

    def action_down(self) -> None:
        """The next deck."""
        self._move(1)

    def action_up(self) -> None:
        """The previous deck."""
        self._move(-1)

    def action_page_down(self) -> None:
        """A page of decks down."""
        self._move(max(1, self.scroll.content_size.height - 3))

    def action_page_up(self) -> None:
        """A page of decks up."""
        self._move(-max(1, self.scroll.content_size.height - 3))

    def _move(self, rows: int) -> None:
        self.cursor = min(max(0, self.cursor + rows), max(0, len(self.decks) - 1))
        self._paint()

    def action_choose(self, index: int) -> None:
        """A click: choose a deck, and study it at the second click."""
        if index == self.cursor:
            self.action_study()
        else:
            self.cursor = index
            self._paint()

    def action_study(self) -> None:
        """Study the chosen deck."""
        if self.decks:
            self.say("")
            self.spine.study([self.decks[self.cursor]])

    def action_study_all(self) -> None:
        """Study all decks together."""
        if self.decks:
            self.say("")
            self.spine.study(self.decks)

    def action_problems(self) -> None:
        """Show the problems."""
        from spinequiz.tui.screens.problems import ProblemsScreen

        self.app.push_screen(ProblemsScreen())

    def action_refresh(self) -> None:
        """Read changed files again."""
        workspace = self.spine.workspace
        shelf = workspace.shelf(refresh=True)
        try:
            news = change_lines(workspace.register(shelf.decks))
        except StoreError as error:
            self.say(str(error), bad=True)
            return
        self.say(" ".join(news) or "read again")
        self.repaint()

    def action_unsuspend(self) -> None:
        """Bring suspended cards back."""
        if not self.decks:
            return
        from spinequiz.session.marks import unsuspend_deck

        try:
            count = unsuspend_deck(self.spine.workspace, self.decks[self.cursor])
        except StoreError as error:
            self.say(str(error), bad=True)
            return
        self.repaint()
        self.say(f"{plural(count, 'card')} brought back" if count else "no card of this deck is suspended")

    def action_back(self) -> None:
        """Leave the program."""
        self.app.exit(0)
