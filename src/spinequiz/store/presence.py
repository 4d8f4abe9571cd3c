"""Tells whether another copy is open on the same progress file; both can go on, but both should know."""

from __future__ import annotations

import os
from pathlib import Path


class Presence:
    """Holds a lock beside the progress file for as long as the program runs; the system frees it in any case."""

    def __init__(self, progress_file: Path) -> None:
        self.alone = True
        self._descriptor: int | None = None
        try:
            lock = progress_file.with_name(progress_file.name + ".open")
            self._descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
            self.alone = _try_lock(self._descriptor)
        except OSError:
            # a folder that cannot hold the lock file is reported by whoever opens the progress file itself
            self.alone = True

    def close(self) -> None:
        """Let go of the lock."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _try_lock(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:
        return _try_lock_windows(descriptor)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _try_lock_windows(descriptor: int) -> bool:
    import msvcrt

    try:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    except OSError:
        return False
    return True
