"""RESTlets: content types, answers, errors, audience, limits."""

from __future__ import annotations

import json

import pytest

from emulator.ports import Session
from emulator.scripts.engine import ScriptEngine
from emulator.scripts.governance import Limit
from emulator.suiteql.query import Suiteql

JSON = "application/json"
CALLER = Session(8, "customrole_lab_caller", "RESTLET")
ECHO = """define(['N/scriptTypes/restlet'], (restlet) => ({
  get: (params) => ({ params }), post: (body) => ({ kind: typeof body, body }),
  put: (body) => body, delete: (params) => params.word || 'nothing',
}));"""


@pytest.fixture(scope="module")
def echo(lab):
    return lab.script("Restlet", ECHO)


def raw(lab, script, method="POST", body=b"{}", content_type=JSON, session=CALLER, params=None):
    return lab.engine.restlet(
        session,
        script.scriptid,
        "customdeploy_" + script.scriptid[13:],
        method,
        params or {},
        body,
        content_type,
    )


def test_json_comes_parsed_and_goes_as_json(lab, echo) -> None:
    assert lab.call(echo, {"a": [1, "é"]}) == {"kind": "object", "body": {"a": [1, "é"]}}


def test_text_comes_and_goes_as_text(lab, echo) -> None:
    reply = raw(lab, echo, "PUT", "grüße".encode(), "text/plain")
    assert (reply.status, reply.body.decode(), reply.content_type) == (200, "grüße", "text/plain")


def test_parameters_come_without_script_and_deploy(lab, echo) -> None:
    params = {"script": echo.scriptid, "deploy": "1", "word": "x", "number": "7"}
    assert lab.call(echo, method="GET", params=params) == {"params": {"word": "x", "number": "7"}}


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/x-www-form-urlencoded",
    ],
)
def test_a_body_needs_an_exact_content_type(lab, echo, content_type) -> None:
    assert raw(lab, echo, content_type=content_type).status == 415


def test_a_get_without_content_type_wants_text_back(lab, echo) -> None:
    reply = raw(lab, echo, "GET", b"", None)
    assert reply.status == 400
    assert b"INVALID_RETURN_DATA_FORMAT" in reply.body


def test_a_delete_may_answer_text(lab, echo) -> None:
    reply = raw(lab, echo, "DELETE", b"", None, params={"word": "gone"})
    assert (reply.status, reply.body) == (200, b"gone")


def test_a_body_that_is_not_json_is_refused(lab, echo) -> None:
    reply = raw(lab, echo, body=b"{not json")
    assert reply.status == 400
    assert b"SYNTAX_ERROR" in reply.body


def test_a_missing_entry_point_is_405(lab) -> None:
    script = lab.restlet("return 1;")
    with lab.refused("METHOD_NOT_ALLOWED", status=405):
        lab.call(script, method="GET")


def test_an_unknown_script_or_deployment_is_refused(lab, echo) -> None:
    for script, deploy in (
        ("customscript_none", "customdeploy_none"),
        (echo.scriptid, "customdeploy_none"),
    ):
        reply = lab.engine.restlet(CALLER, script, deploy, "POST", {}, b"{}", JSON)
        assert reply.status == 400
        assert b"SSS_INVALID_SCRIPTLET_ID" in reply.body


def test_a_deployment_is_found_by_its_number_too(lab, echo) -> None:
    assert lab.engine.restlet(CALLER, echo.scriptid, "1", "POST", {}, b"1", JSON).status == 200


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ({"all_roles": False, "roles": ("customrole_lab_caller",)}, 200),
        ({"all_roles": False, "roles": ("customrole_lab_other",)}, 403),
        ({"status": "TESTING"}, 403),
        ({"deployed": False}, 400),
    ],
)
def test_only_the_audience_may_call(lab, settings, status) -> None:
    script = lab.script("Restlet", ECHO, **settings)
    assert raw(lab, script).status == status


def test_a_response_may_have_a_content_type_of_its_own(lab) -> None:
    script = lab.restlet(
        "return restletTypes.createResponse({ content: 'a,b', contentType: 'text/csv' });"
    )
    reply = raw(lab, script)
    assert (reply.body, reply.content_type) == (b"a,b", "text/csv")


def test_an_answer_that_was_never_given_is_empty(lab) -> None:
    reply = raw(lab, lab.restlet("return undefined;"))
    assert (reply.status, reply.body) == (200, b"")


# ---- governance


def test_units_are_metered_by_member_and_kind_of_record(lab) -> None:
    code = """
      const used = (work) => { const before = runtime.getCurrentScript().getRemainingUsage(); work();
        return before - runtime.getCurrentScript().getRemainingUsage(); };
      let customer, order, fields = { type: 'customer', id: 1001 };
      const folder = query.runSuiteQL({ query: "SELECT id FROM mediaitemfolder" }).results[0].values[0];
      const answer = {};
      answer.load_entity = used(() => { customer = record.load(fields); });
      answer.save_entity = used(() => { customer.save(); });
      answer.submit_entity = used(() => { record.submitFields({ ...fields, values: { comments: 'x' } }); });
      answer.create_transaction = used(() => { order = record.create({ type: 'salesorder' }); });
      order.setValue('entity', 1001);
      order.setSublistValue({ sublistId: 'item', fieldId: 'item', line: 0, value: 3001 });
      order.setSublistValue({ sublistId: 'item', fieldId: 'quantity', line: 0, value: 1 });
      let id;
      answer.save_transaction = used(() => { id = order.save({ enableSourcing: true }); });
      answer.delete_transaction = used(() => { record.delete({ type: 'salesorder', id }); });
      answer.query = used(() => query.runSuiteQL({ query: 'SELECT id FROM customer' }));
      const shelf = cache.getCache({ name: 'units' });
      answer.cache_miss = used(() => shelf.get({ key: 'a' }));
      answer.cache_put = used(() => shelf.put({ key: 'a', value: '1' }));
      answer.cache_load = used(() => shelf.get({ key: 'b', loader: () => 'x' }));
      const made = file.create({ name: 'units.txt', fileType: file.Type.PLAINTEXT, contents: 'x', folder });
      let fileId;
      answer.file_save = used(() => { fileId = made.save(); });
      answer.file_load = used(() => file.load({ id: fileId }));
      answer.free = used(() => { log.debug('a', 'b'); random.generateUUID(); runtime.getCurrentUser();
        crypto.createHash({ algorithm: crypto.HashAlg.SHA256 }).digest(); });
      return answer;"""
    assert lab.run(code) == {
        "load_entity": 5, "save_entity": 10, "submit_entity": 5, "create_transaction": 10, "save_transaction": 20,
        "delete_transaction": 20, "query": 10, "cache_miss": 1, "cache_put": 1, "cache_load": 2, "file_save": 20,
        "file_load": 10, "free": 0,
    }  # fmt: skip


def test_each_new_record_costs_at_once_whatever_was_made_before(lab) -> None:
    script = lab.restlet(
        """const left = () => runtime.getCurrentScript().getRemainingUsage();
        const make = (type) => { const before = left(); record.create({ type }); return before - left(); };
        const types = ['customer', 'vendor', 'customer', 'salesorder', 'customer', 'department', 'department', 'salesorder'];
        return { units: types.map(make), left: left() };"""
    )
    assert lab.call(script) == {"units": [5, 5, 5, 10, 5, 5, 5, 10], "left": 4950}
    (row,) = lab.usage(script)
    assert (row["units"], row["calls"]) == (50, {"record.create": 8})


def test_new_records_are_blank_each(lab) -> None:
    code = """const made = [0, 1, 2].map(() => record.create({ type: 'customer' }));
      made[1].setValue({ fieldId: 'companyname', value: 'One' });
      const given = record.create({ type: 'customer', isDynamic: true, defaultValues: { subsidiary: 1 } });
      const order = record.create({ type: 'salesorder' });
      return [...made, given].map((rec) => [rec.getValue('companyname'), rec.id, rec.isDynamic])
        .concat([[given.getValue('subsidiary'), record.create({ type: 'salesorder' }).getValue('trandate').getTime()
          === order.getValue('trandate').getTime()]]);"""
    plain = ["", None, False]
    assert lab.run(code) == [plain, ["One", None, False], plain, ["", None, True], ["1", True]]


ITEM = """const item = (name, act) => {
        const rec = record.create({ type: 'inventoryitem' });
        const stem = `${name} ${Date.now()} ${Math.random()}`;
        Object.entries({ itemid: stem, taxschedule: 1, subsidiary: 1 }).forEach(([fieldId, value]) => rec.setValue({ fieldId, value }));
        if (act) act(rec);
        return rec;
      };
      const levels = (rec) => Array.from({ length: rec.getLineCount('price') }, (_, line) =>
        rec.getSublistValue({ sublistId: 'price', fieldId: 'pricelevelname', line }));
      const prices = (rec) => Array.from({ length: rec.getLineCount('price') }, (_, line) =>
        rec.getMatrixSublistValue({ sublistId: 'price', fieldId: 'price', column: 0, line }));
      const priced = (price) => (rec) => rec.setMatrixSublistValue({ sublistId: 'price', fieldId: 'price', column: 0, line: 0, value: price });
      const saved = (rec) => record.load({ type: 'inventoryitem', id: rec.save() });"""


def test_every_new_item_has_all_lists_whether_a_script_looks_at_them_or_not(lab) -> None:
    first, second, untouched, prices = lab.run(
        f"""{ITEM}
      const shown = () => JSON.stringify(record.create({{ type: 'inventoryitem' }}));
      const [first, second] = [shown(), shown()];
      const [, cheap, none] = ['a', 'b', 'c'].map((name) => item(name, name === 'b' ? priced(7) : undefined));
      return [first, second, levels(none), [saved(cheap), saved(item('d', priced(9))), saved(none)].map((rec) => prices(rec)[0])];"""
    )
    assert first == second
    assert {"price", "price1", "locations"} <= json.loads(first)["sublists"].keys()
    assert untouched[0] == "Base Price"
    assert prices == [7, 9, ""]


def test_a_price_level_that_is_made_meanwhile_is_in_the_next_new_item(lab) -> None:
    script = lab.script(
        "UserEventScript",
        """define(['N/record'], (record) => ({ afterSubmit: ({ newRecord }) => {
             const name = newRecord.getValue('comments');
             if (/^level/.test(name)) record.create({ type: 'pricelevel' }).setValue('name', name).save();
           } }));""",
        record="customer",
    )
    before, own, of_the_event = lab.run(
        f"""{ITEM}
      const stem = `level ${{Date.now()}}`;
      const before = levels(item('a'));
      record.create({{ type: 'pricelevel' }}).setValue('name', `own ${{stem}}`).save();
      const own = levels(item('b'));
      const customer = record.create({{ type: 'customer' }});
      Object.entries({{ companyname: stem, subsidiary: 1, comments: stem }}).forEach(([fieldId, value]) => customer.setValue({{ fieldId, value }}));
      customer.save();
      return [before, own, levels(item('c'))].map((names) => names.filter((name) => name.endsWith(stem)).map((name) => name.replace(stem, '')));"""
    )
    lab.disable(script)
    assert (before, own, of_the_event) == ([], ["own "], ["own ", ""])


def test_a_user_event_sees_the_lists_of_a_new_item_that_the_script_did_not_look_at(lab) -> None:
    script = lab.script(
        "UserEventScript",
        """define(['N/log'], (log) => ({ beforeSubmit: ({ newRecord: rec }) => {
             const lines = ['price', 'price1', 'locations'].map((sublistId) => rec.getLineCount({ sublistId }));
             log.audit('lines', JSON.stringify(lines));
             rec.setMatrixSublistValue({ sublistId: 'price', fieldId: 'price', column: 0, line: 0, value: 3 });
           } }));""",
        record="inventoryitem",
    )
    try:
        shown, prices = lab.run(
            f"""{ITEM}
          const [first, second] = [item('a'), item('b')];
          const shown = ['price', 'price1', 'locations'].map((sublistId) => first.getLineCount({{ sublistId }}));
          return [shown, [first, second].map((rec) => prices(saved(rec))[0])];"""
        )
    finally:
        lab.disable(script)
    assert [json.loads(details) for _, details in lab.logged(script)] == [shown, shown]
    assert min(shown) > 0
    assert prices == [3, 3]


def test_lists_that_a_script_does_not_look_at_stay_as_they_are_and_a_user_event_sees_them(
    lab,
) -> None:
    script = lab.script(
        "UserEventScript",
        """define(['N/log'], (log) => ({ beforeSubmit: ({ newRecord: rec }) => log.audit('labels',
             JSON.stringify([rec.getLineCount('addressbook'), rec.getSublistValue({ sublistId: 'addressbook', fieldId: 'label', line: 0 })])) }));""",
        record="customer",
    )
    prices, labels = lab.run(
        f"""{ITEM}
      const change = (type, id, act) => {{
        const rec = record.load({{ type, id }});
        act(rec);
        return record.load({{ type, id: rec.save() }});
      }};
      const id = item('a', priced(5)).save();
      const renamed = change('inventoryitem', id, (rec) => rec.setValue('displayname', 'renamed'));
      const dearer = change('inventoryitem', id, priced(6));
      const customer = record.create({{ type: 'customer' }});
      Object.entries({{ companyname: `Lists ${{Date.now()}}`, subsidiary: 1 }}).forEach(([fieldId, value]) => customer.setValue({{ fieldId, value }}));
      customer.setSublistValue({{ sublistId: 'addressbook', fieldId: 'label', line: 0, value: 'first' }});
      customer.getSublistSubrecord({{ sublistId: 'addressbook', fieldId: 'addressbookaddress', line: 0 }}).setValue('country', 'US');
      const made = customer.save();
      const noted = change('customer', made, (rec) => rec.setValue('comments', 'noted'));
      const labelled = change('customer', made, (rec) => rec.setSublistValue({{ sublistId: 'addressbook', fieldId: 'label', line: 0, value: 'second' }}));
      return [[renamed, dearer].map((rec) => prices(rec)[0]), [noted, labelled].map((rec) =>
        [rec.getLineCount('addressbook'), rec.getSublistValue({{ sublistId: 'addressbook', fieldId: 'label', line: 0 }})])];"""
    )
    lab.disable(script)
    assert prices == [5, 6]
    assert labels == [[1, "first"], [1, "second"]]
    assert [json.loads(details) for _, details in lab.logged(script)] == [[1, "first"], *labels]


def test_the_new_record_that_the_units_do_not_reach_for_ends_the_script(lab) -> None:
    script = lab.restlet(
        """for (;;) { try { record.create({ type: 'customer' }); } catch (e) { if (e.name !== 'SSS_USAGE_LIMIT_EXCEEDED') throw e; break; } }
        return 'caught';"""
    )
    with lab.refused("SSS_USAGE_LIMIT_EXCEEDED"):
        lab.call(script)
    (row,) = lab.usage(script)
    assert (row["units"], row["calls"]) == (5000, {"record.create": 1000})


def test_no_record_is_made_of_a_type_whose_feature_the_script_took_away(lab) -> None:
    code = """const feature = (on) => { const page = config.load({ type: config.Type.FEATURES }); page.setValue('DEPARTMENTS', on); page.save(); };
      const make = () => { try { return record.create({ type: 'department' }).type; } catch (e) { return e.name; } };
      const first = [make(), make()];
      feature(false);
      const without = make();
      feature(true);
      return [...first, without, make()];"""
    assert lab.run(code) == ["department", "department", "FEATURE_DISABLED", "department"]


def test_a_script_out_of_units_is_over_whatever_it_catches(lab) -> None:
    script = lab.restlet(
        """const seen = [];
        for (let i = 0; i < 1200; i += 1) { try { record.load({ type: 'customer', id: 1001 }); } catch (e) { seen.push(e.name); } }
        return { seen };"""
    )
    with lab.refused("SSS_USAGE_LIMIT_EXCEEDED"):
        lab.call(script)
    (row,) = lab.usage(script)
    assert (row["units"], row["calls"]) == (5000, {"record.load": 1000})


def test_usage_rows_name_calls_and_errors(lab) -> None:
    script = lab.restlet("record.load({ type: 'customer', id: 1001 }); throw new Error('then');")
    with lab.refused("UNEXPECTED_ERROR"):
        lab.call(script)
    (row,) = lab.usage(script)
    assert (row["type"], row["stage"], row["units"], row["calls"]) == (
        "Restlet",
        "post",
        5,
        {"record.load": 1},
    )
    assert row["error"]["code"] == "UNEXPECTED_ERROR"


def test_the_log_level_of_the_deployment_holds(lab) -> None:
    script = lab.restlet(
        "log.debug('d', 1); log.audit({ title: 'a', details: { b: [1] } }); log.error('e'); log.emergency('m', null);",
        log_level="AUDIT",
    )
    lab.call(script)
    assert lab.logged(script) == [("a", '{"b":[1]}'), ("e", ""), ("m", "")]


@pytest.fixture(scope="module")
def hasty(lab):
    """An engine whose scripts have little time."""
    limits = {"Restlet": Limit(5000, 1.0), "UserEventScript": Limit(1000, 0.3)}
    engine = ScriptEngine(
        lab.account, Suiteql(lab.account, lambda: lab.account.catalog), workers=1, limits=limits
    )
    yield engine
    engine.close()


def post(engine, script):
    return engine.restlet(CALLER, script.scriptid, "1", "POST", {}, b"{}", JSON)


def test_a_script_that_never_ends_is_ended_and_the_next_one_runs(lab, hasty) -> None:
    endless = lab.restlet("try { for (;;) {} } catch (e) { return 'caught'; }")
    reply = post(hasty, endless)
    assert reply.status == 400
    assert b"SSS_TIME_LIMIT_EXCEEDED" in reply.body
    assert post(hasty, lab.restlet("return 'fine';")).body == b"fine"


def test_what_a_script_used_is_known_when_its_time_has_ended_it(lab, hasty) -> None:
    lab.role("customrole_lab_caller", {"LIST_CUSTJOB": "FULL"})
    script = lab.restlet(
        "for (let i = 0; i < 3; i += 1) record.create({ type: 'customer' }); for (;;) {}"
    )
    assert b"SSS_TIME_LIMIT_EXCEEDED" in post(hasty, script).body
    (row,) = [row for row in hasty.usage() if row["script"] == script.scriptid]
    assert (row["units"], row["calls"]) == (15, {"record.create": 3})


def test_the_time_limit_of_the_outer_script_ends_the_inner_one_too(lab, hasty) -> None:
    saving = """const rec = record.create({ type: 'customer' });
      rec.setValue('companyname', 'Shop ' + random.generateUUID()); rec.setValue('subsidiary', 1);
      try { rec.save(); } catch (e) { return e.name; }"""
    event = lab.script(
        "UserEventScript",
        "define([], () => ({ afterSubmit: () => { for (;;) {} } }));",
        record="customer",
    )
    try:
        lab.role("customrole_lab_caller", {"LIST_CUSTJOB": "FULL", "LIST_SUBSIDIARY": "VIEW"})
        assert post(hasty, lab.restlet(saving)).body == b"SSS_TIME_LIMIT_EXCEEDED"
        assert post(hasty, lab.restlet("return 'fine';")).body == b"fine"
        late = saving.replace(
            "const rec", "const t = Date.now(); while (Date.now() - t < 850) {} const rec"
        )
        assert post(hasty, lab.restlet(late)).status == 400
        assert post(hasty, lab.restlet("return 'fine';")).body == b"fine"
    finally:
        lab.disable(event)
