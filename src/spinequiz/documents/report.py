"""Collects the diagnostics of one file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from spinequiz.documents.nodes import Node
from spinequiz.model.diagnostics import Diagnostic, Related, Severity, Span

REPLACED = "\ufdd0"
"""A noncharacter that stands where a character was that has been reported already."""
LONGEST_WORD = 60
"""A longer word is no slip of a known one."""


class Report:
    """The diagnostics of one file, in the order in which they are found. `errors` counts the errors."""

    def __init__(self, path: str, lines: list[str]) -> None:
        self.path = path
        self.lines = lines
        self.diagnostics: list[Diagnostic] = []
        self.errors = 0
        self.places: Counter[tuple[int, int]] = Counter()
        self.item_id = ""
        self._silenced: dict[tuple[int, int], set[str]] = {}

    def line(self, number: int) -> str:
        """A line of the file, from 1; empty where there is none."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def add(
        self,
        rule: str,
        message: str,
        span: Span | None = None,
        help: str = "",
        severity: Severity = Severity.ERROR,
        related: tuple[Related, ...] = (),
    ) -> None:
        """Note a mistake; the same one at the same place is noted once. `places` are those of the errors."""
        if any(d.rule == rule and d.span == span and d.message == message for d in self.diagnostics[-3:]):
            return
        if severity is Severity.ERROR:
            self.errors += 1
            if span is not None:
                self.places[span.line, span.column] += 1
        source = self.line(span.line).replace(REPLACED, "\N{REPLACEMENT CHARACTER}") if span else ""
        self.diagnostics.append(
            Diagnostic(
                rule=rule,
                severity=severity,
                message=message,
                path=self.path,
                span=span,
                help=help,
                related=related,
                source_line=source[:2000],
                item_id=self.item_id,
            )
        )

    def take(self, diagnostics: Iterable[Diagnostic], since: int) -> None:
        """Note what was found on another reading of the same lines.

        What stands at the same place already, among the diagnostics from the index `since` on, is left out.
        """
        known = {_rule_and_place(each) for each in self.diagnostics[since:]}
        for each in diagnostics:
            if _rule_and_place(each) not in known:
                self.add(each.rule, each.message, each.span, each.help, each.severity, each.related)

    def forget(self, kept: int) -> None:
        """Drop all diagnostics but the first `kept`, because the lines are read again."""
        for each in self.diagnostics[kept:]:
            if each.severity is Severity.ERROR:
                self.errors -= 1
                if each.span is not None:
                    self._leave(each.span.line, each.span.column)
        del self.diagnostics[kept:]

    def _leave(self, line: int, column: int) -> None:
        self.places[line, column] -= 1
        if not self.places[line, column]:
            del self.places[line, column]

    def withdraw(self, kept: int, rules: Collection[str], node: Node) -> None:
        """Drop what is said behind the first `kept` diagnostics by rules that `node` ignores; errors stay."""
        if not rules:
            return
        stay = []
        for diagnostic in self.diagnostics[kept:]:
            if diagnostic.rule in rules and diagnostic.severity is not Severity.ERROR:
                self.silence(node, diagnostic.rule)
            else:
                stay.append(diagnostic)
        self.diagnostics[kept:] = stay

    def silence(self, node: Node, rule: str) -> None:
        """Note that a rule had something to say of a node which ignores it."""
        self._silenced.setdefault((node.line, node.column), set()).add(rule)

    def silenced_at(self, node: Node) -> set[str]:
        """The rules that had something to say of a node and were ignored."""
        return self._silenced.get((node.line, node.column), set())

    def sorted(self) -> tuple[Diagnostic, ...]:
        """The diagnostics by their place."""
        return tuple(sorted(self.diagnostics, key=lambda d: (d.span.line, d.span.column) if d.span else (0, 0)))


def _rule_and_place(diagnostic: Diagnostic) -> tuple[str, int, int]:
    span = diagnostic.span or Span(0, 0)
    return diagnostic.rule, span.line, span.column


def nearest(word: str, known: tuple[str, ...]) -> str:
    """The known word that `word` is a slip of, or the one that starts like it; an empty text where there is none."""
    written = word.casefold()
    if len(written) > LONGEST_WORD:
        return ""
    most = max(1, len(written) // 3)
    # words of another length, or of other letters, are no slips, and need not be compared
    like = [
        (slips(written, each), each)
        for each in known
        if abs(len(each) - len(written)) <= most and len(set(written) ^ set(each)) <= 2 * most
    ]
    distance, found = min(like, default=(most + 1, ""), key=lambda pair: pair[0])
    if distance <= most:
        return found
    return next((each for each in known if _starts_alike(written, each)), "")


def _starts_alike(word: str, other: str) -> bool:
    return min(len(word), len(other)) >= 4 and (word.startswith(other) or other.startswith(word))


def slips(word: str, other: str) -> int:
    """How many letters are added, left out, mistaken or swapped with their neighbour between two words."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for i, letter in enumerate(word, 1):
        row = [i]
        for j, wanted in enumerate(other, 1):
            least = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == wanted:
                least = min(least, before[j - 2] + 1)
            row.append(least)
        before, above = above, row
    return above[-1]
