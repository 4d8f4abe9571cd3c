"""Machines with a folder that is synced by others: each writes a file of its own, and all come to the same log."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from spinequiz.model.cards import MAIN, CardKey, DeckId, EntryKind, ItemId, Preset, Rating, Review, ReviewId
from spinequiz.scheduling.outcomes import outcomes
from spinequiz.scheduling.study_day import DAY_MS
from spinequiz.session import sharing
from spinequiz.session.clock import SystemClock
from spinequiz.session.sharing import share
from spinequiz.session.workspace import Workspace
from spinequiz.settings.locations import locate
from spinequiz.settings.model import Settings
from spinequiz.store.reading import LONGEST

TODAY = 20_600
NOW_MS = TODAY * DAY_MS + 10 * 3_600_000


class Machine:
    """A home folder whose settings name a shared folder."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.home = home
        self.folder = folder
        self.count = 0

    def workspace(self) -> Workspace:
        locations = locate({"SPINEQUIZ_HOME": str(self.home)})
        return Workspace(locations, Settings(shared_folder=str(self.folder)), SystemClock())

    def share(self, *, reading: bool = True) -> tuple[str, ...]:
        workspace = self.workspace()
        try:
            return share(workspace, reading=reading)
        finally:
            workspace.close()

    def answer(self, item: str = "one", rating: Rating = Rating.GOOD, day: int = TODAY) -> Review:
        workspace = self.workspace()
        card = CardKey(DeckId("deck"), ItemId(item), MAIN)
        state = workspace.progress.state(card)
        self.count += 1
        at_ms = NOW_MS + (day - TODAY) * DAY_MS + self.count
        made = outcomes(
            card, state, now_ms=at_ms, study_day=day, preset=Preset(), desired_retention=0.9,
            day_start=lambda day: day * DAY_MS,
        ).of(rating)  # fmt: skip
        row = Review(
            id=ReviewId(""), kind=EntryKind.ANSWER, card=card, at_ms=at_ms, study_day=day, device="", rating=rating,
            before=state, after=made.state, desired_retention=0.9,
        )  # fmt: skip
        written = workspace.progress.answer(row, Preset(), leech=made.leech)
        workspace.close()
        return written

    def undo(self, row: Review) -> None:
        workspace = self.workspace()
        workspace.progress.withdraw(row.id, at_ms=row.at_ms + 1, study_day=row.study_day)
        workspace.close()

    def tables(self) -> dict[str, list[tuple[object, ...]]]:
        workspace = self.workspace()
        connection = workspace.progress.connection
        found = {
            table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr)
            for table in ("preset", "log", "state", "mark")
        }
        workspace.close()
        return found

    def own(self) -> Path:
        workspace = self.workspace()
        with workspace.progress.transaction() as connection:
            device = workspace.progress.device(connection)
        workspace.close()
        return self.folder / f"spinequiz-{device}.jsonl"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "synced"
    made.mkdir()
    return made


@pytest.fixture
def one(tmp_path: Path, folder: Path) -> Machine:
    return Machine(tmp_path / "one", folder)


@pytest.fixture
def two(tmp_path: Path, folder: Path) -> Machine:
    return Machine(tmp_path / "two", folder)


def rows_in(path: Path) -> int:
    return sum(b'"rating"' in line for line in path.read_bytes().splitlines())


def test_two_machines_come_to_the_same(one: Machine, two: Machine, folder: Path) -> None:
    one.answer()
    two.answer(rating=Rating.AGAIN)
    for machine in (one, two, one):
        assert machine.share() == ()
    assert one.tables() == two.tables()
    assert len(one.tables()["log"]) == 2
    assert sorted(folder.iterdir()) == sorted([one.own(), two.own()])
    assert [rows_in(machine.own()) for machine in (one, two)] == [1, 1]


def test_what_was_read_before_the_first_own_answer_is_not_written(one: Machine, two: Machine) -> None:
    one.answer()
    one.share()
    two.share()
    two.answer("two")
    two.share()
    assert rows_in(two.own()) == 1


def test_only_what_is_new_is_written_and_the_file_only_grows(one: Machine, two: Machine) -> None:
    one.answer()
    one.share()
    before = one.own().read_bytes()
    two.answer("two")
    two.share()
    one.share()
    assert one.own().read_bytes() == before
    one.answer("three")
    one.share(reading=False)
    after = one.own().read_bytes()
    assert after.startswith(before)
    assert rows_in(one.own()) == 2


def test_nothing_happens_without_a_shared_folder(one: Machine) -> None:
    workspace = Workspace(locate({"SPINEQUIZ_HOME": str(one.home)}), Settings(), SystemClock())
    assert share(workspace) == ()
    assert not one.home.exists()


def test_half_a_line_is_left_until_it_is_whole(one: Machine, two: Machine) -> None:
    one.answer()
    one.answer("two")
    one.share()
    whole = one.own().read_bytes()
    for cut in (0, 10, len(whole) // 2, len(whole) - 1):
        one.own().write_bytes(whole[:cut])
        assert two.share() == ()
    assert len(two.tables()["log"]) < 2
    one.own().write_bytes(whole)
    assert two.share() == ()
    assert two.tables() == one.tables()


def test_an_append_that_was_cut_off_is_made_good(one: Machine, two: Machine) -> None:
    one.answer()
    one.share()
    with one.own().open("ab") as out:
        out.write(b'{"kind":"ans')
    one.answer("two")
    one.share()
    assert two.share() == ()
    assert two.tables() == one.tables()


@pytest.mark.parametrize("garbage", [b"garbage\n", b" " * (3 * LONGEST) + b"\n"], ids=["short", "long"])
def test_a_line_that_is_no_row_is_told_each_time_and_the_others_are_read(
    one: Machine, two: Machine, garbage: bytes
) -> None:
    one.answer()
    one.share()
    path = one.own()
    one.answer("two")
    path.write_bytes(path.read_bytes() + garbage)
    one.share()
    for _ in range(2):
        (told,) = two.share()
        assert str(path) in told
        assert "no row" in told
    assert len(two.tables()["log"]) == 2
    path.write_bytes(path.read_bytes().replace(garbage, b""))
    assert two.share() == ()


def test_copies_of_a_sync_conflict_are_united_too(one: Machine, two: Machine, folder: Path) -> None:
    one.answer()
    one.share()
    copy = folder / f"{one.own().stem} (conflicted copy 2026-11-21).jsonl"
    shutil.copy(one.own(), copy)
    one.answer("two")
    one.share()
    copy.write_bytes(copy.read_bytes() + one.own().read_bytes())
    assert two.share() == ()
    assert two.tables() == one.tables()


def test_a_file_that_was_replaced_is_read_from_its_start(one: Machine, two: Machine, tmp_path: Path) -> None:
    one.answer()
    one.share()
    two.share()
    third = Machine(tmp_path / "three", tmp_path / "elsewhere")
    third.folder.mkdir()
    for item in ("a", "b", "c"):
        third.answer(item)
    third.share()
    one.own().write_bytes(third.own().read_bytes())
    assert two.share() == ()
    assert len(two.tables()["log"]) == 4


def test_taking_back_waits_for_what_it_takes_back(one: Machine, two: Machine, tmp_path: Path) -> None:
    """One's answer, taken back by another machine, arrives after that."""
    row = one.answer()
    one.share()
    two.share()
    two.undo(row)
    two.share()
    third = Machine(tmp_path / "three", one.folder)
    hidden = tmp_path / "not-synced-yet"
    one.own().rename(hidden)
    (told,) = third.share()
    assert "takes back" in told
    hidden.rename(one.own())
    assert third.share() == ()
    assert third.tables() == two.tables()
    assert third.tables()["state"] == []


def test_a_copied_home_takes_a_name_of_its_own(one: Machine, tmp_path: Path, folder: Path) -> None:
    one.answer()
    one.share()
    shutil.copytree(one.home, tmp_path / "copy")
    copy = Machine(tmp_path / "copy", folder)
    before = one.own().read_bytes()
    copy.count = 10
    copy.answer("two")
    copy.share()
    assert copy.own() != one.own()
    assert one.own().read_bytes() == before
    assert rows_in(copy.own()) == 1
    one.share()
    assert one.tables() == copy.tables()


def test_homes_that_were_copied_before_they_shared_do_not_write_one_file(
    one: Machine, tmp_path: Path, folder: Path
) -> None:
    one.answer()
    shutil.copytree(one.home, tmp_path / "copy")
    copy = Machine(tmp_path / "copy", folder)
    one.share()
    copy.share()
    assert one.own() != copy.own()
    assert one.tables() == copy.tables()


def test_a_lost_file_is_written_anew(one: Machine, two: Machine) -> None:
    one.answer()
    one.share()
    one.own().unlink()
    one.share()
    assert two.share() == ()
    assert two.tables() == one.tables()


def test_another_folder_gets_everything(one: Machine, tmp_path: Path) -> None:
    one.answer()
    one.share()
    one.folder = tmp_path / "other"
    one.folder.mkdir()
    one.share()
    assert rows_in(one.own()) == 1


def test_a_folder_that_is_not_there_is_told_in_a_sentence(one: Machine, folder: Path) -> None:
    row = one.answer()
    folder.rmdir()
    (told,) = one.share()
    assert str(folder) in told
    assert "kept here" in told
    folder.mkdir()
    assert one.share() == ()
    assert row.id.encode() in one.own().read_bytes()


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_forgotten(
    one: Machine, two: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    one.answer()

    def full(path: Path, lines: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(sharing, "_append", full)
        (told,) = one.share()
    assert "No space left" in told
    one.share()
    two.share()
    assert two.tables() == one.tables()


def test_a_folder_that_cannot_be_written_is_read(
    one: Machine, two: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two.answer("two")
    two.share()
    one.answer()
    copy = Machine(tmp_path / "copy", one.folder)
    shutil.copytree(one.home, copy.home)

    def denied(path: Path, lines: object) -> int:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(sharing, "_append", denied)
        for machine in (one, copy):
            (told,) = machine.share()
            assert "cannot be written: Permission denied" in told
            assert len(machine.tables()["log"]) == 2
    one.share()
    copy.share()
    assert one.own() != copy.own()
    assert two.share() == ()
    assert two.tables() == one.tables()


def test_rows_that_a_restored_backup_lacks_come_back(one: Machine, tmp_path: Path) -> None:
    one.answer()
    one.share()
    shutil.copy(one.home / "progress.db", tmp_path / "old.db")
    one.answer("two")
    one.share()
    after = one.tables()
    shutil.copy(tmp_path / "old.db", one.home / "progress.db")
    assert len(one.tables()["log"]) == 1
    assert one.share() == ()
    assert one.tables() == after


def test_rows_of_a_session_that_began_before_the_backup_come_back(one: Machine, tmp_path: Path) -> None:
    """The restored log has rows that it does not know to be in the folder: they go behind those that it lacks."""
    one.answer()
    one.share()
    one.answer("two")
    shutil.copy(one.home / "progress.db", tmp_path / "old.db")
    one.answer("three")
    one.share(reading=False)
    after = one.tables()
    shutil.copy(tmp_path / "old.db", one.home / "progress.db")
    assert one.share() == ()
    assert one.tables() == after
    assert one.share() == ()
    assert one.tables() == after


@pytest.mark.parametrize("left", [0.0, 0.4, 0.9, -1.0], ids=["empty", "nearly half", "nearly whole", "zeros"])
def test_an_own_file_that_lost_its_end_gets_it_back(one: Machine, two: Machine, left: float) -> None:
    for item in ("one", "two", "three", "four"):
        one.answer(item)
    one.share()
    whole = one.own().read_bytes()
    one.own().write_bytes(whole[: int(len(whole) * left)] if left >= 0 else bytes(len(whole)))
    one.answer("five")
    assert one.share() == ()
    assert two.share() == ()
    assert two.tables() == one.tables()


def test_an_own_file_that_became_an_older_one_gets_the_rest_back(one: Machine, two: Machine) -> None:
    one.answer()
    one.share()
    older = one.own().read_bytes()
    one.answer("two")
    one.share()
    one.own().write_bytes(older)
    one.share(reading=False)
    assert two.share() == ()
    assert two.tables() == one.tables()


def test_a_folder_of_a_user_that_there_is_not_is_told(one: Machine) -> None:
    one.answer()
    one.folder = Path("~nobody-of-this-name/synced")
    (told,) = one.share()
    assert "~nobody-of-this-name" in told
    assert "kept here" in told


def test_what_is_no_file_is_told_in_words(one: Machine, folder: Path) -> None:
    (folder / "spinequiz-folder.jsonl").mkdir()
    (told,) = one.share()
    assert "could not be read: Is a directory" in told
