"""What is told of the shared folder when studying starts, in both front ends, and of backups at the end."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from test_sharing import Machine, folder, one, two  # noqa: F401

from spinequiz.cli.commands import study
from spinequiz.model.cards import Rating
from spinequiz.plain import run as run_plain
from spinequiz.session import workspace as workspace_module
from spinequiz.session.arrivals import Arrivals, take_in
from spinequiz.session.clock import SystemClock
from spinequiz.session.workspace import Workspace
from spinequiz.settings.locations import locate
from spinequiz.settings.model import Settings
from spinequiz.store.backup import backup_folder, inspect, list_backups

DECK = """\
spinequiz: 1
id: deck
title: The deck
items:
  - {id: one, type: basic, prompt: Question one?, answer: Answer one, added: true}
"""


def arrive(machine: Machine) -> Arrivals:
    workspace = machine.workspace()
    try:
        return take_in(workspace)
    finally:
        workspace.close()


def test_answers_of_other_machines_are_counted_once(one: Machine, two: Machine) -> None:  # noqa: F811
    one.answer()
    one.undo(one.answer(item="two"))
    one.share()
    two.answer(rating=Rating.AGAIN)
    assert arrive(two) == Arrivals(("2 answers of your other machines taken in from the shared folder",))
    assert arrive(two) == Arrivals()


def test_what_is_wrong_with_the_folder_is_trouble(one: Machine, two: Machine, folder: Path) -> None:  # noqa: F811
    one.answer()
    one.share()
    with one.own().open("ab") as file:
        file.write(b"{no row\n")
    told = arrive(two)
    assert len(told.news) == 1
    assert "no row of a log" in told.troubles[0]
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    assert arrive(two).news == ()
    assert f"the shared folder {folder} is not there" in arrive(two).troubles[0]


def test_there_is_a_backup_from_before_answers_came_in(one: Machine, two: Machine) -> None:  # noqa: F811
    one.answer()
    one.share()
    two.answer(item="two")
    arrive(two)
    progress = two.workspace().locations.progress
    (made,) = list_backups(progress)
    assert inspect(made.path).rows == 1
    one.answer(item="three")
    one.share()
    arrive(two)
    assert len(list_backups(progress)) == 1, "the last one is not half an hour old"


def test_without_a_folder_there_is_nothing_to_tell(tmp_path: Path) -> None:
    locations = locate({"SPINEQUIZ_HOME": str(tmp_path)})
    assert take_in(Workspace(locations, Settings(), SystemClock())) == Arrivals()
    assert not list(tmp_path.iterdir())


def test_plain_mode_tells_it_before_the_first_card(tmp_path: Path) -> None:
    deck = tmp_path / "deck.yaml"
    deck.write_text(DECK)
    workspace = Workspace(locate({"SPINEQUIZ_HOME": str(tmp_path / "home")}), Settings(), SystemClock(), [str(deck)])
    out, err = io.StringIO(), io.StringIO()
    decks = [d for d in workspace.shelf().decks if d.origin == "named"]
    run_plain(
        workspace, decks, tag="", limit=None, source=None, out=out, err=err,
        arrivals=Arrivals(("4 answers taken in",), ("the folder is not there",)),
    )  # fmt: skip
    assert out.getvalue().splitlines()[0] == "4 answers taken in."
    assert err.getvalue().splitlines()[0] == "the folder is not there"


def test_a_backup_that_fails_is_told_at_the_end_and_the_answers_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SPINEQUIZ_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(workspace_module, "bundled_files", list)
    monkeypatch.setattr("sys.stdin", io.StringIO("\n3\nq\n"))
    deck = tmp_path / "deck.yaml"
    deck.write_text(DECK)
    progress = locate().progress
    progress.parent.mkdir()
    backup_folder(progress).write_text("a file in the way")
    assert study.run_study([str(deck)], tag="", limit=None, plain=True) == 0
    out, err = capsys.readouterr()
    assert "Every answer is kept." in out
    assert "the automatic backup failed; every answer is kept all the same" in err
    assert str(backup_folder(progress)) in err
