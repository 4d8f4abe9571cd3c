"""Whatever a student does, in whatever order: nothing raises, no answer is lost, and the session is what is on disk."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace
from session_lab import Lab, basic, cloze, true_false, typed

from spinequiz.model.cards import EntryKind, Rating, ReviewId
from spinequiz.model.responses import Judged, Picked, Recalled, Typed
from spinequiz.session import study as machine
from spinequiz.session.states import Face, Tally
from spinequiz.store.errors import StoreError

ITEMS = {
    "a": basic("a", hint="think", reverse="true"),
    "b": basic("b"),
    "c": cloze("c", 3),
    "d": true_false("d", tags="[leak]"),
    "e": typed("e", answer="vertebroplasty"),
    "f": true_false("f", answer="false"),
}
events = st.one_of(
    st.sampled_from(
        [
            machine.Begin(), machine.Reveal(), machine.Overrule(), machine.Hint(), machine.Skip(), machine.Undo(),
            machine.Respond(Judged(True)), machine.Respond(Judged(False)), machine.Respond(Recalled()),
            machine.Respond(Typed("vertebroplasty")), machine.Respond(Typed("vertebroplatsy")),
            machine.Respond(Typed("no idea")), machine.Respond(Picked(("x",))), machine.DealtEvent(None),
        ]
    ),
    st.builds(machine.Rate, st.none() | st.sampled_from(Rating)),
    st.builds(machine.Mark, st.sampled_from(EntryKind)),
)  # fmt: skip
TAKEN_BACK = (EntryKind.ANSWER, EntryKind.SUSPEND, EntryKind.BURY)


class Session(RuleBasedStateMachine):
    @initialize(
        new_per_day=st.integers(0, 8), steps=st.sampled_from([(1, 10), (30,), ()]), leech=st.integers(0, 2),
        fuzz=st.booleans(),
    )  # fmt: skip
    def starts(self, new_per_day: int, steps: tuple[int, ...], leech: int, fuzz: bool) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.lab = Lab(self.folder)
        self.lab.set(new_per_day=new_per_day, learning_steps_minutes=steps, leech_lapses=leech, fuzz=fuzz)
        self.lab.deck(*ITEMS.values())
        self.rows: list[ReviewId] = []
        self.driver = self.lab.driver()

    @rule(event=events)
    def something_happens(self, event: machine.Event) -> None:
        self.driver.send(event)

    @rule()
    def what_comes_next_is_foreseen(self) -> None:
        study, rows = self.driver.study, self.lab.log()
        self.driver.foresee()
        assert self.driver.study is study
        assert self.lab.log() == rows

    @rule(rating=st.sampled_from(Rating))
    def a_card_is_answered(self, rating: Rating) -> None:
        """The usual way through a card, so that sessions get somewhere."""
        shown = self.driver.study.current
        if shown is None:
            return
        right = rating is not Rating.AGAIN
        match shown.card.item.type_name:
            case "true-false":
                self.driver.send(machine.Respond(Judged(shown.card.item.answer is right)))
            case "typed":
                self.driver.send(machine.Respond(Typed(shown.card.item.answer if right else "?")))
            case _:
                self.driver.send(machine.Reveal())
        foreseen = self.driver.foresee()
        self.driver.send(machine.Rate(rating))
        if rating in foreseen:
            # nothing came between
            assert replace(self.driver.study, undoable=()) == replace(foreseen[rating], undoable=())

    @rule(minutes=st.sampled_from([-30, 1, 10, 25, 600]))
    def time_passes(self, minutes: int) -> None:
        self.lab.wait(minutes=minutes)

    @rule(days=st.sampled_from([1, 3, 40]), limit=st.none() | st.integers(0, 5), tag=st.sampled_from(["", "leak"]))
    def another_day(self, days: int, limit: int | None, tag: str) -> None:
        self.lab.wait(days=days)
        self.driver = self.lab.driver(limit=limit, tag=tag)

    @rule(names=st.lists(st.sampled_from(sorted(ITEMS)), unique=True, min_size=1))
    def the_deck_is_edited(self, names: list[str]) -> None:
        self.lab.deck(*(ITEMS[name] for name in names))
        self.driver.reread()

    @rule(event=events)
    def the_disk_is_full(self, event: machine.Event) -> None:
        study, rows = self.driver.study, self.lab.log()
        pages = self.lab.progress.connection.execute("PRAGMA page_count").fetchone()[0]
        self.lab.progress.connection.execute(f"PRAGMA max_page_count = {pages}")
        try:
            self.driver.send(event)
        except StoreError:
            assert self.driver.study is study
            assert self.lab.log() == rows
        finally:
            self.lab.progress.connection.execute("PRAGMA max_page_count = 1000000")

    @precondition(lambda self: hasattr(self, "driver"))
    @invariant()
    def the_log_only_grows(self) -> None:
        ids = [row.id for row in self.lab.log()]
        assert ids[: len(self.rows)] == self.rows
        self.rows = ids

    @precondition(lambda self: hasattr(self, "driver"))
    @invariant()
    def the_session_is_what_is_on_disk(self) -> None:
        study = self.driver.study
        log = {row.id: row for row in self.lab.log()}
        gone = {row.withdraws for row in log.values()}
        written = [log[target] for target, _ in study.undoable]
        assert not [row for row in written if row.id in gone]
        assert {row.kind for row in written} <= set(TAKEN_BACK)
        answers = [row for row in written if row.kind is EntryKind.ANSWER]
        assert study.tally.answers == len(answers)
        assert study.tally.again == sum(row.rating is Rating.AGAIN for row in answers)
        assert study.tally.points == sum(row.score.points for row in answers if row.score)
        assert (study.current is None) is study.finished
        shown = study.current
        if shown is not None:
            assert shown.card.state == self.lab.progress.state(shown.card.key)
            assert shown.flagged == self.lab.progress.marks(shown.card.key).flagged
            assert (shown.outcomes is None) == (shown.face is Face.PROMPT)

    def teardown(self) -> None:
        if not hasattr(self, "driver"):
            return
        tables = ("state", "mark", "card")
        connection = self.lab.progress.connection
        before = {table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr) for table in tables}
        self.lab.progress.rebuild()
        after = {table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr) for table in tables}
        assert after == before
        while self.driver.study.undoable:
            self.driver.send(machine.Undo())
        assert self.driver.study.tally == Tally()
        self.lab.close()
        shutil.rmtree(self.folder)


Session.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestSession = Session.TestCase
