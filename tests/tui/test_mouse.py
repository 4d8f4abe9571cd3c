"""Every item type answered with the mouse alone, but for what is typed; and what else can be clicked."""

from __future__ import annotations

import pytest
from screen_text import Tour, body, log, press, shown
from textual.pilot import Pilot

from spinequiz.model.items import ITEM_TYPES
from spinequiz.tui.app import SpinequizApp
from spinequiz.tui.screens.library import LibraryScreen
from spinequiz.tui.screens.problems import ProblemsScreen
from spinequiz.tui.screens.study import StudyScreen

STEPS = ["Cut the skin", "Place the needle", "Fill the balloon", "Let in the cement"]
CLICKS: dict[str, list[str]] = {
    "basic": ["Answer"],
    "cloze": ["Answer"],
    "true-false": ["False", "Check"],
    "single-choice": ["Second check", "The right foot", "Check"],
    "select-all": ["No lifting", "Calcium", "Walking", "Check"],
    "select-n": ["Breathing", "Circulation", "Check"],
    "ordering": [*(word for place, step in enumerate(STEPS, 1) for word in (step, f" {place}. ")), "Check"],
    "matrix-choice": [
        "The cement holds @ Right", "My osteoporosis @ Needs", "I stay @ Needs", "X-ray pictures @ Right", "Check",
    ],
    "matrix-response": ["Cement is @ Vertebro", "Cement is @ Kypho", "A balloon @ Kypho", "Check"],
    "grouping": ["A soaked dressing", "Pus", "Fever", "Check"],
    "drop-down": ["prone", "fluoroscopy", "Check"],
    "drag-drop": [") cracks", ") cast", "Check"],
    "highlight": ["shaking chills", "heel is numb", "Check"],
    "bow-tie": [
        "Severe allergic", "Call for help", "epinephrine", "Blood pressure", "Breathing and", "Check",
    ],
    "case-study": [
        "Sharp pain]", "Check", ") True", "Check", "A fracture", "Check", "Rest", "Imaging", "Check",
        ") the physician", "Check",
    ],
}  # fmt: skip
"""What is clicked; `row @ column` is a cell of a grid."""
TYPED = {"typed": "fluoroscopy", "numeric": "75", "case-study": "6"}
POINTS = {"select-all": 3, "select-n": 2, "matrix-choice": 4, "matrix-response": 3, "grouping": 3, "drop-down": 2,
          "drag-drop": 2, "highlight": 2, "bow-tie": 5, "case-study": 7}  # fmt: skip


async def click(pilot: Pilot[int], words: str) -> None:
    """Click on words of the screen, below the line at the top; in a grid on the cell of a row and a column."""
    app = pilot.app
    lines = shown(app).splitlines()  # type: ignore[arg-type]
    row, _, column = words.partition(" @ ")
    found = [y for y, line in enumerate(lines) if y and row in line]
    assert found, f"{words} is not on the screen:\n{shown(app)}"  # type: ignore[arg-type]
    y = found[0]
    x = next(line.index(column) for line in lines if column in line and "│" in line) if column else lines[y].index(row)
    await pilot.click(offset=(x + len(column or row) // 2, y))
    await pilot.pause()


@pytest.mark.parametrize(
    ("type_name", "size"),
    [*((name, (80, 45)) for name in ITEM_TYPES), *((name, (140, 45)) for name in ("bow-tie", "case-study"))],
)
async def test_answered_by_mouse(tour: Tour, type_name: str, size: tuple[int, int]) -> None:
    app = tour(type_name)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        if "To the question" in shown(app):
            await click(pilot, "To the question")
        for words in CLICKS.get(type_name, []):
            await click(pilot, words)
        if type_name in TYPED:
            await click(pilot, "Type the answer, then Enter")
            await press(pilot, *TYPED[type_name])
            await click(pilot, "Check")
        if type_name not in ("basic", "cloze"):
            points = POINTS.get(type_name, 1)
            assert f"CORRECT {points} of {points}" in body(app)
        await click(pilot, "Good")
        [row] = log(app)
        assert row["rating"] == 3
        assert row["points"] == (None if type_name in ("basic", "cloze") else (points, points))


async def test_a_rating_that_is_not_allowed_is_no_button(tour: Tour) -> None:
    app = tour("true-false")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for words in (") True", "Check", "Good", "Easy"):
            await click(pilot, words)
        assert log(app) == []
        await click(pilot, "Again")
        assert [row["rating"] for row in log(app)] == [1]


async def test_a_blank_is_chosen_by_a_click(tour: Tour) -> None:
    app = tour("drop-down")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await click(pilot, "picture ?")
        assert "Choices for picture" in shown(app)
        await click(pilot, "ultrasound")
        await click(pilot, "[ultrasound]")
        await click(pilot, "fluoroscopy")
        assert "[fluoroscopy]" in shown(app)


async def test_keys_of_the_footer_are_buttons(tour: Tour) -> None:
    app = tour("basic")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await click(pilot, "Hint")
        assert "Four letters for short." in body(app)
        await click(pilot, "Flag")
        assert shown(app).startswith(" ⚑")
        await click(pilot, "Help")
        assert "Keys: study" in shown(app)
        await press(pilot, "escape")
        await click(pilot, "Back")
        assert app._exit


async def test_the_library_by_mouse(tour: Tour) -> None:
    """The second click on a deck studies it; the number of problems leads to them."""
    app: SpinequizApp = tour(None)
    with open("deck.yaml", "a", encoding="utf-8") as deck:
        deck.write("  - {id: broken, type: basic, anser: nothing, added: true}\n")
    app.workspace.shelf(refresh=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        x = shown(app).splitlines()[0].index("problem")
        await pilot.click(offset=(x, 0))
        await pilot.pause()
        assert isinstance(app.screen, ProblemsScreen)
        await click(pilot, "Back")
        assert isinstance(app.screen, LibraryScreen)
        await click(pilot, "▸ One of each")
        assert isinstance(app.screen, StudyScreen)
        await click(pilot, "Back")
        assert isinstance(app.screen, LibraryScreen)
