"""Files that are hard to read: encodings, invisible characters, sizes, special files, line ends."""

from __future__ import annotations

import builtins
import errno
import os
import socket
from pathlib import Path
from typing import Any

import pytest
from deck_texts import ALL, HEAD, SOUND, basic, compiled, errors, line_of, replaced, the_error

from spinequiz.decks import compose
from spinequiz.decks.load import load_deck
from spinequiz.documents.render import full
from spinequiz.model.diagnostics import Diagnostic


def told(path: Path | str) -> Diagnostic:
    """The only thing that is said of a file that gives no deck."""
    deck, diagnostics = load_deck(str(path))
    assert deck is None
    assert len(diagnostics) == 1
    return diagnostics[0]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("mark", [b"", b"\xff\xfe", b"\xfe\xff"])
def test_wide_encodings_are_told_once(encoding: str, mark: bytes) -> None:
    data = mark + SOUND.encode(encoding)
    assert errors(data) == [("utf-16", 1, 1)]
    assert compiled(data)[0] is None


def test_a_byte_order_mark_is_told_and_the_deck_read() -> None:
    data = b"\xef\xbb\xbf" + replaced("Answer 2.", "*").encode()
    assert errors(data) == [("byte-order-mark", 1, 1), ("alias", line_of(2, 3), 13)]
    assert compiled(data)[0] == ["item-1", "item-3"]


def test_bytes_that_are_not_utf_8_cost_their_item() -> None:
    data = replaced("Question 2?", "Où?").encode("latin-1")
    assert errors(data) == [("not-utf-8", line_of(2, 2), 14)]
    assert compiled(data)[0] == ["item-1", "item-3"]
    assert "F9" in the_error(data).message


def test_a_place_behind_bad_bytes_counts_them_one_by_one() -> None:
    data = replaced("Answer 2.", "\x80\x81\x82: x").encode("latin-1")
    assert errors(data) == [("not-utf-8", line_of(2, 3), 13), ("unquoted-colon", line_of(2, 3), 16)]


def test_a_file_in_another_encoding_is_not_told_line_by_line_without_end() -> None:
    text = HEAD + "".join(basic(number).replace("Question", "Où") for number in range(500))
    found = compiled(text.encode("latin-1"))[1]
    assert len(found) == 101
    assert "400 more lines" in found[-1].message


def test_a_file_that_is_no_text_is_told_once() -> None:
    data = bytes(range(256)) * 1000
    assert [found for found in errors(data) if found[0] != "not-utf-8"] == [("not-text", 1, 1)]
    assert ("not-text", 3, 2) in errors(b"one\ntwo\nx" + data)
    assert compiled(data)[0] is None


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\x7f", "\x9b", "\u2028", "\ufeff", "\uffff"])
def test_a_control_character_costs_its_item(character: str) -> None:
    text = replaced("Question 2?", f"Quest{character}ion 2?")
    assert errors(text) == [("control-character", line_of(2, 2), 18)]
    assert f"U+{ord(character):04X}" in the_error(text).message
    assert compiled(text)[0] == ["item-1", "item-3"]


@pytest.mark.parametrize("character", ["\u202a", "\u202e", "\u2066", "\u2069"])
def test_a_bidirectional_override_costs_its_item(character: str) -> None:
    text = replaced("Question 2?", f"Quest{character}ion 2?")
    assert errors(text) == [("bidi-override", line_of(2, 2), 18)]
    assert compiled(text)[0] == ["item-1", "item-3"]


def test_a_file_that_starts_with_a_zero_is_not_taken_for_utf_16() -> None:
    assert errors("\0" + SOUND)[0] == ("control-character", 1, 1)


def test_what_a_diagnostic_shows_holds_no_control_characters() -> None:
    for diagnostic in compiled(replaced("Question 2?", "a\x1b[31m\u202eb\x9bc"))[1]:
        shown = full(diagnostic)
        assert all(c == "\n" or c.isprintable() for c in shown), shown


@pytest.mark.parametrize(
    ("end", "name"), [("\n", "unix"), ("\r\n", "windows"), ("\r", "old mac"), ("\x85", "next line")]
)
def test_line_ends_of_every_kind_are_read_and_counted(end: str, name: str) -> None:
    text = replaced("Answer 2.", "{{x}}").replace("\n", end)
    assert errors(text) == [("unquoted-braces", line_of(2, 3), 13)]
    assert compiled(SOUND.replace("\n", end)) == (ALL, [])


def test_line_ends_of_windows_leave_no_trace_in_a_block_of_text() -> None:
    text = replaced("answer: Answer 2.", "answer: |\n      One\n      two").replace("\n", "\r\n")
    assert compiled(text) == (ALL, [])


@pytest.mark.parametrize(
    ("before", "cells"),
    [
        ("Ja", 2),
        ("脊椎", 4),
        ("🦴🦴", 4),
        ("שדרה", 4),
        ("عمود", 4),
        ("e\u0301te\u0301", 3),
        ("ภาษ\u0e31", 3),
        ("\uff26", 2),
    ],
    ids=["latin", "cjk", "emoji", "hebrew", "arabic", "combining", "thai", "fullwidth"],
)
def test_carets_stand_under_what_they_mark(before: str, cells: int) -> None:
    text = replaced("Question 2?", f"{before}: x")
    error = the_error(text)
    source, carets = full(error).split("\n")[3:5]
    assert errors(text) == [("unquoted-colon", line_of(2, 2), 13 + len(before))]
    assert source.endswith(f"prompt: {before}: x")
    gutter = len(str(line_of(2, 2))) + len(" | ")
    assert carets.index("^") == gutter + len("    prompt: ") + cells


def test_a_missing_path_is_told(tmp_path: Path) -> None:
    assert told(tmp_path / "no such deck.yaml").rule == "missing-path"
    assert told(tmp_path / "no folder" / "deck.yaml").rule == "missing-path"
    assert told("").rule == "missing-path"
    assert told("a\0b.yaml").rule == "missing-path"


def test_a_folder_is_told(tmp_path: Path) -> None:
    assert told(tmp_path).rule == "not-a-file"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_special_files_are_told_and_not_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    assert told(pipe).rule == "not-a-file"
    assert told("/dev/zero").rule == "not-a-file"
    assert told("/dev/null").rule == "not-a-file"
    (tmp_path / "link.yaml").symlink_to("/dev/zero")
    assert told(tmp_path / "link.yaml").rule == "not-a-file"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_socket_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.yaml")
        assert told("socket.yaml").rule == "unreadable"


def test_a_link_to_itself_is_told(tmp_path: Path) -> None:
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    assert told(tmp_path / "loop.yaml").rule == "unreadable"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "secret.yaml"
    path.write_text(SOUND)
    path.chmod(0)
    assert told(path).rule == "no-permission"


@pytest.mark.parametrize(
    ("number", "rule"),
    [(errno.EACCES, "no-permission"), (errno.EPERM, "no-permission"), (errno.EIO, "unreadable")],
)
def test_what_the_system_refuses_is_told(
    number: int, rule: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **options: Any) -> Any:
        raise OSError(number, os.strerror(number), str(args[0]))

    monkeypatch.setattr(builtins, "open", refuse)
    assert told(tmp_path / "deck.yaml").rule == rule


def test_a_huge_file_is_refused_by_its_size_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(1 << 30)

    def refuse(*args: Any) -> Any:
        raise AssertionError("a huge file was read")

    monkeypatch.setattr("spinequiz.decks.load.parse_deck", refuse)
    error = told(path)
    assert error.rule == "file-too-large"
    assert "1,024 MB" in error.message


def test_a_prompt_of_a_megabyte_is_read() -> None:
    text = replaced("Question 2?", "word " * 200_000 + "?")
    assert compiled(text) == (ALL, [])


@pytest.mark.parametrize("loader", ["c", "pure"])
def test_a_mistake_far_along_a_line_is_told_at_its_column(loader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if loader == "pure":
        monkeypatch.setattr(compose, "Loader", compose.PureLoader)
    text = replaced("Question 2?", "word " * 20_000 + ": x")
    assert errors(text) == [("unquoted-colon", line_of(2, 2), 13 + 100_000)]
    assert len(full(the_error(text))) < 1000
    text = replaced("Question 2?", "word " * 300 + ": x")
    assert "word : x" in full(the_error(text))


def test_a_hundred_thousand_items_are_read_and_a_broken_one_among_them_found() -> None:
    count = 100_000
    text = HEAD + "".join(basic(number) for number in range(count))
    items, diagnostics = compiled(replaced(f"Answer {count // 2}.", "{{x}}", text))
    assert items is not None
    assert len(items) == count - 1
    assert [d.rule for d in diagnostics] == ["unquoted-braces"]
