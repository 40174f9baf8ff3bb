"""N/https and N/http: what reaches another system, and what comes back."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import ipaddress
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from lab import ADMIN, Lab, over_http
from pytest_httpserver import HTTPServer

from emulator.account.preferences import Preferences
from emulator.scripts.host_https import Outbound
from emulator.scripts.host_secrets import Secrets


@pytest.fixture
def target(lab: Lab, httpserver: HTTPServer) -> Iterator[HTTPServer]:
    address = httpserver.url_for("").rstrip("/")
    lab.engine.route({"https://api.example.com": address, "http://plain.example.com": address})
    yield httpserver
    lab.engine.route({"https://api.example.com": "", "http://plain.example.com": ""})


@pytest.mark.shows(
    "N/http.get", "N/http.post", "N/http.put", "N/http.delete", "N/http.request", "N/http.Method"
)
@pytest.mark.rule("https.real", "https.schemes")
def test_plain_http_is_sent_by_every_method(lab: Lab, target: HTTPServer) -> None:
    for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
        target.expect_request(
            "/m", method=method, headers={"Host": "plain.example.com", "X-A": "1"}
        ).respond_with_data(method, status=207)
    code = """const url = 'http://plain.example.com/m'; const headers = { 'X-A': '1' };
      const { Method } = http;
      let wrong; try { http.get({ url: 'https://api.example.com/' }); } catch (error) { wrong = error.name; }
      return [[http.get({ url, headers }), http.post({ url, headers, body: 'x' }), http.put({ url, headers, body: 'x' }),
        http.delete({ url, headers }), http.request({ method: Method.PATCH, url, headers, body: 'x' })].map((r) => [r.code, r.body]), wrong];"""
    assert lab.run(code) == [
        [[207, method] for method in ("GET", "POST", "PUT", "DELETE", "PATCH")],
        "SSS_INVALID_URL",
    ]
    target.check_assertions()


@pytest.mark.shows("N/https.get", "N/https.post")
@pytest.mark.rule("https.real")
def test_promises_are_kept(lab: Lab, target: HTTPServer) -> None:
    target.expect_request("/p").respond_with_json({"ok": 1})
    code = """define(['N/https'], (https) => ({ post: async () => {
      const url = 'https://api.example.com/p';
      const one = await https.get.promise({ url }); const two = await https.post.promise({ url, body: '{}' });
      return [one.code, JSON.parse(two.body).ok]; } }));"""
    assert lab.call(lab.script("Restlet", code)) == [200, 1]


@pytest.mark.shows("N/https.request", "N/https.Method")
@pytest.mark.rule("https.headers")
@pytest.mark.parametrize(
    "headers", [{"Host": "x"}, {"Content-Length": "1"}, {"X": "a\r\nY: b"}, {"A B": "c"}, "X: y"]
)
def test_headers_that_are_refused(lab: Lab, target: HTTPServer, headers: object) -> None:
    with lab.refused("SSS_INVALID_HEADER"):
        lab.run(
            "https.request({ method: https.Method.GET, url: 'https://api.example.com/', headers: input });",
            headers,
        )


@pytest.mark.shows("N/https.get")
@pytest.mark.rule("https.redirects", "https.hosts")
def test_a_redirect_is_an_answer(lab: Lab, target: HTTPServer) -> None:
    target.expect_request("/from").respond_with_data("", 302, {"Location": "/to"})
    target.expect_request("/to").respond_with_data("there")
    code = "const r = https.get({ url: 'https://api.example.com/from' }); return [r.code, r.body];"
    follows = lab.preferences.https_follows_redirects
    assert lab.run(code) == ([200, "there"] if follows else [302, ""])
    with lab.refused("SSS_UNKNOWN_HOST", "elsewhere"):
        lab.run("https.get({ url: 'https://elsewhere.example.com/' });")


@pytest.mark.shows("N/https.get")
@pytest.mark.rule("https.binary")
def test_a_pdf_can_be_kept_as_it_came(lab: Lab, target: HTTPServer) -> None:
    if not lab.preferences.binary_bodies_are_base64:
        pytest.skip("the other way a binary body is text and lost")
    data = b"%PDF-1.4\xff\x00"
    target.expect_request("/pdf").respond_with_data(data, content_type="application/pdf")
    code = """const { body } = https.get({ url: 'https://api.example.com/pdf' });
      return [file.create({ name: 'a.pdf', fileType: file.Type.PDF, contents: body }).getContents()];"""
    assert lab.run(code) == [base64.b64encode(data).decode()]


def _certificates(folder: Path, name: str) -> tuple[Path, Path]:
    """An authority, and a server's certificate and key for a name: two PEM files."""
    now = dt.datetime.now(dt.UTC)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    subjects = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, n)]) for n in ("Lab", name)]
    made = []
    for key, subject, ca in zip(keys, subjects, (True, False), strict=True):
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subjects[0])
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(keys[0].public_key()), critical=False)
        )  # fmt: skip
        if ca:
            usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
            builder = builder.add_extension(usage, critical=True)
        made.append(builder.sign(keys[0], hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    authority, server = folder / "authority.pem", folder / "server.pem"
    authority.write_bytes(made[0])
    server.write_bytes(
        made[1]
        + keys[1].private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return authority, server


@pytest.mark.shows("N/https.get")
@pytest.mark.rule("https.certificate")
def test_certificates_are_checked_for_the_host_that_was_asked_for(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, pem = _certificates(tmp_path, "api.example.com")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    trusting = Outbound(Secrets(lab.account), {}, authorities=str(authority))
    suspicious = lab.engine._outbound
    code = """return ['api', 'other'].map((name) => {
      try { return https.get({ url: `https://${name}.example.com/` }).body; } catch (error) { return error.name; } });"""
    with HTTPServer(ssl_context=context) as server:
        server.expect_request("/").respond_with_data("secret")
        where = f"https://127.0.0.1:{server.port}"
        hosts = {"https://api.example.com": where, "https://other.example.com": where}
        for outbound in (trusting, suspicious):
            outbound.route(hosts)
        assert lab.run(code) == ["SSS_INVALID_HOST_CERT", "SSS_INVALID_HOST_CERT"]
        monkeypatch.setattr(suspicious, "_client", trusting._client)
        assert lab.run(code) == ["secret", "SSS_INVALID_HOST_CERT"]
    suspicious.route(dict.fromkeys(hosts, ""))


def test_an_authority_can_be_trusted_from_the_start(tmp_path: Path) -> None:
    authority, pem = _certificates(tmp_path, "api.example.com")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    folder = tmp_path / "project"
    folder.mkdir()
    with HTTPServer(ssl_context=context) as server:
        server.expect_request("/").respond_with_data("secret")
        hosts = {"https://api.example.com": f"https://127.0.0.1:{server.port}"}
        with over_http(folder, Preferences(), hosts=hosts, ca_file=authority) as lab:
            assert (
                lab.run("return https.get({ url: 'https://api.example.com/' }).body;") == "secret"
            )


@pytest.mark.shows("N/https.requestRestlet")
@pytest.mark.rule("https.requested_events")
def test_what_a_user_event_asks_for_is_a_request_of_its_own(lab: Lab) -> None:
    saver = lab.restlet(
        "const one = record.create({ type: 'contact' });"
        "one.setValue({ fieldId: 'entityid', value: `Asked ${input.name}` }); one.setValue({ fieldId: 'subsidiary', value: 1 });"
        "return [one.save()];"
    )
    watcher = lab.script(
        "UserEventScript",
        """define([], () => ({ afterSubmit: ({ newRecord }) => log.audit('saved', newRecord.getValue('entityid')) }));""",
        record="contact",
    )
    asker = lab.script(
        "UserEventScript",
        f"""define(['N/https'], (https) => ({{ afterSubmit: () => https.requestRestlet({{ method: 'POST',
          scriptId: '{saver.scriptid}', deploymentId: '{saver.deployments[0].scriptid}', body: JSON.stringify({{ name: 'E' }}),
          headers: {{ 'Content-Type': 'application/json' }} }}) }}));""",
        record="department",
    )
    lab.run(
        "const one = record.create({ type: 'department' });"
        "one.setValue({ fieldId: 'name', value: 'Asking' }); return [one.save()];"
    )
    fires = lab.preferences.requested_scripts_fire_events
    assert lab.logged(watcher) == ([("saved", "Asked E")] if fires else [])
    lab.disable(watcher)
    lab.disable(asker)


@pytest.mark.shows("N/https.requestRestlet")
@pytest.mark.rule("https.own_restlets")
def test_a_script_asks_a_restlet_of_its_account(lab: Lab) -> None:
    asked = lab.script(
        "Restlet",
        """define(['N/runtime', 'N/record'], (runtime, record) => ({
          get: (params) => ({ params, user: runtime.getCurrentUser().id }),
          post: (body) => { if (body.bad) throw new Error('bad'); return { got: body }; },
          delete: () => { record.load({ type: 'customer', id: 987654 }); } }));""",
    )
    code = """
      const ask = (more) => https.requestRestlet({ scriptId: input.script, deploymentId: input.deploy, ...more });
      const name = (act) => { try { act(); return null; } catch (error) { return error.name; } };
      const one = ask({ urlParams: { a: 1 } }); const two = ask({ body: { x: 'é' } }); const three = ask({ body: { bad: 1 } });
      const four = ask({ method: 'DELETE' });
      return [one.code, JSON.parse(one.body), JSON.parse(two.body), three.code, JSON.parse(four.body).error.code,
        name(() => ask({ headers: { Authorization: 'x' } })), name(() => https.requestRestlet({ scriptId: 'x' })),
        runtime.getCurrentScript().getRemainingUsage()];"""
    session = dataclasses.replace(ADMIN, user=8, context="RESTLET")
    answer = lab.run(
        code,
        {"script": asked.scriptid, "deploy": asked.deployments[0].scriptid},
        session=session,
    )
    assert answer == [
        200, {"params": {"a": "1"}, "user": 8}, {"got": {"x": "é"}}, 400, "RCRD_DSNT_EXIST",
        "SSS_AUTHORIZATION_HEADER_NOT_ALLOWED", "SSS_MISSING_REQD_ARGUMENT", 4960,
    ]  # fmt: skip


@pytest.mark.shows("N/https.requestSuiteTalkRest")
@pytest.mark.rule("https.own_suiteql", "suiteql.rest")
def test_a_script_asks_suiteql_over_rest(lab: Lab) -> None:
    code = """
      const r = https.requestSuiteTalkRest({ url: '/services/rest/query/v1/suiteql?limit=2', headers: { Prefer: 'transient' },
        body: { q: 'SELECT id FROM currency ORDER BY id' } });
      let other; try { https.requestSuiteTalkRest({ url: 'record/v1/customer/1' }); } catch (error) { other = error.message; }
      const plain = https.requestSuiteTalkRest({ url: '/services/rest/query/v1/suiteql', body: { q: 'SELECT id FROM currency' } });
      const { count, hasMore, items } = JSON.parse(r.body);
      return [r.code, count, hasMore, items.map(({ id }) => id), JSON.parse(plain.body)['o:errorDetails'][0]['o:errorCode'], other];"""
    *answer, other = lab.run(code)
    assert answer == [200, 2, True, ["1", "2"], "INVALID_HEADER"]
    assert "record/v1/customer/1" in other


@pytest.mark.shows("N/https.requestSuitelet")
@pytest.mark.rule("https.own_restlets")
def test_a_script_asks_a_suitelet_of_its_account(lab: Lab) -> None:
    asked = lab.script(
        "Suitelet",
        """define([], () => ({ onRequest: ({ request, response }) => {
          response.write(`${request.method} ${request.parameters.a} ${request.body}`); } }));""",
    )
    code = """
      const ask = (more) => https.requestSuitelet({ scriptId: input.script, deploymentId: input.deploy, urlParams: { a: 1 }, ...more });
      const one = ask({}); const two = ask({ body: 'words' });
      return [one.code, one.body.trim(), two.body];"""
    ids = {"script": asked.scriptid, "deploy": asked.deployments[0].scriptid}
    assert lab.run(code, ids) == [200, "GET 1", "POST 1 words"]
