"""`spinequiz where`."""

from __future__ import annotations

from spinequiz.cli.output import Exit, say
from spinequiz.decks.files import bundled_folder
from spinequiz.settings.locations import HOME_VARIABLE, locate


def run_where() -> int:
    """Print the folders and files in use, whether or not they exist yet."""
    locations = locate()
    for name, path in (
        ("progress", locations.progress),
        ("settings", locations.settings),
        ("your decks", locations.decks),
        ("bundled decks", bundled_folder()),
        ("cache", locations.cache),
    ):
        say(f"{name + ':':15}{path}{'' if path.exists() else '  (not there yet)'}")
    say(f"Set {HOME_VARIABLE} to keep all of your files under one folder.")
    return Exit.DONE
