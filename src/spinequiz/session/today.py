"""What is to be studied now: the queue of a session, and the counts of the library."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import merge
from itertools import chain, islice
from operator import attrgetter
from typing import NamedTuple

from spinequiz.model.cards import CardKey, DeckId, ItemId
from spinequiz.scheduling.mixing import interleave, mix_in, shuffle
from spinequiz.scheduling.study_day import DAY_MS, MINUTE_MS
from spinequiz.session.workspace import Counts, ShelfDeck, Workspace
from spinequiz.store import cards as queries
from spinequiz.store.cards import DoneToday, DueCard
from spinequiz.store.errors import explained

NOTHING_DONE = DoneToday(0, 0)
EVERY = 1_000_000
"""More cards than a deck has."""
PORTION = 16
"""Reviews of a deck that are looked up at once."""
_by_due = attrgetter("due_ms")
LAST_DAY = 10_000_000
LAST_MS = LAST_DAY * DAY_MS


class Plan(NamedTuple):
    """A session's cards: those on steps with their instants, and the rest in order."""

    steps: tuple[tuple[int, CardKey], ...]
    queue: tuple[CardKey, ...]
    new: frozenset[CardKey]


class Overview(NamedTuple):
    """What there is to study today: deck by deck, and together, where decks share the student's limits."""

    decks: dict[DeckId, Counts]
    total: Counts


class _Allowance:
    """What the daily limits leave: decks with a limit of their own use theirs, the others share the student's.

    It is that of the study day `day`, which ends at the instant `tomorrow` (ms).
    """

    def __init__(self, workspace: Workspace, decks: Sequence[ShelfDeck], done: dict[DeckId, DoneToday]) -> None:
        self.workspace = workspace
        self.done = done
        self.day = workspace.today()
        self.tomorrow = workspace.day_start(self.day + 1)
        settings = workspace.settings
        own = {d.id: d for d in workspace.shelf().decks} | {d.id: d for d in decks}
        shared_new = sum(
            n.new for i, n in done.items() if i not in own or not workspace.has_own_limit(own[i].deck, "new_per_day")
        )
        shared_reviews = sum(
            n.reviews
            for i, n in done.items()
            if i not in own or not workspace.has_own_limit(own[i].deck, "reviews_per_day")
        )
        self.shared = Counts(
            max(0, settings.new_per_day - shared_new), 0, max(0, settings.reviews_per_day - shared_reviews)
        )

    def new(self, shelf_deck: ShelfDeck) -> int:
        """How many more new cards of this deck may be introduced today, by itself."""
        if not self.workspace.has_own_limit(shelf_deck.deck, "new_per_day"):
            return self.shared.new
        done = self.done.get(shelf_deck.id, NOTHING_DONE)
        return max(0, self.workspace.limits(shelf_deck.deck).new - done.new)

    def reviews(self, shelf_deck: ShelfDeck) -> int:
        """How many more reviews of this deck may be done today, by itself."""
        if not self.workspace.has_own_limit(shelf_deck.deck, "reviews_per_day"):
            return self.shared.due
        done = self.done.get(shelf_deck.id, NOTHING_DONE)
        return max(0, self.workspace.limits(shelf_deck.deck).reviews - done.reviews)


class _DeckToday(NamedTuple):
    """A deck's cards for today by itself: one card an item, and no more than its limits leave.

    Reviews and new cards are looked up as they are asked for: of many decks that share a limit, few of each are wanted.
    """

    steps: list[DueCard]
    reviews: Iterator[DueCard]
    new: Iterator[DueCard]


def plan_session(workspace: Workspace, decks: Sequence[ShelfDeck], *, tag: str = "", limit: int | None = None) -> Plan:
    """The cards to study now, of these decks. The decks must be registered. Raises StoreError."""
    day = workspace.today()
    connection = workspace.progress.connection
    with explained(str(workspace.progress.path)):
        allowance = _Allowance(workspace, decks, queries.done_on(connection, day))
        found = [_of_deck(connection, d, allowance, _with_tag(workspace, d, tag), len(decks)) for d in decks]
        steps = sorted((card for each in found for card in each.steps), key=_by_due)
        # most overdue first, whatever the deck, so that no deck uses up the limit that it shares
        apart, sharing = _by_limit(workspace, decks, "reviews_per_day", [each.reviews for each in found])
        reviews = sorted([*apart, *islice(merge(*sharing, key=_by_due), allowance.shared.due)], key=_by_due)
        # as many of each deck, for the same reason
        apart, sharing = _by_limit(workspace, decks, "new_per_day", [each.new for each in found])
        new = interleave([*apart, *_evenly(sharing, allowance.shared.new)], lambda c: c.key.deck_id, day)
        new = _within(new, decks, workspace, "new_per_day", allowance.shared.new)
    order = interleave(shuffle(reviews, day), lambda c: (c.key.deck_id, c.topic), day)
    queue = mix_in(order, new)
    if limit is not None:
        ahead = workspace.clock.now_ms() + workspace.settings.learn_ahead_minutes * MINUTE_MS
        steps = [card for card in steps if card.due_ms <= ahead][:limit]
        queue = queue[: limit - len(steps)]
    return Plan(
        tuple((card.due_ms, card.key) for card in steps),
        tuple(card.key for card in queue),
        frozenset(card.key for card in new),
    )


def _by_limit(
    workspace: Workspace, decks: Sequence[ShelfDeck], name: str, cards: Sequence[Iterator[DueCard]]
) -> tuple[list[DueCard], list[Iterator[DueCard]]]:
    """The cards of decks with a daily limit of their own, and those of each deck that shares the student's."""
    own: list[DueCard] = []
    sharing: list[Iterator[DueCard]] = []
    for shelf_deck, of_deck in zip(decks, cards, strict=True):
        if workspace.has_own_limit(shelf_deck.deck, name):
            own += of_deck
        else:
            sharing.append(of_deck)
    return own, sharing


def first_step(workspace: Workspace, decks: Sequence[ShelfDeck]) -> tuple[int, CardKey] | None:
    """The card that `plan_session` begins with, and its instant (ms), where it is on a step that is due now.

    None where it is on none: what comes first is known once all is planned then. The decks must be registered.
    Raises StoreError.
    """
    now = workspace.clock.now_ms()
    with explained(str(workspace.progress.path)):
        found = queries.first_step(
            workspace.progress.connection, [shelf_deck.id for shelf_deck in decks], workspace.today(), now + 1
        )
    return None if found is None else (found.due_ms, found.key)


def next_due(workspace: Workspace, decks: Sequence[ShelfDeck], *, tag: str = "") -> int | None:
    """The instant (ms) at which there is a card to study, when there is none now; None if none will come.

    What is due today already, but over a daily limit, buried or a sibling of a card of today, comes tomorrow.
    The decks must be registered. Raises StoreError.
    """
    day = workspace.today()
    tomorrow = workspace.day_start(day + 1)
    connection = workspace.progress.connection
    most = EVERY if tag else 1
    found = []
    with explained(str(workspace.progress.path)):
        for shelf_deck in decks:
            wanted = _with_tag(workspace, shelf_deck, tag)
            limits = workspace.limits(shelf_deck.deck)
            steps = queries.steps_until(connection, shelf_deck.id, day, LAST_MS)
            found += [card.due_ms for card in _only(steps, wanted)[:1]]
            reviews = queries.reviews_due(connection, shelf_deck.id, LAST_DAY, LAST_MS, most)
            if limits.reviews:
                found += [max(card.due_ms, tomorrow) for card in _only(reviews, wanted)[:1]]
            if limits.new and _only(queries.new_cards(connection, shelf_deck.id, LAST_DAY, 0, most), wanted):
                found.append(tomorrow)
    return min(found, default=None)


def _count_deck(
    workspace: Workspace, shelf_deck: ShelfDeck, allowance: _Allowance, registered: dict[DeckId, str]
) -> Counts:
    """What a deck by itself has for today; `registered` are the digests that the progress file knows.

    Nothing is written: a deck whose cards the progress file does not know, or knows as they were before an
    edit, is counted with the cards that it has now.
    """
    connection = workspace.reading
    if connection is not None:
        if registered.get(shelf_deck.id) == shelf_deck.compiled.digest:
            return _counted(connection, shelf_deck, allowance)
        if queries.has_progress(connection, shelf_deck.id):
            with queries.offered_for_now(connection, workspace.offered_cards(shelf_deck)):
                return _counted(connection, shelf_deck, allowance)
    items = {card.item_id for card in workspace.catalogue.cards(shelf_deck.compiled.digest)}
    return Counts(min(len(items), allowance.new(shelf_deck)), 0, 0)


def count_today(workspace: Workspace, decks: Sequence[ShelfDeck]) -> Overview:
    """What each deck has for today by itself, and all of them together. Raises StoreError."""
    connection = workspace.reading
    done: dict[DeckId, DoneToday] = {}
    registered: dict[DeckId, str] = {}
    with explained(str(workspace.locations.progress)):
        if connection is not None:
            done = queries.done_on(connection, workspace.today())
            registered = queries.offered_digests(connection)
        allowance = _Allowance(workspace, decks, done)
        shared = allowance.shared
        counts = {d.id: _count_deck(workspace, d, allowance, registered) for d in decks}

    def together(name: str, numbers: dict[DeckId, int], most: int) -> int:
        own = {d.id for d in decks if workspace.has_own_limit(d.deck, name)}
        sharing = sum(number for deck_id, number in numbers.items() if deck_id not in own)
        return min(sharing, most) + sum(numbers[deck_id] for deck_id in own)

    learning = sum(count.learning for count in counts.values())
    new = together("new_per_day", {deck_id: count.new for deck_id, count in counts.items()}, shared.new)
    due = together("reviews_per_day", {deck_id: count.due for deck_id, count in counts.items()}, shared.due)
    return Overview(counts, Counts(new, learning, due))


def _of_deck(
    connection: sqlite3.Connection,
    shelf_deck: ShelfDeck,
    allowance: _Allowance,
    wanted: frozenset[ItemId] | None,
    together: int,
) -> _DeckToday:
    """What one of `together` decks has for today; of its new cards an even share is looked up at first."""
    day, tomorrow = allowance.day, allowance.tomorrow
    deck = shelf_deck.id
    reviews = _in_portions(lambda most: queries.reviews_due(connection, deck, day, tomorrow, most), PORTION)
    share = allowance.new(shelf_deck)
    new = _in_portions(lambda most: queries.new_cards(connection, deck, day, tomorrow, most), -(-share // together))
    return _DeckToday(
        _only(queries.steps_until(connection, deck, day, tomorrow), wanted),
        islice(_one_an_item(reviews, wanted), allowance.reviews(shelf_deck)),
        islice(_one_an_item(new, wanted), share),
    )


def _counted(connection: sqlite3.Connection, shelf_deck: ShelfDeck, allowance: _Allowance) -> Counts:
    """How many cards `_of_deck` finds, without a look at each."""
    day, tomorrow = allowance.day, allowance.tomorrow
    deck = shelf_deck.id
    new, reviews = allowance.new(shelf_deck), allowance.reviews(shelf_deck)
    return Counts(
        queries.count_new(connection, deck, day, tomorrow, new) if new else 0,
        queries.count_steps(connection, deck, day, tomorrow),
        queries.count_reviews(connection, deck, day, tomorrow, reviews) if reviews else 0,
    )


def _in_portions(fetch: Callable[[int], list[DueCard]], most: int) -> Iterator[DueCard]:
    """Cards in their order; `fetch` gets the first so many, and is asked for more where these do not suffice."""
    sent = 0
    while most:
        found = fetch(most)
        yield from found[sent:]
        if len(found) < most:
            return
        sent, most = most, 4 * most


def _evenly(decks: list[Iterator[DueCard]], wanted: int) -> list[DueCard]:
    """As many cards of each deck as of the others, while it has more; in all as many as wanted, or few more."""
    found: list[DueCard] = []
    while decks and len(found) < wanted:
        most = -(-(wanted - len(found)) // len(decks))
        portions = [list(islice(deck, most)) for deck in decks]
        found += chain.from_iterable(portions)
        decks = [deck for deck, portion in zip(decks, portions, strict=True) if len(portion) == most]
    return found


def _one_an_item(cards: Iterable[DueCard], wanted: frozenset[ItemId] | None) -> Iterator[DueCard]:
    """The first card of each item that is wanted: siblings wait for another day."""
    seen: set[ItemId] = set()
    for card in cards:
        item = card.key.item_id
        if item not in seen and (wanted is None or item in wanted):
            seen.add(item)
            yield card


def _with_tag(workspace: Workspace, shelf_deck: ShelfDeck, tag: str) -> frozenset[ItemId] | None:
    if not tag:
        return None
    items = workspace.catalogue.items(shelf_deck.compiled.digest)
    return frozenset(ItemId(found.item.id) for found in items if tag in found.item.tags)


def _only(cards: list[DueCard], wanted: frozenset[ItemId] | None) -> list[DueCard]:
    return cards if wanted is None else [card for card in cards if card.key.item_id in wanted]


def _within(
    cards: list[DueCard], decks: Sequence[ShelfDeck], workspace: Workspace, name: str, shared: int
) -> list[DueCard]:
    """At most `shared` cards of the decks without a limit of their own."""
    own = {d.id for d in decks if workspace.has_own_limit(d.deck, name)}
    kept = []
    for card in cards:
        if card.key.deck_id in own:
            kept.append(card)
        elif shared > 0:
            shared -= 1
            kept.append(card)
    return kept


def nothing_studied(workspace: Workspace, decks: Sequence[ShelfDeck]) -> bool:
    """Whether no card of any of these decks was ever studied. Raises StoreError."""
    connection = workspace.reading
    if connection is None:
        return True
    with explained(str(workspace.locations.progress)):
        return not any(queries.has_state(connection, d.id) for d in decks)
