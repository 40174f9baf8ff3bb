"""N/cache, N/encode, digests and secure strings."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator

import pytest
from lab import Lab
from pytest_httpserver import HTTPServer

KEY = "a key nobody reads"


@pytest.fixture(scope="module", autouse=True)
def secret(lab: Lab) -> None:
    lab.account.set_secret("custsecret_key", KEY)


@pytest.fixture
def target(lab: Lab, httpserver: HTTPServer) -> Iterator[HTTPServer]:
    lab.engine.route({"https://secure.example.com": httpserver.url_for("").rstrip("/")})
    yield httpserver
    lab.engine.route({"https://secure.example.com": ""})


@pytest.mark.shows(
    "N/crypto.createHash",
    "N/crypto.Hash.update",
    "N/crypto.Hash.digest",
    "N/crypto.createHmac",
    "N/crypto.Hmac.update",
    "N/crypto.Hmac.digest",
    "N/crypto.createSecretKey",
    "N/crypto.HashAlg",
)
@pytest.mark.rule("secrets.digests", "secrets.hidden")
@pytest.mark.parametrize("name", ["MD5", "SHA1", "SHA256", "SHA512"])
def test_digests_are_those_of_others(lab: Lab, name: str) -> None:
    code = """const algorithm = crypto.HashAlg[input]; const key = crypto.createSecretKey({ secret: 'custsecret_key', encoding: 'UTF_8' });
      const hash = crypto.createHash({ algorithm }); const mac = crypto.createHmac({ algorithm, key });
      for (const one of [hash, mac]) { one.update({ input: 'ä' }); one.update({ input: 'Yg==', inputEncoding: encode.Encoding.BASE_64 }); }
      return [hash.digest(), mac.digest({ outputEncoding: encode.Encoding.BASE_64 }), JSON.stringify(key)];"""
    data = "äb".encode()
    digest, mac, key = lab.run(code, name)
    assert digest == hashlib.new(name, data).hexdigest()
    assert base64.b64decode(mac) == hmac.new(KEY.encode(), data, name).digest()
    assert KEY not in key


@pytest.mark.shows("N/encode.convert", "N/encode.Encoding")
@pytest.mark.rule("encode.convert")
def test_text_changes_its_encoding(lab: Lab) -> None:
    code = """const { Encoding } = encode;
      const convert = (string, inputEncoding, outputEncoding) => { try { return encode.convert({ string, inputEncoding, outputEncoding }); } catch (error) { return error.name; } };
      return [convert('é?', Encoding.UTF_8, Encoding.BASE_64), convert('c3a93f', Encoding.HEX, Encoding.UTF_8), convert('YQ==', 'BASE_64', 'BASE_32'),
        convert('xyz', Encoding.HEX, Encoding.UTF_8), convert('a!', Encoding.BASE_64, Encoding.UTF_8), convert('a', 'ROT_13', 'UTF_8')];"""
    failed = "FAILED_TO_DECODE_STRING_ENCODED_BINARY_DATA_USING_1_ENCODING"
    assert lab.run(code) == ["w6k/", "é?", "ME======", failed, failed, "INVALID_ENCODING"]


@pytest.mark.shows(
    "N/https.createSecureString",
    "N/https.createSecretKey",
    "N/https.SecureString.appendString",
    "N/https.SecureString.appendSecureString",
    "N/https.SecureString.convertEncoding",
    "N/https.SecureString.hash",
    "N/https.SecureString.hmac",
    "N/https.put",
    "N/https.delete",
)
@pytest.mark.rule("secrets.hidden")
def test_a_secure_string_is_made_when_it_is_sent(lab: Lab, target: HTTPServer) -> None:
    seen: list[str] = []
    target.expect_request("/s").respond_with_handler(
        lambda request: seen.append(request.headers["X-Signed"]) or b""
    )  # type: ignore[func-returns-value]
    code = """const url = 'https://secure.example.com/s'; const { Encoding, HashAlg } = https;
      const secure = (input) => https.createSecureString({ input });
      const key = https.createSecretKey({ secret: 'custsecret_key', encoding: Encoding.UTF_8 });
      const all = [
        secure('user:{custsecret_key}').appendString({ input: '!', inputEncoding: Encoding.UTF_8 }),
        secure('Basic ').appendSecureString({ secureString: secure('{custsecret_key}').convertEncoding({ fromEncoding: Encoding.UTF_8, toEncoding: Encoding.BASE_64 }) }),
        secure('{custsecret_key}').hash({ algorithm: HashAlg.SHA256, contentEncoding: Encoding.UTF_8, resultEncoding: Encoding.HEX }),
        secure('text').hmac({ algorithm: HashAlg.SHA256, key, contentEncoding: Encoding.UTF_8, resultEncoding: Encoding.HEX }),
      ];
      for (const header of all) https.put({ url, body: 'x', headers: { 'X-Signed': header } });
      https.delete({ url, headers: { 'X-Signed': 'plain' } });
      return all.map(String);"""
    texts = lab.run(code)
    assert KEY not in "".join(texts)
    assert seen == [
        f"user:{KEY}!",
        f"Basic {base64.b64encode(KEY.encode()).decode()}",
        hashlib.sha256(KEY.encode()).hexdigest(),
        hmac.new(KEY.encode(), b"text", "sha256").hexdigest(),
        "plain",
    ]


@pytest.mark.shows(
    "N/cache.getCache",
    "N/cache.Cache.put",
    "N/cache.Cache.get",
    "N/cache.Cache.remove",
    "N/cache.Scope",
)
@pytest.mark.rule("cache.entries", "cache.scopes")
def test_caches(lab: Lab) -> None:
    code = """
      const shelf = (scope) => cache.getCache({ name: 'conformance', scope: cache.Scope[scope] });
      const name = (act) => { try { act(); return null; } catch (error) { return error.name; } };
      if (input === 'read') return ['PRIVATE', 'PROTECTED', 'PUBLIC'].map((scope) => shelf(scope).get({ key: 'k' }));
      for (const scope of ['PRIVATE', 'PROTECTED', 'PUBLIC']) shelf(scope).put({ key: 'k', value: { scope } });
      let loads = 0; const loader = ({ key }) => { loads += 1; return `${key}!`; };
      const one = shelf('PRIVATE'); const loaded = [one.get({ key: 'l', loader }), one.get({ key: 'l', loader }), loads];
      one.remove({ key: 'l' });
      return [loaded, one.get({ key: 'l' }), one.get({ key: 'k' }), [name(() => one.put({ key: 'k'.repeat(4097), value: 'v' })),
        name(() => one.put({ key: 'k', value: 'v'.repeat(512001) })), name(() => one.put({ key: 'k', value: 'v', ttl: 299 })), name(() => one.put({ key: 'k' })),
        name(() => cache.getCache({ name: 'x', scope: 'SECRET' }))]];"""
    writer, reader = lab.restlet(code), lab.restlet(code)
    loaded, gone, kept, errors = lab.call(writer, "write")
    assert (loaded, gone, kept) == (["l!", "l!", 1], None, '{"scope":"PRIVATE"}')
    assert errors == [
        "KEY_TOO_LONG",
        "VALUE_TOO_LONG",
        "INVALID_TTL",
        "SSS_MISSING_REQD_ARGUMENT",
        "SSS_INVALID_TYPE_ARG",
    ]
    assert lab.call(reader, "read") == [None, '{"scope":"PROTECTED"}', '{"scope":"PUBLIC"}']


@pytest.mark.shows(
    "N/crypto/random.generateUUID", "N/crypto/random.generateBytes", "N/crypto/random.generateInt"
)
@pytest.mark.rule("secrets.digests")
def test_random_things(lab: Lab) -> None:
    code = """const numbers = Array.from({ length: 200 }, () => random.generateInt({ min: 3, max: 6 }));
      return [random.generateUUID() !== random.generateUUID(), random.generateBytes({ size: 20 }).length, Math.min(...numbers), Math.max(...numbers)];"""
    assert lab.run(code) == [True, 20, 3, 5]
