"""Studying by real processes: a deck to study, the program in plain mode, and a look at what it left on disk."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from spinequiz.store.progress import Progress

PROGRAM = [sys.executable, "-m", "spinequiz"]
CARD = re.compile(r"^Card (\d+), ")
QUESTION = re.compile(r"^Question ([a-z0-9-]+)\?$")
TABLES = ("state", "mark", "card")


def write_deck(path: Path, items: int, deck_id: str = "spine") -> Path:
    """A deck of simple items, `item-1` and so on, without limits a day."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = f"spinequiz: 1\nid: {deck_id}\ntitle: Spine\noptions: {{new_per_day: 9999, reviews_per_day: 9999}}\nitems:\n"
    for number in range(1, items + 1):
        text += (
            f"  - id: item-{number}\n    type: basic\n    prompt: Question item-{number}?\n"
            f"    answer: Answer {number}.\n    added: true\n"
        )
    path.write_text(text)
    return path


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a process with this home."""
    return {**os.environ, "SPINEQUIZ_HOME": str(home), "PYTHONIOENCODING": "utf-8", **more}


class Student:
    """A student at a plain session, who reads every line and types when asked."""

    def __init__(self, home: Path, *arguments: str | Path) -> None:
        # a file, so that nobody waits for standard error to be read
        self.complaints = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115
        self.process = subprocess.Popen(
            [*PROGRAM, "study", "--plain", *map(str, arguments)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.complaints,
            env=environment(home), encoding="utf-8",
        )  # fmt: skip
        self.heard: list[str] = []

    def type(self, *lines: str) -> None:
        """Type lines."""
        assert self.process.stdin is not None
        self.process.stdin.write("".join(f"{line}\n" for line in lines))
        self.process.stdin.flush()

    def listen(self, for_what: str) -> list[str]:
        """Read up to a line that starts with some words; fails if the session ends before it comes."""
        assert self.process.stdout is not None
        lines: list[str] = []
        while not lines or not lines[-1].startswith(for_what):
            line = self.process.stdout.readline()
            assert line, f"the session ended without {for_what!r}: {[*self.heard, *lines][-20:]}"
            lines.append(line.rstrip("\n"))
        self.heard += lines
        return lines

    def card(self) -> str:
        """Read up to the next card's question. Returns the item's id."""
        self.listen("Card ")
        question = QUESTION.match(self.listen("Question ")[-1])
        assert question is not None
        return question[1]

    def end(self, *lines: str) -> tuple[int, str, str]:
        """Type the last lines. Returns the exit status, and what was not heard yet."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with suppress(BrokenPipeError):
            self.type(*lines)
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        out = self.process.stdout.read()
        self.process.stdout.close()
        status = self.process.wait()
        self.complaints.seek(0)
        err = self.complaints.read()
        self.complaints.close()
        return status, out, err


def answered(home: Path) -> list[str]:
    """The items of all answers in the log, oldest first; none before there is a log."""
    if not (home / "progress.db").exists():
        return []
    connection = sqlite3.connect(home / "progress.db")
    try:
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'log'").fetchone() is None:
            return []
        return [row[0] for row in connection.execute("SELECT item_id FROM log WHERE kind = 'answer' ORDER BY id")]
    finally:
        connection.close()


def check_progress(home: Path, scratch: Path) -> None:
    """The database is sound, and its states are those that the log gives. Works on a copy, the log's tail included."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    for path in home.glob("progress.db*"):
        shutil.copy(path, scratch / path.name)
    progress = Progress.open(scratch / "progress.db")
    connection = progress.connection
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    before = {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall() for table in TABLES}
    progress.rebuild()
    after = {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall() for table in TABLES}
    assert before == after
    progress.close()
