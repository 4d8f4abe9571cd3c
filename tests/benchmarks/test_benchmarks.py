"""The benchmarks' own parts: generated decks are sound, a painted text is seen, a ratio over its limit is told."""

import sys
from pathlib import Path

import pytest

from spinequiz.decks.load import load_deck

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.decks import RATED, TYPES, deck_text, write_deck, write_decks
from benchmarks.figures import Figure, table
from benchmarks.terminal import ESCAPES


@pytest.mark.parametrize("types", [TYPES, RATED])
def test_a_generated_deck_has_no_error(tmp_path: Path, types: tuple[str, ...]) -> None:
    deck, diagnostics = load_deck(str(write_deck(tmp_path / "made.yaml", 200, types)))
    assert [d for d in diagnostics if d.severity == "error"] == []
    assert deck is not None
    assert len(deck.items) == 200
    assert {item.type_name for item in deck.items} == set(types)
    assert deck.items[17].prompt.startswith("QZ0017 ")
    assert deck.items[17].rationale.startswith("AZ0017 ")


def test_the_same_deck_is_made_again() -> None:
    assert "".join(deck_text("a", 20)) == "".join(deck_text("a", 20))


def test_items_are_spread_over_files_with_numbers_that_run_on(tmp_path: Path) -> None:
    paths = write_decks(tmp_path, 50, 4)
    decks = [load_deck(str(path))[0] for path in paths]
    numbers = [item.id for deck in decks if deck is not None for item in deck.items]
    assert numbers == [f"item-{number:04}" for number in range(50)]


def test_escape_sequences_do_not_hide_a_text() -> None:
    stream = b"\x1b]0;QZ9999\x07\x1b[?2026h\x1b[1;38;2;1;2;3mQZ\x1b[0m0017\x1b[3;1Hon\x1b(B"
    assert ESCAPES.sub(b"", stream) == b"QZ0017on"


def test_a_ratio_over_its_limit_is_told() -> None:
    slow = Figure("`slow`", "fast", [0.3, 0.1, 0.2], [0.1, 0.1, 0.1], 1.5)
    assert slow.ratio == pytest.approx(2)
    assert not slow.ok
    assert table([slow]).endswith("| 2.00 | 1.5 | **over** |")
    assert slow._replace(limit=2.0).ok


def test_a_figure_may_be_of_memory() -> None:
    small = Figure("memory", "another's", [30.0, 31.0, 32.0], [70.0, 71.0, 72.0], 1, "MB")
    assert "| 31.0 MB (30.5 to 31.5) | 71.0 MB (70.5 to 71.5) |" in table([small])
