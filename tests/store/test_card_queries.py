"""Which cards there are to study."""

from __future__ import annotations

import pytest
from store_samples import NOW_MS, TODAY, answer, derived, key, make_leech, mark, offer_cards, put_state, undo

from spinequiz.model.cards import CardKey, EntryKind, Phase, Preset, Rating
from spinequiz.scheduling.study_day import DAY_MS
from spinequiz.store import cards as queries
from spinequiz.store.cards import DoneToday, OfferedCard, offer
from spinequiz.store.progress import Progress

DECK = key().deck_id
TOMORROW_MS = (TODAY + 1) * DAY_MS
HOUR_MS = 3_600_000
A, B, C, D = (key(name) for name in "abcd")
B_REVERSE = key("b", variant="reverse")


@pytest.fixture
def offered(progress: Progress) -> Progress:
    offer_cards(progress, A, B, B_REVERSE, C, D)
    return progress


def new(progress: Progress, limit: int = 100, day: int = TODAY) -> list[CardKey]:
    return [card.key for card in queries.new_cards(progress.connection, DECK, day, limit)]


def due(progress: Progress, limit: int = 100, until_ms: int = TOMORROW_MS, day: int = TODAY) -> list[CardKey]:
    return [card.key for card in queries.reviews_due(progress.connection, DECK, day, until_ms, limit)]


def steps(progress: Progress, until_ms: int = TOMORROW_MS) -> list[CardKey]:
    return [card.key for card in queries.steps_until(progress.connection, DECK, TODAY, until_ms)]


# -- offering


def test_new_cards_come_in_the_decks_order(offered: Progress) -> None:
    assert new(offered) == [A, B, B_REVERSE, C, D]
    assert new(offered, limit=2) == [A, B]
    assert new(offered, limit=0) == []


def test_offering_again_leaves_progress_alone(offered: Progress) -> None:
    answer(offered, C, Rating.GOOD)
    mark(offered, D, EntryKind.FLAG)
    before = derived(offered.connection)
    offer_cards(offered, D, C, B, A, digest="second")
    after = derived(offered.connection)
    assert (after["state"], after["mark"]) == (before["state"], before["mark"])
    assert new(offered) == [D, B, A]
    assert queries.offered_digests(offered.connection) == {DECK: "second"}


def test_a_card_that_leaves_its_deck_is_not_studied_and_comes_back_with_its_progress(offered: Progress) -> None:
    put_state(offered, A, due_ms=NOW_MS)
    state = offered.state(A)
    offer_cards(offered, B, digest="second")
    assert due(offered) == []
    assert offered.state(A) == state
    answer(offered, A, Rating.GOOD)
    offer_cards(offered, A, B, digest="third")
    assert A not in new(offered)
    assert offered.state(A) is not None


def test_other_decks_are_left_as_they_are(offered: Progress) -> None:
    other = key("a", deck="other")
    offer_cards(offered, other)
    offer_cards(offered, D, digest="second")
    assert [card.key for card in queries.new_cards(offered.connection, other.deck_id, TODAY, 9)] == [other]


def test_the_topic_goes_with_the_card(progress: Progress) -> None:
    with progress.transaction() as connection:
        offer(connection, DECK, "first", [OfferedCard(A, 0, "leakage"), OfferedCard(B, 1, "")])
    assert [c.topic for c in queries.new_cards(progress.connection, DECK, TODAY, 9)] == ["leakage", ""]
    put_state(progress, A, due_ms=NOW_MS)
    assert [c.topic for c in queries.reviews_due(progress.connection, DECK, TODAY, TOMORROW_MS, 9)] == ["leakage"]


# -- due


def test_reviews_come_most_overdue_first(offered: Progress) -> None:
    for card, days in ((A, -1), (C, -9), (D, -3)):
        put_state(offered, card, due_ms=NOW_MS + days * DAY_MS)
    assert due(offered) == [C, D, A]
    assert due(offered, limit=2) == [C, D]


def test_reviews_of_another_day_wait(offered: Progress) -> None:
    put_state(offered, A, due_ms=TOMORROW_MS)
    put_state(offered, C, due_ms=TOMORROW_MS - 1)
    assert due(offered) == [C]


def test_steps_come_soonest_first(offered: Progress) -> None:
    put_state(offered, A, due_ms=NOW_MS + 600_000, phase=Phase.LEARNING)
    put_state(offered, C, due_ms=NOW_MS + 60_000, phase=Phase.RELEARNING)
    put_state(offered, D, due_ms=TOMORROW_MS, phase=Phase.LEARNING)
    assert steps(offered) == [C, A]
    assert steps(offered, NOW_MS + 60_001) == [C]
    assert due(offered) == []


def test_studied_cards_are_not_new(offered: Progress) -> None:
    answer(offered, A, Rating.GOOD)
    assert A not in new(offered)
    assert steps(offered) == [A]


# -- marks


@pytest.mark.parametrize("kind", [EntryKind.SUSPEND, EntryKind.BURY])
def test_suspended_and_buried_cards_rest(offered: Progress, kind: EntryKind) -> None:
    for card in (A, C, D):
        mark(offered, card, kind)
    put_state(offered, A, due_ms=NOW_MS)
    put_state(offered, C, due_ms=NOW_MS, phase=Phase.LEARNING)
    assert due(offered) == []
    assert steps(offered) == []
    assert new(offered) == [B, B_REVERSE]


def test_a_buried_card_is_back_the_next_day(offered: Progress) -> None:
    for card in (A, D):
        mark(offered, card, EntryKind.BURY, day=TODAY)
    put_state(offered, A, due_ms=NOW_MS)
    assert due(offered) == []
    assert due(offered, day=TODAY + 1) == [A]
    assert D in new(offered, day=TODAY + 1)


def test_a_flag_keeps_no_card_back(offered: Progress) -> None:
    mark(offered, A, EntryKind.FLAG)
    assert A in new(offered)


def test_leeches_and_suspended_cards_are_listed(offered: Progress) -> None:
    make_leech(offered, A)
    mark(offered, C, EntryKind.SUSPEND)
    mark(offered, key("a", deck="other"), EntryKind.SUSPEND)
    assert queries.leeches(offered.connection, [DECK]) == [A]
    assert sorted(queries.suspended(offered.connection, [DECK])) == [A, C]
    assert queries.suspended(offered.connection, []) == []
    mark(offered, A, EntryKind.UNSUSPEND)
    assert queries.leeches(offered.connection, [DECK]) == []


# -- siblings


def test_siblings_of_a_card_that_was_studied_today_wait(offered: Progress) -> None:
    put_state(offered, B_REVERSE, due_ms=NOW_MS, day=TODAY - 5)
    answer(offered, B, Rating.GOOD)
    assert due(offered) == []
    assert due(offered, day=TODAY + 1) == [B_REVERSE]


def test_a_new_sibling_waits_too(offered: Progress) -> None:
    answer(offered, B, Rating.GOOD)
    assert new(offered) == [A, C, D]
    assert new(offered, day=TODAY + 1) == [A, B_REVERSE, C, D]


def test_a_card_is_no_sibling_of_itself(offered: Progress) -> None:
    """A card that was answered today and is due today again, after an undo of the clock, say."""
    put_state(offered, B, due_ms=NOW_MS, day=TODAY)
    assert due(offered) == [B]


def test_items_of_one_id_in_two_decks_are_no_siblings(offered: Progress) -> None:
    answer(offered, key("b", deck="other", variant="reverse"), Rating.GOOD)
    assert B in new(offered)


# -- what was done


def test_what_was_done_today(offered: Progress) -> None:
    put_state(offered, A, due_ms=NOW_MS, day=TODAY - 5)
    answer(offered, A, Rating.AGAIN)
    answer(offered, A, Rating.GOOD)
    answer(offered, C, Rating.GOOD)
    answer(offered, C, Rating.GOOD)
    answer(offered, key("a", deck="other"), Rating.EASY)
    assert queries.done_on(offered.connection, TODAY) == {DECK: DoneToday(1, 1), "other": DoneToday(1, 0)}
    assert queries.done_on(offered.connection, TODAY - 1) == {}


def test_what_was_taken_back_was_not_done(offered: Progress) -> None:
    undo(offered, answer(offered, A, Rating.GOOD))
    assert queries.done_on(offered.connection, TODAY) == {}
    kept = answer(offered, A, Rating.GOOD)
    undo(offered, answer(offered, C, Rating.GOOD))
    assert queries.done_on(offered.connection, TODAY) == {DECK: DoneToday(1, 0)}
    undo(offered, kept)
    assert queries.done_on(offered.connection, TODAY) == {}


def test_marks_are_nothing_done(offered: Progress) -> None:
    mark(offered, A, EntryKind.SUSPEND)
    assert queries.done_on(offered.connection, TODAY) == {}


def test_without_steps_a_second_review_of_the_day_is_counted(offered: Progress) -> None:
    preset = Preset(relearning_steps=())
    put_state(offered, A, due_ms=NOW_MS, day=TODAY - 5)
    answer(offered, A, Rating.AGAIN, preset=preset)
    assert queries.done_on(offered.connection, TODAY)[DECK].reviews == 1


def test_decks_that_were_never_studied(offered: Progress) -> None:
    other = key(deck="other").deck_id
    assert queries.never_studied(offered.connection, [DECK, other]) == {DECK, other}
    row = answer(offered, A, Rating.GOOD)
    assert queries.never_studied(offered.connection, [DECK, other]) == {other}
    undo(offered, row)
    assert queries.never_studied(offered.connection, [DECK]) == {DECK}


# -- cost


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (
            "SELECT 1 FROM state s WHERE s.deck_id = 'd' AND s.phase = 'review' AND s.due_ms < 1 ORDER BY s.due_ms",
            "due",
        ),
        ("SELECT 1 FROM card c WHERE c.deck_id = 'd' AND c.is_new = 1 ORDER BY c.position", "card_new"),
        ("SELECT 1 FROM log a WHERE study_day = 1 AND kind = 'answer'", "log_by_day"),
        ("SELECT 1 FROM log WHERE deck_id = 'd' AND item_id = 'i' AND variant = 'v' ORDER BY id", "log_by_card"),
        ("SELECT 1 FROM log w WHERE w.withdraws = 'x'", "log_withdrawn"),
    ],
)
def test_queries_use_their_index(progress: Progress, statement: str, index: str) -> None:
    plan = " ".join(row[3] for row in progress.connection.execute(f"EXPLAIN QUERY PLAN {statement}"))
    assert index in plan
    assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan
