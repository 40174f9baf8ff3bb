"""SDF projects as accounts of today export them."""

from __future__ import annotations

import pytest

from emulator.deploy import read_package
from emulator.errors import DeployError

MANIFEST = """<manifest projecttype="ACCOUNTCUSTOMIZATION">
  <projectname>hives</projectname><frameworkversion>1.0</frameworkversion>
  <dependencies><features>
    <feature required="true">SERVERSIDESCRIPTING</feature>
    <feature required="true">CUSTOMRECORDS</feature>
  </features></dependencies>
</manifest>"""
DEPLOY = """<deploy>
  <files><path>~/FileCabinet/SuiteScripts/*</path></files>
  <objects><path>~/Objects/*</path></objects>
</deploy>"""
LIST = """<customlist scriptid="customlist_hive">
  <name>Hive</name>
  <customvalues>
    <customvalue scriptid="val_wood"><value>Wood</value></customvalue>
    <customvalue scriptid="val_straw"><value>Straw</value></customvalue>
  </customvalues>
</customlist>"""
RECORD = """<customrecordtype scriptid="customrecord_hive">
  <recordname>Hive</recordname>
  <sweetness>T</sweetness>
  <customrecordcustomfields>
    <customrecordcustomfield scriptid="custrecord_hive_kinds">
      <label>Kinds</label><fieldtype>MULTISELECT</fieldtype>
      <selectrecordtype>[scriptid=customlist_hive]</selectrecordtype>
    </customrecordcustomfield>
    <customrecordcustomfield scriptid="custrecord_hive_size">
      <label>Size</label><fieldtype>TEXT</fieldtype><isformula>T</isformula><storevalue>F</storevalue>
      <defaultvalue>CASE WHEN {id} = 1 THEN 'first' END</defaultvalue>
    </customrecordcustomfield>
    <customrecordcustomfield scriptid="custrecord_hive_count">
      <label>Count</label><fieldtype>INTEGER</fieldtype>
    </customrecordcustomfield>
    <customrecordcustomfield scriptid="custrecord_hive_keeper">
      <label>Keeper</label><fieldtype>SELECT</fieldtype><selectrecordtype>-4</selectrecordtype>
      <dynamicdefault>ME</dynamicdefault>
    </customrecordcustomfield>
  </customrecordcustomfields>
  <instances>
    <instance scriptid="val_first">
      <name>First</name>
      <custrecord_hive_kinds>[scriptid=customlist_hive.val_straw]</custrecord_hive_kinds>
      <custrecord_hive_count>12</custrecord_hive_count>
    </instance>
  </instances>
</customrecordtype>"""
PARAMETER = """<scriptcustomfield scriptid="{}">
  <label>Kind</label><fieldtype>SELECT</fieldtype>
  <selectrecordtype>[scriptid=customlist_hive]</selectrecordtype>{}
</scriptcustomfield>"""
RESTLET = f"""<restlet scriptid="customscript_hive">
  <name>Hive counter</name><scriptfile>[/SuiteScripts/hive.js]</scriptfile>
  <scriptcustomfields>
    {PARAMETER.format("custscript_hive_one", "<defaultselection>[scriptid=customlist_hive.val_straw]</defaultselection>")}
    {PARAMETER.format("custscript_hive_two", "")}
  </scriptcustomfields>
  <scriptdeployments>
    <scriptdeployment scriptid="customdeploy_hive">
      <title>Counts hives</title><status>RELEASED</status><isdeployed>T</isdeployed><allroles>T</allroles>
      <custscript_hive_two>[scriptid=customlist_hive.val_wood]</custscript_hive_two>
    </scriptdeployment>
  </scriptdeployments>
</restlet>"""
SOURCE = """/**
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/runtime'], (runtime) => ({ post: () => {
  const own = runtime.getCurrentScript();
  return [own.getParameter('custscript_hive_one'), own.getParameter('custscript_hive_two')];
} }));
"""
OBJECTS = {"customlist_hive": LIST, "customrecord_hive": RECORD, "customscript_hive": RESTLET}


@pytest.fixture
def project(tmp_path):
    (tmp_path / "Objects").mkdir()
    (tmp_path / "FileCabinet/SuiteScripts").mkdir(parents=True)
    (tmp_path / "manifest.xml").write_text(MANIFEST)
    (tmp_path / "deploy.xml").write_text(DEPLOY)
    (tmp_path / "FileCabinet/SuiteScripts/hive.js").write_text(SOURCE)
    for name, xml in OBJECTS.items():
        (tmp_path / f"Objects/{name}.xml").write_text(xml)
    return tmp_path


def install(lab, project):
    package = read_package(project, lab.account)
    lab.account.install(package)
    return package


def without_news(project):
    path = project / "Objects/customrecord_hive.xml"
    path.write_text(path.read_text().replace("<sweetness>T</sweetness>", ""))
    return project


@pytest.mark.rule("sdf.newer_fields", "sdf.finding_lines")
def test_a_field_of_a_newer_release_is_listed_not_refused(lab, project):
    place = "Objects/customrecord_hive.xml:3: customrecordtype/sweetness"
    if lab.preferences.sdf_unknown_refused:
        with pytest.raises(DeployError) as error:
            read_package(project, lab.account)
        assert [one for one in error.value.findings if one.startswith(place)]
    else:
        assert [one for one in install(lab, project).no_effect if one.startswith(place)]


@pytest.mark.rule("sdf.finding_lines")
def test_a_finding_names_the_line(lab, project):
    path = without_news(project) / "Objects/customrecord_hive.xml"
    path.write_text(path.read_text().replace("MULTISELECT", "MANYSELECT"))
    with pytest.raises(DeployError) as error:
        read_package(project, lab.account)
    assert error.value.findings[0].startswith("Objects/customrecord_hive.xml:6: ")


def test_a_list_that_only_the_real_account_has_is_listed_and_its_field_takes_any_value(
    lab, project
):
    path = without_news(project) / "Objects/customrecord_hive.xml"
    path.write_text(path.read_text().replace("-4</selectr", "[scriptid=customlist_gone]</selectr"))
    with pytest.raises(DeployError) as error:
        read_package(project, lab.account)
    assert error.value.findings == [
        "Objects/customrecord_hive.xml:17: selectrecordtype: there is no object customlist_gone"
    ]
    declared = "</features><objects><object>customlist_gone</object></objects>"
    (project / "manifest.xml").write_text(MANIFEST.replace("</features>", declared))
    package = install(lab, project)
    place = "Objects/customrecord_hive.xml:17: "
    said = f"{place}the list customlist_gone, which only the real account has"
    assert said in package.no_effect
    code = """const made = record.create({ type: 'customrecord_hive' });
    made.setValue('name', 'One');
    made.setValue('custrecord_hive_keeper', 7);
    const hive = record.load({ type: 'customrecord_hive', id: made.save() });
    return { keeper: Number(hive.getValue('custrecord_hive_keeper')) };"""
    assert lab.run(code) == {"keeper": 7}


def test_a_formula_is_no_value_and_is_listed(lab, project):
    package = install(lab, without_news(project))
    assert "the formula of custrecord_hive_size, which stays empty" in package.no_effect
    code = """const made = record.create({ type: 'customrecord_hive' });
    made.setValue('name', 'One');
    const id = made.save();
    return record.load({ type: 'customrecord_hive', id }).getValue('custrecord_hive_size');"""
    assert lab.run(code) == ""


@pytest.mark.shows("N/runtime.Script.getParameter")
@pytest.mark.rule("sdf.parameter_references")
def test_a_parameter_may_name_an_entry_of_a_list(lab, project):
    install(lab, without_news(project))
    wood = lab.account.selected("customlist_hive.val_wood")
    straw = lab.account.selected("customlist_hive.val_straw")
    script = lab.account.script("customscript_hive")
    assert lab.call(script) == [straw, wood]
    assert wood.isdigit() and straw.isdigit()


@pytest.mark.shows("N/search.create", "N/query.runSuiteQL")
@pytest.mark.rule("sdf.script_searches")
def test_scripts_are_found_by_kind_and_name(lab, project):
    install(lab, without_news(project))
    code = """const found = (type, filters, column) => search.create({ type, filters, columns: [column] })
      .run().getRange(0, 5).map((one) => one.getValue(column));
    return [
      found('restlet', [['name', 'is', 'Hive counter']], 'scriptid'),
      found('scheduledscript', [['name', 'is', 'Hive counter']], 'scriptid'),
      found('scriptdeployment', [['title', 'is', 'Counts hives'], 'AND',
        ['script.scriptid', 'is', 'customscript_hive']], 'scriptid'),
      query.runSuiteQL("SELECT scripttype, name FROM script WHERE scriptid = 'customscript_hive'")
        .asMappedResults(),
    ];"""
    assert lab.run(code) == [
        ["customscript_hive"],
        [],
        ["customdeploy_hive"],
        [{"scripttype": "RESTLET", "name": "Hive counter"}],
    ]


@pytest.mark.shows("N/query.runSuiteQL")
@pytest.mark.rule("suiteql.functions")
def test_df_of_a_multiselect_joins_its_texts(lab, project):
    install(lab, without_news(project))
    code = """const made = record.create({ type: 'customrecord_hive' });
    made.setValue('name', 'Both');
    made.setText({ fieldId: 'custrecord_hive_kinds', text: ['Wood', 'Straw'] });
    const id = made.save();
    return query.runSuiteQL({
      query: 'SELECT BUILTIN.DF(custrecord_hive_kinds) AS kinds FROM customrecord_hive WHERE id = ?', params: [id],
    }).asMappedResults();"""
    assert lab.run(code) == [{"kinds": "Wood, Straw"}]


@pytest.mark.shows("N/search.lookupFields")
@pytest.mark.rule("sdf.instances")
def test_an_instance_brings_the_values_of_its_fields(lab, project):
    install(lab, without_news(project))
    code = """const [one] = search.create({ type: 'customrecord_hive', filters: [['name', 'is', 'First']] })
      .run().getRange(0, 1);
    const held = search.lookupFields({ type: 'customrecord_hive', id: one.id,
      columns: ['custrecord_hive_count', 'custrecord_hive_kinds'] });
    return [held.custrecord_hive_count, held.custrecord_hive_kinds.map((kind) => kind.text)];"""
    assert lab.run(code) == ["12", ["Straw"]]


@pytest.mark.shows("N/record.Record.save")
@pytest.mark.rule("sdf.dynamic_defaults")
def test_a_dynamic_default_is_the_user(lab, project):
    install(lab, without_news(project))
    code = """const made = record.create({ type: 'customrecord_hive' });
    made.setValue('name', 'Mine');
    const mine = record.load({ type: 'customrecord_hive', id: made.save() });
    return Number(mine.getValue('custrecord_hive_keeper')) === runtime.getCurrentUser().id;"""
    assert lab.run(code) is True
