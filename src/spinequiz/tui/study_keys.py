"""The footer of the study screen: what each key does with the card as it is now."""

from __future__ import annotations

from spinequiz.session.states import Face, Shown
from spinequiz.tui.items import Presenter
from spinequiz.tui.widgets import KeyGroup

NUMBERS = "study.again study.hard study.good study.easy"
WRITING: list[KeyGroup] = [
    ("study.answer", "Check", True),
    ("study.leave_field", "Leave the field: the other keys work then", True),
]


def study_keys(shown: Shown, presenter: Presenter, *, writing: bool, undoable: bool) -> list[KeyGroup]:
    """The keys for what can be done now; `writing` says that letters go into the field."""
    if writing:
        return WRITING
    asking = shown.face is Face.PROMPT
    return [
        *(_asking(presenter) if asking else _rating(shown)),
        ("study.undo", "", undoable),
        ("study.hint", "", asking and bool(shown.card.item.hint) and not shown.hinted),
        *([("study.typo", "Typo, count it", True)] if not asking and shown.near_miss else []),
        *([("study.chart", "", True)] if len(presenter.exhibits()) > 1 else []),
        *([("study.chart_up study.chart_down", "Scroll chart", True)] if presenter.charted else []),
        ("study.skip", "", True),
        ("study.bury", "", True),
        ("study.suspend", "", True),
        ("study.flag", "Unflag" if shown.flagged else "Flag", True),
        ("study.edit", "", True),
        ("app.help", "", True),
        ("app.palette", "", True),
        ("study.back", "", True),
    ]


def _asking(presenter: Presenter) -> list[KeyGroup]:
    if not presenter.choices and not presenter.movable:
        return [("study.answer", "Check" if presenter.typing else "Answer", True)]
    keys = [("study.answer", "Check", True), ("study.choose", "", True)]
    if presenter.choices:
        last = f" study.option_{min(presenter.choices, 10)}" if presenter.choices > 4 else ""
        keys.append((" ".join(NUMBERS.split()[: max(2, presenter.choices)]) + last, "Choose", True))
    keys.append(("study.up study.down", "Move", True))
    if presenter.ordered:
        keys.append(("study.earlier study.later", "Reorder", True))
    return keys


def _rating(shown: Shown) -> list[KeyGroup]:
    rate: KeyGroup = (NUMBERS, "Rate", True)
    return [("study.answer", "Accept", True), rate] if shown.proposal else [rate]
