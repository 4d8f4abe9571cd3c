"""What each event does to a session, and to the file."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest
from session_lab import (
    AGAIN,
    EASY,
    GOOD,
    HARD,
    MINUTE_MS,
    NOON_MS,
    TODAY,
    Lab,
    basic,
    cloze,
    names,
    on_table,
    queue,
    rate,
    shown,
    study_all,
    true_false,
    typed,
)

from spinequiz.model.cards import NO_MARKS, CardMarks, EntryKind, Phase, Rating
from spinequiz.model.responses import Judged, Picked, Recalled, Typed, decode_response
from spinequiz.scheduling.study_day import DAY_MS
from spinequiz.session import study as machine
from spinequiz.session.marks import unsuspend_deck
from spinequiz.session.states import Face, Tally

# -- showing and rating


def test_a_self_rated_card(lab: Lab) -> None:
    lab.deck(basic("a"))
    driver = lab.driver()
    assert (shown(driver).face, shown(driver).outcomes) == (Face.PROMPT, None)
    driver.send(machine.Reveal())
    assert (shown(driver).face, shown(driver).proposal, shown(driver).grade) == (Face.ANSWER, None, None)
    assert shown(driver).allowed == tuple(Rating)
    driver.send(machine.Rate(HARD))
    assert lab.answers() == [("a", 2)]


@pytest.mark.parametrize("rating", list(Rating))
def test_the_answer_commits_what_the_button_showed(lab: Lab, rating: Rating) -> None:
    lab.deck(basic("a"))
    study_all(lab.driver(), EASY)
    lab.wait(days=30)
    driver = lab.driver()
    driver.send(machine.Reveal())
    promised = shown(driver).outcomes.of(rating)
    driver.send(machine.Rate(rating))
    assert lab.state("a") == promised.state


def test_a_right_answer_proposes_good_and_may_be_hard_or_easy(lab: Lab) -> None:
    lab.deck(true_false("a"))
    driver = lab.driver()
    driver.send(machine.Respond(Judged(True)))
    assert shown(driver).grade.score == (1, 1)
    assert shown(driver).proposal is GOOD
    assert shown(driver).allowed == (HARD, GOOD, EASY)
    before = driver.study
    told = driver.send(machine.Rate(AGAIN))
    assert "Hard, Good or Easy" in told[0]
    assert driver.study is before
    driver.send(machine.Rate(EASY))
    assert lab.answers() == [("a", 4)]


@pytest.mark.parametrize("rating", [HARD, GOOD, EASY])
def test_a_miss_is_rated_again_and_nothing_else(lab: Lab, rating: Rating) -> None:
    lab.deck(true_false("a"))
    driver = lab.driver()
    driver.send(machine.Respond(Judged(False)))
    assert (shown(driver).proposal, shown(driver).allowed) == (AGAIN, (AGAIN,))
    before = driver.study
    assert "a miss is rated Again" in driver.send(machine.Rate(rating))[0]
    assert driver.study is before
    assert lab.log() == []
    driver.send(machine.Rate())
    assert lab.answers() == [("a", 1)]


def test_accepting_the_proposal(lab: Lab) -> None:
    lab.deck(true_false("a"))
    driver = lab.driver()
    driver.send(machine.Respond(Judged(True)))
    driver.send(machine.Rate())
    assert lab.answers() == [("a", 3)]


def test_a_self_rated_card_has_no_proposal_to_accept(lab: Lab) -> None:
    lab.deck(basic("a"))
    driver = lab.driver()
    driver.send(machine.Reveal())
    before = driver.study
    driver.send(machine.Rate())
    assert driver.study is before
    assert lab.log() == []


def test_a_typo_is_counted_right_by_the_student(lab: Lab) -> None:
    lab.deck(typed("a", answer="vertebroplasty"))
    driver = lab.driver()
    lab.wait(minutes=0.5)
    driver.send(machine.Respond(Typed("vertebroplatsy")))
    assert shown(driver).proposal is AGAIN
    assert shown(driver).near_miss
    lab.wait(minutes=2)
    driver.send(machine.Overrule())
    assert shown(driver).proposal is GOOD
    assert not shown(driver).near_miss
    driver.send(machine.Rate())
    row = lab.log()[0]
    assert (row.rating, row.score, row.duration_ms) == (GOOD, (1, 1), 30_000)
    assert decode_response(row.response) == Typed("vertebroplatsy", overruled=True)


@pytest.mark.parametrize("text", ["kyphoplasty", "", "vertebroplasty"])
def test_only_a_slip_can_be_overruled(lab: Lab, text: str) -> None:
    lab.deck(typed("a", answer="vertebroplasty"))
    driver = lab.driver()
    driver.send(machine.Respond(Typed(text)))
    before = driver.study
    driver.send(machine.Overrule())
    assert driver.study is before


def test_a_row_says_what_happened(lab: Lab) -> None:
    lab.deck(typed("a", rev="3"), options="desired_retention: 0.85")
    driver = lab.driver()
    lab.wait(minutes=0.5)
    driver.send(machine.Respond(Typed("nonsense")))
    lab.wait(minutes=2)
    driver.send(machine.Rate())
    row = lab.log()[0]
    assert (row.kind, row.card, row.rating, row.score) == (EntryKind.ANSWER, ("deck", "a", "main"), AGAIN, (0, 1))
    assert (row.at_ms, row.study_day, row.duration_ms) == (NOON_MS + 150_000, TODAY, 30_000)
    assert (row.before, row.after) == (None, lab.state("a"))
    assert decode_response(row.response) == Typed("nonsense")
    assert (row.desired_retention, row.rev) == (0.85, 3)
    assert row.content_hash


def test_a_self_rated_row_holds_that_it_was_recalled(lab: Lab) -> None:
    lab.deck(basic("a"))
    rate(lab.driver(), GOOD)
    row = lab.log()[0]
    assert decode_response(row.response) == Recalled()
    assert row.score is None


@pytest.mark.parametrize(("minutes", "expected_ms"), [(0.25, 15_000), (60, 10 * MINUTE_MS), (-5, 0)])
def test_the_duration_ends_with_the_answer_and_long_pauses_are_cut(lab: Lab, minutes: float, expected_ms: int) -> None:
    lab.deck(basic("a"))
    driver = lab.driver()
    lab.wait(minutes=minutes)
    driver.send(machine.Reveal())
    lab.wait(minutes=3)
    driver.send(machine.Rate(GOOD))
    assert lab.log()[0].duration_ms == expected_ms
    assert driver.study.tally.duration_ms == expected_ms


def test_the_settings_of_the_moment_shape_the_schedule(lab: Lab) -> None:
    lab.set(learning_steps_minutes=(7, 30))
    lab.deck(basic("a"))
    rate(lab.driver(), AGAIN)
    assert lab.state("a").due_ms == NOON_MS + 7 * MINUTE_MS


def test_the_tally(lab: Lab) -> None:
    lab.deck(basic("a"), true_false("b"), true_false("c"))
    driver = lab.driver()
    rate(driver, AGAIN)
    rate(driver)
    rate(driver, AGAIN)
    tally = driver.study.tally
    assert (tally.answers, tally.new, tally.again, tally.points, tally.max_points) == (3, 3, 2, 1, 2)
    assert [key.item_id for key in tally.missed] == ["a", "c"]
    lab.wait(minutes=5)
    rate(driver, AGAIN)
    assert (driver.study.tally.answers, driver.study.tally.new) == (4, 3)
    assert len(driver.study.tally.missed) == 2


def test_what_remains_is_counted(lab: Lab) -> None:
    lab.deck(*map(basic, "abc"))
    driver = lab.driver()
    seen = [driver.study.remaining]
    for rating in (AGAIN, EASY, EASY, EASY):
        rate(driver, rating)
        seen.append(driver.study.remaining)
    assert seen == [3, 3, 2, 1, 0]


# -- events that do not fit


EVENTS = [
    machine.Begin(),
    machine.Reveal(),
    machine.Respond(Judged(True)),
    machine.Respond(Typed("x")),
    machine.Respond(Picked(("x",))),
    machine.Respond(Recalled()),
    machine.Overrule(),
    machine.Rate(),
    machine.Rate(GOOD),
    machine.Hint(),
    machine.Mark(EntryKind.UNSUSPEND),
    machine.Mark(EntryKind.UNBURY),
    machine.Mark(EntryKind.UNFLAG),
    machine.Mark(EntryKind.ANSWER),
    machine.Mark(EntryKind.WITHDRAW),
    machine.DealtEvent(None),
]


def unfit(driver: object, fitting: tuple[type, ...]) -> list[machine.Event]:
    return [event for event in EVENTS if not isinstance(event, fitting)]


def test_before_the_answer_of_a_self_rated_card(lab: Lab) -> None:
    lab.deck(basic("a"))
    driver = lab.driver()
    before = driver.study
    for event in unfit(driver, (machine.Reveal,)):
        assert driver.send(event) == ()
        assert driver.study is before, event
    assert lab.log() == []


def test_before_the_answer_of_a_scored_card(lab: Lab) -> None:
    lab.deck(true_false("a"))
    driver = lab.driver()
    before = driver.study
    for event in EVENTS:
        if event != machine.Respond(Judged(True)):
            driver.send(event)
            assert driver.study is before, event
    assert lab.log() == []


def test_after_the_answer(lab: Lab) -> None:
    lab.deck(true_false("a"))
    driver = lab.driver()
    driver.send(machine.Respond(Judged(True)))
    before = driver.study
    for event in unfit(driver, (machine.Rate,)):
        driver.send(event)
        assert driver.study is before, event
    assert lab.log() == []


def test_after_the_end(lab: Lab) -> None:
    lab.deck(basic("a"))
    driver = lab.driver()
    rate(driver, EASY)
    assert driver.study.finished
    before, rows = driver.study, lab.log()
    for event in [*EVENTS, machine.Skip(), machine.Mark(EntryKind.SUSPEND), machine.Replace(None)]:
        driver.send(event)
        assert driver.study == before, event
    assert lab.log() == rows


def test_without_any_card(lab: Lab) -> None:
    lab.set(new_per_day=0)
    lab.deck(basic("a"))
    driver = lab.driver()
    assert (driver.study.current, driver.study.finished, driver.study.remaining) == (None, True, 0)
    assert driver.send(machine.Undo()) == ("nothing to undo in this session",)


# -- hint, skip, flag


def test_a_hint_is_shown_once_asked_for(lab: Lab) -> None:
    lab.deck(basic("a", hint="think"), basic("b"))
    driver = lab.driver()
    driver.send(machine.Hint())
    assert shown(driver).hinted
    driver.send(machine.Reveal())
    assert shown(driver).hinted
    rate(driver, EASY)
    driver.send(machine.Hint())
    assert not shown(driver).hinted


def test_a_skipped_card_is_left_out_and_stays_due(lab: Lab) -> None:
    lab.deck(*map(basic, "abc"))
    driver = lab.driver()
    driver.send(machine.Skip())
    assert on_table(driver) == "b"
    driver.send(machine.Reveal())
    driver.send(machine.Skip())
    assert study_all(driver, EASY) == ["c"]
    assert lab.log()[0].card.item_id == "c"
    assert queue(lab.driver()) == ["a", "b"]


def test_a_flag_is_set_and_removed_and_shows(lab: Lab) -> None:
    lab.deck(basic("a"))
    driver = lab.driver()
    flags = []
    for _ in range(3):
        driver.send(machine.Mark(EntryKind.FLAG))
        flags.append((shown(driver).flagged, lab.marks("a").flagged))
    assert flags == [(True, True), (False, False), (True, True)]
    assert [row.kind for row in lab.log()] == [EntryKind.FLAG, EntryKind.UNFLAG, EntryKind.FLAG]
    assert shown(lab.driver()).flagged


def test_a_flag_leaves_the_answer_on_the_table(lab: Lab) -> None:
    lab.deck(basic("a"))
    driver = lab.driver()
    driver.send(machine.Reveal())
    before = shown(driver)
    driver.send(machine.Mark(EntryKind.FLAG))
    assert shown(driver).face is Face.ANSWER
    assert shown(driver).outcomes == before.outcomes
    rate(driver, GOOD)
    assert lab.marks("a").flagged


# -- bury, suspend, leeches


def test_a_buried_card_rests_until_tomorrow(lab: Lab) -> None:
    lab.deck(*map(basic, "ab"))
    driver = lab.driver()
    driver.send(machine.Mark(EntryKind.BURY))
    assert on_table(driver) == "b"
    assert lab.marks("a") == CardMarks(buried_until=TODAY + 1)
    assert queue(lab.driver()) == ["b"]
    lab.wait(minutes=15 * 60 + 59)  # 03:59
    assert queue(lab.driver()) == ["b"]
    lab.wait(minutes=1)
    assert queue(lab.driver()) == ["a", "b"]


def test_a_suspended_card_stays_away(lab: Lab) -> None:
    lab.deck(*map(basic, "ab"))
    driver = lab.driver()
    driver.send(machine.Reveal())
    driver.send(machine.Mark(EntryKind.SUSPEND))
    assert on_table(driver) == "b"
    lab.wait(days=400)
    assert queue(lab.driver()) == ["b"]
    assert unsuspend_deck(lab.workspace, lab.decks()[0]) == 1
    assert queue(lab.driver()) == ["a", "b"]
    assert unsuspend_deck(lab.workspace, lab.decks()[0]) == 0


def test_a_leech_is_suspended_and_told_of(lab: Lab) -> None:
    lab.set(leech_lapses=2)
    lab.deck(basic("a"))
    study_all(lab.driver(), EASY)
    lab.wait(days=30)
    driver = lab.driver()
    assert rate(driver, AGAIN) == ()
    study_all(driver, GOOD)
    assert lab.marks("a") == NO_MARKS
    lab.wait(days=30)
    driver = lab.driver()
    assert rate(driver, AGAIN) == ("a is a leech: suspended after 2 lapses",)
    assert lab.marks("a") == CardMarks(suspended=True, leech=True)
    lab.wait(minutes=30)
    assert lab.driver().study.plan == ((), (), frozenset())


def test_a_leech_is_in_the_tally_and_does_not_come_again(lab: Lab) -> None:
    lab.set(leech_lapses=1)
    lab.deck(*map(basic, "ab"))
    study_all(lab.driver(), EASY)
    lab.wait(days=30)
    driver = lab.driver()
    first = on_table(driver)
    assert rate(driver, AGAIN) == (f"{first} is a leech: suspended after 1 lapse",)
    assert [key.item_id for key in driver.study.tally.leeches] == [first]
    assert driver.study.steps == ()


def test_a_leech_taken_back(lab: Lab) -> None:
    lab.set(leech_lapses=1)
    lab.deck(basic("a"))
    study_all(lab.driver(), EASY)
    state = lab.state("a")
    lab.wait(days=30)
    driver = lab.driver()
    rate(driver, AGAIN)
    assert driver.study.finished
    driver.send(machine.Undo())
    assert on_table(driver) == "a"
    assert lab.marks("a") == NO_MARKS
    assert lab.state("a") == state
    assert driver.study.tally == Tally()


def test_an_unsuspended_leech_is_studied_again_and_is_one_again_later(lab: Lab) -> None:
    lab.set(leech_lapses=1)
    lab.deck(basic("a"))
    study_all(lab.driver(), EASY)
    lab.wait(days=30)
    rate(lab.driver(), AGAIN)
    unsuspend_deck(lab.workspace, lab.decks()[0])
    study_all(lab.driver(), GOOD)
    assert lab.state("a").phase is Phase.REVIEW
    lab.wait(days=30)
    rate(lab.driver(), AGAIN)
    assert lab.marks("a").leech


# -- undo


def test_an_answer_is_taken_back(lab: Lab) -> None:
    lab.deck(*map(basic, "ab"))
    driver = lab.driver()
    rate(driver, EASY)
    assert driver.send(machine.Undo()) == ("taken back",)
    assert on_table(driver) == "a"
    assert shown(driver).face is Face.PROMPT
    assert lab.state("a") is None
    assert lab.answers() == []
    assert study_all(driver, EASY) == ["a", "b"]
    assert lab.answers() == [("a", 4), ("b", 4)]


def test_undo_goes_back_step_by_step_to_the_start(lab: Lab) -> None:
    lab.deck(*map(basic, "abc"))
    driver = lab.driver()
    seen = []
    for rating in (AGAIN, GOOD, HARD, EASY):
        seen.append((on_table(driver), driver.study.remaining, driver.study.tally, lab.state(on_table(driver))))
        rate(driver, rating)
    while seen:
        driver.send(machine.Undo())
        item, remaining, tally, state = seen.pop()
        assert (on_table(driver), driver.study.remaining, driver.study.tally) == (item, remaining, tally)
        assert lab.state(item) == shown(driver).card.state == state
    assert driver.send(machine.Undo()) == ("nothing to undo in this session",)
    assert lab.answers() == []
    assert [row.kind for row in lab.log()].count(EntryKind.WITHDRAW) == 4


def test_undo_goes_across_marks(lab: Lab) -> None:
    lab.deck(*map(basic, "abcd"))
    driver = lab.driver()
    rate(driver, EASY)
    driver.send(machine.Mark(EntryKind.BURY))
    driver.send(machine.Mark(EntryKind.SUSPEND))
    driver.send(machine.Mark(EntryKind.FLAG))
    rate(driver, EASY)
    table = []
    for _ in range(4):
        driver.send(machine.Undo())
        table.append((on_table(driver), lab.marks("b"), lab.marks("c").suspended, lab.marks("d").flagged))
    buried = CardMarks(buried_until=TODAY + 1)
    assert table == [
        ("d", buried, True, True),
        ("c", buried, False, True),
        ("b", NO_MARKS, False, True),
        ("a", NO_MARKS, False, True),
    ]


def test_undo_brings_skipped_cards_back(lab: Lab) -> None:
    lab.deck(*map(basic, "abc"))
    driver = lab.driver()
    rate(driver, EASY)
    driver.send(machine.Skip())
    driver.send(machine.Undo())
    assert study_all(driver, EASY) == ["a", "b", "c"]


def test_undo_with_an_answer_on_the_table_leaves_that_card_for_later(lab: Lab) -> None:
    lab.deck(*map(basic, "ab"))
    driver = lab.driver()
    rate(driver, EASY)
    driver.send(machine.Reveal())
    driver.send(machine.Undo())
    assert (on_table(driver), shown(driver).face) == ("a", Face.PROMPT)
    rate(driver, EASY)
    assert (on_table(driver), shown(driver).face) == ("b", Face.PROMPT)


def test_undo_after_the_end_goes_on_with_the_card(lab: Lab) -> None:
    lab.deck(basic("a"))
    driver = lab.driver()
    rate(driver, EASY)
    assert driver.study.finished
    driver.send(machine.Undo())
    assert not driver.study.finished
    assert on_table(driver) == "a"


def test_undo_of_a_step_puts_the_step_back(lab: Lab) -> None:
    lab.deck(basic("a"))
    driver = lab.driver()
    rate(driver, GOOD)
    assert on_table(driver) == "a"  # looked ahead to
    steps = lab.state("a")
    rate(driver, GOOD)
    driver.send(machine.Undo())
    assert lab.state("a") == steps
    assert shown(driver).card.state == steps


def test_the_options_of_a_card_stand_in_the_same_order_after_an_undo(lab: Lab) -> None:
    lab.deck(basic("a"))
    driver = lab.driver()
    seed = shown(driver).card.seed
    rate(driver, GOOD)
    assert shown(driver).card.seed != seed
    driver.send(machine.Undo())
    assert shown(driver).card.seed == seed
    assert shown(lab.driver()).card.seed == seed


def test_another_session_undoes_nothing_of_this_one(lab: Lab) -> None:
    lab.deck(*map(basic, "ab"))
    rate(lab.driver(), EASY)
    assert lab.driver().send(machine.Undo()) == ("nothing to undo in this session",)


# -- across midnight, and places


def test_an_answer_shown_before_the_rollover_and_rated_after_it(lab: Lab) -> None:
    lab.deck(basic("a"))
    lab.wait(minutes=15 * 60 + 59)  # 03:59
    driver = lab.driver()
    driver.send(machine.Reveal())
    promised = shown(driver).outcomes.easy.state
    lab.wait(minutes=5)
    rate(driver, EASY)
    row = lab.log()[0]
    assert (row.study_day, row.after) == (TODAY, promised)
    before = lab.state("a")
    lab.progress.rebuild()
    assert lab.state("a") == before


def test_a_session_left_open_over_night(lab: Lab) -> None:
    lab.deck(*map(basic, "ab"))
    driver = lab.driver()
    rate(driver, EASY)
    lab.wait(days=1)
    rate(driver, EASY)
    assert [row.study_day for row in lab.log()] == [TODAY, TODAY + 1]
    assert lab.state("b").last_day == TODAY + 1
    assert lab.state("b").due_ms == lab.workspace.day_start(TODAY + 1 + lab.state("b").interval_days)


def test_the_rollover_hour_decides_what_is_due(lab: Lab) -> None:
    lab.deck(basic("a"))
    rate(lab.driver(), EASY)
    days = lab.state("a").interval_days
    lab.wait(days=days, minutes=-8 * 60 - 1)  # 03:59
    assert queue(lab.driver()) == []
    lab.wait(minutes=1)
    assert queue(lab.driver()) == ["a"]


def test_a_student_who_travels(lab: Lab) -> None:
    """Ten hours east: the local date goes on sooner, and answers stay as they were."""
    lab.deck(*map(basic, "ab"))
    rate(lab.driver(), EASY)
    days = lab.state("a").interval_days
    lab.clock.place = timezone(timedelta(hours=10))
    lab.wait(days=days, minutes=-8 * 60)
    assert "a" in queue(lab.driver())
    study_all(lab.driver(), GOOD)
    before = lab.state("a"), lab.state("b")
    lab.progress.rebuild()
    assert (lab.state("a"), lab.state("b")) == before


def test_a_clock_that_was_set_back(lab: Lab) -> None:
    lab.deck(*map(basic, "ab"))
    study_all(lab.driver(), EASY)
    lab.wait(days=-3)
    assert queue(lab.driver()) == []
    lab.wait(days=30)
    rate(lab.driver(), GOOD)
    lab.wait(days=-5)
    study_all(lab.driver(), GOOD)
    ids = [row.id for row in lab.log()]
    assert ids == sorted(ids)
    assert lab.state("a").due_ms < NOON_MS + 500 * DAY_MS


# -- first time, siblings


def test_decks_that_are_studied_for_the_first_time(lab: Lab) -> None:
    lab.deck(basic("a"), id="first")
    lab.deck(basic("b"), id="second")
    rate(lab.driver("first"), EASY)
    driver = lab.driver()
    assert not driver.first_time("first")
    assert driver.first_time("second")
    rate(driver, EASY)
    assert driver.first_time("second")


def test_a_session_never_holds_two_cards_of_an_item(lab: Lab) -> None:
    lab.deck(*(cloze(name, 4) for name in names("c", 5)), basic("b", reverse="true"))
    for _ in range(6):
        keys = lab.driver().study.plan.queue
        assert len({key.item_id for key in keys}) == len(keys)
        study_all(lab.driver(), EASY)
        lab.wait(days=1)
