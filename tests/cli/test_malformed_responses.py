"""A stored response may be anything: nothing that reads the log stops at it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from spinequiz.model.cards import MAIN, CardKey, DeckId, EntryKind, ItemId, Preset, Rating, Review, ReviewId
from spinequiz.scheduling.outcomes import outcomes
from spinequiz.scheduling.study_day import DAY_MS
from spinequiz.store.progress import Progress
from spinequiz.store.rows import new_review_id, review_row

NOW_MS = 20_600 * DAY_MS
CARD = CardKey(DeckId("deck"), ItemId("one"), MAIN)
MALFORMED = (
    "", "null", "[]", "{}", '"x"', "1", "not json", '{"kind":"picked"}', '{"kind":"nope"}',
    '{"kind":"picked","options":[1]}', "[" * 5000, "[" * 2000 + "]" * 2000, '{"a":' * 3000 + "1" + "}" * 3000,
    '{"kind":"typed","text":"\\ud800"}', "NaN", "[Infinity]", "1e400", "9" * 5000, "\u202e\x1b[31m",
    '{"kind":"typed",\n"text":"a"}', "x" * 100_000,
)  # fmt: skip


def run(home: Path, *arguments: str) -> tuple[int, str, str]:
    environment = {**os.environ, "SPINEQUIZ_HOME": str(home), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "spinequiz", *arguments]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def strict(line: str) -> Any:
    def refuse(constant: str) -> Any:
        raise ValueError(f"{constant} is no JSON")

    return json.loads(line, parse_constant=refuse)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A machine whose log holds the malformed responses, and one that is no text at all."""
    progress = Progress.open(tmp_path / "progress.db")
    outcome = outcomes(
        CARD, None, now_ms=NOW_MS, study_day=20_600, preset=Preset(), desired_retention=0.9,
        day_start=lambda day: day * DAY_MS,
    ).of(Rating.GOOD)  # fmt: skip
    row = progress.answer(
        Review(
            id=ReviewId(""), kind=EntryKind.ANSWER, card=CARD, at_ms=NOW_MS, study_day=20_600, device="",
            rating=Rating.GOOD, response='{"kind":"recalled"}', after=outcome.state, desired_retention=0.9, rev=1,
        ),
        Preset(),
        leech=False,
    )  # fmt: skip
    values = list(review_row(row))
    for response in (*MALFORMED, b'\xff\xfe{"kind"'):
        values[0] = new_review_id(NOW_MS, values[0])
        values[11] = response
        holes = ", ".join("CAST(? AS TEXT)" if index == 11 else "?" for index in range(len(values)))
        progress.connection.execute(f"INSERT INTO log VALUES ({holes})", values)
    progress.close()
    return tmp_path


def test_nothing_stops_at_a_malformed_response(home: Path, tmp_path: Path) -> None:
    rows = len(MALFORMED) + 2
    status, out, _ = run(home, "history")
    assert (status, len(out.splitlines())) == (0, rows)
    status, out, _ = run(home, "history", "--json")
    assert status == 0
    assert len([strict(line) for line in out.split("\n") if line]) == rows
    assert "unreadable-responses" in run(home, "doctor")[1]
    status, out, _ = run(home, "doctor", "--fix")
    assert status == 0
    assert "derived from the log again" in out
    exported = tmp_path / "log.jsonl"
    assert run(home, "export", str(exported))[0] == 0
    lines = exported.read_text("utf-8").split("\n")
    assert len([strict(line) for line in lines if line]) == rows + 1  # and the preset
    status, out, _ = run(tmp_path / "other", "import", str(exported))
    assert (status, f"{rows} rows added" in out) == (0, True)
    assert len(run(tmp_path / "other", "history", "--json")[1].split("\n")) == rows + 1
