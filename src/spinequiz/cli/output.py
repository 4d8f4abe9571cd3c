"""Exit statuses, errors for people, and the one place that writes to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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


class OutputError(Exception):
    """Standard output takes nothing; the message is a sentence."""


class ReaderGone(Exception):
    """Whoever read our output has gone. It is no OSError, for click ends the program by itself at a broken pipe."""


def complain(message: str) -> None:
    """One sentence to standard error."""
    note(f"spinequiz: {message}")


def note(message: str) -> None:
    """Something to know, on standard error, so that it does not mix with data."""
    # where nobody can hear it, there is nothing to do about that
    if sys.stderr is not None:
        with suppress(OSError):
            print(message, file=sys.stderr, flush=True)


def say(text: str) -> None:
    """A line of data. Raises OutputError if it cannot be written, and ReaderGone."""
    require_output()
    with told_output():
        sys.stdout.write(text + "\n")


def require_output() -> None:
    """Raise OutputError where there is no standard output at all."""
    if sys.stdout is None:
        raise OutputError("standard output is closed. Leave it open, or send it to a file.")


@contextmanager
def told_output() -> Iterator[None]:
    """Turn what the system says of standard output into an OutputError, or into ReaderGone."""
    try:
        yield
    except BrokenPipeError as error:
        raise ReaderGone from error
    except OSError as error:
        raise OutputError(
            f"standard output cannot be written: {error.strerror}. Check the disk that it goes to."
        ) from error


def drop_output() -> None:
    """Let what is still to be written go nowhere, so that the interpreter does not stumble over it at its end."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
