"""
Who calls: the session behind a request's Authorization header.

A refused login is 401 with WWW-Authenticate, a malformed header 400 (help topic
subsect_158521885412).
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request

from emulator.door.credentials import Credentials, Holder
from emulator.door.hosts import belongs, signed_url
from emulator.door.oauth1 import TokenVerifier
from emulator.errors import NetSuiteError
from emulator.ports import Account, Session

# A login by OAuth 2.0 or by token needs one of these permissions; Oracle lists both ids under one
# display name, so a token is content with either.
_BEARER_PERMISSIONS: tuple[str, ...] = ("ADMI_LOGIN_OAUTH2",)
_TOKEN_PERMISSIONS = ("ADMI_LOGIN_OAUTH", "ADMI_LOGIN_OAUTH2")


class LoginError(Exception):
    """The caller is not let in; `challenge` is the WWW-Authenticate header."""

    def __init__(self, error: NetSuiteError, challenge: str | None) -> None:
        super().__init__(str(error))
        self.error = error
        self.challenge = challenge


class Login:
    """
    Reads sessions from requests.

    Args:
        account: whose roles count.
        credentials: what was handed out.
        session: makes the session of a user in a role and context, with that user's preferences.
    """

    def __init__(
        self,
        account: Account,
        credentials: Credentials,
        session: Callable[[Holder, str], Session],
    ) -> None:
        self._account = account
        self._credentials = credentials
        self._session = session
        self._tokens = TokenVerifier(account.id, credentials)

    def enter(self, request: Request, *, scope: str, context: str) -> tuple[Session, str]:
        """
        The session of a request, and the integration record it came by (consumer key, client id).

        Args:
            request: the HTTP request.
            scope: the OAuth 2.0 scope that the address needs.
            context: what `runtime.executionContext` is for it.

        Raises:
            LoginError: the caller is not let in.
        """
        if not belongs(request.headers.get("host", ""), self._account.id):
            raise self._refused("OAuth", "The host name is of another account.")
        kind, _, value = request.headers.get("authorization", "").partition(" ")
        match kind.lower():
            case "bearer":
                holder = self._by_bearer(value.strip(), scope)
                needed = _BEARER_PERMISSIONS
            case "oauth":
                holder = self._by_token(request)
                needed = _TOKEN_PERMISSIONS
            case _:
                raise self._refused("Bearer", "Invalid login attempt.")
        session = self._session(holder, context)
        if not any(self._account.allows(session, key, "FULL") for key in needed):
            raise self._refused(
                "Bearer" if kind.lower() == "bearer" else "OAuth",
                "The role has no permission to log in with access tokens.",
            )
        return session, holder.integration

    def refuse(self) -> LoginError:
        """The refusal of a token that was revoked."""
        return self._refused("Bearer", "Invalid login attempt.")

    def _by_bearer(self, token: str, scope: str) -> Holder:
        if not token or " " in token:
            error = NetSuiteError("INVALID_REQUEST", "The Authorization header is malformed.")
            raise LoginError(error, None)
        found = self._credentials.read(token)
        if found is None:
            raise self._refused("Bearer", "Invalid login attempt.")
        holder, scopes = found
        if scope not in scopes:
            raise self._refused("Bearer", f"The access token has no scope {scope}.")
        return holder

    def _by_token(self, request: Request) -> Holder:
        try:
            holder = self._tokens.verify(request.method, signed_url(request), request.headers)
        except ValueError as error:
            malformed = NetSuiteError("INVALID_REQUEST", f"Malformed OAuth header: {error}")
            raise LoginError(malformed, None) from None
        if holder is None:
            raise self._refused("OAuth", "Invalid login attempt.")
        return holder

    def _refused(self, kind: str, message: str) -> LoginError:
        realm = self._account.id
        if kind == "OAuth":
            challenge = (
                f'OAuth realm="{realm}", error="token_rejected", error_description="{message}"'
            )
        else:
            challenge = (
                f'Bearer realm="{realm}", error="invalid_token", error_description="{message}"'
            )
        error = NetSuiteError("INVALID_LOGIN_ATTEMPT", message, status=401)
        return LoginError(error, challenge)
