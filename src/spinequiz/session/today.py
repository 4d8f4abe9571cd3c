"""What is to be studied now: the queue of a session, and the counts of the library."""

from __future__ import annotations

from collections.abc import Sequence
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
    """What the daily limits leave: decks with a limit of their own use theirs, the others share the student's."""

    def __init__(self, workspace: Workspace, decks: Sequence[ShelfDeck], done: dict[DeckId, DoneToday]) -> None:
        self.workspace = workspace
        # SQL's sum over a deck whose answers were all to new cards is NULL, which arrives here as None
        done = {deck_id: DoneToday(numbers.new, numbers.reviews or 0) for deck_id, numbers in done.items()}
        self.done = done
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


def plan_session(workspace: Workspace, decks: Sequence[ShelfDeck], *, tag: str = "", limit: int | None = None) -> Plan:
    """The cards to study now, of these decks. The decks must be registered. Raises StoreError."""
    day = workspace.today()
    now = workspace.clock.now_ms()
    tomorrow = workspace.day_start(day + 1)
    connection = workspace.progress.connection
    steps: list[DueCard] = []
    reviews: list[DueCard] = []
    new: list[DueCard] = []
    with explained(str(workspace.progress.path)):
        allowance = _Allowance(workspace, decks, queries.done_on(connection, day))
        for shelf_deck in decks:
            wanted = _with_tag(workspace, shelf_deck, tag)
            every = EVERY if tag else 0
            steps += _only(queries.steps_until(connection, shelf_deck.id, day, tomorrow), wanted)
            share = allowance.reviews(shelf_deck)
            due = queries.reviews_due(connection, shelf_deck.id, day, tomorrow, max(2 * share, every) if share else 0)
            reviews += _one_sibling(_only(due, wanted))[:share]
            share = allowance.new(shelf_deck)
            fresh = queries.new_cards(connection, shelf_deck.id, day, max(8 * share, every) if share else 0)
            new += _one_sibling(_only(fresh, wanted))[:share]
    taken = {(card.key.deck_id, card.key.item_id) for card in (*steps, *reviews)}
    new = [card for card in new if (card.key.deck_id, card.key.item_id) not in taken]
    reviews = _within(reviews, decks, workspace, "reviews_per_day", allowance.shared.due)
    order = interleave(shuffle(reviews, day), lambda c: (c.key.deck_id, c.topic), day)
    mixed_new = interleave(new, lambda c: c.key.deck_id, day)
    mixed_new = _within(mixed_new, decks, workspace, "new_per_day", allowance.shared.new)
    queue = mix_in(order, mixed_new)
    steps.sort(key=lambda card: card.due_ms)
    if limit is not None:
        soon = [card for card in steps if card.due_ms <= now + workspace.settings.learn_ahead_minutes * MINUTE_MS]
        steps = soon[:limit]
        queue = queue[: limit - len(steps)]
    return Plan(
        tuple((card.due_ms, card.key) for card in steps),
        tuple(card.key for card in queue),
        frozenset(card.key for card in mixed_new),
    )


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
            if limits.new and _only(queries.new_cards(connection, shelf_deck.id, LAST_DAY, most), wanted):
                found.append(tomorrow)
    return min(found, default=None)


def count_deck(workspace: Workspace, shelf_deck: ShelfDeck, done: dict[DeckId, DoneToday] | None = None) -> Counts:
    """What a deck by itself has for today. Without a progress file every card is new. Raises StoreError."""
    connection = workspace.reading
    allowance = _Allowance(workspace, (shelf_deck,), done or {})
    share = allowance.new(shelf_deck)
    day = workspace.today()
    with explained(str(workspace.locations.progress)):
        registered = connection is not None and (
            queries.offered_digests(connection).get(shelf_deck.id) == shelf_deck.compiled.digest
        )
        if connection is None or not registered:
            return _count_unregistered(workspace, shelf_deck, allowance)
        tomorrow = workspace.day_start(day + 1)
        most = allowance.reviews(shelf_deck)
        steps = queries.steps_until(connection, shelf_deck.id, day, tomorrow)
        due = queries.reviews_due(connection, shelf_deck.id, day, tomorrow, 2 * most) if most else []
        fresh = queries.new_cards(connection, shelf_deck.id, day, 8 * share) if share else []
    reviews = _one_sibling(due)[:most]
    taken = {card.key.item_id for card in (*steps, *reviews)}
    new = [card for card in _one_sibling(fresh)[:share] if card.key.item_id not in taken]
    return Counts(len(new), len(steps), len(reviews))


def count_today(workspace: Workspace, decks: Sequence[ShelfDeck]) -> Overview:
    """What each deck has for today by itself, and all of them together. Raises StoreError."""
    connection = workspace.reading
    done: dict[DeckId, DoneToday] = {}
    if connection is not None:
        with explained(str(workspace.locations.progress)):
            done = queries.done_on(connection, workspace.today())
    shared = _Allowance(workspace, decks, done).shared
    counts = {shelf_deck.id: count_deck(workspace, shelf_deck, done) for shelf_deck in decks}

    def together(name: str, numbers: dict[DeckId, int], most: int) -> int:
        own = {d.id for d in decks if workspace.has_own_limit(d.deck, name)}
        sharing = sum(number for deck_id, number in numbers.items() if deck_id not in own)
        return min(sharing, most) + sum(numbers[deck_id] for deck_id in own)

    learning = sum(count.learning for count in counts.values())
    new = together("new_per_day", {deck_id: count.new for deck_id, count in counts.items()}, shared.new)
    due = together("reviews_per_day", {deck_id: count.due for deck_id, count in counts.items()}, shared.due)
    return Overview(counts, Counts(new, learning, due))


def _count_unregistered(workspace: Workspace, shelf_deck: ShelfDeck, allowance: _Allowance) -> Counts:
    """Count a deck whose cards the progress file does not know yet, without writing to it."""
    items = {card.item_id for card in workspace.catalogue.cards(shelf_deck.compiled.digest)}
    return Counts(min(len(items), allowance.new(shelf_deck)), 0, 0)


def _with_tag(workspace: Workspace, shelf_deck: ShelfDeck, tag: str) -> frozenset[ItemId] | None:
    if not tag:
        return None
    items = workspace.catalogue.items(shelf_deck.compiled.digest)
    return frozenset(ItemId(found.item.id) for found in items if tag in found.item.tags)


def _only(cards: list[DueCard], wanted: frozenset[ItemId] | None) -> list[DueCard]:
    return cards if wanted is None else [card for card in cards if card.key.item_id in wanted]


def _one_sibling(cards: list[DueCard]) -> list[DueCard]:
    """The first card of each item: siblings wait for another day."""
    seen: set[tuple[str, str]] = set()
    kept = []
    for card in cards:
        item = (card.key.deck_id, card.key.item_id)
        if item not in seen:
            seen.add(item)
            kept.append(card)
    return kept


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
