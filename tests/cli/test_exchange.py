"""`export`, `import` and `merge`: logs go out and come back as they were, or nothing happens at all."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from spinequiz.cli.running import run
from spinequiz.model.cards import MAIN, CardKey, DeckId, EntryKind, ItemId, Preset, Rating, Review, ReviewId, Score
from spinequiz.scheduling.outcomes import outcomes
from spinequiz.scheduling.study_day import DAY_MS
from spinequiz.store.progress import Progress

TODAY = 20_600
NOW_MS = TODAY * DAY_MS + 10 * 3_600_000
TABLES = ("preset", "log", "state", "mark")
LEECHY = Preset(leech_lapses=1)


class Machine:
    """A home folder and the commands in it."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self.monkeypatch = monkeypatch
        self.capfd = capfd

    def run(self, *arguments: str, status: int = 0, given: bytes = b"") -> tuple[str, str]:
        """Run a command. Returns what it said, and what it said to standard error."""
        self.monkeypatch.setenv("SPINEQUIZ_HOME", str(self.home))
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        self.capfd.readouterr()
        assert run(arguments) == status
        return tuple(self.capfd.readouterr())

    def study(self, first_day: int = 0) -> None:
        """Answers, marks, undo and a leech."""
        progress = Progress.open(self.home / "progress.db")
        for number, (item, rating) in enumerate([("one", 3), ("two", 4), ("one", 3), ("two", 1), ("one", 1)]):
            day = TODAY + first_day + 3 * number
            state = progress.state(key(item))
            at_ms = NOW_MS + (day - TODAY) * DAY_MS
            made = outcomes(
                key(item), state, now_ms=at_ms, study_day=day, preset=LEECHY, desired_retention=0.85,
                day_start=lambda day: day * DAY_MS,
            ).of(Rating(rating))  # fmt: skip
            row = Review(
                id=ReviewId(""), kind=EntryKind.ANSWER, card=key(item), at_ms=at_ms, study_day=day, device="",
                rating=Rating(rating), score=Score(1, 2), response='{"kind":"typed","text":"a \\"b\\""}',
                duration_ms=1, before=state, after=made.state, desired_retention=0.85, rev=2, content_hash="f00d",
            )  # fmt: skip
            written = progress.answer(row, LEECHY, leech=made.leech)
        progress.withdraw(written.id, at_ms=NOW_MS + 50 * DAY_MS, study_day=TODAY + 50)
        for kind, until in ((EntryKind.BURY, TODAY + 60), (EntryKind.FLAG, None)):
            progress.mark(
                Review(
                    id=ReviewId(""),
                    kind=kind,
                    card=key("three"),
                    at_ms=NOW_MS,
                    study_day=TODAY,
                    device="",
                    until_day=until,
                )
            )
        progress.close()

    def tables(self) -> dict[str, list[tuple[object, ...]]]:
        progress = Progress.open(self.home / "progress.db")
        found = {table: sorted(progress.connection.execute(f"SELECT * FROM {table}"), key=repr) for table in TABLES}
        progress.close()
        return found


def key(item: str) -> CardKey:
    return CardKey(DeckId("deck"), ItemId(item), MAIN)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Machine:
    return Machine(tmp_path / "here", monkeypatch, capfd)


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Machine:
    return Machine(tmp_path / "there", monkeypatch, capfd)


def lines(*rows: dict[str, object] | str) -> bytes:
    return "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows).encode()


MINIMAL = {"deck": "deck", "item": "one", "rating": 3, "at_ms": NOW_MS}


def test_an_export_comes_back_as_it_was(here: Machine, there: Machine, tmp_path: Path) -> None:
    """Log, states, marks and `history --json`, through a file and through a pipe."""
    here.study()
    file = tmp_path / "log.jsonl"
    here.run("export", str(file))
    out, _ = here.run("export")
    assert out.encode() == file.read_bytes()
    assert there.run("import", str(file))[0] == f"{file}: 8 rows added to 3 cards; 0 were here already\n"
    assert there.tables() == here.tables()
    assert there.tables()["mark"]
    assert there.run("history", "--json") == here.run("history", "--json")
    assert there.run("export")[0] == out
    assert there.run("import", "-", given=out.encode())[0] == (
        "standard input: 0 rows added to 0 cards; 8 were here already\n"
    )
    assert there.tables() == here.tables()


def test_two_machines_merge_to_the_same(here: Machine, there: Machine) -> None:
    """One by the other's database, the other by a backup of the first."""
    here.study()
    there.study(first_day=1)
    here.run("merge", str(there.home / "progress.db"))
    backup = here.run("backup")[0].partition(":")[0]
    there.run("merge", backup)
    assert there.tables() == here.tables()
    assert len(here.tables()["log"]) == 16
    here.run("doctor")


def test_the_state_before_is_kept(here: Machine, there: Machine) -> None:
    here.study()
    there.study(first_day=2)
    before = there.tables()
    _, err = there.run("merge", str(here.home / "progress.db"))
    kept = err.strip().removeprefix("The state before is kept in ").removesuffix(".")
    there.run("restore", kept, "--yes")
    assert there.tables() == before


def test_lines_of_other_programs_need_four_keys(here: Machine) -> None:
    rows = [{**MINIMAL, "at_ms": NOW_MS + number * 4 * DAY_MS} for number in (2, 0, 1)]
    here.run(
        "import",
        "-",
        given=lines("", *rows, {"deck": "deck", "item": "two", "rating": 1, "at": "2026-05-27T12:00:00Z"}),
    )
    found = [json.loads(line) for line in here.run("history", "--json")[0].splitlines()]
    one = [row for row in found if row["item"] == "one"]
    assert [row["at_ms"] for row in one] == sorted(row["at_ms"] for row in rows)
    assert [row["before"] for row in one] == [None, one[0]["after"], one[1]["after"]]
    assert {row["desired_retention"] for row in found} == {0.9}
    assert here.run("import", "-", given=lines(*rows))[0].endswith("3 were here already\n")
    assert len(here.tables()["state"]) == 2


def test_own_settings_schedule_lines_of_other_programs(here: Machine) -> None:
    here.home.mkdir()
    (here.home / "settings.toml").write_text("desired_retention = 0.8\nlearning_steps_minutes = []\n")
    here.run("import", "-", given=lines(MINIMAL))
    row = json.loads(here.run("history", "--json")[0])
    assert row["desired_retention"] == 0.8
    assert row["after"]["phase"] == "review"


STATE = {
    "phase": "review", "step": None, "stability": 3.0, "difficulty": 5.0, "due": "2026-06-01T00:00:00Z",
    "interval_days": 3, "last_day": "2026-05-27", "reps": 1, "lapses": 0,
}  # fmt: skip
PRESET = {"kind": "preset", "id": "p", "settings": {}}
WHOLE = {**MINIMAL, "preset": "p", "desired_retention": 0.9, "study_day": "2026-05-27", "after": STATE}
ID = "01900000-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("nonsense", "malformed"),
        ("[1]", "array"),
        ('{"deck": "a\\ud800"}', "truncated"),
        ({"item": "one", "rating": 3, "at_ms": 1}, "`deck` and `item`"),
        ({**MINIMAL, "at_ms": None}, "`at_ms` or `at`"),
        ({**MINIMAL, "at_ms": 10**17}, "no calendar has the instant"),
        ({**MINIMAL, "at_ms": 10**14}, "1970 and 2500"),
        ({**MINIMAL, "at_ms": -1}, "1970 and 2500"),
        ({**MINIMAL, "rating": None}, "needs a `rating`"),
        ({**MINIMAL, "rating": 5}, "5"),
        ({**MINIMAL, "rating": "good"}, "rating"),
        ({**MINIMAL, "kind": "guess"}, "guess"),
        ({**MINIMAL, "id": "7"}, "UUID"),
        ({**MINIMAL, "id": "ffffffff-ffff-7fff-bfff-ffffffffffff"}, "UUID"),
        ({**MINIMAL, "study_day": "yesterday"}, "yesterday"),
        ({**MINIMAL, "study_day": "9999-12-31"}, "1970 and 2500"),
        ({**MINIMAL, "points": 3, "max_points": 2}, "3 of 2"),
        ({**MINIMAL, "duration_ms": -5}, "duration_ms"),
        ({**MINIMAL, "preset": "q"}, "'q' is not known"),
        ({**MINIMAL, "desired_retention": 1.5}, "desired_retention"),
        ({**WHOLE, "after": {**STATE, "stability": -1.0}}, "stability"),
        ({**WHOLE, "after": {**STATE, "step": 0}}, "step"),
        ({**WHOLE, "after": {**STATE, "lapses": -1}}, "count"),
        ({**WHOLE, "after": {**STATE, "reps": 2**53}}, "count"),
        ({**WHOLE, "after": {**STATE, "last_day": "9999-12-31"}}, "`last_day`"),
        ({**WHOLE, "after": {**STATE, "due": "9999-12-31T00:00:00Z"}}, "`due`"),
        ({**WHOLE, "before": {**STATE, "due": "0001-01-01T00:00:00Z"}}, "`due`"),
        ({**WHOLE, "after": {**STATE, "interval_days": 2**40}}, "interval_days"),
        ({**MINIMAL, "kind": "bury", "rating": None, "until": "9999-12-31"}, "`until` does not lie"),
        ({**MINIMAL, "kind": "pause"}, "a newer spinequiz"),
        ({**MINIMAL, "rating": 5}, "`rating` is 5, and must be 1 to 4"),
        ({**MINIMAL, "at_ms": 1763712000000000}, "`at_ms` counts milliseconds"),
        ({**WHOLE, "withdraws": ID}, "has no `withdraws`"),
        ({**MINIMAL, "kind": "bury", "rating": None}, "needs `until`"),
        ({**MINIMAL, "kind": "withdraw", "rating": None}, "needs `withdraws`"),
        ({**MINIMAL, "kind": "flag", "rating": None, "after": STATE}, "only an answer"),
        ({**PRESET, "settings": None}, "needs an `id`"),
        ({**PRESET, "id": "r", "settings": {"weights": [1.0]}}, "parameters"),
        ({**PRESET, "id": "r", "settings": {"learning_steps": [-1]}}, "step"),
        ({**PRESET, "id": "r", "settings": {"maximum_interval": 0}}, "maximum_interval"),
    ],
)  # fmt: skip
def test_a_malformed_line_is_told_by_its_number_and_nothing_is_imported(
    here: Machine, row: dict[str, object] | str, reason: str
) -> None:
    here.study()
    before = here.tables()
    out, err = here.run("import", "-", given=lines(PRESET, WHOLE, row, MINIMAL), status=1)
    assert "Nothing was changed" in err
    assert "line 3: " in err
    assert reason in err
    assert "Traceback" not in err
    assert not out
    assert here.tables() == before


def test_ten_mistakes_are_told_at_once(here: Machine) -> None:
    _, err = here.run("import", "-", given=lines(*["wrong"] * 12), status=1)
    assert [line.split(":")[0].strip() for line in err.splitlines()[1:]] == [f"line {n}" for n in range(1, 11)]


@pytest.mark.parametrize("command", ["import", "merge"])
def test_a_line_without_an_end_is_told_and_not_read_to_its_end(here: Machine, command: str) -> None:
    here.study()
    before = here.tables()
    out, err = here.run(command, "/dev/zero", status=1)
    assert err.startswith("spinequiz: /dev/zero holds lines that are no rows of a log. Nothing was changed.\n")
    assert "line 1: the line is longer than 1 MB" in err
    assert "`progress.db`" in err
    assert not out
    assert here.tables() == before


def test_taking_back_what_is_nowhere_is_refused(here: Machine) -> None:
    row = {**MINIMAL, "kind": "withdraw", "rating": None, "withdraws": ID}
    _, err = here.run("import", "-", given=lines(MINIMAL, row), status=1)
    assert ID in err
    assert here.tables()["log"] == []


def test_an_export_overwrites_nothing(here: Machine, tmp_path: Path) -> None:
    here.study()
    file = tmp_path / "mine.txt"
    file.write_text("mine")
    _, err = here.run("export", str(file), status=1)
    assert "there already" in err
    assert file.read_text() == "mine"


def test_before_the_first_answer_there_is_nothing_to_export(here: Machine) -> None:
    out, err = here.run("export")
    assert not out
    assert "nothing to export" in err


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_a_file_that_cannot_be_read(here: Machine, name: str, tmp_path: Path) -> None:
    _, err = here.run("import", str(tmp_path / name), status=1)
    assert str(tmp_path) in err
    assert "Traceback" not in err


def test_ones_own_progress_file_is_not_united_with_itself(here: Machine) -> None:
    here.study()
    assert "in use" in here.run("merge", str(here.home / "progress.db"), status=1)[1]


def test_a_database_that_is_no_progress_file(here: Machine, tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "strange.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (a)")
    connection.close()
    assert "no progress file" in here.run("merge", str(path), status=1)[1]


def test_a_damaged_database(here: Machine, there: Machine) -> None:
    there.study()
    path = there.home / "progress.db"
    data = bytearray(path.read_bytes())
    data[4096 : len(data) // 2] = b"\xa5" * (len(data) // 2 - 4096)
    path.write_bytes(data)
    out, err = here.run("merge", str(path), status=1)
    assert not out
    assert "Traceback" not in err
    assert str(path) in err


DECK = """\
spinequiz: 1
id: deck
title: A deck
items:
  - id: one
    type: basic
    prompt: What?
    answer: That.
    added: true
"""


def test_studying_shares_through_a_folder(here: Machine, there: Machine, tmp_path: Path) -> None:
    """What is answered on one machine is known to the other when it starts to study; a lost folder is told."""
    deck, folder = tmp_path / "deck.yaml", tmp_path / "synced"
    deck.write_text(DECK)
    folder.mkdir()
    for machine in (here, there):
        machine.home.mkdir()
        (machine.home / "settings.toml").write_text(f"shared_folder = '{folder}'\n")
    here.run("study", str(deck), "--plain", given=b"\n3\nq\n")
    assert len(list(folder.glob("spinequiz-*.jsonl"))) == 1
    there.run("study", str(deck), "--plain", given=b"q\n")
    assert there.tables() == here.tables()
    assert len(there.tables()["log"]) == 1
    folder.rename(tmp_path / "away")
    _, err = there.run("study", str(deck), "--plain", given=b"q\n")
    assert f"the shared folder {folder} is not there" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("command", ["merge", "import"])
def test_answers_under_a_key_that_was_corrected_here_are_scored_again(
    here: Machine, there: Machine, command: str
) -> None:
    for machine, key in ((here, "true"), (there, "true"), (here, "false")):
        deck = machine.home / "decks" / "deck.yaml"
        deck.parent.mkdir(parents=True, exist_ok=True)
        deck.write_text(DECK.replace("basic", "true-false").replace("That.", key))
        machine.run("decks", "update")
    there.run("study", "deck", "--plain", given=b"1\n\nq\n")
    assert len(there.tables()["log"]) == 1
    out, err = here.run(command, str(there.home / "progress.db"))
    assert out.endswith("progress.db: 1 row added to 1 card; 0 were here already\n")
    assert err == "deck: 1 key corrected (1 answer re-scored)\n"
    assert len(here.tables()["log"]) == 3
    (there.home / "decks" / "deck.yaml").write_bytes((here.home / "decks" / "deck.yaml").read_bytes())
    there.run("merge", str(here.home / "progress.db"))
    assert there.run("decks", "update")[0] == "deck: 1 key corrected\n"
    assert there.tables() == here.tables()
    here.run("doctor")


def test_answers_under_a_key_that_was_corrected_here_come_from_a_shared_folder(
    here: Machine, there: Machine, tmp_path: Path
) -> None:
    folder = tmp_path / "synced"
    folder.mkdir()
    for machine, key in ((here, "true"), (there, "true"), (here, "false")):
        deck = machine.home / "decks" / "deck.yaml"
        deck.parent.mkdir(parents=True, exist_ok=True)
        deck.write_text(DECK.replace("basic", "true-false").replace("That.", key))
        (machine.home / "settings.toml").write_text(f"shared_folder = '{folder}'\n")
        machine.run("decks", "update")
    there.run("study", "deck", "--plain", given=b"1\n\nq\n")
    told = "Changed since last time: deck: 1 key corrected (1 answer re-scored)"
    assert told in "".join(here.run("study", "deck", "--plain", given=b"q\n"))
    there.run("study", "deck", "--plain", given=b"q\n")
    assert there.tables() == here.tables()
    assert len(here.tables()["log"]) == 3
    assert told not in "".join(here.run("study", "deck", "--plain", given=b"q\n"))


def test_an_export_that_cannot_be_written_names_its_file(here: Machine, tmp_path: Path) -> None:
    here.study()
    file = tmp_path / "no" / "such" / "log.jsonl"
    _, err = here.run("export", str(file), status=1)
    assert f"{file} cannot be written" in err
    assert ".tmp" not in err
