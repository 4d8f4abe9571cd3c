"""Bytes to text: encodings, sizes and characters that a deck must not hold."""

from __future__ import annotations

import errno
import os
import re
import stat
from itertools import islice

from spinequiz.documents.report import REPLACED, Report
from spinequiz.model.diagnostics import Span

LARGEST = 64 * 1024 * 1024
"""Bytes of a deck file; 50,000 items with long rationales take about 40 MB."""

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ufdd0]"
)
BAD_BYTE = re.compile("[\udc80-\udcff]")
BAD_BYTES = re.compile("[\udc80-\udcff]+")
MOST_FORBIDDEN = 500
"""More characters that no text holds than this, and the file is none."""
MOST_BAD_LINES = 100
"""Lines with bytes that are not UTF-8 that are reported one by one."""
WIDE = ({1, 3}, {0, 2}, {1, 2, 3}, {0, 1, 2})
"""Where the first four bytes of UTF-16 and UTF-32 are zero, for a text that starts with ASCII."""
LINE_ENDS = re.compile("\r\n|\r|\x85")


class Unreadable(Exception):
    """A file that cannot be read at all; the message is a rule, a sentence and a cure."""

    def __init__(self, rule: str, message: str, help: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.help = help


def read_bytes(path: str) -> bytes:
    """The file's bytes. Raises Unreadable for what is no readable regular file of a sensible size."""
    try:
        with open(path, "rb", opener=_open_now) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise Unreadable("not-a-file", "this is not a regular file", "name a deck file")
            if status.st_size > LARGEST:
                size = f"{status.st_size / 2**20:,.0f} MB"
                raise Unreadable(
                    "file-too-large", f"the file has {size}; a deck has at most {LARGEST // 2**20} MB",
                    "split it into several decks, or check that it is a deck",
                )  # fmt: skip
            return file.read(LARGEST + 1)
    except OSError as error:
        raise _unreadable(error) from error
    except ValueError as error:
        raise Unreadable("missing-path", "the path is not one that a file can have", "check it") from error


def _open_now(path: str, flags: int) -> int:
    # without O_NONBLOCK a named pipe would wait for its writer
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _unreadable(error: OSError) -> Unreadable:
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return Unreadable("missing-path", "there is no such file", "check the path")
        case errno.EACCES | errno.EPERM:
            return Unreadable("no-permission", "the file may not be read by you", "change its permissions")
        case errno.EISDIR:
            return Unreadable("not-a-file", "this is a folder", "name a deck file in it")
    return Unreadable("unreadable", f"the file cannot be read: {error.strerror}", "check the disk and the path")


def decode(data: bytes, path: str) -> Report:
    """A report on the file with its lines; characters that must not occur are reported and marked."""
    report = Report(path, [])
    zeros = {index for index, byte in enumerate(data[:4]) if byte == 0}
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")) or zeros in WIDE:
        report.add("utf-16", "the file is UTF-16 or UTF-32, not UTF-8", Span(1, 1), "save it as UTF-8 in your editor")
        return report
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
        report.lines = [data.split(b"\n", 1)[0].decode("utf-8", "replace")]
        report.add(
            "byte-order-mark", "the file starts with a byte order mark", Span(1, 1),
            "save it as UTF-8 without BOM; the deck is read all the same",
        )  # fmt: skip
    text = data.decode("utf-8", "surrogateescape")
    bad, forbidden = not text.isascii() and BAD_BYTE.search(text), FORBIDDEN.search(text)
    if not bad and not forbidden:
        report.lines = _lines(text)
        return report
    report.lines = _lines(BAD_BYTE.sub("\N{REPLACEMENT CHARACTER}", text))
    if bad:
        _report_bad_bytes(report, _lines(text))
    if forbidden:
        if len(list(islice(FORBIDDEN.finditer(text), MOST_FORBIDDEN + 1))) > MOST_FORBIDDEN:
            message = f"from here on, the file holds more than {MOST_FORBIDDEN} characters that no text holds"
            above = _lines(text[: forbidden.start()])
            report.add("not-text", message, Span(len(above), len(above[-1]) + 1), "name a deck file, which is text")
            report.lines = []
            return report
        _report_forbidden(report)
    report.lines = _lines(FORBIDDEN.sub(REPLACED, BAD_BYTE.sub(REPLACED, text)))
    return report


def _lines(text: str) -> list[str]:
    if "\r" in text or "\x85" in text:
        text = LINE_ENDS.sub("\n", text)
    return text.split("\n")


def _report_bad_bytes(report: Report, lines: list[str]) -> None:
    found = [(number, match) for number, line in enumerate(lines, 1) if (match := BAD_BYTES.search(line))]
    for number, match in found[:MOST_BAD_LINES]:
        raw = " ".join(f"{ord(c) - 0xDC00:02X}" for c in match[0][:4])
        report.add(
            "not-utf-8", f"bytes that are not UTF-8: {raw}", Span(number, match.start() + 1, len(match[0])),
            "save the file as UTF-8 in your editor",
        )  # fmt: skip
    if len(found) > MOST_BAD_LINES:
        number, match = found[MOST_BAD_LINES]
        report.add("not-utf-8", f"{len(found) - MOST_BAD_LINES} more lines with such bytes follow, from here on",
                   Span(number, match.start() + 1), "save the file as UTF-8 in your editor")  # fmt: skip


def _report_forbidden(report: Report) -> None:
    for number, line in enumerate(report.lines, 1):
        for match in FORBIDDEN.finditer(line):
            code = ord(match[0])
            bidi = 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069
            report.add(
                "bidi-override" if bidi else "control-character",
                f"the {'bidirectional override' if bidi else 'invisible character'} U+{code:04X}",
                Span(number, match.start() + 1),
                "remove it; right-to-left text needs no override" if bidi else "remove it",
            )
