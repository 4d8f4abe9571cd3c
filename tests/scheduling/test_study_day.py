"""Study days: dates that start at the rollover hour, wherever the clock jumps."""

from __future__ import annotations

import time as system_time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from spinequiz.scheduling.study_day import (
    DAY_MS,
    EPOCH,
    StudyDays,
    day_date,
    day_start_ms,
    from_ms,
    instant_ms,
    midnight,
    study_day,
)

ZONES = (
    "UTC", "America/New_York", "Europe/Berlin", "Asia/Kathmandu", "Africa/Casablanca", "Asia/Tehran",
    "Australia/Lord_Howe",  # half an hour of daylight saving
    "Antarctica/Troll",  # two hours
    "America/St_Johns",  # changed at one minute past midnight
    "America/Havana", "Asia/Beirut", "America/Sao_Paulo",  # change at midnight
    "Pacific/Apia",  # has no 30 December 2011
    "Pacific/Kiritimati",  # fourteen hours ahead
)  # fmt: skip
HOUR_MS = 3_600_000
days = st.integers(min_value=0, max_value=date(2099, 12, 31).toordinal() - EPOCH.toordinal())
hours = st.integers(min_value=0, max_value=23)


def number(year: int, month: int, day: int) -> int:
    return (date(year, month, day) - EPOCH).days


@given(days, st.sampled_from(ZONES), hours)
@example(number(2026, 3, 8), "America/New_York", 2)  # 02:00 is skipped
@example(number(2026, 11, 1), "America/New_York", 1)  # 01:00 comes twice
@example(number(2026, 3, 29), "Antarctica/Troll", 2)  # 01:00 to 03:00: 02:00 lies within the jump
@example(number(2011, 3, 13), "America/St_Johns", 1)  # 00:01 to 01:01
@example(number(2010, 11, 7), "America/St_Johns", 0)  # 00:01 back to 23:01 of the day before
@example(number(2011, 12, 30), "Pacific/Apia", 4)
def test_a_day_starts_where_the_one_before_ends(day: int, zone_name: str, rollover: int) -> None:
    zone = ZoneInfo(zone_name)
    start = day_start_ms(day, zone, rollover)
    if (zone_name, rollover, day_date(day)) == ("Pacific/Apia", 0, date(2011, 12, 30)):
        # a day that never was starts with the one after it
        assert start == day_start_ms(day + 1, zone, rollover)
        return
    assert study_day(start, zone, rollover) == day
    assert study_day(start - 1, zone, rollover) == day - 1


@given(days, st.sampled_from(ZONES), hours)
def test_days_start_in_their_order(day: int, zone_name: str, rollover: int) -> None:
    zone = ZoneInfo(zone_name)
    length = day_start_ms(day + 1, zone, rollover) - day_start_ms(day, zone, rollover)
    if zone_name != "Pacific/Apia":
        assert 20 * HOUR_MS <= length <= 28 * HOUR_MS
    assert length >= 0


@given(st.integers(min_value=0, max_value=4_000_000_000_000), st.sampled_from(ZONES), hours)
def test_an_instant_lies_within_its_day(instant: int, zone_name: str, rollover: int) -> None:
    zone = ZoneInfo(zone_name)
    day = study_day(instant, zone, rollover)
    # St. John's put its clock back over midnight: for an hour the date was that of the day before
    slack = HOUR_MS if zone_name == "America/St_Johns" else 0
    assert day_start_ms(day, zone, rollover) <= instant
    assert instant < day_start_ms(day + 1, zone, rollover) + slack


@given(days, st.sampled_from(ZONES), hours)
@example(number(2026, 10, 25), "Europe/Berlin", 2)  # 02:00 comes twice
@example(number(2010, 11, 7), "America/St_Johns", 0)  # 00:01 back to 23:01 of the day before
@example(number(2011, 12, 30), "Pacific/Apia", 4)
def test_what_is_remembered_of_study_days_changes_nothing(day: int, zone_name: str, rollover: int) -> None:
    zone = ZoneInfo(zone_name)
    remembered = StudyDays(zone, rollover)
    start = remembered.start(day)
    assert start == remembered.start(day) == day_start_ms(day, zone, rollover)
    for minutes in range(-1500, 1500, 7):
        for instant in (start + minutes * 60_000, start + minutes * 60_000 - 1):
            assert remembered.of(instant) == study_day(instant, zone, rollover)


def test_the_rollover_hour_parts_the_days() -> None:
    zone = ZoneInfo("Europe/Berlin")
    before = instant_ms(datetime(2026, 5, 10, 3, 59, 59, 999_000, zone))
    assert day_date(study_day(before, zone, 4)) == date(2026, 5, 9)
    assert day_date(study_day(before + 1, zone, 4)) == date(2026, 5, 10)
    assert day_date(study_day(before, zone, 0)) == date(2026, 5, 10)


def test_the_wall_clock_decides_on_the_day_of_a_change() -> None:
    """On 29 March 2026 Berlin goes from 02:00 to 03:00: the study day before it has 23 hours."""
    zone = ZoneInfo("Europe/Berlin")
    day = number(2026, 3, 29)
    assert day_start_ms(day, zone, 4) - day_start_ms(day - 1, zone, 4) == 23 * HOUR_MS
    assert from_ms(day_start_ms(day, zone, 4)) == datetime(2026, 3, 29, 2, 0, tzinfo=UTC)


@pytest.fixture(params=["America/New_York", "Europe/London", "Antarctica/Troll", "Asia/Kolkata"])
def system_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ZoneInfo]:
    if not hasattr(system_time, "tzset"):
        pytest.skip("this system's time zone can't be set for one process")
    monkeypatch.setenv("TZ", request.param)
    system_time.tzset()
    yield ZoneInfo(request.param)
    monkeypatch.undo()
    system_time.tzset()


def test_the_systems_zone_is_read_with_its_rules(system_zone: ZoneInfo) -> None:
    for day in range(number(2026, 1, 1), number(2027, 1, 1)):
        for rollover in (0, 1, 2, 3, 4, 23):
            start = day_start_ms(day, None, rollover)
            assert start == day_start_ms(day, system_zone, rollover)
            assert study_day(start, None, rollover) == day
            assert study_day(start - 1, None, rollover) == day - 1


@given(days, days)
def test_midnights_are_whole_days_apart(first: int, second: int) -> None:
    assert midnight(second) - midnight(first) == timedelta(days=second - first)


@given(st.integers(min_value=0, max_value=4_000_000_000_000))
def test_instants_are_kept_to_the_millisecond(instant: int) -> None:
    assert instant_ms(from_ms(instant)) == instant


def test_day_zero_is_the_epoch() -> None:
    assert day_date(0) == date(1970, 1, 1)
    assert study_day(DAY_MS - 1, UTC, 0) == 0
    assert study_day(DAY_MS, UTC, 0) == 1
