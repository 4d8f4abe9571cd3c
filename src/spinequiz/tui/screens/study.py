"""The study screen: what each key does to a session."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from spinequiz.model.cards import EntryKind, Rating
from spinequiz.session import study as machine
from spinequiz.session.driver import StudyDriver
from spinequiz.session.states import Face
from spinequiz.session.study import Event
from spinequiz.settings.keys import BY_ID
from spinequiz.store.errors import StaleAnswer, StoreError
from spinequiz.tui.answer_field import AnswerField
from spinequiz.tui.bindings import bindings_for
from spinequiz.tui.items import Presenter
from spinequiz.tui.screens.card import CardScreen
from spinequiz.tui.study_keys import NUMBERS


class StudyScreen(CardScreen):
    """A session. Every key goes to the session as an event, or to the presenter of the card's type."""

    key_group = "study"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("study")]

    def __init__(self, driver: StudyDriver) -> None:
        super().__init__(driver)
        self.failed: Event | None = None
        self.opening = driver.send(machine.Begin())

    def send(self, event: Event) -> None:
        """Let an event happen, and show what came of it; what could not be written is not shown as given."""
        try:
            told = self.driver.send(event)
        except StaleAnswer as error:
            self.driver.deal_again()
            self.presenter = None
            self.say(str(error), bad=True)
            self.repaint()
            return
        except StoreError as error:
            self.failed = event
            again, leave = self.spine.key("study.answer"), self.spine.key("study.back")
            self.say(f"{error} This answer is not saved. {again} tries again; {leave} leaves without it.", bad=True)
            return
        self.failed = None
        self.say(". ".join(told))
        self.repaint()

    def action_answer(self) -> None:
        """Show the answer, check the response, accept the proposal, or try again to save."""
        shown, presenter = self.shown, self.presenter
        if self.failed is not None:
            self.send(self.failed)
        elif shown is None or presenter is None:
            return
        elif self.chart.covers(presenter):
            self.chart.in_front = False
            self.to_top()
            # an answer comes into sight as if it had just been given
            self.face = Face.PROMPT
            self.repaint()
        elif shown.face is Face.ANSWER:
            if shown.proposal is None:
                self.say(f"rate it: {', '.join(f'{self.spine.key(name)} {BY_ID[name].label}' for name in NUMBERS)}")
            else:
                self.send(machine.Rate())
        elif presenter.grader.self_rated:
            self.send(machine.Reveal())
        else:
            self._respond(presenter, self.answer_field.value if presenter.typing and self.answer_field else "")

    def _respond(self, presenter: Presenter, typed: str) -> None:
        response = presenter.response(typed)
        if isinstance(response, str):
            self.say(response)
            self.touched = bool(response)
            if not response:
                # the presenter went on to the next question of a case
                self.to_top()
                if self.answer_field is not None:
                    self.answer_field.value = ""
            self.repaint()
            return
        refusal = presenter.grader.refusal(presenter.card.item, response)
        if refusal:
            self.touched = True
            self.say(refusal)
            self.repaint()
        else:
            self.send(machine.Respond(response))

    def on_input_submitted(self, event: AnswerField.Submitted) -> None:
        """Enter in the field."""
        event.stop()
        self.action_answer()

    def on_descendant_focus(self) -> None:
        """Typing takes the keys: the footer says so."""
        self.key_bar.show_keys(self.keys_shown())

    def on_descendant_blur(self) -> None:
        """The keys are back."""
        self.key_bar.show_keys(self.keys_shown())

    def action_choose(self) -> None:
        """Space: choose at the cursor, or the same as Enter."""
        if self._asking() and self.presenter is not None and self.presenter.toggle():
            self._changed(self.presenter)
        else:
            self.action_answer()

    def action_number(self, number: int) -> None:
        """A digit: choose an option on the question, rate on the answer."""
        shown, presenter = self.shown, self.presenter
        if shown is None or presenter is None:
            return
        if shown.face is Face.ANSWER:
            if number <= len(Rating):
                self.send(machine.Rate(Rating(number)))
        elif self._asking() and presenter.number(number):
            self._changed(presenter)
        elif presenter.grader.self_rated:
            self.say("look at the answer first, then rate it")

    def action_pick(self, target: str) -> None:
        """A click on a part of the answer in the making."""
        if self._asking() and self.presenter is not None and self.presenter.click(target):
            self._changed(self.presenter)

    def _changed(self, presenter: Presenter) -> None:
        """The answer in the making changed, or could not: then the presenter says why."""
        self.touched = True
        self.say(presenter.notice)
        presenter.notice = ""
        self.repaint()

    def _asking(self) -> bool:
        """Whether keys go to the presenter: the question shows, and no chart lies over it."""
        if self.shown is None or self.presenter is None or self.chart.covers(self.presenter):
            return False
        return self.shown.face is Face.PROMPT

    def _move(self, columns: int, rows: int) -> None:
        if self._asking() and self.presenter is not None and self.presenter.move(columns, rows):
            self._changed(self.presenter)
        elif rows:
            self.scroll.scroll_relative(y=2 * rows, animate=False)

    def action_down(self) -> None:
        """Cursor down, or scroll."""
        self._move(0, 1)

    def action_up(self) -> None:
        """Cursor up, or scroll."""
        self._move(0, -1)

    def action_left(self) -> None:
        """Cursor left."""
        self._move(-1, 0)

    def action_right(self) -> None:
        """Cursor right."""
        self._move(1, 0)

    def action_earlier(self) -> None:
        """Move an element up."""
        if self._asking() and self.presenter is not None and self.presenter.shift(-1):
            self._changed(self.presenter)

    def action_later(self) -> None:
        """Move an element down."""
        if self._asking() and self.presenter is not None and self.presenter.shift(1):
            self._changed(self.presenter)

    def action_page_down(self) -> None:
        """Scroll a page down."""
        self.scroll.scroll_page_down(animate=False)

    def action_page_up(self) -> None:
        """Scroll a page up."""
        self.scroll.scroll_page_up(animate=False)

    def action_undo(self) -> None:
        """Take the last answer back."""
        self.send(machine.Undo())

    def action_hint(self) -> None:
        """Show the hint."""
        shown = self.shown
        if shown is not None and not shown.card.item.hint:
            self.say("this item has no hint")
        else:
            self.send(machine.Hint())

    def action_typo(self) -> None:
        """Count a typo as right."""
        self.send(machine.Overrule())

    def action_chart(self) -> None:
        """The next exhibit; on a narrow screen a case's chart opens, and closes behind its last tab."""
        if self.presenter is not None and self.chart.turn(self.presenter):
            self._from_the_top_of_the_chart()

    def _from_the_top_of_the_chart(self) -> None:
        self.touched = False
        if self.chart.beside:
            self.chart.scroll_home(animate=False)
        else:
            self.to_top()
        self.repaint()

    def action_chart_down(self) -> None:
        """Scroll the chart down."""
        (self.chart if self.chart.beside else self.scroll).scroll_relative(y=3, animate=False)

    def action_chart_up(self) -> None:
        """Scroll the chart up."""
        (self.chart if self.chart.beside else self.scroll).scroll_relative(y=-3, animate=False)

    def action_exhibit(self, index: int) -> None:
        """A click on an exhibit's tab."""
        self.chart.exhibit = index
        self._from_the_top_of_the_chart()

    def action_skip(self) -> None:
        """Leave the card out."""
        self.send(machine.Skip())

    def action_bury(self) -> None:
        """Rest the card until tomorrow."""
        self.send(machine.Mark(EntryKind.BURY))

    def action_suspend(self) -> None:
        """Take the card out."""
        self.send(machine.Mark(EntryKind.SUSPEND))

    def action_flag(self) -> None:
        """Flag or unflag the card."""
        self.send(machine.Mark(EntryKind.FLAG))

    def action_edit(self) -> None:
        """Open the item in the editor, then read it again."""
        from spinequiz.tui.editor import edit

        shown = self.shown
        if shown is None:
            return
        problem = edit(self.spine, shown.card.path, shown.card.line)
        if problem:
            self.say(problem, bad=True)
            return
        try:
            told = self.driver.reread()
        except StoreError as error:
            self.say(str(error), bad=True)
            return
        self.say(". ".join(told))
        self.repaint()

    def action_leave_field(self) -> None:
        """Leave the field, so that letters are keys again, or go back into it; without one, the same as going back."""
        if self.answer_field is not None and self.answer_field.has_focus:
            self.set_focus(None)
        elif self.answer_field is not None and self.answer_field.is_open:
            self.answer_field.focus()
        else:
            self.action_back()

    def action_back(self) -> None:
        """End the session: to the summary if anything was answered, else straight back."""
        if self.driver.study.tally.answers and self.failed is None:
            self.finish()
        else:
            self.spine.leave_session()
