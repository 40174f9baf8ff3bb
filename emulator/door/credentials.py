"""
What an administrator hands out: token-based tokens, certificates for OAuth 2.0, access tokens.

Each belongs to one user in one role. Access tokens are signed and hold all that is needed to check
them. All of it can be kept in a file, so that a restarted account knows its callers.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from emulator.private import write_private

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
    """
    All credentials of an account, in a file where `path` names one.

    `handed` is what the ready file says of them.
    """

    tokens: dict[str, Token] = field(default_factory=dict)
    certificates: dict[str, Certificate] = field(default_factory=dict)
    now: Callable[[], float] = time.time
    path: Path | None = None
    handed: Mapping[str, str] = field(default_factory=dict)
    _signing_key: str = field(default_factory=lambda: secrets.token_hex(32))

    def __post_init__(self) -> None:
        if self.path is not None and self.path.is_file():
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            tokens = [_token(facts) for facts in kept["tokens"]]
            certificates = [_certificate(facts) for facts in kept["certificates"]]
            self.tokens = {token.id: token for token in tokens}
            self.certificates = {one.id: one for one in certificates}
            self.handed = kept["handed"]
            self._signing_key = kept["signing_key"]

    def _keep(self) -> None:
        if self.path is None:
            return
        kept = {
            "tokens": [asdict(token) for token in self.tokens.values()],
            "certificates": [_facts(one) for one in self.certificates.values()],
            "handed": dict(self.handed),
            "signing_key": self._signing_key,
        }
        draft = self.path.with_suffix(".draft")
        write_private(draft, json.dumps(kept, indent=1).encode())
        draft.replace(self.path)

    def hand(self, handed: Mapping[str, str]) -> None:
        """What was handed out, for the ready file."""
        self.handed = dict(handed)
        self._keep()

    def add_token(self, token: Token) -> None:
        """Register a token by its id."""
        self.tokens[token.id] = token
        self._keep()

    def add_certificate(self, certificate: Certificate) -> None:
        """Register a certificate by its id."""
        self.certificates[certificate.id] = certificate
        self._keep()

    def revoke(self, id: str) -> bool:  # noqa: A002
        """Revoke a token or a certificate by its id; False where there is none."""
        token = self.tokens.pop(id, None)
        certificate = self.certificates.pop(id, None)
        self._keep()
        return token is not None or certificate is not None

    def expire(self) -> None:
        """End every access token that was issued."""
        self._signing_key = secrets.token_hex(32)
        self._keep()

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


def _token(facts: dict[str, Any]) -> Token:
    return Token(**{**facts, "holder": Holder(**facts["holder"])})


def _facts(certificate: Certificate) -> dict[str, Any]:
    pem = certificate.key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return {
        "id": certificate.id,
        "client_id": certificate.client_id,
        "key": pem.decode(),
        "holder": asdict(certificate.holder),
    }


def _certificate(facts: dict[str, Any]) -> Certificate:
    key = serialization.load_pem_public_key(facts["key"].encode())
    return Certificate(facts["id"], facts["client_id"], key, Holder(**facts["holder"]))
