"""The programs that are measured: their command lines, their folders, and whole runs of them."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

BARE = (sys.executable, str(Path(__file__).with_name("bare.py")))
"""A Textual program of one Static."""
NOTHING = (sys.executable, "-c", "pass")


def spinequiz(*arguments: str) -> tuple[str, ...]:
    """The installed program of this interpreter, or its module where it has no script."""
    script = Path(sysconfig.get_path("scripts")) / "spinequiz"
    program = (str(script),) if os.access(script, os.X_OK) else (sys.executable, "-m", "spinequiz")
    return (*program, *arguments)


class Home:
    """A folder of its own for progress, decks, settings and cache."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.decks = folder / "decks"
        self.progress = folder / "progress.db"
        self.environment = environment() | {"SPINEQUIZ_HOME": str(folder)}


@contextmanager
def temporary_home() -> Iterator[Home]:
    """An empty home, removed afterwards."""
    with TemporaryDirectory(prefix="spinequiz-benchmark-") as folder:
        yield Home(Path(folder))


def environment() -> dict[str, str]:
    """The environment of all programs measured: a colour terminal, and Python and Textual as they come."""
    changed = ("TEXTUAL", "SPINEQUIZ", "PYTHON", "NO_COLOR")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(changed) or name == "PYTHONPATH"}
    return kept | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}


def run_seconds(command: Sequence[str], environment: dict[str, str]) -> float:
    """How long a whole run takes, from before the start to the end. Raises CalledProcessError."""
    start = time.perf_counter()
    subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        check=True,
    )  # fmt: skip
    return time.perf_counter() - start
