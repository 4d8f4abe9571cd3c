"""What the YAML parser's complaints mean to an author, with rule, place and cure."""

from __future__ import annotations

import re

import yaml

from spinequiz.documents.report import Report
from spinequiz.model.diagnostics import Related, Span

VALUE = re.compile(r"^(?P<lead>[ ]*(?:- +)*(?:[^\s#'\"\[{&*!|>%@`][^#]*?:|-) +)(?P<value>\S.*)$")
KEY = re.compile(r"^ +(?P<key>[A-Za-z_][\w-]*):(?= |$)")
STARTS = {
    "*": ("alias", "a value that starts with `*` is read as an alias", "put the value in quotes"),
    "&": ("anchor", "a value that starts with `&` is read as an anchor", "put the value in quotes"),
    "!": ("explicit-tag", "a value that starts with `!` is read as a tag", "put the value in quotes"),
    "@": ("reserved-character", "a value cannot start with `@`", "put the value in quotes"),
    "`": ("reserved-character", "a value cannot start with a backquote", "put the value in quotes"),
    "%": ("reserved-character", "a value cannot start with `%`", "put the value in quotes"),
    "{{": ("unquoted-braces", "a value that starts with `{{` is read as a mapping", "put the whole value in quotes"),
}


def explain(error: yaml.YAMLError, report: Report, first_line: int, last_line: int) -> None:
    """Report a syntax error of the lines from `first_line` to `last_line` in the author's terms."""
    problem = str(getattr(error, "problem", "") or error)
    context = str(getattr(error, "context", "") or "")
    mark = getattr(error, "problem_mark", None)
    opened = getattr(error, "context_mark", None)
    line = min(mark.line + first_line, last_line) if mark else first_line
    column = mark.column + 1 if mark else 1
    opened_line = opened.line + first_line if opened else line

    tab = _tab_indent(report, opened_line if "quoted" not in context else line, line)
    if "\\t" in problem or "'\t'" in problem or tab:
        at = tab or Span(line, column)
        report.add("tab", "a tab where YAML allows only spaces", at, "indent with spaces")
        return
    if "quoted scalar" in context and opened is not None:
        if "escape" in problem:
            report.add(
                "bad-escape", "an unknown escape after a backslash", Span(line, column),
                "write the backslash twice, or use single quotes",
            )  # fmt: skip
            return
        span = Span(opened_line, opened.column + 1)
        report.add("unclosed-quote", "the quote that opens here is never closed", span, "close it on its last line")
        return
    for number in dict.fromkeys((line, opened_line)):
        if _explain_start(report, number):
            return
    if "mapping values are not allowed" in problem:
        key = KEY.match(report.line(line))
        if key and key.end("key") + 1 == column and line > first_line:
            report.add("bad-indentation", f"the key `{key['key']}` is indented further than its neighbours",
                       Span(line, key.start("key") + 1, len(key["key"])),
                       "indent the keys of one mapping by the same number of spaces")  # fmt: skip
            return
        report.add(
            "unquoted-colon", "a colon followed by a space inside an unquoted value", Span(line, column),
            "put the whole value in quotes",
        )  # fmt: skip
        return
    if "flow" in context:
        span = Span(opened_line, opened.column + 1 if opened else column)
        report.add("unclosed-bracket", "the bracket that opens here is never closed rightly", span,
                   "close it, or put the text in quotes")  # fmt: skip
        return
    related: tuple[Related, ...] = ()
    if opened is not None and opened_line != line:
        related = (Related("while reading what starts here", Span(opened_line, opened.column + 1)),)
    quoted = re.match(r"^\s*(?:- +)*[\w-]+: +(['\"]).*\1(?=\s*[^\s#])", report.line(line))
    if quoted and "expected" in problem:
        report.add("text-after-quote", "text goes on after the closing quote", Span(line, column),
                   "put the whole value in one pair of quotes, doubling quotes inside", related=related)  # fmt: skip
        return
    if "could not find expected ':'" in problem:
        number = opened_line
        text = report.line(number)
        start = len(text) - len(text.lstrip())
        report.add("missing-colon", "a line that is neither `key: value` nor a list entry",
                   Span(number, start + 1, max(1, len(text.strip()))),
                   "write `key: value`, or indent the line under the text that it continues")  # fmt: skip
        return
    text = report.line(line)
    start = len(text) - len(text.lstrip())
    report.add("bad-indentation", f"the line does not fit what stands above it ({problem})",
               Span(line, min(column, start + 1) if text.strip() else column, 1),
               "indent keys of one mapping, and dashes of one list, by the same number of spaces",
               related=related)  # fmt: skip


def _explain_start(report: Report, number: int) -> bool:
    """Report a value on this line that starts with a character of YAML's own."""
    match = VALUE.match(report.line(number))
    if match is None:
        return False
    value = match["value"]
    for start in ("{{", "*", "&", "!", "@", "`", "%"):
        if value.startswith(start):
            rule, message, help = STARTS[start]
            report.add(rule, message, Span(number, match.end("lead") + 1, len(start)), help)
            return True
    return False


def _tab_indent(report: Report, first: int, last: int) -> Span | None:
    """The first tab in the indentation of the lines around an error."""
    for number in range(max(1, first), last + 2):
        text = report.line(number)
        indent = text[: len(text) - len(text.lstrip())]
        if "\t" in indent and text.strip():
            return Span(number, indent.index("\t") + 1)
    return None
