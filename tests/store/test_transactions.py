"""One answer is one transaction: all of it is there, or nothing."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from store_samples import (
    LEECHY,
    NOW_MS,
    ONE,
    TODAY,
    Faulty,
    answer,
    contents,
    key,
    make_leech,
    mark,
    offer_cards,
    put_state,
    review,
    undo,
)

from spinequiz.model.cards import EntryKind, Preset, Rating
from spinequiz.scheduling.study_day import DAY_MS
from spinequiz.store.errors import StaleAnswer, StoreError
from spinequiz.store.progress import Progress

MOST_STATEMENTS = 40


def lapse(progress: Progress) -> object:
    return answer(progress, ONE, Rating.AGAIN, preset=LEECHY)


def first_answer(progress: Progress) -> object:
    return answer(progress, key("new"), Rating.GOOD)


def take_back(progress: Progress) -> object:
    return undo(progress, progress.entries(key("undone"))[-1])


def flag(progress: Progress) -> object:
    return mark(progress, ONE, EntryKind.FLAG)


def offer_again(progress: Progress) -> object:
    return offer_cards(progress, ONE, key("three"), digest="second")


def rebuild(progress: Progress) -> object:
    return progress.rebuild()


WRITES = pytest.mark.parametrize("write", [lapse, first_answer, take_back, flag, offer_again, rebuild])


@pytest.fixture
def studied(progress: Progress) -> Progress:
    """A card about to become a leech, another one with an answer to take back, and a fresh device."""
    offer_cards(progress, ONE, key("new"), key("undone"))
    answer(progress, ONE, Rating.EASY, day=TODAY - 9, at_ms=NOW_MS - 9 * DAY_MS, preset=LEECHY)
    make_leech(progress, key("undone"))
    return progress


def disk_full() -> None:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    raise error


def interrupted() -> None:
    raise KeyboardInterrupt


@WRITES
@pytest.mark.parametrize(("fault", "raised"), [(disk_full, StoreError), (interrupted, KeyboardInterrupt)])
def test_a_failure_at_any_statement_leaves_nothing_half_written(
    studied: Progress, write: Callable[[Progress], object], fault: Callable[[], None], raised: type[BaseException]
) -> None:
    sound = studied.connection
    if write is rebuild:
        put_state(studied, key("ghost"), due_ms=0)
    before = contents(sound)
    for statement in range(MOST_STATEMENTS):
        faulty = Faulty(sound, statement, fault)
        studied.connection = faulty
        try:
            write(studied)
        except raised:
            assert faulty.fired
        studied.connection = sound
        if not faulty.fired:
            break
        assert not sound.in_transaction
        assert contents(sound) == before, f"statement {statement}"
    else:
        pytest.fail("the write never came to its end")
    assert statement >= 3
    assert contents(sound) != before


@WRITES
def test_after_a_failure_the_same_write_succeeds(studied: Progress, write: Callable[[Progress], object]) -> None:
    sound = studied.connection
    studied.connection = Faulty(sound, 2, disk_full)
    with pytest.raises(StoreError):
        write(studied)
    studied.connection = sound
    write(studied)
    with_trouble = contents(sound)
    studied.rebuild()
    assert contents(sound) == with_trouble


def test_the_device_of_a_failed_first_answer_is_the_one_that_is_kept(progress: Progress) -> None:
    """The name is written with the first answer; if that is rolled back, so is the name."""
    sound = progress.connection
    for statement in range(MOST_STATEMENTS):
        faulty = Faulty(sound, statement, disk_full)
        progress.connection = faulty
        try:
            row = answer(progress, ONE, Rating.GOOD)
        except StoreError:
            continue
        finally:
            progress.connection = sound
        break
    assert sound.execute("SELECT value FROM meta WHERE key = 'device'").fetchone() == (row.device,)


def test_a_disk_that_is_full_for_real(progress: Progress) -> None:
    answer(progress, ONE, Rating.GOOD)
    pages = progress.connection.execute("PRAGMA page_count").fetchone()[0]
    progress.connection.execute(f"PRAGMA max_page_count = {pages}")
    before = contents(progress.connection)
    row, _ = review(ONE, progress.state(ONE), Rating.GOOD)
    from msgspec.structs import replace

    with pytest.raises(StoreError, match="the disk is full"):
        progress.answer(replace(row, response="x" * 100_000), Preset(), leech=False)
    assert contents(progress.connection) == before
    progress.connection.execute(f"PRAGMA max_page_count = {pages + 100}")
    progress.answer(row, Preset(), leech=False)
    assert len(progress.entries(ONE)) == 2


CRASH = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from store_samples import *
progress = Progress.open(Path(sys.argv[1]))
progress.connection = Faulty(progress.connection, int(sys.argv[2]), lambda: os._exit(9))
answer(progress, ONE, Rating.AGAIN, preset=LEECHY)
"""


def test_a_program_that_is_killed_leaves_nothing_half_written(studied: Progress) -> None:
    """Killed at each statement of an answer in turn, the last of them being the one that ends it."""
    before = contents(studied.connection)
    codes = []
    for statement in range(MOST_STATEMENTS):
        done = subprocess.run(
            [sys.executable, "-c", CRASH, str(studied.path), str(statement), os.path.dirname(__file__)], check=False
        )
        codes.append(done.returncode)
        if done.returncode == 0:
            break
        assert contents(studied.connection) == before, f"statement {statement}"
    assert codes[:-1] == [9] * (len(codes) - 1)
    assert len(codes) > 5
    assert len(studied.entries(ONE)) == 2
    assert studied.marks(ONE).leech


# -- stale answers


def test_an_answer_to_a_card_that_was_answered_elsewhere_is_refused(path: Path) -> None:
    here, there = Progress.open(path), Progress.open(path)
    row, leech = review(ONE, here.state(ONE), Rating.EASY)
    answer(there, ONE, Rating.AGAIN)
    before = contents(here.connection)
    with pytest.raises(StaleAnswer, match="another spinequiz"):
        here.answer(row, Preset(), leech=leech)
    assert contents(here.connection) == before
    row, leech = review(ONE, here.state(ONE), Rating.EASY)
    here.answer(row, Preset(), leech=leech)
    assert len(there.entries(ONE)) == 2


def test_the_same_answer_twice_is_refused(progress: Progress) -> None:
    row, leech = review(ONE, None, Rating.GOOD)
    progress.answer(row, Preset(), leech=leech)
    with pytest.raises(StaleAnswer):
        progress.answer(row, Preset(), leech=leech)
    assert len(progress.entries(ONE)) == 1


def test_an_answer_to_a_card_whose_last_answer_was_taken_back_is_refused(path: Path) -> None:
    here, there = Progress.open(path), Progress.open(path)
    first = answer(here, ONE, Rating.GOOD)
    row, leech = review(ONE, here.state(ONE), Rating.GOOD)
    undo(there, first)
    with pytest.raises(StaleAnswer):
        here.answer(row, Preset(), leech=leech)
    assert here.state(ONE) is None


def test_a_mark_set_elsewhere_does_not_make_an_answer_stale(path: Path) -> None:
    here, there = Progress.open(path), Progress.open(path)
    row, leech = review(ONE, here.state(ONE), Rating.GOOD)
    mark(there, ONE, EntryKind.FLAG)
    here.answer(row, Preset(), leech=leech)
    assert here.marks(ONE).flagged


# -- two programs at once


WRITE_MANY = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from store_samples import *
progress = Progress.open(Path(sys.argv[1]), busy_seconds=60)
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[4])):
    answer(progress, key(sys.argv[3]), Rating(number % 4 + 1), at_ms=NOW_MS + number)
    undo(progress, answer(progress, key(sys.argv[3]), Rating.GOOD))
"""


def test_two_programs_write_to_one_file(path: Path) -> None:
    count = 25
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE_MANY, str(path), os.path.dirname(__file__), name, str(count)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for name in ("here", "there")
    ]  # fmt: skip
    for program in programs:
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        program.stdin.write("\n")
        program.stdin.flush()
    assert [program.communicate()[1] for program in programs] == ["", ""]
    progress = Progress.open(path)
    for name in ("here", "there"):
        rows = progress.entries(key(name))
        assert len(rows) == 3 * count
        assert [row.kind for row in rows[:3]] == [EntryKind.ANSWER, EntryKind.ANSWER, EntryKind.WITHDRAW]
        assert progress.state(key(name)).reps == count
    before = contents(progress.connection)
    assert len(before["meta"]) == 1
    assert progress.rebuild() == 2
    assert contents(progress.connection) == before
