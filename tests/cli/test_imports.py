"""What a command loads: the quick ones load no screen, and a shell prompt waits for no parser."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from command_line import environment, process

LOADED = """\
import sys
from spinequiz.cli.running import run
status = run(sys.argv[1:])
sys.stdout = sys.stderr
print(status, *sorted({name.split(".")[0] for name in sys.modules}))
"""


def loaded(home: Path, *words: str) -> set[str]:
    """The top-level modules after a command that went well."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *words], capture_output=True, text=True, env=environment(home), check=True
    )
    status, *names = done.stderr.splitlines()[-1].split()
    assert status == "0", done.stderr
    return set(names)


@pytest.mark.parametrize(
    "words", [["--version"], ["--help"], ["where"], ["due"], ["decks"], ["history"], ["check", "DECKS"]], ids=" ".join
)
def test_no_screen_is_loaded(home: Path, words: list[str]) -> None:
    decks = Path(__file__).resolve().parents[2] / "decks"
    found = loaded(home, *(str(decks) if word == "DECKS" else word for word in words))
    assert found & {"textual", "rich", "asyncio"} == set()


def test_plain_mode_loads_no_screen(home: Path) -> None:
    found = loaded(home, "study", "--plain")
    assert found & {"textual", "rich", "asyncio"} == set()


def test_a_prompt_waits_for_no_parser_and_no_scheduler(home: Path) -> None:
    assert process(home, "study", "--plain", given=b"q\n").status == 0
    for words in (["due"], ["due", "--json"], ["decks"]):
        assert loaded(home, *words) & {"yaml", "fsrs", "tomllib", "platformdirs"} == set()


@pytest.mark.parametrize("words", [["--version"], ["--help"]], ids=" ".join)
def test_what_says_nothing_of_decks_loads_nothing_for_them(home: Path, words: list[str]) -> None:
    assert loaded(home, *words) & {"msgspec", "yaml", "sqlite3", "fsrs"} == set()


SCREEN = """\
import sys
import spinequiz.tui
spinequiz.tui.application()
print(sorted({"ssl", "_ssl", "textual"} & set(sys.modules)))
import asyncio, ssl
asyncio.run(asyncio.sleep(0))
print(bool(ssl.OPENSSL_VERSION))
"""


def test_the_screen_loads_no_network(home: Path) -> None:
    """And whoever needs OpenSSL afterwards has it."""
    done = subprocess.run(
        [sys.executable, "-c", SCREEN], capture_output=True, text=True, env=environment(home), check=True
    )
    assert done.stdout.splitlines() == ["['textual']", "True"]
