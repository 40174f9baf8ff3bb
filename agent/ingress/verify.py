"""
Who sent a call: proven on its raw bytes, before anything is read from them.

Every comparison takes the same time for a right and a wrong value. A signed time is judged after
the signature, so that an unsigned call learns nothing. Within the tolerance the very same call may
come again: where a time is signed, its signature is the call's id, unless the sender gives one.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.errors import ConfigError, SignatureError, TooOld
from agent.ports import VerifiedCall
from agent.targets import signing

TOLERANCE_SECONDS = 300
# Epoch values from here on are milliseconds (10^11 s is the year 5138).
MILLISECONDS_FROM = 10**11


def verify(
    kind: str,
    options: Mapping[str, Any],
    secrets: Sequence[str],
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    now: float,
) -> VerifiedCall:
    """
    Return for a proven call; raise SignatureError or TooOld (the port `agent.ports.Verify`).

    Options by kind (spec-language: verify):
        standard_webhooks: tolerance_seconds
        shopify: none
        stripe: tolerance_seconds
        hubspot_v3: tolerance_seconds
        hmac_sha256: header, encoding (hex, base64), prefix, over (of method, url, body, timestamp,
            in the order in which they are joined), separator, timestamp_header, tolerance_seconds,
            id_header
        bearer: none
        basic: user
    """
    check = _KINDS.get(kind)
    if check is None:
        raise ConfigError(
            f"this agent cannot verify '{kind}'; it knows {', '.join(sorted(_KINDS))}"
        )
    if not secrets:
        raise ConfigError(f"no secret to verify '{kind}' with")
    return check(_Call(options, secrets, method, url, headers, body, now))


@dataclass(frozen=True, slots=True)
class _Call:
    """What one check reads."""

    options: Mapping[str, Any]
    secrets: Sequence[str]
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    now: float

    def header(self, name: str) -> str:
        value = self.headers.get(name.lower(), "").strip()
        if not value:
            raise SignatureError(f"the header {name} is missing")
        return value

    def check_time(self, text: str) -> None:
        try:
            then = float(text)
        except ValueError as error:
            raise SignatureError("the timestamp is not a number") from error
        if then >= MILLISECONDS_FROM:
            then /= 1000
        tolerance = float(self.options.get("tolerance_seconds") or TOLERANCE_SECONDS)
        if not abs(self.now - then) <= tolerance:
            raise TooOld


def _standard_webhooks(call: _Call) -> VerifiedCall:
    message_id = call.header("webhook-id")
    timestamp = call.header("webhook-timestamp")
    given = [
        mac
        for part in call.header("webhook-signature").split(" ")
        if part.startswith("v1,") and (mac := _base64(part[3:])) is not None
    ]
    known = [
        signing.mac(signing.key_of(secret), message_id, timestamp, call.body)
        for secret in call.secrets
    ]
    if not _any_equal(known, given):
        raise SignatureError
    call.check_time(timestamp)
    return VerifiedCall(message_id)


def _hmac_sha256(call: _Call) -> VerifiedCall:
    options = call.options
    name = options.get("header")
    if not name:
        raise ConfigError("verify hmac_sha256 needs 'header'")
    text = call.header(name)
    prefix = str(options.get("prefix") or "")
    if not text.startswith(prefix):
        raise SignatureError(f"the header {name} does not begin with {prefix!r}")
    text = text[len(prefix) :]
    given = _base64(text) if options.get("encoding", "hex") == "base64" else _hex(text)
    timestamp_header = options.get("timestamp_header")
    timestamp = call.header(timestamp_header) if timestamp_header else None
    signed = _signed_text(call, timestamp)
    known = [hmac.digest(secret.encode(), signed, "sha256") for secret in call.secrets]
    if given is None or not _any_equal(known, [given]):
        raise SignatureError
    # A time that is not part of what is signed proves nothing.
    if timestamp is not None and "timestamp" in _over(call):
        call.check_time(timestamp)
        own = _replay_id(known)
    else:
        own = None
    id_header = options.get("id_header")
    return VerifiedCall((call.headers.get(id_header.lower()) or own) if id_header else own)


def _over(call: _Call) -> list[str]:
    over = call.options.get("over") or ["body"]
    return [over] if isinstance(over, str) else list(over)


def _signed_text(call: _Call, timestamp: str | None) -> bytes:
    parts = {
        "method": call.method.upper().encode(),
        "url": call.url.encode(),
        "body": call.body,
    }
    if timestamp is not None:
        parts["timestamp"] = timestamp.encode()
    try:
        chosen = [parts[name] for name in _over(call)]
    except KeyError as error:
        raise ConfigError(
            f"verify hmac_sha256: 'over' names {error.args[0]!r}; "
            f"it may name {', '.join(parts)} (timestamp needs 'timestamp_header')"
        ) from error
    return str(call.options.get("separator") or "").encode().join(chosen)


def _shopify(call: _Call) -> VerifiedCall:
    given = _base64(call.header("X-Shopify-Hmac-Sha256"))
    known = [hmac.digest(secret.encode(), call.body, "sha256") for secret in call.secrets]
    if given is None or not _any_equal(known, [given]):
        raise SignatureError
    headers = call.headers
    return VerifiedCall(
        headers.get("x-shopify-event-id") or headers.get("x-shopify-webhook-id") or None
    )


def _stripe(call: _Call) -> VerifiedCall:
    """`t=TIME,v1=HEX,...` over `TIME.BODY`; several v1 while a secret is rolled, other schemes are ignored."""
    parts = [part.strip().partition("=") for part in call.header("Stripe-Signature").split(",")]
    timestamp = next((value for name, _, value in parts if name == "t"), "")
    given = [mac for name, _, value in parts if name == "v1" and (mac := _hex(value)) is not None]
    signed = timestamp.encode() + b"." + call.body
    known = [hmac.digest(secret.encode(), signed, "sha256") for secret in call.secrets]
    if not _any_equal(known, given):
        raise SignatureError
    call.check_time(timestamp)
    return VerifiedCall(_replay_id(known))


# HubSpot signs the address with these written out, whatever the request line has.
_HUBSPOT_WRITTEN_OUT = {f"%{ord(sign):02X}": sign for sign in ":/?@!$'()*,;"}


def _hubspot_v3(call: _Call) -> VerifiedCall:
    timestamp = call.header("X-HubSpot-Request-Timestamp")
    given = _base64(call.header("X-HubSpot-Signature-v3"))
    written_out = re.sub(
        "%[0-9A-Fa-f]{2}",
        lambda found: _HUBSPOT_WRITTEN_OUT.get(found[0].upper(), found[0]),
        call.url,
    )
    known = [
        hmac.digest(
            secret.encode(),
            call.method.upper().encode() + url.encode() + call.body + timestamp.encode(),
            "sha256",
        )
        for secret in call.secrets
        for url in (call.url, written_out)
    ]
    if given is None or not _any_equal(known, [given]):
        raise SignatureError
    call.check_time(timestamp)
    return VerifiedCall(_replay_id([given]))


def _bearer(call: _Call) -> VerifiedCall:
    given = _credentials(call, "bearer").encode()
    if not _any_equal([secret.encode() for secret in call.secrets], [given]):
        raise SignatureError("the bearer token is wrong")
    return VerifiedCall(None)


def _basic(call: _Call) -> VerifiedCall:
    given = _base64(_credentials(call, "basic"))
    user = str(call.options.get("user") or "")
    known = [f"{user}:{secret}".encode() for secret in call.secrets]
    if given is None or not _any_equal(known, [given]):
        raise SignatureError("user or password is wrong")
    return VerifiedCall(None)


def _credentials(call: _Call, scheme: str) -> str:
    found, _, rest = call.header("Authorization").partition(" ")
    if found.lower() != scheme:
        raise SignatureError(f"the Authorization header is not {scheme.capitalize()}")
    return rest.strip()


def _replay_id(signatures: Sequence[bytes]) -> str:
    """An id for a signed call without one: the same call again has the same signatures."""
    return "sig:" + signatures[0].hex()


def _any_equal(known: Sequence[bytes], given: Sequence[bytes]) -> bool:
    """Whether any given value is a known one; every pair is compared, whatever the outcome."""
    equal = False
    for one in known:
        for other in given:
            equal |= hmac.compare_digest(one, other)
    return equal


def _base64(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _hex(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None


_KINDS: dict[str, Callable[[_Call], VerifiedCall]] = {
    "standard_webhooks": _standard_webhooks,
    "shopify": _shopify,
    "hmac_sha256": _hmac_sha256,
    "stripe": _stripe,
    "hubspot_v3": _hubspot_v3,
    "bearer": _bearer,
    "basic": _basic,
}
