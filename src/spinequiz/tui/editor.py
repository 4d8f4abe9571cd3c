"""Opens a file in the student's editor, at a line."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spinequiz.tui.app import SpinequizApp

WITH_PLUS = {"vi", "vim", "nvim", "view", "nano", "emacs", "emacsclient", "joe", "mg", "ne", "kak", "micro", "jed"}
WITH_COLON = {"hx", "helix", "subl", "zed"}
WITH_GOTO = {"code", "codium", "code-insiders"}


def edit(app: SpinequizApp, path: str, line: int) -> str:
    """Run the editor on a file and wait for it. Returns what went wrong, in words."""
    words = app.workspace.settings.editor or os.environ.get("VISUAL", "") or os.environ.get("EDITOR", "")
    if not words:
        return f"no editor is set: set EDITOR, or `editor` in the settings. The item is at {path}:{line}"
    command = editor_command(words, path, line)
    try:
        with app.suspend():
            status = subprocess.run(command, check=False).returncode
    except Exception as error:  # an editor that cannot start must not cost the session
        return f"the editor `{words}` could not be started: {error}"
    return "" if status == 0 else f"the editor `{words}` ended with status {status}; nothing was read anew"


def editor_command(words: str, path: str, line: int) -> list[str]:
    """The command line that opens `path` at `line`, as each editor wants it."""
    command = shlex.split(words)
    name = PurePath(command[0]).stem
    if name in WITH_PLUS:
        return [*command, f"+{line}", path]
    if name in WITH_COLON:
        return [*command, f"{path}:{line}"]
    if name in WITH_GOTO:
        return [*command, "--wait", "--goto", f"{path}:{line}"]
    return [*command, path]
