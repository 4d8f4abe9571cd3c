"""Pieces of work shared among processes: the same results in the same order, whatever becomes of the processes."""

from __future__ import annotations

import operator
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from spinequiz.store import workers
from spinequiz.store.workers import AHEAD, FIRST, mapped

PIECES = range(FIRST + 25)


def children() -> set[str]:
    """The processes that this one has, zombies too."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rsplit(")", 1)[1].split()[1]) == os.getpid():
                found.add(stat.parent.name)
    return found


@pytest.mark.parametrize("count", [1, 2, 3])
def test_results_come_in_the_order_of_the_pieces(count: int) -> None:
    double = partial(operator.mul, 2)
    assert list(mapped(double, PIECES, workers=count)) == [(number, 2 * number) for number in PIECES]
    assert list(mapped(double, [], workers=count)) == []


def test_other_processes_do_the_work() -> None:
    done_by = [found for _, found in mapped(partial(eval, "__import__('os').getpid()", {}), [{}] * 40, workers=2)]
    assert set(done_by[:FIRST]) == {os.getpid()}
    assert os.getpid() not in done_by[FIRST:]
    assert 1 <= len(set(done_by[FIRST:])) <= 2


def test_how_many_pieces_are_done_here_first() -> None:
    job = partial(eval, "__import__('os').getpid()", {})
    assert os.getpid() not in [found for _, found in mapped(job, [{}] * 3, workers=2, first=0)]
    assert [found for _, found in mapped(job, [{}] * 3, workers=1, first=0)] == [os.getpid()] * 3


def test_few_pieces_need_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)
    assert [found for _, found in mapped(abs, range(FIRST), workers=2)] == list(range(FIRST))


def test_what_cannot_be_handed_over_is_done_here() -> None:
    here = os.getpid()
    assert list(mapped(lambda number: (number, os.getpid()), PIECES, workers=2)) == [
        (number, (number, here)) for number in PIECES
    ]


@pytest.mark.parametrize("executable", ["", "/nowhere/python", sys.executable])
def test_without_workers_it_is_done_here(executable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", executable)
    monkeypatch.setattr(workers, "__name__", "spinequiz.store.nowhere")
    assert [found for _, found in mapped(abs, PIECES, workers=2)] == list(PIECES)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are for POSIX")
@pytest.mark.parametrize("mortal", [1, 2])
def test_workers_that_are_killed_are_done_without(mortal: int) -> None:
    started: list[subprocess.Popen[bytes]] = []
    start = workers._start

    def noted(setup: bytes) -> subprocess.Popen[bytes] | None:
        worker = start(setup)
        assert worker is not None
        started.append(worker)
        return worker

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workers, "_start", noted)
        found = []
        for piece, result in mapped(partial(operator.mul, 3), range(200), workers=2):
            found.append((piece, result))
            if piece == FIRST + 10:
                for worker in started[:mortal]:
                    os.kill(worker.pid, signal.SIGKILL)
    assert found == [(number, 3 * number) for number in range(200)]
    assert len(started) == 2
    assert all(worker.poll() is not None for worker in started)


def test_what_a_job_raises_is_raised_here() -> None:
    pieces = [*[1] * (FIRST + 3), 0, 1]
    results = mapped(partial(operator.floordiv, 6), pieces, workers=2)
    with pytest.raises(ZeroDivisionError):
        list(results)


def test_what_pieces_raise_comes_through_and_no_process_stays() -> None:
    def pieces() -> object:
        yield from PIECES
        raise OSError("the file is gone")

    with pytest.raises(OSError, match="the file is gone"):
        list(mapped(abs, pieces(), workers=2))


def test_no_more_pieces_are_taken_than_are_under_way() -> None:
    taken = 0

    def pieces() -> object:
        nonlocal taken
        for number in range(1000):
            taken += 1
            yield number

    for done, _ in enumerate(mapped(abs, pieces(), workers=2), 1):
        assert taken <= done + 2 * AHEAD + 1
    assert taken == 1000


@pytest.mark.skipif(sys.platform != "linux", reason="the processes are looked up in /proc")
def test_an_end_before_the_end_leaves_no_process() -> None:
    before = children()
    results = mapped(abs, range(100), workers=2)
    for _ in range(FIRST + 5):
        next(results)
    results.close()
    assert children() <= before


@pytest.mark.skipif(sys.platform == "win32", reason="signals are for POSIX")
def test_workers_end_with_the_program_that_is_killed() -> None:
    program = (
        "import os, sys\n"
        "from spinequiz.store import workers\n"
        "started = []\n"
        "start = workers._start\n"
        "workers._start = lambda setup: started.append(start(setup)) or started[-1]\n"
        "for piece, _ in workers.mapped(abs, range(10**9), workers=2):\n"
        "    if piece == 50:\n"
        "        print(*(worker.pid for worker in started), flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(pids) == 2
        parent.kill()
    for pid in pids:
        assert ended(pid)


def ended(pid: int) -> bool:
    for _ in range(600):
        try:
            os.kill(pid, 0)
            state = Path(f"/proc/{pid}/stat")
            if state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False
