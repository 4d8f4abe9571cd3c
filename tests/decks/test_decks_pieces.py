"""A deck that changed is compiled piece by piece, with the result of a whole compile."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from deck_texts import HEAD, SOUND, basic, replaced
from hypothesis import example, given
from hypothesis import strategies as st

from spinequiz.decks.catalogue import Catalogue
from spinequiz.decks.load import parse_deck
from spinequiz.decks.pieces import cut

CITED = """\
  - id: item-4
    type: single-choice
    prompt: |
      Which one?

      - id: not an item

    answer: "The
      first"
    distractors:
    - Second
    - {text: Third, why: "It is
  - id: not
    an item"}
    cite: [{source: overview, paragraph: 1}]
  # a comment

"""
TRAP = SOUND + CITED + "".join(map(basic, range(5, 9)))
"""Has a text with a line that looks like the start of an item."""
LONG = replaced("  - id: not\n    an item", "      an item", TRAP)
FLAT = LONG.replace("\n    ", "\n  ").replace("\n  - ", "\n- ")
"""The items' dashes stand in the first column."""


def content(catalogue: Catalogue, path: Path) -> list[Any]:
    """All that the catalogue tells of a deck."""
    deck = catalogue.refresh(str(path))
    return [
        deck,
        catalogue.cards(deck.digest),
        catalogue.content_hashes(deck.digest),
        list(catalogue.items(deck.digest)),
        catalogue.diagnostics(deck) if deck.digest else (),
        catalogue._pieces(deck.digest),
    ]


def compiled_after(texts: list[str]) -> list[int]:
    """Compile a file as it changes, and hold each result against a whole compile. Returns the bytes parsed for each."""
    parsed: list[int] = []

    def parse(data: bytes, path: str) -> Any:
        parsed[-1] += len(data)
        return parse_deck(data, path)

    with TemporaryDirectory() as folder:
        path = Path(folder) / "deck.yaml"
        catalogue = Catalogue(Path(folder) / "cache.db", 1, parse)
        for text in texts:
            parsed.append(0)
            path.write_bytes(text.encode("utf-8", "surrogatepass"))
            whole = Catalogue(None, 1)
            assert content(catalogue, path) == content(whole, path)
            whole.close()
        catalogue.close()
    return parsed


def test_a_file_is_the_sum_of_its_pieces() -> None:
    pieces = cut(LONG.encode())
    assert pieces is not None
    assert bytes(pieces) == LONG.encode()
    assert pieces.head == HEAD.encode()
    assert [LONG.split("\n")[line - 1][:4] for line in pieces.lines] == ["  - "] * len(pieces.items)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Spine\n", "title: The spine\n"),
        ("title: Spine\n", "title: Spine\ndescription: >-\n  Two\n  lines\n"),
        ("Question 2?", "Question two?"),
        ("    answer: Answer 6.\n", "    answer: Answer 6.\n    rationale: |\n      - so\n\n\n"),
        (basic(2), ""),
        (basic(2), basic(9) + basic(2)),
        (basic(8), basic(8) + basic(9)),
        (basic(2) + basic(3), basic(3) + basic(2)),
        ("item-7", "item-70"),
    ],
)
@pytest.mark.parametrize("deck", [LONG, replaced(CITED, "  # a comment\n", TRAP)])
def test_only_what_changed_is_parsed(deck: str, old: str, new: str) -> None:
    whole, part = compiled_after([deck, replaced(old, new, deck)])
    assert 0 < part < whole / 2 + len(HEAD)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Question 2?", '"Question 2?'),
        ("Question 2?", "Question 2?\n    prompt: again"),
        ("item-2", "item-3"),
        ("item-2", "item-8"),
        ("  overview:\n", "  survey:\n"),
        ("  - id: item-2\n", "  - id: item-2\n    id: item-20\n"),
        ("  - id: item-2\n", "   - id: item-2\n"),
        ("  - id: item-2\n", "authors:\n  - id: item-2\n"),
        ("  - id: item-6\n", "---\n  - id: item-6\n"),
        ("items:\n", "items: |\n"),
        ("items:\n", 'description: "\nitems:\n  - a"\nitems:\n'),
        ("title: Spine\n", 'title: "Spine\n'),
        ("title: Spine\n", "title: Spine\ntitel: x\n"),
        ("    answer: Answer 8.\n", "    answer: Answer 8.\nauthors: [somebody]\n"),
        ("    answer: Answer 8.\n    added: true\n", "    answer: Answer 8.\n    added: true\nauthors: [somebody]\n"),
        ("Answer 2.", "Answer\r2."),
        ("Answer 2.", "Answer\x852."),
        ("Answer 2.", "Answer\u20282."),
        ("Answer 2.", "Answer \udc80."),
        ("spinequiz: 1", "\ufeffspinequiz: 1"),
    ],
)
@pytest.mark.parametrize("deck", [LONG, FLAT, TRAP])
def test_a_slip_is_told_as_by_a_whole_compile(deck: str, old: str, new: str) -> None:
    if old in deck:
        compiled_after([deck, replaced(old, new, deck), deck])


def test_a_deck_with_something_to_say_of_it_is_compiled_whole() -> None:
    warned = replaced("items:\n", "item: 1\nitems:\n")
    assert compiled_after([warned, replaced("Question 2?", "Two?", warned)])[1] > len(SOUND)


LINES = st.sampled_from(
    [
        *dict.fromkeys(line for text in (LONG, FLAT) for line in text.split("\n")),
        '    hint: "', '    hint: "x"',
        "    hint: |", "    hint: >+", '"', "  - ", "- ", "items:", "  items:", "...", "authors:", "    tags: [", "]",
    ]
)  # fmt: skip
EDITS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12), st.lists(LINES, max_size=3)), min_size=1, max_size=3)


@given(st.sampled_from([LONG, FLAT, TRAP]), st.lists(EDITS, min_size=1, max_size=3))
@example(LONG, [[(9, 0, ['    hint: "'])], [(9, 1, []), (14, 0, ['    hint: "'])]])
def test_any_edit_is_compiled_as_the_whole_file(deck: str, edits: list[list[tuple[int, int, list[str]]]]) -> None:
    texts = [deck]
    for edit in edits:
        lines = texts[-1].split("\n")
        for first, count, added in edit:
            lines[first : first + count] = added
        texts.append("\n".join(lines))
    compiled_after(texts)


@given(
    st.lists(st.sampled_from([*map(basic, range(1, 7)), CITED, basic(3).replace("rr?", "r")]), min_size=3, max_size=9)
)
def test_items_that_come_go_and_move_are_compiled_as_the_whole_file(bodies: list[str]) -> None:
    compiled_after([LONG, HEAD + "".join(bodies), LONG])


@pytest.mark.parametrize("key", ["description", "license", "notice", "language", "title", "authors"])
@pytest.mark.parametrize("value", ["", " |+", ' "'])
@pytest.mark.parametrize("deck", [LONG, FLAT])
def test_a_key_of_the_deck_between_items_is_told_where_the_last_item_goes_too(key: str, value: str, deck: str) -> None:
    """What is the last item now is known from before, and yet has to be seen by the compiler."""
    slip = deck[: deck.index("item-8")].rsplit("\n", 1)[0] + "\n"
    before = slip.index("- id: item-2")
    start = slip.rindex("\n", 0, before) + 1
    compiled_after([deck, f"{slip[:start]}{key}:{value}\n{slip[start:]}"])
