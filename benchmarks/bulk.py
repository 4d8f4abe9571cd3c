"""Imports of many reviews and the rebuild of all states: time of whole runs, and the memory of all their processes."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

from benchmarks.figures import Figure
from benchmarks.programs import Home, spinequiz, temporary_home

LIMIT_SECONDS = 30.0
LIMIT_MB = 300.0
LOOK_SECONDS = 0.02
REBUILD = """
import sys
from pathlib import Path
from spinequiz.store.progress import Progress
progress = Progress.open(Path(sys.argv[1]))
progress.rebuild()
progress.close()
"""


class Run(NamedTuple):
    """A whole run: how long it took, what its processes worked, and the most memory (MB) that they held together."""

    seconds: float
    worked_seconds: float
    resident_mb: float


def bulk(home: Home, rows: Iterable[str], count: int) -> list[Figure]:
    """Import `rows` into `home`, what it exports into another one, and derive all states there again."""
    with temporary_home() as other:
        bare, whole = other.folder / "bare.jsonl", other.folder / "whole.jsonl"
        with bare.open("w", encoding="utf-8") as file:
            file.writelines(rows)
        without = _run(spinequiz("import", str(bare)), home.environment)
        subprocess.run(spinequiz("export", str(whole)), env=home.environment, check=True, capture_output=True)
        within = _run(spinequiz("import", str(whole)), other.environment)
        rebuilt = _run((sys.executable, "-c", REBUILD, str(other.progress)), other.environment)
        looked = _run(spinequiz("doctor"), other.environment)
        with closing(sqlite3.connect(other.progress)) as connection, connection:
            connection.execute("DELETE FROM state")
        mended = _run(spinequiz("doctor", "--fix"), other.environment)
    runs = {
        f"import of {count:,} reviews without states": without,
        f"import of {count:,} reviews with states": within,
        "rebuild of all states": rebuilt,
        "`doctor`": looked,
        "`doctor --fix` where no state is left": mended,
    }
    return [
        figure
        for name, run in runs.items()
        for figure in (
            Figure(name, f"{LIMIT_SECONDS:g} seconds", [run.seconds], [LIMIT_SECONDS], 1),
            # a busy machine makes this one longer by far less
            Figure(f"{name}: work", "as long on two processors", [run.worked_seconds], [2 * LIMIT_SECONDS], 1),
            Figure(f"{name}: memory", f"{LIMIT_MB:g} MB", [run.resident_mb], [LIMIT_MB], 1, "MB"),
        )
    ]


def _run(command: Sequence[str], environment: dict[str, str]) -> Run:
    """Raises CalledProcessError."""
    start = time.perf_counter()
    worked = _worked_seconds()
    most = 0.0
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as program:
        while program.poll() is None:
            most = max(most, _resident_mb(program.pid))
            time.sleep(LOOK_SECONDS)
    seconds = time.perf_counter() - start
    if program.returncode:
        raise subprocess.CalledProcessError(program.returncode, command)
    return Run(seconds, _worked_seconds() - worked, most)


def _worked_seconds() -> float:
    """Processor time of all programs that have ended, with the processes that they waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _resident_mb(pid: int) -> float:
    """What a process and its children hold; 0 for what has ended."""
    found = 0.0
    with suppress(OSError, IndexError, ValueError):
        status = Path(f"/proc/{pid}/status").read_text("ascii")
        found = int(status.split("VmRSS:")[1].split()[0]) / 1024
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split():
            found += _resident_mb(int(child))
    return found
