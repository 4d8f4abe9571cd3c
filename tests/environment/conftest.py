"""What tests of the surroundings begin with, where they have nothing of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from study_process import Student, write_deck


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a deck of its own, three answers and a backup."""
    folder = tmp_path / "home"
    write_deck(folder / "decks" / "spine.yaml", 20)
    monkeypatch.setenv("SPINEQUIZ_HOME", str(folder))
    status, _, err = Student(folder, "spine").end(*["", "3"] * 3, "q")
    assert status == 0, err
    return folder
