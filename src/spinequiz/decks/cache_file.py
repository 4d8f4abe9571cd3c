"""The file of the compiled decks: a SQLite database that may be damaged, full or gone at any time."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import msgspec

from spinequiz import __version__

COMPILED_FORM = 7
"""Raise it when what is stored changes its shape or what loading finds changes."""
UNUSABLE = (sqlite3.Error, msgspec.MsgspecError, ValueError)
"""What a cache raises that is full, locked or damaged."""

# what is looked up in every run stands in short rows of its own
SCHEMA = """
CREATE TABLE IF NOT EXISTS file (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
    settled INTEGER NOT NULL, digest TEXT NOT NULL, used_day INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS deck (
    digest TEXT PRIMARY KEY, made_day INTEGER NOT NULL, summary BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS content (
    digest TEXT PRIMARY KEY, cards BLOB NOT NULL, hashes BLOB NOT NULL, diagnostics BLOB NOT NULL,
    pieces BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS item (
    digest TEXT NOT NULL, item_id TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (digest, item_id)
) STRICT;
"""


def open_cache(path: Path | None) -> sqlite3.Connection:
    """The cache of this version of the program beside `path`, made anew if it is damaged; else one in memory."""
    if path is not None:
        for _ in range(2):
            try:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                return _connect(str(_versioned(path)))
            except OSError:
                pass
            except UNUSABLE as error:
                if is_damage(error):
                    remove_cache(path)
    return _connect(":memory:")


def is_damage(error: Exception) -> bool:
    """Whether a cache is damaged, such as one without a table, rather than locked, full or out of reach."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return not isinstance(error, sqlite3.OperationalError) or code == sqlite3.SQLITE_ERROR


def remove_cache(path: Path) -> None:
    """Remove the cache file of this version, where there is one."""
    for suffix in ("", "-wal", "-shm"):
        with suppress(OSError):
            os.unlink(f"{_versioned(path)}{suffix}")


def pack(key: str, value: Any) -> bytes:
    """A value for a BLOB, behind a checksum of it and its key, for SQLite itself does not see that a byte changed."""
    body = _encoder.encode(value)
    return _checksum(key, body) + body


def unpack(key: str, stored: bytes, kind: Any) -> Any:
    """The value of a BLOB. Raises ValueError for one that was not packed for this key, or that is damaged."""
    body = memoryview(stored)[4:]
    if _checksum(key, body) != stored[:4]:
        raise ValueError(f"the cache is damaged at {key}")
    return decoder(kind).decode(body)


def _checksum(key: str, body: bytes | memoryview) -> bytes:
    return crc32(body, crc32(key.encode())).to_bytes(4, "big")


@cache
def decoder(kind: Any) -> msgspec.msgpack.Decoder[Any]:
    """The decoder of a type, made once."""
    return msgspec.msgpack.Decoder(kind)


_encoder = msgspec.msgpack.Encoder()


def _versioned(path: Path) -> Path:
    """The file of this version of the program and of its compiled form."""
    return path.with_name(f"{path.stem}-{__version__}-{COMPILED_FORM}{path.suffix}")


def _connect(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(name, timeout=10, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'item'").fetchone():
            connection.executescript(SCHEMA)
    except BaseException:
        connection.close()
        raise
    return connection
