"""The compiled form of the decks, kept by content: nothing is parsed twice, and only what is studied is read.

It is a cache in a SQLite file of its own: safe to delete at any time, safe when two programs fill it at once,
and rebuilt by itself when it is damaged or cannot be written. What only compiling needs is imported then.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec
from msgspec.structs import replace

from spinequiz.decks.cache_file import UNUSABLE, decoder, is_damage, open_cache, pack, remove_cache, unpack
from spinequiz.model.cards import ItemId, Variant
from spinequiz.model.decks import Deck, LoadedDeck
from spinequiz.model.diagnostics import Diagnostic, Severity
from spinequiz.model.items import ITEM_TYPES, Item, item_class

if TYPE_CHECKING:
    from spinequiz.decks.pieces import Pieces

RACY_NS = 2_000_000_000
"""A file changed this shortly before it was read may change again without a new time stamp."""
KEPT_DAYS = 30
T = TypeVar("T")


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


class _Summary(NamedTuple):
    """What is stored of a deck for those who only list it."""

    deck: Deck | None
    items: int
    errors: int
    warnings: int


class _StoredItem(NamedTuple):
    """What is stored of an item: the type tells how its body is read."""

    type_name: str
    line: int
    content_hash: str
    body: msgspec.Raw


class Catalogue:
    """The compiled decks, in the cache file at `path` or, if that fails, in memory."""

    def __init__(self, path: Path | None, today: int, load: Callable[[bytes, str], Any] | None = None) -> None:
        self.path = path
        self.today = today
        self._load = load
        self._connection = open_cache(path)
        self._read_from: dict[str, str] = {}
        self._last_read: tuple[tuple[str, str], CompiledItem | None] = ("", ""), None

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
                path = self.path if is_damage(error) else None
                if path is not None:
                    remove_cache(path)
                self._connection = open_cache(path)
        return use()

    def _refresh(self, path: str) -> CompiledDeck:
        try:
            absolute = os.path.abspath(path)
            status = os.stat(absolute)
        except (OSError, ValueError):
            return self._unreadable(path)
        # a path that is not UTF-8 has surrogates, which SQLite cannot hold
        absolute = absolute.encode("utf-8", "backslashreplace").decode()
        # a deck without its content is one that the cache lost
        row = self._connection.execute(
            "SELECT size, mtime_ns, inode, settled, digest, used_day, iif(cards IS NULL, NULL, summary) FROM file "
            "LEFT JOIN deck USING (digest) LEFT JOIN content USING (digest) WHERE path = ?",
            (absolute,),
        ).fetchone()
        same = row is not None and row[:3] == (status.st_size, status.st_mtime_ns, status.st_ino)
        if row is not None and same and row[3]:
            if row[5] != self.today:
                with self._writing():
                    self._connection.execute("UPDATE file SET used_day = ? WHERE path = ?", (self.today, absolute))
            if row[6] is not None:
                return _summarized(path, row[4], row[6])
        return self._compile(path, absolute, status, before=row[4] if row else "")

    def _compile(self, path: str, absolute: str, status: os.stat_result, before: str) -> CompiledDeck:
        """Compile a file whose content was that of the digest `before` when it was last read."""
        from spinequiz.decks.pieces import cut
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
                    pieces = cut(data)
                    loaded = self._changed(pieces, before, path) if pieces is not None else None
                    self._store(digest, pieces, *((loaded, ()) if loaded is not None else self._parse(data, path)))
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
        unused = "SELECT digest FROM deck WHERE made_day < ? AND digest NOT IN (SELECT digest FROM file)"
        for digest in execute(unused, (long_ago,)).fetchall():
            for table in ("deck", "content", "item"):
                execute(f"DELETE FROM {table} WHERE digest = ?", digest)

    def _parse(self, data: bytes, path: str) -> tuple[LoadedDeck | None, tuple[Diagnostic, ...]]:
        if self._load is None:
            from spinequiz.decks.load import parse_deck

            self._load = parse_deck
        loaded: tuple[LoadedDeck | None, tuple[Diagnostic, ...]] = self._load(data, path)
        return loaded

    def _changed(self, pieces: Pieces, before: str, path: str) -> LoadedDeck | None:
        """The deck, of which only those pieces are compiled that were not in its file before.

        None where it has to be compiled as a whole, as where there is anything to say of it.
        """
        old = self._stored(path, before)
        known = self._pieces(before)
        if not known or old is None or old.deck is None:
            return None
        last = len(pieces.items) - 1
        # the end of the file may hold more than its item
        kept = [known.get(_piece_hash(piece)) if place < last else None for place, piece in enumerate(pieces.items)]
        fresh = [place for place, item_id in enumerate(kept) if item_id is None]
        if 2 * len(fresh) > len(kept):
            return None
        part = pieces.only(fresh)
        loaded, diagnostics = self._parse(bytes(part), path)
        if loaded is None or diagnostics or not part.are_those_of(loaded):
            return None
        if loaded.deck.sources.keys() != old.deck.sources.keys():
            return None
        compiled = iter(loaded.items)
        items: list[Item] = []
        for item_id in kept:
            found = next(compiled) if item_id is None else self._item(before, item_id)
            if found is None:
                return None
            items.append(found if isinstance(found, Item) else found.item)
        whole = LoadedDeck(loaded.deck, tuple(items), pieces.lines)
        return whole if pieces.are_those_of(whole) else None

    def _pieces(self, digest: str) -> dict[str, str]:
        row = self._connection.execute("SELECT pieces FROM content WHERE digest = ?", (digest,)).fetchone()
        found: dict[str, str] = {} if row is None else unpack(digest, row[0], dict[str, str])
        return found

    def _store(
        self,
        digest: str,
        pieces: Pieces | None,
        loaded: LoadedDeck | None,
        diagnostics: tuple[Diagnostic, ...],
    ) -> None:
        from spinequiz.grading import grader_of

        encode = msgspec.msgpack.Encoder().encode
        cards: list[CompiledCard] = []
        hashes: dict[str, str] = {}
        rows = []
        # the path is that of whoever asks, and one that is not UTF-8 cannot be encoded
        diagnostics = tuple(replace(diagnostic, path="") for diagnostic in diagnostics)
        if loaded is not None:
            for item, line in zip(loaded.items, loaded.lines, strict=True):
                topic = item.tags[0] if item.tags else ""
                cards += [CompiledCard(ItemId(item.id), v, topic) for v in grader_of(item).variants(item)]
                body = encode(item)
                hashes[item.id] = _hash(body, 8)
                stored = _StoredItem(item.type_name, line, hashes[item.id], msgspec.Raw(body))
                rows.append((digest, item.id, pack(digest + item.id, stored)))
        summary = _Summary(
            None if loaded is None else loaded.deck,
            len(rows),
            sum(d.severity is Severity.ERROR for d in diagnostics),
            sum(d.severity is Severity.WARNING for d in diagnostics),
        )
        execute = self._connection.execute
        self._connection.executemany("INSERT OR REPLACE INTO item VALUES (?, ?, ?)", rows)
        hashed: dict[str, str] = {}
        if loaded is not None and not diagnostics and pieces is not None and pieces.are_those_of(loaded):
            hashed = {_piece_hash(piece): item.id for piece, item in zip(pieces.items[:-1], loaded.items, strict=False)}
        content = (pack(digest, found) for found in (cards, hashes, diagnostics, hashed))
        execute("INSERT OR REPLACE INTO content VALUES (?, ?, ?, ?, ?)", (digest, *content))
        execute("INSERT OR REPLACE INTO deck VALUES (?, ?, ?)", (digest, self.today, pack(digest, summary)))

    def _stored(self, path: str, digest: str) -> CompiledDeck | None:
        # a deck without its content is one that the cache lost
        row = self._connection.execute(
            "SELECT summary FROM deck JOIN content USING (digest) WHERE digest = ?", (digest,)
        ).fetchone()
        return None if row is None else _summarized(path, digest, row[0])

    def _unreadable(self, path: str) -> CompiledDeck:
        return CompiledDeck(path, "", None, 0, 1, 0)

    def cards(self, digest: str) -> list[CompiledCard]:
        """The cards that a deck makes, in its order."""
        return self._found(digest, lambda: self._cards(digest)) or []

    def _cards(self, digest: str) -> list[CompiledCard] | None:
        row = self._connection.execute("SELECT cards FROM content WHERE digest = ?", (digest,)).fetchone()
        return None if row is None else unpack(digest, row[0], list[CompiledCard])

    def item(self, digest: str, item_id: str) -> CompiledItem | None:
        """An item of a deck; None where the deck has none of that id."""
        if (digest, item_id) == self._last_read[0]:
            return self._last_read[1]
        found = self._found(digest, lambda: self._item(digest, item_id))
        self._last_read = (digest, item_id), found
        return found

    def _item(self, digest: str, item_id: str) -> CompiledItem | None:
        row = self._connection.execute(
            "SELECT body FROM item WHERE digest = ? AND item_id = ?", (digest, item_id)
        ).fetchone()
        if row is not None:
            return _compiled_item(unpack(digest + item_id, row[0], _StoredItem))
        if any(card.item_id == item_id for card in self._cards(digest) or ()):
            raise ValueError(f"the cache lost the item {item_id!r}")
        return None

    def content_hashes(self, digest: str) -> dict[ItemId, str]:
        """The hashes of the items of a deck, in the order of the file: what is as it was need not be read."""
        return self._found(digest, lambda: self._content_hashes(digest)) or {}

    def _content_hashes(self, digest: str) -> dict[ItemId, str] | None:
        row = self._connection.execute("SELECT hashes FROM content WHERE digest = ?", (digest,)).fetchone()
        return None if row is None else unpack(digest, row[0], dict[str, str])

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
        row = self._connection.execute("SELECT diagnostics FROM content WHERE digest = ?", (digest,)).fetchone()
        return None if row is None else unpack(digest, row[0], tuple[Diagnostic, ...])

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


def _summarized(path: str, digest: str, summary: bytes) -> CompiledDeck:
    return CompiledDeck(path, digest, *unpack(digest, summary, _Summary))


def _compiled_item(stored: _StoredItem) -> CompiledItem:
    if stored.type_name not in ITEM_TYPES:
        raise ValueError(f"the cache holds the item type {stored.type_name!r}, which does not exist")
    item: Item = decoder(item_class(stored.type_name)).decode(stored.body)
    return CompiledItem(item, stored.line, stored.content_hash)


def _piece_hash(piece: bytes) -> str:
    return _hash(piece, 16)


def _hash(data: bytes, size: int) -> str:
    # hashlib loads OpenSSL, and counting what is due needs no hash
    from hashlib import blake2b

    return blake2b(data, digest_size=size).hexdigest()


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
