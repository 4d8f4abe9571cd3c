"""Sessions when writing fails, when another program is at work, and when a deck changes under them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable

import pytest
from msgspec.structs import replace
from session_lab import (
    AGAIN,
    EASY,
    GOOD,
    Lab,
    basic,
    cloze,
    on_table,
    queue,
    rate,
    shown,
    study_all,
    true_false,
)

from spinequiz.model.cards import EntryKind, Rating
from spinequiz.model.responses import Judged
from spinequiz.session import study as machine
from spinequiz.session.driver import StudyDriver
from spinequiz.session.states import Face
from spinequiz.store.errors import StaleAnswer, StoreBusy, StoreError


class Failing:
    """A connection on which statements of a kind fail while it is in use."""

    def __init__(self, connection: sqlite3.Connection, starts: str, code: int) -> None:
        self._connection = connection
        self.starts = starts
        self.code = code

    def execute(self, statement: str, *arguments: object) -> sqlite3.Cursor:
        if statement.startswith(self.starts):
            error = sqlite3.OperationalError("as asked")
            error.sqlite_errorcode = self.code
            raise error
        return self._connection.execute(statement, *arguments)

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)


class Breaking:
    """Lets statements fail for a while: `with breaking("COMMIT"): ...`"""

    def __init__(self, lab: Lab, starts: str, code: int = sqlite3.SQLITE_FULL) -> None:
        self.lab, self.starts, self.code = lab, starts, code

    def __enter__(self) -> None:
        self.sound = self.lab.progress.connection
        self.lab.progress.connection = Failing(self.sound, self.starts, self.code)

    def __exit__(self, *_: object) -> None:
        self.lab.progress.connection = self.sound


# -- writing fails


@pytest.mark.parametrize("starts", ["BEGIN", "INSERT INTO log", "INSERT OR REPLACE INTO state", "COMMIT"])
def test_an_answer_that_is_not_written_leaves_the_session_as_it_was(lab: Lab, starts: str) -> None:
    lab.deck(*map(basic, "ab"))
    driver = lab.driver()
    driver.send(machine.Reveal())
    before = driver.study
    with Breaking(lab, starts), pytest.raises(StoreError, match="disk is full"):
        driver.send(machine.Rate(EASY))
    assert driver.study is before
    assert lab.log() == []
    assert lab.state("a") is None
    driver.send(machine.Rate(EASY))
    assert on_table(driver) == "b"
    assert lab.answers() == [("a", 4)]


@pytest.mark.parametrize("kind", [EntryKind.FLAG, EntryKind.BURY, EntryKind.SUSPEND])
def test_a_mark_that_is_not_written_leaves_the_session_as_it_was(lab: Lab, kind: EntryKind) -> None:
    lab.deck(*map(basic, "ab"))
    driver = lab.driver()
    before = driver.study
    with Breaking(lab, "COMMIT"), pytest.raises(StoreError):
        driver.send(machine.Mark(kind))
    assert driver.study is before
    assert lab.log() == []
    driver.send(machine.Mark(kind))
    assert [row.kind for row in lab.log()] == [kind]


def test_an_undo_that_is_not_written_leaves_the_session_as_it_was(lab: Lab) -> None:
    lab.deck(*map(basic, "ab"))
    driver = lab.driver()
    rate(driver, EASY)
    before, state = driver.study, lab.state("a")
    with Breaking(lab, "COMMIT"), pytest.raises(StoreError):
        driver.send(machine.Undo())
    assert driver.study is before
    assert lab.state("a") == state
    driver.send(machine.Undo())
    assert on_table(driver) == "a"


def test_another_program_that_writes_for_too_long(lab: Lab) -> None:
    lab.deck(*map(basic, "ab"))
    driver = lab.driver()
    driver.send(machine.Reveal())
    lab.progress.connection.execute("PRAGMA busy_timeout = 20")
    other = lab.other()
    with other.progress.transaction(), pytest.raises(StoreBusy):
        driver.send(machine.Rate(EASY))
    driver.send(machine.Rate(EASY))
    assert lab.answers() == [("a", 4)]
    other.close()


def test_an_answer_on_disk_is_not_asked_for_again_though_the_next_card_cannot_be_read(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session ends there and says so; what was answered can be taken back, and the rest is studied later."""
    lab.deck(*map(basic, "abc"))
    driver = lab.driver()
    driver.send(machine.Reveal())

    def broken(key: object) -> None:
        raise StoreError("the disk cannot be read.")

    with monkeypatch.context() as patch:
        patch.setattr(driver, "deal", broken)
        told = driver.send(machine.Rate(EASY))
    assert told == ("the disk cannot be read. What came before that is saved; the session ends here.",)
    assert (driver.study.current, driver.study.finished) == (None, True)
    assert lab.answers() == [("a", 4)]
    assert driver.study.tally.answers == 1
    assert queue(lab.driver()) == ["b", "c"]
    driver.send(machine.Undo())
    assert study_all(driver, EASY) == ["a", "b", "c"]


def test_a_card_that_cannot_be_read_at_the_start_is_an_error(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.deck(basic("a"))
    driver = lab.driver(begin=False)
    before = driver.study
    with Breaking(lab, "SELECT", sqlite3.SQLITE_IOERR), pytest.raises(StoreError):
        driver.send(machine.Begin())
    assert driver.study is before
    driver.send(machine.Begin())
    assert on_table(driver) == "a"


# -- another program


@pytest.fixture
def other(lab: Lab) -> Lab:
    lab.deck(*map(basic, "abc"))
    return lab.other()


def test_a_card_that_was_answered_elsewhere_is_dealt_again(lab: Lab, other: Lab) -> None:
    here = lab.driver()
    here.send(machine.Reveal())
    rate(other.driver(), GOOD)
    before = here.study
    with pytest.raises(StaleAnswer):
        here.send(machine.Rate(EASY))
    assert here.study is before
    here.deal_again()
    assert (on_table(here), shown(here).face) == ("a", Face.PROMPT)
    assert shown(here).card.state == lab.state("a")
    rate(here, EASY)
    assert lab.answers() == [("a", 3), ("a", 4)]


def test_a_card_that_was_learned_elsewhere_is_passed_over(lab: Lab, other: Lab) -> None:
    here = lab.driver()
    here.send(machine.Reveal())
    rate(other.driver(), EASY)
    with pytest.raises(StaleAnswer):
        here.send(machine.Rate(EASY))
    here.deal_again()
    assert on_table(here) == "b"


@pytest.mark.parametrize("kind", [EntryKind.SUSPEND, EntryKind.BURY])
def test_a_card_that_was_put_away_elsewhere_is_passed_over(lab: Lab, other: Lab, kind: EntryKind) -> None:
    here, there = lab.driver(), other.driver()
    there.send(machine.Skip())
    there.send(machine.Mark(kind))
    assert on_table(there) == "c"
    rate(here, EASY)
    assert on_table(here) == "c"


def foreseen(driver: StudyDriver, rating: Rating) -> str | None:
    """The item that a rating would bring; None for the end of the session."""
    current = driver.foresee()[rating].current
    return None if current is None else current.card.key.item_id


def test_each_rating_is_foreseen_and_nothing_is_written(lab: Lab) -> None:
    lab.set(learning_steps_minutes=(1, 10), new_per_day=9)
    lab.deck(*map(basic, "ab"))
    driver = lab.driver()
    assert driver.foresee() == {}
    driver.send(machine.Reveal())
    assert {rating: foreseen(driver, rating) for rating in Rating} == dict.fromkeys(Rating, "b")
    assert driver.foresee()[AGAIN].remaining == 2
    assert driver.foresee()[EASY].remaining == 1
    assert list(driver.foresee())[-1] is GOOD
    assert (on_table(driver), lab.log()) == ("a", [])
    driver.send(machine.Rate(AGAIN))
    rate(driver, EASY)
    assert on_table(driver) == "a"
    driver.send(machine.Reveal())
    assert foreseen(driver, EASY) is None
    # it would come back, with another state
    assert AGAIN not in driver.foresee()


def test_a_card_that_was_foreseen_is_dealt_as_it_is_then(lab: Lab, other: Lab) -> None:
    here, there = lab.driver(), other.driver()
    here.send(machine.Reveal())
    assert foreseen(here, EASY) == "b"
    there.send(machine.Skip())
    rate(there, AGAIN)
    here.send(machine.Rate(EASY))
    assert on_table(here) == "b"
    assert shown(here).card.state == other.state("b") is not None


def test_a_card_that_was_foreseen_and_then_edited_is_dealt_with_its_new_words(lab: Lab, other: Lab) -> None:
    here = lab.driver()
    here.send(machine.Reveal())
    here.foresee()
    lab.deck(basic("a"), basic("b", hint="another one"), basic("c"))
    here.reread()
    here.send(machine.Rate(EASY))
    assert (on_table(here), shown(here).card.item.hint) == ("b", "another one")


def test_a_card_that_cannot_be_foreseen_is_told_when_its_turn_comes(
    lab: Lab, other: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = lab.driver()
    here.send(machine.Reveal())

    def broken(card: object) -> None:
        raise StoreError("the progress file is damaged.")

    with monkeypatch.context() as patch:
        patch.setattr(lab.progress, "state", broken)
        assert here.foresee() == {}
    assert on_table(here) == "a"
    here.send(machine.Rate(EASY))
    assert on_table(here) == "b"


def test_cards_that_were_learned_elsewhere_do_not_come_twice_a_day(lab: Lab, other: Lab) -> None:
    here = lab.driver()
    study_all(other.driver(), EASY)
    here.deal_again()
    assert here.study.finished
    assert lab.answers() == [("a", 4), ("b", 4), ("c", 4)]


def test_a_finished_session_has_nothing_to_deal_again(lab: Lab) -> None:
    lab.deck(basic("a"))
    driver = lab.driver()
    rate(driver, EASY)
    before = driver.study
    driver.deal_again()
    assert driver.study is before


def test_an_answer_that_was_followed_by_another_elsewhere_is_not_taken_back(lab: Lab, other: Lab) -> None:
    here = lab.driver()
    rate(here, GOOD)
    lab.wait(minutes=10)
    there = other.driver()
    assert on_table(there) == "a"
    rate(there, GOOD)
    before = here.study
    assert here.send(machine.Undo()) == ("the card was answered again meanwhile, so the older answer stays",)
    assert here.study == replace(before, undoable=())
    assert lab.answers() == [("a", 3), ("a", 3)]
    assert here.send(machine.Undo()) == ("nothing to undo in this session",)


def test_what_cannot_be_taken_back_does_not_hold_up_what_came_before_it(lab: Lab, other: Lab) -> None:
    lab.deck(*map(basic, "abc"))
    here = lab.driver()
    rate(here, EASY)
    rate(here, GOOD)
    lab.wait(minutes=11)
    there = other.driver()
    while on_table(there) != "b":
        there.send(machine.Skip())
    rate(there, GOOD)
    (told,) = here.send(machine.Undo())
    assert "answered again" in told
    assert "takes back what came before it" in told
    here.send(machine.Undo())
    assert on_table(here) == "a"
    assert lab.answers() == [("b", 3), ("b", 3)]
    assert lab.state("a") is None


def test_an_answer_to_an_item_that_was_revised_since_can_be_taken_back(lab: Lab) -> None:
    """The deck changes while it is studied: the card is due again, and its answer is undone all the same."""
    lab.deck(*map(basic, "ab"))
    driver = lab.driver()
    rate(driver, EASY)
    lab.deck(basic("a", rev="2"), basic("b"))
    driver.reread()
    assert [row.kind for row in lab.log()] == [EntryKind.ANSWER, EntryKind.REVISE]
    assert driver.send(machine.Undo()) == ("taken back",)
    assert on_table(driver) == "a"
    assert lab.state("a") is None
    assert lab.answers() == []
    rate(driver, EASY)
    lab.progress.rebuild()
    assert lab.state("a").reps == 1


def test_an_answer_that_was_scored_again_since_can_be_taken_back(lab: Lab) -> None:
    lab.deck(true_false("a"), basic("b"))
    driver = lab.driver()
    rate(driver, GOOD)
    lab.deck(true_false("a", answer="false"), basic("b"))
    driver.reread()
    assert [row.kind for row in lab.log()] == [EntryKind.ANSWER, EntryKind.RESCORE, EntryKind.REVISE]
    driver.send(machine.Undo())
    assert on_table(driver) == "a"
    assert lab.state("a") is None
    before = lab.state("b")
    lab.progress.rebuild()
    assert (lab.state("a"), lab.state("b")) == (None, before)


def test_two_sessions_side_by_side_lose_nothing(lab: Lab, other: Lab) -> None:
    here, there = lab.driver(), other.driver()
    rate(here, GOOD)
    there.send(machine.Skip())
    rate(there, GOOD)
    rate(there, AGAIN)
    lab.wait(minutes=1)
    here.send(machine.Undo())
    assert lab.answers() == [("b", 3), ("c", 1)]
    study_all(here, EASY)
    before = [lab.state(item) for item in "abc"]
    lab.progress.rebuild()
    assert [lab.state(item) for item in "abc"] == before


# -- an edited deck


def test_a_card_with_another_text_is_read_anew(lab: Lab) -> None:
    lab.deck(true_false("a"), basic("b"))
    driver = lab.driver()
    driver.send(machine.Respond(Judged(True)))
    lab.deck(true_false("a", answer="false"), basic("b"))
    assert driver.reread()[-1] == "the card was read anew"
    assert (shown(driver).face, shown(driver).outcomes, shown(driver).grade) == (Face.PROMPT, None, None)
    driver.send(machine.Respond(Judged(False)))
    assert shown(driver).grade.score.full
    driver.send(machine.Rate())
    assert lab.answers() == [("a", 3)]


def test_an_edit_elsewhere_in_the_deck_leaves_the_card_as_it_lies(lab: Lab) -> None:
    lab.deck(basic("a"), basic("b"))
    driver = lab.driver()
    driver.send(machine.Reveal())
    before = shown(driver)
    lab.deck(basic("new"), basic("other"), basic("a"), basic("b"))
    assert "the card was read anew" not in driver.reread()
    assert shown(driver).card.line != before.card.line
    assert replace(shown(driver), card=before.card) == before
    rate(driver, EASY)
    assert on_table(driver) == "b"
    assert queue(lab.driver()) == ["new", "other", "b"]


def test_progress_outlives_an_edit(lab: Lab) -> None:
    lab.deck(basic("a"))
    driver = lab.driver()
    rate(driver, GOOD)
    state = lab.state("a")
    lab.deck(basic("a", rationale="because"))
    driver.reread()
    assert shown(driver).card.state == state == lab.state("a")


def test_the_rest_of_the_session_is_as_edited(lab: Lab) -> None:
    lab.deck(*map(basic, "abcd"))
    driver = lab.driver()
    lab.deck(basic("a"), basic("c", hint="new"), basic("d"))
    driver.reread()
    rate(driver, EASY)
    assert (on_table(driver), shown(driver).card.item.hint) == ("c", "new")
    assert driver.study.remaining == 2


def test_a_card_that_left_the_deck_leaves_the_table(lab: Lab) -> None:
    lab.deck(*map(basic, "ab"))
    driver = lab.driver()
    lab.deck(basic("b"))
    assert driver.reread()[-1] == "this card is no longer in its deck; on to the next"
    assert on_table(driver) == "b"


def test_the_last_card_that_left_the_deck_ends_the_session(lab: Lab) -> None:
    lab.deck(*map(basic, "ab"))
    driver = lab.driver(limit=1)
    lab.deck(basic("b"))
    driver.reread()
    assert driver.study.finished


def test_a_blank_that_left_its_item_leaves_the_table(lab: Lab) -> None:
    lab.deck(cloze("c", 2), basic("b"))
    rate(lab.driver(), EASY)
    lab.wait(days=1)
    driver = lab.driver()
    assert (on_table(driver), shown(driver).card.key.variant) == ("c", "c2")
    lab.deck(cloze("c", 1), basic("b"))
    assert "no longer in its deck" in driver.reread()[-1]
    assert on_table(driver) == "b"


def test_a_card_that_is_broken_now_leaves_the_table_and_is_told_of(lab: Lab) -> None:
    lab.deck(*map(basic, "ab"))
    driver = lab.driver()
    lab.deck("- id: a\n  type: basic\n  prompt: no answer any more", basic("b"))
    told = driver.reread()
    assert told[-2:] == (
        "this card is no longer in its deck; on to the next",
        "the deck has 1 mistake now; `spinequiz check` shows them",
    )
    assert on_table(driver) == "b"


def _break_syntax(lab: Lab) -> None:
    (lab.locations.decks / "deck.yaml").write_text("items: [", encoding="utf-8")


def _delete(lab: Lab) -> None:
    os.unlink(lab.locations.decks / "deck.yaml")


def _not_text(lab: Lab) -> None:
    (lab.locations.decks / "deck.yaml").write_bytes(b"\xff\xfe\x00")


def _rename(lab: Lab) -> None:
    path = lab.locations.decks / "deck.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("id: deck\n", "id: another\n"), encoding="utf-8")


@pytest.mark.parametrize("damage", [_break_syntax, _delete, _not_text, _rename])
def test_a_deck_that_cannot_be_read_now_is_studied_as_it_was(lab: Lab, damage: Callable[[Lab], None]) -> None:
    lab.deck(*map(basic, "abc"))
    driver = lab.driver()
    driver.send(machine.Reveal())
    before = driver.study
    damage(lab)
    assert driver.reread() == ("the deck cannot be read now; the session goes on with what it had",)
    assert driver.study is before
    assert study_all(driver, EASY) == ["a", "b", "c"]
    assert len(lab.answers()) == 3


def test_an_edit_and_its_undoing(lab: Lab) -> None:
    path = lab.deck(*map(basic, "ab"))
    text = path.read_text(encoding="utf-8")
    driver = lab.driver()
    rate(driver, EASY)
    lab.deck(basic("a"))
    driver.reread()
    assert driver.study.finished
    path.write_text(text, encoding="utf-8")
    driver.send(machine.Undo())
    driver.reread()
    assert study_all(driver, EASY) == ["a", "b"]


def test_undoing_the_answer_to_a_card_that_left_the_deck(lab: Lab) -> None:
    """The answer is taken back; as the card can't be shown, the next one is."""
    lab.deck(*map(basic, "ab"))
    driver = lab.driver()
    rate(driver, EASY)
    lab.deck(basic("b"))
    driver.reread()
    driver.send(machine.Undo())
    assert lab.state("a") is None
    assert on_table(driver) == "b"


def test_nothing_on_the_table_nothing_to_read(lab: Lab) -> None:
    lab.deck(basic("a"))
    driver = lab.driver()
    rate(driver, EASY)
    assert driver.reread() == ()


def test_outcomes_and_state_stay_together_when_another_program_answered(lab: Lab) -> None:
    """An edit elsewhere in the file reads the card's place, not its progress: the stale answer is still noticed."""
    lab.deck(basic("a"), basic("b"))
    other = lab.other()
    driver = lab.driver()
    driver.send(machine.Reveal())
    rate(other.driver(), AGAIN)
    lab.deck(basic("b"), basic("a"))
    driver.reread()
    with pytest.raises(StaleAnswer):
        driver.send(machine.Rate(EASY))
    before = lab.state("a")
    lab.progress.rebuild()
    assert lab.state("a") == before
    other.close()


def test_two_decks_of_one_id_keep_their_sessions_apart(lab: Lab) -> None:
    lab.deck(basic("a"))
    assert isinstance(lab.driver(), StudyDriver)
    lab.deck(basic("a"), basic("b"))
    driver = lab.driver()
    assert queue(driver) == ["a", "b"]
