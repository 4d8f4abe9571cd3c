"""Where the decks of the library were added from: `origins.json` beside the copies, deck ids to absolute paths."""

from __future__ import annotations

import json
import os
from pathlib import Path

NAME = "origins.json"


def read_origins(folder: Path) -> dict[str, str]:
    """The origins of the decks in a folder; none where the file is missing or no good."""
    try:
        found = json.loads((folder / NAME).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return {k: v for k, v in found.items() if isinstance(v, str)} if isinstance(found, dict) else {}


def keep_origin(folder: Path, deck_id: str, path: str | None) -> None:
    """Remember where a deck was added from; None forgets it. Raises OSError."""
    origins = read_origins(folder)
    if path is None:
        if origins.pop(deck_id, None) is None:
            return
    else:
        origins[deck_id] = os.path.abspath(path)
    temporary = folder / f".{NAME}.tmp"
    # in ASCII, for a path may hold bytes that are not UTF-8
    temporary.write_text(json.dumps(origins, indent=2, sort_keys=True) + "\n", "utf-8")
    os.replace(temporary, folder / NAME)
