"""The command line. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the program and leave with its exit status."""
    from spinequiz.cli.app import run

    sys.exit(run(sys.argv[1:]))


__all__ = ["main"]
