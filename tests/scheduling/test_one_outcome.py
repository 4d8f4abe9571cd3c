"""One outcome asked for alone, and a replay that trusts what is recorded, give what the whole computation gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from spinequiz.model.cards import MAIN, CardKey, CardState, DeckId, EntryKind, ItemId, Preset, Rating, Review, ReviewId
from spinequiz.scheduling.formulas import outcome
from spinequiz.scheduling.outcomes import outcomes
from spinequiz.scheduling.replay import replay_card
from spinequiz.scheduling.study_day import DAY_MS

CARD = CardKey(DeckId("deck"), ItemId("item"), MAIN)
TODAY = 20_600
PRESETS = {
    "usual": Preset(),
    "steps": Preset(learning_steps=(60,), relearning_steps=(60, 600), maximum_interval=9, leech_lapses=2),
    "none": Preset(learning_steps=(), relearning_steps=(), fuzz=False, leech_lapses=1),
}
answers = st.lists(
    st.tuples(
        st.sampled_from(Rating), st.integers(-2, 80), st.sampled_from(sorted(PRESETS)), st.sampled_from([0.7, 0.9]),
        st.booleans(),
    ),
    max_size=20,
)  # fmt: skip


def day_start(day: int) -> int:
    return day * DAY_MS + 4 * 3_600_000


def rows_of(history: list[tuple[Rating, int, str, float, bool]]) -> list[Review]:
    """Rows of answers, some of which were given on a machine that did not know of the one before."""
    rows: list[Review] = []
    state: CardState | None = None
    older: CardState | None = None
    day = TODAY
    for number, (rating, gap, name, retention, apart) in enumerate(history):
        day += gap
        before = older if apart else state
        now_ms = day * DAY_MS + 50_000_000 + number
        keywords = {
            "now_ms": now_ms, "study_day": day, "preset": PRESETS[name], "desired_retention": retention,
            "day_start": day_start,
        }  # fmt: skip
        every = outcomes(CARD, before, **keywords)
        for one in Rating:
            assert outcome(CARD, before, one, **keywords) == every.of(one)
        after = every.of(rating).state
        rows.append(
            Review(
                id=ReviewId(f"{number:04}"),
                kind=EntryKind.ANSWER,
                card=CARD,
                at_ms=now_ms,
                study_day=day,
                device="d",
                rating=rating,
                before=before,
                after=after,
                desired_retention=retention,
                preset_id=name,
            )
        )
        older, state = state, after
    return rows


@given(answers)
def test_one_outcome_is_that_of_all_and_a_quick_replay_is_a_whole_one(
    history: list[tuple[Rating, int, str, float, bool]],
) -> None:
    rows = rows_of(history)
    assert replay_card(rows, PRESETS, verify=False) == replay_card(rows, PRESETS)


def test_a_quick_replay_goes_by_the_record_and_a_whole_one_does_not() -> None:
    rows = rows_of([(Rating.GOOD, 0, "none", 0.9, False)])
    assert rows[0].after is not None
    forged = [replace(rows[0], after=replace(rows[0].after, stability=99.0))]
    assert replay_card(forged, PRESETS, verify=False).state == forged[0].after
    assert replay_card(forged, PRESETS).state == rows[0].after
