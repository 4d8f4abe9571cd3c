"""Clocks that are set back or forward, time zones that change, daylight saving: schedules stay sensible."""

from __future__ import annotations

import random
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from study_process import Student, answered, check_progress, write_deck

from spinequiz.model.cards import CardState, EntryKind, Phase, Rating, Review
from spinequiz.scheduling.outcomes import retrievability
from spinequiz.scheduling.study_day import DAY_MS, instant_ms
from spinequiz.session import study as machine
from spinequiz.session.driver import StudyDriver
from spinequiz.session.today import count_today
from spinequiz.session.workspace import Workspace
from spinequiz.settings.locations import Locations
from spinequiz.settings.model import Settings
from spinequiz.store.progress import Progress, read_log

HOUR_MS = 3_600_000
MINUTE_MS = 60_000
NOON = instant_ms(datetime(2026, 3, 10, 12, tzinfo=UTC))
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Pacific/Auckland",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Pacific/Apia",
]
TABLES = ("state", "mark", "card")


class Clock:
    """A clock that is set by hand."""

    def __init__(self, instant: int = NOON, zone: str = "UTC") -> None:
        self.instant = instant
        self.place: tzinfo | None = ZoneInfo(zone)

    def now_ms(self) -> int:
        return self.instant

    def zone(self) -> tzinfo | None:
        return self.place


class Desk:
    """A student whose clock is set by hand, with a deck of twelve items."""

    def __init__(self, home: Path, clock: Clock, rollover_hour: int = 4) -> None:
        write_deck(home / "decks" / "spine.yaml", 12)
        self.clock = clock
        locations = Locations(home / "progress.db", home / "decks", home / "settings.toml", home / "cache")
        self.workspace = Workspace(locations, Settings(rollover_hour=rollover_hour), clock)
        self.workspace.progress.connection.execute("PRAGMA synchronous = OFF")

    @property
    def progress(self) -> Progress:
        return self.workspace.progress

    def session(self) -> StudyDriver:
        decks = [deck for deck in self.workspace.shelf().decks if deck.id == "spine"]
        driver = StudyDriver(self.workspace, decks)
        driver.send(machine.Begin())
        return driver

    def answer(self, driver: StudyDriver, rating: int = 3) -> CardState:
        """Answer the card on the table. Returns the state it has now."""
        shown = driver.study.current
        assert shown is not None
        driver.send(machine.Reveal())
        driver.send(machine.Rate(Rating(rating)))
        state = self.progress.state(shown.card.key)
        assert state is not None
        return state

    def log(self) -> list[Review]:
        return list(read_log(self.progress.connection, self.progress.path))

    def check(self) -> None:
        """Ids rise in the order of writing, nothing is negative, and the log gives the states."""
        log = self.log()
        assert [row.id for row in log] == sorted({row.id for row in log})
        last_day: dict[object, int] = {}
        for row in log:
            if row.kind is not EntryKind.ANSWER:
                continue
            assert row.duration_ms is not None
            assert row.duration_ms >= 0
            after = row.after
            assert after is not None
            assert after.interval_days >= (1 if after.phase is Phase.REVIEW else 0)
            assert after.last_day >= last_day.get(row.card, -(10**6))
            assert after.stability > 0
            last_day[row.card] = after.last_day
            for day in (row.study_day - 400, row.study_day, row.study_day + 400):
                assert 0 < retrievability(after, day, self.workspace.settings.preset) <= 1
        connection = self.progress.connection
        query = "SELECT * FROM {} ORDER BY 1, 2, 3"
        before = {table: connection.execute(query.format(table)).fetchall() for table in TABLES}
        self.progress.rebuild()
        assert {table: connection.execute(query.format(table)).fetchall() for table in TABLES} == before


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr("spinequiz.session.workspace.bundled_files", list)
    return Desk(tmp_path / "home", Clock())


@pytest.mark.parametrize("days", [1, 30, 365])
def test_a_clock_that_was_set_back(desk: Desk, days: int) -> None:
    driver = desk.session()
    first = desk.answer(driver, 4)
    assert first.phase is Phase.REVIEW
    desk.clock.instant -= days * DAY_MS
    for _ in range(4):
        state = desk.answer(driver, 4)
        # counted from the day that the clock shows now
        assert desk.clock.instant < state.due_ms <= desk.clock.instant + (state.interval_days + 1) * DAY_MS
    desk.check()
    counts = count_today(desk.workspace, desk.workspace.shelf().decks).total
    assert min(counts) >= 0


@pytest.mark.parametrize("days", [1, 30, 365])
def test_a_card_that_was_answered_in_the_future_counts_as_answered_today(desk: Desk, days: int) -> None:
    driver = desk.session()
    key = driver.study.current.card.key if driver.study.current else None
    assert key is not None
    ahead = desk.answer(driver, 3)
    desk.clock.instant -= days * DAY_MS
    driver = desk.session()
    for _ in range(13):
        if driver.study.current is not None and driver.study.current.card.key == key:
            break
        driver.send(machine.Skip())
    else:
        # it waits until the clock reaches the day on which it was answered
        assert desk.progress.state(key) == ahead
        return
    again = desk.answer(driver, 3)
    assert again.last_day == ahead.last_day
    assert again.due_ms < desk.clock.instant + (again.interval_days + 1) * DAY_MS
    desk.check()


def test_a_clock_that_was_far_ahead_once_does_not_break_the_order_of_the_log(desk: Desk) -> None:
    desk.clock.instant = instant_ms(datetime(2150, 1, 1, tzinfo=UTC))
    desk.answer(desk.session(), 3)
    desk.clock.instant = NOON
    driver = desk.session()
    for _ in range(3):
        desk.answer(driver, 3)
    ids = [row.id for row in desk.log()]
    assert ids == sorted(set(ids))
    assert [row.at_ms for row in desk.log()] != sorted(row.at_ms for row in desk.log())
    desk.check()


def test_taking_back_works_across_a_set_clock(desk: Desk) -> None:
    driver = desk.session()
    desk.answer(driver, 3)
    desk.clock.instant -= 40 * DAY_MS
    driver.send(machine.Undo())
    assert desk.progress.connection.execute("SELECT count(*) FROM state").fetchone() == (0,)
    assert [row.kind for row in desk.log()] == [EntryKind.ANSWER, EntryKind.WITHDRAW]
    desk.check()


def test_a_flight_to_the_west_and_back(desk: Desk) -> None:
    desk.clock.instant += 8 * HOUR_MS
    desk.clock.place = ZoneInfo("Pacific/Auckland")
    home_day = desk.workspace.today()
    driver = desk.session()
    first = desk.answer(driver, 4)
    desk.clock.place = ZoneInfo("America/Los_Angeles")
    assert desk.workspace.today() == home_day - 1
    driver = desk.session()
    second = desk.answer(driver, 4)
    # each is due at the start of a study day where the student was when it was answered
    for state, zone in ((first, "Pacific/Auckland"), (second, "America/Los_Angeles")):
        local = datetime.fromtimestamp(state.due_ms / 1000, ZoneInfo(zone))
        assert (local.hour, local.minute) == (4, 0)
    desk.clock.place = ZoneInfo("Pacific/Auckland")
    desk.check()


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 25, 1, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 4, 4, 14, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("rollover_hour", [0, 2, 4])
def test_a_card_is_due_on_its_day_across_a_daylight_saving_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str, change: datetime, rollover_hour: int
) -> None:
    monkeypatch.setattr("spinequiz.session.workspace.bundled_files", list)
    clock = Clock(instant_ms(change) - 26 * HOUR_MS, zone)
    desk = Desk(tmp_path / "home", clock, rollover_hour)
    driver = desk.session()
    states = [desk.answer(driver, rating) for rating in (4, 3, 1, 4)]
    for state in (states[0], states[3]):
        due = datetime.fromtimestamp(state.due_ms / 1000, ZoneInfo(zone))
        # the start of a study day by the wall clock; where that hour is skipped, the hour behind it
        assert due.minute == 0
        assert due.hour in (rollover_hour, rollover_hour + 1)
        clock.instant = state.due_ms
        assert desk.workspace.today() == states[0].last_day + state.interval_days
        clock.instant = state.due_ms - 1
        assert desk.workspace.today() == states[0].last_day + state.interval_days - 1
    desk.check()


def test_a_session_over_the_change_of_the_day(desk: Desk) -> None:
    """Answered before four, rated after four: the day is that on which the answer was shown."""
    desk.clock.instant = instant_ms(datetime(2026, 3, 11, 3, 59, 30, tzinfo=UTC))
    day = desk.workspace.today()
    driver = desk.session()
    driver.send(machine.Reveal())
    desk.clock.instant += 2 * MINUTE_MS
    assert desk.workspace.today() == day + 1
    driver.send(machine.Rate(Rating.EASY))
    (row,) = desk.log()
    assert row.study_day == day
    assert row.after is not None
    assert row.after.due_ms == desk.workspace.day_start(day + row.after.interval_days)
    desk.check()


@pytest.mark.parametrize("seed", range(12))
def test_any_clock_gives_a_log_that_can_be_replayed(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spinequiz.session.workspace.bundled_files", list)
    draw = random.Random(seed)
    clock = Clock(NOON + draw.randrange(-(10**10), 10**10), draw.choice(ZONES))
    desk = Desk(tmp_path / "home", clock, draw.choice([0, 3, 4, 23]))
    driver = desk.session()
    for _ in range(60):
        match draw.randrange(8):
            case 0:
                clock.place = ZoneInfo(draw.choice(ZONES))
            case 1:
                clock.instant += draw.choice([-400, -30, -1, 1, 3, 20, 400]) * DAY_MS
            case 2:
                clock.instant += draw.randrange(-3 * HOUR_MS, 30 * HOUR_MS)
            case 3:
                driver.send(machine.Undo())
            case _:
                clock.instant += draw.randrange(20 * MINUTE_MS)
        if driver.study.current is None:
            driver = desk.session()
        if driver.study.current is not None:
            state = desk.answer(driver, draw.choice([1, 2, 3, 3, 3, 4]))
            assert state.due_ms > clock.instant - DAY_MS
            assert state.due_ms <= clock.instant + (state.interval_days + 2) * DAY_MS
    assert len(desk.log()) > 20
    desk.check()


def test_processes_in_different_time_zones_share_one_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    deck = write_deck(tmp_path / "spine.yaml", 30)
    for zone in ("Pacific/Auckland", "America/Los_Angeles", "UTC", "No/Such_Zone"):
        monkeypatch.setenv("TZ", zone)
        status, _, err = Student(home, deck).end("", "3", "", "4", "q")
        assert (status, err) == (0, "")
    assert len(answered(home)) == 8
    check_progress(home, tmp_path / "copy")
