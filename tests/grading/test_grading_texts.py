"""Blanks and segments in a text, and the stored form of responses."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from grading_items import blanks, bow_tie, choice_matrix, grouping, item, options, response_matrix

from spinequiz.grading import grader_of
from spinequiz.grading.blanks import parse_blanks
from spinequiz.grading.segments import parse_segments
from spinequiz.model.cards import MAIN
from spinequiz.model.items.base import Option
from spinequiz.model.responses import (
    BowTie,
    Case,
    Filled,
    Grouped,
    Highlighted,
    Judged,
    Matrix,
    Ordered,
    Picked,
    Recalled,
    Response,
    Typed,
    decode_response,
    encode_response,
)


def test_blanks_are_named_and_the_rest_is_literal() -> None:
    parsed = parse_blanks("A {{one}} {b} {{ two }}[c]")
    assert parsed.names == ("one", "two")
    assert parsed.filled({}) == "A [one] {b} [two][c]"
    assert parsed.filled({"one": "1"}) == "A [1] {b} [two][c]"
    assert parse_blanks("plain").filled({}) == "plain"


def test_segments_are_keys_or_not_and_the_rest_is_literal() -> None:
    parsed = parse_segments("BP {{+ 80/40 }}, {{-pulse 70}} {x} {{c1::no}}")
    assert [(segment.text, segment.key) for segment in parsed.segments] == [("80/40", True), ("pulse 70", False)]
    assert parsed.keys == ("80/40",)
    assert parsed.bracketed() == "BP [80/40], [pulse 70] {x} {{c1::no}}"


def test_questions_show_blanks_and_segments_without_giving_them_away() -> None:
    made = blanks(x="leak", y="clot")
    assert grader_of(made).question(made, MAIN) == "Asked\n\n[x] and [y]"
    assert grader_of(made).answer(made, MAIN) == "[leak] and [clot]"
    marked = item("highlight", text="{{+fever}} and {{-thirst}}")
    assert grader_of(marked).question(marked, MAIN) == "Asked\n\n[fever] and [thirst]"
    assert grader_of(marked).options(marked, 1) == ("fever", "thirst")
    assert grader_of(marked).answer(marked, MAIN) == "fever"


def test_answers_in_words() -> None:
    cases = {
        "A\nC": item("select-n", answers=options("A", "C"), distractors=options("B")),
        "1. A\n2. B": item("ordering", steps=options("A", "B")),
        "r1: X\nr2: Y": choice_matrix("XY", {"r1": "X", "r2": "Y"}),
        "r1: X; Y\nr2: none": response_matrix("XY", {"r1": "XY", "r2": ""}),
        "first: A; B\nsecond: C": grouping(first=("AB", ""), second=("C", "D")),
        "condition: C\nactions: A; B\nparameters: P; Q": bow_tie(),
    }
    for words, made in cases.items():
        assert grader_of(made).answer(made, MAIN) == words


def test_a_case_study_asks_with_its_scenario() -> None:
    nested = (item("true-false", answer=True, step="take-action"), item("typed", id="second", answer="A"))
    made = item("case-study", prompt="", scenario="A client", items=nested)
    assert grader_of(made).question(made, MAIN) == "A client"
    assert grader_of(made).answer(made, MAIN) == "take action:\nTrue\n\nsecond:\nA"
    titled = item("case-study", prompt="Case 1", scenario="A client", items=nested)
    assert grader_of(titled).question(titled, MAIN) == "Case 1\n\nA client"


def test_choices_are_named_as_responses_name_them() -> None:
    def shown(made: Any) -> dict[str, list[str]]:
        found = grader_of(made).choices(made, 5)
        return {name: sorted(texts) for name, texts in found.items()}

    assert shown(choice_matrix("YX", {"r1": "X"})) == {"r1": ["X", "Y"]}
    assert shown(response_matrix("XY", {"r1": "X"})) == {"r1": ["X", "Y"]}
    assert shown(grouping(first=("A", "B"), second=("C", ""))) == {"first": ["A", "B"], "second": ["C"]}
    assert shown(blanks(x="1")) == {"x": ["1", "wrong"]}
    assert shown(bow_tie()) == {"condition": list("CDEF"), "actions": list("ABXYZ"), "parameters": list("PQRST")}
    bank = item("drag-drop", text="{{x}}", blanks={"x": Option(text="1")}, distractors=options("2"))
    assert shown(bank) == {"x": ["1", "2"]}


@pytest.mark.parametrize(
    ("response", "stored"),
    [
        (Recalled(), '{"kind":"recalled"}'),
        (Typed("L1"), '{"kind":"typed","text":"L1","overruled":false,"variables":{}}'),
        (
            Typed("31", variables={"rate": "1.5"}),
            '{"kind":"typed","text":"31","overruled":false,"variables":{"rate":"1.5"}}',
        ),
        (Judged(True), '{"kind":"judged","verdict":true}'),
        (Picked(("Disc", "Vein")), '{"kind":"picked","options":["Disc","Vein"]}'),
        (Ordered(("Stop", "Report")), '{"kind":"ordered","steps":["Stop","Report"]}'),
        (Matrix({"b": ("x",), "a": ()}), '{"kind":"matrix","rows":{"a":[],"b":["x"]}}'),
        (Grouped({"g": ("x", "y")}), '{"kind":"grouped","groups":{"g":["x","y"]}}'),
        (Filled({"cause": "leak"}), '{"kind":"filled","blanks":{"cause":"leak"}}'),
        (Highlighted(("weak leg",)), '{"kind":"highlighted","segments":["weak leg"]}'),
        (
            BowTie("Embolism", ("Oxygen",), ()),
            '{"kind":"bow-tie","condition":"Embolism","actions":["Oxygen"],"parameters":[]}',
        ),
        (Case((Judged(True), None)), '{"kind":"case","responses":[{"kind":"judged","verdict":true},null]}'),
    ],
)
def test_the_stored_form_is_stable(response: Response, stored: str) -> None:
    """The log keeps these for good: a change here must come with a migration."""
    assert encode_response(response) == stored
    assert decode_response(stored) == response


def test_what_was_stored_before_calculations_came_is_read() -> None:
    assert decode_response('{"kind":"typed","text":"L1","overruled":false}') == Typed("L1")


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "null",
        '"picked"',
        "{}",
        '{"kind":"guessed"}',
        '{"kind":"typed"}',
        '{"kind":"typed","text":1}',
        '{"kind":"judged","verdict":"true"}',
        '{"kind":"picked","options":"A"}',
        '{"kind":"picked","options":[1]}',
        '{"kind":"ordered"}',
        '{"kind":"matrix","rows":{"r":"x"}}',
        '{"kind":"grouped","groups":[]}',
        '{"kind":"filled","blanks":{"b":null}}',
        '{"kind":"highlighted","segments":{}}',
        '{"kind":"bow-tie","condition":["x"]}',
        '{"kind":"case","responses":[{"kind":"case","responses":[]}]}',
        '{"kind":"picked","options":[]',
    ],
)
def test_malformed_responses_are_refused(stored: str) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_response(stored)
