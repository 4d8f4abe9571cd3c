"""The doctor finds what is wrong, mends it, and loses nothing that could be read."""

from __future__ import annotations

import os
import random
import shutil
from contextlib import closing
from pathlib import Path

import pytest
from many_answers import answer_cards
from store_samples import NOW_MS, ONE, derived, mark

from spinequiz.model.cards import DeckId, EntryKind, ItemId
from spinequiz.store.backup import backup_folder, make_backup
from spinequiz.store.derive import Differing
from spinequiz.store.doctor import Cure, examine
from spinequiz.store.known import KnownItem, keep_known, known_items
from spinequiz.store.pages import scan_index, scan_rows
from spinequiz.store.progress import Progress, read_log
from spinequiz.store.rows import LOG_COLUMNS
from spinequiz.store.salvage import salvage

PAGE = 4096
COLUMNS = len(LOG_COLUMNS.split(", "))


def ids(path: Path) -> set[str]:
    progress = Progress.open(path)
    found = {review.id for review in read_log(progress.connection, path)}
    progress.close()
    return found


def rules(path: Path) -> list[str]:
    return [finding.rule for finding in examine(path, NOW_MS)]


def filled(path: Path, answers: int) -> set[str]:
    progress = Progress.open(path)
    answer_cards(progress, answers)
    progress.close()
    return ids(path)


def test_a_sound_file_has_no_findings(path: Path) -> None:
    filled(path, 20)
    assert [rule for rule in rules(path) if rule != "orphans"] == []


def test_a_missing_file_is_no_finding(path: Path) -> None:
    assert rules(path) == []


def test_states_that_differ_from_the_replay(progress: Progress, path: Path) -> None:
    answer_cards(progress, 6)
    before = progress.connection.execute("SELECT * FROM state ORDER BY item_id").fetchall()
    progress.connection.execute("UPDATE state SET stability = stability + 1")
    assert "states-differ" in rules(path)
    progress.rebuild()
    assert progress.connection.execute("SELECT * FROM state ORDER BY item_id").fetchall() == before
    assert "states-differ" not in rules(path)


def test_what_was_found_to_differ_is_what_a_rebuild_writes(progress: Progress, path: Path) -> None:
    answer_cards(progress, 6)
    before = derived(progress.connection)
    progress.connection.execute(
        "UPDATE state SET stability = stability + 1 WHERE item_id < (SELECT max(item_id) FROM state)"
    )
    progress.connection.execute("INSERT INTO mark VALUES ('d', 'ghost', 'main', 1, 0, 0, NULL)")
    (found,) = (finding for finding in examine(path, NOW_MS) if finding.rule == "states-differ")
    assert found.differing is not None
    assert found.differing.cards is not None
    assert progress.rebuild(differing=found.differing) == len(found.differing.cards)
    assert derived(progress.connection) == before
    assert "states-differ" not in rules(path)


def test_where_more_was_answered_meanwhile_all_is_derived(progress: Progress, path: Path) -> None:
    answer_cards(progress, 6)
    progress.connection.execute("DELETE FROM state")
    (found,) = (finding for finding in examine(path, NOW_MS) if finding.rule == "states-differ")
    progress.rebuild()
    mark(progress, ONE, EntryKind.FLAG)
    before = derived(progress.connection)
    progress.connection.execute("DELETE FROM state")
    progress.rebuild(differing=found.differing)
    assert derived(progress.connection) == before


def test_too_many_differing_cards_are_not_kept(progress: Progress, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Differing, "MOST", 1)
    answer_cards(progress, 6)
    before = derived(progress.connection)
    progress.connection.execute("DELETE FROM state")
    (found,) = (finding for finding in examine(path, NOW_MS) if finding.rule == "states-differ")
    assert found.differing is not None
    assert found.differing.cards is None
    progress.rebuild(differing=found.differing)
    assert derived(progress.connection) == before


def test_the_look_tells_how_far_it_is(progress: Progress, path: Path) -> None:
    answer_cards(progress, 6)
    told: list[tuple[int, int]] = []
    examine(path, NOW_MS, lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert {total for _, total in told} == {2 * len(ids(path))}


def test_a_state_without_a_log_is_found(progress: Progress, path: Path) -> None:
    answer_cards(progress, 2)
    progress.connection.execute(
        "INSERT INTO state VALUES ('d', 'ghost', 'main', 'review', NULL, 1.0, 5.0, 0, 1, 1, 1, 0)"
    )
    assert "states-differ" in rules(path)


def test_unreadable_responses_and_reviews_in_the_future(progress: Progress, path: Path) -> None:
    answer_cards(progress, 2, response="{no json", at_ms=NOW_MS + 10 * 86_400_000)
    found = rules(path)
    assert "unreadable-responses" in found
    assert "reviews-in-the-future" in found


@pytest.mark.skipif(os.name != "posix", reason="permissions are told by mode bits on POSIX systems alone")
def test_open_permissions(path: Path) -> None:
    filled(path, 1)
    path.chmod(0o644)
    found = [finding for finding in examine(path, NOW_MS) if finding.rule == "open-permissions"]
    assert found
    assert found[0].cure is Cure.PERMISSIONS


@pytest.mark.skipif(os.name != "posix", reason="the permissions of POSIX")
@pytest.mark.parametrize("mode", [0o000, 0o200, 0o400])
def test_closed_permissions(path: Path, mode: int) -> None:
    filled(path, 3)
    path.chmod(mode)
    (closed,) = (finding for finding in examine(path, NOW_MS) if finding.rule == "closed-permissions")
    assert closed.cure is Cure.PERMISSIONS


def test_backups_that_cannot_be_read_do_not_stop_the_look(path: Path) -> None:
    filled(path, 3)
    backup_folder(path).write_text("a file in the way")
    with Progress.open(path).transaction() as connection:
        connection.execute("UPDATE state SET reps = 9")
    assert {"unreadable-backups", "states-differ"} <= set(rules(path))


@pytest.mark.skipif(os.name != "posix", reason="links need no rights there")
def test_a_link_into_a_synced_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "data").symlink_to(tmp_path / "Dropbox")
    assert "synced-folder" in rules(tmp_path / "data" / "progress.db")


@pytest.mark.parametrize("readable", [True, False], ids=["in the file", "in a backup"])
def test_what_was_known_of_items_is_brought_back(path: Path, readable: bool) -> None:
    """Without it, a key that is corrected after the repair would not be told from one that is new."""
    filled(path, 30)
    item = KnownItem(DeckId("deck"), ItemId("one"), 2, "abc", "def", "ghi", '["typed","1",{}]', gone=True)
    with closing(Progress.open(path)) as progress:
        with progress.transaction() as connection:
            keep_known(connection, (item, item._replace(item_id=ItemId("two"), gone=False)))
        make_backup(progress.connection, path, NOW_MS)
    data = bytearray(path.read_bytes())
    data[:100] = bytes(100)
    path.write_bytes(data if readable else b"")
    if readable:
        shutil.rmtree(backup_folder(path))
    salvage(path, NOW_MS)
    with closing(Progress.open(path)) as progress:
        found = known_items(progress.connection, DeckId("deck"))
    assert found == {"one": item, "two": item._replace(item_id=ItemId("two"), gone=False)}


def test_a_synced_folder_is_told(tmp_path: Path) -> None:
    path = tmp_path / "Dropbox" / "progress.db"
    filled(path, 1)
    assert "synced-folder" in rules(path)


def test_pages_are_read_as_the_database_reads_them(path: Path) -> None:
    wanted = filled(path, 300)
    assert {row[0] for row in scan_rows(path, COLUMNS)} == wanted


def test_a_long_response_is_read_across_its_overflow_pages(progress: Progress, path: Path) -> None:
    answer_cards(progress, 3, response='{"kind":"typed","text":"' + "x" * 20_000 + '"}')
    progress.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    rows = {row[0]: row for row in scan_rows(path, COLUMNS)}
    stored = progress.connection.execute(f"SELECT {LOG_COLUMNS} FROM log").fetchall()
    assert rows == {row[0]: row for row in stored}


def test_rows_in_a_leftover_wal_are_read_too(progress: Progress, path: Path, tmp_path: Path) -> None:
    progress.connection.execute("PRAGMA wal_autocheckpoint = 0")
    answer_cards(progress, 12)
    wanted = {row[0] for row in progress.connection.execute("SELECT id FROM log")}
    killed = tmp_path / "killed" / "progress.db"
    killed.parent.mkdir()
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", f"{killed}{suffix}")
    killed.write_bytes(b"\0" * killed.stat().st_size)
    assert salvage(killed, NOW_MS).read == 12
    assert ids(killed) == wanted


@pytest.mark.parametrize("seed", range(12))
def test_flipped_pages_cost_only_what_they_held(path: Path, seed: int) -> None:
    wanted = filled(path, 400)
    good = path.read_bytes()
    draw = random.Random(seed)
    data = bytearray(good)
    broken = set(draw.sample(range(len(data) // PAGE), 4))
    for page in broken:
        for at in range(page * PAGE, (page + 1) * PAGE):
            data[at] = draw.randrange(256)
    path.write_bytes(data)
    held = set()
    for page in broken:
        # what the good page held alone is what may be lost
        single = path.with_name("single.db")
        single.write_bytes(good[:100] + bytes(PAGE - 100) + good[page * PAGE : (page + 1) * PAGE])
        held |= {row[0] for row in scan_rows(single, COLUMNS)}
    done = salvage(path, NOW_MS)
    found = ids(path)
    assert wanted - held <= found <= wanted
    assert done.read == len(found)
    assert [rule for rule in rules(path) if rule != "orphans"] == []
    assert done.kept.read_bytes() == bytes(data)


@pytest.mark.parametrize("seed", range(8))
def test_single_flipped_bytes_never_stop_the_doctor(path: Path, seed: int) -> None:
    wanted = filled(path, 60)
    draw = random.Random(seed)
    data = bytearray(path.read_bytes())
    for _ in range(20):
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    path.write_bytes(data)
    if any(finding.cure is Cure.SALVAGE for finding in examine(path, NOW_MS)):
        salvage(path, NOW_MS)
        assert ids(path)
    assert len(wanted) == 60


@pytest.mark.parametrize("damage", [b"", b"garbage", b"SQLite format 3\0" + b"\xff" * 5000])
def test_backups_bring_back_what_the_file_lost(path: Path, damage: bytes) -> None:
    wanted = filled(path, 25)
    progress = Progress.open(path)
    make_backup(progress.connection, path, NOW_MS)
    progress.close()
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    path.write_bytes(damage)
    assert any(finding.cure is Cure.SALVAGE for finding in examine(path, NOW_MS))
    done = salvage(path, NOW_MS)
    assert (done.read, done.from_backups) == (0, 25)
    assert ids(path) == wanted
    assert done.kept.read_bytes() == damage


@pytest.mark.parametrize("kept", [0, 10, 100, PAGE, PAGE + 1, 3 * PAGE, -PAGE, -1])
def test_a_file_that_was_cut_off_is_not_said_to_have_lost_nothing(path: Path, kept: int) -> None:
    filled(path, 60)
    path.write_bytes(path.read_bytes()[:kept])
    assert salvage(path, NOW_MS).uncounted


def test_every_id_stands_on_the_pages_of_an_index(path: Path) -> None:
    assert filled(path, 300) <= {row[0] for row in scan_index(path, 2)}


def test_a_truncated_file_gives_its_first_pages(path: Path) -> None:
    wanted = filled(path, 400)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    done = salvage(path, NOW_MS)
    assert 0 < done.read < 400
    assert ids(path) < wanted
    # what its index still names is known to be lost
    assert 0 < done.lost <= 400 - done.read
    assert done.uncounted
    assert not list(path.parent.glob("*.salvage*"))
    assert backup_folder(path).is_dir()
