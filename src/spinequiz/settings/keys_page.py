"""Writes `docs/keys.md` from the list of keys."""

from __future__ import annotations

from spinequiz.settings.keys import ACTIONS, key_label

SCREEN_TITLES = {
    "app": "Everywhere",
    "library": "Library",
    "study": "Study",
    "summary": "Summary",
    "problems": "Problems",
}


def keys_document() -> str:
    """`docs/keys.md`: every key with its id, from the list above."""
    lines = [
        "# Keys",
        "",
        "Every key has an id. The settings file gives an action other keys, separated by commas;",
        "`spinequiz where` says where the file is:",
        "",
        "```toml",
        "[keys]",
        '"study.skip" = "z"',
        '"study.undo" = "u,ctrl+z"',
        "```",
        "",
        "A key is a character, or a name such as `f2`, `space`, `question_mark` or `ctrl+s`. An unknown id, an",
        "unknown key, and a key that two actions of one screen share are refused with line and column. While an",
        "answer is typed into a field, letters go there; Esc leaves the field, and goes back into it.",
    ]
    for screen, title in SCREEN_TITLES.items():
        lines += ["", f"## {title}", "", "| key | id | what it does |", "|---|---|---|"]
        for action in ACTIONS:
            if action.screen == screen:
                keys = ", ".join(f"`{key_label(key)}`" for key in action.keys.split(","))
                lines.append(f"| {keys} | `{action.id}` | {action.help} |")
    lines += [
        "",
        "On the help screen, the arrow keys scroll, and Esc closes it. With the mouse, click a deck, an option, a",
        "cell, a blank, a segment, a rating or a key in the footer.",
        "",
    ]
    return "\n".join(lines)
