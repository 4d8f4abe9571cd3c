"""Answers under an old key that arrive after the key was corrected: they count by the new one, and once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from session_lab import AGAIN, FakeClock, Lab
from test_deck_changes import assert_rebuilt, choice

from spinequiz.model.cards import CardKey, DeckId, EntryKind, ItemId, Phase, Review
from spinequiz.model.responses import Picked
from spinequiz.scheduling.study_day import DAY_MS
from spinequiz.session import late_answers
from spinequiz.session import study as machine
from spinequiz.session.changes import DeckChange, relink, relink_offers
from spinequiz.session.exchange import defaults_of
from spinequiz.session.wording import change_lines
from spinequiz.store.absorb import NamedPreset, absorb, read_presets
from spinequiz.store.backup import backup_folder, list_backups, make_backup
from spinequiz.store.doctor import examine
from spinequiz.store.progress import read_log
from spinequiz.store.salvage import salvage

OPTIONS = ("Alpha", "Beta", "Gamma")
CARD = CardKey(DeckId("deck"), ItemId("one"), "main")
Machines = Callable[[str], Lab]


@pytest.fixture
def labs(tmp_path: Path) -> Iterator[Machines]:
    """Makes machines of one student by their names; each has the first key."""
    made: list[Lab] = []
    clock = FakeClock()

    def lab(name: str) -> Lab:
        found = Lab(tmp_path / name, clock)
        made.append(found)
        has_key(found, "Alpha")
        return found

    yield lab
    for each in made:
        each.close()


def has_key(lab: Lab, answer: str, prompt: str = "Which one?") -> tuple[DeckChange, ...]:
    """Let a machine's deck have this key. Returns what it is told."""
    lab.deck(choice("one", answer, ", ".join(o for o in OPTIONS if o != answer), prompt))
    return register(lab)


def register(lab: Lab) -> tuple[DeckChange, ...]:
    return lab.workspace.register(lab.decks())


def picks(lab: Lab, option: str) -> Review:
    """Answer the card, once it is due."""
    state = lab.state("one")
    if state is not None:
        lab.clock.instant_ms = max(lab.clock.instant_ms, state.due_ms + DAY_MS)
    driver = lab.driver()
    driver.send(machine.Respond(Picked((option,))))
    driver.send(machine.Rate())
    return [row for row in lab.log() if row.kind is EntryKind.ANSWER][-1]


def take(lab: Lab, other: Lab) -> int:
    """Unite another machine's log with one's own. Returns how many rows were new."""
    presets = read_presets(other.progress.connection, other.progress.path)
    named = [NamedPreset(name, preset) for name, preset in presets.items()]
    lab.wait(minutes=1)
    entries = [*named, *read_log(other.progress.connection, other.progress.path)]
    return absorb(lab.progress, entries, defaults_of(lab.workspace)).added


def exchange(*labs: Lab) -> list[DeckChange]:
    """All machines take what the others have, and start to study. Returns what they are told."""
    told = []
    for lab in labs:
        for other in labs:
            if other is not lab:
                take(lab, other)
                told += register(lab)
    return told


def rescores(lab: Lab) -> list[tuple[str | None, bool]]:
    """For each row that scores an answer again: which answer, and whether it is right now."""
    return [(row.corrects, row.score.full) for row in lab.log() if row.kind is EntryKind.RESCORE]


def counted(lab: Lab) -> list[tuple[str, bool, bool]]:
    """What each answer picked, whether that counts as right, and whether it counts as a pass."""
    rows = lab.log()
    last = {row.corrects: row for row in rows if row.kind is EntryKind.RESCORE}
    found = []
    for row in rows:
        if row.kind is EntryKind.ANSWER:
            counts = last.get(row.id, row)
            (option,) = (o for o in OPTIONS if o in row.response)
            found.append((option, counts.score.full, counts.rating is not AGAIN))
    return found


def test_a_wrong_pass_that_arrives_late_goes_back_into_learning(labs: Machines) -> None:
    one, two = labs("one"), labs("two")
    for _ in range(3):
        answer = picks(two, "Alpha")
    has_key(one, "Beta")
    assert take(one, two) == 3
    assert one.state("one").phase is Phase.REVIEW
    (change,) = register(one)
    assert (change.corrected, change.rescored, change.regraded) == (("one",), 3, 3)
    assert change_lines([change]) == ("Changed since last time: deck: 1 key corrected (3 answers re-scored)",)
    assert rescores(one)[-1] == (answer.id, False)
    assert one.state("one").phase is Phase.LEARNING
    assert one.state("one").due_ms <= one.clock.now_ms()
    assert len(list_backups(one.progress.path)) == 1
    assert_rebuilt(one)
    before = one.log()
    assert register(one) == ()
    assert one.log() == before
    assert examine(one.progress.path, one.clock.now_ms()) == []


def test_the_machine_that_gave_the_answers_finds_them_scored_when_its_deck_changes(labs: Machines) -> None:
    one, two = labs("one"), labs("two")
    picks(two, "Alpha")
    has_key(one, "Beta")
    exchange(one, two)
    (change,) = has_key(two, "Beta")
    assert (change.corrected, change.rescored) == (("one",), 0)
    exchange(one, two)
    assert one.log() == two.log()
    assert len(rescores(one)) == 1
    assert one.state("one") == two.state("one")


def test_answers_that_the_other_machine_scored_itself_are_not_scored_again(labs: Machines) -> None:
    one, two = labs("one"), labs("two")
    picks(two, "Alpha")
    has_key(one, "Beta")
    has_key(two, "Beta")
    assert exchange(one, two) == []
    assert len(rescores(one)) == 1
    assert one.log() == two.log()


def test_both_machines_may_have_scored_an_answer_again(labs: Machines) -> None:
    one, two = labs("one"), labs("two")
    picks(two, "Alpha")
    take(one, two)
    has_key(one, "Beta")
    has_key(two, "Beta")
    assert exchange(one, two) == []
    assert [right for _, right in rescores(one)] == [False, False]
    assert one.log() == two.log()
    assert one.state("one") == two.state("one")


def test_a_key_that_was_corrected_twice(labs: Machines) -> None:
    one, two, three = labs("one"), labs("two"), labs("three")
    first = picks(two, "Alpha")
    three.wait(minutes=1)
    second = picks(three, "Gamma")
    for key in ("Beta", "Gamma"):
        has_key(one, key)
    has_key(two, "Beta")
    exchange(one, two, three)
    assert counted(one) == counted(two) == counted(three) == [("Alpha", False, False), ("Gamma", True, True)]
    # the first by the second machine, and by the third key it is no better
    assert [row for row in rescores(one) if row[0] == first.id] == [(first.id, False)]
    assert [row for row in rescores(one) if row[0] == second.id] == [(second.id, True)]
    # a score by a key in between, written after the one by the last key
    has_key(three, "Alpha")
    assert counted(three)[1] == ("Gamma", True, True)
    has_key(three, "Beta")
    exchange(one, two, three)
    assert counted(one) == counted(two) == counted(three) == [("Alpha", False, False), ("Gamma", True, True)]


def test_a_score_by_a_key_in_between_that_is_written_last_does_not_count(labs: Machines) -> None:
    one, two = labs("one"), labs("two")
    picks(two, "Beta")
    take(one, two)
    has_key(one, "Beta")
    has_key(one, "Gamma")
    one.wait(minutes=1)
    has_key(two, "Beta")
    exchange(one, two)
    assert counted(one) == counted(two) == [("Beta", False, False)]
    assert one.log() == two.log()


def test_a_key_that_was_corrected_back(labs: Machines) -> None:
    one, two = labs("one"), labs("two")
    picks(two, "Alpha")
    has_key(two, "Beta")
    picks(two, "Beta")
    for key in ("Beta", "Alpha"):
        has_key(one, key)
    exchange(one, two)
    assert counted(one) == [("Alpha", True, True), ("Beta", False, False)]
    before = one.log()
    for _ in range(3):
        # the second machine has the old deck still, and does not score against the first
        assert exchange(one, two) == []
    assert one.log() == two.log() == before
    has_key(two, "Alpha")
    assert exchange(one, two) == []
    assert counted(two) == counted(one)
    assert two.log() == before


def test_an_answer_under_a_later_key_is_left_to_its_machine(labs: Machines) -> None:
    one, two = labs("one"), labs("two")
    has_key(one, "Beta")
    for key in ("Beta", "Gamma"):
        has_key(two, key)
    picks(two, "Gamma")
    assert exchange(one, two) == []
    assert counted(one) == [("Gamma", True, True)]


def test_a_deck_that_changes_when_answers_under_the_key_before_wait(labs: Machines) -> None:
    one, two = labs("one"), labs("two")
    picks(two, "Alpha")
    has_key(one, "Beta")
    take(one, two)
    (change,) = has_key(one, "Beta", "Which one, then?")
    assert (change.corrected, change.reworded, change.rescored) == (("one",), (), 1)
    assert counted(one) == [("Alpha", False, False)]


def test_another_question_does_not_judge_what_arrives_late(labs: Machines) -> None:
    one, two = labs("one"), labs("two")
    picks(two, "Alpha")
    one.deck(choice("one", "Beta", "Alpha, Gamma", "Which one not?", rev=2))
    register(one)
    one.deck(choice("one", "Gamma", "Alpha, Beta", "Which one not?", rev=2))
    register(one)
    exchange(one, two)
    assert rescores(one) == []


def test_a_withdrawn_answer_that_arrives_late_is_not_scored_again(labs: Machines) -> None:
    one, two = labs("one"), labs("two")
    row = picks(two, "Alpha")
    two.progress.withdraw(row.id, at_ms=two.clock.now_ms(), study_day=two.workspace.today())
    has_key(one, "Beta")
    exchange(one, two)
    assert rescores(one) == []


def test_a_card_that_was_answered_by_the_new_key_since_does_not_come_back(labs: Machines) -> None:
    one, two = labs("one"), labs("two")
    picks(two, "Alpha")
    two.wait(days=1)
    has_key(one, "Beta")
    picks(one, "Beta")
    exchange(one, two)
    assert len(rescores(one)) == 1
    assert EntryKind.REVISE not in [row.kind for row in one.log()]
    assert one.state("one").due_ms > one.clock.now_ms()


def test_answers_wait_for_a_deck_that_is_not_at_hand(labs: Machines) -> None:
    one, two = labs("one"), labs("two")
    picks(two, "Alpha")
    has_key(one, "Beta")
    path = one.locations.decks / "deck.yaml"
    path.rename(path.with_suffix(".away"))
    take(one, two)
    assert register(one) == ()
    written = one.progress.connection.total_changes
    assert register(one) == ()
    assert one.progress.connection.total_changes == written
    path.with_suffix(".away").rename(path)
    (change,) = register(one)
    assert change.rescored == 1
    assert one.progress.connection.execute("SELECT * FROM late_item").fetchall() == []


def test_answers_wait_for_an_item_that_is_gone(labs: Machines) -> None:
    one, two = labs("one"), labs("two")
    picks(two, "Alpha")
    has_key(one, "Beta")
    one.deck(choice("two"))
    register(one)
    take(one, two)
    for _ in range(2):
        assert register(one) == ()
    has_key(one, "Beta")
    assert counted(one) == [("Alpha", False, False)]


def test_answers_to_an_item_that_goes_on_under_another_id(labs: Machines) -> None:
    one, two = labs("one"), labs("two")
    picks(one, "Gamma")
    late = picks(two, "Alpha")
    has_key(one, "Beta")
    one.deck(choice("uno", "Beta", "Alpha, Gamma"))
    register(one)
    relink(one.workspace, relink_offers(one.workspace))
    take(one, two)
    (change,) = register(one)
    assert (change.corrected, change.rescored) == (("uno",), 1)
    assert [(row.corrects, row.card.item_id) for row in one.log() if row.corrects == late.id] == [(late.id, "uno")]
    assert_rebuilt(one)


def test_an_open_session_with_the_old_deck(labs: Machines) -> None:
    one = labs("one")
    old = one.other().driver()
    has_key(one, "Beta")
    old.send(machine.Respond(Picked(("Alpha",))))
    old.send(machine.Rate())
    old.workspace.close()
    (change,) = register(one)
    assert (change.corrected, change.rescored) == (("one",), 1)


def test_what_another_program_scores_between_judging_and_writing_is_not_scored_twice(
    labs: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = labs("one"), labs("two")
    picks(two, "Alpha")
    has_key(one, "Beta")
    take(one, two)
    other = one.other()
    make_backup = late_answers.make_backup

    def meanwhile(*given: object) -> None:
        monkeypatch.setattr(late_answers, "make_backup", make_backup)
        register(other)

    monkeypatch.setattr(late_answers, "make_backup", meanwhile)
    assert register(one) == ()
    assert len(rescores(one)) == 1
    other.close()


def test_nothing_is_written_where_nothing_came(labs: Machines) -> None:
    one = labs("one")
    has_key(one, "Beta")
    picks(one, "Beta")
    written = one.progress.connection.total_changes
    assert register(one) == ()
    assert one.progress.connection.total_changes == written


def test_many_rows_are_looked_at_once(labs: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spinequiz.store.late.MANY", 2)
    one = labs("one")
    has_key(one, "Beta")
    for _ in range(2):
        picks(one, "Beta")
    written = one.progress.connection.total_changes
    register(one)
    assert one.progress.connection.total_changes > written
    written = one.progress.connection.total_changes
    register(one)
    assert one.progress.connection.total_changes == written


@pytest.mark.parametrize("where", ["read as a database", "read page by page", "in a backup"])
def test_a_repair_keeps_what_items_were_before(labs: Machines, where: str) -> None:
    one, two = labs("one"), labs("two")
    picks(one, "Gamma")
    picks(two, "Alpha")
    has_key(one, "Beta")
    path = one.locations.progress
    if where == "in a backup":
        make_backup(one.progress.connection, path, one.clock.now_ms())
    else:
        shutil.rmtree(backup_folder(path), ignore_errors=True)
    one.close()
    data = path.read_bytes()
    if where != "read as a database":
        path.write_bytes(b"" if where == "in a backup" else bytes(100) + data[100:])
    salvage(path, one.clock.now_ms())
    take(one, two)
    register(one)
    assert ("Alpha", False, False) in counted(one)


step = st.one_of(
    st.tuples(st.just("answer"), st.sampled_from(OPTIONS)),
    st.tuples(st.just("update"), st.just("")),
    st.tuples(st.just("take"), st.sampled_from("abc")),
)


@settings(max_examples=25)
@given(st.lists(st.sampled_from(OPTIONS), max_size=4), st.lists(st.tuples(st.sampled_from("abc"), step), max_size=14))
@example(["Beta", "Alpha", "Beta"], [("a", ("answer", "Alpha")), ("b", ("update", "")), ("b", ("take", "a"))])
def test_whatever_the_order_scores_are_those_of_the_last_key_and_none_is_written_twice(
    tmp_path_factory: pytest.TempPathFactory, keys: list[str], story: list[tuple[str, tuple[str, str]]]
) -> None:
    """Each machine's deck follows the same history of keys at its own pace, and some never reach its end."""
    home, clock = tmp_path_factory.mktemp("homes"), FakeClock()
    labs = {name: Lab(home / name, clock) for name in "abc"}
    at = dict.fromkeys(labs, 0)
    history = ["Alpha", *keys]
    for lab in labs.values():
        has_key(lab, "Alpha")
    for name, (what, value) in story:
        lab = labs[name]
        clock.instant_ms += 60_000
        if what == "answer":
            picks(lab, value)
        elif what == "update":
            at[name] = min(at[name] + 1, len(keys))
            has_key(lab, history[at[name]])
        elif value != name:
            take(lab, labs[value])
            register(lab)
    # the first machine has seen every key
    for key in history[at["a"] + 1 :]:
        clock.instant_ms += 60_000
        has_key(labs["a"], key)
    right = history[-1]
    for other in "bc":
        take(labs["a"], labs[other])
        register(labs["a"])
    assert all(full == passed == (option == right) for option, full, passed in counted(labs["a"]))
    for lab in labs.values():
        clock.instant_ms += 60_000
        has_key(lab, right)
    for _ in range(2):
        exchange(*labs.values())
    logs = [lab.log() for lab in labs.values()]
    assert logs[0] == logs[1] == logs[2]
    assert all(full == passed == (option == right) for option, full, passed in counted(labs["b"]))
    exchange(*labs.values())
    assert labs["c"].log() == logs[0]
    for lab in labs.values():
        assert_rebuilt(lab)
        lab.close()
