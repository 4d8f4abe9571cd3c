"""The table of cases in the scoring guide, row by row, and what else the rules say in words."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from grading_items import (
    blanks,
    bow_tie,
    choice_matrix,
    grouping,
    item,
    options,
    response_matrix,
)

from spinequiz.grading import Grade, Verdict, grader_of
from spinequiz.grading.formula import round_fraction
from spinequiz.grading.rules import MATRIX_RESPONSE_FLOOR, Floor, Pick, plus_minus
from spinequiz.model.cards import MAIN, Rating, Score
from spinequiz.model.items.base import JUDGMENT_STEPS, Option
from spinequiz.model.items.parts import OneOf
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
    Response,
    Typed,
)
from spinequiz.scheduling.rating import proposed_rating


def grade(made: Any, response: Response) -> Grade:
    return grader_of(made).grade(made, response)


def score(made: Any, response: Response) -> tuple[int, int]:
    points, most = grade(made, response).score
    return points, most


def refusal(made: Any, response: Response) -> str:
    return grader_of(made).refusal(made, response)


def verdicts(made: Any, response: Response) -> dict[str, Verdict]:
    return {element.label: element.verdict for element in grade(made, response).elements}


@pytest.mark.parametrize(
    ("picked", "points"), [("ACDF", 4), ("ABCD", 2), ("ABE", 0), ("ABCDEF", 2), ("", 0), ("FDCA", 4), ("AAAB", 0)]
)
def test_select_all_a_to_f_with_key_acdf(picked: str, points: int) -> None:
    made = item("select-all", answers=options(*"ACDF"), distractors=options(*"BE"))
    assert score(made, Picked(tuple(picked))) == (points, 4)


@pytest.mark.parametrize(("picked", "points"), [("ABC", 2), ("BDF", 0), ("ACE", 3), ("A", 1), ("", 0)])
def test_select_three_with_key_ace_takes_nothing_away(picked: str, points: int) -> None:
    made = item("select-n", answers=options(*"ACE"), distractors=options(*"BDF"))
    assert score(made, Picked(tuple(picked))) == (points, 3)
    assert refusal(made, Picked(tuple(picked))) == ""


def test_select_three_refuses_four_picks() -> None:
    made = item("select-n", answers=options(*"ACE"), distractors=options(*"BDF"))
    assert refusal(made, Picked(tuple("ABCE"))) == "select 3, not 4"
    assert score(made, Picked(tuple("ABCE"))) == (0, 3)
    assert grade(made, Picked(tuple("ABCE"))).note == "select 3, not 4"
    assert refusal(made, Picked(tuple("AACE"))) == "", "the same pick twice is one pick"


def test_select_n_asks_for_n() -> None:
    made = item("select-n", prompt="What now?", answers=options(*"ACE"), distractors=options(*"BDF"))
    assert grader_of(made).question(made, MAIN) == "What now?\n\nSelect 3."


def test_matrix_choice_with_a_blank_row_loses_that_row_only() -> None:
    made = choice_matrix("XY", {"r1": "X", "r2": "Y", "r3": "X", "r4": "Y", "r5": "X"})
    given = Matrix({"r1": ("X",), "r2": ("Y",), "r3": ("X",), "r4": ("Y",)})
    assert score(made, given) == (4, 5)
    assert verdicts(made, given)["r5"] is Verdict.MISSED
    assert refusal(made, given) == "pick one column in every row; none in: r5"


def test_matrix_choice_gives_nothing_for_a_row_with_both_columns() -> None:
    made = choice_matrix("XY", {"r1": "X", "r2": "Y"})
    given = Matrix({"r1": ("X", "Y"), "r2": ("Y",)})
    assert score(made, given) == (1, 2)
    assert refusal(made, given) == "pick one column in every row; 2 in: r1"
    assert refusal(made, Matrix({"r1": ("Y",), "r2": ("Y",)})) == ""


def test_matrix_response_holds_each_column_at_zero() -> None:
    """Column A {r1}, B {r1, r2, r3}; picked A {r2, r3, r4}, B {r1, r2, r3}: 0 + 3."""
    made = response_matrix("AB", {"r1": "AB", "r2": "B", "r3": "B", "r4": ""})
    given = Matrix({"r1": ("B",), "r2": ("A", "B"), "r3": ("A", "B"), "r4": ("A",)})
    assert score(made, given) == (3, 4)


def test_matrix_response_floor_is_one_constant_and_matters() -> None:
    """The same response under the other two floors that are told: item 0, row 1."""
    keys = {Pick("r1", "A"), Pick("r1", "B"), Pick("r2", "B"), Pick("r3", "B")}
    picked = {Pick(row, "A") for row in ("r2", "r3", "r4")} | {Pick(row, "B") for row in ("r1", "r2", "r3")}
    assert MATRIX_RESPONSE_FLOOR is Floor.COLUMN
    assert plus_minus(keys, picked, Floor.COLUMN) == 3
    assert plus_minus(keys, picked, Floor.ITEM) == 0
    assert plus_minus(keys, picked, Floor.GROUP) == 1


def test_matrix_response_adds_the_columns() -> None:
    """4, 2 and 2 keys: 3 right; 2 right; 1 right and 1 wrong."""
    made = response_matrix("ABC", {"r1": "AB", "r2": "AB", "r3": "AC", "r4": "AC"})
    given = Matrix({"r1": ("A", "B", "C"), "r2": ("A", "B"), "r3": ("A", "C")})
    assert score(made, given) == (5, 8)


def test_grouping_holds_each_group_at_zero() -> None:
    made = grouping(first=("AB", "C"), second=("A", "BC"))
    assert score(made, Grouped({"first": ("A", "B", "C"), "second": ("B",)})) == (1, 3)


@pytest.mark.parametrize(
    ("given", "points"), [({"x": "1"}, 0), ({"x": "1", "y": "wrong"}, 0), ({"x": "1", "y": "2"}, 1), ({}, 0)]
)
def test_dyad_counts_as_a_pair(given: dict[str, str], points: int) -> None:
    assert score(blanks("dyad", x="1", y="2"), Filled(given)) == (points, 1)


@pytest.mark.parametrize(("right", "points"), [("xy", 1), ("yz", 0), ("x", 0), ("xyz", 2), ("xz", 1), ("", 0)])
def test_triad_hangs_on_its_anchor(right: str, points: int) -> None:
    made = blanks("triad", "x", x="1", y="2", z="3")
    given = {name: key if name in right else "wrong" for name, key in zip("xyz", "123", strict=True)}
    assert score(made, Filled(given)) == (points, 2)
    assert grade(made, Filled(given)).rule == "rationale"


def test_triad_anchor_may_be_any_blank() -> None:
    made = blanks("triad", "z", x="1", y="2", z="3")
    assert score(made, Filled({"x": "1", "y": "2"})) == (0, 2)
    assert score(made, Filled({"x": "1", "z": "3"})) == (1, 2)


def test_rationale_scoring_says_why_right_blanks_did_not_count() -> None:
    triad = blanks("triad", "x", x="1", y="2", z="3")
    assert grade(triad, Filled({"y": "2", "z": "3"})).note == "nothing counts unless `x` is right"
    assert grade(triad, Filled({"x": "1"})).note == ""
    dyad = blanks("dyad", x="1", y="2")
    assert grade(dyad, Filled({"x": "1"})).note == "a pair counts only when both are right"
    assert grade(dyad, Filled({"x": "1", "y": "2"})).note == ""


def test_drop_down_without_rationale_counts_blank_by_blank() -> None:
    made = blanks(x="1", y="2", z="3")
    assert score(made, Filled({"x": "1", "y": "wrong"})) == (1, 3)
    assert grade(made, Filled({"x": "1"})).rule == "0/1"
    assert verdicts(made, Filled({"x": "1", "y": "wrong"})) == {
        "x": Verdict.RIGHT,
        "y": Verdict.WRONG,
        "z": Verdict.MISSED,
    }
    assert refusal(made, Filled({})) == "", "a blank may stay open"


def test_drag_drop_refuses_one_word_in_two_blanks() -> None:
    made = item(
        "drag-drop",
        text="{{x}} {{y}}",
        blanks={"x": Option(text="1"), "y": Option(text="2")},
        distractors=options("3"),
    )
    assert score(made, Filled({"x": "1", "y": "2"})) == (2, 2)
    assert score(made, Filled({"x": "2", "y": "1"})) == (0, 2)
    assert refusal(made, Filled({"x": "1", "y": "1"})) == "use each word once; used 2 times: 1"
    assert refusal(made, Filled({"x": "1", "y": "3"})) == ""


def test_bow_tie_with_one_action_missed() -> None:
    assert score(bow_tie(), BowTie("C", ("A", "X"), ("P", "Q"))) == (4, 5)


@pytest.mark.parametrize(
    ("given", "points"),
    [
        (BowTie("C", ("B", "A"), ("Q", "P")), 5),
        (BowTie("D", ("A", "B"), ("P", "Q")), 4),
        (BowTie("", (), ()), 0),
        (BowTie("A", ("P", "Q"), ("A", "B")), 0),
    ],
)
def test_bow_tie_counts_places_in_any_order_of_a_pair(given: BowTie, points: int) -> None:
    assert score(bow_tie(), given) == (points, 5)
    assert refusal(bow_tie(), given) == ""


def test_bow_tie_refuses_a_third_action() -> None:
    given = BowTie("C", ("A", "B", "X"), ("P", "Q"))
    assert refusal(bow_tie(), given) == "actions: pick 2, not 3"
    assert score(bow_tie(), given) == (3, 5)


def test_highlight_with_three_right_and_two_wrong_of_four_keys() -> None:
    made = item("highlight", text="{{+a}} {{+b}} {{+c}} {{+d}} {{-e}} {{-f}} {{-g}}")
    assert score(made, Highlighted(("a", "b", "c", "e", "f"))) == (1, 4)
    assert score(made, Highlighted(("a", "e", "f"))) == (0, 4)


@pytest.mark.parametrize(("given", "points"), [("ABDCE", 0), ("ABCDE", 1), ("ABCD", 0), ("ABCDEE", 0), ("", 0)])
def test_ordering_counts_as_a_whole(given: str, points: int) -> None:
    assert score(item("ordering", steps=options(*"ABCDE")), Ordered(tuple(given))) == (points, 1)


def test_ordering_says_which_places_are_right() -> None:
    made = item("ordering", steps=options(*"ABCDE"))
    assert [e.verdict.value for e in grade(made, Ordered(tuple("ABDCE"))).elements] == [
        "right", "right", "wrong", "wrong", "right"
    ]  # fmt: skip


def test_ordering_refuses_what_is_not_every_step_once() -> None:
    made = item("ordering", steps=options(*"ABC"))
    assert refusal(made, Ordered(("A", "B"))) == "place every step; not placed: C"
    assert refusal(made, Ordered(("A", "B", "C", "C"))) == "place each step once; too many: C"
    assert refusal(made, Ordered(("C", "B", "A"))) == ""


@pytest.mark.parametrize(
    ("value", "rounded"), [("2.25", "2.3"), ("0.25", "0.3"), ("0.8333", "0.8"), ("-2.25", "-2.3"), ("0.05", "0.1")]
)
def test_round_to_a_tenth_half_up_in_decimal(value: str, rounded: str) -> None:
    assert round_fraction(Fraction(value), "tenth") == Decimal(rounded)
    made = item("numeric", answer=Decimal(value), round_to="tenth")
    assert score(made, Typed(rounded)) == (1, 1)


def test_single_choice_refuses_a_second_pick() -> None:
    made = item("single-choice", answer=Option(text="A"), distractors=options("B", "C"))
    assert score(made, Picked(("A",))) == (1, 1)
    assert score(made, Picked(("B",))) == (0, 1)
    assert score(made, Picked(("A", "B"))) == (0, 1)
    assert refusal(made, Picked(("A", "B"))) == "pick one option, not 2"
    assert refusal(made, Picked(("A",))) == ""


def case_study() -> Any:
    """Six items worth 1 + 1 + 1 + 1 + 3 + 5 = 12 points."""
    nested = [
        item("true-false", id=f"n{number}", answer=True, step=step) for number, step in enumerate(JUDGMENT_STEPS[:4])
    ]
    three = item("select-n", id="n4", step="take-action", answers=options(*"ACE"), distractors=options(*"BDF"))
    five = bow_tie()
    last = item("bow-tie", id="n5", step="evaluate-outcomes", condition=five.condition, actions=five.actions,
                parameters=five.parameters)  # fmt: skip
    return item("case-study", scenario="A client", items=(*nested, three, last))


def test_case_study_is_the_sum_of_its_items() -> None:
    made = case_study()
    yes = Judged(True)
    given = Case((yes, Judged(False), yes, None, Picked(("A", "B")), BowTie("C", ("A",), ("P", "Q"))))
    assert score(made, given) == (1 + 0 + 1 + 0 + 1 + 4, 12)
    assert [element.label for element in grade(made, given).elements] == [s.replace("-", " ") for s in JUDGMENT_STEPS]
    assert verdicts(made, given)["generate solutions"] is Verdict.MISSED
    assert grader_of(made).explain(grade(made, given)) == (
        "7 of 12: recognize cues 1 of 1, analyze cues 0 of 1, prioritize hypotheses 1 of 1, "
        "generate solutions not answered, take action 1 of 3, evaluate outcomes 4 of 5"
    )


def test_case_study_with_too_few_responses_or_of_another_kind_counts_them_as_none() -> None:
    made = case_study()
    assert score(made, Case(())) == (0, 12)
    assert score(made, Case((Picked(("A",)), Judged(True)))) == (1, 12)


def test_case_study_refuses_what_its_items_refuse() -> None:
    made = case_study()
    assert refusal(made, Case((None, None, None, None, Picked(tuple("ABCE"))))) == "take action: select 3, not 4"
    assert refusal(made, Case((Judged(False), None))) == ""


def test_case_study_passes_at_eighty_percent() -> None:
    mark = grader_of(case_study()).pass_mark
    assert proposed_rating(Score(8, 10), mark) is Rating.GOOD
    assert proposed_rating(Score(79, 100), mark) is Rating.AGAIN


def test_what_the_item_does_not_have_any_more_is_a_wrong_pick() -> None:
    made = item("select-all", answers=options(*"AB"), distractors=options("C"))
    given = Picked(("A", "B", "gone"))
    assert score(made, given) == (1, 2)
    assert verdicts(made, given)["gone"] is Verdict.WRONG
    assert score(grouping(first=("AB", "C")), Grouped({"first": ("A", "B", "gone"), "lost": ("A",)})) == (1, 2)
    assert score(response_matrix("AB", {"r1": "A", "r2": "A"}), Matrix({"r1": ("A",), "gone": ("A",)})) == (0, 2)
    assert score(item("highlight", text="{{+a}} {{-b}}"), Highlighted(("a", "gone"))) == (0, 1)
    assert score(bow_tie(), BowTie("gone", ("A", "gone"), ("P", "Q"))) == (3, 5)
    assert score(blanks(x="1"), Filled({"x": "gone", "gone": "1"})) == (0, 1)


@pytest.mark.parametrize(
    ("made", "given", "words"),
    [
        (
            item("select-all", answers=options(*"ABCD"), distractors=options("E")),
            Picked(tuple("ABCDE")),
            "3 of 4: 4 right, 1 wrong, +/- scoring",
        ),
        (
            item("select-all", answers=options(*"ABCD"), distractors=options("E")),
            Picked(()),
            "0 of 4: 4 missed, +/- scoring",
        ),
        (
            item("ordering", steps=options(*"ABC")),
            Ordered(tuple("ACB")),
            "0 of 1: 1 right, 2 wrong, 0/1 scoring of the whole order",
        ),
        (
            response_matrix("AB", {"r1": "AB", "r2": "B", "r3": "B", "r4": ""}),
            Matrix({"r1": ("B",), "r2": ("A", "B"), "r3": ("A", "B"), "r4": ("A",)}),
            "3 of 4: 3 right, 3 wrong, 1 missed, +/- scoring of each column by itself",
        ),
        (
            grouping(first=("AB", "C"), second=("A", "BC")),
            Grouped({"first": ("A", "B"), "second": ("B",)}),
            "2 of 3: 2 right, 1 wrong, 1 missed, +/- scoring of each group by itself",
        ),
        (
            blanks("triad", "x", x="1", y="2", z="3"),
            Filled({"x": "1", "y": "2", "z": "wrong"}),
            "1 of 2: 2 right, 1 wrong, rationale scoring",
        ),
        (blanks(x="1", y="2"), Filled({"x": "1"}), "1 of 2: 1 right, 1 missed, 0/1 scoring"),
        (item("true-false", answer=True), Judged(True), "1 of 1: 1 right, 0/1 scoring"),
    ],
)
def test_explanation_counts_elements_and_names_the_rule(made: Any, given: Response, words: str) -> None:
    assert grader_of(made).explain(grade(made, given)) == words


def test_elements_say_what_was_picked_what_was_right_and_why() -> None:
    made = item(
        "drop-down",
        text="It is {{cause}}.",
        blanks={
            "cause": OneOf(
                answer=Option(text="leak", why="Cement is fluid."),
                distractors=(Option(text="clot", why="No clot forms."),),
            )
        },
    )
    (element,) = grade(made, Filled({"cause": "clot"})).elements
    assert (element.picked, element.right) == ("clot", "leak")
    assert element.why == "No clot forms. Cement is fluid."
    (element,) = grade(made, Filled({"cause": "leak"})).elements
    assert element.why == "Cement is fluid."


def test_groups_of_elements_name_row_group_and_wing() -> None:
    matrix = response_matrix("AB", {"r1": "A", "r2": "B"})
    cells = [(e.group, e.label, e.verdict.value) for e in grade(matrix, Matrix({"r1": ("A", "B")})).elements]
    assert cells == [("r1", "A", "right"), ("r1", "B", "wrong"), ("r2", "A", "left out"), ("r2", "B", "missed")]
    wings = {element.group for element in grade(bow_tie(), BowTie()).elements}
    assert wings == {"condition", "actions", "parameters"}
    made = grouping(first=("A", "B"), second=("C", "D"))
    assert [element.group for element in grade(made, Grouped({})).elements] == ["first"] * 2 + ["second"] * 2
