"""Headers, modules and entry points: what decides whether a script loads at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from generator.catalog import sdf_types
from generator.lint.examples import SCRIPT, module
from generator.lint.model import Found, Rule
from generator.lint.project import Project
from generator.spec.diagnose import listed, near
from generator.suitescript import headers
from generator.suitescript.language import is_generator, newer_than_es5
from generator.suitescript.nodes import text
from generator.suitescript.script import ENTRY_POINTS, Script

_VERSIONS = ("2.0", "2.1", "2.x")
# Where a module runs and what it needs (help topic "SuiteScript 2.1 Modules", chapter_4220488571):
# s server, c client, b both, 2.1 where the server has it in 2.1 only.
_MODULES: Mapping[str, str] = {
    "N/action": "b", "N/auth": "s", "N/cache": "s", "N/certificateControl": "s",
    "N/commerce": "b", "N/commerce/recordView": "b", "N/commerce/webstore/order": "b",
    "N/commerce/webstore/shopper": "b", "N/compress": "s", "N/config": "s", "N/crypto": "s",
    "N/crypto/certificate": "s", "N/crypto/random": "b 2.1", "N/currency": "b",
    "N/currentRecord": "c", "N/dataset": "s", "N/datasetLink": "s", "N/documentCapture": "s 2.1",
    "N/email": "b", "N/encode": "s", "N/error": "b", "N/file": "s", "N/format": "b",
    "N/format/i18n": "b", "N/http": "b", "N/https": "b", "N/https/clientCertificate": "s",
    "N/keyControl": "s", "N/llm": "s 2.1", "N/log": "b", "N/machineTranslation": "s 2.1",
    "N/manufacturing/productionCharges": "b", "N/pgp": "s 2.1", "N/piremoval": "s",
    "N/plugin": "s", "N/portlet": "c", "N/query": "b", "N/record": "b", "N/recordContext": "b",
    "N/redirect": "s", "N/render": "s", "N/runtime": "b", "N/scriptTypes/restlet": "s",
    "N/search": "b", "N/sftp": "s", "N/sso": "b", "N/suiteAppInfo": "b", "N/task": "s",
    "N/task/accounting/recognition": "s", "N/transaction": "b", "N/translation": "b",
    "N/ui": "b", "N/ui/dialog": "c", "N/ui/message": "b", "N/ui/serverWidget": "s", "N/url": "b",
    "N/util": "b", "N/workbook": "s", "N/workflow": "s", "N/xml": "b",
}  # fmt: skip
_ALL = frozenset(headers.SCRIPT_TYPES) | {"CustomTool", "SpaServerScript", "SpaClientScript"} | {
    "CustomGLPlugin", "BankStatementParserPlugin", "ConsolRateAdjustorPlugin", "DatasetBuilderPlugin",
    "EmailCapturePlugin", "FiConnectivityPlugin", "FiParserPlugin", "PaymentGatewayPlugin",
    "PromotionsPlugin", "ShippingPartnersPlugin", "TaxCalculationPlugin", "WorkbookBuilderPlugin",
    "RecordActionScript", "CustomRecordActionScript", "PlatformExtensionPlugin", "RevenueManagementPlugin",
}  # fmt: skip
_SCRIPT_TYPES = {name.lower(): name for name in _ALL}
NEEDED: Mapping[str, frozenset[str]] = {
    name: points
    for name, points in ENTRY_POINTS.items()
    if name not in ("ClientScript", "BundleInstallationScript", "MapReduceScript")
}


def _start(script: Script) -> tuple[int, int]:
    at = script.header.start_byte if script.header is not None else 0
    return at, at


def _no_version(script: Script, project: Project) -> Iterator[Found]:
    named = project.owners(script)
    if script.version is None and (named or "NScriptType" in script.tags):
        yield Found(_start(script), "the script has no @NApiVersion")


def _other_type(script: Script, project: Project) -> Iterator[Found]:
    said = script.tags.get("NScriptType", "").lower()
    for owner in project.owners(script):
        wanted = sdf_types.SCRIPT_TYPES[owner.element.tag]
        if said == wanted.lower() or (said and said not in _SCRIPT_TYPES):
            continue
        words = (
            f"@NScriptType is {_SCRIPT_TYPES[said]}" if said else "the script has no @NScriptType"
        )
        yield Found(
            script.tag("NScriptType") or _start(script),
            f"{words}, {owner.scriptid} is a {wanted}",
        )


def _unknown_tag(script: Script, project: Project) -> Iterator[Found]:
    version, kind = script.version, script.tags.get("NScriptType")
    if version is not None and version.lower() not in _VERSIONS and not version.startswith("1."):
        yield Found(
            script.tag("NApiVersion"), f"there is no @NApiVersion {version}", "2.1, 2.0 or 2.x"
        )
    if kind is not None and kind.lower() not in _SCRIPT_TYPES:
        meant = near(kind, _ALL)
        yield Found(
            script.tag("NScriptType"),
            f"there is no @NScriptType {kind}",
            f"did you mean {meant}?" if meant else listed(sorted(ENTRY_POINTS)),
        )


def _newer(script: Script, project: Project) -> Iterator[Found]:
    version = (script.version or "").lower()
    if version not in ("2.0", "2.x") or script.type == "ClientScript":
        return
    for node in script.nodes:
        name = newer_than_es5(node)
        if name is None or name == "const":  # 2.0's engine is known to take const
            continue
        if version == "2.0":
            yield Found(node, f"{name} is not in SuiteScript 2.0 (ECMAScript 5.1)")
        else:
            yield Found(
                node,
                f"{name} runs only where the account executes 2.x scripts as 2.1",
                severity="warning",
            )
        return  # the first one says it all: the file is written for 2.1


def _generator(script: Script, project: Project) -> Iterator[Found]:
    if script.version != "2.1" or script.type == "ClientScript":
        return
    for node in script.nodes:
        if is_generator(node):
            yield Found(node, "a generator function")
        elif node.type == "member_expression" and text(node) == "Symbol.iterator":
            yield Found(node, "an iterator of one's own (Symbol.iterator)")


def _imports(script: Script, project: Project) -> Iterator[Found]:
    for node in script.of("import_statement", "export_statement"):
        yield Found(
            node, f"'{text(node.children[0])}' is for ES modules, SuiteScript loads AMD modules"
        )


def _unknown_module(script: Script, project: Project) -> Iterator[Found]:
    for name, node in script.asked:
        if not name.startswith("N/"):
            folded = {known.lower(): known for known in _MODULES}
            if name.lower() in folded:  # n/record
                yield Found(
                    node, f"there is no module '{name}'; did you mean '{folded[name.lower()]}'?"
                )
            continue
        if name.removesuffix(".js") in _MODULES or name == "N":
            continue
        meant = near(name, _MODULES)
        if meant:
            yield Found(node, f"there is no module '{name}'; did you mean '{meant}'?")
        else:
            yield Found(node, f"'{name}' is no module of release 2026.2", severity="warning")


def _wrong_side(script: Script, project: Project) -> Iterator[Found]:
    side = project.sides.get(script.path, frozenset())
    for name, node in script.asked:
        runs = _MODULES.get(name, "b")
        if runs.startswith("s") and side == {"client"}:
            yield Found(node, f"{name} runs on the server only, this is a client script")
        elif runs.startswith("c") and side == {"server"}:
            yield Found(node, f"{name} runs in the browser only, this runs on the server")
        elif runs.endswith("2.1") and script.version == "2.0" and side == {"server"}:
            yield Found(node, f"{name} needs @NApiVersion 2.1 on the server")


def _parameters(script: Script, project: Project) -> Iterator[Found]:
    given, asked = script.parameters, script.dependencies
    if asked and len(given) > len(asked) and all(p.type == "identifier" for p in given):
        first = given[len(asked)]
        uses = script.scopes.of(first)
        if uses is not None and uses.uses:
            yield Found(
                first, f"no module is asked for that '{text(first)}' could be: it is undefined"
            )
    names = [name.removesuffix(".js").rsplit("/", 1)[-1] for name, _ in asked]
    for parameter, own in zip(given, names, strict=False):
        called = text(parameter)
        if called != own and called in names and own in [text(other) for other in given]:
            yield Found(parameter, f"'{called}' is given the module {own}: the order differs")


def _missing_file(script: Script, project: Project) -> Iterator[Found]:
    if project.cabinet_path(script.path) is None or not project.is_sdf:
        return
    for name, node in script.asked:
        if name.startswith("."):
            if project.required(script, name) is None and not name.endswith(".json"):
                yield Found(node, f"there is no file '{name}' beside this one")
        elif name.startswith(("/SuiteScripts/", "SuiteScripts/")):
            if project.required(script, name) is None:
                yield Found(
                    node,
                    f"there is no file '{name}' in the project; it has to be in the account already",
                    severity="warning",
                )


def _while_loading(script: Script, project: Project) -> Iterator[Found]:
    if script.type == "ClientScript" or script.define is None:
        return
    # `require` runs its callback too, in the debugger and in modules that run at once.
    name = script.define.child_by_field_name("function")
    if text(name) != "define":
        return
    for node in script.loading:
        if node.type != "call_expression":
            continue
        call = script.call(node)
        if call.api is not None and not call.api.startswith("util."):
            yield Found(call.place, f"N/{call.api} is called while the module loads")


def _entry_points(script: Script, project: Project) -> Iterator[Found]:
    kind, exported = script.type, script.exported
    if kind is None or exported is None or script.returned is None:
        return
    known = ENTRY_POINTS[kind]
    for name, node in exported.items():
        meant = next((k for k in known if k.lower() == name.lower() and k != name), None)
        close = get_close_matches(name, known - set(exported), 1, 0.88)
        if meant:
            yield Found(node, f"{kind} has no entry point '{name}'; did you mean '{meant}'?")
        elif name not in known and close:  # or a helper of nearly the same name
            yield Found(
                node,
                f"{kind} has no entry point '{name}'; did you mean '{close[0]}'?",
                severity="warning",
            )
    if kind == "MapReduceScript":
        lacking = [name for name in ("getInputData", "summarize") if name not in exported]
        if "map" not in exported and "reduce" not in exported:
            lacking.append("map or reduce")
        lacking = [name for name in lacking if name != "summarize"]
        if lacking and not any(n.lower() in {k.lower() for k in lacking} for n in exported):
            yield Found(script.returned, f"the script has no {listed(lacking, 'and')}")
    elif not known & set(exported) and not {n.lower() for n in exported} & {
        n.lower() for n in known
    }:
        yield Found(
            script.returned,
            f"the script returns no entry point of a {kind}: {listed(sorted(known))}",
        )


def _version_1(script: Script, project: Project) -> Iterator[Found]:
    if script.version is None or script.version.startswith("1."):
        return
    for node in script.scopes.unknown:
        name = text(node)
        if name.startswith(("nlapi", "nlobj")) and not _guarded(script, name):
            yield Found(node, f"{name} is SuiteScript 1.0, which 2.x scripts do not have")


def _guarded(script: Script, name: str) -> bool:
    """Whether the script asks somewhere whether there is such a global."""
    return any(
        text(node.child_by_field_name("argument")) == name
        for node in script.of("unary_expression")
        if node.children and text(node.children[0]) == "typeof"
    )


def _object(scriptid: str, tag: str) -> str:
    return (
        f'<{tag} scriptid="{scriptid}">\n  <name>Example</name>\n'
        "  <scriptfile>[/SuiteScripts/example/example.js]</scriptfile>\n  <scriptdeployments>\n"
        '    <scriptdeployment scriptid="customdeploy_example">\n      <title>Example</title>\n'
        "      <status>RELEASED</status>\n      <isdeployed>T</isdeployed>\n"
        "      <loglevel>AUDIT</loglevel>\n      <allroles>F</allroles>\n"
        "      <audslctrole>ADMINISTRATOR</audslctrole>\n"
        f"    </scriptdeployment>\n  </scriptdeployments>\n</{tag}>\n"
    )


def _headed(header: str) -> str:
    return f"/**\n{header} */\ndefine([], () => {{\n  const get = () => 'pong';\n\n  return {{ get }};\n}});\n"


_RESTLET = {"src/Objects/customscript_example.xml": _object("customscript_example", "restlet")}
_GET = "  const get = () => 'pong';\n\n  return { get };"

RULES = (
    Rule(
        "L201", "a script without @NApiVersion", "error",
        "NetSuite does not take a file as a SuiteScript 2 script when its first comment does not name the version.",
        "help topic SuiteScript 2.x Anatomy of a Script; netsuite-facts 1.2",
        "Begin the file with a comment `/** @NApiVersion 2.1 ... */`.",
        {SCRIPT: _headed(" * @NScriptType Restlet\n"), **_RESTLET},
        {SCRIPT: _headed(" * @NApiVersion 2.1\n * @NScriptType Restlet\n"), **_RESTLET},
        script=_no_version,
    ),
    Rule(
        "L202", "@NScriptType differs from the object that names the file", "error",
        "An SDF object of one script type cannot be deployed with a file that says it is of another type, or of none.",
        "help topic SuiteScript 2.x JSDoc Validation; SAFE guide, step 2",
        "Name the object's type in the header.",
        {SCRIPT: _headed(" * @NApiVersion 2.1\n * @NScriptType ScheduledScript\n").replace("get", "execute"), **_RESTLET},
        {SCRIPT: _headed(" * @NApiVersion 2.1\n * @NScriptType Restlet\n"), **_RESTLET},
        script=_other_type,
    ),
    Rule(
        "L203", "an unknown version or script type in the header", "error",
        "The upload is refused: the words of both tags are a closed list.",
        "help topic SuiteScript 2.x JSDoc Validation",
        "Use one of the words that NetSuite has.",
        _headed(" * @NApiVersion 2.1\n * @NScriptType RESTletScript\n"),
        _headed(" * @NApiVersion 2.1\n * @NScriptType Restlet\n"),
        script=_unknown_tag,
    ),
    Rule(
        "L204", "syntax that the script's version does not have", "error",
        "SuiteScript 2.0 is ECMAScript 5.1: a file with newer syntax cannot be uploaded or does not load. A script of version 2.x runs as 2.0 unless an account preference says 2.1, so the same file loads in one account and fails in another.",
        "help topics SuiteScript 2.1 (chapter_156042690639) and Executing Scripts Using SuiteScript 2.1 (section_156632003699)",
        "Say `@NApiVersion 2.1`, or write ECMAScript 5.1.",
        module("Restlet", "", _GET, version="2.0"),
        module("Restlet", "", _GET, version="2.1"),
        script=_newer,
    ),
    Rule(
        "L205", "a generator or an iterator of one's own", "warning",
        "SuiteScript 2.1 runs on GraalJS. Generators and Symbol.iterator are reported to pass tests in Node and to fail in NetSuite.",
        "SAFE 108",
        "Use lists and their functions.",
        module("Restlet", "", "  const ids = function* () {\n    yield 1;\n  };\n  const get = () => [...ids()];\n\n  return { get };"),
        module("Restlet", "", "  const ids = () => [1];\n  const get = () => [...ids()];\n\n  return { get };"),
        script=_generator,
    ),
    Rule(
        "L206", "an ES module", "error",
        "SuiteScript 2.x modules are AMD: `define` and `require`. `import` and `export` are syntax errors in NetSuite.",
        "help topics SuiteScript 2.x Global Objects (define, require) and SuiteScript 2.x Custom Modules",
        "Write `define(['N/record'], (record) => { ... })`.",
        "/**\n * @NApiVersion 2.1\n */\nimport record from 'N/record';\n\nexport const load = (id) => record.load({ type: 'customer', id });\n",
        module("", "record", "  const load = (id) => record.load({ type: 'customer', id });\n\n  return { load };"),
        script=_imports,
    ),
    Rule(
        "L207", "an N/ module that does not exist", "error",
        "A script whose module cannot be found does not load. A name that is near to none of those of release 2026.2 is only a warning: it may be newer.",
        "help topic SuiteScript 2.1 Modules (chapter_4220488571)",
        "Correct the name; it is case-sensitive.",
        module("Restlet", "recrod", "  const get = () => typeof recrod;\n\n  return { get };"),
        module("Restlet", "record", "  const get = () => typeof record;\n\n  return { get };"),
        script=_unknown_module,
    ),
    Rule(
        "L208", "a module that this side does not have", "error",
        "Modules are for the server, the browser or both, and some are in SuiteScript 2.1 only. The others do not load there.",
        "help topic SuiteScript 2.1 Modules (chapter_4220488571), column Supported Script Types",
        "Move the work to a script that runs where the module does: a client script calls a Suitelet or RESTlet.",
        module("ClientScript", "file", "  const pageInit = () => file.load({ id: 'SuiteScripts/a.txt' });\n\n  return { pageInit };"),
        module("ClientScript", "record", "  const pageInit = () => record.load.promise({ type: 'task', id: 'x' });\n\n  return { pageInit };"),
        script=_wrong_side,
    ),
    Rule(
        "L209", "modules and parameters do not match", "error",
        "`define` gives the modules to the function by their order. A parameter in another place holds another module, and one too many is undefined.",
        "help topic define Object; @acdvs eslint-plugin-suitescript, rule no-extra-modules",
        "List modules and parameters in one order.",
        "/**\n * @NApiVersion 2.1\n * @NScriptType Restlet\n */\ndefine(['N/search', 'N/record'], (record, search) => {\n  const get = (request) => record.load({ type: 'customer', id: request.id }).getLineCount({ sublistId: 'addressbook' }) + search.Type.CUSTOMER;\n\n  return { get };\n});\n",
        module("Restlet", "search record", "  const get = (request) => record.load({ type: 'customer', id: request.id }).getLineCount({ sublistId: 'addressbook' }) + search.Type.CUSTOMER;\n\n  return { get };"),
        script=_parameters,
    ),
    Rule(
        "L210", "a module file that is not there", "error",
        "The script does not load. An absolute path may be a file that the account has already: that is a warning.",
        "help topic Module Dependency Paths",
        "Correct the path, or add the file.",
        "/**\n * @NApiVersion 2.1\n * @NScriptType Restlet\n */\ndefine(['./lib/totals'], (totals) => {\n  const get = () => totals.all();\n\n  return { get };\n});\n",
        {
            SCRIPT: "/**\n * @NApiVersion 2.1\n * @NScriptType Restlet\n */\ndefine(['./totals'], (totals) => {\n  const get = () => totals.all();\n\n  return { get };\n});\n",
            "src/FileCabinet/SuiteScripts/example/totals.js": module("", "", "  return { all: () => 42 };"),
        },
        script=_missing_file,
    ),
    Rule(
        "L211", "an N/ function called while the module loads", "error",
        "While `define` runs its callback, no function of an N/ module can be called: the upload or the script fails with SUITESCRIPT_API_UNAVAILABLE_IN_DEFINE. Enums may be read.",
        "SAFE 129; netsuite-facts 1.2",
        "Call it inside an entry point, and keep the answer in a variable if it is needed again.",
        module("Restlet", "runtime", "  const script = runtime.getCurrentScript();\n  const get = () => script.id;\n\n  return { get };"),
        module("Restlet", "runtime", "  const get = () => runtime.getCurrentScript().id;\n\n  return { get };"),
        script=_while_loading,
    ),
    Rule(
        "L212", "entry points that the script type does not have", "error",
        "NetSuite finds entry points by their exact name in what the module returns. A misspelt one never runs, and a script with none cannot be deployed.",
        "help topic SuiteScript 2.x Script Types (chapter_4387172495)",
        "Return the functions under the names of the script type.",
        module("UserEventScript", "log", "  const aftersubmit = (context) => log.audit({ title: 'saved', details: context.type });\n\n  return { aftersubmit };"),
        module("UserEventScript", "log", "  const afterSubmit = (context) => log.audit({ title: 'saved', details: context.type });\n\n  return { afterSubmit };"),
        script=_entry_points,
    ),
    Rule(
        "L213", "SuiteScript 1.0 in a 2.x script", "error",
        "The functions nlapi... and objects nlobj... are not there in a script of version 2.",
        "help topic SuiteScript 1.0 to SuiteScript 2.x API Map",
        "Use the member of the N/ module that took its place.",
        module("ScheduledScript", "log", "  const execute = () => {\n    log.audit({ title: 'user', details: nlapiGetUser() });\n  };\n\n  return { execute };"),
        module("ScheduledScript", "log runtime", "  const execute = () => {\n    log.audit({ title: 'user', details: runtime.getCurrentUser().id });\n  };\n\n  return { execute };"),
        script=_version_1,
    ),
)  # fmt: skip
