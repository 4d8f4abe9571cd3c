"""Sound YAML that is no sound deck: keys, values, options, blanks and citations."""

from __future__ import annotations

import pytest
from deck_texts import ALL, HEAD, SOUND, basic, compiled, errors, line_of, replaced, rules, the_error, with_item

from spinequiz.decks.load import parse_deck
from spinequiz.model.items import ITEM_TYPES

ONE = line_of(1)
"""The line on which the only item starts."""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("\n \n\n", "the file is empty"),
        ("# one\n\n# two\n", "the file holds comments only"),
        ("---\n", "the file holds comments only"),
    ],
)
def test_a_file_without_content_is_told_as_such(text: str, message: str) -> None:
    error = the_error(text)
    assert (error.rule, error.message) == ("empty-file", message)
    assert compiled(text)[0] is None


@pytest.mark.parametrize(
    ("text", "message"),
    [("- id: a\n- id: b\n", "the file is a list, not a mapping"), ("some text\n", "the file is a single text")],
)
def test_a_file_that_is_no_mapping_is_told_as_such(text: str, message: str) -> None:
    error = the_error(text)
    assert (error.rule, error.message) == ("not-a-mapping", message)


@pytest.mark.parametrize("key", ["spinequiz", "id", "title", "items"])
def test_a_missing_key_of_the_deck_is_named(key: str) -> None:
    text = "spinequiz: 1\nid: spine\ntitle: Spine\nitems: []\n"
    without = "".join(line for line in text.splitlines(keepends=True) if not line.startswith(key))
    assert errors(without) == [("missing-key", 1, 1)]
    assert f"`{key}`" in the_error(without).message
    assert compiled(without)[0] is None


def test_all_missing_keys_are_told_at_once() -> None:
    _, found = compiled("title: Spine\n")
    assert [d.message for d in found] == [f"the key `{key}` is missing" for key in ("spinequiz", "id", "items")]


@pytest.mark.parametrize(("key", "lines"), [("id", 1), ("type", 1), ("prompt", 1)])
def test_a_missing_key_of_an_item_costs_that_item(key: str, lines: int) -> None:
    block = [line for line in basic(2).splitlines() if f" {key}:" not in line]
    block[0] = "  - " + block[0].lstrip(" -")
    text = replaced(basic(2), "\n".join(block) + "\n")
    assert errors(text) == [("missing-key", line_of(2), 5)]
    assert f"`{key}`" in the_error(text).message
    assert compiled(text)[0] == ["item-1", "item-3"]


def test_an_item_without_anything_has_all_its_keys_missing() -> None:
    text = replaced(basic(2), "  - hint: none\n")
    assert [d.message for d in compiled(text)[1] if d.rule == "missing-key"] == [
        "the key `type` is missing",
        "the key `id` is missing",
    ]


@pytest.mark.parametrize(
    ("written", "nearest"),
    [("single-choise", "single-choice"), ("select_all", "select-all"), ("Basic", "basic"), ("clozed", "cloze")],
)
def test_an_unknown_type_is_told_with_the_nearest(written: str, nearest: str) -> None:
    text = replaced(basic(2), basic(2).replace("type: basic", f"type: {written}"))
    error = the_error(text)
    assert errors(text) == [("unknown-type", line_of(2, 1), 11)]
    assert f"did you mean `{nearest}`?" in error.help
    assert compiled(text)[0] == ["item-1", "item-3"]


def test_an_unknown_type_that_is_like_none_is_told_with_all() -> None:
    error = the_error(replaced(basic(2), basic(2).replace("type: basic", "type: xyzzy")))
    assert "did you mean" not in error.help
    assert all(name in error.help for name in ITEM_TYPES)


@pytest.mark.parametrize(
    ("line", "nearest"), [("ratoinale: x", "rationale"), ("Hint: x", "hint"), ("tag: [a]", "tags")]
)
def test_an_unknown_key_is_told_with_the_nearest(line: str, nearest: str) -> None:
    text = replaced("Answer 2.\n", f"Answer 2.\n    {line}\n")
    assert errors(text) == [("unknown-key", line_of(2, 4), 5)]
    assert the_error(text).help == f"did you mean `{nearest}`?"
    assert compiled(text)[0] == ["item-1", "item-3"]


def test_an_unknown_key_of_the_deck_is_an_error_that_costs_nothing() -> None:
    text = SOUND.replace("title: Spine\n", "title: Spine\nlisence: CC0\n", 1)
    assert errors(text) == [("unknown-key", 4, 1)]
    assert the_error(text).help == "did you mean `license`?"
    assert compiled(text)[0] == ALL


@pytest.mark.parametrize(
    ("written", "column", "expected"),
    [
        ("id: [a, b]", 9, "a text, found a list"),
        ("prompt: {a: b}", 13, "a text, found a mapping"),
        ("added: maybe", 12, "true or false, found `maybe`"),
        ("added: yes", 12, "true or false, found `yes`"),
        ("rev: one", 10, "a whole number, found `one`"),
        ("rev: 1.5", 10, "a whole number, found `1.5`"),
        ("tags: leakage", 11, "a list, found `leakage`"),
        ("tags:", 10, "a list, found nothing"),
        ("cite: overview", 11, "a list, found `overview`"),
        ("exhibits: {title: x}", 15, "a list, found a mapping"),
        ("lint_ignore: all", 18, "a mapping, found `all`"),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_with_what_is_wanted(written: str, column: int, expected: str) -> None:
    key = written.split(":", maxsplit=1)[0]
    lines = [line for line in basic(1).splitlines() if f"{key}:" not in line]
    lines.append(f"    {written}")
    if key == "id":
        lines[0] = "  - type: basic"
        lines.remove("    type: basic") if "    type: basic" in lines else None
    text = HEAD + "\n".join(lines) + "\n"
    wrong = [d for d in compiled(text)[1] if d.rule == "wrong-kind"]
    assert [d.message for d in wrong] == [f"expected {expected}"]
    assert wrong[0].span is not None
    assert (wrong[0].span.line, wrong[0].span.column) == (text.count("\n"), column)
    assert compiled(text)[0] == []


@pytest.mark.parametrize(
    ("entry", "found", "column"),
    [("  - hello", "`hello`", 5), ("  - [a]", "a list", 5), ("  -", "nothing", 4), ("  - ~", "`~`", 5)],
)
def test_an_entry_that_is_no_item_costs_itself(entry: str, found: str, column: int) -> None:
    text = SOUND + entry + "\n"
    assert errors(text) == [("wrong-kind", line_of(4), column)]
    assert the_error(text).message == f"expected an item, found {found}"
    assert compiled(text)[0] == ALL


@pytest.mark.parametrize(
    ("items", "found"), [("items:", "nothing"), ("items: none", "`none`"), ("items: {id: a}", "a mapping")]
)
def test_items_that_are_no_list_are_told_as_such(items: str, found: str) -> None:
    text = HEAD.replace("items:", items)
    assert the_error(text).message == f"expected a list of items, found {found}"
    assert compiled(text)[0] is None


def test_a_deck_without_items_is_a_deck_with_a_warning() -> None:
    assert compiled(HEAD.replace("items:", "items: []"))[0] == []
    assert rules(HEAD.replace("items:", "items: []")) == ["no-items"]


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "first"),
    [
        ("title: Spine\n", "title: Spine\ntitle: Spines\n", 4, 1, (3, 1)),
        ("Answer 2.\n", "Answer 2.\n    answer: Another\n", line_of(2, 4), 5, (line_of(2, 3), 5)),
        ("    title: Overview\n", "    title: Overview\n    title: Again\n", 7, 5, (6, 5)),
        ("  overview:\n", "  overview: {title: O}\n  overview:\n", 6, 3, (5, 3)),
    ],
    ids=["deck", "item", "nested", "named"],
)
def test_a_key_that_occurs_twice_is_told_with_the_first(
    old: str, new: str, line: int, column: int, first: tuple[int, int]
) -> None:
    text = SOUND.replace(old, new, 1)
    error = the_error(text)
    assert errors(text) == [("duplicate-key", line, column)]
    assert [(r.span.line, r.span.column) for r in error.related] == [first]


def test_an_id_that_occurs_twice_is_told_with_the_first() -> None:
    text = replaced("id: item-3", "id: item-1")
    error = the_error(text)
    assert errors(text) == [("duplicate-id", line_of(3), 9)]
    assert [(r.span.line, r.span.column) for r in error.related] == [(line_of(1), 9)]
    assert compiled(text)[0] == ["item-1", "item-2"]


@pytest.mark.parametrize("name", ["Leak Rate", "leak_rate", "-leak", "leak--rate", "lécher", "a" * 101, '""', '"a\\n"'])
def test_an_id_that_is_no_name_is_refused(name: str) -> None:
    text = replaced("id: item-2", f"id: {name}")
    assert [(line, column) for _, line, column in errors(text)] == [(line_of(2), 9)]
    assert errors(text)[0][0] in ("bad-name", "too-long", "empty-value")


CHOICE = """\
id: choice
type: single-choice
prompt: Which one?
answer: The disc
distractors: [The vein, The canal]
added: true
"""


@pytest.mark.parametrize(
    ("old", "new", "rule", "line", "column"),
    [
        ("[The vein, The canal]", "[The vein, the VEIN.]", "duplicate-option", 4, 29),
        ("[The vein, The canal]", "[The vein, the disc]", "duplicate-option", 4, 29),
        ("[The vein, The canal]", "[The vein, Disc]", "duplicate-option", 4, 29),
        ("[The vein, The canal]", "[The vein, The disc]", "answer-among-distractors", 4, 29),
        ("[The vein, The canal]", "[5%, 5 percent]", "duplicate-option", 4, 23),
        ("[The vein, The canal]", "[]", "no-distractors", 4, 18),
        ("[The vein, The canal]", "", "wrong-kind", 4, 17),
        ("distractors: [The vein, The canal]\n", "", "missing-key", 0, 5),
    ],
)
def test_options_must_differ_and_be_there(old: str, new: str, rule: str, line: int, column: int) -> None:
    text = with_item(CHOICE.replace(old, new))
    assert errors(text) == [(rule, ONE + line, column)]
    assert compiled(text)[0] == []


@pytest.mark.parametrize(
    ("one", "other"), [("5", "5%"), ("Vitamin", "Vitamin A"), ("group A strain", "group strain"), ("1.5", "15")]
)
def test_options_that_only_look_alike(one: str, other: str) -> None:
    assert errors(with_item(CHOICE.replace("[The vein, The canal]", f"[{one}, {other}]"))) == []


def test_a_distractor_with_a_reason_is_told_at_its_text() -> None:
    text = with_item(CHOICE.replace("[The vein, The canal]", "\n  - why: no\n    text: the disc\n  - The canal"))
    assert errors(text) == [("duplicate-option", ONE + 6, 15)]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("No blank at all", "cloze-without-blank"),
        ("A {{blank without end", "broken-blank"),
        ("A blank}} without start", "broken-blank"),
        ("An {{}} empty one", "broken-blank"),
        ("One {{c1::of {{two}} in}} another", "broken-blank"),
        ("A {{c1:single}} colon", "broken-blank"),
        ("A {{c0::zero}} number", "broken-blank"),
    ],
)
def test_blanks_must_be_whole(text: str, rule: str) -> None:
    found = errors(with_item(f'id: gaps\ntype: cloze\ntext: "{text}"\nadded: true'))
    assert found == [(rule, ONE + 2, 11)]


def test_a_citation_of_a_source_that_is_not_listed_is_told_with_the_nearest() -> None:
    cite = "cite:\n      - source: overwiew\n        paragraph: 4\n"
    text = replaced(basic(2), basic(2).replace("added: true\n", cite))
    assert errors(text) == [("unknown-source", line_of(2, 5), 17)]
    assert the_error(text).help == "did you mean `overview`?"


def test_an_item_that_is_cited_and_added_is_refused() -> None:
    text = replaced("Answer 2.\n", "Answer 2.\n    cite: [{source: overview, paragraph: 1}]\n")
    assert errors(text) == [("added-and-cited", line_of(2, 5), 12)]


@pytest.mark.parametrize(
    "written",
    ["no", "on", "yes", "off", "1.10", "012", "0x1F", "12:30", "2024-01-01", "~", "null", "1e3", ".5", "1_000", "true"],
)
def test_a_plain_scalar_stays_what_the_author_typed(written: str) -> None:
    deck, _ = parse_deck(replaced("Answer 2.", written).encode(), "deck.yaml")
    assert deck is not None
    assert getattr(deck.items[1], "answer") == written  # noqa: B009


@pytest.mark.parametrize(
    ("written", "number", "rule"),
    [
        ("1.10", "1.10", ""),
        ("012", "12", ""),
        ("-.5", "-0.5", ""),
        ("1e3", "", "wrong-kind"),
        ("1,5", "", "wrong-kind"),
    ],
)
def test_a_number_is_read_as_it_is_written(written: str, number: str, rule: str) -> None:
    text = with_item(f"id: dose\ntype: numeric\nprompt: How much?\nanswer: {written}\ntolerance: 0\nadded: true")
    deck, _ = parse_deck(text.encode(), "deck.yaml")
    assert [found for found, _, _ in errors(text)] == ([rule] if rule else [])
    assert deck is not None
    if not rule:
        assert str(getattr(deck.items[0], "answer")) == number  # noqa: B009


def test_an_item_with_mistakes_of_every_kind_tells_them_all() -> None:
    text = with_item("""\
id: Bad Id
type: single-choice
prompt: ""
answer: {txet: one}
distractors: [a, A]
tags: [ok, Not Ok]
step: analyse-cues
rev: 0
hnit: x
cite:
  - source: nowhere
    paragraph: 0
""")
    assert errors(text) == [
        ("bad-name", ONE, 9),
        ("empty-value", ONE + 2, 13),
        ("unknown-key", ONE + 3, 14),
        ("bad-name", ONE + 5, 16),
        ("unknown-value", ONE + 6, 11),
        ("out-of-range", ONE + 7, 10),
        ("unknown-key", ONE + 8, 5),
        ("out-of-range", ONE + 11, 20),
    ]
