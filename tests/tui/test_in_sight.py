"""What is in sight: the question at first, the cursor after a key, the verdict after the answer, at any size."""

from __future__ import annotations

import pytest
from screen_text import Start, body, press, shown

SMALL = (60, 20)
LONG = " ".join(f"word{number}" for number in range(120))


def item(type_name: str, keys: str, item_id: str = "it") -> str:
    lines = [f"- id: {item_id}\n  type: {type_name}\n  added: true"]
    lines += [f"  {line}" for line in keys.strip("\n").splitlines()]
    return "\n".join(lines) + "\n"


def choice(count: int, prompt: str = "Which one?", **more: str) -> str:
    wrong = ", ".join(f"Wrong option {number}" for number in range(1, count))
    keys = f"prompt: {prompt}\nanswer: The right option\ndistractors: [{wrong}]\n"
    return item("single-choice", keys + "".join(f"{key}: {value}\n" for key, value in more.items()), "many")


def matrix(rows: int, text: str = "Row {} with words that go on, so that the row takes more than one line") -> str:
    keys = "prompt: Which?\ncolumns: ['Yes', 'No']\nrows:\n"
    keys += "".join(f"  - {{text: '{text.format(n)}', answer: 'Yes'}}\n" for n in range(rows))
    return item("matrix-choice", keys)


BOW_TIE = item(
    "bow-tie",
    f"""
prompt: '{LONG}'
condition: {{answer: C, distractors: [c1, c2, c3]}}
actions: {{answers: [A1, A2], distractors: [a3, a4, a5]}}
parameters: {{answers: [P1, P2], distractors: [p3, p4, p5]}}
""",
)


def cursor_line(app: object) -> str:
    """The line with the cursor, of those that are in sight."""
    lines = [line for line in shown(app).splitlines()[1:] if "▸" in line]  # type: ignore[arg-type]
    assert lines, shown(app)  # type: ignore[arg-type]
    return lines[0]


@pytest.mark.parametrize("size", [SMALL, (80, 24)])
async def test_the_cursor_stays_in_sight_in_two_hundred_options(start: Start, size: tuple[int, int]) -> None:
    app = start(choice(200))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert "Which one?" in shown(app)
        for _ in range(5):
            app.screen.presenter.move(0, 39)
            await press(pilot, "down")
            assert f"▸{app.screen.presenter.cursor + 1:>3} (•)" in shown(app)
        assert "▸200 (•)" in shown(app)
        app.screen.presenter.move(0, -190)
        await press(pilot, "up")
        assert "▸  9 (•)" in shown(app)
        assert "Which one?" in shown(app), "where the cursor can be seen from the top, the page starts at its top"


async def test_pages_are_scrolled(start: Start) -> None:
    app = start(choice(200))
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        before = shown(app)
        await press(pilot, "pagedown")
        assert "Which one?" not in shown(app)
        await press(pilot, "pageup")
        assert shown(app) == before


async def test_a_message_does_not_cover_the_cursor(start: Start) -> None:
    """The cursor stands in the last line of the page when a message of three lines comes up below it."""
    app = start(matrix(30))
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        await press(pilot, *["1"] * 14)
        assert cursor_line(app).startswith("  ▸ Row 14")
        await press(pilot, "enter")
        assert "none in: Row 14" in shown(app)
        page = shown(app).split("\n · ")[0]
        assert "  ▸ Row 14" in page
        assert page.rstrip().splitlines()[-1].split("│")[0].split()[-1] == "line", "the whole row is in sight"


async def test_what_is_left_open_gets_the_cursor(start: Start) -> None:
    app = start(matrix(5))
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        await press(pilot, "1", "down", *["1"] * 3, "enter")
        assert "none in: Row 1 " in shown(app)
        assert cursor_line(app).startswith("  ▸ Row 1 ")


@pytest.mark.parametrize("size", [SMALL, (80, 24), (140, 45)])
async def test_a_bow_tie_sends_the_cursor_to_the_part_that_is_open(start: Start, size: tuple[int, int]) -> None:
    app = start(BOW_TIE)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await press(pilot, "1", "2", "enter")
        assert "Condition (1): 1 place still empty" in shown(app)
        assert "▸ 6 ( )" in cursor_line(app)
        for number in (7, 8, 9, 10, 11, 12, 13, 14):
            await press(pilot, "down")
            assert f"▸{number:>2} " in cursor_line(app)


@pytest.mark.parametrize("kind", ["bow-tie", "matrix", "chart"])
async def test_a_card_opens_at_its_question(start: Start, kind: str) -> None:
    """However far down the first option stands, the question is what one reads first."""
    chart = f"exhibits:\n  - {{title: Notes, text: '{LONG}'}}\nprompt: Which?\nanswer: a\ndistractors: [b, c]"
    items = {"bow-tie": BOW_TIE, "matrix": matrix(4, LONG + " {}"), "chart": item("single-choice", chart)}
    app = start(items[kind])
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        first = {"bow-tie": "word0 word1", "matrix": "Which?", "chart": "Chart [Notes]"}[kind]
        assert first in shown(app).splitlines()[1]


async def test_the_next_card_opens_at_its_top_after_a_scrolled_answer(start: Start) -> None:
    app = start(matrix(12) + choice(40, prompt="The next question?"))
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        await press(pilot, *["1"] * 12, "enter", "pagedown", "pagedown", "enter")
        assert "The next question?" in shown(app).splitlines()[1]
        await press(pilot, "u", *["1"] * 12, "enter", "s")
        assert "The next question?" in shown(app).splitlines()[1]


@pytest.mark.parametrize("size", [SMALL, (80, 24), (140, 45)])
async def test_the_verdict_comes_into_sight_below_a_long_question(start: Start, size: tuple[int, int]) -> None:
    app = start(choice(4, prompt=f"'{LONG * 3}'", shuffle="false"))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert "WRONG" not in shown(app)
        await press(pilot, "1", "enter")
        assert "CORRECT 1 of 1" in shown(app) or "WRONG 0 of 1" in shown(app)
        assert "Wrong option 3" in shown(app), "all options too"
        await press(pilot, "up", "up", "up")
        top = shown(app)
        await pilot.pause()
        assert shown(app) == top, "an answer is scrolled at will"


async def test_the_choices_of_a_blank_come_into_sight(start: Start) -> None:
    keys = f"""
prompt: Fill.
text: '{LONG} {{{{one}}}} and {{{{two}}}}.'
blanks:
  one: {{answer: Right one, distractors: [Wrong one, Other one]}}
  two: {{answer: Right two, distractors: [Wrong two, Other two]}}
"""
    app = start(item("drop-down", keys))
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        await press(pilot, "right")
        for words in ("Choices for two", "Right two", "Wrong two", "Other two"):
            assert words in shown(app)


async def test_a_highlighted_part_far_down_comes_into_sight(start: Start) -> None:
    parts = " ".join(f"word word word {{{{+part {number}}}}}" for number in range(40))
    app = start(item("highlight", f"prompt: Mark.\ntext: '{parts} and {{{{-another}}}}.'"))
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        assert "Mark." in shown(app)
        for number in (8, 9, 21, 40, 33, 1):
            app.screen.presenter.cursor = number - 2
            await press(pilot, "right")
            assert f"[▸{number} part" in shown(app) or f"[▸{number}\n" in shown(app)


async def test_a_resize_keeps_the_cursor_in_sight(start: Start) -> None:
    app = start(choice(40))
    async with app.run_test(size=(140, 45)) as pilot:
        await pilot.pause()
        app.screen.presenter.move(0, 38)
        await press(pilot, "down")
        for size in ((60, 20), (80, 24), (140, 45), (60, 20)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert "▸39 (•)" in shown(app)


SCENARIO = item(
    "case-study",
    f"scenario: '{LONG}'\nexhibits:\n  - {{title: Nurse's note, time: '09:30', text: A note.}}\n"
    "  - {title: Vital signs, time: '09:35', text: Signs.}\n  - {title: Medicines, text: Tablets.}\nitems:\n"
    + "".join(
        f"  - {{id: q{n}, type: true-false, step: {step}, prompt: Question {n}?, answer: true}}\n"
        for n, step in enumerate(
            ["recognize-cues", "analyze-cues", "prioritize-hypotheses", "generate-solutions", "take-action",
             "evaluate-outcomes"], 1,
        )
    ),
)  # fmt: skip


async def test_keys_do_not_answer_a_question_that_a_chart_covers(start: Start) -> None:
    app = start(SCENARIO)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        assert "Enter To the question" in shown(app)
        await press(pilot, "1", "2", "down")
        assert "Chart [Scenario]" not in shown(app), "Down scrolls the chart"
        await press(pilot, "space")
        assert "Question 1?" in shown(app)
        assert "( ) True" in shown(app)
        assert "( ) False" in shown(app)


async def test_a_chart_over_the_answer_leads_back_to_it(start: Start) -> None:
    app = start(SCENARIO)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        await press(pilot, "enter", *["1", "enter"] * 6)
        assert "CORRECT 6 of 6" in shown(app)
        await press(pilot, "x")
        assert "Chart [Scenario]" in shown(app)
        assert "Enter To the answer" in shown(app)
        await press(pilot, "enter")
        assert "CORRECT 6 of 6" in body(app)
        assert "Enter Accept" in shown(app)


@pytest.mark.parametrize("size", [SMALL, (80, 24), (140, 45)])
async def test_the_name_of_a_tab_is_not_broken(start: Start, size: tuple[int, int]) -> None:
    app = start(SCENARIO)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for name in ("[Scenario]", "Nurse's note 09:30", "Vital signs 09:35", "Medicines"):
            assert name in shown(app)
        await press(pilot, "x", "x")
        assert "[Vital signs 09:35]" in shown(app)


async def test_a_table_that_is_too_wide_wraps_in_its_columns(start: Start) -> None:
    table = (
        "exhibits:\n  - title: Chart\n    table:\n      columns: [Sign, Finding]\n      rows:\n"
        "        - [A sign with a name that is rather long for this, A finding that is rather long too for this]\n"
        "        - [Short, Fine]\nprompt: Which?\nanswer: a\ndistractors: [b, c]"
    )
    app = start(item("single-choice", table))
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        lines = shown(app).splitlines()
        head = next(line for line in lines if "Sign" in line)
        column = head.index("Finding")
        first = next(number for number, line in enumerate(lines) if "A sign with" in line)
        assert lines[first].index("A finding") == column
        assert lines[first + 1].startswith("  │ ")
        row = next(line for line in lines if "Short" in line)
        assert row.index("Fine") == column
    columns = ", ".join(f"Column {number}" for number in range(9))
    cells = ", ".join(f"cell {number}" for number in range(9))
    table = (
        f"exhibits:\n  - title: Chart\n    table:\n      columns: [{columns}]\n      rows:\n        - [{cells}]\n"
        "prompt: Which?\nanswer: a\ndistractors: [b, c]"
    )
    app = start(item("single-choice", table))
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        assert "Column 0: cell 0; Column 1: cell 1;" in body(app), "row by row, where columns would get too narrow"
