"""Requests are authenticated for real: kept client libraries sign, wrong signatures are refused."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx
import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from oauthlib.oauth1 import Client
from oauthlib.oauth2 import BackendApplicationClient
from requests_oauthlib import OAuth2Session
from starlette.applications import Starlette
from starlette.routing import Route

from emulator.door.concurrency import Concurrency
from emulator.door.credentials import Certificate, Credentials, Holder
from emulator.door.faults import Faults
from emulator.door.gate import Gate
from emulator.door.token import PATH, TokenAddress

ROLE = "customrole_door_integration"


# --- token-based authentication -----------------------------------------------------------------


def test_a_signed_call_runs_as_the_tokens_user_and_role(caller: Any) -> None:
    answer = caller.call(params={"x": "1 & ü"})
    assert answer.status_code == 200
    assert answer.json() == {
        "params": {"x": "1 & ü"},
        "role": ROLE,
        "user": 8,
        "context": "RESTLET",
    }


def test_the_admin_token_is_an_administrator(caller: Any) -> None:
    assert caller.call(auth=caller.token_based(admin=True)).json()["role"] == "administrator"


@pytest.mark.parametrize(
    "changed",
    [
        {"client_secret": "wrong"},
        {"resource_owner_secret": "wrong"},
        {"client_key": "nobody"},
        {"resource_owner_key": "nothing"},
        {"realm": "7654321"},
        {"signature_method": "HMAC-SHA1"},
        {"signature_method": "PLAINTEXT"},
        {"timestamp": str(int(time.time()) - 4000)},
        {"timestamp": str(int(time.time()) + 4000)},
    ],
    ids=lambda changed: "-".join(changed),
)
def test_a_wrong_signature_is_refused(caller: Any, changed: dict[str, str]) -> None:
    answer = caller.call(auth=caller.token_based(**changed))
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "INVALID_LOGIN_ATTEMPT"
    assert answer.headers["www-authenticate"].startswith('OAuth realm="1234567_SB1"')


def test_a_nonce_is_good_once(caller: Any) -> None:
    again = caller.token_based(nonce="n" * 20, timestamp=str(int(time.time())))
    assert caller.call(auth=again).status_code == 200
    assert caller.call(auth=again).status_code == 401


def test_query_parameters_are_signed(caller: Any) -> None:
    """A signature for one script cannot be used for another."""
    url = f"{caller.restlet_url}?script=customscript_door_rl&deploy=customdeploy_door_rl"
    signed = requests.Request("GET", url, auth=caller.token_based()).prepare()
    signed.url = url.replace("customdeploy_door_rl", "customdeploy_door_admin")
    with requests.Session() as session:
        assert session.send(signed).status_code == 401


def test_the_accounts_own_host_names_are_served(caller: Any) -> None:
    """A client that signs https://<account>.restlets... reaches the emulator by its Host header."""
    ready = caller.ready
    client = Client(
        ready["consumer_key"],
        ready["consumer_secret"],
        ready["token_id"],
        ready["token_secret"],
        signature_method="HMAC-SHA256",
        realm=ready["account"],
    )
    path = "/app/site/hosting/restlet.nl?script=customscript_door_rl&deploy=customdeploy_door_rl"
    host = "1234567-sb1.restlets.api.netsuite.com"
    _, headers, _ = client.sign(f"https://{host}{path}")
    answer = requests.get(
        f"{caller.server.url}{path}",
        headers={**headers, "Host": host, "Content-Type": "application/json"},
        timeout=30,
    )
    assert answer.status_code == 200
    other = {**headers, "Host": "7654321.restlets.api.netsuite.com"}
    assert requests.get(f"{caller.server.url}{path}", headers=other, timeout=30).status_code == 401


def test_a_role_without_a_login_permission_is_refused(caller: Any) -> None:
    caller.server.control.roles(ROLE, remove=["ADMI_LOGIN_OAUTH2"])
    try:
        assert caller.call().status_code == 401
        assert caller.call(headers=caller.bearer()).status_code == 401
    finally:
        caller.server.control.roles(ROLE, add={"ADMI_LOGIN_OAUTH2": "FULL"})
    assert caller.call().status_code == 200


def test_a_call_without_a_signature_is_refused(caller: Any) -> None:
    answer = caller.call(headers={"Authorization": "Basic Zm9vOmJhcg=="})
    assert answer.status_code == 401
    assert "www-authenticate" in answer.headers


# --- OAuth 2.0 ----------------------------------------------------------------------------------


def test_a_client_library_gets_a_token_that_works(
    caller: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with OAuth2Session(client=BackendApplicationClient(caller.ready["client_id"])) as session:
        token = session.fetch_token(
            caller.token_url,
            include_client_id=False,
            client_assertion_type="urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            client_assertion=caller.assertion(),
        )
        assert token["token_type"] == "bearer"
        assert int(token["expires_in"]) == 3600
        answer = session.get(
            caller.restlet_url,
            params={"script": "customscript_door_rl", "deploy": "customdeploy_door_rl"},
            headers={"Content-Type": "application/json"},
        )
    assert answer.json()["role"] == ROLE


def test_a_token_is_good_for_its_scopes_only(caller: Any) -> None:
    queries_only = caller.bearer(scope=["rest_webservices"])
    assert caller.call(headers=queries_only).status_code == 401
    assert caller.suiteql("SELECT 1 FROM dual", headers=queries_only, auth=None).status_code == 200


def test_a_made_up_token_is_refused(caller: Any) -> None:
    now = int(time.time())
    forged = jwt.encode(
        {"sub": "ADMINISTRATOR;6", "scope": ["restlets"], "exp": now + 60}, "x" * 32, "HS256"
    )
    answer = caller.call(headers={"Authorization": f"Bearer {forged}"})
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_a_malformed_bearer_header_is_a_bad_request(caller: Any) -> None:
    assert caller.call(headers={"Authorization": "Bearer"}).status_code == 400


@pytest.mark.parametrize(
    ("claims", "error"),
    [
        ({"iss": "somebody"}, "invalid_client"),
        ({"header": {"kid": "unknown"}}, "invalid_client"),
        ({"aud": "https://7654321.suitetalk.api.netsuite.com" + PATH}, "invalid_grant"),
        ({"exp": int(time.time()) - 10}, "invalid_grant"),
        ({"iat": int(time.time()) + 100_000}, "invalid_grant"),
        ({"exp": int(time.time()) + 100_000}, "invalid_request"),
        ({"scope": ["everything"]}, "invalid_scope"),
        ({"scope": []}, "invalid_scope"),
        ({"without": "iat"}, "invalid_grant"),
        ({"without": "exp"}, "invalid_grant"),
        ({"without": "scope"}, "invalid_grant"),
    ],
)
def test_a_wrong_assertion_is_refused(caller: Any, claims: dict[str, Any], error: str) -> None:
    answer = caller.ask_token(caller.assertion(**claims))
    assert answer.status_code == 400
    assert answer.json()["error"] == error


def test_scopes_may_be_text_with_commas(caller: Any) -> None:
    """Oracle's words say commas, Oracle's sample is an array: both are taken."""
    assert caller.ask_token(caller.assertion(scope="restlets, rest_webservices")).ok


def test_the_real_token_address_may_be_the_audience(caller: Any) -> None:
    audience = f"https://1234567-sb1.suitetalk.api.netsuite.com{PATH}"
    assert caller.ask_token(caller.assertion(aud=audience)).ok


def test_only_client_credentials_are_granted(caller: Any) -> None:
    answer = caller.ask_token(caller.assertion(), grant_type="password")
    assert answer.json()["error"] == "unsupported_grant_type"


CURVES = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 3072)


@pytest.mark.parametrize(
    ("algorithm", "taken"),
    [
        *((name, True) for name in CURVES),
        ("PS256", True),
        ("PS384", True),
        ("PS512", True),
        ("RS256", False),
        ("HS256", False),
    ],
)
def test_only_the_documented_algorithms_sign(
    rsa_key: rsa.RSAPrivateKey, algorithm: str, taken: bool
) -> None:
    """PS and ES families; RS256, which most clients default to, is not accepted."""
    key: Any = ec.generate_private_key(CURVES[algorithm]) if algorithm in CURVES else rsa_key
    credentials = Credentials()
    credentials.add_certificate(Certificate("c1", "client", key.public_key(), Holder(8, ROLE)))
    address = TokenAddress(
        "1234567_SB1",
        credentials,
        Gate(None, Concurrency(), Faults()),  # type: ignore[arg-type]
    )
    app = Starlette(routes=[Route(PATH, address.answer, methods=["POST"])])
    now = int(time.time())
    claims = {
        "iss": "client",
        "scope": ["restlets"],
        "aud": f"http://testserver{PATH}",
        "iat": now,
        "exp": now + 600,
    }
    signing = "s" * 32 if algorithm == "HS256" else key
    assertion = jwt.encode(claims, signing, algorithm=algorithm, headers={"kid": "c1"})
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
    }

    async def post() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            return await client.post(PATH, data=form)

    answer = asyncio.run(post())
    assert answer.is_success is taken, answer.text
