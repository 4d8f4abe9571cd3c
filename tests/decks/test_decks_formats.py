"""The four forms in which `check` prints a diagnostic."""

from __future__ import annotations

import json

import pytest
from deck_texts import SOUND, replaced, the_error

from spinequiz.documents.render import FORMATS, cell_width, literal, summary, visible
from spinequiz.model.diagnostics import Diagnostic, Related, Severity, Span

TWICE = the_error(replaced("id: item-3", "id: item-1"))
WHOLE_FILE = Diagnostic("missing-path", Severity.ERROR, "there is no such file", "a b.yaml", help="check the path")


def test_full_shows_headline_place_line_caret_first_use_and_cure() -> None:
    assert (
        FORMATS["full"](TWICE)
        == """\
error[duplicate-id]: item id `item-1` is already used in this deck
   --> deck.yaml:18:9
   |
18 |   - id: item-1
   |         ^^^^^^
info: first used here --> deck.yaml:8:9
help: give each item an id of its own; progress is kept under it
"""
    )


def test_full_of_a_whole_file_has_no_line() -> None:
    assert (
        FORMATS["full"](WHOLE_FILE)
        == """\
error[missing-path]: there is no such file
  --> a b.yaml
help: check the path
"""
    )


def test_concise_is_path_line_column_severity_rule_message() -> None:
    assert (
        FORMATS["concise"](TWICE) == "deck.yaml:18:9: error[duplicate-id] item id `item-1` is already used in this deck"
    )
    assert FORMATS["concise"](WHOLE_FILE) == "a b.yaml:1:1: error[missing-path] there is no such file"


def test_json_is_one_object_a_line() -> None:
    line = FORMATS["json"](TWICE)
    assert "\n" not in line
    assert json.loads(line) == {
        "path": "deck.yaml",
        "line": 18,
        "column": 9,
        "length": 6,
        "severity": "error",
        "rule": "duplicate-id",
        "message": "item id `item-1` is already used in this deck",
        "help": "give each item an id of its own; progress is kept under it",
        "item": "item-1",
        "related": [{"message": "first used here", "line": 8, "column": 9}],
    }
    assert json.loads(FORMATS["json"](WHOLE_FILE))["line"] is None


def test_github_is_a_workflow_command() -> None:
    assert FORMATS["github"](TWICE) == (
        "::error file=deck.yaml,line=18,col=9,title=duplicate-id::item id `item-1` is already used in this deck; "
        "give each item an id of its own; progress is kept under it"
    )


@pytest.mark.parametrize(
    ("severity", "level"), [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.NOTE, "notice")]
)
def test_github_has_a_level_for_each_severity(severity: Severity, level: str) -> None:
    assert FORMATS["github"](Diagnostic("r", severity, "m", "p")).startswith(f"::{level} ")


def test_github_escapes_what_would_end_a_command_or_a_property() -> None:
    found = FORMATS["github"](Diagnostic("r", Severity.ERROR, "50% of\nit", "a,b:c%.yaml", Span(1, 1)))
    assert found == "::error file=a%2Cb%3Ac%25.yaml,line=1,col=1,title=r::50%25 of\\u000ait"


@pytest.mark.parametrize("form", FORMATS)
def test_no_form_lets_a_control_character_of_path_or_text_through(form: str) -> None:
    hostile = "\x1b[31m\u202e\x9b\x07\r\n"
    diagnostic = Diagnostic(
        "r", Severity.ERROR, hostile, hostile, Span(1, 1, 3), hostile, (Related(hostile, Span(1, 1)),), hostile, hostile
    )
    shown = FORMATS[form](diagnostic)
    if form == "json":
        assert json.loads(shown)["message"] == hostile
        shown = shown.replace("\u202e", "").replace("\x9b", "")
    assert all(c == "\n" or c.isprintable() for c in shown)
    assert form == "full" or "\n" not in shown


@pytest.mark.parametrize("form", FORMATS)
def test_a_path_that_is_no_utf_8_can_be_printed(form: str) -> None:
    shown = FORMATS[form](Diagnostic("r", Severity.ERROR, "m", "caf\udce9.yaml"))
    assert "caf\\udce9.yaml" in shown.encode("utf-8", "backslashreplace").decode()


def test_a_long_line_is_cut_to_what_surrounds_the_place() -> None:
    source = "x" * 1000 + "HERE" + "y" * 900
    shown = FORMATS["full"](Diagnostic("r", Severity.ERROR, "m", "p", Span(1, 1001, 4), source_line=source))
    line, carets = shown.split("\n")[3:5]
    assert len(line) < 200
    assert line[carets.index("^") : carets.index("^") + 4] == "HERE"
    assert carets.count("^") == 4


@pytest.mark.parametrize(
    ("text", "cells"), [("abc", 3), ("脊", 2), ("🦴", 2), ("e\u0301", 1), ("\u200d", 0), ("", 0), ("\u20e3", 0)]
)
def test_width_in_cells(text: str, cells: int) -> None:
    assert cell_width(text) == cells


def test_text_made_visible_and_literal() -> None:
    assert visible("a\tb\x00\u202e\U000e0001") == "a b\\u0000\\u202e\\U000e0001"
    assert literal("a\nb\tc\x1b\u2066") == "a\nb   c\\u001b\\u2066"


def test_a_run_in_one_sentence() -> None:
    assert summary([], 1, 3) == "3 items in 1 deck: no mistake found"
    warning = Diagnostic("r", Severity.WARNING, "m", "p")
    assert summary([TWICE, warning, warning], 2, 1) == "1 item in 2 decks: 1 error, 2 warnings"


def test_a_sound_deck_says_nothing() -> None:
    from deck_texts import compiled

    assert compiled(SOUND)[1] == []
