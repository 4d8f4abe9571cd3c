"""The folders and files in use."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import NamedTuple

HOME_VARIABLE = "SPINEQUIZ_HOME"


class Locations(NamedTuple):
    """Where things are; nothing of it needs to exist."""

    progress: Path
    decks: Path
    settings: Path
    cache: Path


def locate(environment: dict[str, str] | None = None) -> Locations:
    """The locations of this user; `SPINEQUIZ_HOME` puts everything under one folder.

    Raises OSError for a `~name` of no user.
    """
    home = (os.environ if environment is None else environment).get(HOME_VARIABLE, "")
    if home:
        try:
            folder = Path(home).expanduser().absolute()
        except RuntimeError as error:
            raise OSError(errno.ENOENT, "there is no such user", home) from error
        return Locations(
            _followed(folder / "progress.db"), folder / "decks", folder / "settings.toml", folder / "cache"
        )
    from platformdirs import PlatformDirs

    dirs = PlatformDirs("spinequiz", appauthor=False)
    data = Path(dirs.user_data_dir)
    return Locations(
        _followed(data / "progress.db"),
        data / "decks",
        Path(dirs.user_config_dir) / "settings.toml",
        Path(dirs.user_cache_dir),
    )


def _followed(path: Path) -> Path:
    """Where a link leads: SQLite keeps the -wal beside the file itself, and so does all else that belongs to it."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path
