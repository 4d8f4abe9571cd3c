"""Calculations: variables and formulas that do not come out, each named at its place; `«` marks where."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from random import Random

import pytest
from deck_texts import errors, the_error, with_item
from hypothesis import given
from hypothesis import strategies as st

from spinequiz.decks.load import parse_deck
from spinequiz.grading.numeric import GRADER
from spinequiz.grading.variants import all_variants, pick_values, values_of
from spinequiz.model.items.numeric import Numeric, Variable

ITEM = """\
id: dose
type: numeric
prompt: "{{w}} kg at {{d}} mg/kg: how many mg?"
variables:
  w:
    min: 50
    max: 90
    step: 2.5
  d: [1, 2]
formula: w * d
tolerance: 0.5
added: true
"""


def marked(text: str) -> tuple[str, tuple[int, int]]:
    """The text without its mark, and the line and the column of the mark."""
    above = text[: text.index("«")]
    return text.replace("«", ""), (above.count("\n") + 1, len(above) - above.rfind("\n"))


def item_of(text: str) -> Numeric:
    deck, found = parse_deck(text.encode(), "deck.yaml")
    assert found == ()
    assert deck is not None
    (item,) = deck.items
    assert isinstance(item, Numeric)
    return item


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("bad-variable", "step: 2.5", "step: «0"),
        ("bad-variable", "step: 2.5", "step: «-1"),
        ("bad-variable", "step: 2.5", "step: «0.0001"),
        ("bad-variable", "max: 90", "max: «40"),
        ("bad-variable", "    min: 50\n    max", "    «max"),
        ("bad-variable", "d: [1, 2]", "d: «[]"),
        ("bad-variable", "d: [1, 2]", "d: «{values: [1, 2], min: 1}"),
        ("wrong-kind", "d: [1, 2]", "d: [1, «two]"),
        ("wrong-kind", "d: [1, 2]", "d: «2"),
        ("wrong-kind", "min: 50", "min: «0x32"),
        ("bad-name", "  w:\n", "  «weight kg:\n"),
        ("bad-variable", '"{{w}} kg at {{d}}', '«"{{w}} kg at'),
        ("bad-formula", "formula: w * d", "formula: «w ** d"),
        ("bad-formula", "formula: w * d", "formula: «w * e"),
        ("bad-formula", "formula: w * d", "formula: «w * d +"),
        ("bad-formula", "formula: w * d", "formula: «w × d * ٣"),
        ("bad-formula", "formula: w * d", "formula: «9**9**9**9 * w * d"),
        ("bad-formula", "formula: w * d", "formula: «'__import__(\"os\").getcwd()'"),
        ("bad-formula", "formula: w * d", "formula: «w * d * 1e999"),
        ("bad-formula", "formula: w * d", "formula: «w * d - " + "-" * 60 + "w"),
        ("bad-variant", "formula: w * d", "formula: «w / (d - 1)"),
        ("bad-variant", "formula: w * d", "formula: «w - d * 40"),
        ("bad-variant", "formula: w * d", "formula: «w * d" + " * 1e307" * 20),
        ("bad-variant", "formula: w * d", "formula: «0 - w * d" + " * 1e-307" * 20),
        ("bad-variant", "w * d\ntolerance: 0.5", "«w / d / 3"),
        ("out-of-range", "tolerance: 0.5", "tolerance: «-0.5"),
        ("bad-shape", "tolerance: 0.5", "tolerance: «0.5\nround_to: tenth"),
        ("bad-shape", "tolerance: 0.5", "answer: «5\ntolerance: 0.5"),
    ],
)
def test_a_calculation_that_does_not_come_out_is_named_at_its_place(rule: str, old: str, new: str) -> None:
    assert ITEM.count(old) == 1
    text, place = marked(with_item(ITEM.replace(old, new)))
    error = the_error(text)
    assert error.span is not None
    assert (error.rule, error.span.line, error.span.column) == (rule, *place)
    assert error.help


def test_a_name_that_a_formula_reads_as_its_own_word_is_no_variable() -> None:
    """`in` for inches is a word of the formula's language: what to do is said at the variable."""
    text, place = marked(with_item(ITEM.replace("  d: [1, 2]", "  «in: [1, 2]").replace("{{d}}", "{{in}}")))
    assert ("bad-variable", *place) in errors(text)


@given(
    st.decimals(-100, 100, places=2),
    st.decimals(min_value=Decimal("0.01"), max_value=10, places=2),
    st.integers(0, 300),
    st.integers(0, 10_000),
)
def test_a_variant_takes_its_values_from_the_range(low: Decimal, step: Decimal, count: int, seed: int) -> None:
    variable = Variable(min=low, max=low + step * count, step=step)
    values = values_of(variable)
    assert values == tuple(low + step * index for index in range(count + 1))
    item = Numeric(id="x", prompt="{{v}}", variables={"v": variable}, formula="v")
    assert pick_values(item, seed) == {"v": Random(seed).choice(values)}


def ends() -> Iterator[tuple[str, str]]:
    yield "formula: w * d", "formula: w / (d - 19999)"
    yield "formula: w * d", "formula: d / (w - 90000)"


@pytest.mark.parametrize(("old", "new"), ends())
def test_the_ends_of_ranges_are_computed_whatever_the_sample(old: str, new: str) -> None:
    """Of a billion variants few are drawn; the one that divides by zero stands at an end."""
    ranges = ITEM.replace("max: 90", "max: 90000").replace("step: 2.5", "step: 1")
    ranges = ranges.replace("d: [1, 2]", "d: {min: 1, max: 19999, step: 1}")
    assert errors(with_item(ranges)) == []
    said = the_error(with_item(ranges.replace(old, new).replace("tolerance", "positive: false\ntolerance")))
    assert (said.rule, "divides by zero" in said.message) == ("bad-variant", True)


def test_every_variant_of_few_is_computed() -> None:
    item = item_of(with_item(ITEM))
    found = list(all_variants(item, 5_000))
    assert len(found) == 17 * 2
    assert {GRADER.exact(item, values) for values in found} == {
        weight * dose for weight in values_of(item.variables["w"]) for dose in (1, 2)
    }
