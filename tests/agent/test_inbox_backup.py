"""A copy that is made while documents come in holds all that were answered before, and an agent goes on from it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path

import httpx
import postgres
from agent_bench import Bench, until
from click.testing import CliRunner
from fake_account import FakeAccount, signed
from test_inbox import Clock, on_store

from agent.cli import main
from agent.inbox.model import Incoming


def store(*args: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["store", *map(str, args)])
    return done.exit_code, done.output


def test_a_copy_made_under_load_is_whole_and_an_agent_goes_on_from_it(
    bench: Bench, tmp_path: Path
) -> None:
    copies = [tmp_path / f"copy{n}.db" for n in range(3)]
    answered: list[str] = []
    before: list[set[str]] = []

    async def load(client: httpx.AsyncClient, sender: int) -> None:
        for n in range(10_000):
            name = f"{sender}-{n}"
            body = json.dumps({"id": name}).encode()
            answer = await client.post("/in/orders", content=body, headers=signed(body, name))
            assert answer.status_code == 202
            answered.append(name)

    async def work(client: httpx.AsyncClient) -> None:
        senders = [asyncio.create_task(load(client, n)) for n in range(8)]
        for copy in copies:
            more = len(answered) + 100
            await until("documents come in", lambda more=more: len(answered) > more)
            before.append(set(answered))
            config = bench.folder / "agent.toml"
            code, said = await asyncio.to_thread(store, "backup", copy, "--config", config)
            assert code == 0, said
        for sender in senders:
            sender.cancel()
        await asyncio.gather(*senders, return_exceptions=True)

    bench.run(work)
    assert len(before[0]) < len(before[1]) < len(before[2])
    for copy, held in zip(copies, before, strict=True):
        with sqlite3.connect(copy) as db:
            assert held <= {row[0] for row in db.execute("SELECT event_id FROM events")}
        db.close()
        assert copy.stat().st_mode & 0o777 == 0o600

    account = FakeAccount()
    try:
        (tmp_path / "restored").mkdir()
        restored = Bench(tmp_path / "restored", account)
        copies[1].rename(restored.folder / "inbox.db")

        async def go_on(client: httpx.AsyncClient) -> None:
            again = signed(b'{"id": "x"}', min(before[1]))
            answer = await client.post("/in/orders", content=b'{"id": "x"}', headers=again)
            assert answer.json() == {"accepted": 0, "repeated": 1}
            await until("all is done", lambda: set(restored.states().values()) == {"done"})

        restored.run(go_on)
    finally:
        account.close()


def test_a_copy_is_never_written_over_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    path = tmp_path / "inbox.db"
    config = tmp_path / "agent.toml"
    config.write_text(f'bundle = "b"\nenvironment = "e"\nstore = "{path}"\n')
    copy = tmp_path / "copies" / "one.db"
    assert store("backup", copy, "--config", config)[0] == 2

    async def keep(inbox: object, clock: Clock) -> None:
        await inbox.accept([Incoming("f", "1", "k", b"{}")])  # type: ignore[attr-defined]

    on_store(keep, path)
    code, said = store("backup", copy, "--config", config)
    assert (code, "cannot be made" in said) == (2, True)
    copy.parent.mkdir()
    assert store("backup", copy, "--config", config) == (0, f"{copy}: 1 events, whole\n")
    code, said = store("backup", copy, "--config", config)
    assert (code, "never written over" in said) == (2, True)
    assert [file.name for file in copy.parent.iterdir()] == ["one.db"]


def test_a_damaged_store_gives_no_copy(tmp_path: Path) -> None:
    path = tmp_path / "inbox.db"
    config = tmp_path / "agent.toml"
    config.write_text(f'bundle = "b"\nenvironment = "e"\nstore = "{path}"\n')

    async def keep(inbox: object, clock: Clock) -> None:
        rows = [Incoming("f", str(n), str(n), b"[%d]" % n) for n in range(2_000)]
        await inbox.accept(rows)  # type: ignore[attr-defined]

    on_store(keep, path)
    with path.open("r+b") as file:
        file.seek(4096 * 20)
        file.write(b"\xff" * 4096 * 10)
    code, said = store("backup", tmp_path / "copy.db", "--config", config)
    assert (code, "copy" in said) == (2, True)
    assert not (tmp_path / "copy.db").exists()


def test_on_a_server_the_servers_own_tool_is_named(tmp_path: Path) -> None:
    config = tmp_path / "agent.toml"
    with postgres.schema() as url:
        config.write_text(f'bundle = "b"\nenvironment = "e"\nstore = "{url}"\n')
        code, said = store("backup", tmp_path / "copy", "--config", config)
    assert (code, "pg_dump" in said) == (2, True)
