"""
Where a call comes from: the address at the other end, and what a proxy in between says.

What a proxy says in headers counts only when the call comes from an address that agent.toml names
(`trusted_proxies`); from anywhere else the same headers are a sender's own words.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import unquote

from cryptography import x509
from starlette.requests import Request

from agent.config import IngressSection
from agent.errors import ConfigError, Refused, SignatureError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_PEM = re.compile("-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)


def sender(request: Request, trusted: Sequence[Network]) -> Address | None:
    """
    The address of who sent the call; None where it cannot be told.

    Proxies write the address that they were called from to the right end of X-Forwarded-For. From
    there it is read leftwards for as long as it names proxies that are trusted.
    """
    address = _peer(request)
    if address is None or not _among(address, trusted):
        return address
    names = [
        name.strip()
        for line in request.headers.getlist("x-forwarded-for")
        for name in line.split(",")
    ]
    for name in reversed(names):
        address = _address(name)
        if address is None or not _among(address, trusted):
            return address
    return address


def admit(request: Request, allowed: Sequence[str], trusted: Sequence[Network]) -> None:
    """Raise Refused (403) for a sender whose address is in none of the allowed networks."""
    if not allowed:
        return
    address = sender(request, trusted)
    if address is None or not _among(address, [ip_network(text) for text in allowed]):
        raise Refused("not_allowed", "this address is not on the flow's list", status=403)


@dataclass(frozen=True, slots=True)
class _Certificate:
    """What a proxy says of a client certificate: SHA-256 of its DER form, and its subject."""

    fingerprint: str | None
    subject: x509.Name | None


def prove_certificate(
    options: Mapping[str, Any], request: Request, config: IngressSection, now: float
) -> None:
    """
    Raise SignatureError unless a trusted proxy names a client certificate that the flow knows.

    Args:
        options: of `verify.client_certificate`: `fingerprints`, `subjects`; where both are given
            both must hold.
        request: the call; only its headers and its peer are read.
        config: which proxies are trusted and which headers they write. ConfigError where none is.
        now: epoch seconds; a certificate that has run out proves nothing.
    """
    if not config.trusted_proxies or not _headers(config):
        raise ConfigError(
            "client certificates need ingress.trusted_proxies and certificate_header, "
            "fingerprint_header or subject_header in agent.toml"
        )
    peer = _peer(request)
    if peer is None or not _among(peer, config.trusted_proxies):
        raise SignatureError("no client certificate")
    found = _certificate(request, config, now)
    fingerprints, subjects = options.get("fingerprints") or (), options.get("subjects") or ()
    proven = bool(fingerprints or subjects)
    if fingerprints:
        # A fingerprint is no secret, and only a trusted proxy gets this far.
        proven &= found.fingerprint in [_plain(text) for text in fingerprints]
    if subjects:
        proven &= found.subject in [_name(text) for text in subjects]
    if not proven:
        raise SignatureError("the client certificate is not one that this flow knows")


def _headers(config: IngressSection) -> list[str]:
    names = (config.certificate_header, config.fingerprint_header, config.subject_header)
    return [name for name in names if name]


def _certificate(request: Request, config: IngressSection, now: float) -> _Certificate:
    if config.certificate_header:
        try:
            der = _der(_one(request, config.certificate_header))
            found = x509.load_der_x509_certificate(der)
            subject = found.subject
        except (ValueError, binascii.Error) as error:
            raise SignatureError("the client certificate cannot be read") from error
        moment = datetime.fromtimestamp(now, UTC)
        if not found.not_valid_before_utc <= moment <= found.not_valid_after_utc:
            raise SignatureError("the client certificate has run out")
        return _Certificate(sha256(der).hexdigest(), subject)
    fingerprint = config.fingerprint_header and _plain(_one(request, config.fingerprint_header))
    subject_text = config.subject_header and _one(request, config.subject_header)
    try:
        if not subject_text:
            return _Certificate(fingerprint or None, None)
        # ASGI gives headers as latin-1; whoever writes a subject unescaped writes UTF-8.
        subject = _name(subject_text.encode("latin-1").decode("utf-8"))
        return _Certificate(fingerprint or None, subject)
    except ValueError as error:
        raise SignatureError("the certificate's subject cannot be read") from error


def _one(request: Request, header: str) -> str:
    """A header's value. Twice means that the proxy did not take away what the sender wrote."""
    values = request.headers.getlist(header)
    if len(values) != 1 or not values[0].strip():
        raise SignatureError("no client certificate" if not values else f"{header} stands twice")
    return values[0].strip()


def _der(text: str) -> bytes:
    """
    A certificate as proxies write one into a header.

    `:base64:` (RFC 9440, https://www.rfc-editor.org/rfc/rfc9440), escaped PEM (nginx
    `$ssl_client_escaped_cert`, AWS load balancers) and plain base64 (HAProxy `ssl_c_der,base64`).
    """
    plain = unquote(text) if "%" in text else text
    if pem := _PEM.search(plain):
        plain = pem[1]
    return base64.b64decode("".join(plain.strip(":").split()), validate=True)


def _plain(fingerprint: str) -> str:
    return fingerprint.replace(":", "").strip().lower()


def _name(text: str) -> x509.Name:
    return x509.Name.from_rfc4514_string(text)


def _peer(request: Request) -> Address | None:
    return _address(request.client.host) if request.client else None


def _address(text: str) -> Address | None:
    """An address, with or without a port; one of IPv4 written as IPv6 is one of IPv4."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _among(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)
