"""What happens to an error that nobody expected: a sentence for the student, the details in a file."""

from __future__ import annotations

import os
import platform
import tempfile
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from spinequiz import __version__
from spinequiz.documents.render import literal
from spinequiz.settings.locations import locate

KEPT = 10
"""So many reports stay; older ones are deleted."""
LONGEST_WORDS = 200


def report(error: Exception) -> str:
    """Write the details of an error to a file of its own. Returns the sentence that says so."""
    return f"an error of the program itself: {_words(error)}. Every answer that was given is kept. {_kept(error)}"


def _words(error: Exception) -> str:
    """The kind of the error and what it says, in one line."""
    said = literal(" ".join(str(error).split())).rstrip(".")
    if len(said) > LONGEST_WORDS:
        said = said[:LONGEST_WORDS] + "…"
    return f"{type(error).__name__}: {said}".removesuffix(": ")


def _kept(error: Exception) -> str:
    """Where the details are: in the cache folder or, where that takes no file, in the system's temporary one."""
    details = _details(error)
    try:
        path = _write(locate().cache / "crashes", details)
    except OSError:
        try:
            path = _write_temporary(details)
        except OSError as unwritable:
            return f"The details cannot be kept: {unwritable.strerror or unwritable}."
    return f"The details are in {path}"


def _details(error: Exception) -> str:
    """The traceback, without the values of variables, and what it ran on."""
    trace = "".join(traceback.format_exception(error))
    return f"spinequiz {__version__}, Python {platform.python_version()}, {platform.platform()}\n\n{trace}"


def _write(folder: Path, details: str) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"crash-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.txt"
    _fill(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), details)
    for old in sorted(folder.glob("crash-*.txt"))[:-KEPT]:
        with suppress(OSError):
            old.unlink()
    return path


def _write_temporary(details: str) -> Path:
    descriptor, path = tempfile.mkstemp(prefix="spinequiz-crash-", suffix=".txt")
    _fill(descriptor, details)
    return Path(path)


def _fill(descriptor: int, details: str) -> None:
    with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as out:
        out.write(details)
