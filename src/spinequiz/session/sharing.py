"""Several machines and a folder that is synced by others: each appends to a file of its own, and reads all.

No file has two writers. A machine's file is named after its device in the log; a copy of the progress file that
wakes up on another machine, or in another place, takes a new name first. Rows that came from the folder are not
written to it again: what is written are the rows behind the last one that was written or read.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from hashlib import blake2b
from pathlib import Path

import msgspec

from spinequiz.session.exchange import defaults_of, study_days_of
from spinequiz.session.workspace import Workspace
from spinequiz.store.absorb import Entry, absorb, read_presets
from spinequiz.store.backup import is_due, make_backup
from spinequiz.store.errors import StoreError
from spinequiz.store.interchange import LineError, preset_line, review_line
from spinequiz.store.reading import LONGEST, Reader
from spinequiz.store.rows import LOG_COLUMNS, row_review

PATTERN = "spinequiz-*.jsonl"
STATE = "shared"
"""The key in the table `meta` under which a machine remembers what it wrote and read."""
TAIL = 256
"""Bytes before a remembered place that tell whether a file is still the one that was read."""
BYTES_A_ROW = 700
LAST = "SELECT coalesce(max(rowid), 0) FROM log"


class Place(msgspec.Struct, frozen=True):
    """How far a file was read; `mark` is a hash of the bytes before."""

    offset: int
    mark: str


class Shared(msgspec.Struct):
    """What a machine remembers of a folder; rows of the log up to `row` are in it. `seat` tells copies apart."""

    folder: str
    seat: str
    row: int = 0
    read: dict[str, Place] = {}


def share(workspace: Workspace, *, reading: bool = True) -> tuple[str, ...]:
    """Write this machine's new rows to the shared folder and, if `reading`, take in what others wrote there.

    Returns what there is to tell the student: whatever goes wrong with the folder never stops studying. Without a
    shared folder in the settings nothing happens. Raises StoreError if the progress file cannot be used.
    """
    if not workspace.settings.shared_folder:
        return ()
    named = workspace.settings.shared_folder
    kept = "Your answers are kept here, and shared when it can be used."
    try:
        folder = workspace.locations.settings.parent / Path(named).expanduser()
    except RuntimeError:
        return (f"the shared folder {named} names a user that there is not. {kept}",)
    try:
        if not folder.is_dir():
            return (f"the shared folder {folder} is not there. {kept}",)
        exchange = _Exchange(workspace, folder)
        told: tuple[str, ...] = ()
        try:
            exchange.write()
        except OSError as error:
            # what others wrote can be read all the same
            told = (f"the shared folder {folder} cannot be written: {error.strerror or error}. {kept}",)
        return (*told, *exchange.read()) if reading else told
    except OSError as error:
        return (f"the shared folder {folder} cannot be used: {error.strerror or error}. {kept}",)


class _Exchange:
    """One visit to the folder."""

    def __init__(self, workspace: Workspace, folder: Path) -> None:
        self.workspace = workspace
        self.progress = workspace.progress
        self.folder = folder
        self.seat = _seat(self.progress.path)
        self.backed_up = False
        self._settle()

    def _settle(self) -> None:
        """Take a name of its own where the progress file is a copy, and begin anew in another folder."""
        with self.progress.transaction() as connection:
            state = self._state()
            if state is not None and (state.seat, state.folder) == (self.seat, str(self.folder)):
                return
            if state is None or state.seat != self.seat:
                self.progress.rename_device(connection)
            if state is None or state.folder != str(self.folder):
                state = Shared(str(self.folder), self.seat)
            state.seat = self.seat
            self._remember(state)

    def write(self) -> None:
        """Append the rows that are not in the folder yet to this machine's file. Raises OSError."""
        with self.progress.transaction() as connection:
            state = self._state() or Shared(str(self.folder), self.seat)
            own = self.folder / f"spinequiz-{self.progress.device(connection)}.jsonl"
            known = state.read.get(own.name)
            if known is not None and not _leads_on(own, known):
                # it was written once, and is lost, cut off or an older one now
                state.row = 0
                known = None
            last = connection.execute(LAST).fetchone()[0]
            if last > state.row:
                there = _whole(own) if own.exists() else 0
                end = _append(own, self._lines(state.row))
                if there == (known.offset if known else 0):
                    state.read[own.name] = _place(own, end)
                elif known is None:
                    # what stands in it already may be more than a progress that was restored has
                    state.read[own.name] = _place(own, 0)
            state.row = last
            self._remember(state)

    def _lines(self, after: int) -> Iterator[bytes]:
        """The lines of the rows behind one, each preset before its first use."""
        connection = self.progress.connection
        presets = read_presets(connection, self.progress.path)
        named: set[str] = set()
        rows = connection.execute(f"SELECT {LOG_COLUMNS} FROM log WHERE rowid > ? ORDER BY rowid", (after,))
        for review in map(row_review, rows):
            if review.preset_id is not None and review.preset_id not in named:
                named.add(review.preset_id)
                yield preset_line(review.preset_id, presets[review.preset_id]) + b"\n"
            yield review_line(review) + b"\n"

    def read(self) -> tuple[str, ...]:
        """Take in what is new in the folder's files, copies made by a sync conflict included."""
        told: dict[Path, str] = {}
        waiting = sorted(self.folder.glob(PATTERN))
        # a row may take back one that stands in a file further on: what waited is read a second time
        for _ in range(2):
            again = []
            for path in waiting:
                try:
                    told[path], waits = self._read_file(path)
                except (OSError, StoreError) as error:
                    what = (error.strerror if isinstance(error, OSError) else None) or error
                    told[path], waits = f"{path} could not be read: {what}", False
                if waits:
                    again.append(path)
            waiting = again
        return tuple(text for text in told.values() if text)

    def _read_file(self, path: Path) -> tuple[str, bool]:
        """Take in a file. Returns what there is to tell, and whether some of it has to wait."""
        state = self._state()
        place = state.read.get(path.name) if state else None
        size = path.stat().st_size
        tail = _Tail(path, place.offset if place is not None and _leads_on(path, place) else 0)
        if tail.start == size:
            return "", False
        reader = Reader(self.progress.presets(), study_days_of(self.workspace).of)
        before = 0

        def entries() -> Iterator[Entry]:
            nonlocal before
            before = self.progress.connection.execute(LAST).fetchone()[0]
            yield from tail.entries(reader)

        def finish(waiting: tuple[str, ...]) -> None:
            state = self._state() or Shared(str(self.folder), self.seat)
            if state.row == before:
                state.row = self.progress.connection.execute(LAST).fetchone()[0]
            if not waiting:
                state.read[path.name] = _place(path, tail.good)
            self._remember(state)

        self._back_up()
        found = absorb(
            self.progress,
            entries(),
            defaults_of(self.workspace),
            expected=(size - tail.start) // BYTES_A_ROW,
            patient=True,
            finish=finish,
        )
        if tail.mistake:
            return f"{path} holds a line that is no row of a log ({tail.mistake}); the others were read.", False
        if found.waiting:
            return f"{path} takes back an answer that no machine has shared yet; it counts until then.", True
        return "", False

    def _back_up(self) -> None:
        """Make a backup before rows come in, once a visit, unless the last one is as good. Raises StoreError."""
        now_ms = self.workspace.clock.now_ms()
        if not self.backed_up and is_due(self.progress.connection, self.progress.path, now_ms):
            make_backup(self.progress.connection, self.progress.path, now_ms)
        self.backed_up = True

    def _state(self) -> Shared | None:
        row = self.progress.connection.execute("SELECT value FROM meta WHERE key = ?", (STATE,)).fetchone()
        if row is None:
            return None
        try:
            return msgspec.json.decode(row[0], type=Shared)
        except msgspec.DecodeError:
            return None

    def _remember(self, state: Shared) -> None:
        stored = msgspec.json.encode(state).decode()
        self.progress.connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (STATE, stored))


class _Tail:
    """The lines of a file from a place on. A last line without its end is still being written: it is left.

    After `entries`, `good` is the end of what need not be read again, `mistake` says what is wrong with a line.
    """

    def __init__(self, path: Path, start: int) -> None:
        self.path = path
        self.start = start
        self.good = start
        self.mistake = ""

    def entries(self, reader: Reader) -> Iterator[Entry]:
        """The entries of the whole lines. Raises OSError."""
        end = self.start
        with self.path.open("rb") as source:
            source.seek(self.start)
            for data in iter(partial(source.readline, LONGEST + 1), b""):
                end += len(data)
                piece = data
                while not piece.endswith(b"\n"):
                    # the rest of a line that is too long, or nothing more
                    piece = source.readline(LONGEST)
                    if not piece:
                        return
                    end += len(piece)
                try:
                    entry = reader.entry(data)
                except LineError as error:
                    self.mistake = self.mistake or str(error)
                    continue
                if not self.mistake:
                    self.good = end
                if entry is not None:
                    yield entry


def _append(path: Path, lines: Iterable[bytes]) -> int:
    """Append lines and have them on the disk; half a line from an append that was cut off goes first.

    Returns the size of the file. Raises OSError.
    """
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as target:
        target.seek(_whole(path))
        target.truncate()
        target.writelines(lines)
        target.flush()
        os.fsync(target.fileno())
        return target.tell()


def _whole(path: Path) -> int:
    """The size of a file without half a line at its end."""
    end = path.stat().st_size
    with path.open("rb") as source:
        while end:
            start = max(0, end - 65_536)
            source.seek(start)
            found = source.read(end - start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            end = start
    return 0


def _place(path: Path, offset: int) -> Place:
    with path.open("rb") as source:
        source.seek(max(0, offset - TAIL))
        mark = blake2b(source.read(min(offset, TAIL)), digest_size=8).hexdigest()
    return Place(offset, mark)


def _leads_on(path: Path, place: Place) -> bool:
    """Whether a file still is, up to a place, the one that was read or written. Raises OSError."""
    return path.exists() and place.offset <= path.stat().st_size and _place(path, place.offset) == place


def _seat(progress: Path) -> str:
    """What tells a progress file from a copy of it on another machine or in another folder."""
    machine = b""
    with suppress(OSError):
        machine = Path("/etc/machine-id").read_bytes()
    where = "\n".join((platform.node(), str(progress.resolve()))).encode(errors="surrogateescape")
    return blake2b(machine + where, digest_size=8).hexdigest()
