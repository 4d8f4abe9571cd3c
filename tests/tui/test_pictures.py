"""Pictures of the screens, as text with what stands out; each test's docstring says what a person should see.

A picture that differs fails its test. `pytest tests/tui/test_pictures.py --snapshot-update` takes new ones, to be
looked at before they are committed.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from screen_text import Tour, picture, press
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from spinequiz.model.items import ITEM_TYPES

USUAL, SMALL, LARGE = (80, 24), (60, 20), (140, 45)
HALF: dict[str, list[str]] = {
    "basic": ["h"],
    "cloze": [],
    "typed": ["f", "l", "u", "o"],
    "numeric": ["7", "0"],
    "true-false": ["1"],
    "single-choice": ["x", "2"],
    "select-all": ["1", "2"],
    "select-n": ["1", "2", "3"],
    "ordering": ["space", "down"],
    "matrix-choice": ["1", "2", "enter"],
    "matrix-response": ["1", "down", "2"],
    "grouping": ["1", "right", "space"],
    "drop-down": ["1"],
    "drag-drop": ["1"],
    "highlight": ["1", "right"],
    "bow-tie": ["1", "2", "enter"],
}
"""Keys that half answer an item of each type."""
REST: dict[str, list[str]] = {
    "basic": ["space"],
    "cloze": ["space"],
    "typed": ["r", "o", "s", "c", "o", "p", "i", "enter"],
    "numeric": ["enter"],
    "select-n": ["enter"],
    "ordering": ["space", "enter"],
    "matrix-choice": ["2", "2", "enter"],
    "drop-down": ["1", "enter"],
    "drag-drop": ["2", "enter"],
    "bow-tie": ["6", "right", "space", "down", "space", "enter"],
}
"""Keys that go on from there to the answer."""


class ScreenText(SingleFileSnapshotExtension):
    """One text file a picture."""

    _write_mode = WriteMode.TEXT
    _file_extension = "txt"


@pytest.fixture
def photo(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(ScreenText)


def test_every_type_has_its_picture() -> None:
    assert {*HALF, "case-study"} == set(ITEM_TYPES)


@pytest.mark.parametrize("type_name", HALF)
async def test_item_type(tour: Tour, photo: SnapshotAssertion, type_name: str) -> None:
    """The question, half of an answer, and the answer.

    question: the deck's notice, the question, what to do, and the options with nothing chosen. The cursor (▸) is at
    the first option, or nowhere in a list of options; the rating bar is empty.

    half: what was chosen has a filled mark and is bold; the cursor's line has a ground of its own. Where a third of
    two options was picked, a row is open or a part is empty, a message above the footer says so. The basic card shows
    its hint, the single choice its second exhibit; a step of an ordering that is carried has ↕.

    answer: the verdict as glyph, word and colour with how the points came about; each element with its own, and why.
    Below stand rationale, caveat and source. The rating bar marks the proposed rating (▸), and has no interval where a
    rating is not allowed.
    """
    app = tour(type_name)
    async with app.run_test(size=USUAL) as pilot:
        await pilot.pause()
        assert picture(app) == photo(name="question")
        await press(pilot, *HALF[type_name])
        assert picture(app) == photo(name="half")
        await press(pilot, *REST.get(type_name, ["enter"]))
        assert picture(app) == photo(name="answer")


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("type_name", ["bow-tie", "matrix-choice"])
async def test_other_sizes(tour: Tour, photo: SnapshotAssertion, type_name: str, size: tuple[int, int]) -> None:
    """On a small screen a bow-tie is three lists, and the cursor's row is right above the message.

    The verdict stands at the top of a small screen, below the question on a large one.
    """
    app = tour(type_name)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await press(pilot, *HALF[type_name])
        assert picture(app) == photo(name="half")
        await press(pilot, *REST[type_name])
        assert picture(app) == photo(name="answer")


@pytest.mark.parametrize("size", [USUAL, SMALL, LARGE], ids=["usual", "small", "large"])
async def test_case_study(tour: Tour, photo: SnapshotAssertion, size: tuple[int, int]) -> None:
    """The scenario first and its tabs, whole; then the first question. On a large screen they stand side by side.

    The answer has the points of the six items in one line; then each item with its verdict, its elements and why.
    """
    app = tour("case-study")
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert picture(app) == photo(name="scenario")
        await press(pilot, "x")
        assert picture(app) == photo(name="note")
        await press(pilot, *(["enter"] if size != LARGE else []), "1")
        assert picture(app) == photo(name="item")
        await press(pilot, "enter", "1", "enter", "1", "enter", "1", "2", "enter", "1", "enter", "6", "enter")
        assert picture(app) == photo(name="answer")


@pytest.mark.parametrize("size", [USUAL, SMALL, LARGE], ids=["usual", "small", "large"])
async def test_library(tour: Tour, photo: SnapshotAssertion, size: tuple[int, int]) -> None:
    """Where to begin, the decks with their numbers, the chosen deck's description, and the keys."""
    app = tour(None)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert picture(app) == photo


async def test_library_with_problems(tour: Tour, photo: SnapshotAssertion) -> None:
    """The number of problems stands in the upper right corner, in the colour of warnings, with an exclamation mark.

    Each problem has its place, the line of the file around what is marked, and the cure; the cursor is at one.
    """
    long = "A question that is long enough not to fit on a line of eighty columns"
    Path("deck.yaml").write_text(
        "spinequiz: 1\nid: broken\ntitle: Broken\nitems:\n"
        "  - {id: a, type: basic, tags: [a], prompt: A?, answer: B, rationale: C., added: true}\n"
        f"  - {{id: b, type: basic, tags: [a], prompt: {long}, anser: B, rationale: C., added: true}}\n"
        "  - {id: a, type: basic, tags: [a], prompt: D?, answer: E, rationale: F., added: true}\n",
        "utf-8",
    )
    app = tour(None)
    async with app.run_test(size=USUAL) as pilot:
        await pilot.pause()
        assert picture(app) == photo(name="library")
        await press(pilot, "p", "down")
        assert picture(app) == photo(name="problems")


async def test_no_problems(tour: Tour, photo: SnapshotAssertion) -> None:
    """A check mark and a sentence; there is nothing to edit."""
    text = "spinequiz: 1\nid: sound\ntitle: Sound\nitems:\n"
    item = "  - {id: a, type: basic, tags: [a], prompt: A?, answer: B, rationale: C., added: true}\n"
    Path("deck.yaml").write_text(text + item, "utf-8")
    app = tour(None)
    async with app.run_test(size=USUAL) as pilot:
        await press(pilot, "p")
        assert picture(app) == photo


@pytest.mark.parametrize("size", [USUAL, SMALL], ids=["usual", "small"])
async def test_summary(tour: Tour, photo: SnapshotAssertion, size: tuple[int, int]) -> None:
    """How many answers, how many known, the points, what is left, and the missed card by its question."""
    app = tour("")
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await press(pilot, "space", "1", "space", "3", "escape", "q")
        assert picture(app) == photo


async def test_nothing_answered(tour: Tour, photo: SnapshotAssertion) -> None:
    """A sentence, and the way out."""
    app = tour("true-false")
    async with app.run_test(size=USUAL) as pilot:
        await press(pilot, "s")
        assert picture(app) == photo


@pytest.mark.parametrize("size", [USUAL, SMALL], ids=["usual", "small"])
async def test_help(tour: Tour, photo: SnapshotAssertion, size: tuple[int, int]) -> None:
    """Every key of the screen, over the screen that it explains; how to close it stands in the frame."""
    app = tour("true-false")
    async with app.run_test(size=size) as pilot:
        await press(pilot, "question_mark")
        assert picture(app) == photo
