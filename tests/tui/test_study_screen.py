"""The study screen by its keys: what is pressed, what shows, what is on disk."""

from __future__ import annotations

import os
import re

import pytest
from screen_text import Start, body, log, press, shown

from spinequiz.session.arrivals import Arrivals
from spinequiz.session.driver import StudyDriver
from spinequiz.session.study import Begin
from spinequiz.settings.keys import ACTIONS
from spinequiz.settings.model import Settings
from spinequiz.store.errors import StoreError
from spinequiz.tui.faces import top_line
from spinequiz.tui.screens.library import LibraryScreen
from spinequiz.tui.screens.problems import ProblemsScreen
from spinequiz.tui.screens.study import StudyScreen
from spinequiz.tui.screens.summary import SummaryScreen
from spinequiz.tui.widgets import action_of

SCREENS = {"library": LibraryScreen, "study": StudyScreen, "summary": SummaryScreen, "problems": ProblemsScreen}
TWO = """
- {id: one, type: basic, prompt: First question?, answer: First answer, hint: a nudge, added: true}
- {id: two, type: basic, prompt: Second question?, answer: Second answer, added: true}
"""
CHOICE = """
- id: pick
  type: single-choice
  prompt: Which one?
  answer: Right one
  distractors: [{text: Wrong one, why: It is wrong.}, Other one]
  shuffle: false
  order: [Wrong one, Right one, Other one]
  added: true
"""
TYPED = "- {id: word, type: typed, prompt: The cement?, answer: polymethylmethacrylate, added: true}"


@pytest.mark.parametrize("action", [a for a in ACTIONS if a.screen in SCREENS], ids=lambda a: a.id)
def test_every_key_has_an_action_on_its_screen(action: object) -> None:
    name = action_of(action.id).removeprefix("screen.").split("(")[0]  # type: ignore[attr-defined]
    screen = SCREENS[action.screen]  # type: ignore[attr-defined]
    assert callable(getattr(screen, f"action_{name}"))


async def test_an_answer_is_on_disk_before_the_next_card_shows(start: Start) -> None:
    app = start(TWO)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "First question?" in body(app)
        assert "First answer" not in body(app)
        await press(pilot, "space")
        assert "First answer" in body(app)
        assert log(app) == []
        await press(pilot, "3")
        assert [row["rating"] for row in log(app)] == [3]
        assert "Second question?" in body(app)


async def test_the_number_of_cards_left_follows_the_first_card(start: Start) -> None:
    app = start(TWO)
    async with app.run_test() as pilot:
        await press(pilot, "space", "1", "q")
    again = start(TWO)
    again.workspace.clock.instant_ms += 600_000
    session = again.first_session = StudyDriver(again.workspace, again.workspace.shelf().decks, plan_later=True)
    session.send(Begin())
    first = session.study.current
    assert first is not None
    assert "0 done · … left" in top_line(session.study, first, 78).plain
    async with again.run_test() as pilot:
        await pilot.pause()
        assert "First question?" in body(again)
        assert "0 done · 2 left" in shown(again)


async def test_the_rating_bar_shows_the_four_intervals(start: Start) -> None:
    app = start(TWO)
    async with app.run_test() as pilot:
        await press(pilot, "enter")
        for words in ("1 Again 1m", "2 Hard", "3 Good 10m", "4 Easy"):
            assert words in shown(app)


@pytest.mark.parametrize("layout_to_come", [False, True])
async def test_the_next_card_is_painted_in_the_turn_of_the_rating(
    start: Start, monkeypatch: pytest.MonkeyPatch, layout_to_come: bool
) -> None:
    """Also where the screen is still to be laid out anew, as after an answer that was longer than the page."""
    app = start(TWO)
    painted = []
    async with app.run_test(size=(60, 20)) as pilot:
        await press(pilot, "space")
        assert isinstance(app.screen, StudyScreen)
        app.screen._layout_required = layout_to_come
        monkeypatch.setattr(app, "_display", lambda screen, renderable: painted.append(renderable is not None))
        app.screen.action_number(3)
        assert any(painted)
        await pilot.pause()
        assert "Second question?" in shown(app)
        assert "First answer" not in shown(app)


async def test_undo_brings_the_card_back(start: Start) -> None:
    app = start(TWO)
    async with app.run_test() as pilot:
        await press(pilot, "space", "4", "u")
        assert "First question?" in body(app)
        assert [row["kind"] for row in log(app)] == ["answer", "withdraw"]


async def test_undo_from_the_summary(start: Start) -> None:
    app = start(CHOICE)
    async with app.run_test() as pilot:
        await press(pilot, "2", "enter", "4")
        assert isinstance(app.screen, SummaryScreen)
        await press(pilot, "u")
        assert isinstance(app.screen, StudyScreen)
        assert "Which one?" in body(app)


async def test_digits_choose_on_the_question_and_rate_on_the_answer(start: Start) -> None:
    app = start(CHOICE)
    async with app.run_test() as pilot:
        await press(pilot, "2", "enter")
        assert "CORRECT 1 of 1" in body(app)
        await press(pilot, "4")
        assert log(app)[0]["rating"] == 4


async def test_a_miss_says_why_and_stays_a_miss(start: Start) -> None:
    app = start(CHOICE)
    async with app.run_test() as pilot:
        await press(pilot, "1", "enter")
        assert "WRONG 0 of 1" in body(app)
        assert "It is wrong." in body(app)
        await press(pilot, "3")
        assert log(app) == []
        assert "a miss is rated Again" in shown(app)
        await press(pilot, "enter")
        assert [(row["rating"], row["points"]) for row in log(app)] == [(1, (0, 1))]


async def test_a_half_finished_answer_survives_help_and_resize(start: Start) -> None:
    app = start(CHOICE)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2", "question_mark")
        assert "Keys: study" in shown(app)
        await press(pilot, "escape")
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert "2 (•) Right one" in shown(app)
        await press(pilot, "enter")
        assert "CORRECT 1 of 1" in body(app)


async def test_letters_go_into_the_field_until_escape(start: Start) -> None:
    app = start(TYPED)
    async with app.run_test() as pilot:
        await pilot.pause()
        await press(pilot, "s", "u", "1")
        assert app.screen.query_one("#input").value == "su1"
        await press(pilot, "escape", "s")
        assert isinstance(app.screen, SummaryScreen)
        assert log(app) == []


async def test_a_typo_can_be_counted_right(start: Start) -> None:
    app = start(TYPED)
    async with app.run_test() as pilot:
        await pilot.pause()
        await press(pilot, *"polymethylmetacrylate", "enter")
        assert "WRONG 0 of 1" in body(app)
        await press(pilot, "t")
        assert "CORRECT 1 of 1" in body(app)
        await press(pilot, "enter")
        assert log(app)[0]["points"] == (1, 1)


async def test_hint_skip_flag_bury_and_suspend(start: Start) -> None:
    app = start(TWO + "- {id: three, type: basic, prompt: Third?, answer: A, added: true}\n")
    async with app.run_test() as pilot:
        await press(pilot, "h")
        assert "a nudge" in body(app)
        await press(pilot, "f", "b")
        assert "Second question?" in body(app)
        await press(pilot, "exclamation_mark", "s")
        assert isinstance(app.screen, SummaryScreen)
        assert [row["kind"] for row in log(app)] == ["flag", "bury", "suspend"]


async def test_what_cannot_be_saved_is_not_shown_as_given(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    app = start(TWO)
    real = app.workspace.progress.answer

    def full(*arguments: object, **options: object) -> None:
        raise StoreError("the disk is full.")

    async with app.run_test() as pilot:
        await press(pilot, "space")
        monkeypatch.setattr(app.workspace.progress, "answer", full)
        await press(pilot, "3")
        assert "the disk is full" in shown(app)
        assert "First answer" in body(app)
        monkeypatch.setattr(app.workspace.progress, "answer", real)
        await press(pilot, "enter")
        assert [row["rating"] for row in log(app)] == [3]
        assert "Second question?" in body(app)


async def test_keys_follow_the_settings(start: Start) -> None:
    app = start(TWO, settings=Settings(keys={"study.skip": "z"}))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "z Skip" in shown(app)
        await press(pilot, "s")
        assert "First question?" in body(app)
        await press(pilot, "z")
        assert "Second question?" in body(app)


async def test_options_and_ratings_can_be_clicked(start: Start) -> None:
    app = start(CHOICE)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        row = next(y for y, line in enumerate(shown(app).splitlines()) if "Right one" in line)
        await pilot.click(offset=(12, row))
        await pilot.pause()
        await press(pilot, "enter")
        assert "CORRECT 1 of 1" in body(app)
        row, line = next((y, line) for y, line in enumerate(shown(app).splitlines()) if "4 Easy" in line)
        await pilot.click(offset=(line.index("4 Easy") + 1, row))
        await pilot.pause()
        assert log(app)[0]["rating"] == 4


async def test_the_library_leads_to_a_session_and_back(start: Start) -> None:
    app = start(TWO, library=True)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "New here?" in body(app)
        assert "The deck" in body(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, StudyScreen)
        await press(pilot, "q")
        assert isinstance(app.screen, LibraryScreen)
        await press(pilot, "p")
        assert isinstance(app.screen, ProblemsScreen)


async def test_what_cannot_be_counted_is_not_shown_as_nothing(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise StoreError("the progress file is damaged.")

    app = start(TWO, library=True)
    with monkeypatch.context() as patch:
        patch.setattr("spinequiz.tui.screens.library.count_today", broken)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert "the progress file is damaged" in shown(app)
            assert "Today: …" in shown(app)
            assert not re.search("The deck +[0-9]", shown(app))
            patch.undo()
            await press(pilot, "r")
            assert re.search("The deck +2 +0 +0", shown(app))


async def test_a_deck_that_is_deleted_while_it_is_studied(start: Start) -> None:
    app = start(TWO)
    async with app.run_test() as pilot:
        await pilot.pause()
        for path in app.workspace.named:
            os.unlink(path)
        await press(pilot, "space", "3", "space", "3")
        assert [row["rating"] for row in log(app)] == [3, 3]


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (140, 45)])
async def test_what_a_deck_says_shows_literally(start: Start, size: tuple[int, int]) -> None:
    app = start(
        r"""
        - id: hostile
          type: select-all
          prompt: '[b]bold[/b] [@click=app.quit]click[/] $primary \[x] C:\temp 😀 שלום 漢字'
          answers: ['[red]one[/red]', '[link=x]two[/link]']
          distractors: ['[/]', '[three', 'four]']
          rationale: '[[5]] {{six}}'
          shuffle: false
          added: true
        """
    )
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        text = body(app)
        for words in ("[b]bold[/b] [@click=app.quit]click[/] $primary", r"\[x] C:\temp 😀 שלום 漢字"):
            assert words in text
        for words in ("[red]one[/red]", "[link=x]two[/link]", "[/]", "[three", "four]"):
            assert words in text
        await press(pilot, "1", "2", "enter")
        assert "CORRECT 2 of 2" in body(app)
        assert "[[5]] {{six}}" in body(app)


async def test_what_the_shared_folder_brought_is_told(start: Start) -> None:
    """On standard error nobody sees it: the screen is taken over by then."""
    app = start(TWO)
    app.arrivals = Arrivals(("3 answers taken in",), ("[b]the folder[/b] is not there",))
    async with app.run_test() as pilot:
        await pilot.pause()
        told = {(note.message, note.severity) for note in app._notifications}
        assert told == {("3 answers taken in", "information"), ("[b]the folder[/b] is not there", "warning")}
