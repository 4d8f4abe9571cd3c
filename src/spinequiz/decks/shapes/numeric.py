"""`numeric`: one way of saying how exact the answer must be, and calculations that come out in every variant."""

from __future__ import annotations

from keyword import iskeyword

from spinequiz.decks.checks import Place
from spinequiz.grading.formula import FormulaError, as_decimal, evaluate, names, near_decimal, round_fraction
from spinequiz.grading.variants import (
    MOST_VALUES,
    all_variants,
    count_values,
    count_variants,
    places,
    plain_decimal,
)
from spinequiz.model.items.numeric import Numeric, Variable

MOST_CHECKED = 5_000
"""Variants that are computed one by one; of more, the ends of the ranges are, and so many are drawn."""


def check(item: Numeric, place: Place) -> None:
    """An answer or a formula; `tolerance` or `round_to`; and for a formula, every variant."""
    if item.tolerance is not None and item.tolerance < 0:
        place.error("out-of-range", f"{item.tolerance} is below 0", "write a number of 0 or more", "tolerance")
    if item.tolerance is not None and item.round_to is not None:
        place.error("bad-shape", "`tolerance` and `round_to` exclude each other", "keep one of them", "tolerance")
    if item.formula or item.variables:
        _check_calculation(item, place)
    elif item.answer is None:
        place.error("missing-key", "the key `answer` is missing", "add `answer`, or `variables` and `formula`")
    elif item.tolerance is None and item.round_to is None and item.answer != item.answer.to_integral_value():
        place.warning(
            "exactness-not-stated",
            "the student is not told how exact the answer must be",
            "add `round_to: tenth`, or a `tolerance`",
            "answer",
        )


def _check_calculation(item: Numeric, place: Place) -> None:
    before = place.report.errors
    if item.answer is not None:
        place.error("bad-shape", "`answer` and `formula` exclude each other", "keep one of them", "answer")
    if not item.formula or not item.variables:
        missing = "variables" if item.formula else "formula"
        place.error("missing-key", f"the key `{missing}` is missing", f"add `{missing}`", "id")
        return
    for name, variable in item.variables.items():
        _check_variable(name, variable, place)
    _check_names(item, place)
    if place.report.errors == before:
        _check_variants(item, place)


def _check_variable(name: str, variable: Variable, place: Place) -> None:
    low, high, step = variable.min, variable.max, variable.step
    ranged = any(value is not None for value in (low, high, step))
    if iskeyword(name):
        help = f"give it another name, in the formula and the prompt too, such as `{name}_value`"
        place.report.add("bad-variable", f"`{name}` has a meaning of its own in a formula",
                         place.key_span("variables", name), help)  # fmt: skip
    if bool(variable.values) == ranged:
        place.error("bad-variable", f"`{name}` needs a list, or `min`, `max` and `step`", "write one of the two",
                    "variables", name)  # fmt: skip
    elif not ranged:
        return
    elif low is None or high is None or step is None:
        missing = "min" if low is None else "max" if high is None else "step"
        place.error("bad-variable", f"`{name}` has no `{missing}`", f"add a line `{missing}: ...`", "variables", name)
    elif step <= 0:
        place.error("bad-variable", f"the step of `{name}` is not above 0", "write a number above 0",
                    "variables", name, "step")  # fmt: skip
    elif high < low:
        place.error("bad-variable", f"the `max` of `{name}` is below its `min`", "write the larger number as `max`",
                    "variables", name, "max")  # fmt: skip
    elif not count_values(variable):
        place.error("bad-variable", f"`{name}` takes more than {MOST_VALUES} values", "write a larger step",
                    "variables", name, "step")  # fmt: skip


def _check_names(item: Numeric, place: Place) -> None:
    try:
        used = names(item.formula)
    except FormulaError as error:
        place.error("bad-formula", str(error), "write arithmetic over the variables' names", "formula")
        return
    for name in sorted(used - item.variables.keys()):
        known = ", ".join(item.variables)
        place.error("bad-formula", f"`{name}` is not among the variables", f"known: {known}", "formula")
    shown = places(item.prompt)
    for name in item.variables:
        if name not in shown:
            place.error(
                "bad-variable", f"the prompt has no place for `{name}`", f"write {{{{{name}}}}} in it", "prompt"
            )
        if name not in used:
            place.warning("unused-variable", f"the formula does not use `{name}`", "remove it, or use it",
                          "variables", name)  # fmt: skip
    for name in sorted(set(shown) - item.variables.keys()):
        place.error("bad-variable", f"`{name}` in the prompt is not among the variables", "add it", "prompt")


def _check_variants(item: Numeric, place: Place) -> None:
    """The first variant that does not come out, if any; of very many, a sample."""
    for values in all_variants(item, MOST_CHECKED):
        shown = ", ".join(f"{name} = {plain_decimal(value)}" for name, value in values.items())
        try:
            exact = evaluate(item.formula, values)
            key = round_fraction(exact, item.round_to) if item.round_to else None
            if key is None and item.tolerance is None:
                as_decimal(exact)
        except FormulaError as error:
            place.error("bad-variant", f"{error}, with {shown}", "change the range, or add `round_to`", "formula")
            return
        if item.positive and (exact <= 0 or (key is not None and key <= 0)):
            answer = plain_decimal(near_decimal(exact) if key is None else key)
            place.error(
                "bad-variant",
                f"the answer is {answer}, not above 0, with {shown}",
                "change the range, or say `positive: false`",
                "formula",
            )
            return
    if count_variants(item) == 1:
        place.warning("one-variant", "there is only one variant", "give a variable more values", "variables")
