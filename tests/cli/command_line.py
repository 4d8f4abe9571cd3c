"""Runs the program as a user does: in this process for its sentences, as a process for its streams."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from spinequiz.cli.running import run

DECK = """\
spinequiz: 1
id: {id}
title: Spine
items:
  - id: one
    type: basic
    prompt: Question one?
    answer: Answer one.
    rationale: Reason one.
    tags: [first]
    added: true
  - id: two
    type: single-choice
    prompt: Which one?
    answer: The right one
    distractors: [{{text: A wrong one, why: It is wrong.}}, {{text: Some other one, why: It is wrong too.}}]
    rationale: Reason two.
    tags: [second]
    added: true
    lint_ignore: {{unfocused-stem: A sample asks nothing.}}
"""
BROKEN_ITEM = (
    DECK
    + "  - id: three\n    type: basic\n    answer: A\n    rationale: R\n    tags: [t]\n    added: true\n"
    + ("    prompt: Note: no answer\n")
)
PROGRAM = [sys.executable, "-m", "spinequiz"]


class Said(NamedTuple):
    """What a run left behind."""

    status: int
    out: str
    err: str


class Shell:
    """A command line with a home of its own."""

    def __init__(self, home: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self.capture = capture

    def __call__(self, *arguments: str | Path) -> Said:
        """Run a command line in this process."""
        self.capture.readouterr()
        status = run([str(argument) for argument in arguments])
        out, err = self.capture.readouterr()
        assert "Traceback" not in err
        return Said(status, out, err)


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a process with this home."""
    return {**os.environ, "SPINEQUIZ_HOME": str(home), **more}


def process(home: Path, *arguments: str | bytes, given: bytes = b"", **more: str) -> Said:
    """Run a command line as a process of its own."""
    done = subprocess.run(
        [*PROGRAM, *arguments], input=given, capture_output=True, env=environment(home, **more), check=False
    )
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())
