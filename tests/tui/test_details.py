"""Small things that annoy when they are wrong: colours that were not asked for, words said twice, lines that break."""

from __future__ import annotations

import pytest
from screen_text import Start, Tour, body, press, shown

from spinequiz.documents.render import cell_width
from spinequiz.tui.faces import column_widths
from spinequiz.tui.screens.problems import within
from spinequiz.tui.screens.summary import SummaryScreen
from spinequiz.tui.widgets import _runs


@pytest.mark.parametrize("type_name", ["single-choice", "case-study"])
async def test_no_color_leaves_no_colour_anywhere(tour: Tour, monkeypatch: pytest.MonkeyPatch, type_name: str) -> None:
    """Not even behind the page, between its widgets and beside the scroll bar."""
    monkeypatch.setenv("NO_COLOR", "1")
    app = tour(type_name)
    async with app.run_test(size=(140, 45)) as pilot:
        await press(pilot, "1", "enter")
        for strip in app.screen._compositor.render_strips(app.size):
            for segment in strip:
                for colour in (segment.style.color, segment.style.bgcolor) if segment.style else ():
                    if colour is not None and colour.triplet is not None:
                        red, green, blue = colour.triplet
                        assert red == green == blue, (segment.text, colour)


@pytest.mark.parametrize(
    ("type_name", "keys", "words"),
    [
        ("select-all", "prompt: Which? Select all that apply.\nanswers: [a, b]\ndistractors: [c, d, e]", "Select all"),
        ("select-n", "prompt: Which two?\nanswers: [a, b]\ndistractors: [c, d, e]", "Select"),
    ],
)
async def test_what_to_do_is_said_once(start: Start, type_name: str, keys: str, words: str) -> None:
    lines = [f"- id: it\n  type: {type_name}\n  added: true", *(f"  {line}" for line in keys.splitlines())]
    app = start("\n".join(lines))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert body(app).count(words) == 1


@pytest.mark.parametrize(("typed", "told"), [("fluoroscopi", True), ("no idea", False)])
async def test_a_difference_is_shown_where_there_is_something_in_common(tour: Tour, typed: str, told: bool) -> None:
    app = tour("typed")
    async with app.run_test() as pilot:
        await pilot.pause()
        await press(pilot, *(("space" if key == " " else key) for key in typed), "enter")
        assert "WRONG 0 of 1" in body(app)
        assert ("Changed:" in body(app)) is told


async def test_a_session_without_an_answer_says_why(tour: Tour) -> None:
    app = tour("basic")
    async with app.run_test() as pilot:
        await press(pilot, "s")
        assert isinstance(app.screen, SummaryScreen)
        assert "Nothing was answered in this session." in body(app)
    app = tour("basic")
    async with app.run_test() as pilot:
        await press(pilot, "b")
    app = tour("basic")
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "Nothing is due in these decks now." in body(app)


async def test_the_verdict_is_not_told_twice(tour: Tour) -> None:
    app = tour("true-false")
    async with app.run_test() as pilot:
        await press(pilot, "2", "enter")
        assert "✓ CORRECT 1 of 1 · 1 right, 0/1 scoring" in shown(app)
        assert body(app).count("1 of 1") == 1


@pytest.mark.parametrize("start_cell", [4, 30, 90, 150])
@pytest.mark.parametrize("character", ["x", "漢"])
def test_a_long_line_is_cut_around_what_is_marked(start_cell: int, character: str) -> None:
    source = character * ((start_cell - 4) // cell_width(character)) + "MARK" + character * 60
    before = cell_width(source[: source.index("MARK")])
    lines = ["error: x", "  --> deck.yaml:1:1", "  1 | " + source, "    | " + " " * before + "^^^^", "help: y"]
    found = within(lines, 60)
    assert [line for number, line in enumerate(found) if number not in (2, 3)] == [lines[0], lines[1], lines[4]]
    assert max(cell_width(line) for line in found) <= 60
    assert found[2].startswith("  1 | ")
    assert cell_width(found[2][: found[2].index("MARK")]) == found[3].index("^^^^"), "the carets stand below the mark"


def test_short_lines_are_left_alone() -> None:
    lines = ["error: x", "  1 | short", "    | ^^^^^", "    |", "help: " + "y" * 200]
    assert within(lines, 60) == lines


@pytest.mark.parametrize(
    ("wanted", "room", "widths"),
    [([5, 6], 20, [5, 6]), ([30, 10], 30, [20, 10]), ([30, 30, 5], 45, [20, 20, 5]), ([30, 30, 30], 20, [])],
)
def test_the_widest_columns_give_way(wanted: list[int], room: int, widths: list[int]) -> None:
    assert column_widths(wanted, room) == widths


@pytest.mark.parametrize(
    ("labels", "runs"),
    [
        (["Space", "1", "2", "3", "4"], [(0, 0), (1, 4)]),
        (["1", "2"], [(0, 0), (1, 1)]),
        (["8", "9", "0"], [(0, 0), (1, 1), (2, 2)]),
        (["7", "8", "9", "0"], [(0, 2), (3, 3)]),
        (["z", "2", "3", "4"], [(0, 0), (1, 3)]),
        ([], []),
    ],
)
def test_digits_in_a_row_are_one_label(labels: list[str], runs: list[tuple[int, int]]) -> None:
    assert _runs(labels) == runs
