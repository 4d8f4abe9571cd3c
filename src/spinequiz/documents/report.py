"""Collects the diagnostics of one file."""

from __future__ import annotations

from spinequiz.model.diagnostics import Diagnostic, Related, Severity, Span

REPLACED = "\ufdd0"
"""A noncharacter that stands where a character was that has been reported already."""


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
    """The known word that is most like `word`, or an empty text."""
    from difflib import get_close_matches

    found = get_close_matches(word.casefold(), known, n=1, cutoff=0.6)
    return found[0] if found else ""
