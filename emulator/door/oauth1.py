"""
Token-based authentication (OAuth 1.0a), verified by oauthlib's server side.

HMAC-SHA256 only; the realm is the account id; a nonce is good once; a timestamp within five
minutes; query parameters are signed, JSON bodies are not (help topic section_1534941295).
"""
# ruff: noqa: ARG002 (oauthlib fixes the signatures)

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, RequestValidator, ResourceEndpoint

from emulator.door.credentials import Credentials, Holder, Token

_WINDOW_SECONDS = 300
_UNKNOWN = Token("unknown", "unknown", "unknown", "unknown", Holder(0, ""))


class TokenVerifier:
    """Checks `Authorization: OAuth ...` of one account."""

    def __init__(self, account: str, credentials: Credentials) -> None:
        self._validator = _Validator(account, credentials)
        self._endpoint = ResourceEndpoint(self._validator)
        self._credentials = credentials

    def verify(self, method: str, url: str, headers: Mapping[str, str]) -> Holder | None:
        """
        Who signed a request, or None where the signature does not hold.

        Args:
            method: the HTTP method.
            url: the whole address as the caller wrote it, with its query.
            headers: the request's headers.
        """
        valid, request = self._endpoint.validate_protected_resource_request(
            url,
            http_method=method,
            body="",
            headers={"Authorization": headers["authorization"]},
            realms=[self._validator.account],
        )
        if not valid:
            return None
        token = self._credentials.tokens[request.resource_owner_key]
        return replace(token.holder, integration=token.consumer_key)


class _Validator(RequestValidator):
    """What oauthlib asks about keys, nonces and realms."""

    def __init__(self, account: str, credentials: Credentials) -> None:
        super().__init__()
        self.account = account
        self._credentials = credentials
        self._nonces: dict[tuple[str, str, str], float] = {}
        self._lock = threading.Lock()

    @property
    def allowed_signature_methods(self) -> tuple[str, ...]:
        return (SIGNATURE_HMAC_SHA256,)

    @property
    def safe_characters(self) -> set[str]:
        return set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")

    @property
    def client_key_length(self) -> tuple[int, int]:
        return 1, 64

    @property
    def access_token_length(self) -> tuple[int, int]:
        return 1, 64

    @property
    def nonce_length(self) -> tuple[int, int]:
        return 6, 64

    @property
    def timestamp_lifetime(self) -> int:
        # oauthlib would judge by this machine's clock; validate_timestamp_and_nonce by the
        # account's.
        return 10**10

    @property
    def enforce_ssl(self) -> bool:
        return False

    @property
    def dummy_client(self) -> str:
        return "unknown"

    @property
    def dummy_access_token(self) -> str:
        return "unknown"

    def validate_timestamp_and_nonce(
        self,
        client_key: str,
        timestamp: str,
        nonce: str,
        request: Any,
        request_token: str | None = None,
        access_token: str | None = None,
    ) -> bool:
        now = self._credentials.now()
        if abs(now - int(timestamp)) > _WINDOW_SECONDS:
            return False
        seen = (access_token or client_key, timestamp, nonce)
        with self._lock:
            # Older ones are refused by their timestamp.
            if len(self._nonces) > 10_000:
                limit = now - 2 * _WINDOW_SECONDS
                self._nonces = {k: at for k, at in self._nonces.items() if at > limit}
            if seen in self._nonces:
                return False
            self._nonces[seen] = now
        return True

    def validate_client_key(self, client_key: str, request: Any) -> bool:
        return any(t.consumer_key == client_key for t in self._credentials.tokens.values())

    def validate_access_token(self, client_key: str, token: str, request: Any) -> bool:
        return self._token(token).consumer_key == client_key

    def validate_realms(
        self,
        client_key: str,
        token: str,
        request: Any,
        uri: str | None = None,
        realms: list[str] | None = None,
    ) -> bool:
        return bool(request.realm == self.account)

    def get_client_secret(self, client_key: str, request: Any) -> str:
        for token in self._credentials.tokens.values():
            if token.consumer_key == client_key:
                return token.consumer_secret
        return _UNKNOWN.consumer_secret

    def get_access_token_secret(self, client_key: str, token: str, request: Any) -> str:
        return self._token(token).secret

    def _token(self, id: str) -> Token:  # noqa: A002
        return self._credentials.tokens.get(id, _UNKNOWN)
