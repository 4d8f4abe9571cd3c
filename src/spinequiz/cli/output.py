"""Exit statuses, errors for people, and the one place that writes to standard error."""

from __future__ import annotations

import sys
from enum import IntEnum


class Exit(IntEnum):
    """What the exit status says."""

    DONE = 0
    WRONG = 1
    USAGE = 2


class UserError(Exception):
    """Something is wrong with what was asked for; the message is a sentence with the way out."""

    def __init__(self, message: str, status: Exit = Exit.WRONG) -> None:
        super().__init__(message)
        self.status = status


def complain(message: str) -> None:
    """One sentence to standard error."""
    print(f"spinequiz: {message}", file=sys.stderr, flush=True)


def note(message: str) -> None:
    """Something to know, on standard error, so that it does not mix with data."""
    print(message, file=sys.stderr, flush=True)


def say(text: str) -> None:
    """A line of data."""
    sys.stdout.write(text + "\n")
