"""The order of a session's cards: decks and topics interleaved, new cards spread evenly among reviews."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

T = TypeVar("T")


def interleave(cards: Sequence[T], group: Callable[[T], Hashable], seed: int) -> list[T]:
    """Spread the cards of each group evenly over the whole, keeping the order within a group.

    The k-th of n cards of a group stands near (k + 1/2) / n of the way; the seed breaks ties.
    """
    draw = random.Random(seed)
    groups: dict[Hashable, list[T]] = defaultdict(list)
    for card in cards:
        groups[group(card)].append(card)
    placed = []
    for members in groups.values():
        shift = draw.random()
        placed += [((index + shift) / len(members), draw.random(), card) for index, card in enumerate(members)]
    placed.sort(key=lambda entry: entry[:2])
    return [card for _, _, card in placed]


def mix_in(reviews: Sequence[T], new: Sequence[T]) -> list[T]:
    """Reviews in their order with the new cards at even distances among them."""
    mixed: list[T] = []
    taken = 0
    for index, card in enumerate(reviews):
        while taken < len(new) and (taken + 0.5) / len(new) <= index / len(reviews):
            mixed.append(new[taken])
            taken += 1
        mixed.append(card)
    return [*mixed, *new[taken:]]


def shuffle(cards: Sequence[T], seed: int) -> list[T]:
    """The cards in an order that depends on the seed alone."""
    order = list(cards)
    random.Random(seed).shuffle(order)
    return order
