"""Text for the screen: literal, wrapped with hanging indents, and clickable where it should be."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate, zip_longest

import msgspec
from textual.content import Content
from textual.strip import Strip
from textual.style import Style

from spinequiz.documents.render import literal

EMPTY = Content("")


def text(words: str, style: str | Style = "") -> Content:
    """A deck's words, shown as they are: never markup, never a terminal escape."""
    shown = Content(literal(words))
    return shown.stylize(style) if style else shown


def clickable(content: Content, action: str) -> Content:
    """The content, running a screen's action when it is clicked."""
    return content.stylize(Style.from_meta({"do": action}))


def centred(content: Content, width: int) -> Content:
    """The content in the middle of a width in cells."""
    room = max(0, width - content.cell_length)
    return content.pad(room // 2, room - room // 2)


class Block(msgspec.Struct):
    """A paragraph. `prefix` stands before its first line, and the others are indented by its width.

    `gap` puts a blank line above; `cursor` marks the blocks that must stay in sight, or the part of a block that
    `span` gives as offsets in its text; `action` makes it clickable.
    """

    content: Content
    prefix: Content = EMPTY
    gap: bool = False
    cursor: bool = False
    span: tuple[int, int] | None = None
    action: str = ""
    style: str = ""

    def is_same(self, other: Block) -> bool:
        """Whether both look alike and do the same. Equality would pass over the styles of their texts."""
        return self == other and self.content.is_same(other.content) and self.prefix.is_same(other.prefix)


class Laid(msgspec.Struct):
    """Lines at a width in cells; `cursor` is the range that must stay in sight, from the first to behind the last.

    `strips` are those lines as they were painted already, by their numbers; `brush` is what they were painted with.
    """

    lines: list[Content]
    width: int
    cursor: tuple[int, int] | None = None
    brush: object = None
    strips: dict[int, Strip] = {}


def lay_out(blocks: Iterable[Block], width: int) -> Laid:
    """Wrap blocks to a width in cells."""
    laid = Laid([], width)
    width = max(width, 8)
    for block in blocks:
        if block.gap and laid.lines:
            laid.lines.append(EMPTY)
        start = len(laid.lines)
        indent = min(block.prefix.cell_length, width // 2)
        margin = Content(" " * indent)
        for number, line in enumerate(_wrapped(block.content, width - indent)):
            whole = (block.prefix if number == 0 else margin) + line if indent else line
            if block.style:
                whole = whole.pad_right(max(0, width - whole.cell_length)).stylize(block.style)
            laid.lines.append(clickable(whole, block.action) if block.action else whole)
        if block.cursor:
            first, last = _lines_of(block, laid.lines[start:]) if block.span else (0, len(laid.lines) - start)
            laid.cursor = (laid.cursor[0] if laid.cursor else start + first, start + last)
    return laid


def changed_lines(before: Laid, after: Laid) -> list[int]:
    """The numbers of the lines that differ. What was painted of the others is taken over."""
    if after.brush != before.brush:
        after.brush = before.brush
        after.strips.clear()
    changed = []
    for number, (old, new) in enumerate(zip_longest(before.lines, after.lines)):
        if old is None or new is None or not new.is_same(old):
            changed.append(number)
        elif number in before.strips:
            after.strips[number] = before.strips[number]
    return changed


def _lines_of(block: Block, lines: list[Content]) -> tuple[int, int]:
    """The lines on which the span of a block has come to stand. Wrapping moves nothing but spaces."""
    assert block.span is not None
    before, until = (len("".join(block.content.plain[:offset].split())) for offset in block.span)
    prefix = len("".join(block.prefix.plain.split()))
    ends = [prefix_and_text - prefix for prefix_and_text in accumulate(len("".join(x.plain.split())) for x in lines)]
    first = next((number for number, end in enumerate(ends) if end > before), len(lines) - 1)
    last = next((number for number, end in enumerate(ends) if end >= until), len(lines) - 1)
    return first, last + 1


def _wrapped(content: Content, width: int) -> list[Content]:
    lines: list[Content] = []
    for paragraph in content.split("\n", allow_blank=True):
        lines += paragraph.wrap(width) if paragraph.cell_length > width else [paragraph]
    return lines or [EMPTY]
