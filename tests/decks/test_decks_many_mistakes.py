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


SYNTAX = [slip for slip in BROKEN if slip[1].lstrip().startswith("prompt") and "\n" not in slip[1]]


@pytest.mark.parametrize("loader", ["c", "pure"])
@pytest.mark.parametrize("slip", SYNTAX, ids=lambda slip: f"{slip[2]}: {slip[1].strip()[:30]}")
def test_a_broken_value_hides_no_other_mistake_of_its_item(
    slip: tuple[str, str, str, int, int], loader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is wrong behind a value with a syntax error is told in the same run, and the item is not studied."""
    if loader == "pure":
        monkeypatch.setattr(compose, "Loader", compose.PureLoader)
    old, new, rule, offset, column = slip
    item = basic(0).replace("    added: true", "    rev: first\n    hnit: So\n    added: yes")
    later = basic(1) + basic(0).replace("item-0", "item-1")
    head = "spinequiz: 1\nid: spine\ntitle: Spine\nitems:\n"
    line = head.count("\n") + 1
    below = line + 2 + new.count("\n") - old.count("\n")
    text = head + item.replace(old, new) + later
    assert Counter(errors(text)) == Counter(
        [
            (rule, line + offset, column),
            ("wrong-kind", below + 2, 10),
            ("unknown-key", below + 3, 5),
            ("wrong-kind", below + 4, 12),
            ("duplicate-id", below + 5 + 5, 9),
        ]
    )
    assert compiled(text)[0] == ["item-1"]


def test_two_broken_values_of_one_item_are_both_told() -> None:
    text = "spinequiz: 1\nid: spine\ntitle: Spine\nitems:\n" + basic(0).replace("Question 0?", "Which: this?").replace(
        "Answer 0.", "{{x}} and"
    )
    assert errors(text) == [("unquoted-colon", 7, 18), ("unquoted-braces", 8, 13)]
    assert compiled(text)[0] == []


def test_a_case_study_with_a_broken_value_tells_the_rest() -> None:
    """The value within a nested item is taken out, not the list of all its items."""
    text = """\
spinequiz: 1
id: spine
title: Spine
items:
  - id: c
    type: case-study
    scenario: A stay.
    added: true
    items:
      - id: a
        type: single-choice
        prompt: Which: this?
        answer: A
        distractors: [B, C]
        hnit: no
"""
    found = errors(text)
    assert ("unquoted-colon", 12, 22) in found
    assert ("unknown-key", 15, 9) in found
    assert compiled(text)[0] == []


def test_a_key_that_stands_astray_is_told_and_its_item_not_studied() -> None:
    """The key is moved to its place for the other checks alone."""
    for astray in ("   type: basic", "     type: basic", "\ttype: basic"):
        text = "spinequiz: 1\nid: spine\ntitle: Spine\nitems:\n" + basic(0).replace("    type: basic", astray)
        assert [rule for rule, _, _ in errors(text)] in (["bad-indentation"], ["tab"])
        assert compiled(text)[0] == []


def test_what_two_readings_of_an_item_find_is_told_once() -> None:
    """The anchor is seen before the line that does not fit, and again when the item is read without that line."""
    text = "spinequiz: 1\nid: spine\ntitle: Spine\nitems:\n" + basic(0).replace(
        "    prompt: Question 0?\n", "    prompt: &a Question 0?\n        answer: b: c\n"
    )
    assert [rule for rule, _, _ in errors(text)].count("anchor") == 1


@pytest.mark.parametrize("lead", ["   ", "      "])
def test_what_else_is_wrong_on_a_line_that_stands_astray_keeps_its_column(lead: str) -> None:
    head = "spinequiz: 1\nid: spine\ntitle: Spine\nitems:\n"
    text = head + basic(0).replace("    type: basic", f"{lead}type: bassic")
    assert errors(text) == [("bad-indentation", 6, len(lead) + 1), ("unknown-type", 6, len(lead) + 7)]
    text = head + basic(0).replace("    type: basic", f"{lead}type:  prompt: b")
    assert errors(text)[0][:2] == ("bad-indentation", 6)
    assert all(column <= len(text.split("\n")[line - 1]) for _, line, column in errors(text))
