"""`python -m benchmarks`: measures, prints a table, and says what is over its limit."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple

from benchmarks import commands, keys, large, start
from benchmarks.figures import Figure, table


class Benchmark(NamedTuple):
    """A function from a number of samples to figures, with the number that it takes by itself."""

    measure: Callable[[int], list[Figure]]
    samples: int


BENCHMARKS = {
    "start": Benchmark(start.first_card, 21),
    "keys": Benchmark(keys.rating_to_card, 75),
    "due": Benchmark(commands.due, 41),
    "check": Benchmark(commands.check, 7),
    "large": Benchmark(large.large, 9),
}
BY_NAME_ONLY = ("large",)
"""What takes minutes is measured when it is asked for."""


def main(arguments: Sequence[str]) -> int:
    """Run what is named, everything by default. Returns 1 with `--strict` where a limit is passed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; without one, all")
    parser.add_argument("--samples", type=int, metavar="N", help="samples of each, in place of its own number")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if a ratio is over its limit")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    figures: list[Figure] = []
    for name in options.names or [name for name in BENCHMARKS if name not in BY_NAME_ONLY]:
        benchmark = BENCHMARKS[name]
        samples = options.samples or benchmark.samples
        print(f"{name}: {samples} samples", file=sys.stderr, flush=True)
        figures += benchmark.measure(samples)
    print(table(figures))
    return int(options.strict and not all(figure.ok for figure in figures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
