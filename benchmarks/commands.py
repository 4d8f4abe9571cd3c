"""Commands without a screen, as whole runs: `due` and `check`."""

from __future__ import annotations

import json
import subprocess
import sys

from benchmarks.decks import write_deck
from benchmarks.figures import Figure, alternate
from benchmarks.programs import NOTHING, environment, run_seconds, spinequiz, temporary_home

CHECKED_ITEMS = 10_000
COMPOSE = "import sys, yaml; yaml.compose(open(sys.argv[1], 'rb').read(), Loader=yaml.CSafeLoader)"
IN_ONE_PROCESS = """
import contextlib, gc, json, os, sys, time
import yaml
from spinequiz.cli.commands.check import run_check

def ours(path):
    with open(os.devnull, "w") as sink, contextlib.redirect_stdout(sink), contextlib.redirect_stderr(sink):
        run_check([path], form="full", sources=None)

def theirs(path):
    yaml.compose(open(path, "rb").read(), Loader=yaml.CSafeLoader)

gc.disable()
times = []
for function in (ours, theirs):
    start = time.perf_counter()
    function(sys.argv[1])
    times.append(time.perf_counter() - start)
print(json.dumps(times))
"""


def due(samples: int) -> list[Figure]:
    """`spinequiz due`, for a shell prompt, with warm caches, against an interpreter that does nothing."""
    with temporary_home() as home:
        command = spinequiz("due")
        for _ in range(2):
            run_seconds(command, home.environment)
        times = alternate(
            lambda: run_seconds(command, home.environment), lambda: run_seconds(NOTHING, environment()), samples
        )
    return [Figure("`due`", "`python -c pass`", *times, 8)]


def check(samples: int) -> list[Figure]:
    """`spinequiz check` of a large deck, against composing its bytes with the C loader."""
    with temporary_home() as home:
        path = str(write_deck(home.folder / "large.yaml", CHECKED_ITEMS))
        command = spinequiz("check", path)
        compose = (sys.executable, "-c", COMPOSE, path)
        times = alternate(
            lambda: run_seconds(command, home.environment), lambda: run_seconds(compose, environment()), samples
        )
        inside = [_in_one_process(path, home.environment) for _ in range(samples)]
    checking, composing = zip(*inside, strict=True)
    what = f"`check`, {CHECKED_ITEMS:,} items"
    return [
        Figure(what, "`yaml.compose`, C loader", *times, 3),
        Figure(f"{what}, in one process", "the same, collector paused as in `check`", checking, composing, 3),
    ]


def _in_one_process(path: str, environment: dict[str, str]) -> list[float]:
    """Seconds of `check` and of composing in one fresh process: no interpreter start, no collector on either side."""
    command = (sys.executable, "-c", IN_ONE_PROCESS, path)
    output = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    seconds: list[float] = json.loads(output)
    return seconds
