"""The surface: every member of SuiteScript is there, or refused by an error that names it."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path

import pytest
from lab import Lab

from emulator.conformance import surface

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ROOT / "emulator" / "suitescript"
LISTED = ROOT.parent / "shared" / "data" / "suitescript-api.json"
_OF_ALL = {"toString", "toJSON"}


def listed() -> dict[str, dict[str, set[str]]]:
    """Members by module and class ('' for the module's own), from the list of signatures."""
    if not LISTED.is_file():
        pytest.skip(f"no list of signatures at {LISTED}")
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in json.loads(LISTED.read_text(encoding="utf-8")):
        *folders, last = row["file"].removesuffix(".js").split("/")
        module = "N/" + "/".join(folders)
        if folders[0] == "commerce":
            module, last = f"{module}/{last}", "commerce"
        own = last in (folders[-1], "commerce")
        kind = "" if own else row["cls"].removesuffix("Instance")
        if row["member"] not in _OF_ALL:
            found[module][kind].add(row["member"])
    return found


def known() -> dict[str, dict[str, set[str]]]:
    """The same from the emulator's own list."""
    text = (SOURCES / "data" / "members.js").read_text(encoding="utf-8")
    found: dict[str, dict[str, set[str]]] = {}
    for module, members, classes in re.findall(
        r"^  '(N/[^']+)': of\('([^']*)'(?:, \{\n((?:    .*\n)*?)  \})?\),$", text, re.MULTILINE
    ):
        kinds = {
            name: set(words.split()) for name, words in re.findall(r"(\w+): '([^']*)'", classes)
        }
        found[module] = {"": set(members.split()), **kinds}
    return found


def test_every_listed_member_is_known_to_the_emulator() -> None:
    missing = [
        f"{module} {kind}.{member}"
        for module, kinds in listed().items()
        for kind, members in kinds.items()
        for member in members - known().get(module, {}).get(kind, set())
    ]
    assert missing == []


@pytest.mark.rule("surface.refused")
def test_every_member_of_a_module_is_there_or_refused_by_name(lab: Lab) -> None:
    asked = {module: sorted(kinds[""]) for module, kinds in known().items()}
    code = f"""define({json.dumps(list(asked))}, (...modules) => ({{ post: (asked) => Object.keys(asked).map((id, index) =>
      asked[id].map((name) => {{
        try {{ return modules[index][name] === undefined ? `${{id}}.${{name}} is undefined` : null; }}
        catch (error) {{ return error.name === 'EMULATOR_UNSUPPORTED' && error.message.includes(`${{id}}.${{name}}`) ? null : String(error); }}
      }})).flat().filter((wrong) => wrong !== null) }}));"""
    assert lab.call(lab.script("Restlet", code), asked) == []


@pytest.mark.rule("surface.absent")
@pytest.mark.parametrize(
    "name", ["N/record.craete", *(use.name for use in surface.usage() if not use.members)]
)
def test_a_name_that_no_module_has_is_undefined_and_said_in_the_log(lab: Lab, name: str) -> None:
    """The names that real scripts use, and a typing error."""
    module, member = name.split(".")
    script = lab.restlet(
        f"const it = require('{module}'); try {{ it.{member}({{}}); }} "
        "catch (error) { return [error instanceof TypeError, it[input]]; }"
    )
    assert lab.call(script, member) == [True, None]
    assert lab.logged(script)[0] == ("Not in NetSuite", f"N/ does not list {name}: undefined.")


INSTANCES = {
    ("N/file", "File"): "file.create({ name: 'a', fileType: 'CSV', contents: 'a' })",
    (
        "N/file",
        "FileLines",
    ): "file.create({ name: 'a', fileType: 'CSV', contents: 'a' }).lines.iterator()",
    (
        "N/file",
        "FileSegments",
    ): "file.create({ name: 'a', fileType: 'CSV', contents: 'a' }).getSegments({ separator: ';' })",
    ("N/file", "Reader"): "file.create({ name: 'a', fileType: 'CSV', contents: 'a' }).getReader()",
    ("N/cache", "Cache"): "cache.getCache({ name: 'a' })",
    ("N/crypto", "Hash"): "crypto.createHash({ algorithm: 'SHA256' })",
    (
        "N/crypto",
        "Hmac",
    ): "crypto.createHmac({ algorithm: 'SHA256', key: crypto.createSecretKey({ secret: 'custsecret_s' }) })",
    (
        "N/crypto",
        "Cipher",
    ): "crypto.createCipher({ algorithm: 'AES', key: crypto.createSecretKey({ secret: 'custsecret_s' }) })",
    (
        "N/crypto",
        "Decipher",
    ): "crypto.createDecipher({ algorithm: 'AES', iv: '00', key: crypto.createSecretKey({ secret: 'custsecret_s' }) })",
    ("N/compress", "Archiver"): "compress.createArchiver()",
    ("N/render", "TemplateRenderer"): "render.create()",
    ("N/xml", "Document"): "xml.Parser.fromString({ text: '<a/>' })",
    ("N/xml", "Element"): "xml.Parser.fromString({ text: '<a/>' }).documentElement",
    ("N/xml", "Node"): "xml.Parser.fromString({ text: '<a/>' }).documentElement",
    ("N/format/i18n", "NumberFormatter"): "i18n.getNumberFormatter()",
    ("N/format/i18n", "CurrencyFormatter"): "i18n.getCurrencyFormatter({ currency: 'USD' })",
    (
        "N/format/i18n",
        "PhoneNumberFormatter",
    ): "i18n.getPhoneNumberFormatter({ formatType: 'E164' })",
    ("N/format/i18n", "PhoneNumberParser"): "i18n.getPhoneNumberParser({ defaultCountry: 'US' })",
    ("N/task", "SearchTask"): "task.create({ taskType: 'SEARCH' })",
    ("N/task", "SuiteQLTask"): "task.create({ taskType: 'SUITE_QL' })",
    ("N/task", "QueryTask"): "task.create({ taskType: 'QUERY' })",
    ("N/https", "SecureString"): "https.createSecureString({ input: 'a' })",
}


@pytest.mark.rule("surface.refused")
@pytest.mark.parametrize(("module", "kind"), INSTANCES)
def test_every_member_of_an_instance_is_there_or_refused_by_name(
    lab: Lab, module: str, kind: str
) -> None:
    lab.account.set_secret("custsecret_s", "00" * 16)
    code = f"""const one = {INSTANCES[module, kind]};
      return input.filter((name) => {{
        try {{ return one[name] === undefined; }} catch (error) {{ return !error.message.includes(`${{name}}`); }} }});"""
    assert lab.run(code, sorted(known()[module][kind] | {"toString"})) == []


@pytest.mark.rule("surface.bundles")
@pytest.mark.parametrize(
    "module", ["N/nothing", "N/internal/elasticLogger", "N/wms/recommendedBins"]
)
def test_modules_that_an_account_does_not_have(lab: Lab, module: str) -> None:
    script = lab.script("Restlet", f"define(['{module}'], () => ({{ post: () => 1 }}));")
    with lab.refused("MODULE_DOES_NOT_EXIST", module):
        lab.call(script)


@pytest.mark.rule("surface.refused")
def test_what_is_refused_is_seen_in_the_script_log(lab: Lab) -> None:
    script = lab.restlet(
        "try { require('N/sftp').createConnection({}); } catch (error) { return error.name; }"
    )
    assert lab.call(script) == "EMULATOR_UNSUPPORTED"
    assert lab.logged(script) == [
        ("Not in the emulator", "The emulator does not have N/sftp.createConnection.")
    ]
