"""The same measures on a large collection: 50,000 items in 60 files and a log of 1,000,000 reviews over three years."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

from benchmarks import anki
from benchmarks.bulk import bulk
from benchmarks.decks import TYPES, type_of, write_decks
from benchmarks.figures import Figure, alternate
from benchmarks.keys import rate_in_turns
from benchmarks.programs import BARE, NOTHING, Home, environment, run_seconds, spinequiz, temporary_home
from benchmarks.start import paint_seconds
from benchmarks.terminal import Terminal

ITEMS, FILES, REVIEWS, STUDIED = 50_000, 60, 1_000_000, 42_000
YEARS_MS = 3 * 365 * 86_400_000
RATINGS = (1, 2, 3, 3, 3, 3, 3, 4)
COMPOSE_ALL = """
import sys, yaml
for path in sys.argv[1:]:
    yaml.compose(open(path, 'rb').read(), Loader=yaml.CSafeLoader)
"""


FIRST_CARD = rb"QZ[0-9]+ "
MORE_MB = 40
COMPILE_ONE = """
import sys, time
from pathlib import Path
from spinequiz.decks.catalogue import Catalogue
from spinequiz.decks.load import parse_deck
catalogue = Catalogue(None, 0, parse_deck)
start = time.perf_counter()
catalogue.refresh(sys.argv[1])
print(time.perf_counter() - start)
"""


def large(samples: int) -> list[Figure]:
    """Start, library, `due`, rating, memory, first compile, imports and rebuild, all on the large collection."""
    with temporary_home() as home:
        files = _without_limits(write_decks(home.decks, ITEMS, FILES))
        compose = run_seconds((sys.executable, "-c", COMPOSE_ALL, *map(str, files)), environment())
        compiled = run_seconds(spinequiz("due"), home.environment)
        imports = bulk(home, _rows(), REVIEWS)
        # the first look registers the cards of all decks; what is measured comes after it
        run_seconds(spinequiz("study", "--plain"), home.environment)
        due = alternate(
            lambda: run_seconds(spinequiz("due"), home.environment),
            lambda: run_seconds(NOTHING, environment()),
            samples,
        )
        library = _painted(home, (), rb"deck-00", samples)
        one = _painted(home, ("study", "deck-055"), FIRST_CARD, samples)
        every = _painted(home, ("study",), FIRST_CARD, samples)
        changed = alternate(
            lambda: _start_after_a_change(home, files[30]), lambda: _start_and_compile(files[30]), samples
        )
        rating = rate_in_turns(home, ("study",), TYPES, 6 * samples)
        at_once = rate_in_turns(home, ("study",), TYPES, 6 * samples, pause=0)
        memory = alternate(
            lambda: _resident_mb(spinequiz("study"), home.environment, FIRST_CARD),
            lambda: MORE_MB + _resident_mb(BARE, environment(), rb"QZ0000"),
            samples,
        )
        compared = [] if anki.missing() else anki.first_answer(home, ITEMS, FILES, REVIEWS, samples)
    first_text = "one Static, start to its text"
    return [
        Figure(f"first compile of {ITEMS:,} items", "`yaml.compose`, C loader", [compiled], [compose], 2),
        *imports,
        Figure("`due`, large collection", "`python -c pass`", *due, 10),
        Figure(f"library with {FILES} decks", first_text, *library, 1.3),
        Figure("start to first card of one deck", first_text, *one, 1.25),
        Figure("start to first card of all decks", first_text, *every, 1.25),
        Figure("the same with one file changed", f"{first_text}, 1.25 times, and that file's compile", *changed, 1),
        Figure("rating to next card, large collection", "one Static, key to its text", *rating, 2),
        Figure("the same, each key as soon as its text shows", "the same, key after key", *at_once, 2),
        Figure("resident memory while studying", f"one Static, and {MORE_MB} MB", *memory, 1, "MB"),
        *compared,
    ]


def _painted(home: Home, words: tuple[str, ...], pattern: bytes, samples: int) -> tuple[list[float], list[float]]:
    return alternate(
        lambda: paint_seconds(spinequiz(*words), home.environment, pattern),
        lambda: paint_seconds(BARE, environment(), rb"QZ0000"),
        samples,
    )


def _start_after_a_change(home: Home, file: Path) -> float:
    """Start to first card of all decks, after the file has got another title."""
    text = file.read_text("utf-8")
    title = f"title: Changed at {time.time_ns()}\n"
    lines = (title if line.startswith("title:") else line for line in text.splitlines(keepends=True))
    file.write_text("".join(lines), "utf-8")
    return paint_seconds(spinequiz("study"), home.environment, FIRST_CARD)


def _start_and_compile(file: Path) -> float:
    """What that may take: the bare program's start, and the file's own compile."""
    compiled = subprocess.run(
        (sys.executable, "-c", COMPILE_ONE, str(file)), env=environment(), check=True, capture_output=True, text=True
    ).stdout
    return 1.25 * paint_seconds(BARE, environment(), rb"QZ0000") + float(compiled)


def _resident_mb(command: tuple[str, ...], environment: dict[str, str], pattern: bytes) -> float:
    """The memory (MB) that a program holds once it has painted a text and come to rest."""
    with Terminal(command, environment) as terminal:
        terminal.painted(pattern)
        terminal.settle(0.5)
        status = Path(f"/proc/{terminal.pid}/status").read_text("ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _without_limits(files: list[Path]) -> list[Path]:
    """Take the generated decks' own daily limits away: the student's general ones hold, as for most decks."""
    for path in files:
        text = path.read_text("utf-8")
        path.write_text("".join(x for x in text.splitlines(keepends=True) if not x.startswith("options:")), "utf-8")
    return files


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
