"""spinequiz: a terminal tutor for nursing students."""

__version__ = "0.1.0"
