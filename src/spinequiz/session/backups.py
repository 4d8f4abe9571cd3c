"""Automatic backups while studying: beside the session, so that no answer waits for them."""

from __future__ import annotations

import threading
from pathlib import Path

from spinequiz.session.clock import Clock
from spinequiz.store.backup import INTERVAL_MS, is_due, make_backup, thin
from spinequiz.store.connection import open_writable
from spinequiz.store.errors import StoreError


class BackupKeeper:
    """Makes a backup after an answer, at most every half hour of use. `trouble` says what went wrong last."""

    def __init__(self, progress: Path, clock: Clock) -> None:
        self.progress = progress
        self.clock = clock
        self.trouble = ""
        self._looked_ms: int | None = None
        self._thread: threading.Thread | None = None

    def answered(self) -> None:
        """Called after each answer; starts a backup in the background where one is due."""
        now = self.clock.now_ms()
        if self._looked_ms is not None and 0 <= now - self._looked_ms < INTERVAL_MS:
            return
        self._looked_ms = now
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, args=(now,), name="backup")
            self._thread.start()

    def close(self) -> None:
        """Wait for a backup that is being written."""
        if self._thread is not None:
            self._thread.join()

    def _run(self, now_ms: int) -> None:
        try:
            connection = open_writable(self.progress)
            try:
                if is_due(connection, self.progress, now_ms):
                    make_backup(connection, self.progress, now_ms)
                    thin(self.progress)
            finally:
                connection.close()
        except StoreError as error:
            # the answer itself is safe; the summary tells of the backup
            self.trouble = str(error)
