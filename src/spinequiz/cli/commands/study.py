"""`spinequiz` and `spinequiz study`: which decks, and which front end."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from shlex import quote

from spinequiz.cli.output import Exit, UserError, complain, note, require_output
from spinequiz.cli.workspace import open_workspace
from spinequiz.decks.files import is_path
from spinequiz.session.arrivals import Arrivals, take_in
from spinequiz.session.workspace import ShelfDeck, Workspace
from spinequiz.store.errors import StoreError


def wants_plain() -> bool:
    """Whether this is no place for a full screen: no terminal on either side, or a dumb one."""
    if os.environ.get("TERM", "") == "dumb":
        return True
    return not (sys.stdout.isatty() and sys.stdin.isatty())


def open_library(paths: Sequence[str]) -> int:
    """The library screen; where there is no terminal, the list of decks."""
    for path in paths:
        if not os.path.exists(path):
            raise _no_such(path)
    if wants_plain():
        from spinequiz.cli.commands.decks import list_decks

        note("This is no terminal, so here is the list; `spinequiz study` studies.")
        return list_decks(paths, as_json=False)
    from spinequiz.tui import run

    workspace = open_workspace(paths)
    with _shared(workspace) as arrivals:
        return run(workspace, arrivals=arrivals)


def run_study(names: Sequence[str], *, tag: str, limit: int | None, plain: bool) -> int:
    """Study decks in the TUI, or line by line."""
    require_output()
    paths = [name for name in names if is_path(name)]
    workspace = open_workspace(paths)
    decks = _chosen(workspace, names, paths)
    if tag and not any(_has_tag(workspace, shelf_deck, tag) for shelf_deck in decks):
        raise UserError(f"no item of these decks has the tag {tag}. Check its spelling.")
    with _shared(workspace) as arrivals:
        if plain or wants_plain():
            from spinequiz.plain import run as run_plain

            return run_plain(
                workspace,
                decks,
                tag=tag,
                limit=limit,
                source=sys.stdin,
                out=sys.stdout,
                err=sys.stderr,
                arrivals=arrivals,
            )
        from spinequiz.tui import run as run_tui

        return run_tui(workspace, decks=decks, tag=tag, limit=limit, arrivals=arrivals)


@contextmanager
def _shared(workspace: Workspace) -> Iterator[Arrivals]:
    """Take in what other machines left in the shared folder, and leave there what is answered.

    At the end it is told if no backup could be made.
    """
    try:
        with _exchanged(workspace) as arrivals:
            yield arrivals
    finally:
        workspace.close()
        if workspace.backup_trouble:
            complain(f"the automatic backup failed; every answer is kept all the same. {workspace.backup_trouble}")


@contextmanager
def _exchanged(workspace: Workspace) -> Iterator[Arrivals]:
    if not workspace.settings.shared_folder:
        yield Arrivals()
        return
    from spinequiz.session.sharing import share

    arrivals = take_in(workspace)
    try:
        yield arrivals
    finally:
        try:
            for told in share(workspace, reading=False):
                complain(told)
        except StoreError as error:
            complain(f"what was answered is not in the shared folder yet: {error}")


def _chosen(workspace: Workspace, names: Sequence[str], paths: Sequence[str]) -> list[ShelfDeck]:
    shelf = workspace.shelf()
    _report_unusable(workspace)
    if not names:
        if not shelf.decks:
            raise UserError("there is no deck to study. Add one with `spinequiz decks add PATH`.")
        return list(shelf.decks)
    chosen: dict[str, ShelfDeck] = {}
    for name in names:
        if name in paths:
            found = [d for d in shelf.decks if d.origin == "named" and _inside(d.compiled.path, name)]
            if not found:
                raise UserError(f"{name} holds no deck that can be studied; `spinequiz check {quote(name)}` shows why.")
        else:
            shelf_deck = shelf.find(name)
            if shelf_deck is None:
                raise _unknown_deck(workspace, name)
            found = [shelf_deck]
        for shelf_deck in found:
            chosen[shelf_deck.deck.id] = shelf_deck
    return list(chosen.values())


def _report_unusable(workspace: Workspace) -> None:
    """Say on standard error what is wrong with the decks that were named."""
    from spinequiz.documents.render import full, plural

    shelf = workspace.shelf()
    for compiled, origin in shelf.unusable:
        if origin == "named":
            for diagnostic in workspace.catalogue.diagnostics(compiled):
                note(full(diagnostic))
    for shelf_deck in shelf.decks:
        if shelf_deck.origin == "named" and shelf_deck.compiled.errors:
            count = plural(shelf_deck.compiled.errors, "mistake")
            note(f"{shelf_deck.compiled.path} has {count}; `spinequiz check` shows them. The rest is studied.")


def _inside(path: str, name: str) -> bool:
    absolute, wanted = os.path.abspath(path), os.path.abspath(name)
    return absolute == wanted or os.path.dirname(absolute) == wanted


def _has_tag(workspace: Workspace, shelf_deck: ShelfDeck, tag: str) -> bool:
    return any(tag in found.item.tags for found in workspace.catalogue.items(shelf_deck.compiled.digest))


def _unknown_deck(workspace: Workspace, name: str) -> UserError:
    from spinequiz.documents.report import nearest

    known = tuple(d.deck.id for d in workspace.shelf().decks)
    close = nearest(name, known)
    hint = f"Did you mean {close}?" if close else "`spinequiz decks` lists those there are."
    return UserError(f"there is no deck {name or '``'}, and no file of that name. {hint}")


def _no_such(path: str) -> UserError:
    from spinequiz.cli.app import cli
    from spinequiz.documents.report import nearest

    close = nearest(path, tuple(cli.commands))
    if close and not is_path(path):
        return UserError(f"{path} is neither a command nor a file. Did you mean `spinequiz {close}`?", Exit.USAGE)
    return UserError(f"there is no file or folder {path}. Check the path; `spinequiz --help` lists the commands.")
