"""Words that both front ends use."""

from __future__ import annotations

from spinequiz.documents.render import plural
from spinequiz.grading import Grade
from spinequiz.model.cards import CardState, Phase
from spinequiz.model.decks import Deck
from spinequiz.model.items import Item

PHASES = {Phase.LEARNING: "learning", Phase.RELEARNING: "relearning", Phase.REVIEW: "review"}
INSTRUCTIONS = {
    "typed": "Type the answer.",
    "numeric": "Type a number.",
    "true-false": "True or false?",
    "single-choice": "Choose one.",
    "select-all": "Select all that apply.",
    "select-n": "Select as many as the question says.",
    "ordering": "Put the steps in their order.",
    "matrix-choice": "Choose one column in every row.",
    "matrix-response": "Choose all columns that apply in each row.",
    "grouping": "Select all that apply in each group.",
    "drop-down": "Choose for each blank.",
    "drag-drop": "Fill each blank from the bank of words; each word is used once.",
    "highlight": "Mark all parts of the text that apply.",
    "bow-tie": "Choose the condition, the actions to take and the parameters to monitor.",
}


def verdict_word(grade: Grade) -> str:
    """`CORRECT 1 of 1`, `PARTLY CORRECT 3 of 4` or `WRONG 0 of 2`."""
    points, most = grade.score
    word = "CORRECT" if grade.score.full else "PARTLY CORRECT" if points else "WRONG"
    return f"{word} {points} of {most}"


def phase_word(state: CardState | None) -> str:
    """`new`, `learning`, `relearning` or `review`."""
    return "new" if state is None else PHASES[state.phase]


def type_instruction(type_name: str, item: Item) -> str:
    """What to do with a question of this type; empty for a self-rated one."""
    return INSTRUCTIONS.get(type_name, "")


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


__all__ = ["citation_lines", "phase_word", "plural", "step_word", "type_instruction", "verdict_word"]
