"""The compiled form of the decks, kept by content: nothing is parsed twice, and only what is studied is read.

It is a cache in a SQLite file of its own: safe to delete at any time, safe when two programs fill it at once,
and rebuilt by itself when it is damaged or cannot be written. What only compiling needs is imported then.
"""

from __future__ import annotations

import gc
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec.structs import replace

from spinequiz import __version__
from spinequiz.model.cards import ItemId, Variant
from spinequiz.model.decks import Deck, LoadedDeck
from spinequiz.model.diagnostics import Diagnostic, Severity
from spinequiz.model.items import ITEM_TYPES, Item, item_class

COMPILED_FORM = 4
"""Raise it when what is stored changes its shape or what loading finds changes."""
RACY_NS = 2_000_000_000
"""A file changed this shortly before it was read may change again without a new time stamp."""
KEPT_DAYS = 30
UNUSABLE = (sqlite3.Error, msgspec.MsgspecError, ValueError)
"""What a cache raises that is full, locked or damaged."""
T = TypeVar("T")

SCHEMA = """
CREATE TABLE IF NOT EXISTS file (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
    settled INTEGER NOT NULL, digest TEXT NOT NULL, used_day INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS deck (
    digest TEXT PRIMARY KEY, header BLOB, cards BLOB NOT NULL, diagnostics BLOB NOT NULL,
    items INTEGER NOT NULL, errors INTEGER NOT NULL, warnings INTEGER NOT NULL, made_day INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS item (
    digest TEXT NOT NULL, item_id TEXT NOT NULL, type TEXT NOT NULL, line INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (digest, item_id)
) STRICT, WITHOUT ROWID;
"""


class CompiledCard(NamedTuple):
    """A card that a deck makes; `topic` is the item's first tag."""

    item_id: ItemId
    variant: Variant
    topic: str


class CompiledDeck(NamedTuple):
    """What is known of a deck file without reading its items. `deck` is None where nothing could be used."""

    path: str
    digest: str
    deck: Deck | None
    items: int
    errors: int
    warnings: int


class CompiledItem(NamedTuple):
    """An item with its place in the file and the hash of its content."""

    item: Item
    line: int
    content_hash: str


class Catalogue:
    """The compiled decks, in the cache file at `path` or, if that fails, in memory."""

    def __init__(self, path: Path | None, today: int, load: Callable[[bytes, str], Any] | None = None) -> None:
        self.path = path
        self.today = today
        self._load = load
        self._connection = _open(path)
        self._read_from: dict[str, str] = {}

    def close(self) -> None:
        """Close the cache file."""
        self._connection.close()

    def refresh(self, path: str) -> CompiledDeck:
        """The deck of a file, compiled anew if the file changed. A file that cannot be read has errors."""
        compiled = self._kept(lambda: self._refresh(path))
        self._read_from[compiled.digest] = path
        return compiled

    def _kept(self, use: Callable[[], T]) -> T:
        """What `use` finds. A cache that is full, locked or damaged costs time, nothing else."""
        for _ in range(2):
            try:
                return use()
            except UNUSABLE as error:
                self._connection.close()
                # what is damaged is made anew; what cannot be written, or is damaged again, is done without
                path = self.path if _is_damage(error) else None
                if path is not None:
                    _remove(path)
                self._connection = _open(path)
        return use()

    def _refresh(self, path: str) -> CompiledDeck:
        try:
            absolute = os.path.abspath(path)
            status = os.stat(absolute)
        except (OSError, ValueError):
            return self._unreadable(path)
        # a path that is not UTF-8 has surrogates, which SQLite cannot hold
        absolute = absolute.encode("utf-8", "backslashreplace").decode()
        row = self._connection.execute(
            "SELECT size, mtime_ns, inode, settled, digest, used_day FROM file WHERE path = ?", (absolute,)
        ).fetchone()
        same = row is not None and row[:3] == (status.st_size, status.st_mtime_ns, status.st_ino)
        if row is not None and same and row[3]:
            if row[5] != self.today:
                with self._writing():
                    self._connection.execute("UPDATE file SET used_day = ? WHERE path = ?", (self.today, absolute))
            found = self._stored(path, row[4])
            if found is not None:
                return found
        return self._compile(path, absolute, status)

    def _compile(self, path: str, absolute: str, status: os.stat_result) -> CompiledDeck:
        from spinequiz.decks.text import Unreadable, read_bytes

        try:
            data = read_bytes(path)
        except Unreadable:
            return self._unreadable(path)
        digest = _hash(data, 16)
        settled = time.time_ns() - status.st_mtime_ns > RACY_NS
        known = self._stored(path, digest)
        with self._writing():
            if known is None:
                with _collector_paused():
                    self._store(digest, *self._parse(data, path))
                self._drop_unused()
            self._connection.execute(
                "INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?)",
                (absolute, status.st_size, status.st_mtime_ns, status.st_ino, settled, digest, self.today),
            )
        found = known or self._stored(path, digest)
        assert found is not None
        return found

    def _drop_unused(self) -> None:
        """Drop what was not used for long; content that no file has any more may still be studied somewhere."""
        long_ago = self.today - KEPT_DAYS
        execute = self._connection.execute
        execute("DELETE FROM file WHERE used_day < ?", (long_ago,))
        execute("DELETE FROM deck WHERE made_day < ? AND digest NOT IN (SELECT digest FROM file)", (long_ago,))
        execute("DELETE FROM item WHERE digest NOT IN (SELECT digest FROM deck)")

    def _parse(self, data: bytes, path: str) -> tuple[LoadedDeck | None, tuple[Diagnostic, ...]]:
        if self._load is None:
            from spinequiz.decks.load import parse_deck

            self._load = parse_deck
        loaded: tuple[LoadedDeck | None, tuple[Diagnostic, ...]] = self._load(data, path)
        return loaded

    def _store(self, digest: str, loaded: LoadedDeck | None, diagnostics: tuple[Diagnostic, ...]) -> None:
        from spinequiz.grading import grader_of

        encode = msgspec.msgpack.Encoder().encode
        cards: list[CompiledCard] = []
        rows = []
        # the path is that of whoever asks, and one that is not UTF-8 cannot be encoded
        diagnostics = tuple(replace(diagnostic, path="") for diagnostic in diagnostics)
        if loaded is not None:
            for item, line in zip(loaded.items, loaded.lines, strict=True):
                topic = item.tags[0] if item.tags else ""
                cards += [CompiledCard(ItemId(item.id), v, topic) for v in grader_of(item).variants(item)]
                rows.append((digest, item.id, item.type_name, line, encode(item)))
        self._connection.executemany("INSERT OR REPLACE INTO item VALUES (?, ?, ?, ?, ?)", rows)
        self._connection.execute(
            "INSERT OR REPLACE INTO deck VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                digest,
                None if loaded is None else encode(loaded.deck),
                encode(cards),
                encode(diagnostics),
                len(rows),
                sum(d.severity is Severity.ERROR for d in diagnostics),
                sum(d.severity is Severity.WARNING for d in diagnostics),
                self.today,
            ),
        )

    def _stored(self, path: str, digest: str) -> CompiledDeck | None:
        row = self._connection.execute(
            "SELECT header, items, errors, warnings FROM deck WHERE digest = ?", (digest,)
        ).fetchone()
        if row is None:
            return None
        deck = None if row[0] is None else _decoder(Deck).decode(row[0])
        return CompiledDeck(path, digest, deck, *row[1:])

    def _unreadable(self, path: str) -> CompiledDeck:
        return CompiledDeck(path, "", None, 0, 1, 0)

    def cards(self, digest: str) -> list[CompiledCard]:
        """The cards that a deck makes, in its order."""
        return self._found(digest, lambda: self._cards(digest)) or []

    def _cards(self, digest: str) -> list[CompiledCard] | None:
        row = self._connection.execute("SELECT cards FROM deck WHERE digest = ?", (digest,)).fetchone()
        return None if row is None else _decoder(list[CompiledCard]).decode(row[0])

    def item(self, digest: str, item_id: str) -> CompiledItem | None:
        """An item of a deck; None where the deck has none of that id."""
        return self._found(digest, lambda: self._item(digest, item_id))

    def _item(self, digest: str, item_id: str) -> CompiledItem | None:
        row = self._connection.execute(
            "SELECT type, line, body FROM item WHERE digest = ? AND item_id = ?", (digest, item_id)
        ).fetchone()
        return None if row is None else _compiled_item(*row)

    def items(self, digest: str) -> Iterator[CompiledItem]:
        """All items of a deck, in the order of the file."""
        for item_id in dict.fromkeys(card.item_id for card in self.cards(digest)):
            found = self.item(digest, item_id)
            if found is not None:
                yield found

    def diagnostics(self, compiled: CompiledDeck) -> tuple[Diagnostic, ...]:
        """What the compiler said of a deck file, in the terms of the path it was named by."""
        if not compiled.digest:
            from spinequiz.decks.load import load_deck

            return load_deck(compiled.path)[1]
        found = self._found(compiled.digest, lambda: self._diagnostics(compiled.digest)) or ()
        return tuple(replace(diagnostic, path=compiled.path) for diagnostic in found)

    def _diagnostics(self, digest: str) -> tuple[Diagnostic, ...] | None:
        row = self._connection.execute("SELECT diagnostics FROM deck WHERE digest = ?", (digest,)).fetchone()
        return None if row is None else _decoder(tuple[Diagnostic, ...]).decode(row[0])

    def _found(self, digest: str, look: Callable[[], T | None]) -> T | None:
        """What `look` finds of a deck, after its file is read again if the cache lost it meanwhile."""
        found = self._kept(look)
        if found is None and digest in self._read_from and self._kept(lambda: self._cards(digest)) is None:
            self.refresh(self._read_from[digest])
            found = self._kept(look)
        return found

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise


def _compiled_item(type_name: str, line: int, body: bytes) -> CompiledItem:
    if type_name not in ITEM_TYPES:
        raise ValueError(f"the cache holds the item type {type_name!r}, which does not exist")
    item: Item = _decoder(item_class(type_name)).decode(body)
    return CompiledItem(item, line, _hash(body, 8))


def _hash(data: bytes, size: int) -> str:
    # hashlib loads OpenSSL, and counting what is due needs no hash
    from hashlib import blake2b

    return blake2b(data, digest_size=size).hexdigest()


@cache
def _decoder(kind: Any) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(kind)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """A deck's tree has no cycles; looking for them takes longer than parsing."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _open(path: Path | None) -> sqlite3.Connection:
    if path is not None:
        for _ in range(2):
            try:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                return _connect(str(_versioned(path)))
            except OSError:
                pass
            except UNUSABLE as error:
                if _is_damage(error):
                    _remove(path)
    return _connect(":memory:")


def _is_damage(error: Exception) -> bool:
    """Whether a cache is damaged, such as one without a table, rather than locked, full or out of reach."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return not isinstance(error, sqlite3.OperationalError) or code == sqlite3.SQLITE_ERROR


def _versioned(path: Path) -> Path:
    """The file of this version of the program and of its compiled form."""
    return path.with_name(f"{path.stem}-{__version__}-{COMPILED_FORM}{path.suffix}")


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        with suppress(OSError):
            os.unlink(f"{_versioned(path)}{suffix}")


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
