"""Whatever a deck holds, the lints say something of it or nothing, and never fail."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from spinequiz.decks.lints import RULES, SILENCEABLE
from spinequiz.decks.lints.numbers import quantity
from spinequiz.decks.lints.options import near_duplicate_option
from spinequiz.decks.lints.views import QUESTIONS, Choice, Question
from spinequiz.decks.lints.wording import article_of
from spinequiz.decks.lints.words import plain, stem
from spinequiz.decks.load import parse_deck
from spinequiz.documents.render import FORMATS
from spinequiz.model.diagnostics import Diagnostic, Severity
from spinequiz.model.items import ITEM_TYPES, item_class
from spinequiz.model.items.base import JUDGMENT_STEPS

PIECES = st.sampled_from(
    "a an the not NOT **not** except always never only may usually all of the above both A and B none these 5 10 20 "
    "10-20% 1.0 mg .5 mL U IU QD µg 1,000 two three hours minutes less than more ? : . , ; ____ {{b}} {{c1::x}} {{+k}} "
    "{{-n}} vertebra cement leak leakage leaking which is true as in question 3 MRI X-ray hour unit ½ ２ İ ß "
    "ﬁ 𝐧𝐨𝐭 脊 شوكة - ' \" ** __ ( ) [ ] … <b> ' 0 -5 ٣ 1/2 ²".split(" ")
)
texts = st.lists(PIECES, min_size=1, max_size=9).map(" ".join) | st.text(min_size=1, max_size=20)
options = texts | st.fixed_dictionaries({"text": texts, "why": texts})
lists = st.lists(options, max_size=6)
names = st.sampled_from(["b", "one", "x"])
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "answer": options, "answers": lists, "distractors": lists, "steps": lists, "prompt": texts, "text": texts,
    "rationale": texts, "scenario": texts, "columns": st.lists(texts, max_size=4), "accept": st.lists(texts),
    "order": st.lists(texts, max_size=5), "shuffle": st.sampled_from(["true", "false"]), "unit": texts,
    "rows": st.lists(st.fixed_dictionaries({"text": texts}, optional={"answer": options, "answers": lists})),
    "groups": st.lists(st.fixed_dictionaries({"text": texts, "answers": lists, "distractors": lists}), max_size=3),
    "condition": st.fixed_dictionaries({"answer": options, "distractors": lists}),
    "actions": st.fixed_dictionaries({"answers": lists, "distractors": lists}),
    "parameters": st.fixed_dictionaries({"answers": lists, "distractors": lists}),
    "lint_ignore": st.dictionaries(st.sampled_from([*RULES, "nope"]), texts, max_size=3),
    "tags": st.just(["t"]), "bloom": st.sampled_from(["remember", "apply", "x"]), "rationale_scoring": st.just("dyad"),
}  # fmt: skip


def blanks(type_name: str) -> st.SearchStrategy[Any]:
    choices = st.fixed_dictionaries({"answer": options, "distractors": lists})
    return st.dictionaries(names, choices if type_name == "drop-down" else options, max_size=3)


@st.composite
def items(draw: st.DrawFn, types: tuple[str, ...] = ITEM_TYPES) -> dict[str, Any]:
    type_name = draw(st.sampled_from(types))
    keys = item_class(type_name).__struct_fields__
    made: dict[str, Any] = {"id": draw(st.sampled_from(["a", "b", "c", "d"])), "type": type_name}
    for key in keys:
        strategy = blanks(type_name) if key == "blanks" else VALUES.get(key)
        if type_name == "true-false" and key == "answer":
            strategy = st.sampled_from(["true", "false"])
        if strategy is not None and (key in ("prompt", "text") or draw(st.integers(0, 5))):
            made[key] = draw(strategy)
    if type_name == "case-study":
        nested = tuple(name for name in ITEM_TYPES if name not in ("basic", "cloze", "case-study"))
        made["items"] = [draw(items(nested)) | {"id": f"n{n}", "step": step} for n, step in enumerate(JUDGMENT_STEPS)]
    return made


def checked(deck: list[dict[str, Any]], *, lint: bool) -> tuple[Diagnostic, ...]:
    text = "spinequiz: 1\nid: d\ntitle: D\nitems:\n" + "".join(f"  - {json.dumps(each)}\n" for each in deck)
    return parse_deck(text.encode("utf-8", "replace"), "deck.yaml", lint=lint)[1]


@settings(max_examples=150)
@given(st.lists(items(), min_size=1, max_size=5))
def test_no_deck_makes_a_lint_fail(deck: list[dict[str, Any]]) -> None:
    found = checked(deck, lint=True)
    for render in FORMATS.values():
        assert all(render(each) for each in found)
    before = checked(deck, lint=False)
    errors = [each for each in found if each.severity is Severity.ERROR]
    assert errors == [each for each in before if each.severity is Severity.ERROR]
    more = {each.rule for each in found} - {each.rule for each in before}
    assert more <= {*RULES, "unknown-lint-rule", "unused-lint-ignore"}


@settings(max_examples=60)
@given(items())
def test_what_an_item_ignores_is_not_said(item: dict[str, Any]) -> None:
    item["lint_ignore"] = dict.fromkeys(SILENCEABLE, "on purpose")
    found = {each.rule for each in checked([item], lint=True) if each.severity is not Severity.ERROR}
    assert found <= {"unused-lint-ignore", "no-items"}


@given(texts)
@example("")
@example("-")
def test_helpers_take_any_text(text: str) -> None:
    found = quantity(text)
    assert found is None or found.low <= found.high
    assert article_of(text) in ("", "a", "an")
    word = plain(text)
    assert not word or word.startswith(stem(word)[:4]) or len(word) < 4


@given(texts, texts)
def test_an_option_is_no_near_duplicate_of_itself(one: str, other: str) -> None:
    def found(*pair: str) -> list[str]:
        choices = tuple(Choice(text, index == 0, ("answers", index)) for index, text in enumerate(pair))
        return [each.rule for each in near_duplicate_option(Question("several", "", choices))]

    assert found(one, one) == []
    assert len(found(one, other)) == len(found(other, one)) <= 1


def test_every_type_with_options_has_a_view() -> None:
    listing = {"distractors", "columns", "groups", "steps", "blanks", "condition"}
    with_options = {name for name in ITEM_TYPES if listing & set(item_class(name).__struct_fields__)}
    assert with_options == set(QUESTIONS)
