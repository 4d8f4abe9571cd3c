"""Every key of the program: its id, its default, what it does. The screens, the help and the docs use this list."""

from __future__ import annotations

from typing import NamedTuple

NAMED_KEYS = frozenset(
    """
    up down left right home end pageup pagedown enter space tab escape backspace delete insert
    question_mark exclamation_mark slash comma full_stop minus plus equals_sign semicolon colon
    left_square_bracket right_square_bracket at number_sign dollar_sign percent_sign ampersand asterisk
    underscore apostrophe quotation_mark backslash vertical_line tilde less_than_sign greater_than_sign
    f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12
    """.split()
)
MODIFIERS = ("ctrl", "shift", "alt", "super")


class KeyAction(NamedTuple):
    """A key's id (`screen.action`), its default keys (comma-separated), a footer word and a sentence."""

    id: str
    keys: str
    label: str
    help: str

    @property
    def screen(self) -> str:
        """The screen that the key belongs to; `app` is everywhere."""
        return self.id.split(".")[0]


def _options() -> tuple[KeyAction, ...]:
    return tuple(KeyAction(f"study.option_{n}", str(n % 10), f"Option {n}", f"Choose option {n}") for n in range(5, 11))


ACTIONS: tuple[KeyAction, ...] = (
    KeyAction("app.help", "question_mark,f1", "Help", "Show what every key does here"),
    KeyAction("app.palette", "ctrl+p", "Palette", "Find a command by name"),
    KeyAction("app.quit", "ctrl+q", "Quit", "Leave the program; every answer is saved already"),
    KeyAction("library.study", "enter", "Study", "Study the chosen deck"),
    KeyAction("library.study_all", "a", "Study all", "Study all decks together"),
    KeyAction("library.down", "down,j", "Next", "Go to the next deck"),
    KeyAction("library.up", "up,k", "Previous", "Go to the previous deck"),
    KeyAction("library.page_down", "pagedown", "Page down", "Go a page of decks down"),
    KeyAction("library.page_up", "pageup", "Page up", "Go a page of decks up"),
    KeyAction("library.problems", "p", "Problems", "Show what the compiler said about the decks"),
    KeyAction("library.refresh", "r", "Reread", "Read changed deck files and count again"),
    KeyAction("library.unsuspend", "U", "Unsuspend", "Bring the chosen deck's suspended cards back"),
    KeyAction("library.back", "q", "Quit", "Leave the program"),
    KeyAction("study.answer", "enter", "Answer", "Show the answer, check what was chosen, or accept the rating"),
    KeyAction("study.choose", "space", "Choose", "Choose or drop the option at the cursor; else the same as Answer"),
    KeyAction("study.again", "1", "Again", "Rate Again: not known. On a question: choose option 1"),
    KeyAction("study.hard", "2", "Hard", "Rate Hard: known with effort. On a question: choose option 2"),
    KeyAction("study.good", "3", "Good", "Rate Good: known. On a question: choose option 3"),
    KeyAction("study.easy", "4", "Easy", "Rate Easy: known at once. On a question: choose option 4"),
    *_options(),
    KeyAction("study.undo", "u", "Undo", "Take the last answer back"),
    KeyAction("study.hint", "h", "Hint", "Show the hint"),
    KeyAction("study.typo", "t", "Typo", "Count a typing slip as right"),
    KeyAction("study.chart", "x", "Chart", "Go through the exhibits"),
    KeyAction("study.chart_up", "left_square_bracket", "Chart up", "Scroll the chart up"),
    KeyAction("study.chart_down", "right_square_bracket", "Chart down", "Scroll the chart down"),
    KeyAction("study.skip", "s", "Skip", "Leave this card out of the session; it stays due"),
    KeyAction("study.bury", "b", "Bury", "Rest this card until tomorrow"),
    KeyAction("study.suspend", "exclamation_mark", "Suspend", "Take this card out until it is unsuspended"),
    KeyAction("study.flag", "f", "Flag", "Set or remove a flag on this card"),
    KeyAction("study.edit", "e", "Edit", "Open the item in your editor, at its line"),
    KeyAction("study.down", "down,j", "Down", "Move the cursor down, or scroll"),
    KeyAction("study.up", "up,k", "Up", "Move the cursor up, or scroll"),
    KeyAction("study.left", "left", "Left", "Move the cursor left"),
    KeyAction("study.right", "right,l", "Right", "Move the cursor right"),
    KeyAction("study.earlier", "K,ctrl+up", "Move up", "Move the step at the cursor up"),
    KeyAction("study.later", "J,ctrl+down", "Move down", "Move the step at the cursor down"),
    KeyAction("study.page_down", "pagedown", "Page down", "Scroll a page down"),
    KeyAction("study.page_up", "pageup", "Page up", "Scroll a page up"),
    KeyAction(
        "study.leave_field", "escape", "Leave field", "Leave the field for the other keys, or go back to it; else Back"
    ),
    KeyAction("study.back", "q", "Back", "End the session; every answer is saved already"),
    KeyAction("summary.more", "enter,space", "Leave", "Back to the library, or out of the program"),
    KeyAction("summary.undo", "u", "Undo", "Take the last answer back and go on studying"),
    KeyAction("summary.back", "q,escape", "Leave", "Back to the library, or out of the program"),
    KeyAction("problems.edit", "enter,e", "Edit", "Open the file in your editor, at the line"),
    KeyAction("problems.down", "down,j", "Next", "Go to the next problem"),
    KeyAction("problems.up", "up,k", "Previous", "Go to the previous problem"),
    KeyAction("problems.page_down", "pagedown", "Page down", "Scroll a page down"),
    KeyAction("problems.page_up", "pageup", "Page up", "Scroll a page up"),
    KeyAction("problems.refresh", "r", "Check again", "Read the deck files again"),
    KeyAction("problems.back", "q,escape", "Back", "Back to the library"),
)
BY_ID = {action.id: action for action in ACTIONS}


SYMBOLS = {
    "question_mark": "?",
    "exclamation_mark": "!",
    "slash": "/",
    "comma": ",",
    "full_stop": ".",
    "minus": "-",
    "plus": "+",
    "escape": "Esc",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}


def key_label(name: str) -> str:
    """A key as people write it: `Ctrl+P` for `ctrl+p`, `?` for `question_mark`."""
    *modifiers, key = name.split("+")
    shown = SYMBOLS.get(key, key if len(key) == 1 else key.capitalize())
    return "+".join([*(modifier.capitalize() for modifier in modifiers), shown.upper() if modifiers else shown])


def is_key(name: str) -> bool:
    """Whether a word names a key, such as `a`, `A`, `f2`, `ctrl+s` or `question_mark`."""
    *modifiers, key = name.split("+") if name != "+" else [name]
    if any(modifier not in MODIFIERS for modifier in modifiers):
        return False
    return key in NAMED_KEYS or (len(key) == 1 and key.isprintable() and not key.isspace() and key not in ",+")


def keys_of(action: KeyAction, remapped: dict[str, str]) -> tuple[str, ...]:
    """The keys of an action, as the student's settings have it."""
    return tuple(key.strip() for key in remapped.get(action.id, action.keys).split(","))


def clashes(remapped: dict[str, str]) -> list[tuple[str, str, str]]:
    """Keys that two actions of one screen share: (key, id, other id)."""
    found = []
    taken: dict[tuple[str, str], str] = {}
    for action in sorted(ACTIONS, key=lambda action: action.screen != "app"):
        for key in keys_of(action, remapped):
            screens = {a.screen for a in ACTIONS} if action.screen == "app" else {action.screen}
            for screen in sorted(screens):
                other = taken.setdefault((screen, key), action.id)
                if other != action.id:
                    found.append((key, action.id, other))
                    break
    return found
