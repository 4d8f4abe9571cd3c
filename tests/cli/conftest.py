from __future__ import annotations

from pathlib import Path

import pytest
from command_line import DECK, Shell

from spinequiz.session import workspace


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that does not exist yet, with a name that is not plain."""
    folder = tmp_path / "my hôme 脊"
    monkeypatch.setenv("SPINEQUIZ_HOME", str(folder))
    return folder


@pytest.fixture
def shell(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A command line without bundled decks."""
    monkeypatch.setattr(workspace, "bundled_files", list)
    return Shell(home, capsys)


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    """A sound deck of two items, `spine`."""
    path = tmp_path / "decks" / "spine.yaml"
    path.parent.mkdir()
    path.write_text(DECK.format(id="spine"), "utf-8")
    return path
