"""What `check` says about item writing: the flaws of the NBME's guide and of Haladyna's review, rule by rule.

Lints run on what could be read of a deck, errors or not, and never when a deck is compiled for studying. A lint is a
function of an item, of one list of options, or of all items; `docs/lints.md` says what each fires on.
"""

from __future__ import annotations

from collections.abc import Iterable

from spinequiz.decks.checks import PartialItem
from spinequiz.decks.lints import cues, deck, doses, ignoring, options, stems, upkeep, wording
from spinequiz.decks.lints.findings import DeckLint, Finding, ItemLint, QuestionLint
from spinequiz.decks.lints.views import View, views
from spinequiz.documents.nodes import Node
from spinequiz.documents.report import Report
from spinequiz.model.diagnostics import Related
from spinequiz.model.items import Item

QUESTION_LINTS: dict[str, QuestionLint] = {
    "all-of-the-above": options.all_of_the_above,
    "absolute-term": options.absolute_term,
    "vague-term": options.vague_term,
    "long-key": cues.long_key,
    "near-duplicate-option": options.near_duplicate_option,
    "article-cue": wording.article_cue,
    "clang": cues.clang,
    "convergence": cues.convergence,
    "unsorted-numbers": options.unsorted_numbers,
    "no-feedback": options.no_feedback,
}
ITEM_LINTS: dict[str, ItemLint] = {
    "unmarked-negative": wording.unmarked_negative,
    "unfocused-stem": wording.unfocused_stem,
    "mixed-options": options.mixed_options,
    "all-keys": upkeep.all_keys,
    "missing-rationale": upkeep.missing_rationale,
    "missing-tags": upkeep.missing_tags,
}
DECK_LINTS: dict[str, DeckLint] = {
    "long-keys-in-deck": deck.long_keys_in_deck,
    "key-position": deck.key_position,
    "all-keys": deck.same_number_of_keys,
    "near-duplicate-stem": stems.near_duplicate_stem,
    "blueprint": deck.blueprint,
    "dose-notation": doses.dose_notation,
}
OF_ENGLISH = frozenset(
    ("all-of-the-above", "absolute-term", "vague-term", "article-cue", "unmarked-negative", "unfocused-stem")
)
"""Rules that know English words; decks in other languages are spared them."""
RULES: tuple[str, ...] = tuple(dict.fromkeys((*QUESTION_LINTS, *ITEM_LINTS, *DECK_LINTS)))
SILENCEABLE: tuple[str, ...] = (*RULES, *ignoring.COMPILER_WARNINGS)


def lint(read: Iterable[tuple[Item | PartialItem, Node]], report: Report, language: str = "en") -> None:
    """Report what the items of a deck, given with their nodes, do against the rules; an item may ignore some."""
    items = list(views(read, report))
    english = language.partition("-")[0].casefold() in ("en", "")
    of_questions = [run for rule, run in QUESTION_LINTS.items() if english or rule not in OF_ENGLISH]
    of_items = [run for rule, run in ITEM_LINTS.items() if english or rule not in OF_ENGLISH]
    for view in items:
        for of_item in of_items:
            for finding in of_item(view):
                _tell(view, finding, report)
        for question in view.questions:
            for of_question in of_questions:
                for finding in of_question(question):
                    _tell(view, finding, report)
    for of_deck in DECK_LINTS.values():
        for view, finding in of_deck(items):
            _tell(view, finding, report)
    for view in items:
        for finding in ignoring.unknown_rules(view, SILENCEABLE):
            _tell(view, finding, report)
        for finding in ignoring.unused(view, SILENCEABLE, report.silenced_at(view.place.node)):
            _tell(view, finding, report)
    report.item_id = ""


def _tell(view: View, finding: Finding, report: Report) -> None:
    silent = False
    for each in (view, view.case, finding.other):
        if each is not None and finding.rule in each.ignored:
            report.silence(each.place.node, finding.rule)
            silent = True
    if silent:
        return
    report.item_id = view.top.id
    related: tuple[Related, ...] = ()
    if finding.seen is not None:
        message, path = finding.seen
        related = (Related(message, (finding.other or view).place.text_span(*path)),)
    span = view.place.text_span(*finding.path)
    if finding.path[0] == "lint_ignore":
        span = view.place.key_span(*finding.path)
    report.add(finding.rule, finding.message, span, finding.help, finding.severity, related)
