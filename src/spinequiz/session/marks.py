"""Marks on cards outside of a session."""

from __future__ import annotations

from spinequiz.model.cards import EntryKind, Review, ReviewId
from spinequiz.session.workspace import ShelfDeck, Workspace
from spinequiz.store import cards as queries
from spinequiz.store.errors import explained


def unsuspend_deck(workspace: Workspace, shelf_deck: ShelfDeck) -> int:
    """Bring all suspended cards of a deck back, leeches included. Returns how many. Raises StoreError."""
    with explained(str(workspace.progress.path)):
        keys = queries.suspended(workspace.progress.connection, (shelf_deck.id,))
    for key in keys:
        workspace.progress.mark(
            Review(
                id=ReviewId(""),
                kind=EntryKind.UNSUSPEND,
                card=key,
                at_ms=workspace.clock.now_ms(),
                study_day=workspace.today(),
                device="",
            )
        )
    return len(keys)
