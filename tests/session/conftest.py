from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from session_lab import Lab

from spinequiz.session import workspace


@pytest.fixture(autouse=True)
def _no_bundled_decks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "bundled_files", list)


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    found = Lab(tmp_path / "home")
    yield found
    found.close()
