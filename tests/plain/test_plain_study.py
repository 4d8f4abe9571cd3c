"""A session line by line: what is shown, what each line does, what is kept."""

from __future__ import annotations

import pytest
from plain_desk import DAY_MS, MINUTE_MS, Desk

from spinequiz.model.cards import EntryKind

BASIC = """
  - {id: first, type: basic, prompt: What leaks?, answer: Cement, added: true, hint: A paste}
  - {id: second, type: basic, prompt: Where to?, answer: The disc, added: true}
"""
TYPED = """
  - {id: name, type: typed, prompt: Name it, answer: vertebroplasty, accept: [s, VP], added: true}
"""
CHOICE = """
  - {id: where, type: single-choice, prompt: Where?, answer: Disc, distractors: [Vein, Bone], added: true,
     shuffle: false, order: [Vein, Disc, Bone]}
"""


def test_a_basic_card_from_question_to_summary(desk: Desk) -> None:
    desk.deck(BASIC)
    told = desk.study("", "3", "", "1")
    assert told.status == 0
    assert told.err == ""
    assert told.lines == [
        "Studying The deck.",
        "Type ? to hear what can be typed, q to end; every answer is kept.",
        "",
        "Card 1, 2 left: The deck, new",
        "",
        "What leaks?",
        "An empty line shows the answer.",
        "",
        "Answer: Cement",
        "Added knowledge: no source in this deck states it.",
        "Rate it: 1 Again (1 minute), 2 Hard (6 minutes), 3 Good (10 minutes), 4 Easy (8 days).",
        "",
        "Card 2, 2 left: The deck, new",
        "",
        "Where to?",
        "An empty line shows the answer.",
        "",
        "Answer: The disc",
        "Added knowledge: no source in this deck states it.",
        "Rate it: 1 Again (1 minute), 2 Hard (6 minutes), 3 Good (10 minutes), 4 Easy (8 days).",
        "",
        "Card 3, 2 left: The deck, learning",
        "",
        "Where to?",
        "An empty line shows the answer.",
        "",
        "The session ends here.",
        "2 cards answered, 2 of them new; 1 right. Every answer is kept.",
        "Missed: deck/second: Where to?",
        "Later today: 2 cards, the first at 12:01, in 1 minute.",
    ]
    assert desk.ratings() == [3, 1]


def test_the_session_is_over_when_no_card_is_left(desk: Desk) -> None:
    desk.deck(BASIC)
    told = desk.study("", "4", "", "4", "")
    assert told.lines[-4:] == [
        "",
        "The session is over.",
        "2 cards answered, 2 of them new; 2 right. Every answer is kept.",
        "An empty line leaves; u takes the last answer back.",
    ]


def test_the_last_answer_can_be_taken_back_after_the_summary(desk: Desk) -> None:
    desk.deck(BASIC)
    told = desk.study("", "4", "", "4", "5", "u", "", "1", "q")
    assert "There is no card on the table: type nothing, or u." in told.lines
    assert [row.kind for row in desk.log()] == [EntryKind.ANSWER] * 2 + [EntryKind.WITHDRAW, EntryKind.ANSWER]
    assert desk.ratings() == [4, 4, 1]
    assert told.lines.count("The session ends here.") == 1


def test_q_after_the_summary_leaves_without_a_second_summary(desk: Desk) -> None:
    desk.deck(BASIC)
    told = desk.study("", "4", "", "4", "q")
    assert told.out.count("cards answered") == 1


@pytest.mark.parametrize("lines", [(), ("",), ("", "3", ""), ("", "3", "", "q"), ("", "3", "quit"), ("", "3", "Q")])
def test_when_the_input_ends_every_answer_is_kept(desk: Desk, lines: tuple[str, ...]) -> None:
    desk.deck(BASIC)
    told = desk.study(*lines)
    assert told.status == 0
    assert "The session ends here." in told.lines
    assert desk.ratings() == [3] * (len(lines) > 1)


def test_an_interrupt_ends_like_q(desk: Desk) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    desk.deck(BASIC)
    told = desk.study("", "3", "", before={3: interrupt})
    assert told.status == 0
    assert "1 card answered, 1 of them new; 1 right. Every answer is kept." in told.lines


def test_u_takes_the_last_answer_back(desk: Desk) -> None:
    desk.deck(BASIC)
    told = desk.study("u", "", "1", "u", "", "4", "q")
    assert told.after("An empty line shows the answer.")[0] == "nothing to undo in this session"
    assert told.lines.count("Card 1, 2 left: The deck, new") == 2
    assert desk.ratings() == [1, 4]
    assert desk.log()[1].withdraws == desk.log()[0].id


def test_s_leaves_a_card_out(desk: Desk) -> None:
    desk.deck(BASIC)
    told = desk.study("s", "", "4", "")
    assert "Card 1, 1 left: The deck, new" in told.lines
    assert desk.log()[0].card.item_id == "second"


def test_h_shows_the_hint_on_both_faces(desk: Desk) -> None:
    desk.deck(BASIC)
    told = desk.study("h", "", "h", "3", "h")
    assert told.lines.count("Hint: A paste") == 2
    assert told.lines.count("This question has no hint.") == 1


@pytest.mark.parametrize(("line", "kind"), [("!", EntryKind.SUSPEND), ("b", EntryKind.BURY), ("bury", EntryKind.BURY)])
def test_marks_take_the_card_off_and_can_be_undone(desk: Desk, line: str, kind: EntryKind) -> None:
    desk.deck(BASIC)
    told = desk.study(line, "u", "q")
    assert [row.kind for row in desk.log()] == [kind, EntryKind.WITHDRAW]
    assert told.after("taken back")[1] == "Card 1, 2 left: The deck, new"


def test_f_flags_and_unflags(desk: Desk) -> None:
    desk.deck(BASIC)
    told = desk.study("f", "", "3", "q")
    assert "Flagged." in told.lines
    assert told.out.count("What leaks?") == 1
    desk.clock.instant_ms += 10 * MINUTE_MS
    told = desk.study("f", "q")
    assert "Card 1, 2 left: The deck, learning, flagged" in told.lines
    assert "The flag is off." in told.lines
    assert [row.kind for row in desk.log()] == [EntryKind.FLAG, EntryKind.ANSWER, EntryKind.UNFLAG]


def test_x_repeats_the_question_and_then_the_answer(desk: Desk) -> None:
    desk.deck(BASIC)
    told = desk.study("x", "", "x", "q")
    assert told.out.count("What leaks?") == 3
    assert told.out.count("Answer: Cement") == 2


def test_the_question_explains_what_can_be_typed(desk: Desk) -> None:
    desk.deck(BASIC)
    told = desk.study("?", "q")
    assert told.after("An empty line shows the answer.")[:11] == [
        "Think of the answer, then give an empty line to see it.",
        "h: show the hint",
        "x: repeat the question with its exhibits",
        "u: take the last answer back",
        "s: leave this card out of the session",
        "b: put this card off until tomorrow",
        "!: take this card out of study until you bring it back",
        "f: flag this card, or take its flag off",
        "?: explain what can be typed",
        "q: end the session; every answer is kept",
        "An empty line shows the answer.",
    ]


def test_a_rating_before_the_answer_shows_is_refused(desk: Desk) -> None:
    desk.deck(BASIC)
    told = desk.study("3", "q")
    assert "The answer does not show yet: an empty line shows it, then you rate it." in told.lines


@pytest.mark.parametrize("line", ["0", "5", "good", "3 3", "-1", "t"])
def test_what_is_no_rating_is_asked_again(desk: Desk, line: str) -> None:
    desk.deck(BASIC)
    told = desk.study("", line, "3", "q")
    refusal = (
        "There is no typo to count here."
        if line == "t"
        else "That is no rating: type 1 Again, 2 Hard, 3 Good or 4 Easy."
    )
    assert refusal in told.lines
    assert desk.ratings() == [3]


def test_a_self_rated_card_has_no_proposal(desk: Desk) -> None:
    desk.deck(BASIC)
    told = desk.study("", "", "2", "q")
    assert "There is no proposal to accept: type 1 Again, 2 Hard, 3 Good or 4 Easy." in told.lines
    assert desk.ratings() == [2]


def test_a_right_answer_is_rated_two_to_four(desk: Desk) -> None:
    desk.deck(CHOICE)
    told = desk.study("2", "1", "4", "q")
    assert "CORRECT 1 of 1: 1 right, 0/1 scoring" in told.lines
    assert "An empty line accepts 3 Good (10 minutes). Instead: 2 Hard (6 minutes), 4 Easy (8 days)." in told.lines
    assert "A right answer is rated 2 Hard, 3 Good or 4 Easy." in told.lines
    assert desk.ratings() == [4]


def test_a_miss_stays_again(desk: Desk) -> None:
    desk.deck(CHOICE)
    told = desk.study("1", "3", "", "q")
    assert "WRONG 0 of 1: 1 wrong, 1 missed, 0/1 scoring" in told.lines
    assert "An empty line accepts 1 Again (1 minute)." in told.lines
    assert "A miss is rated 1 Again." in told.lines
    assert desk.ratings() == [1]


def test_a_typo_is_spelled_out_and_can_be_counted_right(desk: Desk) -> None:
    desk.deck(TYPED)
    told = desk.study("vertebroplasti", "t", "", "q")
    assert 'Difference: after "ertebroplast", "i" should be "y".' in told.lines
    assert (
        "An empty line accepts 1 Again (1 minute). If it was a slip of the fingers, t counts it as right." in told.lines
    )
    assert "CORRECT 1 of 1: 1 right, 0/1 scoring" in told.lines
    assert "A typo, counted right by you." in told.lines
    assert desk.ratings() == [3]


def test_a_plain_miss_is_no_typo(desk: Desk) -> None:
    desk.deck(TYPED)
    told = desk.study("kyphosis", "t", "?", "", "q")
    assert "Difference: it has little in common with the answer." in told.lines
    assert "There is no typo to count here." in told.lines
    assert "t: count the answer as right: it was wrong by a typo only" not in told.lines
    assert desk.ratings() == [1]


def test_a_letter_that_is_a_command_is_answered_with_an_equals_sign(desk: Desk) -> None:
    desk.deck(TYPED)
    told = desk.study("=s", "", "q")
    assert "CORRECT 1 of 1: 1 right, 0/1 scoring" in told.lines
    desk.clock.instant_ms += 10 * MINUTE_MS
    told = desk.study("?", "s", "q")
    assert any("such as =s" in line for line in told.lines)
    assert desk.ratings() == [3]


def test_words_and_t_are_answers_where_text_is_typed(desk: Desk) -> None:
    desk.deck(TYPED)
    for line in ("skip", "flag", "t", "=skip", "= s"):
        told = desk.study(line, "q")
        assert f"You typed: {line}" in told.lines


def test_an_empty_line_gives_up_only_when_it_is_given_twice(desk: Desk) -> None:
    desk.deck(TYPED)
    told = desk.study("", "h", "", "", "", "q")
    assert told.lines.count("Nothing was given. A second empty line shows the answer and counts as a miss.") == 2
    assert "You typed nothing." in told.lines
    assert desk.ratings() == [1]


def test_nothing_to_study_says_when_the_next_card_is_due(desk: Desk) -> None:
    desk.deck(BASIC)
    desk.study("", "4", "", "3", "", "3", "")
    told = desk.study()
    assert told == ("There is nothing to study here now; the next card comes on 2024-10-06, in 2 days.\n", "", 0)


def test_nothing_to_study_because_the_day_is_done(desk: Desk) -> None:
    desk.deck(BASIC, options="{new_per_day: 1}")
    desk.study("", "4", "")
    assert desk.study().out == "There is nothing to study here now; the next card comes tomorrow.\n"


def test_nothing_to_study_because_a_step_is_later_today(desk: Desk) -> None:
    desk.settings = type(desk.settings)(fuzz=False, learning_steps_minutes=(30,), learn_ahead_minutes=0)
    desk.deck(BASIC, options="{new_per_day: 1}")
    told = desk.study("", "1", "")
    assert "Later today: 1 card, the first at 12:30, in 30 minutes." in told.lines
    told = desk.study()
    assert told.out == "There is nothing to study here now; the next card comes at 12:30, in 30 minutes.\n"


def test_nothing_to_study_ever(desk: Desk) -> None:
    desk.deck(BASIC)
    desk.study("!", "!", "")
    assert desk.study() == ("There is nothing to study here now.\n", "", 0)


def test_the_tag_and_the_limit_hold(desk: Desk) -> None:
    desk.deck(BASIC + "  - {id: third, type: basic, prompt: Tagged?, answer: Yes, added: true, tags: [leak]}\n")
    told = desk.study("", "4", "", tag="leak")
    assert "Card 1, 1 left: The deck, new" in told.lines
    assert desk.log()[0].card.item_id == "third"
    assert (
        desk.study(tag="leak").out
        == "There is nothing to study here now; the next card comes on 2024-10-12, in 8 days.\n"
    )
    assert "Card 1, 1 left: The deck, new" in desk.study(limit=1).lines


def test_each_deck_tells_its_notice_once_before_its_first_card(desk: Desk) -> None:
    desk.deck(BASIC, notice="For education only.")
    desk.deck(CHOICE, id="other", notice="Not reviewed.")
    told = desk.study("", "4", "", "4", "2", "4", "")
    assert told.lines.count("Notice: For education only.") == 1
    assert told.lines.count("Notice: Not reviewed.") == 1
    for notice, deck in (("Notice: For education only.", "The deck"), ("Notice: Not reviewed.", "The other")):
        assert deck in told.after(notice)[1]


def test_the_card_says_what_it_rests_on(desk: Desk) -> None:
    desk.deck(
        """
          - id: leak
            type: basic
            prompt: Why?
            answer: Cement is a paste.
            rationale: It finds gaps.
            caveat: One small study.
            cite: [{source: spine, paragraph: 4, evidence: [gap]}]
        """,
        sources="{spine: {title: Cementing, publisher: SpineNation, date: 2017, study: Mousavi 2003}}",
    )
    told = desk.study("", "q")
    assert told.after("Answer: Cement is a paste.")[:4] == [
        "Why: It finds gaps.",
        "Caveat: One small study.",
        "Source: Cementing (SpineNation, 2017), paragraph 4: “gap”",
        "Study: Mousavi 2003",
    ]


def test_a_leech_is_told_and_named_in_the_summary(desk: Desk) -> None:
    desk.settings = type(desk.settings)(fuzz=False, leech_lapses=1)
    desk.deck(BASIC, options="{new_per_day: 1}")
    desk.study("", "4", "")
    desk.clock.instant_ms += 9 * DAY_MS
    told = desk.study("", "1", "q")
    assert "first is a leech: suspended after 1 lapse" in told.lines
    assert "Suspended as a leech: deck/first: What leaks?" in told.lines


def test_exhibits_are_read_out_before_the_question(desk: Desk) -> None:
    desk.deck("""
      - id: chart
        type: basic
        prompt: What changed?
        answer: The pulse
        added: true
        exhibits:
          - title: Vital signs
            time: "08:00"
            table: {columns: [Sign, Value], rows: [[Pulse, "110"], [Pressure, ""]]}
          - {title: Notes, text: Short of breath.}
    """)
    told = desk.study("q")
    assert told.after("Card 1, 1 left: The deck, new")[:9] == [
        "",
        "Exhibit 1 of 2: Vital signs, 08:00",
        "Row 1. Sign: Pulse; Value: 110",
        "Row 2. Sign: Pressure; Value: blank",
        "",
        "Exhibit 2 of 2: Notes",
        "Short of breath.",
        "",
        "What changed?",
    ]
