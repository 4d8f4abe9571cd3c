"""`decks update` and `decks relink`: what changed is told, origins are taken over, offers are accepted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spinequiz.cli.running import run
from spinequiz.session import workspace


def question(name: str, answer: str = "true", rev: int = 1) -> str:
    return f"  - {{id: {name}, type: true-false, prompt: Is {name} so?, answer: {answer}, rev: {rev}, added: true}}\n"


class Desk:
    def __init__(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capfd = capfd

    def deck(self, *items: str, id: str = "mine", name: str = "") -> Path:
        path = self.folder / f"{name or id}.yaml"
        path.write_text(f"spinequiz: 1\nid: {id}\ntitle: The deck\nitems:\n{''.join(items)}", "utf-8")
        return path

    def run(self, *arguments: str, status: int = 0) -> tuple[str, str]:
        self.capfd.readouterr()
        assert run(arguments) == status
        return tuple(self.capfd.readouterr())

    def study(self, monkeypatch: pytest.MonkeyPatch, *lines: str) -> str:
        import io
        import sys

        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        return self.run("study", "--plain")[0]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Desk:
    monkeypatch.setenv("SPINEQUIZ_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(workspace, "bundled_files", list)
    return Desk(tmp_path, capfd)


def test_an_update_takes_the_origin_over_and_says_what_changed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = desk.deck(question("one"), question("two"), question("three"))
    desk.run("decks", "add", str(path))
    assert desk.run("decks", "update")[0] == "mine: new here, 3 items\n"
    assert desk.run("decks", "update")[0] == "No deck has changed.\n"
    desk.study(monkeypatch, "t", "", "q")
    desk.deck(question("one", "false"), question("two").replace("so?", "so indeed?"), question("four"))
    out, _ = desk.run("decks", "update")
    assert out == "mine: 1 reworded, 1 key corrected (1 answer re-scored), 1 new, 1 removed\n"
    assert "rescore" in desk.run("history")[0]
    told = desk.study(monkeypatch, "q")
    assert "the key of this item was corrected since you last answered it" in told


def test_json_names_the_items(desk: Desk) -> None:
    path = desk.deck(question("one"), question("two"))
    desk.run("decks", "add", str(path))
    desk.run("decks", "update")
    desk.deck(question("one"), question("new"))
    found = json.loads(desk.run("decks", "update", "--json")[0])
    (deck,) = found["decks"]
    assert (deck["id"], deck["new"], deck["removed"], deck["updated_copy"]) == ("mine", ["new"], ["two"], True)
    assert (found["relink_offers"], found["troubles"]) == ([], [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("spinequiz: 1\nid: mine\ntitle: The deck\nitems:\n  - id: Bad Id\n", "mistake"),
        ("spinequiz: 1\nid: other\ntitle: The deck\nitems:\n" + question("one"), "has the id other now"),
        ("\0", "your copy of mine is kept"),
    ],
)
def test_a_broken_origin_is_told_and_the_copy_kept(desk: Desk, text: str, said: str) -> None:
    path = desk.deck(question("one"))
    desk.run("decks", "add", str(path))
    copy = desk.folder / "home" / "decks" / "mine.yaml"
    before = copy.read_bytes()
    path.write_text(text, "utf-8")
    _, err = desk.run("decks", "update", status=1)
    assert said in err
    assert copy.read_bytes() == before


def test_an_origin_that_is_gone_is_no_trouble(desk: Desk) -> None:
    path = desk.deck(question("one"))
    desk.run("decks", "add", str(path))
    path.unlink()
    assert desk.run("decks", "update") == ("mine: new here, 1 item\n", "")


def test_a_removed_deck_is_not_fetched_again(desk: Desk) -> None:
    path = desk.deck(question("one"))
    desk.run("decks", "add", str(path))
    desk.run("decks", "remove", "mine")
    desk.deck(question("one"), question("two"))
    assert desk.run("decks", "update")[0] == "No deck has changed.\n"


def test_an_offer_is_accepted_with_the_command_that_it_names(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = desk.deck(question("one"))
    desk.run("decks", "add", str(path))
    desk.study(monkeypatch, "t", "", "q")
    path.write_text(path.read_text("utf-8").replace("id: one", "id: uno"), "utf-8")
    out, err = desk.run("decks", "update")
    command = "spinequiz decks relink mine/one mine/uno"
    assert command in out.splitlines()
    assert "1 item with the content of one that is gone" in err
    assert desk.run(*command.split()[1:])[0] == "mine/one goes on as mine/uno\n"
    assert "goes on as" in desk.run(*command.split()[1:], status=1)[1]
    assert desk.run("decks", "update")[0] == "No deck has changed.\n"
    assert json.loads(desk.run("due", "--json")[0])["new"] == 0


def test_a_renamed_deck_goes_on_whole(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.run("decks", "add", str(desk.deck(question("one"), question("two"), id="old")))
    desk.study(monkeypatch, "t", "", "t", "", "q")
    desk.run("decks", "remove", "old")
    desk.run("decks", "add", str(desk.deck(question("one"), question("two"), id="new")))
    assert len(json.loads(desk.run("decks", "update", "--json")[0])["relink_offers"]) == 2
    out, err = desk.run("decks", "relink", "old", "new")
    assert out.splitlines() == ["old/one goes on as new/one", "old/two goes on as new/two"]
    assert "2 cards" in err
    assert desk.run("decks", "relink", "--all")[0] == ""


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ((), 2, "--all"),
        (("mine/one", "mine/uno", "--all"), 2, "--all"),
        (("mine/one",), 2, "--all"),
        (("mine/one", "mine"), 2, "DECK/ITEM"),
        (("mine/none", "mine/one"), 1, "mine/none was ever answered"),
        (("mine/one", "none/one"), 1, "no deck none"),
        (("mine/one", "mine/none"), 1, "no item none"),
        (("mine/one", "mine/one"), 1, "its own id"),
    ],
)
def test_what_cannot_be_relinked_is_explained(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], status: int, said: str
) -> None:
    desk.run("decks", "add", str(desk.deck(question("one"))))
    desk.study(monkeypatch, "t", "", "q")
    assert said in desk.run("decks", "relink", *arguments, status=status)[1]


def test_studying_tells_in_one_line_what_changed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.run("decks", "add", str(desk.deck(question("one"))))
    assert "Changed" not in desk.study(monkeypatch, "q")
    copy = desk.folder / "home" / "decks" / "mine.yaml"
    copy.write_text(copy.read_text("utf-8") + question("two"), "utf-8")
    assert desk.study(monkeypatch, "q").splitlines()[0] == "Changed since last time: mine: 1 new"
    assert "Changed" not in desk.study(monkeypatch, "q")
