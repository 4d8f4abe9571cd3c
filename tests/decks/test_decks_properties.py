"""Whatever is done to a deck file, the compiler gives a deck or says why not, at places that exist."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from deck_texts import HEAD, basic
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spinequiz.decks import compose
from spinequiz.decks.files import bundled_files
from spinequiz.decks.load import parse_deck
from spinequiz.documents.render import FORMATS
from spinequiz.model.diagnostics import Severity

EACH = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
SNIPPETS = [
    b"\t", b"'", b'"', b":", b": ", b"#", b"- ", b"-", b"{", b"}", b"[", b"]", b"{{", b"}}", b"&a", b"*a", b"!", b"|",
    b">", b"%", b"@", b"`", b"\n", b"\r", b"\r\n", b"\0", b"\x1b", b"\xff", b"\xef\xbb\xbf", b"\xe2\x80\xae",
    b"\xe2\x80\xa8", b"\xc2\x85", b"\n---\n", b"\n...\n", b"? ", b"  ", b"\\", b"\\x00", b"\\ud800", b",", b"~",
    b"\xf0\x9f\x98\x80", b"\xed\xa0\x80", b"\nitems:\n", b"\n  - id: x\n", b"\n- id: y\n", b"\nid: z\n",
    b"\nwhy: z\n", b"<<: ",
]  # fmt: skip
DECKS = [Path(path).read_bytes() for path in bundled_files()]


@pytest.fixture(params=["c", "pure"], autouse=True, scope="module")
def loader(request: pytest.FixtureRequest) -> Iterator[None]:
    before = compose.Loader
    if request.param == "pure":
        compose.Loader = compose.PureLoader
    yield
    compose.Loader = before


@st.composite
def excerpts(draw: st.DrawFn) -> bytes:
    """The head of a bundled deck with a few of its items."""
    head, items = draw(st.sampled_from(DECKS)).split(b"\nitems:\n", 1)
    each = (b"\n" + items).split(b"\n  - id: ")[1:]
    start = draw(st.integers(0, len(each) - 1))
    kept = each[start : start + draw(st.integers(1, 3))]
    return head + b"\nitems:" + b"".join(b"\n  - id: " + item for item in kept) + b"\n"


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A deck with characters, bytes or lines deleted, inserted, replaced or moved."""
    data = draw(excerpts())
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(["delete", "insert", "replace", "byte", "drop line", "indent", "repeat line"])):
            case "delete":
                data = data[:at] + data[at + draw(st.integers(1, 60)) :]
            case "insert":
                data = data[:at] + draw(st.sampled_from(SNIPPETS)) + data[at:]
            case "replace":
                data = data[:at] + draw(st.sampled_from(SNIPPETS)) + data[at + 1 :]
            case "byte":
                data = data[:at] + bytes([draw(st.integers(0, 255))]) + data[at + 1 :]
            case change:
                lines = data.split(b"\n")
                number = draw(st.integers(0, len(lines) - 1))
                if change == "drop line":
                    del lines[number]
                elif change == "indent":
                    lines[number] = b" " * draw(st.integers(0, 9)) + lines[number].lstrip()
                else:
                    lines.insert(draw(st.integers(0, len(lines))), lines[number])
                data = b"\n".join(lines)
    return data


def lines_of(data: bytes) -> list[str]:
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    for end in ("\r\n", "\r", "\x85"):
        text = text.replace(end, "\n")
    return text.split("\n")


def check_what_is_said(data: bytes) -> None:
    deck, diagnostics = parse_deck(data, "deck.yaml")
    failed = [d for d in diagnostics if d.severity is Severity.ERROR]
    assert deck is not None or any(d.span for d in failed)
    lines = lines_of(data)
    for diagnostic in diagnostics:
        spans = [r.span for r in diagnostic.related] + ([diagnostic.span] if diagnostic.span else [])
        for span in spans:
            assert 1 <= span.line <= len(lines)
            assert 1 <= span.column <= len(lines[span.line - 1]) + 1
            assert span.length >= 1
        for render in FORMATS.values():
            render(diagnostic).encode()
    # what is found is kept in the cache
    msgspec.msgpack.encode(diagnostics)
    if deck is not None:
        msgspec.msgpack.encode(deck)
        assert len(deck.items) == len(deck.lines)
        assert all(f"id: {item.id}" in lines[line - 1] or failed for item, line in zip(deck.items, deck.lines))  # noqa: B905


@EACH
@given(mutated())
def test_a_mutated_deck_is_read_or_told_why_not(data: bytes) -> None:
    check_what_is_said(data)


@EACH
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_told_why_not(data: bytes) -> None:
    check_what_is_said(data)


@EACH
@given(st.lists(st.sampled_from([*SNIPPETS, b"id: a", b"type: basic", b"items:", b"spinequiz: 1"]), max_size=30))
def test_any_pieces_of_yaml_are_read_or_told_why_not(pieces: list[bytes]) -> None:
    check_what_is_said(b"".join(pieces))


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=40)


@EACH
@given(TEXTS, st.sampled_from(["prompt: Question 2?", "answer: Answer 2."]))
def test_whatever_an_instructor_types_for_a_value_costs_that_item_at_most(typed: str, place: str) -> None:
    key = place.split(":", maxsplit=1)[0]
    text = HEAD + basic(1) + basic(2).replace(place, f"{key}: {typed}") + basic(3)
    deck, diagnostics = parse_deck(text.encode(), "deck.yaml")
    assert deck is not None
    read = [item.id for item in deck.items]
    assert [name for name in read if name != "item-2"] == ["item-1", "item-3"]
    assert "item-2" in read or any(d.severity is Severity.ERROR for d in diagnostics)


@EACH
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=40))
def test_a_quoted_value_is_read_as_it_stands(typed: str) -> None:
    quoted = "'" + typed.replace("'", "''") + "'"
    text = HEAD + basic(1).replace("Question 1?", quoted)
    deck, diagnostics = parse_deck(text.encode(), "deck.yaml")
    assert deck is not None
    if deck.items:
        assert deck.items[0].prompt == typed
    else:
        assert {d.rule for d in diagnostics} <= {"empty-value", "control-character", "bidi-override"}
