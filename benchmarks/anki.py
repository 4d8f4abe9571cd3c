"""The same step in Anki, where its Python package is installed: open a collection as large, and answer one card.

Anki is no dependency of spinequiz. It is run as it is, in processes of its own, on a collection made for it.
"""

from __future__ import annotations

import random
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from benchmarks.figures import Figure, alternate
from benchmarks.programs import Home, environment, run_seconds

MAKE = """
import sys
from anki.collection import AddNoteRequest, Collection

path, items, decks = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
collection = Collection(path)
collection.set_config("fsrs", True)
basic = collection.models.by_name("Basic")
for number in range(decks):
    deck = collection.decks.id(f"all::deck-{number:03}")
    requests = []
    for item in range(items * number // decks, items * (number + 1) // decks):
        note = collection.new_note(basic)
        note["Front"], note["Back"] = f"QZ{item:04} " + "question " * 15, f"AZ{item:04} " + "answer " * 40
        requests.append(AddNoteRequest(note, deck))
    collection.add_notes(requests)
print(collection.sched.today)
collection.close()
"""
ANSWER_THERE = """
import sys
from anki.collection import Collection
from anki.cards import Card
from anki.scheduler.v3 import CardAnswer

collection = Collection(sys.argv[1])
collection.decks.select(collection.decks.id("all"))
queued = collection.sched.get_queued_cards(fetch_limit=1).cards[0]
card = Card(collection, backend_card=queued.card)
card.start_timer()
card.question(), card.answer()
answer = collection.sched.build_answer(card=card, states=queued.states, rating=CardAnswer.GOOD)
collection.sched.answer_card(answer)
collection.sched.get_queued_cards(fetch_limit=1)
collection.close()
"""
ANSWER_HERE = """
from spinequiz.cli.workspace import open_workspace
from spinequiz.grading import grader_of
from spinequiz.grading.keys import NOTHING
from spinequiz.model.cards import Rating
from spinequiz.model.responses import Typed
from spinequiz.session.driver import StudyDriver
from spinequiz.session.study import Begin, Rate, Respond, Reveal

workspace = open_workspace()
driver = StudyDriver(workspace, workspace.shelf().decks)
driver.send(Begin())
card = driver.study.current.card
grader = grader_of(card.item)
grader.question(card.item, card.key.variant), grader.answer(card.item, card.key.variant)
if grader.self_rated:
    driver.send(Reveal())
    driver.send(Rate(Rating.GOOD))
else:
    driver.send(Respond(NOTHING.get(grader.response_type, Typed("no idea"))))
    driver.send(Rate())
assert driver.study.tally.answers == 1
workspace.close()
"""


def missing() -> bool:
    """Whether there is no Anki here to compare with."""
    return find_spec("anki") is None


def first_answer(home: Home, items: int, decks: int, reviews: int, samples: int) -> list[Figure]:
    """Open, the first card of all decks, its answer, and the card after it: whole runs, imports included."""
    path = home.folder / "collection.anki2"
    made = subprocess.run(
        (sys.executable, "-c", MAKE, str(path), str(items), str(decks)),
        env=environment(), check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    _give_a_past(path, int(made), reviews)
    there, here = (sys.executable, "-c", ANSWER_THERE, str(path)), (sys.executable, "-c", ANSWER_HERE)
    times = alternate(lambda: run_seconds(here, home.environment), lambda: run_seconds(there, environment()), samples)
    return [Figure("open, one answer, next card", "the same in Anki's library", *times, 1)]


def _give_a_past(path: Path, today: int, reviews: int) -> None:
    """Reviews over three years, and a schedule for all cards but every sixth."""
    import sqlite3
    import time
    from contextlib import closing

    draw = random.Random(1)
    with closing(sqlite3.connect(path)) as collection:
        # Anki's own order of letters, which its tables are declared with
        collection.create_collation("unicase", lambda one, other: (one.casefold() > other.casefold()) - (one < other))
        cards = [row[0] for row in collection.execute("SELECT id FROM cards ORDER BY id")]
        studied = [card for number, card in enumerate(cards) if number % 6]
        collection.executemany(
            "UPDATE cards SET type = 2, queue = 2, due = ?, ivl = ?, factor = 2500, reps = 20, data = ? WHERE id = ?",
            (
                (today + draw.randint(-30, 300), 30, '{"s":30.0,"d":5.0,"dr":0.9}', card)
                for card in studied
            ),
        )  # fmt: skip
        first = int(time.time() * 1000) - 3 * 365 * 86_400_000
        step = 3 * 364 * 86_400_000 // reviews
        collection.executemany(
            "INSERT INTO revlog VALUES (?, ?, -1, ?, 30, 20, 2500, 5000, 1)",
            ((first + number * step, draw.choice(studied), draw.randint(1, 4)) for number in range(reviews)),
        )
        collection.commit()
