"""States and marks can be rebuilt from the log at any time, exactly.

A machine writes whatever a student can do, on several cards, with a clock that jumps both ways, time zones and
settings that change, and another program that does the same; after each rebuild all is as it was.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from store_samples import NOW_MS, ROLLOVER_MS, answer, contents, derived, key, make_leech, mark, offer_cards, put_state

from spinequiz.model.cards import NO_MARKS, EntryKind, Preset, Rating, Review
from spinequiz.scheduling.replay import replay_card
from spinequiz.scheduling.study_day import DAY_MS
from spinequiz.store.errors import StaleAnswer
from spinequiz.store.progress import Progress

CARDS = [key("one"), key("two"), key("two", variant="reverse"), key("one", deck="other")]
PRESETS = [
    Preset(),
    Preset(learning_steps=(), relearning_steps=(), leech_lapses=1),
    Preset(learning_steps=(60,), maximum_interval=7, leech_lapses=2),
    Preset(fuzz=False, relearning_steps=(60, 600)),
]
MARKS = [
    EntryKind.SUSPEND, EntryKind.UNSUSPEND, EntryKind.BURY, EntryKind.UNBURY, EntryKind.FLAG, EntryKind.UNFLAG
]  # fmt: skip
card = st.sampled_from(CARDS)


class Studying(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.programs = [Progress.open(self.folder / "progress.db") for _ in range(2)]
        for program in self.programs:
            # waiting for the disk is not what is tested here
            program.connection.execute("PRAGMA synchronous = OFF")
        self.progress = self.programs[0]
        offer_cards(self.progress, *CARDS[:3])
        self.now_ms = NOW_MS
        self.rollover_ms = ROLLOVER_MS
        self.preset = PRESETS[0]
        self.retention = 0.9
        self.written: list[Review] = []

    @property
    def day(self) -> int:
        return (self.now_ms - self.rollover_ms) // DAY_MS

    @rule(card=card, rating=st.sampled_from(Rating))
    def answers(self, card: object, rating: Rating) -> None:
        row = answer(
            self.progress, card, rating, at_ms=self.now_ms, day=self.day, preset=self.preset,
            retention=self.retention, rollover_ms=self.rollover_ms,
        )  # fmt: skip
        self.written.append(row)

    @rule(card=card, kind=st.sampled_from(MARKS))
    def marks(self, card: object, kind: EntryKind) -> None:
        self.written.append(mark(self.progress, card, kind, at_ms=self.now_ms, day=self.day))

    @precondition(lambda self: self.written)
    @rule()
    def undoes(self) -> None:
        self._withdraw(self.written.pop())

    @precondition(lambda self: self.written)
    @rule(data=st.data())
    def undoes_any(self, data: st.DataObject) -> None:
        self._withdraw(data.draw(st.sampled_from(self.written)))

    def _withdraw(self, row: Review) -> None:
        before = contents(self.progress.connection)
        try:
            self.progress.withdraw(row.id, at_ms=self.now_ms, study_day=self.day)
        except StaleAnswer:
            assert contents(self.progress.connection) == before

    @rule(minutes=st.sampled_from([-60 * 24 * 40, -60 * 30, -1, 0, 1, 12, 60 * 20, 60 * 24 * 3, 60 * 24 * 100]))
    def clock_jumps(self, minutes: int) -> None:
        self.now_ms += minutes * 60_000

    @rule(hours=st.integers(-12, 26))
    def travels(self, hours: int) -> None:
        self.rollover_ms = hours * 3_600_000

    @rule(preset=st.sampled_from(PRESETS), retention=st.sampled_from([0.7, 0.9, 0.97]))
    def changes_settings(self, preset: Preset, retention: float) -> None:
        self.preset, self.retention = preset, retention

    @rule(cards=st.lists(card, unique=True, min_size=1))
    def edits_deck(self, cards: list) -> None:
        offer_cards(self.progress, *[each for each in cards if each.deck_id == "deck"])

    @rule()
    def goes_to_the_other_program(self) -> None:
        self.programs.reverse()
        self.progress = self.programs[0]

    @rule()
    def rebuilds(self) -> None:
        before = contents(self.progress.connection)
        self.progress.rebuild()
        assert contents(self.progress.connection) == before

    @invariant()
    def one_card_can_be_replayed(self) -> None:
        stored = self.progress.connection.execute("SELECT id, json FROM preset")
        presets = {name: msgspec.json.decode(text, type=Preset) for name, text in stored}
        for each in CARDS:
            rows = self.progress.entries(each)
            assert replay_card(rows, presets) == (self.progress.state(each), self.progress.marks(each))

    @invariant()
    def ids_rise(self) -> None:
        ids = [row[0] for row in self.progress.connection.execute("SELECT id FROM log ORDER BY rowid")]
        assert ids == sorted(set(ids))

    def teardown(self) -> None:
        self.rebuilds()
        for program in self.programs:
            program.close()
        shutil.rmtree(self.folder)


Studying.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestStudying = Studying.TestCase


def test_what_was_lost_comes_back(progress: Progress) -> None:
    offer_cards(progress, *CARDS[:3])
    for each in CARDS:
        answer(progress, each, Rating.GOOD)
        mark(progress, each, EntryKind.FLAG)
    make_leech(progress, key("leech"))
    before = derived(progress.connection)
    for table in ("state", "mark"):
        progress.connection.execute(f"DELETE FROM {table}")
    progress.connection.execute("UPDATE card SET is_new = 1")
    assert derived(progress.connection) != before
    assert progress.rebuild() == len(CARDS) + 1
    assert derived(progress.connection) == before


def test_what_is_not_in_the_log_goes(progress: Progress) -> None:
    answer(progress, CARDS[0], Rating.GOOD)
    before = derived(progress.connection)
    put_state(progress, key("ghost"), due_ms=0)
    progress.connection.execute("INSERT INTO mark VALUES ('ghost', 'one', 'main', 1, 0, 0, NULL)")
    progress.rebuild()
    assert derived(progress.connection) == before


def test_rebuilding_an_empty_log(progress: Progress) -> None:
    assert progress.rebuild() == 0
    assert progress.state(CARDS[0]) is None
    assert progress.marks(CARDS[0]) == NO_MARKS


@pytest.mark.parametrize("count", [300])
def test_a_long_history_of_one_card(progress: Progress, count: int) -> None:
    progress.connection.execute("PRAGMA synchronous = OFF")
    now_ms = NOW_MS
    for number in range(count):
        answer(progress, CARDS[0], Rating(number * 7 % 4 + 1), at_ms=now_ms, day=now_ms // DAY_MS)
        now_ms += (number * 13 % 5) * DAY_MS + 1000
    before = derived(progress.connection)
    progress.rebuild()
    assert derived(progress.connection) == before
