"""Everything that a command works with: folders, settings, clock, decks and progress, opened when needed."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from spinequiz.decks.catalogue import Catalogue, CompiledDeck
from spinequiz.decks.files import DeckFile, bundled_files, deck_files
from spinequiz.model.cards import CardKey, DeckId
from spinequiz.model.decks import Deck, DeckOptions
from spinequiz.model.diagnostics import Diagnostic, Severity
from spinequiz.scheduling.study_day import DAY_MS, day_start_ms, study_day
from spinequiz.session.clock import Clock
from spinequiz.settings.locations import Locations
from spinequiz.settings.model import Settings
from spinequiz.store import cards as queries
from spinequiz.store.connection import open_readable
from spinequiz.store.errors import explained

if TYPE_CHECKING:
    from spinequiz.session.backups import BackupKeeper
    from spinequiz.session.changes import DeckChange
    from spinequiz.store.presence import Lock
    from spinequiz.store.progress import Progress

N = TypeVar("N", int, float)


class ShelfDeck(NamedTuple):
    """A deck that can be studied."""

    deck: Deck
    compiled: CompiledDeck
    origin: str

    @property
    def id(self) -> DeckId:
        """The name that progress is kept under."""
        return DeckId(self.deck.id)


class Shelf(NamedTuple):
    """The decks in their order, and the files that are no use or stand behind another."""

    decks: tuple[ShelfDeck, ...]
    unusable: tuple[tuple[CompiledDeck, str], ...]
    shadowed: tuple[tuple[CompiledDeck, str], ...]

    def find(self, deck_id: str) -> ShelfDeck | None:
        """The deck of an id."""
        return next((shelf_deck for shelf_deck in self.decks if shelf_deck.deck.id == deck_id), None)


class Counts(NamedTuple):
    """What a deck has for today, daily limits applied: new cards, cards on steps, reviews."""

    new: int
    learning: int
    due: int

    @property
    def total(self) -> int:
        """All cards to study."""
        return self.new + self.learning + self.due


class Limits(NamedTuple):
    """Cards a day: the deck's own limits, or the student's."""

    new: int
    reviews: int


class Workspace:
    """The decks and the progress of one student. `named` are the paths given on the command line."""

    def __init__(self, locations: Locations, settings: Settings, clock: Clock, named: Sequence[str] = ()) -> None:
        self.locations = locations
        self.settings = settings
        self.clock = clock
        self.named = tuple(named)
        self._shelf: Shelf | None = None
        self._reading: sqlite3.Connection | None = None
        self._in_use: Lock | None = None
        # why the last automatic backup failed, once the workspace is closed
        self.backup_trouble = ""

    @cached_property
    def catalogue(self) -> Catalogue:
        """The compiled decks."""
        return Catalogue(self.locations.cache / "decks.db", self.clock.now_ms() // DAY_MS)

    @cached_property
    def progress(self) -> Progress:
        """The progress file, opened for writing. Raises StoreError."""
        from spinequiz.store.presence import use
        from spinequiz.store.progress import Progress

        lock = use(self.locations.progress)
        try:
            opened = Progress.open(self.locations.progress)
        except BaseException:
            lock.close()
            raise
        self._in_use = lock
        return opened

    @cached_property
    def backups(self) -> BackupKeeper:
        """Makes backups while answers come in."""
        from spinequiz.session.backups import BackupKeeper

        return BackupKeeper(self.locations.progress, self.clock)

    @property
    def reading(self) -> sqlite3.Connection | None:
        """The progress file for reading; None if there is none yet. Raises StoreError."""
        if "progress" in self.__dict__:
            return self.progress.connection
        if self._reading is None:
            self._reading = open_readable(self.locations.progress)
        return self._reading

    def close(self) -> None:
        """Close what was opened."""
        if "backups" in self.__dict__:
            self.backups.close()
            self.backup_trouble = self.__dict__.pop("backups").trouble
        for name in ("progress", "catalogue"):
            if name in self.__dict__:
                self.__dict__.pop(name).close()
        if self._in_use is not None:
            self._in_use.close()
            self._in_use = None
        if self._reading is not None:
            self._reading.close()
            self._reading = None

    def today(self) -> int:
        """The study day it is now, in days since 1970-01-01."""
        return study_day(self.clock.now_ms(), self.clock.zone(), self.settings.rollover_hour)

    def day_start(self, day: int) -> int:
        """The instant (ms) at which a study day starts."""
        return day_start_ms(day, self.clock.zone(), self.settings.rollover_hour)

    def files(self) -> list[DeckFile]:
        """All deck files: named on the command line first, then the student's own, then the bundled ones."""
        found = [DeckFile(path, "named") for name in self.named for path in _expand(name)]
        with suppress(OSError):
            found += [DeckFile(path, "own") for path in deck_files(self.locations.decks)]
        with suppress(OSError):
            found += [DeckFile(path, "bundled") for path in bundled_files()]
        seen: set[str] = set()
        unique = []
        for file in found:
            absolute = os.path.abspath(file.path)
            if absolute not in seen:
                seen.add(absolute)
                unique.append(file)
        return unique

    def shelf(self, *, refresh: bool = False) -> Shelf:
        """The decks there are, compiled where they changed."""
        if self._shelf is None or refresh:
            self._shelf = self._read_shelf(self.files())
        return self._shelf

    def _read_shelf(self, files: Iterable[DeckFile]) -> Shelf:
        decks: dict[str, ShelfDeck] = {}
        unusable, shadowed = [], []
        for file in files:
            compiled = self.catalogue.refresh(file.path)
            if compiled.deck is None:
                unusable.append((compiled, file.origin))
            elif compiled.deck.id in decks:
                shadowed.append((compiled, decks[compiled.deck.id].compiled.path))
            elif compiled.deck.id not in self.settings.hidden_decks or file.origin == "named":
                decks[compiled.deck.id] = ShelfDeck(compiled.deck, compiled, file.origin)
        order = {"named": 0, "own": 1, "bundled": 2}
        ordered = sorted(decks.values(), key=lambda d: order[d.origin])
        return Shelf(tuple(ordered), tuple(unusable), tuple(shadowed))

    def problems(self) -> tuple[Diagnostic, ...]:
        """What the compiler says of all decks at hand, and which decks stand behind others of the same id."""
        shelf = self.shelf()
        found: list[Diagnostic] = []
        for compiled in (*(d.compiled for d in shelf.decks), *(c for c, _ in shelf.unusable)):
            if compiled.errors or compiled.warnings or not compiled.digest:
                found += self.catalogue.diagnostics(compiled)
        for compiled, other in shelf.shadowed:
            assert compiled.deck is not None
            found.append(
                Diagnostic(
                    "shadowed-deck",
                    Severity.WARNING,
                    f"the deck id `{compiled.deck.id}` belongs to {other} too, which is the one that is studied",
                    compiled.path,
                    help="give one of the decks another id",
                )
            )
        return tuple(found)

    def register(self, decks: Iterable[ShelfDeck]) -> tuple[DeckChange, ...]:
        """Tell the progress file what the decks hold now, where that changed, with what follows for the progress.

        Answers that came late, under a key that was corrected before, are scored again. Returns what changed in decks
        that were known before. Raises StoreError.
        """
        decks = tuple(decks)
        with explained(str(self.locations.progress)):
            known = queries.offered_digests(self.progress.connection)
        changed = [d for d in decks if known.get(d.id) != d.compiled.digest]
        changes: tuple[DeckChange, ...] = ()
        if changed:
            from spinequiz.session.changes import take_over

            changes = take_over(self, changed)
        with explained(str(self.locations.progress)):
            if not queries.any_item_changed(self.progress.connection):
                return changes
            from spinequiz.store.late import unjudged

            if unjudged(self.progress.connection).must_wait({d.id for d in (*self.shelf().decks, *decks)}):
                return changes
        from spinequiz.session.late_answers import score_late

        return score_late(self, decks, changes)

    def offered_cards(self, shelf_deck: ShelfDeck) -> list[queries.OfferedCard]:
        """The cards that a deck offers now, in its order."""
        return [
            queries.OfferedCard(CardKey(shelf_deck.id, card.item_id, card.variant), position, card.topic)
            for position, card in enumerate(self.catalogue.cards(shelf_deck.compiled.digest))
        ]

    def limits(self, deck: Deck) -> Limits:
        """The daily limits of a deck: the student's for it, else its own, else the student's general ones."""
        mine = self.settings.decks.get(deck.id, DeckOptions())
        return Limits(
            _first(mine.new_per_day, deck.options.new_per_day, self.settings.new_per_day),
            _first(mine.reviews_per_day, deck.options.reviews_per_day, self.settings.reviews_per_day),
        )

    def has_own_limit(self, deck: Deck, name: str) -> bool:
        """Whether a deck has a limit of its own, apart from the one that all others share."""
        mine = self.settings.decks.get(deck.id)
        return getattr(deck.options, name) is not None or getattr(mine, name, None) is not None

    def desired_retention(self, deck: Deck) -> float:
        """The retention that a deck is scheduled for."""
        mine = self.settings.decks.get(deck.id, DeckOptions())
        return _first(mine.desired_retention, deck.options.desired_retention, self.settings.desired_retention)


def _first(*values: N | None) -> N:
    return next(value for value in values if value is not None)


def _expand(name: str) -> list[str]:
    if os.path.isdir(name):
        try:
            return deck_files(Path(name))
        except OSError:
            return [name]
    return [name]
