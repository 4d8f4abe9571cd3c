"""The program among others: pipes that close, disks that are full, streams that are not there, and interrupts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import BROKEN_ITEM, DECK, PROGRAM, environment, process

from spinequiz import __version__

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the signals, pipes and mounts of POSIX")

COMMANDS = [["due"], ["due", "--json"], ["decks"], ["decks", "--json"], ["where"], ["check"]]
FULL = Path("/dev/full")


@pytest.fixture
def mistakes(tmp_path: Path) -> Path:
    """A deck with more to say of it than a pipe holds."""
    path = tmp_path / "mistakes.yaml"
    broken = "".join(f"  - id: x{n}\n    type: basic\n    prompt: Note: {'long ' * 20}\n" for n in range(600))
    path.write_text(DECK.format(id="spine") + broken)
    return path


def words(command: list[str], deck: Path) -> list[str]:
    return [*command, str(deck)] if command == ["check"] else command


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_reader_that_has_gone_is_left_quietly(home: Path, mistakes: Path, command: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*PROGRAM, *words(command, mistakes)],
        stdout=writing,
        stderr=subprocess.PIPE,
        env=environment(home),
        check=False,
    )
    os.close(writing)
    assert done.returncode == 0
    assert b"rror" not in done.stderr.replace(b"errors", b"")


def test_a_reader_that_goes_in_the_middle_is_left_quietly(home: Path, mistakes: Path) -> None:
    program = subprocess.Popen(
        [*PROGRAM, "check", str(mistakes)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(home)
    )
    assert program.stdout is not None
    assert program.stderr is not None
    assert program.stdout.readline().startswith(b"error[")
    program.stdout.close()
    told = program.stderr.read()
    program.stderr.close()
    assert program.wait() == 0
    assert b"Traceback" not in told
    assert b"Broken pipe" not in told


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", [*COMMANDS, ["--version"], ["--help"], ["study", "--plain"]], ids=" ".join)
def test_an_output_that_takes_nothing_is_told_and_status_1(home: Path, mistakes: Path, command: list[str]) -> None:
    with FULL.open("wb") as full:
        done = subprocess.run(
            [*PROGRAM, *words(command, mistakes)],
            stdout=full, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=environment(home), check=False,
        )  # fmt: skip
    told = done.stderr.decode().splitlines()
    assert done.returncode == 1
    assert [line for line in told if "No space left on device" in line and line.startswith("spinequiz: ")]
    assert not any("Traceback" in line or "Exception ignored" in line for line in told)


@pytest.mark.parametrize("command", [["due"], ["study", "--plain"], ["where"]], ids=" ".join)
def test_no_standard_output_at_all_is_told(home: Path, command: list[str]) -> None:
    line = " ".join([*map(str, PROGRAM), *command])
    done = subprocess.run(
        ["sh", "-c", f"{line} >&-"],
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env=environment(home),
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.decode().startswith("spinequiz: standard output is closed.")


def test_no_standard_error_does_not_send_sentences_into_the_data(home: Path) -> None:
    line = " ".join([*map(str, PROGRAM), "nothing-of-this-name"])
    done = subprocess.run(["sh", "-c", f"{line} 2>&-"], stdout=subprocess.PIPE, env=environment(home), check=False)
    assert (done.returncode, done.stdout) == (1, b"")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
def test_a_standard_error_that_takes_nothing_changes_no_status(home: Path) -> None:
    for command, status in ((["nothing-of-this-name"], 1), (["--nope"], 2)):
        with FULL.open("wb") as full:
            done = subprocess.run([*PROGRAM, *command], stderr=full, env=environment(home), check=False)
        assert done.returncode == status


def test_an_output_that_is_ascii_takes_every_deck(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "spine.yaml"
    path.write_text(DECK.format(id="spine").replace("title: Spine", "title: 脊椎 🦴"), "utf-8")
    said = process(home, "decks", "add", str(path), PYTHONIOENCODING="ascii")
    assert said.status == 0
    said = process(home, "decks", "--json", PYTHONIOENCODING="ascii")
    assert said.status == 0
    assert "\\u810a" in said.out


def test_a_path_that_is_not_utf_8_can_be_checked_added_and_listed(home: Path, tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.yaml"
    try:
        Path(os.fsdecode(path)).write_text(BROKEN_ITEM.format(id="spine"))
    except OSError:
        pytest.skip("this file system takes no such name")
    said = process(home, "check", path, "--format", "json")
    assert said.status == 1
    assert json.loads(said.out)["path"] == os.fsdecode(path)
    assert "caf\\udce9.yaml" in process(home, "check", path).out
    said = process(home, path)
    assert (said.status, said.out.split()[0]) == (0, "spine")
    assert process(home, "study", "--plain", path).status == 0
    assert process(home, "decks", "add", path).status == 0
    assert process(home, "decks", "update").status in (0, 1)


def test_an_interrupt_ends_without_a_traceback(home: Path) -> None:
    waiting = """\
import signal, sys, time
# a shell's background job, as these tests may be, leaves interrupts to others
signal.signal(signal.SIGINT, signal.default_int_handler)
from spinequiz.cli.commands import where
def wait():
    print("waiting", flush=True)
    time.sleep(60)
where.run_where = wait
from spinequiz.cli.running import run
sys.exit(run(["where"]))
"""
    program = subprocess.Popen(
        [sys.executable, "-c", waiting], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(home)
    )
    assert program.stdout is not None
    assert program.stdout.readline() == b"waiting\n"
    program.send_signal(signal.SIGINT)
    _, told = program.communicate()
    assert program.returncode == 130
    assert b"Traceback" not in told


def test_the_module_and_the_program_are_the_same(home: Path) -> None:
    assert process(home, "--version").out == f"spinequiz {__version__}\n"


def test_the_home_of_nobody_is_told(tmp_path: Path) -> None:
    said = process(Path("~nobody-of-this-name/x"), "due")
    assert (said.status, said.out) == (1, "")
    assert said.err.startswith("spinequiz: ~nobody-of-this-name/x: there is no such user.")


def test_a_file_in_the_place_of_the_home_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    deck = tmp_path / "spine.yaml"
    deck.write_text(DECK.format(id="spine"))
    for command in (["due"], ["history"], ["decks", "add", str(deck)], ["study", "--plain"]):
        said = process(tmp_path / "home", *command)
        assert (said.status, said.out) == (1, "")
        assert str(tmp_path / "home") in said.err
        assert "Traceback" not in said.err
