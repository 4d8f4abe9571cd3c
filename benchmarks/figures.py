"""Samples, their medians, and the table of ratios against limits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from statistics import median, quantiles
from typing import NamedTuple

Sample = Callable[[], float]
"""Takes one sample and returns seconds."""


class Figure(NamedTuple):
    """Seconds of the program and of its baseline, taken in turns; `limit` is the largest ratio that is accepted."""

    name: str
    baseline: str
    ours: Sequence[float]
    theirs: Sequence[float]
    limit: float

    @property
    def ratio(self) -> float:
        """How many times as long the program takes, by the medians."""
        return median(self.ours) / median(self.theirs)

    @property
    def ok(self) -> bool:
        """Whether the ratio is within its limit."""
        return self.ratio <= self.limit


def alternate(ours: Sample, theirs: Sample, samples: int) -> tuple[list[float], list[float]]:
    """`samples` of each, in turns, so that whatever else the machine does falls on both alike."""
    first, second = [], []
    for _ in range(samples):
        first.append(ours())
        second.append(theirs())
    return first, second


def table(figures: Iterable[Figure]) -> str:
    """The figures as a Markdown table; times are medians in ms with the quartiles in brackets."""
    rows = [
        "| what | samples | spinequiz, ms | baseline, ms | baseline | ratio | limit | |",
        "|---|---:|---:|---:|---|---:|---:|---|",
    ]
    for figure in figures:
        verdict = "ok" if figure.ok else "**over**"
        rows.append(
            f"| {figure.name} | {len(figure.ours)} | {_spread(figure.ours)} | {_spread(figure.theirs)} "
            f"| {figure.baseline} | {figure.ratio:.2f} | {figure.limit:g} | {verdict} |"
        )
    return "\n".join(rows)


def _spread(seconds: Sequence[float]) -> str:
    if len(seconds) < 2:
        return f"{seconds[0] * 1000:.1f}"
    low, middle, high = (f"{1000 * value:.1f}" for value in quantiles(seconds, method="inclusive"))
    return f"{middle} ({low} to {high})"
