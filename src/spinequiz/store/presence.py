"""Tells whether another copy is open on the same progress file; both can go on, but both should know."""

from __future__ import annotations

import os
from pathlib import Path


class Lock:
    """A lock file. The system frees the lock when the program ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Whether the lock is had now. Raises OSError if the file cannot be made."""
        if self._descriptor is None:
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        return _try_lock(self._descriptor)

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


def _try_lock(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:
        return _try_lock_windows(descriptor)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
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
