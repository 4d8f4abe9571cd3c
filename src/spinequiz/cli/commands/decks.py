"""`spinequiz decks`, `decks add`, `decks remove`."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from shlex import quote

from spinequiz.cli.output import Exit, UserError, complain, note, say
from spinequiz.cli.workspace import open_workspace
from spinequiz.decks.files import deck_files
from spinequiz.decks.origins import keep_origin
from spinequiz.decks.text import Unreadable, read_bytes
from spinequiz.documents.render import full, plural
from spinequiz.model.diagnostics import Severity
from spinequiz.session.today import count_today
from spinequiz.session.workspace import Workspace


def list_decks(named: Sequence[str] = (), *, as_json: bool) -> int:
    """Print the decks with their counts, those at the `named` paths first."""
    workspace = open_workspace(named)
    shelf = workspace.shelf()
    counts = count_today(workspace, shelf.decks).decks
    if as_json:
        rows = [
            {
                "id": d.deck.id,
                "title": d.deck.title,
                "items": d.compiled.items,
                **counts[d.id]._asdict(),
                "errors": d.compiled.errors,
                "origin": d.origin,
                "path": os.path.abspath(d.compiled.path),
            }
            for d in shelf.decks
        ]
        say(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        width = max([len(d.deck.id) for d in shelf.decks] + [4])
        for d in shelf.decks:
            count = counts[d.id]
            today = f"{count.due} due, {count.learning} learning, {count.new} new"
            say(f"{d.deck.id:{width}}  {plural(d.compiled.items, 'item'):>10}  {today}  {d.origin}")
    broken = [compiled.path for compiled, _ in shelf.unusable]
    for path in broken:
        note(f"{path} cannot be read as a deck; `spinequiz check` says why")
    workspace.close()
    return Exit.DONE


def add_deck(path: str) -> int:
    """Copy a deck, or the decks of a folder, into the student's library."""
    workspace = open_workspace()
    if os.path.isdir(path):
        files = deck_files(Path(path))
        if not files:
            raise UserError(f"{path} holds no deck files. Decks end in .yaml or .yml.")
        statuses = [_add_one_of_many(workspace, file) for file in files]
        return Exit.WRONG if Exit.WRONG in statuses else Exit.DONE
    return _add(workspace, path)


def _add_one_of_many(workspace: Workspace, path: str) -> Exit:
    """Add a deck of a folder; what is wrong with it is told, and the others follow."""
    try:
        return _add(workspace, path)
    except UserError as error:
        complain(str(error))
        return error.status


def _add(workspace: Workspace, path: str) -> Exit:
    from spinequiz.decks.load import parse_deck, unreadable

    try:
        data = read_bytes(path)
    except Unreadable as error:
        note(full(unreadable(path, error)))
        return Exit.WRONG
    loaded, diagnostics = parse_deck(data, path)
    errors = [d for d in diagnostics if d.severity is Severity.ERROR]
    if loaded is None or not loaded.items:
        for diagnostic in diagnostics:
            note(full(diagnostic))
        note(f"{path} was not added: nothing in it can be studied. Mend it and add it again.")
        return Exit.WRONG
    target = workspace.locations.decks / f"{loaded.deck.id}.yaml"
    if target.exists():
        if target.read_bytes() == data:
            keep_origin(target.parent, loaded.deck.id, path)
            note(f"{loaded.deck.id} is in your library already, and the same.")
            return Exit.DONE
        raise UserError(
            f"your library has a deck {loaded.deck.id} already ({target}). "
            f"To replace it, first run `spinequiz decks remove {loaded.deck.id}`; its progress is kept. "
            "Where it was added from this file, `spinequiz decks update` takes the change over."
        )
    write_whole(target, data)
    keep_origin(target.parent, loaded.deck.id, path)
    say(f"added {loaded.deck.id}: {plural(len(loaded.items), 'item')}, in {target}")
    if errors:
        note(f"{plural(len(errors), 'mistake')} in it cost items; `spinequiz check {quote(path)}` shows them")
    return Exit.DONE


def remove_deck(deck_id: str) -> int:
    """Move a deck out of the library, into a folder beside it."""
    workspace = open_workspace()
    shelf_deck = workspace.shelf().find(deck_id)
    if shelf_deck is None:
        known = ", ".join(d.deck.id for d in workspace.shelf().decks if d.origin == "own") or "none"
        raise UserError(f"there is no deck {deck_id} in your library. Decks that you added: {known}.")
    if shelf_deck.origin != "own":
        raise UserError(
            f"{deck_id} comes with the program and cannot be removed. "
            f'To hide it, write hidden_decks = ["{deck_id}"] into {workspace.locations.settings}.'
        )
    source = Path(shelf_deck.compiled.path)
    folder = source.parent / "removed"
    folder.mkdir(exist_ok=True)
    target = _free_name(folder, source)
    os.replace(source, target)
    keep_origin(source.parent, deck_id, None)
    say(f"removed {deck_id}; the file is kept as {target}, and so is your progress")
    return Exit.DONE


def _free_name(folder: Path, source: Path) -> Path:
    """Where in a folder a file can go without taking the place of another."""
    names = (source.name, *(f"{source.stem}-{number}{source.suffix}" for number in range(2, 10_000)))
    return next(folder / name for name in names if not (folder / name).exists())


def write_whole(target: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise
