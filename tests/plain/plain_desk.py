"""A student at a desk: a home of its own, a clock that stands still, decks, and lines to type."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, tzinfo
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple, TextIO

from spinequiz.model.cards import EntryKind, Review
from spinequiz.plain import run
from spinequiz.session.workspace import ShelfDeck, Workspace
from spinequiz.settings.locations import locate
from spinequiz.settings.model import Settings
from spinequiz.store.connection import open_readable
from spinequiz.store.progress import read_log

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
NOON_MS = 20_000 * DAY_MS + DAY_MS // 2
"""Noon of 2024-10-04, UTC."""


class FakeClock:
    def __init__(self) -> None:
        self.instant_ms = NOON_MS

    def now_ms(self) -> int:
        return self.instant_ms

    def zone(self) -> tzinfo | None:
        return UTC


class Typing(io.StringIO):
    """Lines, each typed when the one before was dealt with; `before` happens ahead of a line, by number from 1."""

    def __init__(self, lines: tuple[str, ...], before: dict[int, Callable[[], None]]) -> None:
        super().__init__("".join(f"{line}\n" for line in lines))
        self.before = before
        self.count = 0

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        self.count += 1
        self.before.get(self.count, lambda: None)()
        return super().readline(-1 if size is None else size)


class Told(NamedTuple):
    out: str
    err: str
    status: int

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    def after(self, line: str) -> list[str]:
        """The lines behind the first that is this one."""
        return self.lines[self.lines.index(line) + 1 :]


class Desk:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.clock = FakeClock()
        self.settings = Settings(fuzz=False)
        self.paths: list[Path] = []

    @property
    def progress(self) -> Path:
        return self.home / "progress.db"

    def deck(self, items: str, *, id: str = "deck", **fields: str) -> None:
        """Put a deck on the shelf, from its items as YAML."""
        path = self.home.parent / f"{id}.yaml"
        top = {"spinequiz": "1", "id": id, "title": f"The {id}", **fields}
        head = "".join(f"{key}: {value}\n" for key, value in top.items())
        path.write_text(f"{head}items:\n{dedent(items)}", encoding="utf-8")
        if path not in self.paths:
            self.paths.append(path)

    def workspace(self) -> Workspace:
        locations = locate({"SPINEQUIZ_HOME": str(self.home)})
        return Workspace(locations, self.settings, self.clock, [str(path) for path in self.paths])

    def shelf(self, workspace: Workspace) -> list[ShelfDeck]:
        return [deck for deck in workspace.shelf().decks if deck.origin == "named"]

    def study(
        self,
        *lines: str,
        tag: str = "",
        limit: int | None = None,
        before: dict[int, Callable[[], None]] | None = None,
        out: TextIO | None = None,
    ) -> Told:
        """Study line by line; the input ends after the lines."""
        workspace = self.workspace()
        out = out or io.StringIO()
        err = io.StringIO()
        source = Typing(lines, before or {})
        status = run(workspace, self.shelf(workspace), tag=tag, limit=limit, source=source, out=out, err=err)
        return Told(out.getvalue() if isinstance(out, io.StringIO) else "", err.getvalue(), status)

    def log(self) -> list[Review]:
        """All rows of the log."""
        connection = open_readable(self.progress)
        assert connection is not None
        try:
            return list(read_log(connection, self.progress))
        finally:
            connection.close()

    def ratings(self) -> list[int]:
        """The ratings of all answers in the log."""
        return [int(row.rating) for row in self.log() if row.kind is EntryKind.ANSWER and row.rating is not None]
