"""`numeric`: 0/1 in decimal arithmetic; rounding is half up, once, at the end."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from spinequiz.grading.base import Element, Grade, Grader, Verdict
from spinequiz.grading.rules import ZERO_ONE
from spinequiz.grading.text import fold
from spinequiz.model.cards import Score, Variant
from spinequiz.model.items.numeric import Numeric, RoundTo
from spinequiz.model.responses import Typed

QUANTUM: dict[RoundTo, Decimal] = {"whole": Decimal(1), "tenth": Decimal("0.1"), "hundredth": Decimal("0.01")}
ROUNDING_WORDS: dict[RoundTo, str] = {
    "whole": "Round to a whole number.",
    "tenth": "Round to the nearest tenth.",
    "hundredth": "Round to the nearest hundredth.",
}
NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?")
MOST_DIGITS = 30


def round_half_up(value: Decimal, round_to: RoundTo) -> Decimal:
    """2.25 to a tenth is 2.3: decimal, half away from zero, as dosage is rounded."""
    return value.quantize(QUANTUM[round_to], rounding=ROUND_HALF_UP)


def plain_decimal(value: Decimal) -> str:
    """The number without exponent and without zeros behind the point."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def parse_number(text: str, unit: str = "") -> Decimal | None:
    """The number that a student typed, with or without the unit; None if it is no number.

    A comma groups thousands (`1,200`); as a decimal sign (`2,5`) it is not understood.
    """
    typed = text.strip().replace("\N{MINUS SIGN}", "-")
    match = NUMBER.match(typed)
    if match is None or not any(c.isdigit() for c in match[0]) or len(match[0]) > MOST_DIGITS:
        return None
    rest = typed[match.end() :].strip()
    if rest and fold(rest) != fold(unit) and rest != unit:
        return None
    return Decimal(match[0].replace(",", ""))


class NumericGrader(Grader):
    """0/1 scoring of the whole item, as the NGN scores calculations."""

    rule = ZERO_ONE
    response_type = Typed

    def question(self, item: Numeric, variant: Variant) -> str:
        """The prompt, with the rounding rule where there is one."""
        return f"{item.prompt}\n\n{ROUNDING_WORDS[item.round_to]}" if item.round_to else item.prompt

    def key(self, item: Numeric) -> Decimal:
        """The number that is right, rounded as the item says."""
        return round_half_up(item.answer, item.round_to) if item.round_to else item.answer

    def answer(self, item: Numeric, variant: Variant) -> str:
        """The key with its unit; a rounded key keeps its places."""
        key = format(self.key(item), "f") if item.round_to else plain_decimal(item.answer)
        margin = f" (within {plain_decimal(item.tolerance)})" if item.tolerance else ""
        return f"{key} {item.unit}".strip() + margin

    def grade(self, item: Numeric, response: Typed) -> Grade:
        """One point for a number within the tolerance, or equal to the rounded key."""
        number = parse_number(response.text, item.unit)
        right = number is not None and abs(number - self.key(item)) <= (item.tolerance or 0)
        note = ""
        if not right and number is not None and item.round_to:
            if round_half_up(number, item.round_to) == self.key(item):
                note = "the value is right but not rounded as asked"
        verdict = Verdict.RIGHT if right else Verdict.WRONG
        element = Element("answer", verdict, response.text, self.answer(item, Variant("")))
        return Grade(Score(int(right), 1), self.rule, (element,), note)


GRADER = NumericGrader()
