"""The order of a session's cards."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from spinequiz.scheduling.mixing import interleave, mix_in, shuffle

cards = st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 10**6)), max_size=60, unique=True)
seeds = st.integers(0, 10**6)


@given(cards, seeds)
def test_interleaving_keeps_every_card_and_the_order_within_a_group(found: list[tuple[str, int]], seed: int) -> None:
    mixed = interleave(found, lambda card: card[0], seed)
    assert Counter(mixed) == Counter(found)
    for group in "abcd":
        assert [c for c in mixed if c[0] == group] == [c for c in found if c[0] == group]


@given(cards, seeds)
def test_interleaving_depends_on_the_seed_alone(found: list[tuple[str, int]], seed: int) -> None:
    random.seed(1)
    first = interleave(found, lambda card: card[0], seed)
    random.seed(2)
    assert interleave(found, lambda card: card[0], seed) == first


@given(st.lists(st.integers(1, 30), min_size=1, max_size=5), seeds)
def test_groups_are_spread_over_the_whole(sizes: list[int], seed: int) -> None:
    """In every stretch from the start a group has had its share, a card more or less for each group there is."""
    found = [(group, n) for group, size in enumerate(sizes) for n in range(size)]
    mixed = interleave(found, lambda card: card[0], seed)
    for group, size in enumerate(sizes):
        seen = 0
        for place, card in enumerate(mixed, 1):
            seen += card[0] == group
            assert abs(seen - size * place / len(mixed)) <= len(sizes)


def test_two_groups_of_one_size_alternate() -> None:
    found = [(group, n) for group in "ab" for n in range(10)]
    groups = "".join(group for group, _ in interleave(found, lambda card: card[0], 7))
    assert groups in ("ab" * 10, "ba" * 10)


def test_seeds_give_different_orders() -> None:
    found = [(group, n) for group in "abcd" for n in range(5)]
    assert len({tuple(interleave(found, lambda card: card[0], seed)) for seed in range(20)}) > 5


@given(st.integers(0, 60), st.integers(0, 60))
def test_new_cards_stand_at_even_distances_among_reviews(review_count: int, new_count: int) -> None:
    reviews, new = [("review", n) for n in range(review_count)], [("new", n) for n in range(new_count)]
    mixed = mix_in(reviews, new)
    assert [card for card in mixed if card[0] == "review"] == reviews
    assert [card for card in mixed if card[0] == "new"] == new
    if not review_count:
        return
    # what stands behind each review up to the next
    gaps: list[int] = []
    for kind, _ in mixed:
        if kind == "review":
            gaps.append(0)
        else:
            gaps[-1] += 1
    assert max(gaps) - min(gaps) <= 1


def test_a_few_new_cards_among_many_reviews() -> None:
    kinds = "".join(mix_in(["r"] * 12, ["n"] * 3))
    assert kinds == "rrnrrrrnrrrrnrr"


@given(st.lists(st.integers()), seeds)
def test_shuffling_keeps_every_card_and_depends_on_the_seed_alone(found: list[int], seed: int) -> None:
    random.seed(1)
    order = shuffle(found, seed)
    random.seed(2)
    assert shuffle(found, seed) == order
    assert Counter(order) == Counter(found)


def test_shuffling_shuffles() -> None:
    found = list(range(50))
    assert len({tuple(shuffle(found, seed)) for seed in range(10)}) == 10
    assert found == list(range(50))
