"""Basic, cloze, typed, numeric, true-false, single-choice and select-all."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from grading_items import item, options
from hypothesis import given
from hypothesis import strategies as st

from spinequiz.grading import grader_of
from spinequiz.grading.cloze import fill, parse_cloze
from spinequiz.grading.formula import round_fraction
from spinequiz.grading.numeric import number_problem, parse_number
from spinequiz.grading.text import Piece, difference, fold, is_typo
from spinequiz.grading.variants import plain_decimal
from spinequiz.model.cards import MAIN, REVERSE, Variant
from spinequiz.model.items.base import Option
from spinequiz.model.items.numeric import Variable
from spinequiz.model.responses import Judged, Picked, Typed


def points(made: Any, response: object) -> int:
    return grader_of(made).grade(made, response).score.points


# basic


def test_a_reversed_basic_item_asks_both_ways() -> None:
    made = item("basic", answer="Cement", reverse=True)
    grader = grader_of(made)
    assert grader.self_rated
    assert grader.variants(made) == (MAIN, REVERSE)
    assert (grader.question(made, MAIN), grader.answer(made, MAIN)) == ("Asked", "Cement")
    assert (grader.question(made, REVERSE), grader.answer(made, REVERSE)) == ("Cement", "Asked")


def test_a_plain_basic_item_is_one_card() -> None:
    assert grader_of(item("basic", answer="A")).variants(item("basic", answer="A")) == (MAIN,)


# cloze


@pytest.mark.parametrize(
    ("text", "blanks"),
    [
        ("{{c1::one}} and {{c2::two}}", [(1, "one", ""), (2, "two", "")]),
        ("{{c2::two::a number}}", [(2, "two", "a number")]),
        ("{{one}} {{two}}", [(1, "one", ""), (2, "two", "")]),
        ("{{one}} {{c1::first}} {{two}}", [(2, "one", ""), (1, "first", ""), (3, "two", "")]),
        ("{{c1::a}} {{c1::b}}", [(1, "a", ""), (1, "b", "")]),
        ("{{c12:: spaced }}", [(12, "spaced", "")]),
        ("{{c1::two\nlines}}", [(1, "two\nlines", "")]),
        ("{{c0::zero}}", [(1, "c0", "zero")]),
        ("no blank", []),
    ],
)
def test_cloze_blanks_have_a_number_an_answer_and_a_hint(text: str, blanks: list[tuple[int, str, str]]) -> None:
    assert [(blank.number, blank.answer, blank.hint) for blank in parse_cloze(text).blanks] == blanks


def test_a_cloze_card_opens_its_own_blanks_only() -> None:
    text = "The {{c1::disc}} lies under {{c2::T12::a vertebra}}; a {{c1::disc}} is soft."
    made = item("cloze", text=text, prompt="")
    grader = grader_of(made)
    assert grader.variants(made) == ("c1", "c2")
    assert grader.question(made, Variant("c1")) == "The [...] lies under T12; a [...] is soft."
    assert grader.question(made, Variant("c2")) == "The disc lies under [a vertebra]; a disc is soft."
    assert grader.answer(made, Variant("c2")) == "The disc lies under [T12]; a disc is soft."


def test_a_cloze_prompt_stands_above_the_text() -> None:
    made = item("cloze", text="{{a}} b", prompt="Recall")
    assert grader_of(made).question(made, Variant("c1")) == "Recall\n\n[...] b"


@given(st.lists(st.tuples(st.text("ab .", max_size=5), st.text("xyz", min_size=1, max_size=5)), min_size=1, max_size=6))
def test_cloze_loses_no_text_and_numbers_from_one(parts: list[tuple[str, str]]) -> None:
    text = "".join(f"{before}{{{{{answer}}}}}" for before, answer in parts)
    assert parse_cloze(text).numbers == tuple(range(1, len(parts) + 1))
    assert fill(text, 0, reveal=False) == "".join(before + answer for before, answer in parts)


# typed


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cement Leakage", "cement leakage"),
        ("ＣＥＭＥＮＴ", "cement"),
        ("fluoro-scopy", "fluoroscopy"),
        ("  L 1 ", "L1"),
        ("straße", "STRASSE"),
        ("ﬁbrin", "fibrin"),
        ("cafe\u0301", "caf\u00e9"),
        ("1,5", "1.5"),
        (".5 mg", "0.5 mg"),
        ("-.5", "\N{MINUS SIGN}0.5"),
        ("x\u200by", "xy"),
        ("PMMA.", "(PMMA)"),
    ],
)
def test_what_does_not_matter_is_folded(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("1.5", "15"), ("1 5", "15"), ("T1-2", "T12"), ("α", "a"), ("5%", "5+"), (".5 mg", "5 mg")]
)
def test_what_matters_is_kept(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text())
def test_punctuation_around_a_text_is_folded(text: str) -> None:
    assert fold(f" ({text}). ") == fold(text)


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E)))
def test_width_is_folded(text: str) -> None:
    assert fold("".join(chr(ord(character) + 0xFEE0) for character in text)) == fold(text)


def test_typed_answers_match_the_answer_and_accepted_spellings() -> None:
    made = item("typed", answer="Polymethyl methacrylate", accept=("PMMA",))
    assert points(made, Typed("polymethylmethacrylate")) == 1
    assert points(made, Typed("pmma")) == 1
    assert points(made, Typed("bone cement")) == 0
    assert points(made, Typed("")) == 0
    assert points(made, Typed("...")) == 0


def test_a_typo_counts_only_when_the_student_says_so() -> None:
    made = item("typed", answer="kyphoplasty")
    assert points(made, Typed("kyphoplsty")) == 0
    grade = grader_of(made).grade(made, Typed("kyphoplsty", overruled=True))
    assert grade.score.points == 1
    assert grade.note == "a typo, counted right by you"
    assert points(made, Typed("vertebroplasty", overruled=True)) == 0, "no slip of the fingers"


@pytest.mark.parametrize(("given_text", "right"), [("T11", "T12"), ("", "disc"), ("disc", "disc"), ("ab", "yz")])
def test_figures_empty_and_far_texts_are_no_typos(given_text: str, right: str) -> None:
    assert not is_typo(given_text, right)


def test_the_difference_says_what_to_take_out_and_put_in() -> None:
    assert difference("kyphplastyy", "kyphoplasty") == (
        Piece("same", "kyph"),
        Piece("missing", "o"),
        Piece("same", "plasty"),
        Piece("extra", "y"),
    )
    assert difference("DISC", "disc") == (Piece("same", "disc"),)


@given(st.text(), st.text())
def test_the_difference_puts_both_texts_together_again(one: str, right: str) -> None:
    pieces = difference(one, right)
    assert "".join(piece.text for piece in pieces if piece.kind != "extra") == right
    left = "".join(piece.text for piece in pieces if piece.kind != "missing")
    assert len(left) == len(one)


# numeric


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("2.5", "", "2.5"),
        ("1,200", "", "1200"),
        ("1,200.5 mL", "mL", "1200.5"),
        (".5", "", "0.5"),
        ("-3", "", "-3"),
        ("\N{MINUS SIGN}3", "", "-3"),
        ("+4", "", "4"),
        ("31 mL/h", "mL/h", "31"),
        ("31ml/h", "mL/h", "31"),
        ("90%", "%", "90"),
        ("90 %", "percent", "90"),
        ("90 percent", "%", "90"),
        ("125.", "mL/hr", "125"),
        ("25 gtt/min.", "gtt/min", "25"),
        ("31/min", "1/min", "31"),
        ("31 1/min", "/min", "31"),
        ("31 per min", "1/min", "31"),
        ("125 mL per hr", "mL/hr", "125"),
    ],
)
def test_numbers_are_read_with_or_without_their_unit(text: str, unit: str, number: str) -> None:
    assert parse_number(text, unit) == Decimal(number)


@pytest.mark.parametrize(
    "text", ["", " ", "-", ".", "two", "2,5", "1,20", "12 mg", "1e3", "1/2", "1.2.3", "9" * 31, "NaN", "Infinity"]
)
def test_what_is_no_number_is_not_read(text: str) -> None:
    assert parse_number(text, "mL") is None


@pytest.mark.parametrize(("text", "unit"), [("5%", ""), ("5 %", "mg"), ("5 mg", "%"), ("5 mg", ""), ("5!", "")])
def test_a_percent_sign_is_no_punctuation_behind_a_number(text: str, unit: str) -> None:
    assert parse_number(text, unit) is None


def test_a_number_that_is_not_read_says_why() -> None:
    assert number_problem("5 mL", "mL") == ""
    other = "is not the unit asked for: type the number"
    assert number_problem("5 mL/hour", "mL/hr") == f'"mL/hour" {other} in mL/hr, with this unit or without one'
    assert number_problem("5%") == f'"%" {other} without a unit'
    for text in ("", "mL", "1e3", "2,5", "1/2", "9" * 31):
        assert number_problem(text, "mg").startswith("that is no number"), text


@given(st.text(max_size=12), st.sampled_from(["mg", "%", "", "1/min"]))
def test_no_text_breaks_the_reading_of_numbers(text: str, unit: str) -> None:
    number = parse_number(text, unit)
    assert number is None or number.is_finite()
    assert bool(number_problem(text, unit)) == (number is None)


@given(st.integers(-(10**6), 10**6))
def test_half_is_rounded_away_from_zero(tenths: int) -> None:
    half = Decimal(tenths) + (Decimal("0.5") if tenths >= 0 else Decimal("-0.5"))
    assert abs(round_fraction(Fraction(half), "whole")) == abs(tenths) + 1


def test_a_rounded_key_takes_the_rounded_number_alone() -> None:
    made = item("numeric", answer=Decimal("2.25"), unit="mL", round_to="tenth")
    assert points(made, Typed("2.3 mL")) == 1
    assert points(made, Typed("2.30")) == 1
    assert points(made, Typed("2.2")) == 0
    grade = grader_of(made).grade(made, Typed("2.25"))
    assert grade.score.points == 0
    assert grade.note == "the value is right but not rounded as asked"
    assert grader_of(made).answer(made, MAIN) == "2.3 mL"
    assert grader_of(made).question(made, MAIN) == "Asked\n\nRound to the nearest tenth."


def test_a_tolerance_takes_its_bounds_and_nothing_beyond() -> None:
    made = item("numeric", answer=Decimal("83.3"), unit="percent", tolerance=Decimal("0.2"))
    assert [points(made, Typed(text)) for text in ("83.1", "83.5", "83.09", "83.51")] == [1, 1, 0, 0]
    assert grader_of(made).answer(made, MAIN) == "83.3 percent (within 0.2)"


def test_decimals_are_shown_without_zeros_behind_the_point() -> None:
    assert [plain_decimal(Decimal(text)) for text in ("2.50", "100", "0.0", "1E+2")] == ["2.5", "100", "0", "100"]


@pytest.mark.parametrize("text", ["9" * 30, "0." + "9" * 28, "9" * 29, "-" + "9" * 29])
@pytest.mark.parametrize("exactness", [{"round_to": "hundredth"}, {"tolerance": Decimal("0.1")}, {}])
def test_the_longest_numbers_are_wrong_and_nothing_worse(text: str, exactness: dict[str, object]) -> None:
    assert points(item("numeric", answer=Decimal("2.25"), **exactness), Typed(text)) == 0


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e9999999", "", "two"])
def test_a_stored_variant_that_is_no_number_scores_nothing(value: str) -> None:
    two = {"x": Variable(values=(Decimal(1),))}
    made = item("numeric", variables=two, formula="x * 2", tolerance=Decimal("0.1"))
    assert points(made, Typed("2", variables={"x": "1"})) == 1
    assert points(made, Typed("2", variables={"x": value})) == 0


# true-false, single-choice, select-all


@pytest.mark.parametrize(("answer", "verdict", "right"), [(True, True, 1), (True, False, 0), (False, False, 1)])
def test_a_statement_is_judged(answer: bool, verdict: bool, right: int) -> None:
    made = item("true-false", answer=answer)
    assert points(made, Judged(verdict)) == right
    assert grader_of(made).options(made, 7) == ("True", "False")
    assert grader_of(made).answer(made, MAIN) == str(answer)


@pytest.mark.parametrize("type_name", ["select-all", "select-n"])
def test_options_are_shuffled_unless_the_item_says_otherwise(type_name: str) -> None:
    keys, others = options(*"AB"), options(*"CDEF")
    shuffled = item(type_name, answers=keys, distractors=others)
    written = item(type_name, answers=keys, distractors=others, shuffle=False)
    listed = item(type_name, answers=keys, distractors=others, shuffle=False, order=tuple("FEDCBA"))
    assert len({grader_of(shuffled).options(shuffled, seed) for seed in range(10)}) > 1
    assert grader_of(written).options(written, 3) == tuple("ABCDEF")
    assert grader_of(listed).options(listed, 3) == tuple("FEDCBA")


def test_a_single_choice_says_why_each_option_is_right_or_wrong() -> None:
    made = item(
        "single-choice",
        answer=Option(text="A", why="because"),
        distractors=(Option(text="B", why="since not"), Option(text="C")),
    )
    elements = grader_of(made).grade(made, Picked(("B",))).elements
    assert [(e.label, e.verdict.value, e.picked, e.right, e.why) for e in elements] == [
        ("A", "missed", "no", "yes", "because"),
        ("B", "wrong", "yes", "no", "since not"),
        ("C", "left out", "no", "no", ""),
    ]
