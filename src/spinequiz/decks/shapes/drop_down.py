"""`drop-down`: one blank a sentence, three to five choices a blank."""

from __future__ import annotations

from spinequiz.decks.blanks import check_blanks, sentences
from spinequiz.decks.checks import Place
from spinequiz.decks.options import check_count, check_options
from spinequiz.grading.blanks import parse_blanks
from spinequiz.model.items.drop_down import DropDown


def check(item: DropDown, place: Place) -> None:
    """Text and choices belong together; the NCLEX has up to five blanks, each in a sentence of its own."""
    check_blanks(item, place, item.blanks)
    for name, blank in item.blanks.items():
        check_options(place, (blank.answer,), blank.distractors, "blanks", name, single=True)
        if blank.distractors:
            count = 1 + len(blank.distractors)
            check_count(place, count, 3, 5, "a drop-down", "choices", "blanks", name, "distractors")
    if item.rationale_scoring is None and item.blanks:
        check_count(place, len(item.blanks), 1, 5, "a drop-down", "blanks", "text")
        for names in sentences(parse_blanks(item.text)):
            check_count(place, len(names), 1, 1, "a drop-down", "blanks in one sentence", "text")
