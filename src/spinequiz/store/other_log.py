"""The log of another progress file or backup, to be united with this one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from spinequiz.store.absorb import Entry, NamedPreset, read_presets
from spinequiz.store.backup import inspect
from spinequiz.store.connection import open_other
from spinequiz.store.errors import StoreError, damaged
from spinequiz.store.progress import read_log
from spinequiz.store.reading import preset_problem, row_problem


class OtherLog:
    """An open progress file of another machine. It is verified first. Raises StoreError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = inspect(path).rows
        found = open_other(path)
        if found is None:
            raise StoreError(f"{path} is empty. Nothing was changed.")
        self.connection = found

    def entries(self) -> Iterator[Entry]:
        """Its presets, then its rows, for `absorb`. Raises StoreError."""
        presets = read_presets(self.connection, self.path)
        for name, preset in presets.items():
            self._refuse(f"the preset {name}", preset_problem(preset))
            yield NamedPreset(name, preset)
        try:
            for review in read_log(self.connection, self.path):
                if problem := row_problem(review, presets):
                    self._refuse(f"the row {review.id}", problem)
                yield review
        except ValueError as error:
            raise damaged(str(self.path), str(error)) from error

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def _refuse(self, what: str, problem: str) -> None:
        if problem:
            raise StoreError(f"{self.path} cannot be united with your log: {what}: {problem}. Nothing was changed.")
