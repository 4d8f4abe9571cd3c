"""The screen of a card: its chart, its page, the ratings and the field, painted in place."""

from __future__ import annotations

import gc
from contextlib import suppress

from textual.containers import Horizontal
from textual.widget import Widget

from spinequiz.model.cards import CardKey, DeckId
from spinequiz.session import study as machine
from spinequiz.session.driver import StudyDriver
from spinequiz.session.states import Face, Shown, Study
from spinequiz.store.errors import StoreError
from spinequiz.tui.answer_field import AnswerField
from spinequiz.tui.blocks import Block
from spinequiz.tui.chart import ChartPane
from spinequiz.tui.faces import exhibit_blocks, face_blocks, rating_line, top_line
from spinequiz.tui.items import Presenter, presenter_for
from spinequiz.tui.screens.base import FrameScreen
from spinequiz.tui.study_keys import study_keys
from spinequiz.tui.widgets import Bare, Painted

PAUSE_SECONDS = 0.03
"""After an answer shows, before what may come next is made ready: a key that was typed blindly comes sooner."""


class Middle(Horizontal, Bare):
    """Chart and page side by side."""


class CardScreen(FrameScreen):
    """Shows the card on the table of a session, and makes the next one ready. What keys do is the subclass's matter.

    `face` is the one that was painted last; `touched` says that the student works on the answer.
    """

    def __init__(self, driver: StudyDriver) -> None:
        super().__init__()
        self.driver = driver
        self.presenter: Presenter | None = None
        self.answer_field: AnswerField | None = None
        self.face = Face.PROMPT
        self.touched = False
        self.first_cards: dict[DeckId, CardKey] = {}

    def on_mount(self) -> None:
        """Once the first card is there, look up what comes after it, and load what its answer takes."""
        self.call_after_refresh(self._prepare)

    def _prepare(self) -> None:
        machine.load_scheduler()
        # what cannot be read now is told at the next key
        with suppress(StoreError):
            self.driver.plan_rest()
            if self.shown is not None:
                self.top.show(self._top(self.driver.study, self.shown))
        # what is there by now stays, and need not be looked through at each pause
        gc.collect()
        gc.freeze()

    def middle(self) -> Widget:
        """The chart, where a case has one and the screen has room for it, beside the body."""
        self.chart = ChartPane()
        return Middle(self.chart, self.scroll, id="middle")

    def below(self) -> list[Widget]:
        """The rating bar."""
        self.rating = Painted(id="rating")
        return [self.rating]

    @property
    def shown(self) -> Shown | None:
        """The card on the table."""
        return self.driver.study.current

    def repaint(self) -> None:
        """Show the session as it is now."""
        shown = self.shown
        if shown is None:
            self.finish()
            return
        if self.presenter is None or self.presenter.card is not shown.card:
            self.presenter = presenter_for(shown.card)
            self.touched = False
            self.chart.open(self.presenter, asking=shown.face is Face.PROMPT)
            self.to_top()
        with self.app.batch_update():
            in_place = (
                self.top.show(self._top(self.driver.study, shown)),
                self._paint_body(shown, self.presenter),
                # an empty line keeps its place: the page does not jump when the answer shows
                self.rating.show([Block(rating_line(shown, self.size.width - 2))] if shown.outcomes else []),
                self.key_bar.show_keys(self.keys_shown()),
            )
        if all(in_place):
            self.paint_at_once((self.top, self.body, self.rating, self.key_bar))
        # in the same turn as the question, for what is typed at once belongs into the field
        self._place_field(asks=self._asks_in_words(shown, self.presenter))

    def _top(self, study: Study, shown: Shown) -> list[Block]:
        return [Block(top_line(study, shown, self.size.width - 2))]

    def _paint_body(self, shown: Shown, presenter: Presenter) -> bool:
        self.body.fills = not self._asks_in_words(shown, presenter)
        presenter.width = _page_width(self.chart.place(presenter, self.size.width))
        blocks = self.chart.blocks(presenter, presenter.width - 2)
        if not self.chart.covers(presenter):
            first = self.first_cards.setdefault(shown.card.key.deck_id, shown.card.key)
            blocks += face_blocks(shown, presenter, first=self._is_first(shown, first))
        in_place = self.body.show(blocks)
        # at first the question stays in sight, however far down the cursor stands; an answer is shown once and then
        # scrolled at will
        self.body.follows = self.touched and shown.face is Face.PROMPT
        revealed = shown.face is Face.ANSWER and self.face is not Face.ANSWER
        self.face = shown.face
        if revealed:
            self.to_top()
            self.set_timer(PAUSE_SECONDS, self.use_the_pause)
        if self.body.follows or revealed:
            self.call_after_refresh(self.body.keep_cursor_visible)
        return in_place

    def use_the_pause(self) -> None:
        """While the student looks at the answer: make ready what comes next, and collect garbage."""
        studies = self.driver.foresee().values()
        cards = [(study, study.current) for study in studies if study.current is not None]
        self.top.expect(self._top(study, shown) for study, shown in cards)
        # the likeliest card is the one; a case takes its time anyway
        self.body.expect(blocks for _, shown in cards[-1:] if (blocks := self._foreseen(shown)))
        gc.collect(1)

    def _foreseen(self, shown: Shown) -> list[Block]:
        """What the page will show of a card, if it is no case."""
        presenter = presenter_for(shown.card)
        if presenter.charted:
            return []
        presenter.width = _page_width(self.size.width)
        first = self.first_cards.get(shown.card.key.deck_id, shown.card.key)
        chart = exhibit_blocks(presenter.exhibits(), 0, presenter.width - 2)
        return chart + face_blocks(shown, presenter, first=self._is_first(shown, first))

    def to_top(self) -> None:
        """Scroll the page to its top."""
        if self.scroll.scroll_y:
            self.scroll.scroll_home(animate=False)

    def _is_first(self, shown: Shown, first: CardKey) -> bool:
        """Whether this is the first card ever of its deck: it carries the deck's notice. `first` is the session's."""
        return first == shown.card.key and self.driver.first_time(first.deck_id)

    def _asks_in_words(self, shown: Shown, presenter: Presenter) -> bool:
        """Whether there is something to type."""
        return presenter.typing and shown.face is Face.PROMPT

    def _place_field(self, *, asks: bool) -> None:
        if not asks:
            if self.answer_field is not None:
                self.answer_field.close()
            return
        if self.answer_field is None:
            self.answer_field = AnswerField()
            self.scroll.mount(self.answer_field)
        if not self.answer_field.is_open:
            self.answer_field.open()

    def keys_shown(self) -> list[tuple[str, str, bool]]:
        """The footer for what can be done now."""
        shown, presenter = self.shown, self.presenter
        if shown is None or presenter is None:
            return []
        return study_keys(
            shown,
            presenter,
            self.chart,
            writing=self.answer_field is not None and self.answer_field.has_focus,
            undoable=bool(self.driver.study.undoable),
        )

    def finish(self) -> None:
        """Show the summary."""
        from spinequiz.tui.screens.summary import SummaryScreen

        if self.is_current:
            self.app.push_screen(SummaryScreen(self.driver))


def _page_width(room: int) -> int:
    """The cells in which a page's texts stand, of those that the chart leaves."""
    return min(110, room) - 6
