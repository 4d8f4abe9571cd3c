"""One mistake is told by one sentence, at its own place; `«` marks where. What stands around it is not blamed."""

from __future__ import annotations

import pytest
from deck_texts import basic, compiled, errors, with_item

CHOICE = """\
id: x
type: single-choice
prompt: Which?
answer: alpha
distractors: [beta, gamma]
added: true
"""
BOW_TIE = """\
id: x
type: bow-tie
prompt: Which?
condition:
  answer: A
  distractors: [B, C, D]
actions: {answers: [A, B], distractors: [C, D, E]}
parameters: {answers: [A, B], distractors: [C, D, E]}
added: true
"""
DRAG_DROP = """\
id: x
type: drag-drop
text: Report {{what}} because of {{why}}.
blanks:
  what: numbness
  why: leakage
distractors: [hunger, thirst]
added: true
"""
CASE = """\
id: x
type: case-study
scenario: Once.
added: true
items:
""" + "".join(
    f"  - id: n{number}\n    type: true-false\n    prompt: So?\n    step: {step}\n    answer: true\n"
    for number, step in enumerate(
        "recognize-cues analyze-cues prioritize-hypotheses generate-solutions take-action evaluate-outcomes".split()
    )
)
SLIPS = [
    # a character of YAML's own within brackets and braces
    (CHOICE, "[beta, gamma]", "[beta, «@gamma]", "reserved-character"),
    (CHOICE, "[beta, gamma]", "[beta, «`gamma`]", "reserved-character"),
    (CHOICE, "[beta, gamma]", "[beta, {text: gamma, why: «%}]", "reserved-character"),
    # a misspelt key is the one that is missing
    (CHOICE, "prompt: Which?", "«promt: Which?", "unknown-key"),
    (CHOICE, "answer: alpha", "«answers: alpha", "unknown-key"),
    (CHOICE, "[beta, gamma]", "[beta, {«txt: gamma}]", "unknown-key"),
    # a text of nothing that one sees
    (CHOICE, "Which?", "«\u200b", "empty-value"),
    (CHOICE, "[beta, gamma]", '[beta, «"\u2060\u00ad"]', "empty-value"),
    # a value on the line of a key that has its values below
    (BOW_TIE, "condition:\n  answer", "condition: five\n  «answer", "bad-indentation"),
    # braces that were meant as a text, where a mapping or an option is wanted
    (BOW_TIE, "  answer: A\n  distractors: [B, C, D]", "  answer: «{{A}}\n  distractors: [B, C, D]", "unquoted-braces"),
    (BOW_TIE, "{answers: [A, B], distractors: [C, D, E]}\nparam", "«{{A}}\nparam", "unquoted-braces"),
    (DRAG_DROP, "what: numbness", "what: «{{numbness}}", "unquoted-braces"),
    # the list of a case's items
    (CASE, "items:", "items: «none", "wrong-kind"),
    (CASE, "  - id: n3", "  «-id: n3", "missing-space"),
]


@pytest.mark.parametrize(("item", "old", "new", "rule"), SLIPS, ids=lambda each: each.strip()[:30])
def test_one_mistake_is_told_once_at_its_place(item: str, old: str, new: str, rule: str) -> None:
    assert item.count(old) == 1
    if new == "items: «none":
        item = item[: item.index(old) + len(old)]
    text = with_item(item.replace(old, new)) + basic(1) + basic(2)
    above = text[: text.index("«")]
    place = (above.count("\n") + 1, len(above) - above.rfind("\n"))
    text = text.replace("«", "")
    assert errors(text) == [(rule, *place)]
    assert compiled(text)[0] == ["item-1", "item-2"]


def test_items_below_a_value_are_the_case_studys_own() -> None:
    """Six nested dashes outnumber the deck's, and are not taken for those that the others should stand under."""
    text = with_item(CASE.replace("items:", "items: none")) + basic(1) + basic(2)
    last = with_item(CASE).count("\n")
    assert all(line <= last for _, line, _ in errors(text))
    assert compiled(text)[0] == ["item-1", "item-2"]


def test_braces_of_an_option_are_no_text_with_a_colon() -> None:
    """Quotes would not mend `{answer: up}`: the key is what is wrong."""
    text = with_item(DRAG_DROP.replace("what: numbness", "what: {answer: numbness}"))
    assert [rule for rule, _, _ in errors(text)] == ["missing-key", "unknown-key"]


@pytest.mark.parametrize("blank", ["{{c1::}}", "{{c1:: }}", "{{c12::::hint}}", "{{c1::\u200b}}", "{{\u200b}}"])
def test_a_blank_without_an_answer_is_broken(blank: str) -> None:
    text = with_item(f'id: x\ntype: cloze\ntext: "The {blank}."\nadded: true')
    assert [rule for rule, _, _ in errors(text)] == ["broken-blank"]
