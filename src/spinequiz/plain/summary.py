"""What a session came to, and what is to come, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from spinequiz.model.cards import CardKey, Phase
from spinequiz.plain.words import question_of
from spinequiz.scheduling.labels import long_interval
from spinequiz.scheduling.study_day import day_date, from_ms, study_day
from spinequiz.session.driver import StudyDriver
from spinequiz.session.today import next_due
from spinequiz.session.wording import plural
from spinequiz.session.workspace import ShelfDeck, Workspace
from spinequiz.store.errors import StoreError


def nothing_line(workspace: Workspace, decks: Sequence[ShelfDeck], tag: str) -> str:
    """Why the session has no card, and when there will be one."""
    due = next_due(workspace, decks, tag=tag)
    rest = f"; the next card comes {when(workspace, due)}" if due is not None else ""
    return f"There is nothing to study here now{rest}."


def summary_lines(driver: StudyDriver, *, unsaved: bool) -> list[str]:
    """Answers, points, what was missed, leeches, and what comes back later today."""
    study = driver.study
    tally = study.tally
    lines = ["The session is over." if study.finished else "The session ends here."]
    if tally.answers:
        known = tally.answers - tally.again
        new = f", {tally.new} of them new" if tally.new else ""
        lines.append(f"{plural(tally.answers, 'card')} answered{new}; {known} right. Every answer is kept.")
    else:
        lines.append("No card was answered.")
    if unsaved:
        lines.append("The answer to the last card was not saved; the card will be asked again.")
    if tally.max_points:
        lines.append(f"Points: {tally.points} of {tally.max_points}.")
    lines += [f"Missed: {_named(driver, key)}" for key in tally.missed]
    lines += [f"Suspended as a leech: {_named(driver, key)}" for key in tally.leeches]
    waiting = len(study.plan.queue) - study.position
    steps = [due_ms for due_ms, _ in study.steps]
    if study.current is not None:
        state = study.current.card.state
        if state is None or state.phase is Phase.REVIEW:
            waiting += 1
        else:
            steps.append(state.due_ms)
    if steps:
        lines.append(f"Later today: {plural(len(steps), 'card')}, the first {when(driver.workspace, min(steps))}.")
    if waiting:
        lines.append(f"Not reached: {plural(waiting, 'card')}.")
    return lines


def when(workspace: Workspace, due_ms: int) -> str:
    """When a card is due: `at 10:42, in 5 minutes`, `tomorrow`, `on 2026-03-01, in 12 days`."""
    now_ms, zone = workspace.clock.now_ms(), workspace.clock.zone()
    day = study_day(due_ms, zone, workspace.settings.rollover_hour)
    days = day - workspace.today()
    if days > 1:
        return f"on {day_date(day).isoformat()}, in {days} days"
    if days == 1:
        return "tomorrow"
    if due_ms <= now_ms:
        return "now"
    return f"at {from_ms(due_ms).astimezone(zone):%H:%M}, in {long_interval((due_ms - now_ms) // 1000)}"


def _named(driver: StudyDriver, key: CardKey) -> str:
    """A card by its name and the first line of its question."""
    card = None
    with suppress(StoreError):
        # the summary is told even where the progress file can no longer be read
        card = driver.deal(key)
    if card is None:
        return str(key)
    question = question_of(card)
    return f"{key}: {question.grader.question(card.item, key.variant).splitlines()[0]}"
