"""The terminal user interface: the only package that imports textual."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from spinequiz.session.arrivals import Arrivals
from spinequiz.session.workspace import ShelfDeck, Workspace

if TYPE_CHECKING:
    from spinequiz.tui.app import SpinequizApp

NOTHING = Arrivals()
SWITCH_SECONDS = 0.0002
"""How long a thread waits for another one that is at work; Python's own 5 ms can be seen."""


def application() -> type[SpinequizApp]:
    """Import the application. asyncio does without OpenSSL: 6 ms of a start, and nothing here is for a network."""
    hidden = "ssl" not in sys.modules
    if hidden:
        # as where Python was built without it
        sys.modules["ssl"] = None  # type: ignore[assignment]
    try:
        from spinequiz.tui.app import SpinequizApp
    finally:
        if hidden:
            del sys.modules["ssl"]
    return SpinequizApp


def run(
    workspace: Workspace,
    *,
    decks: Sequence[ShelfDeck] | None = None,
    tag: str = "",
    limit: int | None = None,
    arrivals: Arrivals = NOTHING,
) -> int:
    """Run the TUI until it is left. With `decks` it starts with a study session, else with the library.

    `arrivals` is shown as notifications when the first screen opens.

    Returns the exit status. Raises StoreError if the progress file cannot be used, and whatever went wrong unforeseen:
    by then the terminal is as it was before.
    """
    import gc

    # a thread of Textual writes to the terminal: what is painted shows at once, whatever is done next
    sys.setswitchinterval(SWITCH_SECONDS)
    # what is imported now lives as long as the program: looking through it again and again costs start-up time;
    # later a card's objects come and go without cycles, and should not be looked through at every key
    gc.disable()
    gc.set_threshold(10_000)
    app = application()(workspace, decks=decks, tag=tag, limit=limit, arrivals=arrivals)
    gc.freeze()
    gc.enable()
    try:
        app.run()
    finally:
        workspace.close()
    if app.failure is not None:
        raise app.failure
    return app.return_code or 0
