"""From the start to the first card, with the bundled decks."""

from __future__ import annotations

import re
import subprocess
import sys
import time

from benchmarks.figures import Figure, alternate
from benchmarks.programs import BARE, Home, environment, spinequiz, temporary_home
from benchmarks.terminal import Terminal

DECK = "vertebroplasty-and-kyphoplasty"
FIRST_QUESTION = """
from spinequiz.cli.workspace import open_workspace
from spinequiz.grading import grader_of
from spinequiz.session.driver import StudyDriver
from spinequiz.session.study import Begin
workspace = open_workspace()
driver = StudyDriver(workspace, [workspace.shelf().find({deck!r})])
driver.send(Begin())
card = driver.study.current.card
print(grader_of(card.item).question(card.item, card.key.variant))
"""


def first_card(samples: int) -> list[Figure]:
    """`spinequiz study DECK` to its first card, against the bare program to its text; both with warm caches."""
    with temporary_home() as home:
        pattern = re.escape(_first_words(home).encode())
        ours, theirs = alternate(
            lambda: paint_seconds(spinequiz("study", DECK), home.environment, pattern),
            lambda: paint_seconds(BARE, environment(), rb"QZ0000"),
            samples,
        )
    return [Figure("start to first card", "one Static, start to its text", ours, theirs, 1.35)]


def paint_seconds(command: tuple[str, ...], environment: dict[str, str], pattern: bytes) -> float:
    """How long a program takes from before its start until a text of it is painted."""
    with Terminal(command, environment) as terminal:
        at, _ = terminal.painted(pattern)
        seconds = at - terminal.started
        terminal.settle()
    # what a program does after its end, such as the system's taking back of memory, is not the next one's
    time.sleep(0.05)
    return seconds


def _first_words(home: Home) -> str:
    """How the first card's question begins, short enough never to be wrapped; this warms the caches too."""
    code = FIRST_QUESTION.format(deck=DECK)
    question = subprocess.run(
        [sys.executable, "-c", code], env=home.environment, check=True, capture_output=True, text=True
    ).stdout
    return question[: question.rindex(" ", 0, 40)]
