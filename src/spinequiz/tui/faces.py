"""The two faces of a card as blocks: the question, and the answer with all that teaches."""

from __future__ import annotations

from itertools import zip_longest

from textual.content import Content

from spinequiz.grading import Grade
from spinequiz.model.cards import Rating
from spinequiz.model.items.base import Exhibit, Table
from spinequiz.scheduling.labels import short_interval
from spinequiz.session.states import Face, Shown, Study
from spinequiz.session.wording import citation_lines, phase_word, type_instruction, verdict_reason, verdict_word
from spinequiz.tui.blocks import EMPTY, Block, clickable, text
from spinequiz.tui.items import Presenter
from spinequiz.tui.items.base import verdict_mark

RATING_STYLES = {
    Rating.AGAIN: "$text-error",
    Rating.HARD: "$text-warning",
    Rating.GOOD: "$text-success",
    Rating.EASY: "$text-primary",
}
BAR = text("│ ", "$text-accent")
"""Stands before every line of a chart."""
NARROWEST_COLUMN = 8
"""Cells; a table whose columns would have to be narrower is told row by row."""


def top_line(study: Study, shown: Shown, width: int) -> Content:
    """The deck and the card's phase on the left, progress through the session on the right, once it is planned."""
    done = study.tally.answers
    right = f"{done} done · {'…' if study.unplanned else study.remaining} left "
    total = max(1, done + study.remaining)
    cells = min(20, width // 5) if width >= 70 else 0
    filled = round(cells * done / total)
    bar = "━" * filled + "╌" * (cells - filled)
    flag = "⚑ " if shown.flagged else ""
    left = text(f"{flag}{shown.card.deck.title} · {phase_word(shown.card.state)}", "bold")
    room = width - len(right) - cells - 1
    left = left.truncate(max(0, room), ellipsis=True) if left.cell_length > room else left
    return left.pad_right(max(1, room - left.cell_length + 1)) + Content(right) + Content(bar).stylize("$text-primary")


def face_blocks(shown: Shown, presenter: Presenter, *, first: bool) -> list[Block]:
    """The face of the card that shows. `first` says that its deck was never studied before."""
    rest = presenter.prompt() if shown.face is Face.PROMPT else answer_blocks(shown, presenter)
    return prompt_blocks(shown, presenter, first=first) + rest


def prompt_blocks(shown: Shown, presenter: Presenter, *, first: bool) -> list[Block]:
    """The notice of a deck that is studied for the first time, the question, what to do, and the hint."""
    blocks: list[Block] = []
    card = shown.card
    if first and card.deck.notice and shown.face is Face.PROMPT:
        blocks.append(Block(text(card.deck.notice, "italic $secondary"), prefix=text("Notice: ", "bold $secondary")))
    question = presenter.question()
    if question:
        question[0].gap = bool(blocks)
    blocks += question
    instruction = type_instruction(card.item.type_name, card.item)
    if instruction and shown.face is Face.PROMPT:
        blocks.append(Block(text(instruction, "italic $secondary")))
    if shown.hinted:
        blocks.append(Block(text(card.item.hint), prefix=text("Hint: ", "bold $text-accent"), gap=True))
    return blocks


def answer_blocks(shown: Shown, presenter: Presenter) -> list[Block]:
    """The verdict, the answer, and why: rationale, caveat, citation."""
    item = shown.card.item
    blocks: list[Block] = []
    if shown.grade is not None:
        blocks.append(_verdict(shown.grade, presenter))
        if shown.grade.note:
            blocks.append(Block(text(shown.grade.note.capitalize() + "."), prefix=text("  ")))
    else:
        blocks.append(Block(Content("─" * 12).stylize("$secondary"), gap=True))
    answer = presenter.answer(shown)
    if answer and shown.grade is None:
        answer[0].gap = False
    blocks += answer
    for block in blocks:
        # the verdict and the answer come into sight, however long the question is
        block.cursor = True
    if item.rationale:
        blocks.append(Block(text(item.rationale), prefix=text("Why: ", "bold"), gap=True))
    if item.caveat:
        blocks.append(Block(text(item.caveat), prefix=text("Caveat: ", "bold $text-warning"), gap=True))
    for index, line in enumerate(citation_lines(item, shown.card.deck)):
        blocks.append(Block(text(line, "$secondary"), gap=index == 0))
    return blocks


def _verdict(grade: Grade, presenter: Presenter) -> Block:
    glyph, style = verdict_mark(grade)
    words = text(f"{glyph} {verdict_word(grade)}", style)
    return Block(words + text(f" · {verdict_reason(grade, presenter.grader)}", "$secondary"), gap=True)


def rating_line(shown: Shown, room: int) -> Content:
    """The four ratings, in as many cells as there is room: those that this answer may have with their intervals.

    The proposed one is marked, and each can be clicked.
    """
    assert shown.outcomes is not None
    width = max(12, room // 4)
    line = Content("")
    for rating in Rating:
        interval = short_interval(shown.outcomes.of(rating).delay_seconds)
        usable = rating in shown.allowed
        mark = "▸" if rating is shown.proposal else " "
        part = Content(f"{mark}{int(rating)} {rating.label} {interval if usable else '─'}")
        part = part.stylize(f"bold {RATING_STYLES[rating]}" if usable else "dim")
        part = part.pad_right(max(0, width - part.cell_length))
        line += clickable(part, f"screen.number({int(rating)})") if usable else part
    return line


def exhibit_blocks(exhibits: tuple[Exhibit, ...], current: int, width: int) -> list[Block]:
    """The chart, laid out to a width in cells: its tabs, and the exhibit that is open."""
    if not exhibits:
        return []
    blocks = _tabs(exhibits, current, width)
    exhibit = exhibits[min(current, len(exhibits) - 1)]
    if exhibit.table is not None:
        blocks += table_blocks(exhibit.table, width)
    else:
        blocks.append(Block(text(exhibit.text), prefix=BAR))
    blocks.append(Block(EMPTY))
    return blocks


def _tabs(exhibits: tuple[Exhibit, ...], current: int, width: int) -> list[Block]:
    """The names of the exhibits; a name stays on one line where it fits into one."""
    head = text("Chart ", "bold $text-accent")
    lines = [EMPTY]
    for index, exhibit in enumerate(exhibits):
        name = f"{exhibit.title} {exhibit.time}".strip()
        here = index == current
        label = text(f"[{name}]" if here else f" {name} ", "bold reverse" if here else "$secondary")
        label = clickable(label, f"screen.exhibit({index})")
        if lines[-1] and lines[-1].cell_length + 1 + label.cell_length > width - head.cell_length:
            lines.append(EMPTY)
        lines[-1] = lines[-1] + " " + label if lines[-1] else label
    margin = Content(" " * head.cell_length)
    return [Block(line, prefix=head if number == 0 else margin) for number, line in enumerate(lines)]


def table_blocks(table: Table, width: int) -> list[Block]:
    """A table in columns, their cells wrapped where need be, or row by row where even that does not fit."""
    rows = [[text(cell) for cell in row] for row in (table.columns, *table.rows)]
    room = width - BAR.cell_length - 2 * (len(table.columns) - 1)
    widths = column_widths([max(cell.cell_length for cell in column) for column in zip(*rows, strict=True)], room)
    if not widths:
        pairs = (
            "; ".join(f"{name}: {cell}" for name, cell in zip(table.columns, row, strict=True) if cell)
            for row in table.rows
        )
        return [Block(text(line), prefix=BAR) for line in pairs]
    blocks = []
    for number, row in enumerate(rows):
        cells = [cell.wrap(wide) if cell else [EMPTY] for cell, wide in zip(row, widths, strict=True)]
        for parts in zip_longest(*cells, fillvalue=EMPTY):
            padded = (part.pad_right(wide - part.cell_length) for part, wide in zip(parts, widths, strict=True))
            line = Content("  ").join(padded)
            blocks.append(Block(line.stylize("bold underline") if number == 0 else line, prefix=BAR))
    return blocks


def column_widths(wanted: list[int], room: int) -> list[int]:
    """Widths of columns within as many cells: the widest give way first. Empty where a column would get too narrow."""
    widths = list(wanted)
    while (over := sum(widths) - room) > 0:
        widest = max(widths)
        second = max((wide for wide in widths if wide < widest), default=0)
        several = widths.count(widest)
        less = min(widest - second, -(-over // several))
        widths = [wide - less if wide == widest else wide for wide in widths]
        if max(widths) < NARROWEST_COLUMN:
            return []
    return widths
