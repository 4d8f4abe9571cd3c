"""Doses that are misread: trailing zeros, naked decimal points, U, IU, QD and the micro sign.

The list follows the Joint Commission's "Do Not Use" list and the Institute for Safe Medication Practices.
"""

from __future__ import annotations

import re
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
    r"|(?P<units>(?<![\w.])[\d][\d,.]*\s*-?(?:IU|U)(?![\w-])(?!\.\w)(?!\s*/\s*(?:d?L|l|mL|ml)\b)|(?<![\w.])IU(?!\w))"
    r"|(?P<daily>(?<![\w.])(?:QD|qd|QOD|qod|Q\.D\.|q\.d\.|Q\.O\.D\.|q\.o\.d\.)(?!\w))"
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
HINT = re.compile(r"\.0|(?<!\d)\.\d|U|[Qq]\.?[DdOo]|[µμ]")
"""What every one of them holds: most texts are done with at once."""


def dose_notation(view: View) -> Iterator[Finding]:
    """Every misleading notation in the item's texts, the first of each kind in each text."""
    for text, path in _texts(view.place.node, ()):
        if not HINT.search(text):
            continue
        told = set()
        for match in MISREAD.finditer(text):
            kind = str(match.lastgroup)
            if kind not in told:
                told.add(kind)
                fault, cure = FAULTS[kind]
                yield Finding("dose-notation", fault.format(shown(match[0])), cure, path)


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
