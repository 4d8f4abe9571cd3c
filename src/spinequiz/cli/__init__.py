"""The command line. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import gc
import sys

LESS_OFTEN = 50_000
"""Objects that are made before the collector looks for cycles among them, instead of 700."""


def main() -> None:
    """Run the program and leave with its exit status."""
    # a start makes many objects that all stay, and to look through them again and again is a twentieth of its time
    gc.set_threshold(LESS_OFTEN, 20, 20)
    from spinequiz.cli.running import run

    sys.exit(run(sys.argv[1:]))


__all__ = ["main"]
