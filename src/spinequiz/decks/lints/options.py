"""Lints of a list of options: what they say, and whether they are alike in form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import combinations

from spinequiz.decks.lints.findings import Finding, shown
from spinequiz.decks.lints.numbers import Quantity, quantity
from spinequiz.decks.lints.views import PICKED, Choice, Names, Question, View
from spinequiz.decks.lints.words import ARTICLES, WORD, plain
from spinequiz.decks.options import option_form
from spinequiz.model.diagnostics import Severity

OF_ALL = re.compile(
    r"^\W*(?:all|none|any|neither|both|each)\s+(?:of\s+)?(?:"
    r"(?:the\s+|these\s+|those\s+)?(?:(?:other|listed|given|answer|previous|preceding)\s+)*(?:above|aforementioned)\b|"
    r"(?:the\s+|these\s+|those\s+)?(?:(?:other|listed|given|answer|previous|preceding|above)\s+)*"
    r"(?:options|answers|choices|alternatives|responses)\b|"
    r"the\s+(?:others|other\s+options|preceding|following)\b|"
    r"(?:these|those|them)\b(?=(?:\W+\w+){0,2}\W*$|\W+(?:is|are|apply|applies|may|can|should|must|would|will)\b))",
    re.IGNORECASE,
)
LETTERS = re.compile(
    r"\b(?i:both|neither)\s+(?:(?:answers?|options?|choices?)\s+)?\(?(?:[A-Ha-h]|\d)\)?"
    r"(?:\s*,\s*\(?(?:[A-Ha-h]|\d)\)?)*\s*,?\s*(?:and|or|nor|&)\s+\(?(?:[A-Ha-h]|\d)\)?(?=\W*$|\W+(?:are|is|only|apply)\b)"
    r"|^\W*(?:(?i:answers?|options?|choices?)\s+)?\(?[A-H]\)?(?:\s*,\s*\(?[A-H]\)?)*\s*,?\s*(?:and|&)\s*\(?[A-H]\)?(?:\s+only|\s+are\s+\w+)?\W*$"
)
BOTH = re.compile(r"^\W*(?:both|neither)\s+(?P<one>.+?)\s+(?:and|nor|or|&)\s+(?P<other>.+?)\W*$", re.IGNORECASE)
ABSOLUTE = re.compile(r"\b(?:always|never|only|completely)\b", re.IGNORECASE)
VAGUE = re.compile(r"\b(?:(?i:usually|often|rarely)|may)\b|^\W*May\b(?!\s+(?:\d|of\b))")

NEAR = 0.92
MOST_COMPARED = 20
LONGEST_COMPARED = 2_000
"""Comparing takes time by the square of what is compared; an item of a hundred options has worse faults."""
FEWEST_SHARING = 4
"""So many words that differ all of them make another text, whatever their letters."""
OPPOSITES = frozenset(
    frozenset(pair.split("/"))
    for pair in """
    left/right before/after above/below over/under upper/lower high/low higher/lower more/less more/fewer most/least
    increase/decrease increased/decreased increases/decreases increasing/decreasing rise/fall rises/falls raise/lower
    raised/lowered up/down anterior/posterior medial/lateral proximal/distal superior/inferior flexion/extension
    flex/extend systolic/diastolic arterial/venous artery/vein with/without early/late earlier/later first/last
    first/second second/third first/third start/stop begin/end open/closed opens/closes hot/cold warm/cold acute/chronic
    benign/malignant sensory/motor inhale/exhale supine/prone male/female men/women old/new older/younger long/short
    longer/shorter fast/slow faster/slower front/back forward/backward toward/away inside/outside into/from to/from
    sympathetic/parasympathetic agonist/antagonist positive/negative acidosis/alkalosis metabolic/respiratory
    day/night morning/evening dilate/constrict dilation/constriction gain/loss loosen/tighten push/pull
    """.split()
)
OPPOSED_PREFIXES = (
    "hypo", "hyper", "tachy", "brady", "in", "de", "ex", "en", "ab", "ad", "pre", "post", "intra", "extra", "inter",
    "un", "dis", "non", "im", "ir", "anti", "pro", "macro", "micro", "endo", "exo", "epi", "sub", "supra", "super",
    "infra", "poly", "mono", "hemi", "para", "quadri", "oligo", "an",
)  # fmt: skip
NEGATION = frozenset(("not", "no", "never", "without", "non", "except", "neither", "nor"))
FEW = re.compile(
    r"\b(?:an?|a few|a couple of|several|some|once|twice)\s+(?:\w+\s+)?"
    r"(?:second|minute|hour|day|week|month|year|time)s?\b"
)
MOST_UNIT_WORDS = 2
LETTER = re.compile(r"[^\W\d_]")
DIGIT = re.compile(r"\d")
FIRST_WORD = re.compile(r"\W*([^\W\d_]+)(\d*)")
SHORTEST_LOUD = 6
"""Fewer letters in capitals are an abbreviation."""
MIXABLE = PICKED | {"columns", "steps"}
LONGEST_END = 20
ENDS = re.compile(r"([.!?;,:]?)[\"”'’»)\]]*$")
ABBREVIATED = re.compile(r"(?:\b[A-Za-z]\.){2,}$|\b(?:etc|al|vs|approx|min|hr|hrs|sec|no|St|Dr|Mr|Mrs|Ms|Jr|Sr|Inc)\.$")
OPENING, CLOSING = "\"“'‘«", "\"”'’»"
FEWEST_QUOTED = 5
"""Fewer quoted words that make no sentence may be a title."""


def all_of_the_above(question: Question) -> Iterator[Finding]:
    """Options that are about other options."""
    if question.kind not in PICKED | {"bank", "columns"}:
        return
    forms: set[str] | None = None
    for choice in question.choices:
        text = choice.text
        about = OF_ALL.match(text) or LETTERS.search(text)
        both = None if about else BOTH.match(text)
        if both is not None:
            forms = {option_form(each.text) for each in question.choices} if forms is None else forms
            about = both if {option_form(both["one"]), option_form(both["other"])} <= forms else None
        if about:
            yield Finding(
                "all-of-the-above",
                f"an option is about other options: {shown(text)}; knowing two of them, or one, is enough",
                "write an option of its own, or make it a select-all",
                choice.path,
            )


def absolute_term(question: Question) -> Iterator[Finding]:
    """`always`, `never`, `only`, `completely` among the distractors alone, or in the key alone."""
    if question.kind not in PICKED or not question.keys or not question.distractors:
        return
    keys = [choice for choice in question.keys if ABSOLUTE.search(choice.text)]
    others = [choice for choice in question.distractors if ABSOLUTE.search(choice.text)]
    if bool(keys) == bool(others):
        return
    found = (keys or others)[0]
    match = ABSOLUTE.search(found.text)
    assert match is not None
    where, missing = ("the key", "no distractor") if keys else ("a distractor", "not in the key")
    yield Finding(
        "absolute-term",
        f"`{match[0]}` stands in {where} and {'in ' if keys else ''}{missing}: "
        "students know that absolute claims are seldom right",
        "leave the word out, or use such words on both sides",
        found.path,
    )


def vague_term(question: Question) -> Iterator[Finding]:
    """`usually`, `often`, `rarely`, `may` in options: how often is that?"""
    if question.kind not in PICKED:
        return
    for choice in question.choices:
        if match := VAGUE.search(choice.text):
            yield Finding(
                "vague-term",
                f"an option is vague: `{match[0]}` means something else to everyone, and hints at the key",
                "say how often or under what condition, or leave the word out",
                choice.path,
                Severity.NOTE,
            )
            return


def no_feedback(question: Question) -> Iterator[Finding]:
    """Distractors without a `why`."""
    if question.kind not in PICKED | {"bank"}:
        return
    silent = [choice for choice in question.distractors if not choice.why.strip()]
    if silent:
        count = len(question.distractors)
        which = "the distractor has" if count == 1 else f"{len(silent)} of {count} distractors have"
        yield Finding(
            "no-feedback",
            f"{which} no `why`: whoever picks one learns only that it is wrong",
            "write `{text: ..., why: ...}`: why it is wrong, or what it would be right for",
            silent[0].path,
            Severity.NOTE,
        )


def near_duplicate_option(question: Question) -> Iterator[Finding]:
    """Two options that differ by a letter or an ending, be it with their articles or without."""
    if question.kind in ("row", "word"):
        return
    choices = question.choices[:MOST_COMPARED]
    words = [WORD.findall(plain(choice.text)) for choice in choices]
    forms = [" ".join(word for word in each if word not in ARTICLES) for each in words]
    wholes = [" ".join(each) for each in words]
    for (i, one), (j, other) in combinations(enumerate(forms), 2):
        if one == other:
            continue
        with_articles = len(wholes[i]) > len(one) and len(wholes[j]) > len(other)
        if not (is_near(one, other) or (with_articles and is_near(wholes[i], wholes[j]))):
            continue
        first, second = choices[i], choices[j]
        if option_form(first.text) != option_form(second.text) and not are_opposed(one, other):
            yield Finding(
                "near-duplicate-option",
                f"two options hardly differ: {shown(second.text)}; neither can be right without the other",
                "write another option, or say what sets them apart",
                second.path,
                seen=("the other one", first.path),
            )


def is_near(one: str, other: str) -> bool:
    """Whether two texts are alike but for a twelfth of their letters."""
    together = len(one) + len(other)
    if not together or together > LONGEST_COMPARED or 2 * min(len(one), len(other)) < NEAR * together:
        return False
    words = one.split()
    if len(words) >= FEWEST_SHARING and not set(words).intersection(other.split()):
        return False
    shared = sum((Counter(one) & Counter(other)).values())
    return 2 * shared >= NEAR * together and SequenceMatcher(None, one, other, autojunk=False).ratio() >= NEAR


def are_opposed(one: str, other: str) -> bool:
    """Whether the words in which two texts differ set them apart: numbers, single letters, negations, opposites."""
    words, others = one.split(), other.split()
    only = [word for word in words if word not in others]
    only_other = [word for word in others if word not in words]
    differing = only + only_other
    if any(word[0].isdigit() or len(word) == 1 or word in NEGATION for word in differing):
        return True
    return any(_opposite(word, its) for word in only for its in only_other)


def _opposite(word: str, other: str) -> bool:
    if frozenset((word, other)) in OPPOSITES:
        return True
    for start in OPPOSED_PREFIXES:
        for rival in ("", *OPPOSED_PREFIXES):
            if start != rival and word.startswith(start) and other.startswith(rival):
                rest = word[len(start) :]
                if len(rest) >= 4 and rest == other[len(rival) :]:
                    return True
            if start != rival and other.startswith(start) and word.startswith(rival):
                rest = other[len(start) :]
                if len(rest) >= 4 and rest == word[len(rival) :]:
                    return True
    return False


def mixed_options(view: View) -> Iterator[Finding]:
    """Options that differ in form: units, numbers among texts, punctuation, case."""
    for question in view.questions:
        if question.kind not in MIXABLE or len(question.choices) < 2:
            continue
        choices = question.choices
        found = _mixed_kinds(choices) or _mixed_ends(choices) or _mixed_case(choices, view.names)
        if found is not None:
            message, odd, usual = found
            yield Finding(
                "mixed-options",
                f"{message}: {shown(odd.text)}; what stands out draws the eye, or hints at the key",
                "give all options one form",
                odd.path,
                seen=("as against this one", usual.path),
            )


Mixture = tuple[str, Choice, Choice]


def _odd(choices: Sequence[Choice], classes: Sequence[str], message: str) -> Mixture | None:
    """The first of the rarer kind, with one of the others; None where all are of one kind. An empty kind is any."""
    counts = Counter(each for each in classes if each)
    if len(counts) < 2:
        return None
    # of two kinds that are equally frequent, the one that comes later stands out
    usual = max(counts, key=lambda each: (counts[each], -classes.index(each)))
    odd = next(i for i, each in enumerate(classes) if each and each != usual)
    return message, choices[odd], choices[classes.index(usual)]


def _mixed_kinds(choices: Sequence[Choice]) -> Mixture | None:
    if not any(DIGIT.search(choice.text) for choice in choices):
        return None
    read = [quantity(choice.text) for choice in choices]
    kinds = [_kind(choice.text, found) for choice, found in zip(choices, read, strict=True)]
    if mixture := _odd(choices, kinds, "numbers are mixed with texts"):
        return mixture
    if any(kind != "number" for kind in kinds):
        return None
    units = [found.written for found in read if found is not None]
    if any(len(unit.split()) > MOST_UNIT_WORDS for unit in units):
        # what is counted, rather than a unit
        return None
    return _odd(choices, [f"in {unit}" for unit in units], "the options' units differ")


def _kind(text: str, found: Quantity | None) -> str:
    """A number in digits, a text without any; what lies between, such as `two or three days`, goes with both."""
    if DIGIT.search(text):
        return "" if found is None else "number"
    return "text" if found is None and not FEW.search(text) else ""


def _mixed_ends(choices: Sequence[Choice]) -> Mixture | None:
    texts = [choice.text.strip() for choice in choices]
    quoted = ["quoted" if _is_speech(text) else "bare" for text in texts]
    if mixture := _odd(choices, quoted, "some options are in quotes, others are not"):
        return mixture
    ends = []
    for text in texts:
        match = ENDS.search(text[-LONGEST_END:])
        mark = match[1] if match else ""
        ends.append("" if ABBREVIATED.search(text[-LONGEST_END:]) else "marked" if mark else "open")
    return _odd(choices, ends, "some options end in punctuation, others do not")


def _is_speech(text: str) -> bool:
    """Whether a text is what somebody says, from quote to quote."""
    said = text.rstrip(".")
    if len(said) < 2 or said[0] not in OPENING or said[-1] not in CLOSING:
        return False
    return said[-2] in ".!?" or len(said.split()) >= FEWEST_QUOTED


def _mixed_case(choices: Sequence[Choice], names: Names) -> Mixture | None:
    texts = [choice.text for choice in choices]
    if any(text.isupper() for text in texts):
        loud = [_loudness(text) for text in texts]
        if mixture := _odd(choices, loud, "some options are in capitals, others are not"):
            return mixture
    words = [FIRST_WORD.match(text) for text in texts]
    starts = [_start(word[1], alone=not word[2]) if word else "" for word in words]
    if len({start for start in starts if start}) > 1:
        # a name has its capital wherever it stands
        starts = ["" if word and word[1] in names else start for word, start in zip(words, starts, strict=True)]
    return _odd(choices, starts, "some options start with a capital, others do not")


def _loudness(text: str) -> str:
    if not text.isupper():
        return "quiet"
    return "loud" if len(LETTER.findall(text)) >= SHORTEST_LOUD else ""


def _start(word: str, *, alone: bool) -> str:
    """How a first word starts; neither way where it is an abbreviation, a symbol, or goes on in digits."""
    if not alone or not (word[1:].islower() or word in ("A", "a", "I")):
        return ""
    return "capital" if word[0].isupper() else "small" if word[0].islower() else ""


def unsorted_numbers(question: Question) -> Iterator[Finding]:
    """Numbers that are not shown in order, or ranges that overlap."""
    if question.kind not in PICKED:
        return
    read = [(choice, quantity(choice.text)) for choice in question.choices]
    numbers = [(choice, found) for choice, found in read if found is not None]
    if len(numbers) < 3 or len(numbers) < len(read) - 1 or len({found.unit for _, found in numbers}) > 1:
        return
    yield from _overlap(numbers)
    if not question.shufflable:
        return
    if not question.shown:
        message, cure = "numbers are shuffled", "add `shuffle: false`, and list them in their order under `order`"
    else:
        rank = {text: place for place, text in enumerate(question.shown)}
        lows = [found.middle for choice, found in sorted(numbers, key=lambda pair: rank.get(pair[0].text, 0))]
        if lows in (sorted(lows), sorted(lows, reverse=True)):
            return
        message, cure = "numbers do not stand in their order", "list them in their order under `order`"
    yield Finding(
        "unsorted-numbers",
        f"{message}: students lose time looking for one, and order should not be a hint",
        cure,
        numbers[0][0].path,
    )


def _overlap(numbers: Sequence[tuple[Choice, Quantity]]) -> Iterator[Finding]:
    ordered = sorted(numbers, key=lambda pair: (pair[1].low, pair[1].high))
    for (one, narrow), (other, wide) in combinations(ordered, 2):
        if (narrow.is_range or wide.is_range) and narrow.overlaps(wide):
            yield Finding(
                "unsorted-numbers",
                f"two ranges overlap: {shown(one.text)} and {shown(other.text)}; a value in both makes both right",
                "let each range start behind the one before it",
                other.path,
                seen=("the other one", one.path),
            )
            return
