"""Reading JSON Lines of a log: every line is checked before it may become a row, and mistakes are told by number."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Iterator
from functools import partial
from io import BytesIO
from typing import IO, NamedTuple

import msgspec
from msgspec.structs import replace

from spinequiz.model.cards import CardState, EntryKind, Phase, Preset, Review
from spinequiz.store.absorb import Entry, NamedPreset, NotAbsorbed
from spinequiz.store.interchange import (
    EARLIEST_MS,
    IMPORT,
    LATEST_MS,
    PRESET,
    Line,
    LineError,
    content_id,
    decode_answer,
    decode_line,
    line_review,
)
from spinequiz.store.rows import Row, review_row
from spinequiz.store.waiting import Packed, bare_row, is_bare, packed
from spinequiz.store.workers import mapped

UUID_7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
LATEST_HEX = f"{LATEST_MS:012x}"
EARLIEST_DAY, LATEST_DAY = -1, LATEST_MS // 86_400_000
LONGEST_DAYS = 36_500
EARLIEST_DUE_MS, LATEST_DUE_MS = EARLIEST_MS - 86_400_000, LATEST_MS + (LONGEST_DAYS + 1) * 86_400_000
LARGEST = 2**53
MOST_REVIEWS = 10**9
MOST_MISTAKES = 10
BOM = b"\xef\xbb\xbf"
PIECE_BYTES = 1 << 19
"""So much of a file is read at once, and to the end of its last line."""
LONGEST = 1 << 20
"""Bytes of a line. A row takes less than one in a thousand of it; what has no line ends is no file of lines."""
DayOf = Callable[[int], int]


class Reader:
    """Makes entries of lines. `known` are the names of presets that rows may name besides those of the lines."""

    def __init__(self, known: Collection[str], day_of: DayOf) -> None:
        self.presets = set(known)
        self.day_of = day_of

    def entry(self, data: bytes) -> Review | NamedPreset | None:
        """The entry of a line; None for a blank one. Raises LineError.

        Of a line that is too long the beginning is enough.
        """
        if len(data) > LONGEST:
            raise LineError(
                f"the line is longer than {LONGEST >> 20} MB, which no row is; name a file that `spinequiz export` "
                "wrote, or merge the other machine's `progress.db` itself"
            )
        data = data.removeprefix(BOM)
        if not data or data.isspace():
            return None
        line = decode_line(data)
        if line.kind == PRESET:
            return self._preset(line)
        review = line_review(line, self.day_of)
        if review.kind is EntryKind.ANSWER:
            if line.preset is None or line.desired_retention is None or not line.study_day:
                # what the schedule was made with is not known, so it is made here
                if review.before is not None or review.after is not None:
                    review = replace(review, before=None, after=None)
        elif review.before is not None or review.after is not None:
            raise LineError("only an answer has `before` and `after`")
        problem = row_problem(review, self.presets)
        if problem:
            raise LineError(problem)
        return review

    def _preset(self, line: Line) -> NamedPreset:
        if not line.id or line.settings is None:
            raise LineError("a preset needs an `id` and its `settings`")
        problem = preset_problem(line.settings)
        if problem:
            raise LineError(problem)
        self.presets.add(line.id)
        return NamedPreset(line.id, line.settings)


class Rows(NamedTuple):
    """The rows of some lines, and the names of the presets that they name."""

    rows: list[Row] | Packed
    presets: frozenset[str]


class Asked(set[str]):
    """Holds every name that it is asked for: which ones are known is looked up where that is known."""

    def __contains__(self, name: object) -> bool:
        self.add(str(name))
        return True


def read_entries(
    source: IO[bytes], name: str, known: Collection[str], day_of: DayOf, advanced: Callable[[int], None]
) -> Iterator[Entry]:
    """The entries of a file's lines, for `absorb`; `advanced` is told the bytes read.

    Lines are read in pieces, by several processes if there are many; memory holds some pieces. After a mistake
    nothing more is given, but the mistakes of the lines that follow are gathered, up to a line without an end.
    Raises NotAbsorbed with ten of them at most.
    """
    reader = Reader(known, day_of)
    mistakes: list[str] = []
    number = 0
    for lines, rows in mapped(partial(_piece, day_of), _pieces(source)):
        advanced(sum(map(len, lines)))
        if rows is not None and not mistakes and rows.presets <= reader.presets:
            number += len(lines)
            if isinstance(rows.rows, Packed):
                yield rows.rows
            else:
                yield from rows.rows
            continue
        for data in lines:
            number += 1
            try:
                entry = reader.entry(data)
            except LineError as error:
                mistakes.append(f"  line {number}: {error}")
                if len(mistakes) == MOST_MISTAKES:
                    break
                continue
            if entry is not None and not mistakes:
                yield entry
        if len(mistakes) == MOST_MISTAKES:
            break
    if mistakes:
        found = "\n".join(mistakes)
        raise NotAbsorbed(f"{name} holds lines that are no rows of a log. Nothing was changed.\n{found}")


def _pieces(source: IO[bytes]) -> Iterator[list[bytes]]:
    """The lines of a file. A line that is too long is the last one, cut off."""
    while block := source.read(PIECE_BYTES):
        lines = BytesIO(block).readlines()
        if not lines[-1].endswith(b"\n"):
            lines[-1] += source.readline(LONGEST)
        yield lines
        if len(lines[-1]) > LONGEST:
            return


def _piece(day_of: DayOf, lines: list[bytes]) -> Rows | None:
    """The rows of some lines; None where a line is a preset or a mistake: such lines are read one by one."""
    if len(lines[-1]) > LONGEST:
        return None
    answers = _answers(day_of, lines)
    if answers is not None:
        return Rows(packed(answers), frozenset())
    reader = Reader((), day_of)
    reader.presets = Asked()
    rows = []
    try:
        for data in lines:
            entry = reader.entry(data)
            if isinstance(entry, NamedPreset):
                return None
            if entry is not None:
                rows.append(review_row(entry))
    except LineError:
        return None
    bare = bool(rows) and all(map(is_bare, rows))
    return Rows(packed([*map(bare_row, rows)]) if bare else rows, frozenset(reader.presets))


def _answers(day_of: DayOf, lines: list[bytes]) -> list[Row] | None:
    """The values of BARE of some lines, if each has the least that an answer needs; what `Reader` makes of them."""
    rows = []
    try:
        for line in map(decode_answer, lines):
            at_ms = line.at_ms
            rows.append(
                (
                    content_id(line, at_ms), line.deck, line.item, line.variant, at_ms, day_of(at_ms), line.rating,
                    None, None, IMPORT, None, None, None, None, None, None,
                )
            )  # fmt: skip
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError, OverflowError, OSError):
        return None
    return rows


def row_problem(review: Review, presets: Container[str]) -> str:
    """What is wrong with a row that came from elsewhere, in words; empty if nothing is.

    `presets` are the names of presets that it may name.
    """
    if not EARLIEST_MS <= review.at_ms <= LATEST_MS:
        return f"the instant {review.at_ms} does not lie between the years 1970 and 2500 (`at_ms` counts ms)"
    if not UUID_7.fullmatch(review.id) or review.id[:8] + review.id[9:13] > LATEST_HEX:
        return f"the id {review.id!r} is no UUID of version 7; leave it out, and one is made"
    if not EARLIEST_DAY <= review.study_day <= LATEST_DAY:
        return "the study day does not lie between the years 1970 and 2500"
    if review.preset_id is not None and review.preset_id not in presets:
        return f"the preset {review.preset_id!r} is not known; its line comes before the rows that name it"
    if review.desired_retention is not None and not 0 < review.desired_retention < 1:
        return f"`desired_retention` is {review.desired_retention}, and must lie between 0 and 1"
    if not 0 <= (review.duration_ms or 0) <= LARGEST:
        return f"`duration_ms` is {review.duration_ms}"
    if not 0 <= (review.rev or 0) <= LARGEST:
        return f"`rev` is {review.rev}"
    if review.score is not None and not 0 <= review.score.points <= review.score.max_points <= LARGEST:
        return f"{review.score.points} of {review.score.max_points} points cannot be"
    return _state_problem(review.before) or _state_problem(review.after) or _kind_problem(review)


def preset_problem(preset: Preset) -> str:
    """What is wrong with a preset that came from elsewhere; empty if nothing is."""
    from spinequiz.scheduling.outcomes import check_weights

    steps = (*preset.learning_steps, *preset.relearning_steps)
    if not all(0 < seconds <= 366 * 86_400 for seconds in steps):
        return "a step of the preset is not between a second and a year"
    if not 1 <= preset.maximum_interval <= LONGEST_DAYS:
        return f"the preset's `maximum_interval` is {preset.maximum_interval} days, and must be 1 to {LONGEST_DAYS}"
    if not 0 <= preset.leech_lapses <= LARGEST:
        return f"the preset's `leech_lapses` is {preset.leech_lapses}"
    return check_weights(preset.weights) if preset.weights else ""


def _state_problem(state: CardState | None) -> str:
    if state is None:
        return ""
    if (state.phase is Phase.REVIEW) != (state.step is None):
        return "a state has a `step` in learning and relearning, and none in review"
    if not (0 < state.stability <= 1e6 and 1 <= state.difficulty <= 10):
        return f"stability {state.stability} and difficulty {state.difficulty} cannot be"
    step = state.step or 0
    if min(step, state.reps, state.lapses) < 0 or max(step, state.reps, state.lapses) > MOST_REVIEWS:
        return "a count of a state is negative or far too large"
    if not (EARLIEST_DAY <= state.last_day <= LATEST_DAY and EARLIEST_DUE_MS <= state.due_ms <= LATEST_DUE_MS):
        return "`last_day` or `due` of a state does not lie between the years 1970 and 2600"
    if not 0 <= state.interval_days <= LONGEST_DAYS:
        return f"`interval_days` of a state is {state.interval_days}, and must be 0 to {LONGEST_DAYS}"
    return ""


def _kind_problem(review: Review) -> str:
    """What does not belong to the kind of a row, or is missing from it."""
    kind = review.kind
    if kind is EntryKind.ANSWER and review.withdraws is None and review.until_day is None:
        if review.corrects is None and review.previous is None:
            return ""
    for needed, name, value in (
        (EntryKind.WITHDRAW, "withdraws", review.withdraws),
        (EntryKind.BURY, "until", review.until_day),
        (EntryKind.RESCORE, "corrects", review.corrects),
        (EntryKind.RELINK, "previous_deck` and `previous_item", review.previous),
    ):
        if kind is needed and value is None:
            return f"a row of kind {kind.value} needs `{name}`"
        if kind is not needed and value is not None:
            return f"a row of kind {kind.value} has no `{name}`"
    if review.until_day is not None and not EARLIEST_DAY <= review.until_day <= LATEST_DAY:
        return "`until` does not lie between the years 1970 and 2500"
    if kind is EntryKind.RESCORE and (review.rating is None or review.score is None):
        return "a row of kind rescore needs `rating`, `points` and `max_points`"
    return ""
