"""Which known word is suggested for an unknown one."""

from __future__ import annotations

import pytest

from spinequiz.decks.outline import DECK_KEYS, item_keys
from spinequiz.documents.report import nearest, slips
from spinequiz.model.items import ITEM_TYPES


@pytest.mark.parametrize(
    ("word", "other", "count"),
    [
        ("", "", 0),
        ("a", "", 1),
        ("abc", "abc", 0),
        ("abc", "acb", 1),
        ("abc", "ac", 1),
        ("abc", "axc", 1),
        ("ab", "ba", 1),
    ],
)
def test_slips_are_counted(word: str, other: str, count: int) -> None:
    assert slips(word, other) == slips(other, word) == count


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("single-choise", "single-choice"),
        ("SINGLE-CHOICE", "single-choice"),
        ("select-all-that-apply", "select-all"),
        ("truefalse", "true-false"),
        ("bowtie", "bow-tie"),
        ("dropdown", "drop-down"),
        ("clozed", "cloze"),
        ("flashcard", ""),
        ("mcq", ""),
        ("", ""),
        ("x" * 1_000_000, ""),
    ],
)
def test_types(word: str, found: str) -> None:
    assert nearest(word, ITEM_TYPES) == found


@pytest.mark.parametrize(
    ("word", "found"), [("lisence", "license"), ("titel", "title"), ("item", "items"), ("patients", ""), ("why", "")]
)
def test_keys_of_a_deck(word: str, found: str) -> None:
    assert nearest(word, DECK_KEYS) == found


@pytest.mark.parametrize("key", sorted(item_keys()))
def test_a_letter_too_many_still_finds_the_key(key: str) -> None:
    assert nearest(key, tuple(item_keys())) == key
    assert nearest(key + "x", (key, "another")) == key


def test_nothing_known_nothing_found() -> None:
    assert nearest("word", ()) == ""
