"""Past answers held against a corrected key: the rows that give them another score, and bring their cards back."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec.structs import replace

from spinequiz.decks.catalogue import CompiledItem
from spinequiz.grading import grader_of
from spinequiz.grading.keys import KeyForm, decode_key, is_comparable, is_corrected, key_form
from spinequiz.grading.rescore import rescore
from spinequiz.model.cards import CardKey, EntryKind, Rating, Review, ReviewId, Score
from spinequiz.model.items import Item
from spinequiz.model.responses import decode_response
from spinequiz.scheduling.rating import proposed_rating
from spinequiz.scheduling.replay import answers_revision
from spinequiz.store.earlier import Version, versions
from spinequiz.store.known import KnownItem, item_entries
from spinequiz.store.relinks import kin

if TYPE_CHECKING:
    from spinequiz.session.workspace import Workspace


class Corrections(NamedTuple):
    """Rows to write; how many answers have another score by them, and how many of those were a wrong pass or miss."""

    rows: list[Review]
    rescored: int
    regraded: int


def correct(
    workspace: Workspace,
    connection: sqlite3.Connection,
    now: KnownItem,
    found: CompiledItem,
    unknown: KnownItem | None = None,
) -> Corrections:
    """The rows that give the answers to earlier versions of an item the score of its key.

    `unknown` is the version that answers count as given to whose own is not known: the one before, where the item
    changed just now. Without it they stay as they are, for they may be to a later version; so do those that another
    machine scored by a version that came after the present one there. A card with an answer that was a wrong pass
    or miss comes back at once: its student learned something wrong, or was told so.
    """
    key = key_form(found.item)
    rows: list[Review] = []
    rescored = regraded = 0
    for card, entries in item_entries(connection, now.deck_id, now.item_id).items():
        past = versions(connection, kin(connection, card))
        withdrawn = {row.withdraws for row in entries if row.kind is EntryKind.WITHDRAW}
        standing = [row for row in entries if row.id not in withdrawn]
        answers = [row for row in standing if row.kind is EntryKind.ANSWER]
        flips = 0
        for answer in answers:
            scores = [answer, *(row for row in standing if row.corrects == answer.id)]
            counted = scores[-1]
            if counted.content_hash == now.content_hash:
                continue
            to = {version.content_hash: version for version in past}.get(counted.content_hash or "")
            if to is not None and unknown is None and _has_moved_on(past, scores, now):
                continue
            old_key = _corrected_key(to or unknown, now, key)
            made = old_key and _scored(found.item, old_key, key, answer, counted)
            if made:
                score, rating = made
                flips += rating is not counted.rating
                rescored += 1
                row = row_of(workspace, EntryKind.RESCORE, card, now)
                rows.append(replace(row, corrects=answer.id, score=score, rating=rating, rev=now.rev))
        revise = row_of(workspace, EntryKind.REVISE, card, now)
        if flips and not answers_revision(answers[-1], revise):
            rows.append(revise)
        regraded += flips
    return Corrections(rows, rescored, regraded)


def row_of(workspace: Workspace, kind: EntryKind, card: CardKey, now: KnownItem) -> Review:
    """A row that is written because an item changed."""
    return Review(
        id=ReviewId(""),
        kind=kind,
        card=card,
        at_ms=workspace.clock.now_ms(),
        study_day=workspace.today(),
        device="",
        content_hash=now.content_hash,
    )


def is_correction(old: KnownItem | Version, now: KnownItem, key: KeyForm) -> bool:
    """Whether the key of an item was corrected between two versions; `key` is that of the later one.

    Where the question changed and the author raised `rev`, it is another question: the past answers were not to it.
    """
    old_key = decode_key(old.key_form)
    another = now.rev > old.rev and now.question_hash != old.question_hash
    return old_key is not None and not another and is_corrected(old_key, key)


def _corrected_key(old: KnownItem | Version | None, now: KnownItem, key: KeyForm) -> KeyForm | None:
    return decode_key(old.key_form) if old is not None and is_correction(old, now, key) else None


def _has_moved_on(past: Sequence[Version], scores: Sequence[Review], now: KnownItem) -> bool:
    """Whether a machine that had the present version scored an answer by one that came after it, there but not here.

    Its deck is the newer one then, where both know a key that was corrected and corrected back.
    """
    last = scores[-1].content_hash
    if {row.content_hash for row in scores[:-1]} - {last} != {now.content_hash}:
        return False
    hashes = [version.content_hash for version in past]
    before = hashes[: len(hashes) - 1 - hashes[::-1].index(last or "")]
    return now.content_hash not in before


def _scored(item: Item, old_key: KeyForm, key: KeyForm, answer: Review, counted: Review) -> tuple[Score, Rating] | None:
    """The score and the rating of an answer by the new key; None where they stay as they count now."""
    if answer.response is None or counted.score is None or counted.rating is None:
        return None
    try:
        response = decode_response(answer.response)
    except msgspec.DecodeError:
        return None
    grade = rescore(item, answer.response) if is_comparable(old_key, key, response, item) else None
    if grade is None:
        return None
    pass_mark = grader_of(item).pass_mark
    before, after = (proposed_rating(score, pass_mark) for score in (counted.score, grade.score))
    rating = counted.rating if before is after else after
    return None if (grade.score, rating) == (counted.score, counted.rating) else (grade.score, rating)
