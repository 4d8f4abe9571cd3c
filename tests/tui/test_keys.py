"""The keys: each in the help and the footer, each remappable; and what is half answered when others are pressed."""

from __future__ import annotations

import re
from string import ascii_lowercase

import pytest
from screen_text import Start, Tour, body, log, press, shown
from test_pictures import HALF
from textual.pilot import Pilot

from spinequiz.model.items import ITEM_TYPES
from spinequiz.settings.keys import ACTIONS, BY_ID
from spinequiz.settings.model import Settings
from spinequiz.tui.app import SpinequizApp
from spinequiz.tui.screens.help import HelpScreen
from spinequiz.tui.widgets import action_of

NOT_IN_THE_FOOTER = {"app.quit"}
"""`q` stands there for it: where it does not quit, it leads back to where it does."""


async def to_screen(pilot: Pilot[int], name: str) -> None:
    """From the library or a session to a screen."""
    await pilot.pause()
    if name == "problems":
        await press(pilot, "p")
    elif name == "summary":
        await press(pilot, "s")


def opened(tour: Tour, name: str, settings: Settings | None = None) -> SpinequizApp:
    return tour({"study": "single-choice", "summary": "basic"}.get(name), settings)


async def test_every_key_stands_in_some_footer(tour: Tour) -> None:
    found: set[str] = set()

    def look(app: SpinequizApp) -> None:
        found.update(name for ids, _, _ in app.screen.keys_shown() for name in ids.split())

    app = tour("")
    async with app.run_test(size=(140, 45)) as pilot:
        await pilot.pause()
        for _ in ITEM_TYPES:
            look(app)
            type_name = app.screen.presenter.card.item.type_name
            if type_name == "typed":
                await press(pilot, *"fluoroscopi", "enter")
                look(app)
            if app.screen.answer_field is not None and app.screen.answer_field.has_focus:
                await press(pilot, "escape")
            await press(pilot, "s")
        look(app)
    app = tour(None)
    async with app.run_test() as pilot:
        await pilot.pause()
        look(app)
        await press(pilot, "p")
        look(app)
    assert found == {action.id for action in ACTIONS} - NOT_IN_THE_FOOTER


@pytest.mark.parametrize("name", ["library", "study", "problems", "summary"])
async def test_every_key_stands_in_the_help(tour: Tour, name: str) -> None:
    app = opened(tour, name)
    async with app.run_test() as pilot:
        await to_screen(pilot, name)
        await press(pilot, "f1")
        assert isinstance(app.screen, HelpScreen)
        words = body(app)
        for action in ACTIONS:
            if action.screen in (name, "app"):
                told = "Choose options 5 to 10" if action.id.startswith("study.option_") else action.help
                assert told in words, action.id
        await press(pilot, "escape")
        assert not isinstance(app.screen, HelpScreen)


@pytest.mark.parametrize("key", ["escape", "q", "question_mark", "f1", "enter", "space"])
async def test_the_help_closes(tour: Tour, key: str) -> None:
    app = tour("basic")
    async with app.run_test() as pilot:
        await press(pilot, "question_mark")
        assert isinstance(app.screen, HelpScreen)
        await press(pilot, key)
        assert "What is cement made of?" in body(app)
        assert "Polymethylmethacrylate" not in body(app), "the key went to the help alone"


@pytest.mark.parametrize("name", ["library", "study", "problems", "summary"])
async def test_every_key_can_be_remapped(tour: Tour, name: str) -> None:
    """All keys of a screen at once, to keys that mean nothing yet."""
    actions = [action for action in ACTIONS if action.screen in (name, "app")]
    spare = [*(f"ctrl+f{number}" for number in range(1, 13)), *(f"alt+{letter}" for letter in ascii_lowercase)]
    remapped = dict(zip((action.id for action in actions), spare, strict=False))
    app = opened(tour, name, Settings(keys=remapped))
    async with app.run_test() as pilot:
        await to_screen(pilot, name)
        active = app.screen.active_bindings
        for action in actions:
            binding = active[remapped[action.id]].binding
            assert action_of(action.id).split(".", 1)[1] == binding.action, action.id
            for old in action.keys.split(","):
                assert old not in active or active[old].binding.id != action.id, f"{old} still means {action.id}"
        await press(pilot, remapped["app.help"])
        assert isinstance(app.screen, HelpScreen)


async def test_sentences_name_the_keys_as_they_are_set(start: Start) -> None:
    keys = {"study.again": "z", "study.answer": "y", "study.back": "x", "study.chart": "f9"}
    items = "- {id: one, type: basic, prompt: First question?, answer: First answer, added: true}"
    app = start(items, settings=Settings(keys=keys))
    async with app.run_test() as pilot:
        await press(pilot, "y", "y")
        assert "rate it: z Again, 2 Hard, 3 Good, 4 Easy" in shown(app)
        assert "z 2-4 Rate" in shown(app)
        await press(pilot, "z")
        assert [row["rating"] for row in log(app)] == [1]
    app = start(items, library=True, settings=Settings(keys={"library.study": "f8"}))
    async with app.run_test() as pilot:
        await pilot.pause()
        await press(pilot, "f8")
        assert "First question?" in body(app)


async def test_a_welcome_names_the_key_as_it_is_set(tour: Tour) -> None:
    app = tour(None, Settings(keys={"library.study": "f8"}))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "Start with “One of each”, and press F8." in body(app)


@pytest.mark.parametrize("type_name", HALF)
async def test_a_half_finished_answer_survives(tour: Tour, type_name: str) -> None:
    """Help, palette, hint, flag, scrolling and other sizes leave it as it is."""
    app = tour(type_name)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, *[key for key in HALF[type_name] if key != "enter"])
        field = app.screen.answer_field
        before, typed = body(app), field.value if field is not None else ""
        for size in ((60, 20), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        await press(pilot, "f1", "escape", "pagedown", "pageup")
        if type_name in ("typed", "bow-tie"):
            # the palette is slow to open
            await press(pilot, "ctrl+p", "escape")
        if field is not None:
            await press(pilot, "escape", "f", "escape")
            assert field.has_focus
            assert field.value == typed == {"typed": "fluo", "numeric": "70"}[type_name]
        else:
            await press(pilot, "f")
        assert body(app) == before
        assert shown(app).startswith(" ⚑")


async def test_escape_leaves_the_field_and_goes_back_to_it(tour: Tour) -> None:
    app = tour("typed")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Esc Leave the field" in shown(app)
        await press(pilot, "f", "escape")
        assert "Esc Type on" in shown(app)
        await press(pilot, "escape", "l", "f1", "escape", "u")
        assert app.screen.answer_field.value == "flu", "what was typed is not selected, to be typed over"


@pytest.mark.parametrize(("type_name", "keys"), [("basic", ["space", "3"]), ("cloze", ["enter", "4"])])
async def test_what_the_student_rates_by_keys(tour: Tour, type_name: str, keys: list[str]) -> None:
    app = tour(type_name)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert not re.search("Polymethylmethacrylate|ten minutes", body(app))
        await press(pilot, "3")
        assert "look at the answer first" in shown(app)
        await press(pilot, keys[0])
        assert re.search(r"Polymethylmethacrylate|\[ten minutes\]", body(app))
        await press(pilot, keys[1])
        assert [(row["rating"], row["points"]) for row in log(app)] == [(int(keys[1]), None)]


@pytest.mark.parametrize("way", ["digits", "arrows"])
async def test_a_drop_down_by_keys(tour: Tour, way: str) -> None:
    """Digits choose and go on; arrows choose and stay, and Space goes on. What is open is said."""
    app = tour("drop-down")
    async with app.run_test() as pilot:
        await pilot.pause()
        presenter = app.screen.presenter
        for number, right in enumerate(("prone", "fluoroscopy")):
            place = presenter.options.index(right) + 1
            await press(pilot, *([str(place)] if way == "digits" else ["down"] * place))
            if number == 0:
                await press(pilot, *(["space"] if way == "arrows" else []), "enter")
                assert "the blank picture is still open" in shown(app)
        await press(pilot, "enter")
        assert "CORRECT 2 of 2" in body(app)
        await press(pilot, "enter")
        assert log(app)[0]["response"] == {"kind": "filled", "blanks": {"position": "prone", "picture": "fluoroscopy"}}


def test_no_two_actions_of_a_screen_have_the_same_label() -> None:
    """In the palette a command is found by its label."""
    for screen in ("library", "study", "summary", "problems"):
        labels = [action.label for action in ACTIONS if action.screen == screen and "page" not in action.id]
        assert len(set(labels)) == len(labels) - (screen == "summary"), labels
    assert BY_ID["study.again"].label == "Again"
