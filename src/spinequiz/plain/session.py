"""Runs a session line by line: shows a card, reads a line, does what it says."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from spinequiz.model.cards import DeckId, EntryKind
from spinequiz.model.responses import Response
from spinequiz.plain.commands import Command, answer_of, command_of, explanation
from spinequiz.plain.console import Console, EndOfSession
from spinequiz.plain.items.base import Question, Refused, Step
from spinequiz.plain.steps import rating_step, step_after
from spinequiz.plain.words import answer_lines, ask_lines, card_line, question_of, repeated
from spinequiz.session import study as machine
from spinequiz.session.driver import StudyDriver
from spinequiz.session.states import Face, Shown
from spinequiz.session.study import Event
from spinequiz.store.errors import StaleAnswer, StoreError

EVENTS: dict[Command, Event] = {
    Command.UNDO: machine.Undo(),
    Command.SKIP: machine.Skip(),
    Command.BURY: machine.Mark(EntryKind.BURY),
    Command.SUSPEND: machine.Mark(EntryKind.SUSPEND),
    Command.FLAG: machine.Mark(EntryKind.FLAG),
    Command.TYPO: machine.Overrule(),
}


class Moved(Exception):
    """A command has put another card on the table, or the same one anew."""


class TakeBack(Exception):
    """The last line of an answer in several lines is to be given again."""


class PlainSession:
    """One session. `unsaved` says that the last answer could not be written and was given up."""

    def __init__(self, driver: StudyDriver, console: Console) -> None:
        self.driver = driver
        self.console = console
        self.announced: set[DeckId] = set()
        self.unsaved = False

    @property
    def shown(self) -> Shown:
        """The card on the table."""
        shown = self.driver.study.current
        assert shown is not None
        return shown

    def study(self) -> None:
        """Card after card until none is left. Raises EndOfSession when the student quits."""
        while self.driver.study.current is not None:
            with suppress(Moved):
                if self.shown.face is Face.PROMPT:
                    self._question()
                else:
                    self._answer()

    def taken_back(self) -> bool:
        """After the last card: whether the student takes the last answer back, which goes on with its card."""
        with suppress(EndOfSession, KeyboardInterrupt):
            while self.driver.study.undoable:
                line = self.console.ask("An empty line leaves; u takes the last answer back.").casefold()
                if line in ("", "q", "quit"):
                    break
                if line not in ("u", "undo"):
                    self.console.say("There is no card on the table: type nothing, or u.")
                    continue
                self.send(machine.Undo())
                if self.driver.study.current is not None:
                    return True
        return False

    def send(self, event: Event) -> None:
        """Let an event happen, as often as it takes. Raises EndOfSession if the student gives up."""
        while True:
            try:
                self.console.say(*self.driver.send(event))
                return
            except StaleAnswer as error:
                self.console.complain(str(error))
                if isinstance(event, machine.Rate):
                    self._deal_again()
                return
            except StoreError as error:
                self.console.complain(str(error))
                self._wait_to_retry(event)

    def _wait_to_retry(self, event: Event) -> None:
        self.unsaved = isinstance(event, machine.Rate)
        what = "This answer is not saved" if self.unsaved else "That was not done"
        while True:
            line = self.console.ask(f"{what}. An empty line tries again; q ends the session without it.")
            if not line:
                self.unsaved = False
                return
            if line.casefold() in ("q", "quit"):
                raise EndOfSession

    def _deal_again(self) -> None:
        """After another program answered the card: show it as it is now, unless it rests now."""
        self.driver.deal_again()
        study = self.driver.study
        if study.current is None:
            return
        card = study.current.card
        ahead = self.driver.moment().now_ms + study.learn_ahead_ms
        if card.marks.suspended or (card.state is not None and card.state.due_ms > ahead):
            self.send(machine.Skip())

    def _question(self) -> None:
        """Show a card and get a response to it. Raises Moved."""
        shown = self.shown
        deck = shown.card.deck
        self.console.say("")
        if deck.notice and shown.card.key.deck_id not in self.announced:
            self.console.say(f"Notice: {deck.notice}", "")
        self.announced.add(shown.card.key.deck_id)
        question = question_of(shown.card)
        self.console.say(card_line(self.driver.study, shown), "", *ask_lines(question))
        response = self._response(question)
        self.send(machine.Reveal() if question.grader.self_rated else machine.Respond(response))

    def _response(self, question: Question) -> Response:
        """A whole response, asked for line by line. Raises Moved."""
        given: list[Any] = []
        while True:
            step = step_after(question, given)
            if isinstance(step, Response):
                return step
            self.console.say(*step.heading)
            try:
                given.append(self._value(step, question, started=bool(given)))
            except TakeBack:
                given.pop()

    def _answer(self) -> None:
        """Tell what is right, and let the answer be rated. Raises Moved."""
        shown = self.shown
        self.console.say("", *answer_lines(shown))
        self.send(machine.Rate(self._value(rating_step(shown), question_of(shown.card), started=False)))

    def _value(self, step: Step, question: Question, *, started: bool) -> Any:
        """The value of the first line that is neither a command nor refused. Raises Moved and TakeBack."""
        blank = False
        while True:
            line = self.console.ask(step.prompt)
            command = command_of(line, step, self.shown.face)
            if not line and step.on_blank and not blank:
                blank = True
                self.console.say(step.on_blank)
                continue
            blank = False
            if command is None:
                try:
                    return step.parse(answer_of(line, step))
                except Refused as refused:
                    self.console.say(str(refused))
            elif command is Command.UNDO and started:
                if not step.final:
                    raise TakeBack
                self.console.say("A case study does not go back to an item that was answered.")
            else:
                self._obey(command, step, question)

    def _obey(self, command: Command, step: Step, question: Question) -> None:
        """Do what a command says. Raises Moved if that changes what is on the table."""
        before = self.shown
        asked = step.asked or question
        match command:
            case Command.QUIT:
                raise EndOfSession
            case Command.EXPLAIN:
                self.console.say(*explanation(step, before, asked))
            case Command.HINT:
                self._hint(asked)
            case Command.REPEAT:
                self.console.say("", *repeated(step, before, question))
            case Command.TYPO if not before.near_miss:
                self.console.say("There is no typo to count here.")
            case Command.FLAG:
                self.send(EVENTS[command])
                self.console.say("Flagged." if self.shown.flagged else "The flag is off.")
            case _:
                self.send(EVENTS[command])
        after = self.driver.study.current
        if after is None or after.card is not before.card or after.grade is not before.grade:
            raise Moved

    def _hint(self, asked: Question) -> None:
        if asked.item is self.shown.card.item:
            self.send(machine.Hint())
        self.console.say(f"Hint: {asked.item.hint}" if asked.item.hint else "This question has no hint.")
