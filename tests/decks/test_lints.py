"""Every rule of item writing fires where it should, and is silent where it should be."""

from __future__ import annotations

import pytest
from lint_texts import a_deck, choice, quoted, rules, said, select_all

from spinequiz.decks.lints import RULES
from spinequiz.model.diagnostics import Severity

ASKED = "Which sign should the nurse report after the procedure?"


def stem(prompt: str, type_name: str = "single-choice") -> str:
    if type_name == "true-false":
        return f"type: true-false\nprompt: {quoted(prompt)}\nanswer: true\n"
    return choice("Fever", "Hunger", "Thirst", prompt=prompt)


def drop_down(text: str, answer: str, *distractors: str) -> str:
    listed = ", ".join(map(quoted, distractors))
    return (
        f"type: drop-down\ntext: {quoted(text)}\nblanks: {{b: {{answer: {quoted(answer)}, distractors: [{listed}]}}}}\n"
    )


def bow_tie(action: str) -> str:
    return f"""
type: bow-tie
prompt: Complete the diagram for this patient.
condition: {{answer: Embolism, distractors: [Anxiety, Sepsis, Asthma]}}
actions: {{answers: [Give oxygen, Call for help], distractors: [{quoted(action)}, Feed him, Walk him]}}
parameters: {{answers: [Pulse, Breathing rate], distractors: [Weight, Height, Appetite]}}
"""


def numbers(*shown: str, key: int = 0, order: bool = True) -> str:
    others = [text for index, text in enumerate(shown) if index != key]
    more = f"shuffle: false\norder: [{', '.join(map(quoted, shown))}]\n" if order else ""
    return choice(shown[key], *others, prompt="How long does the patient lie flat afterwards?", more=more)


FIRE = {
    "all-of-the-above": [
        choice("Fever", "Pain", "All of the above"),
        choice("Fever", "Pain", "None of these."),
        choice("Fever", "Pain", "all the above"),
        choice("Fever", "Pain", "None of the options is right"),
        choice("Fever", "Pain", "Both A and B"),
        choice("Fever", "Pain", "A and C only"),
        choice("Fever", "Pain", "Options A and B"),
        choice("Fever", "Pain", "All of these signs"),
        choice("Fever", "Pain", "Both fever and pain"),
        choice("Fever", "Pain", "Neither fever nor pain"),
        select_all(["Fever", "Pain"], ["Hunger", "Thirst", "ＡＬＬ of these".replace("ＡＬＬ", "All")]),
        drop_down("He should {{b}} first.", "sit", "walk", "none of the above"),
        bow_tie("All of these"),
    ],
    "unmarked-negative": [
        stem("Which of these signs is not a reason to call the physician?"),
        stem("Which of these signs isn't a reason to call the physician?"),
        stem("All of these are signs of leakage except:"),
        stem("Which of these steps is least important for the nurse?"),
        stem("A patient is back. Which statement about the procedure is incorrect?"),
        stem("Which of these is NOT a sign of leakage?"),
        stem("Which of these is **not** a sign of leakage?"),
        stem("Which of these is __not__ a sign of leakage?"),
        stem("Which sign belongs to leakage, but not to infection?"),
        "type: basic\nprompt: Which tablet should the nurse not crush?\nanswer: One with a coat",
        "type: typed\nprompt: Which of the two procedures does not need a balloon?\nanswer: Vertebroplasty",
        stem("Which signs are not expected after the procedure? Select all that apply."),
        stem("Cement does not cure the osteoporosis.", "true-false"),
        drop_down("After the procedure a patient should not {{b}} at once.", "drive", "sit", "eat"),
        "type: matrix-choice\nprompt: Which of the findings are not expected?\ncolumns: [Early, Late]\nrows:\n"
        + "".join(f"  - {{text: {row}, answer: Early}}\n" for row in ("Fever", "Pain", "Rash", "Cough")),
    ],
    "absolute-term": [
        choice("Rest", "Always walk", "Sit"),
        choice("Walk only with help", "Walk alone", "Run"),
        choice("Rest", "Never eat", "Sleep"),
        drop_down("The bone is {{b}} healed.", "partly", "completely", "hardly"),
        bow_tie("Only wait"),
    ],
    "vague-term": [
        choice("It usually heals", "It leaks", "It breaks"),
        choice("It heals", "It may leak", "It breaks"),
        choice("May cause pain", "Heals", "Breaks"),
        select_all(["Often sore", "Warm"], ["Cold", "Blue", "Numb"]),
    ],
    "long-key": [
        choice("Call the physician and stay with the patient", "Wait for an hour", "Give a drink"),
        drop_down("The nurse should {{b}} now.", "call the physician and stay there", "wait an hour", "go home"),
    ],
    "long-keys-in-deck": [],
    "key-position": [],
    "near-duplicate-option": [
        choice("Pain at the site of injection", "Pain at the sites of injection", "Loss of appetite"),
        choice("Numbness in the lower legs", "Numbness of the lower legs", "Loss of appetite"),
        "type: ordering\nprompt: In which order?\nsteps: [Fill the balloon up, Fill the balloons up, Take it out]",
    ],
    "article-cue": [
        choice("embolism", "allergy", "fracture", prompt="The sudden shortness of breath points to an"),
        choice("X-ray", "MRI", "scan", prompt="The patient is taken away to have a:"),
        choice("hour", "day", "week", prompt="The patient should lie flat for at least an ____"),
        drop_down("The nurse suspects a {{b}} at once.", "fracture", "embolism", "bleed"),
    ],
    "clang": [
        choice("Report leaking cement", "Wait an hour", "Go home", prompt="A nurse suspects leakage. What now?"),
        choice("A leak of cement", "A bleed", "A clot", prompt="Which problem does leakage on the X-ray point to?"),
        select_all(["Balloon burst", "Fever", "Chills"], ["Rash", "Itch"], "What harm can the balloon do to him?"),
        choice("To rest the spine", "To eat", "To walk", prompt="What are spinal braces meant for in a patient?"),
        drop_down("A balloon is used in {{b}} alone.", "balloon kyphoplasty", "open surgery", "bracing"),
        "type: matrix-choice\nprompt: What does each finding point to?\ncolumns: [Bleeding, Infection]\nrows:\n"
        "  - {text: Bleeding from the gums, answer: Bleeding}\n"
        + "".join(f"  - {{text: {row}, answer: Infection}}\n" for row in ("Fever", "Pus", "Chills")),
    ],
    "convergence": [
        choice("fever, pain and chills", "fever, pain and rash", "fever, cough and chills", "hunger, pain and chills"),
        choice("A and B", "A and C", "B and C", "A, B and D"),
        choice("A, B and D", "A and B", "B and D", "A, D and E"),
        drop_down("The signs are {{b}}.", "pain and fever", "pain and hunger", "thirst and fever"),
    ],
    "mixed-options": [
        choice("5 mg", "10 mg", "20 mL"),
        choice("5 mg", "10 mg", "20"),
        choice("30 minutes", "2 hours", "4 hours"),
        choice("12 hours", "24 hours", "Until the pain goes"),
        choice("Walk.", "Rest.", "Wait"),
        choice("walk slowly", "rest a while", "Wait and see"),
        choice("STOP THE INJECTION", "Go on slowly", "Wait a minute"),
        choice("WALKING", "Rest", "Sleep"),
        choice("How do you feel?", "You will be fine", "Others have it worse"),
        choice("Are you in pain?", "Do you sleep well", "Do you eat well?"),
        choice('"I want to go home."', "The bed is soft", "The room is warm"),
        choice('"I will rest at home"', "The bed is soft", "The room is warm"),
    ],
    "unsorted-numbers": [
        numbers("5 minutes", "60 minutes", "30 minutes"),
        numbers("5 minutes", "30 minutes", "60 minutes", order=False),
        numbers("0-10%", "10-20%", "15-30%"),
        numbers("1 to 5 days", "4 to 8 days", "9 to 12 days"),
        numbers("less than 5 days", "at most 10 days", "11 to 12 days"),
        numbers("½ hour".replace("½", "0.5"), "10 hours", "2 hours"),
    ],
    "unfocused-stem": [
        stem("Which of the following is true?"),
        stem("A woman has had a kyphoplasty this morning. Which statement is correct?"),
        stem("Kyphoplasty?"),
        stem("Cement leakage is seen in many patients after the procedure"),
        stem("Choose the correct statement."),
        select_all(["Fever", "Pain"], ["Hunger", "Thirst", "Joy"], "Select all that apply."),
    ],
    "all-keys": [
        "type: select-all\nprompt: Which of these signs should be reported?\nanswers: [A, B, C, D, E]\ndistractors: []",
    ],
    "near-duplicate-stem": [],
    "dose-notation": [
        "type: basic\nprompt: How much is given?\nanswer: Give 1.0 mg now.",
        "type: basic\nprompt: How much is given?\nanswer: Give .5 mg now.",
        "type: basic\nprompt: How much is given?\nanswer: Give 10 U now.",
        "type: basic\nprompt: How much is given?\nanswer: Give 10U.",
        "type: basic\nprompt: How much is given?\nanswer: Give 400 IU of it.",
        "type: basic\nprompt: How often is it given?\nanswer: Aspirin QD",
        "type: basic\nprompt: How often is it given?\nanswer: Aspirin Qd, heparin 100 U/mL",
        "type: basic\nprompt: How often is it given?\nanswer: Aspirin q.d. in the morning",
        "type: basic\nprompt: How much is given?\nanswer: 50 µg",
        "type: basic\nprompt: How much is given?\nanswer: 50 μg/kg",
        'type: basic\nprompt: How much is given?\nanswer: "50 \\u00b5g"',
        "type: basic\nprompt: How much is given?\nanswer: >-\n  Give 1.0\n  mg now.",
        "type: numeric\nprompt: How much of it is given?\nanswer: 5\nunit: IU",
        "type: numeric\nprompt: How much of it is given?\nanswer: 5\nunit: U",
        "type: cloze\ntext: Give {{c1::.5 mg}} daily.",
        choice("5 mg", "2.0 mg", "7 mg", more="shuffle: false\norder: [2.0 mg, 5 mg, 7 mg]\n"),
        "type: basic\nprompt: How much?\nanswer: Five\nexhibits: [{title: Orders, text: Insulin 4 U at noon}]",
    ],
    "missing-rationale": [],
    "missing-tags": [],
    "blueprint": [],
    "no-feedback": [],
}  # fmt: skip
SILENT = {
    "all-of-the-above": [
        choice("All vertebrae", "None", "Both sides"),
        choice("Both arms and legs", "Fever", "Pain"),
        choice("Hepatitis A and B", "Fever", "Pain"),
        choice("All of these patients fast from midnight on", "Fever", "Pain"),
        choice("Above all, stay calm", "Fever", "Pain"),
    ],
    "unmarked-negative": [
        stem("Which drug is contraindicated in a patient who is not fasting?"),
        stem("Which remark shows a need for further teaching, as it is not right?"),
        stem("What should at least be charted after the procedure?"),
        stem("A patient does not want to walk. What should the nurse do first?"),
        stem('She says: "I do not want this." What should the nurse say?'),
        stem("What should the nurse do if the patient does not answer?"),
        stem("Which notch of the knot of a note is noted?"),
        "type: basic\nprompt: Why should the patient not drive?\nanswer: Sedatives slow reactions.",
    ],
    "absolute-term": [
        choice("Only rest", "Always walk", "Sit"),
        choice("Rest", "Walk", "Sit"),
        select_all(["Never smoke", "Rest"], ["Only eat", "Run", "Jump"]),
    ],
    "vague-term": [choice("In May 2007", "In June 2007", "In July 2007"), choice("Rest", "Walk", "Sit")],
    "long-key": [
        choice("Call the physician at once", "Wait for another hour", "Give her a cold drink"),
        choice("Rest", "Walk to the end of the hall and back again", "Sit"),
        numbers("5", "10", "1000", key=2),
    ],
    "near-duplicate-option": [
        choice("Monitor for hypokalemia every day", "Monitor for hyperkalemia every day", "Wait"),
        choice("Give 10 mg by mouth twice a day", "Give 20 mg by mouth twice a day", "Wait"),
        choice("The left leg is weaker than before", "The right leg is weaker than before", "Wait"),
        choice("The patient is able to move his feet", "The patient is not able to move his feet", "Wait"),
    ],
    "article-cue": [
        choice("embolism", "allergy", "infection", prompt="The sudden shortness of breath points to an"),
        choice("hour", "MRI", "X-ray", prompt="After the fall the patient has to wait for an"),
        choice("unit", "European study", "one-day stay", prompt="After the fall the patient was admitted to a"),
        choice("fracture", "embolism", "bleed", prompt="The sudden pain in the back points to a(n)"),
        choice("deficiency", "overdose", "allergy", prompt="What is the name of the lack of vitamin A"),
    ],
    "clang": [
        choice("Report the leakage", "Ignore the leaks", "Go home", prompt="A nurse suspects leakage. What now?"),
        choice("Report the leak", "Wait", "Go home", prompt="A nurse sees a leak. What should she do?"),
        choice("Report the leaks", "Wait", "Go home", prompt="A nurse sees a leak. What should she do?"),
        choice("Read the chart", "Wait", "Go home", prompt="A patient is ready to go home. What now?"),
        choice("Rest", "Walk", "Sit", prompt="What should a patient do for the rest of a day?"),
        choice("Help the patient up", "Wait", "Go", prompt="What should the nurse do for this patient?"),
    ],
    "convergence": [
        choice("fever and chills", "fever and rash", "cough and chills", "cough and rash"),
        choice("A and B", "A and C", "B and C"),
        choice("fever", "chills", "rash"),
    ],
    "mixed-options": [
        choice("5 mg", "10 mg", "20 mg"),
        choice("1 hour", "2 hours", "4 hours"),
        choice("MRI", "bone scan", "blood count"),
        choice("How do you feel?", "You will be fine.", "Others have it worse."),
        choice("In the U.S.", "In France", "In Spain"),
        choice('"Cementing the Spine"', "The overview", "The leaflet"),
        choice("two or three days", "about a week", "some hours"),
    ],
    "unsorted-numbers": [
        numbers("5 minutes", "30 minutes", "60 minutes", key=1),
        numbers("60 minutes", "30 minutes", "5 minutes"),
        numbers("0-9%", "10-19%", "20-30%"),
        numbers("less than 5", "5 to 10", "more than 10"),
        numbers("30 minutes", "1 hour", "2 hours"),
        numbers("-2.8", "-2.1", "-1.4", "-0.3"),
        numbers("two days", "five days", "ten days"),
        choice("Rest", "Walk", "Sit"),
    ],
    "unfocused-stem": [
        stem("Which of these statements about cement leakage is true?"),
        stem("The nurse who sees a leak should first:"),
        stem("Name the sign that the nurse has to report first."),
        stem("The balloon is taken out of the bone before ____ goes in."),
        "type: basic\nprompt: Kyphoplasty\nanswer: A procedure",
        stem("Cement is injected slowly.", "true-false"),
    ],
    "all-keys": [select_all(["A", "B"], ["C", "D", "E"])],
    "dose-notation": [
        "type: basic\nprompt: How much?\nanswer: Give 1 mg, 0.5 mL, 10 units daily, 50 mcg.",
        "type: basic\nprompt: What is found?\nanswer: Creatinine 1.0 mg/dL, ALT 40 U/L, IgE 90 IU/L, p < .05, pH 7.0",
        "type: basic\nprompt: Where is it?\nanswer: The 3 U.S. hospitals; UTI; U-turn; figure 1.0",
        "type: typed\nprompt: How much is given?\nanswer: 0.5 mg\naccept: [.5 mg]",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("rule", "body"), [(rule, body) for rule, bodies in FIRE.items() for body in bodies])
def test_a_rule_fires(rule: str, body: str) -> None:
    found = [each for each in said(a_deck(body)) if each.rule == rule]
    assert found, rules(a_deck(body))
    assert all(each.span is not None and each.span.line > 4 and each.item_id == "item-0" for each in found)
    assert all((each.help and ":" not in each.rule and each.message[0].islower()) or each.message for each in found)


@pytest.mark.parametrize(("rule", "body"), [(rule, body) for rule, bodies in SILENT.items() for body in bodies])
def test_a_rule_is_silent(rule: str, body: str) -> None:
    assert rule not in rules(a_deck(body))


def test_every_rule_has_a_sample() -> None:
    assert set(FIRE) == set(RULES)


@pytest.mark.parametrize(
    ("prompt", "severity"),
    [
        ("Which of these is not a sign of leakage?", Severity.WARNING),
        ("Which of these is NOT a sign of leakage?", Severity.NOTE),
        ("Which of these is **not** a sign of leakage?", Severity.NOTE),
        ("Which of these is __not__ a sign of leakage?", Severity.NOTE),
        ("Which of these is 𝐧𝐨𝐭 a sign of leakage?", Severity.NOTE),
        ("Which of these is Not a sign of leakage?", Severity.WARNING),
    ],
)
def test_a_negative_that_is_marked_is_a_note(prompt: str, severity: Severity) -> None:
    found = [each.severity for each in said(a_deck(stem(prompt))) if each.rule == "unmarked-negative"]
    assert found == [severity]


@pytest.mark.parametrize("rule", ["missing-rationale", "missing-tags", "missing-citation"])
def test_what_every_item_should_have(rule: str) -> None:
    body = "type: basic\nprompt: P\nanswer: A"
    assert rule in rules(a_deck(body, upkeep=False))
    assert rules(a_deck(body)) == []


def test_a_distractor_without_a_reason_is_noted_once_for_a_list() -> None:
    found = [each for each in said(a_deck(choice("Rest", "Walk", "Sit"))) if each.rule == "no-feedback"]
    assert [(each.severity, each.message[:20]) for each in found] == [(Severity.NOTE, "2 of 2 distractors h")]
    others = "[{text: Joy, why: No}, {text: Rest, why: No}]"
    body = f"type: single-choice\nprompt: {ASKED}\nanswer: Fever\ndistractors: {others}"
    assert rules(a_deck(body)) == []
    assert "no-feedback" not in [each.rule for each in said(a_deck(body))]


def test_other_languages_are_spared_the_rules_of_english() -> None:
    body = choice("Rest", "Always", "Sit", prompt="Was ist es, was an")
    header = "spinequiz: 1\nid: d\ntitle: D\nlanguage: {}\nitems:\n"
    assert "absolute-term" in rules(a_deck(body, header=header.format("en-GB")))
    assert rules(a_deck(body, header=header.format("de"))) == []
