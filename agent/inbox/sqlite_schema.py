"""A store's file on SQLite: how it is opened, and brought to a version of the schema and back."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from agent.errors import newer
from agent.inbox.parameters import moves
from agent.inbox.sql import Migration, migrations, step

KNOWN = migrations("sqlite")
VERSION = len(KNOWN)


def connect(path: Path) -> sqlite3.Connection:
    """
    The connection that writes, on a store of this version.

    Raises:
        StoreBusy: a newer agent wrote the store.
    """
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA auto_vacuum = INCREMENTAL")  # counts for a file that is made now
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        # Not in memory: there a savepoint's journal is walked from its begin after every statement,
        # and the time of a transaction grows with the square of the bytes that it changes.
        db.execute("PRAGMA temp_store = FILE")
        db.execute("PRAGMA cache_size = -32768")
        migrate(db, VERSION)
        db.executemany("INSERT OR IGNORE INTO moves VALUES (?, ?)", moves())
    except BaseException:
        db.close()
        raise
    return db


def version(db: sqlite3.Connection) -> int:
    """The version of the store's schema; 0 for an empty file."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def migrate(db: sqlite3.Connection, to: int, known: Sequence[Migration] = KNOWN) -> None:
    """
    Bring the store to a version, each step a transaction of its own.

    Raises:
        StoreBusy: there is no way from the store's version, which a newer agent knows.
    """
    while (at := version(db)) != to:
        if at > len(known):
            raise newer(at, len(known))
        statements, after = step(known, at, to)
        try:
            db.executescript(
                f"BEGIN IMMEDIATE; {statements}; PRAGMA user_version = {after}; COMMIT;"
            )
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
