"""Time, as an argument."""

from __future__ import annotations

import time
from datetime import tzinfo
from typing import Protocol


class Clock(Protocol):
    """Tells the instant and the student's time zone."""

    def now_ms(self) -> int:
        """Ms since the epoch, UTC."""
        ...

    def zone(self) -> tzinfo | None:
        """The time zone of study days; None is the system's, with its daylight saving rules."""
        ...


class SystemClock:
    """The machine's clock and time zone."""

    def now_ms(self) -> int:
        """Ms since the epoch, UTC."""
        return time.time_ns() // 1_000_000

    def zone(self) -> tzinfo | None:
        """The system's time zone, read anew at each call."""
        return None
