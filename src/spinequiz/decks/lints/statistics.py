"""The tails of two distributions, without a library."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import erfc, exp, lgamma, log, sqrt

NEGLIGIBLE = 1e-18
"""Terms below this are left out; the tail is exact but for 1e-14."""


def tail_of_hits(hits: int, options: Iterable[int]) -> float:
    """P(X >= hits), X the hits of blind guesses at items of so many options each: the Poisson binomial tail.

    Items with one number of options make a binomial distribution, and those are convolved; with one number of
    options throughout it is the binomial tail.
    """
    whole = {0: 1.0}
    for size, count in sorted(Counter(options).items()):
        part = _binomial(count, 1 / size)
        sums: dict[int, float] = {}
        for one, p in whole.items():
            for other, q in part.items():
                sums[one + other] = sums.get(one + other, 0.0) + p * q
        whole = {x: p for x, p in sums.items() if p > NEGLIGIBLE}
    return min(1.0, sum(sorted(p for x, p in whole.items() if x >= hits)))


def _binomial(n: int, p: float) -> dict[int, float]:
    """The probabilities of 0 to n hits, without those that do not count."""
    if p >= 1:
        return {n: 1.0}
    logs = (lgamma(n + 1) - lgamma(x + 1) - lgamma(n - x + 1) + x * log(p) + (n - x) * log(1 - p) for x in range(n + 1))
    return {x: exp(each) for x, each in enumerate(logs) if each > -42}


def chi_squared(observed: Sequence[int]) -> float:
    """The statistic of counts against the uniform distribution."""
    expected = sum(observed) / len(observed)
    return sum((count - expected) ** 2 for count in observed) / expected


def chi_squared_tail(statistic: float, degrees: int) -> float:
    """P(X >= statistic) of a chi-squared variable, by the recurrence of the upper incomplete gamma function.

    Q(a + 1, x) = Q(a, x) + x^a e^-x / gamma(a + 1), from Q(1/2, x) = erfc(sqrt x) or Q(1, x) = e^-x.
    """
    x = statistic / 2
    if x <= 0:
        return 1.0
    a, tail = (1.0, exp(-x)) if degrees % 2 == 0 else (0.5, erfc(sqrt(x)))
    while a < degrees / 2:
        tail += exp(a * log(x) - x - lgamma(a + 1))
        a += 1
    return tail
