"""The study session: state + event -> state + effects. No clock, no files: instants come with the events.

Effects are asked of whoever drives the session. `Deal` is answered with a `Dealt` event; the writing effects
must have succeeded before the new state is taken over, so that an answer is on disk before the next card shows.
"""

from __future__ import annotations

from bisect import bisect

import msgspec
from msgspec.structs import replace

from spinequiz.documents.render import plural
from spinequiz.grading import grader_of
from spinequiz.model.cards import CardKey, EntryKind, Phase, Preset, Rating, Review, ReviewId
from spinequiz.model.responses import Recalled, Response, Typed, encode_response
from spinequiz.scheduling.rating import proposed_rating
from spinequiz.scheduling.study_day import MINUTE_MS
from spinequiz.session.states import Dealt, Face, Moment, Shown, Study, Tally
from spinequiz.session.today import Plan

LONGEST_ANSWER_MS = 10 * MINUTE_MS
"""A longer pause is no thinking: the duration is cut here."""


class Event(msgspec.Struct, frozen=True):
    """What can happen to a session."""


class Begin(Event, frozen=True):
    """Deal the first card."""


class Reveal(Event, frozen=True):
    """Show the answer of a self-rated card."""


class Respond(Event, frozen=True):
    """Answer a scored card."""

    response: Response


class Overrule(Event, frozen=True):
    """Count a typo as right."""


class Rate(Event, frozen=True):
    """Rate the shown answer; None accepts the proposal."""

    rating: Rating | None = None


class Hint(Event, frozen=True):
    """Show the hint."""


class Skip(Event, frozen=True):
    """Leave the card out of this session."""


class Mark(Event, frozen=True):
    """Suspend or bury the card, which takes it off the table, or set or remove its flag."""

    kind: EntryKind


class Undo(Event, frozen=True):
    """Take back what was written last."""


class Replace(Event, frozen=True):
    """The deck was edited: the card on the table with its new content, or None if it is gone."""

    card: Dealt | None


class DealtEvent(Event, frozen=True):
    """The driver's answer to `Deal`; None if the card is not there any more."""

    card: Dealt | None


class Effect(msgspec.Struct, frozen=True):
    """What a session asks of its driver."""


class Deal(Effect, frozen=True):
    """Look the card up and send a `DealtEvent`."""

    key: CardKey


class Save(Effect, frozen=True):
    """Write an answer; the row's id goes into the session's `undoable` with `before`."""

    review: Review
    preset: Preset
    leech: bool
    before: Study


class SaveMark(Effect, frozen=True):
    """Write a mark; undoable where `before` is given."""

    review: Review
    before: Study | None


class Withdraw(Effect, frozen=True):
    """Take a row back."""

    target: ReviewId


class Say(Effect, frozen=True):
    """Tell the student something."""

    text: str


Effects = tuple[Effect, ...]
Step = tuple[Study, Effects]


def start(plan: Plan, learn_ahead_minutes: int, *, unplanned: bool = False) -> Study:
    """A session before its first card; send it `Begin`. What is `unplanned` is still to be given to `planned`."""
    return Study(plan=plan, learn_ahead_ms=learn_ahead_minutes * MINUTE_MS, steps=plan.steps, unplanned=unplanned)


def planned(study: Study, plan: Plan) -> Study:
    """A session of whose cards only the first was known, with all of them."""
    dealt = study.current.card.key if study.current is not None else None
    steps = tuple(step for step in plan.steps if step[1] != dealt)
    return replace(study, plan=plan, steps=steps, unplanned=False)


def load_scheduler() -> None:
    """Import what showing an answer takes; best while the student reads the first question."""
    import spinequiz.scheduling.outcomes  # noqa: F401


def advance(study: Study, event: Event, moment: Moment) -> Step:
    """What an event makes of a session. An event that does not fit changes nothing."""
    match event:
        case Begin():
            return _next(study, moment) if study.current is None else (study, ())
        case DealtEvent(card=card):
            return _lay(study, card, moment) if study.current is None else (study, ())
        case Undo():
            return _undo(study)
    shown = study.current
    if shown is None:
        return study, ()
    match event:
        case Reveal() if shown.face is Face.PROMPT and grader_of(shown.card.item).self_rated:
            return _show_answer(study, shown, moment, Recalled()), ()
        case Respond(response=response) if shown.face is Face.PROMPT:
            return _respond(study, shown, response, moment), ()
        case Overrule() if shown.face is Face.ANSWER and shown.near_miss:
            assert isinstance(shown.response, Typed)
            return _respond(study, shown, Typed(shown.response.text, overruled=True), moment), ()
        case Rate(rating=rating) if shown.face is Face.ANSWER:
            return _rate(study, shown, rating, moment)
        case Hint() if shown.card.item.hint and not shown.hinted:
            return replace(study, current=replace(shown, hinted=True)), ()
        case Skip():
            return _next(replace(study, current=None), moment)
        case Mark(kind=kind):
            return _mark(study, shown, kind, moment)
        case Replace(card=card):
            return _replace(study, shown, card, moment)
    return study, ()


def _next(study: Study, moment: Moment) -> Step:
    taken, key = _take(study, moment)
    return (taken, (Deal(key),)) if key is not None else (replace(study, current=None, finished=True), ())


def _take(study: Study, moment: Moment) -> tuple[Study, CardKey | None]:
    """Take the next card: steps that are due, then the queue, then steps that are soon due."""
    if study.steps and study.steps[0][0] <= moment.now_ms:
        return replace(study, steps=study.steps[1:]), study.steps[0][1]
    if study.position < len(study.plan.queue):
        return replace(study, position=study.position + 1), study.plan.queue[study.position]
    if study.steps and study.steps[0][0] <= moment.now_ms + study.learn_ahead_ms:
        return replace(study, steps=study.steps[1:]), study.steps[0][1]
    return study, None


def _lay(study: Study, card: Dealt | None, moment: Moment) -> Step:
    if card is None:
        return _next(study, moment)
    shown = Shown(card, Face.PROMPT, moment.now_ms, flagged=card.marks.flagged)
    told = (Say(card.news),) if card.news else ()
    return replace(study, current=shown, finished=False), told


def _show_answer(study: Study, shown: Shown, moment: Moment, response: Response) -> Study:
    from spinequiz.scheduling.outcomes import outcomes

    card = shown.card
    possible = outcomes(
        card.key,
        card.state,
        now_ms=moment.now_ms,
        study_day=moment.study_day,
        preset=card.preset,
        desired_retention=card.desired_retention,
        day_start=moment.day_start,
    )
    duration = min(max(0, moment.now_ms - shown.shown_ms), LONGEST_ANSWER_MS)
    revealed = replace(
        shown,
        face=Face.ANSWER,
        response=response,
        outcomes=possible,
        study_day=moment.study_day,
        duration_ms=shown.duration_ms or duration,
    )
    return replace(study, current=revealed)


def _respond(study: Study, shown: Shown, response: Response, moment: Moment) -> Study:
    grader = grader_of(shown.card.item)
    if grader.self_rated or not isinstance(response, grader.response_type):
        return study
    response = grader.completed(shown.card.item, response)
    grade = grader.grade(shown.card.item, response)
    graded = replace(shown, grade=grade, proposal=proposed_rating(grade.score, grader.pass_mark))
    return _show_answer(replace(study, current=graded), graded, moment, response)


def _rate(study: Study, shown: Shown, rating: Rating | None, moment: Moment) -> Step:
    chosen = rating or shown.proposal
    if chosen is None:
        return study, ()
    if chosen not in shown.allowed:
        reason = "a miss is rated Again" if shown.proposal is Rating.AGAIN else "a right answer is Hard, Good or Easy"
        return study, (Say(f"{reason}; Enter accepts"),)
    assert shown.outcomes is not None
    outcome = shown.outcomes.of(chosen)
    after = outcome.state
    card = shown.card
    if after.phase is not Phase.REVIEW:
        # steps run from the rating, not from the moment at which the answer was shown
        after = replace(after, due_ms=moment.now_ms + outcome.delay_seconds * 1000)
    review = Review(
        id=ReviewId(""),
        kind=EntryKind.ANSWER,
        card=card.key,
        at_ms=moment.now_ms,
        study_day=shown.study_day,
        device="",
        rating=chosen,
        score=shown.grade.score if shown.grade else None,
        response=encode_response(shown.response) if shown.response else None,
        duration_ms=shown.duration_ms,
        before=card.state,
        after=after,
        desired_retention=card.desired_retention,
        rev=card.item.rev,
        content_hash=card.content_hash,
    )
    steps = study.steps
    tomorrow = moment.day_start(shown.study_day + 1)
    if after.phase is not Phase.REVIEW and after.due_ms < tomorrow and not outcome.leech:
        step = (after.due_ms, card.key)
        place = bisect(steps, step)
        steps = (*steps[:place], step, *steps[place:])
    following = replace(
        study, current=None, steps=steps, tally=_counted(study.tally, shown, chosen, leech=outcome.leech)
    )
    following, effects = _next(following, moment)
    lapses = plural(after.lapses, "lapse")
    said = (Say(f"{card.key.item_id} is a leech: suspended after {lapses}"),) if outcome.leech else ()
    save = Save(review, card.preset, outcome.leech, study)
    return following, (save, *said, *effects)


def _counted(tally: Tally, shown: Shown, rating: Rating, *, leech: bool) -> Tally:
    points, most = shown.grade.score if shown.grade else (0, 0)
    key = shown.card.key
    return replace(
        tally,
        answers=tally.answers + 1,
        new=tally.new + (shown.card.state is None),
        again=tally.again + (rating is Rating.AGAIN),
        points=tally.points + points,
        max_points=tally.max_points + most,
        duration_ms=tally.duration_ms + shown.duration_ms,
        missed=(*tally.missed, key) if rating is Rating.AGAIN and key not in tally.missed else tally.missed,
        leeches=(*tally.leeches, key) if leech else tally.leeches,
    )


def _mark(study: Study, shown: Shown, kind: EntryKind, moment: Moment) -> Step:
    if kind is EntryKind.FLAG and shown.flagged:
        kind = EntryKind.UNFLAG
    elif kind not in (EntryKind.FLAG, EntryKind.SUSPEND, EntryKind.BURY):
        return study, ()
    review = Review(
        id=ReviewId(""),
        kind=kind,
        card=shown.card.key,
        at_ms=moment.now_ms,
        study_day=moment.study_day,
        device="",
        until_day=moment.study_day + 1 if kind is EntryKind.BURY else None,
    )
    if kind in (EntryKind.FLAG, EntryKind.UNFLAG):
        flagged = replace(shown, flagged=kind is EntryKind.FLAG)
        return replace(study, current=flagged), (SaveMark(review, None),)
    following, effects = _next(replace(study, current=None), moment)
    return following, (SaveMark(review, study), *effects)


def _undo(study: Study) -> Step:
    if not study.undoable:
        return study, (Say("nothing to undo in this session"),)
    target, before = study.undoable[-1]
    assert before.current is not None
    restored = replace(before, current=None, undoable=study.undoable[:-1], finished=False)
    return restored, (Withdraw(target), Say("taken back"), Deal(before.current.card.key))


def _replace(study: Study, shown: Shown, card: Dealt | None, moment: Moment) -> Step:
    if card is None:
        following, effects = _next(replace(study, current=None), moment)
        return following, (Say("this card is no longer in its deck; on to the next"), *effects)
    if card.content_hash == shown.card.content_hash:
        # its place in the file may be another; its state is the one that the outcomes on the buttons are for
        same = replace(shown.card, deck=card.deck, path=card.path, line=card.line)
        return replace(study, current=replace(shown, card=same)), ()
    fresh = Shown(card, Face.PROMPT, moment.now_ms, flagged=shown.flagged)
    return replace(study, current=fresh), (Say("the card was read anew"),)
