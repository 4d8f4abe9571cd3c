"""Stems against one another: two that are alike, and one that tells another's key.

Neither compares all with all. Alike stems share runs of three words, and a stem that holds a key shares its rarest
pair of words; what occurs in many stems is the deck's topic and points to nothing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import combinations, pairwise

from spinequiz.decks.lints.findings import Finding, shown
from spinequiz.decks.lints.options import NEAR
from spinequiz.decks.lints.views import Path, View
from spinequiz.decks.lints.words import content_stems, tokens

MOST_WITH_A_RUN = 20
MOST_WITH_A_KEY = 3
MOST_WITH_A_PAIR = 50
LONGEST_COMPARED = 4_000
SAME_WORDS = 0.75
"""How alike two stems of the same words must be: their order may differ, not their sense."""
FEWEST_KEY_WORDS = 2
SHORTEST_KEY_WORD = 4
TELLING = ("single-choice", "typed", "basic", "cloze", "drop-down")
ASKING = frozenset("what which who whom whose when where why how not before after".split())
"""Small words on which the sense of a question hangs."""
ELSEWHERE = re.compile(
    r"\b(?:as|in|from|see|to|of|on|for|by|after|like|with|above|answered)\s+(?:the\s+)?"
    r"(?:question|item|card|problem|exercise)\s*(?:no\.?\s*|number\s*|#\s*)?"
    r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten)\b(?!\s+(?:time|minute|hour|day|week|month|year)s?\b)"
    r"|\b(?:question|item|card|problem)\s+(?:no\.?\s*|number\s*|#\s*)?\d+\s+(?:above|below)\b"
    r"|\b(?:previous|preceding|foregoing|last|next|earlier)\s+(?:question|item|card|problem|exercise)s?\b"
    r"|\b(?:question|item|card|problem)s?\s+(?:above|below)\b",
    re.IGNORECASE,
)

REFERRING = ("question", "item", "card", "problem", "exercise")


class _Stem:
    """A stem in the forms in which it is compared."""

    def __init__(self, view: View, position: int) -> None:
        self.view = view
        self.position = position
        self.words = tokens(view.stem)
        self.text = " ".join(self.words)

    @property
    def content(self) -> frozenset[str]:
        numbers = (word for word in self.words if word[0].isdigit() or word in ASKING)
        return frozenset((*content_stems(self.view.stem), *numbers))

    @property
    def key(self) -> object:
        """What sets two stems of like wording apart: their keys; statements have none but themselves."""
        answers = self.view.answers or (self.view.value("answer"),)
        if self.view.type_name == "true-false":
            return self.position
        return frozenset(" ".join(tokens(str(answer))) for answer in answers)

    @property
    def path(self) -> Path:
        return self.view.prompt_path if self.view.prompt else ("text",)


def near_duplicate_stem(views: list[View]) -> Iterator[tuple[View, Finding]]:
    """Stems alike, keys inside other stems, and references to other questions by number."""
    stems = [_Stem(view, position) for position, view in enumerate(views) if view.stem and not view.value("nested_key")]
    yield from _references(stems)
    yield from _alike(stems)
    yield from _telling(stems)


def _references(stems: list[_Stem]) -> Iterator[tuple[View, Finding]]:
    for each in stems:
        if not any(part in each.text for part in REFERRING):
            continue
        if match := ELSEWHERE.search(each.view.stem):
            yield (
                each.view,
                Finding(
                    "near-duplicate-stem",
                    f"the stem leans on another question: {shown(match[0])}; cards come alone, and in any order",
                    "repeat what is needed, or make it a case study",
                    each.path,
                ),
            )


def _alike(stems: list[_Stem]) -> Iterator[tuple[View, Finding]]:
    for first, second in _candidates(stems):
        if _surroundings(first.view) == _surroundings(second.view) and _are_alike(first, second):
            yield (
                second.view,
                Finding(
                    "near-duplicate-stem",
                    f"the stem hardly differs from that of `{first.view.id}`: one card trains the other's answer",
                    "ask for something else, or make one item of the two",
                    second.path,
                    seen=("the other stem", first.path),
                    other=first.view,
                ),
            )


def _surroundings(view: View) -> object:
    """What belongs to a stem without standing in it: its chart, or the case study."""
    return view.value("exhibits"), id(view.case)


def _candidates(stems: list[_Stem]) -> Iterator[tuple[_Stem, _Stem]]:
    """Pairs that are worth comparing: the same text, or a third of their runs of words shared."""
    same: dict[str, _Stem] = {}
    by_run: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    sizes: list[int] = []
    for number, each in enumerate(stems):
        first = same.setdefault(each.text, each)
        if first is not each:
            sizes.append(0)
            if each.words:
                yield first, each
            continue
        words = each.words
        runs: set[tuple[str, ...]] = set(zip(words, words[1:], words[2:], strict=False))
        runs = runs or {tuple(words)}
        sizes.append(len(runs))
        for run in runs:
            by_run[run].append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for numbers in by_run.values():
        if 1 < len(numbers) <= MOST_WITH_A_RUN:
            shared.update(combinations(numbers, 2))
    for (one, other), count in shared.items():
        if 3 * count >= min(sizes[one], sizes[other]):
            yield stems[one], stems[other]


def _are_alike(one: _Stem, other: _Stem) -> bool:
    if one.text == other.text:
        return True
    if len(one.text) + len(other.text) > LONGEST_COMPARED:
        return False
    ratio = SequenceMatcher(None, one.text, other.text, autojunk=False).ratio()
    if ratio < SAME_WORDS:
        return False
    words, its = one.content, other.content
    if words == its:
        return True
    # where a word is exchanged and the key with it, it is another question
    exchanged = bool(words - its) and bool(its - words)
    return ratio >= NEAR and not (exchanged and one.key != other.key)


def _telling(stems: list[_Stem]) -> Iterator[tuple[View, Finding]]:
    """Stems that hold the key of another item."""
    keys = [
        (each, words)
        for each in stems
        if each.view.type_name in TELLING
        for words in {tuple(tokens(answer)) for answer in each.view.answers}
        if len(words) > 1
    ]
    wanted = {pair for _, words in keys for pair in pairwise(words)}
    by_pair: defaultdict[tuple[str, str], list[_Stem]] = defaultdict(list)
    for each in stems:
        # the conditions of a bow-tie set its stem apart from others, and are options
        told = tokens(each.view.prompt) if each.view.type_name == "bow-tie" else each.words
        for pair in wanted.intersection(pairwise(told)):
            by_pair[pair].append(each)
    for asking, words in keys:
        rarest = min((by_pair.get(pair, []) for pair in pairwise(words)), key=len)
        if len(rarest) > MOST_WITH_A_PAIR:
            continue
        phrase = f" {' '.join(words)} "
        holding = [each for each in rarest if phrase in f" {each.text} "]
        if not holding or len(holding) > MOST_WITH_A_KEY or asking in holding:
            continue
        if not _says_something(words):
            continue
        for each in holding:
            if _gives_away(each, asking):
                yield (
                    each.view,
                    Finding(
                        "near-duplicate-stem",
                        f"the stem holds the key of `{asking.view.id}`: {shown(' '.join(words))}",
                        "ask without naming it, or put the two into one item",
                        each.path,
                        seen=("the stem whose key it is", asking.path),
                        other=asking.view,
                    ),
                )


def _says_something(words: tuple[str, ...]) -> bool:
    content = content_stems(" ".join(words), SHORTEST_KEY_WORD)
    return len(content) >= FEWEST_KEY_WORDS


def _gives_away(holding: _Stem, asking: _Stem) -> bool:
    """Whether the stem can be read before the other is answered: in a case study there is no way back."""
    return holding.view.case is None or holding.view.case is not asking.view.case or holding.position < asking.position
