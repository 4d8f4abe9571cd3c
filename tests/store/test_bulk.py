"""Many rows at once: read, scheduled and replayed in pieces, by several processes, in memory that does not grow."""

from __future__ import annotations

import io
import json
import random
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from store_samples import contents

from spinequiz.model.cards import Preset, Review
from spinequiz.scheduling.study_day import DAY_MS, StudyDays
from spinequiz.store import absorb as absorbing
from spinequiz.store import derive, partitions, reading, schedule, waiting, workers
from spinequiz.store.absorb import Absorbed, Defaults, NotAbsorbed, absorb, read_presets
from spinequiz.store.interchange import export_lines
from spinequiz.store.progress import Progress, read_log
from spinequiz.store.rows import review_row
from spinequiz.store.waiting import bare_row

DAYS = StudyDays(None, 4)
DEFAULTS = Defaults(Preset(leech_lapses=2), lambda deck_id: 0.9 if deck_id == "deck-0" else 0.8, DAYS.start)
FIRST_MS = 20_000 * DAY_MS


def bare_lines(count: int, cards: int = 40, seed: int = 1) -> list[bytes]:
    """Answers of random cards as another program exports them, in the order of time."""
    draw = random.Random(seed)
    rows = (
        {
            "deck": f"deck-{draw.randrange(2)}",
            "item": f"item-{draw.randrange(cards)}",
            "at_ms": FIRST_MS + number * 3_600_000,
            "rating": draw.choice((1, 2, 3, 3, 3, 4)),
        }
        for number in range(count)
    )
    return [json.dumps(row).encode() + b"\n" for row in rows]


def read(progress: Progress, lines: list[bytes], expected: int = 0) -> Absorbed:
    entries = reading.read_entries(
        io.BytesIO(b"".join(lines)), "the file", progress.presets(), DAYS.of, lambda advance: None
    )
    return absorb(progress, entries, DEFAULTS, expected=expected)


def read_one_by_one(lines: list[bytes]) -> list[Review]:
    reader = reading.Reader((), DAYS.of)
    return [entry for line in lines if isinstance(entry := reader.entry(line), Review)]


def exported(progress: Progress) -> list[bytes]:
    presets = read_presets(progress.connection, progress.path)
    return list(export_lines(presets, read_log(progress.connection, progress.path)))


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Progress]:
    opened = Progress.open(tmp_path / "other" / "progress.db")
    yield opened
    opened.close()


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Pieces so small that some hundred rows are many. Returns the workers that were started."""
    monkeypatch.setattr(reading, "PIECE_BYTES", 1000)
    monkeypatch.setattr(partitions, "FEW", 100)
    monkeypatch.setattr(partitions, "CHUNK", 3)
    monkeypatch.setattr(partitions, "BATCH", 50)
    monkeypatch.setattr(schedule, "FEW", 100)
    monkeypatch.setattr(schedule, "PIECE_ROWS", 20)
    monkeypatch.setattr(derive, "PIECE_ROWS", 20)
    monkeypatch.setattr(derive, "BATCH", 20)
    monkeypatch.setattr(absorbing, "CHUNK", 50)
    monkeypatch.setattr(workers, "_processors", lambda: 2)
    started: list[int] = []
    start = workers._start

    def noted(setup: bytes) -> object:
        worker = start(setup)
        assert worker is not None
        started.append(worker.pid)
        return worker

    monkeypatch.setattr(workers, "_start", noted)
    return started


def in_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_processors", lambda: 1)


@pytest.mark.parametrize("expected", [0, 10**6])
def test_several_processes_make_the_same_log_and_states(
    progress: Progress, other: Progress, small_pieces: list[int], monkeypatch: pytest.MonkeyPatch, expected: int
) -> None:
    lines = bare_lines(600)
    assert read(progress, lines, expected).added == 600
    assert len(small_pieces) == 4
    log = exported(progress)
    progress.rebuild()
    assert len(small_pieces) == 6
    in_one_process(monkeypatch)
    draw = random.Random(2)
    draw.shuffle(lines)
    read(other, lines, expected)
    assert len(small_pieces) == 6
    assert exported(other) == log
    assert contents(other.connection)["state"] == contents(progress.connection)["state"]
    assert contents(other.connection)["mark"] == contents(progress.connection)["mark"] != []


def test_rows_with_states_come_back_from_several_processes(
    progress: Progress, other: Progress, small_pieces: list[int]
) -> None:
    read(progress, bare_lines(300))
    log = exported(progress)
    started = len(small_pieces)
    assert read(other, log, 10**6).added == 300
    assert len(small_pieces) == started + 2
    assert exported(other) == log
    indexes = "SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name"
    assert other.connection.execute(indexes).fetchall() == progress.connection.execute(indexes).fetchall()
    before = contents(other.connection)
    assert before["state"] == contents(progress.connection)["state"]
    other.rebuild()
    assert contents(other.connection) == before
    assert read(other, log) == Absorbed(0, 300, 0)


def test_bare_rows_between_rows_with_states(progress: Progress, other: Progress, small_pieces: list[int]) -> None:
    lines = bare_lines(300)
    read(progress, lines[::2])
    read(progress, lines[1::2])
    read(other, lines[::2])
    log = exported(other)
    fresh = Progress.open(other.path.with_name("fresh.db"))
    # whole and bare rows of the same cards in one go
    read(fresh, [*log, *lines[1::2]], 10**6)
    assert exported(fresh) == exported(progress)
    for table in ("state", "mark"):
        assert contents(fresh.connection)[table] == contents(progress.connection)[table]
    fresh.close()


def test_more_cards_than_are_followed_at_once_make_the_same_log_and_states(
    progress: Progress, other: Progress, small_pieces: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = bare_lines(600)
    suspended = {"kind": "suspend", "deck": "deck-0", "item": "item-1", "at_ms": FIRST_MS + 30 * 3_600_000}
    lines[300:300] = [json.dumps(suspended).encode() + b"\n"]
    # the second time there are rows with states between the others
    read(progress, lines[::2])
    read(progress, lines[1::2])
    monkeypatch.setattr(schedule, "MOST_CARDS", 30)
    read(other, lines[::2])
    read(other, lines[1::2])
    assert exported(other) == exported(progress)
    for table in ("state", "mark"):
        assert contents(other.connection)[table] == contents(progress.connection)[table] != []
    followed = contents(other.connection)
    other.rebuild()
    assert contents(other.connection) == followed


def test_some_answers_start_no_process(progress: Progress, other: Progress, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_start", None)
    lines = bare_lines(200)
    assert read(progress, lines).added == 200
    assert read(other, lines[::-1]).added == 200
    assert exported(other) == exported(progress)


@pytest.mark.parametrize("late", ["a row from before", "a row twice", "rows as before", "a row and its undo"])
def test_rows_and_then_others_make_what_they_make_in_any_order(
    progress: Progress, other: Progress, small_pieces: list[int], late: str
) -> None:
    *lines, last = bare_lines(301)
    del lines[7]
    first = read_one_by_one(lines)[0].id
    card = {name: json.loads(lines[0])[name] for name in ("deck", "item")}
    undo = {"kind": "withdraw", **card, "at_ms": FIRST_MS + 10**9, "withdraws": first}
    appended = {
        "a row from before": [bare_lines(8)[7]],
        "a row twice": [lines[-1]],
        "rows as before": lines[:20],
        "a row and its undo": [last, json.dumps(undo).encode() + b"\n"],
    }[late]
    found = read(progress, [*lines, *appended])
    again = late in ("a row twice", "rows as before")
    assert found == Absorbed(len(lines) + (0 if again else len(appended)), len(appended) if again else 0, found.cards)
    mixed = [*lines, *appended]
    random.Random(3).shuffle(mixed)
    read(other, mixed)
    assert exported(other) == exported(progress)
    for table in ("state", "mark"):
        assert contents(other.connection)[table] == contents(progress.connection)[table]
    derived = contents(other.connection)
    other.rebuild()
    assert contents(other.connection) == derived


def test_rows_of_one_id_keep_the_first(progress: Progress) -> None:
    name = "01234567-89ab-7000-8000-000000000000"
    row = {"id": name, "deck": "deck-0", "item": "item-1", "at_ms": FIRST_MS, "rating": 3}
    lines = [json.dumps({**row, "rating": rating}).encode() + b"\n" for rating in (4, 1, 2)]
    found = read(progress, [*bare_lines(5), *lines])
    assert (found.added, found.known) == (6, 2)
    assert progress.connection.execute("SELECT rating FROM log WHERE id = ?", (name,)).fetchall() == [(4,)]


def test_the_least_that_an_answer_needs_is_the_same_row_as_in_any_other_line() -> None:
    least = bare_lines(50)
    least[7] = b'{"deck":"a","item":"b","variant":"main","at_ms":1000,"rating":1}\n'
    least[8] = b'{"rating":1,"at_ms":16725225600000,"variant":"c1","item":"b","deck":"a"}'
    least[9] = (
        b'  {"deck": "a", "deck": "\\u00e9", "item": "\\ud83d\\ude00", "at_ms": 1000, "rating": 2, "variant": ""}\r\n'
    )
    # with a key that nobody knows, a line is read like all others
    others = [line.replace(b"{", b'{"unknown": 1, ', 1) for line in least]
    assert reading._answers(DAYS.of, others) is None
    assert reading._answers(DAYS.of, least) == [*map(bare_row, map(review_row, read_one_by_one(others)))]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b'{"deck": "", "item": "b", "at_ms": 1, "rating": 3}', "names no card"),
        (b'{"deck": "a", "item": "b", "at_ms": -1, "rating": 3}', "years 1970 and 2500"),
        (b'{"deck": "a", "item": "b", "at_ms": 16725225600001, "rating": 3}', "years 1970 and 2500"),
        (b'{"deck": "a", "item": "b", "at_ms": 1, "rating": 5}', "must be 1 to 4"),
        (b'{"deck": "a", "item": "b", "at_ms": 1}', "needs a `rating`"),
        (b'{"deck": "a", "item": "b", "rating": 3}', "no instant"),
        (b'{"deck": "a", "item": "b", "at_ms": "1", "rating": 3}', r"Expected `int.*`\$.at_ms`"),
        (b'{"deck": "a", "item": "b", "at_ms": 1, "rating": 3} {}', "trailing characters"),
    ],
)
def test_a_mistake_in_the_least_that_an_answer_needs_is_told(progress: Progress, line: bytes, told: str) -> None:
    lines = bare_lines(3)
    with pytest.raises(NotAbsorbed, match=f"line 3: .*{told}"):
        read(progress, [*lines[:2], line + b"\n", lines[2]])


@pytest.mark.parametrize("processes", [1, 2])
def test_a_mistake_far_down_is_told_by_its_line_and_nothing_is_kept(
    progress: Progress, small_pieces: list[int], monkeypatch: pytest.MonkeyPatch, processes: int
) -> None:
    monkeypatch.setattr(workers, "_processors", lambda: processes)
    lines = bare_lines(500)
    lines[403] = b'{"deck": "deck-1", "item": "x", "rating": 7, "at_ms": 1}\n'
    lines[471:471] = [b"\n", b"no row\n"]
    with pytest.raises(NotAbsorbed) as raised:
        read(progress, lines)
    told = str(raised.value).splitlines()[1:]
    assert [line.split(":")[0].strip() for line in told] == ["line 404", "line 473"]
    assert exported(progress) == []


def test_a_preset_far_down_is_known_to_the_rows_behind_it_alone(progress: Progress, small_pieces: list[int]) -> None:
    lines = bare_lines(300)
    row = {"deck": "deck-1", "item": "x", "rating": 3, "at_ms": FIRST_MS, "preset": "mine"}
    named = json.dumps(row).encode() + b"\n"
    preset = b'{"kind": "preset", "id": "mine", "settings": {"fuzz": false}}\n'
    with pytest.raises(NotAbsorbed, match=r"line 251: the preset 'mine' is not known"):
        read(progress, [*lines[:250], named, *lines[250:], preset])
    assert read(progress, [*lines[:250], preset, *lines[250:], named]).added == 301


class EndlessLine(io.RawIOBase):
    """Lines, and then one that goes on for as long as it is read: `rest` over and over."""

    def __init__(self, lines: list[bytes], rest: bytes) -> None:
        self.lines = io.BytesIO(b"".join(lines))
        self.rest = rest
        self.given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:
        assert self.given < 10 * reading.LONGEST
        data = self.lines.read(len(buffer)) or self.rest * (len(buffer) // len(self.rest))
        buffer[: len(data)] = data
        self.given += len(data)
        return len(data)


@pytest.mark.parametrize("rest", [b"\0", b" ", b"\r", b'{"deck": "deck-1", '])
@pytest.mark.parametrize("before", [0, 3, 900])
def test_a_line_without_an_end_is_refused_after_a_megabyte(progress: Progress, rest: bytes, before: int) -> None:
    whole = b'{"deck": "deck-1", "item": "x", "rating": 3, "at_ms": 1}'
    source = io.BufferedReader(EndlessLine([*bare_lines(before), whole], rest))
    entries = reading.read_entries(source, "the file", progress.presets(), DAYS.of, lambda advance: None)
    with pytest.raises(NotAbsorbed, match=rf"the file holds [^\n]*\n  line {before + 1}: the line is longer than 1 MB"):
        absorb(progress, entries, DEFAULTS)
    assert exported(progress) == []


@pytest.mark.parametrize("too_long", [0, 1])
def test_a_line_of_a_megabyte_is_read(progress: Progress, too_long: int) -> None:
    line, other = bare_lines(2)
    length = reading.LONGEST + too_long
    long = line.rstrip().ljust(length - 1) + b"\n"
    if too_long:
        with pytest.raises(NotAbsorbed, match="line 2: the line is longer"):
            read(progress, [other, long])
    else:
        assert read(progress, [other, long, other]).added == 2


class Endless(io.RawIOBase):
    """A file of lines that are made when they are read."""

    def __init__(self, count: int, *, rising: bool) -> None:
        self.left = count
        self.rising = rising

    def read(self, size: int = -1) -> bytes:
        made = []
        while size > 0 and self.left:
            self.left -= 1
            # some days, and some cards or some rows a card, however many rows there are
            at_ms = FIRST_MS + (-self.left if self.rising else self.left * 7919 % 1000 * 60_000)
            item = self.left % 15 if self.rising else self.left // 10
            row = {"deck": "d", "item": f"i{item}", "at_ms": at_ms, "rating": 3}
            made.append(json.dumps(row).encode() + b"\n")
            size -= len(made[-1])
        return b"".join(made)


@pytest.mark.parametrize(
    ("rising", "most_bytes"),
    # partitions that are too large, and such as hold a few cards each
    [(True, 1000), (False, 1000), (False, partitions.MOST_BYTES)],
)
def test_memory_does_not_grow_with_the_file(
    tmp_path: Path, small_pieces: list[int], monkeypatch: pytest.MonkeyPatch, rising: bool, most_bytes: int
) -> None:
    in_one_process(monkeypatch)
    monkeypatch.setattr(partitions, "MOST_BYTES", most_bytes)
    # so few partitions that there is something in each, whatever the number of cards
    monkeypatch.setattr(waiting, "PARTITIONS", 40)
    monkeypatch.setattr(partitions, "CHUNK", 1)
    monkeypatch.setattr(schedule, "MOST_CARDS", 20)

    def peak(count: int) -> int:
        progress = Progress.open(tmp_path / f"{count}.db")
        days = StudyDays(None, 4)
        entries = reading.read_entries(Endless(count, rising=rising), "", (), days.of, lambda advance: None)
        tracemalloc.reset_peak()
        start = tracemalloc.get_traced_memory()[0]
        assert absorb(progress, entries, DEFAULTS._replace(day_start=days.start), expected=10**6).added == count
        if not rising:
            # all rows of a card are in memory then
            progress.rebuild()
        found = tracemalloc.get_traced_memory()[1] - start
        progress.close()
        return found

    tracemalloc.start()
    try:
        # what is filled once, as caches of days and of statements
        peak(300)
        few = peak(1000)
        many = peak(3000)
    finally:
        tracemalloc.stop()
    assert many < 1.5 * few
