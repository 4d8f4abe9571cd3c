"""Decks of any size, with all that real ones have: several types, citations, reasons, wrapped texts.

The prompt of item n holds the word `QZ` and n in four digits or more, its rationale `AZ` and n, so that a benchmark
sees in the terminal's output which face of which card shows.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

WORDS = """
cement leaks vein canal vertebra patient nurse report fever pain legs weakness feeling pressure bone filler balloon
needle report chart position prone supine hours after before procedure allergy contrast bleeding medication surgeon
fracture height restored pulse oxygen breath cough sudden numb tingling physician notify assess monitor wound dressing
osteoporosis brace walking discharge teaching consent fasting image guidance stable fluid injected hardened lung clot
""".split()
HEADER = """\
spinequiz: 1
id: {id}
title: "Generated deck {id}: cement and spine"
description: >-
  Made by a program to be measured, not to be studied: the words are drawn from a list, and the shape is that of the
  bundled decks.
language: en
license: CC0-1.0
options: {{new_per_day: 9999, reviews_per_day: 9999}}
sources:
  first-source:
    title: A first source
    publisher: not stated
    date: not stated
    file: first.txt
  second-source:
    title: "A second source: with a colon"
    publisher: not stated
    date: February 24, 2013
    study: Somebody et al., Some Journal 2012;4(2):e25
    file: second.txt
items:
"""
NEEDS = ("management-of-care", "safety-and-infection", "reduction-of-risk-potential", "physiological-adaptation")
STEPS = ("recognize-cues", "analyze-cues", "take-action", "evaluate-outcomes")


class _Author:
    """Writes items; the same seed writes the same."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def words(self, count: int) -> str:
        return " ".join(self.random.choices(WORDS, k=count))

    def sentence(self, count: int) -> str:
        return self.words(count).capitalize() + "."

    def folded(self, key: str, text: str) -> str:
        lines = [f"    {key}: >-"]
        line = "     "
        for word in text.split():
            if len(line) + 1 + len(word) > 110:
                lines.append(line)
                line = "     "
            line += f" {word}"
        return "\n".join([*lines, line])

    def options(self, key: str, numbers: range) -> list[str]:
        lines = [f"    {key}:"]
        for number in numbers:
            text = f"{self.words(self.random.randint(2, 7)).capitalize()} {number}"
            lines.append(f"      - text: {text}")
            lines.append(f"        why: {self.sentence(self.random.randint(6, 14))}")
        return lines

    # -- what each type has of its own, the prompt apart

    def basic(self) -> list[str]:
        return [f'    answer: "{self.words(2).capitalize()}: {self.words(8)}."']

    def cloze(self) -> list[str]:
        text = f"{self.words(5).capitalize()} {{{{c1::{self.words(1)}::hint}}}} {self.words(4)} {{{{c2::cement}}}}."
        return [f'    text: "{text}"']

    def typed(self) -> list[str]:
        return ["    answer: polymethylmethacrylate", "    accept: [PMMA, bone cement]"]

    def numeric(self) -> list[str]:
        return [f"    answer: {self.random.randint(1, 99)}", "    unit: percent"]

    def true_false(self) -> list[str]:
        return [f"    answer: {self.random.choice(('true', 'false'))}"]

    def single_choice(self) -> list[str]:
        answer = ["    answer:", "      text: Stop the injection 0", f"      why: {self.sentence(9)}"]
        return answer + self.options("distractors", range(1, 4))

    def select_all(self) -> list[str]:
        return self.options("answers", range(3)) + self.options("distractors", range(3, 6))

    def item(self, number: int, type_name: str, write: Callable[[], list[str]]) -> str:
        """One item as the file has it."""
        draw = self.random
        lines = [f"  - id: item-{number:04}", f"    type: {type_name}"]
        lines.append(self.folded("prompt", f"QZ{number:04} {self.sentence(draw.randint(9, 24))[:-1]}?"))
        lines += write()
        lines.append(self.folded("rationale", f"AZ{number:04} {self.sentence(draw.randint(20, 45))}"))
        if draw.random() < 0.3:
            lines.append(f"    hint: {self.sentence(8)}")
        if draw.random() < 0.3:
            lines.append(self.folded("caveat", self.sentence(20)))
        lines.append("    cite:")
        for source in ("first-source", "second-source")[: draw.randint(1, 2)]:
            lines.append(f"      - source: {source}")
            lines.append(f"        paragraph: {draw.randint(1, 20)}")
            lines.append(f"        evidence: [{self.words(3)}, {self.words(2)}]")
        lines.append(f"    tags: [{', '.join(dict.fromkeys(draw.choices(WORDS, k=2)))}]")
        lines.append(f"    client_need: {draw.choice(NEEDS)}")
        lines.append(f"    step: {draw.choice(STEPS)}")
        lines.append("    bloom: apply")
        return "\n".join(lines) + "\n\n"


TYPES = ("basic", "cloze", "typed", "numeric", "true-false", "single-choice", "single-choice", "select-all")
RATED = ("basic", "basic", "single-choice")
"""Types that a benchmark can answer without knowing the answer."""


def type_of(number: int, types: tuple[str, ...]) -> str:
    """The type of item n of a deck: the types follow one another."""
    return types[number % len(types)]


def deck_text(deck_id: str, items: int, types: tuple[str, ...] = TYPES, first: int = 0) -> Iterator[str]:
    """A deck's YAML, piece by piece. Item numbers count from `first`, so that decks can be told apart."""
    yield HEADER.format(id=deck_id)
    author = _Author(first)
    for number in range(first, first + items):
        type_name = type_of(number, types)
        yield author.item(number, type_name, getattr(author, type_name.replace("-", "_")))


def write_deck(path: Path, items: int, types: tuple[str, ...] = TYPES, first: int = 0) -> Path:
    """Write a deck of so many items; its id is the file's name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(deck_text(path.stem, items, types, first))
    return path


def write_decks(folder: Path, items: int, files: int, types: tuple[str, ...] = TYPES) -> list[Path]:
    """Spread so many items over so many decks, with numbers that run on from deck to deck."""
    bounds = [items * number // files for number in range(files + 1)]
    return [
        write_deck(folder / f"deck-{number:03}.yaml", bounds[number + 1] - bounds[number], types, bounds[number])
        for number in range(files)
    ]
