"""Errors that nobody expected: a sentence for the student, the details in a file, and no answer lost."""

from __future__ import annotations

import errno
import os
import select
import stat
import sys
import time
from pathlib import Path

import pytest
from command_line import Shell
from study_process import answered, environment, write_deck

from spinequiz.cli import crash
from spinequiz.cli.commands import where

SENTENCE = "spinequiz: an error of the program itself: {}. Every answer that was given is kept. The details are in "


def fail(message: str = "no such thing") -> None:
    secret = "".join(("what only ", "a variable holds"))
    raise LookupError(message + secret[:0])


def reports(home: Path) -> list[Path]:
    return sorted((home / "cache" / "crashes").iterdir())


def test_a_command_that_fails_says_one_sentence(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(where, "run_where", fail)
    said = shell("where")
    [path] = reports(shell.home)
    assert (said.status, said.out) == (1, "")
    assert said.err == SENTENCE.format("LookupError: no such thing") + f"{path}\n"


def test_the_report_is_private_and_holds_a_traceback_without_values(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(where, "run_where", fail)
    shell("where")
    [path] = reports(shell.home)
    text = path.read_text("utf-8")
    assert "Traceback (most recent call last):" in text
    assert "in fail\n" in text
    assert text.endswith("LookupError: no such thing\n")
    assert "what only a variable holds" not in text
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("", "LookupError"),
        ("two\nlines.", "LookupError: two lines"),
        ("\x1b[31mred", "LookupError: \\u001b[31mred"),
        ("x" * 500, "LookupError: " + "x" * 200 + "…"),
    ],
    ids=["nothing", "lines", "escapes", "long"],
)
def test_whatever_the_error_says_is_one_line(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, message: str, told: str
) -> None:
    monkeypatch.setattr(where, "run_where", lambda: fail(message))
    said = shell("where")
    assert said.err.count("\n") == 1
    assert said.err.startswith(SENTENCE.format(told))


def test_old_reports_make_room(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(where, "run_where", fail)
    monkeypatch.setattr(crash, "KEPT", 2)
    shell("where")
    [first] = reports(shell.home)
    shell("where")
    shell("where")
    assert len(reports(shell.home)) == 2
    assert first not in reports(shell.home)


def test_a_cache_that_takes_no_file(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The details go into the system's temporary folder; where that is full too, the sentence says so."""
    monkeypatch.setattr(where, "run_where", fail)
    shell.home.mkdir()
    (shell.home / "cache").write_text("not a folder")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    said = shell("where")
    [path] = tmp_path.glob("spinequiz-crash-*.txt")
    assert said.err == SENTENCE.format("LookupError: no such thing") + f"{path}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 or os.name != "posix"

    def full(**options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.mkstemp", full)
    said = shell("where")
    assert (said.status, said.err.count("\n")) == (1, 1)
    assert said.err.endswith("The details cannot be kept: No space left on device.\n")


FAILING = """\
import sys
from spinequiz.tui.screens.study import StudyScreen

def fail():
    raise LookupError("no such thing")

async def work():
    fail()

def handler(self):
    fail()

def worker(self):
    self.run_worker(work())

def thread(self):
    self.run_worker(fail, thread=True)

def paint(self):
    self.rating.render_lines = lambda crop: fail()
    self.rating.refresh()

def later(self):
    self.set_timer(0.01, fail)

StudyScreen.action_hint = {}
from spinequiz.cli.running import run
sys.exit(run(["study", sys.argv[1]]))
"""


@pytest.mark.skipif(os.name != "posix", reason="a pseudo-terminal of POSIX")
@pytest.mark.parametrize("where_it_fails", ["handler", "worker", "thread", "paint", "later"])
def test_a_screen_that_fails_leaves_the_terminal_and_says_one_sentence(tmp_path: Path, where_it_fails: str) -> None:
    home = tmp_path / "home"
    deck = write_deck(tmp_path / "deck.yaml", 3)
    command = [sys.executable, "-c", FAILING.format(where_it_fails), str(deck)]
    status, stream = on_a_terminal(
        command, environment(home, TERM="xterm-256color"),
        [("item-1?", " "), ("1.", "3"), ("item-2?", "h")],
    )  # fmt: skip
    before, _, after = stream.rpartition("\x1b[?1049l")
    assert before, "the terminal is given back"
    [path] = reports(home)
    assert SENTENCE.format("LookupError: no such thing") in after
    assert str(path) in after.replace("\r\n", "")
    assert "Traceback" not in stream
    assert status == 1
    assert answered(home) == ["item-1"]
    assert "LookupError: no such thing" in path.read_text("utf-8")


def on_a_terminal(command: list[str], env: dict[str, str], steps: list[tuple[str, str]]) -> tuple[int, str]:
    """Run a program on a terminal; type something when a text has come. Returns its status and what it wrote."""
    import pty

    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(command[0], command, env)
    stream = seen = b""
    waiting = list(steps)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if select.select([terminal], [], [], 1)[0]:
            try:
                read = os.read(terminal, 65536)
            except OSError:
                break
            if not read:
                break
            stream += read
            seen += read
        if waiting and waiting[0][0].encode() in seen:
            os.write(terminal, waiting.pop(0)[1].encode())
            seen = b""
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), stream.decode("utf-8", "replace")
