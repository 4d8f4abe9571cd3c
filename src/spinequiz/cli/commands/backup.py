"""`spinequiz backup` and `spinequiz restore`."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from spinequiz.cli.output import Exit, UserError, note, say
from spinequiz.documents.render import plural
from spinequiz.scheduling.study_day import from_ms
from spinequiz.session.clock import SystemClock
from spinequiz.settings.locations import locate
from spinequiz.store.backup import backup_folder, inspect, list_backups, make_backup
from spinequiz.store.connection import open_writable
from spinequiz.store.errors import StoreError
from spinequiz.store.presence import Presence, replacing
from spinequiz.store.restore import preview, restore


def run_backup() -> int:
    """Write a backup now."""
    progress = locate().progress
    if not progress.exists():
        note(f"There is nothing to back up yet: {progress} is made with the first answer.")
        return Exit.DONE
    connection = open_writable(progress)
    try:
        made = make_backup(connection, progress, SystemClock().now_ms())
    finally:
        connection.close()
    held = inspect(made.path)
    say(f"{made.path}: {plural(held.rows, 'row')} of history, verified")
    return Exit.DONE


def run_restore(file: str | None, *, sure: bool) -> int:
    """List the backups, or put one back."""
    progress = locate().progress
    if file is None:
        return _list(progress)
    source = _find(progress, file)
    with closing(Presence(progress)) as presence:
        if not presence.alone:
            raise UserError("another spinequiz is open on this progress. Close it, then restore again.")
        with replacing(progress):
            return _restore(progress, source, sure=sure)


def _restore(progress: Path, source: Path, *, sure: bool) -> int:
    change = preview(progress, source)
    last = _moment(change.contents.last_ms)
    note(f"{source} holds {plural(change.contents.rows, 'row')} of history, the last from {last}.")
    note(f"Restoring it takes back {plural(change.lost, 'row')} and brings back {plural(change.regained, 'row')}.")
    if not sure and not _confirmed():
        note("Nothing was changed.")
        return Exit.DONE
    kept = restore(progress, source, SystemClock().now_ms())
    say(f"restored {progress} from {source}" + (f"; the state before is kept in {kept}" if kept else ""))
    return Exit.DONE


def _list(progress: Path) -> int:
    backups = list_backups(progress)
    if not backups:
        note(f"There are no backups in {backup_folder(progress)} yet.")
        return Exit.DONE
    for made in backups:
        try:
            change = preview(progress, made.path)
        except StoreError as error:
            say(f"{made.path.name}  {_moment(made.made_ms)}  damaged")
            note(str(error))
            continue
        rows = plural(change.contents.rows, "row")
        effect = f"takes back {change.lost}, brings back {change.regained}"
        say(f"{made.path.name}  {_moment(made.made_ms)}  {rows}  {effect}")
    note("`spinequiz restore FILE` puts one back; the present state is kept as a backup.")
    return Exit.DONE


def _find(progress: Path, file: str) -> Path:
    for path in (Path(file), backup_folder(progress) / file):
        if path.is_file():
            return path
    raise UserError(f"there is no backup {file}. `spinequiz restore` lists those there are.")


def _confirmed() -> bool:
    if not sys.stdin.isatty():
        raise UserError("nobody can be asked here. Say --yes to restore without asking.", Exit.USAGE)
    print("Restore it? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().casefold() in ("y", "yes")


def _moment(instant: int | None) -> str:
    return "never" if instant is None else from_ms(instant).astimezone().strftime("%Y-%m-%d %H:%M")
