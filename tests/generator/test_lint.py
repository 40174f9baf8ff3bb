"""`suiteloom lint`: what it says of whole projects, of the habits of real scripts, and of waivers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator.cli import cli
from generator.lint import lint, read, read_folder
from generator.lint.examples import SCRIPT, Snippet, files, map_reduce, module
from generator.spec.diagnose import Diagnostic

ROOT = Path(__file__).parents[2]
TREES = sorted((ROOT / "tests/golden/trees").glob("*/project"))


def run(*arguments: str) -> Result:
    return CliRunner(catch_exceptions=False).invoke(cli, ["lint", *arguments])


def found_in(text: str, folder: Path) -> list[Diagnostic]:
    for path, content in files({SCRIPT: text}).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, encoding="utf-8")
    return lint(read_folder(folder), folder)


def codes(text: str, folder: Path) -> list[str]:
    return [each.code for each in found_in(text, folder)]


@pytest.mark.parametrize(
    "folder",
    [ROOT / "examples/acme", ROOT / "examples/northwind", ROOT / "sdf_project", *TREES],
    ids=lambda path: f"{path.parent.name}-{path.name}",
)
def test_what_suiteloom_writes_has_no_finding(folder: Path) -> None:
    assert [str(each) for each in lint(read(folder), folder)] == []


def test_scripts_in_the_style_of_others_have_the_findings_that_they_should() -> None:
    """Each of these was looked at and is right; logging and open records are what the tests there need."""
    folder = ROOT / "tests/emulator/styles/project"
    found = {
        (Path(each.file).stem, each.code)
        for each in lint(read(folder), folder)
        if each.code not in ("L112", "L119")
    }
    assert found == {
        ("dunning_ss", "L252"),  # a saved search read with each
        ("labels_mr", "L240"),  # summarize reads output and inputSummary only
        ("oracle_letters_mr", "L240"),
        ("oracle_payments_mr", "L240"),
        ("oracle_ue", "L271"),  # a sales representative by number
        ("oracle_payments_mr", "L225"),  # as Oracle's sample has it
        ("ship_rl", "L225"),
        ("ship_rl", "L220"),  # an invoice loaded for its total
        ("prices_ss", "L245"),  # one item for each line of a file
        ("prices_ss", "L253"),  # and a search for it
        ("lots_rl", "L253"),  # a search for each lot
        ("shipped_ue", "L235"),
    }


def test_a_finding_in_a_hook_names_the_persons_own_file(tmp_path: Path) -> None:
    assert run_new(tmp_path).exit_code == 0
    hook = tmp_path / "shop/hooks/extra.js"
    hook.parent.mkdir()
    text = module(
        "",
        "record",
        "  const found = record.load({ type: 'customer', id: 'x' });\n\n  return { found };",
    )
    hook.write_text(text, encoding="utf-8")
    [found] = lint(read(tmp_path / "shop"), tmp_path / "shop")
    assert (found.file, found.line, found.column, found.code) == ("hooks/extra.js", 5, 24, "L211")


def run_new(folder: Path) -> Result:
    return CliRunner(catch_exceptions=False).invoke(cli, ["new", str(folder / "shop")])


QUIET = {
    "a library of others": "(function (root) {\n  try {\n    root.clock = setTimeout;\n  } catch (e) {}\n})(this);\n",
    "typescript's output": """\
/** @NApiVersion 2.1
 * @NScriptType MapReduceScript */
define(["require", "exports", "N/search", "N/log"], function (require, exports, search, log) {
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.getInputData = () => search.create({ type: 'customer', filters: [['isinactive', 'is', 'F']] });
    exports.map = (context) => context.write({ key: JSON.parse(context.value).id, value: 1 });
    exports.summarize = (summary) => summary.mapSummary.errors.iterator().each((key, error) => {
        log.error({ title: key, details: error });
        return true;
    });
});
""",
    "a record of another name": Snippet(
        "UserEventScript.beforeSubmit", "record", "const record = context.newRecord;\nrecord.setValue({ fieldId: 'memo', value: 'x' });"
    ).whole(),
    "a search of chunks": Snippet(
        "Restlet", "query", "const rows = [];\nfor (const chunk of request.chunks) {\n  const marks = chunk.map(() => '?').join();\n  rows.push(...query.runSuiteQL({ query: `SELECT id FROM item WHERE id IN (${marks})`, params: chunk }).asMappedResults());\n}\nreturn rows;"
    ).whole(),
    "keyset paging": Snippet(
        "Restlet", "query", "const rows = [];\nlet last = 0;\nlet page;\ndo {\n  page = query.runSuiteQL({ query: 'SELECT id FROM item WHERE id > ? ORDER BY id', params: [last] }).asMappedResults();\n  rows.push(...page);\n  if (page.length) last = page[page.length - 1].id;\n} while (page.length === 5000);\nreturn rows;"
    ).whole(),
    "a record that is saved": Snippet(
        "Restlet", "record", "return request.ids.map((id) => {\n  const customer = record.load({ type: 'customer', id });\n  customer.setValue({ fieldId: 'comments', value: 'seen' });\n  return customer.save();\n});"
    ).whole(),
    "a console that may be missing": Snippet(
        "ScheduledScript", "", "if (typeof console !== 'undefined') console.log(context.type);"
    ).whole(),
    "the type asked for in a helper": module(
        "UserEventScript", "log", "  const changed = ({ type, oldRecord, newRecord }) =>\n    type === 'edit' && oldRecord.getValue('email') !== newRecord.getValue('email');\n  const afterSubmit = (context) => {\n    if (changed(context)) log.audit({ title: 'changed', details: context.newRecord.id });\n  };\n\n  return { afterSubmit };"
    ),
    "a summary given to a library": map_reduce("log", map="(context) => context.write({ key: context.key, value: 1 })").replace(
        "define(['N/log'], (log)", "define(['N/log', './lib'], (log, lib)"
    ).replace("const summarize = (summary) => {", "const summarize = (summary) => {\n    lib.report(summary);").replace("./lib'", "N/util'"),
    "entry points in a wrapper": module(
        "Restlet", "record log", "  const wrap = (run) => (given) => {\n    try {\n      return run(given);\n    } catch (error) {\n      log.error({ title: error.name, details: error });\n      return null;\n    }\n  };\n  const get = wrap(({ type }) => record.create({ type }).save());\n\n  return { get };"
    ),
    "entry points added in a loop": module(
        "Restlet", "log", "  const routes = {};\n  ['get', 'post'].forEach((verb) => {\n    routes[verb] = (body) => {\n      log.debug({ title: verb, details: body });\n      return body;\n    };\n  });\n\n  return routes;"
    ),
    "an enum at the top": module(
        "Restlet", "record", "  const TYPE = record.Type.CUSTOMER;\n  const get = () => TYPE;\n\n  return { get };"
    ),
}  # fmt: skip


@pytest.mark.parametrize("habit", QUIET)
def test_sound_habits_raise_no_alarm(habit: str, tmp_path: Path) -> None:
    assert [str(each) for each in found_in(QUIET[habit], tmp_path)] == []


LOUD = {
    "N as a whole": ("L211", "/** @NApiVersion 2.1 */\ndefine(['N'], (N) => {\n  const { runtime } = N;\n  const user = runtime.getCurrentUser();\n\n  return { user };\n});\n"),
    "a function called in a loop": ("L253", module("Restlet", "search", "  const nameOf = (id) => search.lookupFields({ type: 'item', id, columns: ['itemid'] }).itemid;\n  const post = (request) => {\n    const names = [];\n    for (const id of request.ids) names.push(nameOf(id));\n    return names;\n  };\n\n  return { post };")),
    "a query grown bit by bit": ("L260", Snippet("Restlet", "query", "let sql = 'SELECT id FROM customer';\nif (request.email) sql += ` WHERE email = '${request.email}'`;\nreturn query.runSuiteQL({ query: sql }).asMappedResults();").whole()),
    "require inside": ("L207", "/** @NApiVersion 2.1 */\ndefine((require) => {\n  const record = require('N/recrod');\n\n  return { record };\n});\n"),
    "exports given as a module": ("L240", "/** @NApiVersion 2.1\n * @NScriptType MapReduceScript */\ndefine(['exports'], function (exports) {\n  exports.getInputData = () => [1];\n  exports.map = (context) => context.write({ key: context.key, value: 1 });\n});\n"),
    "functions taken out of their modules": ("L234", Snippet("UserEventScript.afterSubmit", "task", "if (context.type === 'create') create({ taskType: 'MAP_REDUCE', scriptId: 'customscript_a' }).submit();").whole().replace("(task)", "({ create })")),
    "a function taken out of a module later": ("L228", Snippet("ScheduledScript", "search log", "const { create } = search;\ncreate({ type: 'customer', filters: [['isinactive', 'is', 'F']], columns: ['salesrep'] }).run().getRange({ start: 0, end: 5 }).forEach((row) => {\n  if (row.getValue({ name: 'salesrep' }) === 42) log.audit({ title: 'his', details: row.id });\n});").whole()),
    "an event's record taken apart": ("L230", module("UserEventScript", "", "  const afterSubmit = ({ newRecord, type, UserEventType }) => {\n    if (type === UserEventType.CREATE) newRecord.setValue({ fieldId: 'memo', value: 'x' });\n  };\n\n  return { afterSubmit };")),
}  # fmt: skip


@pytest.mark.parametrize("form", LOUD)
def test_faults_are_found_in_other_forms_too(form: str, tmp_path: Path) -> None:
    code, text = LOUD[form]
    assert code in codes(text, tmp_path)


def test_places_count_characters(tmp_path: Path) -> None:
    text = Snippet("ScheduledScript", "", "const word = 'äöü€😀'; console.log(word);").whole()
    [found] = found_in(text, tmp_path)
    assert (found.line, found.text[found.column - 1 :]) == (7, "console.log(word);")


FAULT = "console.log(context.type);"


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        (f"// suiteloom-lint: L280 because it is a test\n{FAULT}", []),
        (f"{FAULT} // suiteloom-lint: L280 because it is a test", []),
        (f"/* suiteloom-lint: L280, L283 because it is a test */\n{FAULT}", ["L902"]),
        (f"// suiteloom-lint: L280\n{FAULT}", ["L901", "L280"]),
        (f"// suiteloom-lint: L280 because it is a test\n\n\n{FAULT}", []),
        (f"// suiteloom-lint: L280 because it is a test\nlog.debug({{}});\n{FAULT}", ["L902", "L280"]),
        (f"// suiteloom-lint: everything because it is a test\n{FAULT}", ["L903", "L280"]),
    ],
)  # fmt: skip
def test_a_waiver_is_for_its_own_and_the_next_line(
    lines: str, left: list[str], tmp_path: Path
) -> None:
    assert codes(Snippet("ScheduledScript", "log", lines).whole(), tmp_path) == left


def test_waivers_of_other_tools_are_judged_where_these_were_asked(tmp_path: Path) -> None:
    lines = (
        "// suiteloom-lint: no-undef, TS2339 because a library puts it there\nlog.debug(context);"
    )
    assert codes(Snippet("ScheduledScript", "log", lines).whole(), tmp_path) == []
    project = read_folder(tmp_path)
    said = Diagnostic(SCRIPT, 7, 5, "no-undef", "warning", "eslint: 'x' is not defined")
    assert [each.message for each in lint(project, tmp_path, [said])] == [
        "nothing here is a case of TS2339 any more"
    ]


def test_a_file_of_waivers_is_for_whole_files(tmp_path: Path) -> None:
    text = Snippet("ScheduledScript", "", FAULT).whole()
    (tmp_path / "lint.yaml").write_text(
        "waive:\n  - rule: L280\n    path: src/FileCabinet/*\n    because: it is a test\n"
        "  - rule: L112\n    path: src/Objects/*\n    because: nobody logs\n"
    )
    found = found_in(text, tmp_path)
    assert [(each.file, each.line, each.column, each.code) for each in found] == [
        ("lint.yaml", 5, 5, "L902")
    ]


def test_the_command_ends_by_what_it_found_and_writes_every_form(tmp_path: Path) -> None:
    found_in(Snippet("ScheduledScript", "search log", "log.audit({ title: 'n', details: search.load({ id: 12 }).runPaged().count });").whole(), tmp_path)  # fmt: skip
    assert run(str(tmp_path)).exit_code == 0
    assert run(str(tmp_path), "--strict").exit_code == 1
    written = json.loads(run("--project", str(tmp_path), "--format", "json").stdout)
    assert [each["code"] for each in written] == ["L271"]
    log = json.loads(run(str(tmp_path), "--format", "sarif").stdout)
    [rule] = log["runs"][0]["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] == "an internal id in the code"
    (tmp_path / "empty").mkdir()
    for folder in ("empty", "nowhere"):
        with pytest.raises(Exception, match="no "):
            run(str(tmp_path / folder))


def test_a_project_whose_specs_have_mistakes_shows_these_in_the_same_form(tmp_path: Path) -> None:
    assert run_new(tmp_path).exit_code == 0
    spec = tmp_path / "shop/specs/web-customers.yaml"
    spec.write_text(spec.read_text().replace("companyname:", "companynme:", 1))
    result = run(str(tmp_path / "shop"), "--format", "json")
    assert result.exit_code == 1
    assert [each["code"] for each in json.loads(result.stdout)] == ["E202"]


def test_values_made_of_themselves_end(tmp_path: Path) -> None:
    """`var s = s.run()` and the like: nothing is known of such a value, and nothing runs in circles."""
    lines = "var a = a.run();\nvar f = g;\nvar g = f;\nf();\nvar list = list.filter(f);\nlist.forEach((x) => a.each(x));"
    assert codes(Snippet("ScheduledScript", "search", lines).whole(), tmp_path) == []


def test_a_script_that_does_not_parse_is_one_finding(tmp_path: Path) -> None:
    text = Snippet("ScheduledScript", "", FAULT).whole().replace("});", "}")
    assert codes(text, tmp_path) == ["L301"]
