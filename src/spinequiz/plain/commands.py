"""What can be typed besides an answer."""

from __future__ import annotations

from enum import Enum

from spinequiz.plain.items.base import Question, Step
from spinequiz.session.states import Face, Shown


class Command(Enum):
    """A letter, a word that means the same, and what it does."""

    HINT = ("h", "hint", "show the hint")
    REPEAT = ("x", "repeat", "repeat the question with its exhibits")
    TYPO = ("t", "typo", "count the answer as right: it was wrong by a typo only")
    UNDO = ("u", "undo", "take the last answer back")
    SKIP = ("s", "skip", "leave this card out of the session")
    BURY = ("b", "bury", "put this card off until tomorrow")
    SUSPEND = ("!", "suspend", "take this card out of study until you bring it back")
    FLAG = ("f", "flag", "flag this card, or take its flag off")
    EXPLAIN = ("?", "help", "explain what can be typed")
    QUIT = ("q", "quit", "end the session; every answer is kept")

    def __init__(self, letter: str, word: str, help: str) -> None:
        self.letter = letter
        self.word = word
        self.help = help


LETTERS = {command.letter: command for command in Command}
WORDS = {command.word: command for command in Command}


def command_of(line: str, step: Step, face: Face) -> Command | None:
    """The command that a line is. Where letters or words can be answers, they are: see `Step`."""
    typed = line.casefold()
    command = LETTERS.get(typed) if typed not in step.answers or not typed else None
    if command is None and not step.free_text:
        command = WORDS.get(typed)
    return None if command is Command.TYPO and face is Face.PROMPT else command


def answer_of(line: str, step: Step) -> str:
    """The line as an answer: `=s` is the text s, where s alone would be a command."""
    escaped = step.free_text and line.startswith("=") and line[1:].casefold() in LETTERS
    return line[1:] if escaped else line


def explanation(step: Step, shown: Shown, question: Question) -> list[str]:
    """What can be typed now, a line each."""
    lines = [step.help] if step.help else []
    for command in Command:
        if command is Command.HINT and not question.item.hint:
            continue
        if command is Command.TYPO and not shown.near_miss:
            continue
        name = command.word if command.letter in step.answers else command.letter
        lines.append(f"{name}: {command.help}")
    return lines
