"""What a person reads on the screen, and what is in the log."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from rich.cells import cell_len
from textual.color import Color
from textual.pilot import Pilot

from spinequiz.store.progress import read_log
from spinequiz.tui.app import SpinequizApp

Start = Callable[..., SpinequizApp]
"""Makes an app: see the fixture `start`."""
Tour = Callable[..., SpinequizApp]
"""Makes an app: see the fixture `tour`."""


SCROLL_BAR = re.compile("[▁▂▃▄▅▆▇█](?= ?$)")


def shown(app: SpinequizApp) -> str:
    """The text of the screen, line by line."""
    width, height = app.size
    strips = app.screen._compositor.render_strips(app.size)
    lines = ["".join(segment.text for segment in strip)[:width].rstrip() for strip in strips[:height]]
    return "\n".join(lines)


NAMED_COLOURS = ("text-error", "text-success", "text-warning", "text-primary", "text-accent", "secondary")
NAMED_GROUNDS = ("primary-muted", "error-muted", "surface", "panel")
ATTRIBUTES = ("bold", "dim", "italic", "underline", "reverse", "strike")


def picture(app: SpinequizApp) -> str:
    """The screen as text, and below it what stands out: line, columns and style.

    Colours have the names that the theme gives them, so that a shade may change; scroll bars and the styles of the
    footer are left out.
    """
    width, height = app.size
    strips = app.screen._compositor.render_strips(app.size)[:height]
    variables = app.theme_variables
    colours = {Color.parse(variables[name]).rgb: name for name in NAMED_COLOURS}
    grounds = {Color.parse(variables[name]).rgb: f"on {name}" for name in NAMED_GROUNDS}
    keys = app.screen.query("#keys")
    lines, styles = [], []
    for y, strip in enumerate(strips):
        line, spans = "", []
        for segment in strip.crop(0, width):
            start, style = cell_len(line), segment.style
            line += segment.text
            if style is None or "▁" <= segment.text[:1] <= "█":
                continue
            words = [name for name in ATTRIBUTES if getattr(style, name)]
            for colour, names in ((style.color, colours), (style.bgcolor, grounds)):
                if colour is not None and colour.triplet is not None and tuple(colour.triplet) in names:
                    words.append(names[tuple(colour.triplet)])
            if words and (segment.text.strip() or words[-1] in ("on primary-muted", "on error-muted")):
                spans.append((start, cell_len(line), " ".join(words)))
        lines.append(SCROLL_BAR.sub("", line).rstrip())
        if keys and y >= keys[0].region.y:
            continue
        styles += [f"{y:>2} {start:>3}-{end:<3} {words}" for start, end, words in _joined(spans)]
    return "\n".join([*lines, "=" * width, *styles]) + "\n"


def _joined(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Spans that touch and have the same style are one: how a line is cut into segments is nobody's matter."""
    found: list[tuple[int, int, str]] = []
    for start, end, words in spans:
        if found and found[-1][1:] == (start, words):
            found.append((found.pop()[0], end, words))
        else:
            found.append((start, end, words))
    return found


def body(app: SpinequizApp) -> str:
    """All of the page, whether it is scrolled into sight or not, without line breaks."""
    painted = app.screen.query_one("#body")
    return " ".join(" ".join(line.plain.split()) for line in painted.laid(painted.content_size.width).lines)


def log(app: SpinequizApp) -> list[dict[str, object]]:
    """The answers on disk: item, rating, points and response."""
    progress = app.workspace.progress
    return [
        {
            "item": review.card.item_id,
            "kind": review.kind.value,
            "rating": review.rating and int(review.rating),
            "points": review.score and tuple(review.score),
            "response": json.loads(review.response) if review.response else None,
        }
        for review in read_log(progress.connection, progress.path)
    ]


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Press keys one by one, each seen through."""
    for key in keys:
        await pilot.press(key)
        await pilot.pause()
