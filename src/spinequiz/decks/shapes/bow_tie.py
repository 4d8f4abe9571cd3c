"""`bow-tie`: 1 of 4 conditions, 2 of 5 actions, 2 of 5 parameters."""

from __future__ import annotations

from spinequiz.decks.checks import Place
from spinequiz.decks.options import check_count, check_options
from spinequiz.documents.render import plural
from spinequiz.model.items.bow_tie import BowTie


def check(item: BowTie, place: Place) -> None:
    """Two keys in each wing; the NCLEX offers four conditions and five of the others."""
    check_options(place, (item.condition.answer,), item.condition.distractors, "condition", single=True)
    count = 1 + len(item.condition.distractors)
    check_count(place, count, 4, 4, "a bow-tie", "conditions", "condition", "distractors")
    for name, wing in (("actions", item.actions), ("parameters", item.parameters)):
        check_options(place, wing.answers, wing.distractors, name)
        if len(wing.answers) != 2:
            place.error(
                "bad-shape",
                f"{plural(len(wing.answers), f'right {name[:-1]}')}; a bow-tie has 2",
                "name two",
                name,
                "answers",
            )
        count = len(wing.answers) + len(wing.distractors)
        check_count(place, count, 5, 5, "a bow-tie", name, name, "distractors")
