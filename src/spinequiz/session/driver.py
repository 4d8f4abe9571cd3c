"""Runs a study session on the decks and the progress file: both front ends stand on this."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from msgspec.structs import replace

from spinequiz.documents.render import plural
from spinequiz.grading import grader_of
from spinequiz.model.cards import CardKey, DeckId, Rating
from spinequiz.session import study as machine
from spinequiz.session.states import Dealt, Moment, Study
from spinequiz.session.study import Deal, DealtEvent, Effect, Event, Save, SaveMark, Say, Withdraw
from spinequiz.session.today import Plan, first_step, nothing_studied, plan_session
from spinequiz.session.wording import change_lines
from spinequiz.session.workspace import ShelfDeck, Workspace
from spinequiz.store.errors import StaleAnswer, StoreError

try:
    # hashlib loads OpenSSL too, and a session begins without it
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b


class StudyDriver:
    """One session. `study` is its state; it changes only after everything it asked for was written.

    With `plan_later` the session may begin with its first card alone: then the rest of it is planned by `plan_rest`,
    or by itself before anything happens to that card.
    """

    def __init__(
        self,
        workspace: Workspace,
        decks: Sequence[ShelfDeck],
        *,
        tag: str = "",
        limit: int | None = None,
        plan_later: bool = False,
    ) -> None:
        self.workspace = workspace
        self.decks = {shelf_deck.id: shelf_deck for shelf_deck in decks}
        # what to tell before the first card
        self.news = change_lines(workspace.register(decks))
        self._unstudied: dict[DeckId, bool] = {}
        self._plan = partial(plan_session, workspace, decks, tag=tag, limit=limit)
        first = first_step(workspace, decks) if plan_later and not tag and limit is None else None
        plan = self._plan() if first is None else Plan((first,), (), frozenset())
        self.study = machine.start(plan, workspace.settings.learn_ahead_minutes, unplanned=first is not None)

    def plan_rest(self) -> None:
        """Look up the cards that come after the first one, where that was not done yet. Raises StoreError."""
        if self.study.unplanned:
            self.study = machine.planned(self.study, self._plan())

    def send(self, event: Event) -> tuple[str, ...]:
        """Let an event happen. Returns what there is to tell the student.

        Raises StoreError if something could not be written: then the session is as it was before the event, and
        StaleAnswer if another program answered the card. An undo that came too late is told.
        Where it was written but the next card cannot be read, the session ends, and says so.
        """
        if not isinstance(event, machine.Begin):
            self.plan_rest()
        told = self._happen(self.study, event)
        if self.study.finished and self.study.unplanned:
            # the first card rests by now
            self.plan_rest()
            told += self._happen(self.study, event)
        return told

    def _happen(self, study: Study, event: Event) -> tuple[str, ...]:
        moment = self.moment()
        told: list[str] = []
        study, effects = machine.advance(study, event, moment)
        pending = list(effects)
        written = False
        try:
            while pending:
                effect = pending.pop(0)
                study, more = self._perform(effect, study, moment, told)
                written = written or isinstance(effect, Save | SaveMark | Withdraw)
                pending += more
        except StaleAnswer as error:
            if not isinstance(event, machine.Undo):
                raise
            # what cannot be taken back any more does not stand in the way of what was before it
            self.study = replace(self.study, undoable=self.study.undoable[:-1])
            more_to_undo = "; the next undo takes back what came before it" if self.study.undoable else ""
            return (f"{error}{more_to_undo}",)
        except StoreError as error:
            if not written:
                raise
            study = replace(study, current=None, finished=True)
            told.append(f"{error} What came before that is saved; the session ends here.")
        self.study = study
        return tuple(told)

    def deal_again(self) -> None:
        """Deal the card on the table anew, with what another program made of it; the next one if it rests now."""
        shown = self.study.current
        if shown is not None:
            card = self._due_card(shown.card.key, self.moment())
            self._happen(replace(self.study, current=None), DealtEvent(card))

    def first_time(self, deck_id: DeckId) -> bool:
        """Whether nothing of a deck had been studied when its first card was dealt in this session."""
        return self._unstudied.get(deck_id, False)

    def moment(self) -> Moment:
        """Now, as a session sees it."""
        workspace = self.workspace
        return Moment(workspace.clock.now_ms(), workspace.today(), workspace.day_start)

    def _perform(
        self, effect: Effect, study: Study, moment: Moment, told: list[str]
    ) -> tuple[Study, tuple[Effect, ...]]:
        progress = self.workspace.progress
        match effect:
            case Save(review=review, preset=preset, leech=leech, before=before):
                entry = progress.answer(review, preset, leech=leech)
                self.workspace.backups.answered()
                return replace(study, undoable=(*study.undoable, (entry.id, before))), ()
            case SaveMark(review=review, before=before):
                entry = progress.mark(review)
                if before is not None:
                    study = replace(study, undoable=(*study.undoable, (entry.id, before)))
                return study, ()
            case Withdraw(target=target):
                progress.withdraw(target, at_ms=moment.now_ms, study_day=moment.study_day)
                return study, ()
            case Deal(key=key):
                return machine.advance(study, DealtEvent(self._due_card(key, moment)), moment)
            case Say(text=text):
                told.append(text)
        return study, ()

    def _due_card(self, key: CardKey, moment: Moment) -> Dealt | None:
        """The card, unless it rests by now: another program may have answered, buried or suspended it."""
        card = self.deal(key)
        if card is None or card.marks.suspended or (card.marks.buried_until or 0) > moment.study_day:
            return None
        later = card.state is not None and card.state.due_ms >= moment.day_start(moment.study_day + 1)
        return None if later else card

    def foresee(self) -> dict[Rating, Study]:
        """What each rating of the answer on the table would make of the session, the likeliest one last.

        Ratings that bring the same card back are left out, for it would have another state by then. Nothing happens
        but that cards are looked up, which are in memory then. They are dealt anew when their turn comes, for another
        program may write meanwhile; what cannot be read is told then too.
        """
        shown = self.study.current
        if shown is None or shown.outcomes is None:
            return {}
        likeliest = shown.proposal or Rating.GOOD
        moment = self.moment()
        found: dict[Rating, Study] = {}
        with suppress(StoreError):
            for rating in sorted(shown.allowed, key=lambda rating: rating is likeliest):
                study = self._rated(rating, moment)
                if study is not None:
                    found[rating] = study
        return found

    def _rated(self, rating: Rating, moment: Moment) -> Study | None:
        answered = self.study.current
        study, effects = machine.advance(self.study, machine.Rate(rating), moment)
        while deals := [effect for effect in effects if isinstance(effect, Deal)]:
            if answered is not None and deals[0].key == answered.card.key:
                return None
            study, effects = machine.advance(study, DealtEvent(self._due_card(deals[0].key, moment)), moment)
        return study

    def deal(self, key: CardKey) -> Dealt | None:
        """A card with its content and its state; None if its deck, its item or this card of the item is gone."""
        shelf_deck = self.decks.get(key.deck_id)
        found = shelf_deck and self.workspace.catalogue.item(shelf_deck.compiled.digest, key.item_id)
        if shelf_deck is None or found is None or key.variant not in grader_of(found.item).variants(found.item):
            return None
        state = self.workspace.progress.state(key)
        if key.deck_id not in self._unstudied:
            self._unstudied[key.deck_id] = state is None and nothing_studied(self.workspace, [shelf_deck])
        seed = option_seed(key, state.reps if state else 0)
        return Dealt(
            key=key,
            deck=shelf_deck.deck,
            item=grader_of(found.item).concrete(found.item, seed),
            state=state,
            marks=self.workspace.progress.marks(key),
            preset=self.workspace.settings.preset,
            desired_retention=self.workspace.desired_retention(shelf_deck.deck),
            content_hash=found.content_hash,
            path=shelf_deck.compiled.path,
            line=found.line,
            seed=seed,
            news=self._news(key) if state is not None else "",
        )

    def _news(self, key: CardKey) -> str:
        """What the student should know of a card that came back because its item changed."""
        revise = self.workspace.progress.open_revision(key)
        if revise is None:
            return ""
        what = "this item was revised" if revise.rev is not None else "the key of this item was corrected"
        return f"{what} since you last answered it"

    def reread(self) -> tuple[str, ...]:
        """Read the card's deck again after an edit. Returns what there is to tell the student."""
        shown = self.study.current
        if shown is None:
            return ()
        old = self.decks[shown.card.key.deck_id]
        compiled = self.workspace.catalogue.refresh(old.compiled.path)
        if compiled.deck is None or compiled.deck.id != old.deck.id:
            return ("the deck cannot be read now; the session goes on with what it had",)
        changed = ShelfDeck(compiled.deck, compiled, old.origin)
        lines = change_lines(self.workspace.register((changed,)))
        self.decks[changed.id] = changed
        told = (*lines, *self.send(machine.Replace(self.deal(shown.card.key))))
        if compiled.errors:
            return (*told, f"the deck has {plural(compiled.errors, 'mistake')} now; `spinequiz check` shows them")
        return told


def option_seed(key: CardKey, reps: int) -> int:
    """The seed of a card's option order: stable while the card waits, another one after each answer."""
    digest = blake2b("\x1f".join((*key, "options", str(reps))).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")
