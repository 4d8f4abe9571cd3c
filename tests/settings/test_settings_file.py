"""The settings file: what is wrong with it, at which line and column, all of it in one run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from spinequiz.model.diagnostics import Diagnostic
from spinequiz.settings.load import load_settings, parse_settings
from spinequiz.settings.locations import locate
from spinequiz.settings.model import Settings


def told(text: str | bytes) -> list[Diagnostic]:
    data = text if isinstance(text, bytes) else text.encode()
    settings, diagnostics = parse_settings(data, "settings.toml")
    assert not diagnostics or settings == Settings()
    return list(diagnostics)


def places(text: str | bytes) -> list[tuple[str, int, int]]:
    return [(d.rule, d.span.line if d.span else 0, d.span.column if d.span else 0) for d in told(text)]


@pytest.mark.parametrize(
    ("text", "rule", "line", "column"),
    [
        ("theme dark\n", "toml-syntax", 1, 7),
        ('theme = "dark\nnew_per_day = 1\n', "toml-syntax", 1, 14),
        ("new_per_day = 1\nnew_per_day = 2\n", "toml-syntax", 2, 16),
        ("learning_steps_minutes = [1, 2", "toml-syntax", 1, 31),
        ("\n\nnew_per_dya = 5\n", "unknown-key", 3, 1),
        ("   new_per_dya   =   5\n", "unknown-key", 1, 4),
        ('"new per day" = 5\n', "unknown-key", 1, 1),
        ("[kyes]\nx = 1\n", "unknown-key", 1, 2),
        ("[decks.spine]\nnew_per_dya = 1\n", "unknown-key", 2, 1),
        ("new_per_day = true\n", "wrong-kind", 1, 15),
        ("new_per_day = 2.5\n", "wrong-kind", 1, 15),
        ('new_per_day = "many"\n', "wrong-kind", 1, 15),
        ("fuzz = 1\n", "wrong-kind", 1, 8),
        ('hidden_decks = "spine"\n', "wrong-kind", 1, 16),
        ("desired_retention = nan\n", "wrong-kind", 1, 21),
        ("[[decks]]\nnew_per_day = 1\n", "wrong-kind", 1, 3),
        ('[keys]\n"study.skip" = ["z"]\n', "wrong-kind", 2, 16),
        ("new_per_day = -1\n", "out-of-range", 1, 15),
        ("# rollover_hour = 1\nrollover_hour = 24\n", "out-of-range", 2, 17),
        ("desired_retention = 0.99\n", "out-of-range", 1, 21),
        ("desired_retention = 1e-7\n", "out-of-range", 1, 21),
        ("learning_steps_minutes = [1, 0]\n", "out-of-range", 1, 26),
        ("decks.spine.new_per_day = -1\n", "out-of-range", 1, 27),
        ("decks = { spine = { new_per_day = -1 } }\n", "out-of-range", 1, 9),
        ("# one\u2028line\nnew_per_day = -1\n", "out-of-range", 2, 15),
        ('theme = "dark"\r\nnew_per_day = -1\r\n', "out-of-range", 2, 15),
        ('editor = """\nnew_per_day = 5\n"""\nnew_per_day = -1\n', "out-of-range", 4, 15),
        ('theme = "drak"\n', "unknown-value", 1, 9),
        ('[decks."My Deck"]\nnew_per_day = 1\n', "bad-name", 1, 2),
        ('editor = "\\u001b[31m"\n', "control-character", 1, 10),
        ('editor = "\\u202e"\n', "bidi-override", 1, 10),
        ("fsrs_parameters = [1.0, 2.0]\n", "bad-parameters", 1, 19),
        ('[keys]\n"study.skpi" = "z"\n', "unknown-key-id", 2, 1),
        ('[keys]\n"study.skip" = "zz"\n', "bad-key", 2, 16),
        ('[keys]\n"study.skip" = "ctlr+z"\n', "bad-key", 2, 16),
        ('[keys]\n"study.skip" = "z,,y"\n', "bad-key", 2, 16),
        ('[keys]\n"study.skip" = ""\n', "empty-value", 2, 16),
        ('[keys]\n"study.skip" = "u"\n', "key-clash", 2, 16),
        ('keys."study.skip" = "u"\n', "key-clash", 1, 21),
        ('[keys]\n"app.palette" = "p"\n', "key-clash", 2, 17),
    ],
)
def test_a_mistake_is_told_at_its_place(text: str, rule: str, line: int, column: int) -> None:
    assert places(text) == [(rule, line, column)]


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("new_per_dya = 5\n", "new_per_day"),
        ('theme = "drak"\n', "dark"),
        ('[keys]\n"study.skpi" = "z"\n', "study.skip"),
        ("[decks.spine]\nnew_per_dya = 1\n", "new_per_day"),
    ],
)
def test_the_nearest_known_word_is_named(text: str, nearest: str) -> None:
    assert f"did you mean `{nearest}`?" in told(text)[0].help


@pytest.mark.parametrize(
    "data", [b'theme = "\xff"\n', "theme = 'é'".encode("latin-1"), 'theme = "dark"'.encode("utf-16")]
)
def test_other_encodings_are_told(data: bytes) -> None:
    assert places(data) == [("not-utf-8", 1, 1)]


def test_a_byte_order_mark_is_told() -> None:
    assert places(b"\xef\xbb\xbfnew_per_day = 5\n") == [("byte-order-mark", 1, 1)]


@pytest.mark.parametrize("text", ["x = " + "[" * 100_000, "new_per_day = " + "9" * 5000, "x = " + "{a = " * 50_000])
def test_what_the_parser_cannot_hold_is_told(text: str) -> None:
    assert [d.rule for d in told(text)] == ["toml-syntax"]


def test_all_mistakes_are_told_at_once() -> None:
    text = """\
theme = "drak"
new_per_day = -5
rollover_hour = 24
hiden = 1
[keys]
"study.skpi" = "z"
"study.undo" = "ctlr+z"
[decks.spine]
desired_retention = 0.5
"""
    assert places(text) == [
        ("unknown-value", 1, 9),
        ("out-of-range", 2, 15),
        ("out-of-range", 3, 17),
        ("unknown-key", 4, 1),
        ("unknown-key-id", 6, 1),
        ("bad-key", 7, 16),
        ("out-of-range", 9, 21),
    ]


def test_sound_settings_are_read() -> None:
    text = """\
new_per_day = 5
desired_retention = 0.85
learning_steps_minutes = [1, 15]
fuzz = false
theme = "light"
hidden_decks = ["spine"]
[keys]
"study.skip" = "z"
"study.undo" = "u,ctrl+z"
[decks.spine]
new_per_day = 0
"""
    settings, diagnostics = parse_settings(text.encode(), "settings.toml")
    assert diagnostics == ()
    assert (settings.new_per_day, settings.desired_retention, settings.fuzz) == (5, 0.85, False)
    assert settings.preset.learning_steps == (60, 900)
    assert settings.keys == {"study.skip": "z", "study.undo": "u,ctrl+z"}
    assert settings.decks["spine"].new_per_day == 0


def test_no_file_and_an_empty_file_are_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "settings.toml") == (Settings(), ())
    assert load_settings(tmp_path / "no folder" / "settings.toml") == (Settings(), ())
    (tmp_path / "settings.toml").touch()
    assert load_settings(tmp_path / "settings.toml") == (Settings(), ())


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes in folders")
def test_what_is_no_file_is_told_and_not_read(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(1 << 32)
    for name in ("folder", "pipe", "huge"):
        _, diagnostics = load_settings(tmp_path / name)
        assert [d.rule for d in diagnostics] == ["unreadable"]


def test_one_variable_moves_everything_under_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in locate({"SPINEQUIZ_HOME": str(tmp_path / "my home")}):
        assert path.is_relative_to(tmp_path / "my home")
    monkeypatch.chdir(tmp_path)
    assert locate({"SPINEQUIZ_HOME": "here"}).progress == tmp_path / "here" / "progress.db"
    monkeypatch.setenv("HOME", str(tmp_path))
    assert locate({"SPINEQUIZ_HOME": "~/sq"}).decks == tmp_path / "sq" / "decks"


def test_the_home_of_nobody_is_an_error_that_names_it() -> None:
    with pytest.raises(OSError, match="no such user") as caught:
        locate({"SPINEQUIZ_HOME": "~nobody-of-this-name/x"})
    assert caught.value.filename == "~nobody-of-this-name/x"


def test_without_the_variable_each_system_has_its_own_places() -> None:
    found = locate({})
    assert found.progress.name == "progress.db"
    assert all("spinequiz" in str(path) for path in found)


def test_a_key_without_its_screen_is_one_of_the_known() -> None:
    """`undo` alone is meant for the study screen; what a list looks like is said as TOML writes it."""
    _, found = parse_settings(b'[keys]\nundo = "z"\n', "settings.toml")
    assert [each.help for each in found] == ["did you mean `study.undo`?"]
    _, found = parse_settings(b'hidden_decks = "item-types"\n', "settings.toml")
    assert [each.help.partition(",")[0] for each in found] == ["write a list: [one"]
