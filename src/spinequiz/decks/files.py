"""Where deck files are: the bundled ones, the student's own, and those that a command names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

BUNDLED_ORDER = (
    "bone-and-osteoporosis",
    "vertebroplasty-and-kyphoplasty",
    "candidates",
    "procedure-and-care",
    "risks-and-leakage",
    "outcomes-and-figures",
    "history-and-debate",
    "compare-the-sources",
    "item-types",
)
"""The bundled decks as a course: what each builds on stands before it."""
SUFFIXES = (".yaml", ".yml")
PACKAGE = Path(__file__).resolve().parent.parent


class DeckFile(NamedTuple):
    """A deck file and where it comes from: `bundled`, `own` or `named`."""

    path: str
    origin: str


def bundled_folder() -> Path:
    """The decks that come with the program: inside the package, or at the top of a checkout."""
    inside = PACKAGE / "bundled"
    return inside if inside.is_dir() else PACKAGE.parent.parent / "decks"


def deck_files(folder: Path) -> list[str]:
    """The deck files of a folder, by name; subfolders are not searched. Raises OSError."""
    with os.scandir(folder) as entries:
        return sorted(
            entry.path
            for entry in entries
            if entry.name.endswith(SUFFIXES) and not entry.name.startswith(".") and not entry.is_dir()
        )


def bundled_files() -> list[str]:
    """The bundled deck files in the order of the course. Raises OSError."""
    rank = {name: number for number, name in enumerate(BUNDLED_ORDER)}
    return sorted(deck_files(bundled_folder()), key=lambda path: rank.get(Path(path).stem, len(rank)))


def is_path(text: str) -> bool:
    """Whether a word on the command line means a file or a folder, rather than a deck's id."""
    return os.sep in text or text.endswith(SUFFIXES) or text in (".", "..") or os.path.exists(text)
