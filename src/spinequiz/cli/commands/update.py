"""`spinequiz decks update` and `spinequiz decks relink`."""

from __future__ import annotations

import json
import os
from contextlib import closing
from pathlib import Path
from shlex import quote
from typing import NamedTuple

from spinequiz.cli.commands.decks import write_whole
from spinequiz.cli.output import Exit, UserError, note, say
from spinequiz.cli.workspace import open_workspace
from spinequiz.decks.load import parse_deck
from spinequiz.decks.origins import read_origins
from spinequiz.decks.text import Unreadable, read_bytes
from spinequiz.documents.render import plural
from spinequiz.model.cards import DeckId, ItemId
from spinequiz.model.diagnostics import Severity
from spinequiz.session.changes import DeckChange, relink, relink_offers
from spinequiz.session.wording import change_counts
from spinequiz.session.workspace import Workspace
from spinequiz.store.known import Twins, studied_variants

SHOWN_OFFERS = 10


class Fetched(NamedTuple):
    """Decks whose copy was brought up to date, and what stood in the way of others."""

    decks: list[str]
    troubles: list[str]


def run_update(*, as_json: bool) -> int:
    """Read all decks again and say what changed. The status is 1 where an origin could not be taken over."""
    with closing(open_workspace()) as workspace:
        return _update(workspace, as_json=as_json)


def _update(workspace: Workspace, *, as_json: bool) -> int:
    fetched = fetch_origins(workspace.locations.decks)
    changes = workspace.register(workspace.shelf().decks)
    offers = relink_offers(workspace)
    for trouble in fetched.troubles:
        note(trouble)
    for compiled, _ in workspace.shelf().unusable:
        note(f"{compiled.path} cannot be read as a deck; `spinequiz check` says why. Its progress waits for it.")
    if as_json:
        say(json.dumps(_as_object(workspace, changes, offers, fetched), ensure_ascii=False, indent=2))
    else:
        _tell(workspace, changes, offers)
    return Exit.WRONG if fetched.troubles else Exit.DONE


def run_relink(old: str | None, new: str | None, *, every: bool) -> int:
    """Let the progress of an item, or of a deck's items, go on under another id."""
    with closing(open_workspace()) as workspace:
        return _relink(workspace, old, new, every=every)


def _relink(workspace: Workspace, old: str | None, new: str | None, *, every: bool) -> int:
    workspace.register(workspace.shelf().decks)
    if every == (old is not None) or (old is None) != (new is None):
        raise UserError(
            "say which item goes on under which: OLD_DECK/OLD_ITEM NEW_DECK/NEW_ITEM, or --all.", Exit.USAGE
        )
    if old is None or new is None:
        pairs = _unambiguous(relink_offers(workspace))
    elif "/" in old and "/" in new:
        pairs = [_pair(workspace, old, new)]
    elif "/" not in old and "/" not in new:
        pairs = _unambiguous([t for t in relink_offers(workspace) if (t.old_deck, t.new_deck) == (old, new)])
    else:
        raise UserError("name two items, DECK/ITEM each, or two decks.", Exit.USAGE)
    if not pairs:
        note("There is nothing to re-link here; `spinequiz decks update` lists what there is.")
    count = relink(workspace, pairs)
    for pair in pairs:
        say(f"{pair.old_deck}/{pair.old_item} goes on as {pair.new_deck}/{pair.new_item}")
    if pairs:
        note(f"The progress of {plural(count, 'card')} goes on.")
    return Exit.DONE


def fetch_origins(folder: Path) -> Fetched:
    """Take over the newer files that decks of the library were added from; a broken one leaves the copy as it is."""
    fetched = Fetched([], [])
    for deck_id, origin in sorted(read_origins(folder).items()):
        target = folder / f"{deck_id}.yaml"
        if not target.exists():
            continue
        try:
            data = read_bytes(origin)
        except Unreadable:
            if os.path.exists(origin):
                fetched.troubles.append(
                    f"{origin} cannot be read; your copy of {deck_id} is kept. "
                    f"`spinequiz check {quote(origin)}` says why."
                )
            # where the file is gone, the copy is the deck now
            continue
        if data == target.read_bytes():
            continue
        loaded, diagnostics = parse_deck(data, origin)
        mistakes = sum(d.severity is Severity.ERROR for d in diagnostics)
        if loaded is None or mistakes or not loaded.items:
            fetched.troubles.append(
                f"{origin} has {plural(mistakes, 'mistake')}, so your copy of {deck_id} is kept. "
                f"`spinequiz check {quote(origin)}` shows them."
            )
        elif loaded.deck.id != deck_id:
            fetched.troubles.append(
                f"{origin} has the id {loaded.deck.id} now, so your copy of {deck_id} is kept. To take the new one, "
                f"run `spinequiz decks remove {deck_id}` and `spinequiz decks add {quote(origin)}`; "
                "re-link the progress then."
            )
        else:
            write_whole(target, data)
            fetched.decks.append(deck_id)
    return fetched


def _tell(workspace: Workspace, changes: tuple[DeckChange, ...], offers: list[Twins]) -> None:
    for change in changes:
        if change.told:
            say(f"{change.deck_id}: {change_counts(change)}")
        elif change.first:
            say(f"{change.deck_id}: new here, {plural(len(change.new), 'item')}")
        else:
            say(f"{change.deck_id}: nothing in its items changed")
    if not changes:
        say("No deck has changed.")
    if not offers:
        return
    note(f"{plural(len(offers), 'item')} with the content of one that is gone. Its progress goes on with:")
    for offer in offers[:SHOWN_OFFERS]:
        say(_command(offer))
    if len(offers) > SHOWN_OFFERS:
        note(f"... and {len(offers) - SHOWN_OFFERS} more; --json lists them.")
    if len(offers) > 1:
        note("`spinequiz decks relink --all` accepts all that are clear.")


def _command(offer: Twins) -> str:
    return f"spinequiz decks relink {offer.old_deck}/{offer.old_item} {offer.new_deck}/{offer.new_item}"


def _as_object(
    workspace: Workspace, changes: tuple[DeckChange, ...], offers: list[Twins], fetched: Fetched
) -> dict[str, object]:
    return {
        "decks": [
            {"id": change.deck_id, "updated_copy": change.deck_id in fetched.decks, **change._asdict()}
            for change in changes
        ],
        "relink_offers": [{**offer._asdict(), "command": _command(offer)} for offer in offers],
        "troubles": fetched.troubles,
    }


def _unambiguous(offers: list[Twins]) -> list[Twins]:
    """The offers whose old and whose new item appear once."""
    olds = [(t.old_deck, t.old_item) for t in offers]
    news = [(t.new_deck, t.new_item) for t in offers]
    return [
        t
        for t in offers
        if olds.count((t.old_deck, t.old_item)) == 1 and news.count((t.new_deck, t.new_item)) == 1
    ]  # fmt: skip


def _pair(workspace: Workspace, old: str, new: str) -> Twins:
    old_deck, old_item = old.split("/", 1)
    new_deck, new_item = new.split("/", 1)
    if old == new:
        raise UserError("an item cannot go on under its own id.")
    if not studied_variants(workspace.progress.connection, old_deck, old_item):
        raise UserError(f"nothing of {old} was ever answered, so there is no progress to re-link. Check its spelling.")
    shelf_deck = workspace.shelf().find(new_deck)
    if shelf_deck is None:
        raise UserError(f"there is no deck {new_deck}. `spinequiz decks` lists those there are.")
    if workspace.catalogue.item(shelf_deck.compiled.digest, new_item) is None:
        raise UserError(f"the deck {new_deck} has no item {new_item}. Check its spelling.")
    pair = Twins(DeckId(old_deck), ItemId(old_item), DeckId(new_deck), ItemId(new_item))
    if is_relinked(workspace, pair):
        raise UserError(f"{old} goes on as {new} already.")
    return pair


def is_relinked(workspace: Workspace, pair: Twins) -> bool:
    """Whether rows of the old item go on under the new one already."""
    from spinequiz.model.cards import CardKey
    from spinequiz.store.relinks import kin

    connection = workspace.progress.connection
    return any(
        CardKey(pair.old_deck, pair.old_item, variant)
        in kin(connection, CardKey(pair.new_deck, pair.new_item, variant))
        for variant in studied_variants(connection, pair.old_deck, pair.old_item)
    )
