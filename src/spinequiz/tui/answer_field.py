"""The field for an answer in words."""

from __future__ import annotations

from textual.widgets import Input


class AnswerField(Input):
    """Stands under a question while its answer is to be typed; otherwise it takes no room, and no keys."""

    def __init__(self) -> None:
        # who comes back to the field, from the help or another key, goes on typing
        super().__init__(id="input", placeholder="Type the answer, then Enter", select_on_focus=False)
        self.cursor_blink = False

    @property
    def is_open(self) -> bool:
        """Whether an answer is to be typed."""
        return self.has_class("asked")

    def open(self) -> None:
        """Take the keys, at once and not when the field's own turn comes."""
        self.value = ""
        self.add_class("asked")
        self.screen.set_focus(self)

    def close(self) -> None:
        """Give the keys back."""
        if self.is_open:
            self.remove_class("asked")
            self.screen.set_focus(None)
