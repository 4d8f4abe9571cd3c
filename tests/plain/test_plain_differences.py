"""The difference between two texts in words."""

from __future__ import annotations

import pytest

from spinequiz.grading.text import difference
from spinequiz.plain.differences import difference_words


@pytest.mark.parametrize(
    ("given", "right", "words"),
    [
        ("disk", "disc", 'after "dis", "k" should be "c".'),
        ("dis", "disc", 'after "dis", "c" is missing.'),
        ("discs", "disc", 'after "disc", "s" is too much.'),
        ("isc", "disc", 'at the start, "d" is missing.'),
        ("bonecement", "bone cement", 'after "bone", a space is missing.'),
        ("x-ray", "x ray", 'after "x", a hyphen-minus should be a space.'),
        ("vertebra", "vertebrae!", 'after "vertebra", "e!" is missing.'),
        ("bonne cemnt", "bone cement", 'after "bo", "n" is too much; after "bone cem", "e" is missing.'),
        ("Bone", "bone", "none."),
        ("kyphosis", "vertebroplasty", "it has little in common with the answer."),
    ],
)
def test_differences(given: str, right: str, words: str) -> None:
    assert difference_words(difference(given, right)) == words
