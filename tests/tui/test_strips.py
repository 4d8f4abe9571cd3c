"""What the brush paints is what Textual itself would paint, cell by cell, whatever was painted before."""

from __future__ import annotations

from pathlib import Path

import pytest
from screen_text import Start, body, press
from textual.geometry import Offset, Region
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from spinequiz.tui.app import SpinequizApp
from spinequiz.tui.screens.study import StudyScreen
from spinequiz.tui.widgets import Painted

ITEMS = """
- id: wide
  type: single-choice
  prompt: "[b]Which[/b] of 🩺 針灸 and a word that is as long as averyveryverylongwordthatnolinehasroomforbutthisone?"
  answer: {text: Right one, why: It says so.}
  distractors: [{text: Wrong one, why: It is wrong.}, Other one]
  hint: a nudge
  rationale: Because a long sentence of many words is wrapped over some lines of the page, and that is all there is.
  added: true
- {id: plain, type: basic, prompt: First question?, answer: First answer, added: true}
- {id: gap, type: cloze, text: "{{c1::Cement::what}} leaks into the {{c2::disc}}.", added: true}
"""
Cell = tuple[str, object]


def cells(strips: list[Strip]) -> list[list[Cell]]:
    """The characters of lines with the looks, the links and the place in the text that they have."""
    return [[(character, segment.style) for segment in strip for character in segment.text] for strip in strips]


def looks(strips: list[Strip]) -> list[list[Cell]]:
    """The characters of lines with their looks alone, for the blanks around a text are at no place in it."""
    return [
        [(character, style and style.without_color + style.background_style) for character, style in line]  # type: ignore[attr-defined]
        for line in cells([strip.discard_meta() for strip in strips])
    ]


def check(app: SpinequizApp) -> int:
    """Hold every painted part against Textual's own rendering. Returns how many lines have text."""
    lines = 0
    for painted in app.screen.query(Painted):
        if not painted.display or not painted.outer_size:
            continue
        region = painted.outer_size.region
        ours = painted.render_lines(region)
        painted._styles_cache.clear()
        painted._dirty_regions.add(region)
        theirs = Widget.render_lines(painted, region)
        assert [strip.text for strip in ours] == [strip.text for strip in theirs]
        assert [strip.cell_length for strip in ours] == [strip.cell_length for strip in theirs]
        assert looks(ours) == looks(theirs)
        for our_line, their_line in zip(cells(ours), cells(theirs), strict=True):
            for (character, ours_here), (_, theirs_here) in zip(our_line, their_line, strict=True):
                if character != " ":
                    assert ours_here == theirs_here
                    assert ours_here.meta == theirs_here.meta  # type: ignore[attr-defined]
        lines += sum(bool(strip.text.strip()) for strip in ours)
    return lines


@pytest.mark.parametrize("size", [(60, 20), (100, 30)])
async def test_every_face_is_painted_as_textual_would(start: Start, size: tuple[int, int]) -> None:
    app = start(ITEMS)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for key in ("h", "down", "enter", "enter", "enter", "3", "u", "space", "f", "4", "s"):
            assert check(app) > 3
            await press(pilot, key)
        app.use_theme("high-contrast")
        await pilot.pause()
        assert check(app) > 3


@pytest.mark.parametrize("size", [(60, 20), (100, 30)])
async def test_what_was_made_ready_is_painted_as_textual_would(start: Start, size: tuple[int, int]) -> None:
    app = start(ITEMS)
    async with app.run_test(size=size) as pilot:
        await press(pilot, "1", "enter")
        assert isinstance(app.screen, StudyScreen)
        app.screen.use_the_pause()
        page, top = app.screen.body, app.screen.top
        ready = [laid for _, laid in page._expected], [laid for _, laid in top._expected]
        await press(pilot, "enter")
        assert "First question?" in body(app)
        assert page.laid(page.content_size.width) in ready[0]
        assert top.laid(top.content_size.width) in ready[1]
        assert check(app) > 3


async def test_what_was_made_ready_is_not_shown_once_it_is_another(start: Start) -> None:
    """The deck is edited, the window narrower, or the colours are others by then."""
    app = start(ITEMS)
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "1", "enter")
        assert isinstance(app.screen, StudyScreen)
        app.screen.use_the_pause()
        app.use_theme("high-contrast")
        deck = Path(app.workspace.shelf().decks[0].compiled.path)
        deck.write_text(deck.read_text("utf-8").replace("First question", "Another question"), "utf-8")
        app.screen.driver.reread()
        await press(pilot, "enter")
        assert "Another question?" in body(app)
        assert check(app) > 3
        await press(pilot, "enter")
        app.screen.use_the_pause()
        await pilot.resize_terminal(60, 20)
        await press(pilot, "3")
        assert "[what] leaks into" in body(app)
        assert check(app) > 3


async def test_a_part_of_a_line_is_painted_as_textual_would(start: Start) -> None:
    app = start(ITEMS)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        page = app.screen.query_one("#body", Painted)
        whole = page.render_lines(page.outer_size.region)
        part = page.render_lines(Region(7, 2, 20, 3))
        assert [strip.text for strip in part] == [strip.crop(7, 27).text for strip in whole[2:5]]


async def test_a_selected_text_is_highlighted_and_copied(start: Start) -> None:
    app = start(ITEMS)
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "s")
        page = app.screen.query_one("#body", Painted)
        before = looks(page.render_lines(page.outer_size.region))
        app.screen.selections = {page: Selection(Offset(0, 0), Offset(5, 0))}
        await pilot.pause()
        assert app.screen.get_selected_text() == "First"
        assert looks(page.render_lines(page.outer_size.region)) != before
        app.screen.clear_selection()
        await pilot.pause()
        assert looks(page.render_lines(page.outer_size.region)) == before
