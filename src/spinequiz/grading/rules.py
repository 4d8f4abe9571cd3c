"""The three scoring rules of the NGN (NCSBN, Next Generation NCLEX scoring FAQ)."""

from __future__ import annotations

from collections.abc import Set as AbstractSet


def plus_minus(keys: AbstractSet[str], picked: AbstractSet[str]) -> int:
    """+/- scoring: +1 a right pick, -1 a wrong pick, never under 0; the maximum is the number of keys."""
    return max(0, len(picked & keys) - len(picked - keys))
