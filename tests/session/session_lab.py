"""A student's desk without a screen: a home, decks of a few lines, settings, and a clock that moves when told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from textwrap import indent

from spinequiz.model.cards import CardKey, CardMarks, CardState, EntryKind, Rating, Review
from spinequiz.model.responses import Judged, Response, Typed
from spinequiz.scheduling.study_day import DAY_MS
from spinequiz.session import study as machine
from spinequiz.session.driver import StudyDriver
from spinequiz.session.states import Face, Shown
from spinequiz.session.workspace import ShelfDeck, Workspace
from spinequiz.settings.locations import Locations
from spinequiz.settings.model import Settings
from spinequiz.store.progress import Progress, read_log

TODAY = 20_600
HOUR_MS = 3_600_000
MINUTE_MS = 60_000
NOON_MS = TODAY * DAY_MS + 12 * HOUR_MS
AGAIN, HARD, GOOD, EASY = Rating


class FakeClock:
    def __init__(self) -> None:
        self.instant_ms = NOON_MS
        self.place: tzinfo | None = UTC

    def now_ms(self) -> int:
        return self.instant_ms

    def zone(self) -> tzinfo | None:
        return self.place


class NoBackups:
    trouble = ""

    def answered(self) -> None:
        pass

    def close(self) -> None:
        pass


def basic(name: str, **keys: str) -> str:
    return _item(name, type="basic", prompt=f"What is {name}?", answer=name.upper(), **keys)


def typed(name: str, answer: str = "vertebroplasty", **keys: str) -> str:
    return _item(name, type="typed", prompt=f"What is {name}?", answer=answer, **keys)


def true_false(name: str, answer: str = "true", **keys: str) -> str:
    return _item(name, type="true-false", prompt=f"Is {name} so?", answer=answer, **keys)


def cloze(name: str, blanks: int, **keys: str) -> str:
    text = " ".join(f"{{{{c{number}::word{number}}}}}" for number in range(1, blanks + 1))
    return _item(name, type="cloze", prompt="Fill in.", text=f"'{text}'", **keys)


def _item(name: str, **keys: str) -> str:
    lines = [f"id: {name}", *(f"{key}: {value}" for key, value in keys.items()), "added: true"]
    return f"- {lines[0]}\n" + indent("\n".join(lines[1:]), "  ")


class Lab:
    """One student. Several labs on one home are several programs."""

    def __init__(self, home: Path, clock: FakeClock | None = None) -> None:
        self.home = home
        self.clock = clock or FakeClock()
        self.settings = Settings(fuzz=False)
        self._workspace: Workspace | None = None

    # -- what there is

    @property
    def locations(self) -> Locations:
        return Locations(
            self.home / "progress.db", self.home / "decks", self.home / "settings.toml", self.home / "cache"
        )

    def deck(self, *items: str, id: str = "deck", options: str = "", extra: str = "") -> Path:
        """Write a deck, or write it anew."""
        path = self.locations.decks / f"{id}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        head = f"spinequiz: 1\nid: {id}\ntitle: The {id}\n" + (f"options: {{{options}}}\n" if options else "") + extra
        path.write_text(head + "items:\n" + indent("\n".join(items), "  ") + "\n", encoding="utf-8")
        return path

    @property
    def workspace(self) -> Workspace:
        if self._workspace is None:
            self._workspace = Workspace(self.locations, self.settings, self.clock)
            self._workspace.__dict__["backups"] = NoBackups()
            # waiting for the disk is not what is tested here
            self.progress.connection.execute("PRAGMA synchronous = OFF")
        return self._workspace

    @property
    def progress(self) -> Progress:
        return self.workspace.progress

    def decks(self, *ids: str) -> list[ShelfDeck]:
        shelf = self.workspace.shelf(refresh=True)
        assert not shelf.unusable, [self.workspace.catalogue.diagnostics(c) for c, _ in shelf.unusable]
        return [deck for deck in shelf.decks if not ids or deck.id in ids]

    def driver(self, *ids: str, tag: str = "", limit: int | None = None, begin: bool = True) -> StudyDriver:
        driver = StudyDriver(self.workspace, self.decks(*ids), tag=tag, limit=limit)
        if begin:
            driver.send(machine.Begin())
        return driver

    def other(self) -> Lab:
        """Another program on the same progress, with the same clock."""
        lab = Lab(self.home, self.clock)
        lab.settings = self.settings
        return lab

    def set(self, **settings: object) -> None:
        from msgspec.structs import replace

        self.settings = replace(self.settings, **settings)
        if self._workspace is not None:
            self._workspace.settings = self.settings

    def close(self) -> None:
        if self._workspace is not None:
            self._workspace.close()
            self._workspace = None

    # -- time

    def wait(self, *, minutes: float = 0, days: int = 0) -> None:
        self.clock.instant_ms += round(minutes * MINUTE_MS) + days * DAY_MS

    # -- what is on disk

    def log(self) -> list[Review]:
        return list(read_log(self.progress.connection, self.progress.path))

    def answers(self) -> list[tuple[str, int]]:
        """Item and rating of the answers that stand, in their order."""
        rows = self.log()
        gone = {row.withdraws for row in rows}
        return [
            (row.card.item_id, int(row.rating))
            for row in rows
            if row.kind is EntryKind.ANSWER and row.id not in gone and row.rating
        ]

    def state(self, item: str, deck: str = "deck", variant: str = "main") -> CardState | None:
        return self.progress.state(CardKey(deck, item, variant))

    def marks(self, item: str, deck: str = "deck", variant: str = "main") -> CardMarks:
        return self.progress.marks(CardKey(deck, item, variant))


def shown(driver: StudyDriver) -> Shown:
    assert driver.study.current is not None
    return driver.study.current


def on_table(driver: StudyDriver) -> str | None:
    """The item on the table."""
    return None if driver.study.current is None else str(driver.study.current.card.key.item_id)


def rate(driver: StudyDriver, rating: Rating | None = None) -> tuple[str, ...]:
    """Answer the card on the table: a scored one rightly, or wrongly for Again."""
    if driver.study.current.face is Face.PROMPT:
        driver.send(_answering(driver, rating is not AGAIN))
    return driver.send(machine.Rate(rating))


def _answering(driver: StudyDriver, right: bool) -> machine.Event:
    item = shown(driver).card.item
    response: Response
    match item.type_name:
        case "true-false":
            response = Judged(item.answer if right else not item.answer)
        case "typed":
            response = Typed(item.answer if right else "something else")
        case _:
            return machine.Reveal()
    return machine.Respond(response)


def study_all(driver: StudyDriver, rating: Rating = GOOD) -> list[str]:
    """Rate every card until the session is over. Returns the items in the order in which they came."""
    order = []
    while driver.study.current is not None:
        order.append(str(on_table(driver)))
        rate(driver, rating)
        assert len(order) < 500
    return order


def queue(driver: StudyDriver) -> list[str]:
    """The items of the plan's queue."""
    return [str(key.item_id) for key in driver.study.plan.queue]


def names(prefix: str, count: int) -> Sequence[str]:
    return [f"{prefix}{number}" for number in range(1, count + 1)]
