"""How modules are found and loaded, and in which language they are written."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from lab import Lab, Refused

from emulator.account.installed import Package

ROOT = "/SuiteScripts/lab"


def post(lab: Lab, body: str, files: dict[str, str] | None = None, **settings: Any) -> Any:
    """Deploy a RESTlet that is one define() call, with other files beside it, and call it."""
    placed = {f"{ROOT}/{name}": text for name, text in (files or {}).items()}
    return lab.call(lab.script("Restlet", body, files=placed, **settings), {})


def sources(**more: str) -> dict[str, str]:
    return {name.replace("__", "/") + ".js": text for name, text in more.items()}


@pytest.mark.rule("execution.module_paths")
@pytest.mark.parametrize(
    "path", ["./lib/m", "./lib/m.js", "/SuiteScripts/lab/lib/m", "SuiteScripts/lab/lib/m"]
)
def test_a_module_is_found_by_every_kind_of_path(lab: Lab, path: str) -> None:
    files = sources(
        lib__m="define(['../other'], (other) => ({ name: 'm' + other.name }));",
        other="define({ name: '!' });",
    )
    assert post(lab, f"define(['{path}'], (m) => ({{ post: () => m.name }}));", files) == "m!"


@pytest.mark.rule("execution.module_paths")
def test_json_is_a_module(lab: Lab) -> None:
    files = {"data.json": '{"a": [1, 2]}'}
    assert post(lab, "define(['./data.json'], (data) => ({ post: () => data.a }));", files) == [
        1,
        2,
    ]


@pytest.mark.rule("execution.require")
def test_require_loads_when_it_is_called(lab: Lab) -> None:
    files = sources(late="define(['N/runtime'], (runtime) => ({ id: () => runtime.accountId }));")
    body = """define(['require'], (require) => ({ post: () => {
      const later = require('./late').id();
      return require(['N/runtime', './late'], (runtime, late) => [later === late.id(), runtime.accountId === later]);
    } }));"""
    assert post(lab, body, files) == [True, True]


@pytest.mark.rule("execution.define_forms")
def test_define_takes_names_exports_and_a_factory_alone(lab: Lab) -> None:
    files = sources(
        named="define('helper', [], () => ({ n: 1 })); define(['helper'], (helper) => ({ n: helper.n + 1 }));",
        exported="define(['exports', 'module'], (exports, module) => { exports.id = module.id.split('/').pop(); });",
        alone="define(function (require, exports) { exports.n = require('./named').n; });",
    )
    body = "define(['./named', './exported', './alone'], (a, b, c) => ({ post: () => [a.n, b.id, c.n] }));"
    assert post(lab, body, files) == [2, "exported.js", 2]


@pytest.mark.rule("execution.circular")
def test_modules_in_a_circle_need_exports(lab: Lab) -> None:
    files = sources(
        c1="define(['exports', './c2'], (exports, c2) => { exports.one = () => 1; exports.two = () => c2.two(); });",
        c2="define(['./c1'], (c1) => ({ two: () => c1.one() + 1 }));",
        d1="define(['./d2'], (d2) => ({ d2 }));",
        d2="define(['./d1'], (d1) => ({ d1 }));",
    )
    assert post(lab, "define(['./c1'], (c1) => ({ post: () => c1.two() }));", files) == 2
    with lab.refused("MODULE_LOADER_ERROR", "circle"):
        post(lab, "define(['./d1'], () => ({ post: () => 1 }));", files)


@pytest.mark.rule("execution.amd_config")
def test_amd_config_gives_names_their_paths(lab: Lab) -> None:
    files = sources(vendor__math="define({ add: (a, b) => a + b });")
    files["amd.json"] = json.dumps(
        {"paths": {"math": "./vendor/math", "v": "/SuiteScripts/lab/vendor"}, "shim": {}}
    )
    lab.account.cabinet.write(
        f"{ROOT}/configured.js",
        "/**\n * @NApiVersion 2.1\n * @NScriptType Restlet\n * @NAmdConfig ./amd.json\n */\n"
        "define(['math', 'v/math'], (math, same) => ({ post: () => [math.add(1, 2), math === same] }));",
    )
    script = lab.script(
        "Restlet", "", name="configured_rl", files={f"{ROOT}/{n}": t for n, t in files.items()}
    )
    moved = replace(script, file=f"{ROOT}/configured.js")
    lab.account.install(Package(name="lab", scripts=(moved,)))
    assert lab.call(moved, {}) == [3, True]


@pytest.mark.rule("execution.whole_platform")
def test_all_of_n_is_one_module_too(lab: Lab) -> None:
    body = "define(['N'], (N) => ({ post: () => [N.runtime.accountId, typeof N.ui.serverWidget.createForm] }));"
    assert post(lab, body) == [lab.account.id, "function"]
    body = "define(['N/ui', 'N/ui/dialog'], (ui) => ({ post: () => typeof ui.serverWidget.createForm }));"
    assert post(lab, body) == "function"


@pytest.mark.rule("execution.define_scope")
def test_no_n_member_is_called_while_modules_are_defined(lab: Lab) -> None:
    with lab.refused("SUITESCRIPT_API_UNAVAILABLE_IN_DEFINE", "N/url.resolveDomain"):
        post(
            lab,
            "define(['N/url'], (url) => { const d = url.resolveDomain({ hostType: 'FORM' }); return { post: () => d }; });",
        )


@pytest.mark.rule("execution.es5")
@pytest.mark.parametrize(
    ("code", "construct"),
    [
        ("var f = x => x;", "an arrow function"),
        ("let a = 1;", "let"),
        ("var a = `text`;", "a template literal"),
        ("var { a } = {};", "destructuring"),
        ("for (var a of []) {}", "for ... of"),
        ("class A {}", "a class"),
        ("var a = null?.b;", "optional chaining"),
        ("var a = { b() {} };", "a method shorthand"),
        ("async function f() {}", "async"),
    ],
)
def test_a_2_0_script_has_es5_syntax_only(lab: Lab, code: str, construct: str) -> None:
    body = (
        f"define([], function () {{\n{code}\nreturn {{ post: function () {{ return 1; }} }}; }});"
    )
    with lab.refused("SSS_FILE_SYNTAX_ERROR", construct, ".js:6"):
        post(lab, body, version="2.0")
    assert post(lab, body.replace(code, ""), version="2.0") == 1


@pytest.mark.rule("execution.es5_const")
def test_const_is_taken_as_far_as_it_was_seen(lab: Lab) -> None:
    body = "define([], function () { return { post: function () { const a = 1; return a; } }; });"
    if lab.preferences.es5_takes_const:
        assert post(lab, body, version="2.0") == 1
    else:
        with lab.refused("SSS_FILE_SYNTAX_ERROR", "const"):
            post(lab, body, version="2.0")


@pytest.mark.rule("execution.es5_modules")
def test_a_module_without_a_version_has_its_scripts_language(lab: Lab) -> None:
    files = sources(modern="define([], () => ({ n: 1 }));")
    old = "define(['./modern'], function (modern) { return { post: function () { return modern.n; } }; });"
    assert post(lab, old, files, version="2.1") == 1
    with lab.refused("SSS_FILE_SYNTAX_ERROR", "modern.js:1"):
        post(lab, old, files, version="2.0")


@pytest.mark.rule("execution.version_2x")
def test_2x_is_what_the_preference_says(lab: Lab) -> None:
    body = "define([], () => ({ post: () => 1 }));"
    if lab.preferences.api_version_2x == "2.1":
        assert post(lab, body, version="2.x") == 1
    else:
        with lab.refused("SSS_FILE_SYNTAX_ERROR", "SuiteScript 2.0"):
            post(lab, body, version="2.x")


@pytest.mark.shows("N/log.error")
@pytest.mark.rule("execution.error_json")
@pytest.mark.parametrize(("version", "shown"), [("2.0", {"message": "gone"}), ("2.1", {})])
def test_the_json_of_an_error_has_its_message_in_2_0(
    lab: Lab, version: str, shown: dict[str, str]
) -> None:
    body = """define(['N/log'], function (log) { return { post: function () {
      var error = new TypeError('gone'); log.error('failed', error);
      return { json: JSON.stringify(error), text: String(error) };
    } }; });"""
    script = lab.script("Restlet", body, version=version)
    assert lab.call(script, {}) == {
        "json": json.dumps(shown, separators=(",", ":")),
        "text": "TypeError: gone",
    }
    assert [json.loads(details) for _, details in lab.logged(script)] == [shown]


@pytest.mark.rule("execution.generators")
def test_generators_are_held_back_as_reported(lab: Lab) -> None:
    body = "define([], () => ({ post: () => { function* g() { yield 1; } return [...g()]; } }));"
    if lab.preferences.refuse_generators:
        with lab.refused("SSS_FILE_SYNTAX_ERROR", "generator"):
            post(lab, body)
    else:
        assert post(lab, body) == [1]


@pytest.mark.rule("execution.async")
def test_promises_are_settled_before_the_script_ends(lab: Lab) -> None:
    body = """define(['N/query'], (query) => ({ post: async () => {
      const rows = await query.runSuiteQL.promise({ query: 'SELECT 1 AS one FROM currency WHERE id = 1' });
      return rows.asMappedResults().length;
    } }));"""
    assert post(lab, body) == 1
    with pytest.raises(Refused, match="never settled"):
        post(lab, "define([], () => ({ post: () => new Promise(() => {}) }));")


@pytest.mark.rule("execution.globals")
def test_a_server_script_has_its_globals_and_no_browsers(lab: Lab) -> None:
    body = """define([], () => ({ post: () => [typeof log.debug, typeof util.isArray, typeof require, typeof define,
      typeof setTimeout, typeof console, typeof process, typeof window, typeof fetch, typeof Promise] }));"""
    assert post(lab, body) == ["function"] * 4 + ["undefined"] * 5 + ["function"]


@pytest.mark.rule("execution.entry_points")
@pytest.mark.parametrize(
    ("kind", "returned", "code"),
    [
        ("Restlet", "{ gett: () => 1 }", "SSS_NO_ENTRY_POINTS"),
        ("Restlet", "42", "SSS_NO_ENTRY_POINTS"),
    ],
)
def test_a_script_has_the_entry_points_of_its_type(
    lab: Lab, kind: str, returned: str, code: str
) -> None:
    with lab.refused(code):
        lab.call(lab.script(kind, f"define([], () => ({returned}));"), {})


@pytest.mark.rule("execution.entry_points")
def test_a_map_reduce_needs_its_stages(lab: Lab) -> None:
    script = lab.script("MapReduceScript", "define([], () => ({ getInputData: () => [1] }));")
    lab.engine.submit_task(lab.admin, script.scriptid, None, {})
    assert lab.engine.idle(20)
    assert {row["error"]["code"] for row in lab.usage(script)} == {"SSS_NO_ENTRY_POINTS"}
