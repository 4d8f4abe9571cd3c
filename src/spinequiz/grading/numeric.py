"""`numeric`: 0/1 in decimal arithmetic; rounding is half up, once, at the end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from msgspec.structs import replace

from spinequiz.grading.base import Element, Grade, Grader, Verdict
from spinequiz.grading.formula import FormulaError, evaluate, near_decimal, round_fraction
from spinequiz.grading.rules import ZERO_ONE
from spinequiz.grading.text import fold
from spinequiz.grading.variants import count_variants, fill_prompt, pick_values, plain_decimal, values_of
from spinequiz.model.cards import MAIN, Score, Variant
from spinequiz.model.items.numeric import Numeric, RoundTo, Variable
from spinequiz.model.responses import Response, Typed

ROUNDING_WORDS: dict[RoundTo, str] = {
    "whole": "Round to a whole number.",
    "tenth": "Round to the nearest tenth.",
    "hundredth": "Round to the nearest hundredth.",
}
NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?")
PER = re.compile(r"(?:^|\s)per\s+|^\s*1\s*/")
"""What a fraction bar stands for in a unit; the 1 above it may be left out."""
MOST_DIGITS = 30


def parse_number(text: str, unit: str = "") -> Decimal | None:
    """The number that a student typed, with or without the unit; None if it is no number.

    A comma groups thousands (`1,200`); as a decimal sign (`2,5`) it is not understood.
    """
    number, rest = _split(text)
    if not any(c.isdigit() for c in number) or len(number) > MOST_DIGITS or not _is_unit(rest, unit):
        return None
    return Decimal(number.replace(",", ""))


def number_problem(text: str, unit: str = "") -> str:
    """Why a typed text is not read as a number, in words; empty if it is."""
    if parse_number(text, unit) is not None:
        return ""
    number, rest = _split(text)
    if parse_number(number) is not None and (rest == "%" or rest[0].isalpha()) and not any(c.isdigit() for c in rest):
        wanted = f"in {unit}, with this unit or without one" if unit else "without a unit"
        return f'"{rest[:MOST_DIGITS]}" is not the unit asked for: type the number {wanted}'
    return "that is no number: type digits, with a point for decimals, such as 2.5"


def _split(text: str) -> tuple[str, str]:
    """The digits at the beginning, and what stands behind them."""
    typed = text.strip().replace("\N{MINUS SIGN}", "-")
    match = NUMBER.match(typed)
    assert match is not None, "the pattern matches nothing too"
    return match[0], typed[match.end() :].strip()


def _is_unit(text: str, unit: str) -> bool:
    """Whether what stands behind a number is its unit, in another spelling too, or no unit at all."""
    rest, own = (_unit_words(words) for words in (text, unit))
    # folding alone would take a percent sign for punctuation, and 5% for 5
    return rest in ("", own) or (fold(own) != "" and fold(rest) == fold(own))


def _unit_words(unit: str) -> str:
    """A unit in one spelling: `1/min`, `/min` and `per minute`'s short form `per min` are the same."""
    words = PER.sub("/", unit.casefold().replace("%", "percent").replace(".", ""))
    return "".join(words.split())


class NumericGrader(Grader):
    """0/1 scoring of the whole item, as the NGN scores calculations."""

    rule = ZERO_ONE
    response_type = Typed

    def question(self, item: Numeric, variant: Variant) -> str:
        """The prompt, with the rounding rule where there is one."""
        return f"{item.prompt}\n\n{ROUNDING_WORDS[item.round_to]}" if item.round_to else item.prompt

    def concrete(self, item: Numeric, seed: int) -> Numeric:
        """One variant: each variable has a single value, and the prompt shows it."""
        if not item.variables:
            return item
        chosen = pick_values(item, seed)
        return replace(
            item,
            prompt=fill_prompt(item.prompt, chosen),
            variables={name: Variable(values=(value,)) for name, value in chosen.items()},
        )

    def completed(self, item: Numeric, response: Response) -> Response:
        """The response with the values of the variant."""
        if not item.variables or not isinstance(response, Typed):
            return response
        values = {name: plain_decimal(values_of(variable)[0]) for name, variable in item.variables.items()}
        return replace(response, variables=values)

    def open_key(self, item: Numeric) -> tuple[str, ...]:
        """The number or the formula, how near is near enough, the rounding and the unit."""
        number = plain_decimal(item.answer) if item.answer is not None else item.formula
        tolerance = plain_decimal(item.tolerance or Decimal(0))
        return (f"={number}", f"within {tolerance}", f"to {item.round_to}", f"unit {item.unit}")

    def exact(self, item: Numeric, values: Mapping[str, Decimal]) -> Fraction:
        """The answer before rounding, as a fraction. Raises FormulaError."""
        if item.formula:
            return evaluate(item.formula, values)
        return Fraction(item.answer or 0)

    def key(self, item: Numeric, values: Mapping[str, Decimal] | None = None) -> Decimal:
        """The number that is right, rounded as the item says. Raises FormulaError."""
        if values is None:
            values = {name: values_of(variable)[0] for name, variable in item.variables.items()}
        exact = self.exact(item, values)
        return round_fraction(exact, item.round_to) if item.round_to else near_decimal(exact)

    def answer(self, item: Numeric, variant: Variant) -> str:
        """The key with its unit; a rounded key keeps its places. Without a variant, the formula."""
        if count_variants(item) > 1:
            return f"{item.formula} {item.unit}".strip()
        return self._in_words(item, self.key(item))

    def _in_words(self, item: Numeric, value: Decimal) -> str:
        key = format(value, "f") if item.round_to else plain_decimal(value)
        margin = f" (within {plain_decimal(item.tolerance)})" if item.tolerance else ""
        return f"{key} {item.unit}".strip() + margin

    def grade(self, item: Numeric, response: Typed) -> Grade:
        """One point for a number within the tolerance, or equal to the rounded key."""
        number = parse_number(response.text, item.unit)
        key = self._key_of(item, response)
        right = number is not None and key is not None and abs(number - key) <= (item.tolerance or 0)
        note = ""
        if not right and number is not None and item.round_to:
            if round_fraction(Fraction(number), item.round_to) == key:
                note = "the value is right but not rounded as asked"
        verdict = Verdict.RIGHT if right else Verdict.WRONG
        words = self.answer(item, MAIN) if key is None else self._in_words(item, key)
        element = Element("answer", verdict, response.text, words)
        return Grade(Score(int(right), 1), self.rule, (element,), note)

    def _key_of(self, item: Numeric, response: Typed) -> Decimal | None:
        """The key of the variant that the response names; None where the item has no such variant any more."""
        try:
            values = {name: Decimal(value) for name, value in response.variables.items()}
            if not all(value.is_finite() and abs(value.adjusted()) <= MOST_DIGITS for value in values.values()):
                return None
            return self.key(item, values if values and item.variables else None)
        except (FormulaError, InvalidOperation):
            return None


GRADER = NumericGrader()
