"""Reads table rows straight from the pages of a SQLite file, for when its own index of them is damaged.

The layout is SQLite's documented file format (sqlite.org/fileformat2.html): a table's rows are cells of leaf pages of
type 13; a cell is payload length, row id and a record; a long record goes on in overflow pages. Pages of a
write-ahead log stand between frame headers of 24 bytes.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TABLE_LEAF = 13
INDEX_INTERIOR, INDEX_LEAF = 2, 10
HEADER_BYTES = 100
WAL_HEADER, FRAME_HEADER = 32, 24
MOST_PAYLOAD = 16 * 1024 * 1024
HEADER_OF_LOG = re.compile(rb"[\x19-\x60]\x55")
"""A record's header of some 24 columns or more, the first of which is a text of 36 characters: an id."""
LONGEST_PREFIX = 12
"""Bytes that the payload's length and the row id can take before a record."""


class BadCell(ValueError):
    """Bytes that are no cell of a table."""


def scan_rows(path: Path, columns: int) -> Iterator[tuple[Any, ...]]:
    """Every record with so many columns that a file and its -wal hold, in any order, possibly more than once."""
    for _, row in scan_cells(path, columns):
        yield row


def scan_cells(path: Path, columns: int) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The same, each with its row id. Bytes that are no UTF-8 become replacement characters."""
    for pages, wanted, size in _pages_of(path):
        yield from _rows_of(pages, wanted, columns, size)


def carve_cells(path: Path, columns: int) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Whatever looks like a row of the log, with its row id, on pages that do not say any more where their cells are.

    What is left of cells that moved is among them, and may be overwritten in part.
    """
    for pages, wanted, size in _pages_of(path):
        for page in wanted:
            for match in HEADER_OF_LOG.finditer(page):
                for start in range(max(0, match.start() - LONGEST_PREFIX), match.start() - 1):
                    try:
                        row_id, payload = _payload(pages, page, start, size, record=match.start())
                        row = _record(payload, columns)
                    except (BadCell, struct.error, IndexError):
                        continue
                    yield row_id, row


def scan_index(path: Path, *columns: int) -> Iterator[tuple[Any, ...]]:
    """Every record of indexes and of tables without row ids that fits on its page, if it has so many columns."""
    for _, wanted, size in _pages_of(path):
        for page in wanted:
            if len(page) < size or page[0] not in (INDEX_INTERIOR, INDEX_LEAF):
                continue
            first, before = (12, 4) if page[0] == INDEX_INTERIOR else (8, 0)
            for index in range(min(struct.unpack(">H", page[3:5])[0], size // 4)):
                try:
                    start = struct.unpack(">H", page[first + 2 * index : first + 2 * index + 2])[0] + before
                    length, at = _varint(page, start)
                    row = _record(page[at : at + length], *columns)
                except (BadCell, struct.error, IndexError):
                    continue
                yield row


def is_cut_off(path: Path) -> bool:
    """Whether a file is shorter than its header says, or has none."""
    with path.open("rb") as file:
        head = file.read(HEADER_BYTES)
    if len(head) < HEADER_BYTES:
        return True
    pages: int = struct.unpack(">I", head[28:32])[0]
    return pages * _page_size(head) > path.stat().st_size


def _pages_of(path: Path) -> Iterator[tuple[dict[int, bytes], list[bytes], int]]:
    """The pages of the main file, then those of the -wal: all pages by number, those meant, their size in bytes."""
    data = path.read_bytes()
    size = _page_size(data)
    wal = Path(f"{path}-wal")
    pages: dict[int, bytes] = {
        number: data[(number - 1) * size : number * size] for number in range(1, len(data) // size + 1)
    }
    yield pages, list(pages.values()), size
    if wal.exists():
        log = wal.read_bytes()
        frames = []
        for start in range(WAL_HEADER, len(log) - FRAME_HEADER - size + 1, FRAME_HEADER + size):
            number = struct.unpack(">I", log[start : start + 4])[0]
            page = log[start + FRAME_HEADER : start + FRAME_HEADER + size]
            pages[number] = page
            frames.append(page)
        yield pages, frames, size


def _page_size(data: bytes) -> int:
    found: int = struct.unpack(">H", data[16:18])[0] if len(data) >= HEADER_BYTES else 0
    if found == 1:
        return 65536
    return found if found >= 512 and found & (found - 1) == 0 else 4096


def _rows_of(pages: dict[int, bytes], wanted: Any, columns: int, size: int) -> Iterator[tuple[int, tuple[Any, ...]]]:
    for page in wanted:
        if len(page) < size or page[0] != TABLE_LEAF:
            continue
        count = struct.unpack(">H", page[3:5])[0]
        for index in range(min(count, size // 4)):
            try:
                start = struct.unpack(">H", page[8 + 2 * index : 10 + 2 * index])[0]
                row_id, payload = _payload(pages, page, start, size)
                row = _record(payload, columns)
            except (BadCell, struct.error, IndexError):
                continue
            yield row_id, row


def _payload(
    pages: dict[int, bytes], page: bytes, start: int, size: int, record: int | None = None
) -> tuple[int, bytes]:
    """The row id and the record of a cell; with `record`, only one whose record begins there."""
    length, at = _varint(page, start)
    row_id, at = _varint(page, at)
    if not 0 < length < MOST_PAYLOAD or record not in (None, at):
        raise BadCell
    most = size - 35
    if length <= most:
        return row_id, page[at : at + length]
    least = (size - 12) * 32 // 255 - 23
    local = least + (length - least) % (size - 4)
    local = local if local <= most else least
    payload = page[at : at + local]
    following = struct.unpack(">I", page[at + local : at + local + 4])[0]
    while len(payload) < length:
        overflow = pages.get(following)
        if overflow is None:
            raise BadCell
        payload += overflow[4 : 4 + length - len(payload)]
        following = struct.unpack(">I", overflow[:4])[0]
    return row_id, payload


def _record(payload: bytes, *columns: int) -> tuple[Any, ...]:
    header, at = _varint(payload, 0)
    kinds = []
    while at < header:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    if len(kinds) not in columns or at != header:
        raise BadCell
    values: list[Any] = []
    for kind in kinds:
        value, at = _value(payload, at, kind)
        values.append(value)
    if at != len(payload):
        raise BadCell
    return tuple(values)


def _value(payload: bytes, at: int, kind: int) -> tuple[Any, int]:
    if kind == 0:
        return None, at
    if kind in (8, 9):
        return kind - 8, at
    if kind == 7:
        return struct.unpack(">d", payload[at : at + 8])[0], at + 8
    if kind <= 6:
        length = (0, 1, 2, 3, 4, 6, 8)[kind]
        return int.from_bytes(payload[at : at + length], "big", signed=True), at + length
    if kind < 12:
        raise BadCell
    length = (kind - 12) // 2
    raw = payload[at : at + length]
    if len(raw) < length:
        raise BadCell
    return (raw.decode(errors="replace") if kind % 2 else raw), at + length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for index in range(8):
        byte = data[at + index]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + index + 1
    return value << 8 | data[at + 8], at + 9
