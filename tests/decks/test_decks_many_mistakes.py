"""One file with everything wrong in it: every mistake is told, once, in one run."""

from __future__ import annotations

from collections import Counter

import pytest
from deck_texts import basic, compiled, errors

from spinequiz.decks import compose

HEAD = """\
spinequiz: 1
id: Spine
titel: Spine
language: en
lisence: CC0
options: {new_per_day: many}
sources:
  overview: {title: Overview}
  overview: {title: Overview}
items:
"""
HEADER = [
    ("missing-key", 1, 1),
    ("bad-name", 2, 5),
    ("unknown-key", 3, 1),
    ("unknown-key", 5, 1),
    ("wrong-kind", 6, 24),
    ("duplicate-key", 9, 3),
]
BROKEN = [
    ("    prompt: Question 0?", "    prompt: Note: Question 0?", "unquoted-colon", 2, 17),
    ("    prompt: Question 0?", '    prompt: "Question 0?', "unclosed-quote", 2, 13),
    ("    prompt: Question 0?", "    prompt: 'Question 0?", "unclosed-quote", 2, 13),
    ("    prompt: Question 0?", "    prompt: 'What's this?'", "text-after-quote", 2, 19),
    ("    prompt: Question 0?", "    prompt: [What] is this?", "text-after-bracket", 2, 13),
    ("    prompt: Question 0?", "    prompt:Question 0?", "missing-space", 2, 5),
    ("    prompt: Question 0?", "    prompt Question 0?", "missing-colon", 2, 5),
    ("    prompt: Question 0?", "\tprompt: Question 0?", "tab", 2, 1),
    ("    prompt: Question 0?", "      prompt: Question 0?", "bad-indentation", 2, 7),
    ("    prompt: Question 0?", "prompt: Question 0?", "bad-indentation", 2, 1),
    ("    prompt: Question 0?", "    prompt: {{x}} is this", "unquoted-braces", 2, 13),
    ("    prompt: Question 0?", "    prompt: *what*", "alias", 2, 13),
    ("    prompt: Question 0?", "    prompt: &what it is", "anchor", 2, 13),
    ("    prompt: Question 0?", "    prompt: !what it is", "explicit-tag", 2, 13),
    ("    prompt: Question 0?", "    prompt: @what it is", "reserved-character", 2, 13),
    ("    prompt: Question 0?", '    prompt: "C:\\dir"', "bad-escape", 2, 16),
    ("    prompt: Question 0?", '    prompt: "bell \\a"', "control-character", 2, 13),
    ("    prompt: Question 0?", "    prompt: " + "[" * 1000, "nested-too-deeply", 2, 35),
    ("    prompt: Question 0?", "    prompt: \u202eno", "bidi-override", 2, 13),
    ("    prompt: Question 0?", "    prompt: [a]", "wrong-kind", 2, 13),
    ("    prompt: Question 0?", '    prompt: ""', "empty-value", 2, 13),
    ("    prompt: Question 0?", "    prompt: a\n    prompt: b", "duplicate-key", 3, 5),
    ("    prompt: Question 0?", "    prompt: a\n    <<: {hint: b}", "merge-key", 3, 5),
    ("    prompt: Question 0?", "    prompt: a\n    hnit: b", "unknown-key", 3, 5),
    ("    prompt: Question 0?", "    prompt: a\n    step: think", "unknown-value", 3, 11),
    ("    prompt: Question 0?", "    prompt: a\n    rev: 0", "out-of-range", 3, 10),
    ("    prompt: Question 0?\n", "", "missing-key", 0, 5),
    ("    type: basic", "    type: bassic", "unknown-type", 1, 11),
    ("    added: true", "    cite: [{source: nowhere, paragraph: 1}]", "unknown-source", 4, 21),
    ("  - id: item-0", "  - id: Item 0", "bad-name", 0, 9),
    ("  - id: item-0", "   - id: item-0", "bad-indentation", 0, 4),
    ("  - id: item-0", "  -id: item-0", "missing-space", 0, 3),
    ("  - id: item-0", "  - id: same", "", 0, 0),
    ("  - id: item-0", "  - id: same", "duplicate-id", 0, 9),
    ("  - id: item-0", "---\n  - id: item-0", "second-document", 0, 1),
]


def broken_deck() -> tuple[str, list[tuple[str, int, int]], list[str]]:
    """A deck whose every second item is sound; where its mistakes are; and what can be read all the same."""
    text, expected, sound = HEAD, list(HEADER), []
    for number, (old, new, rule, offset, column) in enumerate(BROKEN):
        if rule:
            expected.append((rule, text.count("\n") + 1 + offset, column))
        text += basic(0).replace(old, new).replace("item-0", f"broken-{number}")
        text += basic(0).replace("item-0", f"sound-{number}")
        sound.append(f"sound-{number}")
    return text, expected, sound


@pytest.mark.parametrize("loader", ["c", "pure"])
def test_every_mistake_of_a_file_is_told_once_in_one_run(loader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if loader == "pure":
        monkeypatch.setattr(compose, "Loader", compose.PureLoader)
    text, expected, _ = broken_deck()
    assert len(expected) == len(HEADER) + len(BROKEN) - 1
    found = Counter(errors(text))
    assert found == Counter(expected)


def test_sound_items_beside_broken_ones_are_read() -> None:
    text, _, sound = broken_deck()
    body = text.removeprefix(HEAD)
    items, _ = compiled("spinequiz: 1\nid: spine\ntitle: Spine\nsources: {overview: {title: O}}\nitems:\n" + body)
    assert items is not None
    assert set(sound) <= set(items)
