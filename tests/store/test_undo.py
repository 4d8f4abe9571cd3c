"""Taking rows back."""

from __future__ import annotations

import pytest
from store_samples import (
    LEECHY,
    NOW_MS,
    ONE,
    TODAY,
    TWO,
    answer,
    contents,
    derived,
    key,
    make_leech,
    mark,
    offer_cards,
    undo,
)

from spinequiz.model.cards import NO_MARKS, CardMarks, EntryKind, Preset, Rating, ReviewId
from spinequiz.store.errors import StaleAnswer
from spinequiz.store.progress import Progress


def is_new(progress: Progress, item: str) -> bool:
    return bool(progress.connection.execute("SELECT is_new FROM card WHERE item_id = ?", (item,)).fetchone()[0])


def test_the_first_answer_taken_back_makes_the_card_new_again(progress: Progress) -> None:
    offer_cards(progress, ONE)
    row = answer(progress, ONE, Rating.GOOD)
    assert not is_new(progress, "one")
    withdrawal = undo(progress, row)
    assert progress.state(ONE) is None
    assert is_new(progress, "one")
    assert progress.entries(ONE) == [row, withdrawal]
    assert (withdrawal.kind, withdrawal.withdraws, withdrawal.at_ms) == (EntryKind.WITHDRAW, row.id, NOW_MS)


def test_answers_are_taken_back_one_after_another(progress: Progress) -> None:
    offer_cards(progress, ONE)
    seen, rows = [], []
    for rating in (Rating.GOOD, Rating.GOOD, Rating.AGAIN, Rating.HARD, Rating.EASY):
        seen.append(derived(progress.connection))
        rows.append(answer(progress, ONE, rating))
    for row in reversed(rows):
        undo(progress, row)
        assert derived(progress.connection) == seen.pop()


def test_an_answer_can_be_given_anew(progress: Progress) -> None:
    undo(progress, answer(progress, ONE, Rating.EASY))
    row = answer(progress, ONE, Rating.AGAIN)
    assert row.before is None
    assert progress.state(ONE) == row.after


def test_a_leech_is_one_no_more(progress: Progress) -> None:
    row = make_leech(progress, ONE)
    assert progress.marks(ONE) == CardMarks(suspended=True, leech=True)
    before = row.before
    undo(progress, row)
    assert progress.marks(ONE) == NO_MARKS
    assert progress.state(ONE) == before


def test_a_suspended_card_stays_so_when_the_lapse_that_made_it_a_leech_goes(progress: Progress) -> None:
    mark(progress, ONE, EntryKind.SUSPEND)
    undo(progress, make_leech(progress, ONE))
    assert progress.marks(ONE) == CardMarks(suspended=True)


def test_the_other_marks_outlive_an_undo(progress: Progress) -> None:
    row = answer(progress, ONE, Rating.GOOD)
    mark(progress, ONE, EntryKind.FLAG)
    undo(progress, row)
    assert progress.marks(ONE) == CardMarks(flagged=True)


@pytest.mark.parametrize("kind", [EntryKind.SUSPEND, EntryKind.BURY, EntryKind.FLAG])
def test_marks_are_taken_back(progress: Progress, kind: EntryKind) -> None:
    answer(progress, ONE, Rating.GOOD)
    before = derived(progress.connection)
    row = mark(progress, ONE, kind)
    assert derived(progress.connection) != before
    undo(progress, row)
    assert derived(progress.connection) == before


def test_a_second_suspension_is_taken_back_and_the_first_stays(progress: Progress) -> None:
    mark(progress, ONE, EntryKind.SUSPEND)
    undo(progress, mark(progress, ONE, EntryKind.SUSPEND))
    assert progress.marks(ONE).suspended


def test_an_earlier_burial_holds_again(progress: Progress) -> None:
    mark(progress, ONE, EntryKind.BURY, day=TODAY)
    undo(progress, mark(progress, ONE, EntryKind.BURY, day=TODAY + 5))
    assert progress.marks(ONE).buried_until == TODAY + 1


def test_only_the_last_answer_of_a_card_is_taken_back(progress: Progress) -> None:
    first = answer(progress, ONE, Rating.GOOD)
    answer(progress, ONE, Rating.GOOD)
    before = contents(progress.connection)
    with pytest.raises(StaleAnswer, match="answered again"):
        undo(progress, first)
    assert contents(progress.connection) == before


def test_other_cards_do_not_stand_in_the_way(progress: Progress) -> None:
    first = answer(progress, ONE, Rating.GOOD)
    answer(progress, TWO, Rating.GOOD)
    undo(progress, first)
    assert progress.state(ONE) is None
    assert progress.state(TWO) is not None


def test_nothing_is_taken_back_twice(progress: Progress) -> None:
    row = answer(progress, ONE, Rating.GOOD)
    undo(progress, row)
    flag = mark(progress, ONE, EntryKind.FLAG)
    undo(progress, flag)
    before = contents(progress.connection)
    for target in (row, flag):
        with pytest.raises(StaleAnswer):
            undo(progress, target)
    assert contents(progress.connection) == before


def test_what_is_not_in_the_log_cannot_be_taken_back(progress: Progress) -> None:
    with pytest.raises(StaleAnswer, match="not in the log"):
        progress.withdraw(ReviewId("0"), at_ms=NOW_MS, study_day=TODAY)


def test_an_answer_under_an_older_preset_is_taken_back_exactly(progress: Progress) -> None:
    answer(progress, ONE, Rating.GOOD, preset=LEECHY)
    before = progress.state(ONE)
    undo(progress, answer(progress, ONE, Rating.GOOD, preset=Preset(learning_steps=(30,)), retention=0.8))
    assert progress.state(ONE) == before


def test_an_undo_needs_no_registered_card(progress: Progress) -> None:
    """The deck may be gone by then."""
    row = answer(progress, key("orphan"), Rating.GOOD)
    undo(progress, row)
    assert progress.state(key("orphan")) is None
