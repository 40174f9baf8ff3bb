"""Who sent a call is proven on its raw bytes, and nothing else gets in."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from agent.errors import ConfigError, SignatureError, TooOld
from agent.ingress.verify import verify

NOW = 1_764_000_000.0
BODY = '{"id": 1, "name": "Søren"}'.encode()
SECRET = base64.b64encode(b"a secret of some twenty four").decode()
OTHER = base64.b64encode(b"another secret, just as long").decode()


def check(kind, options, secrets, headers, body=BODY, method="POST", url="https://a.example/in/x"):
    lower = {name.lower(): value for name, value in headers.items()}
    return verify(kind, options, secrets, method, url, lower, body, NOW)


def mac(key: str, signed: bytes) -> bytes:
    return hmac.new(key.encode(), signed, hashlib.sha256).digest()


def standard(secret: str, at: float = NOW, message_id: str = "msg_1", body: bytes = BODY):
    signature = Webhook(secret).sign(message_id, datetime.fromtimestamp(at, UTC), body.decode())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at)),
        "webhook-signature": signature,
    }


@pytest.mark.parametrize("prefix", ["", "whsec_"])
def test_what_the_published_library_signs_is_accepted(prefix):
    call = check("standard_webhooks", {}, [prefix + SECRET], standard(SECRET))
    assert call.id_hint == "msg_1"


def test_during_a_rotation_one_of_several_signatures_and_secrets_is_enough():
    headers = standard(OTHER)
    headers["webhook-signature"] = "v1a,AAAA v1,AAAA " + headers["webhook-signature"]
    assert check("standard_webhooks", {}, [SECRET, OTHER], headers)


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "msg_2"},
        {"webhook-timestamp": str(int(NOW) + 1)},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "v1,not base64"},
        {"webhook-signature": "garbage"},
        {"webhook-signature": ""},
        {"webhook-id": ""},
    ],
)
def test_a_message_whose_id_time_or_signature_was_changed_is_refused(change):
    with pytest.raises(SignatureError):
        check("standard_webhooks", {}, [SECRET], standard(SECRET) | change)


def test_a_changed_body_or_another_secret_is_refused():
    with pytest.raises(SignatureError):
        check("standard_webhooks", {}, [SECRET], standard(SECRET), body=BODY + b" ")
    with pytest.raises(SignatureError):
        check("standard_webhooks", {}, [OTHER], standard(SECRET))


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_signed_time_outside_the_tolerance_is_too_old_and_answered_401(seconds):
    with pytest.raises(TooOld) as caught:
        check("standard_webhooks", {}, [SECRET], standard(SECRET, NOW + seconds))
    assert caught.value.status == 401
    assert check(
        "standard_webhooks", {"tolerance_seconds": 600}, [SECRET], standard(SECRET, NOW + seconds)
    )


def test_an_unsigned_call_does_not_learn_that_its_time_is_wrong():
    headers = standard(SECRET, NOW - 9999) | {"webhook-signature": "v1,AAAA"}
    with pytest.raises(SignatureError):
        check("standard_webhooks", {}, [SECRET], headers)


def test_a_time_that_is_no_number_is_refused():
    for text in ("nan", "soon"):
        signature = base64.b64encode(
            hmac.new(base64.b64decode(SECRET), f"m.{text}.".encode() + BODY, "sha256").digest()
        ).decode()
        headers = {
            "webhook-id": "m",
            "webhook-timestamp": text,
            "webhook-signature": f"v1,{signature}",
        }
        with pytest.raises((SignatureError, TooOld)):
            check("standard_webhooks", {}, [SECRET], headers)


def test_a_secret_that_is_not_base64_is_a_fault_of_the_configuration():
    with pytest.raises(ConfigError, match="base64"):
        check("standard_webhooks", {}, ["not base64!"], standard(SECRET))


def test_shopify_signs_the_body_in_base64_and_gives_its_event_id():
    headers = {
        "X-Shopify-Hmac-Sha256": base64.b64encode(mac("shpss_1", BODY)).decode(),
        "X-Shopify-Event-Id": "e-1",
        "X-Shopify-Webhook-Id": "w-1",
    }
    assert check("shopify", {}, ["shpss_1"], headers).id_hint == "e-1"
    with pytest.raises(SignatureError):
        check("shopify", {}, ["shpss_2"], headers)
    with pytest.raises(SignatureError, match="missing"):
        check("shopify", {}, ["shpss_1"], {})


def test_shopifys_signature_computed_by_hand_with_openssl():
    """printf '{}' | openssl dgst -sha256 -hmac shpss_1 -binary | base64"""
    header = {"X-Shopify-Hmac-Sha256": "VHlgYsaDRO2dp06Qrx+wlkdEWzPdswIV/zRfjLk5CYE="}
    assert check("shopify", {}, ["shpss_1"], header, body=b"{}").id_hint is None


GITHUB = {"header": "X-Hub-Signature-256", "prefix": "sha256=", "id_header": "X-GitHub-Delivery"}


def test_the_values_that_github_publishes_for_tests():
    """https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries"""
    digits = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    headers = {
        "X-Hub-Signature-256": f"sha256={digits}",
        "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
    }
    secret = "It's a Secret to Everybody"
    call = check("hmac_sha256", GITHUB, [secret], headers, body=b"Hello, World!")
    assert call.id_hint == "72d3162e-cc78-11e3-81ab-4c9367dc0958"
    with pytest.raises(SignatureError):
        check("hmac_sha256", GITHUB, [secret], headers, body=b"Hello, World?")


def test_a_call_whose_time_is_signed_is_the_same_call_when_it_comes_again():
    signed = {
        "header": "X-Signature",
        "over": ["timestamp", "body"],
        "timestamp_header": "X-Time",
    }

    def timed(at: float, **more: str) -> dict[str, str]:
        text = str(int(at))
        return {"X-Time": text, "X-Signature": mac("key", text.encode() + BODY).hex(), **more}

    for kind, options, secret, sent in (
        ("hmac_sha256", signed, "key", timed),
        ("stripe", {}, "whsec_abc", stripe),
        ("hubspot_v3", {}, "client-secret", hubspot),
    ):
        ids = [
            check(kind, options, [secret], sent(at), url=HUBSPOT_URL).id_hint
            for at in (NOW, NOW, NOW - 2)
        ]
        assert ids[0] is not None
        assert ids[0] == ids[1] != ids[2]
    own = {**signed, "id_header": "X-Id"}
    assert check("hmac_sha256", own, ["key"], timed(NOW, **{"X-Id": "7"})).id_hint == "7"
    # A body alone may honestly come twice.
    plain = {"header": "X-Signature"}
    headers = {"X-Signature": mac("key", BODY).hex()}
    assert check("hmac_sha256", plain, ["key"], headers).id_hint is None


@pytest.mark.parametrize("upper", [True, False])
def test_hmac_in_hex_with_a_prefix_whatever_its_case(upper):
    digits = mac("key", BODY).hex()
    headers = {"X-Hub-Signature-256": "sha256=" + (digits.upper() if upper else digits)}
    options = {"header": "X-Hub-Signature-256", "prefix": "sha256="}
    assert check("hmac_sha256", options, ["old", "key"], headers)
    with pytest.raises(SignatureError, match="begin"):
        check("hmac_sha256", options, ["key"], {"X-Hub-Signature-256": digits})


def test_hmac_over_method_address_body_and_time():
    options = {
        "header": "X-Signature",
        "encoding": "base64",
        "over": ["method", "url", "body", "timestamp"],
        "timestamp_header": "X-Time",
        "tolerance_seconds": 60,
        "id_header": "X-Id",
    }
    url = "https://a.example/in/x?a=1"

    def signed(at_ms: int) -> dict[str, str]:
        text = b"POST" + url.encode() + BODY + str(at_ms).encode()
        value = base64.b64encode(mac("key", text)).decode()
        return {"X-Signature": value, "X-Time": str(at_ms), "X-Id": "7"}

    assert check("hmac_sha256", options, ["key"], signed(int(NOW * 1000)), url=url).id_hint == "7"
    with pytest.raises(TooOld):
        check("hmac_sha256", options, ["key"], signed(int((NOW - 61) * 1000)), url=url)
    with pytest.raises(SignatureError):
        check("hmac_sha256", options, ["key"], signed(int(NOW * 1000)), url=url, method="PUT")
    with pytest.raises(SignatureError):
        check("hmac_sha256", options, ["key"], signed(int(NOW * 1000)))


def test_bearer_and_basic():
    assert check("bearer", {}, ["old", "täken"], {"Authorization": "bearer täken"})
    for value in ("Bearer wrong", "Basic täken", "Bearer", ""):
        with pytest.raises(SignatureError):
            check("bearer", {}, ["täken"], {"Authorization": value})
    pair = base64.b64encode(b"shop:pa:ss").decode()
    assert check("basic", {"user": "shop"}, ["pa:ss"], {"Authorization": f"Basic {pair}"})
    with pytest.raises(SignatureError):
        check("basic", {"user": "other"}, ["pa:ss"], {"Authorization": f"Basic {pair}"})


def test_a_flow_that_cannot_be_verified_lets_nobody_in():
    with pytest.raises(ConfigError, match="morse"):
        check("morse", {}, ["x"], {})
    with pytest.raises(ConfigError, match="no secret"):
        check("bearer", {}, [], {"Authorization": "Bearer "})


# --- stripe ---


def stripe(
    at: float = NOW, key: str = "whsec_abc", body: bytes = BODY, more: str = ""
) -> dict[str, str]:
    signature = mac(key, f"{int(at)}.".encode() + body).hex()
    return {"Stripe-Signature": f"t={int(at)},{more}v1={signature},v0=00"}


def test_stripe_signs_time_and_body_with_the_secret_as_it_is_written():
    assert check("stripe", {}, ["whsec_abc"], stripe())
    rolled = stripe(more="v1=" + "0" * 64 + ", ")
    assert check("stripe", {}, ["whsec_old", "whsec_abc"], rolled)


def test_stripes_signature_computed_by_hand_with_openssl():
    """printf '1764000000.{}' | openssl dgst -sha256 -hmac whsec_abc"""
    header = {
        "stripe-signature": "t=1764000000,v1="
        "a79cdff58c002a58a9c631cde1c10d6a68a090c2fe4d09662e033a07da107083"
    }
    assert check("stripe", {}, ["whsec_abc"], header, body=b"{}")


@pytest.mark.parametrize(
    "header",
    ["", "t=1764000000", "v1=00", "t=1764000000,v1=zz", "t=1764000000,v0=" + "0" * 64, "garbage"],
)
def test_what_is_no_signature_of_stripe_is_refused(header):
    with pytest.raises(SignatureError):
        check("stripe", {}, ["whsec_abc"], {"Stripe-Signature": header})


def test_stripes_time_is_part_of_what_is_signed_and_judged():
    moved = stripe()["Stripe-Signature"].replace(f"t={int(NOW)}", f"t={int(NOW) + 1}")
    with pytest.raises(SignatureError):
        check("stripe", {}, ["whsec_abc"], {"Stripe-Signature": moved})
    with pytest.raises(TooOld):
        check("stripe", {}, ["whsec_abc"], stripe(NOW - 301))
    assert check("stripe", {"tolerance_seconds": 600}, ["whsec_abc"], stripe(NOW - 301))


# --- hubspot ---

HUBSPOT_URL = "https://a.example/in/x?back=https%3A%2F%2Fb.example%2Fc%20d"


def hubspot(
    at: float = NOW, url: str = HUBSPOT_URL, method: str = "POST", body: bytes = BODY
) -> dict[str, str]:
    milliseconds = str(int(at * 1000))
    signed = method.encode() + url.encode() + body + milliseconds.encode()
    return {
        "X-HubSpot-Signature-v3": base64.b64encode(mac("client-secret", signed)).decode(),
        "X-HubSpot-Request-Timestamp": milliseconds,
    }


@pytest.mark.parametrize(
    "signed", [HUBSPOT_URL, "https://a.example/in/x?back=https://b.example/c%20d"]
)
def test_hubspot_signs_method_address_body_and_time(signed):
    headers = hubspot(url=signed)
    assert check("hubspot_v3", {}, ["client-secret"], headers, url=HUBSPOT_URL)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"url": "https://other.example/in/x"}, SignatureError),
        ({"method": "PUT"}, SignatureError),
        ({"body": b"{}"}, SignatureError),
        ({"at": NOW - 301}, TooOld),
    ],
)
def test_anything_else_than_what_hubspot_signed_is_refused(change, error):
    with pytest.raises(error):
        check("hubspot_v3", {}, ["client-secret"], hubspot(**change), url=HUBSPOT_URL)
    late = hubspot() | {"X-HubSpot-Request-Timestamp": str(int(NOW * 1000) + 1)}
    with pytest.raises(SignatureError):
        check("hubspot_v3", {}, ["client-secret"], late, url=HUBSPOT_URL)
