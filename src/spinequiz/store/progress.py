"""The progress of one student: every write is one transaction, durable when the call returns."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from spinequiz.model.cards import (
    NO_MARKS,
    CardKey,
    CardMarks,
    CardState,
    EntryKind,
    Preset,
    Review,
    ReviewId,
)
from spinequiz.store.connection import open_writable
from spinequiz.store.errors import StaleAnswer, explained
from spinequiz.store.relinks import entries_of, heirs, kin
from spinequiz.store.rows import (
    LOG_COLUMNS,
    STATE_COLUMNS,
    new_review_id,
    review_row,
    row_marks,
    row_review,
    row_state,
    state_row,
    text_of,
    with_any_text,
)

if TYPE_CHECKING:
    from spinequiz.scheduling.replay import Replayed
    from spinequiz.store.derive import Differing

CARD = "deck_id = ? AND item_id = ? AND variant = ?"


@lru_cache(maxsize=32)
def preset_id(preset: Preset) -> str:
    """The name of a preset in the log: a hash of its content."""
    from hashlib import blake2b

    return blake2b(msgspec.json.encode(preset), digest_size=8).hexdigest()


class Progress:
    """An open progress file. It belongs to the thread that opened it."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path
        self._presets: dict[str, Preset] = {}
        self._device = ""

    @classmethod
    def open(cls, path: Path, busy_seconds: float = 5.0) -> Progress:
        """Open or create the progress file. Raises StoreError."""
        return cls(open_writable(path, busy_seconds), path)

    def close(self) -> None:
        """Close the file; everything is on disk already."""
        with explained(str(self.path)):
            self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One write transaction: all of it or nothing. Raises StoreError."""
        with explained(str(self.path)):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                # the device's name may have been among what is taken back
                self._device = ""
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def state(self, card: CardKey) -> CardState | None:
        """The card's schedule; None for a new card."""
        with explained(str(self.path)):
            row = self.connection.execute(f"SELECT {STATE_COLUMNS} FROM state WHERE {CARD}", card).fetchone()
            return None if row is None else row_state(row)

    def marks(self, card: CardKey) -> CardMarks:
        """What the student said of the card."""
        with explained(str(self.path)):
            row = self.connection.execute(
                f"SELECT suspended, leech, flagged, buried_until FROM mark WHERE {CARD}", card
            ).fetchone()
        return NO_MARKS if row is None else row_marks(row)

    def answer(self, review: Review, preset: Preset, *, leech: bool) -> Review:
        """Write an answer and the state it leads to. `review.id`, device and preset id are filled in.

        Raises StaleAnswer if the card's state is no longer `review.before`, and StoreError; then nothing
        is written.
        """
        with self.transaction() as connection:
            if self.state(review.card) != review.before:
                raise StaleAnswer(
                    "this card was answered in another spinequiz meanwhile; that answer stands, this one was not kept"
                )
            entry = replace(review, preset_id=self._keep_preset(preset))
            entry = self._append(connection, entry)
            assert entry.after is not None
            self._put_state(connection, entry.card, entry.after)
            if leech:
                marks = replace(self.marks(entry.card), suspended=True, leech=True)
                self._put_marks(connection, entry.card, marks)
            self._derive(connection, heirs(connection, entry.card))
        return entry

    def mark(self, review: Review) -> Review:
        """Write a row that changes a card's marks: suspend, bury, flag and their opposites. Raises StoreError."""
        with self.transaction() as connection:
            (entry,) = self.write(connection, (review,))
        return entry

    def write(self, connection: sqlite3.Connection, reviews: Iterable[Review]) -> list[Review]:
        """Write rows and what follows from them, within the caller's transaction. Answers go through `answer`."""
        entries = [self._append(connection, review) for review in reviews]
        cards = dict.fromkeys(entry.card for entry in entries)
        touched = dict.fromkeys((*cards, *(heir for card in cards for heir in heirs(connection, card))))
        self._derive(connection, touched)
        return entries

    def withdraw(self, target: ReviewId, *, at_ms: int, study_day: int) -> Review:
        """Take a row back: a row is added that says so, and the card is as if it had never been.

        Raises StaleAnswer if the row is not the card's last answer any more, and StoreError.
        """
        with self.transaction() as connection:
            row = connection.execute(f"SELECT {LOG_COLUMNS} FROM log WHERE id = ?", (target,)).fetchone()
            if row is None:
                raise StaleAnswer("the answer to take back is not in the log")
            original = row_review(row)
            if connection.execute("SELECT 1 FROM log WHERE withdraws = ?", (target,)).fetchone():
                raise StaleAnswer("this was taken back already")
            if original.kind is EntryKind.ANSWER and self._last_answer(connection, original.card) != target:
                raise StaleAnswer("the card was answered again meanwhile, so the older answer stays")
            entry = Review(
                id=ReviewId(""),
                kind=EntryKind.WITHDRAW,
                card=original.card,
                at_ms=at_ms,
                study_day=study_day,
                device="",
                withdraws=target,
            )
            (entry,) = self.write(connection, (entry,))
        return entry

    def entries(self, card: CardKey) -> list[Review]:
        """The card's rows of the log, oldest first, with those of the cards that it was relinked from."""
        with explained(str(self.path)):
            return entries_of(self.connection, kin(self.connection, card))

    def open_revision(self, card: CardKey) -> Review | None:
        """The row that made the card due because its item changed, where it was not answered since; else None."""
        with explained(str(self.path)):
            newest = self.connection.execute(
                f"SELECT kind FROM log l WHERE {CARD} AND kind IN ('answer', 'revise') "
                "AND NOT EXISTS (SELECT 1 FROM log w WHERE w.withdraws = l.id) ORDER BY id DESC LIMIT 1",
                card,
            ).fetchone()
        if newest is None or newest[0] != EntryKind.REVISE:
            return None
        from spinequiz.scheduling.replay import open_revision

        return open_revision(self.entries(card))

    def rebuild(
        self,
        *,
        verify: bool = True,
        differing: Differing | None = None,
        advanced: Callable[[int], None] = lambda cards: None,
    ) -> int:
        """Derive all states and marks from the log again, in one transaction. Returns the number of cards.

        Without `verify` the states that rows record are gone by where that is sound, which is quicker: see
        `replay_card`. `differing` is what was found just before to differ: where the log is still the same, only
        these cards are written. `advanced` is told how many cards are done.
        """
        from spinequiz.store.derive import ALL_ROWS, ALL_TO_VERIFY, derive, extent, put

        with self.transaction() as connection:
            if differing is not None and differing.cards is not None and differing.log == extent(connection):
                put(connection, differing.cards)
                return len(differing.cards)

            def derived() -> int:
                connection.execute("DELETE FROM state")
                connection.execute("DELETE FROM mark")
                connection.execute("UPDATE card SET is_new = 1")
                rows = connection.cursor().execute(ALL_TO_VERIFY if verify else ALL_ROWS)
                return derive(connection, rows, self.presets(), verify=verify, advanced=advanced)

            return with_any_text(connection, derived)

    def _last_answer(self, connection: sqlite3.Connection, card: CardKey) -> str | None:
        """The id of the card's newest answer that stands. Its state may be another one since: its item was revised."""
        newest: str | None = connection.execute(
            f"SELECT max(id) FROM log l WHERE {CARD} AND kind = 'answer' "
            "AND NOT EXISTS (SELECT 1 FROM log w WHERE w.withdraws = l.id)",
            card,
        ).fetchone()[0]
        return newest

    def _derive(self, connection: sqlite3.Connection, cards: Iterable[CardKey]) -> None:
        for card in cards:
            from spinequiz.scheduling.replay import replay_card

            self._put(connection, card, replay_card(self.entries(card), self.presets()))

    def _put(self, connection: sqlite3.Connection, card: CardKey, replayed: Replayed) -> None:
        if replayed.state is None:
            connection.execute(f"DELETE FROM state WHERE {CARD}", card)
            connection.execute(f"UPDATE card SET is_new = 1 WHERE {CARD}", card)
        else:
            self._put_state(connection, card, replayed.state)
        self._put_marks(connection, card, replayed.marks)

    def _put_state(self, connection: sqlite3.Connection, card: CardKey, state: CardState) -> None:
        connection.execute(
            f"INSERT OR REPLACE INTO state (deck_id, item_id, variant, {STATE_COLUMNS}) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*card, *state_row(state)),
        )
        connection.execute(f"UPDATE card SET is_new = 0 WHERE is_new = 1 AND {CARD}", card)

    def _put_marks(self, connection: sqlite3.Connection, card: CardKey, marks: CardMarks) -> None:
        if marks == NO_MARKS:
            connection.execute(f"DELETE FROM mark WHERE {CARD}", card)
            return
        connection.execute(
            "INSERT OR REPLACE INTO mark VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*card, marks.suspended, marks.leech, marks.flagged, marks.buried_until),
        )

    def _append(self, connection: sqlite3.Connection, review: Review) -> Review:
        last = connection.execute("SELECT max(id) FROM log").fetchone()[0]
        entry = replace(review, id=new_review_id(review.at_ms, last), device=self.device(connection))
        row = review_row(entry)
        connection.execute(f"INSERT INTO log ({LOG_COLUMNS}) VALUES ({', '.join('?' * len(row))})", row)
        return entry

    def device(self, connection: sqlite3.Connection) -> str:
        """This machine's random name in the log."""
        if not self._device:
            connection.execute("INSERT OR IGNORE INTO meta VALUES ('device', ?)", (os.urandom(4).hex(),))
            self._device = str(connection.execute("SELECT value FROM meta WHERE key = 'device'").fetchone()[0])
        return self._device

    def rename_device(self, connection: sqlite3.Connection) -> None:
        """Give this machine a new random name, within the caller's transaction: the file is a copy of another's."""
        self._device = ""
        connection.execute("DELETE FROM meta WHERE key = 'device'")

    def _keep_preset(self, preset: Preset) -> str:
        name = preset_id(preset)
        if name not in self._presets:
            stored = msgspec.json.encode(preset).decode()
            self.connection.execute("INSERT OR IGNORE INTO preset VALUES (?, ?)", (name, stored))
        return name

    def presets(self) -> dict[str, Preset]:
        """All presets that rows of the log name, by id."""
        rows = self.connection.execute("SELECT id, json FROM preset").fetchall()
        if len(rows) != len(self._presets):
            self._presets = {name: msgspec.json.decode(stored, type=Preset) for name, stored in rows}
        return self._presets


def read_log(connection: sqlite3.Connection, path: Path) -> Iterator[Review]:
    """The whole log, oldest first, row by row. Raises StoreError."""
    with explained(str(path)):
        last = ""
        while True:
            try:
                for row in connection.execute(f"SELECT {LOG_COLUMNS} FROM log WHERE id > ? ORDER BY id", (last,)):
                    yield row_review(row)
                    last = row[0]
                return
            except sqlite3.OperationalError as error:
                if connection.text_factory is text_of or "UTF-8" not in str(error):
                    raise
                connection.text_factory = text_of
