"""Signatures of the Standard Webhooks specification 1.0, made and compared in one place."""

from __future__ import annotations

import base64
import binascii
import hmac

from agent.errors import ConfigError

SECRET_PREFIX = "whsec_"  # noqa: S105 - how a secret's text begins, not a secret


def key_of(secret: str) -> bytes:
    """The key bytes of a secret's text: base64, with or without `whsec_`. Raises ConfigError."""
    try:
        key = base64.b64decode(secret.strip().removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ConfigError("a Standard Webhooks secret must be base64 text") from error
    if not key:
        raise ConfigError("a Standard Webhooks secret is empty")
    return key


def mac(key: bytes, message_id: str, timestamp: str, body: bytes) -> bytes:
    """HMAC-SHA256 over `id.timestamp.body`."""
    return hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, "sha256")


def headers(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a signed message; `timestamp` is the attempt's, in epoch seconds."""
    signature = base64.b64encode(mac(key_of(secret), message_id, str(timestamp), body)).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }
