"""What the YAML parser's complaints mean to an author, with rule, place and cure.

The C parser and the pure one word their complaints differently and differ by a character in their marks, so what
is reported is taken from the lines themselves as far as they tell it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import yaml

from spinequiz.decks.compose import Refusal
from spinequiz.decks.outline import DASH, DECK_KEYS, FIRST_KEY, KEY_LINE, block_lines, item_keys
from spinequiz.decks.quotes import quote_fault
from spinequiz.documents.report import Report
from spinequiz.model.diagnostics import Related, Span

LONGEST_TEXT = 2000
"""Characters of a line that are looked at to explain an error."""
VALUE = re.compile(r"(?P<lead>[ ]*(?:- +)*(?:[^\s#'\"\[{&*!|>%@`][^#]*?:|-) +)(?P<value>\S.*)$")
GLUED_KEY = re.compile(r"(?P<lead>[ ]*(?:- +)*)(?P<key>[a-z_]+):(?=\S)")
BLOCK_WITH_TEXT = re.compile(r"[|>][+-]?[0-9]?\s+[^\s#]")
QUOTE_IT = "put the whole value in quotes"
READ_AS = {
    "*": ("alias", "a value that starts with `*` is read as an alias"),
    "&": ("anchor", "a value that starts with `&` is read as an anchor"),
    "!": ("explicit-tag", "a value that starts with `!` is read as a tag"),
    "@": ("reserved-character", "a value cannot start with `@`"),
    "`": ("reserved-character", "a value cannot start with a backquote"),
    "%": ("reserved-character", "a value cannot start with `%`"),
    ",": ("reserved-character", "a value cannot start with `,`"),
    "]": ("reserved-character", "a value cannot start with `]`"),
    "}": ("reserved-character", "a value cannot start with `}`"),
    "- ": ("reserved-character", "a value cannot start with a dash and a space"),
    "? ": ("reserved-character", "a value cannot start with `?` and a space"),
    "{{": ("unquoted-braces", "a value that starts with `{{` is read as a mapping"),
}


class Fault(NamedTuple):
    """A complaint with its place, and the lines of the piece that it is about."""

    problem: str
    context: str
    line: int
    column: int
    opened: Span | None
    first: int
    last: int

    @property
    def opened_line(self) -> int:
        """The line on which the broken structure starts."""
        return self.opened.line if self.opened else self.line


def explain(error: yaml.YAMLError, report: Report, first_line: int, last_line: int) -> None:
    """Report a syntax error of the lines from `first_line` to `last_line` in the author's terms."""
    if isinstance(error, Refusal):
        report.add(error.rule, error.message, error.span, error.help)
        return
    fault = _fault(error, report, first_line, last_line)
    for explainer in EXPLAINERS:
        if explainer(fault, report):
            return


def explain_astray(report: Report, number: int, key: str) -> None:
    """Report a line whose top-level key, or whose item's dash where there is no key, does not stand as it should."""
    text = report.line(number)
    start = len(text) - len(text.lstrip())
    if "\t" in text[:start]:
        _report_tab(report, Span(number, text.index("\t") + 1))
    elif key:
        report.add("bad-indentation", f"the key `{key}` is indented, its neighbours are not",
                   Span(number, start + 1, len(key)), "start the deck's own keys in the first column")  # fmt: skip
    elif not _glued_dash(report, number) and not _tab_after_dash(report, number):
        report.add("bad-indentation", "this item's dash does not stand under the other items' dashes",
                   Span(number, start + 1), "give the dashes of all items the same indentation")  # fmt: skip


def explain_text(report: Report, first_line: int, last_line: int) -> None:
    """Report lines that should hold keys, but are a text or a list."""
    fault = Fault("", "", first_line, 1, None, first_line, last_line)
    if not _glued(fault, report) and not _missing_colon(fault, report):
        _indentation(fault, report)


def _fault(error: yaml.YAMLError, report: Report, first: int, last: int) -> Fault:
    mark = getattr(error, "problem_mark", None)
    opened = getattr(error, "context_mark", None)
    line = min(mark.line + first, last) if mark else first
    column = min(mark.column, len(report.line(line))) + 1 if mark else 1
    span = Span(min(opened.line + first, last), opened.column + 1) if opened else None
    problem, context = (str(getattr(error, name, None) or "") for name in ("problem", "context"))
    return Fault(problem or str(error), context, line, column, span, first, last)


def _text(report: Report, number: int) -> str:
    return report.line(number)[:LONGEST_TEXT]


def _tab(fault: Fault, report: Report) -> bool:
    start = fault.line if "quoted" in fault.context else fault.opened_line
    skipped = block_lines(report.lines, fault.first, fault.last)
    for number in range(start, min(fault.line + 1, fault.last) + 1):
        text = report.line(number)
        indent = text[: len(text) - len(text.lstrip())]
        if "\t" in indent and text.strip() and number not in skipped:
            _report_tab(report, Span(number, indent.index("\t") + 1))
            return True
    if "any token" not in fault.problem:
        return False
    if any(_tab_after_dash(report, number) for number in (fault.line, fault.opened_line)):
        return True
    if report.line(fault.line)[fault.column - 1 : fault.column] == "\t":
        _report_tab(report, Span(fault.line, fault.column))
        return True
    return False


def _tab_after_dash(report: Report, number: int) -> bool:
    match = re.match(r"[ ]*(?:- *)*-[ ]*\t", _text(report, number))
    if match:
        _report_tab(report, Span(number, match.end()))
    return match is not None


def _report_tab(report: Report, span: Span) -> None:
    report.add("tab", "a tab where YAML allows only spaces", span, "write spaces instead")


def _escape(fault: Fault, report: Report) -> bool:
    if "quoted scalar" not in fault.context or not re.search("escape|hexdecimal", fault.problem):
        return False
    found = report.line(fault.line).rfind("\\", 0, fault.column)
    column = found + 1 if found >= 0 else fault.column
    report.add("bad-escape", "an unknown escape after a backslash", Span(fault.line, column, 2),
               "write the backslash twice, or use single quotes")  # fmt: skip
    return True


def _quotes(fault: Fault, report: Report) -> bool:
    found = quote_fault(report.lines, fault.first, fault.line, fault.last)
    if found is None and "quoted scalar" in fault.context and fault.opened is not None:
        found = ("unclosed-quote", fault.opened)
    if found is None:
        return False
    rule, span = found
    if rule == "unclosed-quote":
        report.add(rule, "the quote that opens here is never closed", span, "close it on its last line")
    else:
        report.add(rule, "text goes on after the closing quote", span,
                   "put the whole value in one pair of quotes, doubling single quotes inside it")  # fmt: skip
    return True


def _start(fault: Fault, report: Report) -> bool:
    """A value that starts with a character of YAML's own."""
    for number in dict.fromkeys((fault.line, fault.opened_line)):
        match = VALUE.match(_text(report, number))
        if match is None:
            continue
        value, column = match["value"], match.end("lead") + 1
        start = next((start for start in READ_AS if f"{value} ".startswith(start)), None)
        if start is not None:
            report.add(*READ_AS[start], Span(number, column, len(start.strip())), QUOTE_IT)
            return True
        if BLOCK_WITH_TEXT.match(value):
            report.add("reserved-character", f"a value that starts with `{value[0]}` is read as a block of text",
                       Span(number, column), QUOTE_IT)  # fmt: skip
            return True
        if number == fault.line and _reserved_within(fault, report):
            return True
        bracket = re.match(r"\[[^\[\]]*\]\s*[^\s#,:\]}]|\{[^{}]*\}\s*[^\s#,:\]}]", value)
        if bracket:
            kind = "list" if value[0] == "[" else "mapping"
            report.add("text-after-bracket", f"a value that starts with `{value[0]}` is read as a {kind}",
                       Span(number, column), QUOTE_IT)  # fmt: skip
            return True
    return False


def _reserved_within(fault: Fault, report: Report) -> bool:
    """An entry of a list in brackets, or a value in braces, that starts with a character of YAML's own."""
    start = report.line(fault.line)[fault.column - 1 : fault.column]
    if "cannot start any token" not in fault.problem or start not in ("@", "`", "%"):
        return False
    report.add(*READ_AS[start], Span(fault.line, fault.column), QUOTE_IT)
    return True


def _colon(fault: Fault, report: Report) -> bool:
    if "mapping values are not allowed" not in fault.problem:
        return False
    if _glued(fault, report):
        return True
    key = KEY_LINE.match(_text(report, fault.line))
    known = key is not None and (key["key"] in item_keys() or key["key"] in DECK_KEYS)
    if key and known and key.end("key") + 1 == fault.column and fault.line > fault.first:
        report.add("bad-indentation", f"the key `{key['key']}` is indented further than its neighbours",
                   Span(fault.line, key.start("key") + 1, len(key["key"])),
                   "indent the keys of one mapping by the same number of spaces")  # fmt: skip
    else:
        report.add("unquoted-colon", "a colon in an unquoted value, read as the end of a key",
                   Span(fault.line, fault.column), QUOTE_IT)  # fmt: skip
    return True


def _bracket(fault: Fault, report: Report) -> bool:
    if "flow" not in fault.context or fault.opened is None:
        return False
    report.add("unclosed-bracket", "the bracket that opens here is never closed rightly", fault.opened,
               "close it, or put the text in quotes")  # fmt: skip
    return True


def _glued(fault: Fault, report: Report) -> bool:
    """A dash or a colon without the space that makes it one."""
    skipped = block_lines(report.lines, fault.first, fault.last)
    for number in range(fault.first, fault.line + 1):
        if number in skipped:
            continue
        if _glued_dash(report, number):
            return True
        match = GLUED_KEY.match(_text(report, number))
        if match and (match["key"] in item_keys() or match["key"] in DECK_KEYS):
            report.add("missing-space", f"no space after the colon of the key `{match['key']}`",
                       Span(number, match.start("key") + 1, len(match["key"]) + 1), "write `key: value`")  # fmt: skip
            return True
    return False


def _glued_dash(report: Report, number: int) -> bool:
    dash = DASH.match(_text(report, number))
    if dash is None or dash["gap"] or not FIRST_KEY.match(dash["rest"]):
        return False
    report.add("missing-space", "no space after the dash", Span(number, len(dash["indent"]) + 1), "write `- id: ...`")
    return True


def _missing_colon(fault: Fault, report: Report) -> bool:
    number = fault.opened_line if "could not find expected ':'" in fault.problem else fault.line
    text = report.line(number)
    if number == fault.line and (not text.strip() or KEY_LINE.match(text) or DASH.match(text)):
        return False
    start = len(text) - len(text.lstrip())
    report.add("missing-colon", "a line that is neither `key: value` nor a list entry",
               Span(number, start + 1, max(1, len(text.strip()))),
               "write `key: value`, or indent the line under the text that it continues")  # fmt: skip
    return True


def _indentation(fault: Fault, report: Report) -> bool:
    text = report.line(fault.line)
    start = len(text) - len(text.lstrip())
    key = KEY_LINE.match(text)
    related: tuple[Related, ...] = ()
    if fault.opened is not None and fault.opened_line != fault.line:
        related = (Related("what it should fit starts here", fault.opened),)
    if DASH.match(text):
        message, length = "the dash does not stand under the dashes above it", 1
    elif key:
        message, length = f"the key `{key['key']}` does not stand under the keys above it", len(key["key"])
    else:
        message, length = "the line does not fit what stands above it", 1
    column = start + 1 if text.strip() else fault.column
    report.add("bad-indentation", message, Span(fault.line, column, length),
               "indent keys of one mapping, and dashes of one list, by the same number of spaces",
               related=related)  # fmt: skip
    return True


EXPLAINERS: tuple[Callable[[Fault, Report], bool], ...] = (
    _tab, _escape, _quotes, _start, _colon, _bracket, _glued, _missing_colon, _indentation,
)  # fmt: skip
