"""Reads nodes into msgspec types: the type is the schema, and every mistake gets its place and its cure.

`reader(type)` builds a function (node, report) -> value. A value that cannot be read comes back as INVALID,
with at least one error in the report; reading goes on behind it, so that all mistakes are found in one run.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any, Final

import msgspec
from msgspec import inspect

from spinequiz.documents.nodes import Mapping, Node, Refused, Scalar, Sequence
from spinequiz.documents.report import REPLACED, Report, nearest
from spinequiz.model.diagnostics import Related, Span

INVALID: Final = object()
Reader = Callable[[Node, Report], Any]

INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})")
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ufdd0]")
VISIBLE = re.compile("[^\\s\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f]")
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")


def kind_of(node: Node) -> str:
    """What a node is, in words."""
    if isinstance(node, Scalar):
        return f"`{node.value[:40]}`" if node.value or node.quoted else "nothing"
    return "a list" if isinstance(node, Sequence) else "a mapping"


def wrong_kind(node: Node, report: Report, wanted: str, help: str) -> Any:
    """Report that a value is not what is wanted here."""
    if isinstance(node, Refused) or (node.line, node.column) in report.places:
        return INVALID
    report.add("wrong-kind", f"expected {wanted}, found {kind_of(node)}", node.span, help)
    return INVALID


def read_text(node: Node, report: Report) -> Any:
    """A text without control characters and without bidirectional overrides."""
    if not isinstance(node, Scalar):
        return wrong_kind(node, report, "a text", "write a text here, in quotes")
    value = node.value
    if not value.isprintable() and (found := UNSAFE.search(value)):
        if REPLACED not in value:
            character = found[0]
            rule = "bidi-override" if BIDI.match(character) else "control-character"
            report.add(
                rule,
                f"the text holds the invisible character U+{ord(character):04X}",
                node.span,
                "remove the escape sequence that makes it",
            )
        return INVALID
    return value


def says_something(text: str) -> bool:
    """Whether a text holds more than spaces and characters that one does not see, such as a zero-width space."""
    return VISIBLE.search(text) is not None


def reader(kind: Any) -> Reader:
    """The reader of a type: a msgspec struct, a container of them, or a scalar with constraints."""
    return _reader(kind if isinstance(kind, inspect.Type) else inspect.type_info(kind))


def _reader(kind: inspect.Type) -> Reader:
    match kind:
        case inspect.StrType():
            return _text_reader(kind)
        case inspect.BoolType():
            return _read_bool
        case inspect.IntType():
            return _number_reader(kind, int, INTEGER, "a whole number")
        case inspect.FloatType():
            return _number_reader(kind, float, DECIMAL, "a number")
        case inspect.DecimalType():
            return _number_reader(kind, Decimal, DECIMAL, "a number")
        case inspect.LiteralType() | inspect.EnumType():
            return _word_reader(kind)
        case inspect.VarTupleType():
            return _list_reader(kind)
        case inspect.DictType():
            return _dict_reader(kind)
        case inspect.UnionType():
            return _union_reader(kind)
        case inspect.StructType():
            return struct_reader(kind.cls)
        case inspect.Metadata():
            return _reader(kind.type)
    raise TypeError(f"no reader for {kind!r}")


def _text_reader(kind: inspect.StrType) -> Reader:
    if kind.pattern is None and not kind.min_length and not kind.max_length:
        return read_text
    pattern = re.compile(kind.pattern) if kind.pattern else None
    longest = kind.max_length

    def read(node: Node, report: Report) -> Any:
        value = read_text(node, report)
        if value is INVALID:
            return INVALID
        if not says_something(value):
            report.add("empty-value", "the value is empty", node.span, "write the text, or remove the key")
            return INVALID
        if pattern is not None and (not pattern.match(value) or value.endswith("\n")):
            report.add(
                "bad-name",
                f"`{value[:60]}` is no valid name",
                node.span,
                "use lower-case letters, digits and single hyphens, such as `leak-rate`",
            )
            return INVALID
        if longest is not None and len(value) > longest:
            report.add("too-long", f"the name is longer than {longest} characters", node.span, "shorten it")
            return INVALID
        return value

    return read


def _read_bool(node: Node, report: Report) -> Any:
    if isinstance(node, Scalar) and node.value in ("true", "false"):
        return node.value == "true"
    return wrong_kind(node, report, "true or false", "write true or false")


def _number_reader(kind: Any, number: type[Any], pattern: re.Pattern[str], words: str) -> Reader:
    def read(node: Node, report: Report) -> Any:
        if not isinstance(node, Scalar) or not pattern.fullmatch(node.value):
            return wrong_kind(node, report, words, f"write {words} in digits")
        value = number(node.value)
        if (kind_ge := getattr(kind, "ge", None)) is not None and value < kind_ge:
            report.add("out-of-range", f"{node.value} is below {kind_ge}", node.span, _range(kind))
            return INVALID
        if (kind_le := getattr(kind, "le", None)) is not None and value > kind_le:
            report.add("out-of-range", f"{node.value} is above {kind_le}", node.span, _range(kind))
            return INVALID
        return value

    return read


def _range(kind: Any) -> str:
    low, high = getattr(kind, "ge", None), getattr(kind, "le", None)
    if low is not None and high is not None:
        return f"write a number from {low} to {high}"
    return f"write a number of {low} or more" if low is not None else f"write a number of {high} or less"


def _word_reader(kind: inspect.LiteralType | inspect.EnumType) -> Reader:
    values = kind.values if isinstance(kind, inspect.LiteralType) else tuple(m.value for m in kind.cls)
    by_word = {str(value): value for value in values}
    words = tuple(by_word)

    def read(node: Node, report: Report) -> Any:
        if not isinstance(node, Scalar):
            return wrong_kind(node, report, "a word", f"one of: {', '.join(words)}")
        if node.value in by_word:
            return by_word[node.value]
        close = nearest(node.value, words)
        hint = f"did you mean `{close}`? " if close else ""
        report.add(
            "unknown-value",
            f"`{node.value[:60]}` is not a value that this key knows",
            node.span,
            f"{hint}known: {', '.join(words)}",
        )
        return INVALID

    return read


def _list_reader(kind: inspect.VarTupleType) -> Reader:
    each = _reader(kind.item_type)
    least = kind.min_length or 0

    def read(node: Node, report: Report) -> Any:
        if not isinstance(node, Sequence):
            help = "write a list: [one, two], or in a deck one entry a line, each after `- `"
            return wrong_kind(node, report, "a list", help)
        values = [each(item, report) for item in node.items]
        if len(values) < least:
            report.add("empty-list", "the list has no entry", node.span, f"write {least} or more")
            return INVALID
        return INVALID if INVALID in values else tuple(values)

    return read


def _dict_reader(kind: inspect.DictType) -> Reader:
    read_key, read_value = _reader(kind.key_type), _reader(kind.value_type)

    def read(node: Node, report: Report) -> Any:
        if not isinstance(node, Mapping):
            return wrong_kind(node, report, "a mapping", "write `name: value` lines, indented under the key")
        if node.broken:
            return INVALID
        found: dict[Any, Any] = {}
        valid = True
        for key, value in unique_pairs(node, report):
            name, below = read_key(key, report), read_value(value, report)
            if name is INVALID or below is INVALID:
                valid = False
            else:
                found[name] = below
        return found if valid else INVALID

    return read


def _union_reader(kind: inspect.UnionType) -> Reader:
    others = [each for each in kind.types if not isinstance(each, inspect.NoneType)]
    if len(others) != 1:
        raise TypeError(f"no reader for a union of {others!r}")
    return _reader(others[0])


def unique_pairs(node: Mapping, report: Report) -> list[tuple[Scalar, Node]]:
    """The pairs of a mapping; a key that occurs again is reported and left out."""
    if len({key.value for key, _ in node.pairs}) == len(node.pairs):
        return node.pairs
    seen: dict[str, Scalar] = {}
    kept = []
    for key, value in node.pairs:
        first = seen.get(key.value)
        if first is not None:
            report.add(
                "duplicate-key",
                f"the key `{key.value[:60]}` occurs twice in this mapping",
                key.span,
                "keep one of them",
                related=(Related("first used here", first.span),),
            )
            continue
        seen[key.value] = key
        kept.append((key, value))
    return kept


@cache
def struct_reader(cls: type[msgspec.Struct]) -> Reader:
    """The reader of a struct: a mapping of its fields, or the text or list that its `shorthand` field takes."""
    read_fields = field_readers(cls)
    shorthand: str = getattr(cls, "shorthand", "")
    takes = Sequence if shorthand and _is_list(cls, shorthand) else Scalar

    def read(node: Node, report: Report) -> Any:
        if shorthand and isinstance(node, takes):
            value = read_fields[shorthand][0](node, report)
            return INVALID if value is INVALID else cls(**{shorthand: value})
        if shorthand and isinstance(node, Mapping) and _is_text_with_colon(node, tuple(read_fields), report):
            key = node.pairs[0][0]
            report.add("unquoted-colon", "a text with a colon in it is read as a mapping",
                       Span(key.line, key.column + key.length), "put the whole text in quotes")  # fmt: skip
            return INVALID
        if isinstance(node, Mapping) and node.broken:
            return INVALID
        if not isinstance(node, Mapping):
            keys = ", ".join(f"`{name}`" for name in read_fields)
            wanted = f"a {takes.kind} or a mapping" if shorthand else "a mapping"
            return wrong_kind(node, report, wanted, f"a mapping with the keys {keys}")
        return read_struct(cls, read_fields, node, report)

    return read


def _is_list(cls: type[msgspec.Struct], name: str) -> bool:
    info = inspect.type_info(cls)
    assert isinstance(info, inspect.StructType)
    return any(field.name == name and isinstance(field.type, inspect.VarTupleType) for field in info.fields)


def _is_text_with_colon(node: Mapping, known: tuple[str, ...], report: Report) -> bool:
    """Whether a mapping looks like a text that should have been quoted: no braces, and no key like a known one."""
    if not node.pairs or report.line(node.line)[node.column - 1 : node.column] == "{":
        return False
    return not any(key.value in known or nearest(key.value, known) for key, _ in node.pairs)


def field_readers(cls: type[msgspec.Struct], without: str = "") -> dict[str, tuple[Reader, bool]]:
    """For each field of a struct: its reader, and whether it is required. One may be left to another reader."""
    info = inspect.type_info(cls)
    assert isinstance(info, inspect.StructType)
    return {
        field.encode_name: (_reader(field.type), field.required)
        for field in info.fields
        if field.encode_name != without
    }  # fmt: skip


def read_struct(
    cls: type[msgspec.Struct],
    fields: dict[str, tuple[Reader, bool]],
    node: Mapping,
    report: Report,
    ignored: tuple[str, ...] = (),
) -> Any:
    """Read a mapping into a struct. Keys in `ignored` are another reader's."""
    before = report.errors
    values = read_values(fields, node, report, ignored)
    if report.errors > before or INVALID in values.values():
        return INVALID
    return cls(**values)


def read_values(
    fields: dict[str, tuple[Reader, bool]], node: Mapping, report: Report, ignored: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Read the values of a struct's fields; a value that cannot be read is INVALID.

    A missing key is reported, but where the slip that an unknown key is explains it.
    """
    values: dict[str, Any] = {}
    meant: set[str] = set()
    for key, below in unique_pairs(node, report):
        name = key.value
        field = fields.get(name)
        if field is not None:
            values[name] = field[0](below, report)
        elif not name and (key.line, key.column) in report.places:
            # a key that is no text, and was told already
            values[name] = INVALID
        elif name not in ignored:
            meant.add(unknown_key(key, (*fields, *ignored), report))
    for name, (_, required) in fields.items():
        if required and name not in values and name not in meant:
            missing_key(node, name, report)
    return values


def unknown_key(key: Scalar, known: tuple[str, ...], report: Report) -> str:
    """Report a key that nobody reads, with the known one that it is most like; that one, or an empty text."""
    if key.value == "<<":
        report.add("merge-key", "the merge key `<<` is not part of the format", key.span, "write the keys out")
        return ""
    close = nearest(key.value, known)
    cure = f"did you mean `{close}`?" if close else f"known here: {', '.join(known)}"
    report.add("unknown-key", f"the key `{key.value[:60]}` is not known here", key.span, cure)
    return close


def missing_key(node: Node, name: str, report: Report) -> None:
    """Report a required key that is not there."""
    report.add("missing-key", f"the key `{name}` is missing", node.span, f"add a line `{name}: ...`")
