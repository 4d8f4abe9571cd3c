"""The footer of the study screen: what each key does with the card as it is now."""

from __future__ import annotations

from spinequiz.session.states import Face, Shown
from spinequiz.tui.chart import ChartPane
from spinequiz.tui.items import Presenter
from spinequiz.tui.widgets import KeyGroup

NUMBERS = ("study.again", "study.hard", "study.good", "study.easy")
OPTIONS = (*NUMBERS, *(f"study.option_{number}" for number in range(5, 11)))
SCROLL: KeyGroup = ("study.up study.down", "Scroll", True)
WRITING: list[KeyGroup] = [
    ("study.answer", "Check", True),
    ("study.leave_field", "Leave the field, for the other keys", True),
    ("app.palette", "", True),
]


def study_keys(
    shown: Shown, presenter: Presenter, chart: ChartPane, *, writing: bool, undoable: bool
) -> list[KeyGroup]:
    """The keys for what can be done now; `writing` says that letters go into the field."""
    if writing:
        return WRITING
    asking = shown.face is Face.PROMPT
    covered = chart.covers(presenter)
    return [
        *(_reading(shown) if covered else _asking(presenter) if asking else _rating(shown)),
        ("study.undo", "", undoable),
        *([("study.hint", "", bool(shown.card.item.hint) and not shown.hinted)] if asking and not covered else []),
        *([("study.typo", "Typo, count it", True)] if not asking and shown.near_miss else []),
        *([("study.chart", "Next tab" if covered else "", True)] if len(presenter.exhibits()) > 1 else []),
        *([("study.chart_up study.chart_down", "Scroll chart", True)] if chart.beside else []),
        ("study.skip", "", True),
        ("study.bury", "", True),
        ("study.suspend", "", True),
        ("study.flag", "Unflag" if shown.flagged else "Flag", True),
        ("study.edit", "", True),
        ("app.help", "", True),
        ("app.palette", "", True),
        ("study.back", "", True),
    ]


def _reading(shown: Shown) -> list[KeyGroup]:
    """A chart lies over the question, or over the answer."""
    below = "To the question" if shown.face is Face.PROMPT else "To the answer"
    return [("study.answer", below, True), SCROLL]


def _asking(presenter: Presenter) -> list[KeyGroup]:
    if not presenter.choices and not presenter.movable:
        if presenter.typing:
            return [("study.answer", "Check", True), ("study.leave_field", "Type on", True), SCROLL]
        return [("study.answer", "Answer", True), SCROLL]
    keys: list[KeyGroup] = [("study.answer", "Check", True)]
    options = " ".join(OPTIONS[: presenter.choices])
    if presenter.toggles == presenter.numbers:
        keys.append((f"study.choose {options}", presenter.toggles, True))
    else:
        keys += [("study.choose", presenter.toggles, True), (options, presenter.numbers, True)]
    keys.append(("study.up study.down", presenter.up_down, True))
    if presenter.left_right:
        keys.append(("study.left study.right", presenter.left_right, True))
    if presenter.ordered:
        keys.append(("study.earlier study.later", "Reorder", True))
    return [*keys, ("study.page_up study.page_down", "Page", True)]


def _rating(shown: Shown) -> list[KeyGroup]:
    rate: KeyGroup = (" ".join(NUMBERS[rating - 1] for rating in shown.allowed), "Rate", True)
    accept: list[KeyGroup] = [("study.answer", "Accept", True)] if shown.proposal else []
    return [*accept, rate, SCROLL]
