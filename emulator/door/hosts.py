"""Host names of an account: every one of them is served on the emulator's port, by the Host header."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request

_DOMAIN = ".netsuite.com"


def account_host(account: str) -> str:
    """The account id as host names write it: `1234567_SB1` is `1234567-sb1`."""
    return account.lower().replace("_", "-")


def belongs(host: str, account: str) -> bool:
    """Whether a Host header may ask this account: one of its own names, or no NetSuite name at all."""
    name = (urlsplit(f"//{host}").hostname or "").lower()
    return not name.endswith(_DOMAIN) or name.startswith(f"{account_host(account)}.")


# Where an address that takes forms leaves an URL-encoded body for the signature.
FORM = "emulator.form"


def signed_url(request: Request) -> str:
    """
    The address as the caller signed it: account host names are only ever called by https.

    Fields of a form are signed with those of the query (RFC 5849, 3.4.1.3.1): `FORM` in the scope.
    """
    host = request.headers.get("host", "")
    name = (urlsplit(f"//{host}").hostname or "").lower()
    scheme = "https" if name.endswith(_DOMAIN) else request.url.scheme
    query = request.scope["query_string"].decode("latin-1")
    path = request.scope.get("raw_path", request.url.path.encode()).decode("latin-1").split("?")[0]
    signed = "&".join(filter(None, (query, request.scope.get(FORM, ""))))
    return f"{scheme}://{host}{path}" + (f"?{signed}" if signed else "")
