"""
How calls to the account are authenticated.

OAuth 2.0 client credentials with a certificate is the default; OAuth 1.0a tokens (TBA) are for
integrations that exist. Sources: "OAuth 2.0 Client Credentials Flow", "The Request Token
Structure" and "The Authorization Headers" in the NetSuite help.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from typing import Literal, Protocol

import httpx
import jwt
import structlog
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from oauthlib import oauth1
from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error

from agent import redaction
from agent.errors import ConfigError, NotSent, Throttled, Unauthorized, UserError

TOKEN_PATH = "/services/rest/auth/oauth2/v1/token"  # noqa: S105 - an address
SCOPES = ("restlets", "rest_webservices")
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

# An assertion from the future is refused, and clocks differ: it is dated back by this much.
CLOCK_MARGIN = 30
ASSERTION_SECONDS = 300
# A token is renewed this long before its end, so that no call is on its way when it expires.
RENEW_BEFORE = 300

log = structlog.get_logger("agent.netsuite")


class Auth(Protocol):
    """Gives each request its Authorization header."""

    async def authorization(self, method: str, url: str) -> str:
        """The header for one request. Raises NotSent, Throttled or Unauthorized."""

    def refused(self, authorization: str) -> bool:
        """The account answered 401 to this header: whether another try can get a better one."""


class ClientCredentials:
    """
    OAuth 2.0 client credentials: a signed assertion buys an access token for an hour.

    Args:
        client_id: of the integration record.
        certificate_id: reads NetSuite's id of the uploaded certificate (`kid`), as often.
        private_key: reads the PEM of the certificate's key; RSA signs PS256, EC the ES algorithm of
            its curve. Read for each token, so that a new key needs no restart.
        token_url: also the assertion's audience.
        http: the client that fetches tokens; not closed here.
        clock: epoch seconds.
    """

    def __init__(
        self,
        *,
        client_id: str,
        certificate_id: Callable[[], str],
        private_key: Callable[[], str],
        token_url: str,
        http: httpx.AsyncClient,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client_id = client_id
        self._certificate_id = certificate_id
        self._private_key = private_key
        signing_key(private_key())  # a fault of the start, not of the first call
        self._token_url = token_url
        self._http = http
        self._clock = clock
        self._token: str | None = None
        self._renew_at = 0.0
        self._renewal = asyncio.Lock()

    async def authorization(self, method: str, url: str) -> str:  # noqa: ARG002 - a bearer token is the same for every call
        """`Bearer <token>`, renewed before it expires; callers that wait share one renewal."""
        token = self._valid()
        if token is None:
            async with self._renewal:
                token = self._valid() or await self._renew()
        return f"Bearer {token}"

    def refused(self, authorization: str) -> bool:
        """Forget the token, unless it has been replaced meanwhile; a new one is worth a try."""
        if authorization == f"Bearer {self._token}":
            self._token = None
        return True

    def _valid(self) -> str | None:
        return self._token if self._clock() < self._renew_at else None

    async def _renew(self) -> str:
        oauth = BackendApplicationClient(self._client_id)
        try:
            assertion = self.assertion()
        except UserError as error:  # the key went away, or became something else, while we run
            raise Unauthorized("KEY_UNUSABLE", f"no token: {error}") from error
        body = oauth.prepare_request_body(
            client_assertion_type=ASSERTION_TYPE, client_assertion=assertion
        )
        asked_at = self._clock()
        try:
            answer = await self._http.post(
                self._token_url,
                content=body,
                headers={"Content-Type": "application/x-www-form-urlencoded"},
            )
        except httpx.HTTPError as error:
            raise NotSent(
                "TOKEN_UNREACHABLE", f"no token: {type(error).__name__}: {error}"
            ) from error
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise Throttled("TOKEN_THROTTLED", "too many token requests", status=429)
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise NotSent(
                "TOKEN_UNREACHABLE",
                f"the token address answers {answer.status_code}",
                status=answer.status_code,
            )
        try:
            token = oauth.parse_request_body_response(answer.text)
            access, seconds = str(token["access_token"]), float(token.get("expires_in", 3600))
        except (OAuth2Error, KeyError, TypeError, ValueError) as error:
            code = getattr(error, "error", None) or "INVALID_TOKEN_ANSWER"
            reason = getattr(error, "description", None) or f"answer {answer.status_code}"
            raise Unauthorized(code, f"no token: {reason}", status=answer.status_code) from error
        redaction.SECRETS.learn(access)
        self._token = access
        # Half of a short life is kept, or each call would fetch its own.
        self._renew_at = asked_at + max(seconds - RENEW_BEFORE, seconds / 2)
        return access

    def assertion(self) -> str:
        """The signed JWT that stands for a client secret."""
        issued = int(self._clock()) - CLOCK_MARGIN
        claims = {
            "iss": self._client_id,
            "scope": list(SCOPES),
            "aud": self._token_url,
            "iat": issued,
            "exp": issued + CLOCK_MARGIN + ASSERTION_SECONDS,
            "jti": str(uuid.uuid4()),
        }
        key, algorithm = signing_key(self._private_key())
        return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": self._certificate_id()})

    def __repr__(self) -> str:
        """Who, never with what."""
        return f"ClientCredentials(certificate {self._certificate_id()})"


class TokenBased:
    """
    OAuth 1.0a with HMAC-SHA256 (token-based authentication).

    Only the address and its query are signed: a JSON body is no part of the signature.

    Args:
        account: as the account writes it (`1234567_SB1`); the realm.
        consumer_key: with consumer_secret, of the integration record.
        consumer_secret: reads it; read for each call, so that a new one needs no restart.
        token_id: with token_secret, the access token of user and role.
        token_secret: reads it, as often.
    """

    def __init__(
        self,
        *,
        account: str,
        consumer_key: str,
        consumer_secret: Callable[[], str],
        token_id: str,
        token_secret: Callable[[], str],
    ) -> None:
        self._secrets = consumer_secret, token_secret
        self._oauth = oauth1.Client(
            consumer_key,
            client_secret=consumer_secret(),
            resource_owner_key=token_id,
            resource_owner_secret=token_secret(),
            signature_method=oauth1.SIGNATURE_HMAC_SHA256,
            realm=account.upper().replace("-", "_"),
        )
        log.warning(
            "tba_ends",
            account=account,
            message="NetSuite ends token-based authentication: no new integrations from 2027.1; "
            "change auth to oauth2",
        )

    async def authorization(self, method: str, url: str) -> str:
        """The signed header; each has its own nonce and time."""
        verb: Literal["GET", "POST"] = "GET" if method == "GET" else "POST"
        consumer, token = self._secrets
        try:
            self._oauth.client_secret, self._oauth.resource_owner_secret = consumer(), token()
        except UserError as error:
            raise Unauthorized("SECRET_MISSING", str(error)) from error
        _, headers, _ = self._oauth.sign(url, http_method=verb)
        return str(headers["Authorization"])

    def refused(self, authorization: str) -> bool:  # noqa: ARG002 - a new signature by the same token helps nothing
        """A token that is refused stays refused."""
        return False

    def __repr__(self) -> str:
        """Nothing of the token."""
        return "TokenBased()"


def signing_key(pem: str) -> tuple[rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, str]:
    """Load the key and name the algorithm that NetSuite takes for it (never RS256)."""
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError) as error:
        raise ConfigError(f"the private key cannot be read: {error}") from error
    if isinstance(key, rsa.RSAPrivateKey):
        return key, "PS256"
    if isinstance(key, ec.EllipticCurvePrivateKey):
        algorithm = {256: "ES256", 384: "ES384", 521: "ES512"}.get(key.curve.key_size)
        if algorithm:
            return key, algorithm
    raise ConfigError("the private key must be RSA or EC on P-256, P-384 or P-521")
