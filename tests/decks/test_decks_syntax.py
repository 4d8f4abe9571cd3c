"""Broken YAML: the rule, the line and the column that an instructor is told, and what it costs.

Every mistake is made in the first, a middle and the last item, and read by the C parser and by the pure one.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest
from deck_texts import ALL, HEAD, SOUND, basic, compiled, errors, line_of, replaced, the_error, with_item

from spinequiz.decks import compose

QUOTED = HEAD + "".join(
    f"""\
  - id: item-{number}
    type: basic
    prompt: "Question {number}?"
    answer: "Answer {number}."
    added: true
"""
    for number in (1, 2, 3)
)


@pytest.fixture(params=["c", "pure"], autouse=True)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "c":
        if compose.Loader is compose.PureLoader:
            pytest.skip("this PyYAML has no C parser")
    else:
        monkeypatch.setattr(compose, "Loader", compose.PureLoader)
    return str(request.param)


class Slip(NamedTuple):
    """What becomes of a text of item NN, with the error's place; `offset` counts lines from the item's first."""

    old: str
    new: str
    rule: str
    offset: int
    column: int


SLIPS = {
    "key too deep": Slip("    answer: Answer NN.", "      answer: Answer NN.", "bad-indentation", 3, 7),
    "key too shallow": Slip("    answer: Answer NN.", "   answer: Answer NN.", "bad-indentation", 3, 4),
    "key under the dash": Slip("    answer: Answer NN.", "  answer: Answer NN.", "bad-indentation", 3, 3),
    "key in the first column": Slip("    answer: Answer NN.", "answer: Answer NN.", "bad-indentation", 3, 1),
    "last key in the first column": Slip("Answer NN.\n    added", "Answer NN.\nadded", "bad-indentation", 4, 1),
    "continuation too shallow": Slip("Answer NN.", "Answer\n  NN.", "missing-colon", 4, 3),
    "dash too deep": Slip("  - id: item-NN", "    - id: item-NN", "bad-indentation", 0, 5),
    "dash too shallow": Slip("  - id: item-NN", " - id: item-NN", "bad-indentation", 0, 2),
    "dash in the first column": Slip("  - id: item-NN", "- id: item-NN", "bad-indentation", 0, 1),
    "dash of a list too shallow": Slip(
        "Answer NN.\n    added: true",
        "Answer NN.\n    tags:\n      - a\n     - b\n    added: true",
        "bad-indentation",
        6,
        6,
    ),
    "dash without space": Slip("  - id: item-NN", "  -id: item-NN", "missing-space", 0, 3),
    "colon without space": Slip("answer: Answer NN.", "answer:Answer NN.", "missing-space", 3, 5),
    "no colon": Slip("answer: Answer NN.", "answer Answer NN.", "missing-colon", 3, 5),
    "tab for a key": Slip("    answer: Answer NN.", "\tanswer: Answer NN.", "tab", 3, 1),
    "tab behind spaces": Slip("    answer: Answer NN.", "  \tanswer: Answer NN.", "tab", 3, 3),
    "tab for a dash": Slip("  - id: item-NN", "\t- id: item-NN", "tab", 0, 1),
    "tab behind a dash": Slip("  - id: item-NN", "  -\tid: item-NN", "tab", 0, 4),
    "double quote not closed": Slip("Question NN?", '"Question NN?', "unclosed-quote", 2, 13),
    "single quote not closed": Slip("Question NN?", "'Question NN?", "unclosed-quote", 2, 13),
    "apostrophe in single quotes": Slip("Question NN?", "'What's NN?'", "text-after-quote", 2, 19),
    "double quotes in double quotes": Slip("Question NN?", '"Say "yes" to NN?"', "text-after-quote", 2, 19),
    "quote closed on a later line": Slip("Question NN?", '"Question\n      and" more', "text-after-quote", 3, 12),
    "colon in a value": Slip("Question NN?", "Note: Question NN?", "unquoted-colon", 2, 17),
    "colon at a value's end": Slip("Question NN?", "Question NN:", "unquoted-colon", 2, 23),
    "colon in a continuation": Slip("Answer NN.", "Answer\n      that says: NN.", "unquoted-colon", 4, 16),
    "braces alone": Slip("Answer NN.", "{{blank}}", "unquoted-braces", 3, 13),
    "braces with text": Slip("Answer NN.", "{{c1::blank::hint}} and text", "unquoted-braces", 3, 13),
    "alias": Slip("Answer NN.", "*name", "alias", 3, 13),
    "bold text": Slip("Answer NN.", "**bold** text", "alias", 3, 13),
    "anchor": Slip("Answer NN.", "&name text", "anchor", 3, 13),
    "ampersand": Slip("Answer NN.", "& text", "anchor", 3, 13),
    "merge key": Slip(
        "Answer NN.\n    added: true", "Answer NN.\n    added: true\n    <<: {hint: h}", "merge-key", 5, 5
    ),
    "tag": Slip("Answer NN.", "!!str text", "explicit-tag", 3, 13),
    "exclamation mark": Slip("Answer NN.", "!important text", "explicit-tag", 3, 13),
    "anchor of an item": Slip("  - id: item-NN", "  - &base\n    id: item-NN", "anchor", 0, 5),
    "tag of an item": Slip("  - id: item-NN", "  - !item\n    id: item-NN", "explicit-tag", 0, 5),
    "anchor of a key": Slip("answer: Answer NN.", "&a answer: Answer NN.", "anchor", 3, 5),
    "anchor of a list": Slip("Answer NN.\n", "Answer NN.\n    tags: &t [a]\n", "anchor", 4, 11),
    "tag of a list": Slip("Answer NN.\n", "Answer NN.\n    tags: !!set [a]\n", "explicit-tag", 4, 11),
    "alias in place of an item": Slip("  - id: item-NN\n", "  - *base\n  - id: item-NN\n", "alias", 0, 5),
    "at sign": Slip("Answer NN.", "@home", "reserved-character", 3, 13),
    "backquote": Slip("Answer NN.", "`code`", "reserved-character", 3, 13),
    "percent sign": Slip("Answer NN.", "% of all", "reserved-character", 3, 13),
    "greater than": Slip("Answer NN.", "> 5 mL", "reserved-character", 3, 13),
    "pipe": Slip("Answer NN.", "| 5 mL", "reserved-character", 3, 13),
    "dash as a value": Slip("Answer NN.", "- 5 mL", "reserved-character", 3, 13),
    "question mark as a value": Slip("Answer NN.", "? 5 mL", "reserved-character", 3, 13),
    "comma first": Slip("Answer NN.", ", text", "reserved-character", 3, 13),
    "bracket with text": Slip("Answer NN.", "[sic] text", "text-after-bracket", 3, 13),
    "brace with text": Slip("Answer NN.", "{sic} text", "text-after-bracket", 3, 13),
    "bracket not closed": Slip("Answer NN.", "[sic", "unclosed-bracket", 3, 13),
    "brace not closed": Slip("Answer NN.", "{sic", "unclosed-bracket", 3, 13),
    "bad escape": Slip("Answer NN.", '"C:\\dir"', "bad-escape", 3, 16),
    "bad hexadecimal escape": Slip("Answer NN.", '"a \\xZZ b"', "bad-escape", 3, 16),
    "escape of no character": Slip("Answer NN.", '"a \\UFFFFFFFF b"', "bad-escape", 3, 16),
    "escape of half a character": Slip("Answer NN.", '"a \\ud800 b"', "bad-escape", 3, 16),
    "control character by escape": Slip("Answer NN.", '"bell \\x07"', "control-character", 3, 13),
    "zero by escape": Slip("Answer NN.", '"zero \\0"', "control-character", 3, 13),
    "override by escape": Slip("Answer NN.", '"\\u202Eright"', "bidi-override", 3, 13),
    "nested too deeply, brackets": Slip("Answer NN.", "[" * 100_000, "nested-too-deeply", 3, 35),
    "nested too deeply, mappings": Slip("Answer NN.", "{a: " * 100_000, "nested-too-deeply", 3, 101),
    "nested too deeply, dashes": Slip("Answer NN.", "\n      " + "- " * 100_000, "nested-too-deeply", 4, 51),
    "nested too deeply, closed": Slip("Answer NN.", "[" * 30 + "]" * 30, "nested-too-deeply", 3, 35),
}


def slipped(slip: Slip, number: int) -> str:
    return replaced(slip.old.replace("NN", str(number)), slip.new.replace("NN", str(number)))


@pytest.mark.parametrize("number", [1, 2, 3], ids=["first", "middle", "last"])
@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS.keys())
def test_a_slip_in_one_item_is_found_at_its_place_and_costs_that_item_at_most(slip: Slip, number: int) -> None:
    text = slipped(slip, number)
    items, _ = compiled(text)
    assert errors(text) == [(slip.rule, line_of(number, slip.offset), slip.column)]
    assert items is not None
    assert [name for name in items if name != f"item-{number}"] == [n for n in ALL if n != f"item-{number}"]


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize(("key", "offset", "column"), [("Question", 2, 13), ("Answer", 3, 13)])
def test_a_quote_that_the_next_value_closes_is_told_where_it_opens(
    key: str, offset: int, column: int, number: int
) -> None:
    end = "?" if key == "Question" else "."
    text = replaced(f'"{key} {number}{end}"', f'"{key} {number}{end}', QUOTED)
    assert errors(text) == [("unclosed-quote", line_of(number, offset), column)]
    assert compiled(text)[0] == [name for name in ALL if name != f"item-{number}"]


def test_an_item_without_its_dash_is_told_from_the_one_above_it() -> None:
    for number in (2, 3):
        text = replaced(f"  - id: item-{number}", f"    id: item-{number}")
        assert errors(text) == [("missing-dash", line_of(number), 5)]
        assert compiled(text)[0] == ALL


def test_the_first_item_without_its_dash_costs_itself() -> None:
    text = replaced("  - id: item-1", "    id: item-1")
    assert errors(text) == [("missing-dash", line_of(1), 5)]
    assert compiled(text)[0] == ["item-2", "item-3"]


def test_all_items_under_a_dash_elsewhere_are_no_mistake() -> None:
    text = SOUND.replace("\n  - ", "\n- ").replace("\n    ", "\n  ").replace("\n  title: Overview", "\n    title: O")
    assert errors(text) == []
    assert compiled(text)[0] == ALL


def test_items_of_a_case_study_are_not_taken_for_items_that_stand_astray() -> None:
    case = """\
id: case
type: case-study
scenario: A story.
added: true
items:
  - id: inner
    type: true-false
    prompt: True?
    answer: true
"""
    text = with_item(case).rstrip("\n") + "\n" + basic(1).replace("Answer 1.", "*bold*")
    found = errors(text)
    assert ("alias", text.count("\n") - 1, 13) in found
    assert not [rule for rule, _, _ in found if rule == "bad-indentation"]


def test_what_looks_like_an_item_in_a_block_of_text_is_text() -> None:
    text = replaced("answer: Answer 1.", "answer: |\n      - id: no-item\n      the rest")
    text = replaced("answer: Answer 3.", "answer: *", text)
    assert [rule for rule, _, _ in errors(text)] == ["alias"]
    assert compiled(text)[0] == ["item-1", "item-2"]


@pytest.mark.parametrize(
    ("marker", "lost"), [("---", []), ("...", []), ("--- # next", [])], ids=["dashes", "dots", "comment"]
)
def test_a_document_marker_between_items_costs_nothing_but_is_refused(marker: str, lost: list[str]) -> None:
    text = replaced("  - id: item-2", f"{marker}\n  - id: item-2")
    assert errors(text) == [("second-document", line_of(2), 1)]
    assert compiled(text)[0] == [name for name in ALL if name not in lost]


def test_a_second_deck_in_the_file_is_not_read() -> None:
    text = SOUND + "---\n" + SOUND.replace("item-", "other-")
    assert errors(text) == [("second-document", line_of(4), 1)]
    assert compiled(text)[0] == ALL


def test_a_marker_in_front_of_the_deck_is_no_mistake() -> None:
    assert errors("---\n" + SOUND) == []
    assert errors("%YAML 1.1\n---\n" + SOUND + "...\n") == []


HEADER_SLIPS = {
    "colon in the title": ("title: Spine", "title: Spine: a book", "unquoted-colon", 3, 13),
    "quote in the title": ("title: Spine", 'title: "Spine', "unclosed-quote", 3, 8),
    "quote in the id": ("id: spine", "id: 'spine", "unclosed-quote", 2, 5),
    "title indented": ("title: Spine", "  title: Spine", "bad-indentation", 3, 3),
    "title behind a tab": ("title: Spine", "\ttitle: Spine", "tab", 3, 1),
    "first key indented": ("spinequiz: 1", " spinequiz: 1", "bad-indentation", 1, 2),
    "alias for a title": ("title: Spine", "title: *spine", "alias", 3, 8),
    "no space": ("title: Spine", "title:Spine", "missing-space", 3, 1),
    "nested too deeply": ("title: Spine", "title: " + "[" * 100_000, "nested-too-deeply", 3, 31),
}


@pytest.mark.parametrize(("old", "new", "rule", "line", "column"), HEADER_SLIPS.values(), ids=HEADER_SLIPS.keys())
def test_a_slip_above_the_items_is_told_with_those_in_them(
    old: str, new: str, rule: str, line: int, column: int
) -> None:
    text = replaced("    title: Overview", "    title: *", SOUND.replace(f"\n{old}\n", f"\n{new}\n"))
    if text.startswith(old):
        text = new + text[len(old) :]
    text = replaced("Answer 2.", "`code`", text)
    assert (rule, line, column) in errors(text)
    assert ("reserved-character", line_of(2, 3), 13) in errors(text)
    assert ("alias", 6, 12) in errors(text)
    assert len(errors(text)) == 3


def test_indented_items_are_read_all_the_same() -> None:
    text = replaced("\nitems:", "\n items:")
    assert errors(text) == [("bad-indentation", HEAD.count("\n"), 2)]
    assert compiled(text)[0] == ALL


@pytest.mark.parametrize("tail", ["garbage\n", "%%%\n", "]\n", "  garbage\n", '"\n'])
def test_garbage_behind_the_last_item_costs_that_item_at_most(tail: str) -> None:
    found = errors(SOUND + tail)
    assert [line for _, line, _ in found] == [line_of(4)]
    assert (compiled(SOUND + tail)[0] or [])[:2] == ["item-1", "item-2"]


@pytest.mark.parametrize("text", ["[" * 100_000, "{" * 100_000, "- " * 100_000, "? " * 100_000, "{a: " * 100_000])
def test_nesting_without_end_at_the_top_is_refused(text: str) -> None:
    assert compiled(text)[0] is None
    assert "nested-too-deeply" in [rule for rule, _, _ in errors(text)]


def test_a_tab_between_key_and_value_is_sound_yaml() -> None:
    assert errors(replaced("answer: Answer 2.", "answer:\tAnswer 2.")) == []


def test_a_list_entry_with_a_colon_is_told_as_one_mistake() -> None:
    text = with_item("""\
id: all
type: select-all
prompt: Which?
answers:
  - Note: this one
  - that one
distractors: [a, b, c]
added: true
""")
    assert errors(text) == [("unquoted-colon", FIRST_OF_ONE + 4, 13)]


FIRST_OF_ONE = HEAD.count("\n") + 1


@pytest.mark.parametrize(
    ("key", "rule"),
    [("*base :", "alias"), ("[a]:", "wrong-kind"), ("{a: b}:", "wrong-kind"), ("? [a]\n    :", "wrong-kind")],
)
def test_a_key_that_is_no_text_is_told_once(key: str, rule: str) -> None:
    text = replaced("    added: true\n  - id: item-3", f"    added: true\n    {key} x\n  - id: item-3")
    assert [found for found, _, _ in errors(text)] == [rule]
    assert compiled(text)[0] == ["item-1", "item-3"]


def test_a_key_without_a_name_is_told() -> None:
    assert errors(replaced("answer: Answer 2.", '"": x'))[-1] == ("unknown-key", line_of(2, 3), 5)


def test_no_complaint_repeats_the_parsers_own_words() -> None:
    for slip in SLIPS.values():
        error = the_error(slipped(slip, 2))
        for jargon in ("<block", "indicator", "scalar", "token", "simple key", "flow sequence"):
            assert jargon not in error.message + error.help, error
