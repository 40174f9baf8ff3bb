"""N/crypto, N/encode, N/https, N/cache, N/file, N/format, N/query, N/runtime."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac

import pytest
from standardwebhooks import Webhook

from emulator.ports import Session
from emulator.scripts import host_https

KEY = base64.b64encode(b"twenty-four bytes of key").decode()


@pytest.fixture(scope="module", autouse=True)
def secrets(lab) -> None:
    lab.account.set_secret("custsecret_b64", KEY)
    lab.account.set_secret("custsecret_text", "schlüssel")
    lab.account.set_secret("custsecret_hex", "00ff10")


# ---- crypto and encode


@pytest.mark.parametrize(
    ("secret", "encoding", "key"),
    [
        ("custsecret_b64", "BASE_64", b"twenty-four bytes of key"),
        ("custsecret_b64", "UTF_8", KEY.encode()),
        ("custsecret_text", "UTF_8", "schlüssel".encode()),
        ("custsecret_hex", "HEX", bytes.fromhex("00ff10")),
        ("custsecret_hex", None, bytes.fromhex("00ff10")),
    ],
)
def test_the_encoding_says_how_a_secrets_text_is_read(lab, secret, encoding, key) -> None:
    code = """
      const key = crypto.createSecretKey({ secret: input.secret, encoding: input.encoding || undefined });
      const mac = crypto.createHmac({ algorithm: crypto.HashAlg.SHA256, key });
      mac.update({ input: 'id.1.' }); mac.update({ input: '{"ä":1}', inputEncoding: encode.Encoding.UTF_8 });
      return [mac.digest({ outputEncoding: encode.Encoding.BASE_64 }), mac.digest()];"""
    digest = hmac.new(key, b'id.1.{"\xc3\xa4":1}', hashlib.sha256).digest()
    answer = lab.run(code, {"secret": secret, "encoding": encoding})
    assert answer == [base64.b64encode(digest).decode(), digest.hex()]


def test_a_script_signs_what_the_standard_webhooks_library_accepts(lab) -> None:
    stamp = int(dt.datetime.now(dt.UTC).timestamp())
    body = '{"hello":"world"}'
    code = """
      const key = crypto.createSecretKey({ secret: 'custsecret_b64', encoding: encode.Encoding.BASE_64 });
      const mac = crypto.createHmac({ algorithm: crypto.HashAlg.SHA256, key });
      mac.update({ input: `msg_1.${input.stamp}.${input.body}` });
      return { signature: 'v1,' + mac.digest({ outputEncoding: encode.Encoding.BASE_64 }) };"""
    signature = lab.run(code, {"stamp": stamp, "body": body})["signature"]
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(stamp),
        "webhook-signature": signature,
    }
    assert Webhook(KEY).verify(body, headers) == {"hello": "world"}


def test_a_secret_never_reaches_the_script(lab) -> None:
    code = "const key = crypto.createSecretKey({ secret: 'custsecret_b64', encoding: 'BASE_64' }); return JSON.stringify(key) + String(key);"
    assert KEY not in str(lab.run(code))


def test_a_secret_that_does_not_exist_is_refused(lab) -> None:
    with lab.refused("KEY_NOT_FOUND", "custsecret_none"):
        lab.run("crypto.createSecretKey({ secret: 'custsecret_none', encoding: 'UTF_8' });")


def test_hashes(lab) -> None:
    code = """return ['SHA256', 'SHA512', 'MD5'].map((algorithm) => {
      const hash = crypto.createHash({ algorithm }); hash.update({ input: 'grüße' }); return hash.digest(); });"""
    assert lab.run(code) == [
        hashlib.new(n, "grüße".encode()).hexdigest() for n in ("sha256", "sha512", "md5")
    ]


def test_texts_are_converted_between_encodings(lab) -> None:
    code = """return ['BASE_64', 'BASE_64_URL_SAFE', 'HEX', 'BASE_32'].map((outputEncoding) => {
      const there = encode.convert({ string: 'ÿ?>grüße', inputEncoding: encode.Encoding.UTF_8, outputEncoding });
      return [there, encode.convert({ string: there, inputEncoding: outputEncoding, outputEncoding: 'UTF_8' })]; });"""
    data = "ÿ?>grüße".encode()
    assert [pair[1] for pair in lab.run(code)] == ["ÿ?>grüße"] * 4
    assert [pair[0] for pair in lab.run(code)] == [
        base64.b64encode(data).decode(),
        base64.urlsafe_b64encode(data).decode().rstrip("="),
        data.hex(),
        base64.b32encode(data).decode(),
    ]


def test_uuids_are_random_and_of_version_4(lab) -> None:
    ids = lab.run("return [random.generateUUID(), random.generateUUID()];")
    assert ids[0] != ids[1]
    assert [one[14] for one in ids] == ["4", "4"]


# ---- https


@pytest.fixture
def target(lab, httpserver):
    lab.engine.route({"https://hooks.example.com": httpserver.url_for("").rstrip("/")})
    yield httpserver
    lab.engine.route({"https://hooks.example.com": ""})


def test_a_post_reaches_its_host_with_body_headers_and_query(lab, target) -> None:
    target.expect_request(
        "/in/x",
        method="POST",
        query_string="a=1",
        headers={"webhook-id": "7", "Content-Type": "application/json"},
        data='{"ä":1}'.encode(),
    ).respond_with_json({"ok": True}, status=202, headers={"x-trace": "t"})
    code = """const r = https.post({ url: 'https://hooks.example.com/in/x?a=1', body: JSON.stringify({ 'ä': 1 }),
        headers: { 'webhook-id': '7', 'Content-Type': 'application/json' } });
      return [r.code, JSON.parse(r.body), r.headers['X-Trace'], runtime.getCurrentScript().getRemainingUsage()];"""
    assert lab.run(code) == [202, {"ok": True}, "t", 4990]
    target.check_assertions()


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
def test_a_refusal_is_an_answer_not_an_error(lab, target, status) -> None:
    target.expect_request("/in").respond_with_data("no", status=status)
    assert lab.run("return https.get({ url: 'https://hooks.example.com/in' }).code;") == status


def test_an_object_as_body_is_form_urlencoded(lab, target) -> None:
    target.expect_request(
        "/form",
        data=b"a=1+%2B&b=%C3%A4",
        headers={"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"},
    ).respond_with_data("ok")
    code = "return https.post({ url: 'https://hooks.example.com/form', body: { a: '1 +', b: 'ä' } }).body;"
    assert lab.run(code) == "ok"


def test_every_method_is_sent_as_itself(lab, target) -> None:
    for method in ("GET", "POST", "PUT", "DELETE"):
        target.expect_request("/m", method=method).respond_with_data(method)
    code = """const url = 'https://hooks.example.com/m';
      return [https.get({ url }), https.post({ url, body: 'x' }), https.put({ url, body: 'x' }), https.delete({ url }),
        https.request({ method: https.Method.PUT, url, body: 'x' })].map((r) => r.body);"""
    assert lab.run(code) == ["GET", "POST", "PUT", "DELETE", "PUT"]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://hooks.example.com/", "SSS_INVALID_URL"),
        ("/relative", "SSS_INVALID_URL"),
        ("https://elsewhere.example.com/", "SSS_UNKNOWN_HOST"),
    ],
)
def test_only_known_https_hosts_are_reached(lab, target, url, code) -> None:
    with lab.refused(code):
        lab.run("https.get({ url: input });", url)


def test_a_host_that_does_not_answer_in_time_is_an_error(lab, target, monkeypatch) -> None:
    import time

    monkeypatch.setattr(lab.engine._outbound._client, "timeout", host_https.httpx.Timeout(0.05))
    target.expect_request("/slow").respond_with_handler(lambda request: time.sleep(0.3))
    with lab.refused("SSS_REQUEST_TIME_EXCEEDED"):
        lab.run("https.get({ url: 'https://hooks.example.com/slow' });")


def test_a_dead_host_is_an_error(lab) -> None:
    lab.engine.route({"https://dead.example.com": "http://127.0.0.1:9"})
    with lab.refused("SSS_INVALID_HOST_CERT"):
        lab.run("https.get({ url: 'https://dead.example.com/' });")


def test_headers_of_the_connection_are_not_the_scripts(lab, target) -> None:
    with lab.refused("SSS_INVALID_HEADER"):
        lab.run("https.get({ url: 'https://hooks.example.com/', headers: { Host: 'x' } });")


def test_a_secure_string_is_filled_in_only_when_it_is_sent(lab, target) -> None:
    token = base64.b64encode(f"user:{KEY}".encode()).decode()
    target.expect_request("/auth", headers={"Authorization": f"Basic {token}"}).respond_with_data(
        "in"
    )
    code = """
      const pair = https.createSecureString({ input: 'user:{custsecret_b64}' })
        .convertEncoding({ fromEncoding: https.Encoding.UTF_8, toEncoding: https.Encoding.BASE_64 });
      const header = https.createSecureString({ input: 'Basic ' }).appendSecureString({ secureString: pair });
      return [https.get({ url: 'https://hooks.example.com/auth', headers: { Authorization: header } }).body, String(header)];"""
    assert lab.run(code) == ["in", "https.SecureString"]


# ---- cache


def test_a_private_cache_is_the_scripts_own_and_a_public_one_everybodys(lab) -> None:
    code = """const shelf = cache.getCache({ name: 'shared', scope: cache.Scope[input.scope] });
      const found = shelf.get({ key: 'k' }); shelf.put({ key: 'k', value: { by: 1 }, ttl: 300 }); return [found];"""
    one, two = lab.restlet(code), lab.restlet(code)
    assert [lab.call(script, {"scope": "PRIVATE"}) for script in (one, one, two)] == [
        [None],
        ['{"by":1}'],
        [None],
    ]
    assert [lab.call(script, {"scope": "PUBLIC"}) for script in (one, two)] == [
        [None],
        ['{"by":1}'],
    ]


def test_a_cached_value_ends_with_its_time_on_the_accounts_clock(lab) -> None:
    script = lab.restlet(
        """const shelf = cache.getCache({ name: 'ttl' });
        if (input) shelf.put({ key: 'k', value: input, ttl: 300 }); return [shelf.get({ key: 'k' })];"""
    )
    assert lab.call(script, "v") == ["v"]
    lab.account.advance(301)
    try:
        assert lab.call(script, None) == [None]
    finally:
        lab.account.advance(-301)


def test_five_minutes_are_the_shortest_time(lab) -> None:
    with lab.refused("INVALID_TTL"):
        lab.run("cache.getCache({ name: 'x' }).put({ key: 'k', value: 'v', ttl: 60 });")


def test_a_loader_fills_the_cache(lab) -> None:
    code = """const shelf = cache.getCache({ name: 'loaded' }); let loads = 0;
      const get = () => shelf.get({ key: 'k', loader: ({ key }) => { loads += 1; return key + '!'; } });
      const answer = [get(), get(), loads]; shelf.remove({ key: 'k' }); return [...answer, shelf.get({ key: 'k' })];"""
    assert lab.run(code) == ["k!", "k!", 1, None]


# ---- files


def test_a_file_is_written_by_line_read_and_replaced(lab) -> None:
    folder = lab.account.files.folder("/SuiteScripts/lab_files", create=True)
    code = """
      const made = file.create({ name: 'a.jsonl', fileType: file.Type.PLAINTEXT, folder: input, encoding: file.Encoding.UTF_8 });
      made.appendLine({ value: '{"é":1}' }).appendLine({ value: 'second' });
      const id = made.save();
      const lines = []; const read = file.load({ id });
      read.lines.iterator().each((line) => { lines.push(line.value); return true; });
      const again = file.load({ id: '/SuiteScripts/lab_files/a.jsonl' });
      const other = file.create({ name: 'a.jsonl', fileType: 'PLAINTEXT', folder: input, contents: 'new' });
      return { lines, path: read.path, size: again.size, text: again.getContents(), same: other.save() === id, now: file.load(id).getContents() };"""
    answer = lab.run(code, folder)
    assert answer["lines"] == ['{"é":1}', "second"]
    assert answer["text"] == '{"é":1}\nsecond\n'
    assert answer["path"].strip("/") == "SuiteScripts/lab_files/a.jsonl"
    assert answer["size"] == len(answer["text"].encode())
    assert (answer["same"], answer["now"]) == (True, "new")


def test_a_file_is_read_in_pieces(lab) -> None:
    code = """const made = () => file.create({ name: 'p', fileType: 'PLAINTEXT', contents: 'a;b;c' });
      const reader = made().getReader(); const pieces = [];
      made().getSegments({ separator: ';' }).iterator().each(({ value }) => pieces.push(value) > 0);
      const lines = []; made().lines.iterator().each(({ value }) => { lines.push(value); return false; });
      return [reader.readUntil({ tag: ';' }), reader.readChars({ number: 2 }), reader.readUntil({ tag: '?' }), reader.readChars({ number: 1 }), pieces, lines];"""
    assert lab.run(code) == ["a;", "b;", "c", None, ["a;", "b;", "c"], ["a;b;c"]]


def test_reading_and_writing_do_not_mix(lab) -> None:
    with lab.refused("YOU_CANNOT_WRITE_TO_A_FILE_AFTER_YOU_BEGAN_READING_FROM_IT"):
        lab.run(
            """const made = file.create({ name: 'x', fileType: 'PLAINTEXT', contents: 'a' });
            made.lines.iterator().each(() => true); made.appendLine({ value: 'b' });"""
        )


def test_contents_over_10_mb_are_refused(lab) -> None:
    with lab.refused("SSS_FILE_CONTENT_SIZE_EXCEEDED"):
        lab.run(
            "file.create({ name: 'x', fileType: 'PLAINTEXT', contents: 'ä'.repeat(6 * 1024 * 1024) });"
        )


def test_a_file_that_is_not_there_is_refused(lab) -> None:
    with lab.refused("RCRD_DSNT_EXIST"):
        lab.run("file.load({ id: '/SuiteScripts/none.txt' });")


# ---- format


@pytest.mark.parametrize(
    ("date_format", "text"),
    [
        ("M/D/YYYY", "3/8/2026"),
        ("DD.MM.YYYY", "08.03.2026"),
        ("YYYY-MM-DD", "2026-03-08"),
        ("D-Mon-YYYY", "8-Mar-2026"),
    ],
)
def test_dates_are_texts_in_the_users_format(lab, date_format, text) -> None:
    session = Session(8, "ADMINISTRATOR", "RESTLET", date_format=date_format)
    code = """const text = format.format({ value: new Date(2026, 2, 8), type: format.Type.DATE });
      return [text, format.parse({ value: text, type: format.Type.DATE }).getTime() === new Date(2026, 2, 8).getTime()];"""
    assert lab.run(code, session=session) == [text, True]


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("EUROPE_PARIS", "3/29/2026 3:30:00 am"),
        ("AMERICA_LOS_ANGELES", "3/28/2026 6:30:00 pm"),
        ("ETC_GMT_PLUS_12", "3/28/2026 1:30:00 pm"),
    ],
)
def test_times_are_texts_in_the_zone_that_is_asked_for(lab, zone, text) -> None:
    code = """const at = new Date(Date.UTC(2026, 2, 29, 1, 30)); const timezone = format.Timezone[input];
      const text = format.format({ value: at, type: format.Type.DATETIME, timezone });
      return [text, format.parse({ value: text, type: format.Type.DATETIME, timezone }).getTime() === at.getTime()];"""
    assert lab.run(code, zone) == [text, True]


# ---- query


def test_results_come_as_rows_and_as_maps(lab) -> None:
    code = """const set = query.runSuiteQL({ query: 'SELECT id, companyname AS "Name" FROM customer WHERE id IN (?, ?) ORDER BY id', params: [1001, 1002] });
      const seen = []; set.iterator().each(({ value }) => { seen.push(value.getValueForAlias('name')); return true; });
      return { maps: set.asMappedResults(), values: set.results[0].values, columns: set.columns.map(({ alias }) => alias), seen };"""
    answer = lab.run(code)
    assert [row["id"] for row in answer["maps"]] == [1001, 1002]
    assert answer["columns"] == ["id", "name"]
    assert answer["values"] == [1001, answer["seen"][0]]


def test_pages_cost_ten_units_each(lab) -> None:
    lab.account.seed(
        [
            {"type": "customer", "fields": {"companyname": f"Page {n}", "subsidiary": "1"}}
            for n in range(12)
        ]
    )
    code = """const left = () => runtime.getCurrentScript().getRemainingUsage();
      const paged = query.runSuiteQLPaged({ query: "SELECT id FROM customer WHERE companyname LIKE 'Page %' ORDER BY id", pageSize: 5 });
      const sizes = []; paged.iterator().each(({ value }) => { sizes.push(value.data.results.length); return true; });
      return [paged.count, paged.pageRanges.length, sizes, left()];"""
    assert lab.run(code) == [12, 3, [5, 5, 2], 5000 - 40]


def test_only_plain_values_are_parameters(lab) -> None:
    with lab.refused("SSS_INVALID_TYPE_ARG"):
        lab.run(
            "query.runSuiteQL({ query: 'SELECT id FROM customer WHERE id = ?', params: [null] });"
        )


# ---- runtime


def test_runtime_tells_account_user_script_and_parameters(lab) -> None:
    params = {
        "custscript_text": {"type": "TEXT", "default": "d"},
        "custscript_flag": {"type": "CHECKBOX", "default": None},
        "custscript_number": {"type": "INTEGER", "default": "3"},
        "custscript_empty": {"type": "TEXT", "default": None},
    }
    script = lab.restlet(
        """const s = runtime.getCurrentScript(); const u = runtime.getCurrentUser();
        return [runtime.accountId, runtime.envType, runtime.executionContext, u.id, u.roleId, s.id, s.deploymentId,
          ['text', 'flag', 'number', 'empty', 'none'].map((n) => s.getParameter({ name: 'custscript_' + n })),
          runtime.ContextType.MAP_REDUCE, runtime.isFeatureInEffect({ feature: 'SUBSIDIARIES' }), runtime.isFeatureInEffect({ feature: 'NONSENSE' })];""",
        params=params,
    )
    answer = lab.call(script, session=Session(8, "ADMINISTRATOR", "RESTLET"))
    assert answer == [
        "1234567_SB1", "SANDBOX", "RESTLET", 8, "administrator", script.scriptid, script.deployments[0].scriptid,
        ["d", None, 3, None, None], "MAPREDUCE", True, False,
    ]  # fmt: skip


def test_the_current_user_has_the_name_of_the_employee(lab) -> None:
    code = "const { name, email } = runtime.getCurrentUser(); return [name, email];"
    fields = lab.account.load(lab.admin, "employee", 6)["fields"]
    found = lab.run(code, session=Session(6, "ADMINISTRATOR", "RESTLET"))
    assert found == [fields["entityid"], fields.get("email", "")]
    assert lab.run(code, session=Session(-4, "ADMINISTRATOR", "RESTLET")) == ["-System-", ""]


def test_a_deployments_value_wins_over_the_parameters_default(lab) -> None:
    script = lab.restlet(
        "const get = (name) => runtime.getCurrentScript().getParameter({ name }); return [get('custscript_a'), get('custscript_b')];",
        params={
            "custscript_a": {"type": "TEXT", "default": "d"},
            "custscript_b": {"type": "CHECKBOX", "default": None},
        },
        values={"custscript_a": "mine", "custscript_b": "T"},
    )
    assert lab.call(script) == ["mine", True]


def test_permissions_have_their_level(lab) -> None:
    lab.role("customrole_lab_levels", {"LIST_CUSTJOB": "EDIT"})
    code = "const u = runtime.getCurrentUser(); return [u.getPermission({ name: 'LIST_CUSTJOB' }), u.getPermission({ name: 'LIST_VENDOR' }), runtime.Permission.EDIT];"
    assert lab.run(code, session=Session(8, "customrole_lab_levels", "RESTLET")) == [3, 0, 3]
