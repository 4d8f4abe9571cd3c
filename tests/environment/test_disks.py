"""Disks that are read-only or full: what can be read is read, what cannot be written is told, nothing is lost."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest
from mounts import read_only, small_disk
from study_process import Student, answered, check_progress, write_deck

from spinequiz.cli.running import run
from spinequiz.store.errors import StoreError
from spinequiz.store.progress import Progress

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the signals, pipes and mounts of POSIX")


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_read_only_home_can_be_looked_at(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["due", "--json"], ["decks"], ["history", "--json"], ["where"]):
        assert run(command) == 0
        sound = capsys.readouterr().out
        before = everything(home)
        with read_only(home):
            assert run(command) == 0
            assert capsys.readouterr() == (sound, "")
        assert everything(home) == before


@pytest.mark.parametrize(
    "command", [["study", "--plain", "spine"], ["decks", "remove", "spine"], ["backup"]], ids=" ".join
)
def test_what_would_write_to_a_read_only_home_says_so(
    home: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    before = everything(home)
    with read_only(home):
        assert run(command) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("spinequiz: ")
    assert str(home) in err
    assert "ead-only" in err
    assert everything(home) == before


def test_a_read_only_progress_file_is_told_with_the_way_out(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with read_only(home):
        assert run(["study", "--plain"]) == 1
    assert "set SPINEQUIZ_HOME to a folder that you may write to" in capsys.readouterr().err


def test_adding_a_deck_to_a_read_only_library_is_told(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deck = write_deck(tmp_path / "other.yaml", 3, "other")
    with read_only(home):
        assert run(["decks", "add", str(deck)]) == 1
    err = capsys.readouterr().err
    assert str(home / "decks") in err
    assert "Read-only" in err or "denied" in err


def test_a_read_only_cache_costs_nothing_but_time(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["decks", "--json"]) == 0
    sound = capsys.readouterr().out
    with read_only(home / "cache"):
        assert run(["decks", "--json"]) == 0
        assert capsys.readouterr() == (sound, "")
        status, _, err = Student(home, "spine").end("", "3", "q")
        assert (status, err) == (0, "")
    assert len(answered(home)) == 4


def test_a_deck_that_is_changed_under_a_read_only_cache_is_read_anew(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["due"]) == 0
    write_deck(home / "decks" / "spine.yaml", 30)
    capsys.readouterr()
    with read_only(home / "cache"):
        assert run(["decks"]) == 0
    assert "30 items" in capsys.readouterr().out


def fill(disk: Path, leave: int = 0) -> Path:
    """Fill a disk up, but for some bytes."""
    filler = disk / "filler"
    descriptor = os.open(filler, os.O_WRONLY | os.O_CREAT)
    with suppress(OSError):
        while os.write(descriptor, b"x" * 4096):
            pass
    os.truncate(descriptor, os.fstat(descriptor).st_size - leave)
    os.close(descriptor)
    return filler


def test_a_full_disk_at_the_first_start_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deck = write_deck(tmp_path / "spine.yaml", 20)
    with small_disk(tmp_path / "disk", "256k") as disk:
        filler = fill(disk, leave=8192)
        home = disk / "home"
        status, _, err = Student(home, deck).end("", "3", "q")
        assert status == 1
        assert "Traceback" not in err
        assert "disk is full" in err or "No space left" in err
        filler.unlink()
        monkeypatch.setenv("SPINEQUIZ_HOME", str(home))
        assert run(["history"]) == 0


def test_a_disk_that_gets_full_while_studying_loses_nothing(tmp_path: Path) -> None:
    """The answer that finds no room is told and can be given again once there is room."""
    deck = write_deck(tmp_path / "spine.yaml", 20)
    with small_disk(tmp_path / "disk", "4m") as disk:
        home = disk / "home"
        student = Student(home, deck)
        student.card()
        student.type("", "3")
        student.card()
        filler = fill(disk)
        student.type("", "3")
        student.listen("Rate it:")
        # whether this answer still found room is for the log to say; the next ones find none
        told = student.end(*["", "3"] * 6, "q")
        assert told[0] == 1, told
        assert "disk is full" in told[2]
        assert "Traceback" not in told[2]
        assert str(home / "progress.db") in told[2]
        kept = answered(home)
        filler.unlink()
        assert kept[:1] == ["item-1"]
        check_progress(home, tmp_path / "copy")
        status, _, err = Student(home, deck).end("", "3", "q")
        assert (status, err) == (0, "")
        assert len(answered(home)) == len(kept) + 1


def test_a_file_that_may_not_grow_refuses_the_answer_and_keeps_the_rest(home: Path) -> None:
    """As a full disk, for those who cannot mount one: SQLite's own limit of pages."""
    progress = Progress.open(home / "progress.db")
    connection = progress.connection
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    before = list(connection.iterdump())

    def write_much() -> None:
        with progress.transaction():
            for number in range(100_000):
                connection.execute("INSERT INTO meta VALUES (?, ?)", (f"k{number}", "v" * 500))

    with pytest.raises(StoreError, match="disk is full") as caught:
        write_much()
    assert str(home / "progress.db") in str(caught.value)
    assert list(connection.iterdump()) == before
    progress.close()
    check = sqlite3.connect(home / "progress.db")
    assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    check.close()
