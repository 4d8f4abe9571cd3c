"""The problems: what the compiler said about the decks, each with its line and its cure."""

from __future__ import annotations

import re
from typing import ClassVar

from textual.binding import BindingType

from spinequiz.documents.render import cell_width, full
from spinequiz.model.diagnostics import Diagnostic, Severity
from spinequiz.session.wording import plural
from spinequiz.tui.bindings import bindings_for
from spinequiz.tui.blocks import Block, text
from spinequiz.tui.screens.base import FrameScreen

STYLES = {Severity.ERROR: "$text-error", Severity.WARNING: "$text-warning", Severity.NOTE: "$text-primary"}
MOST = 200

CARETS = re.compile(r"\s*\| +(\^+)$")


def within(lines: list[str], width: int) -> list[str]:
    """The lines of a diagnostic, with each line of a file cut to so many cells around what is marked in it."""
    found = list(lines)
    for number, line in enumerate(lines):
        carets = CARETS.match(line)
        if carets is None or max(cell_width(lines[number - 1]), cell_width(line)) <= width:
            continue
        gutter = line.index("|") + 2
        # what stands before the mark goes first, but for as much as shows where it is
        start = max(gutter, min(carets.start(1) - width // 3, cell_width(lines[number - 1]) - width + gutter))
        for index, left_out in ((number - 1, "…"), (number, " ")):
            head, tail = lines[index][:gutter], lines[index][gutter:]
            found[index] = head + _cells(tail, start - gutter, width - gutter, left_out)
    return found


def _cells(line: str, start: int, width: int, left_out: str) -> str:
    """A piece of a line, in cells; `left_out`, of one cell, stands where something is missing."""
    before, piece = "", line
    if start > 0:
        skipped = 0
        while piece and skipped <= start:
            skipped += cell_width(piece[0])
            piece = piece[1:]
        before = left_out + " " * (skipped - start - 1)
    room = width - cell_width(before)
    if cell_width(piece) > room:
        while piece and cell_width(piece) > room - 1:
            piece = piece[:-1]
        piece += left_out
    return (before + piece).rstrip()


class ProblemsScreen(FrameScreen):
    """A list of diagnostics with a cursor; the editor opens at the chosen one."""

    key_group = "problems"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("problems")]

    def __init__(self) -> None:
        super().__init__()
        self.cursor = 0
        self.found: tuple[Diagnostic, ...] | None = None

    def repaint(self) -> None:
        """Show the diagnostics."""
        if self.found is None:
            self.found = self.spine.workspace.problems()
        self.cursor = min(self.cursor, max(0, min(MOST, len(self.found)) - 1))
        errors = sum(d.severity is Severity.ERROR for d in self.found)
        warnings = sum(d.severity is Severity.WARNING for d in self.found)
        self.top.show([Block(text(f"Problems · {plural(errors, 'error')}, {plural(warnings, 'warning')}", "bold"))])
        blocks = []
        for index, diagnostic in enumerate(self.found[:MOST]):
            here = index == self.cursor
            head, *rest = within(full(diagnostic).rstrip().split("\n"), min(110, self.size.width) - 7)
            mark = text("▸ " if here else "  ", "bold $text-accent")
            action = f"screen.choose({index})"
            style = "on $primary-muted" if here else ""
            blocks.append(
                Block(
                    text(head, f"bold {STYLES[diagnostic.severity]}"),
                    mark,
                    gap=index > 0,
                    cursor=here,
                    action=action,
                    style=style,
                )
            )
            blocks += [Block(text(line), text("  "), cursor=here, action=action) for line in rest]
        if len(self.found) > MOST:
            blocks.append(Block(text(f"... and {len(self.found) - MOST} more: spinequiz check shows all"), gap=True))
        if not self.found:
            blocks.append(Block(text("✓ No mistake found in any deck.", "bold $text-success")))
        self.body.show(blocks)
        self.call_after_refresh(self.body.keep_cursor_visible)
        self.key_bar.show_keys(self.keys_shown())

    def keys_shown(self) -> list[tuple[str, str, bool]]:
        """The footer."""
        some = bool(self.found)
        return [
            ("problems.edit", "", some),
            ("problems.up problems.down", "Move", some),
            ("problems.page_up problems.page_down", "Page", some),
            ("problems.refresh", "", True),
            ("app.help", "", True),
            ("app.palette", "", True),
            ("problems.back", "", True),
        ]

    def action_down(self) -> None:
        """The next problem."""
        self.action_choose(self.cursor + 1)

    def action_up(self) -> None:
        """The previous problem."""
        self.action_choose(max(0, self.cursor - 1))

    def action_page_down(self) -> None:
        """Scroll a page down."""
        self.scroll.scroll_page_down(animate=False)

    def action_page_up(self) -> None:
        """Scroll a page up."""
        self.scroll.scroll_page_up(animate=False)

    def action_choose(self, index: int) -> None:
        """Choose a problem."""
        self.cursor = index
        self.repaint()

    def action_refresh(self) -> None:
        """Read the files again."""
        self.spine.workspace.shelf(refresh=True)
        self.found = None
        self.repaint()

    def action_edit(self) -> None:
        """Open the editor at the problem."""
        from spinequiz.tui.editor import edit

        if not self.found:
            return
        diagnostic = self.found[self.cursor]
        problem = edit(self.spine, diagnostic.path, diagnostic.span.line if diagnostic.span else 1)
        self.action_refresh()
        if problem:
            self.say(problem, bad=True)

    def action_back(self) -> None:
        """Back to the library."""
        self.app.pop_screen()
