"""Work on many rows, shared among processes: pieces go in, results come back in the order of the pieces.

A worker is this module in a fresh interpreter, which reads pieces from its standard input and writes results to its
standard output. It ends when its input does, so that none outlives a program that is killed. A piece whose worker
is gone is done here: with no other process at all everything comes out the same, only later.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from queue import SimpleQueue
from typing import IO, Any, TypeVar

P = TypeVar("P")
R = TypeVar("R")

MOST = 4
FIRST = 8
"""So many pieces are done here before it pays to start workers."""
AHEAD = 3
"""Pieces under way for each worker; memory holds no more."""
UNDER_WAY = MOST * AHEAD
"""When a piece is asked for, all results but those of the last so many pieces have been given."""
LENGTH_BYTES = 8


def mapped(
    job: Callable[[P], R], pieces: Iterable[P], *, workers: int | None = None, first: int = FIRST
) -> Iterator[tuple[P, R]]:
    """Each piece with what `job` makes of it, in their order. `job`, pieces and results can be pickled.

    A job that cannot be pickled, as it closes over something, is done here, as the `first` pieces are. `workers` is
    how many processes there may be, by default one for each processor, four at most. What a job raises is raised here.
    """
    given = iter(pieces)
    count = _processors() if workers is None else workers
    for piece in islice(given, first):
        yield piece, job(piece)
    try:
        setup = pickle.dumps(job) if count > 1 and sys.executable else b""
    except (pickle.PicklingError, AttributeError, TypeError):
        setup = b""
    yield from _Crew(job, setup, count).mapped(given) if setup else ((piece, job(piece)) for piece in given)


class _Crew:
    """Some workers, each with a thread that waits for it."""

    def __init__(self, job: Callable[[Any], Any], setup: bytes, count: int) -> None:
        self.job = job
        self.setup = setup
        self.count = count
        self.idle: SimpleQueue[subprocess.Popen[bytes] | None] = SimpleQueue()

    def mapped(self, pieces: Iterator[Any]) -> Iterator[tuple[Any, Any]]:
        """The pieces with their results."""
        running: list[subprocess.Popen[bytes]] = []
        under_way: deque[tuple[Any, Future[bytes | None]]] = deque()
        threads = ThreadPoolExecutor(self.count, "waits for a worker")
        try:
            for piece in pieces:
                if not running:
                    running = [worker for _ in range(self.count) if (worker := _start(self.setup)) is not None]
                    for worker in running or (None,):
                        self.idle.put(worker)
                under_way.append((piece, threads.submit(self._sent, pickle.dumps(piece))))
                if len(under_way) > self.count * AHEAD:
                    yield self._result(*under_way.popleft())
            while under_way:
                yield self._result(*under_way.popleft())
        finally:
            threads.shutdown(cancel_futures=True, wait=False)
            for worker in running:
                _end(worker)
            threads.shutdown()

    def _sent(self, piece: bytes) -> bytes | None:
        """The pickled result of a pickled piece; None if there is no worker for it any more."""
        worker = self.idle.get()
        if worker is None:
            self.idle.put(None)
            return None
        assert worker.stdin is not None
        assert worker.stdout is not None
        try:
            _write(worker.stdin, piece)
            result = _read(worker.stdout)
        except (OSError, ValueError):
            result = None
        # a lost worker leaves its place empty, for the others that wait for it
        self.idle.put(worker if result is not None else None)
        return result

    def _result(self, piece: Any, future: Future[bytes | None]) -> tuple[Any, Any]:
        result = future.result()
        return piece, self.job(piece) if result is None else pickle.loads(result)


def _start(setup: bytes) -> subprocess.Popen[bytes] | None:
    try:
        # -P: nothing in the folder that one happens to be in stands in for a module
        worker = subprocess.Popen(
            [sys.executable, "-P", "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return None
    assert worker.stdin is not None
    try:
        _write(worker.stdin, setup)
    except OSError:
        _end(worker)
        return None
    return worker


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.kill()
    worker.wait()
    for stream in (worker.stdin, worker.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()


def _processors() -> int:
    try:
        count = len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        count = os.cpu_count() or 1
    return min(count, MOST)


def _write(stream: IO[bytes], data: bytes) -> None:
    stream.write(len(data).to_bytes(LENGTH_BYTES, "big") + data)
    stream.flush()


def _read(stream: IO[bytes]) -> bytes | None:
    """What one `_write` wrote; None at the end."""
    size = int.from_bytes(head, "big") if len(head := stream.read(LENGTH_BYTES)) == LENGTH_BYTES else -1
    data = stream.read(size) if size >= 0 else b""
    return data if len(data) == size else None


def _work() -> None:
    """What a worker does. A job that fails ends it: the piece is done again where somebody can be told."""
    # an interrupt is for the program that started this one
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    setup = _read(sys.stdin.buffer)
    if setup is None:
        return
    # rows and states make no cycles, and to look for some takes a twentieth of the time
    gc.disable()
    job = pickle.loads(setup)
    while (piece := _read(sys.stdin.buffer)) is not None:
        _write(sys.stdout.buffer, pickle.dumps(job(pickle.loads(piece))))


if __name__ == "__main__":
    _work()
