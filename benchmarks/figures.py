"""Samples, their medians, and the table of ratios against limits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from statistics import median, quantiles
from typing import NamedTuple

Sample = Callable[[], float]
"""Takes one sample and returns seconds."""


class Figure(NamedTuple):
    """Seconds of the program and of its baseline, taken in turns; `limit` is the largest ratio that is accepted.

    With another `unit` than `ms` they are no seconds, and shown as they are.
    """

    name: str
    baseline: str
    ours: Sequence[float]
    theirs: Sequence[float]
    limit: float
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        """How many times as much the program takes, by the medians."""
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
    """The figures as a Markdown table, as medians with the quartiles in brackets."""
    rows = [
        "| what | samples | spinequiz | its baseline | baseline | ratio | limit | |",
        "|---|---:|---:|---:|---|---:|---:|---|",
    ]
    for figure in figures:
        verdict = "ok" if figure.ok else "**over**"
        ours, theirs = (_spread(values, figure.unit) for values in (figure.ours, figure.theirs))
        rows.append(
            f"| {figure.name} | {len(figure.ours)} | {ours} | {theirs} "
            f"| {figure.baseline} | {figure.ratio:.2f} | {figure.limit:g} | {verdict} |"
        )
    return "\n".join(rows)


def _spread(values: Sequence[float], unit: str) -> str:
    factor = 1000 if unit == "ms" else 1
    if len(values) < 2:
        return f"{values[0] * factor:.1f} {unit}"
    low, middle, high = (f"{value * factor:.1f}" for value in quantiles(values, method="inclusive"))
    return f"{middle} {unit} ({low} to {high})"
