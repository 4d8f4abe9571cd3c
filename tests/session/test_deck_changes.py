"""Decks change, progress stays: what a changed deck does to the answers that were given before."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from session_lab import AGAIN, GOOD, Lab, basic, on_table, rate, shown, study_all, true_false

from spinequiz.model.cards import CardKey, EntryKind, Phase, Rating
from spinequiz.model.responses import Picked
from spinequiz.scheduling.replay import replay_card
from spinequiz.scheduling.study_day import DAY_MS
from spinequiz.session import changes
from spinequiz.session import study as machine
from spinequiz.session.changes import DeckChange, relink, relink_offers
from spinequiz.session.wording import change_counts, change_lines
from spinequiz.store.backup import list_backups
from spinequiz.store.known import Twins
from spinequiz.store.progress import Progress
from spinequiz.store.rows import LOG_COLUMNS, review_row


def choice(
    name: str, answer: str = "Alpha", others: str = "Beta, Gamma", prompt: str = "Which one?", rev: int = 1
) -> str:
    return (
        f"- id: {name}\n  type: single-choice\n  prompt: {prompt}\n  answer: {answer}\n"
        f"  distractors: [{others}]\n  rev: {rev}\n  added: true"
    )


def several(answers: str, others: str) -> str:
    return (
        "- id: some\n  type: select-all\n  prompt: Which ones?\n"
        f"  answers: [{answers}]\n  distractors: [{others}]\n  added: true"
    )


def register(lab: Lab) -> dict[str, DeckChange]:
    return {change.deck_id: change for change in lab.workspace.register(lab.decks())}


def pick(lab: Lab, *options: str) -> None:
    """Answer the card on the table of a new session with these options, and accept the proposal."""
    driver = lab.driver()
    assert driver.study.current is not None
    driver.send(machine.Respond(Picked(options)))
    driver.send(machine.Rate())


def kinds(lab: Lab) -> list[str]:
    return [row.kind.value for row in lab.log()]


def assert_rebuilt(lab: Lab) -> None:
    tables = ("state", "mark", "card")
    before = {t: lab.progress.connection.execute(f"SELECT * FROM {t}").fetchall() for t in tables}
    for verify in (True, False):
        lab.progress.rebuild(verify=verify)
        assert {t: lab.progress.connection.execute(f"SELECT * FROM {t}").fetchall() for t in tables} == before


# -- what is told


def test_the_first_look_is_no_news(lab: Lab) -> None:
    lab.deck(basic("one"), basic("two"))
    change = register(lab)["deck"]
    assert (change.first, change.new, change.told) == (True, ("one", "two"), False)
    assert change_lines([change]) == ()
    assert register(lab) == {}


def test_every_kind_of_change_is_counted_once(lab: Lab) -> None:
    same = choice("same")
    lab.deck(same, choice("key"), choice("words"), choice("meaning"), choice("leaves"))
    register(lab)
    lab.deck(
        same,
        choice("key", "Beta", "Alpha, Gamma"),
        choice("words", prompt="Which of them?"),
        choice("meaning", prompt="Which one not?", rev=2),
        choice("fresh"),
        choice("fresher"),
    )
    change = register(lab)["deck"]
    assert change == DeckChange(
        "deck", new=("fresh", "fresher"), removed=("leaves",), reworded=("words",), corrected=("key",),
        revised=("meaning",),
    )  # fmt: skip
    assert change_counts(change) == "1 reworded, 1 key corrected, 1 revised, 2 new, 1 removed"
    lab.deck(same, choice("leaves"))
    assert register(lab)["deck"].back == ("leaves",)


def test_a_comment_or_a_tag_is_no_news(lab: Lab) -> None:
    lab.deck(choice("one"))
    register(lab)
    lab.deck(choice("one") + "\n  tags: [other]\n# a comment")
    change = register(lab)["deck"]
    assert not change.told
    assert change_counts(change) == ""


# -- corrected keys


def test_a_wrong_pass_goes_back_into_learning(lab: Lab) -> None:
    lab.deck(choice("one"))
    for _ in range(3):
        pick(lab, "Alpha")
        lab.wait(days=300)
    assert lab.state("one").phase is Phase.REVIEW
    lab.deck(choice("one", "Beta", "Alpha, Gamma"))
    change = register(lab)["deck"]
    assert (change.corrected, change.rescored, change.regraded) == (("one",), 3, 3)
    assert kinds(lab) == ["answer"] * 3 + ["rescore"] * 3 + ["revise"]
    assert {(row.score, row.rating) for row in lab.log() if row.kind is EntryKind.RESCORE} == {((0, 1), AGAIN)}
    state = lab.state("one")
    assert state.phase is Phase.LEARNING
    assert state.due_ms <= lab.clock.now_ms()
    assert_rebuilt(lab)


def test_a_lapse_that_was_none_is_taken_back_and_the_card_comes_back(lab: Lab) -> None:
    lab.deck(choice("one"))
    pick(lab, "Alpha")
    lab.wait(minutes=11)
    pick(lab, "Alpha")
    lab.wait(days=20)
    pick(lab, "Beta")
    assert (lab.state("one").lapses, lab.state("one").phase) == (1, Phase.RELEARNING)
    lab.deck(several("Alpha", "Beta").replace("some", "other"), choice("one", "Beta", "Alpha, Gamma"))
    register(lab)
    assert lab.state("one").lapses == 0
    assert lab.state("one").due_ms <= lab.clock.now_ms()
    lab.wait(days=1)
    driver = lab.driver(begin=False)
    assert driver.send(machine.Begin()) == ("the key of this item was corrected since you last answered it",)
    assert on_table(driver) == "one"
    driver.send(machine.Respond(Picked(("Beta",))))
    driver.send(machine.Rate())
    assert lab.progress.open_revision(CardKey("deck", "one", "main")) is None
    assert_rebuilt(lab)


def test_points_alone_change_points_alone(lab: Lab) -> None:
    lab.deck(several("Alpha, Beta, Gamma", "Delta, Epsilon"))
    pick(lab, "Alpha", "Delta")
    before = lab.state("some")
    lab.deck(several("Alpha, Beta, Delta", "Gamma, Epsilon"))
    change = register(lab)["deck"]
    assert (change.rescored, change.regraded) == (1, 0)
    assert kinds(lab) == ["answer", "rescore"]
    assert lab.log()[1].score == (2, 3)
    assert lab.state("some") == before


def test_a_response_in_words_that_are_gone_keeps_its_score(lab: Lab) -> None:
    lab.deck(choice("one"))
    pick(lab, "Gamma")
    lab.wait(minutes=11)
    pick(lab, "Beta")
    lab.deck(choice("one", "Beta", "Alpha, Gamma ray"))
    assert register(lab)["deck"].rescored == 1
    assert [row.corrects for row in lab.log() if row.kind is EntryKind.RESCORE] == [lab.log()[1].id]


def test_an_option_that_was_not_there_cannot_have_been_missed(lab: Lab) -> None:
    lab.deck(several("Alpha, Beta", "Gamma"))
    pick(lab, "Alpha", "Beta")
    lab.deck(several("Alpha, Beta, Delta", "Gamma"))
    change = register(lab)["deck"]
    assert (change.reworded, change.rescored) == (("some",), 0)


def test_a_reworded_key_is_no_correction(lab: Lab) -> None:
    lab.deck(choice("one"))
    pick(lab, "Alpha")
    before = lab.state("one")
    lab.deck(choice("one", "Alpha rays"))
    assert register(lab)["deck"].reworded == ("one",)
    assert lab.state("one") == before
    assert kinds(lab) == ["answer"]


def test_another_question_with_another_key_does_not_judge_the_past(lab: Lab) -> None:
    lab.deck(true_false("one"))
    lab.driver()
    study_all(lab.driver())
    answered = len(lab.log())
    lab.deck("- id: one\n  type: true-false\n  prompt: Is one not so?\n  answer: false\n  rev: 2\n  added: true")
    change = register(lab)["deck"]
    assert (change.revised, change.corrected, change.rescored) == (("one",), (), 0)
    assert kinds(lab)[answered:] == ["revise"]


def test_correcting_and_correcting_back_leaves_the_scores_as_they_were(lab: Lab) -> None:
    lab.deck(choice("one"))
    pick(lab, "Alpha")
    lab.deck(choice("one", "Beta", "Alpha, Gamma"))
    register(lab)
    lab.deck(choice("one"))
    register(lab)
    rescores = [row for row in lab.log() if row.kind is EntryKind.RESCORE]
    assert [(row.score, row.rating) for row in rescores] == [((0, 1), AGAIN), ((1, 1), GOOD)]
    assert_rebuilt(lab)


def test_a_withdrawn_answer_is_not_scored_again(lab: Lab) -> None:
    lab.deck(choice("one"))
    driver = lab.driver()
    driver.send(machine.Respond(Picked(("Alpha",))))
    driver.send(machine.Rate())
    driver.send(machine.Undo())
    lab.deck(choice("one", "Beta", "Alpha, Gamma"))
    assert register(lab)["deck"].rescored == 0
    assert lab.state("one") is None


def test_there_is_a_backup_from_before_scores_change(lab: Lab) -> None:
    lab.deck(choice("one"))
    pick(lab, "Alpha")
    lab.deck(choice("one", prompt="Which of them?"))
    register(lab)
    assert list_backups(lab.progress.path) == []
    lab.deck(choice("one", "Beta", "Alpha, Gamma"))
    register(lab)
    (backup,) = list_backups(lab.progress.path)
    kept = Progress.open(backup.path)
    assert kept.connection.execute("SELECT count(*) FROM log").fetchone() == (1,)
    kept.close()


def test_nothing_is_written_where_no_deck_changed(lab: Lab) -> None:
    lab.deck(choice("one"))
    pick(lab, "Alpha")
    changes = lab.progress.connection.total_changes
    assert register(lab) == {}
    assert lab.progress.connection.total_changes == changes


OPTIONS = ("Alpha", "Beta", "Gamma")


@given(
    picks=st.lists(st.sampled_from(OPTIONS), min_size=1, max_size=5),
    keys=st.lists(st.sampled_from(OPTIONS), min_size=1, max_size=4),
)
@settings(max_examples=25, deadline=None)
def test_scores_are_those_of_the_last_key_in_any_history(
    tmp_path_factory: pytest.TempPathFactory, picks: list[str], keys: list[str]
) -> None:
    lab = Lab(tmp_path_factory.mktemp("home"))
    lab.deck(choice("one"))
    for text in picks:
        pick(lab, text)
        lab.clock.instant_ms = lab.state("one").due_ms + DAY_MS
    for key in keys:
        lab.deck(choice("one", key, ", ".join(o for o in OPTIONS if o != key)))
        register(lab)
    entries = lab.progress.entries(CardKey("deck", "one", "main"))
    last = {row.corrects: row for row in entries if row.kind is EntryKind.RESCORE}
    answers = [row for row in entries if row.kind is EntryKind.ANSWER]
    for row, text in zip(answers, picks, strict=True):
        counted = last.get(row.id, row)
        assert counted.score == (int(text == keys[-1]), 1)
        assert (counted.rating is Rating.AGAIN) == (text != keys[-1])
    presets = lab.progress.presets()
    assert replay_card(entries, presets).state == lab.state("one")
    assert_rebuilt(lab)
    lab.close()


# -- rev


def test_a_raised_rev_brings_the_card_back_and_tells(lab: Lab) -> None:
    lab.deck(choice("one"))
    for _ in range(2):
        pick(lab, "Alpha")
        lab.wait(minutes=11)
    before = lab.state("one")
    assert before.due_ms > lab.clock.now_ms()
    lab.deck(choice("one", prompt="Which one, then?", rev=2))
    assert register(lab)["deck"].revised == ("one",)
    after = lab.state("one")
    assert (after.stability, after.phase, after.reps) == (before.stability, before.phase, before.reps)
    assert after.due_ms == lab.clock.now_ms()
    driver = lab.driver(begin=False)
    assert driver.send(machine.Begin()) == ("this item was revised since you last answered it",)
    driver.send(machine.Respond(Picked(("Alpha",))))
    driver.send(machine.Rate())
    assert lab.state("one").due_ms > lab.clock.now_ms()
    assert_rebuilt(lab)


def test_a_revision_that_another_machine_answered_already_counts_for_nothing(lab: Lab) -> None:
    lab.deck(choice("one", rev=2))
    for _ in range(2):
        pick(lab, "Alpha")
        lab.wait(minutes=11)
    before = lab.state("one")
    answer = lab.log()[-1]
    late = replace(
        answer, kind=EntryKind.REVISE, rating=None, score=None, response=None, before=None, after=None, preset_id=None,
        desired_retention=None, duration_ms=None, at_ms=lab.clock.now_ms(), content_hash="of another program",
    )  # fmt: skip
    lab.progress.mark(late)
    assert lab.state("one") == before
    assert lab.progress.open_revision(answer.card) is None


# -- items that go, come and move


def test_progress_waits_for_an_item_that_is_gone(lab: Lab) -> None:
    lab.deck(basic("one"), basic("two"))
    study_all(lab.driver())
    states = lab.state("one"), lab.state("two")
    lab.deck(basic("one"))
    lab.wait(days=300)
    assert study_all(lab.driver()) == ["one"]
    assert lab.state("two") == states[1]
    lab.deck(basic("one"), basic("two"))
    assert register(lab)["deck"].back == ("two",)
    assert on_table(lab.driver()) == "two"
    assert shown(lab.driver()).card.state == states[1]


def test_a_file_may_move_and_be_sorted_anew(lab: Lab) -> None:
    path = lab.deck(basic("one"), basic("two"))
    study_all(lab.driver())
    states = lab.state("one"), lab.state("two")
    path.unlink()
    moved = lab.deck(basic("two"), basic("one"))
    moved.rename(moved.with_name("another-name.yaml"))
    assert not any(change.told for change in register(lab).values())
    assert (lab.state("one"), lab.state("two")) == states
    assert relink_offers(lab.workspace) == []


def test_a_changed_id_is_offered_and_goes_on(lab: Lab) -> None:
    lab.deck(basic("one"), basic("two"))
    study_all(lab.driver())
    state = lab.state("one")
    lab.deck(basic("one").replace("id: one", "id: uno"), basic("two"))
    change = register(lab)["deck"]
    assert (change.new, change.removed) == (("uno",), ("one",))
    assert lab.state("uno") is None
    offers = relink_offers(lab.workspace)
    assert [tuple(offer) for offer in offers] == [("deck", "one", "deck", "uno")]
    assert relink(lab.workspace, offers) == 1
    assert lab.state("uno") == state
    assert lab.state("one") == state
    assert relink_offers(lab.workspace) == []
    lab.wait(days=200)
    driver = lab.driver()
    while on_table(driver) != "uno":
        rate(driver, GOOD)
    rate(driver, AGAIN)
    assert lab.state("uno").lapses == 1
    assert_rebuilt(lab)


def test_a_relink_can_be_taken_back(lab: Lab) -> None:
    lab.deck(basic("one"))
    study_all(lab.driver())
    lab.deck(basic("one").replace("id: one", "id: uno"))
    register(lab)
    relink(lab.workspace, relink_offers(lab.workspace))
    row = lab.log()[-1]
    lab.progress.withdraw(row.id, at_ms=lab.clock.now_ms(), study_day=lab.workspace.today())
    assert lab.state("uno") is None
    assert len(relink_offers(lab.workspace)) == 1
    assert_rebuilt(lab)


def test_answers_that_reach_the_old_id_later_count_for_the_new_one(lab: Lab) -> None:
    lab.deck(basic("one"))
    study_all(lab.driver())
    lab.deck(basic("one").replace("id: one", "id: uno"))
    register(lab)
    relink(lab.workspace, relink_offers(lab.workspace))
    lab.deck(basic("one"))
    lab.wait(days=60)
    rate(lab.driver(), AGAIN)
    assert lab.state("one").lapses or lab.state("one").reps > 2
    assert lab.state("uno") == lab.state("one")
    assert_rebuilt(lab)


def test_relinks_in_a_chain_and_in_a_circle_end(lab: Lab) -> None:
    lab.deck(basic("one"))
    study_all(lab.driver())
    state = lab.state("one")
    names = ["one", "uno", "eins", "one"]
    for old, new in pairwise(names):
        relink(lab.workspace, [Twins("deck", old, "deck", new)])
    assert lab.state("eins") == state
    assert lab.state("one") == state
    assert_rebuilt(lab)


def test_items_that_move_to_another_deck_take_their_progress_along(lab: Lab) -> None:
    lab.deck(basic("one"), basic("two"))
    study_all(lab.driver())
    state = lab.state("two")
    lab.deck(basic("one"))
    lab.deck(basic("two"), basic("three"), id="split")
    changes = register(lab)
    assert (changes["split"].moved, changes["split"].new, changes["split"].told) == (("two",), ("three",), True)
    assert changes["deck"].removed == ()
    assert lab.state("two", deck="split") == state
    assert relink_offers(lab.workspace) == []
    assert_rebuilt(lab)


def test_items_that_move_back_bring_along_what_was_answered_meanwhile(lab: Lab) -> None:
    stays = {"deck": "one", "split": "three"}
    lab.deck(basic("one"), basic("two"))
    lab.deck(basic("three"), id="split")
    study_all(lab.driver())
    for here, there, days in (("deck", "split", 60), ("split", "deck", 900), ("deck", "split", 9000)):
        lab.deck(basic(stays[here]), id=here)
        lab.deck(basic(stays[there]), basic("two"), id=there)
        assert register(lab)[there].new == ()
        before = lab.state("two", deck=there)
        assert before == lab.state("two", deck=here)
        lab.wait(days=days)
        study_all(lab.driver())
        assert lab.state("two", deck=there).reps > before.reps
        assert_rebuilt(lab)
    assert relink_offers(lab.workspace) == []


def test_an_id_that_was_changed_back_is_offered_again(lab: Lab) -> None:
    lab.deck(basic("one"))
    study_all(lab.driver())
    lab.deck(basic("one").replace("id: one", "id: uno"))
    register(lab)
    relink(lab.workspace, relink_offers(lab.workspace))
    lab.wait(days=60)
    study_all(lab.driver())
    lab.deck(basic("one"))
    register(lab)
    assert [tuple(offer) for offer in relink_offers(lab.workspace)] == [("deck", "uno", "deck", "one")]
    relink(lab.workspace, relink_offers(lab.workspace))
    assert lab.state("one") == lab.state("uno")
    assert relink_offers(lab.workspace) == []
    assert_rebuilt(lab)


def test_a_key_that_was_corrected_while_its_item_was_away_is_told(lab: Lab) -> None:
    lab.deck(true_false("one"), true_false("two"))
    study_all(lab.driver())
    lab.deck(true_false("two"))
    register(lab)
    lab.deck(true_false("one", "false"), true_false("two"))
    assert change_counts(register(lab)["deck"]) == "1 back again (2 answers re-scored)"


def test_a_deck_with_a_new_id_is_offered_item_by_item(lab: Lab) -> None:
    path = lab.deck(basic("one"), basic("two"))
    study_all(lab.driver())
    path.unlink()
    lab.deck(basic("one"), basic("two"), id="renamed")
    register(lab)
    offers = relink_offers(lab.workspace)
    assert {(o.old_deck, o.new_deck, o.old_item == o.new_item) for o in offers} == {("deck", "renamed", True)}
    relink(lab.workspace, offers)
    assert lab.state("one", deck="renamed") == lab.state("one")


def test_rows_lead_to_the_same_states_in_whatever_order_they_arrive(lab: Lab, tmp_path: Path) -> None:
    lab.deck(choice("one"))
    pick(lab, "Alpha")
    lab.wait(days=3)
    lab.deck(choice("one", "Beta", "Alpha, Gamma"))
    register(lab)
    lab.wait(days=1)
    lab.deck(choice("uno", "Beta", "Alpha, Gamma"))
    register(lab)
    relink(lab.workspace, relink_offers(lab.workspace))
    pick(lab, "Beta")
    assert set(kinds(lab)) == {"answer", "rescore", "revise", "relink"}
    other = Progress.open(tmp_path / "other.db")
    ours = lab.progress.connection
    other.connection.executemany("INSERT INTO preset VALUES (?, ?)", ours.execute("SELECT * FROM preset").fetchall())
    rows = [review_row(row) for row in reversed(lab.log())]
    other.connection.executemany(f"INSERT INTO log ({LOG_COLUMNS}) VALUES ({', '.join('?' * len(rows[0]))})", rows)
    other.rebuild(verify=False)
    for item in ("one", "uno"):
        assert other.state(CardKey("deck", item, "main")) == lab.state(item) is not None
    other.close()


def test_an_answer_of_another_program_between_survey_and_writing_is_scored_too(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.deck(choice("one"))
    pick(lab, "Alpha")
    lab.wait(minutes=11)
    waiting = lab.other().driver()
    lab.deck(choice("one", "Beta", "Alpha, Gamma"))

    def meanwhile(*_: object) -> None:
        waiting.send(machine.Respond(Picked(("Alpha",))))
        waiting.send(machine.Rate())

    monkeypatch.setattr(changes, "make_backup", meanwhile)
    assert register(lab)["deck"].rescored == 2
    assert {row.corrects for row in lab.log() if row.kind is EntryKind.RESCORE} == {row.id for row in lab.log()[:2]}
    waiting.workspace.close()
