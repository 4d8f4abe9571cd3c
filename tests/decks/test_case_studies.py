"""Case studies: items within an item, read by the same code and held to the same rules."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import msgspec
import pytest

from spinequiz.decks.catalogue import Catalogue
from spinequiz.decks.load import load_deck, parse_deck
from spinequiz.decks.sources import SourceText
from spinequiz.grading import grader_for, grader_of
from spinequiz.model.cards import MAIN
from spinequiz.model.decks import LoadedDeck
from spinequiz.model.diagnostics import Diagnostic
from spinequiz.model.items import ITEM_TYPES, item_class, type_module
from spinequiz.model.items.base import JUDGMENT_STEPS
from spinequiz.model.items.case_study import NESTED_TYPES, CaseStudy

HEADER = "spinequiz: 1\nid: d\ntitle: D\nsources:\n  s: {title: S, file: s.txt}\nitems:\n"
NEIGHBOUR = "  - {id: after, type: true-false, prompt: P, answer: true, added: true}\n"


def nested(number: int, keys: str = "type: true-false, answer: true", step: str | None = None) -> str:
    """The line of an item in a case study; by default with the step that belongs at its place."""
    step = f"step: {JUDGMENT_STEPS[number - 1]}" if step is None else step
    return f"      - {{id: n{number}, prompt: P, {keys}{', ' if step else ''}{step}}}\n"


def case(*lines: str, keys: str = "    added: true\n") -> str:
    """A deck with a case study of these items, and an item after it."""
    head = f"  - id: c\n    type: case-study\n    scenario: A client\n{keys}    items:\n"
    return f"{HEADER}{head}{''.join(lines)}{NEIGHBOUR}"


def six(**instead: str) -> list[str]:
    return [instead.get(f"n{number}", nested(number)) for number in range(1, 7)]


def load(text: str) -> tuple[list[str], list[tuple[str, int, int]], tuple[Diagnostic, ...]]:
    """The ids of the items that can be used, rule and place of what is said, and all of it."""
    deck, found = parse_deck(text.encode(), "deck.yaml")
    assert deck is not None
    return [item.id for item in deck.items], [(d.rule, d.span.line, d.span.column) for d in found if d.span], found


def sound() -> LoadedDeck:
    deck, found = parse_deck(case(*six()).encode(), "deck.yaml")
    assert deck is not None
    assert found == ()
    return deck


def test_six_items_in_order_make_a_case_study() -> None:
    made = sound().items[0]
    assert isinstance(made, CaseStudy)
    assert [each.id for each in made.nested] == ["n1", "n2", "n3", "n4", "n5", "n6"]
    assert made.nested == made.items
    assert {each.type_name for each in made.items} == {"true-false"}
    assert grader_of(made).variants(made) == (MAIN,)


def test_every_scored_type_may_be_nested() -> None:
    scored = {name for name in ITEM_TYPES if not grader_for(name).self_rated}
    assert set(NESTED_TYPES) == scored - {"case-study"}


@pytest.mark.parametrize("name", ITEM_TYPES)
def test_a_type_has_a_module_in_every_layer(name: str) -> None:
    assert item_class(name).__struct_config__.tag == name
    assert type_module("spinequiz.grading", name).GRADER is grader_for(name)
    assert callable(type_module("spinequiz.decks.shapes", name).check)


def test_nested_items_come_back_from_the_cache_as_their_own_types(tmp_path: Path) -> None:
    path = tmp_path / "deck.yaml"
    lines = six(
        n2=nested(2, "type: typed, answer: A, accept: [B]"),
        n3=nested(3, "type: ordering, steps: [A, B]"),
        n6=nested(6, "type: numeric, answer: 2.25, round_to: tenth"),
    )
    path.write_text(case(*lines))
    catalogue = Catalogue(tmp_path / "cache.db", 1)
    compiled = catalogue.refresh(str(path))
    assert (compiled.items, compiled.errors) == (2, 0)
    assert [(card.item_id, card.variant) for card in catalogue.cards(compiled.digest)] == [
        ("c", "main"),
        ("after", "main"),
    ]
    stored = catalogue.item(compiled.digest, "c")
    catalogue.close()
    deck, _ = load_deck(str(path))
    assert stored is not None
    assert deck is not None
    assert stored.item == deck.items[0]
    assert [each.type_name for each in stored.item.nested] == [
        "true-false", "typed", "ordering", "true-false", "true-false", "numeric"
    ]  # fmt: skip


def test_a_nested_type_that_the_cache_does_not_know_is_refused() -> None:
    body = msgspec.msgpack.encode(
        {"type": "case-study", "id": "c", "scenario": "S", "items": [{"type": "basic", "id": "n", "prompt": "P"}]}
    )
    with pytest.raises(msgspec.ValidationError):
        msgspec.msgpack.decode(body, type=item_class("case-study"))


@pytest.mark.parametrize("count", [0, 5, 7])
def test_a_case_study_has_six_items(count: int) -> None:
    lines = [
        nested(min(number, 6)).replace(f"id: n{min(number, 6)},", f"id: m{number},") for number in range(1, count + 1)
    ]
    ids, said, found = load(case(*(lines or ["      []\n"])))
    assert ids == ["after"]
    assert said == [("bad-shape", 12, 7)]
    assert found[0].message == f"{count} items; a case study has six, one for each judgment step"


def test_a_missing_step_is_named() -> None:
    ids, said, found = load(case(*six(n3=nested(3, step=""))))
    assert ids == ["after"]
    assert said == [("bad-shape", 14, 14)]
    assert "`prioritize-hypotheses` is expected" in found[0].message
    assert found[0].help == "add `step: prioritize-hypotheses`"


def test_steps_out_of_order_are_each_named() -> None:
    lines = six(n1=nested(1, step="step: analyze-cues"), n2=nested(2, step="step: recognize-cues"))
    ids, said, found = load(case(*lines))
    assert ids == ["after"]
    column = lines[0].index("analyze-cues") + 1
    assert said == [("bad-shape", 12, column), ("bad-shape", 13, column)]
    assert "has the step `analyze-cues`, not `recognize-cues`" in found[0].message


@pytest.mark.parametrize("type_name", ["basic", "cloze", "case-study"])
def test_self_rated_items_and_cases_cannot_be_nested(type_name: str) -> None:
    lines = six(n4=nested(4, f"type: {type_name}"))
    ids, said, found = load(case(*lines))
    assert ids == ["after"]
    assert said == [("bad-shape", 15, lines[3].index(type_name) + 1)]
    assert found[0].message == f"`{type_name}` cannot stand in a case study"


def test_nested_ids_are_unique_within_the_case_only() -> None:
    lines = six(n2=nested(2).replace("n2", "n1"), n3=nested(3).replace("n3", "after"))
    ids, said, found = load(case(*lines))
    assert ids == ["after"]
    assert said == [("duplicate-id", 13, 14)]
    assert found[0].related[0].span.line == 12
    assert "in this case study" in found[0].message


def test_a_broken_nested_item_costs_the_whole_case_at_its_own_place() -> None:
    lines = six(
        n2=nested(2, "type: true-false, answer: maybe"),
        n3=nested(3, "type: ordering, steps: [A, a]"),
        n5=nested(5, "type: true-fals, answer: true"),
        n6="      - just a text\n",
    )
    ids, said, found = load(case(*lines))
    assert ids == ["after"]
    assert said == [
        ("wrong-kind", 13, lines[1].index("maybe") + 1),
        ("duplicate-option", 14, lines[2].index("a]") + 1),
        ("unknown-type", 16, lines[4].index("true-fals") + 1),
        ("wrong-kind", 17, 9),
    ]
    assert {d.item_id for d in found} == {"c"}, "progress is kept under the case"


def test_a_broken_nested_item_does_not_hide_the_order_of_the_steps() -> None:
    lines = six(n1=nested(1, "type: true-false"), n2=nested(2, step="step: take-action"))
    ids, said, _ = load(case(*lines))
    assert ids == ["after"]
    assert said == [("missing-key", 12, 9), ("bad-shape", 13, lines[1].index("take-action") + 1)]


def test_items_of_a_case_study_must_be_a_list() -> None:
    ids, said, _ = load(case("      one: two\n"))
    assert ids == ["after"]
    assert said == [("wrong-kind", 12, 7)]
    ids, said, found = load(case().replace("    items:\n", ""))
    assert ids == ["after"]
    assert said == [("missing-key", 7, 5)]
    assert found[0].message == "the key `items` is missing"


def test_a_misspelt_key_of_a_case_study_is_told() -> None:
    ids, said, found = load(case(*six(), keys="    added: true\n    scenari: B\n"))
    assert ids == ["after"]
    assert said == [("unknown-key", 11, 5)]
    assert found[0].help == "did you mean `scenario`?"


CITE = "cite: [{source: s, paragraph: 1, evidence: [disc]}]"


def test_citations_stand_on_the_case() -> None:
    ids, said, _ = load(case(*six(), keys=f"    {CITE}\n"))
    assert ids == ["c", "after"]
    assert said == []


def test_citations_stand_on_the_items() -> None:
    cited = [nested(number, f"type: true-false, answer: true, {CITE}") for number in range(1, 6)]
    added = nested(6, "type: true-false, answer: true, added: true")
    ids, said, _ = load(case(*cited, added, keys=""))
    assert ids == ["c", "after"]
    assert said == []


def test_an_item_without_a_citation_of_its_own_or_the_cases_is_told() -> None:
    cited = [nested(number, f"type: true-false, answer: true, {CITE}") for number in range(1, 6)]
    ids, said, _ = load(case(*cited, nested(6), keys=""))
    assert ids == ["c", "after"]
    assert said == [("missing-citation", 16, 14)]


def test_a_nested_citation_of_an_unknown_source_is_told() -> None:
    lines = six(n2=nested(2, "type: true-false, answer: true, cite: [{source: t, paragraph: 1}]"))
    ids, said, _ = load(case(*lines))
    assert ids == ["after"]
    assert said == [("unknown-source", 13, lines[1].index("source: t") + 9)]


def test_nested_citations_are_held_against_the_sources() -> None:
    lines = six(n2=nested(2, f"type: true-false, answer: true, {CITE}"))
    text = case(*lines)
    _, found = parse_deck(text.encode(), "deck.yaml", {"s.txt": SourceText("Nothing of the sort.")})
    assert [(d.rule, d.span.line, d.span.column) for d in found if d.span] == [
        ("evidence-not-found", 13, lines[1].index("disc") + 1)
    ]
    _, found = parse_deck(text.encode(), "deck.yaml", {"s.txt": SourceText("Into the disc.")})
    assert found == ()


def test_a_nested_exhibit_is_checked() -> None:
    lines = six(n2=nested(2, "type: true-false, answer: true, exhibits: [{title: T}]"))
    ids, said, _ = load(case(*lines))
    assert ids == ["after"]
    assert said == [("bad-shape", 13, lines[1].index("{title") + 1)]


LONG_CASE = dedent("""\
    spinequiz: 1
    id: d
    title: D
    items:
      - id: c
        type: case-study
        added: true
        scenario: A client
        items:
    {nested}  - id: broken
        type: true-false
        prompt: "never closed
        answer: true
      - id: after
        type: true-false
        added: true
        prompt: P
        answer: true
    """)
LONG_ITEM = """\
{dash}- id: n{number}
{dash}  type: true-false
{dash}  prompt: P
{dash}  answer: true
{dash}  step: {step}
"""


def long_case(dash: str) -> str:
    """A deck with a case study whose items' dashes stand behind `dash`, a broken item and a sound one."""
    items = (
        LONG_ITEM.format(dash=dash, number=number, step=step) for number, step in enumerate(JUDGMENT_STEPS)
    )  # fmt: skip
    return LONG_CASE.replace("{nested}", "".join(items))


@pytest.mark.parametrize("dash", ["    ", "      "])
def test_a_syntax_error_elsewhere_leaves_a_case_study_whole(dash: str) -> None:
    """Reading on behind a syntax error must not take nested items for items of the deck."""
    ids, said, _ = load(long_case(dash))
    assert ids == ["c", "after"]
    assert [rule for rule, _, _ in said] == ["missing-citation", "unclosed-quote"]


def test_a_wrongly_indented_item_after_a_case_study_is_still_told() -> None:
    text = long_case("      ").replace("  - id: after", "   - id: after")
    ids, said, _ = load(text)
    assert ids == ["c"]
    assert ("bad-indentation", text[: text.index("   - id: after")].count("\n") + 1, 4) in said


def test_a_deck_without_a_case_study_does_not_load_every_type() -> None:
    code = (
        "import sys\n"
        "from spinequiz.decks.load import parse_deck\n"
        "deck, found = parse_deck(b'spinequiz: 1\\nid: d\\ntitle: D\\nitems:\\n"
        "  - {id: a, type: typed, prompt: P, answer: A, added: true}\\n', 'd.yaml')\n"
        "assert deck.items and not found\n"
        "print([name for name in sys.modules if name.startswith('spinequiz.model.items.')])\n"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "spinequiz.model.items.typed" in out
    assert "case_study" not in out
    assert "bow_tie" not in out
