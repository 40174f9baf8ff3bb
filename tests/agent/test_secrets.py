"""Secrets: where they come from, that they can be changed while the agent runs, and that nobody sees them."""

from __future__ import annotations

import json
import signal
import sqlite3
import sys
import time
import types
from pathlib import Path
from typing import Any

import fake_account
import httpx
import psycopg
import pytest
from agent_bench import Bench
from fake_account import signed
from psycopg import sql
from pytest_httpserver import HTTPServer
from standardwebhooks import Webhook
from test_service import Agent, agent  # noqa: F401 - the fixture
from werkzeug import Request, Response

from agent import redaction
from agent.errors import DeliveryError, SecretMissing
from agent.secrets import Secrets

MARK = "mark3d-s3cr3t"


@pytest.mark.parametrize("place", ["environment", "credentials", "folder", "keyring"])
def test_a_secret_is_found_in_its_place(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = types.ModuleType("keyring")
    ring.get_password = lambda service, name: f"{service}/{name}"  # type: ignore[attr-defined]
    ring.errors = types.SimpleNamespace(KeyringError=OSError)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", ring)
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path / "credentials")}
    if place == "environment":
        environ["SUITELOOM_SECRET_SHOP_KEY"] = "here"
    elif place != "keyring":
        (tmp_path / place).mkdir()
        (tmp_path / place / "shop-key").write_text("here\n")
    secrets = Secrets([tmp_path / "folder"], environ, keyring="loom")
    assert secrets.get("shop-key") == ("loom/shop-key" if place == "keyring" else "here")


def test_a_missing_secret_names_every_place(tmp_path: Path) -> None:
    with pytest.raises(SecretMissing, match=r"SUITELOOM_SECRET_SHOP.*credentials/shop.*files/shop"):
        Secrets([tmp_path / "files"], {"CREDENTIALS_DIRECTORY": "/credentials"}).get("shop")


def test_old_and_new_are_taken_while_both_are_there_without_a_restart(bench: Bench) -> None:
    old, new = fake_account.KEY, "whsec_" + "bmV3" * 8
    folder = bench.folder / "secrets"

    async def work(client: httpx.AsyncClient) -> Any:
        answers: list[int] = []

        async def post(key: str) -> None:
            number = len(answers)
            body = json.dumps({"id": number}).encode()
            headers = signed(body, f"m{number}")
            headers["webhook-signature"] = Webhook(key).sign(
                f"m{number}", _stamp(headers), body.decode()
            )
            answers.append(
                (await client.post("/in/orders", content=body, headers=headers)).status_code
            )

        await post(old)
        await post(new)
        (folder / "shop").write_text(new)
        (folder / "shop_previous").write_text(old)
        await post(old)
        await post(new)
        (folder / "shop_previous").unlink()
        await post(old)
        await post(new)
        return answers

    taken = {True: "yes", False: "no"}
    answers = [taken[status < 300] for status in bench.run(work)]
    assert answers == ["yes", "no", "yes", "yes", "no", "yes"]


def _stamp(headers: dict[str, str]) -> Any:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)


def test_an_error_does_not_carry_what_the_other_side_echoed() -> None:
    redaction.SECRETS.learn(f'{MARK}"/+')
    for echo in (f'{MARK}"/+', f"{MARK}%22%2F%2B", json.dumps(f'{MARK}"/+')):
        assert MARK not in str(DeliveryError("http_400", f"you sent {echo}"))


@pytest.mark.parametrize("agent", ["sqlite", "postgres"], indirect=True)
def test_no_failure_shows_a_secret(agent: Agent, httpserver: HTTPServer) -> None:  # noqa: F811
    """Target and account echo whatever they are sent, in errors; nothing that can be looked at has it."""
    bench = agent.bench

    def echo(request: Request) -> Response:
        return Response(json.dumps(dict(request.headers)), 400)

    httpserver.expect_request("/hook").respond_with_handler(echo)
    marked = {"shop_token": f"{MARK}-bearer/+", "agent_token": f"{MARK}-door"}
    bench.source = httpserver.url_for("")
    connection = {
        "base_url": {"sandbox": httpserver.url_for("")},
        "auth": {"kind": "bearer", "secret": "shop_token"},
        "sign": None,
        "rate_per_second": None,
    }
    agent.config = bench.write(agent.url.removeprefix("http://"))
    flows = fake_account.flows_json() | {"connections": {"shop": connection}}
    (bench.folder / "flows.json").write_text(json.dumps(flows))
    agent.config.write_text(agent.config.read_text().replace('"error"', '"debug"'))
    for name, value in marked.items():
        (bench.folder / "secrets" / name).write_text(value)
    said = f"Authorization: Bearer {MARK}-bearer/+ and {MARK}-door"
    bench.account.fault = lambda _script: (400, {"error": {"code": "X", "message": said}})
    bench.account.token = lambda: (200, {"access_token": f"{MARK}-access", "expires_in": "3600"})  # type: ignore[method-assign]
    agent.start()
    assert agent.post(1)
    event = fake_account.event("e1")
    headers = signed(event, "e1")
    assert httpx.post(f"{agent.url}/netsuite/events", content=event, headers=headers).is_success
    bearer = {"Authorization": f"Bearer {MARK}-door"}
    bad = httpx.post(f"{agent.url}/in/orders", content=b"{}", headers=bearer)
    assert bad.status_code == 401

    def ended() -> bool:
        return bench.states().get("e1") == "held"

    while not ended():
        assert agent.process is not None
        assert agent.process.poll() is None
        time.sleep(0.05)
    seen = [httpx.get(f"{agent.url}/metrics").text]
    seen.append(httpx.get(f"{agent.url}/status", headers=bearer).text)
    seen += [agent.type("show", str(row["id"]), "--json") for row in agent.json("list")]
    assert any("[secret]" in text for text in seen)  # the echo came as far as that
    assert agent.end(signal.SIGTERM) == 0
    seen.append((bench.folder / "agent.log").read_text())
    seen += _kept_on_a_server(bench.address) if bench.address else _kept_in_a_file(bench.folder)
    assert not [text for text in seen if MARK in text]


def _kept_in_a_file(folder: Path) -> list[str]:
    """The store by its rows, and byte by byte with what was deleted."""
    with sqlite3.connect(folder / "inbox.db") as db:
        rows = list(db.iterdump())
    return rows + [path.read_bytes().decode("latin-1") for path in folder.glob("inbox.db*")]


def _kept_on_a_server(address: str) -> list[str]:
    """Every row of every table as text; bytes as they are."""
    with psycopg.connect(address) as db:
        tables = db.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema"
        ).fetchall()
        rows = [
            row
            for (table,) in tables
            for row in db.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table)))
        ]
    assert rows
    return [
        value.decode("latin-1") if isinstance(value, bytes) else str(value)
        for row in rows
        for value in row
    ]
