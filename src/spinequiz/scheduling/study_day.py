"""Study days: dates that start at the rollover hour of the student's local time.

A study day is held as an integer, days since 1970-01-01; instants are ms since the epoch, UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

EPOCH = date(1970, 1, 1)
DAY_MS = 86_400_000
MINUTE_MS = 60_000


def instant_ms(moment: datetime) -> int:
    """An aware moment as ms since the epoch."""
    return round(moment.timestamp() * 1000)


def from_ms(instant: int) -> datetime:
    """The UTC moment of an instant in ms."""
    return datetime.fromtimestamp(instant / 1000, UTC)


def study_day(instant: int, zone: tzinfo | None, rollover_hour: int) -> int:
    """The study day of an instant: the local date, which changes at the rollover hour by the wall clock.

    `zone` None is the system's own time zone, with its daylight saving rules.
    """
    local = from_ms(instant).astimezone(zone)
    day = (local.date() - EPOCH).days
    return day if local.hour >= rollover_hour else day - 1


def day_start_ms(day: int, zone: tzinfo | None, rollover_hour: int) -> int:
    """The instant at which a study day starts, by the wall clock of that day."""
    naive = datetime.combine(EPOCH + timedelta(days=day), time(rollover_hour))
    local = naive.astimezone() if zone is None else naive.replace(tzinfo=zone)
    return instant_ms(local)


def day_date(day: int) -> date:
    """The date of a study day."""
    return EPOCH + timedelta(days=day)


def midnight(day: int) -> datetime:
    """The study day as FSRS is handed it: its UTC midnight, so that differences are whole days."""
    return datetime.combine(day_date(day), time(), UTC)
