"""Lints of a deck as a whole: what no item shows alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import ceil, floor

from spinequiz.decks.lints.cues import option_length
from spinequiz.decks.lints.findings import Finding
from spinequiz.decks.lints.statistics import chi_squared, chi_squared_tail, tail_of_hits
from spinequiz.decks.lints.views import Question, View
from spinequiz.model.diagnostics import Severity

RARE = 0.05
"""What happens more seldom by chance is no chance."""
FEWEST_CHOICE_ITEMS = 10
LEAST_EXPECTED = 5
RUN = 4
FEWEST_SELECT_ALLS = 2
FEWEST_PLANNED = 10
FEWEST_SPREAD = 20
"""With fewer items no split of them meets all ranges of the test plan: part of an item more or less is let pass."""
FEWEST_LEVELLED = 5
TEST_PLAN = {
    "management-of-care": (15, 21),
    "safety-and-infection": (10, 16),
    "health-promotion": (6, 12),
    "psychosocial-integrity": (6, 12),
    "basic-care-and-comfort": (6, 12),
    "pharmacological-therapies": (13, 19),
    "reduction-of-risk-potential": (9, 15),
    "physiological-adaptation": (11, 17),
}
"""Percent of the items a Client Needs category: NCLEX-RN test plan, April 2026 to March 2029."""
BELOW_APPLY = ("remember", "understand")

Found = Iterator[tuple[View, Finding]]


def long_keys_in_deck(views: list[View]) -> Found:
    """More single choices with the longest option as their key than chance explains."""
    asked = list(_single_choices(views))
    if len(asked) < FEWEST_CHOICE_ITEMS:
        return
    longest = [view for view, question in asked if _key_is_longest(question)]
    chance = tail_of_hits(len(longest), (len(question.choices) for _, question in asked))
    if longest and chance < RARE:
        yield (
            longest[0],
            Finding(
                "long-keys-in-deck",
                f"the key is the longest option in {len(longest)} of {len(asked)} single-choice items; "
                f"by chance so many or more are seen in {chance:.1%} of decks",
                "lengthen distractors or shorten keys, until the length says nothing; this is the first of them",
            ),
        )


def _single_choices(views: list[View]) -> Iterator[tuple[View, Question]]:
    for view in views:
        if view.type_name == "single-choice":
            for question in view.questions:
                if len(question.choices) >= 2:
                    yield view, question


def _key_is_longest(question: Question) -> bool:
    lengths = [option_length(choice.text) for choice in question.distractors]
    return all(option_length(question.keys[0].text) > length for length in lengths)


def key_position(views: list[View]) -> Found:
    """Where the key stands in unshuffled single choices: nowhere more often than chance has it, nor four in a row."""
    placed = []
    for view, question in _single_choices(views):
        key = question.keys[0].text
        if question.shown and key in question.shown:
            placed.append((view, question.shown.index(key), len(question.shown)))
    yield from _crowded(placed)
    yield from _in_a_row(placed)


def _crowded(placed: list[tuple[View, int, int]]) -> Found:
    for size in sorted({size for _, _, size in placed}):
        positions = [(view, position) for view, position, its in placed if its == size]
        if size < 2 or len(positions) < LEAST_EXPECTED * size:
            continue
        counts = Counter(position for _, position in positions)
        observed = [counts[position] for position in range(size)]
        statistic = chi_squared(observed)
        if chi_squared_tail(statistic, size - 1) < RARE:
            crowded = observed.index(max(observed))
            yield (
                next(view for view, position in positions if position == crowded),
                Finding(
                    "key-position",
                    f"the keys of unshuffled items with {size} options stand {', '.join(map(str, observed))} times in "
                    f"first to last place (chi-squared {statistic:.1f}): one place is a good guess",
                    "let the options be shuffled, or move the keys; this is the first in the crowded place",
                    ("order",),
                ),
            )


def _in_a_row(placed: list[tuple[View, int, int]]) -> Found:
    length = 0
    before: int | None = None
    for view, position, _ in placed:
        length = length + 1 if position == before else 1
        before = position
        if length == RUN:
            yield (
                view,
                Finding(
                    "key-position",
                    f"{RUN} unshuffled items in a row have their key in place {position + 1}: a pattern is a hint",
                    "let the options be shuffled, or move a key",
                    ("order",),
                ),
            )


def same_number_of_keys(views: list[View]) -> Found:
    """Every select-all of the deck has the same number of keys."""
    asked = [(view, question) for view in views if view.type_name == "select-all" for question in view.questions]
    counts = {len(question.keys) for _, question in asked}
    if len(asked) >= FEWEST_SELECT_ALLS and len(counts) == 1:
        yield (
            asked[0][0],
            Finding(
                "all-keys",
                f"all {len(asked)} select-all items of the deck have {counts.pop()} keys: students soon know how many",
                "vary the number of keys",
                ("answers",),
            ),
        )


def blueprint(views: list[View]) -> Found:
    """The deck's share a Client Needs category against the test plan, and the share of mere recall.

    The items of a case study count, not the case study, and have what it says where they say nothing themselves.
    """
    cases = {id(view.case) for view in views if view.case is not None}
    counted = [view for view in views if id(view) not in cases]
    needs = [need for view in counted if (need := _stated(view, "client_need"))]
    if len(needs) >= FEWEST_PLANNED:
        off = []
        for need, (low, high) in TEST_PLAN.items():
            count = needs.count(need)
            percent = round(100 * count / len(needs))
            if len(needs) < FEWEST_SPREAD and floor(low * len(needs) / 100) <= count <= ceil(high * len(needs) / 100):
                continue
            if not low <= percent <= high:
                off.append(f"{need} {percent} percent (plan: {low} to {high})")
        if off:
            yield (
                counted[0].top,
                Finding(
                    "blueprint",
                    f"the deck's {len(needs)} items are not spread as on the NCLEX-RN: {', '.join(off)}",
                    "add items where there are few, unless the deck's topic is meant to be narrow",
                    severity=Severity.NOTE,
                ),
            )
    levels = [level for view in counted if (level := _stated(view, "bloom"))]
    low_levels = sum(level in BELOW_APPLY for level in levels)
    if len(levels) >= FEWEST_LEVELLED and 2 * low_levels > len(levels):
        yield (
            counted[0].top,
            Finding(
                "blueprint",
                f"{low_levels} of the deck's {len(levels)} items ask to remember or understand; "
                "the NCLEX asks to apply or more",
                "ask what a nurse would do with the knowledge",
                severity=Severity.NOTE,
            ),
        )


def _stated(view: View, field: str) -> str | None:
    for each in (view, view.case):
        value: str | None = each.value(field) if each is not None else None
        if value:
            return value
    return None
