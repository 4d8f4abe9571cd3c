"""Lines in, lines out: the one place that reads and writes."""

from __future__ import annotations

from contextlib import suppress
from io import TextIOWrapper, UnsupportedOperation
from typing import TextIO

from spinequiz.documents.render import literal


class EndOfSession(Exception):
    """The student quits, or the input has ended."""


class Console:
    """Only ever appends whole lines. What could steer a terminal is written as an escape.

    `source` is None where the program was started with its standard input closed: an input that has ended.
    """

    def __init__(self, source: TextIO | None, out: TextIO, err: TextIO) -> None:
        self.source = source
        self.out = out
        self.err = err
        if isinstance(source, TextIOWrapper):
            with suppress(UnsupportedOperation):
                # a byte that is no text becomes a replacement character, not a traceback
                source.reconfigure(errors="replace")

    def say(self, *lines: str) -> None:
        """Write lines."""
        for line in lines:
            self.out.write(literal(line) + "\n")

    def complain(self, line: str) -> None:
        """Write a line to standard error, after all that was said before."""
        self.out.flush()
        self.err.write(literal(line) + "\n")
        self.err.flush()

    def ask(self, prompt: str) -> str:
        """Write the line that asks, and read one. Raises EndOfSession when the input has ended."""
        self.say(prompt)
        self.out.flush()
        line = self.source.readline() if self.source is not None else ""
        if not line:
            raise EndOfSession
        return line.strip()
