"""Asks Anki what it makes of review histories: a script, so that Anki lives in a process of its own.

It reads a JSON request from standard input and writes a JSON answer to standard output. It needs the package
`anki`, which is licensed under the AGPL: spinequiz neither depends on it nor ships it, and nothing but this
script, in its own process, ever imports it.

Requests:
    {"histories": [{"retention": 0.9, "maximum": 36500, "learning": [60, 600], "relearning": [600],
                    "leech": 8, "weights": [], "reviews": [[gap_days, rating], ..]}, ..]}
        The answer has for each history a list with an entry a review:
            "options": for Again, Hard, Good and Easy [phase, steps left, seconds or days, stability, difficulty, leech]
            "stored": [stability, difficulty] as Anki keeps them after the answer, rounded to 4 and 3 decimals
            "replayed": [stability, difficulty] as Anki computes them from its log of reviews, not rounded
    {"fuzz": {"intervals": [1, 2, ..], "cards": 400}}
        The answer has for each interval the shortest and the longest that fuzz made of it among that many cards.
    {"draws": [{history as above}, ..], "count": 12}
        The answer has for each history, before its last review, "before": [stability, difficulty, interval in days],
        and "draws": as often as asked for the fuzz factor that Anki drew, from 0 to 1, known to 1.5e-4, and the days
        of the four ratings, null where a rating leads to a step.

Intervals are exact, without fuzz, only where ANKI_TEST_MODE is set before Anki starts; the fuzz needs it unset.
Days pass by moving Anki's card and its log into the past, for Anki reads the system's clock itself.
"""

from __future__ import annotations

import json
import math
import os
import sys
import tempfile
import time
from typing import Any

from anki.collection import Collection
from anki.scheduler_pb2 import CardAnswer, SchedulingState

DAY_MS = 86_400_000
REVIEW = 2
FAR_DAYS = 34_000
"""Fuzz spreads this interval over so many days that the day tells the factor that was drawn."""
RATINGS = ("again", "hard", "good", "easy")


class Oracle:
    """A throw-away collection in a folder. `days` pass for one card at a time."""

    def __init__(self, folder: str) -> None:
        self.collection = Collection(os.path.join(folder, "oracle.anki2"))
        self.collection.set_config("fsrs", True)
        # a study day must not end while this runs
        self.collection.set_config("rollover", (time.localtime().tm_hour + 12) % 24)

    def configure(self, history: dict[str, Any]) -> None:
        decks = self.collection.decks
        config = decks.get_config(1)
        config["desiredRetention"] = history["retention"]
        config["fsrsParams6"] = history["weights"]
        config["new"]["delays"] = [seconds / 60 for seconds in history["learning"]]
        config["lapse"]["delays"] = [seconds / 60 for seconds in history["relearning"]]
        config["lapse"]["leechFails"] = history["leech"]
        config["rev"]["maxIvl"] = history["maximum"]
        # 1: a leech is tagged and not suspended, so that the history can go on
        config["lapse"]["leechAction"] = 1
        decks.update_config(config)

    def new_card(self) -> int:
        note = self.collection.new_note(self.collection.models.by_name("Basic"))
        note["Front"] = "front"
        self.collection.add_note(note, 1)
        return int(note.cards()[0].id)

    def pass_days(self, card_id: int, days: int) -> None:
        card = self.collection.get_card(card_id)
        if days == 0 or card.last_review_time is None:
            return
        card.last_review_time -= days * DAY_MS // 1000
        if card.type == REVIEW:
            card.due -= days
        self.collection.update_card(card)
        self.collection.db.execute("UPDATE revlog SET id = id - ? WHERE cid = ?", days * DAY_MS, card_id)

    def answer(self, card_id: int, rating: int) -> dict[str, Any]:
        backend = self.collection._backend
        states = backend.get_scheduling_states(card_id)
        chosen = getattr(states, RATINGS[rating - 1])
        at_ms = time.time_ns() // 1_000_000
        backend.answer_card(
            CardAnswer(
                card_id=card_id,
                current_state=states.current,
                new_state=chosen,
                rating=rating - 1,
                answered_at_millis=at_ms,
                milliseconds_taken=0,
            )
        )
        while time.time_ns() // 1_000_000 == at_ms:
            pass  # the log's ids are instants and must differ
        stored = self.collection.get_card(card_id).memory_state
        replayed = backend.compute_memory_state(card_id).state
        return {
            "options": [option(getattr(states, name)) for name in RATINGS],
            "stored": [stored.stability, stored.difficulty],
            "replayed": [replayed.stability, replayed.difficulty],
        }

    def study(self, history: dict[str, Any]) -> list[dict[str, Any]]:
        self.configure(history)
        card_id = self.new_card()
        answers = []
        for gap_days, rating in history["reviews"]:
            self.pass_days(card_id, gap_days)
            answers.append(self.answer(card_id, rating))
        return answers

    def fuzz(self, intervals: list[int], cards: int) -> list[list[int]]:
        ids = [self.new_card() for _ in range(cards)]
        backend = self.collection._backend
        return [
            [min(found), max(found)]
            for found in (
                [interval + backend.fuzz_delta(card_id=card_id, interval=interval) for card_id in ids]
                for interval in intervals
            )
        ]

    def draws(self, history: dict[str, Any], count: int) -> dict[str, Any]:
        self.configure(history)
        card_id = self.new_card()
        for gap_days, rating in history["reviews"][:-1]:
            self.pass_days(card_id, gap_days)
            self.answer(card_id, rating)
        self.pass_days(card_id, history["reviews"][-1][0])
        card = self.collection.get_card(card_id)
        days = []
        for reps in range(card.reps, card.reps + count):
            # the draw depends on the card's id and its number of reviews alone
            card.reps = reps
            self.collection.update_card(card)
            states = self.collection._backend.get_scheduling_states(card_id)
            options = [option(getattr(states, name)) for name in RATINGS]
            days.append([amount if phase == "review" else None for phase, _, amount, *_ in options])
        self.configure(history | {"maximum": 36_500})
        factors = []
        for reps in range(card.reps - count + 1, card.reps + 1):
            # the backend's fuzz_delta looks at the review before
            card.reps = reps + 1
            self.collection.update_card(card)
            factors.append(self.factor(card_id))
        memory = card.memory_state
        before = [memory.stability, memory.difficulty, card.ivl]
        return {"before": before, "draws": [[f, *d] for f, d in zip(factors, days, strict=True)]}

    def factor(self, card_id: int) -> float:
        delta = 1 + 0.15 * 4.5 + 0.10 * 13 + 0.05 * (FAR_DAYS - 20)
        lower, upper = math.floor(FAR_DAYS - delta + 0.5), math.floor(FAR_DAYS + delta + 0.5)
        drawn = FAR_DAYS + self.collection._backend.fuzz_delta(card_id=card_id, interval=FAR_DAYS)
        return (drawn - lower + 0.5) / (1 + upper - lower)


def option(state: SchedulingState) -> list[Any]:
    """What a rating leads to: phase, steps left, seconds or days, stability, difficulty, whether it makes a leech."""
    normal = state.normal
    kind = normal.WhichOneof("kind")
    if kind == "review":
        review = normal.review
        memory = review.memory_state
        return [kind, 0, review.scheduled_days, memory.stability, memory.difficulty, review.leeched]
    step = normal.relearning.learning if kind == "relearning" else normal.learning
    leeched = kind == "relearning" and normal.relearning.review.leeched
    memory = step.memory_state
    return [kind, step.remaining_steps, step.scheduled_secs, memory.stability, memory.difficulty, leeched]


def main() -> None:
    request = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as folder:
        oracle = Oracle(folder)
        answer: dict[str, Any] = {}
        if "histories" in request:
            answer["histories"] = [oracle.study(history) for history in request["histories"]]
        if "fuzz" in request:
            answer["fuzz"] = oracle.fuzz(**request["fuzz"])
        if "draws" in request:
            answer["draws"] = [oracle.draws(history, request["count"]) for history in request["draws"]]
        oracle.collection.close()
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
