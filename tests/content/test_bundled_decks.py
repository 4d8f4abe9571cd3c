"""The bundled decks hold to the rules for their content."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path

import msgspec
import pytest
from bundled_library import (
    DECKS,
    ROOT,
    Placed,
    deck,
    decks,
    in_words,
    keys,
    library,
    loaded,
    options_under,
    own_key,
    paragraphs_by_source,
    scored,
    source_names,
    source_texts,
    spoiled,
)

from spinequiz.decks.load import load_deck
from spinequiz.decks.sources import word_runs
from spinequiz.grading import grader_of
from spinequiz.model.items import ITEM_TYPES
from spinequiz.model.items.base import JUDGMENT_STEPS

TOPICS = {
    "bone-and-osteoporosis",
    "vertebroplasty-and-kyphoplasty",
    "candidates",
    "procedure-and-care",
    "risks-and-leakage",
    "outcomes-and-figures",
    "history-and-debate",
    "compare-the-sources",
}
FIRST_TYPES = {"basic", "cloze", "typed", "numeric", "true-false", "single-choice", "select-all"}
MOST_ALIKE = 0.92

PARAGRAPHS = {
    "cementing-the-spine": 8,
    "spinenation-2017": 34,
    "vertebroplasty-overview": 20,
    "about-leakage-2013": 31,
    "sir-five-year": 15,
}
"""How many paragraphs each source has."""

NOTHING_TO_TEACH = {
    "cementing-the-spine": {1: "title"},
    "spinenation-2017": {
        1: "advertising, with a phone number",
        2: "navigation",
        3: "title",
        5: "subtitle",
        7: "heading",
        9: "heading",
        13: "heading",
        14: "heading",
        16: "heading",
        20: "heading",
        21: "heading",
        24: "heading",
        29: "heading",
    },
    "vertebroplasty-overview": {
        1: "heading",
        5: "heading",
        10: "heading",
        15: "heading",
        20: "navigation",
    },
    "about-leakage-2013": {
        2: "title",
        4: "navigation",
        6: "navigation",
        13: "navigation",
        24: "who wrote a comment, and when",
        26: "who wrote a comment, and when",
        27: "a private person's illness: nobody's to teach",
        28: "navigation",
        29: "navigation",
        30: "copyright notice",
    },
    "sir-five-year": {9: "heading", 14: "credit of a picture", 15: "navigation"},
}
"""The paragraphs that no item need cite, each with the reason. Every other one is cited."""

CONTRADICTIONS = {
    "first year": {"first-year-fair-reading"},
    "surgical or not": {"surgical-or-not-by-source"},
    "new fractures": {"new-fractures-by-source", "new-fractures-no-risk"},
    "how often cement leaks": {"leak-frequency-by-source", "leak-frequency-sentence"},
    "whether a leak matters": {"leak-matters-by-statement"},
    "leaks and pain": {"leak-and-pain-wordings"},
    "where cement leaks to": {"leak-where-named"},
    "placebo and benefit": {"placebo-and-benefit-by-source"},
    "what the trials of 2009 tested": {"nejm-tested-best-source"},
    "why it is controversial": {"controversy-why-two-voices"},
    "height": {"height-as-aim-by-source"},
    "kyphoplasty leak-proof": {"kp-leak-proof-evidence"},
    "alike or different": {"alike-or-different-features"},
    "treats osteoporosis": {"treats-osteoporosis-by-source", "treats-osteoporosis-reply"},
    "long term": {"long-term-by-source"},
    "hardening and lying prone": {"hardening-and-lying-prone"},
    "pain afterwards": {"pain-afterwards-by-source", "pain-afterwards-teaching"},
    "size of the benefit": {"benefit-size-four-claims"},
    "complications and leaks": {"complications-or-leaks"},
    "who qualifies": {"who-qualifies-one-article"},
    "when": {"when-by-source", "when-which-patient"},
    "who and with what": {"who-with-what-by-source"},
    "order of steps": {"step-order-and-its-comment"},
    "first use": {"first-use-by-source"},
    "purpose": {"purpose-five-wordings", "purpose-in-common"},
    "length of the follow-up": {"follow-up-two-lengths"},
    "proven or not": {"proven-or-not-by-voice", "proven-balanced-card", "proven-one-sided-leaflet"},
}
"""Where the sources disagree, row by row of docs/sources.md, and the items that treat it."""

FALSE_CLAIMS = {
    "no new fractures": r"\b(no|without( any)?|free of( any)?) (added |further )?risk of (a |any )?"
    r"(new |another )?fractur",
    "fractures prevented": r"\b(prevents|protects against|rules out) (new |further |other )?fractures",
    "osteoporosis treated": r"(?<!not )(?<!n't )(?<!neither )\b(treats|cures|heals|reverses) (the |her |his |your )?"
    r"osteoporosis|osteoporosis( behind the fracture)? (is|was|has been) (also )?(treated|cured|healed)",
    "kyphoplasty leak-proof": r"leak-?proof|not prone to leak|(cannot|can't|does not|do not|never) leaks?\b",
    "leaks rare": r"\bleak(s|age|age of cement)? (is|are) (rare|very rare|unusual)\b",
    "relief promised": r"\bguarantee[sd]? (of )?relief|\bpain will be gone|\bfree of pain for (good|sure)",
    "benefit settled": r"\bproven? (to be )?(better|effective|safe)|\bsettled that it works",
    "dye for kyphoplasty only": r"\bdye\b.*\bonly (in|for|before) (kyphoplasty|KP)\b",
    "cement stored in the trocar": r"\btrocar (stores|holds|contains)",
    "patients kept prone": r"\b(lie|stay|keep|kept|remain)\w* (prone|face down|on the stomach) for "
    r"(at least )?(an|one) h",
    "ancestry as a rule": r"\b(white|asian) women\b",
}
"""What no student may take for right, whichever source says it."""

NO_STUDY = r"[Nn]o study|(without|nor|[Nn]either) a (named )?(or described )?study|nothing behind|stand alone"

PLANTED = {
    "no new fractures": "The procedure is safe, with no risk of new fractures",
    "fractures prevented": "Cement prevents further fractures",
    "osteoporosis treated": "Vertebroplasty treats osteoporosis",
    "kyphoplasty leak-proof": "The thick cement of KP cannot leak",
    "leaks rare": "Leaks are rare",
    "relief promised": "Her pain will be gone by the evening",
    "benefit settled": "It has been proven effective",
    "dye for kyphoplasty only": "Ask about allergy to dye only before kyphoplasty",
    "cement stored in the trocar": "A trocar stores the cement",
    "patients kept prone": "Lie face down for at least an hour",
    "ancestry as a rule": "White women get it",
}

all_decks = pytest.mark.parametrize("path", DECKS, ids=lambda path: path.stem)


def names(placed: list[Placed]) -> list[str]:
    return [each.name for each in placed]


def copied(text: str, runs: set[tuple[str, ...]]) -> list[str]:
    return [" ".join(run) for run in word_runs(text) if run in runs]


# --- The files --------------------------------------------------------------------------------------


def test_every_topic_has_its_deck() -> None:
    assert {each.deck.id for each in decks()} >= TOPICS


@all_decks
def test_deck_loads_without_a_word(path: Path) -> None:
    assert [str(found) for found in loaded(path)[1]] == []


@all_decks
def test_citations_stand_where_they_say_and_words_are_own(path: Path) -> None:
    assert [f"{found.rule}: {found.message}" for found in load_deck(str(path), source_texts())[1]] == []


def test_a_citation_that_is_wrong_would_be_found() -> None:
    texts = source_texts()
    emptied = {file: type(text)("Nothing.\n\n" * 40) for file, text in texts.items()}
    rules = {found.rule for found in load_deck(str(DECKS[0]), emptied)[1]}
    assert "evidence-not-found" in rules


@all_decks
def test_filled_in_texts_are_own_words_too(path: Path) -> None:
    runs = {run for text in source_texts().values() for run in text.runs}
    items = [item for top in loaded(path)[0].items for item in (top, *top.nested)]
    assert {item.id: copied(in_words(item), runs) for item in items if copied(in_words(item), runs)} == {}


@all_decks
def test_deck_says_what_it_is(path: Path) -> None:
    each = loaded(path)[0].deck
    assert each.license
    assert each.description
    assert each.id == path.stem
    notice = each.notice.casefold()
    assert "education only" in notice
    assert "not clinical guidance" in notice
    assert "not been reviewed by a clinician" in notice


def test_decks_describe_a_source_alike() -> None:
    described = {name: source for each in decks() for name, source in each.deck.sources.items()}
    assert set(described) == set(PARAGRAPHS)
    different = [
        (each.deck.id, name)
        for each in decks()
        for name, source in each.deck.sources.items()
        if source != described[name]
    ]
    assert different == []


# --- The items --------------------------------------------------------------------------------------


def test_ids_are_unique() -> None:
    for each in decks():
        assert [id for id, n in Counter(item.id for item in each.items).items() if n > 1] == []
        for item in each.items:
            assert len({nested.id for nested in item.nested}) == len(item.nested)
    assert len({each.deck.id for each in decks()}) == len(DECKS)


def test_every_item_cites_or_says_that_it_was_added() -> None:
    """A case study cites as a whole, or each of its items does."""
    bare = [
        p
        for p in library()
        if not p.case
        and (bool(p.item.cite) or bool(p.item.nested and all(n.cite for n in p.item.nested))) == p.item.added
    ]
    assert names(bare) == []


@all_decks
def test_added_knowledge_is_little(path: Path) -> None:
    items = loaded(path)[0].items
    assert sum(item.added for item in items) <= len(items) / 10


def test_every_item_has_what_a_student_needs() -> None:
    lacking = {
        f"{p.name}: {field}"
        for p in library()
        for field in ("rationale", "tags", "client_need", "bloom", "step")
        # the items of a case study have the steps, all six of them
        if not (p.own_or_case(field) if field != "step" else p.item.step or p.item.nested)
    }
    assert lacking == set()


def test_items_of_a_case_study_follow_the_six_steps() -> None:
    for placed in library():
        if placed.item.nested:
            assert tuple(nested.step for nested in placed.item.nested) == JUDGMENT_STEPS, placed.name
            assert "invented" in placed.item.caveat or "made up" in placed.item.caveat, placed.name


def test_every_distractor_says_why_it_is_wrong() -> None:
    silent = [f"{p.name}: {o.text}" for p in library() for o in options_under(p.item, "distractors") if not o.why]
    assert silent == []


def test_distractors_are_found_in_every_shape() -> None:
    with_some = {p.item.type_name for p in library() if any(options_under(p.item, "distractors"))}
    assert with_some == {"single-choice", "select-all", "select-n", "grouping", "drop-down", "drag-drop", "bow-tie"}


def test_a_third_of_the_items_ask_for_more_than_recall() -> None:
    levels = Counter(p.own_or_case("bloom") for p in library())
    assert levels["remember"] <= sum(levels.values()) * 2 / 3


def test_true_and_false_both_occur() -> None:
    answers = Counter(p.item.answer for p in library() if p.item.type_name == "true-false")
    assert min(answers[True], answers[False]) >= sum(answers.values()) / 4


def test_no_two_stems_are_nearly_alike() -> None:
    stems = [(p.name, in_words(p.item).casefold()) for p in library()]
    alike = []
    for (name, stem), (other_name, other) in combinations(stems, 2):
        if 2 * min(len(stem), len(other)) < MOST_ALIKE * (len(stem) + len(other)):
            continue
        matcher = SequenceMatcher(None, stem, other, autojunk=False)
        if matcher.quick_ratio() >= MOST_ALIKE and matcher.ratio() >= MOST_ALIKE:
            alike.append((name, other_name))
    assert alike == []


@pytest.mark.parametrize("placed", scored(), ids=lambda placed: placed.name)
def test_the_key_gets_full_marks_and_a_wrong_answer_does_not(placed: Placed) -> None:
    grader = grader_of(placed.item)
    item = grader.concrete(placed.item, 1)
    response = grader.completed(item, own_key(item))
    assert not grader.refusal(item, response)
    assert grader.grade(item, response).score == (grader.max_points(item), grader.max_points(item))
    assert not grader.grade(item, grader.completed(item, spoiled(item))).score.full


def test_every_accepted_spelling_is_right() -> None:
    for placed in library():
        if placed.item.type_name == "typed":
            for spelling in placed.item.accept:
                response = type(own_key(placed.item))(spelling)
                assert grader_of(placed.item).grade(placed.item, response).score.full, (placed.name, spelling)


# --- What they say ----------------------------------------------------------------------------------


@pytest.mark.parametrize("claim", FALSE_CLAIMS)
def test_a_false_claim_is_no_key(claim: str) -> None:
    pattern = re.compile(FALSE_CLAIMS[claim], re.IGNORECASE)
    assert pattern.search(PLANTED[claim]), "the pattern finds nothing"
    assert [(p.name, key) for p in library() for key in keys(p.item) if pattern.search(key)] == []


def test_infection_is_no_reason_for_the_procedure() -> None:
    """One source lists serious infections among the indications; an active infection is a contraindication."""
    about_reasons = [p for p in library() if {"criteria", "causes"} & set(p.own_or_case("tags"))]
    assert len(about_reasons) > 5
    named = [
        (p.name, key)
        for p in about_reasons
        if "contraindications" not in p.own_or_case("tags")
        for key in keys(p.item)
        if re.search(r"infection", key, re.IGNORECASE)
    ]
    assert named == []
    cited = [p for p in library() for c in p.item.cite if (c.source, c.paragraph) == ("vertebroplasty-overview", 7)]
    assert names([p for p in cited if any("infection" in e for c in p.item.cite for e in c.evidence)]) == []


@pytest.mark.parametrize(
    ("source", "paragraph", "evidence", "care", "why"),
    [
        ("vertebroplasty-overview", 14, r"face down", r"protocol|practice", "patients are not kept prone for it"),
        ("vertebroplasty-overview", 9, r"\d", NO_STUDY, "the percentage has no study"),
        ("spinenation-2017", 8, r"\d", rf"{NO_STUDY}|complications?\b", "the percentage has no study"),
        ("spinenation-2017", 22, r"\d percent", NO_STUDY, "the percentage has no study"),
        ("about-leakage-2013", 11, r"\d", r"do(es)? not fit|reported as|reports", "count and percentage do not fit"),
        ("about-leakage-2013", 12, r"58", r"mislabel|in doubt|one small series", "the groups may be mislabeled"),
        ("sir-five-year", 2, r"1\.3", r"\b(time|when|When)\b", "the time of the second score is not stated"),
        (
            "sir-five-year",
            8,
            r"safe and|does not",
            r"conflict|disagree|open question|differ|\bother",
            "others say otherwise",
        ),
    ],
)
def test_doubtful_statements_come_with_care(source: str, paragraph: int, evidence: str, care: str, why: str) -> None:
    """Whoever has answered the item has read the doubt somewhere on it."""
    quoting = [
        p
        for p in library()
        if any(
            (c.source, c.paragraph) == (source, paragraph) and any(re.search(evidence, each) for each in c.evidence)
            for c in p.item.cite
        )
    ]
    assert quoting
    assert names([p for p in quoting if not re.search(care, msgspec.json.encode(p.item).decode())]) == [], why


def test_the_percentage_of_leaks_is_quoted_and_never_worked_out() -> None:
    for placed in library():
        text = str(placed.item)
        if "40.06" in text:
            assert re.search(r"report(ed|s)|129", text), placed.name
        assert "34.68" not in text, placed.name


def test_every_paragraph_with_something_to_teach_is_cited() -> None:
    cited = {(c.source, c.paragraph) for p in library() for c in p.item.cite}
    due = {
        (source, number)
        for source, count in PARAGRAPHS.items()
        for number in range(1, count + 1)
        if number not in NOTHING_TO_TEACH[source]
    }
    assert due - cited == set()
    assert cited - due == set(), "left out, and cited all the same"


def test_the_list_of_paragraphs_fits_the_sources() -> None:
    found = paragraphs_by_source(source_texts())
    assert {source: len(text.paragraphs) for source, text in found.items()} == PARAGRAPHS
    for source, skipped in NOTHING_TO_TEACH.items():
        for number, reason in skipped.items():
            words = len(found[source].paragraphs[number - 1].split())
            assert words <= 30 or "private" in reason, (source, number, reason)


def test_every_contradiction_is_treated() -> None:
    assert len(CONTRADICTIONS) == 27
    ids = {item.id for item in deck("compare-the-sources").items}
    treated = set().union(*CONTRADICTIONS.values())
    assert treated - ids == set()
    assert ids - treated == set(), "an item that no row of the table names"


def test_a_contradiction_is_told_from_both_sides() -> None:
    """An item of the comparison cites two passages at least, or one that contradicts itself."""
    for item in deck("compare-the-sources").items:
        assert len({(c.source, c.paragraph) for c in item.cite}) >= 2 or item.id == "who-qualifies-one-article", item.id


@pytest.mark.parametrize("deck_id", ["vertebroplasty-and-kyphoplasty", "risks-and-leakage"])
def test_the_first_two_decks_have_all_the_common_types(deck_id: str) -> None:
    items = deck(deck_id).items
    assert len(items) >= 25
    assert {item.type_name for item in items} >= FIRST_TYPES


def test_the_tour_has_every_type() -> None:
    assert {item.type_name for item in deck("item-types").items} == set(ITEM_TYPES)


def test_there_are_six_case_studies() -> None:
    assert sum(p.item.type_name == "case-study" for p in library()) >= 6


# --- Tags and privacy -------------------------------------------------------------------------------


def test_every_tag_is_listed_and_every_listed_tag_is_used() -> None:
    text = (ROOT / "docs" / "tags.md").read_text("utf-8")
    listed = re.findall(r"^\| `([a-z0-9-]+)` \| \S", text, re.MULTILINE)
    assert len(listed) == len(set(listed))
    assert listed == sorted(listed)
    used = {tag for p in library() for tag in p.item.tags}
    assert set(listed) == used


def test_no_two_tags_mean_the_same() -> None:
    used = sorted({tag for p in library() for tag in p.item.tags})
    stems = {tag: {word.rstrip("s") for word in tag.split("-")} for tag in used}
    assert [pair for pair in combinations(used, 2) if stems[pair[0]] <= stems[pair[1]]] == []


def pages() -> dict[str, str]:
    """The texts that are handed out: decks, and the two documents on them."""
    found = [*DECKS, ROOT / "docs" / "sources.md", ROOT / "docs" / "tags.md"]
    return {path.name: path.read_text("utf-8") for path in found}


def test_no_phone_number_and_no_address_is_passed_on() -> None:
    for name, text in pages().items():
        assert not re.search(r"\b\d{3}[.-]\d{3}[.-]\d{4}\b", text), name
        assert not re.search(r"https?://|www\.", text), name


def test_no_reader_is_named() -> None:
    text = paragraphs_by_source(source_texts())["about-leakage-2013"].text
    readers = {name.strip() for name in re.findall(r"^\(\d+\)\s*(.+?)\s*says:", text, re.MULTILINE)}
    assert len(readers) == 5
    named = {
        name: [reader for reader in readers if re.search(rf"\b{reader}\b", page)] for name, page in pages().items()
    }
    assert {name: found for name, found in named.items() if found} == {}


# --- docs/sources.md --------------------------------------------------------------------------------


def test_the_page_on_the_sources_has_every_contradiction() -> None:
    text = (ROOT / "docs" / "sources.md").read_text("utf-8")
    section = text.split("## Where they contradict each other", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| (\d+) \| ([^|]+?) \|.*\| ([^|]*) \|$", section, re.MULTILINE)
    assert [int(number) for number, _, _ in rows] == list(range(1, 28))
    assert [what for _, what, _ in rows] == list(CONTRADICTIONS)
    for (_, what, cell), ids in zip(rows, CONTRADICTIONS.values(), strict=True):
        assert set(re.findall(r"`([^`]+)`", cell)) == ids, what


def test_the_page_on_the_sources_is_in_own_words() -> None:
    texts = source_texts()
    page = (ROOT / "docs" / "sources.md").read_text("utf-8")
    for each in decks():
        for source in each.deck.sources.values():
            page = page.replace(source.title, "")
    assert copied(page, {run for text in texts.values() for run in text.runs}) == []
    assert [name for name in source_names().values() if f"`{name}`" not in page] == []


# --- docs/item-types.md -----------------------------------------------------------------------------


def test_the_page_on_the_item_types_shows_the_tour_as_it_is() -> None:
    page = (ROOT / "docs" / "item-types.md").read_text("utf-8")
    tour = (ROOT / "decks" / "item-types.yaml").read_text("utf-8")
    shown = [block for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if block.startswith("  - id: ")]
    assert len(shown) >= len(ITEM_TYPES)
    assert [block.split("\n", 1)[0] for block in shown if block not in tour] == []
