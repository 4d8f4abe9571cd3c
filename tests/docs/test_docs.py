"""The documentation is true: what the code knows, the documents name."""

from __future__ import annotations

import re
from pathlib import Path

import click
import msgspec
import pytest

from spinequiz.cli.app import cli
from spinequiz.decks.lints import RULES
from spinequiz.decks.lints.ignoring import COMPILER_WARNINGS, ITEM_ERRORS, OWN_RULES
from spinequiz.model.decks import Deck, DeckOptions, Source
from spinequiz.model.items import ITEM_TYPES, item_class
from spinequiz.model.items.base import Item
from spinequiz.settings.keys_page import keys_document
from spinequiz.settings.model import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def read(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def fields(cls: type[msgspec.Struct]) -> list[str]:
    return [field.encode_name for field in msgspec.structs.fields(cls)]


def test_keys_are_documented_as_they_are() -> None:
    assert read("keys.md") == keys_document()


@pytest.mark.parametrize("cls", [Deck, DeckOptions, Source, Item])
def test_every_common_key_is_in_the_deck_format(cls: type[msgspec.Struct]) -> None:
    text = read("deck-format.md")
    missing = [name for name in fields(cls) if f"`{name}`" not in text]
    assert not missing


@pytest.mark.parametrize("type_name", ITEM_TYPES)
def test_every_type_is_documented_with_its_keys(type_name: str) -> None:
    text = read("deck-format.md")
    row = next(line for line in text.splitlines() if line.startswith(f"| `{type_name}`"))
    own = [name for name in fields(item_class(type_name)) if name not in fields(Item)]
    missing = [name for name in own if not re.search(rf"`{name}\b", row)]
    assert not missing
    assert f"`{type_name}`" in read("scoring.md")
    assert re.search(rf"^#+ `{type_name}`", read("item-types.md"), re.MULTILINE)


def test_every_command_and_option_is_documented() -> None:
    text = read("command-line.md")

    def walk(command: click.Command, words: str) -> None:
        if command.hidden:
            return
        assert words in text
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("--") and option != "--help":
                    assert option in text, f"{words} {option}"
        if isinstance(command, click.Group):
            for name, below in command.commands.items():
                walk(below, f"{words} {name}")

    walk(cli, "spinequiz")


def test_every_setting_is_documented() -> None:
    text = read("settings.md")
    missing = [name for name in fields(Settings) if not re.search(rf"\b{name}\b", text)]
    assert not missing


def test_every_rule_of_the_compiler_is_documented() -> None:
    source = "\n".join(
        path.read_text("utf-8")
        for folder in ("decks", "documents")
        for path in sorted((ROOT / "src" / "spinequiz" / folder).rglob("*.py"))
    )
    called = re.findall(r'(?:report\.add|place\.error|place\.warning|_refuse|Unreadable)\(\s*"([a-z0-9-]+)"', source)
    assert len(called) > 40
    text = read("deck-format.md")
    missing = sorted({rule for rule in called if f"`{rule}`" not in text})
    assert not missing


def test_documents_that_the_readme_names_exist() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        if "://" not in link:
            assert (ROOT / link).exists(), link


def test_every_lint_is_documented_and_every_documented_lint_exists() -> None:
    text = read("lints.md")
    documented = re.findall(r"^\| `([a-z-]+)` \| (?:warning|note) \|", text, re.MULTILINE)
    assert sorted(documented) == sorted((*RULES, *OWN_RULES))
    assert "](docs/lints.md)" in (ROOT / "README.md").read_text("utf-8")
    assert "](lints.md" in read("deck-format.md")


def test_every_rule_that_may_be_silenced_is_documented() -> None:
    text = read("deck-format.md")
    assert [rule for rule in (*COMPILER_WARNINGS, *ITEM_ERRORS) if f"`{rule}`" not in text] == []
