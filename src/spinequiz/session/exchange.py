"""What uniting logs needs to know of the student: how answers of other programs are scheduled here."""

from __future__ import annotations

import re
from functools import cache

from spinequiz.scheduling.study_day import StudyDays
from spinequiz.session.workspace import Workspace
from spinequiz.store.absorb import Defaults

RETENTION_NAMED = re.compile(rb"desired_retention|\\[xuU]")
"""What stands in any deck that has a retention of its own, be the key's letters escaped."""


def defaults_of(workspace: Workspace) -> Defaults:
    """The student's own preset, retention and study days."""
    general = workspace.settings.desired_retention

    @cache
    def decks_differ() -> bool:
        own = (options.desired_retention for options in workspace.settings.decks.values())
        return any(retention is not None for retention in own) or _any_deck_names_a_retention(workspace)

    @cache
    def desired_retention(deck_id: str) -> float:
        # decks that were never looked at are compiled for this, so only where it can matter
        shelf_deck = workspace.shelf().find(deck_id) if decks_differ() else None
        return workspace.desired_retention(shelf_deck.deck) if shelf_deck else general

    return Defaults(workspace.settings.preset, desired_retention, study_days_of(workspace).start)


def study_days_of(workspace: Workspace) -> StudyDays:
    """Study days in the student's time zone of now."""
    return StudyDays(workspace.clock.zone(), workspace.settings.rollover_hour)


def _any_deck_names_a_retention(workspace: Workspace) -> bool:
    for file in workspace.files():
        try:
            with open(file.path, "rb") as source:
                if any(RETENTION_NAMED.search(line) for line in source):
                    return True
        except OSError:
            # no deck is read from it either
            continue
    return False
