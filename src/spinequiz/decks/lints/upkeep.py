"""Lints of what every item should have: a rationale, tags, keys and others to tell apart."""

from __future__ import annotations

from collections.abc import Iterator

from spinequiz.decks.lints.findings import Finding
from spinequiz.decks.lints.views import View


def missing_rationale(view: View) -> Iterator[Finding]:
    """An item without a rationale. A case study has them in its items."""
    if not view.value("nested_key") and view.value("rationale") == "":
        yield Finding(
            "missing-rationale",
            "the item has no rationale: a wrong answer leaves the student with nothing to learn from",
            "add `rationale`: why the answer is right",
        )


def missing_tags(view: View) -> Iterator[Finding]:
    """An item of the deck without tags. Nested items are studied with their case study."""
    if view.case is None and view.value("tags") == ():
        yield Finding(
            "missing-tags",
            "the item has no tags: it has no topic, and `study --tag` never finds it",
            "add `tags: [topic]`",
        )


def all_keys(view: View) -> Iterator[Finding]:
    """A select-all in which everything is right."""
    if view.type_name == "select-all" and view.questions and not view.questions[0].distractors:
        yield Finding(
            "all-keys",
            "every option is a key: there is nothing to tell apart",
            "add distractors",
            path=("distractors",),
        )
