"""What an item asks, in one form for all types: stems, and options with their keys and places."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any, Literal, NamedTuple

from spinequiz.decks.checks import PartialItem, Place, Unread
from spinequiz.documents.nodes import Mapping, Node, find
from spinequiz.documents.nodes import Sequence as NodeList
from spinequiz.documents.report import Report
from spinequiz.grading.blanks import BLANK
from spinequiz.grading.cloze import parse_cloze
from spinequiz.grading.segments import parse_segments
from spinequiz.model.items import Item
from spinequiz.model.items.base import Option

Path = tuple[str | int, ...]
Kind = Literal["single", "several", "blank", "word", "row", "columns", "rows", "steps", "bank"]
"""How options are offered: one is right, several are; the choices of a blank, or a bank of words for all blanks (each
blank a `word`, the whole a `bank`); the columns for a `row` of a matrix, `columns` and `rows` as lists; `steps`."""
PICKED = frozenset(("single", "several", "blank"))
"""Lists that the student picks from, and whose every entry is either a key or a distractor."""
OPEN = "____"
GAPS = re.compile(r"\s{3,}|[^\S\n]{2}")
NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+")
SENTENCE = re.compile(r"(?<=[.!?])\s+(?![a-z0-9])|\n\s*\n")


def tidy(text: str) -> str:
    """The text with single spaces and at most one empty line: what patterns would go over again and again."""
    if text.isascii() and not ("  " in text or "\t" in text or "\n\n\n" in text or "\n " in text):
        return text
    return GAPS.sub(lambda gap: "\n\n" if "\n" in gap[0] else " ", text)


class Choice(NamedTuple):
    """An option, with where in its item it stands."""

    text: str
    key: bool
    path: Path
    why: str = ""


class Question(NamedTuple):
    """One thing that is asked: the stem over a list of options.

    `lead` is what stands in front of the place that an option fills. `shown` is the order in which the author has
    the options shown, empty where they are shuffled; `shufflable` says that the author has the choice.
    """

    kind: Kind
    stem: str
    choices: tuple[Choice, ...]
    lead: str = ""
    shown: tuple[str, ...] = ()
    shufflable: bool = False

    @property
    def keys(self) -> list[Choice]:
        """The right options."""
        return [choice for choice in self.choices if choice.key]

    @property
    def distractors(self) -> list[Choice]:
        """The wrong options."""
        return [choice for choice in self.choices if not choice.key]


class Names:
    """The words that a deck's file has with a capital in the middle of a sentence: names and what comes from them."""

    def __init__(self, report: Report) -> None:
        self._report = report

    @cached_property
    def _found(self) -> frozenset[str]:
        return frozenset(NAME.findall("\n".join(self._report.lines)))

    def __contains__(self, word: str) -> bool:
        return word in self._found


class View:
    """An item as the lints see it. `case` is the case study in which it stands, `stem` all that it asks.

    `answers` are the texts of its key where they are words of the author's: not those of a matrix or a statement.
    """

    def __init__(self, item: Any, node: Mapping, report: Report, case: View | None, names: Names) -> None:
        self.item = item
        self.names = names
        self.case = case
        self.place = Place(node, report)
        self.type_name: str = _value(item, "type_name", "")
        self.id: str = _value(item, "id", "")
        self.prompt = tidy(_value(item, "prompt", ""))
        self.ignored: dict[str, str] = _value(item, "lint_ignore", {})
        self.stem = self.prompt
        self.prompt_path: Path = ("prompt",)
        self.questions: tuple[Question, ...] = ()
        self.answers: tuple[str, ...] = ()
        # what could not be read has its error, and is not asked about
        with suppress(Unread):
            self._look()

    def _look(self) -> None:
        self.stem = tidy(" ".join(filter(None, (self.prompt, *STEMS.get(self.type_name, _no_more)(self.item)))))
        self.questions = tuple(QUESTIONS.get(self.type_name, _no_questions)(self.item))
        if self.type_name in OPEN_ANSWERS:
            self.answers = tuple(OPEN_ANSWERS[self.type_name](self.item))
        else:
            self.answers = tuple(
                choice.text for question in self.questions if question.kind in PICKED for choice in question.keys
            )

    def value(self, field: str) -> Any:
        """A field of the item; None where it could not be read."""
        return _value(self.item, field, None)

    @property
    def top(self) -> View:
        """The item of the deck: the case study of a nested item, else the item itself."""
        return self.case or self


def views(read: Iterable[tuple[Item | PartialItem, Node]], report: Report) -> Iterator[View]:
    """The items of a deck, case studies before the items in them; what is no item at all is left out."""
    names = Names(report)
    for item, node in read:
        if not isinstance(node, Mapping):
            continue
        view = View(item, node, report, None, names)
        yield view
        nested_key = _value(item, "nested_key", "")
        nested = _value(item, nested_key, ()) if nested_key else ()
        below = find(node, nested_key)
        if nested and isinstance(below, NodeList) and len(below.items) == len(nested):
            for each, its_node in zip(nested, below.items, strict=True):
                if isinstance(its_node, Mapping):
                    yield View(each, its_node, report, view, names)


def _value(item: Any, name: str, default: Any) -> Any:
    try:
        return getattr(item, name)
    except Unread:
        return default


def _choices(
    keys: Sequence[Option], distractors: Sequence[Option], *under: str | int, single: bool
) -> Iterator[Choice]:
    for index, option in enumerate(keys):
        path: Path = (*under, "answer") if single else (*under, "answers", index)
        yield Choice(tidy(option.text), True, path, option.why)
    for index, option in enumerate(distractors):
        yield Choice(tidy(option.text), False, (*under, "distractors", index), option.why)


def _plain_list(texts: Iterable[str], *under: str | int) -> tuple[Choice, ...]:
    """Entries of a list without keys and distractors of its own."""
    return tuple(Choice(tidy(text), True, (*under, index)) for index, text in enumerate(texts))


def _lead_of(stem: str) -> str:
    """What stands in front of the place that an option fills: a blank in the stem, or its end."""
    return re.split(r"_{2,}|\[\s*\]|\{\{", stem, maxsplit=1)[0]


def _choice(item: Any) -> Iterator[Question]:
    single = item.type_name == "single-choice"
    keys = (item.answer,) if single else item.answers
    choices = tuple(_choices(keys, item.distractors, single=single))
    shown = () if item.shuffle else tuple(map(tidy, item.order)) or tuple(choice.text for choice in choices)
    yield Question(
        "single" if single else "several", tidy(item.prompt), choices, _lead_of(tidy(item.prompt)), shown, True
    )


def _grouping(item: Any) -> Iterator[Question]:
    for index, group in enumerate(item.groups):
        choices = tuple(_choices(group.answers, group.distractors, "groups", index, single=False))
        yield Question("several", f"{tidy(item.prompt)} {group.text}", choices)


def _bow_tie(item: Any) -> Iterator[Question]:
    condition = item.condition
    choices = _choices((condition.answer,), condition.distractors, "condition", single=True)
    yield Question("single", tidy(item.prompt), tuple(choices))
    for name, wing in (("actions", item.actions), ("parameters", item.parameters)):
        yield Question(
            "several", tidy(item.prompt), tuple(_choices(wing.answers, wing.distractors, name, single=False))
        )


def _blank_sentences(text: str) -> dict[str, tuple[str, str]]:
    """For each blank its sentence, with all blanks open, and what stands in front of it there."""
    found: dict[str, tuple[str, str]] = {}
    for sentence in SENTENCE.split(text):
        whole = BLANK.sub(OPEN, sentence)
        for match in BLANK.finditer(sentence):
            found[match["name"].strip()] = (whole, BLANK.sub(OPEN, sentence[: match.start()]))
    return found


def _drop_down(item: Any) -> Iterator[Question]:
    places = _blank_sentences(tidy(item.text))
    for name, blank in item.blanks.items():
        sentence, lead = places.get(name, ("", ""))
        choices = _choices((blank.answer,), blank.distractors, "blanks", name, single=True)
        yield Question("blank", sentence, tuple(choices), lead)


def _drag_drop(item: Any) -> Iterator[Question]:
    places = _blank_sentences(tidy(item.text))
    words = [(option, ("blanks", name)) for name, option in item.blanks.items()]
    others = tuple(Choice(tidy(o.text), False, ("distractors", i), o.why) for i, o in enumerate(item.distractors))
    bank = tuple(Choice(tidy(option.text), True, path, option.why) for option, path in words)
    yield Question("bank", item.text, (*bank, *others))
    for name in item.blanks:
        sentence, lead = places.get(name, ("", ""))
        own = tuple(choice._replace(key=choice.path[1] == name) for choice in bank)
        yield Question("word", sentence, (*own, *others), lead)


def _matrix(item: Any) -> Iterator[Question]:
    yield Question("columns", tidy(item.prompt), _plain_list(item.columns, "columns"))
    yield Question("rows", tidy(item.prompt), _plain_list((row.text for row in item.rows), "rows"))
    for index, row in enumerate(item.rows):
        keyed = {row.answer.text} if item.type_name == "matrix-choice" else {option.text for option in row.answers}
        columns = tuple(Choice(text, text in keyed, ("rows", index)) for text in item.columns)
        yield Question("row", row.text, columns)


def _ordering(item: Any) -> Iterator[Question]:
    yield Question("steps", tidy(item.prompt), _plain_list((step.text for step in item.steps), "steps"))


def _no_questions(item: Any) -> Iterator[Question]:
    return iter(())


def _no_more(item: Any) -> Iterator[str]:
    return iter(())


QUESTIONS: dict[str, Callable[[Any], Iterator[Question]]] = {
    "single-choice": _choice,
    "select-all": _choice,
    "select-n": _choice,
    "grouping": _grouping,
    "bow-tie": _bow_tie,
    "drop-down": _drop_down,
    "drag-drop": _drag_drop,
    "matrix-choice": _matrix,
    "matrix-response": _matrix,
    "ordering": _ordering,
}
"""The types with options to choose from; a cloze, a typed answer or a statement has none."""
STEMS: dict[str, Callable[[Any], Iterable[str]]] = {
    "cloze": lambda item: ["".join(f"{b.before}{OPEN}" for b in parse_cloze(item.text).blanks), _tail(item)],
    "drop-down": lambda item: [BLANK.sub(OPEN, item.text)],
    "drag-drop": lambda item: [BLANK.sub(OPEN, item.text)],
    "highlight": lambda item: [parse_segments(item.text).bracketed()],
    "matrix-choice": lambda item: [row.text for row in item.rows],
    "matrix-response": lambda item: [row.text for row in item.rows],
    "grouping": lambda item: [group.text for group in item.groups],
    "bow-tie": lambda item: [option.text for option in (item.condition.answer, *item.condition.distractors)],
    "case-study": lambda item: [item.scenario],
}
"""What a type asks beside its prompt."""
OPEN_ANSWERS: dict[str, Callable[[Any], Iterable[str]]] = {
    "basic": lambda item: [item.answer],
    "typed": lambda item: [item.answer],
    "cloze": lambda item: [blank.answer for blank in parse_cloze(item.text).blanks],
}


def _tail(item: Any) -> str:
    return parse_cloze(item.text).tail
