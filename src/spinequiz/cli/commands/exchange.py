"""`spinequiz export`, `spinequiz import` and `spinequiz merge`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import cast

from spinequiz.cli.bars import bar, bar_of
from spinequiz.cli.output import Exit, UserError, note, require_output, say
from spinequiz.cli.workspace import open_workspace
from spinequiz.documents.render import plural
from spinequiz.session.exchange import defaults_of, study_days_of
from spinequiz.session.wording import change_counts
from spinequiz.session.workspace import Workspace
from spinequiz.settings.locations import locate
from spinequiz.store.absorb import Absorbed, Entry, absorb, read_presets
from spinequiz.store.backup import make_backup
from spinequiz.store.connection import open_readable, require_sound_tail
from spinequiz.store.interchange import export_lines
from spinequiz.store.other_log import OtherLog
from spinequiz.store.progress import read_log
from spinequiz.store.reading import read_entries

SQLITE = b"SQLite format 3\x00"
OTHER_FORMS = {
    b"\x1f\x8b": "is packed by gzip: unpack it",
    b"\x28\xb5\x2f\xfd": "is packed by zstd: unpack it",
    b"\xfd7zXZ": "is packed by xz: unpack it",
    b"BZh": "is packed by bzip2: unpack it",
    b"PK\x03\x04": "is a zip archive: unpack it",
    b"\xff\xfe": "is text in UTF-16: save it as UTF-8",
    b"\xfe\xff": "is text in UTF-16: save it as UTF-8",
}
"""How a file begins that holds lines, or a database, in a form that is not read here."""
BYTES_A_ROW = 700
"""About what a line of an export takes."""


def run_export(file: str | None) -> int:
    """Write the log as JSON Lines, to standard output or to a new file."""
    path = locate().progress
    require_sound_tail(path)
    connection = open_readable(path)
    if connection is None:
        note(f"There is nothing to export yet: {path} is made with the first answer.")
        return Exit.DONE
    try:
        # one transaction, so that what another program writes meanwhile is in it whole or not at all
        connection.execute("BEGIN")
        lines = export_lines(read_presets(connection, path), read_log(connection, path))
        if file is None:
            require_output()
            sys.stdout.flush()
            sys.stdout.buffer.writelines(lines)
        else:
            _write_file(Path(file), lines)
    finally:
        connection.close()
    return Exit.DONE


def run_import(file: str) -> int:
    """Unite another log with this one: JSON Lines, or a progress file or backup; `-` is standard input."""
    if file == "-":
        if sys.stdin is None:
            raise UserError("standard input is closed. Leave it open, or name a file.")
        source = sys.stdin.buffer
        if not isinstance(source, BufferedReader):
            source = BufferedReader(cast(RawIOBase, source))
        if _kind(source, "standard input") == SQLITE:
            raise UserError("standard input is a database. Name its file instead.")
        return _unite_lines(source, "standard input", 0)
    path = Path(file)
    with path.open("rb") as opened:
        head = _kind(opened, file)
        if head == SQLITE:
            return _unite_database(path)
        tail = Path(f"{path}-wal")
        if not head and tail.exists() and tail.stat().st_size:
            raise UserError(
                f"{path} is empty, and its answers are in {tail}. Run `spinequiz doctor --fix` on the machine that "
                "they come from, then merge again."
            )
        return _unite_lines(opened, file, path.stat().st_size)


def _kind(source: BufferedReader, name: str) -> bytes:
    """How a file begins; it is read from there afterwards. Raises UserError for one in another form."""
    head = source.peek(len(SQLITE))[: len(SQLITE)]
    for start, what in OTHER_FORMS.items():
        if head.startswith(start):
            raise UserError(f"{name} {what} first. Nothing was changed.")
    return head


def _unite_database(path: Path) -> int:
    with closing(open_workspace()) as workspace:
        if path.resolve() == workspace.locations.progress.resolve():
            raise UserError(f"{path} is the progress file in use; there is nothing to unite.")
        with (
            closing(OtherLog(path)) as other,
            bar("Reading", other.rows) as advance,
            bar_of("Scheduling", below=True) as deriving,
        ):
            found = _absorb(workspace, _counted(other.entries(), advance), other.rows, deriving)
    return _tell(found, str(path))


def _unite_lines(source: BufferedReader, name: str, size: int) -> int:
    with (
        closing(open_workspace()) as workspace,
        bar("Reading", size) as advance,
        bar_of("Scheduling", below=True) as deriving,
    ):
        known = workspace.progress.presets()
        entries = read_entries(source, name, known, study_days_of(workspace).of, advance)
        found = _absorb(workspace, entries, size // BYTES_A_ROW, deriving)
    return _tell(found, name)


def _absorb(
    workspace: Workspace, entries: Iterator[Entry], expected: int, deriving: Callable[[int, int], None]
) -> Absorbed:
    progress = workspace.progress
    kept = None
    if progress.connection.execute("SELECT EXISTS (SELECT 1 FROM log)").fetchone()[0]:
        kept = make_backup(progress.connection, progress.path, workspace.clock.now_ms())
    found = absorb(progress, entries, defaults_of(workspace), expected=expected, deriving=deriving)
    if kept is not None and found.added:
        note(f"The state before is kept in {kept.path}.")
    # answers that the other machine gave under keys that were corrected here
    for change in workspace.register(()):
        note(f"{change.deck_id}: {change_counts(change)}")
    return found


def _tell(found: Absorbed, name: str) -> int:
    added, known = plural(found.added, "row"), f"{found.known} " + ("was" if found.known == 1 else "were")
    say(f"{name}: {added} added to {plural(found.cards, 'card')}; {known} here already")
    return Exit.DONE


def _write_file(target: Path, lines: Iterator[bytes]) -> None:
    """Write a file that is there whole or not at all. Raises UserError if there is one of that name."""
    if target.exists():
        raise UserError(f"{target} is there already. Choose another name, or move it away.")
    temporary = target.with_name(f"{target.name}.tmp")
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.writelines(lines)
            out.flush()
            os.fsync(out.fileno())
        os.replace(temporary, target)
    except BaseException as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise UserError(f"{target} cannot be written: {error.strerror}. Choose another place for it.") from error
        raise


def _counted(entries: Iterator[Entry], advance: Callable[[int], None]) -> Iterator[Entry]:
    for entry in entries:
        yield entry
        advance(1)
