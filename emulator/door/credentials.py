"""
What an administrator hands out: token-based tokens, certificates for OAuth 2.0, access tokens.

Each belongs to one user in one role. Access tokens are signed and hold all that is needed to check
them, so a restarted account refuses the old ones and callers fetch new ones.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

# An access token is valid for 60 minutes (help topic section_162755359851).
ACCESS_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Holder:
    """A user in a role, and the integration record (consumer key, client id) it calls by."""

    user: int
    role: str
    integration: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A token-based access token and the consumer (integration record) it was made for."""

    consumer_key: str
    consumer_secret: str
    id: str
    secret: str
    holder: Holder


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate mapped to an integration record (`client_id`), a user and a role."""

    id: str
    client_id: str
    key: PublicKeyTypes
    holder: Holder


@dataclass(slots=True)
class Credentials:
    """All credentials of an account."""

    tokens: dict[str, Token] = field(default_factory=dict)
    certificates: dict[str, Certificate] = field(default_factory=dict)
    now: Callable[[], float] = time.time
    _signing_key: str = field(default_factory=lambda: secrets.token_hex(32))

    def add_token(self, token: Token) -> None:
        """Register a token by its id."""
        self.tokens[token.id] = token

    def add_certificate(self, certificate: Certificate) -> None:
        """Register a certificate by its id."""
        self.certificates[certificate.id] = certificate

    def revoke(self, id: str) -> bool:  # noqa: A002
        """Revoke a token or a certificate by its id; False where there is none."""
        token = self.tokens.pop(id, None)
        certificate = self.certificates.pop(id, None)
        return token is not None or certificate is not None

    def expire(self) -> None:
        """End every access token that was issued."""
        self._signing_key = secrets.token_hex(32)

    def issue(self, certificate: Certificate, scopes: list[str]) -> str:
        """An access token for a certificate's holder."""
        now = int(self.now())
        claims = {
            "sub": f"{certificate.holder.role};{certificate.holder.user}",
            "aud": [certificate.client_id],
            "scope": scopes,
            "iat": now,
            "exp": now + ACCESS_SECONDS,
            "jti": secrets.token_hex(8),
        }
        return jwt.encode(claims, self._signing_key, algorithm="HS256")

    def read(self, access_token: str) -> tuple[Holder, frozenset[str]] | None:
        """Who holds an access token and its scopes; None where it is not valid (any more)."""
        try:
            claims: dict[str, Any] = jwt.decode(
                access_token,
                self._signing_key,
                algorithms=["HS256"],
                options={"verify_aud": False, "verify_exp": False, "verify_iat": False},
            )
        except jwt.InvalidTokenError:
            return None
        if int(claims["exp"]) <= self.now():
            return None
        role, _, user = str(claims["sub"]).rpartition(";")
        return Holder(int(user), role, str(claims["aud"][0])), frozenset(claims["scope"])


def new_token(holder: Holder, consumer: tuple[str, str] | None = None) -> Token:
    """A token with made-up keys of NetSuite's length; `consumer` is key and secret of an integration."""
    key, secret = consumer or (secrets.token_hex(32), secrets.token_hex(32))
    return Token(key, secret, secrets.token_hex(32), secrets.token_hex(32), holder)
