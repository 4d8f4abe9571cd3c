"""The program killed at random moments: what was acknowledged is on disk, and the next start goes on.

SPINEQUIZ_CRASH_ROUNDS sets how often the studying program is killed; the others are killed a fifth as often.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, NamedTuple

import pytest
from study_process import CARD, PROGRAM, QUESTION, answered, check_progress, environment, write_deck

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the signals, pipes and mounts of POSIX")

ROUNDS = int(os.environ.get("SPINEQUIZ_CRASH_ROUNDS", "30"))
FEWER = max(5, ROUNDS // 5)
SEED = int(os.environ.get("SPINEQUIZ_CRASH_SEED", "20260310"))
ITEMS = max(3000, 60 * ROUNDS)
FEWER_ITEMS = 600
LONGEST_SECONDS = 0.4

SUICIDAL = """\
import atexit, os, signal, sqlite3, sys
statements = int(sys.argv[1])
atexit.register(lambda: print(int(sys.argv[1]) - statements, "statements", file=sys.stderr))
connect = sqlite3.connect
def count(statement):
    global statements
    statements -= 1
    if statements < 0:
        os.kill(os.getpid(), signal.SIGKILL)
def traced(*arguments, **options):
    connection = connect(*arguments, **options)
    connection.set_trace_callback(count)
    return connection
sqlite3.connect = traced
from spinequiz.cli.running import run
sys.exit(run(sys.argv[2:]))
"""
"""Kills itself at its n-th SQL statement, for moments that the clock hardly ever meets; else says how many it ran."""


class Killed(NamedTuple):
    """What a program had said when it was killed; `alive` tells whether it was still running."""

    out: str
    err: str
    alive: bool


def kill_at(draw: random.Random, home: Path, *arguments: str, given: IO[bytes] | None = None, lines: int = 0) -> Killed:
    """Start a program and kill it at a random moment, some lines of output at the least behind its start."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as complaints:
        program = subprocess.Popen(
            [*PROGRAM, *arguments],
            stdin=given or subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints,
            env=environment(home), encoding="utf-8",
        )  # fmt: skip
        assert program.stdout is not None
        heard = [program.stdout.readline() for _ in range(lines)]
        time.sleep(draw.uniform(0, LONGEST_SECONDS))
        alive = program.poll() is None
        program.send_signal(signal.SIGKILL)
        out = "".join([*heard, program.stdout.read()])
        program.stdout.close()
        program.wait()
        complaints.seek(0)
        return Killed(out, complaints.read(), alive)


def cards_of(lines: list[str]) -> list[str]:
    """The items of the cards that were shown, in their order."""
    found = []
    expects = False
    for line in lines:
        question = QUESTION.match(line.rstrip("\n"))
        if question and expects:
            found.append(question[1])
        expects = expects and not question if not CARD.match(line) else True
    return found


def sound(home: Path, *arguments: str) -> str:
    """What a command says that must go well."""
    done = subprocess.run(
        [*PROGRAM, *arguments],
        capture_output=True, stdin=subprocess.DEVNULL, env=environment(home), encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


def test_every_acknowledged_answer_is_on_disk_whenever_the_program_is_killed(tmp_path: Path) -> None:
    """The next card acknowledges an answer. One answer more may be on disk, whose next card was not printed yet."""
    draw = random.Random(SEED)
    home = tmp_path / "home"
    deck = write_deck(tmp_path / "spine.yaml", ITEMS)
    sound(home, "due")
    typed = tmp_path / "typed"
    kept: list[str] = []
    acknowledged_in_all = killed = 0
    for _ in range(ROUNDS):
        # rather Good and Easy: a card that is missed comes back, and the log is to grow
        typed.write_text("".join(f"\n{draw.choice('1233344')}\n" for _ in range(3000)))
        with typed.open("rb") as given:
            # most rounds wait for the first cards, the others may be killed while the program starts
            rest = kill_at(draw, home, "study", "--plain", str(deck), given=given, lines=draw.choice([0, 12, 12, 40]))
        assert "Traceback" not in rest.err
        shown = cards_of(rest.out.splitlines())
        acknowledged = shown[:-1]
        log = answered(home)
        assert log[: len(kept)] == kept
        new = log[len(kept) :]
        assert new[: len(acknowledged)] == acknowledged
        assert len(new) <= len(acknowledged) + 1 or not rest.alive
        check_progress(home, tmp_path / "copy")
        kept = log
        acknowledged_in_all += len(acknowledged)
        killed += rest.alive
    assert acknowledged_in_all > ROUNDS
    assert killed > ROUNDS // 2
    assert len(sound(home, "history").splitlines()) == len(kept)
    # a deck of its own: after many rounds nothing of the first one may be left to study
    fresh = write_deck(tmp_path / "fresh.yaml", 3, deck_id="fresh")
    with typed.open("rb") as given:
        done = subprocess.run(
            [*PROGRAM, "study", "--plain", str(fresh), "--limit", "3"],
            stdin=given, capture_output=True, env=environment(home), check=False,
        )  # fmt: skip
    assert done.returncode == 0
    assert len(answered(home)) > len(kept)


def test_a_first_start_that_is_killed_leaves_a_home_that_can_be_used(tmp_path: Path) -> None:
    draw = random.Random(SEED + 1)
    deck = write_deck(tmp_path / "spine.yaml", 20)
    typed = tmp_path / "typed"
    typed.write_text("\n3\n" * 5)
    for number in range(FEWER):
        home = tmp_path / f"home-{number}"
        with typed.open("rb") as given:
            killed = kill_at(draw, home, "study", "--plain", str(deck), given=given)
        assert "Traceback" not in killed.err
        use(home, deck, tmp_path / "copy")
        shutil.rmtree(home)


def test_a_first_start_that_is_killed_between_two_statements(tmp_path: Path) -> None:
    """The cache is full, so that the statements are those of the progress file: its tables, its cards, the answers."""
    draw = random.Random(SEED + 2)
    deck = write_deck(tmp_path / "spine.yaml", 20)
    sound(tmp_path / "looked", str(deck))
    typed = tmp_path / "typed"
    typed.write_text("\n3\n" * 5)
    killed, acknowledged = 0, 0
    for statements in sorted(draw.sample(range(220), min(2 * FEWER, 220))):
        home = tmp_path / f"home-{statements}"
        shutil.copytree(tmp_path / "looked", home)
        with typed.open("rb") as given:
            done = subprocess.run(
                [sys.executable, "-c", SUICIDAL, str(statements), "study", "--plain", str(deck)],
                stdin=given, capture_output=True, env=environment(home), encoding="utf-8", check=False,
            )  # fmt: skip
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        shown = cards_of(done.stdout.splitlines())[:-1]
        assert answered(home)[: len(shown)] == shown
        use(home, deck, tmp_path / "copy")
        shutil.rmtree(home)
        killed += done.returncode != 0
        acknowledged += len(shown)
    assert killed > FEWER
    assert acknowledged > 0


def use(home: Path, deck: Path, scratch: Path) -> None:
    """A home can be looked at and studied in."""
    sound(home, "due")
    before = answered(home)
    done = subprocess.run(
        [*PROGRAM, "study", "--plain", str(deck), "--limit", "1"],
        input="\n3\n", capture_output=True, env=environment(home), encoding="utf-8", check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert len(answered(home)) == len(before) + 1
    check_progress(home, scratch)


def test_adding_a_deck_that_is_killed_leaves_it_whole_or_not_there(tmp_path: Path) -> None:
    draw = random.Random(SEED + 3)
    deck = write_deck(tmp_path / "spine.yaml", FEWER_ITEMS)
    for _ in range(FEWER):
        home = tmp_path / "home"
        killed = kill_at(draw, home, "decks", "add", str(deck))
        assert "Traceback" not in killed.err
        added = home / "decks" / "spine.yaml"
        assert not killed.out or added.exists()
        assert not added.exists() or added.read_bytes() == deck.read_bytes()
        sound(home, "decks", "add", str(deck))
        assert added.read_bytes() == deck.read_bytes()
        assert f"{FEWER_ITEMS} items" in sound(home, "decks")
        shutil.rmtree(home)


@pytest.mark.parametrize("moments", ["random", "statements"])
def test_filling_the_cache_that_is_killed_costs_nothing_but_time(tmp_path: Path, moments: str) -> None:
    draw = random.Random(SEED + 4)
    home = tmp_path / "home"
    write_deck(home / "decks" / "spine.yaml", FEWER_ITEMS)
    expected = sound(home, "decks", "--json")
    for _ in range(FEWER):
        shutil.rmtree(home / "cache")
        if moments == "random":
            killed = kill_at(draw, home, "decks")
            assert "Traceback" not in killed.err
        else:
            subprocess.run(
                [sys.executable, "-c", SUICIDAL, str(draw.randrange(40)), "decks"],
                capture_output=True, env=environment(home), check=False,
            )  # fmt: skip
        assert sound(home, "decks", "--json") == expected


def test_an_import_that_is_killed_adds_everything_or_nothing(tmp_path: Path) -> None:
    rows = 1500
    file = tmp_path / "log.jsonl"
    with file.open("w") as out:
        for number in range(rows):
            row = {
                "deck": "d",
                "item": f"i{number % 70}",
                "rating": 1 + number % 4,
                "at_ms": 10**12 + 7_000_000 * number,
            }
            out.write(json.dumps(row) + "\n")
    whole = tmp_path / "whole"

    def imported(home: Path, statements: int) -> str:
        """What an import says that is killed at a statement."""
        command = [sys.executable, "-c", SUICIDAL, str(statements), "import", str(file)]
        return subprocess.run(command, capture_output=True, env=environment(home), encoding="utf-8", check=False).stderr

    every = int(imported(whole, 10**6).split()[-2])
    expected = sound(whole, "export")
    outcomes = set()
    for number in range(FEWER):
        home = tmp_path / "home"
        # the last time it is not killed
        imported(home, 35 + (every - 35) * number // (FEWER - 1))
        kept = sound(home, "export")
        assert kept in ("", expected)
        outcomes.add(bool(kept))
        sound(home, "import", str(file))
        assert sound(home, "export") == expected
        shutil.rmtree(home)
    assert outcomes == {False, True}
