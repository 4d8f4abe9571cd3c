"""English words as the lints compare them: tokens, stems, content words, sentences."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:[.,]\d+)*")
SENTENCE_END = re.compile(r"(?<=[.?!…])[\"'”’)\]*_]*\s+|\n\s*\n")
DIRECTIVE = re.compile(
    r"[(\[\s*_]{0,4}\b(?:select|choose|mark|check|pick|tick|click|name|identify)\s+"
    r"(?:all|every one|those)\s+(?:that|which)\s+(?:apply|applies|are correct|are right|is correct|fit)\b[.!)\]*_\s]*"
    r"|[(\[\s*_]{0,4}\b(?:select|choose|mark|check|pick|tick)\s+(?:the\s+)?(?:two|three|four|five|\d)\b"
    r"(?:\s+(?:answers?|options?|responses?|that apply))?[.!)\]*_\s]*$",
    re.IGNORECASE,
)
"""What says how to answer, and is no part of the question: `Select all that apply.`"""
DIRECTING = ("elect", "ELECT", "hoose", "HOOSE", "ark", "ARK", "heck", "HECK", "ick", "ICK", "ame", "AME", "dentify")
"""Parts of the verbs that such a sentence starts with."""
ARTICLES = frozenset(("a", "an", "the"))
STOP = frozenset(
    """
    a an the and or but nor not no so if then than that this these those there here which who whom whose what when
    where why how is are was were be been being am do does did done doing has have had having can could may might must
    shall should will would of in on at by for from to into onto with within without about above below under over
    between among against through during before after until since while because as it its they them their theirs he him
    his she her hers you your yours we us our ours i me my mine one ones also any all each every either neither both
    some such other others another same own more most much many few less least very too only just still yet again once
    ever never always often usually rarely out up down off upon per via whether although though unless however
    """.split()
)
GENERIC = frozenset(
    """
    nurse nurses patient patients client clients person people following answer answers option options statement
    statements article articles according question questions select apply applies correct incorrect true false best
    first next priority likely needs needed using going comes given gives
    """.split()
)
"""Words that stand in the stems of all kinds of questions, and cue nothing."""
SUFFIXES = tuple(
    sorted(
        """
        izations ization ations ation ational ators ator ating ated ates ative ate ements ement ments ment ances ance
        ences ence ibility ability abilities ities ity ings ing ions ion ists ist isms ism ible able edly ically ical
        ally als al ic ics ives ive ously ous ness ers er ors or ies ied ed es ly ages age osis oses otic ostic is ae
        as a y s e
        """.split(),
        key=len,
        reverse=True,
    )
)
SHORTEST_STEM = 4


def plain(text: str) -> str:
    """The text in compatibility form and lower case: full width, ligatures and bold letters become plain ones."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).casefold()


def tokens(text: str) -> list[str]:
    """The words and numbers of a text, without articles."""
    return [word for word in WORD.findall(plain(text)) if word not in ARTICLES]


@lru_cache(maxsize=1 << 15)
def stem(word: str) -> str:
    """What a lower-case word shares with its inflections and close derivations: `leak` for leaks, leaked, leakage.

    Suffixes are taken off while four letters are left. It is coarser than a dictionary, and knows no irregular form.
    """
    while True:
        for suffix in SUFFIXES:
            if word.endswith(suffix) and len(word) - len(suffix) >= SHORTEST_STEM:
                if suffix == "s" and word[-2] in "su":
                    continue
                word = word[: -len(suffix)]
                break
        else:
            break
    return word[:-1] if len(word) > SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "aeiou" else word


def content_stems(text: str, shortest: int = 1) -> dict[str, str]:
    """The stems of the words that carry meaning, each with the word as it first occurs in the text."""
    found: dict[str, str] = {}
    for word in WORD.findall(plain(text)):
        if len(word) >= shortest and word not in STOP and word not in GENERIC and not word[0].isdigit():
            found.setdefault(stem(word.removesuffix("'s").removesuffix("’s")), word)
    return found


def without_directive(text: str) -> str:
    """A stem without `Select all that apply` and its like."""
    if not any(part in text for part in DIRECTING):
        return text.strip()
    return DIRECTIVE.sub(" ", text).strip()


def sentences(text: str) -> list[str]:
    """The sentences of a text, as far as punctuation tells."""
    return [part.strip() for part in SENTENCE_END.split(text) if part.strip()]
