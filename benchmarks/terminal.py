"""A program under a pseudo-terminal, and the moment at which a text of it is painted."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

COLUMNS, ROWS = 100, 30
ESCAPES = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]"  # control sequences
    rb"|[\]P_^X][^\x07\x1b]*(?:\x07|\x1b\\)"  # strings: titles, links, queries
    rb"|[ -/]*[0-Z\\^-~])"  # the rest
)
QUIT = b"\x11"
"""Ctrl+Q, which ends every Textual program."""


class NotPainted(Exception):
    """The text did not appear in time, or the program ended before."""


class Terminal:
    """A program on a terminal of COLUMNS by ROWS; `started` is the instant (s) just before it was started."""

    def __init__(self, command: tuple[str, ...], environment: Mapping[str, str]) -> None:
        self.command = command
        self._stream = b""
        self.started = time.perf_counter()
        self.pid, self._descriptor = pty.fork()
        if self.pid == 0:
            # the size is set before the program can ask for it
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            os.execve(command[0], command, dict(environment))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def press(self, keys: bytes) -> float:
        """Type keys; what was painted before no longer counts. Returns the instant (s) just before."""
        self._drain()
        self._stream = b""
        pressed = time.perf_counter()
        os.write(self._descriptor, keys)
        return pressed

    def painted(self, pattern: bytes, timeout: float = 20.0) -> tuple[float, bytes]:
        """Wait for a text since the last key. Returns the instant (s) at which it was read, and what matched.

        The text is looked for in the stream without its escape sequences. Raises NotPainted.
        """
        wanted = re.compile(pattern)
        end = time.perf_counter() + timeout
        while True:
            if not self._read(end - time.perf_counter()):
                shown = ESCAPES.sub(b"", self._stream)[-2000:].decode("utf-8", "replace")
                raise NotPainted(f"{' '.join(self.command)} did not paint {pattern!r}; it painted:\n{shown}")
            now = time.perf_counter()
            found = wanted.search(ESCAPES.sub(b"", self._stream))
            if found:
                return now, found[0]

    def settle(self, quiet_seconds: float = 0.05) -> None:
        """Wait until the program has written nothing for a while."""
        while self._read(quiet_seconds):
            pass

    def close(self) -> None:
        """Ask the program to quit, and end it if it does not."""
        if self.pid == 0:
            return
        os.write(self._descriptor, QUIT)
        end = time.perf_counter() + 5
        while os.waitpid(self.pid, os.WNOHANG) == (0, 0):
            if time.perf_counter() > end:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
                break
            self._read(0.02)
        self.pid = 0
        os.close(self._descriptor)

    def _drain(self) -> None:
        while self._read(0):
            pass

    def _read(self, seconds: float) -> bool:
        """Take what the program wrote, waiting for it at most so long. Returns False where there was nothing."""
        ready, _, _ = select.select([self._descriptor], [], [], max(0.0, seconds))
        if not ready:
            return False
        try:
            chunk = os.read(self._descriptor, 65536)
        except OSError:
            # Linux says so when the program has closed its side
            return False
        self._stream += chunk
        return bool(chunk)
