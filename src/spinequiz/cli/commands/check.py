"""`spinequiz check`."""

from __future__ import annotations

import gc
import os
from collections.abc import Sequence
from pathlib import Path

from spinequiz.cli.output import Exit, UserError, note, say
from spinequiz.decks.files import deck_files
from spinequiz.decks.load import load_deck
from spinequiz.decks.sources import SourceTexts, read_sources
from spinequiz.documents.render import FORMATS, summary
from spinequiz.model.diagnostics import Diagnostic, Severity, Span

NOT_JUDGED = (
    "No program can judge whether distractors are plausible, whether one answer is the best, or whether it is "
    "clinically true: have a colleague read the items."
)


def run_check(paths: Sequence[str], *, form: str, sources: str | None) -> int:
    """Check deck files and the deck files of folders; print what is wrong in the form asked for."""
    texts = _read_sources(sources)
    render = FORMATS[form]
    # a tree of nodes has no cycles, and the collector's looking for them takes longer than the parsing
    gc.disable()
    found: list[Diagnostic] = []
    first_used: dict[str, str] = {}
    decks = items = 0
    for path in _expand(paths, found):
        deck, diagnostics = load_deck(path, texts, lint=True)
        found += diagnostics
        if deck is not None:
            decks += 1
            items += len(deck.items)
            first = first_used.setdefault(deck.deck.id, path)
            if first != path:
                found.append(_duplicate(deck.deck.id, path, first))
        gc.collect(0)
    for diagnostic in found:
        say(render(diagnostic))
    note(summary(found, decks, items))
    if form == "full" and items:
        note(NOT_JUDGED)
    return Exit.WRONG if any(d.severity is Severity.ERROR for d in found) else Exit.DONE


def _expand(paths: Sequence[str], found: list[Diagnostic]) -> list[str]:
    """The files to check; a folder stands for the deck files in it."""
    files: list[str] = []
    for path in paths:
        if not os.path.isdir(path):
            files.append(path)
            continue
        try:
            inside = deck_files(Path(path))
        except OSError as error:
            message = f"the folder cannot be read: {error.strerror}"
            found.append(Diagnostic("no-permission", Severity.ERROR, message, path, help="change its permissions"))
            continue
        if not inside:
            found.append(
                Diagnostic(
                    "no-decks",
                    Severity.ERROR,
                    "the folder holds no deck files",
                    path,
                    help="decks end in .yaml or .yml",
                )
            )
        files += inside
    return files


def _duplicate(deck_id: str, path: str, first: str) -> Diagnostic:
    return Diagnostic(
        "duplicate-deck-id",
        Severity.ERROR,
        f"the deck id `{deck_id}` is already used by {first}",
        path,
        Span(1, 1),
        help="give each deck an id of its own; progress is kept under it",
    )


def _read_sources(folder: str | None) -> SourceTexts | None:
    if folder is None:
        return None
    try:
        return read_sources(Path(folder))
    except OSError as error:
        raise UserError(f"the sources folder {folder} cannot be read: {error.strerror}. Check --sources.") from error
