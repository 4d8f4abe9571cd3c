"""Doses that are misread: trailing zeros, naked decimal points, U, IU, QD and the micro sign.

The list follows the Joint Commission's "Do Not Use" list and the Institute for Safe Medication Practices.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from spinequiz.decks.lints.findings import Finding, shown
from spinequiz.decks.lints.views import Path, View
from spinequiz.documents.nodes import Mapping, Node, Scalar
from spinequiz.documents.nodes import Sequence as NodeList

UNIT = (
    r"(?:mg|mcg|[µμ]g|ng|g|gm|kg|mL|ml|cc|L|mEq|mmol|units?|IU|U|gtts?|drops?|tabs?|tablets?|grams?|milligrams?|"
    r"micrograms?|millilit(?:er|re)s?|lit(?:er|re)s?|capsules?|puffs?)(?![^\W\d_])(?!\s*/\s*(?:d?L|l)\b)"
)
MISREAD = re.compile(
    rf"(?P<trailing>(?<![\d.,])\d[\d,]*\.0+\s*-?{UNIT})"
    rf"|(?P<naked>(?<![\d.\w])\.\d+\s*-?{UNIT})"
    r"|(?P<units>(?<![\w.,])\d[\d,.]*\s*-?(?:IU|U)(?![\w-])(?!\.\w)(?!\s*/\s*(?:d?L|l)\b)"
    r"|(?<![\w.])IU(?!\w)(?!\s*/\s*(?:d?L|l)\b))"
    r"|(?P<daily>(?<![\w.])[Qq](?:[Oo]?[Dd]|\.(?:[Oo]\.)?[Dd]\.?)(?!\w))"
    r"|(?P<micro>[µμ]g(?!\w))"
)
FAULTS = {
    "trailing": ("a trailing zero in a dose: {0}; if the point is overlooked, it is ten times as much",
                 "write whole numbers without a decimal point"),
    "naked": ("a dose starts with a decimal point: {0}; if it is overlooked, it is ten times as much or more",
              "write a zero in front of the point"),
    "units": ("an abbreviation of units: {0}; U is read as a 0 or a 4, IU as IV or 10", "write `units`"),
    "daily": ("{0} is misread: as four times a day, or with a letter more or less",
              "write `daily` or `every other day`"),
    "micro": ("{0}: the micro sign is read as an m, which is a thousand times as much", "write `mcg`"),
}  # fmt: skip
NOT_READ = frozenset(
    ("id", "type", "cite", "tags", "accept", "lint_ignore", "client_need", "step", "bloom", "rev", "order", "formula",
     "items", "shuffle", "rationale_scoring", "anchor", "added", "tolerance", "round_to")
)  # fmt: skip
"""Keys whose values are no text that a student reads, or what a student may type."""
HINTS = tuple(
    re.compile(hint)
    for hint in (
        r"\.0", r"\.\d(?<![\w.]\.\d)", r"U(?!\w)", r"Q[DdOo.]", r"q[DdOo.]",
        "µg", "μg", r"\\[uUxN]",
    )
)  # fmt: skip
"""What a file holds where a text holds one of them, or an escape that makes it. A literal start makes them quick."""


def dose_notation(views: list[View]) -> Iterator[tuple[View, Finding]]:
    """Every misleading notation in the items' texts, the first of each kind in each text.

    The file is searched as a whole first, for most items have none.
    """
    if not views:
        return
    lines = views[0].place.report.lines
    hinted = _hinted("\n".join(lines))
    tops = [view for view in views if view.case is None]
    ends = [view.place.node.line for view in tops[1:]] + [len(lines) + 1]
    near = {
        id(view)
        for view, end in zip(tops, ends, strict=True)
        if bisect_left(hinted, end) > bisect_left(hinted, view.place.node.line)
    }
    for view in views:
        if id(view.top) in near:
            yield from ((view, finding) for finding in _misread(view))


def _hinted(text: str) -> list[int]:
    """The numbers of the lines with a hint, rising."""
    found = []
    line, start = 1, 0
    for place in sorted(match.start() for hint in HINTS for match in hint.finditer(text)):
        line += text.count("\n", start, place)
        start = place
        found.append(line)
    return found


def _misread(view: View) -> Iterator[Finding]:
    for text, path in _texts(view.place.node, ()):
        told = set()
        # a unit is shown behind a number
        number = "1 " if path[-1:] == ("unit",) else ""
        for match in MISREAD.finditer(number + text):
            kind = str(match.lastgroup)
            if kind not in told:
                told.add(kind)
                fault, cure = FAULTS[kind]
                yield Finding("dose-notation", fault.format(shown(match[0].removeprefix(number))), cure, path)


def _texts(node: Node, path: Path) -> Iterator[tuple[str, Path]]:
    if isinstance(node, Scalar):
        yield node.value, path
    elif isinstance(node, Mapping):
        for key, value in node.pairs:
            if key.value not in NOT_READ:
                yield from _texts(value, (*path, key.value))
    elif isinstance(node, NodeList):
        for index, value in enumerate(node.items):
            yield from _texts(value, (*path, index))
