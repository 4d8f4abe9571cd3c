from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from spinequiz.store.progress import Progress


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "progress.db"


@pytest.fixture
def progress(path: Path) -> Iterator[Progress]:
    opened = Progress.open(path)
    yield opened
    opened.close()
