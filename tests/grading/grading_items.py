"""Items built in a line, and for every scored type a strategy of items with responses."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from hypothesis import strategies as st

from spinequiz.model.items import Item, item_class
from spinequiz.model.items.base import JUDGMENT_STEPS, Option
from spinequiz.model.items.grouping import Group
from spinequiz.model.items.matrix_choice import ChoiceRow
from spinequiz.model.items.matrix_response import ResponseRow
from spinequiz.model.items.parts import OneOf, SomeOf
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
    Typed,
)


def item(type_name: str, **keys: Any) -> Any:
    """An item of a type, with an id and a prompt."""
    return item_class(type_name)(**{"id": "x", "prompt": "Asked", **keys})


def options(*texts: str) -> tuple[Option, ...]:
    return tuple(Option(text=text) for text in texts)


def one_of(answer: str, *distractors: str) -> OneOf:
    return OneOf(answer=Option(text=answer), distractors=options(*distractors))


def some_of(answers: str, distractors: str) -> SomeOf:
    return SomeOf(answers=options(*answers), distractors=options(*distractors))


def choice_matrix(columns: str, answers: dict[str, str]) -> Any:
    """A matrix-choice whose columns are letters."""
    rows = tuple(ChoiceRow(text=row, answer=Option(text=answer)) for row, answer in answers.items())
    return item("matrix-choice", columns=tuple(columns), rows=rows)


def response_matrix(columns: str, answers: dict[str, str]) -> Any:
    """A matrix-response whose columns are letters; each row has its letters."""
    rows = tuple(ResponseRow(text=row, answers=options(*letters)) for row, letters in answers.items())
    return item("matrix-response", columns=tuple(columns), rows=rows)


def grouping(**groups: tuple[str, str]) -> Any:
    """A grouping: for each group the letters of its keys and of its distractors."""
    made = tuple(
        Group(text=text, answers=options(*keys), distractors=options(*others))
        for text, (keys, others) in groups.items()
    )
    return item("grouping", groups=made)


def blanks(kind: str | None = None, anchor: str | None = None, **answers: str) -> Any:
    """A drop-down with a blank a name; `wrong` is the distractor everywhere."""
    return item(
        "drop-down",
        text=" and ".join(f"{{{{{name}}}}}" for name in answers),
        blanks={name: one_of(answer, "wrong") for name, answer in answers.items()},
        rationale_scoring=kind,
        anchor=anchor,
    )


def bow_tie() -> Any:
    """Condition C of CDEF, actions AB of ABXYZ, parameters PQ of PQRST."""
    return item("bow-tie", condition=one_of("C", *"DEF"), actions=some_of("AB", "XYZ"), parameters=some_of("PQ", "RST"))


class Answered(NamedTuple):
    """An item with some response and with the one that is right in everything."""

    item: Any
    response: Any
    key: Any


word = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="{}"), min_size=1, max_size=4)


def words(least: int, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(word, min_size=least, max_size=most, unique=True)


def picks(*known: str) -> st.SearchStrategy[tuple[str, ...]]:
    """Picks among the known texts, with some that are not there and some that occur twice."""
    return st.lists(st.sampled_from(known) | word, max_size=len(known) + 2).map(tuple)


@st.composite
def choices(draw: st.DrawFn, type_name: str) -> Answered:
    texts = draw(words(2, 8))
    count = draw(st.integers(1, len(texts) - 1))
    made = item(type_name, answers=options(*texts[:count]), distractors=options(*texts[count:]))
    return Answered(made, Picked(draw(picks(*texts))), Picked(tuple(texts[:count])))


@st.composite
def single_choices(draw: st.DrawFn) -> Answered:
    key, *others = draw(words(2, 5))
    made = item("single-choice", answer=Option(text=key), distractors=options(*others))
    return Answered(made, Picked(draw(picks(key, *others))), Picked((key,)))


@st.composite
def orderings(draw: st.DrawFn) -> Answered:
    steps = draw(words(2, 6))
    given = draw(st.permutations(steps).map(tuple) | picks(*steps))
    return Answered(item("ordering", steps=options(*steps)), Ordered(given), Ordered(tuple(steps)))


@st.composite
def choice_matrices(draw: st.DrawFn) -> Answered:
    columns, rows = draw(words(2, 3)), draw(words(1, 5))
    keys = {row: draw(st.sampled_from(columns)) for row in rows}
    made = item(
        "matrix-choice",
        columns=tuple(columns),
        rows=tuple(ChoiceRow(text=row, answer=Option(text=key)) for row, key in keys.items()),
    )
    given = draw(st.dictionaries(st.sampled_from(rows) | word, picks(*columns), max_size=6))
    return Answered(made, Matrix(given), Matrix({row: (key,) for row, key in keys.items()}))


@st.composite
def response_matrices(draw: st.DrawFn) -> Answered:
    columns, rows = draw(words(2, 4)), draw(words(1, 5))
    subsets = st.lists(st.sampled_from(columns), unique=True).map(tuple)
    keys = {row: draw(subsets) for row in rows}
    keys[rows[0]] = keys[rows[0]] or (columns[0],)
    made = item(
        "matrix-response",
        columns=tuple(columns),
        rows=tuple(ResponseRow(text=row, answers=options(*key)) for row, key in keys.items()),
    )
    given = draw(st.dictionaries(st.sampled_from(rows) | word, picks(*columns), max_size=6))
    return Answered(made, Matrix(given), Matrix(keys))


@st.composite
def groupings(draw: st.DrawFn) -> Answered:
    groups, texts = draw(words(1, 4)), draw(words(2, 6))
    keys = {group: tuple(texts[: draw(st.integers(1, len(texts)))]) for group in groups}
    made = item(
        "grouping",
        groups=tuple(
            Group(text=group, answers=options(*key), distractors=options(*texts[len(key) :]))
            for group, key in keys.items()
        ),
    )
    given = draw(st.dictionaries(st.sampled_from(groups) | word, picks(*texts), max_size=5))
    return Answered(made, Grouped(given), Grouped(keys))


@st.composite
def fillings(draw: st.DrawFn, type_name: str) -> Answered:
    kind = draw(st.sampled_from([None, "dyad", "triad"]))
    names = [f"b{number}" for number in range({"dyad": 2, "triad": 3}.get(kind or "", draw(st.integers(1, 5))))]
    texts = draw(words(len(names) + 1, len(names) + 4))
    keys = dict(zip(names, texts, strict=False))
    others = texts[len(names) :]
    made = item(
        type_name,
        text=" ".join(f"so {{{{{name}}}}}." for name in names),
        rationale_scoring=kind,
        anchor="b0" if kind == "triad" else None,
        **(
            {"blanks": {name: one_of(key, *others) for name, key in keys.items()}}
            if type_name == "drop-down"
            else {"blanks": {name: Option(text=key) for name, key in keys.items()}, "distractors": options(*others)}
        ),
    )
    given = draw(st.dictionaries(st.sampled_from(names) | word, st.sampled_from(texts) | word, max_size=6))
    return Answered(made, Filled(given), Filled(keys))


@st.composite
def highlights(draw: st.DrawFn) -> Answered:
    texts = draw(words(2, 8))
    signs = {text: draw(st.booleans()) for text in texts}
    signs[texts[0]] = True
    text = " ".join(f"then {{{{{'+' if key else '-'}{text}}}}}" for text, key in signs.items())
    keys = tuple(text for text, key in signs.items() if key)
    return Answered(item("highlight", text=text), Highlighted(draw(picks(*texts))), Highlighted(keys))


@st.composite
def bow_ties(draw: st.DrawFn) -> Answered:
    conditions, actions, parameters = draw(words(2, 4)), draw(words(3, 5)), draw(words(3, 5))
    made = item(
        "bow-tie",
        condition=one_of(*conditions),
        actions=SomeOf(answers=options(*actions[:2]), distractors=options(*actions[2:])),
        parameters=SomeOf(answers=options(*parameters[:2]), distractors=options(*parameters[2:])),
    )
    given = BowTie(draw(st.sampled_from(["", *conditions]) | word), draw(picks(*actions)), draw(picks(*parameters)))
    return Answered(made, given, BowTie(conditions[0], tuple(actions[:2]), tuple(parameters[:2])))


def judgments() -> st.SearchStrategy[Answered]:
    return st.tuples(st.booleans(), st.booleans()).map(
        lambda pair: Answered(item("true-false", answer=pair[0]), Judged(pair[1]), Judged(pair[0]))
    )


def typed_answers() -> st.SearchStrategy[Answered]:
    letters = st.text("abc", min_size=1, max_size=6)
    return st.tuples(letters, letters, st.booleans()).map(
        lambda drawn: Answered(item("typed", answer=drawn[0]), Typed(drawn[1], drawn[2]), Typed(drawn[0]))
    )


def numbers() -> st.SearchStrategy[Answered]:
    value = st.decimals(-999, 999, places=2)
    return st.tuples(value, value.map(str) | word).map(
        lambda drawn: Answered(
            item("numeric", answer=drawn[0], tolerance=Decimal("0.05")), Typed(drawn[1]), Typed(format(drawn[0], "f"))
        )
    )


SIMPLE: dict[str, st.SearchStrategy[Answered]] = {
    "typed": typed_answers(),
    "numeric": numbers(),
    "true-false": judgments(),
    "single-choice": single_choices(),
    "select-all": choices("select-all"),
    "select-n": choices("select-n"),
    "ordering": orderings(),
    "matrix-choice": choice_matrices(),
    "matrix-response": response_matrices(),
    "grouping": groupings(),
    "drop-down": fillings("drop-down"),
    "drag-drop": fillings("drag-drop"),
    "highlight": highlights(),
    "bow-tie": bow_ties(),
}


@st.composite
def case_studies(draw: st.DrawFn) -> Answered:
    six: list[Answered] = [draw(st.one_of(*SIMPLE.values())) for _ in JUDGMENT_STEPS]
    nested: list[Item] = [each.item for each in six]
    given = [draw(st.sampled_from([None, each.response, each.key, Typed("of another kind")])) for each in six]
    made = item("case-study", scenario="A client", items=tuple(nested))
    return Answered(made, Case(tuple(given)), Case(tuple(each.key for each in six)))


SCORED: dict[str, st.SearchStrategy[Answered]] = {**SIMPLE, "case-study": case_studies()}
answered = st.one_of(*SCORED.values())
