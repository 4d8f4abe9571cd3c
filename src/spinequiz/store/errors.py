"""What can go wrong with the progress file, each with a sentence that names the file and the way out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec


class StoreError(Exception):
    """The progress file cannot be used as asked; the message is for the student."""


class StoreBusy(StoreError):
    """Another program holds the file for longer than we wait."""


class StoreDamaged(StoreError):
    """The file is no sound database. `detail` says in a few words what is wrong with it, where that is known."""

    detail = ""


class StaleAnswer(StoreError):
    """The card was changed by another program since it was shown."""


class UnreadableRow(ValueError):
    """A row does not hold what its columns should."""


@contextmanager
def explained(path: str) -> Iterator[None]:
    """Turn SQLite's errors, and rows that cannot be read, into sentences about `path`."""
    try:
        yield
    except sqlite3.Error as error:
        raise explain(error, path) from error
    except UnicodeDecodeError as error:
        # SQLite quotes a damaged schema in its complaint, and what it quotes may be no text
        raise damaged(path, "its schema cannot be read") from error
    except (UnreadableRow, msgspec.MsgspecError) as error:
        raise damaged(path, str(error)) from error


def explain(error: sqlite3.Error, path: str) -> StoreError:
    """The StoreError that an SQLite error amounts to."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    text = str(error)
    match code:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreBusy(
                f"another program is writing to {path} and did not finish in time. Nothing was changed. "
                "Wait for it or close it, then try again."
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return damaged(path, text)
        case sqlite3.SQLITE_FULL:
            return StoreError(
                f"the disk is full, so nothing more can be written to {path}. What was answered before is kept. "
                "Free some space, then try again."
            )
        case sqlite3.SQLITE_READONLY:
            return StoreError(
                f"{path} cannot be written: it or its folder is read-only. "
                "Change its permissions, or set SPINEQUIZ_HOME to a folder that you may write to."
            )
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return StoreError(
                f"{path} cannot be opened ({text}). Check that its folder exists and is yours, "
                "or set SPINEQUIZ_HOME to a folder that you may write to."
            )
        case sqlite3.SQLITE_IOERR:
            return StoreError(
                f"reading or writing {path} failed ({text}). What was answered before is kept. "
                "Check the disk and its free space, then try again."
            )
    return StoreError(f"{path}: the database said: {text}. Nothing was changed by this step.")


def damaged(path: str, detail: str) -> StoreDamaged:
    """The error for a file that is no sound database."""
    error = StoreDamaged(
        f"the progress file {path} is damaged ({detail}). Nothing was overwritten. Copy it and its -wal file to a "
        "safe place; then run `spinequiz doctor`, which reads what is left and joins it with your backups."
    )
    error.detail = detail
    return error
