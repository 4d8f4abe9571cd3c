"""A small expression language for calculations: numbers, names, + - * / and brackets. Nothing is executed.

Python's parser reads the text, and a walk over its tree computes with exact fractions; whatever is not
arithmetic is refused by name.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

from spinequiz.model.items.numeric import RoundTo

QUANTUM: dict[RoundTo, Decimal] = {"whole": Decimal(1), "tenth": Decimal("0.1"), "hundredth": Decimal("0.01")}
LONGEST = 300
DEEPEST = 40
PLACES = 20
"""Decimal places that an answer without rounding may have."""
LARGEST = 10**PLACES
"""Answers stay below it: one with more digits cannot be typed."""


class FormulaError(ValueError):
    """A formula that cannot be read or computed; the message says why."""


@lru_cache(maxsize=256)
def parse(formula: str) -> ast.expr:
    """The tree of a formula. Raises FormulaError for whatever is not arithmetic."""
    if len(formula) > LONGEST:
        raise FormulaError(f"the formula is longer than {LONGEST} characters")
    try:
        tree = ast.parse(formula.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FormulaError("the formula is no arithmetic expression") from error
    _check(tree, 0)
    return tree


def names(formula: str) -> frozenset[str]:
    """The variables that a formula uses. Raises FormulaError."""
    return frozenset(node.id for node in ast.walk(parse(formula)) if isinstance(node, ast.Name))


def evaluate(formula: str, values: Mapping[str, Decimal]) -> Fraction:
    """The exact value of a formula. Raises FormulaError, also for a division by zero and a huge answer."""
    value = _value(parse(formula), values)
    if abs(value) >= LARGEST:
        raise FormulaError(f"the answer has more than {PLACES} digits")
    return value


def round_fraction(value: Fraction, round_to: RoundTo) -> Decimal:
    """Rounded half up, away from zero, once and exactly: 9/4 to a tenth is 2.3."""
    quantum = QUANTUM[round_to]
    scaled = abs(value) / Fraction(quantum)
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    with localcontext() as context:
        context.prec = 60
        return (Decimal(whole) * quantum).copy_sign(Decimal(1 if value >= 0 else -1))


def as_decimal(value: Fraction) -> Decimal:
    """The same number as a decimal. Raises FormulaError where it has no end, such as 1/3."""
    scaled = value * 10**PLACES
    if scaled.denominator != 1:
        raise FormulaError("the answer has no end as a decimal number")
    with localcontext() as context:
        context.prec = 60
        return Decimal(scaled.numerator).scaleb(-PLACES)


def near_decimal(value: Fraction) -> Decimal:
    """The number as a decimal of PLACES places, rounded half up where it has no end."""
    scaled = abs(value) * 10**PLACES
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    with localcontext() as context:
        context.prec = 60
        return Decimal(whole if value >= 0 else -whole).scaleb(-PLACES)


def _check(node: ast.AST, depth: int) -> None:
    if depth > DEEPEST:
        raise FormulaError("the formula is nested too deeply")
    match node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right=right):
            _check(left, depth + 1)
            _check(right, depth + 1)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            _check(operand, depth + 1)
        case ast.Constant(value=value) if type(value) in (int, float):
            # a number's digits are read from its shortest form, which is how authors write it
            if not Decimal(repr(value)).is_finite():
                raise FormulaError("a number in the formula is too large")
        case ast.Name():
            pass
        case _:
            raise FormulaError(f"{type(node).__name__} is not allowed: use numbers, names, + - * / and brackets")


def _value(node: ast.AST, values: Mapping[str, Decimal]) -> Fraction:
    match node:
        case ast.Constant(value=value):
            return Fraction(Decimal(repr(value)))
        case ast.Name(id=name):
            if name not in values:
                raise FormulaError(f"`{name}` is not among the variables")
            return Fraction(values[name])
        case ast.UnaryOp(op=op, operand=operand):
            inner = _value(operand, values)
            return -inner if isinstance(op, ast.USub) else inner
        case ast.BinOp(left=left, op=op, right=right):
            a, b = _value(left, values), _value(right, values)
            if isinstance(op, ast.Add):
                return a + b
            if isinstance(op, ast.Sub):
                return a - b
            if isinstance(op, ast.Mult):
                return a * b
            if b == 0:
                raise FormulaError("the formula divides by zero")
            return a / b
    raise FormulaError("the formula is no arithmetic expression")
