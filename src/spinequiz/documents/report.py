"""Collects the diagnostics of one file."""

from __future__ import annotations

from collections.abc import Iterable

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
        self.places: set[tuple[int, int]] = set()
        self.item_id = ""

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
                self.places.add((span.line, span.column))
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

    def take(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Note what was found on another reading of the same lines, without what is known already."""
        known = {(d.rule, d.span) for d in self.diagnostics}
        for each in diagnostics:
            if (each.rule, each.span) not in known:
                self.add(each.rule, each.message, each.span, each.help, each.severity, each.related)

    def forget(self, kept: int) -> None:
        """Drop all diagnostics but the first `kept`, because the lines are read again."""
        del self.diagnostics[kept:]
        errors = [d for d in self.diagnostics if d.severity is Severity.ERROR]
        self.errors = len(errors)
        self.places = {(d.span.line, d.span.column) for d in errors if d.span is not None}

    def sorted(self) -> tuple[Diagnostic, ...]:
        """The diagnostics by their place."""
        return tuple(sorted(self.diagnostics, key=lambda d: (d.span.line, d.span.column) if d.span else (0, 0)))


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
