"""The variants of a calculation: which values its variables take, and the prompt that shows them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import product
from math import prod

from spinequiz.model.items.numeric import Numeric, Variable

PLACE = re.compile(r"\{\{([^{}]*)\}\}")
MOST_VALUES = 100_000
"""Values that a variable may take."""


def plain_decimal(value: Decimal) -> str:
    """The number without exponent and without zeros behind the point."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def values_of(variable: Variable) -> tuple[Decimal, ...]:
    """All values of a variable, rising for a range; none for a range that is empty or without end."""
    if variable.values:
        return variable.values
    low, high, step = variable.min, variable.max, variable.step
    if low is None or high is None or step is None or step <= 0 or high < low:
        return ()
    count = int((high - low) / step) + 1
    return tuple(low + step * index for index in range(count)) if count <= MOST_VALUES else ()


def count_variants(item: Numeric) -> int:
    """How many variants an item has."""
    return prod(len(values_of(variable)) for variable in item.variables.values())


def pick_values(item: Numeric, seed: int) -> dict[str, Decimal]:
    """The values of one variant; the same for the same seed."""
    draw = random.Random(seed)
    return {name: draw.choice(values_of(variable)) for name, variable in item.variables.items()}


def all_variants(item: Numeric, most: int) -> Iterator[dict[str, Decimal]]:
    """Every variant, or `most` of them drawn by fixed seeds where there are more."""
    if count_variants(item) > most:
        yield from (pick_values(item, seed) for seed in range(most))
        return
    names = tuple(item.variables)
    for values in product(*(values_of(item.variables[name]) for name in names)):
        yield dict(zip(names, values, strict=True))


def fill_prompt(prompt: str, values: Mapping[str, Decimal]) -> str:
    """The prompt with the values in their places."""

    def shown(match: re.Match[str]) -> str:
        value = values.get(match[1].strip())
        return match[0] if value is None else plain_decimal(value)

    return PLACE.sub(shown, prompt)


def places(prompt: str) -> tuple[str, ...]:
    """The names that a prompt holds places for."""
    return tuple(name.strip() for name in PLACE.findall(prompt))
