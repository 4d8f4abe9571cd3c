"""Study days: dates that start at the rollover hour of the student's local time.

A study day is held as an integer, days since 1970-01-01; instants are ms since the epoch, UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

EPOCH = date(1970, 1, 1)
DAY_MS = 86_400_000
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
MOST_REMEMBERED = 50_000


def instant_ms(moment: datetime) -> int:
    """A moment as ms since the epoch; a naive one is the system's local time."""
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
    """The instant at which a study day starts, by the wall clock of that day.

    Where the clock jumps over the rollover hour, the day starts with the jump.
    """
    naive = datetime.combine(EPOCH + timedelta(days=day), time(rollover_hour))
    start = instant_ms(naive.replace(tzinfo=zone))
    if study_day(start - 1, zone, rollover_hour) < day:
        return start
    before = start - DAY_MS
    while start - before > 1:
        middle = (before + start) // 2
        if study_day(middle, zone, rollover_hour) < day:
            before = middle
        else:
            start = middle
    return start


def day_date(day: int) -> date:
    """The date of a study day."""
    return EPOCH + timedelta(days=day)


@lru_cache(maxsize=4096)
def midnight(day: int) -> datetime:
    """The study day as FSRS is handed it: its UTC midnight, so that differences are whole days."""
    return datetime.combine(day_date(day), time(), UTC)


class StudyDays:
    """The study days of a time zone, for many instants: what was looked up is remembered."""

    def __init__(self, zone: tzinfo | None, rollover_hour: int) -> None:
        self.zone = zone
        self.rollover_hour = rollover_hour
        self._shifts: dict[int, int | None] = {}
        self._starts: dict[int, int] = {}

    def __reduce__(self) -> tuple[type[StudyDays], tuple[tzinfo | None, int]]:
        return StudyDays, (self.zone, self.rollover_hour)

    def of(self, instant: int) -> int:
        """The study day of an instant (ms)."""
        date = instant // DAY_MS
        if date not in self._shifts:
            if len(self._shifts) >= MOST_REMEMBERED:
                self._shifts.clear()
            self._shifts[date] = self._shift(date)
        shift = self._shifts[date]
        return study_day(instant, self.zone, self.rollover_hour) if shift is None else (instant + shift) // DAY_MS

    def _shift(self, date: int) -> int | None:
        """What lies between study days and days of UTC (ms), on such a day; None if the clock is changed on it."""
        first, last = (
            from_ms(end).astimezone(self.zone).utcoffset() for end in (date * DAY_MS, (date + 1) * DAY_MS - 1)
        )
        if first is None or first != last:
            return None
        return first // timedelta(milliseconds=1) - self.rollover_hour * HOUR_MS

    def start(self, day: int) -> int:
        """The instant (ms) at which a study day starts."""
        if day not in self._starts:
            if len(self._starts) >= MOST_REMEMBERED:
                self._starts.clear()
            self._starts[day] = day_start_ms(day, self.zone, self.rollover_hour)
        return self._starts[day]
