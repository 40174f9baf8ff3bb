"""Encrypted at rest: nothing readable in the file, nothing lost with a new key, a clear word where a key is missing."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from agent_bench import Bench, until
from click.testing import CliRunner
from fake_account import signed
from test_inbox import both
from test_inbox_migrations import ask, place

from agent.cli import main
from agent.errors import ConfigError, Sealed, StoreBusy
from agent.inbox import versions
from agent.inbox.model import Call, Filter, Incoming, Settled, Try
from agent.inbox.opening import looking, opened
from agent.inbox.resealing import reseal
from agent.inbox.seal import Seal, new_key
from agent.inbox.sql import Kind
from agent.inbox.states import State

WORD = "Geheimrat Müller"
BODY = f'{{"name": "{WORD}"}}'.encode()


def sealing(*keys: str) -> Seal:
    return Seal(lambda: list(keys))


def on(where: Path | str, seal: Seal | None, work: Callable[[Any], Any]) -> Any:
    async def run() -> Any:
        store = await opened(where, seal=seal)
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())


async def fill(store: Any) -> None:
    call = Call(f'{{"user-agent": "{WORD}"}}', b"[" + BODY + b"]")
    await store.accept([Incoming("f", str(n), f"k{n}", BODY, raw=call) for n in range(3)])
    one = Call("{}", BODY)
    await store.accept([Incoming("g", "0", "k", BODY, raw=one)])
    lease = await store.lease("f", 1, 60)
    assert lease.events[0].body == BODY
    told = f'{{"n": "{WORD}"}}'
    call = Try(1.0, "here:1", "b", BODY, told)
    done = Settled(lease.events[0].id, State.DONE, outcome="created", answer=told, call=call)
    await store.complete(lease.owner, [done])
    lease = await store.lease("f", 1, 60)
    event = lease.events[0].id
    await store.complete(lease.owner, [Settled(event, State.HELD)])
    await store.edit(event, BODY, "me")


async def all_bodies(store: Any) -> set[bytes]:
    found = set()
    for row in await store.find(Filter()):
        shown = await store.show(row["id"])
        found.add(bytes(shown["body"]))
        found |= {bytes(one["sent"]) for one in shown["tries"]}
        found |= {bytes(shown["original"])} if shown["original"] else set()
        call = await store.received(row["id"])
        assert call.body == (b"[" + BODY + b"]" if row["flow"] == "f" else BODY)
    return found


def everything(where: Path | str) -> bytes:
    """All that the store has written."""
    if isinstance(where, Path):
        return b"".join(file.read_bytes() for file in where.parent.glob(where.name + "*"))
    with psycopg.connect(where) as db:
        return b"".join(
            bytes(value) if isinstance(value, bytes) else str(value).encode()
            for table in ("events", "raw", "tries", "audit", "keys")
            for row in db.execute(f"SELECT * FROM {table}".encode())
            for value in row
        )


@both
def test_a_dump_holds_nothing_readable(kind: Kind, tmp_path: Path) -> None:
    key = new_key()
    with place(kind, tmp_path) as where:
        on(where, None, fill)
        assert WORD.encode() in everything(where)
        assert reseal(where, sealing(key)) == 4 + 2 + 1
        on(where, sealing(key), lambda store: store.accept([Incoming("h", "1", "k", BODY)]))

        async def settle(store: Any) -> None:
            lease = await store.lease("f", 1, 60)
            answer = f'{{"n": "{WORD}"}}'
            await store.complete(
                lease.owner, [Settled(lease.events[0].id, State.DONE, answer=answer)]
            )

        on(where, sealing(key), settle)
        held = everything(where)
        assert not any(part.encode() in held for part in (WORD, *WORD.split()))
        shown = looking(where, sealing(key)).show(2)
        assert shown is not None
        assert shown["body"] == BODY


@both
def test_without_its_key_a_store_is_not_opened(kind: Kind, tmp_path: Path) -> None:
    mine, other = new_key(), new_key()
    with place(kind, tmp_path) as where:
        on(where, sealing(mine), fill)
        with pytest.raises(Sealed, match=r"key [0-9a-f]{8}, which store_key .* must name"):
            on(where, None, fill)
        with pytest.raises(Sealed, match="is not among those"):
            on(where, sealing(other), fill)
        assert on(where, sealing(mine), all_bodies) == {BODY}


@both
def test_old_keys_read_until_all_is_encrypted_anew(kind: Kind, tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    with place(kind, tmp_path) as where:
        on(where, sealing(old), fill)
        both_keys = sealing(f"{new}\n{old}\n")
        on(where, both_keys, lambda store: store.accept([Incoming("f", "late", "k", BODY)]))
        # What was encrypted with the new key is read with it alone.
        newest = max(row[0] for row in ask(where, "SELECT id FROM events"))
        shown = on(where, both_keys, lambda store: store.show(newest))
        assert shown["body"] == BODY
        with pytest.raises(Sealed):
            on(where, sealing(new), all_bodies)
        reseal(where, both_keys)
        on(where, sealing(new), lambda store: store.discard(Filter(ids=(newest,)), "r", "me"))
        with pytest.raises(Sealed):
            on(where, sealing(old), all_bodies)


@both
def test_one_body_that_cannot_be_read_holds_up_no_other(kind: Kind, tmp_path: Path) -> None:
    """It stays open, and is sent when its key is back."""
    mine, lost = new_key(), new_key()
    with place(kind, tmp_path) as where:
        on(where, sealing(mine), lambda store: store.accept([Incoming("f", "1", "1", BODY)]))
        keys = [lost, mine]
        on(where, Seal(lambda: keys), lambda store: store.accept([Incoming("f", "2", "2", BODY)]))
        on(where, sealing(mine, lost), lambda store: store.accept([Incoming("f", "3", "3", BODY)]))

        async def lease(store: Any) -> list[str]:
            found = await store.lease("f", 5, 60)
            await store.release(found.owner)
            return [one.event_id for one in found.events]

        assert on(where, sealing(mine), lease) == ["1", "3"]
        reseal(where, sealing(mine, lost))
        row = on(where, sealing(mine), lambda store: store.find(Filter(key="2")))[0]
        assert row["state"] == "received"


@both
def test_an_older_agent_gets_no_store_that_it_cannot_read(kind: Kind, tmp_path: Path) -> None:
    key = new_key()
    with place(kind, tmp_path) as where:
        on(where, sealing(key), fill)
        config = tmp_path / "agent.toml"
        config.write_text(
            f'bundle = "b"\nenvironment = "e"\nstore = "{where}"\nstore_key = "inbox_key"\n'
            '[secrets]\nsource = ["secrets"]\n'
        )

        def run(*args: str) -> tuple[int, str]:
            done = CliRunner().invoke(main, ["store", *args, "--config", str(config)])
            return done.exit_code, done.output

        code, said = run("migrate", "--to", "4")
        assert (code, "store reseal --plain" in said) == (2, True)
        code, said = run("reseal", "--plain")
        assert (code, "secret 'inbox_key' has no value" in said) == (2, True)
        (tmp_path / "secrets").mkdir()
        (tmp_path / "secrets" / "inbox_key").write_text(key + "\n")
        assert run("reseal", "--plain") == (0, "7 rows\n")
        assert run("migrate", "--to", "4")[0] == 0
        assert versions.found(where) == 4
        assert bytes(ask(where, "SELECT body FROM events ORDER BY id")[0][0]) == BODY


@both
def test_nothing_is_encrypted_anew_under_an_agent(kind: Kind, tmp_path: Path) -> None:
    async def work() -> None:
        store = await opened(where, place="here:1")
        with pytest.raises(StoreBusy, match="run"):
            await asyncio.to_thread(reseal, where, sealing(new_key()))
        await store.close()

    with place(kind, tmp_path) as where:
        asyncio.run(work())


@pytest.mark.parametrize("text", ["", "short", "ä" * 44, "A" * 20])
def test_what_is_no_key_is_said(text: str) -> None:
    with pytest.raises(ConfigError, match="store_key"):
        sealing(text)


def test_a_changed_body_is_noticed() -> None:
    seal = sealing(new_key())
    closed = seal.close(BODY)
    assert seal.open(closed) == BODY
    assert seal.close(BODY) != closed
    with pytest.raises(Sealed, match="changed or cut"):
        seal.open(closed[:-1])


# --- calls as they came -----------------------------------------------------------------------


@both
def test_a_call_is_kept_exactly_for_its_time(kind: Kind, tmp_path: Path) -> None:
    """Also when its event's body is changed; a repeat leaves nothing behind."""

    async def work(store: Any) -> None:
        exact = Call('{"webhook-id": "w1"}', b'\xef\xbb\xbf {"a" : 1} \r\n')
        same = Call("{}", b"[1]")
        assert await store.accept([Incoming("f", "1", "1", b'{"a" : 1}', raw=exact)]) == [True]
        assert await store.accept([Incoming("f", "2", "2", b"[1]", raw=same)]) == [True]
        assert await store.accept([Incoming("f", "1", "1", b'{"a" : 1}', raw=exact)]) == [False]
        await store.accept([Incoming("f", "3", "3", b"{}")])
        ids = {row["event_id"]: row["id"] for row in await store.find(Filter())}
        call = await store.received(ids["1"])
        assert (call.body, call.headers) == (exact.body, exact.headers)
        assert await store.received(ids["3"]) is None
        assert len(ask(where, "SELECT id FROM raw")) == 2
        change(where, ids["2"])
        assert (await store.received(ids["2"])).body == b"[1]"
        await store.purge(0.0, raw=call.at)
        assert await store.received(ids["1"]) is not None
        await store.purge(0.0, raw=call.at + 1_000)
        assert await store.received(ids["1"]) is None
        assert ask(where, "SELECT id FROM raw") == []

    with place(kind, tmp_path) as where:
        on(where, None, work)


def change(where: Path | str, row: int) -> None:
    if isinstance(where, Path):
        with closing(sqlite3.connect(where)) as db:
            db.execute("UPDATE events SET body = x'7b7d' WHERE id = ?", (row,))
            db.commit()
        return
    with psycopg.connect(where) as server:
        server.execute("UPDATE events SET body = '{}' WHERE id = %s", (row,))


def test_the_agent_keeps_calls_without_what_proves_them(bench: Bench) -> None:
    """And `store raw` gives the bytes, to be sent again; one that was refused is not kept."""
    key = new_key()
    bench.top = 'store_key = "inbox_key"\n'
    (bench.folder / "secrets").mkdir(exist_ok=True)
    (bench.folder / "secrets" / "inbox_key").write_text(key)
    body = b'{"id":  7, "name": "Geheimrat M\xc3\xbcller"}'
    extra = {
        "X-Shop-Topic": "orders/create",
        "X-Shop-Event": "sesame",
        "X-Api-Key": "k-123456",
        "X-Access-Token-Id": "t-123456",
        "Cookie": "a=b",
        "Content-Type": "application/json",
    }

    async def work(client: httpx.AsyncClient) -> None:
        answer = await client.post("/in/orders", content=body, headers=signed(body) | extra)
        assert answer.status_code == 202
        refused = await client.post("/in/orders", content=body, headers=extra)
        assert refused.status_code == 401
        once = {"Authorization": "Bearer sesame", "webhook-id": "o1"}
        assert (await client.post("/in/once", content=b'{"id": 1}', headers=once)).is_success
        await until("both are in the account", lambda: len(bench.account.saves) == 2)

    bench.run(work)
    where = bench.folder / "inbox.db"
    assert len(ask(where, "SELECT id FROM raw")) == 2
    assert b"Geheimrat" not in everything(where)
    config = str(bench.folder / "agent.toml")
    done = CliRunner().invoke(main, ["store", "raw", "1", "--config", config])
    assert (done.exit_code, done.stdout_bytes) == (0, body)
    done = CliRunner().invoke(main, ["store", "raw", "1", "--json", "--config", config])
    headers = json.loads(done.output)["headers"]
    assert headers["x-shop-topic"] == "orders/create"
    assert headers["x-shop-event"] == "[secret]"
    assert headers["webhook-id"] == "msg_1"
    for name in ("authorization", "x-api-key", "x-access-token-id", "cookie", "webhook-signature"):
        assert name not in headers
    done = CliRunner().invoke(main, ["store", "raw", "2", "--json", "--config", config])
    assert "sesame" not in done.output
    (bench.folder / "secrets" / "inbox_key").unlink()
    done = CliRunner().invoke(main, ["show", "1", "--config", config])
    assert (done.exit_code, "secret 'inbox_key' has no value" in done.output) == (2, True)


def test_calls_are_not_kept_where_nobody_wants_them(bench: Bench) -> None:
    bench.top = "keep_raw_days = 0\n"

    async def work(client: httpx.AsyncClient) -> None:
        assert (await client.post("/in/orders", content=b"{}", headers=signed(b"{}"))).is_success

    bench.run(work)
    assert ask(bench.folder / "inbox.db", "SELECT id FROM raw") == []
