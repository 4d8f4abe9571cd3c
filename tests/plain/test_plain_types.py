"""Every item type line by line: how it is asked, what it refuses, what it tells after the answer."""

from __future__ import annotations

import json

import pytest
from plain_desk import Desk, Told

from spinequiz.model.items import ITEM_TYPES
from spinequiz.plain.items import prompt_for
from spinequiz.plain.items.base import Prompt
from spinequiz.settings.model import Settings

MATRIX_ROWS = "[{text: Weak leg, answer: Report}, {text: Sore skin, answer: Expected}]"


def asked(desk: Desk, item: str, *lines: str) -> Told:
    """Study a deck with one item, which comes once."""
    desk.settings = Settings(fuzz=False, learn_ahead_minutes=0)
    desk.deck(f"  - {{id: only, added: true, {item}}}\n")
    return desk.study(*lines)


def response(desk: Desk) -> object:
    """What the log holds of the last answer."""
    stored = desk.log()[-1].response
    assert stored is not None
    return json.loads(stored)


def numbers(told: Told, *options: str) -> str:
    """The numbers under which options were listed first."""
    found = []
    for option in options:
        line = next(line for line in told.lines if line.partition(". ")[2] == option)
        found.append(line.partition(". ")[0])
    return " ".join(found)


def test_every_type_has_a_prompt() -> None:
    from spinequiz.model.items import type_module

    for name in ITEM_TYPES:
        assert isinstance(type_module("spinequiz.plain.items", name).PROMPT, Prompt)


def test_prompts_are_found_by_item() -> None:
    from spinequiz.model.items.basic import Basic

    assert type(prompt_for(Basic(id="a", prompt="b", answer="c"))) is Prompt


def test_cloze(desk: Desk) -> None:
    told = asked(desk, 'type: cloze, text: "The {{c1::disc::where}} fills."', "", "3")
    assert "The [where] fills." in told.lines
    assert "Answer: The [disc] fills." in told.lines


@pytest.mark.parametrize("line", ["1", "t", "T", "true", "True"])
def test_true(desk: Desk, line: str) -> None:
    told = asked(desk, "type: true-false, prompt: It leaks., answer: true", line, "")
    assert "CORRECT 1 of 1: 1 right, 0/1 scoring" in told.lines
    assert "You said: True, right." in told.lines
    assert response(desk) == {"kind": "judged", "verdict": True}


@pytest.mark.parametrize("line", ["2", "f", "false"])
def test_false(desk: Desk, line: str) -> None:
    told = asked(desk, "type: true-false, prompt: It leaks., answer: true", line, "")
    assert told.after("WRONG 0 of 1: 1 wrong, 0/1 scoring")[:2] == [
        "You said: False, wrong; right is True.",
        "Right answer: True",
    ]


@pytest.mark.parametrize("line", ["", "3", "yes", "1 2"])
def test_neither_true_nor_false(desk: Desk, line: str) -> None:
    told = asked(desk, "type: true-false, prompt: It leaks., answer: true", line, "q")
    assert "Type 1, t or true if the statement is true; 2, f or false if it is not." in told.lines


def test_a_true_false_card_is_flagged_by_the_word(desk: Desk) -> None:
    told = asked(desk, "type: true-false, prompt: It leaks., answer: true", "?", "flag", "q")
    assert "flag: flag this card, or take its flag off" in told.lines
    assert "Flagged." in told.lines


SINGLE = (
    "type: single-choice, prompt: Where?, answer: {text: Disc, why: It does.}, distractors: [Vein., Bone], "
    "shuffle: false"
)


def test_single_choice(desk: Desk) -> None:
    told = asked(desk, SINGLE, "2", "")
    assert told.after("Where?")[:10] == [
        "1. Disc",
        "2. Vein.",
        "3. Bone",
        "Choose one.",
        "The number of your choice:",
        "",
        "WRONG 0 of 1: 1 wrong, 1 missed, 0/1 scoring",
        "1. Disc. Right, but you did not pick it. It does.",
        "2. Vein. Wrong, you picked it.",
        "3. Bone. Not right, and you did not pick it.",
    ]
    assert response(desk) == {"kind": "picked", "options": ["Vein."]}


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("4", "There is no 4 here: the numbers are 1 to 3."),
        ("0", "There is no 0 here: the numbers are 1 to 3."),
        ("9" * 5000, f"There is no {'9' * 30} here: the numbers are 1 to 3."),
        ("disc", '"disc" is no number: type numbers from 1 to 3.'),
        ("-1", '"-1" is no number: type numbers from 1 to 3.'),
        ("²", '"²" is no number: type numbers from 1 to 3.'),
        ("1 2", "Pick one option, not 2."),
        ("1 1", "1 stands there twice: pick it once."),
        ("", "Nothing was given. A second empty line shows the answer and counts as a miss."),
    ],
)
def test_impossible_choices_are_explained_and_asked_again(desk: Desk, line: str, refusal: str) -> None:
    told = asked(desk, SINGLE, line, "1", "")
    assert told.after("The number of your choice:")[:2] == [refusal, "The number of your choice:"]
    assert desk.ratings() == [3]


SELECT_ALL = "type: select-all, prompt: Which?, answers: [A, B, C], distractors: [D, E], shuffle: false"


@pytest.mark.parametrize("line", ["1 2 4", "4,2,1", " 2, 1 ,4 ", "1;2;4", "1\t2  4"])
def test_select_all_takes_numbers_with_spaces_or_commas(desk: Desk, line: str) -> None:
    told = asked(desk, SELECT_ALL, line, "")
    assert "Select all that apply." in told.lines
    assert told.after("PARTLY CORRECT 1 of 3: 2 right, 1 wrong, 1 missed, +/- scoring")[:9] == [
        "1. A. Right, you picked it.",
        "2. B. Right, you picked it.",
        "3. C. Right, but you did not pick it.",
        "4. D. Wrong, you picked it.",
        "5. E. Not right, and you did not pick it.",
        "Right answer:",
        "A",
        "B",
        "C",
    ]
    assert response(desk) == {"kind": "picked", "options": ["A", "B", "D"]}


def test_select_all_can_be_given_up(desk: Desk) -> None:
    told = asked(desk, SELECT_ALL, "", "", "")
    assert "WRONG 0 of 3: 3 missed, +/- scoring" in told.lines


def test_select_n_refuses_more_and_fewer(desk: Desk) -> None:
    item = "type: select-n, prompt: Which?, answers: [A, B], distractors: [D, E, F], shuffle: false"
    told = asked(desk, item, "1 2 3", "2", "2 3", "")
    prompt = "The 2 numbers of your choices, separated by spaces:"
    assert told.after(prompt)[:4] == ["Select 2, not 3.", prompt, "1 of 2 picked: pick 1 more.", prompt]
    assert "PARTLY CORRECT 1 of 2: 1 right, 1 wrong, 1 missed, 0/1 scoring" in told.lines


def test_typed_accepts_any_spelling_that_folds_alike(desk: Desk) -> None:
    told = asked(desk, "type: typed, prompt: Name it, answer: bone cement", "  Bone-Cement ", "")
    assert told.after("CORRECT 1 of 1: 1 right, 0/1 scoring")[:2] == [
        "You typed: Bone-Cement",
        "Right answer: bone cement",
    ]


def test_numeric(desk: Desk) -> None:
    item = "type: numeric, prompt: How much?, answer: 2.25, round_to: tenth, unit: mL"
    told = asked(desk, item, "two", "2.25 mL", "", "u", "2.3", "")
    assert told.after("Round to the nearest tenth.")[:4] == [
        "Type a number.",
        "Your number, in mL:",
        "That is no number: type digits, with a point for decimals, such as 2.5.",
        "Your number, in mL:",
    ]
    assert told.after("WRONG 0 of 1: 1 wrong, 0/1 scoring")[:3] == [
        "The value is right but not rounded as asked.",
        "You typed: 2.25 mL",
        "Right answer: 2.3 mL",
    ]
    assert "CORRECT 1 of 1: 1 right, 0/1 scoring" in told.lines


def test_a_calculation_keeps_its_numbers_from_question_to_answer(desk: Desk) -> None:
    item = (
        'type: numeric, prompt: "Give {{weight}} kg at 2 mg/kg.", formula: weight * 2, round_to: whole, unit: mg, '
        "variables: {weight: {values: [10, 20, 30]}}"
    )
    told = asked(desk, item, "x", "1", "")
    weight = next(word for line in told.lines if line.startswith("Give ") for word in line.split() if word.isdigit())
    assert told.out.count(f"Give {weight} kg") == 2
    assert f"Right answer: {int(weight) * 2} mg" in told.lines


ORDER = "type: ordering, prompt: Order?, steps: [Stop, Assess, Report]"


def test_ordering(desk: Desk) -> None:
    told = asked(desk, ORDER, "q")
    order = numbers(told, "Stop", "Assess", "Report")
    told = desk.study("1 2", "1 1 2", order.replace(" ", ","), "")
    prompt = "All numbers in their right order, separated by spaces:"
    assert told.after(prompt)[:4] == [
        "Every step needs its place; not placed: 3.",
        prompt,
        "1 stands there twice: pick it once.",
        prompt,
    ]
    assert told.after("CORRECT 1 of 1: 3 right, 0/1 scoring of the whole order")[:7] == [
        "Place 1: Stop, right.",
        "Place 2: Assess, right.",
        "Place 3: Report, right.",
        "Right answer:",
        "1. Stop",
        "2. Assess",
        "3. Report",
    ]
    assert response(desk) == {"kind": "ordered", "steps": ["Stop", "Assess", "Report"]}


def test_matrix_choice_asks_row_by_row_and_refuses_a_blank_row(desk: Desk) -> None:
    item = f"type: matrix-choice, prompt: Which?, columns: [Report, Expected], rows: {MATRIX_ROWS}"
    told = asked(desk, item, "", "1 2", "1", "1", "")
    prompt = "One column: 1 Report, 2 Expected."
    assert told.after("Choose one column in every row.")[:8] == [
        "Row 1 of 2: Weak leg",
        prompt,
        "Pick one column: no row may stay blank.",
        prompt,
        "Pick one, not 2.",
        prompt,
        "Row 2 of 2: Sore skin",
        prompt,
    ]
    assert told.after("PARTLY CORRECT 1 of 2: 1 right, 1 wrong, 0/1 scoring")[:2] == [
        "Weak leg: Report, right.",
        "Sore skin: Report, wrong; right is Expected.",
    ]
    assert response(desk) == {"kind": "matrix", "rows": {"Weak leg": ["Report"], "Sore skin": ["Report"]}}


def test_u_takes_back_the_last_line_of_an_answer_in_several_lines(desk: Desk) -> None:
    item = f"type: matrix-choice, prompt: Which?, columns: [Report, Expected], rows: {MATRIX_ROWS}"
    told = asked(desk, item, "2", "h", "u", "u", "1", "?", "2", "")
    assert told.lines.count("Row 1 of 2: Weak leg") == 2
    assert "nothing to undo in this session" in told.lines
    assert "CORRECT 2 of 2: 2 right, 0/1 scoring" in told.lines


def test_x_repeats_the_row_that_is_asked_for(desk: Desk) -> None:
    item = f"type: matrix-choice, prompt: Which?, columns: [Report, Expected], rows: {MATRIX_ROWS}"
    told = asked(desk, item, "1", "x", "2", "")
    assert told.lines.count("Row 2 of 2: Sore skin") == 2
    assert told.lines.count("Row 1 of 2: Weak leg") == 1


def test_matrix_response(desk: Desk) -> None:
    rows = "[{text: Pale, answers: [Bleeding, {text: Shock, why: Late.}]}, {text: Calm, answers: []}]"
    item = f"type: matrix-response, prompt: Which?, columns: [Bleeding, Shock], rows: {rows}"
    told = asked(desk, item, "1", "", "")
    assert told.after("PARTLY CORRECT 1 of 2: 1 right, 1 missed, +/- scoring of each column by itself")[:8] == [
        "Pale:",
        "1. Bleeding. Right, you picked it.",
        "2. Shock. Right, but you did not pick it. Late.",
        "Calm:",
        "Nothing was picked, and nothing is right here.",
        "Right answer:",
        "Pale: Bleeding; Shock",
        "Calm: none",
    ]
    assert response(desk) == {"kind": "matrix", "rows": {"Pale": ["Bleeding"], "Calm": []}}


def test_grouping(desk: Desk) -> None:
    groups = (
        "[{text: Nerve, answers: [Weak leg], distractors: [Itch]}, {text: Lung, answers: [Cough], distractors: [Rash]}]"
    )
    item = f"type: grouping, prompt: Which?, groups: {groups}"
    told = asked(desk, item, "1 2", "q")
    weak, cough = numbers(told, "Weak leg", "Cough").split()
    told = desk.study(weak, "", "", "")
    assert "Group 1 of 2: Nerve" in told.lines
    assert "No number was given. A second empty line leaves this group empty." in told.lines
    assert "PARTLY CORRECT 1 of 2: 1 right, 1 missed, +/- scoring of each group by itself" in told.lines
    assert f"{weak}. Weak leg. Right, you picked it." in told.after("Nerve:")
    assert f"{cough}. Cough. Right, but you did not pick it." in told.after("Lung:")
    assert response(desk) == {"kind": "grouped", "groups": {"Nerve": ["Weak leg"], "Lung": []}}


def test_drop_down(desk: Desk) -> None:
    blanks = "{cause: {answer: leak, distractors: [rain, snow]}, effect: {answer: pain, distractors: [joy, fun]}}"
    item = f'type: drop-down, prompt: Fill., text: "A {{{{cause}}}} gives {{{{effect}}}}.", blanks: {blanks}'
    told = asked(desk, item, "1", "q")
    leak, joy = numbers(told, "leak", "joy").split()
    told = desk.study(leak, "u", leak, "4", joy, "")
    assert "A [cause] gives [effect]." in told.lines
    assert told.lines.count("Blank 1 of 2: cause") == 2
    assert told.after("PARTLY CORRECT 1 of 2: 1 right, 1 wrong, 0/1 scoring")[:3] == [
        "cause: leak, right.",
        "effect: joy, wrong; right is pain.",
        "Right answer: A [leak] gives [pain].",
    ]
    assert response(desk) == {"kind": "filled", "blanks": {"cause": "leak", "effect": "joy"}}


def test_a_bank_gives_each_word_once(desk: Desk) -> None:
    item = (
        'type: drag-drop, prompt: Fill., text: "A {{cause}} gives {{effect}}.", '
        "blanks: {cause: leak, effect: pain}, distractors: [joy, fun]"
    )
    told = asked(desk, item, "q")
    leak = numbers(told, "leak")
    told = desk.study(leak, leak, "", "", "")
    assert told.lines.count("The bank of words:") == 1
    assert "Use each word once; used 2 times: leak." in told.lines
    assert "effect: nothing given; right is pain." in told.lines
    assert response(desk) == {"kind": "filled", "blanks": {"cause": "leak"}}


def test_highlight(desk: Desk) -> None:
    item = 'type: highlight, prompt: Mark., text: "She {{+cannot walk}}, {{-smiles}} and {{+is pale}}."'
    told = asked(desk, item, "1 2", "")
    assert told.after("She [cannot walk], [smiles] and [is pale].")[:4] == [
        "The parts in brackets:",
        "1. cannot walk",
        "2. smiles",
        "3. is pale",
    ]
    assert "3. is pale. Right, but you did not pick it." in told.lines
    assert response(desk) == {"kind": "highlighted", "segments": ["cannot walk", "smiles"]}


def test_bow_tie_asks_condition_actions_parameters(desk: Desk) -> None:
    item = (
        "type: bow-tie, prompt: What now?, condition: {answer: Embolism, distractors: [Infarct, Reflux, Flu]}, "
        "actions: {answers: [Oxygen, Call], distractors: [Walk, Eat, Nap]}, "
        "parameters: {answers: [Saturation, Pulse], distractors: [Weight, Height, Hair]}"
    )
    told = asked(desk, item, "1", "1 2", "q")
    condition = numbers(told, "Embolism")
    actions, parameters = numbers(told, "Oxygen", "Walk"), numbers(told, "Pulse", "Saturation")
    told = desk.study("1 2", condition, "1 2 3", "1", actions, parameters, "")
    headings = [line for line in told.lines if line.startswith("The ") and line.endswith(":")]
    assert headings == ["The condition:", "The actions to take:", "The parameters to monitor:"]
    assert {"Pick one, not 2.", "Actions: pick 2, not 3.", "1 of 2 picked: pick 1 more."} <= set(told.lines)
    assert "PARTLY CORRECT 4 of 5: 4 right, 1 wrong, 1 missed, 0/1 scoring" in told.lines
    stored = response(desk)
    assert isinstance(stored, dict)
    assert stored["condition"] == "Embolism"
    assert set(stored["actions"]) == {"Oxygen", "Walk"}
    assert set(stored["parameters"]) == {"Pulse", "Saturation"}


CASE = """
  - id: case
    type: case-study
    added: true
    scenario: A client after kyphoplasty.
    exhibits: [{title: Notes, text: Short of breath.}]
    items:
      - {id: a, type: select-all, step: recognize-cues, prompt: Cues?, answers: [A, B], distractors: [C, D, E],
         shuffle: false, hint: Look twice, rationale: Both matter.}
      - {id: b, type: matrix-choice, step: analyze-cues, prompt: Rows?, columns: [Report, Expected],
         rows: [{text: Weak, answer: Report}, {text: Sore, answer: Expected}]}
      - {id: c, type: true-false, step: prioritize-hypotheses, prompt: Leak., answer: true}
      - {id: d, type: single-choice, step: generate-solutions, prompt: What?, answer: Q, distractors: [W, V],
         shuffle: false}
      - {id: e, type: numeric, step: take-action, prompt: How much?, answer: 2}
      - {id: f, type: true-false, step: evaluate-outcomes, prompt: Better., answer: true}
"""
CASE_LINES = ("1 2", "1", "2", "t", "1", "2")


def test_a_case_study_tells_nothing_before_its_last_answer(desk: Desk) -> None:
    desk.deck(CASE)
    told = desk.study(*CASE_LINES, "f", "")
    verdict = "PARTLY CORRECT 7 of 8: recognize cues 2 of 2, analyze cues 2 of 2, prioritize hypotheses 1 of 1, "
    line = next(line for line in told.lines if line.startswith(verdict))
    before = told.lines[: told.lines.index(line)]
    assert "6 items follow, one after the other; there is no going back." in before
    assert not any("right" in word.casefold() or "Both matter" in word for word in before)
    assert [word for word in before if word.startswith("Item ")] == [
        "Item 1 of 6: recognize cues",
        "Item 2 of 6: analyze cues",
        "Item 3 of 6: prioritize hypotheses",
        "Item 4 of 6: generate solutions",
        "Item 5 of 6: take action",
        "Item 6 of 6: evaluate outcomes",
    ]
    after = told.after(line)
    assert after[:8] == [
        "",
        "Item 1 of 6: recognize cues",
        "Cues?",
        "CORRECT 2 of 2: 2 right, +/- scoring",
        "1. A. Right, you picked it.",
        "2. B. Right, you picked it.",
        "3. C. Not right, and you did not pick it.",
        "4. D. Not right, and you did not pick it.",
    ]
    assert "Why: Both matter." in after
    assert told.after("Points by step of clinical judgment:")[:6] == [
        "recognize cues: 2 of 2",
        "analyze cues: 2 of 2",
        "prioritize hypotheses: 1 of 1",
        "generate solutions: 1 of 1",
        "take action: 1 of 1",
        "evaluate outcomes: 0 of 1",
    ]


def test_a_case_study_passes_at_80_percent(desk: Desk) -> None:
    desk.deck(CASE)
    told = desk.study(*CASE_LINES, "f", "2")
    assert "An empty line accepts 3 Good (10 minutes). Instead: 2 Hard (6 minutes), 4 Easy (8 days)." in told.lines
    assert desk.ratings() == [2]


def test_a_case_study_does_not_go_back_over_its_items(desk: Desk) -> None:
    desk.deck(CASE)
    told = desk.study("1 2", "u", "1", "u", "1", "2", "u", "q")
    assert told.lines.count("A case study does not go back to an item that was answered.") == 2
    assert told.lines.count("Row 1 of 2: Weak") == 2
    assert not desk.progress.exists() or desk.ratings() == []


def test_hints_and_repeats_are_those_of_the_item_that_is_asked(desk: Desk) -> None:
    desk.deck(CASE)
    told = desk.study("h", "x", "1 2", "h", "1", "x", "q")
    assert told.lines.count("Hint: Look twice") == 1
    assert told.lines.count("This question has no hint.") == 1
    assert told.lines.count("Item 1 of 6: recognize cues") == 2
    assert told.lines.count("Cues?") == 2
    assert told.lines.count("A client after kyphoplasty.") == 3
    assert told.lines.count("Rows?") == 2
    assert told.lines.count("Row 2 of 2: Sore") == 2


def test_an_unfinished_case_study_is_no_answer(desk: Desk) -> None:
    desk.deck(CASE)
    told = desk.study(*CASE_LINES[:5])
    assert "No card was answered." in told.lines
    assert desk.log() == []
