"""Logs with every kind of row, united in any order and any number of times, come to the same log, states and marks."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import example, given, settings
from hypothesis import strategies as st
from store_machines import machines_with, unite, united
from store_samples import LEECHY, NOW_MS, ONE, TWO, answer, contents, key, mark

from spinequiz.model.cards import CardKey, EntryKind, Preset, Rating, Review, ReviewId, Score
from spinequiz.scheduling.study_day import DAY_MS
from spinequiz.store.errors import StaleAnswer
from spinequiz.store.progress import Progress, read_log

CARDS = [ONE, TWO, key("moved"), key("moved-again")]
PRESETS = [Preset(), LEECHY]
step = st.one_of(
    st.tuples(st.just("answer"), st.sampled_from(CARDS), st.sampled_from(Rating), st.sampled_from(PRESETS)),
    st.tuples(st.just("rescore"), st.integers(0, 5), st.sampled_from(Rating), st.none()),
    st.tuples(st.just("revise"), st.sampled_from(CARDS), st.integers(2, 4), st.none()),
    st.tuples(st.just("relink"), st.sampled_from(CARDS), st.sampled_from(CARDS), st.none()),
    st.tuples(st.just("flag"), st.sampled_from(CARDS), st.none(), st.none()),
    st.tuples(st.just("withdraw"), st.integers(0, 9), st.none(), st.none()),
    st.tuples(st.just("days"), st.sampled_from([-2, 1, 9]), st.none(), st.none()),
    st.tuples(st.just("merge"), st.integers(0, 2), st.none(), st.none()),
)


def row(kind: EntryKind, card: CardKey, at_ms: int, **values: object) -> Review:
    return Review(
        id=ReviewId(""), kind=kind, card=card, at_ms=at_ms, study_day=at_ms // DAY_MS, device="", **values
    )  # fmt: skip


def write(progress: Progress, review: Review) -> None:
    with progress.transaction() as connection:
        progress.write(connection, [review])


def take(progress: Progress, now: int, what: str, first: object, second: object, third: object) -> None:
    """One step of a machine's story; what does not apply there is nothing."""
    rows = list(read_log(progress.connection, progress.path))
    answers = [each for each in rows if each.kind is EntryKind.ANSWER]
    if what == "answer":
        answer(progress, first, second, at_ms=now, day=now // DAY_MS, preset=third)
    elif what == "rescore" and answers:
        target = answers[-1 - first % len(answers)]
        score = Score(int(second is not Rating.AGAIN), 1)
        write(
            progress,
            row(EntryKind.RESCORE, target.card, now, corrects=target.id, rating=second, score=score, rev=1),
        )
    elif what == "revise":
        write(progress, row(EntryKind.REVISE, first, now, rev=second, content_hash=f"hash-{second}"))
    elif what == "relink" and first != second:
        write(progress, row(EntryKind.RELINK, first, now, previous=second))
    elif what == "flag":
        mark(progress, first, EntryKind.FLAG, at_ms=now, day=now // DAY_MS)
    elif what == "withdraw" and rows:
        with suppress(StaleAnswer):
            progress.withdraw(rows[-1 - first % len(rows)].id, at_ms=now, study_day=now // DAY_MS)


@settings(max_examples=15)
@given(
    st.lists(st.tuples(st.integers(0, 2), step), min_size=5, max_size=30),
    st.permutations([0, 1, 2]),
    st.lists(st.integers(0, 2), max_size=3),
)
@example(
    [
        (0, ("answer", ONE, Rating.GOOD, Preset())), (1, ("merge", 0, None, None)),
        (0, ("rescore", 0, Rating.AGAIN, None)), (0, ("relink", TWO, ONE, None)),
        (1, ("answer", ONE, Rating.EASY, LEECHY)), (1, ("relink", ONE, TWO, None)),
        (2, ("merge", 1, None, None)), (2, ("revise", TWO, 3, None)), (2, ("withdraw", 1, None, None)),
        (0, ("answer", TWO, Rating.HARD, LEECHY)),
    ],
    [2, 0, 1],
    [0],
)  # fmt: skip
def test_every_kind_of_row_is_united_in_any_order(
    story: list[tuple[int, tuple[str, object, object, object]]], order: list[int], again: list[int]
) -> None:
    with machines_with(*CARDS) as machine:
        machines = [machine(name) for name in "abc"]
        now = [NOW_MS + number for number in range(3)]
        for at, (what, first, second, third) in story:
            now[at] += 1000
            if what == "days":
                now[at] += first * DAY_MS
            elif what == "merge":
                unite(machines[at], machines[first])
            else:
                take(machines[at], now[at], what, first, second, third)
        for progress in machines:
            alone = contents(progress.connection)
            progress.rebuild()
            assert contents(progress.connection) == alone, "what each wrote by itself is what its log says"
        first_way, other_way = machine("first"), machine("other")
        for number in (0, 1, 2):
            unite(first_way, machines[number])
        for number in (*order, *again):
            unite(other_way, machines[number])
        everything = united(first_way)
        assert united(other_way) == everything
        assert unite(other_way, first_way).added == 0
        for progress in machines:
            unite(progress, first_way)
            assert united(progress) == everything
        first_way.rebuild()
        assert united(first_way) == everything
