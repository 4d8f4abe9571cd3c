from __future__ import annotations

import os
import shutil
from datetime import UTC, tzinfo
from pathlib import Path
from textwrap import dedent, indent

import pytest

for name in ("NO_COLOR", "TEXTUAL_THEME"):
    # either of them changes colours for the whole process once textual is imported
    os.environ.pop(name, None)

from screen_text import Start, Tour  # noqa: E402

from spinequiz.model.diagnostics import Severity  # noqa: E402
from spinequiz.session.workspace import Workspace  # noqa: E402
from spinequiz.settings.locations import locate  # noqa: E402
from spinequiz.settings.model import Settings  # noqa: E402
from spinequiz.tui.app import SpinequizApp  # noqa: E402

NOON_MS = 20_000 * 86_400_000 + 43_200_000
HEADER = "spinequiz: 1\nid: deck\ntitle: The deck\noptions: {new_per_day: 99}\nitems:\n"


class FakeClock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.instant_ms = NOON_MS

    def now_ms(self) -> int:
        return self.instant_ms

    def zone(self) -> tzinfo | None:
        return UTC


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Make an app that studies a deck of the items given, or shows the library with it."""
    monkeypatch.setattr("spinequiz.session.workspace.bundled_files", list)

    def make(
        items: str, *, library: bool = False, settings: Settings | None = None, broken: bool = False
    ) -> SpinequizApp:
        path = tmp_path / "deck.yaml"
        path.write_text(HEADER + indent(dedent(items).strip("\n"), "  ") + "\n", "utf-8")
        locations = locate({"SPINEQUIZ_HOME": str(tmp_path / "home")})
        workspace = Workspace(locations, settings or Settings(), FakeClock(), [str(path)])
        decks = workspace.shelf().decks
        errors = [diagnostic for diagnostic in workspace.problems() if diagnostic.severity is Severity.ERROR]
        assert decks, errors
        assert broken or not errors, errors
        return SpinequizApp(workspace, decks=None if library else decks)

    return make


@pytest.fixture
def tour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tour:
    """Make an app that studies the item of a type in pictures.yaml, of all types (""), or shows the library (None).

    The deck's path is the same everywhere.
    """
    monkeypatch.setattr("spinequiz.session.workspace.bundled_files", list)
    monkeypatch.chdir(tmp_path)
    shutil.copy(Path(__file__).with_name("pictures.yaml"), "deck.yaml")

    def make(type_name: str | None, settings: Settings | None = None) -> SpinequizApp:
        locations = locate({"SPINEQUIZ_HOME": str(tmp_path / "home")})
        workspace = Workspace(locations, settings or Settings(), FakeClock(), ["deck.yaml"])
        decks = None if type_name is None else workspace.shelf().decks
        return SpinequizApp(workspace, decks=decks, tag=type_name or "")

    return make
