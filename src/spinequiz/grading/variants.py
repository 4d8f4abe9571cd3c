"""The variants of a calculation: which values its variables take, and the prompt that shows them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice, product
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
    return variable.values or tuple(_value_at(variable, index) for index in range(count_values(variable)))


def count_values(variable: Variable) -> int:
    """How many values a variable takes; 0 for a range that is empty or has more than MOST_VALUES."""
    low, high, step = variable.min, variable.max, variable.step
    if variable.values:
        return len(variable.values)
    if low is None or high is None or step is None or step <= 0 or high < low:
        return 0
    count = int((high - low) / step) + 1
    return count if count <= MOST_VALUES else 0


def _value_at(variable: Variable, index: int) -> Decimal:
    """One of a variable's values, without computing the others: a range may have very many."""
    if variable.values:
        return variable.values[index]
    return (variable.min or 0) + (variable.step or 0) * Decimal(index)


def count_variants(item: Numeric) -> int:
    """How many variants an item has."""
    return prod(count_values(variable) for variable in item.variables.values())


def pick_values(item: Numeric, seed: int) -> dict[str, Decimal]:
    """The values of one variant; the same for the same seed."""
    draw = random.Random(seed)
    return {
        name: _value_at(variable, draw.choice(range(count_values(variable))))
        for name, variable in item.variables.items()
    }


def all_variants(item: Numeric, most: int) -> Iterator[dict[str, Decimal]]:
    """Every variant. Where there are more than `most`: the ends of all ranges, then `most` drawn by fixed seeds."""
    names = tuple(item.variables)
    values = [values_of(variable) for variable in item.variables.values()]
    few = count_variants(item) <= most
    for chosen in islice(product(*(values if few else map(_ends, values))), most):
        yield dict(zip(names, chosen, strict=True))
    if not few:
        yield from (pick_values(item, seed) for seed in range(most))


def _ends(values: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    return tuple(dict.fromkeys((min(values), max(values))))


def fill_prompt(prompt: str, values: Mapping[str, Decimal]) -> str:
    """The prompt with the values in their places."""

    def shown(match: re.Match[str]) -> str:
        value = values.get(match[1].strip())
        return match[0] if value is None else plain_decimal(value)

    return PLACE.sub(shown, prompt)


def places(prompt: str) -> tuple[str, ...]:
    """The names that a prompt holds places for."""
    return tuple(name.strip() for name in PLACE.findall(prompt))
