"""What can go wrong: a progress file that cannot be written, another program, a closed pipe, hostile text."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest
from plain_desk import Desk

from spinequiz.plain import run
from spinequiz.plain.console import Console
from spinequiz.session import study as machine
from spinequiz.session.driver import StudyDriver
from spinequiz.store.errors import StoreBusy, StoreError
from spinequiz.store.presence import Presence
from spinequiz.store.progress import Progress

BASIC = """
  - {id: first, type: basic, prompt: What leaks?, answer: Cement, added: true}
  - {id: second, type: basic, prompt: Where to?, answer: The disc, added: true}
"""


def failing(monkeypatch: pytest.MonkeyPatch, name: str, times: int) -> None:
    """Let a method of Progress fail the first times."""
    real = getattr(Progress, name)
    left = [times]

    def method(self: Progress, *args: object, **named: object) -> object:
        if left[0]:
            left[0] -= 1
            raise StoreBusy("progress.db is busy. Nothing was changed.")
        return real(self, *args, **named)

    monkeypatch.setattr(Progress, name, method)


def test_an_answer_that_cannot_be_saved_is_tried_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.deck(BASIC)
    failing(monkeypatch, "answer", 2)
    told = desk.study("", "3", "", "what?", "", "q")
    retry = "This answer is not saved. An empty line tries again; q ends the session without it."
    assert told.err == "progress.db is busy. Nothing was changed.\n" * 2
    assert told.lines.count(retry) == 3
    assert told.after(retry)[:2] == [retry, retry]
    assert told.status == 0
    assert desk.ratings() == [3]


@pytest.mark.parametrize("lines", [("q",), ()], ids=["q", "end of input"])
def test_an_answer_that_is_given_up_is_not_counted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, lines: tuple[str, ...]
) -> None:
    desk.deck(BASIC)
    failing(monkeypatch, "answer", 9)
    told = desk.study("", "3", *lines)
    assert told.after("The session ends here.") == [
        "No card was answered.",
        "The answer to the last card was not saved; the card will be asked again.",
        "Not reached: 2 cards.",
    ]
    assert told.status == 1
    assert desk.log() == []


def test_a_mark_that_cannot_be_saved_leaves_the_card(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.deck(BASIC)
    failing(monkeypatch, "mark", 1)
    told = desk.study("!", "", "q")
    assert "That was not done. An empty line tries again; q ends the session without it." in told.lines
    assert told.after("Where to?") != []
    assert told.status == 0


def test_the_summary_is_told_though_the_progress_file_has_gone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.deck(BASIC)
    told = desk.study("", "1", "q", before={3: lambda: failing(monkeypatch, "marks", 9)})
    assert "Missed: deck/first" in told.lines
    assert "1 card answered, 1 of them new; 0 right. Every answer is kept." in told.lines


def answer_elsewhere(desk: Desk, item: str, rating: int) -> None:
    """Another spinequiz answers a card meanwhile."""
    workspace = desk.workspace()
    driver = StudyDriver(workspace, desk.shelf(workspace))
    driver.send(machine.Begin())
    while driver.study.current is not None and driver.study.current.card.key.item_id != item:
        driver.send(machine.Skip())
    driver.send(machine.Reveal())
    driver.send(machine.Rate(machine.Rating(rating)))
    workspace.close()


def test_a_card_answered_elsewhere_that_rests_now_is_left(desk: Desk) -> None:
    desk.deck(BASIC)
    told = desk.study("", "3", "q", before={2: lambda: answer_elsewhere(desk, "first", 4)})
    assert told.err == (
        "this card was answered in another spinequiz meanwhile; that answer stands, this one was not kept\n"
    )
    assert told.out.count("What leaks?") == 1
    assert told.out.count("Where to?") == 1
    assert desk.ratings() == [4]


def test_a_card_answered_elsewhere_that_is_soon_due_is_asked_anew(desk: Desk) -> None:
    desk.deck(BASIC)
    told = desk.study("", "3", "", "3", "q", before={2: lambda: answer_elsewhere(desk, "first", 1)})
    assert "Card 1, 2 left: The deck, learning" in told.lines
    assert desk.ratings() == [1, 3]


def test_an_answer_that_went_on_elsewhere_is_not_taken_back(desk: Desk) -> None:
    desk.deck(BASIC)

    def later() -> None:
        desk.clock.instant_ms += 60_000
        answer_elsewhere(desk, "first", 3)

    told = desk.study("", "1", "u", "", "4", before={3: later})
    assert "the card was answered again meanwhile, so the older answer stays" in told.lines
    assert told.out.count("Where to?") == 1
    assert desk.ratings() == [1, 3, 4]


def test_a_second_copy_is_told(desk: Desk) -> None:
    desk.deck(BASIC)
    desk.study("q")
    presence = Presence(desk.progress)
    told = desk.study("q")
    presence.close()
    assert told.err == (
        "Another spinequiz is open on the same progress. Both can go on; a card keeps the answer that came first.\n"
    )


def test_a_progress_file_that_cannot_be_opened_is_the_callers_to_tell(desk: Desk) -> None:
    desk.deck(BASIC)
    desk.progress.parent.mkdir(parents=True)
    desk.progress.write_bytes(b"no database at all, but long enough to look like one" * 100)
    with pytest.raises(StoreError, match="damaged"):
        desk.study("")


class Closed(io.StringIO):
    """A pipe whose reader leaves after some lines."""

    def __init__(self, lines: int) -> None:
        super().__init__()
        self.left = lines

    def write(self, text: str, /) -> int:
        self.left -= 1
        if self.left < 0:
            raise BrokenPipeError
        return super().write(text)


@pytest.mark.parametrize("lines", [0, 1, 5, 11, 20, 25])
def test_a_closed_pipe_ends_quietly(desk: Desk, lines: int) -> None:
    desk.deck(BASIC)
    out = Closed(lines)
    told = desk.study("", "4", "", "4", "", out=out)
    assert (told.status, told.err) == (0, "")
    assert desk.ratings() == [4] * len(desk.ratings())


def test_bytes_that_are_no_text_are_refused_in_words(desk: Desk) -> None:
    desk.deck("  - {id: a, type: true-false, prompt: Yes?, answer: true, added: true}\n")
    workspace = desk.workspace()
    source = io.TextIOWrapper(io.BytesIO(b"\xff\xfe\n\x00\n1\n\n"), encoding="utf-8")
    out = io.StringIO()
    assert run(workspace, desk.shelf(workspace), tag="", limit=None, source=source, out=out, err=io.StringIO()) == 0
    assert out.getvalue().count("Type 1, t or true") == 2
    assert desk.ratings() == [3]


def test_control_characters_show_as_escapes_and_the_rest_literally() -> None:
    out = io.StringIO()
    raw = (
        "[b]bold[/b] \\ \x1b[31mred\x1b[0m \x07 \u202eevil\u202c \u2066x\u2069 \x9b1m \r\x08 "
        "\U0001f469\u200d\u2695\ufe0f \u05d0\u05d1 {curly} %s {{x}}\nnext"
    )
    Console(io.StringIO(), out, out).say(raw)
    assert out.getvalue() == (
        "[b]bold[/b] \\ \\u001b[31mred\\u001b[0m \\u0007 \\u202eevil\\u202c \\u2066x\\u2069 \\u009b1m \\u000d\\u0008 "
        "\U0001f469\u200d\u2695\ufe0f \u05d0\u05d1 {curly} %s {{x}}\nnext\n"
    )


def test_a_closed_standard_input_is_an_input_that_has_ended(desk: Desk) -> None:
    desk.deck(BASIC)
    workspace = desk.workspace()
    out = io.StringIO()
    assert run(workspace, desk.shelf(workspace), tag="", limit=None, source=None, out=out, err=io.StringIO()) == 0
    assert "No card was answered." in out.getvalue()


ODD = r"[b]x[/b] \\ {a} %s `$HOME` \u2764\ufe0f \U0001f469\u200d\u2695\ufe0f \u05d0\u05d1 (c)"
SHOWN = "[b]x[/b] \\ {a} %s `$HOME` \u2764\ufe0f \U0001f469\u200d\u2695\ufe0f \u05d0\u05d1 (c)"


def test_odd_text_shows_literally_wherever_a_deck_may_have_it(desk: Desk) -> None:
    fields = "hint rationale caveat".split()
    said = ", ".join(f'{name}: "{name} {ODD}"' for name in fields)
    chart = f'exhibits: [{{title: "title {ODD}", table: {{columns: ["column {ODD}"], rows: [["cell {ODD}"]]}}}}]'
    desk.deck(
        f"""
          - id: odd
            type: single-choice
            prompt: "prompt {ODD}"
            answer: {{text: "answer {ODD}", why: "why {ODD}"}}
            distractors: ["wrong {ODD}", other]
            shuffle: false
            added: true
            {chart}
            {said.replace(", ", chr(10) + " " * 12)}
        """,
        notice=f'"notice {ODD}"',
        title=f'"title {ODD}"',
    )
    told = desk.study("h", "2", "q")
    for name in ("prompt", "answer", "why", "wrong", "notice", "title", "column", "cell", *fields):
        assert f"{name} {SHOWN}" in told.out


def test_only_lines_of_text_are_written(desk: Desk) -> None:
    desk.deck("  - {id: a, type: typed, prompt: Name it, answer: bone, added: true}\n")
    told = desk.study("\x1b[2Jb\u202eone\r\x07", "", "q")
    assert "You typed: \\u001b[2Jb\\u202eone\\u000d\\u0007" in told.lines
    assert all(character.isprintable() or character == "\n" for character in told.out)
    assert not any("\u2500" <= character <= "\u259f" for character in told.out)


def test_a_real_pipe_that_closes_leaves_no_traceback(desk: Desk) -> None:
    desk.deck(BASIC)
    command = [sys.executable, "-m", "spinequiz", "study", str(desk.paths[0]), "--plain"]
    environment = os.environ | {"SPINEQUIZ_HOME": str(desk.home)}
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    assert process.stdout.readline() == b"Studying The deck.\n"
    process.stdout.close()
    process.stdin.write(b"\n4\n\n4\n\n")
    process.stdin.close()
    assert process.stderr.read() == b""
    assert process.wait() == 0
    process.stderr.close()


def test_plain_mode_needs_neither_textual_nor_a_terminal(desk: Desk) -> None:
    desk.deck(BASIC)
    code = (
        "import sys; from spinequiz.cli.running import run; status = run(['study', sys.argv[1], '--plain']); "
        "assert not {'textual', 'rich'} & set(sys.modules); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(desk.paths[0])],
        input="\n3\n", capture_output=True, text=True, check=False,
        env=os.environ | {"SPINEQUIZ_HOME": str(desk.home)},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 card answered, 1 of them new; 1 right. Every answer is kept." in done.stdout
