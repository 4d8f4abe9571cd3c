"""Options that are numbers: one value or a range, with its unit."""

from __future__ import annotations

import re
from functools import lru_cache
from math import inf
from typing import NamedTuple

from spinequiz.decks.lints.words import plain

COUNTED = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen twenty
""".split()
WORDS = {word: float(value) for value, word in enumerate(COUNTED)} | {
    "none": 0.0, "half": 0.5, "thirty": 30.0, "forty": 40.0, "fifty": 50.0, "sixty": 60.0, "seventy": 70.0,
    "eighty": 80.0, "ninety": 90.0,
}  # fmt: skip
SCALES = {
    "second": ("time", 1), "sec": ("time", 1), "s": ("time", 1), "minute": ("time", 60), "min": ("time", 60),
    "hour": ("time", 3600), "hr": ("time", 3600), "h": ("time", 3600), "day": ("time", 86_400),
    "week": ("time", 604_800), "wk": ("time", 604_800), "month": ("time", 2_629_800), "year": ("time", 31_557_600),
    "yr": ("time", 31_557_600), "mcg": ("mass", 1e-6), "mg": ("mass", 1e-3), "g": ("mass", 1), "kg": ("mass", 1e3),
    "ml": ("volume", 1e-3), "l": ("volume", 1), "mm": ("length", 1e-3), "cm": ("length", 1e-2), "m": ("length", 1),
}  # fmt: skip
"""Units that can be compared with one another: what they measure, and how much of it."""
NUMBER = r"[-+−]?(?:\d{1,3}(?:[, \u202f]\d{3})+(?!\d)|\d+)(?:\.\d+)?|[-+−]?\.\d+|\b(?:" + "|".join(WORDS) + r")\b"
LOWER = r"over|more than|greater than|above|at least|longer than|no less than|not less than|[>≥]=?|older than"
UPPER = (
    r"under|less than|fewer than|below|up to|at most|shorter than|no more than|not more than|[<≤]=?|within|younger than"
)
APPROXIMATE = r"about|around|approximately|roughly|nearly|almost|just|exactly|only|for|in|after|every"
QUANTITY = re.compile(
    rf"^\W*?(?:(?:{APPROXIMATE}|ca\.?|~|≈)\s*)*"
    rf"(?:(?P<lower>{LOWER})|(?P<upper>{UPPER})|(?:between|from)\b)?\s*(?P<currency>[$€£])?\s*"
    rf"(?P<one>{NUMBER})\s*(?P<unit_one>%|[^\W\d_]{{1,8}}(?=\s*(?:[-–—]|to\b)))?"
    rf"(?:\s*(?:[-–—]|\bto\b|\band\b|\bor\b|\bthrough\b)\s*[$€£]?(?P<two>{NUMBER}))?"
    rf"(?P<more>\s*(?:\+|or more|or less|or fewer|or higher|or lower|or above|or below))?"
    rf"\s*(?P<unit>(?:%|°\s*[cf]?)?[^\d,;:()\[\]?!]*?)(?P<end>\s+or (?:more|less|fewer|longer|older|younger))?\W*$",
    re.IGNORECASE,
)
STRICT = re.compile(
    r"over|more than|greater than|above|under|less than|fewer than|below|longer|shorter|older|younger|^[<>]$"
)
MOST_UNIT_WORDS = 4
LONGEST = 80
LETTERS = re.compile(r"[^\W\d_]+")
LEADING = frozenset(LETTERS.findall(f"{APPROXIMATE} {LOWER} {UPPER} between from and or to ca {' '.join(WORDS)}"))
"""The words that may stand in front of the digits of a quantity."""
DIGIT = re.compile(r"\d")


class Quantity(NamedTuple):
    """A value or a range. A bound that is not in the range itself, as in `more than 5`, is `open`.

    `unit` is what is measured, where `written` may be one of several units for it.
    """

    low: float
    high: float
    unit: str
    written: str = ""
    open: bool = False

    @property
    def is_range(self) -> bool:
        """Whether there is more than one value in it."""
        return self.low != self.high

    @property
    def middle(self) -> float:
        """What it is sorted by."""
        return self.low if self.low != -inf else self.high - 1e-9

    def overlaps(self, other: Quantity) -> bool:
        """Whether some value is in both."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        if low == high:
            return not (self.open and low in (self.low, self.high)) and not (
                other.open and low in (other.low, other.high)
            )
        return low < high


@lru_cache(maxsize=4096)
def quantity(text: str) -> Quantity | None:
    """The number, or range of numbers, that a text is; None where it is more than that, or something else."""
    if len(text) > LONGEST:
        return None
    first = DIGIT.search(text)
    if first is None:
        if not WORD_START.match(text):
            return None
    elif any(word not in LEADING for word in LETTERS.findall(text[: first.start()].lower())):
        return None
    match = QUANTITY.match(plain(text).strip())
    if match is None:
        return None
    if re.match(r"[-–—][^\W\d_]", match["unit"]):
        # `five-year` says what kind of thing it is, not how much
        return None
    written = match["unit"] or match["unit_one"] or match["currency"] or ""
    unit, scale = _unit(written)
    if unit is None:
        return None
    low = _value(match["one"]) * scale
    high = _value(match["two"]) * scale if match["two"] else low
    if high < low and match["two"] and match["two"][0] == "-":
        return None
    strict = bool(STRICT.search(match["lower"] or match["upper"] or ""))
    trailing = (match["more"] or match["end"] or "").strip()
    if match["lower"] or trailing.endswith(("+", "more", "higher", "above", "longer", "older")):
        high = inf
    elif match["upper"] or trailing:
        low = -inf
    return Quantity(min(low, high), max(low, high), unit, _singular(written), strict)


WORD_START = re.compile(r"\W*(?:[a-z]+\s+){0,4}(?:" + "|".join(WORDS) + r")\b", re.IGNORECASE)


def _value(written: str) -> float:
    if written in WORDS:
        return WORDS[written]
    return float(re.sub(r"[, \u202f]", "", written).replace("−", "-"))


def _unit(written: str) -> tuple[str | None, float]:
    """A unit in one form, and what a number in it is to be multiplied by; None for what is too long for a unit."""
    words = _singular(written).split()
    if len(words) > MOST_UNIT_WORDS:
        return None, 1
    if words and words[0] in SCALES and "/" not in written:
        measure, scale = SCALES[words[0]]
        return " ".join([measure, *words[1:]]), scale
    return " ".join(words), 1


def _singular(written: str) -> str:
    words = written.replace("%", " percent ").split()
    return " ".join(word.rstrip(".").removesuffix("s") or word for word in words)
