"""N/plugin and N/translation over deployed objects."""

from __future__ import annotations

from pathlib import Path

import pytest
from lab import Lab

from emulator.deploy import read_package

IMPLEMENTATION = """/**
 * @NApiVersion 2.1
 * @NScriptType {kind}
 */
define(['N/runtime'], (runtime) => ({{ doTheMagic: (a, b) => {body} }}));
"""
OBJECTS = {
    "customscript_magic": """<plugintype scriptid="customscript_magic"><name>Magic</name><deploymentmodel>ALLOW_SINGLE</deploymentmodel>
      <status>RELEASED</status><scriptfile>[/SuiteScripts/magic/default.js]</scriptfile><methods><method><method>doTheMagic</method></method></methods></plugintype>""",
    "customscript_magic_times": """<pluginimplementation scriptid="customscript_magic_times"><name>Times</name>
      <scriptfile>[/SuiteScripts/magic/times.js]</scriptfile><customplugintype>[scriptid=customscript_magic]</customplugintype><status>RELEASED</status></pluginimplementation>""",
    "customscript_magic_off": """<pluginimplementation scriptid="customscript_magic_off"><name>Off</name><isinactive>T</isinactive>
      <scriptfile>[/SuiteScripts/magic/times.js]</scriptfile><customplugintype>[scriptid=customscript_magic]</customplugintype><status>RELEASED</status></pluginimplementation>""",
    "custcollection_lab": """<translationcollection scriptid="custcollection_lab"><name>Lab</name><defaultlanguage>en</defaultlanguage><strings>
      <string scriptid="hello"><defaulttranslation>Hello, {1} and {2}</defaulttranslation></string>
      <string scriptid="bye"><defaulttranslation>Bye</defaulttranslation></string></strings></translationcollection>""",
    "custemailtmpl_lab": """<emailtemplate scriptid="custemailtmpl_lab"><name>Lab mail</name><subject>Order ${transaction.tranid}</subject></emailtemplate>""",
}


@pytest.fixture(scope="module", autouse=True)
def project(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plugins")
    (folder / "Objects").mkdir()
    (folder / "FileCabinet/SuiteScripts/magic").mkdir(parents=True)
    (folder / "manifest.xml").write_text(
        '<manifest projecttype="ACCOUNTCUSTOMIZATION"><projectname>p</projectname><frameworkversion>1.0</frameworkversion>'
        '<dependencies><features><feature required="true">SERVERSIDESCRIPTING</feature><feature required="true">CRM</feature></features></dependencies></manifest>'
    )
    (folder / "deploy.xml").write_text(
        "<deploy><files><path>~/FileCabinet/SuiteScripts/*</path></files><objects><path>~/Objects/*</path></objects></deploy>"
    )
    for name, kind, body in (
        ("default", "plugintype", "a + b"),
        ("times", "plugintypeimpl", "a * b"),
    ):
        (folder / f"FileCabinet/SuiteScripts/magic/{name}.js").write_text(
            IMPLEMENTATION.format(kind=kind, body=body)
        )
    for name, text in OBJECTS.items():
        (folder / f"Objects/{name}.xml").write_text(text)
    (folder / "Objects/custemailtmpl_lab.template.html").write_text("<p>Hi</p>")
    lab.account.install(read_package(folder, lab.account))
    return folder


@pytest.mark.shows("N/plugin.findImplementations")
@pytest.mark.rule("plugin.found")
def test_implementations_are_found(lab: Lab) -> None:
    code = """const find = (type, includeDefault) => plugin.findImplementations({ type, includeDefault });
      return [find('customscript_magic'), find('customscript_magic', false), find('customscript_none')];"""
    assert lab.run(code) == [
        ["default", "customscript_magic_times"],
        ["customscript_magic_times"],
        [],
    ]


@pytest.mark.shows("N/plugin.loadImplementation")
@pytest.mark.rule("plugin.loaded", "plugin.chosen")
def test_an_implementation_does_its_work(lab: Lab) -> None:
    code = """
      const load = (implementation, type = 'customscript_magic') => plugin.loadImplementation({ type, implementation });
      const name = (act) => { try { act(); return null; } catch (error) { return error.name; } };
      return [load('default').doTheMagic(3, 4), load('customscript_magic_times').doTheMagic(3, 4), load(undefined).doTheMagic(3, 4),
        name(() => load('customscript_magic_off')), name(() => load(undefined, 'customscript_none'))];"""
    chosen = 12 if lab.preferences.plugin_prefers_implementation else 7
    missing = "UNABLE_TO_FIND_IMPLEMENTATION_1_FOR_PLUGIN_2"
    assert lab.run(code) == [7, 12, chosen, missing, missing]


@pytest.mark.shows(
    "N/translation.get", "N/translation.load", "N/translation.selectLocale", "N/translation.Locale"
)
@pytest.mark.rule("translation.texts")
def test_texts_of_a_collection(lab: Lab) -> None:
    code = """
      const hello = translation.get({ collection: 'custcollection_lab', key: 'hello' });
      const handle = translation.load({ collections: [{ alias: 'lab', collection: 'custcollection_lab' }] });
      const german = translation.selectLocale({ handle, locale: translation.Locale.de_DE });
      const name = (act) => { try { act(); return null; } catch (error) { return error.name; } };
      return [hello({ params: ['A', 'B'] }), handle.lab.bye(), german.lab.hello({ params: [1] }),
        name(() => translation.get({ collection: 'custcollection_lab', key: 'NO' })),
        name(() => translation.get({ collection: 'custcollection_no', key: 'NO' })),
        name(() => translation.get({ collection: 'custcollection_lab', key: 'bye', locale: 'xx' })), name(() => translation.get({}))];"""
    assert lab.run(code) == [
        "Hello, A and B", "Bye", "Hello, 1 and {2}", "INVALID_TRANSLATION_KEY", "INVALID_TRANSLATION_COLLECTION",
        "INVALID_LOCALE", "MISSING_REQD_ARGUMENT",
    ]  # fmt: skip
