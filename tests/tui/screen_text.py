"""What a person reads on the screen, and what is in the log."""

from __future__ import annotations

import json
from collections.abc import Callable

from textual.pilot import Pilot

from spinequiz.store.progress import read_log
from spinequiz.tui.app import SpinequizApp

Start = Callable[..., SpinequizApp]
"""Makes an app: see the fixture `start`."""


def shown(app: SpinequizApp) -> str:
    """The text of the screen, line by line."""
    width, height = app.size
    strips = app.screen._compositor.render_strips(app.size)
    lines = ["".join(segment.text for segment in strip)[:width].rstrip() for strip in strips[:height]]
    return "\n".join(lines)


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
