"""`typed`: an answer that folding leaves something of."""

from __future__ import annotations

from spinequiz.decks.checks import Place
from spinequiz.grading.text import fold
from spinequiz.model.items.typed import Typed


def check(item: Typed, place: Place) -> None:
    """Answers survive folding and differ from one another."""
    if not fold(item.answer):
        place.error("unanswerable", "the answer is punctuation only", "use another item type", "answer")
    seen = {fold(item.answer)}
    for index, text in enumerate(item.accept):
        if not fold(text):
            place.error("unanswerable", "the spelling is punctuation only", "remove it", "accept", index)
        elif fold(text) in seen:
            place.warning(
                "needless-spelling",
                "this spelling is accepted anyway: case, spaces and punctuation do not count",
                "remove it",
                "accept",
                index,
            )
        seen.add(fold(text))
