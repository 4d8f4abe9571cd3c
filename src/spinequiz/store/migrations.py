"""The database's shape, step by step. A step is never edited once released; each runs in one transaction."""

from __future__ import annotations

import sqlite3

APPLICATION_ID = 0x53504E51
"""`SPNQ`: tells a progress file from any other SQLite database."""

FIRST = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE preset (id TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE log (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN
        ('answer', 'withdraw', 'suspend', 'unsuspend', 'bury', 'unbury', 'flag', 'unflag',
        'rescore', 'revise', 'relink')),
    deck_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    variant TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    study_day INTEGER NOT NULL,
    device TEXT NOT NULL,
    rating INTEGER CHECK (rating BETWEEN 1 AND 4),
    points INTEGER,
    max_points INTEGER,
    response TEXT,
    duration_ms INTEGER,
    before TEXT,
    after TEXT,
    desired_retention REAL,
    preset_id TEXT REFERENCES preset (id),
    rev INTEGER,
    content_hash TEXT,
    withdraws TEXT REFERENCES log (id),
    until_day INTEGER,
    corrects TEXT,
    previous_deck TEXT,
    previous_item TEXT,
    CHECK (kind <> 'answer' OR (rating IS NOT NULL AND after IS NOT NULL AND preset_id IS NOT NULL
        AND desired_retention IS NOT NULL)),
    CHECK ((kind = 'withdraw') = (withdraws IS NOT NULL)),
    CHECK ((kind = 'bury') = (until_day IS NOT NULL)),
    CHECK ((kind = 'rescore') = (corrects IS NOT NULL)),
    CHECK (kind <> 'rescore' OR (rating IS NOT NULL AND points IS NOT NULL AND max_points IS NOT NULL)),
    CHECK ((kind = 'relink') = (previous_deck IS NOT NULL AND previous_item IS NOT NULL))
) STRICT;
CREATE INDEX log_by_card ON log (deck_id, item_id, variant, id);
CREATE INDEX log_by_day ON log (study_day, kind);
CREATE INDEX log_withdrawn ON log (withdraws) WHERE withdraws IS NOT NULL;
CREATE INDEX log_relinks ON log (deck_id, item_id, variant) WHERE kind = 'relink';
CREATE INDEX log_relinked ON log (previous_deck, previous_item, variant) WHERE kind = 'relink';
CREATE TRIGGER log_keeps_rows BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
CREATE TRIGGER log_keeps_values BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;

CREATE TABLE state (
    deck_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    variant TEXT NOT NULL,
    phase TEXT NOT NULL CHECK (phase IN ('learning', 'review', 'relearning')),
    step INTEGER,
    stability REAL NOT NULL,
    difficulty REAL NOT NULL,
    due_ms INTEGER NOT NULL,
    interval_days INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    reps INTEGER NOT NULL,
    lapses INTEGER NOT NULL,
    PRIMARY KEY (deck_id, item_id, variant),
    CHECK ((phase = 'review') = (step IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX state_by_due ON state (deck_id, phase, due_ms);

CREATE TABLE mark (
    deck_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    variant TEXT NOT NULL,
    suspended INTEGER NOT NULL,
    leech INTEGER NOT NULL,
    flagged INTEGER NOT NULL,
    buried_until INTEGER,
    PRIMARY KEY (deck_id, item_id, variant)
) STRICT, WITHOUT ROWID;

CREATE TABLE offered (deck_id TEXT PRIMARY KEY, digest TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE known_item (
    deck_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    rev INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    bare_hash TEXT NOT NULL,
    question_hash TEXT NOT NULL,
    key_form TEXT NOT NULL,
    gone INTEGER NOT NULL,
    PRIMARY KEY (deck_id, item_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX known_by_content ON known_item (bare_hash);

CREATE TABLE card (
    deck_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    variant TEXT NOT NULL,
    position INTEGER NOT NULL,
    topic TEXT NOT NULL,
    is_new INTEGER NOT NULL,
    PRIMARY KEY (deck_id, item_id, variant)
) STRICT, WITHOUT ROWID;
CREATE INDEX card_new ON card (deck_id, position) WHERE is_new = 1;
"""

SECOND = """
CREATE TABLE earlier_item (
    deck_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    rev INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    question_hash TEXT NOT NULL,
    key_form TEXT NOT NULL,
    PRIMARY KEY (deck_id, item_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE late_item (
    deck_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    PRIMARY KEY (deck_id, item_id)
) STRICT, WITHOUT ROWID;
"""

STEPS: tuple[str, ...] = (FIRST, SECOND)
"""Step n takes a database from version n to n + 1; the version is SQLite's `user_version`."""


def migrate(connection: sqlite3.Connection) -> int:
    """Bring a database to the newest version, a transaction a step. Returns the version it had."""
    before = version(connection)
    for number in range(before, len(STEPS)):
        connection.execute("BEGIN IMMEDIATE")
        try:
            # another program may have taken the step while we waited for the lock
            if version(connection) == number:
                for statement in _statements(STEPS[number]):
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {number + 1}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    return before


def version(connection: sqlite3.Connection, schema: str = "main") -> int:
    """The version of the database's shape; 0 for an empty one."""
    return int(connection.execute(f"PRAGMA {schema}.user_version").fetchone()[0])


def is_known_shape(connection: sqlite3.Connection, *, alone: bool) -> bool:
    """Whether a database has the tables, indexes and triggers of the newest version that is known here.

    With `alone` it must have nothing else.
    """
    fresh = sqlite3.connect(":memory:", isolation_level=None)
    try:
        migrate(fresh)
        shape = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
        known, found = set(fresh.execute(shape)), set(connection.execute(shape))
        return known == found if alone else known <= found
    finally:
        fresh.close()


def _statements(script: str) -> list[str]:
    found, pending = [], ""
    for part in script.split(";"):
        pending += part + ";"
        if sqlite3.complete_statement(pending):
            if pending.strip(" \n;"):
                found.append(pending.strip())
            pending = ""
    return found
