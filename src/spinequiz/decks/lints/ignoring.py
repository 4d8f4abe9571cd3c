"""`lint_ignore`: which rules may be silenced, and entries that silence nothing."""

from __future__ import annotations

from collections.abc import Iterator

from spinequiz.decks.lints.findings import Finding
from spinequiz.decks.lints.views import View
from spinequiz.documents.report import nearest
from spinequiz.model.diagnostics import Severity

OWN_RULES = ("unknown-lint-rule", "unused-lint-ignore")
COMPILER_WARNINGS = (
    "column-without-key", "exactness-not-stated", "missing-citation", "needless-spelling", "one-variant",
    "option-count", "unused-variable",
)  # fmt: skip
"""Warnings of the compiler about a single item."""
ITEM_ERRORS = (
    "added-and-cited", "answer-among-distractors", "answer-in-prompt", "bad-formula", "bad-name", "bad-shape",
    "bad-variable", "bad-variant", "broken-blank", "cloze-without-blank", "duplicate-id", "duplicate-key",
    "duplicate-option", "empty-list", "empty-value", "missing-key", "no-distractors", "order-without-shuffle",
    "out-of-range", "too-long", "unanswerable", "unknown-key", "unknown-source", "unknown-type", "unknown-value",
    "wrong-kind",
)  # fmt: skip
"""Errors that authors may wish to silence, and cannot."""


def unknown_rules(view: View, known: tuple[str, ...]) -> Iterator[Finding]:
    """Entries that name no rule, or an error."""
    for rule in view.ignored:
        if rule in ITEM_ERRORS:
            yield Finding(
                "unknown-lint-rule",
                f"`{rule}` is an error, and errors cannot be silenced",
                "mend the item, and remove the entry",
                ("lint_ignore", rule),
            )
        elif rule not in known:
            close = nearest(rule, known)
            yield Finding(
                "unknown-lint-rule",
                f"`{rule[:60]}` is no rule that can be silenced",
                f"did you mean `{close}`?" if close else "docs/lints.md lists the rules",
                ("lint_ignore", rule),
            )


def unused(view: View, known: tuple[str, ...], used: set[str]) -> Iterator[Finding]:
    """Entries for rules that do not fire."""
    for rule in view.ignored:
        if rule in known and rule not in used:
            yield Finding(
                "unused-lint-ignore",
                f"`{rule}` has nothing to silence here",
                "remove the entry, so that the rule can speak when it has something to say",
                ("lint_ignore", rule),
                Severity.NOTE,
            )
