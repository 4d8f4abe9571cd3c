"""Words that both front ends use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from spinequiz.documents.render import plural
from spinequiz.grading import Element, Grade, Grader, Verdict
from spinequiz.model.cards import CardState, Phase
from spinequiz.model.decks import Deck
from spinequiz.model.items import Item

if TYPE_CHECKING:
    from spinequiz.session.changes import DeckChange

PHASES = {Phase.LEARNING: "learning", Phase.RELEARNING: "relearning", Phase.REVIEW: "review"}
INSTRUCTIONS = {
    "typed": "Type the answer.",
    "numeric": "Type a number.",
    "true-false": "True or false?",
    "single-choice": "Choose one.",
    "select-all": "Select all that apply.",
    "ordering": "Put the steps in their order.",
    "matrix-choice": "Choose one column in every row.",
    "matrix-response": "Choose all columns that apply in each row.",
    "grouping": "Select all that apply in each group.",
    "drop-down": "Choose for each blank.",
    "drag-drop": "Fill each blank from the bank of words; each word is used once.",
    "highlight": "Mark all parts of the text that apply.",
    "bow-tie": "Choose the condition, the actions to take and the parameters to monitor.",
}
OPTION_WORDS = {
    Verdict.RIGHT: "Right, you picked it.",
    Verdict.WRONG: "Wrong, you picked it.",
    Verdict.MISSED: "Right, but you did not pick it.",
    Verdict.LEFT: "Not right, and you did not pick it.",
}


def change_counts(change: DeckChange) -> str:
    """What changed in a deck: `3 reworded, 1 key corrected (2 answers re-scored), 12 new`; empty for nothing."""
    keys = plural(len(change.corrected), "key")
    rescored = f" ({plural(change.rescored, 'answer')} re-scored)" if change.rescored else ""
    back = f"{len(change.back)} back again" + ("" if change.corrected else rescored)
    counts = (
        (change.reworded, f"{len(change.reworded)} reworded"),
        (change.corrected, f"{keys} corrected{rescored}"),
        (change.revised, f"{len(change.revised)} revised"),
        (change.new, f"{len(change.new)} new"),
        (change.moved, f"{len(change.moved)} moved here with their progress"),
        (change.back, back),
        (change.removed, f"{len(change.removed)} removed"),
    )
    return ", ".join(words for items, words in counts if items)


def change_lines(changes: Sequence[DeckChange]) -> tuple[str, ...]:
    """All changes of decks in one line; none where there is nothing to tell."""
    told = [f"{change.deck_id}: {change_counts(change)}" for change in changes if change.told]
    return (f"Changed since last time: {'; '.join(told)}",) if told else ()


def verdict_word(grade: Grade) -> str:
    """`CORRECT 1 of 1`, `PARTLY CORRECT 3 of 4` or `WRONG 0 of 2`."""
    points, most = grade.score
    word = "CORRECT" if grade.score.full else "PARTLY CORRECT" if points else "WRONG"
    return f"{word} {points} of {most}"


def verdict_reason(grade: Grade, grader: Grader) -> str:
    """How the points came about: `3 right, 1 missed, +/- scoring`."""
    points, most = grade.score
    return grader.explain(grade).removeprefix(f"{points} of {most}: ")


def verdict_line(grade: Grade, grader: Grader) -> str:
    """The verdict with how it came about: `PARTLY CORRECT 3 of 4: 3 right, 1 missed, +/- scoring`."""
    return f"{verdict_word(grade)}: {verdict_reason(grade, grader)}"


def option_words(element: Element) -> str:
    """An option after the answer: what became of it, and why."""
    return f"{_ended(element.label)} {OPTION_WORDS[element.verdict]} {element.why}".rstrip()


def place_words(element: Element) -> str:
    """A row, a blank or a place after the answer: what was given for it, what is right, and why."""
    given = element.picked.rstrip(".") or "nothing given"
    words = given if element.verdict is Verdict.MISSED else f"{given}, {element.verdict}"
    if element.verdict is not Verdict.RIGHT and element.right:
        words += f"; right is {element.right}"
    return f"{element.label.rstrip('.:')}: {_ended(words)} {element.why}".rstrip()


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", ":")) else f"{text}."


def phase_word(state: CardState | None) -> str:
    """`new`, `learning`, `relearning` or `review`."""
    return "new" if state is None else PHASES[state.phase]


def type_instruction(type_name: str, item: Item) -> str:
    """What to do with a question of this type; empty for a self-rated one, and where the question says it itself."""
    instruction = INSTRUCTIONS.get(type_name, "")
    return "" if item.prompt.rstrip().casefold().endswith(instruction.casefold()) else instruction


def step_word(item: Item) -> str:
    """The step of the clinical judgment model that an item is about: `recognize cues`."""
    return item.step.replace("-", " ") if item.step else ""


def citation_lines(item: Item, deck: Deck) -> list[str]:
    """Which paragraph of which source an item rests on, or that it is added knowledge."""
    if item.added:
        return ["Added knowledge: no source in this deck states it."]
    lines = []
    for citation in item.cite:
        source = deck.sources.get(citation.source)
        if source is None:
            continue
        stated = [part for part in (source.publisher, source.date) if part and part != "not stated"]
        where = f" ({', '.join(stated)})" if stated else ""
        evidence = ", ".join(f"“{words}”" for words in citation.evidence)
        lines.append(
            f"Source: {source.title}{where}, paragraph {citation.paragraph}{': ' + evidence if evidence else ''}"
        )
        if source.study:
            lines.append(f"Study: {source.study}")
    return list(dict.fromkeys(lines))


__all__ = [
    "change_counts",
    "change_lines",
    "citation_lines",
    "option_words",
    "phase_word",
    "place_words",
    "plural",
    "step_word",
    "type_instruction",
    "verdict_line",
    "verdict_reason",
    "verdict_word",
]
