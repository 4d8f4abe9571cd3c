"""`grouping` on the screen: a list of boxes for each group."""

from __future__ import annotations

from spinequiz.model.responses import Grouped, Response
from spinequiz.tui.items.sections import Section, SectionsPresenter


class GroupingPresenter(SectionsPresenter):
    """Any number of options in each group."""

    left_right = "Group"

    def read_sections(self) -> list[Section]:
        """The groups."""
        groups = self.grader.choices(self.card.item, self.card.seed)
        return [Section(name, name, options, 10_000) for name, options in groups.items()]

    def response(self, typed: str) -> Response | str:
        """What is ticked in each group."""
        chosen = self.chosen()
        return Grouped(chosen) if any(chosen.values()) else "tick at least one option first"


PRESENTER = GroupingPresenter
