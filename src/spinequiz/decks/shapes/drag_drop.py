"""`drag-drop`: a bank of distinct words, four to ten of them."""

from __future__ import annotations

from spinequiz.decks.blanks import check_blanks
from spinequiz.decks.checks import Place
from spinequiz.decks.options import Path, check_count, check_distinct
from spinequiz.model.items.drag_drop import DragDrop


def check(item: DragDrop, place: Place) -> None:
    """The words of the bank are distinct, so that a word belongs to one blank; the NCLEX has four to ten."""
    check_blanks(item, place, item.blanks)
    bank: list[tuple[str, Path]] = [(option.text, ("blanks", name)) for name, option in item.blanks.items()]
    bank += [(option.text, ("distractors", index)) for index, option in enumerate(item.distractors)]
    check_distinct(place, bank, "a word of the bank")
    if len(bank) == 1:
        place.error("no-distractors", "there is one word for one blank", "add `distractors`", "blanks")
    elif bank:
        path = "distractors" if item.distractors else "blanks"
        check_count(place, len(bank), 4, 10, "a drag-drop", "words in the bank", path)
