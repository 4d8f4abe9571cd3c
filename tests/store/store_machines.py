"""Several machines of one student, and what it is to unite their logs."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from store_samples import contents, offer_cards

from spinequiz.model.cards import CardKey, Preset
from spinequiz.scheduling.study_day import DAY_MS
from spinequiz.store.absorb import Absorbed, Defaults, Entry, NamedPreset, absorb, read_presets
from spinequiz.store.progress import Progress, read_log

DEFAULTS = Defaults(Preset(), lambda deck_id: 0.9, lambda day: day * DAY_MS + 4 * 3_600_000)


def entries(progress: Progress) -> list[Entry]:
    presets = read_presets(progress.connection, progress.path)
    named = [NamedPreset(name, preset) for name, preset in presets.items()]
    return [*named, *read_log(progress.connection, progress.path)]


def unite(target: Progress, source: Progress, **keywords: object) -> Absorbed:
    return absorb(target, entries(source), DEFAULTS, **keywords)


def united(progress: Progress) -> dict[str, list[tuple[object, ...]]]:
    found = contents(progress.connection)
    return {table: found[table] for table in ("preset", "log", "state", "mark", "card")}


@contextmanager
def machines_with(*cards: CardKey) -> Iterator[Callable[[str], Progress]]:
    """Makes machines by their names, each with these cards; all are gone at the end."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:

        def machine(name: str) -> Progress:
            made = Progress.open(Path(folder) / f"{name}.db")
            stack.callback(made.close)
            # waiting for the disk is not what is tested
            made.connection.execute("PRAGMA synchronous = OFF")
            offer_cards(made, *cards)
            return made

        yield machine
