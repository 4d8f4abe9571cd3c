"""Tells whether another copy is open on the same progress file; both can go on, but both should know.

Whoever has the file open for writing holds another lock, so that nobody puts a file in its place meanwhile.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from spinequiz.store.errors import StoreBusy

WAIT_SECONDS = 5.0
"""How long a program that wants to write waits for a restore or a repair."""


class Lock:
    """A lock file, held alone or shared. The system frees the lock when the program ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def take(self, *, shared: bool = False) -> bool:
        """Whether the lock is had now. Raises OSError if the file cannot be made."""
        if self._descriptor is None:
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        return _try_lock(self._descriptor, shared)

    def close(self) -> None:
        """Let go of the lock."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class Presence:
    """Holds a lock beside the progress file for as long as the program runs."""

    def __init__(self, progress_file: Path) -> None:
        self._lock = Lock(progress_file.with_name(progress_file.name + ".open"))
        try:
            self.alone = self._lock.take()
        except OSError:
            # a folder that cannot hold the lock file is reported by whoever opens the progress file itself
            self.alone = True

    def close(self) -> None:
        """Let go of the lock."""
        self._lock.close()


def use(progress_file: Path) -> Lock:
    """The lock of a program that writes to the progress file, to be had before the file is opened.

    Raises StoreBusy where the file is being restored or repaired, and is not soon done with.
    """
    with suppress(OSError):
        progress_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = _use_lock(progress_file)
    give_up = time.monotonic() + WAIT_SECONDS
    try:
        while not lock.take(shared=True):
            if time.monotonic() > give_up:
                lock.close()
                raise StoreBusy(
                    f"another spinequiz is restoring or repairing {progress_file}. Wait for it, then start again."
                )
            time.sleep(0.05)
    except OSError:
        # whoever opens the progress file itself says what is the matter with the folder
        pass
    return lock


@contextmanager
def replacing(progress_file: Path) -> Iterator[None]:
    """Nobody writes to the progress file while another may take its place. Raises StoreBusy where somebody does."""
    lock = _use_lock(progress_file)
    try:
        with suppress(OSError):
            if not lock.take():
                raise StoreBusy(
                    f"another spinequiz is at work on {progress_file}. Close it or wait for it, then try again. "
                    "Nothing was changed."
                )
        yield
    finally:
        lock.close()


def _use_lock(progress_file: Path) -> Lock:
    return Lock(progress_file.with_name(progress_file.name + ".used"))


def _try_lock(descriptor: int, shared: bool) -> bool:
    try:
        import fcntl
    except ImportError:
        # there are no shared locks there
        return shared or _try_lock_windows(descriptor)
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        # a file system without locks: nobody can be told apart there
        return True
    return True


def _try_lock_windows(descriptor: int) -> bool:
    import msvcrt

    try:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    except OSError:
        return False
    return True
