"""Commands killed at random moments by SIGKILL: what was kept is kept, and the command run again finishes.

Undo, import, merge, backup, restore, doctor --fix and filling the cache. A moment is a point in time, or the n-th of
the calls that touch the disk: a statement of SQLite, a file that is opened, renamed, removed or synced.
SPINEQUIZ_CRASH_ROUNDS sets how often the commands are killed, a fifteenth as often each.
"""

from __future__ import annotations

import io
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pytest
from study_process import check_progress, environment, write_deck

from spinequiz.cli.running import run

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the signals of POSIX")

ROUNDS = max(1, int(os.environ.get("SPINEQUIZ_CRASH_ROUNDS", "30")) // 15)
SEED = int(os.environ.get("SPINEQUIZ_CRASH_SEED", "20260310"))

SUICIDAL = """\
import os, signal, sqlite3, sys
left = int(sys.argv[1])
def count(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
import spinequiz.session.workspace
spinequiz.session.workspace.bundled_files = list
connect = sqlite3.connect
def traced(*arguments, **options):
    connection = connect(*arguments, **options)
    connection.set_trace_callback(count)
    return connection
sqlite3.connect = traced
started = False
def hook(event, arguments):
    if started and (event in ("os.rename", "os.remove", "os.mkdir", "os.truncate", "shutil.copyfile")
            or event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)):
        count()
sys.addaudithook(hook)
fsync = os.fsync
def synced(descriptor):
    count()
    fsync(descriptor)
    count()
os.fsync = synced
from spinequiz.cli.running import run
started = True
status = run(sys.argv[2:])
sys.stdout.flush()
if left > 0:
    print(f"steps left: {left}", file=sys.stderr)
sys.exit(status)
"""
"""Kills itself at its n-th touch of the disk; says how many were left if it comes to its end."""
PLENTY = 10_000_000


class Home(NamedTuple):
    """A home with answers, an undo, a backup and an older state; and the log of another machine in two forms."""

    path: Path
    other_database: Path
    other_lines: Path


def command(home: Path, *arguments: str, given: str = "") -> str:
    """What a command says that must go well."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setenv("SPINEQUIZ_HOME", str(home))
        patch.setattr("spinequiz.session.workspace.bundled_files", list)
        patch.setattr("sys.stdin", io.StringIO(given))
        status = run(arguments)
    assert status == 0, (arguments, out.getvalue(), err.getvalue())
    return out.getvalue()


def ids(home: Path) -> set[str]:
    connection = sqlite3.connect(home / "progress.db")
    try:
        return {row[0] for row in connection.execute("SELECT id FROM log")}
    finally:
        connection.close()


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("start")
    home, other = folder / "home", folder / "other"
    for place in (home, other):
        write_deck(place / "decks" / "spine.yaml", 60)
    command(home, "study", "--plain", "spine", given="\n4\n" * 20 + "\n1\nu\n\n3\nq\n")
    command(home, "backup")
    command(home, "study", "--plain", "spine", given="\n3\n" * 10 + "q\n")
    command(other, "study", "--plain", "spine", given="\n1\n" * 5 + "\n4\n" * 30 + "u\nq\n")
    command(other, "export", str(folder / "other.jsonl"))
    return Home(home, other / "progress.db", folder / "other.jsonl")


@pytest.fixture
def home(start: Home, tmp_path: Path) -> Home:
    return fresh(start, tmp_path / "home")


def fresh(start: Home, target: Path) -> Home:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(start.path, target)
    return start._replace(path=target)


def kill(home: Path, steps: int, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-c", SUICIDAL, str(steps), *arguments],
        input=given, capture_output=True, env=environment(home), encoding="utf-8", check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done


def moments(home: Path, draw: random.Random, *arguments: str, given: str = "") -> list[int]:
    """Some of the command's touches of the disk, the first and the last among them. Carries the command out."""
    done = kill(home, PLENTY, *arguments, given=given)
    count = PLENTY - int(done.stderr.rsplit("steps left: ", 1)[1])
    assert count > 10
    # the second half is where most is renamed and removed
    return sorted({draw.randrange(1, count + 1), *(draw.randrange(count // 2, count + 1) for _ in range(ROUNDS))})


def no_remains(home: Path) -> None:
    """Nothing is left of what was half done."""
    names = [str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()]
    assert not [name for name in names if any(part in name for part in (".tmp", ".salvage", ".restore", ".mended"))]
    assert not (home / "progress.db.reading").exists()


def damage(home: Path) -> None:
    """Pages in the middle of the file become noise; its header and its last pages are sound."""
    path = home / "progress.db"
    data = bytearray(path.read_bytes())
    data[3 * 4096 : 9 * 4096] = random.Random(1).randbytes(6 * 4096)
    path.write_bytes(data)


def restore_name(home: Path) -> str:
    return min(path.name for path in (home / "backups").glob("progress-*.db"))


COMMANDS: dict[str, Callable[[Home], list[str]]] = {
    "import": lambda home: ["import", str(home.other_lines)],
    "merge": lambda home: ["merge", str(home.other_database)],
    "backup": lambda home: ["backup"],
    "restore": lambda home: ["restore", restore_name(home.path), "--yes"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_is_killed_is_done_or_not_and_can_be_run_again(name: str, start: Home, tmp_path: Path) -> None:
    draw = random.Random(f"{SEED}{name}")
    done = fresh(start, tmp_path / "done")
    before = ids(done.path)
    points = moments(done.path, draw, *COMMANDS[name](done))
    after = ids(done.path)
    killed = 0
    for steps in points:
        home = fresh(start, tmp_path / "home")
        result = kill(home.path, steps, *COMMANDS[name](home))
        killed += result.returncode == -signal.SIGKILL
        found = ids(home.path)
        assert found in (before, after), f"step {steps}"
        if result.stdout:
            # the last line says that it is done
            assert found == after
        check_progress(home.path, tmp_path / "copy")
        for path in (home.path / "backups").glob("progress-*.db"):
            held = sqlite3.connect(path)
            assert held.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            held.close()
        command(home.path, *COMMANDS[name](home))
        assert ids(home.path) == after
        command(home.path, "backup")
        check_progress(home.path, tmp_path / "copy")
        no_remains(home.path)
    assert killed >= len(points) - 1


def test_a_repair_that_is_killed_loses_nothing_that_could_be_read(start: Home, tmp_path: Path) -> None:
    """Backups are taken away first, so that all rows come from the damaged file."""
    draw = random.Random(f"{SEED}doctor")
    done = fresh(start, tmp_path / "done")
    everything = ids(done.path)
    damage(done.path)
    shutil.rmtree(done.path / "backups")
    points = moments(done.path, draw, "doctor", "--fix")
    after = ids(done.path)
    assert after <= everything
    assert len(after) > len(everything) // 3
    for steps in points:
        home = fresh(start, tmp_path / "home")
        damage(home.path)
        shutil.rmtree(home.path / "backups")
        kill(home.path, steps, "doctor", "--fix")
        command(home.path, "doctor", "--fix")
        assert ids(home.path) == after, f"step {steps}"
        assert "to mend" not in command(home.path, "doctor")
        command(home.path, "backup")
        check_progress(home.path, tmp_path / "copy")
        no_remains(home.path)
        kept = [path.read_bytes() for path in (home.path / "backups").glob("damaged-*.db")]
        assert kept
        assert len({len(data) for data in kept}) == 1


def test_an_undo_that_is_killed_is_there_or_not(start: Home, tmp_path: Path) -> None:
    """Answers and undos by turns; each is told by the next card, which comes behind what is on disk."""
    draw = random.Random(f"{SEED}undo")
    typed = "\n4\nu\n\n3\n" * 6 + "q\n"
    done = fresh(start, tmp_path / "done")
    before = ids(done.path)
    points = moments(done.path, draw, "study", "--plain", "spine", given=typed)
    rows = len(ids(done.path)) - len(before)
    assert rows == 18
    for steps in points:
        home = fresh(start, tmp_path / "home")
        result = kill(home.path, steps, "study", "--plain", "spine", given=typed)
        connection = sqlite3.connect(home.path / "progress.db")
        kinds = [row[0] for row in connection.execute("SELECT kind FROM log ORDER BY rowid")][len(before) :]
        connection.close()
        assert kinds == (["answer", "withdraw", "answer"] * 6)[: len(kinds)]
        taken_back = result.stdout.count("taken back")
        assert kinds.count("withdraw") in (taken_back, taken_back + 1)
        assert before <= ids(home.path)
        check_progress(home.path, tmp_path / "copy")
        command(home.path, "study", "--plain", "spine", given="\n3\nu\nq\n")
        command(home.path, "backup")
        check_progress(home.path, tmp_path / "copy")
        no_remains(home.path)


def test_filling_the_cache_that_is_killed_leaves_progress_and_cache_of_use(home: Home, tmp_path: Path) -> None:
    draw = random.Random(f"{SEED}compile")
    before = ids(home.path)
    expected = command(home.path, "decks", "--json")
    shutil.rmtree(home.path / "cache")
    for steps in moments(home.path, draw, "decks"):
        shutil.rmtree(home.path / "cache", ignore_errors=True)
        kill(home.path, steps, "decks")
        assert command(home.path, "decks", "--json") == expected
        assert ids(home.path) == before
        no_remains(home.path)
