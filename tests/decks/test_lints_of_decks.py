"""Rules that need several items, the figures of their statistics, and what `lint_ignore` silences."""

from __future__ import annotations

import random
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lint_texts import a_deck, choice, quoted, rules, said, select_all

from spinequiz.decks.lints.statistics import chi_squared, chi_squared_tail, tail_of_hits
from spinequiz.decks.load import parse_deck
from spinequiz.model.diagnostics import Severity

WORDS = "amber birch cedar dune ember fjord grove heath islet jetty knoll larch marsh north ocean quarry".split()


def prompt(number: int) -> str:
    """A stem that is like no other."""
    draw = random.Random(number)
    return f"Which {' '.join(draw.sample(WORDS, 6))} is meant?"


def of_length(number: int, *, key_longest: bool, options: int = 4) -> str:
    """A single choice whose key is, or is not, the longest option by one letter."""
    texts = ["W" + "abcdefgh"[index] * 8 for index in range(options - 1)]
    key = "Kxyzxyzxy" + ("z" if key_longest else "")
    return choice(key, *texts, prompt=prompt(number))


def placed(number: int, position: int, options: int = 4) -> str:
    """An unshuffled single choice with its key at a place."""
    texts = [f"O{letter * 5}" for letter in "abcdefgh"[:options]]
    others = [text for text in texts if text != texts[position]]
    return choice(
        texts[position], *others, prompt=prompt(number), more=f"shuffle: false\norder: [{', '.join(texts)}]\n"
    )


# -- long keys


def test_the_tail_is_that_of_the_table() -> None:
    assert tail_of_hits(8, [4] * 20) == pytest.approx(0.102, abs=5e-4)
    assert tail_of_hits(9, [4] * 20) == pytest.approx(0.041, abs=5e-4)


@given(st.integers(1, 60), st.integers(2, 6), st.integers(0, 60))
def test_one_number_of_options_makes_the_binomial_tail(n: int, k: int, hits: int) -> None:
    exact = sum(comb(n, x) * (k - 1) ** (n - x) for x in range(hits, n + 1)) / k**n
    assert tail_of_hits(hits, [k] * n) == pytest.approx(exact, rel=1e-9, abs=1e-15)


@given(st.lists(st.integers(2, 6), min_size=1, max_size=12), st.integers(0, 12))
def test_several_make_the_poisson_binomial_tail(sizes: list[int], hits: int) -> None:
    exact = [1.0]
    for size in sizes:
        step = [0.0, *[p / size for p in exact]]
        exact = [p + q for p, q in zip(step, [*[p * (1 - 1 / size) for p in exact], 0.0], strict=True)]
    assert tail_of_hits(hits, sizes) == pytest.approx(sum(exact[hits:]), rel=1e-9, abs=1e-15)


@pytest.mark.parametrize(("longest", "fires"), [(8, False), (9, True)])
def test_long_keys_in_a_deck_of_twenty(longest: int, fires: bool) -> None:
    text = a_deck(*(of_length(number, key_longest=number < longest) for number in range(20)))
    assert ("long-keys-in-deck" in rules(text)) is fires
    assert "long-key" not in rules(text)


def test_nine_choice_items_are_too_few_to_judge() -> None:
    assert "long-keys-in-deck" not in rules(a_deck(*(of_length(n, key_longest=True) for n in range(9))))
    assert "long-keys-in-deck" in rules(a_deck(*(of_length(n, key_longest=True) for n in range(10))))


def test_a_key_as_long_as_another_option_is_not_the_longest() -> None:
    text = a_deck(*(choice("Kabcdefgh", "Wabcdefgh", "Vabc", prompt=prompt(n)) for n in range(12)))
    assert "long-keys-in-deck" not in rules(text)


# -- key positions


def test_the_statistic_is_that_of_the_table() -> None:
    assert chi_squared([10, 6, 3, 1]) == pytest.approx(9.2)
    assert chi_squared([6, 5, 5, 4]) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("degrees", "critical"), [(1, 3.841), (2, 5.991), (3, 7.815), (4, 9.488), (5, 11.070), (9, 16.919), (30, 43.773)]
)
def test_the_critical_values_are_those_of_the_tables(degrees: int, critical: float) -> None:
    assert chi_squared_tail(critical, degrees) == pytest.approx(0.05, abs=5e-5)


def in_turn(counts: list[int]) -> list[int]:
    """The positions of so many keys, without a run of four."""
    positions: list[int] = []
    left = list(counts)
    while any(left):
        allowed = [p for p in range(len(left)) if left[p] and positions[-3:] != [p] * 3]
        best = max(allowed, key=lambda p: left[p])
        positions.append(best)
        left[best] -= 1
    return positions


@pytest.mark.parametrize(
    ("counts", "fires"),
    [([10, 6, 3, 1], True), ([6, 5, 5, 4], False), ([7, 2, 2], False), ([10, 3, 2], True), ([9, 6, 3, 1], False)],
)
def test_where_keys_stand(counts: list[int], fires: bool) -> None:
    positions = in_turn(counts)
    text = a_deck(*(placed(number, position, len(counts)) for number, position in enumerate(positions)))
    assert ("key-position" in rules(text)) is fires


@pytest.mark.parametrize(
    ("positions", "count"), [([1, 1, 1], 0), ([1, 1, 1, 1], 1), ([2] * 6, 1), ([1, 1, 0, 1, 1], 0)]
)
def test_a_run_of_four_fires_once(positions: list[int], count: int) -> None:
    text = a_deck(*(placed(number, position) for number, position in enumerate(positions)))
    found = [each for each in said(text) if each.rule == "key-position"]
    assert [each.item_id for each in found] == ["item-3"] * count


def test_shuffled_items_have_no_key_positions() -> None:
    assert "key-position" not in rules(a_deck(*(of_length(n, key_longest=False) for n in range(30))))


def test_a_written_order_without_a_list_has_the_key_in_front() -> None:
    body = "shuffle: false\n"
    text = a_deck(*(choice("Aa", "Bb", "Cc", prompt=prompt(n), more=body) for n in range(4)))
    assert rules(text).count("key-position") == 1


# -- keys of select-alls


@pytest.mark.parametrize(("counts", "fires"), [([2], False), ([2, 2], True), ([2, 2, 2], True), ([2, 2, 3], False)])
def test_select_alls_with_the_same_number_of_keys(counts: list[int], fires: bool) -> None:
    options = ["Ax", "Bx", "Cx", "Dx", "Ex", "Fx"]
    text = a_deck(*(select_all(options[:count], options[count:], prompt(n)) for n, count in enumerate(counts)))
    assert ("all-keys" in rules(text)) is fires


# -- the blueprint


def planned(needs: dict[str, int], bloom: str = "apply") -> str:
    items = [need for need, count in needs.items() for _ in range(count)]
    return a_deck(
        *(
            f"type: basic\nprompt: {prompt(n)}\nanswer: A\nclient_need: {need}\nbloom: {bloom}"
            for n, need in enumerate(items)
        )
    )


PLAN = {
    "management-of-care": 18, "safety-and-infection": 13, "health-promotion": 9, "psychosocial-integrity": 9,
    "basic-care-and-comfort": 9, "pharmacological-therapies": 16, "reduction-of-risk-potential": 12,
    "physiological-adaptation": 14,
}  # fmt: skip


def test_a_deck_by_the_test_plan_is_not_told_of_it() -> None:
    assert rules(planned(PLAN)) == []


def test_a_category_beyond_the_test_plan_is_noted() -> None:
    [found] = said(planned(PLAN | {"management-of-care": 30}))
    assert (found.rule, found.severity) == ("blueprint", Severity.NOTE)
    assert "management-of-care 27 percent (plan: 15 to 21)" in found.message


@pytest.mark.parametrize(
    ("needs", "fires"),
    [
        ({"health-promotion": 10}, True),
        ({"health-promotion": 9}, False),
        (dict(zip(PLAN, (2, 1, 1, 1, 1, 2, 1, 1), strict=True)), False),
        (dict(zip(PLAN, (3, 1, 1, 1, 0, 2, 1, 1), strict=True)), False),
        (dict(zip(PLAN, (1, 1, 3, 1, 0, 2, 1, 1), strict=True)), True),
        (dict(zip(PLAN, (3, 2, 2, 1, 1, 3, 0, 3), strict=True)), True),
    ],
)
def test_small_decks_are_held_against_the_test_plan_by_whole_items(needs: dict[str, int], fires: bool) -> None:
    assert ("blueprint" in rules(planned(needs))) is fires


@pytest.mark.parametrize(
    ("low", "of", "fires"), [(6, 12, False), (7, 12, True), (3, 5, True), (2, 5, False), (4, 4, False)]
)
def test_mere_recall_in_over_half_of_the_items_is_noted(low: int, of: int, fires: bool) -> None:
    levels = ["remember"] * low + ["apply"] * (of - low)
    text = a_deck(*(f"type: basic\nprompt: {prompt(n)}\nanswer: A\nbloom: {level}" for n, level in enumerate(levels)))
    assert ("blueprint" in rules(text)) is fires


# -- stems


def basic(question: str, answer: str = "Yes", more: str = "") -> str:
    return f"type: basic\nprompt: {quoted(question)}\nanswer: {quoted(answer)}\n{more}"


LONG = "Which sign of a lung embolism should the nurse look for within the first hours after a vertebroplasty?"
ALIKE = {
    "the same": (basic(LONG), basic(LONG)),
    "case and punctuation": (basic(LONG), basic(LONG.upper())),
    "small words": (
        basic(LONG),
        basic(LONG.replace("Which sign", "Which is the sign").replace("first hours", "first few hours")),
    ),
    "one word more": (basic(LONG), basic(LONG.replace("a vertebroplasty", "a long vertebroplasty"))),
    "a word exchanged, the same key": (basic(LONG), basic(LONG.replace("lung", "pulmonary"))),
    "a key in a stem": (
        choice("A pulmonary embolism", "A rash", "A fall", prompt="What can cement in a vein of the chest lead to?"),
        basic("A patient has a pulmonary embolism after cement got into a vein. What helps?"),
    ),
    "a key in the stem of another question": (
        choice("A pulmonary embolism", "A rash", "A fall", prompt="What can cement in a vein lead to?"),
        basic("Why is clexane given after a pulmonary embolism?"),
    ),
    "by number": (basic("As in question 3, what should be done?"), basic("And what is this?")),
    "the one before": (basic("What follows from the previous question?"), basic("And what is this?")),
    "by a number in words": (basic("As in question three, what should be done?"), basic("And what is this?")),
    "on another": (basic("Based on question 5, what should be done?"), basic("And what is this?")),
    "in a drop-down": (
        "type: drop-down\ntext: 'As in item 2, he {{b}}.'\nblanks: {b: {answer: A, distractors: [B, C]}}",
    ),
}
APART = {
    "a word exchanged, and the key": (basic(LONG, "One"), basic(LONG.replace("vertebroplasty", "kyphoplasty"), "Two")),
    "other numbers": (basic(f"{LONG} 5", "One"), basic(f"{LONG} 7", "Two")),
    "another question": (basic("What is a leak of cement?"), basic("How is a leak of cement treated?")),
    "other charts": (
        basic(LONG, more="exhibits: [{title: Chart, text: One}]"),
        basic(LONG, more="exhibits: [{title: Chart, text: Two}]"),
    ),
    "a key of one word": (
        choice("Kyphoplasty", "Rest", "Bed", prompt="Which procedure uses a balloon?"),
        basic("Which balloon does a kyphoplasty use?"),
    ),
    "a key that many stems hold": (
        choice("A pulmonary embolism", "A rash", "A fall", prompt="What can cement in a vein lead to?"),
        *(basic(f"{prompt(n)} A pulmonary embolism?") for n in range(4)),
    ),
    "a key among the conditions of a bow-tie": (
        choice("A pulmonary embolism", "A rash", "A fall", prompt="What can cement in a vein lead to?"),
        "type: bow-tie\nprompt: Complete the diagram.\n"
        "condition: {answer: Pulmonary embolism, distractors: [Asthma, Panic, Sepsis]}\n"
        "actions: {answers: [Oxygen, Help], distractors: [Food, Sleep, A walk]}\n"
        "parameters: {answers: [Pulse, Breaths], distractors: [Height, Weight, Gait]}\n",
    ),
    "a number of times": (basic("What does a patient gain by exercise 3 times a week?"), basic("And what is this?")),
    "a number that is no reference": (basic("What is item 3 of the scale about?"), basic("And what is this?")),
}  # fmt: skip


@pytest.mark.parametrize("bodies", ALIKE.values(), ids=ALIKE)
def test_stems_that_are_alike_or_tell(bodies: tuple[str, ...]) -> None:
    assert "near-duplicate-stem" in rules(a_deck(*bodies))


@pytest.mark.parametrize("bodies", APART.values(), ids=APART)
def test_stems_that_stand_apart(bodies: tuple[str, ...]) -> None:
    assert "near-duplicate-stem" not in rules(a_deck(*bodies))


def test_alike_stems_name_each_other() -> None:
    [found] = [each for each in said(a_deck(basic(LONG), basic(LONG))) if each.rule == "near-duplicate-stem"]
    assert (found.item_id, "`item-0`" in found.message) == ("item-1", True)
    assert found.span is not None
    assert [each.span.line < found.span.line for each in found.related] == [True]


# -- silencing


def test_a_rule_is_silenced_on_its_item_only() -> None:
    body = choice("Rest", "Always walk", "Sit", prompt=prompt(1))
    quiet = body + "lint_ignore: {absolute-term: the guideline says so, no-feedback: short}\n"
    found = [(each.item_id, each.rule) for each in said(a_deck(quiet, body))]
    assert ("item-1", "absolute-term") in found
    assert not [each for each in found if each[0] == "item-0" and each[1] != "near-duplicate-stem"]


def test_a_warning_of_the_compiler_is_silenced_too() -> None:
    body = choice("Rest", "Sit", prompt=prompt(1), more="lint_ignore: {option-count: there are but two sides}\n")
    assert [each.rule for each in said(a_deck(body))] == ["no-feedback"]
    assert parse_deck(a_deck(body).encode(), "d")[1] == ()


def test_a_rule_of_the_deck_is_silenced_where_it_points() -> None:
    quiet = "lint_ignore: {near-duplicate-stem: asked twice on purpose}\n"
    assert "near-duplicate-stem" not in rules(a_deck(basic(LONG), basic(LONG, more=quiet)))
    assert "near-duplicate-stem" not in rules(a_deck(basic(LONG, more=quiet), basic(LONG)))
    longest = [of_length(n, key_longest=True) for n in range(12)]
    quiet = "lint_ignore: {long-keys-in-deck: to be mended}\n"
    assert "long-keys-in-deck" not in rules(a_deck(longest[0] + quiet, *longest[1:]))


CASE = """
type: case-study
scenario: A woman is back from the procedure room.
{case}
items:
"""


def test_a_case_study_silences_its_items() -> None:
    steps = "recognize-cues analyze-cues prioritize-hypotheses generate-solutions take-action evaluate-outcomes".split()
    nested = "".join(
        f"  - {{id: n{n}, type: single-choice, step: {step}, prompt: '{prompt(n)}', rationale: R,\n"
        f"     answer: {{text: A{n}}}, distractors: [{{text: Never b, why: W}}, {{text: Cc, why: W}}]}}\n"
        for n, step in enumerate(steps)
    )
    assert rules(a_deck(CASE.format(case="hint: H") + nested)).count("absolute-term") == 6
    assert rules(a_deck(CASE.format(case="lint_ignore: {absolute-term: R}") + nested)) == []


def test_an_error_cannot_be_silenced() -> None:
    body = choice("Rest", "rest", "Sit", prompt=prompt(1), more="lint_ignore: {duplicate-option: it is so}\n")
    found = {each.rule: each for each in said(a_deck(body))}
    assert found["duplicate-option"].severity == "error"
    assert "errors cannot be silenced" in found["unknown-lint-rule"].message


def test_an_unknown_rule_is_told_with_the_nearest() -> None:
    text = a_deck(basic("What is it?", more="lint_ignore: {abslute-term: it is so}"))
    [found] = said(text)
    assert (found.rule, found.severity, found.help) == ("unknown-lint-rule", "warning", "did you mean `absolute-term`?")
    assert found.source_line[found.span.column - 1 :].startswith("abslute-term") if found.span else False


def test_a_reason_must_be_given() -> None:
    found = said(a_deck(basic("What is it?", more='lint_ignore: {clang: ""}')))
    assert [(each.rule, each.severity) for each in found] == [("empty-value", "error")]


def test_an_entry_without_effect_is_noted() -> None:
    [found] = said(a_deck(basic("What is it?", more="lint_ignore: {clang: it is so}")))
    assert (found.rule, found.severity) == ("unused-lint-ignore", "note")


def test_what_can_be_read_of_a_broken_item_is_linted() -> None:
    body = choice("Rest", "All of the above", "Sit", prompt=prompt(1), more="step: nonsense\n")
    assert {"unknown-value", "all-of-the-above"} <= {each.rule for each in said(a_deck(body))}


def test_studying_hears_nothing_of_it() -> None:
    text = a_deck(choice("Rest", "All of the above", "Sit"), upkeep=True)
    assert parse_deck(text.encode(), "d")[1] == ()
