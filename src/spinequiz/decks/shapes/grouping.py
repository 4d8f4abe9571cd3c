"""`grouping`: distinct groups of distinct options."""

from __future__ import annotations

from spinequiz.decks.checks import Place
from spinequiz.decks.options import check_distinct, check_options
from spinequiz.model.items.grouping import Grouping


def check(item: Grouping, place: Place) -> None:
    """Groups are distinct, and so are the options in each; some group has a distractor."""
    check_distinct(place, [(group.text, ("groups", index)) for index, group in enumerate(item.groups)], "a group")
    for index, group in enumerate(item.groups):
        check_options(place, group.answers, group.distractors, "groups", index, all_keys=True)
    if not any(group.distractors for group in item.groups):
        place.error("no-distractors", "no group has distractors", "add some under `distractors`", "groups")
