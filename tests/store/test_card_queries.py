"""Which cards there are to study."""

from __future__ import annotations

from contextlib import closing
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_samples import NOW_MS, TODAY, answer, derived, key, make_leech, mark, offer_cards, put_state, undo

from spinequiz.model.cards import CardKey, DeckId, EntryKind, Phase, Preset, Rating
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
    return [card.key for card in queries.new_cards(progress.connection, DECK, day, (day + 1) * DAY_MS, limit)]


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
    assert [card.key for card in queries.new_cards(offered.connection, other.deck_id, TODAY, TOMORROW_MS, 9)] == [other]


def test_the_topic_goes_with_the_card(progress: Progress) -> None:
    with progress.transaction() as connection:
        offer(connection, DECK, "first", [OfferedCard(A, 0, "leakage"), OfferedCard(B, 1, "")])
    assert [c.topic for c in queries.new_cards(progress.connection, DECK, TODAY, TOMORROW_MS, 9)] == ["leakage", ""]
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
    answer(offered, B, Rating.EASY)
    assert due(offered) == []
    assert due(offered, day=TODAY + 1) == [B_REVERSE]


def test_a_new_sibling_waits_too(offered: Progress) -> None:
    answer(offered, B, Rating.EASY)
    assert new(offered) == [A, C, D]
    assert new(offered, day=TODAY + 1) == [A, B_REVERSE, C, D]


@pytest.mark.parametrize("phase", [Phase.LEARNING, Phase.RELEARNING])
def test_a_review_waits_for_a_sibling_on_a_step_that_can_be_studied(offered: Progress, phase: Phase) -> None:
    put_state(offered, B, due_ms=NOW_MS, day=TODAY - 5)
    put_state(offered, B_REVERSE, phase=phase, due_ms=NOW_MS, day=TODAY - 5)
    assert (due(offered), steps(offered)) == ([], [B_REVERSE])
    put_away(offered, B_REVERSE)
    assert (due(offered), steps(offered)) == ([B], [])


def test_a_review_waits_for_no_sibling_that_left_the_deck(offered: Progress) -> None:
    put_state(offered, B, due_ms=NOW_MS, day=TODAY - 5)
    put_state(offered, B_REVERSE, phase=Phase.LEARNING, due_ms=NOW_MS, day=TODAY - 5)
    offer_cards(offered, A, B, digest="without the reverse")
    assert due(offered) == [B]


def test_a_new_card_waits_for_a_sibling_that_is_due(offered: Progress) -> None:
    put_state(offered, B, due_ms=NOW_MS, day=TODAY - 5)
    assert new(offered) == [A, C, D]
    put_away(offered, B)
    assert new(offered) == [A, B_REVERSE, C, D]


def put_away(progress: Progress, card: CardKey) -> None:
    """Suspend a card whose schedule has no log behind it."""
    with progress.transaction() as connection:
        connection.execute("INSERT INTO mark VALUES (?, ?, ?, 1, 0, 0, NULL)", card)


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


def test_a_deck_has_a_state_while_an_answer_stands(offered: Progress) -> None:
    other = key(deck="other").deck_id
    assert not queries.has_state(offered.connection, DECK)
    row = answer(offered, A, Rating.GOOD)
    assert queries.has_state(offered.connection, DECK)
    assert not queries.has_state(offered.connection, other)
    undo(offered, row)
    assert not queries.has_state(offered.connection, DECK)


@given(data=st.data())
@settings(max_examples=60)
def test_the_first_step_of_some_decks_is_the_first_of_all_their_steps(data: st.DataObject) -> None:
    """Ties, suspended cards and cards that are not offered any more among them."""
    decks = [DeckId("one"), DeckId("two"), DeckId("three")]
    with TemporaryDirectory() as folder, closing(Progress.open(Path(folder) / "progress.db")) as progress:
        for deck in decks:
            cards = [key(name, deck=deck) for name in "abcd"]
            offer_cards(progress, *data.draw(st.lists(st.sampled_from(cards), unique=True)))
            for card in data.draw(st.lists(st.sampled_from(cards), unique=True)):
                phase = data.draw(st.sampled_from(Phase))
                put_state(progress, card, phase=phase, due_ms=NOW_MS + data.draw(st.integers(0, 3)), day=TODAY - 1)
                if data.draw(st.booleans()):
                    mark(progress, card, EntryKind.SUSPEND)
        connection = progress.connection
        for until_ms in range(NOW_MS, NOW_MS + 5):
            each = [queries.steps_until(connection, deck, TODAY, until_ms) for deck in decks]
            wanted = min((card for found in each for card in found), key=attrgetter("due_ms"), default=None)
            assert queries.first_step(connection, decks, TODAY, until_ms) == wanted


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


# -- their cost


def test_counts_are_those_of_the_cards_and_stop_where_they_are_told(offered: Progress) -> None:
    put_state(offered, C, due_ms=NOW_MS, day=TODAY - 5)
    put_state(offered, D, phase=Phase.LEARNING, due_ms=NOW_MS, day=TODAY - 5)
    connection = offered.connection
    assert queries.count_steps(connection, DECK, TODAY, TOMORROW_MS) == 1 == len(steps(offered))
    assert queries.count_reviews(connection, DECK, TODAY, TOMORROW_MS, 9) == 1 == len(due(offered))
    assert new(offered) == [A, B, B_REVERSE]
    # B and its reverse are of one item
    assert [queries.count_new(connection, DECK, TODAY, TOMORROW_MS, most) for most in (0, 1, 2, 9)] == [0, 1, 2, 2]
    assert queries.count_reviews(connection, DECK, TODAY, TOMORROW_MS, 0) == 0


def test_no_query_of_a_session_walks_through_a_table(offered: Progress) -> None:
    """However many cards and reviews there are, a session looks up its own: every access is by an index."""
    run: list[str] = []
    connection = offered.connection
    answered = answer(offered, A, Rating.GOOD)
    connection.set_trace_callback(run.append)
    steps(offered), due(offered), new(offered)
    queries.first_step(connection, [DECK], TODAY, TOMORROW_MS)
    queries.count_steps(connection, DECK, TODAY, TOMORROW_MS)
    queries.count_reviews(connection, DECK, TODAY, TOMORROW_MS, 9)
    queries.count_new(connection, DECK, TODAY, TOMORROW_MS, 9)
    queries.done_on(connection, TODAY)
    queries.has_state(connection, DECK)
    queries.has_progress(connection, DECK)
    offered.state(A), offered.marks(A), offered.open_revision(A), offered.entries(A)
    answer(offered, C, Rating.GOOD)
    offered.withdraw(answered.id, at_ms=NOW_MS, study_day=TODAY)
    connection.set_trace_callback(None)
    reading = [each for each in run if "log" in each or "state" in each or "card" in each or "mark" in each]
    assert len(reading) > 20
    walks = []
    for statement in reading:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
        # tables by their short names too; what a query has put together itself is as long as its own result
        tables = ("log", "state", "card", "mark", "s", "c", "m", "b", "o", "l", "a", "w", "r")
        walks += [
            (detail, statement) for *_, detail in plan if detail.startswith("SCAN") and detail.split()[1] in tables
        ]
    assert walks == []


def test_new_cards_are_found_by_their_own_index(offered: Progress) -> None:
    """All cards of a deck are many more than the new ones."""
    values = {"deck": DECK, "day": TODAY, "until": TOMORROW_MS, "limit": 9}
    for query in (
        f"SELECT c.item_id {queries.NEW} ORDER BY c.position LIMIT :limit",
        f"SELECT count(*) FROM (SELECT DISTINCT c.item_id {queries.NEW} LIMIT :limit)",
    ):
        plan = [row[3] for row in offered.connection.execute(f"EXPLAIN QUERY PLAN {query}", values)]
        assert any(detail.startswith("SEARCH c USING INDEX card_new (deck_id=?)") for detail in plan), plan
        assert not any("TEMP B-TREE FOR ORDER BY" in detail for detail in plan)
