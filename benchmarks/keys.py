"""From a rating key to the next card, with the answer on disk."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing

from benchmarks.decks import RATED, type_of, write_deck
from benchmarks.figures import Figure, alternate
from benchmarks.programs import BARE, Home, environment, spinequiz, temporary_home
from benchmarks.terminal import Terminal

PAUSE_SECONDS = 0.1
"""Between a painted answer and its rating: what the program still does by itself is over by then."""


def rating_to_card(samples: int) -> list[Figure]:
    """A rating to the next card, against a key of the bare program to its next text; two programs at once."""
    with temporary_home() as home:
        write_deck(home.decks / "keys.yaml", 4 * samples, RATED)
        with (
            Terminal(spinequiz("study", "keys"), home.environment) as ours,
            Terminal(BARE, environment()) as theirs,
        ):
            session = _Session(ours, home)
            bare = _Bare(theirs)
            for _ in range(5):
                session.rate()
                bare.press()
            times = alternate(session.rate, bare.press, samples)
    return [Figure("rating to next card, answer on disk", "one Static, key to its text", *times, 2.5)]


class _Session:
    """A study session that answers card after card, and holds each against the log."""

    def __init__(self, terminal: Terminal, home: Home) -> None:
        self.terminal = terminal
        self.home = home
        _, self.marker = terminal.painted(rb"QZ\d{4}")
        self.answers = 0

    def rate(self) -> float:
        """Answer the card that shows. Returns the seconds from its rating to the next card."""
        number = int(self.marker[2:])
        terminal = self.terminal
        time.sleep(PAUSE_SECONDS)
        if type_of(number, RATED) == "single-choice":
            terminal.press(b"1")
            time.sleep(PAUSE_SECONDS)
            rating = b"\r"
        else:
            rating = b"3"
        terminal.press(b"\r")
        terminal.painted(b"AZ%04d" % number)
        time.sleep(PAUSE_SECONDS)
        pressed = terminal.press(rating)
        painted, self.marker = terminal.painted(rb"QZ(?!%04d)\d{4}" % number)
        self.answers += 1
        self._check_log(f"item-{number:04}")
        return painted - pressed

    def _check_log(self, item_id: str) -> None:
        with closing(sqlite3.connect(self.home.progress.as_uri() + "?mode=ro", uri=True)) as log:
            rows = log.execute("SELECT item_id FROM log WHERE kind = 'answer' ORDER BY id").fetchall()
        if len(rows) != self.answers or rows[-1][0] != item_id:
            raise AssertionError(f"the next card shows, and the answer to {item_id} is not in the log")


class _Bare:
    """The bare program, key after key."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        terminal.painted(rb"QZ0000")
        self.number = 0

    def press(self) -> float:
        """Seconds from a key to the text that it leads to."""
        time.sleep(PAUSE_SECONDS)
        self.number += 1
        pressed = self.terminal.press(b"x")
        painted, _ = self.terminal.painted(b"QZ%04d" % self.number)
        return painted - pressed
