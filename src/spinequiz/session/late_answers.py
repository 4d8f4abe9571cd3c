"""Answers under an old key that arrive when the key was corrected here already, from another machine or program.

The machine that gave them scores them again when its own deck is the new one. Whichever does so first, the other finds
it done, once the logs are united.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from spinequiz.model.cards import DeckId, Review
from spinequiz.session.changes import DeckChange, data_version
from spinequiz.session.corrections import correct
from spinequiz.store.backup import make_backup
from spinequiz.store.errors import explained
from spinequiz.store.known import known_item
from spinequiz.store.late import ItemKey, Unjudged, keep_unjudged, unjudged

if TYPE_CHECKING:
    from spinequiz.session.workspace import ShelfDeck, Workspace


class _Judged(NamedTuple):
    """The rows to write, what to tell deck by deck, and the items that cannot be judged now."""

    rows: list[Review]
    changes: dict[DeckId, DeckChange]
    waiting: frozenset[ItemKey]


def score_late(
    workspace: Workspace, decks: Sequence[ShelfDeck], changes: Sequence[DeckChange]
) -> tuple[DeckChange, ...]:
    """Score answers to earlier versions of items again that came after the item changed. Raises StoreError.

    `decks` are those that were registered just now, and `changes` what changed in them. Returns that with what is
    new. Items of decks that are not at hand, or changed and not registered yet, wait. A backup is made first where
    a score changes.
    """
    progress = workspace.progress
    at_hand = {deck.id: deck for deck in (*workspace.shelf().decks, *decks)}
    with explained(str(progress.path)):
        version = data_version(progress.connection)
        found = unjudged(progress.connection)
        judged = _judge(workspace, progress.connection, at_hand, found)
    if found.is_done_with(judged.waiting):
        return tuple(changes)
    if judged.rows:
        make_backup(progress.connection, progress.path, workspace.clock.now_ms())
    with progress.transaction() as connection:
        if data_version(connection) != version:
            # another program has written meanwhile
            judged = _judge(workspace, connection, at_hand, unjudged(connection))
        progress.write(connection, judged.rows)
        keep_unjudged(connection, judged.waiting)
    return _joined(changes, judged.changes)


def _judge(
    workspace: Workspace, connection: sqlite3.Connection, at_hand: Mapping[DeckId, ShelfDeck], found: Unjudged
) -> _Judged:
    rows: list[Review] = []
    changes: dict[DeckId, DeckChange] = {}
    waiting: set[ItemKey] = set()
    for deck_id, item_id in sorted(found.items):
        shelf_deck = at_hand.get(deck_id)
        compiled = shelf_deck and workspace.catalogue.item(shelf_deck.compiled.digest, item_id)
        now = known_item(connection, deck_id, item_id)
        if not compiled or now is None or now.gone or now.content_hash != compiled.content_hash:
            waiting.add((deck_id, item_id))
            continue
        made = correct(workspace, connection, now, compiled)
        if made.rows:
            rows += made.rows
            change = changes.get(deck_id, DeckChange(deck_id))
            changes[deck_id] = change._replace(
                corrected=(*change.corrected, item_id),
                rescored=change.rescored + made.rescored,
                regraded=change.regraded + made.regraded,
            )
    return _Judged(rows, changes, frozenset(waiting))


def _joined(changes: Sequence[DeckChange], late: Mapping[DeckId, DeckChange]) -> tuple[DeckChange, ...]:
    """All changes of each deck as one. An item with late answers stands under the corrected ones, or those back."""
    joined = {change.deck_id: change for change in changes} | dict(late)
    for change in changes:
        if more := late.get(change.deck_id):
            rescored = set(more.corrected)
            joined[change.deck_id] = change._replace(
                reworded=tuple(item for item in change.reworded if item not in rescored),
                revised=tuple(item for item in change.revised if item not in rescored),
                corrected=tuple(dict.fromkeys((*change.corrected, *sorted(rescored.difference(change.back))))),
                rescored=change.rescored + more.rescored,
                regraded=change.regraded + more.regraded,
            )
    return tuple(joined.values())
