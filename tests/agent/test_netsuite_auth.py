"""Calls are signed as NetSuite asks; judged by PyJWT and by oauthlib's server side."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from urllib.parse import parse_qs

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from oauthlib.common import Request as OAuthRequest
from oauthlib.oauth1.rfc5849 import signature, utils
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from agent.errors import ConfigError, NotSent, Throttled, Unauthorized
from agent.netsuite.auth import ASSERTION_TYPE, TOKEN_PATH, ClientCredentials, TokenBased

RSA = rsa.generate_private_key(65537, 3072)
EC = ec.generate_private_key(ec.SECP256R1())
EC_521 = ec.generate_private_key(ec.SECP521R1())


def pem(key) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


class Clock:
    def __init__(self) -> None:
        self.now = 1_764_000_000.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def credentials(url: str, key=EC, clock=None):
    async with httpx.AsyncClient(trust_env=False) as http:
        yield ClientCredentials(
            client_id="client-1",
            certificate_id=lambda: "cert-1",
            private_key=lambda: pem(key),
            token_url=url,
            http=http,
            clock=clock or Clock(),
        )


def give_tokens(server: HTTPServer, **answer: object) -> None:
    count = iter(range(1, 100))

    def handler(request: Request) -> Response:
        token = {"access_token": f"token-{next(count)}", "expires_in": "3600", **answer}
        return Response(json.dumps({"token_type": "bearer", **token}), 200)

    server.expect_request(TOKEN_PATH, method="POST").respond_with_handler(handler)


@pytest.mark.parametrize(("key", "algorithm"), [(RSA, "PS256"), (EC, "ES256"), (EC_521, "ES512")])
def test_the_assertion_is_what_the_token_address_asks_for(httpserver: HTTPServer, key, algorithm):
    give_tokens(httpserver)
    url = httpserver.url_for(TOKEN_PATH)

    async def run() -> str:
        async with credentials(url, key) as auth:
            return await auth.authorization("POST", "https://x.example")

    assert asyncio.run(run()) == "Bearer token-1"
    request, _ = httpserver.log[0]
    form = parse_qs(request.get_data(as_text=True))
    assert form["grant_type"] == ["client_credentials"]
    assert form["client_assertion_type"] == [ASSERTION_TYPE]
    assert "client_secret" not in form
    assert "Authorization" not in request.headers
    (assertion,) = form["client_assertion"]
    head = jwt.get_unverified_header(assertion)
    assert head == {"typ": "JWT", "alg": algorithm, "kid": "cert-1"}
    claims = jwt.decode(
        assertion,
        key.public_key(),
        algorithms=[algorithm],
        audience=url,
        issuer="client-1",
        options={"verify_exp": False, "verify_iat": False},
    )
    assert claims["scope"] == ["restlets", "rest_webservices"]
    assert claims["iat"] == 1_764_000_000 - 30
    assert claims["iat"] < claims["exp"] < claims["iat"] + 3600


def test_one_token_serves_until_shortly_before_its_end_and_waiters_share_a_renewal(
    httpserver: HTTPServer,
):
    give_tokens(httpserver)
    clock = Clock()

    async def run() -> None:
        async with credentials(httpserver.url_for(TOKEN_PATH), clock=clock) as auth:

            async def ten() -> set[str]:
                calls = (auth.authorization("POST", "https://x.example") for _ in range(10))
                return set(await asyncio.gather(*calls))

            assert await ten() == {"Bearer token-1"}
            clock.now += 3000
            assert await ten() == {"Bearer token-1"}
            clock.now += 301
            assert await ten() == {"Bearer token-2"}

    asyncio.run(run())
    assert len(httpserver.log) == 2


def test_a_refused_token_is_replaced_once_even_if_many_calls_report_it(httpserver: HTTPServer):
    give_tokens(httpserver)

    async def run() -> None:
        async with credentials(httpserver.url_for(TOKEN_PATH)) as auth:
            first = await auth.authorization("POST", "https://x.example")
            assert auth.refused(first)
            second = await auth.authorization("POST", "https://x.example")
            assert auth.refused(first)
            assert await auth.authorization("POST", "https://x.example") == second != first

    asyncio.run(run())


def test_a_token_of_short_life_is_not_fetched_for_every_call(httpserver: HTTPServer):
    give_tokens(httpserver, expires_in=60)

    async def run() -> None:
        async with credentials(httpserver.url_for(TOKEN_PATH)) as auth:
            for _ in range(3):
                await auth.authorization("POST", "https://x.example")

    asyncio.run(run())
    assert len(httpserver.log) == 1


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, '{"error": "invalid_grant"}', Unauthorized),
        (401, '{"error": "invalid_client", "error_description": "no"}', Unauthorized),
        (200, '{"nothing": 1}', Unauthorized),
        (403, "<html>", Unauthorized),
        (429, "", Throttled),
        (503, "", NotSent),
    ],
)
def test_what_the_token_address_refuses_says_what_to_do(
    httpserver: HTTPServer, status, body, expected
):
    httpserver.expect_request(TOKEN_PATH).respond_with_data(body, status)

    async def run() -> None:
        async with credentials(httpserver.url_for(TOKEN_PATH)) as auth:
            await auth.authorization("POST", "https://x.example")

    with pytest.raises(expected):
        asyncio.run(run())


def test_an_unreachable_token_address_means_nothing_was_sent():
    async def run() -> None:
        async with credentials("http://127.0.0.1:9/token") as auth:
            await auth.authorization("POST", "https://x.example")

    with pytest.raises(NotSent):
        asyncio.run(run())


def test_a_key_that_netsuite_does_not_take_is_a_fault_of_the_configuration():
    for text in ("nonsense", pem(ed25519.Ed25519PrivateKey.generate())):
        with pytest.raises(ConfigError, match="private key"):
            ClientCredentials(
                client_id="c",
                certificate_id=lambda: "k",
                private_key=lambda text=text: text,
                token_url="u",
                http=None,
            )


def accepted(url: str, header: str, consumer_secret: str, token_secret: str) -> bool:
    """Whether oauthlib, on the account's side, takes the signature."""
    request = OAuthRequest(url, "POST", '{"n": 1}', {"Authorization": header})
    request.params = signature.collect_parameters(
        uri_query=url.partition("?")[2],
        headers={"Authorization": header},
        exclude_oauth_signature=True,
        with_realm=False,
    )
    given = dict(utils.parse_authorization_header(header))["oauth_signature"]
    request.signature = httpx.QueryParams(f"s={given}")["s"]
    return bool(signature.verify_hmac_sha256(request, consumer_secret, token_secret))


def test_oauthlib_accepts_the_oauth_1_signature_with_the_query_and_without_the_body():
    auth = TokenBased(
        account="1234567-sb1",
        consumer_key="ck",
        consumer_secret=lambda: "cs&=",
        token_id="tk",
        token_secret=lambda: "ts+",
    )
    url = "https://1234567-sb1.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=customscript_a&deploy=customdeploy_a"
    header = asyncio.run(auth.authorization("POST", url))
    assert 'realm="1234567_SB1"' in header
    assert 'oauth_signature_method="HMAC-SHA256"' in header
    assert accepted(url, header, "cs&=", "ts+")
    assert not accepted(url, header, "cs&=", "other")
    assert asyncio.run(auth.authorization("POST", url)) != header
    assert not auth.refused(header)


def test_a_new_certificate_counts_from_the_next_token_on(httpserver: HTTPServer):
    """The old one's token serves until its end; nothing is started anew."""
    give_tokens(httpserver)
    clock, mine = Clock(), {"id": "cert-1", "key": pem(EC)}

    async def run() -> list[str]:
        async with httpx.AsyncClient(trust_env=False) as http:
            auth = ClientCredentials(
                client_id="client-1",
                certificate_id=lambda: mine["id"],
                private_key=lambda: mine["key"],
                token_url=httpserver.url_for(TOKEN_PATH),
                http=http,
                clock=clock,
            )
            seen = [await auth.authorization("POST", "https://x.example")]
            mine.update(id="cert-2", key=pem(RSA))
            seen.append(await auth.authorization("POST", "https://x.example"))
            clock.now += 3600
            return [*seen, await auth.authorization("POST", "https://x.example")]

    assert asyncio.run(run()) == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]
    (assertion,) = parse_qs(httpserver.log[1][0].get_data(as_text=True))["client_assertion"]
    assert jwt.get_unverified_header(assertion) == {"typ": "JWT", "alg": "PS256", "kid": "cert-2"}
    jwt.decode(
        assertion,
        RSA.public_key(),
        algorithms=["PS256"],
        audience=httpserver.url_for(TOKEN_PATH),
        options={"verify_exp": False, "verify_iat": False},
    )


def test_new_secrets_of_a_token_count_from_the_next_call_on():
    secrets = {"consumer": "c1", "token": "t1"}
    auth = TokenBased(
        account="1234567",
        consumer_key="ck",
        consumer_secret=lambda: secrets["consumer"],
        token_id="tk",
        token_secret=lambda: secrets["token"],
    )
    url = "https://1234567.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=1"
    assert accepted(url, asyncio.run(auth.authorization("POST", url)), "c1", "t1")
    secrets.update(consumer="c2", token="t2")
    header = asyncio.run(auth.authorization("POST", url))
    assert accepted(url, header, "c2", "t2")
    assert not accepted(url, header, "c1", "t1")
