"""What the types with a list of options share."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from spinequiz.grading.base import Element, Verdict, shuffled
from spinequiz.model.items.base import Option


class Choices(Protocol):
    """An item with distractors and an order of its own."""

    @property
    def distractors(self) -> tuple[Option, ...]: ...  # noqa: D102
    @property
    def shuffle(self) -> bool: ...  # noqa: D102
    @property
    def order(self) -> tuple[str, ...]: ...  # noqa: D102


def shown_order(item: Choices, keys: Sequence[Option], seed: int) -> tuple[str, ...]:
    """The option texts as they are shown: shuffled, or as the author lists them."""
    written = tuple(option.text for option in (*keys, *item.distractors))
    if item.shuffle:
        return shuffled(written, seed)
    return item.order or written


def choice_elements(
    keys: Sequence[Option], distractors: Sequence[Option], picked: Collection[str]
) -> tuple[Element, ...]:
    """Every option with its verdict, keys first."""
    found = []
    for option in keys:
        verdict = Verdict.RIGHT if option.text in picked else Verdict.MISSED
        found.append(Element(option.text, verdict, _yes(option.text in picked), "yes", option.why))
    for option in distractors:
        verdict = Verdict.WRONG if option.text in picked else Verdict.LEFT
        found.append(Element(option.text, verdict, _yes(option.text in picked), "no", option.why))
    return tuple(found)


def _yes(picked: bool) -> str:
    return "yes" if picked else "no"
