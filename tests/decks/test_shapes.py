"""For every rule of an item type's shape one broken item, with what is said of it and where.

`«` marks where the diagnostics are expected; it is taken out before the deck is read.
"""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from spinequiz.decks.load import parse_deck
from spinequiz.model.decks import LoadedDeck
from spinequiz.model.diagnostics import Diagnostic, Severity

HEADER = "spinequiz: 1\nid: d\ntitle: D\nitems:\n"
WARNINGS = ("option-count", "column-without-key", "missing-citation")


def load(text: str) -> tuple[LoadedDeck, tuple[Diagnostic, ...], list[tuple[int, int]]]:
    """The deck, what is said of it, and the marked places."""
    marks = []
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        while (column := lines[number - 1].find("«")) >= 0:
            marks.append((number, column + 1))
            lines[number - 1] = lines[number - 1].replace("«", "", 1)
        del line
    deck, found = parse_deck("\n".join(lines).encode(), "deck.yaml")
    assert deck is not None
    return deck, found, marks


def an_item(body: str) -> str:
    """A deck of one item, whose own keys are given."""
    return HEADER + indent("- id: x\n  added: true\n  prompt: P\n" + indent(dedent(body).strip(), "  "), "  ") + "\n"


BROKEN = {
    # select-n
    "select-n without distractors": ("no-distractors", "type: select-n\nanswers: [A, B]\ndistractors: «[]"),
    "select-n with an option twice": ("duplicate-option", "type: select-n\nanswers: [A, «a]\ndistractors: [B]"),
    "select-n with a key as distractor": (
        "duplicate-option",
        """
        type: select-n
        answers: [A, B]
        distractors:
          - text: «b!
            why: no
        """,
    ),
    "select-n with one key": ("option-count", "type: select-n\nanswers: «[A]\ndistractors: [B, C]"),
    "select-n with an incomplete order": (
        "bad-shape",
        "type: select-n\nanswers: [A, B]\ndistractors: [C]\nshuffle: false\norder: «[A, B]",
    ),
    "select-n that shuffles its order": (
        "order-without-shuffle",
        "type: select-n\nanswers: [A, B]\ndistractors: [C]\norder: «[A, B, C]",
    ),
    # the sizes of the first types
    "single-choice of two": ("option-count", "type: single-choice\nanswer: A\ndistractors: «[B]"),
    "select-all of four": ("option-count", "type: select-all\nanswers: [A, B]\ndistractors: «[C, D]"),
    "select-all of eleven": (
        "option-count",
        "type: select-all\nanswers: [A, B]\ndistractors: «[C, D, E, F, G, H, I, J, K]",
    ),
    # ordering
    "ordering of one step": ("bad-shape", "type: ordering\nsteps: «[A]"),
    "ordering with a step twice": ("duplicate-option", "type: ordering\nsteps: [Stop, Look, «stop.]"),
    # matrix-choice
    "matrix-choice of one column": (
        "bad-shape",
        """
        type: matrix-choice
        columns: «[X]
        rows: [{text: r1, answer: X}, {text: r2, answer: X}, {text: r3, answer: X}, {text: r4, answer: X}]
        """,
    ),
    "matrix-choice of four columns": (
        "option-count",
        """
        type: matrix-choice
        columns: «[W, X, Y, Z]
        rows: [{text: r1, answer: X}, {text: r2, answer: X}, {text: r3, answer: X}, {text: r4, answer: X}]
        """,
    ),
    "matrix-choice of three rows": (
        "option-count",
        """
        type: matrix-choice
        columns: [X, Y]
        rows: «[{text: r1, answer: X}, {text: r2, answer: X}, {text: r3, answer: X}]
        """,
    ),
    "matrix-choice with an answer that is no column": (
        "bad-shape",
        """
        type: matrix-choice
        columns: [Expected, Unexpected]
        rows:
          - {text: r1, answer: Expected}
          - {text: r2, answer: «expected}
          - {text: r3, answer: {text: «Unrelated, why: no}}
          - {text: r4, answer: Unexpected}
        """,
    ),
    "matrix-choice with a row twice": (
        "duplicate-option",
        """
        type: matrix-choice
        columns: [X, Y]
        rows:
          - {text: fever, answer: X}
          - {text: «Fever, answer: Y}
          - {text: r3, answer: X}
          - {text: r4, answer: X}
        """,
    ),
    "matrix-choice with a column twice": (
        "duplicate-option",
        """
        type: matrix-choice
        columns: [X, Y, «x]
        rows: [{text: r1, answer: X}, {text: r2, answer: X}, {text: r3, answer: X}, {text: r4, answer: X}]
        """,
    ),
    # matrix-response
    "matrix-response of one column": (
        "bad-shape",
        "type: matrix-response\ncolumns: «[X]\nrows: [{text: r1, answers: [X]}]",
    ),
    "matrix-response with an answer that is no column": (
        "bad-shape",
        "type: matrix-response\ncolumns: [X, Y]\nrows: [{text: r1, answers: [X, Y, «Z]}]",
    ),
    "matrix-response with an answer twice in a row": (
        "duplicate-option",
        "type: matrix-response\ncolumns: [X, Y]\nrows: [{text: r1, answers: [X, Y, «X]}]",
    ),
    "matrix-response with a row twice": (
        "duplicate-option",
        "type: matrix-response\ncolumns: [X, Y]\nrows: [{text: r, answers: [X]}, {text: «r, answers: [Y]}]",
    ),
    "matrix-response without an answer": (
        "bad-shape",
        "type: matrix-response\ncolumns: [X, Y]\nrows: «[{text: r1, answers: []}]",
    ),
    "matrix-response with a column that nothing is right in": (
        "column-without-key",
        "type: matrix-response\ncolumns: [X, «Y]\nrows: [{text: r1, answers: [X]}]",
    ),
    # grouping
    "grouping with a group twice": (
        "duplicate-option",
        """
        type: grouping
        groups:
          - {text: G, answers: [A], distractors: [B]}
          - {text: «g, answers: [A], distractors: [B]}
        """,
    ),
    "grouping with an option twice in a group": (
        "duplicate-option",
        """
        type: grouping
        groups:
          - {text: G, answers: [A], distractors: [B, «b]}
          - {text: H, answers: [A], distractors: [B]}
        """,
    ),
    "grouping with a key as distractor": (
        "answer-among-distractors",
        "type: grouping\ngroups: [{text: G, answers: [A], distractors: [«A, B]}]",
    ),
    "grouping without distractors": ("no-distractors", "type: grouping\ngroups: «[{text: G, answers: [A, B]}]"),
    # drop-down
    "drop-down without a blank": (
        "bad-shape",
        "type: drop-down\ntext: «None here.\nblanks: {}",
    ),
    "drop-down with open braces": (
        "broken-blank",
        "type: drop-down\ntext: «A {{x}} and {{y}.\nblanks: {x: {answer: A, distractors: [B, C]}}",
    ),
    "drop-down with a blank that has no choices": (
        "bad-shape",
        "type: drop-down\ntext: A {{x}}. A «{{z}}.\nblanks: {x: {answer: A, distractors: [B, C]}}",
    ),
    "drop-down with a blank that is not in the text": (
        "bad-shape",
        """
        type: drop-down
        text: >-
          First line
          and {{x}}.
        blanks:
          x: {answer: A, distractors: [B, C]}
          «y: {answer: A, distractors: [B, C]}
        """,
    ),
    "drop-down with a blank twice in the text": (
        "bad-shape",
        """
        type: drop-down
        text: |
          Note: a {{x}}.

          Then a «{{ x }}.
        blanks: {x: {answer: A, distractors: [B, C]}}
        """,
    ),
    "drop-down with two choices": (
        "option-count",
        "type: drop-down\ntext: A {{x}}.\nblanks: {x: {answer: A, distractors: «[B]}}",
    ),
    "drop-down without distractors": (
        "no-distractors",
        "type: drop-down\ntext: A {{x}}.\nblanks: {x: {answer: A, distractors: «[]}}",
    ),
    "drop-down with a key as distractor": (
        "duplicate-option",
        "type: drop-down\ntext: A {{x}}.\nblanks: {x: {answer: A, distractors: [B, «a]}}",
    ),
    "drop-down with six blanks": (
        "option-count",
        """
        type: drop-down
        text: «A {{a}}. A {{b}}. A {{c}}. A {{d}}. A {{e}}. A {{f}}.
        blanks:
          a: {answer: A, distractors: [B, C]}
          b: {answer: A, distractors: [B, C]}
          c: {answer: A, distractors: [B, C]}
          d: {answer: A, distractors: [B, C]}
          e: {answer: A, distractors: [B, C]}
          f: {answer: A, distractors: [B, C]}
        """,
    ),
    "drop-down with two blanks in a sentence": (
        "option-count",
        """
        type: drop-down
        text: «A {{a}} and a {{b}}.
        blanks: {a: {answer: A, distractors: [B, C]}, b: {answer: A, distractors: [B, C]}}
        """,
    ),
    "a dyad of one blank": (
        "bad-shape",
        "type: drop-down\ntext: A {{x}}.\nblanks: {x: {answer: A, distractors: [B, C]}}\nrationale_scoring: «dyad",
    ),
    "a triad of two blanks": (
        "bad-shape",
        """
        type: drop-down
        text: A {{a}} and a {{b}}.
        blanks: {a: {answer: A, distractors: [B, C]}, b: {answer: A, distractors: [B, C]}}
        rationale_scoring: «triad
        anchor: a
        """,
    ),
    "a triad without an anchor": (
        "bad-shape",
        """
        type: drag-drop
        text: A {{a}} and a {{b}} and a {{c}}.
        blanks: {a: A, b: B, c: C}
        distractors: [D]
        rationale_scoring: «triad
        """,
    ),
    "a triad whose anchor is no blank": (
        "bad-shape",
        """
        type: drag-drop
        text: A {{a}} and a {{b}} and a {{c}}.
        blanks: {a: A, b: B, c: C}
        distractors: [D]
        rationale_scoring: triad
        anchor: «d
        """,
    ),
    "a dyad with an anchor": (
        "bad-shape",
        """
        type: drag-drop
        text: A {{a}} and a {{b}}.
        blanks: {a: A, b: B}
        distractors: [C, D]
        rationale_scoring: dyad
        anchor: «a
        """,
    ),
    "an anchor without rationale scoring": (
        "bad-shape",
        "type: drag-drop\ntext: A {{a}}.\nblanks: {a: A}\ndistractors: [B, C, D]\nanchor: «a",
    ),
    "a dyad in two sentences": (
        "option-count",
        """
        type: drag-drop
        text: «A {{a}}. And a {{b}}.
        blanks: {a: A, b: B}
        distractors: [C, D]
        rationale_scoring: dyad
        """,
    ),
    # drag-drop
    "drag-drop with a word twice in the bank": (
        "duplicate-option",
        """
        type: drag-drop
        text: A {{a}}. A {{b}}.
        blanks:
          a: disc
          b: «Disc
        distractors: [vein, «disc]
        """,
    ),
    "drag-drop with one word": ("no-distractors", "type: drag-drop\ntext: A {{a}}.\nblanks: «{a: A}"),
    "drag-drop with three words": (
        "option-count",
        "type: drag-drop\ntext: A {{a}}.\nblanks: {a: A}\ndistractors: «[B, C]",
    ),
    "drag-drop with eleven words": (
        "option-count",
        "type: drag-drop\ntext: A {{a}}.\nblanks: {a: A}\ndistractors: «[B, C, D, E, F, G, H, I, J, K]",
    ),
    "drag-drop with a blank that is not in the bank": (
        "bad-shape",
        "type: drag-drop\ntext: A {{a}}. A «{{b}}.\nblanks: {a: A}\ndistractors: [B, C, D]",
    ),
    # highlight
    "highlight without a segment": ("bad-shape", "type: highlight\ntext: «Nothing to mark."),
    "highlight with open braces": ("broken-blank", "type: highlight\ntext: «A {{+a}} and {{-b}."),
    "highlight with a segment without a sign": ("broken-blank", "type: highlight\ntext: «A {{+a}}, {{-b}}, {{c}}."),
    "highlight with an empty segment": ("broken-blank", "type: highlight\ntext: «A {{+a}} and {{-}}."),
    "highlight without a key": ("bad-shape", "type: highlight\ntext: «A {{-a}} and {{-b}}."),
    "highlight with keys only": ("no-distractors", "type: highlight\ntext: «A {{+a}} and {{+b}}."),
    "highlight with a segment twice": (
        "duplicate-option",
        """
        type: highlight
        text: |
          08:00 {{-BP 120/80}} and {{+fever}}
          12:00 «{{- BP 120/80 }}
        """,
    ),
    "highlight with eleven segments": (
        "option-count",
        "type: highlight\ntext: «" + " ".join(["A {{+a}}", *(f"{{{{-{letter}}}}}" for letter in "bcdefghijk")]),
    ),
    # bow-tie
    "bow-tie with one action": (
        "bad-shape",
        """
        type: bow-tie
        condition: {answer: A, distractors: [B, C, D]}
        actions: {answers: «[A], distractors: [B, C, D, E]}
        parameters: {answers: [A, B], distractors: [C, D, E]}
        """,
    ),
    "bow-tie with three parameters": (
        "bad-shape",
        """
        type: bow-tie
        condition: {answer: A, distractors: [B, C, D]}
        actions: {answers: [A, B], distractors: [C, D, E]}
        parameters: {answers: «[A, B, C], distractors: [D, E]}
        """,
    ),
    "bow-tie with three conditions, four actions and six parameters": (
        "option-count",
        """
        type: bow-tie
        condition: {answer: A, distractors: «[B, C]}
        actions: {answers: [A, B], distractors: «[C, D]}
        parameters: {answers: [A, B], distractors: «[C, D, E, F]}
        """,
    ),
    "bow-tie with options twice": (
        "answer-among-distractors",
        """
        type: bow-tie
        condition: {answer: A, distractors: [«A, C, D]}
        actions: {answers: [A, B], distractors: [«B, D, E]}
        parameters: {answers: [A, B], distractors: [C, D, E]}
        """,
    ),
    "bow-tie without wrong conditions": (
        "no-distractors",
        """
        type: bow-tie
        condition: {answer: A, distractors: «[]}
        actions: {answers: [A, B], distractors: [C, D, E]}
        parameters: {answers: [A, B], distractors: [C, D, E]}
        """,
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_shape_is_named_at_its_place(name: str) -> None:
    rule, body = BROKEN[name]
    deck, found, marks = load(an_item(body))
    said = [(d.rule, d.span.line, d.span.column) for d in found if d.span is not None]
    also = []
    if name == "bow-tie without wrong conditions":
        also = [("option-count", *marks[0])]
    assert sorted(said) == sorted([*((rule, *mark) for mark in marks), *also])
    assert marks, "the test marks no place"
    severity = Severity.WARNING if rule in WARNINGS else Severity.ERROR
    assert {d.severity for d in found if d.rule == rule} == {severity}
    assert len(deck.items) == (rule in WARNINGS), "an error costs the item, a warning does not"
    assert all(d.help and d.item_id == "x" for d in found)


SOUND = """
type: select-n
answers: [A, {text: B, why: w}]
distractors: [C, D]
---
type: ordering
steps: [A, {text: B, why: w}, C]
---
type: matrix-choice
columns: [no, yes]
rows: [{text: r1, answer: yes}, {text: r2, answer: no}, {text: r3, answer: no}, {text: r4, answer: {text: no, why: w}}]
---
type: matrix-response
columns: [X, Y]
rows: [{text: r1, answers: [X, {text: Y, why: w}]}, {text: r2, answers: []}]
---
type: grouping
groups: [{text: G, answers: [A], distractors: [{text: B, why: w}]}, {text: H, answers: [A, B]}]
---
type: drop-down
text: The cement got into {{ where }}. It came through {{how}}.
blanks:
  where: {answer: {text: a vein, why: w}, distractors: [the disc, the skin]}
  how: {answer: a crack, distractors: [a nerve, a rib]}
---
type: drop-down
text: The risk of {{risk}} rises with {{cause}} and {{other}}.
blanks:
  risk: {answer: leaks, distractors: [x, y]}
  cause: {answer: a, distractors: [x, y]}
  other: {answer: b, distractors: [x, y]}
rationale_scoring: triad
anchor: risk
---
type: drag-drop
text: Report {{what}} because of {{why}}.
blanks: {what: numbness, why: {text: leakage, why: w}}
distractors: [hunger, thirst]
rationale_scoring: dyad
---
type: highlight
text: |
  08:00 {{+ BP 80/40 }}, {{-pulse 70}}
  Note: {{+weak leg}}
---
type: bow-tie
condition: {answer: A, distractors: [B, C, D]}
actions: {answers: [A, B], distractors: [C, D, E]}
parameters: {answers: [A, {text: B, why: w}], distractors: [C, D, E]}
"""


@pytest.mark.parametrize("body", SOUND.split("---\n"))
def test_a_sound_item_is_read_without_a_word(body: str) -> None:
    deck, found, _ = load(an_item(body))
    assert found == ()
    assert len(deck.items) == 1


def test_all_mistakes_of_an_item_are_found_in_one_run() -> None:
    """A broken key hides nothing that can be told without it."""
    deck, found, marks = load(
        an_item("type: ordering\nsteps: [A, «a]\n«stpes: [B]\nbloom: «remembr\ncite: [{source: «lost, paragraph: «0}]")
    )
    assert deck.items == ()
    assert {(d.rule, d.span.line, d.span.column) for d in found if d.span} == {
        ("duplicate-option", *marks[0]),
        ("unknown-key", *marks[1]),
        ("unknown-value", *marks[2]),
        ("out-of-range", *marks[4]),
    }
