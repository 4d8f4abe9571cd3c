"""What uniting logs needs to know of the student: how answers of other programs are scheduled here."""

from __future__ import annotations

from functools import cache

from spinequiz.scheduling.study_day import study_day
from spinequiz.session.workspace import Workspace
from spinequiz.store.absorb import Defaults


def defaults_of(workspace: Workspace) -> Defaults:
    """The student's own preset, retention and study days."""

    @cache
    def desired_retention(deck_id: str) -> float:
        shelf_deck = workspace.shelf().find(deck_id)
        return workspace.desired_retention(shelf_deck.deck) if shelf_deck else workspace.settings.desired_retention

    return Defaults(workspace.settings.preset, desired_retention, workspace.day_start)


def study_day_of(workspace: Workspace, at_ms: int) -> int:
    """The study day of an instant (ms), in the student's time zone of now."""
    return study_day(at_ms, workspace.clock.zone(), workspace.settings.rollover_hour)
