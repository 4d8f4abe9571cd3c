"""Checks a write-ahead log before SQLite takes it in: SQLite passes over all that follows a damaged frame, silently.

The layout is SQLite's documented file format (sqlite.org/fileformat2.html, "The Write-Ahead Log"): a header of 32
bytes, then frames of a header of 24 bytes and a page each. A running checksum goes through all of it. Frames of an
earlier run of the log have other salts; a program that is killed leaves a tail without the mark of a commit.
"""

from __future__ import annotations

import struct
import time
from pathlib import Path

WAL_HEADER, FRAME_HEADER = 32, 24
MAGICS = {0x377F0682: "<", 0x377F0683: ">"}
"""The first four bytes, and the byte order of the checksums that they stand for."""
LOOKS, PAUSE_SECONDS = 4, 0.05
"""Another program may write while we read: what looks damaged is looked at again."""


def is_tail_damaged(progress: Path) -> bool:
    """Whether the -wal of a progress file holds committed pages behind damaged ones. Raises OSError."""
    path = progress.with_name(progress.name + "-wal")
    for look in range(LOOKS):
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return False
        if not _is_damaged(data):
            return False
        if look < LOOKS - 1:
            time.sleep(PAUSE_SECONDS)
    return True


def _is_damaged(data: bytes) -> bool:
    if len(data) <= WAL_HEADER:
        return False
    order = MAGICS.get(struct.unpack(">I", data[:4])[0])
    size: int = struct.unpack(">I", data[8:12])[0]
    if order is None or not (512 <= size <= 65536 and size & (size - 1) == 0):
        return True
    sums = _checksum(order, data[:24], (0, 0))
    if sums != struct.unpack(">II", data[24:32]):
        return True
    salts = data[16:24]
    starts = range(WAL_HEADER, len(data) - FRAME_HEADER - size + 1, FRAME_HEADER + size)
    sound = True
    for start in starts:
        header = data[start : start + FRAME_HEADER]
        page = data[start + FRAME_HEADER : start + FRAME_HEADER + size]
        if header[8:16] != salts:
            if sound and header[4:8] != bytes(4):
                # of an earlier run, or the last commit with nothing but its salts damaged: no checksum is of them
                found = _checksum(order, page, _checksum(order, header[:8], sums))
                if found == struct.unpack(">II", header[16:24]):
                    return True
            return sound and any(data[later + 8 : later + 16] == salts for later in starts if later > start)
        if sound:
            sums = _checksum(order, page, _checksum(order, header[:8], sums))
            sound = sums == struct.unpack(">II", header[16:24])
        if not sound and header[4:8] != bytes(4):
            # the page count that only a commit has
            return True
    return False


def _checksum(order: str, data: bytes, sums: tuple[int, int]) -> tuple[int, int]:
    first, second = sums
    for one, two in struct.iter_unpack(f"{order}II", data):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + two + first) & 0xFFFFFFFF
    return first, second
