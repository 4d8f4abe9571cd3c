"""`basic` has no shape beyond its keys."""

from __future__ import annotations

from spinequiz.decks.checks import Place
from spinequiz.model.items.basic import Basic


def check(item: Basic, place: Place) -> None:
    """Prompt and answer must differ."""
    if item.prompt.strip() == item.answer.strip():
        place.error("answer-in-prompt", "the answer is the prompt itself", "ask for something", "answer")
