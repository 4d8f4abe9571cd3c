"""Two programs on one progress file, and decks that change or vanish while they are studied: by real processes."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from study_process import PROGRAM, Student, answered, check_progress, environment, write_deck

from spinequiz.cli.running import run
from spinequiz.store import presence
from spinequiz.store.connection import BUSY_SECONDS, open_writable
from spinequiz.store.errors import StoreBusy
from spinequiz.store.progress import Progress


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    return write_deck(tmp_path / "spine.yaml", 20)


# -- two programs


def test_two_students_at_one_file_keep_all_answers(home: Path, deck: Path, tmp_path: Path) -> None:
    other = write_deck(tmp_path / "other.yaml", 20, "other")
    one, two = Student(home, deck), Student(home, other)
    seen: list[str] = []
    for student in (one, two):
        seen.append(student.card())
    for _ in range(4):
        for student in (one, two):
            student.type("", "3")
            seen.append(student.card())
    for student in (one, two):
        status, _, err = student.end("q")
        assert status == 0
        assert "Traceback" not in err
    assert len(answered(home)) == 8
    check_progress(home, tmp_path / "copy")


def test_the_second_copy_is_told_that_there_is_another(home: Path, deck: Path) -> None:
    one = Student(home, deck)
    one.card()
    two = Student(home, deck)
    two.card()
    assert "Another spinequiz is open on the same progress" in two.end("q")[2]
    assert one.end("q")[2] == ""
    assert Student(home, deck).end("q")[2] == ""


def test_the_answer_to_a_card_that_was_answered_elsewhere_is_refused(home: Path, deck: Path, tmp_path: Path) -> None:
    one, two = Student(home, deck), Student(home, deck)
    item = one.card()
    assert two.card() == item
    one.type("", "3")
    one.card()
    status, out, err = two.end("", "1", "", "3", "q")
    assert "answered in another spinequiz" in out + err
    assert "Traceback" not in err
    assert status in (0, 1)
    one.end("q")
    connection = sqlite3.connect(home / "progress.db")
    query = "SELECT rating FROM log WHERE item_id = ? AND kind = 'answer' ORDER BY id"
    first = [row[0] for row in connection.execute(query, (item,))]
    connection.close()
    assert first[0] == 3
    assert first.count(1) == 0
    check_progress(home, tmp_path / "copy")


def test_other_commands_beside_a_session_take_nothing_from_under_it(home: Path, deck: Path, tmp_path: Path) -> None:
    """They open and close the file while the session has answers in the -wal; the last to leave removes that."""
    other = tmp_path / "other"
    assert Student(other, write_deck(tmp_path / "more.yaml", 5, "more")).end(*["", "4"] * 5, "q")[0] == 0
    student = Student(home, deck)
    for _ in range(3):
        student.card()
        student.type("", "3")
    student.card()
    for words in (["backup"], ["merge", str(other / "progress.db")], ["doctor"], ["doctor", "--fix"], ["export"]):
        done = subprocess.run([*PROGRAM, *words], capture_output=True, env=environment(home), check=False)
        assert done.returncode == 0, done.stderr
    name = next((home / "backups").glob("*.db")).name
    done = subprocess.run([*PROGRAM, "restore", name, "--yes"], capture_output=True, env=environment(home), check=False)
    assert done.returncode == 1
    assert b"another spinequiz is open on this progress. Close it" in done.stderr
    for _ in range(3):
        student.type("", "3")
        student.card()
    # killed, so that nothing is put right at its end
    student.process.kill()
    student.process.wait()
    assert sorted(answered(home)) == sorted([f"item-{n}" for n in range(1, 7)] + [f"item-{n}" for n in range(1, 6)])
    check_progress(home, tmp_path / "copy")


def run_beside(home: Path, *words: str) -> tuple[int, str]:
    done = subprocess.run([*PROGRAM, *words], capture_output=True, env=environment(home), check=False)
    return done.returncode, done.stderr.decode()


def test_no_file_is_replaced_under_a_second_copy_whose_first_has_ended(home: Path, deck: Path, tmp_path: Path) -> None:
    one = Student(home, deck)
    one.card()
    one.type("", "3")
    one.card()
    assert run_beside(home, "backup")[0] == 0
    two = Student(home, deck)
    two.card()
    assert one.end("q")[0] == 0
    with sqlite3.connect(home / "progress.db") as connection:
        connection.execute("UPDATE state SET reps = 9")
    connection.close()
    for words in (["restore", next((home / "backups").glob("*.db")).name, "--yes"], ["doctor", "--fix"]):
        status, err = run_beside(home, *words)
        assert status == 1
        assert "another spinequiz is at work on" in err
    two.type("", "3")
    two.card()
    assert two.end("q")[0] == 0
    assert len(answered(home)) == 2
    assert run_beside(home, "doctor", "--fix") == (0, "")
    check_progress(home, tmp_path / "copy")


def test_writing_waits_for_a_repair_and_then_says_so(
    home: Path, deck: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("fcntl")
    monkeypatch.setenv("SPINEQUIZ_HOME", str(home))
    monkeypatch.setattr(presence, "WAIT_SECONDS", 0.1)
    home.mkdir()
    line = home / "row.jsonl"
    line.write_text('{"deck": "a", "item": "b", "rating": 3, "at_ms": 1763712000000}\n')
    with presence.replacing(home / "progress.db"):
        for words in (["study", str(deck), "--plain"], ["import", str(line)], ["decks", "update"]):
            assert run(words) == 1
            assert "is restoring or repairing" in capsys.readouterr().err
    assert run(["import", str(line)]) == 0


def test_a_file_that_is_open_is_not_opened_by_other_means(home: Path) -> None:
    """The system would drop the locks of SQLite with the first descriptor that is closed."""
    path = home / "progress.db"
    first = open_writable(path)
    second = open_writable(path)
    second.close()
    fcntl = pytest.importorskip("fcntl")
    code = (
        "import fcntl, sys\nfile = open(sys.argv[1], 'r+b')\n"
        "fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)\n"
    )
    locked = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, check=False)
    assert b"BlockingIOError" in locked.stderr
    first.close()
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == 0
    assert fcntl


def test_reading_goes_on_while_another_program_writes(home: Path, deck: Path) -> None:
    student = Student(home, deck)
    student.card()
    student.type("", "3")
    student.card()
    connection = sqlite3.connect(home / "progress.db", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    for command in (["due"], ["history"], ["decks"]):
        done = subprocess.run([*PROGRAM, *command], capture_output=True, env=environment(home), check=False)
        assert (done.returncode, done.stderr) == (0, b"")
    connection.execute("ROLLBACK")
    connection.close()
    assert student.end("q")[0] == 0


def test_a_short_write_elsewhere_is_waited_for(home: Path, deck: Path, tmp_path: Path) -> None:
    student = Student(home, deck)
    student.card()
    connection = sqlite3.connect(home / "progress.db", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    student.type("", "3")
    student.listen("Rate it:")
    connection.execute("COMMIT")
    student.card()
    assert student.end("q")[0] == 0
    assert len(answered(home)) == 1
    connection.close()
    assert BUSY_SECONDS >= 1


def test_a_long_write_elsewhere_is_told_and_changes_nothing(home: Path, deck: Path) -> None:
    assert Student(home, deck).end("", "3", "q")[0] == 0
    blocker = sqlite3.connect(home / "progress.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    progress = Progress(open_writable(home / "progress.db", 0.05), home / "progress.db")
    with pytest.raises(StoreBusy, match="Wait for it or close it, then try again") as caught:
        progress.rebuild()
    assert str(home / "progress.db") in str(caught.value)
    blocker.execute("ROLLBACK")
    assert progress.rebuild() == 1
    blocker.close()
    progress.close()


# -- decks that change


def test_a_deck_that_is_deleted_while_it_is_studied_is_studied_to_the_end(home: Path, deck: Path) -> None:
    student = Student(home, deck)
    student.card()
    deck.unlink()
    for _ in range(3):
        student.type("", "3")
        student.card()
    status, _, err = student.end("q")
    assert (status, err) == (0, "")
    assert answered(home) == ["item-1", "item-2", "item-3"]


@pytest.mark.parametrize("text", ["", "- milk\n", "\0" * 100, "spinequiz: 1\nid: other\ntitle: Other\nitems: []\n"])
def test_a_deck_that_breaks_while_it_is_studied_is_studied_to_the_end(home: Path, deck: Path, text: str) -> None:
    student = Student(home, deck)
    student.card()
    deck.write_text(text)
    student.type("", "3")
    student.card()
    status, _, err = student.end("q")
    assert (status, err) == (0, "")
    assert answered(home) == ["item-1"]


def test_progress_waits_for_a_deck_that_was_away(home: Path, deck: Path) -> None:
    text = deck.read_text()
    assert Student(home, deck).end("", "4", "q")[0] == 0
    deck.unlink()
    assert Student(home, deck).end("q")[0] == 1
    deck.write_text(text.replace("Question item-1?", "Question item-1-mended?"))
    student = Student(home, deck)
    # the first card is in review now, mended or not
    assert student.card() == "item-2"
    assert student.end("q")[0] == 0


def test_items_that_leave_and_come_back_keep_their_progress(home: Path, deck: Path, tmp_path: Path) -> None:
    text = deck.read_text()
    assert Student(home, deck).end("", "4", "", "4", "q")[0] == 0
    write_deck(deck, 1)
    assert Student(home, deck).end("q")[0] == 0
    deck.write_text(text)
    student = Student(home, deck)
    assert student.card() == "item-3"
    assert student.end("q")[0] == 0
    check_progress(home, tmp_path / "copy")
