"""What a script finds around it: the realm, module loading, refusals, errors."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from emulator import scripts

LIBRARY = "/SuiteScripts/lab/lib"


def test_what_n_modules_return_is_of_the_scripts_own_realm(lab) -> None:
    """`instanceof Array`, `Date` and `Error` hold for everything that N/ hands out."""
    answer = lab.run(
        """
        const { results } = query.runSuiteQL({ query: 'SELECT id FROM subsidiary' });
        const item = record.load({ type: 'subsidiary', id: results[0].values[0] });
        let thrown;
        try { record.load({ type: 'customer', id: 987654 }); } catch (e) { thrown = e; }
        return [results instanceof Array, results[0] instanceof Object, item instanceof Object,
          format.parse({ value: '1/2/2026', type: format.Type.DATE }) instanceof Date, thrown instanceof Error,
          record.load instanceof Function, random.generateBytes({ size: 3 }) instanceof Uint8Array];
        """
    )
    assert answer == [True] * 7


def test_a_context_lives_for_one_execution(lab) -> None:
    script = lab.restlet("globalThis.count = (globalThis.count || 0) + 1; return globalThis.count;")
    assert [lab.call(script), lab.call(script)] == [1, 1]


def test_nothing_of_a_browser_or_of_node_is_there(lab) -> None:
    names = [
        "console",
        "process",
        "fetch",
        "setTimeout",
        "setInterval",
        "URLSearchParams",
        "structuredClone",
        "Buffer",
    ]
    names += ["module", "enter", "WebAssembly", "queueMicrotask"]
    answer = lab.run("return input.map((name) => typeof globalThis[name]);", names)
    assert answer == ["undefined"] * len(names)


def test_the_worker_cannot_be_reached_through_what_a_script_gets(lab) -> None:
    answer = lab.run(
        """
        const tries = [record.load, record, log.debug, new Error('x'), globalThis, define].map((thing) => {
          try { return thing.constructor.constructor('return typeof process')(); } catch (e) { return 'undefined'; }
        });
        return tries;
        """
    )
    assert answer == ["undefined"] * 6


def test_log_and_util_are_globals_too(lab) -> None:
    script = lab.script(
        "Restlet",
        "define([], () => ({ post: () => { log.audit('from', 'global'); return util.isArray([]); } }));",
    )
    assert lab.call(script) is True
    assert lab.logged(script) == [("from", "global")]


@pytest.mark.parametrize(
    "call",
    [
        "runtime.getCurrentScript()",
        "runtime.accountId",
        "record.create({type: 'customer'})",
        "log.debug('a', 'b')",
    ],
)
def test_n_modules_are_not_available_while_define_runs(lab, call: str) -> None:
    body = f"define(['N/record', 'N/runtime', 'N/log'], (record, runtime, log) => {{ {call}; return {{ post: () => 1 }}; }});"
    with lab.refused("SUITESCRIPT_API_UNAVAILABLE_IN_DEFINE"):
        lab.call(lab.script("Restlet", body))


def test_enums_are_available_while_define_runs(lab) -> None:
    body = "define(['N/record'], (record) => { const type = record.Type.SALES_ORDER; return { post: () => type }; });"
    assert lab.call(lab.script("Restlet", body)) == "salesorder"


def test_modules_are_found_by_relative_and_absolute_path(lab) -> None:
    files = {
        f"{LIBRARY}/a.js": "define(['./deep/b', 'SuiteScripts/lab/lib/c'], (b, c) => ({ text: b.text + c }));",
        f"{LIBRARY}/deep/b.js": "define(['../data.json'], (data) => ({ text: data.word }));",
        f"{LIBRARY}/c.js": "define({ toString: () => '!' });",
        f"{LIBRARY}/data.json": '{"word": "hello"}',
    }
    body = """define(['/SuiteScripts/lab/lib/a.js', './lib/a'], (one, two) => ({ post: () => [one.text, one === two] }));"""
    assert lab.call(lab.script("Restlet", body, files=files)) == ["hello!", True]


def test_a_module_that_is_required_later_is_loaded_then(lab) -> None:
    files = {f"{LIBRARY}/late.js": "define([], () => 'late');"}
    body = """define([], () => ({ post: () => {
      let found; require(['./lib/late', 'N/encode'], (late, encode) => { found = late + typeof encode.convert; }); return found;
    } }));"""
    assert lab.call(lab.script("Restlet", body, files=files)) == "latefunction"


@pytest.mark.parametrize("module", ["./missing", "N/recrod", "underscore"])
def test_a_module_that_does_not_exist_is_named(lab, module: str) -> None:
    with lab.refused("MODULE_DOES_NOT_EXIST", module.lstrip("./")):
        lab.call(lab.script("Restlet", f"define(['{module}'], () => ({{ post: () => 1 }}));"))


def test_a_script_file_that_does_not_parse_tells_where(lab) -> None:
    with lab.refused("SSS_FILE_SYNTAX_ERROR", "/SuiteScripts/lab/broken.js"):
        lab.call(lab.script("Restlet", "define([], () => {", name="broken"))


def test_the_header_must_fit_the_script_record(lab) -> None:
    script = lab.restlet("return 1;", version="3.0")
    with lab.refused("SSS_INVALID_API_VERSION"):
        lab.call(script)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (
            "record.load({type: 'subsidiary', id: 1}).eventHandlerModules",
            "N/record Record.eventHandlerModules",
        ),
        ("query.listTables({workbookId: 'custworkbook_x'})", "N/query.listTables"),
        ("action.find({recordType: 'timebill'})", "N/action.find"),
        ("crypto.checkPasswordField({})", "N/crypto.checkPasswordField"),
        (
            "record.load({type: 'subsidiary', id: 1}).getScriptingContext()",
            "N/record Record.getScriptingContext",
        ),
        ("task.create({taskType: task.TaskType.RECORD_ACTION})", "task.create for RECORD_ACTION"),
    ],
)
def test_what_is_not_built_is_refused_by_name(lab, code: str, name: str) -> None:
    script = lab.restlet(f"{code}; return 1;")
    with lab.refused("EMULATOR_UNSUPPORTED", name):
        lab.call(script)
    assert any(name in details for _, details in lab.logged(script))


def test_a_refusal_that_a_script_swallows_is_still_in_the_log(lab) -> None:
    script = lab.script(
        "Restlet",
        "define(['N/sftp'], (sftp) => ({ post: () => { try { sftp.createConnection({}); } catch (e) { return 'quiet'; } } }));",
    )
    assert lab.call(script) == "quiet"
    assert lab.logged(script) == [
        ("Not in the emulator", "The emulator does not have N/sftp.createConnection.")
    ]


def test_an_account_error_carries_code_message_and_place(lab) -> None:
    answer = lab.run(
        """
        try { record.load({ type: 'customer', id: 987654 }); }
        catch (e) { return { name: e.name, type: e.type, text: e.message, place: e.stack[0], json: JSON.parse(JSON.stringify(e)).name }; }
        """
    )
    assert (answer["name"], answer["json"]) == ("RCRD_DSNT_EXIST", "RCRD_DSNT_EXIST")
    assert answer["type"] == "error.SuiteScriptError"
    assert answer["text"]
    assert "/SuiteScripts/lab/" in answer["place"]


def test_an_error_that_a_script_makes_keeps_its_code(lab) -> None:
    with lab.refused("MY_CODE", "mine"):
        lab.run("throw error.create({ name: 'MY_CODE', message: 'mine', notifyOff: true });")


@pytest.mark.parametrize(
    ("thrown", "code"),
    [
        ("'just text'", "UNEXPECTED_ERROR"),
        ("{ name: 'A_CODE', message: 'object' }", "A_CODE"),
        ("null", "UNEXPECTED_ERROR"),
        ("new TypeError('x')", "UNEXPECTED_ERROR"),
    ],
)
def test_anything_can_be_thrown(lab, thrown: str, code: str) -> None:
    with lab.refused(code):
        lab.run(f"throw {thrown};")


def test_an_entry_point_may_return_a_promise(lab) -> None:
    body = """define(['N/query'], (query) => ({ post: async () => {
      const found = await query.runSuiteQL.promise({ query: 'SELECT id FROM subsidiary' });
      return found.results.length > 0;
    } }));"""
    assert lab.call(lab.script("Restlet", body)) is True


def test_a_rejected_promise_is_the_scripts_error(lab) -> None:
    body = "define([], () => ({ post: async () => { throw new Error('later'); } }));"
    with lab.refused("UNEXPECTED_ERROR", "later"):
        lab.call(lab.script("Restlet", body))


def test_a_script_reads_the_accounts_clock(lab) -> None:
    before = lab.run("return Date.now();")
    lab.account.advance(86_400)
    try:
        answer = lab.run(
            "return [Date.now(), new Date().getTime(), new Date(5).getTime(), new Date() instanceof Date];"
        )
    finally:
        lab.account.advance(-86_400)
    assert answer[0] - before >= 86_400_000
    assert abs(answer[1] - answer[0]) < 1000
    assert answer[2:] == [5, True]


def test_what_scripts_stamp_stands_in_the_order_of_their_runs(lab) -> None:
    """However little the account's clock was moved, and however long a call took to the worker."""
    script = lab.restlet("return Date.now();")
    stamps = []
    try:
        for _ in range(4):
            before = lab.account.now_ms()
            stamp = lab.call(script)
            assert before <= stamp <= lab.account.now_ms()
            stamps.append(stamp)
            lab.account.advance(0.4)
    finally:
        lab.account.advance(-1.6)
    assert stamps == sorted(stamps)


def test_the_server_works_in_pacific_time(lab) -> None:
    assert lab.run("return new Date(2026, 6, 1).toISOString();") == "2026-07-01T07:00:00.000Z"


def test_changed_sources_are_seen_after_a_deploy(lab) -> None:
    first = lab.restlet("return 'old';", name="again")
    assert lab.call(first) == "old"
    assert lab.call(lab.restlet("return 'new';", name="again")) == "new"


MEMBERS = Path(scripts.__file__).parent.parent / "suitescript" / "data" / "members.js"


def test_every_member_of_suitescript_is_there_or_refused_by_name(lab) -> None:
    """Never `undefined`: a script that meets a gap is told which one."""
    listed = {
        module: words.split()
        for module, words in re.findall(r"'(N/[^']+)': of\('([^']*)'", MEMBERS.read_text())
    }
    code = f"""define({json.dumps(list(listed))}, (...modules) => ({{ post: (listed) => {{
      const answer = {{ there: 0, refused: 0, wrong: [] }};
      Object.keys(listed).forEach((id, index) => {{
        for (const name of listed[id]) {{
          try {{
            if (modules[index][name] === undefined) answer.wrong.push(id + '.' + name); else answer.there += 1;
          }} catch (e) {{
            if (e.name === 'EMULATOR_UNSUPPORTED' && e.message.includes(id + '.' + name)) answer.refused += 1;
            else answer.wrong.push(id + '.' + name + ' ' + e);
          }}
        }}
      }});
      return answer;
    }} }}));"""
    answer = lab.call(lab.script("Restlet", code), listed)
    assert answer["wrong"] == []
    assert answer["there"] >= 60
    assert answer["there"] + answer["refused"] == sum(len(names) for names in listed.values())
