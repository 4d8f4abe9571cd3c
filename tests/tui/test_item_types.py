"""Every item type, answered by keys alone: what is right scores in full, and the log holds the response."""

from __future__ import annotations

from typing import Any

import pytest
from screen_text import Start, body, log, press

CASES: list[tuple[str, str, list[str], tuple[int, int], dict[str, Any]]] = [
    (
        "true-false", "prompt: Is it so?\nanswer: false", ["2", "enter"], (1, 1), {"kind": "judged", "verdict": False},
    ),
    (
        "select-n", "prompt: Two?\nanswers: [a, b]\ndistractors: [c, d, e]\nshuffle: false", ["1", "2", "enter"],
        (2, 2), {"kind": "picked", "options": ["a", "b"]},
    ),
    (
        "select-all", "prompt: All?\nanswers: [a, b]\ndistractors: [c, d, e]\nshuffle: false", ["1", "3", "enter"],
        (0, 2), {"kind": "picked", "options": ["a", "c"]},
    ),
    (
        "matrix-choice",
        "prompt: Which?\ncolumns: [Yes, No]\nrows:\n" + "".join(
            f"  - {{text: row {n}, answer: 'Yes'}}\n" for n in range(4)
        ),
        ["1", "1", "1", "2", "enter"], (3, 4),
        {"kind": "matrix", "rows": {"row 0": ["Yes"], "row 1": ["Yes"], "row 2": ["Yes"], "row 3": ["No"]}},
    ),
    (
        "matrix-response",
        "prompt: Which?\ncolumns: [A, B]\nrows:\n  - {text: r1, answers: [A, B]}\n  - {text: r2, answers: [B]}",
        ["1", "2", "down", "right", "space", "enter"], (3, 3),
        {"kind": "matrix", "rows": {"r1": ["A", "B"], "r2": ["B"]}},
    ),
    (
        "highlight", "prompt: Mark.\ntext: 'He {{+cannot walk}} and {{-eats}}.'", ["1", "enter"], (1, 1),
        {"kind": "highlighted", "segments": ["cannot walk"]},
    ),
    (
        "numeric", "prompt: How many?\nanswer: 2.25\nround_to: tenth\nunit: mL", ["2", "full_stop", "3", "enter"],
        (1, 1), {"kind": "typed", "text": "2.3", "overruled": False, "variables": {}},
    ),
]  # fmt: skip


def as_item(type_name: str, keys: str) -> str:
    lines = [f"- id: it\n  type: {type_name}\n  added: true"]
    lines += [f"  {line}" for line in keys.splitlines()]
    return "\n".join(lines)


@pytest.mark.parametrize(("type_name", "keys", "pressed", "points", "response"), CASES, ids=[c[0] for c in CASES])
async def test_answered_by_keys(
    start: Start, type_name: str, keys: str, pressed: list[str], points: tuple[int, int], response: dict[str, Any]
) -> None:
    app = start(as_item(type_name, keys))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, *pressed)
        assert f"{points[0]} of {points[1]}" in body(app)
        await press(pilot, "enter")
        assert [(row["points"], row["response"]) for row in log(app)[:1]] == [(points, response)]


async def test_pick_n_plus_one_is_refused(start: Start) -> None:
    app = start(as_item("select-n", "prompt: Two?\nanswers: [a, b]\ndistractors: [c, d, e]\nshuffle: false"))
    async with app.run_test() as pilot:
        await press(pilot, "1", "2", "3")
        message = app.screen.query_one("#message")
        assert "select 2, not 3" in " ".join(line.plain for line in message.laid(80).lines)


async def test_a_blank_matrix_row_is_refused(start: Start) -> None:
    rows = "".join(f"  - {{text: row {n}, answer: 'Yes'}}\n" for n in range(4))
    app = start(as_item("matrix-choice", "prompt: Which?\ncolumns: [Yes, No]\nrows:\n" + rows))
    async with app.run_test() as pilot:
        await press(pilot, "1", "enter")
        message = app.screen.query_one("#message")
        assert "pick one column in every row" in " ".join(line.plain for line in message.laid(80).lines)
        assert log(app) == []


async def test_an_ordering_is_carried_into_its_order(start: Start) -> None:
    steps = ["first", "second", "third"]
    app = start(as_item("ordering", f"prompt: Order.\nsteps: {steps}"))
    async with app.run_test() as pilot:
        await pilot.pause()
        presenter = app.screen.presenter
        for place, step in enumerate(steps):
            while presenter.cursor != presenter.steps.index(step):
                await press(pilot, "down" if presenter.cursor < presenter.steps.index(step) else "up")
            while presenter.steps.index(step) != place:
                await press(pilot, "K")
        await press(pilot, "enter")
        assert "CORRECT 1 of 1" in body(app)


async def test_blanks_are_filled_one_after_the_other(start: Start) -> None:
    keys = (
        "prompt: Fill.\ntext: 'First {{one}}, then {{two}}.'\n"
        "blanks: {one: open, two: close}\ndistractors: [turn, lift]"
    )
    app = start(as_item("drag-drop", keys))
    async with app.run_test() as pilot:
        await pilot.pause()
        presenter = app.screen.presenter
        for word in ("open", "close"):
            await press(pilot, str(presenter.options.index(word) + 1))
        await press(pilot, "enter")
        assert "CORRECT 2 of 2" in body(app)


async def test_a_bow_tie_wants_every_place_filled(start: Start) -> None:
    keys = """prompt: Complete it.
condition: {answer: C, distractors: [c1, c2, c3]}
actions: {answers: [A1, A2], distractors: [a3, a4, a5]}
parameters: {answers: [P1, P2], distractors: [p3, p4, p5]}"""
    app = start(as_item("bow-tie", keys))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        presenter = app.screen.presenter
        wanted = [("A1", 0), ("A2", 0), ("C", 1), ("P1", 2), ("P2", 2)]
        for option, section in wanted:
            target = presenter.cells.index((section, presenter.sections[section].options.index(option)))
            while presenter.cursor != target:
                await press(pilot, "down" if presenter.cursor < target else "up")
            if option == "P2":
                await press(pilot, "enter")
                assert log(app) == []
            await press(pilot, "space")
        await press(pilot, "enter")
        assert "CORRECT 5 of 5" in body(app)


async def test_groups_are_ticked_by_number(start: Start) -> None:
    groups = "  - {text: G, answers: [x], distractors: [z]}\n  - {text: H, answers: [y], distractors: [w]}"
    app = start(as_item("grouping", f"prompt: Sort.\ngroups:\n{groups}"))
    async with app.run_test() as pilot:
        await pilot.pause()
        presenter = app.screen.presenter
        for section, option in ((0, "x"), (1, "y")):
            cell = (section, presenter.sections[section].options.index(option))
            await press(pilot, str(presenter.cells.index(cell) + 1))
        await press(pilot, "enter")
        assert "CORRECT 2 of 2" in body(app)
        await press(pilot, "enter")
        assert log(app)[0]["response"] == {"kind": "grouped", "groups": {"G": ["x"], "H": ["y"]}}


STEPS = (
    "recognize-cues", "analyze-cues", "prioritize-hypotheses", "generate-solutions", "take-action", "evaluate-outcomes",
)  # fmt: skip


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_a_case_study_goes_through_its_six_items(start: Start, size: tuple[int, int]) -> None:
    """On a narrow screen the scenario comes first, on a wide one it stands beside the question."""
    items = "".join(
        f"  - {{id: q{n}, type: true-false, step: {step}, prompt: Question {n}?, answer: true}}\n"
        for n, step in enumerate(STEPS, 1)
    )
    app = start(as_item("case-study", f"scenario: A client comes back.\nitems:\n{items}"))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        if size[0] < 100:
            assert "A client comes back." in body(app)
            await press(pilot, "enter")
        for number in range(1, 7):
            assert f"Item {number} of 6" in body(app)
            assert f"Question {number}?" in body(app)
            await press(pilot, "2" if number == 6 else "1", "enter")
        assert "PARTLY CORRECT 5 of 6" in body(app)
        await press(pilot, "enter")
        row = log(app)[0]
        assert row["points"] == (5, 6)
        assert row["rating"] == 3, "80 percent of the points pass"
        assert row["response"]["kind"] == "case"
        assert len(row["response"]["responses"]) == 6
