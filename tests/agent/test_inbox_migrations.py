"""Versions of the store's schema: up, down, and whole whatever cuts them off."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import postgres
import psycopg
import pytest
from click.testing import CliRunner

from agent.cli import main
from agent.errors import StoreBusy
from agent.inbox import versions
from agent.inbox.model import Filter, Import, Incoming, PollState, Problem, Settled
from agent.inbox.opening import opened
from agent.inbox.postgres_schema import migrate as migrate_postgres
from agent.inbox.sql import Kind, Migration, migrations
from agent.inbox.states import State

KINDS: tuple[Kind, ...] = ("sqlite", "postgres")
both = pytest.mark.parametrize("kind", KINDS)


@contextmanager
def place(kind: Kind, tmp_path: Path) -> Iterator[Path | str]:
    """Where an empty store of a kind can be made."""
    if kind == "sqlite":
        yield tmp_path / "inbox.db"
        return
    with postgres.schema() as url:
        yield url


def fill(where: Path | str) -> None:
    """Events in every state, a run, a poll."""

    async def work() -> None:
        store = await opened(where)
        rows = [
            Incoming("f", str(n), f"k{n % 7}", f'{{"n": "é{n}"}}'.encode(), sequence=str(n))
            for n in range(30)
        ]
        await store.accept(rows)
        await store.accept([Incoming("bills", "b", "b", b"{}", file="b.csv", ordinal=1)])
        lease = await store.lease("f", 7, 600)
        states = [State.DONE, State.HELD, State.DEAD, State.UNKNOWN, State.WAITING]
        problem = Problem("X", "was ist", "memo", "a.yaml:1:1")
        await store.complete(
            lease.owner,
            [
                Settled(one.id, state, outcome="x", record="7", problem=problem, answer="{}")
                for one, state in zip(lease.events, states, strict=False)
            ],
        )
        await store.begin_import(Import("r", "bills", 1, "staging", 5.0))
        await store.lease("bills", 1, 600, owner="r")
        await store.submitted("r", 1)
        await store.end_poll("stock", PollState("w", "z", 1.0))
        await store.close()

    asyncio.run(work())


COLUMNS = (
    "id, flow, event_id, key, grp, sequence, origin, file, ordinal, place, body, attempts, alone,"
    " received_at, outcome, record, record_key, code, message, field, spec, class, answer"
)


def ask(where: Path | str, query: str) -> list[tuple[Any, ...]]:
    if isinstance(where, Path):
        with closing(sqlite3.connect(where)) as db:
            return db.execute(query).fetchall()
    with psycopg.connect(where) as db:
        return db.execute(query.encode()).fetchall()


def kept(where: Path | str) -> list[Any]:
    """Everything of the events that a restart leaves as it is, their history and their keys."""
    queries = (
        f"SELECT {COLUMNS}, state FROM events ORDER BY id",
        "SELECT event, at, before, after, attempts, code, message FROM audit ORDER BY event, at, after",
        "SELECT flow, key, grp FROM keys ORDER BY flow, key",
        "SELECT id, flow, parts, status FROM imports",
        "SELECT flow, watermark, zone, began FROM polls",
    )
    return [
        [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in rows]
        for rows in (ask(where, query) for query in queries)
    ]


def shape(where: Path | str) -> list[tuple[Any, ...]]:
    """Tables with their columns, indexes, triggers and functions."""
    if isinstance(where, Path):
        tables = [
            row[0] for row in ask(where, "SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        columns = [
            (table, *row)
            for table in sorted(tables)
            for row in ask(where, f"PRAGMA table_info({table})")
        ]
        others = "SELECT type, name, sql FROM sqlite_master WHERE type <> 'table' ORDER BY name"
        return [*columns, *ask(where, others)]
    here = "= current_schema()"
    columns = "table_name, column_name, data_type, is_nullable, column_default, collation_name"
    triggers = "event_object_table, trigger_name, action_statement"
    constraints = "conrelid::regclass::text, conname, pg_get_constraintdef(c.oid)"
    found = [
        f"SELECT {columns} FROM information_schema.columns WHERE table_schema {here}",
        f"SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname {here}",
        f"SELECT {triggers} FROM information_schema.triggers WHERE trigger_schema {here}",
        f"SELECT proname, prosrc FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE nspname {here}",
        f"SELECT {constraints} FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace WHERE nspname {here}",
    ]
    return [row for query in found for row in ask(where, f"{query} ORDER BY 1, 2")]


def steps(kind: Kind) -> list[int]:
    """Versions that have one before them to go back to."""
    return list(range(2, len(migrations(kind)) + 1))


@both
def test_numbers_leave_no_gap_and_all_but_the_first_have_a_way_back(kind: Kind) -> None:
    known = migrations(kind)
    assert [one.version for one in known] == list(range(1, len(known) + 1))
    assert all(one.up.strip() for one in known)
    assert [bool(one.down.strip()) for one in known] == [False, *[True] * (len(known) - 1)]


@pytest.mark.parametrize(("kind", "to"), [(kind, to) for kind in KINDS for to in steps(kind)])
def test_a_filled_store_goes_back_and_comes_again(kind: Kind, to: int, tmp_path: Path) -> None:
    """The schema is that of the version before and then the same again, and of the events nothing is lost."""
    with place(kind, tmp_path) as where:
        fill(where)
        newest = versions.known(where)
        versions.migrate(where, to)
        events, there = kept(where), shape(where)
        versions.migrate(where, to - 1)
        assert versions.found(where) == to - 1
        before = shape(where)
        assert before != there
        if to > 2 or kind == "postgres":  # version 1 on SQLite had no polls
            assert kept(where) == events
        versions.migrate(where, to)
        assert shape(where) == there
        versions.migrate(where, to - 1)
        assert shape(where) == before
        # An agent brings it up by itself, and goes on with what is there.
        asyncio.run(_goes_on(where))
        assert versions.found(where) == newest


async def _goes_on(where: Path | str) -> None:
    store = await opened(where)
    assert len(await store.find(Filter(), limit=100)) == 31
    again = [Incoming("f", "0", "k0", b"{}"), Incoming("f", "new", "k0", b"{}")]
    assert await store.accept(again) == [False, True]
    shown = await store.show((await store.find(Filter(flow="f", key="k3")))[0]["id"])
    assert shown is not None
    assert bytes(shown["body"]) == f'{{"n": "é{shown["event_id"]}"}}'.encode()
    await store.close()


@both
def test_a_store_that_grew_is_as_one_that_is_new(kind: Kind, tmp_path: Path) -> None:
    with place(kind, tmp_path) as where:
        fill(where)
        new = shape(where)
        versions.migrate(where, 1)
        versions.migrate(where, versions.known(where))
        assert shape(where) == new


def torn(kind: Kind, death: str) -> Callable[[], tuple[Migration, ...]]:
    """The migrations with one more, that is cut off in the middle."""
    known = migrations(kind)
    up = f"ALTER TABLE events ADD COLUMN half TEXT; UPDATE events SET key = 'x'; SELECT {death}; DROP TABLE keys;"
    return lambda: (*known, Migration(len(known) + 1, "torn", up, ""))


CHILD = """
import os, signal, sqlite3, sys
from pathlib import Path
from agent.inbox import sqlite_schema
from agent.inbox.sql import Migration, migrations

known = migrations("sqlite")
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.create_function("die", 0, lambda: os.kill(os.getpid(), signal.SIGKILL))
sqlite_schema.migrate(db, len(known) + 1, (*known, Migration(len(known) + 1, "torn", sys.argv[2], "")))
"""


def test_a_kill_in_the_middle_leaves_the_version_before(tmp_path: Path) -> None:
    where = tmp_path / "inbox.db"
    fill(where)
    before = kept(where), shape(where), versions.found(where)
    statements = torn("sqlite", "die()")()[-1].up
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(where), statements], env=os.environ, check=False
    )
    assert child.returncode == -signal.SIGKILL
    assert (kept(where), shape(where), versions.found(where)) == before
    asyncio.run(_goes_on(where))


def test_a_cut_connection_leaves_the_version_before() -> None:
    with postgres.schema() as where:
        fill(where)
        before = kept(where), shape(where), versions.found(where)
        known = torn("postgres", "pg_terminate_backend(pg_backend_pid())")()

        async def cut() -> None:
            async with await psycopg.AsyncConnection.connect(where, autocommit=True) as db:
                await migrate_postgres(db, len(known), known)

        with pytest.raises(psycopg.OperationalError):
            asyncio.run(cut())
        assert (kept(where), shape(where), versions.found(where)) == before
        asyncio.run(_goes_on(where))


def test_agents_that_start_at_once_make_the_store_once() -> None:
    with postgres.schema() as where:

        async def start() -> None:
            stores = await asyncio.gather(*(opened(where, place="") for _ in range(5)))
            await asyncio.gather(*(store.close() for store in stores))

        asyncio.run(start())
        assert ask(where, "SELECT version FROM store") == [(versions.known(where),)]


@both
def test_a_newer_store_is_left_alone(kind: Kind, tmp_path: Path) -> None:
    """And the message says how to bring it back."""
    with place(kind, tmp_path) as where:
        fill(where)
        _write(where, "PRAGMA user_version = 99", "UPDATE store SET version = 99")
        with pytest.raises(StoreBusy, match=r"newer agent .*store version 99.* --to \d+"):
            asyncio.run(opened(where))
        assert versions.found(where) == 99


def _write(where: Path | str, on_file: str, on_server: str) -> None:
    if isinstance(where, Path):
        with closing(sqlite3.connect(where)) as db:
            db.execute(on_file)
        return
    with psycopg.connect(where) as server:
        server.execute(on_server.encode())


@pytest.fixture
def command(tmp_path: Path) -> Callable[..., tuple[int, str]]:
    def run(where: Path | str, *args: str) -> tuple[int, str]:
        config = tmp_path / "agent.toml"
        config.write_text(f'bundle = "b"\nenvironment = "sandbox"\nstore = "{where}"\n')
        result = CliRunner().invoke(main, ["store", *args, "--config", str(config)])
        return result.exit_code, result.output

    return run


@both
def test_an_operator_goes_back_before_an_older_release(
    kind: Kind, tmp_path: Path, command: Callable[..., tuple[int, str]]
) -> None:
    with place(kind, tmp_path) as where:
        known = versions.known(where)
        assert command(where, "version") == (0, f"store  none yet\nagent  {known}\n")
        assert command(where, "migrate")[0] == 2
        fill(where)
        code, said = command(where, "migrate", "--to", str(known + 1))
        assert (code, f"up to {known}" in said) == (2, True)
        assert command(where, "migrate", "--to", "1") == (0, f"store version 1, was {known}\n")
        assert command(where, "version", "--json") == (0, f'{{"store": 1, "agent": {known}}}\n')
        assert command(where, "migrate") == (0, f"store version {known}, was 1\n")


@both
def test_a_store_does_not_go_back_under_an_agent(
    kind: Kind, tmp_path: Path, command: Callable[..., tuple[int, str]]
) -> None:
    with place(kind, tmp_path) as where:

        async def work() -> tuple[int, str]:
            store = await opened(where, place="here:1")
            done = await asyncio.to_thread(command, where, "migrate", "--to", "1")
            await store.close()
            return done

        code, said = asyncio.run(work())
        assert code == 2
        assert "run" in said
        assert command(where, "migrate", "--to", "1")[0] == 0
