"""Answers without states into an empty log: the same in any order, by way of partitions or of the table."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_samples import contents

from spinequiz.model.cards import Preset
from spinequiz.scheduling.study_day import DAY_MS, StudyDays
from spinequiz.store import partitions, reading, schedule
from spinequiz.store.absorb import Absorbed, Defaults, absorb
from spinequiz.store.partitions import merged
from spinequiz.store.progress import Progress

DAYS = StudyDays(None, 4)
DEFAULTS = Defaults(Preset(leech_lapses=2), lambda deck_id: 0.9 if deck_id == "deck-0" else 0.8, DAYS.start)
FIRST_MS = 20_000 * DAY_MS
TABLES = ("log", "state", "mark", "preset")
ID = "01234567-89ab-7000-8000-{:012x}"


def line(number: int, **given: object) -> bytes:
    """The answer of a number: its card, instant and rating come from it."""
    draw = random.Random(number)
    row = {
        "deck": f"deck-{draw.randrange(2)}",
        "item": f"item-{draw.randrange(12)}",
        "variant": draw.choice(("main", "c1")),
        "at_ms": FIRST_MS + number * 7_200_000,
        "rating": draw.choice((1, 1, 2, 3, 3, 4)),
    }
    return json.dumps({**row, **given}).encode() + b"\n"


def read(progress: Progress, lines: list[bytes]) -> Absorbed:
    source = io.BytesIO(b"".join(lines))
    return absorb(progress, reading.read_entries(source, "", progress.presets(), DAYS.of, lambda read: None), DEFAULTS)


def made(folder: Path, lines: list[bytes]) -> tuple[Absorbed, dict[str, list[tuple[object, ...]]]]:
    """What a new progress file tells of its import and holds then; the log in the order in which it was written."""
    folder.mkdir(exist_ok=True)
    progress = Progress.open(folder / f"{len([*folder.iterdir()])}.db")
    try:
        found = read(progress, lines)
        every = contents(progress.connection)
        ids = progress.connection.execute("SELECT id FROM log ORDER BY rowid").fetchall()
        return found, {**{table: every[table] for table in TABLES}, "written": ids}
    finally:
        progress.close()


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "PIECE_BYTES", 800)
        patch.setattr(partitions, "CHUNK", 2)
        patch.setattr(partitions, "BATCH", 7)
        yield


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("progress")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shelf")


numbers = st.lists(st.integers(0, 40), max_size=60)


@settings(max_examples=25)
@given(numbers, st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_nothing(shelf: Path, numbers: list[int], draw: random.Random) -> None:
    lines = [*map(line, numbers)]
    draw.shuffle(lines)
    found, held = made(shelf, lines)
    every, in_order = made(shelf, [*map(line, sorted(numbers))])
    assert (found, held) == (every, in_order)
    assert found.added == len(set(numbers))
    assert held["written"] == sorted(held["written"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(partitions, "MOST_BYTES", -1)
        assert made(shelf, lines) == (found, held)


def by_card(lines: list[bytes]) -> list[bytes]:
    return sorted(lines, key=lambda data: [json.loads(data)[name] for name in ("deck", "item", "variant", "at_ms")])


def test_no_order_needs_the_table(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "_Passage", None)
    lines = [*map(line, range(200))]
    found = made(folder, lines)
    assert found[0].added == 200
    assert made(folder, lines[::-1]) == made(folder, by_card(lines)) == found
    # nor do rows behind a preset, which are read one by one
    preset = b'{"kind": "preset", "id": "mine", "settings": {"fuzz": false}}\n'
    named = [line(number, preset="mine") for number in range(100)]
    assert made(folder, [preset, *named, *lines])[0].added == 300


@pytest.mark.parametrize("apart", [0, 100])
def test_of_rows_with_one_id_the_first_stays_whatever_cards_they_are_of(folder: Path, apart: int) -> None:
    """So many rows lie between them: none, and they come in one piece."""
    same = [line(number, id=ID.format(1), item=f"item-{number}") for number in range(5)]
    others = [*map(line, range(50, 50 + apart))]
    found, held = made(folder, [same[0], *others, *same[1:3], *others[:50], *same[3:], line(7)])
    first, first_held = made(folder, [same[0], *others, line(7)])
    assert (found.added, found.known, found.cards) == (first.added, 4 + len(others[:50]), first.cards)
    assert held == first_held


def test_a_partition_that_is_too_large_goes_another_way(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line(number, item="one") for number in range(100)]
    found = made(folder, lines)
    monkeypatch.setattr(partitions, "MOST_BYTES", 3000)
    monkeypatch.setattr(partitions, "_written", None)
    assert made(folder, lines[::-1]) == found
    assert found[0].added == 100


@pytest.mark.parametrize("after", [1, 60, 110, 200])
def test_what_is_stopped_half_way_leaves_nothing(progress: Progress, after: int) -> None:
    class Stopped(Exception):
        pass

    def deriving(done: int, total: int) -> None:
        assert 0 < done <= total == 200
        if done >= after:
            raise Stopped

    before = contents(progress.connection)
    source = io.BytesIO(b"".join(map(line, range(100))))
    entries = reading.read_entries(source, "", (), DAYS.of, lambda read: None)
    with pytest.raises(Stopped):
        absorb(progress, entries, DEFAULTS, deriving=deriving)
    assert contents(progress.connection) == before
    assert read(progress, [line(1)]).added == 1


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 4)), max_size=60), st.integers(1, 10))
def test_runs_are_merged(parts: list[tuple[int, int]], size: int) -> None:
    numbers = iter(random.Random(1).sample(range(1000), 1000))
    runs: dict[int, list[int]] = {}
    for run, length in parts:
        runs.setdefault(run, []).extend(next(numbers) for _ in range(length))
    rows = {run: [(number, run) for number in sorted(found)] for run, found in runs.items()}
    chunks = [iter([found[at : at + 3] for at in range(0, len(found), 3)]) for found in rows.values()]
    batches = [*merged([*chunks, iter([])], size)]
    assert [row for batch in batches for row in batch] == sorted(row for found in rows.values() for row in found)
    assert all(len(batch) == size for batch in batches[:-1])
    assert all(batches)


def test_a_merge_holds_a_chunk_of_each_run() -> None:
    taken = 0

    def run(start: int) -> Iterator[list[tuple[int]]]:
        nonlocal taken
        for number in count(start, 10):
            taken += 1
            yield [(number,)]

    batches = merged([run(start) for start in range(10)], 20)
    for given_rows in range(20, 1000, 20):
        assert next(batches) == [(number,) for number in range(given_rows - 20, given_rows)]
        assert taken == given_rows + 10
