"""Whose word counts: addresses behind proxies, and client certificates that proxies name."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from starlette.requests import Request

from agent.config import IngressSection
from agent.errors import ConfigError, Refused, SignatureError
from agent.ingress import peers

PROXY = "10.0.0.5"
TRUSTED = {"trusted_proxies": ["10.0.0.0/24", "127.0.0.1"]}
NOW = 1_764_000_000.0


def call(peer: str | None, *headers: tuple[str, str]) -> Request:
    return Request(
        {
            "type": "http",
            "client": (peer, 1) if peer else None,
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
        }
    )


def settings(**more: object) -> IngressSection:
    return IngressSection.model_validate(TRUSTED | more)


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        # Not from a proxy: what it says of itself is not believed.
        ("203.0.113.9", ["198.51.100.7"], "203.0.113.9"),
        (PROXY, ["198.51.100.7"], "198.51.100.7"),
        # A sender wrote the first one itself; the proxy wrote the last one.
        (PROXY, ["198.51.100.7, 203.0.113.9"], "203.0.113.9"),
        (PROXY, ["198.51.100.7", "203.0.113.9, 10.0.0.7"], "203.0.113.9"),
        (PROXY, ["[2001:db8::7]:443"], "2001:db8::7"),
        (PROXY, ["203.0.113.9:1234"], "203.0.113.9"),
        ("::ffff:203.0.113.9", [], "203.0.113.9"),
        (PROXY, ["unknown"], None),
        (PROXY, [], PROXY),
        (None, ["203.0.113.9"], None),
    ],
)
def test_the_sender_is_who_the_last_trusted_proxy_saw(peer, forwarded, expected):
    request = call(peer, *(("X-Forwarded-For", line) for line in forwarded))
    found = peers.sender(request, settings().trusted_proxies)
    assert (str(found) if found else None) == expected


def test_only_addresses_of_the_list_come_in():
    trusted = settings().trusted_proxies
    allowed = ("203.0.113.0/24", "2001:db8::7")
    peers.admit(call("203.0.113.9"), allowed, trusted)
    peers.admit(call(PROXY, ("X-Forwarded-For", "2001:db8::7")), allowed, trusted)
    peers.admit(call("198.51.100.7"), (), trusted)
    for request in (
        call("198.51.100.7"),
        call("198.51.100.7", ("X-Forwarded-For", "203.0.113.9")),
        call(PROXY, ("X-Forwarded-For", "203.0.113.9, 198.51.100.7")),
        call(PROXY),
        call(None),
    ):
        with pytest.raises(Refused) as caught:
            peers.admit(request, allowed, trusted)
        assert caught.value.status == 403


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> dict[str, str]:
    """A certificate by openssl, with its fingerprint and subject as openssl writes them."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder: Path = tmp_path_factory.mktemp("certificate")

    def openssl(*words: str) -> str:
        done = subprocess.run(
            ["openssl", *words], cwd=folder, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    openssl(
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-keyout", "key.pem", "-out", "cert.pem", "-days", "36500",
        "-subj", "/C=DE/O=Acme, Söhne/CN=edi.acme.example", "-utf8",
    )  # fmt: skip
    openssl("x509", "-in", "cert.pem", "-outform", "der", "-out", "cert.der")
    return {
        "fingerprint": openssl(
            "x509", "-in", "cert.pem", "-noout", "-fingerprint", "-sha256"
        ).partition("=")[2],
        # The form that nginx gives as $ssl_client_s_dn, and the same with bytes as they are.
        "escaped": openssl(
            "x509", "-in", "cert.pem", "-noout", "-subject", "-nameopt", "RFC2253"
        ).partition("=")[2],
        "subject": openssl(
            "x509", "-in", "cert.pem", "-noout", "-subject", "-nameopt", "RFC2253,-esc_msb"
        ).partition("=")[2],
        "pem": (folder / "cert.pem").read_text(),
        "der": base64.b64encode((folder / "cert.der").read_bytes()).decode(),
    }


def forms(made: dict[str, str]) -> list[str]:
    return [f":{made['der']}:", quote(made["pem"]), quote(made["pem"], safe="+=/"), made["der"]]


def prove(options, request, config, now=NOW) -> None:
    peers.prove_certificate(options, request, config, now)


def soon() -> float:
    return time.time() + 60


def test_a_certificate_in_any_form_that_proxies_write(made):
    config = settings(certificate_header="Client-Cert")
    for value in forms(made):
        request = call(PROXY, ("Client-Cert", value))
        for options in (
            {"fingerprints": ["00" * 32, made["fingerprint"]]},
            {"fingerprints": [made["fingerprint"].replace(":", "").lower()]},
            {"subjects": [made["subject"]]},
            {"fingerprints": [made["fingerprint"]], "subjects": ["CN=x", made["subject"]]},
        ):
            prove(options, request, config, soon())
        for options in (
            {"fingerprints": ["00" * 32]},
            {"subjects": ["CN=edi.acme.example"]},
            {"fingerprints": [made["fingerprint"]], "subjects": ["CN=x"]},
            {"fingerprints": ["00" * 32], "subjects": [made["subject"]]},
            {},
        ):
            with pytest.raises(SignatureError):
                prove(options, request, config, soon())
        with pytest.raises(SignatureError, match="run out"):
            prove({"fingerprints": [made["fingerprint"]]}, request, config, 1_000_000_000.0)


def test_a_proxy_that_writes_fingerprint_and_subject(made):
    config = settings(fingerprint_header="X-Cert-Sha256", subject_header="X-Cert-Subject")
    both = {"fingerprints": [made["fingerprint"]], "subjects": [made["subject"]]}
    for subject in (made["subject"], made["escaped"]):
        headers = (("X-Cert-Sha256", made["fingerprint"].lower()), ("X-Cert-Subject", subject))
        prove(both, call(PROXY, *headers), config)
    with pytest.raises(SignatureError):
        prove(both, call(PROXY, headers[0], ("X-Cert-Subject", "/C=DE/O=Acme")), config)


def test_from_anywhere_else_or_twice_it_is_no_certificate(made):
    config = settings(certificate_header="Client-Cert")
    options = {"fingerprints": [made["fingerprint"]]}
    header = ("Client-Cert", made["der"])
    for request in (
        call("203.0.113.9", header),
        call("203.0.113.9", header, ("X-Forwarded-For", PROXY)),
        call(None, header),
        call(PROXY),
        call(PROXY, ("Client-Cert", "")),
        call(PROXY, ("Client-Cert", "garbage")),
        call(PROXY, header, header),
    ):
        with pytest.raises(SignatureError):
            prove(options, request, config, soon())


def test_without_trusted_proxies_the_sender_keeps_its_event():
    for section in (IngressSection(), settings(), IngressSection(certificate_header="Client-Cert")):
        with pytest.raises(ConfigError, match="trusted_proxies"):
            prove({"fingerprints": ["00" * 32]}, call(PROXY), section)


def test_the_public_key_is_not_the_fingerprint(made):
    """What some proxies call a pin is another hash; it is refused, not taken by accident."""
    certificate = x509.load_pem_x509_certificate(made["pem"].encode())
    key = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    config = settings(certificate_header="Client-Cert")
    with pytest.raises(SignatureError):
        prove(
            {"fingerprints": [hashlib.sha256(key).hexdigest()]},
            call(PROXY, ("Client-Cert", made["der"])),
            config,
            soon(),
        )
