"""The least Textual program: one Static, which shows the next number at each key."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import Static


class Bare(App[None]):
    """The baseline for everything that is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.number = 0

    def compose(self) -> ComposeResult:
        """The one widget."""
        yield Static("QZ0000 is painted.")

    def on_key(self, event: Key) -> None:
        """The next text."""
        if event.character == "x":
            self.number += 1
            self.query_one(Static).update(f"QZ{self.number:04} is painted.")


if __name__ == "__main__":
    Bare().run()
