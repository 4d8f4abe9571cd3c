"""What became of the decks since the progress file last saw them, and what that means for the progress.

Texts that were mended change nothing. A corrected key scores the past answers to it again, a raised `rev` brings the
card back, an item that is gone leaves its progress to wait for it. All of it is rows of the log, written in one
transaction with what the decks offer now.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec.structs import replace

from spinequiz.decks.catalogue import CompiledItem
from spinequiz.grading.keys import KeyForm, encode_key, key_form, question_hash
from spinequiz.model.cards import CardKey, DeckId, EntryKind, ItemId, Review, ReviewId
from spinequiz.model.items import Item
from spinequiz.scheduling.replay import answers_revision
from spinequiz.session.corrections import correct, is_correction, row_of
from spinequiz.store import cards as queries
from spinequiz.store.backup import make_backup
from spinequiz.store.earlier import keep_earlier
from spinequiz.store.errors import explained
from spinequiz.store.known import (
    KnownItem,
    Twins,
    item_entries,
    keep_known,
    known_items,
    studied_variants,
    twins,
)

if TYPE_CHECKING:
    from spinequiz.session.workspace import ShelfDeck, Workspace

_encode = msgspec.msgpack.Encoder().encode


class DeckChange(NamedTuple):
    """What changed in a deck, by the ids of items; each stands under one heading. `first`: nothing was known of it.

    `rescored` counts past answers that have another score now, `regraded` those of them that are a pass instead
    of a miss or the other way round; `moved` are items that came from another deck with their progress.
    """

    deck_id: DeckId
    first: bool = False
    new: tuple[ItemId, ...] = ()
    removed: tuple[ItemId, ...] = ()
    back: tuple[ItemId, ...] = ()
    reworded: tuple[ItemId, ...] = ()
    corrected: tuple[ItemId, ...] = ()
    revised: tuple[ItemId, ...] = ()
    moved: tuple[ItemId, ...] = ()
    rescored: int = 0
    regraded: int = 0

    @property
    def told(self) -> bool:
        """Whether there is something to tell: a deck that is seen for the first time is no news."""
        return not self.first and any(self[2:])


class Survey(NamedTuple):
    """A deck held against what was known of it: what to tell, what is known now, and the rows to write."""

    change: DeckChange
    known: list[KnownItem]
    rows: list[Review]


def take_over(workspace: Workspace, decks: Sequence[ShelfDeck]) -> tuple[DeckChange, ...]:
    """Tell the progress file what changed decks hold now, with all that follows. Raises StoreError.

    Past answers are scored again only after a backup was made.
    """
    progress = workspace.progress
    with explained(str(progress.path)):
        version = data_version(progress.connection)
        surveys = [_survey(workspace, progress.connection, shelf_deck) for shelf_deck in decks]
    if any(survey.change.rescored for survey in surveys):
        make_backup(progress.connection, progress.path, workspace.clock.now_ms())
    changes = []
    with progress.transaction() as connection:
        if data_version(connection) != version:
            # another program has written meanwhile
            surveys = [_survey(workspace, connection, shelf_deck) for shelf_deck in decks]
        for shelf_deck, survey in zip(decks, surveys, strict=True):
            keep_earlier(connection, ((item.deck_id, item.item_id, item.content_hash) for item in survey.known))
            keep_known(connection, survey.known)
            progress.write(connection, survey.rows)
            queries.offer(connection, shelf_deck.id, shelf_deck.compiled.digest, workspace.offered_cards(shelf_deck))
            changes.append(survey.change)
        moved = _moved(connection, shelf_ids(workspace, decks))
        progress.write(connection, _relink_rows(workspace, connection, moved))
    return tuple(_with_moved(change, moved) for change in changes)


def shelf_ids(workspace: Workspace, decks: Iterable[ShelfDeck] = ()) -> list[DeckId]:
    """The decks at hand."""
    return list(dict.fromkeys(d.id for d in (*workspace.shelf().decks, *decks)))


def relink_offers(workspace: Workspace) -> list[Twins]:
    """Items that are gone, had progress, and look like others that are there. Raises StoreError."""
    with explained(str(workspace.progress.path)):
        return twins(workspace.progress.connection, shelf_ids(workspace))


def relink(workspace: Workspace, pairs: Iterable[Twins]) -> int:
    """Let the rows of old items go on under new ones. Returns how many cards that are. Raises StoreError."""
    with workspace.progress.transaction() as connection:
        return len(workspace.progress.write(connection, _relink_rows(workspace, connection, pairs)))


def data_version(connection: sqlite3.Connection) -> int:
    """A number that another one takes the place of when another program writes."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def _survey(workspace: Workspace, connection: sqlite3.Connection, shelf_deck: ShelfDeck) -> Survey:
    deck_id = shelf_deck.id
    old_items = known_items(connection, deck_id)
    named: dict[str, list[ItemId]] = {name: [] for name in ("new", "back", "reworded", "corrected", "revised")}
    known: list[KnownItem] = []
    rows: list[Review] = []
    rescored = regraded = 0
    present: set[ItemId] = set()
    digest = shelf_deck.compiled.digest
    for item_id, content_hash in workspace.catalogue.content_hashes(digest).items():
        present.add(item_id)
        old = old_items.get(item_id)
        if old is not None and old.content_hash == content_hash and not old.gone:
            continue
        found = workspace.catalogue.item(digest, item_id)
        assert found is not None
        key = key_form(found.item)
        now = _known(deck_id, found, key)
        known.append(now)
        raised = found.item.rev > (old.rev if old else 1)
        corrections: list[Review] = []
        if old is None:
            named["new"].append(item_id)
        else:
            kind = _kind(old, now, key)
            if kind == "corrected":
                made = correct(workspace, connection, now, found, unknown=old)
                corrections = made.rows
                rescored += made.rescored
                regraded += made.regraded
            if old.gone:
                named["back"].append(item_id)
            elif kind:
                named[kind].append(item_id)
        rows += corrections
        if raised:
            rows += _revisions(workspace, connection, now)
    removed = [old for item_id, old in old_items.items() if item_id not in present and not old.gone]
    known += [old._replace(gone=True) for old in removed]
    change = DeckChange(
        deck_id,
        not old_items,
        **{name: tuple(ids) for name, ids in named.items()},
        removed=tuple(old.item_id for old in removed),
        rescored=rescored,
        regraded=regraded,
    )
    return Survey(change, known, rows)


def _kind(old: KnownItem, now: KnownItem, key: KeyForm) -> str:
    """Under which heading a changed item stands."""
    if is_correction(old, now, key):
        return "corrected"
    if now.rev > old.rev:
        return "revised"
    return "reworded" if now.bare_hash != old.bare_hash else ""


def _known(deck_id: DeckId, found: CompiledItem, key: KeyForm) -> KnownItem:
    item: Item = found.item
    bare = _encode(replace(item, id="-", rev=1, tags=(), lint_ignore={}))
    return KnownItem(
        deck_id,
        ItemId(item.id),
        item.rev,
        found.content_hash,
        blake2b(bare, digest_size=8).hexdigest(),
        question_hash(item),
        encode_key(key),
        gone=False,
    )


def _revisions(workspace: Workspace, connection: sqlite3.Connection, now: KnownItem) -> list[Review]:
    """The rows that bring the cards of an item back whose last answer was to an earlier revision."""
    rows = []
    for card, entries in item_entries(connection, now.deck_id, now.item_id).items():
        withdrawn = {row.withdraws for row in entries if row.kind is EntryKind.WITHDRAW}
        answers = [row for row in entries if row.kind is EntryKind.ANSWER and row.id not in withdrawn]
        row = replace(row_of(workspace, EntryKind.REVISE, card, now), rev=now.rev)
        if answers and not answers_revision(answers[-1], row):
            rows.append(row)
    return rows


def _moved(connection: sqlite3.Connection, shelf: Sequence[DeckId]) -> list[Twins]:
    """Items that left a deck at hand and stand in another under the same id, with the same content."""
    same = [t for t in twins(connection, shelf, left_decks=False) if t.old_item == t.new_item]
    to = Counter((t.old_deck, t.old_item) for t in same)
    into = Counter((t.new_deck, t.new_item) for t in same)
    # where there are several, only the student can say which one
    return [t for t in same if to[t.old_deck, t.old_item] == into[t.new_deck, t.new_item] == 1]


def _with_moved(change: DeckChange, moved: Iterable[Twins]) -> DeckChange:
    here = {t.new_item for t in moved if t.new_deck == change.deck_id}
    left = {t.old_item for t in moved if t.old_deck == change.deck_id}
    return change._replace(
        new=tuple(item for item in change.new if item not in here),
        back=tuple(item for item in change.back if item not in here),
        removed=tuple(item for item in change.removed if item not in left),
        moved=tuple(sorted(here)),
        # a deck whose items had progress elsewhere is news
        first=change.first and not here,
    )


def _relink_rows(workspace: Workspace, connection: sqlite3.Connection, pairs: Iterable[Twins]) -> list[Review]:
    return [
        Review(
            id=ReviewId(""),
            kind=EntryKind.RELINK,
            card=CardKey(pair.new_deck, pair.new_item, variant),
            at_ms=workspace.clock.now_ms(),
            study_day=workspace.today(),
            device="",
            previous=CardKey(pair.old_deck, pair.old_item, variant),
        )
        for pair in pairs
        for variant in studied_variants(connection, pair.old_deck, pair.old_item)
    ]
