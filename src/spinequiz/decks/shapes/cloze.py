"""`cloze`: at least one blank, well formed."""

from __future__ import annotations

import re

from spinequiz.decks.checks import Place
from spinequiz.documents.schema import says_something
from spinequiz.grading.cloze import BLANK, Blank, parse_cloze
from spinequiz.model.items.cloze import Cloze

EMPTY = re.compile(r"\{\{c[0-9]+::\}\}")


def check(item: Cloze, place: Place) -> None:
    """Blanks exist, are closed, hold an answer, and are few."""
    parsed = parse_cloze(item.text)
    rest = BLANK.sub("", item.text)
    if "{{" in rest or "}}" in rest:
        place.error(
            "broken-blank", "braces that do not make a blank", "write {{answer}} or {{c1::answer::hint}}", "text"
        )
    elif not parsed.blanks:
        place.error("cloze-without-blank", "the text has no blank", "mark one as {{answer}}", "text")
    elif EMPTY.search(item.text) or not all(says_something(blank.answer) for blank in parsed.blanks):
        place.error("broken-blank", "a blank is empty", "write {{c1::answer}}", "text")
    elif any(re.match(r"c\d*:", blank.answer) or _is_number(blank) for blank in parsed.blanks):
        place.error(
            "broken-blank", "a blank's number is not read", "write {{c1::answer}}, with a number from 1 to 999", "text"
        )


def _is_number(blank: Blank) -> bool:
    """Whether what is read as an answer with a hint was meant as a number that is none, such as `c0`."""
    return bool(blank.hint) and re.fullmatch(r"c(?:0\d*|\d{4,})?", blank.answer) is not None
