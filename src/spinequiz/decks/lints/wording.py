"""Lints of the stem's wording: negatives, stems that ask nothing, articles that point to the key."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from spinequiz.decks.lints.findings import Finding, shown
from spinequiz.decks.lints.views import PICKED, Path, Question, View
from spinequiz.decks.lints.words import WORD, sentences, without_directive
from spinequiz.model.diagnostics import Severity

CHOSEN = ("single-choice", "select-all", "select-n")
JUDGED = (*CHOSEN, "true-false", "matrix-choice", "matrix-response", "grouping", "highlight", "bow-tie", "ordering",
          "drop-down", "drag-drop", "basic", "typed", "numeric")  # fmt: skip
"""The types whose prompt asks; that of a case study is a title, and a cloze is no question."""
NEGATIVE = re.compile(r"(?<![^\W_])(?:not|except|least|incorrect|cannot|[^\W_]+n['’]t)(?![^\W_])", re.IGNORECASE)
HARMLESS = re.compile(
    r"\b(?:at\s+(?:the\s+)?(?:very\s+)?least|last\s+but\s+not\s+least|least\s+(?:invasive|restrictive)|not\s+only|"
    r"whether\s+or\s+not|or\s+not\b|not\s+(?:stated|reported|given|known)\b\s*[,;]|why\s+(?:\w+\s+){1,3}not)",
    re.IGNORECASE,
)
NO_NEGATIVE_MEANT = re.compile(
    r"\bcontraindicat|\b(?:need|needs|needed|require|requires|required|indicat\w+)\b[^.?!]*"
    r"\b(?:further|more|additional|reinforced)\s+(?:\w+\s+)?(?:teaching|instruction|education|explanation)",
    re.IGNORECASE,
)
QUOTED = re.compile(r"[\"“][^\"“”]*[\"”]|«[^»]*»")
CONDITION = re.compile(
    r"\b(?:if|when|whenever|because|since|although|though|while|unless|so\s+that)\b[^,;:?]*",
    re.IGNORECASE,
)
BOLD = re.compile(r"(\*\*|__).*?\1|<(b|strong)>.*?</\2>", re.IGNORECASE | re.DOTALL)

BLANK = re.compile(r"_{2,}|\{\{|\.\.\.\W*$|…\W*$|\[\s*\]")
TASK = re.compile(
    r"^\W*(?:(?:please|now|then|first|next|from [^,]+,|for (?:each|every)\b[^,]*,|in (?:each|every)\b[^,]*,)\s+)*"
    r"(?:select|choose|pick|name|identify|calculate|complete|mark|highlight|click|drag|match|place|put|rank|order|sort|"
    r"indicate|decide|state|give|determine|arrange|drop|find|tell|say|list|fill|compare|judge|assign|specify|work out|"
    r"estimate|compute|round|finish)\b",
    re.IGNORECASE,
)
NO_TOPIC = (
    r"(?:one\s+|ones\s+)?(?:of\s+(?:the\s+following|these|the\s+below|those)\s*)?"
    r"(?:statements?|options?|answers?|choices?|claims?|sentences?|items?|responses?)?\s*(?:below|here)?\s*"
)
TRUTH = r"(?:not\s+)?(?:true|false|correct|incorrect|right|wrong|accurate|inaccurate|untrue|valid)"
BARE = re.compile(
    rf"^\W*(?:which|what)\s+{NO_TOPIC}(?:is|are|holds?)\s+(?:the\s+)?(?:{TRUTH})?\s*"
    r"(?:one|ones|statements?|options?|answers?|choices?)?\W*$"
    rf"|^\W*(?:select|choose|pick|identify|mark|find)\s+(?:the|a|all|every|an)?\s*(?:one\s+)?{TRUTH}\s+"
    r"(?:one|ones|statements?|options?|answers?|choices?|responses?)\W*$",
    re.IGNORECASE,
)
FEWEST_WORDS = 6
LONGEST_END = 2_000
"""The question stands at the end of a stem; what is further off is not searched."""

OPEN_ARTICLE = re.compile(r"(?<![\w/(.-])(an?)[\s:*…._\"“'‘(\[-]*$")
SILENT_H = re.compile(r"h(?:our|onest|onou?r|eir)", re.IGNORECASE)
EITHER = re.compile(r"(?:herb|historic|hysterectom|hotel)", re.IGNORECASE)
SOUNDED_AS_CONSONANT = re.compile(
    r"(?:u(?:ni(?!n|m|d(?!i)|ss)|s(?:e|u|a|i(?!ng\s+up))|ter|ret|rea|rem|ri|ro|tili|til|top|biq|kr|ga)|eu|ewe|"
    r"on(?:e|ce)(?!n|r|t)|oui)",
    re.IGNORECASE,
)
VOWEL_LETTERS = "AEFHILMNORSX"


def unmarked_negative(view: View) -> Iterator[Finding]:
    """`not`, `except`, `least`, `incorrect` in the sentence that asks: easily overlooked, and worse if unmarked."""
    if view.type_name not in JUDGED:
        return
    asked: list[tuple[str, Path]] = [(view.prompt, view.prompt_path)]
    asked += [(q.stem, ("text",)) for q in view.questions if q.kind in ("blank", "word")]
    told: set[str] = set()
    for text, path in asked:
        found = _negative(text)
        if found is None or found[0] in told:
            continue
        word, marked = found
        told.add(word)
        if marked:
            yield Finding(
                "unmarked-negative",
                f"the question turns on a negative: `{word}`; what is wrong is learned instead of what is right",
                "ask for what is right, if there is a way to",
                path, Severity.NOTE,
            )  # fmt: skip
        else:
            yield Finding(
                "unmarked-negative",
                f"the question turns on `{word}`, which is easily overlooked",
                f"ask for what is right, or write `{word.upper()}`",
                path,
            )


def _negative(text: str) -> tuple[str, bool] | None:
    """The negative on which a stem turns, and whether it is in capitals or bold."""
    found = None
    if text.isascii() and not NEGATIVE.search(text):
        return None
    for sentence in _asking(text):
        if NO_NEGATIVE_MEANT.search(sentence):
            continue
        bold = [match.span() for match in BOLD.finditer(sentence)]
        folded = sentence if sentence.isascii() else "".join(_plain_letter(letter) for letter in sentence)
        if not NEGATIVE.search(folded):
            continue
        hidden = [m.span() for pattern in (HARMLESS, QUOTED, CONDITION) for m in pattern.finditer(folded)]
        for match in NEGATIVE.finditer(folded):
            if any(start <= match.start() and match.end() <= end for start, end in hidden):
                continue
            word = sentence[match.start() : match.end()]
            marked = (
                match[0].isupper()
                or match[0].endswith(("N'T", "N’T"))
                or any(start <= match.start() < end for start, end in bold)
                or any("BOLD" in unicodedata.name(letter, "") for letter in word)
            )
            if not marked:
                return match[0], False
            found = match[0], True
    return found


def _plain_letter(letter: str) -> str:
    """A letter that is bold by its code point as a plain one; what would become several stays."""
    if letter.isascii():
        return letter
    folded = unicodedata.normalize("NFKC", letter)
    return folded if len(folded) == 1 else letter


def _asking(text: str) -> list[str]:
    """The sentences that ask: the last one, and the last one that is a question."""
    found = sentences(without_directive(text[-LONGEST_END:]))
    questions = [sentence for sentence in found if "?" in sentence[-4:]]
    return list(dict.fromkeys(questions[-1:] + found[-1:]))


def unfocused_stem(view: View) -> Iterator[Finding]:
    """A stem that can't be answered before the options are read."""
    if view.type_name not in CHOSEN or not view.prompt:
        return
    stem = without_directive(view.prompt[-LONGEST_END:])
    found = sentences(stem)
    if any(BARE.match(sentence) for sentence in (found[-1:] + [s for s in found if "?" in s][-1:])):
        message = "the stem asks which option is true, and not a question of its own"
    elif len(stem.split()) < 2 * FEWEST_WORDS and len(WORD.findall(stem)) < FEWEST_WORDS and not BLANK.search(stem):
        message = f"the stem has fewer than {FEWEST_WORDS} words"
    elif not re.search(r"[?:？：]", stem) and not BLANK.search(stem) and not any(TASK.match(s) for s in found):
        message = "the stem neither asks nor leaves anything open: it has no `?`, no `:` and no blank"
    else:
        return
    yield Finding(
        "unfocused-stem",
        f"{message}; a student should know what is asked with the options covered",
        "put the whole question into the stem",
        view.prompt_path,
    )


def article_cue(question: Question) -> Iterator[Finding]:
    """`a` or `an` in front of options that do not all fit it."""
    if question.kind not in PICKED:
        return
    match = OPEN_ARTICLE.search(question.lead[-LONGEST_END:])
    if match is None:
        return
    article = match[1]
    unfit = [choice for choice in question.choices if article_of(choice.text) not in ("", article)]
    if unfit:
        yield Finding(
            "article-cue",
            f"the stem ends in `{article}`, which does not fit {shown(unfit[0].text)}: grammar rules options out",
            "end the stem in `a(n)`, or move the article into the options",
            unfit[0].path,
        )


def article_of(text: str) -> str:
    """The article that a text takes, by its sound; empty where both do, or none can be told."""
    match = re.search(r"\w", text)
    if match is None:
        return ""
    text = text[match.start() :]
    number = re.match(r"\d[\d,]*", text)
    if number is not None:
        digits = number[0].replace(",", "")
        group = digits[: (len(digits) - 1) % 3 + 1]
        return "an" if digits[0] == "8" or group in ("11", "18") else "a"
    word = re.match(r"[^\W\d_]+", text)
    if word is None:
        return ""
    letters = word[0]
    spelled = letters.isupper() and (len(letters) == 1 or len(letters) <= 3 or not re.search("[AEIOU]", letters))
    if letters.isupper() and len(letters) > 1 and letters[0] in "FHLMNRSX" and letters[1] in "AEIOU":
        # spelled or pronounced: `an HIV test`, `a MAP of 65`
        return ""
    if spelled and not (len(letters) == 1 and re.match(r"\w\s", text) and letters in "AI"):
        return "an" if letters[0] in VOWEL_LETTERS else "a"
    if letters.isupper() or EITHER.match(letters):
        # pronounced as a word or by its letters: nobody can tell from here
        return ""
    if not letters[0].isascii():
        letters = unicodedata.normalize("NFKD", letters)
    if SILENT_H.match(letters):
        return "an"
    if SOUNDED_AS_CONSONANT.match(letters):
        return "a"
    return "an" if letters[0].lower() in "aeiou" else "a"
