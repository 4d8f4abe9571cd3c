"""The same measures on a large collection: 50,000 items in 60 files and a log of 1,000,000 reviews over three years."""

from __future__ import annotations

import json
import random
import sys
import time
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

from benchmarks.decks import TYPES, type_of, write_decks
from benchmarks.figures import Figure, alternate
from benchmarks.programs import BARE, NOTHING, Home, environment, run_seconds, spinequiz, temporary_home
from benchmarks.start import paint_seconds

ITEMS, FILES, REVIEWS, STUDIED = 50_000, 60, 1_000_000, 42_000
YEARS_MS = 3 * 365 * 86_400_000
RATINGS = (1, 2, 3, 3, 3, 3, 3, 4)
COMPOSE_ALL = """
import sys, yaml
for path in sys.argv[1:]:
    yaml.compose(open(path, 'rb').read(), Loader=yaml.CSafeLoader)
"""


def large(samples: int) -> list[Figure]:
    """First compile, import, `due`, the library and a session's first card, all on the large collection."""
    with temporary_home() as home:
        files = _without_limits(write_decks(home.decks, ITEMS, FILES))
        compose = run_seconds((sys.executable, "-c", COMPOSE_ALL, *map(str, files)), environment())
        compiled = run_seconds(spinequiz("due"), home.environment)
        imported = _import(home)
        # the first look registers the cards of all decks; what is measured comes after it
        run_seconds(spinequiz("study", "--plain"), home.environment)
        due = alternate(
            lambda: run_seconds(spinequiz("due"), home.environment),
            lambda: run_seconds(NOTHING, environment()),
            samples,
        )
        library = _painted(home, (), rb"deck-00", samples)
        session = _painted(home, ("study", "deck-055"), rb"[0-9] left", samples)
    return [
        Figure(f"first compile of {ITEMS:,} items", "`yaml.compose`, C loader", [compiled], [compose], 2),
        Figure(f"import of {REVIEWS:,} reviews without states", "30 seconds", [imported], [30.0], 1),
        Figure("`due`, large collection", "`python -c pass`", *due, 10),
        Figure(f"library with {FILES} decks", "one Static, start to its text", *library, 1.3),
        Figure("start to first card, large collection", "one Static, start to its text", *session, 1.25),
    ]


def _painted(home: Home, words: tuple[str, ...], pattern: bytes, samples: int) -> tuple[list[float], list[float]]:
    return alternate(
        lambda: paint_seconds(spinequiz(*words), home.environment, pattern),
        lambda: paint_seconds(BARE, environment(), rb"QZ0000"),
        samples,
    )


def _without_limits(files: list[Path]) -> list[Path]:
    """Take the generated decks' own daily limits away: the student's general ones hold, as for most decks."""
    for path in files:
        text = path.read_text("utf-8")
        path.write_text("".join(x for x in text.splitlines(keepends=True) if not x.startswith("options:")), "utf-8")
    return files


def _import(home: Home) -> float:
    log = home.folder / "log.jsonl"
    with log.open("w", encoding="utf-8") as file:
        file.writelines(_rows())
    seconds = run_seconds(spinequiz("import", str(log)), home.environment)
    log.unlink()
    return seconds


def _rows() -> Iterator[str]:
    """Answers of random cards, evenly over the years up to now, as another program would export them."""
    draw = random.Random(1)
    first = time.time_ns() // 1_000_000 - YEARS_MS
    bounds = [ITEMS * number // FILES for number in range(FILES + 1)]
    for number in range(REVIEWS):
        item = draw.randrange(STUDIED)
        row = {
            "deck": f"deck-{bisect_right(bounds, item) - 1:03}",
            "item": f"item-{item:04}",
            "variant": "c1" if type_of(item, TYPES) == "cloze" else "main",
            "at_ms": first + YEARS_MS * number // REVIEWS,
            "rating": draw.choice(RATINGS),
        }
        yield json.dumps(row) + "\n"
