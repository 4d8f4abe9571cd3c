"""Opens what a command works with."""

from __future__ import annotations

from collections.abc import Sequence

from spinequiz.cli.output import UserError
from spinequiz.session.clock import SystemClock
from spinequiz.session.workspace import Workspace
from spinequiz.settings.locations import locate
from spinequiz.settings.model import Settings


def open_workspace(named: Sequence[str] = ()) -> Workspace:
    """The student's workspace. Raises UserError for a settings file with mistakes, all of them in its text."""
    locations = locate()
    settings = Settings()
    if locations.settings.exists():
        from spinequiz.documents.render import full
        from spinequiz.settings.load import load_settings

        settings, diagnostics = load_settings(locations.settings)
        if diagnostics:
            found = "\n".join(full(diagnostic) for diagnostic in diagnostics)
            raise UserError(f"the settings file has mistakes; mend them, or move it away.\n\n{found}".rstrip())
    return Workspace(locations, settings, SystemClock(), named)
