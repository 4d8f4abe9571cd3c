"""Every command: what it prints where, and its exit status. 0 is done, 1 something is wrong, 2 the line is wrong."""

from __future__ import annotations

import io
import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from command_line import BROKEN_ITEM, DECK, Shell

from spinequiz import __version__
from spinequiz.cli.app import cli

# -- help and usage


def commands(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if not command.hidden:
        yield words, command
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from commands(below, (*words, name))


@pytest.mark.parametrize("words", [words for words, _ in commands(cli)], ids=" ".join)
def test_every_command_has_help_with_examples(shell: Shell, words: tuple[str, ...]) -> None:
    for flag in ("--help", "-h"):
        said = shell(*words, flag)
        assert said.status == 0
        assert "Example" in said.out
        assert f"spinequiz {' '.join(words)}".strip() in said.out
        assert said.err == ""


def test_every_option_says_what_it_does() -> None:
    silent = [
        f"{' '.join(words)} {parameter.name}"
        for words, command in commands(cli)
        for parameter in command.params
        if isinstance(parameter, click.Option) and not (parameter.help or parameter.name == "form")
    ]
    assert silent == []


def test_the_version_is_data(shell: Shell) -> None:
    assert shell("--version") == (0, f"spinequiz {__version__}\n", "")


@pytest.mark.parametrize(
    "line",
    [
        "--nope",
        "check",
        "check --format xml deck.yaml",
        "study --limit 0",
        "study --limit many",
        "due now",
        "decks add",
        "decks remove",
        "decks grow",
        "history --since yesterday",
        "where --here",
    ],
)
def test_a_wrong_command_line_is_status_2_and_told_on_standard_error(shell: Shell, line: str) -> None:
    said = shell(*line.split())
    assert said.status == 2
    assert said.out == ""
    assert "Error" in said.err


def test_a_misspelt_command_is_told_with_the_nearest(shell: Shell) -> None:
    said = shell("chek")
    assert said == (2, "", "spinequiz: chek is neither a command nor a file. Did you mean `spinequiz check`?\n")


def test_a_path_that_is_not_there_is_status_1(shell: Shell) -> None:
    for words in (["nothing.yaml"], ["--", "nothing.yaml"], ["somewhere/"]):
        said = shell(*words)
        assert said.status == 1
        assert said.out == ""
        assert "there is no file or folder" in said.err


def test_looking_writes_nothing_but_the_cache(shell: Shell, deck: Path) -> None:
    for words in (["--version"], ["--help"], ["where"], ["history"], ["check", deck], ["nothing"], ["due"], ["decks"]):
        shell(*words)
    assert not shell.home.exists()
    shell(deck)
    assert [path.name for path in shell.home.iterdir()] == ["cache"]


# -- due


def test_due_is_one_line(shell: Shell, deck: Path) -> None:
    assert shell("due") == (0, "0 due, 0 learning, 0 new\n", "")
    shell("decks", "add", deck)
    assert shell("due") == (0, "0 due, 0 learning, 2 new\n", "")


def test_due_as_json(shell: Shell, deck: Path) -> None:
    shell("decks", "add", deck)
    status, out, err = shell("due", "--json")
    assert (status, err) == (0, "")
    counts = {"new": 2, "learning": 0, "due": 0}
    assert json.loads(out) == {**counts, "decks": [{"id": "spine", **counts}]}


# -- decks


def test_no_decks(shell: Shell) -> None:
    assert shell("decks") == (0, "", "")
    assert json.loads(shell("decks", "--json").out) == []


def test_decks_are_listed_with_their_counts(shell: Shell, deck: Path) -> None:
    shell("decks", "add", deck)
    said = shell("decks")
    assert said.status == 0
    assert said.out.split() == ["spine", "2", "items", "0", "due,", "0", "learning,", "2", "new", "own"]
    found = json.loads(shell("decks", "--json").out)
    assert found == [
        {
            "id": "spine",
            "title": "Spine",
            "items": 2,
            "new": 2,
            "learning": 0,
            "due": 0,
            "errors": 0,
            "origin": "own",
            "path": str(shell.home / "decks" / "spine.yaml"),
        }
    ]


def test_a_file_that_is_no_deck_is_told_beside_the_list(shell: Shell, deck: Path) -> None:
    shell("decks", "add", deck)
    (shell.home / "decks" / "notes.yaml").write_text("- milk\n")
    said = shell("decks")
    assert said.status == 0
    assert said.out.startswith("spine ")
    assert "notes.yaml cannot be read as a deck; `spinequiz check` says why" in said.err


def test_adding_copies_the_file_byte_by_byte(shell: Shell, deck: Path) -> None:
    said = shell("decks", "add", deck)
    target = shell.home / "decks" / "spine.yaml"
    assert said == (0, f"added spine: 2 items, in {target}\n", "")
    assert target.read_bytes() == deck.read_bytes()
    assert list(target.parent.glob(".*.tmp")) == []


def test_adding_the_same_again_changes_nothing(shell: Shell, deck: Path) -> None:
    shell("decks", "add", deck)
    said = shell("decks", "add", deck)
    assert (said.status, said.out) == (0, "")
    assert "the same" in said.err


def test_adding_another_deck_of_the_same_id_is_refused_with_the_way_out(shell: Shell, deck: Path) -> None:
    shell("decks", "add", deck)
    other = deck.with_name("other.yaml")
    other.write_text(DECK.format(id="spine").replace("Question one?", "Another?"))
    said = shell("decks", "add", other)
    assert (said.status, said.out) == (1, "")
    assert "`spinequiz decks remove spine`" in said.err
    assert (shell.home / "decks" / "spine.yaml").read_bytes() == deck.read_bytes()


@pytest.mark.parametrize("name", ["a deck.yaml", "脊椎 – größer.yml", "[brackets] $HOME 'quote'.yaml", "-dash.yaml"])
def test_a_deck_may_have_any_file_name(shell: Shell, tmp_path: Path, name: str) -> None:
    path = tmp_path / "a folder" / name
    path.parent.mkdir()
    path.write_text(DECK.format(id="spine"))
    assert shell("check", path).status == 0
    assert shell("decks", "add", path).status == 0
    assert shell("decks", "remove", "spine").status == 0
    assert shell("decks", "add", path.parent).status == 0


@pytest.mark.parametrize("text", ["", "- milk\n", "spinequiz: 1\n", DECK.format(id="Spine"), "\0\0\0"])
def test_a_broken_deck_is_not_added_and_told_why(shell: Shell, deck: Path, text: str) -> None:
    deck.write_text(text)
    said = shell("decks", "add", deck)
    assert (said.status, said.out) == (1, "")
    assert "error[" in said.err
    assert f"{deck} was not added" in said.err
    assert not (shell.home / "decks").exists()


def test_a_deck_with_one_broken_item_is_added_without_it(shell: Shell, deck: Path) -> None:
    deck.write_text(BROKEN_ITEM.format(id="spine"))
    said = shell("decks", "add", deck)
    assert said.status == 0
    assert said.out.startswith("added spine: 2 items")
    assert f"1 mistake in it cost items; `spinequiz check {deck}` shows them" in said.err


def test_a_command_that_is_recommended_can_be_pasted_into_a_shell(shell: Shell, tmp_path: Path) -> None:
    """The path has spaces, a quote and letters that are not ASCII."""
    path = tmp_path / "Ward 3's décks" / "no deck.yaml"
    path.parent.mkdir()
    path.write_text("spinequiz: 1\n")
    said = shell("study", path)
    command = said.err.rsplit("`", 2)[1]
    assert shlex.split(command) == ["spinequiz", "check", str(path)]


@pytest.mark.parametrize("name", ["nothing.yaml", "no folder/nothing.yaml", ""])
def test_adding_what_is_not_there_is_told(shell: Shell, tmp_path: Path, name: str) -> None:
    said = shell("decks", "add", tmp_path / name if name else "")
    assert (said.status, said.out) == (1, "")
    assert "there is no such file" in said.err or "holds no deck files" in said.err


def test_adding_a_folder_adds_each_deck_and_tells_what_could_not_be_added(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "course"
    folder.mkdir()
    for name in ("a", "b", "d"):
        (folder / f"{name}.yaml").write_text(DECK.format(id=name))
    (folder / "c.yaml").write_text("- milk\n")
    (folder / "notes.txt").write_text("no deck")
    (folder / ".hidden.yaml").write_text(DECK.format(id="hidden"))
    (folder / "below.yaml").mkdir()
    first = tmp_path / "first.yaml"
    first.write_text(DECK.format(id="b").replace("Spine", "Another"))
    shell("decks", "add", first)
    said = shell("decks", "add", folder)
    assert said.status == 1
    assert [line.split(":")[0] for line in said.out.splitlines()] == ["added a", "added d"]
    assert "c.yaml was not added" in said.err
    assert "your library has a deck b already" in said.err
    kept = {path.name for path in (shell.home / "decks").glob("*.yaml")}
    assert kept == {"a.yaml", "b.yaml", "d.yaml"}


def test_a_folder_without_decks_is_told(shell: Shell, tmp_path: Path) -> None:
    said = shell("decks", "add", tmp_path)
    assert (said.status, said.out) == (1, "")
    assert "holds no deck files" in said.err


def test_a_removed_deck_is_kept_beside_the_library(shell: Shell, deck: Path) -> None:
    shell("decks", "add", deck)
    said = shell("decks", "remove", "spine")
    assert said.status == 0
    assert said.out.startswith("removed spine; the file is kept as ")
    kept = Path(said.out.split("kept as ")[1].split(", and")[0])
    assert kept.read_bytes() == deck.read_bytes()
    assert shell("decks").out == ""


def test_a_deck_that_is_removed_twice_is_kept_twice(shell: Shell, deck: Path) -> None:
    first = deck.read_bytes()
    for text in (first, first.replace(b"Question", b"Another question")):
        deck.write_bytes(text)
        assert shell("decks", "add", deck).status == 0
        assert shell("decks", "remove", "spine").status == 0
    kept = {path.read_bytes() for path in (shell.home / "decks" / "removed").iterdir()}
    assert kept == {first, deck.read_bytes()}


def test_removing_what_is_not_there_names_what_is(shell: Shell, deck: Path) -> None:
    shell("decks", "add", deck)
    said = shell("decks", "remove", "spline")
    assert (said.status, said.out) == (1, "")
    assert "there is no deck spline" in said.err
    assert "spine" in said.err


def test_a_bundled_deck_is_not_removed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = Shell(home, capsys)("decks", "remove", "risks-and-leakage")
    assert said.status == 1
    assert 'hidden_decks = ["risks-and-leakage"]' in said.err
    home.mkdir(exist_ok=True)
    (home / "settings.toml").write_text('hidden_decks = ["risks-and-leakage"]\n')
    ids = [deck["id"] for deck in json.loads(Shell(home, capsys)("decks", "--json").out)]
    assert ids
    assert "risks-and-leakage" not in ids


# -- check


def test_a_sound_deck_is_status_0_and_says_so_beside_the_data(shell: Shell, deck: Path) -> None:
    status, out, err = shell("check", deck)
    found, judged = err.splitlines()
    assert (status, out, found) == (0, "", "2 items in 1 deck: no mistake found")
    assert judged.startswith("No program can judge")


def test_mistakes_are_data_and_status_1(shell: Shell, deck: Path) -> None:
    deck.write_text(BROKEN_ITEM.format(id="spine"))
    said = shell("check", deck, "--format", "concise")
    line = deck.read_text().count("\n")
    message = "error[unquoted-colon] a colon in an unquoted value, read as the end of a key"
    assert said == (1, f"{deck}:{line}:17: {message}\n", "2 items in 1 deck: 1 error, 0 warnings\n")


def test_a_warning_alone_is_status_0(shell: Shell, deck: Path) -> None:
    deck.write_text("spinequiz: 1\nid: spine\ntitle: Spine\nitems: []\n")
    said = shell("check", deck, "--format", "concise")
    assert said.status == 0
    assert "warning[no-items]" in said.out


def test_each_format_of_check(shell: Shell, deck: Path) -> None:
    deck.write_text(BROKEN_ITEM.format(id="spine"))
    assert shell("check", deck).out.startswith("error[unquoted-colon]: ")
    assert shell("check", deck, "--format", "full").out == shell("check", deck).out
    assert json.loads(shell("check", deck, "--format", "json").out)["rule"] == "unquoted-colon"
    assert shell("check", deck, "--format", "github").out.startswith("::error file=")


def test_check_takes_folders_and_files_together(shell: Shell, deck: Path) -> None:
    deck.with_name("other.yml").write_text(DECK.format(id="other"))
    assert shell("check", deck.parent).err.startswith("4 items in 2 decks: no mistake found\n")
    said = shell("check", deck.parent, deck.parent / "nothing.yaml", "--format", "concise")
    assert said.status == 1
    assert said.out == f"{deck.parent / 'nothing.yaml'}:1:1: error[missing-path] there is no such file\n"


def test_check_finds_decks_of_the_same_id(shell: Shell, deck: Path) -> None:
    deck.with_name("zz.yaml").write_text(deck.read_text())
    said = shell("check", deck.parent, "--format", "concise")
    assert said.status == 1
    assert "error[duplicate-deck-id]" in said.out
    assert str(deck) in said.out


def test_a_folder_without_decks_is_an_error(shell: Shell, tmp_path: Path) -> None:
    said = shell("check", tmp_path, "--format", "concise")
    assert said == (
        1,
        f"{tmp_path}:1:1: error[no-decks] the folder holds no deck files\n",
        "0 items in 0 decks: 1 error, 0 warnings\n",
    )


def test_sources_that_cannot_be_read_are_told(shell: Shell, deck: Path, tmp_path: Path) -> None:
    for folder in (tmp_path / "nowhere", deck):
        said = shell("check", deck, "--sources", folder)
        assert (said.status, said.out) == (1, "")
        assert "Check --sources." in said.err


# -- study, history, where


def test_studying_what_is_not_there_is_told(shell: Shell, deck: Path, tmp_path: Path) -> None:
    assert "there is no deck to study" in shell("study").err
    shell("decks", "add", deck)
    for words, told in (
        (["spien"], "there is no deck spien, and no file of that name. Did you mean spine?"),
        (["unlike"], "`spinequiz decks` lists those there are"),
        (["nothing.yaml"], "holds no deck that can be studied"),
        ([tmp_path], "holds no deck that can be studied"),
        (["--tag", "lost"], "no item of these decks has the tag lost"),
    ):
        said = shell("study", "--plain", *words)
        assert (said.status, said.out) == (1, ""), words
        assert told in said.err


def test_a_broken_deck_is_told_and_not_studied(shell: Shell, deck: Path) -> None:
    deck.write_text("- milk\n")
    said = shell("study", "--plain", deck)
    assert (said.status, said.out) == (1, "")
    assert "error[not-a-mapping]" in said.err


def answer(monkeypatch: pytest.MonkeyPatch, lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))


def test_studying_by_id_by_path_and_by_tag(shell: Shell, deck: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, "q\n")
    assert "Question one?" in shell("study", "--plain", deck).out
    shell("decks", "add", deck)
    for words in (["spine"], ["--tag", "first"], ["--limit", "1"], []):
        answer(monkeypatch, "q\n")
        said = shell("study", "--plain", *words)
        assert said.status == 0
        assert "Question one?" in said.out
    assert shell("history").out == ""


def test_studying_a_deck_with_a_mistake_says_so_and_goes_on(
    shell: Shell, deck: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deck.write_text(BROKEN_ITEM.format(id="spine"))
    answer(monkeypatch, "q\n")
    said = shell("study", "--plain", deck)
    assert said.status == 0
    assert "has 1 mistake; `spinequiz check` shows them. The rest is studied." in said.err


def test_no_history_is_no_mistake(shell: Shell) -> None:
    said = shell("history")
    assert (said.status, said.out) == (0, "")
    assert "no history yet" in said.err


def test_history_in_lines_and_as_json(shell: Shell, deck: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shell("decks", "add", deck)
    answer(monkeypatch, "\n3\nq\n")
    shell("study", "--plain", "spine", "--tag", "first")
    said = shell("history")
    assert (said.status, said.err) == (0, "")
    assert len(said.out.splitlines()) == 1
    assert said.out.split()[2:] == ["Good", "spine/one"]
    row = json.loads(shell("history", "--json").out)
    assert {"id", "kind", "deck", "item", "variant", "at", "at_ms", "study_day", "device"} <= set(row)
    assert (row["kind"], row["deck"], row["item"], row["rating"]) == ("answer", "spine", "one", 3)
    assert row["before"] is None
    assert row["after"]["reps"] == 1
    assert shell("due").out == "0 due, 1 learning, 1 new\n"


def test_where_names_every_place(shell: Shell) -> None:
    said = shell("where")
    assert (said.status, said.err) == (0, "")
    for name in ("progress.db", "settings.toml", "decks", "cache"):
        assert str(shell.home / name) in said.out


def test_the_library_without_a_terminal_is_the_list(shell: Shell, deck: Path) -> None:
    said = shell(deck)
    assert said.status == 0
    assert said.out.startswith("spine ")
    assert "This is no terminal" in said.err


# -- settings


@pytest.mark.parametrize("words", [["due"], ["decks"], ["study"], ["decks", "remove", "x"]])
def test_mistakes_in_the_settings_are_told_with_their_place(shell: Shell, words: list[str]) -> None:
    shell.home.mkdir()
    path = shell.home / "settings.toml"
    path.write_text('theme = "drak"\nnew_per_dya = 5\n')
    said = shell(*words)
    assert (said.status, said.out) == (1, "")
    assert "the settings file has mistakes; mend them, or move it away." in said.err
    assert f"--> {path}:1:9" in said.err
    assert f"--> {path}:2:1" in said.err
    assert "did you mean `new_per_day`?" in said.err


def test_what_needs_no_settings_works_without_them(shell: Shell, deck: Path) -> None:
    shell.home.mkdir()
    (shell.home / "settings.toml").write_text("broken")
    for words in (["check", deck], ["where"], ["history"], ["--version"]):
        assert shell(*words).status == 0
