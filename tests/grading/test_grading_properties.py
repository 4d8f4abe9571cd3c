"""What holds of every scored type, whatever the item and whatever the response."""

from __future__ import annotations

from random import Random
from typing import Any

import msgspec
import pytest
from grading_items import SCORED, Answered, answered, item, options, word
from hypothesis import given, settings
from hypothesis import strategies as st

from spinequiz.grading import Verdict, grader_for, grader_of
from spinequiz.grading.rescore import rescore
from spinequiz.model.items import ITEM_TYPES, item_class
from spinequiz.model.responses import (
    BowTie,
    Case,
    Filled,
    Grouped,
    Highlighted,
    Matrix,
    Picked,
    Recalled,
    Response,
    decode_response,
    encode_response,
)

PLUS_MINUS_TYPES = ("select-all", "highlight", "matrix-response", "grouping")


def test_there_is_a_strategy_for_every_scored_type() -> None:
    assert set(SCORED) == {name for name in ITEM_TYPES if not grader_for(name).self_rated}


@given(answered)
def test_points_lie_between_nothing_and_the_maximum(drawn: Answered) -> None:
    grader = grader_of(drawn.item)
    score = grader.grade(drawn.item, drawn.response).score
    assert 0 <= score.points <= score.max_points
    assert score.max_points == grader.max_points(drawn.item) > 0


@given(answered)
def test_the_key_has_full_marks_and_is_not_refused(drawn: Answered) -> None:
    grader = grader_of(drawn.item)
    grade = grader.grade(drawn.item, drawn.key)
    assert grade.score.full
    assert {element.verdict for element in grade.elements} <= {Verdict.RIGHT, Verdict.LEFT}
    assert grader.refusal(drawn.item, drawn.key) == ""


@given(answered)
def test_full_marks_are_for_nothing_missed_and_nothing_wrong(drawn: Answered) -> None:
    """A column or a group without a key is held at 0 by itself, so that a wrong pick there costs nothing."""
    grade = grader_of(drawn.item).grade(drawn.item, drawn.response)
    missed = any(element.verdict is Verdict.MISSED for element in grade.elements)
    wrong = any(element.verdict is Verdict.WRONG for element in grade.elements)
    if drawn.item.type_name in ("matrix-response", "grouping"):
        assert not (grade.score.full and missed)
        assert grade.score.full or missed or wrong
    else:
        assert grade.score.full == (not missed and not wrong)


@given(answered, st.randoms(use_true_random=False))
def test_the_order_of_picks_does_not_matter(drawn: Answered, random: Random) -> None:
    grader = grader_of(drawn.item)
    mixed = in_another_order(drawn.response, random)
    assert grader.grade(drawn.item, mixed).score == grader.grade(drawn.item, drawn.response).score
    assert grader.refusal(drawn.item, mixed) == "" or grader.refusal(drawn.item, drawn.response) != ""


def in_another_order(response: Any, random: Random) -> Any:
    def mix(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(random.sample(texts, len(texts)))

    match response:
        case Picked(options):
            return Picked(mix(options))
        case Highlighted(segments):
            return Highlighted(mix(segments))
        case BowTie(condition, actions, parameters):
            return BowTie(condition, mix(actions), mix(parameters))
        case Matrix(rows):
            return Matrix({row: mix(rows[row]) for row in mix(tuple(rows))})
        case Grouped(groups):
            return Grouped({group: mix(groups[group]) for group in mix(tuple(groups))})
        case Filled(filled):
            return Filled({name: filled[name] for name in mix(tuple(filled))})
        case Case(responses):
            return Case(tuple(each and in_another_order(each, random) for each in responses))
    return response


@given(st.one_of(*(SCORED[name] for name in PLUS_MINUS_TYPES)), st.data())
def test_a_wrong_pick_more_never_raises_a_plus_minus_score(drawn: Answered, data: st.DataObject) -> None:
    grader = grader_of(drawn.item)
    before = grader.grade(drawn.item, drawn.response)
    wrong = [
        (element.group, element.label)
        for element in before.elements
        if element.verdict in (Verdict.LEFT, Verdict.WRONG)
    ]
    group, text = data.draw(st.sampled_from(wrong) if wrong else st.tuples(st.just(""), word.map(lambda w: f"new {w}")))
    match drawn.response:
        case Picked(options):
            more: Response = Picked((*options, text))
        case Highlighted(segments):
            more = Highlighted((*segments, text))
        case Matrix(rows):
            more = Matrix({**rows, group: (*rows.get(group, ()), text)})
        case Grouped(groups):
            more = Grouped({**groups, group: (*groups.get(group, ()), text)})
        case _:
            raise AssertionError(drawn.response)
    after = grader.grade(drawn.item, more)
    assert after.score.points <= before.score.points
    assert after.score.max_points == before.score.max_points


@given(answered)
def test_responses_survive_storing(drawn: Answered) -> None:
    for response in (drawn.response, drawn.key):
        assert decode_response(encode_response(response)) == response


@given(answered)
def test_rescoring_agrees_with_grading(drawn: Answered) -> None:
    fresh = grader_of(drawn.item).grade(drawn.item, drawn.response)
    assert rescore(drawn.item, encode_response(drawn.response)) == fresh


@given(answered)
def test_items_survive_the_cache(drawn: Answered) -> None:
    body = msgspec.msgpack.encode(drawn.item)
    assert msgspec.msgpack.decode(body, type=item_class(drawn.item.type_name)) == drawn.item


@given(answered, st.integers())
def test_shown_choices_are_the_elements_whatever_the_seed(drawn: Answered, seed: int) -> None:
    grader = grader_of(drawn.item)
    shown = grader.options(drawn.item, seed)
    assert sorted(shown) == sorted(grader.options(drawn.item, seed + 1))
    assert shown == grader.options(drawn.item, seed)
    choices, others = grader.choices(drawn.item, seed), grader.choices(drawn.item, seed + 1)
    assert list(choices) == list(others)
    for name, texts in choices.items():
        assert sorted(texts) == sorted(others[name])


@given(answered)
def test_explanation_starts_with_the_points(drawn: Answered) -> None:
    grade = grader_of(drawn.item).grade(drawn.item, drawn.response)
    words = grader_of(drawn.item).explain(grade)
    assert words.startswith(f"{grade.score.points} of {grade.score.max_points}: ")
    assert "\n" not in words or drawn.item.type_name == "case-study"


@given(answered, answered)
@settings(max_examples=200)
def test_a_response_of_another_kind_is_not_scored(one: Answered, other: Answered) -> None:
    kind = grader_of(one.item).response_type
    assert (rescore(one.item, encode_response(other.response)) is None) == (not isinstance(other.response, kind))


@pytest.mark.parametrize(
    "stored", ["", "{", "[]", '{"kind":"unknown"}', '{"kind":"picked"}', '{"kind":"picked","options":1}']
)
@given(drawn=answered)
@settings(max_examples=10)
def test_a_malformed_response_is_not_scored(drawn: Answered, stored: str) -> None:
    assert rescore(drawn.item, stored) is None


def test_a_self_rated_item_is_not_scored() -> None:
    assert rescore(item("basic", answer="A"), encode_response(Recalled())) is None


def test_an_ordering_is_never_shown_in_its_right_order() -> None:
    made = item("ordering", steps=options("first", "second"))
    assert {grader_of(made).options(made, seed) for seed in range(20)} == {("second", "first")}
