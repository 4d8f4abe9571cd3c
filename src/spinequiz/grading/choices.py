"""What the types with lists of options share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

from spinequiz.grading.base import Element, Verdict, shuffled
from spinequiz.model.items.base import Option

GONE = "not among the options any more"


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
    written = texts(*keys, *item.distractors)
    if item.shuffle:
        return shuffled(written, seed)
    return item.order or written


def texts(*options: Option) -> tuple[str, ...]:
    """The options' texts."""
    return tuple(option.text for option in options)


def option_element(option: Option, *, key: bool, picked: bool, group: str = "") -> Element:
    """An option with its verdict."""
    if key:
        verdict = Verdict.RIGHT if picked else Verdict.MISSED
    else:
        verdict = Verdict.WRONG if picked else Verdict.LEFT
    return Element(option.text, verdict, _yes(picked), _yes(key), option.why, group)


def choice_elements(
    keys: Sequence[Option], distractors: Sequence[Option], picked: Collection[str], group: str = ""
) -> tuple[Element, ...]:
    """Every option with its verdict, keys first, and wrong picks that the item does not have at the end."""
    return (
        *(option_element(option, key=True, picked=option.text in picked, group=group) for option in keys),
        *(option_element(option, key=False, picked=option.text in picked, group=group) for option in distractors),
        *gone_elements(texts(*keys, *distractors), picked, group),
    )


def gone_elements(known: Iterable[str], picked: Iterable[str], group: str = "") -> tuple[Element, ...]:
    """The picks that are none of the known texts: wrong ones, from before the item was edited."""
    return tuple(
        Element(text, Verdict.WRONG, _yes(True), _yes(False), GONE, group)
        for text in sorted(set(picked).difference(known))
    )


def _yes(picked: bool) -> str:
    return "yes" if picked else "no"
