"""
The token address: OAuth 2.0 client credentials (help topic section_162755359851).

The caller proves itself by a JWT signed with the key of a registered certificate; RS256 is not
accepted (section_162790605110).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import jwt
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from emulator.calls import Call
from emulator.door.credentials import ACCESS_SECONDS, Certificate, Credentials
from emulator.door.gate import Gate
from emulator.door.hosts import account_host

ALGORITHMS = ("PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
SCOPES = frozenset({"restlets", "rest_webservices", "suite_analytics"})
PATH = "/services/rest/auth/oauth2/v1/token"
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LONGEST_SECONDS = 3600


class _Refused(Exception):
    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


class TokenAddress:
    """Answers POST on the token address of one account."""

    def __init__(self, account: str, credentials: Credentials, gate: Gate) -> None:
        self._account = account
        self._credentials = credentials
        self._gate = gate

    async def answer(self, request: Request) -> Response:
        """An access token, or OAuth's error."""
        call = Call("token")
        if broken := self._gate.closed(call) or self._gate.failing(call):
            return broken
        try:
            form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
            certificate, scopes = self._check(form, request.headers.get("host", ""))
        except _Refused as refusal:
            body = {"error": refusal.error, "error_description": refusal.description}
            return JSONResponse(body, 400, {"Cache-Control": "no-store"})
        token = self._credentials.issue(certificate, scopes)
        body = {
            "access_token": token,
            "expires_in": str(ACCESS_SECONDS),
            "token_type": "bearer",
        }
        return JSONResponse(body, headers={"Cache-Control": "no-store"})

    def _check(self, form: dict[str, str], host: str) -> tuple[Certificate, list[str]]:
        if form.get("grant_type") != "client_credentials":
            raise _Refused("unsupported_grant_type", "grant_type must be client_credentials")
        if form.get("client_assertion_type") != _ASSERTION_TYPE:
            raise _Refused("invalid_request", f"client_assertion_type must be {_ASSERTION_TYPE}")
        assertion = form.get("client_assertion", "")
        certificate = self._certificate(assertion)
        claims = self._claims(assertion, certificate, host)
        if claims["iss"] != certificate.client_id:
            raise _Refused("invalid_client", "iss is not the client id of the certificate")
        if int(claims["exp"]) - int(claims["iat"]) > _LONGEST_SECONDS:
            raise _Refused("invalid_request", "exp is more than 60 minutes after iat")
        return certificate, _scopes(claims["scope"])

    def _certificate(self, assertion: str) -> Certificate:
        try:
            header = jwt.get_unverified_header(assertion)
        except jwt.InvalidTokenError as error:
            raise _Refused("invalid_request", f"client_assertion is not a JWT: {error}") from None
        if header.get("alg") not in ALGORITHMS:
            raise _Refused("invalid_request", f"alg {header.get('alg')} is not accepted")
        certificate = self._credentials.certificates.get(str(header.get("kid")))
        if certificate is None:
            raise _Refused("invalid_client", "kid is not the id of a certificate")
        return certificate

    def _claims(self, assertion: str, certificate: Certificate, host: str) -> dict[str, Any]:
        addresses = [
            f"https://{account_host(self._account)}.suitetalk.api.netsuite.com{PATH}",
            f"http://{host}{PATH}",
            f"https://{host}{PATH}",
        ]
        try:
            claims: dict[str, Any] = jwt.decode(
                assertion,
                certificate.key,  # type: ignore[arg-type]
                algorithms=list(ALGORITHMS),
                audience=addresses,
                options={
                    "require": ["iss", "aud", "iat", "exp", "scope"],
                    "verify_exp": False,
                    "verify_iat": False,
                },
            )
            self._check_times(int(claims["iat"]), int(claims["exp"]))
        except (jwt.InvalidTokenError, jwt.InvalidKeyError, TypeError, ValueError) as error:
            raise _Refused("invalid_grant", str(error)) from None
        return claims

    def _check_times(self, issued: int, ends: int) -> None:
        # By the account's clock, which may be another than that of this machine.
        now = self._credentials.now()
        if issued > now:
            raise jwt.ImmatureSignatureError("The token is not yet valid (iat)")
        if ends <= now:
            raise jwt.ExpiredSignatureError("Signature has expired")


def _scopes(claim: Any) -> list[str]:
    """Scopes as an array (Oracle's sample) or as text with commas (Oracle's words)."""
    named = claim.split(",") if isinstance(claim, str) else claim
    scopes = [str(scope).strip() for scope in named] if isinstance(named, list) else []
    if not scopes or not SCOPES.issuperset(scopes):
        raise _Refused("invalid_scope", f"scope must be of {', '.join(sorted(SCOPES))}")
    return scopes
