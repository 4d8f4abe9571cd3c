"""What a loader says about its input: data only, rendered elsewhere."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Severity(StrEnum):
    """How bad it is: an error costs something or is plainly wrong, a warning should be looked at."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Span(msgspec.Struct, frozen=True):
    """A stretch of one line. Line and column count characters from 1; `length` is in characters."""

    line: int
    column: int
    length: int = 1


class Related(msgspec.Struct, frozen=True):
    """A second place that explains the first."""

    message: str
    span: Span


class Diagnostic(msgspec.Struct, frozen=True):
    """One mistake: the headline names the fault, the help the remedy.

    `path` is as the user gave it; `span` is None where the fault is the file's as a whole. `source_line` is
    the text of the span's line, kept so that a cached diagnostic can still be shown in full.
    """

    rule: str
    severity: Severity
    message: str
    path: str
    span: Span | None = None
    help: str = ""
    related: tuple[Related, ...] = ()
    source_line: str = ""
    item_id: str = ""
