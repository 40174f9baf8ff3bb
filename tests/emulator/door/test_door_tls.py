"""HTTPS on a second port: the same account, with a certificate that callers can check."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from emulator.server import LocalServer, Settings


@pytest.fixture(scope="module")
def secure(sdf_project: Path) -> Iterator[LocalServer]:
    with LocalServer(Settings(sdf_project, environ={}, workers=1, tls=True)) as server:
        yield server


@pytest.fixture
def https(secure: LocalServer, calling: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client that speaks https only and trusts the account's own authority."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", secure.ready["ca_file"])
    client = calling(secure)
    for name in ("restlet_url", "token_url", "suiteql_url"):
        there = getattr(client, name).replace(secure.url, secure.ready["https_url"])
        setattr(client, name, there)
    return client


def test_the_account_answers_by_https_as_by_http(https: Any) -> None:
    """Signatures and assertions name the https address."""
    assert https.restlet_url.startswith("https://localhost:")
    made = https.call("POST", json={"companyname": "Safe", "subsidiary": "1"})
    assert made.status_code == 200, made.text
    sql = "SELECT id FROM customer WHERE companyname = 'Safe'"
    assert https.suiteql(sql).json()["items"][0]["id"] == str(made.json()["id"])
    assert https.call(headers=https.bearer()).status_code == 200


def test_who_does_not_trust_the_authority_does_not_talk(secure: LocalServer) -> None:
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{secure.ready['https_url']}/emulator", timeout=10)


@pytest.mark.parametrize(
    "name",
    [
        "127.0.0.1",
        "1234567-sb1.restlets.api.netsuite.com",
        "1234567-sb1.suitetalk.api.netsuite.com",
        "1234567-sb2.app.netsuite.com",
    ],
)
def test_the_certificate_is_good_for_every_accounts_names(secure: LocalServer, name: str) -> None:
    address = urlsplit(secure.ready["https_url"])
    context = ssl.create_default_context(cafile=secure.ready["ca_file"])
    where = ("127.0.0.1", address.port or 0)
    with (
        socket.create_connection(where, timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=name) as line,
    ):
        line.sendall(f"GET /emulator HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
        assert line.recv(12) == b"HTTP/1.1 200"
    with (
        socket.create_connection(where, timeout=10) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        context.wrap_socket(plain, server_hostname="www.netsuite.com")


def test_a_kept_account_keeps_its_authority(sdf_project: Path, tmp_path: Path) -> None:
    seen = []
    for _ in range(2):
        settings = Settings(sdf_project, environ={}, workers=1, tls=True, state_dir=tmp_path)
        with LocalServer(settings) as server:
            seen.append(Path(server.ready["ca_file"]).read_text())
    assert seen[0] == seen[1]


def test_a_cut_connection_is_cut_by_https_too(https: Any) -> None:
    https.server.control.fault("dropped_before", count=1)
    with pytest.raises(requests.ConnectionError):
        https.call()
    assert https.call().status_code == 200
