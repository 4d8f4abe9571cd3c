"""Keys as they are kept: which edits correct a key, and which responses a corrected key can judge."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from spinequiz.decks.files import bundled_files
from spinequiz.decks.load import load_deck, parse_deck
from spinequiz.grading import grader_of
from spinequiz.grading.keys import decode_key, encode_key, is_comparable, is_corrected, key_form, question_hash
from spinequiz.model.items import Item
from spinequiz.model.responses import BowTie, Filled, Grouped, Highlighted, Judged, Matrix, Ordered, Picked, Typed

CASES = {
    "true-false": ("answer: true", "answer: false", Judged(True), ""),
    "single-choice": ("answer: A\ndistractors: [B, C]", "answer: B\ndistractors: [A, C]", Picked(("A",)), "X"),
    "select-n": (
        "answers: [A, B]\ndistractors: [C, D]", "answers: [A, C]\ndistractors: [B, D]", Picked(("A", "B")), "X",
    ),
    "ordering": ("steps: [A, B, C]", "steps: [B, A, C]", Ordered(("A", "B", "C")), "X"),
    "matrix-choice": (
        "columns: [A, B]\nrows: [{text: R, answer: A}, {text: S, answer: B}]",
        "columns: [A, B]\nrows: [{text: R, answer: B}, {text: S, answer: B}]", Matrix({"R": ("A",)}), "X",
    ),
    "matrix-response": (
        "columns: [A, B]\nrows: [{text: R, answers: [A]}, {text: S, answers: [B]}]",
        "columns: [A, B]\nrows: [{text: R, answers: [A, B]}, {text: S, answers: [B]}]", Matrix({"R": ("A",)}), "X",
    ),
    "grouping": (
        "groups: [{text: R, answers: [A], distractors: [B]}, {text: S, answers: [C], distractors: [D]}]",
        "groups: [{text: R, answers: [B], distractors: [A]}, {text: S, answers: [C], distractors: [D]}]",
        Grouped({"R": ("A",)}), "X",
    ),
    "drop-down": (
        "text: It is {{one}}.\nblanks: {one: {answer: A, distractors: [B, C]}}",
        "text: It is {{one}}.\nblanks: {one: {answer: B, distractors: [A, C]}}", Filled({"one": "A"}), "X",
    ),
    "drag-drop": (
        "text: It is {{one}} and {{two}}.\nblanks: {one: A, two: B}\ndistractors: [C]",
        "text: It is {{one}} and {{two}}.\nblanks: {one: B, two: A}\ndistractors: [C]", Filled({"one": "A"}), "X",
    ),
    "highlight": (
        "text: The {{+A}} and {{-B}} and {{-C}} here.", "text: The {{-A}} and {{+B}} and {{-C}} here.",
        Highlighted(("A",)), "X",
    ),
    "bow-tie": (
        "condition: {answer: A, distractors: [B, C, D]}\nactions: {answers: [E, F], distractors: [G, H, I]}\n"
        "parameters: {answers: [J, K], distractors: [L, M, N]}",
        "condition: {answer: A, distractors: [B, C, D]}\nactions: {answers: [E, G], distractors: [F, H, I]}\n"
        "parameters: {answers: [J, K], distractors: [L, M, N]}",
        BowTie("A", ("E", "F"), ()), "X",
    ),
    "typed": ("answer: disc", "answer: disc\naccept: [disk]", Typed("disk"), ""),
    "numeric": ("answer: 12", "answer: 12\ntolerance: 1", Typed("13"), ""),
}  # fmt: skip


def item(type_name: str, keys: str, prompt: str = "What?") -> Item:
    body = indent(f"id: one\ntype: {type_name}\nprompt: {prompt}\nadded: true\n{dedent(keys)}", "    ")
    loaded, found = parse_deck(f"spinequiz: 1\nid: d\ntitle: D\nitems:\n  -\n{body}\n".encode(), "d.yaml")
    assert loaded is not None, found
    assert loaded.items, found
    return loaded.items[0]


@pytest.mark.parametrize("type_name", CASES)
def test_what_is_right_now_and_was_wrong_is_a_correction(type_name: str) -> None:
    old_text, new_text, response, _ = CASES[type_name]
    old, new = item(type_name, old_text), item(type_name, new_text)
    assert is_corrected(key_form(old), key_form(new))
    assert is_corrected(key_form(new), key_form(old))
    assert question_hash(old) == question_hash(new)
    assert is_comparable(key_form(old), key_form(new), response, new)
    assert grader_of(old).grade(old, response).score != grader_of(new).grade(new, response).score


@pytest.mark.parametrize("type_name", [name for name, case in CASES.items() if case[3]])
def test_a_reworded_text_is_no_correction_and_its_picks_are_not_judged(type_name: str) -> None:
    old_text, _, response, _ = CASES[type_name]
    old = item(type_name, old_text)
    new = item(type_name, old_text.replace("A", "A more clearly said"))
    assert not is_corrected(key_form(old), key_form(new))
    assert not is_comparable(key_form(old), key_form(new), response, new)


def test_a_changed_question_is_seen() -> None:
    old, new = (item("true-false", "answer: true", prompt) for prompt in ("Is it?", "Is it not?"))
    assert question_hash(old) != question_hash(new)
    assert not is_corrected(key_form(old), key_form(new))


def test_another_rule_of_scoring_is_a_correction() -> None:
    text = "text: '{{a}} and {{b}}'\nblanks: {a: {answer: A, distractors: [C]}, b: {answer: B, distractors: [D]}}"
    old, new = item("drop-down", text), item("drop-down", text + "\nrationale_scoring: dyad")
    assert is_corrected(key_form(old), key_form(new))


@pytest.mark.parametrize("stored", ["", "{}", "[1, 2, 3]", '["typed"]'])
def test_a_key_that_cannot_be_read_is_none(stored: str) -> None:
    assert decode_key(stored) is None


@pytest.mark.parametrize("path", bundled_files())
def test_the_keys_of_the_bundled_decks_come_back_from_storage(path: str) -> None:
    loaded, _ = load_deck(path)
    assert loaded is not None
    for each in loaded.items:
        key = key_form(each)
        assert decode_key(encode_key(key)) == key
        assert not is_corrected(key, key)
        assert bool(key.places) != grader_of(each).self_rated
