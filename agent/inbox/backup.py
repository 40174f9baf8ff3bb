"""A copy of a SQLite store while an agent runs on it: whole, checked, and ready to be run on."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from agent.errors import StoreBusy, UserError
from agent.inbox.reader import read_only

# How long a copy waits for a moment in which the file can be read.
PATIENCE_SECONDS = 60.0


def backup(store: Path | str, copy: Path) -> int:
    """
    Copy the store to a file that is not there yet; returns how many events it holds.

    The copy is the store at one moment: every event that was answered before the call is in it. It
    is read in one transaction beside the writer, which goes on (the copy's reading keeps its log
    from being cut meanwhile).

    Raises:
        UserError: the store is PostgreSQL or not there, or the copy's file is.
        StoreBusy: the copy cannot be written, or is not whole.
    """
    if not isinstance(store, Path):
        raise UserError(
            "the store is on PostgreSQL: use pg_dump, which copies it at one moment while agents run"
        )
    if not store.exists():
        raise UserError(f"{store}: no store there; `suiteloom-agent run` makes it")
    if copy.exists():
        raise UserError(f"{copy}: is there already; a copy is never written over")
    part = copy.with_name(f"{copy.name}.{os.getpid()}")
    try:
        _write(store, part)
        events = _checked(part)
        os.link(part, copy)  # unlike a rename, not over a file that came meanwhile
    except FileExistsError as error:
        raise UserError(f"{copy}: is there already; a copy is never written over") from error
    except (sqlite3.Error, OSError) as error:
        raise StoreBusy(f"{copy}: the copy cannot be made: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return events


def _write(store: Path, part: Path) -> None:
    part.touch(mode=0o600, exist_ok=False)
    with closing(sqlite3.connect(read_only(store), uri=True, timeout=PATIENCE_SECONDS)) as db:
        db.execute("VACUUM INTO ?", (str(part),))
    with part.open("rb") as file:
        os.fsync(file.fileno())


def _checked(part: Path) -> int:
    with closing(sqlite3.connect(read_only(part), uri=True)) as db:
        found = [row[0] for row in db.execute("PRAGMA integrity_check(10)")]
        if found != ["ok"]:
            raise StoreBusy(f"the copy is not whole: {'; '.join(found)}")
        return int(db.execute("SELECT count(*) FROM events").fetchone()[0])
