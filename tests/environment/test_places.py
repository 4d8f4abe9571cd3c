"""What stands where a file of the progress should be, and files of other machines in places and forms that are odd."""

from __future__ import annotations

import gzip
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from mounts import read_only
from study_process import PROGRAM, Student, environment

from spinequiz.cli.running import run

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the signals, pipes and mounts of POSIX")
ROW = '{"deck": "a", "item": "b", "rating": 3, "at_ms": 1763712000000}\n'


def killed(home: Path) -> None:
    """Give the answers of one more session, which is killed: they are in the -wal."""
    student = Student(home, "spine")
    for _ in range(2):
        student.card()
        student.type("", "3")
    student.card()
    student.process.kill()
    student.process.wait()
    assert (home / "progress.db-wal").stat().st_size


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"], ids=["main", "wal", "shm"])
@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_what_is_no_file_is_told_and_not_waited_for(
    home: Path, suffix: str, make: object, capsys: pytest.CaptureFixture[str]
) -> None:
    place = home / f"progress.db{suffix}"
    place.unlink(missing_ok=True)
    assert callable(make)
    make(place)
    for words in (["doctor"], ["doctor", "--fix"], ["backup"], ["history"], ["due"], ["export"], ["study", "--plain"]):
        capsys.readouterr()
        assert run(words) == 1, words
        err = capsys.readouterr().err
        assert str(place) in err
        assert "Move it away" in err


def test_a_pipe_among_the_backups_is_listed_as_no_backup(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(home / "backups" / "progress-20990101T000000000Z.db")
    (home / "backups" / "mine.tmp").mkdir()
    assert run(["restore"]) == 0
    assert "progress-20990101T000000000Z.db  2099-01-01" in capsys.readouterr().out
    assert run(["backup"]) == 0
    assert run(["doctor", "--fix"]) == 0


def test_a_link_to_the_progress_keeps_everything_beside_the_file_itself(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    real = tmp_path / "elsewhere" / "mine.db"
    real.parent.mkdir()
    (home / "progress.db").rename(real)
    (home / "progress.db").symlink_to(real)
    student = Student(home, "spine")
    student.card()
    student.type("", "3")
    student.card()
    student.process.kill()
    student.process.wait()
    tail = Path(f"{real}-wal")
    data = bytearray(tail.read_bytes())
    data[100] ^= 1
    tail.write_bytes(data)
    assert run(["study", "--plain", "spine"]) == 1
    assert f"{real} is damaged" in capsys.readouterr().err
    assert run(["doctor", "--fix"]) == 0
    capsys.readouterr()
    assert run(["history"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 4
    assert (home / "progress.db").is_symlink()


def test_closed_permissions_are_opened_for_their_owner_alone(home: Path) -> None:
    (home / "progress.db").chmod(0o044)
    assert run(["doctor"]) == 1
    assert run(["doctor", "--fix"]) == 0
    assert (home / "progress.db").stat().st_mode & 0o777 == 0o600


def test_a_name_that_is_no_utf_8_can_be_restored_in(home: Path, tmp_path: Path) -> None:
    if sys.platform == "darwin":
        pytest.skip("no such names there")
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/h\xe9me"))
    shutil.copytree(home, odd)
    name = os.path.basename(next((odd / "backups").glob("*.db")))
    for words in (["restore"], ["restore", name, "--yes"], ["doctor"]):
        done = subprocess.run([*PROGRAM, *words], capture_output=True, env=environment(odd), check=False)
        assert (done.returncode, b"error of the program" in done.stderr) == (0, False), done.stderr


def test_the_progress_of_another_machine_on_a_read_only_disk(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SPINEQUIZ_HOME", str(tmp_path / "here"))
    with read_only(home):
        assert run(["merge", str(home / "progress.db")]) == 0
        assert "3 rows added" in capsys.readouterr().out
        assert run(["restore", str(home / "progress.db"), "--yes"]) == 0


def test_answers_that_a_damaged_log_hides_are_not_left_out_silently(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    killed(home)
    tail = home / "progress.db-wal"
    data = bytearray(tail.read_bytes())
    data[100] ^= 1
    tail.write_bytes(data)
    for words in (["history"], ["export"]):
        assert run(words) == 1
        assert "-wal" in capsys.readouterr().err
    monkeypatch.setenv("SPINEQUIZ_HOME", str(tmp_path / "here"))
    for words in (["merge", str(home / "progress.db")], ["restore", str(home / "progress.db"), "--yes"]):
        assert run(words) == 1
        assert "-wal" in capsys.readouterr().err
    (home / "progress.db").write_bytes(b"")
    assert run(["merge", str(home / "progress.db")]) == 1
    assert "doctor --fix" in capsys.readouterr().err


@pytest.mark.parametrize("at", [8, 12], ids=["first salt", "second salt"])
def test_the_last_commit_is_missed_though_only_its_salts_are_damaged(
    home: Path, at: int, capsys: pytest.CaptureFixture[str]
) -> None:
    killed(home)
    tail = home / "progress.db-wal"
    data = bytearray(tail.read_bytes())
    frame = 24 + 4096
    last = 32 + ((len(data) - 32) // frame - 1) * frame
    data[last + at] ^= 1
    tail.write_bytes(data)
    assert run(["study", "--plain", "spine"]) == 1
    assert run(["doctor", "--fix"]) == 0
    capsys.readouterr()
    connection = sqlite3.connect(home / "progress.db")
    assert connection.execute("SELECT count(*) FROM log").fetchone() == (5,)
    connection.close()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (gzip.compress(ROW.encode()), "gzip"),
        (ROW.encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04" + bytes(40), "zip"),
        (b"SQLite format 3\0" + bytes(100), "damaged"),
    ],
    ids=["gzip", "UTF-16", "zip", "a database"],
)
def test_a_file_in_another_form_is_named(
    home: Path, tmp_path: Path, data: bytes, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "given"
    file.write_bytes(data)
    capsys.readouterr()
    for command in ("import", "merge"):
        assert run([command, str(file)]) == 1
        assert words in capsys.readouterr().err
    done = subprocess.run(
        [*PROGRAM, "import", "-"], capture_output=True, env=environment(home), check=False, input=data
    )
    assert done.returncode == 1
    assert b"line 1" not in done.stderr


def test_lines_can_come_through_a_pipe_that_has_a_name(home: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    program = subprocess.Popen([*PROGRAM, "import", str(pipe)], stdout=subprocess.PIPE, env=environment(home))
    pipe.write_text(ROW)
    assert b"1 row added" in program.communicate()[0]


@pytest.mark.parametrize(("words", "closed"), [("import -", "<&-"), ("export", ">&-")])
def test_a_closed_stream_is_told(home: Path, words: str, closed: str) -> None:
    command = " ".join([*PROGRAM, words, closed])
    done = subprocess.run(["sh", "-c", command], capture_output=True, env=environment(home), check=False)
    assert done.returncode == 1
    assert b"is closed. Leave it open" in done.stderr


def test_names_from_elsewhere_never_steer_the_terminal(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = home / "row.jsonl"
    file.write_text(ROW.replace('"a"', '"\\u001b[31mred\\n"'))
    assert run(["import", str(file)]) == 0
    capsys.readouterr()
    assert run(["history"]) == 0
    assert "\\u001b[31mred\\u000a/b" in capsys.readouterr().out
