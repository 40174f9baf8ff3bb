"""Every rule finds what its wrong example shows, and nothing at all in its right one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from generator.lint import RULES, lint, read_folder
from generator.lint.examples import Example, Snippet, files, map_reduce, module
from generator.lint.page import page
from generator.lint.rules.samples import (
    BODY_FIELD,
    RECORD,
    ROLE,
    ROLE_FILE,
    SCHEDULED_JS,
    USER_EVENT,
    simple_script,
    with_script,
)
from generator.spec.diagnose import Diagnostic

ROOT = Path(__file__).parents[2]


def found_in(example: Example, folder: Path) -> list[Diagnostic]:
    for path, text in files(example).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return lint(read_folder(folder), folder)


@pytest.mark.parametrize("code", RULES)
def test_the_wrong_example_has_this_fault_and_no_other(code: str, tmp_path: Path) -> None:
    found = found_in(RULES[code].wrong, tmp_path)
    expected = {code}
    if code == "L901":
        expected.add("L283")  # a waiver without a reason hides nothing
    assert {each.code for each in found} == expected, [str(each) for each in found]


@pytest.mark.parametrize("code", RULES)
def test_the_right_example_has_none(code: str, tmp_path: Path) -> None:
    assert [str(each) for each in found_in(RULES[code].right, tmp_path)] == []


def test_the_page_of_rules_is_made_from_their_declarations() -> None:
    """`SUITELOOM_UPDATE_GOLDEN=1 pytest tests/generator/test_lint_rules.py` writes it anew."""
    written = ROOT / "docs" / "lint.md"
    if os.environ.get("SUITELOOM_UPDATE_GOLDEN"):
        written.write_text(page(), encoding="utf-8")
    assert written.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("code", RULES)
def test_a_rule_says_what_happens_and_on_whose_word(code: str) -> None:
    rule = RULES[code]
    assert rule.title == rule.title.strip().rstrip(".")
    assert rule.why.endswith(".")
    assert rule.mend.endswith(".")
    assert rule.source
    assert sum(check is not None for check in (rule.script, rule.object, rule.project)) == 1


LOOP = "const order = record.load({ type: 'salesorder', id: request.id });\nconst count = order.getLineCount({ sublistId: 'item' });\n"


@pytest.mark.parametrize(
    ("codes", "example"),
    [
        pytest.param("L244", map_reduce("log", map="() => undefined").replace("  const getInputData", "  const config = { retryCount: 5 };\n  const getInputData").replace("return { ", "return { config, "), id="an option that has the name of its value"),
        pytest.param("L261", Snippet("Restlet", "query", "const query_ = { query: 'SELECT id FROM item WHERE id > 5 LIMIT 3' };\nreturn query.runSuiteQL(query_).asMappedResults();"), id="a query in options that have a name"),
        pytest.param("L212 L240", map_reduce("log", map="() => undefined").replace("summarize", "summarise"), id="an entry point in British spelling"),
        pytest.param("", module("ClientScript", "", "  const fieldChanged = () => undefined;\n  const fieldChange = () => undefined;\n\n  return { fieldChanged, fieldChange };"), id="a helper beside the entry point that it is named after"),
        pytest.param("L253", Snippet("Restlet", "record search", LOOP + "const found = [];\nfor (let line = 0; line < count; line++) {\n  const id = order.getSublistValue({ sublistId: 'item', fieldId: 'item', line });\n  found.push(search.lookupFields({ type: 'item', id, columns: ['itemid'] }));\n}\nreturn found;"), id="a look-up for each line"),
        pytest.param("", Snippet("Restlet", "query", "const found = [];\nfor (let at = 0; at < request.ids.length; at += 500) {\n  const part = request.ids.slice(at, at + 500);\n  found.push(query.runSuiteQL({ query: `SELECT id FROM item WHERE id IN (${part.map(() => '?').join(', ')})`, params: part }));\n}\nreturn found.length;"), id="a query for each part of a list"),
        pytest.param("L221", Snippet("Restlet", "record", LOOP + "let sum = 0;\nfor (let i = 0; i <= count; i += 1) sum += order.getSublistValue({ sublistId: 'item', fieldId: 'amount', line: i });\nreturn sum;"), id="one line too many"),
        pytest.param("", Snippet("Restlet", "record", LOOP + "let sum = 0;\nfor (let i = 1; i <= count; i += 1) sum += order.getSublistValue({ sublistId: 'item', fieldId: 'amount', line: i - 1 });\nreturn sum;"), id="lines numbered from 1 for people"),
        pytest.param("L255", Snippet("Restlet", "record", "return record.load({ type: 'sales_order', id: request.id }).getLineCount({ sublistId: 'item' });"), id="a record type written apart"),
        pytest.param("L257", Snippet("Restlet", "search", "const { salesrep } = search.lookupFields({ type: 'customer', id: request.id, columns: ['salesrep'] });\nreturn salesrep.value;"), id="a select taken out of lookupFields"),
        pytest.param("", Snippet("UserEventScript.beforeSubmit", "", "if (context.newRecord.getValue({ fieldId: 'isperson' }) === 'T') return;\ncontext.newRecord.setValue({ fieldId: 'isperson', value: 'T' });"), id="radio buttons are T and F"),
        pytest.param("L257", Snippet("UserEventScript.beforeSubmit", "search", "const customer = search.lookupFields({ type: 'customer', id: context.newRecord.getValue('entity'), columns: ['salesrep', 'email'] });\ncontext.newRecord.setValue({ fieldId: 'salesrep', value: customer.salesrep });\ncontext.newRecord.setValue({ fieldId: 'email', value: customer.email });"), id="the list of a select set as a value"),
        pytest.param("", Snippet("UserEventScript.beforeSubmit", "search", "const customer = search.lookupFields({ type: 'customer', id: context.newRecord.getValue('entity'), columns: ['salesrep'] });\nif (customer.salesrep.length) context.newRecord.setValue({ fieldId: 'salesrep', value: customer.salesrep[0].value });"), id="the first of a select set as a value"),
        pytest.param("L261", Snippet("Restlet", "query", "const top = 10;\nreturn query.runSuiteQL({ query: `SELECT id FROM item WHERE id > ? ORDER BY id LIMIT ${top}`, params: [request.id] }).asMappedResults();"), id="a limit that a template puts in"),
        pytest.param("L221", Snippet("Restlet", "record", LOOP + "for (let i = 1; i <= count; i += 1) order.setSublistValue('item', 'quantity', i, 1);\nreturn order.save();"), id="one line too many among plain arguments"),
        pytest.param("L277", Snippet("Suitelet", "", "const { page } = context.request.parameters;\nif (page === 1) context.response.write('first');"), id="a parameter taken out of a Suitelet's request"),
        pytest.param("L273", Snippet("Suitelet", "", "const { name } = context.request.parameters;\ncontext.response.write('<p>' + name + '</p>');"), id="a parameter taken out and written into a page"),
        pytest.param("", Snippet("Suitelet", "xml", "const { name } = context.request.parameters;\nconst safe = xml.escape({ xmlText: name });\nif (Number(name) === 1) context.response.write('<p>' + safe + '</p>');"), id="a parameter taken out and escaped"),
        pytest.param("L287", Snippet("Restlet", "record", "const values = { entityy: request.customer };\nreturn record.transform({ fromType: 'salesorder', fromId: request.id, toType: record.Type.INVOICE, defaultValues: values }).save();"), id="a misspelt default value of a transform"),
        pytest.param("", Snippet("Restlet", "record", "const shipped = record.transform({ fromType: 'salesorder', fromId: request.id, toType: 'itemfulfillment', defaultValues: { shipgroup: 2 } });\nconst built = record.create({ type: 'assemblybuild', defaultValues: { assemblyitem: request.item } });\nconst taxes = record.create({ type: 'taxgroup', defaultValues: { nexuscountry: 'DE' } });\nconst sold = record.create({ type: 'noninventorysaleitem', defaultValues: { subtype: 'sale' } });\nconst kept = record.create({ type: 'customrecord_example', defaultValues: { anything: 1 } });\nreturn [shipped, built, taxes, sold, kept].map((each) => each.save());"), id="values that begin a record and are no fields"),
        pytest.param("L288", Snippet("Restlet", "record", "const FORM = 'custform_web';\nrecord.submitFields({ type: 'customer', id: request.id, values: { customform: FORM } });\nconst order = record.create({ type: 'salesorder', isDynamic: true });\norder.setValue('customform', FORM);\nreturn order.save();"), id="a form by its script id in other ways"),
        pytest.param("L264", Snippet("Restlet", "query", "let last = '';\nfor (const row of query.runSuiteQL({ query: 'SELECT tranid AS No FROM transaction WHERE id = ?', params: [request.id] }).asMappedResults()) last = row.No;\nreturn last;"), id="a column in capitals in a loop"),
        pytest.param("", Snippet("Restlet", "query", "const rows = query.runSuiteQL({ query: 'SELECT tranid FROM transaction WHERE id = ?', params: [request.id] }).asMappedResults();\nrows.forEach((row) => { row.isNew = row.hasOwnProperty('tranid'); });\nreturn rows.filter((row) => row.isNew).length;"), id="what the script adds to rows"),
        pytest.param("L258", Snippet("Restlet", "query", "return query.runSuiteQL({ query: 'SELECT createdfrom FROM transaction WHERE id = ?', params: [request.id] }).asMappedResults();"), id="createdfrom without the name of its table"),
        pytest.param("", Snippet("Restlet", "query", "return query.runSuiteQL({ query: 'SELECT t.id, l.createdfrom FROM transaction AS t JOIN transactionline l ON l.transaction = t.id WHERE t.id = ?', params: [request.id] }).asMappedResults();"), id="createdfrom of the lines"),
        pytest.param("L277", module("Restlet", "", "  const get = ({ page }) => (page !== 1 ? 'more' : 'first');\n\n  return { get };"), id="a parameter taken out of what get is given"),
        pytest.param("", module("Restlet", "", "  const get = (params) => (Number(params.page) === 1 ? 'first' : 'more');\n  const post = (body) => body.page === 1;\n\n  return { get, post };"), id="numbers of a JSON body"),
        pytest.param("", module("ClientScript", "", "  const saveRecord = (context) => {\n    const rec = context.currentRecord;\n    if (rec.getValue({ fieldId: 'memo' })) return true;\n  };\n  const validateLine = (context) => context.sublistId === 'item';\n\n  return { saveRecord, validateLine };"), id="a client script that says yes somewhere"),
        pytest.param("L271", Snippet("UserEventScript.beforeSubmit", "", "context.newRecord.setValue('department', '12');"), id="an id as text in a record of a type that is not said"),
        pytest.param("L271", Snippet("Restlet", "record", "const order = record.load({ type: record.Type.SALES_ORDER, id: request.id, isDynamic: true });\norder.selectLine({ sublistId: 'item', line: 0 });\norder.setCurrentSublistValue('item', 'location', 7);\norder.commitLine({ sublistId: 'item' });\nreturn order.save();"), id="an id in a line"),
        pytest.param("L271", Snippet("Restlet", "record", "const TERMS = 5;\nreturn record.submitFields({ type: 'customer', id: request.id, values: { terms: TERMS } });"), id="an id that submitFields writes"),
        pytest.param("", Snippet("Restlet", "record", "const order = record.create({ type: 'salesorder' });\norder.setValue({ fieldId: 'entity', value: request.customer });\norder.setValue({ fieldId: 'orderstatus', value: 'B' });\norder.setValue({ fieldId: 'subsidiary', value: 1 });\norder.setValue({ fieldId: 'discountrate', value: 10 });\norder.setValue({ fieldId: 'custbody_kind', value: 3 });\nreturn order.save();"), id="values that are no ids, or the same everywhere, or of a field that nobody knows"),
        pytest.param("", Snippet("Restlet", "record", "const order = record.create({ type: request.type });\norder.setValue({ fieldId: 'status', value: 3 });\nreturn order.save();"), id="a number of a field that is no reference on some record"),
        pytest.param("", Snippet("Restlet", "record", "const order = record.create({ type: 'salesorder' });\n// suiteloom-lint: L271 because this customer is in the template of every account of ours\norder.setValue({ fieldId: 'entity', value: 12 });\norder.setValue({ fieldId: 'emial', value: 'a@b.example' }); // suiteloom-lint: L286 because a SuiteApp has it\nreturn order.save();"), id="an id and a field that are waived"),
        pytest.param("L286", Snippet("Restlet", "record", "const order = record.create({ type: 'salesorder' });\norder.insertLine({ sublistId: 'item', line: 0 });\norder.setSublistValue({ sublistId: 'item', fieldId: 'quanttiy', line: 0, value: 2 });\nreturn order.save();"), id="a misspelt field of a line"),
        pytest.param("L286", Snippet("Restlet", "record", "return record.submitFields({ type: record.Type.CUSTOMER, id: request.id, values: { compayname: request.name } });"), id="a misspelt field that submitFields writes"),
        pytest.param("", Snippet("Restlet", "record", "const order = record.load({ type: 'salesorder', id: request.id });\nconst other = record.load({ type: request.type, id: request.id });\norder.setValue('custbody_seen', [order.getValue('shipaddr1'), order.getValue('statusRef'), order.getValue('billcity'), order.getValue('custbody_emial')]);\nother.setValue('emial', request.email);\nreturn [order.save(), other.save()];"), id="fields that may be there, and records of a type that is not said"),
    ],
)  # fmt: skip
def test_a_rule_finds_what_is_written_in_another_way(
    codes: str, example: Example, tmp_path: Path
) -> None:
    found = found_in(example, tmp_path)
    assert {each.code for each in found} == set(codes.split()), [str(each) for each in found]


def test_a_message_names_the_values_that_an_element_takes(tmp_path: Path) -> None:
    field = '<transactionbodycustomfield scriptid="custbody_example">\n  <label>Example</label>\n  <fieldtype>FREEFORMTEXT</fieldtype>\n  <storevalue>T</storevalue>\n  <bodysale>T</bodysale>\n</transactionbodycustomfield>\n'
    (one,) = found_in(field, tmp_path)
    assert (one.code, one.line) == ("L103", 3)
    assert "SELECT, TEXT, TEXTAREA, TIMEOFDAY, URL" in one.message


def test_the_records_of_a_user_event_are_those_of_its_deployments(tmp_path: Path) -> None:
    """A field is misspelt where no record that the script is deployed on has it; own custom fields count."""
    body = BODY_FIELD.format(type="TEXT", more="  <bodysale>T</bodysale>\n")
    reads = "return [context.newRecord.getValue('custbody_exmaple'), context.newRecord.getValue('compnyname')];"
    script = Snippet("UserEventScript.beforeSubmit", "", reads).whole()
    found = {}
    for token in ("SALESORDER", "CUSTOMER", "ELSEWHERE"):
        made = {
            **with_script(simple_script("usereventscript", USER_EVENT.format(token)), script),
            "src/Objects/custbody_example.xml": body,
        }
        found[token] = [
            each.message for each in found_in(made, tmp_path / token) if each.code == "L286"
        ]
    assert found == {
        "SALESORDER": ["salesorder has no field 'custbody_exmaple' that is known; did you mean 'custbody_example'?"],
        "CUSTOMER": ["customer has no field 'compnyname' that is known; did you mean 'companyname'?"],
        "ELSEWHERE": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ("LIST_CUSTJOB</permkey>\n      <permlevel>EDIT", "LIST_CUSTJOB is given in line 6 already"),
        ("LIST_CUSTJOB</permkey>\n      <permlevel>VIEW", "LIST_CUSTJOB is given in line 6 already as EDIT, here as VIEW"),
    ],
)  # fmt: skip
def test_a_permission_given_twice_says_where_and_how_the_other_is(
    second: str, message: str, tmp_path: Path
) -> None:
    entry = f"    <permission>\n      <permkey>{second}</permlevel>\n    </permission>\n"
    role = ROLE.format(key="LIST_CUSTJOB", level="EDIT", only="")
    (one,) = found_in(role.replace("  </permissions>", f"{entry}  </permissions>"), tmp_path)
    assert (one.code, one.line, one.message) == ("L130", 10, message)


def test_a_custom_record_type_in_brackets_and_without_is_one_permission(tmp_path: Path) -> None:
    entry = "    <permission>\n      <permkey>customrecord_example</permkey>\n      <permlevel>EDIT</permlevel>\n    </permission>\n"
    role = ROLE.format(key="[scriptid=customrecord_example]", level="EDIT", only="")
    made = {
        ROLE_FILE: role.replace("  </permissions>", f"{entry}  </permissions>"),
        "src/Objects/customrecord_example.xml": RECORD.format(
            access="CUSTRECORDENTRYPERM", more=PERMITTED.format("EDIT")
        ),
    }
    assert [each.code for each in found_in(made, tmp_path)] == ["L130"]


PERMITTED = "<permissions><permission><permittedrole>[scriptid=customrole_example]</permittedrole>\n<permittedlevel>{}</permittedlevel></permission></permissions>"


@pytest.mark.parametrize(
    ("key", "more", "message"),
    [
        pytest.param("[scriptid=customrecord_example]", "", "customrole_example gives EDIT on customrecord_example, which does not name the role", id="the role alone"),
        pytest.param("LIST_CUSTJOB", PERMITTED.format("FULL"), "customrecord_example names customrole_example, which has no permission on it", id="the record type alone"),
        pytest.param("[scriptid=customrecord_example]", PERMITTED.format("EDIT</permittedlevel><restriction>EDIT</restriction><permittedlevel>"), "customrole_example gives EDIT on customrecord_example, which says EDIT restricted to EDIT", id="restricted on one side"),
        pytest.param("[scriptid=customrecord_example]", PERMITTED.format("EDIT"), None, id="both alike"),
        pytest.param("LIST_CUSTJOB", "", None, id="neither"),
    ],
)  # fmt: skip
def test_a_role_and_a_record_type_of_a_project_name_each_other(
    key: str, more: str, message: str | None, tmp_path: Path
) -> None:
    made = {
        ROLE_FILE: ROLE.format(key=key, level="EDIT", only=""),
        "src/Objects/customrecord_example.xml": RECORD.format(
            access="CUSTRECORDENTRYPERM", more=more
        ),
    }
    found = [each.message for each in found_in(made, tmp_path) if each.code == "L131"]
    assert found == ([message] if message else [])


def test_a_role_that_a_record_type_names_twice_is_told(tmp_path: Path) -> None:
    entry = "<permission><permittedrole>ACCOUNTANT</permittedrole><permittedlevel>{}</permittedlevel></permission>"
    more = f"<permissions>{entry.format('VIEW')}\n{entry.format('FULL')}</permissions>\n"
    (one,) = found_in(RECORD.format(access="USEPERMISSIONLIST", more=more), tmp_path)
    assert (one.code, one.severity) == ("L130", "warning")
    assert one.message == "ACCOUNTANT is given in line 5 already as VIEW, here as FULL"


CUSTOM_FIELD = """<{0} scriptid="{1}">
<label>[scriptid=custcollection_of_this_example.the_label_of_a_field]</label>
<fieldtype>SELECT</fieldtype>
<selectrecordtype>[appid=com.example.stock, scriptid=customrecord_example]</selectrecordtype>
<storevalue>T</storevalue>
<customfieldfilters><customfieldfilter><fldfilter>STDITEMISINACTIVE</fldfilter><fldfilterval>F</fldfilterval></customfieldfilter></customfieldfilters>
<roleaccesses><roleaccess><accesslevel>2</accesslevel><role>BOOKKEEPER</role><searchlevel>2</searchlevel></roleaccess></roleaccesses>
</{0}>
"""


@pytest.mark.parametrize(
    ("tag", "scriptid"),
    [
        ("transactionbodycustomfield", "custbody_example"),
        ("transactioncolumncustomfield", "custcol_example"),
        ("entitycustomfield", "custentity_example"),
        ("itemcustomfield", "custitem_example"),
        ("othercustomfield", "custrecord_example"),
        ("crmcustomfield", "custevent_example"),
    ],
)
def test_a_custom_field_has_filters_and_roles_and_may_refer_to_a_suiteapp(
    tag: str, scriptid: str, tmp_path: Path
) -> None:
    """As SDF imports fields: every kind has them (help topic SDF XML reference)."""
    xml = CUSTOM_FIELD.format(tag, scriptid)
    if tag == "othercustomfield":
        xml = xml.replace("</label>", "</label><rectype>-107</rectype>")
    (one,) = found_in(xml, tmp_path)
    assert (one.code, one.line) == ("L108", 2)  # the collection is not here


def test_a_record_type_and_a_role_as_sdf_imports_them_raise_no_alarm(tmp_path: Path) -> None:
    record = RECORD.format(
        access="CUSTRECORDENTRYPERM",
        more="<publicpermissionlevel>NONE</publicpermissionlevel><externalrolepermissionlevel>NONE</externalrolepermissionlevel>"
        "<links><link><linkcategory>TRANSACTIONSSALES</linkcategory><linklabel>Examples</linklabel><linktasktype>LIST</linktasktype></link></links>"
        "<recordsublists><recordsublist scriptid='customlist_lines'><recorddescr>Lines</recorddescr><recordsearch>[scriptid=customsearch_lines]</recordsearch></recordsublist></recordsublists>"
        "<subtabs><subtab scriptid='tab_more'><tabtitle>More</tabtitle></subtab></subtabs>\n",
    )
    restricted = "  <recordrestrictions>\n<recordrestriction><segment>LOCATION</segment><restriction>OWNONLY</restriction><itemsrestricted>T</itemsrestricted><viewingallowed>T</viewingallowed></recordrestriction>\n</recordrestrictions>\n"
    made = {
        "src/Objects/customrecord_example.xml": record,
        ROLE_FILE: ROLE.format(key="LIST_CUSTJOB", level="EDIT", only=restricted),
    }
    assert {each.code for each in found_in(made, tmp_path)} == {"L108"}  # the saved search


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("<startdate>01/02/2026</startdate>", "<startdate>2026-01-02</startdate>"),
        ("<starttime>8:00 am</starttime>", "<starttime>08:00:00Z</starttime>"),
    ],
)
def test_a_schedule_begins_at_a_date_and_time_as_sdf_writes_them(
    wrong: str, right: str, tmp_path: Path
) -> None:
    daily = "<title>Example</title>\n<status>SCHEDULED</status>\n<isdeployed>T</isdeployed>\n<loglevel>AUDIT</loglevel>\n<recurrence><daily><everyxdays>1</everyxdays><startdate>2026-01-02</startdate><starttime>08:00:00Z</starttime></daily></recurrence>"
    for lines, codes in ((daily, []), (daily.replace(right, wrong), ["L103"])):
        made = with_script(simple_script("scheduledscript", lines), SCHEDULED_JS)
        assert [each.code for each in found_in(made, tmp_path / str(len(codes)))] == codes


def test_a_reference_without_brackets_says_how_it_is_written(tmp_path: Path) -> None:
    field = BODY_FIELD.format(type="SELECT", more="  <selectrecordtype>customlist_x</selectrecordtype>\n")  # fmt: skip
    (one,) = found_in(field, tmp_path)
    assert (one.code, one.severity) == ("L103", "error")
    assert one.message.endswith("is no reference; write [scriptid=customlist_x]")


def test_ids_of_workflows_and_forms_begin_as_theirs_do(tmp_path: Path) -> None:
    made = {
        f"src/Objects/{name}.xml": f'<{tag} scriptid="{name}"><name>Example</name></{tag}>\n'
        for tag, name in (("workflow", "customworflow_x"), ("entryForm", "custform_x"))
    }
    found = found_in(made, tmp_path)
    assert [(each.code, each.file) for each in found if each.code == "L105"] == [
        ("L105", "src/Objects/customworflow_x.xml")
    ]


def test_values_of_a_list_have_ids_of_their_own(tmp_path: Path) -> None:
    value = '<customvalue scriptid="val_a"><value>A</value></customvalue>'
    (one,) = found_in(f'<customlist scriptid="customlist_example">\n<name>Example</name>\n<customvalues>\n{value}\n{value}\n</customvalues>\n</customlist>\n', tmp_path)  # fmt: skip
    assert (one.code, one.line) == ("L107", 5)
