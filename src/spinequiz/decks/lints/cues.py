"""Lints of what gives the key away to a student who does not know it: length, echoes, overlap."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spinequiz.decks.lints.findings import Finding
from spinequiz.decks.lints.numbers import quantity
from spinequiz.decks.lints.options import MOST_COMPARED
from spinequiz.decks.lints.views import PICKED, Question
from spinequiz.decks.lints.words import SHORTEST_STEM, WORD, content_stems, plain, tokens

TIMES_LONGER = 1.5
SHORTEST_ECHO = 5
FORMS = ("ed", "ing", "age", "ages")
"""The endings that make an echo of a shorter word. With others it may be another one: `ready`, `weekly`."""
CONVERGENCE = 0.15
PART = re.compile(r"\s*(?:,|;|&|\band\b)\s*", re.IGNORECASE)


def long_key(question: Question) -> Iterator[Finding]:
    """The key is the longest option, and half as long again as the distractors are on average.

    Of several keys the longest counts, and their mean length is what is held against that of the distractors.
    """
    keys, distractors = question.keys, question.distractors
    if question.kind not in PICKED or not keys or not distractors:
        return
    longest = max(keys, key=lambda choice: option_length(choice.text))
    lengths = [option_length(choice.text) for choice in distractors]
    mean_key = sum(option_length(choice.text) for choice in keys) / len(keys)
    mean = sum(lengths) / len(lengths)
    if option_length(longest.text) <= max(lengths) or mean_key < TIMES_LONGER * mean:
        return
    if all(quantity(choice.text) for choice in question.choices):
        # more digits are no more words
        return
    yield Finding(
        "long-key",
        f"the key is the longest option: {mean_key:.0f} characters, the distractors {mean:.0f} on average; "
        "who knows nothing picks the longest",
        "shorten the key (reasons belong in the `rationale`), or write distractors that say as much",
        longest.path,
    )


def option_length(text: str) -> int:
    """How long an option is as a student sees it, in characters."""
    return len(" ".join(text.split()))


def clang(question: Question) -> Iterator[Finding]:
    """A word of the stem, or a form of it, comes back in a key and in no distractor."""
    if question.kind not in PICKED | {"row", "word"} or not question.stem:
        return
    keys, distractors = question.keys, question.distractors
    if not keys or not distractors:
        return
    # a stem starts its word, so that most are ruled out without looking at words
    text = plain(question.stem)
    echoes = [
        (each, word, choice)
        for choice in keys
        for each, word in content_stems(choice.text, SHORTEST_STEM).items()
        if each in text
    ]
    if not echoes:
        return
    asked = content_stems(question.stem, SHORTEST_STEM)
    told = {each for choice in distractors for each in content_stems(choice.text)}
    for each, word, choice in echoes:
        if each in asked and each not in told and _is_echo(asked[each], word):
            yield Finding(
                "clang",
                f"`{asked[each]}` stands in the stem and in the key, but in no distractor: the echo gives the key away",
                "use another word in the key, or the same one in a distractor",
                choice.path,
            )
            return


def _is_echo(word: str, other: str) -> bool:
    """Whether two words of one stem are long enough, or one of them is as a form of the other: `leak`, `leakage`."""
    short, long = sorted((word, other), key=len)
    return len(short) >= SHORTEST_ECHO or long.removeprefix(short) in FORMS


def convergence(question: Question) -> Iterator[Finding]:
    """The key shares most with the other options: it is where they converge."""
    if question.kind not in ("single", "blank") or not 3 <= len(question.choices) <= MOST_COMPARED:
        return
    texts = [choice.text for choice in question.choices]
    if not any(PART.search(text) for text in texts):
        return
    parts = [_parts(text) for text in texts]
    sums = [
        sum(len(one & other) / len(one | other) for other in parts if other is not one) if one else 0.0 for one in parts
    ]
    key = next((index for index, choice in enumerate(question.choices) if choice.key), None)
    if key is None:
        return
    if sums[key] - max(total for index, total in enumerate(sums) if index != key) >= CONVERGENCE - 1e-9:
        yield Finding(
            "convergence",
            "the key shares more parts with the other options than any of them does: counting finds it",
            "spread the parts evenly, so that each occurs equally often",
            question.choices[key].path,
        )


def _parts(text: str) -> frozenset[str]:
    """What an option lists, split at commas and `and`."""
    # an article alone is a letter: `A and B`
    return frozenset(filter(None, (" ".join(tokens(part) or WORD.findall(plain(part))) for part in PART.split(text))))
