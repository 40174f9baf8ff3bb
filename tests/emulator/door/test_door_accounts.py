"""Clones, revoked credentials, addresses that are not there, and requests that are none."""

from __future__ import annotations

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import requests
from requests_oauthlib import OAuth1

from emulator.control import Control
from emulator.errors import UsageError
from emulator.server import LocalServer

SANDBOX = "1234567_SB2"


@pytest.fixture(scope="module")
def sandbox(server: LocalServer) -> Iterator[dict[str, str]]:
    server.control.save(
        "customer", {"companyname": "Copied", "subsidiary": "1", "externalid": "COPIED"}
    )
    server.control.secrets({"custsecret_door_own": "copied too"})
    yield server.control.clone(SANDBOX)


def ask(url: str, ready: dict[str, str], host: str, **changed: Any) -> requests.Response:
    """Call the RESTlet of the account with this host name; the signature covers the name."""
    query = "script=customscript_door_rl&deploy=customdeploy_door_rl"
    path = f"/app/site/hosting/restlet.nl?{query}"
    signed = requests.Request(
        "GET",
        f"https://{host}{path}",
        headers={"Content-Type": "application/json"},
        auth=OAuth1(
            ready["consumer_key"],
            ready["consumer_secret"],
            ready["token_id"],
            ready["token_secret"],
            signature_method="HMAC-SHA256",
            realm=ready["account"],
        ),
    ).prepare()
    headers = {
        name: value.decode() if isinstance(value, bytes) else value
        for name, value in signed.headers.items()
    } | {"Host": host}
    return requests.get(f"{url}{path}", headers=headers | changed, timeout=30)


def test_a_clone_holds_a_copy_and_goes_its_own_way(
    server: LocalServer, sandbox: dict[str, str]
) -> None:
    with Control(server.url, account=SANDBOX) as control:
        assert control.about()["account"] == SANDBOX
        assert control.record("customer", "COPIED")["fields"]["companyname"] == "Copied"
        control.save("customer", {"companyname": "Own", "subsidiary": "1", "externalid": "OWN"})
    assert server.control.records("customer", externalid="OWN") == []
    assert server.control.about()["account"] == "1234567_SB1"


def test_each_account_answers_by_its_host_names_and_its_own_tokens(
    server: LocalServer, sandbox: dict[str, str]
) -> None:
    hosts = {one["account"]: one["hosts"][0] for one in server.control.accounts()}
    assert hosts[SANDBOX] == "1234567-sb2.restlets.api.netsuite.com"
    for ready in (server.ready, sandbox):
        assert ask(server.url, ready, hosts[ready["account"]]).status_code == 200
    # Tokens are not copied, and none is good for another account.
    assert ask(server.url, server.ready, hosts[SANDBOX]).status_code == 401


def test_a_refresh_replaces_the_clone(server: LocalServer, sandbox: dict[str, str]) -> None:
    with Control(server.url, account="1234567_SB3") as control:
        server.control.clone("1234567_SB3")
        control.save("customer", {"companyname": "Goes", "subsidiary": "1", "externalid": "GOES"})
        server.control.clone("1234567_SB3")
        assert control.records("customer", externalid="GOES") == []
    for wrong in ("../up", "1234567_SB1"):
        with pytest.raises(UsageError):
            server.control.clone(wrong)


def test_revoked_and_ended_credentials_are_refused(caller: Any) -> None:
    control = caller.server.control
    bearer = caller.bearer()
    control.expire_access_tokens()
    assert caller.call(headers=bearer).status_code == 401
    token = caller.ready["admin_token_id"]
    admin = caller.token_based(admin=True)
    assert caller.call(auth=admin).status_code == 200
    control.revoke(token)
    refused = caller.call(auth=caller.token_based(admin=True))
    assert refused.status_code == 401
    assert 'error="token_rejected"' in refused.headers["www-authenticate"]
    control.revoke(caller.ready["certificate_id"])
    assert caller.ask_token(caller.assertion()).json()["error"] == "invalid_client"
    with pytest.raises(UsageError):
        control.revoke(token)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/services/rest/record/v1/customer/1", 404),
        ("GET", "/services/rest/query/v1/suiteql", 405),
        ("GET", "/app/center/card.nl", 404),
        ("PATCH", "/app/site/hosting/restlet.nl", 405),
    ],
)
def test_addresses_that_are_not_there_say_so(
    server: LocalServer, method: str, path: str, status: int
) -> None:
    answer = httpx.request(method, f"{server.url}{path}")
    assert answer.status_code == status
    assert "json" in answer.headers["content-type"]


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /app/site/hosting/restlet.nl HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        b"GET /app/site/hosting/restlet.nl?script=%ff%00&deploy=\xc3\x28 HTTP/1.1\r\nHost: [::\r\n\r\n",
        b"GET /app/site/hosting/restlet.nl?script=9&deploy=1 HTTP/1.1\r\nHost: a\r\nAuthorization: OAuth x\r\n\r\n",
        b"GET /emulator/../%2e%2e HTTP/1.1\r\nHost: \xff\xfe\r\n\r\n",
        b"POST /services/rest/auth/oauth2/v1/token HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n\xff\xff",
    ],
)
def test_junk_is_refused_without_a_fault_of_the_door(server: LocalServer, sent: bytes) -> None:
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=5) as client:
        client.sendall(sent)
        client.shutdown(socket.SHUT_WR)
        said = client.recv(65536)
    assert not said or said.split()[1][:1] == b"4", said
    assert server.control.about()["account"]


def test_a_kill_in_the_middle_of_saves_loses_no_save_and_halves_none(
    sdf_project: Path, tmp_path: Path
) -> None:
    """Each save writes a customer and, by its user event, a trace; killed twice at some moment."""
    saved: set[str] = set()
    numbers = itertools.count()
    for moment in (0.01, 0.1):
        with _emulating(sdf_project, tmp_path) as (process, url):
            timer = threading.Timer(moment, os.kill, (process.pid, signal.SIGKILL))
            armed = False
            with Control(url) as control:
                for number in numbers:
                    key = f"KILL-{number}"
                    try:
                        control.save(
                            "customer",
                            {"companyname": key, "subsidiary": "1", "externalid": key},
                        )
                    except httpx.TransportError:
                        break
                    saved.add(key)
                    if not armed:  # not before it works; once: it may still answer when it was shot
                        timer.start()
                        armed = True
    assert saved
    with _emulating(sdf_project, tmp_path) as (_, url), Control(url) as control:
        rows = [row for row in control.records("customer") if row.get("externalid")]
        there = {row["externalid"] for row in rows if row["externalid"].startswith("KILL-")}
        assert saved <= there
        assert len(there) <= len(saved) + 2  # the save that each kill met may be there, unanswered
        assert all(row["fields"].get("companyname") for row in rows)


@contextmanager
def _emulating(project: Path, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    ready = folder / "ready.json"
    ready.unlink(missing_ok=True)
    command = [
        str(Path(sys.executable).parent / "suiteloom"), "emulate", "--project", str(project),
        "--port", "0", "--ready-file", str(ready), "--state", str(folder / "state"),
    ]  # fmt: skip
    with subprocess.Popen(command) as process:
        try:
            deadline = time.monotonic() + 60
            while not ready.exists():
                assert time.monotonic() < deadline
                assert process.poll() is None
                time.sleep(0.02)
            yield process, json.loads(ready.read_text())["url"]
        finally:
            process.terminate()
