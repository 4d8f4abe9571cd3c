"""What a session holds and in which order its cards come."""

from __future__ import annotations

import random
import sqlite3

import pytest
from msgspec.structs import replace
from session_lab import (
    AGAIN,
    EASY,
    GOOD,
    HARD,
    NOON_MS,
    Lab,
    basic,
    cloze,
    names,
    on_table,
    queue,
    rate,
    shown,
    study_all,
)

from spinequiz.model.cards import Rating
from spinequiz.model.decks import DeckOptions
from spinequiz.session import study as machine
from spinequiz.session.driver import StudyDriver
from spinequiz.session.today import count_today, plan_session
from spinequiz.store import cards as queries
from spinequiz.store.errors import StoreError


def learn(lab: Lab, *ids: str, days: int = 0) -> None:
    """Study all that is new as Easy, which leads to a review in days, then wait."""
    study_all(lab.driver(*ids), EASY)
    lab.wait(days=days)


# -- the order of cards


def test_new_cards_come_in_the_decks_order(lab: Lab) -> None:
    lab.deck(*map(basic, "dbca"))
    assert queue(lab.driver()) == ["d", "b", "c", "a"]


def test_a_step_that_is_due_comes_before_the_queue(lab: Lab) -> None:
    lab.deck(*map(basic, "abc"))
    driver = lab.driver()
    rate(driver, AGAIN)
    assert on_table(driver) == "b"
    lab.wait(minutes=1)
    rate(driver, GOOD)
    assert on_table(driver) == "a"


def test_a_step_that_is_not_due_waits_for_the_queue(lab: Lab) -> None:
    lab.deck(*map(basic, "abc"))
    driver = lab.driver()
    rate(driver, AGAIN)
    rate(driver, EASY)
    assert on_table(driver) == "c"


def test_steps_come_soonest_first(lab: Lab) -> None:
    lab.deck(*map(basic, "abc"))
    driver = lab.driver()
    for rating in (GOOD, AGAIN, HARD):
        rate(driver, rating)
    lab.wait(minutes=15)
    order = []
    for _ in range(3):
        order.append(on_table(driver))
        rate(driver, EASY)
    assert order == ["b", "c", "a"]


@pytest.mark.parametrize(("minutes", "comes"), [(0, False), (1, True), (9, True)])
def test_with_an_empty_queue_the_session_looks_ahead_twenty_minutes(lab: Lab, minutes: int, comes: bool) -> None:
    lab.set(learning_steps_minutes=(21, 30))
    lab.deck(basic("a"))
    rate(lab.driver(), AGAIN)
    lab.wait(minutes=minutes)
    assert on_table(lab.driver()) == ("a" if comes else None)


def test_no_look_ahead_where_the_settings_say_so(lab: Lab) -> None:
    lab.set(learn_ahead_minutes=0)
    lab.deck(basic("a"))
    driver = lab.driver()
    rate(driver, AGAIN)
    assert on_table(driver) is None
    assert driver.study.finished
    assert driver.study.remaining == 1


def test_a_finished_session_goes_on_when_a_step_comes_due(lab: Lab) -> None:
    lab.set(learn_ahead_minutes=0)
    lab.deck(basic("a"))
    driver = lab.driver()
    rate(driver, AGAIN)
    lab.wait(minutes=1)
    driver.send(machine.Begin())
    assert on_table(driver) == "a"
    assert not driver.study.finished


def test_beginning_with_a_card_on_the_table_changes_nothing(lab: Lab) -> None:
    lab.deck(*map(basic, "ab"))
    driver = lab.driver()
    before = driver.study
    driver.send(machine.Begin())
    assert driver.study is before


def test_steps_run_from_the_rating_not_from_the_answer(lab: Lab) -> None:
    lab.deck(basic("a"))
    driver = lab.driver()
    driver.send(machine.Reveal())
    lab.wait(minutes=5)
    rate(driver, GOOD)
    assert lab.state("a").due_ms == NOON_MS + 15 * 60_000


def test_steps_of_an_earlier_session_are_taken_up(lab: Lab) -> None:
    lab.deck(*map(basic, "ab"))
    rate(lab.driver(), GOOD)
    lab.wait(minutes=10)
    driver = lab.driver()
    assert on_table(driver) == "a"
    assert queue(driver) == ["b"]


def test_a_step_of_tomorrow_is_none_of_this_session(lab: Lab) -> None:
    lab.deck(basic("a"))
    lab.wait(minutes=15 * 60 + 55)  # 03:55
    driver = lab.driver()
    rate(driver, GOOD)
    assert driver.study.steps == ()
    assert on_table(driver) is None
    lab.wait(minutes=10)
    assert on_table(lab.driver()) == "a"


def test_a_long_step_that_ends_tomorrow_does_not_keep_the_session_waiting(lab: Lab) -> None:
    lab.set(learning_steps_minutes=(1000,))
    lab.deck(basic("a"))
    driver = lab.driver()
    rate(driver, AGAIN)
    assert (driver.study.steps, driver.study.remaining) == ((), 0)
    assert driver.study.finished


@pytest.mark.parametrize(("limit", "shares"), [(7, [3, 3, 1]), (2, [1, 1, 0]), (20, [9, 9, 1]), (0, [0, 0, 0])])
def test_decks_that_share_a_limit_give_as_many_new_cards_each(lab: Lab, limit: int, shares: list[int]) -> None:
    lab.set(new_per_day=limit)
    for deck, many in (("first", 9), ("second", 9), ("third", 1)):
        lab.deck(*map(basic, names(deck[0], many)), id=deck)
    order = study_all(lab.driver(), EASY)
    assert sorted((sum(name.startswith(first) for name in order) for first in "fst"), reverse=True) == shares
    for first in "fst":
        own = [name for name in order if name.startswith(first)]
        assert own == sorted(own), "each deck's in its own order"


def test_decks_are_interleaved(lab: Lab) -> None:
    lab.deck(*map(basic, names("a", 8)), id="first")
    lab.deck(*map(basic, names("b", 8)), id="second")
    decks = "".join(name[0] for name in queue(lab.driver()))
    assert decks in ("ab" * 8, "ba" * 8)


def test_topics_are_interleaved_among_reviews(lab: Lab) -> None:
    lab.deck(*(basic(name, tags=f"[{name[0]}]") for name in (*names("x", 6), *names("y", 6))))
    learn(lab, days=20)
    topics = "".join(name[0] for name in queue(lab.driver()))
    assert topics in ("xy" * 6, "yx" * 6)


def test_new_cards_stand_evenly_among_reviews(lab: Lab) -> None:
    lab.deck(*map(basic, names("r", 8)))
    learn(lab, days=20)
    lab.deck(*map(basic, (*names("r", 8), *names("n", 4))))
    kinds = "".join(name[0] for name in queue(lab.driver()))
    assert kinds == "rnrrnrrnrrnr"


def test_reviews_are_shuffled_by_the_study_day(lab: Lab) -> None:
    lab.deck(*map(basic, names("r", 15)))
    learn(lab, days=20)
    orders = []
    for _ in range(3):
        first, second = queue(lab.driver()), queue(lab.driver())
        assert first == second
        assert sorted(first) == sorted(names("r", 15))
        orders.append(tuple(first))
        lab.wait(days=1)
    assert len(set(orders)) == 3


def test_the_plan_of_a_day_does_not_hang_on_shared_random_numbers(lab: Lab) -> None:
    for deck in ("first", "second", "third"):
        lab.deck(*map(basic, names(deck[0], 9)), id=deck)
    learn(lab, days=20)
    random.seed(1)
    first = lab.driver().study.plan
    random.seed(2)
    lab.wait(minutes=90)
    assert lab.driver().study.plan == first


# -- daily limits


def test_new_cards_a_day(lab: Lab) -> None:
    lab.set(new_per_day=3)
    lab.deck(*map(basic, names("n", 7)))
    assert study_all(lab.driver(), EASY) == ["n1", "n2", "n3"]
    assert queue(lab.driver()) == []
    lab.wait(days=1)
    assert queue(lab.driver()) == ["n4", "n5", "n6"]


def test_decks_share_the_students_limit(lab: Lab) -> None:
    lab.set(new_per_day=4)
    lab.deck(*map(basic, names("a", 9)), id="first")
    lab.deck(*map(basic, names("b", 9)), id="second")
    assert sorted(queue(lab.driver())) == ["a1", "a2", "b1", "b2"]
    study_all(lab.driver("first"), EASY)
    assert queue(lab.driver("second")) == []
    lab.wait(days=1)
    assert queue(lab.driver("second")) == names("b", 4)


def test_a_deck_with_a_limit_of_its_own_takes_nothing_from_the_others(lab: Lab) -> None:
    lab.set(new_per_day=2)
    lab.deck(*map(basic, names("a", 9)), id="first", options="new_per_day: 5")
    lab.deck(*map(basic, names("b", 9)), id="second")
    assert sorted(queue(lab.driver())) == [*names("a", 5), *names("b", 2)]
    study_all(lab.driver("first"), EASY)
    assert queue(lab.driver("second")) == names("b", 2)
    assert queue(lab.driver("first")) == []


def test_the_students_limit_for_a_deck_comes_before_the_decks_own(lab: Lab) -> None:
    lab.set(decks={"deck": DeckOptions(new_per_day=1)})
    lab.deck(*map(basic, names("a", 9)), options="new_per_day: 5")
    assert queue(lab.driver()) == ["a1"]


def test_a_limit_of_none_at_all(lab: Lab) -> None:
    lab.set(new_per_day=0, reviews_per_day=0)
    lab.deck(*map(basic, "ab"))
    assert queue(lab.driver()) == []


def test_reviews_a_day(lab: Lab) -> None:
    lab.deck(*map(basic, names("r", 9)))
    learn(lab, days=20)
    lab.set(reviews_per_day=4)
    assert len(study_all(lab.driver(), GOOD)) == 4
    assert queue(lab.driver()) == []
    lab.wait(days=1)
    assert len(queue(lab.driver())) == 4


def test_steps_are_under_no_limit(lab: Lab) -> None:
    lab.set(new_per_day=1)
    lab.deck(*map(basic, "ab"))
    driver = lab.driver()
    for _ in range(4):
        assert on_table(driver) == "a"
        rate(driver, AGAIN)


def test_a_lapse_counts_as_one_review_of_the_day(lab: Lab) -> None:
    lab.deck(*map(basic, "ab"))
    learn(lab, days=20)
    lab.set(reviews_per_day=2)
    driver = lab.driver(limit=1)
    first = on_table(driver)
    rate(driver, AGAIN)
    assert on_table(driver) == first
    rate(driver, GOOD)
    assert on_table(driver) is None
    assert len(queue(lab.driver())) == 1


def test_an_answer_taken_back_is_no_longer_counted(lab: Lab) -> None:
    lab.set(new_per_day=1)
    lab.deck(*map(basic, "ab"))
    driver = lab.driver()
    rate(driver, EASY)
    assert queue(lab.driver()) == []
    driver.send(machine.Undo())
    assert queue(lab.driver()) == ["a"]


def test_the_most_overdue_reviews_come_first_whatever_their_deck(lab: Lab) -> None:
    """Decks that share a limit: none of them uses it up because of its place on the shelf."""
    lab.deck(*map(basic, names("a", 5)), id="first")
    lab.deck(*map(basic, names("b", 5)), id="second")
    learn(lab, "second", days=3)
    learn(lab, "first", days=30)
    lab.set(reviews_per_day=5)
    assert sorted(queue(lab.driver())) == names("b", 5)


# -- siblings


def test_one_card_an_item_a_day(lab: Lab) -> None:
    lab.deck(cloze("c", 3), basic("b", reverse="true"))
    for expected in (["c", "b"], ["c", "b"], ["c"], []):
        driver = lab.driver()
        fresh = [str(key.item_id) for key in driver.study.plan.queue if key in driver.study.plan.new]
        assert fresh == expected
        study_all(driver, EASY)
        assert queue(lab.driver()) == []
        lab.wait(days=1)


def test_siblings_that_wait_do_not_use_up_the_limits(lab: Lab) -> None:
    """However many cards an item has, the day gets as many items as the limit lets in."""
    lab.set(new_per_day=4)
    lab.deck(*(cloze(name, 20) for name in names("c", 6)))
    assert queue(lab.driver()) == names("c", 4)
    for _ in range(5):
        learn(lab, days=1)
    lab.wait(days=60)
    lab.set(new_per_day=0, reviews_per_day=3)
    assert len(set(queue(lab.driver()))) == 3


def test_a_new_sibling_of_a_review_leaves_its_place_to_another_card(lab: Lab) -> None:
    lab.set(new_per_day=1)
    lab.deck(basic("a", reverse="true"), basic("b"))
    learn(lab, days=20)
    plan = lab.driver().study.plan
    assert [key.item_id for key in plan.queue] == ["a", "b"]
    assert [key.item_id for key in plan.new] == ["b"]


def test_a_review_waits_for_a_sibling_on_steps(lab: Lab) -> None:
    lab.deck(basic("a", reverse="true"))
    learn(lab, days=1)
    driver = lab.driver()
    assert shown(driver).card.key.variant == "reverse"
    rate(driver, GOOD)  # on its second step, and left there
    lab.wait(days=20)
    plan = lab.driver().study.plan
    assert [key.variant for _, key in plan.steps] == ["reverse"]
    assert plan.queue == ()


# -- narrowing


def test_a_limit_on_the_session(lab: Lab) -> None:
    lab.deck(*map(basic, names("n", 9)))
    assert queue(lab.driver(limit=3)) == ["n1", "n2", "n3"]
    assert queue(lab.driver(limit=0)) == []
    assert len(queue(lab.driver(limit=99))) == 9


def test_steps_are_part_of_a_limited_session(lab: Lab) -> None:
    lab.deck(*map(basic, names("n", 9)))
    driver = lab.driver(limit=2)
    rate(driver, GOOD)
    rate(driver, GOOD)
    plan = lab.driver(limit=3).study.plan
    assert [key.item_id for _, key in plan.steps] == ["n1", "n2"]
    assert [key.item_id for key in plan.queue] == ["n3"]
    assert len(lab.driver(limit=1).study.plan.steps) == 1


def test_a_limited_session_does_not_wait_for_later_steps(lab: Lab) -> None:
    lab.set(learning_steps_minutes=(60, 120))
    lab.deck(*map(basic, "ab"))
    rate(lab.driver(), GOOD)
    assert lab.driver(limit=5).study.plan.steps == ()


def test_a_tag_narrows_new_cards_reviews_and_steps(lab: Lab) -> None:
    lab.deck(*(basic(name, tags="[leak]" if name[0] == "l" else "[other]") for name in ("o1", "l1", "o2", "l2")))
    driver = lab.driver(tag="leak")
    assert queue(driver) == ["l1", "l2"]
    rate(driver, GOOD)
    assert [key.item_id for _, key in lab.driver(tag="leak").study.plan.steps] == ["l1"]
    assert lab.driver(tag="other").study.plan.steps == ()
    study_all(lab.driver(), EASY)
    lab.wait(days=30)
    assert sorted(queue(lab.driver(tag="leak"))) == ["l1", "l2"]
    assert queue(lab.driver(tag="nothing")) == []


def test_a_rare_tag_is_found_at_the_end_of_a_long_deck(lab: Lab) -> None:
    lab.set(new_per_day=1)
    lab.deck(*map(basic, names("n", 40)), basic("last", tags="[rare]"))
    assert queue(lab.driver(tag="rare")) == ["last"]


# -- counts


def planned(lab: Lab) -> tuple[int, int, int]:
    plan = plan_session(lab.workspace, lab.decks())
    return len(plan.new & set(plan.queue)), len(plan.steps), len(set(plan.queue) - plan.new)


@pytest.mark.parametrize("seed", range(12))
def test_the_counts_are_those_of_the_session(lab: Lab, seed: int) -> None:
    rng = random.Random(seed)
    for deck in ("first", "second", "third"):
        options = f"new_per_day: {rng.randint(0, 6)}" if rng.random() < 0.4 else ""
        items = [cloze(name, rng.randint(1, 4)) for name in names(deck[0], rng.randint(1, 12))]
        lab.deck(*items, id=deck, options=options)
    lab.set(new_per_day=rng.randint(0, 9), reviews_per_day=rng.randint(0, 9))
    for _ in range(5):
        driver = lab.driver()
        assert count_today(lab.workspace, lab.decks()).total == planned(lab)
        for _ in range(rng.randint(0, 12)):
            if driver.study.current is not None:
                rate(driver, rng.choice(list(Rating)))
                assert count_today(lab.workspace, lab.decks()).total == planned(lab)
        lab.wait(days=rng.choice((0, 1, 9)), minutes=rng.randint(0, 300))


# -- the rest of a session, planned after its first card


def opened(lab: Lab) -> StudyDriver:
    """A session that began with what is known of its first card."""
    driver = StudyDriver(lab.workspace, lab.decks(), plan_later=True)
    driver.send(machine.Begin())
    return driver


@pytest.mark.parametrize("seed", range(12))
def test_a_session_is_the_same_when_its_rest_is_planned_later(lab: Lab, seed: int) -> None:
    rng = random.Random(seed)
    for deck in ("first", "second", "third"):
        options = (
            f"new_per_day: {rng.randint(0, 6)}, reviews_per_day: {rng.randint(0, 4)}" if rng.random() < 0.4 else ""
        )
        items = [cloze(name, rng.randint(1, 4)) for name in names(deck[0], rng.randint(1, 12))]
        lab.deck(*items, id=deck, options=options)
    lab.set(new_per_day=rng.randint(0, 9), reviews_per_day=rng.randint(0, 9))
    on_a_step = 0
    for _ in range(8):
        whole, later = lab.driver(), opened(lab)
        on_a_step += later.study.unplanned
        assert on_table(later) == on_table(whole)
        later.plan_rest()
        assert replace(later.study, current=None) == replace(whole.study, current=None)
        for _ in range(rng.randint(1, 8)):
            if whole.study.current is not None:
                rate(whole, rng.choice(list(Rating)))
        lab.wait(days=rng.choice((0, 0, 1, 9)), minutes=rng.randint(0, 60))
    assert on_a_step


def test_nothing_happens_to_the_first_card_before_the_rest_is_planned(lab: Lab) -> None:
    lab.deck(*map(basic, "abc"))
    rate(lab.driver(), AGAIN)
    lab.wait(minutes=5)
    driver = opened(lab)
    assert (on_table(driver), driver.study.unplanned, queue(driver)) == ("a", True, [])
    rate(driver, EASY)
    assert (on_table(driver), driver.study.remaining, queue(driver)) == ("b", 2, ["b", "c"])
    driver.send(machine.Undo())
    assert (on_table(driver), driver.study.remaining) == ("a", 3)
    assert study_all(driver, EASY) == ["a", "b", "c"]


@pytest.mark.parametrize("others", ["", "bc"])
def test_a_first_card_that_rests_by_now_leaves_its_place_to_the_rest(lab: Lab, others: str) -> None:
    lab.deck(*map(basic, ("a", *others)))
    rate(lab.driver(), AGAIN)
    lab.wait(minutes=5)
    driver = StudyDriver(lab.workspace, lab.decks(), plan_later=True)
    other = lab.other()
    rate(other.driver(), EASY)
    other.close()
    driver.send(machine.Begin())
    assert driver.study.finished is not bool(others)
    assert study_all(driver, EASY) == list(others)


@pytest.mark.parametrize("query", ["done_on", "steps_until", "reviews_due", "new_cards"])
def test_a_rest_that_cannot_be_looked_up_is_told_at_the_next_event(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    lab.deck(*map(basic, "ab"))
    rate(lab.driver(), AGAIN)
    lab.wait(minutes=5)
    driver = opened(lab)
    with monkeypatch.context() as broken:
        broken.setattr(queries, query, raise_locked)
        with pytest.raises(StoreError, match="database is locked"):
            driver.send(machine.Reveal())
    assert shown(driver).outcomes is None
    assert study_all(driver, EASY) == ["a", "b"]


def raise_locked(*_: object) -> None:
    raise sqlite3.OperationalError("database is locked")


def test_a_deck_by_itself_is_counted_with_the_whole_limit(lab: Lab) -> None:
    lab.set(new_per_day=4)
    lab.deck(*map(basic, names("a", 9)), id="first")
    lab.deck(*map(basic, names("b", 2)), id="second")
    overview = count_today(lab.workspace, lab.decks())
    assert {deck: count.new for deck, count in overview.decks.items()} == {"first": 4, "second": 2}
    assert overview.total.new == 4


def test_counting_writes_nothing(lab: Lab) -> None:
    lab.deck(*map(basic, "abc"))
    reading = lab.other()
    from spinequiz.session.workspace import Workspace

    workspace = Workspace(reading.locations, reading.settings, reading.clock)
    assert count_today(workspace, workspace.shelf().decks).total == (3, 0, 0)
    assert not lab.locations.progress.exists()
    workspace.close()


def test_an_edited_deck_is_counted_before_it_is_studied_again(lab: Lab) -> None:
    """`spinequiz due` reads the decks as they are now, and the progress as it is, and writes neither."""
    lab.deck(*map(basic, ("a", "b", "c")), basic("d", reverse="true"))
    driver = lab.driver()
    for rating in (EASY, EASY, GOOD):
        rate(driver, rating)
    lab.wait(days=20)
    lab.deck(*(basic(name, rationale="because") for name in "abc"), basic("e"), basic("f"))
    rows = lab.progress.connection.execute("SELECT * FROM main.card ORDER BY 1, 2, 3").fetchall()
    counted = count_today(lab.workspace, lab.decks()).total
    assert counted == (2, 1, 2)
    assert lab.progress.connection.execute("SELECT * FROM card ORDER BY 1, 2, 3").fetchall() == rows
    assert counted == (2, 1, 2) == (lab.driver() and planned(lab))


def test_an_edited_deck_is_counted_from_a_file_that_is_only_read(lab: Lab) -> None:
    lab.deck(*map(basic, "ab"))
    study_all(lab.driver(), EASY)
    lab.wait(days=20)
    lab.close()
    lab.deck(*map(basic, "abc"))
    from spinequiz.session.workspace import Workspace

    workspace = Workspace(lab.locations, lab.settings, lab.clock)
    before = lab.locations.progress.read_bytes()
    assert count_today(workspace, workspace.shelf().decks).total == (1, 0, 2)
    workspace.close()
    assert lab.locations.progress.read_bytes() == before
