"""Progress bars on standard error, where that is a terminal, and nothing where it is not."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from spinequiz.cli.output import note

STEPS = 200
"""A bar is painted about so many times."""


@contextmanager
def bar(label: str, length: int) -> Iterator[Callable[[int], None]]:
    """A bar of a known length, to be told of each advance."""
    if not sys.stderr.isatty() or not length:
        yield lambda advance: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr, update_min_steps=length // STEPS + 1) as shown:
        yield shown.update


@contextmanager
def bar_of(label: str, *, below: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A bar to be told how much is done of how much. It shows from the first word on, and anew for another total.

    `below` another bar that is still open it starts a line of its own.
    """
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    shown: list[Any] = []
    last = 0

    def advanced(done: int, total: int) -> None:
        nonlocal last
        if not shown or shown[0].length != total:
            for each in shown:
                each.render_finish()
            if below and not shown:
                note("")
            steps = total // STEPS + 1
            shown[:] = [click.progressbar(length=total, label=label, file=sys.stderr, update_min_steps=steps)]
            last = 0
        shown[0].update(done - last)
        last = done

    try:
        yield advanced
    finally:
        for each in shown:
            each.render_finish()
