"""Writes that fail, each in its turn: nothing is half-written, one sentence says so, and the next attempt succeeds.

Faults are injected at the n-th statement that writes, once or from there on, and made real by a limit on the size of
files, which needs no rights.
"""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from study_process import check_progress, environment, write_deck

from spinequiz.cli.running import run

HOMES = ("progress.db.salvage", "progress.db.mended", "progress.db.restore", "progress.db.reading")
WRITES = ("BEGIN IMMEDIATE", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "COMMIT", "PRAGMA journal_mode", "BACKUP")


class Faults:
    """Counts the statements that write, and lets the n-th fail; with `lasting` those that follow too."""

    def __init__(self) -> None:
        self.left = -1
        self.lasting = False
        self.fired = 0
        self.seen = 0

    def arm(self, number: int, *, lasting: bool) -> None:
        self.left, self.lasting, self.fired, self.seen = number, lasting, 0, 0

    def meet(self, statement: str) -> None:
        if not statement.lstrip().startswith(WRITES):
            return
        self.seen += 1
        if self.left < 0:
            return
        if self.left == 0:
            self.fired += 1
            if not self.lasting:
                self.left = -1
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        self.left -= 1


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    found = Faults()

    class Faulty:
        """A connection on a disk that is full now and then."""

        def execute(self, statement: str, *arguments: Any) -> sqlite3.Cursor:
            found.meet(statement)
            return super().execute(statement, *arguments)

        def executemany(self, statement: str, *arguments: Any) -> sqlite3.Cursor:
            found.meet(statement)
            return super().executemany(statement, *arguments)

        def backup(self, target: sqlite3.Connection, **options: Any) -> None:
            found.meet("BACKUP")
            super().backup(target, **options)

    connect = sqlite3.connect

    def connecting(database: Any, *arguments: Any, **options: Any) -> sqlite3.Connection:
        # the cache of decks has tests of its own
        if "decks" in str(database):
            return connect(database, *arguments, **options)
        made = options.pop("factory", sqlite3.Connection)
        return connect(database, *arguments, factory=type("Faulty", (Faulty, made), {}), **options)

    monkeypatch.setattr(sqlite3, "connect", connecting)
    return found


def go(home: Path, *arguments: str, given: str = "") -> None:
    """A command that must go well."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setenv("SPINEQUIZ_HOME", str(home))
        patch.setattr("spinequiz.session.workspace.bundled_files", list)
        patch.setattr("sys.stdin", io.StringIO(given))
        assert run(arguments) == 0, (out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home of some answers and an older backup, and the log of another machine."""
    folder = tmp_path_factory.mktemp("start")
    for name, typed in (("home", "\n3\n" * 4 + "q\n"), ("other", "\n1\n" * 2 + "\n4\n" * 4 + "u\nq\n")):
        write_deck(folder / name / "decks" / "spine.yaml", 12)
        go(folder / name, "study", "--plain", "spine", given=typed)
    go(folder / "home", "backup")
    go(folder / "home", "study", "--plain", "spine", given="\n3\n\n4\nu\nq\n")
    go(folder / "other", "export", str(folder / "other.jsonl"))
    return folder


@pytest.fixture
def home(start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("SPINEQUIZ_HOME", str(folder))
    monkeypatch.setattr("spinequiz.session.workspace.bundled_files", list)
    return folder


def renew(start: Path, home: Path) -> None:
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(start / "home", home)


def log(home: Path) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(home / "progress.db")
    try:
        return connection.execute("SELECT * FROM log ORDER BY id").fetchall()
    finally:
        connection.close()


def break_states(home: Path) -> None:
    connection = sqlite3.connect(home / "progress.db")
    connection.execute("UPDATE state SET stability = stability + 1")
    connection.commit()
    connection.close()


def break_pages(home: Path) -> None:
    path = home / "progress.db"
    data = bytearray(path.read_bytes())
    data[100:4096] = b"\xff" * 3996
    path.write_bytes(data)


def nothing(home: Path) -> None:
    pass


COMMANDS: dict[str, tuple[Callable[[Path], list[str]], Callable[[Path], None]]] = {
    "import": (lambda start: ["import", str(start / "other.jsonl")], nothing),
    "merge": (lambda start: ["merge", str(start / "other" / "progress.db")], nothing),
    "backup": (lambda start: ["backup"], nothing),
    "restore": (
        lambda start: ["restore", "--yes", min(p.name for p in (start / "home" / "backups").glob("progress-*"))],
        nothing,
    ),
    "doctor --fix of states": (lambda start: ["doctor", "--fix"], break_states),
    "doctor --fix of pages": (lambda start: ["doctor", "--fix"], break_pages),
}


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "lasting"])
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_cannot_write_says_so_and_leaves_nothing_half_done(
    name: str,
    lasting: bool,
    start: Path,
    home: Path,
    faults: Faults,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments, breaking = COMMANDS[name]
    words = arguments(start)
    renew(start, home)
    breaking(home)
    assert run(words) in (0, 1)
    writes = faults.seen
    after = log(home)
    assert writes >= 3
    step = max(1, writes // 6)
    for number in range(int(lasting), writes, step):
        renew(start, home)
        before = log(home)
        breaking(home)
        damaged = (home / "progress.db").read_bytes()
        capsys.readouterr()
        faults.arm(number, lasting=lasting)
        status = run(words)
        faults.arm(-1, lasting=False)
        _out, err = capsys.readouterr()
        told = [line for line in err.splitlines() if line.startswith("spinequiz: ")]
        assert "error of the program" not in err
        if status == 0:
            # it could do without, or did it another way
            assert log(home) == after
            continue
        assert len(told) == 1, (number, err)
        assert "full" in told[0]
        assert str(home) in told[0]
        if breaking is break_pages:
            # the fault may come when the whole file is in its place and is looked over
            assert (home / "progress.db").read_bytes() == damaged or log(home) == after, number
        else:
            assert log(home) in (before, after), number
        assert not [path.name for path in home.iterdir() if path.name.startswith(HOMES)]
        assert not list((home / "backups").glob("*.tmp*"))
        assert run(words) == 0
        assert log(home) == after
    check_progress(home, tmp_path / "copy")


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "lasting"])
def test_an_answer_and_an_undo_that_cannot_be_written_can_be_tried_again(
    lasting: bool, start: Path, home: Path, faults: Faults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Whatever statement fails behind the first question: an empty line tries again, and the end is the same."""

    class Typing(io.StringIO):
        """Lets the fault begin with a line, and lets the disk have room again when the session asks."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.lines = iter(["", "4", "u", "", "3", "q"])
            self.number = number
            self.pending = ""

        def readline(self, *_: Any) -> str:
            if faults.fired and faults.left >= 0:
                faults.arm(-1, lasting=False)
                faults.fired = 1
            asked = capsys.readouterr().out
            told.append(asked)
            if "An empty line tries again" in asked:
                assert len(told) < 100, "it never got through"
                return "\n"
            if self.number >= 0 and "Card 1, " in asked:
                faults.arm(self.number, lasting=lasting)
                self.number = -1
            return next(self.lines) + "\n"

    results = set()
    for number in (-1, *range(int(lasting), 60, 3)):
        told: list[str] = []
        renew(start, home)
        before = len(log(home))
        faults.arm(-1, lasting=False)
        monkeypatch.setattr("sys.stdin", Typing(number))
        status = run(["study", "--plain", "spine", "--limit", "3"])
        err = capsys.readouterr().err
        assert "error of the program" not in err
        rows = [row[1:5] + row[8:9] for row in log(home)[before:]]
        results.add((status, tuple(rows)))
        gone, faults.left = faults.fired, -1
        check_progress(home, tmp_path / "copy")
        if number >= 0 and not gone:
            break
    else:
        pytest.fail("the session never got through")
    assert number > 15
    assert len(results) == 1
    ((status, rows),) = results
    assert status == 0
    assert [row[0] for row in rows] == ["answer", "withdraw", "answer"]


LIMITED = """\
import resource, sys
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from spinequiz.cli.running import run
sys.exit(run(sys.argv[2:]))
"""


def limited(home: Path, size: int, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LIMITED, str(size), *arguments],
        input=given, capture_output=True, env=environment(home), encoding="utf-8", check=False,
    )  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")
@pytest.mark.parametrize("name", COMMANDS)
def test_files_that_may_not_grow_for_real(name: str, start: Path, home: Path, tmp_path: Path) -> None:
    arguments, breaking = COMMANDS[name]
    renew(start, home)
    size = (home / "progress.db").stat().st_size
    for limit in (size // 2, size + 4096):
        renew(start, home)
        before = log(home)
        breaking(home)
        damaged = (home / "progress.db").read_bytes()
        done = limited(home, limit, *arguments(start))
        assert "Traceback" not in done.stderr
        assert "error of the program" not in done.stderr
        if done.returncode:
            assert sum(line.startswith("spinequiz: ") for line in done.stderr.splitlines()) == 1, done.stderr
            assert str(home) in done.stderr or str(start) in done.stderr
            if breaking is break_pages:
                assert (home / "progress.db").read_bytes() == damaged
            else:
                assert log(home) == before
        go(home, *arguments(start))
        assert not [path.name for path in home.iterdir() if path.name.startswith(HOMES)]
        assert not list((home / "backups").glob("*.tmp*"))
        check_progress(home, tmp_path / "copy")


@pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")
def test_a_log_that_may_not_grow_refuses_the_answer_and_quitting_says_what_was_kept(
    start: Path, home: Path, tmp_path: Path
) -> None:
    renew(start, home)
    before = log(home)
    size = (home / "progress.db").stat().st_size
    done = limited(home, size + 9000, "study", "--plain", "spine", given="\n3\n" * 8 + "q\n")
    assert done.returncode == 1, done.stderr
    assert "This answer is not saved. An empty line tries again; q ends the session without it." in done.stdout
    assert "The answer to the last card was not saved; the card will be asked again." in done.stdout
    assert str(home / "progress.db") in done.stderr
    assert log(home)[: len(before)] == before
    shown_as_kept = "No card was answered." in done.stdout
    assert shown_as_kept == (len(log(home)) == len(before))
    check_progress(home, tmp_path / "copy")
    go(home, "study", "--plain", "spine", given="\n3\nq\n")
