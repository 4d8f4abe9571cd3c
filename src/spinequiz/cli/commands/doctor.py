"""`spinequiz doctor`."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

from spinequiz.cli.bars import bar_of
from spinequiz.cli.output import Exit, UserError, note, say
from spinequiz.documents.render import plural
from spinequiz.scheduling.study_day import from_ms
from spinequiz.session.clock import SystemClock
from spinequiz.settings.locations import locate
from spinequiz.store.backup import make_backup
from spinequiz.store.doctor import Cure, Finding, examine
from spinequiz.store.presence import Presence, replacing
from spinequiz.store.progress import Progress
from spinequiz.store.restore import finish_replacing
from spinequiz.store.salvage import salvage

PLANS = {
    Cure.FINISH: "--fix finishes it",
    Cure.SALVAGE: "--fix reads what can be read, joins it with the backups, and keeps the damaged file",
    Cure.REBUILD: "--fix derives the states from the log again",
    Cure.PERMISSIONS: "--fix makes it yours alone to read and write",
    Cure.BY_HAND: "this is for you to change",
    Cure.NONE: "nothing to do",
}
MENDED_BY_FIX = (Cure.FINISH, Cure.SALVAGE, Cure.REBUILD, Cure.PERMISSIONS)


def run_doctor(*, fix: bool) -> int:
    """Look the progress file over; with `fix`, mend it. Without, nothing is changed."""
    path = locate().progress
    now = SystemClock().now_ms()
    found = _examine(path, now)
    for finding in found:
        say(f"{finding.rule}: {finding.message} ({PLANS[finding.cure]})")
    curable = [finding for finding in found if finding.cure in MENDED_BY_FIX]
    if not found:
        say(f"{path} is sound, and its states are what its log says." if path.exists() else f"{path} is not there yet.")
        return Exit.DONE
    if not curable:
        return Exit.DONE
    if not fix:
        note(f"{plural(len(curable), 'finding')} to mend: run `spinequiz doctor --fix`. Nothing was changed.")
        return Exit.WRONG
    _mend(path, curable, now)
    if {finding.rule for finding in curable} == {"states-differ"}:
        # they were written as the replay gave them, in one transaction
        return Exit.DONE
    left = [finding for finding in _examine(path, now) if finding.cure in MENDED_BY_FIX]
    if left and {Cure.FINISH, Cure.PERMISSIONS} & {finding.cure for finding in curable}:
        # what shows only now that the file is there and can be read
        _mend(path, left, now)
        left = [finding for finding in _examine(path, now) if finding.cure in MENDED_BY_FIX]
    for finding in left:
        note(f"still there: {finding.rule}: {finding.message}")
    return Exit.WRONG if left else Exit.DONE


def _examine(path: Path, now_ms: int) -> list[Finding]:
    with bar_of("Looking over") as advanced:
        return examine(path, now_ms, advanced)


def _mend(path: Path, findings: list[Finding], now_ms: int) -> None:
    with closing(Presence(path)) as presence:
        if not presence.alone:
            raise UserError("another spinequiz is open on this progress. Close it, then mend.")
        with replacing(path):
            _apply(path, findings, now_ms)


def _apply(path: Path, findings: list[Finding], now_ms: int) -> None:
    cures = {finding.cure for finding in findings}
    if Cure.FINISH in cures and finish_replacing(path):
        say(f"the repair that was stopped is finished: {path} is the repaired file")
    if Cure.SALVAGE in cures:
        _salvage(path, now_ms)
    if Cure.REBUILD in cures:
        with closing(Progress.open(path)) as progress:
            kept = make_backup(progress.connection, path, now_ms).path
            differing = next((finding.differing for finding in findings if finding.differing), None)
            cards = plural(progress.rebuild(differing=differing), "card")
        say(f"{cards} derived from the log again; the state before is kept in {kept}")
    if Cure.PERMISSIONS in cures:
        for suffix in ("", "-wal", "-shm"):
            if (file := Path(f"{path}{suffix}")).exists():
                os.chmod(file, 0o600)
        say(f"{path} is yours alone to read and write")


def _salvage(path: Path, now_ms: int) -> None:
    done = salvage(path, now_ms)
    say(f"{plural(done.read, 'row')} read from the damaged file, which is kept as {done.kept}")
    if done.partly:
        say(f"{plural(done.partly, 'row')} of these could be read in part: the rating, but not all that belongs to it")
    say(f"{plural(done.from_backups, 'row')} more came from the backups")
    lost = f"{plural(done.lost, 'row')} could not be brought back" if done.lost else "no row is known to be lost"
    if done.uncounted:
        lost += ", but the file is cut off or overwritten, and may have held more"
    if done.last_ms is not None:
        lost += f"; the newest one that is back is from {from_ms(done.last_ms).astimezone():%Y-%m-%d %H:%M:%S}"
    say(lost)
    # older backups may hold the damage too: from now on the newest one is what the file is compared with
    with closing(Progress.open(path)) as progress:
        make_backup(progress.connection, path, SystemClock().now_ms())
