"""Checks that several item types share: options that differ, orders that are complete, sizes as in the NCLEX."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spinequiz.decks.checks import Place
from spinequiz.grading.text import fold
from spinequiz.model.diagnostics import Related
from spinequiz.model.items.base import Option

Path = tuple[str | int, ...]
ARTICLE = re.compile(r"(?:^\s*(?:an?|the|An?|The)|(?<=\s)(?:an?|the))\s+(?=\S)")
"""An article with its spaces. A capital A within a text is a name, as in `group A streptococcus`."""


def check_options(
    place: Place,
    keys: Sequence[Option],
    distractors: Sequence[Option],
    *under: str | int,
    single: bool = False,
    all_keys: bool = False,
) -> None:
    """Options of a choice: distinct from one another, and with distractors unless they may be `all_keys`.

    `under` is the path of what holds the options; a `single` key stands under `answer`, else under `answers`.
    """
    if not distractors and not all_keys:
        place.error("no-distractors", "there are no distractors", "add two or more", *under, "distractors")
    seen: dict[str, Path] = {}
    for index, option in enumerate(keys):
        path: Path = (*under, "answer") if single else (*under, "answers", index)
        _check_new(place, seen, option.text, path, "an option occurs twice")
    written = {option.text.strip() for option in keys}
    keyed = set(seen)
    for index, option in enumerate(distractors):
        path = (*under, "distractors", index)
        if option_form(option.text) in keyed:
            # to write the same is one slip, to take two spellings for two options another
            rule = "answer-among-distractors" if option.text.strip() in written else "duplicate-option"
            _check_new(place, seen, option.text, path, "an answer stands among the distractors too", rule)
        else:
            _check_new(place, seen, option.text, path, "an option occurs twice")


def check_distinct(place: Place, entries: Sequence[tuple[str, Path]], what: str) -> None:
    """Texts that must differ, each with its path; `what` names one of them, such as `a row`."""
    seen: dict[str, Path] = {}
    for text, path in entries:
        _check_new(place, seen, text, path, f"{what} occurs twice")


def option_form(text: str) -> str:
    """What makes two options the same: their text folded, without articles; a percent sign counts as its word.

    Where nothing is left of a text, it is the text.
    """
    return fold(ARTICLE.sub("", text).replace("%", " percent")) or text.strip()


def _check_new(
    place: Place, seen: dict[str, Path], text: str, path: Path, message: str, rule: str = "duplicate-option"
) -> None:
    first = seen.setdefault(option_form(text), path)
    if first == path:
        return
    place.report.add(
        rule,
        f"{message}: `{text[:60]}`",
        place.text_span(*path),
        "make them differ by more than case, articles, spaces and punctuation",
        related=(Related("first written here", place.text_span(*first)),),
    )


def check_order(place: Place, options: Sequence[Option], order: Sequence[str], shuffle: bool) -> None:
    """`order` lists every option once, and goes with `shuffle: false`."""
    if not order:
        return
    if shuffle:
        place.error("order-without-shuffle", "`order` has no effect while options are shuffled",
                    "add `shuffle: false`", "order")  # fmt: skip
    if sorted(order) != sorted(option.text for option in options):
        place.error("bad-shape", "`order` does not list every option exactly once",
                    "copy the options' texts", "order")  # fmt: skip


def check_count(place: Place, count: int, low: int, high: int, kind: str, what: str, *path: str | int) -> None:
    """Warn of a size that the NCLEX does not have: `what` counts, in a `kind` of item, such as `a bow-tie`."""
    if low <= count <= high:
        return
    allowed = f"{low}" if low == high else f"{low} to {high}"
    help = "add some" if count < low else "remove some"
    place.warning("option-count", f"{count} {what}; {kind} has {allowed}", help, *path)
