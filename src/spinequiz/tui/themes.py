"""Dark, light and high contrast."""

from __future__ import annotations

from textual.theme import Theme

THEMES = {
    "dark": Theme(
        name="spinequiz-dark",
        primary="#5aa9e6",
        secondary="#8d99ae",
        accent="#f4b860",
        success="#5fc37e",
        warning="#f0b429",
        error="#ef6f6c",
        foreground="#e4e7eb",
        background="#14181f",
        surface="#1b2028",
        panel="#232a35",
        dark=True,
    ),
    "light": Theme(
        name="spinequiz-light",
        primary="#1d5fa8",
        secondary="#52606d",
        accent="#9a5b00",
        success="#1d7a3c",
        warning="#8a5a00",
        error="#b3261e",
        foreground="#1f2933",
        background="#fbfaf7",
        surface="#f3f1ec",
        panel="#e6e2d9",
        dark=False,
    ),
    "high-contrast": Theme(
        name="spinequiz-high-contrast",
        primary="#00c8ff",
        secondary="#ffffff",
        accent="#ffd800",
        success="#00ff6a",
        warning="#ffd800",
        error="#ff6b6b",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#262626",
        dark=True,
    ),
}
