"""Progress files and caches that are damaged: a sentence with the file and the way out, and nothing overwritten."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from study_process import PROGRAM, Student, environment, write_deck

from spinequiz.cli.running import run
from spinequiz.decks.catalogue import Catalogue
from spinequiz.decks.files import bundled_files
from spinequiz.decks.load import parse_deck
from spinequiz.store.rows import text_of


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A progress file after a session of some answers, everything in its main file."""
    folder = tmp_path_factory.mktemp("studied")
    deck = write_deck(folder / "spine.yaml", 40)
    status, _, err = Student(folder / "home", deck).end(*["", "3"] * 30)
    assert status == 0, err
    path = folder / "home" / "progress.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path.read_bytes()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("SPINEQUIZ_HOME", str(folder))
    return folder


def flipped(data: bytes) -> bytes:
    """Every page in the middle with other bytes in it; the first page is sound."""
    pages = [data[start : start + 4096] for start in range(0, len(data), 4096)]
    return pages[0] + b"".join(page[:8] + bytes(byte ^ 0xFF for byte in page[8:]) for page in pages[1:])


def foreign(_: bytes) -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.executescript("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('mine');")
    return connection.serialize()


def newer(data: bytes) -> bytes:
    connection = sqlite3.connect(":memory:")
    # an image in WAL mode cannot be opened in memory
    connection.deserialize(data[:18] + b"\x01\x01" + data[20:])
    connection.execute("PRAGMA user_version = 999")
    return connection.serialize()


DAMAGE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "garbage": (lambda data: b"this is no database\n" * 1000, "is damaged"),
    "binary garbage": (lambda data: bytes(range(256)) * 200, "is damaged"),
    "cut in the middle": (lambda data: data[: len(data) // 2], "is damaged"),
    "cut behind the first page": (lambda data: data[:4096], "is damaged"),
    "cut in the first page": (lambda data: data[:1000], "is damaged"),
    "flipped bytes": (flipped, "is damaged"),
    "flipped header": (lambda data: bytes(byte ^ 0xFF for byte in data[:100]) + data[100:], "is damaged"),
    "another program's": (foreign, "not one of spinequiz"),
    "a newer version's": (newer, "newer spinequiz"),
}


@pytest.mark.parametrize("command", [["due"], ["decks"], ["history"], ["study", "--plain"]], ids=" ".join)
@pytest.mark.parametrize(("damage", "words"), DAMAGE.values(), ids=DAMAGE.keys())
def test_damaged_progress_is_told_and_left_as_it_is(
    damage: Callable[[bytes], bytes],
    words: str,
    command: list[str],
    home: Path,
    studied: bytes,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = home / "progress.db"
    # the deck that was studied, so that its cards are looked up
    write_deck(home / "decks" / "spine.yaml", 40)
    path.write_bytes(damage(studied))
    before = path.read_bytes()
    status = run(command)
    told = capsys.readouterr().err
    assert status == 1
    assert str(path) in told
    assert words in told
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["garbage", "flipped bytes"])
def test_damaged_progress_is_told_by_a_real_process(name: str, home: Path, studied: bytes) -> None:
    path = home / "progress.db"
    path.write_bytes(DAMAGE[name][0](studied))
    before = path.read_bytes()
    done = subprocess.run(
        [*PROGRAM, "study", "--plain"],
        capture_output=True, stdin=subprocess.DEVNULL, env=environment(home), encoding="utf-8", check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"spinequiz: the progress file {path} is damaged")
    assert "Traceback" not in done.stderr
    assert path.read_bytes() == before


@pytest.mark.parametrize("seed", range(25))
def test_a_few_flipped_bytes_never_end_in_a_traceback(
    seed: int, home: Path, studied: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    draw = random.Random(seed)
    data = bytearray(studied)
    for _ in range(draw.choice([1, 3, 30])):
        data[draw.randrange(len(data))] = draw.randrange(256)
    (home / "progress.db").write_bytes(data)
    for command in (["due"], ["decks", "--json"], ["history"], ["history", "--json"], ["doctor"]):
        status = run(command)
        told = capsys.readouterr().err
        assert status in (0, 1)
        assert status == 0 or "progress.db" in told or command == ["doctor"]
    assert (home / "progress.db").read_bytes() == data


TRIALS = int(os.environ.get("SPINEQUIZ_DAMAGE_TRIALS", "8"))


def sealed(text: str) -> str:
    assert "Traceback" not in text
    assert "error of the program" not in text
    return text


@pytest.mark.parametrize("where", ["anywhere", "header", "rows", "backed up"])
def test_flipped_bytes_always_have_a_way_back(
    where: str, home: Path, studied: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No command ends in a traceback, and after the doctor every row is there or told to be lost.

    SPINEQUIZ_DAMAGE_TRIALS sets how often the file is damaged.
    """
    import random
    import shutil

    path = home / "progress.db"
    path.write_bytes(studied)
    write_deck(home / "decks" / "spine.yaml", 40)
    assert run(["backup"]) == 0
    (backup,) = (home / "backups").glob("*.db")
    kept = backup.read_bytes()
    before = {row[0]: row for row in rows_of(path)}
    for trial in range(TRIALS):
        draw = random.Random(f"{where}{trial}")
        for name in ("progress.db", "progress.db-wal", "progress.db-shm"):
            (home / name).unlink(missing_ok=True)
        shutil.rmtree(home / "backups", ignore_errors=True)
        if where == "backed up":
            (home / "backups").mkdir()
            (home / "backups" / backup.name).write_bytes(kept)
        data = bytearray(studied)
        start, end = {"header": (0, 100), "rows": (3 * 4096, len(data))}.get(where, (0, len(data)))
        for _ in range(draw.choice([1, 1, 2, 10])):
            data[draw.randrange(start, end)] ^= 1 << draw.randrange(8)
        path.write_bytes(data)
        path.chmod(0o600)
        for command in (["due"], ["history"], ["export", str(tmp_path / f"{trial}.jsonl")], ["restore"], ["doctor"]):
            assert run(command) in (0, 1)
            sealed(capsys.readouterr().err)
        assert run(["doctor", "--fix"]) == 0
        told = "".join(capsys.readouterr())
        sealed(told)
        assert run(["doctor"]) == 0
        after = {row[0]: row for row in rows_of(path)}
        missing = before.keys() - after.keys()
        if where == "backed up":
            assert after == before
        assert not missing or "could not be brought back" in told, (trial, missing)
        assert len(missing) < len(before) // 2
        capsys.readouterr()


def test_a_row_whose_id_is_damaged_is_not_there_twice(
    home: Path, studied: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    """A backup has the row under its own id; the file has it under another, in its indexes too."""
    path = home / "progress.db"
    path.write_bytes(studied)
    assert run(["backup"]) == 0
    before = rows_of(path)
    for name in ("progress.db-wal", "progress.db-shm"):
        (home / name).unlink(missing_ok=True)
    name = str(before[3][0])
    other = name[:5] + ("1" if name[5] == "0" else "0") + name[6:]
    path.write_bytes(bytes(100) + studied.replace(name.encode(), other.encode())[100:])
    assert run(["doctor", "--fix"]) == 0
    sealed("".join(capsys.readouterr()))
    assert rows_of(path) == before


def rows_of(path: Path) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    # a response may be any bytes
    connection.text_factory = text_of
    try:
        return connection.execute("SELECT * FROM log ORDER BY id").fetchall()
    finally:
        connection.close()


@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_log_of_a_killed_program_is_told_and_given_back(
    seed: int, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """SQLite itself would go on without the answers behind the first damaged byte, and say nothing."""
    import random
    import shutil

    deck = write_deck(tmp_path / "spine.yaml", 30)
    student = Student(home, deck)
    for _ in range(15):
        student.card()
        student.type("", "3")
    student.card()
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("progress.db", "progress.db-wal"):
        shutil.copy(home / name, copy / name)
    student.end("q")
    shutil.rmtree(home)
    copy.rename(home)
    tail = home / "progress.db-wal"
    data = bytearray(tail.read_bytes())
    draw = random.Random(seed)
    # one byte of a committed frame's page, or of the header
    at = draw.randrange(len(data) * 3 // 4) if seed else 9
    data[at] ^= 1 << draw.randrange(8)
    tail.write_bytes(data)
    assert run(["study", "--plain", str(deck)]) == 1
    assert "-wal" in capsys.readouterr().err
    assert tail.read_bytes() == data
    assert run(["doctor", "--fix"]) == 0
    told = "".join(capsys.readouterr())
    found = len(rows_of(home / "progress.db"))
    assert found >= 14
    assert found == 15 or "could not be brought back" in told


def test_a_log_whose_end_was_cut_off_is_no_damage(home: Path, tmp_path: Path) -> None:
    """A program that is killed, or a power cut, leaves an unfinished transaction at its end; SQLite leaves that out."""
    import shutil

    deck = write_deck(tmp_path / "spine.yaml", 9)
    student = Student(home, deck)
    for _ in range(4):
        student.card()
        student.type("", "3")
    student.card()
    data = (home / "progress.db-wal").read_bytes()
    main = (home / "progress.db").read_bytes()
    student.end("q")
    for cut in (0, 20, 32, 40, 4152, len(data) // 2, len(data) - 4120, len(data) - 1):
        shutil.rmtree(home)
        home.mkdir()
        (home / "progress.db").write_bytes(main)
        (home / "progress.db-wal").write_bytes(data[:cut])
        assert run(["backup"]) == 0, cut


def test_a_backup_that_holds_the_damage_too_is_no_lasting_finding(
    home: Path, studied: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = home / "progress.db"
    at = studied.index(b'["learning"', 3 * 4096)
    path.write_bytes(studied[:at] + b"\xff" + studied[at + 1 :])
    path.chmod(0o600)
    assert run(["backup"]) == 0
    assert run(["doctor", "--fix"]) == 0
    assert "could be read in part" in capsys.readouterr().out
    assert run(["doctor"]) == 0
    assert "differ" not in capsys.readouterr().out


def test_damage_that_shows_at_an_unforeseen_place_is_told_as_damage(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(**_: object) -> None:
        error = sqlite3.DatabaseError("database disk image is malformed")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error

    monkeypatch.setattr("spinequiz.cli.commands.due.run_due", broken)
    assert run(["due"]) == 1
    told = sealed(capsys.readouterr().err)
    assert f"the progress file {home / 'progress.db'} is damaged" in told
    assert "spinequiz doctor" in told


def test_an_empty_file_is_a_beginning(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "progress.db").touch()
    assert run(["due"]) == 0
    assert run(["history"]) == 0


# -- the cache


def cache_files(home: Path) -> list[Path]:
    return [path for path in (home / "cache").iterdir() if path.suffix == ".db"]


@pytest.mark.parametrize(
    "damage", [DAMAGE[name][0] for name in DAMAGE if name != "a newer version's"], ids=lambda d: ""
)
def test_a_damaged_cache_costs_nothing_but_time(
    damage: Callable[[bytes], bytes], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["decks", "--json"]) == 0
    sound = capsys.readouterr().out
    (path,) = cache_files(home)
    path.write_bytes(damage(path.read_bytes()))
    for _ in range(2):
        assert run(["decks", "--json"]) == 0
        assert capsys.readouterr() == (sound, "")
    monkey = sqlite3.connect(cache_files(home)[0])
    assert monkey.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    monkey.close()


def test_a_cache_that_cannot_be_made_costs_nothing_but_time(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["decks", "--json"]) == 0
    sound = capsys.readouterr().out
    for path in (home / "cache").iterdir():
        path.unlink()
    (home / "cache").rmdir()
    (home / "cache").write_text("a file in the place of the folder")
    assert run(["decks", "--json"]) == 0
    assert capsys.readouterr() == (sound, "")
    assert (home / "cache").read_text() == "a file in the place of the folder"


def test_a_folder_in_the_place_of_the_cache_file_costs_nothing_but_time(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["due"]) == 0
    sound = capsys.readouterr().out
    (path,) = cache_files(home)
    for each in (home / "cache").iterdir():
        each.unlink()
    path.mkdir()
    assert run(["due"]) == 0
    assert capsys.readouterr() == (sound, "")


@pytest.mark.parametrize("seed", range(12))
def test_flipped_bytes_in_the_cache_cost_nothing_but_time(
    seed: int, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw = random.Random(seed)
    assert run(["due"]) == 0
    sound = capsys.readouterr().out
    (path,) = cache_files(home)
    data = bytearray(path.read_bytes())
    for _ in range(draw.choice([5, 50, 2000])):
        data[draw.randrange(4096, len(data))] = draw.randrange(256)
    path.write_bytes(data)
    assert run(["due"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    # a count may be wrong where the damage cannot be seen, but a line is a line
    assert out.endswith(" new\n")
    assert sound.endswith(" new\n")


def test_what_was_compiled_outlives_a_cache_that_fails(tmp_path: Path) -> None:
    """The cards and items of a deck are still there after the cache under them broke, and after it got full."""
    deck = write_deck(tmp_path / "spine.yaml", 5)
    for damage in ("DROP TABLE item", "DROP TABLE deck", "UPDATE item SET body = x'ff'", "DELETE FROM deck"):
        catalogue = Catalogue(tmp_path / "cache" / "decks.db", 20_000)
        compiled = catalogue.refresh(str(deck))
        connection = sqlite3.connect(cache_files(tmp_path)[0])
        connection.execute(damage)
        connection.commit()
        connection.close()
        assert [card.item_id for card in catalogue.cards(compiled.digest)] == [f"item-{n}" for n in range(1, 6)]
        found = catalogue.item(compiled.digest, "item-3")
        assert found is not None
        assert found.item.prompt == "Question item-3?"
        assert len(list(catalogue.items(compiled.digest))) == 5
        assert catalogue.diagnostics(compiled) == ()
        assert catalogue.item(compiled.digest, "item-6") is None
        catalogue.close()


@pytest.mark.parametrize("seed", range(20))
def test_flipped_bytes_anywhere_in_the_cache_change_no_card(seed: int, tmp_path: Path) -> None:
    """Every deck, card, item and diagnostic is as it was, whichever bytes of the file are others."""
    draw = random.Random(seed)
    decks = [write_deck(tmp_path / f"deck-{number}.yaml", 40) for number in range(3)]
    (tmp_path / "deck-3.yaml").write_text("spinequiz: 1\ntitle: No items\n")
    decks.append(tmp_path / "deck-3.yaml")
    place = tmp_path / "cache" / "decks.db"
    sound = _all_that_is_compiled(place, decks)
    (path,) = cache_files(tmp_path)
    data = bytearray(path.read_bytes())
    for _ in range(draw.choice([1, 10, 100, 2000])):
        data[draw.randrange(len(data))] = draw.randrange(256)
    path.write_bytes(data)
    for _ in range(2):
        assert _all_that_is_compiled(place, decks) == sound


def _all_that_is_compiled(place: Path, decks: list[Path]) -> list[object]:
    catalogue = Catalogue(place, 20_000)
    found: list[object] = []
    for deck in decks:
        compiled = catalogue.refresh(str(deck))
        found.append(compiled)
        found += catalogue.cards(compiled.digest)
        found += [catalogue.item(compiled.digest, f"item-{number}") for number in range(1, 42)]
        found += catalogue.diagnostics(compiled)
        hashes = catalogue.content_hashes(compiled.digest)
        assert hashes == {each.item.id: each.content_hash for each in catalogue.items(compiled.digest)}
        found.append(hashes)
    catalogue.close()
    return found


def test_the_cache_forgets_what_no_file_has_any_more(tmp_path: Path) -> None:
    deck = tmp_path / "spine.yaml"
    for day, items in ((20_000, 3), (20_001, 4), (20_040, 5), (20_041, 6)):
        write_deck(deck, items)
        catalogue = Catalogue(tmp_path / "cache" / "decks.db", day)
        assert catalogue.refresh(str(deck)).items == items
        catalogue.close()
    connection = sqlite3.connect(cache_files(tmp_path)[0])
    assert connection.execute("SELECT count(*) FROM deck").fetchone() == (2,)
    assert connection.execute("SELECT count(*) FROM item").fetchone() == (11,)
    connection.close()


def test_a_changed_file_is_read_again_and_an_unchanged_one_is_not(tmp_path: Path) -> None:
    parsed: list[str] = []

    def parse(data: bytes, path: str) -> object:
        parsed.append(path)
        return parse_deck(data, path)

    deck = write_deck(tmp_path / "spine.yaml", 3)
    catalogue = Catalogue(tmp_path / "cache" / "decks.db", 20_000, parse)
    for items in (3, 3, 4, 4, 3):
        write_deck(deck, items)
        assert catalogue.refresh(str(deck)).items == items
    assert len(parsed) == 2
    deck.unlink()
    gone = catalogue.refresh(str(deck))
    assert (gone.deck, gone.errors) == (None, 1)
    assert [d.rule for d in catalogue.diagnostics(gone)] == ["missing-path"]


def test_a_deck_is_told_by_the_path_it_was_named_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken.yaml").write_text("- milk\n")
    monkeypatch.chdir(tmp_path)
    catalogue = Catalogue(tmp_path / "cache" / "decks.db", 20_000)
    for name in ("broken.yaml", "./broken.yaml", str(tmp_path / "broken.yaml")):
        assert [d.path for d in catalogue.diagnostics(catalogue.refresh(name))] == [name]


def test_a_working_folder_that_is_gone_is_no_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    monkeypatch.setenv("SPINEQUIZ_HOME", str(tmp_path / "home"))
    assert run(["due"]) == 0
    assert run(["check", "deck.yaml"]) == 1
    assert run(["check", *bundled_files()[:1]]) == 0
    os.chdir(tmp_path)
