"""N/record's own members, and N/error, N/currency, N/transaction, N/recordContext, N/currentRecord."""

from __future__ import annotations

import pytest
from lab import Lab

HARBOUR, STOCK, SERVICE = 1001, 3001, 3007
NEW = """
  const make = (type, fields) => {
    const rec = record.create({ type });
    for (const [fieldId, value] of Object.entries(fields)) rec.setValue({ fieldId, value });
    return rec.save();
  };
  const shop = () => make('customer', { companyname: 'Shop ' + random.generateUUID(), subsidiary: 1 });
  const sale = (type, more) => {
    const rec = record.create({ type, isDynamic: true });
    rec.setValue('entity', 1001);
    for (const [fieldId, value] of Object.entries(more ?? {})) rec.setValue({ fieldId, value });
    rec.selectNewLine('item'); rec.setCurrentSublistValue('item', 'item', 3007); rec.commitLine('item');
    return rec.save();
  };
  const caught = (act) => { try { return act(); } catch (error) { return error.name; } };
"""


@pytest.mark.shows("N/record.create", "N/record.load", "N/record.delete", "N/record.Record.save")
def test_a_record_lives_from_create_to_delete(lab: Lab) -> None:
    code = f"""{NEW}
      const fresh = record.create({{ type: record.Type.CUSTOMER }});
      const id = shop(); const one = record.load({{ type: 'customer', id: String(id) }});
      const gone = record.delete({{ type: 'customer', id: String(id) }});
      return [fresh.id, fresh.isNew, fresh.isDynamic, fresh.isReadOnly, one.id === id, one.type, gone === id,
        caught(() => record.load({{ type: 'customer', id }}))];"""
    assert lab.run(code) == [None, True, False, False, True, "customer", True, "RCRD_DSNT_EXIST"]


@pytest.mark.shows("N/record.Type")
def test_types_are_named_by_the_enum(lab: Lab) -> None:
    code = "return [record.Type.SALES_ORDER, record.Type.CLASSIFICATION, Object.keys(record.Type).length > 200];"
    assert lab.run(code) == ["salesorder", "classification", True]


@pytest.mark.shows("N/record.load", "N/record.create")
@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("record.load({ type: 'customer' })", "SSS_MISSING_REQD_ARGUMENT"),
        ("record.create({})", "SSS_MISSING_REQD_ARGUMENT"),
        ("record.transform({ fromType: 'salesorder', fromId: 1 })", "SSS_MISSING_REQD_ARGUMENT"),
        ("record.attach({ record: { type: 'contact', id: 1 } })", "SSS_MISSING_REQD_ARGUMENT"),
        (
            "record.attach({ record: { type: 'contact' }, to: { type: 'customer', id: 1 } })",
            "SSS_MISSING_REQD_ARGUMENT",
        ),
        ("record.load({ type: 'customer', id: 'abc' })", "SSS_INVALID_TYPE_ARG"),
        ("record.load({ type: 'customer', id: 987654 })", "RCRD_DSNT_EXIST"),
        ("record.load({ type: 'nonsense', id: 1 })", "INVALID_RCRD_TYPE"),
    ],
)
def test_wrong_calls_are_refused(lab: Lab, call: str, code: str) -> None:
    with lab.refused(code):
        lab.run(f"{call};")


@pytest.mark.shows("N/record.copy")
def test_a_copy_is_a_new_record_with_the_same_values(lab: Lab) -> None:
    code = f"""{NEW}
      const id = sale('salesorder', {{ memo: 'first', otherrefnum: 'PO-1' }});
      const copy = record.copy({{ type: 'salesorder', id, defaultValues: {{ memo: 'second' }} }});
      const now = record.load({{ type: 'salesorder', id: copy.save({{ enableSourcing: true }}) }});
      const old = record.load({{ type: 'salesorder', id }});
      return [copy.isNew, now.id !== id, now.getValue('memo'), now.getValue('total'), now.getValue('tranid') !== old.getValue('tranid')];"""
    assert lab.run(code) == [True, True, "second", 120, True]


@pytest.mark.shows("N/record.transform")
def test_an_order_becomes_an_invoice_and_is_billed(lab: Lab) -> None:
    code = f"""{NEW}
      const id = sale('salesorder', {{ orderstatus: 'B' }});
      const bill = record.transform({{ fromType: 'salesorder', fromId: id, toType: 'invoice', isDynamic: true, defaultValues: {{ memo: 'billed' }} }});
      const now = record.load({{ type: 'invoice', id: bill.save() }});
      return [now.getValue('createdfrom') === String(id), now.getValue('memo'), now.getValue('total'),
        record.load({{ type: 'salesorder', id }}).getValue('status')];"""
    made = lab.run(code)
    assert made[:3] == [True, "billed", 120]
    assert "Billed" in made[3] or "Billing" not in made[3]


@pytest.mark.shows("N/record.transform")
def test_an_illegal_transformation_is_refused(lab: Lab) -> None:
    with lab.refused("INVALID_RCRD_TYPE", guessed=True):
        lab.run(
            f"{NEW} record.transform({{ fromType: 'customer', fromId: shop(), toType: 'itemfulfillment' }});"
        )


@pytest.mark.shows("N/record.submitFields")
def test_submit_fields_writes_what_it_is_given(lab: Lab) -> None:
    code = f"""{NEW} const id = shop();
      const answer = record.submitFields({{ type: 'customer', id: String(id), values: {{ comments: 'inline', isinactive: 'T' }} }});
      const now = record.load({{ type: 'customer', id }});
      return [answer === id, now.getValue('comments'), now.getValue('isinactive')];"""
    assert lab.run(code) == [True, "inline", True]


@pytest.mark.shows(
    "N/record.create",
    "N/record.load",
    "N/record.copy",
    "N/record.transform",
    "N/record.delete",
    "N/record.submitFields",
    "N/record.attach",
    "N/record.detach",
    "N/record.Record.save",
    "N/record.transform.promise",
)
@pytest.mark.rule("records.promises")
def test_promise_forms_do_the_same(lab: Lab) -> None:
    body = """define(['N/record', 'N/crypto/random'], (record, random) => ({ post: async () => {
      const rec = await record.create.promise({ type: 'customer' });
      rec.setValue('companyname', 'Later ' + random.generateUUID()); rec.setValue('subsidiary', 1);
      const id = await rec.save.promise();
      await record.submitFields.promise({ type: 'customer', id, values: { comments: 'later' } });
      const now = await record.load.promise({ type: 'customer', id });
      const copy = await record.copy.promise({ type: 'customer', id });
      const pay = await record.transform.promise({ fromType: 'customer', fromId: id, toType: 'customerpayment' });
      const file = { type: 'customer', id: 1001 };
      await record.attach.promise({ record: { type: 'customer', id }, to: file });
      await record.detach.promise({ record: { type: 'customer', id }, from: file });
      const answer = [now.getValue('comments'), copy.isNew, pay.getValue('customer') === String(id), await record.delete.promise({ type: 'customer', id }) === id];
      try { await record.load.promise({ type: 'customer', id }); } catch (error) { answer.push(error.name); }
      return answer;
    } }));"""
    expected = ["later", True, True, True, "RCRD_DSNT_EXIST"]
    assert lab.call(lab.script("Restlet", body)) == expected


# ---- attachments


@pytest.mark.shows("N/record.attach", "N/record.detach")
@pytest.mark.rule("records.attach")
def test_a_contact_is_attached_with_its_role_and_detached(lab: Lab) -> None:
    code = f"""{NEW}
      const customer = shop();
      const contact = make('contact', {{ entityid: 'C ' + random.generateUUID(), lastname: 'Quay', email: 'quay@example.com', subsidiary: 1 }});
      const show = () => {{
        const rec = record.load({{ type: 'customer', id: customer }});
        return Array.from({{ length: rec.getLineCount('contactroles') }}, (_, line) =>
          [rec.getSublistValue('contactroles', 'contact', line) === String(contact), rec.getSublistValue('contactroles', 'role', line), rec.getSublistValue('contactroles', 'email', line)]);
      }};
      const pair = {{ record: {{ type: 'contact', id: contact }} }};
      const before = show();
      record.attach({{ ...pair, to: {{ type: 'customer', id: String(customer) }}, attributes: {{ role: -10 }} }});
      const after = show();
      record.detach({{ ...pair, from: {{ type: 'customer', id: customer }} }});
      return [before, after, show()];"""
    assert lab.run(code) == [[], [[True, "-10", "quay@example.com"]], []]


@pytest.mark.shows("N/record.attach")
@pytest.mark.rule("records.attach")
def test_a_file_is_attached_to_a_record(lab: Lab) -> None:
    code = f"""{NEW}
      const id = file.create({{ name: random.generateUUID() + '.txt', fileType: file.Type.PLAINTEXT, contents: 'x', folder: -15 }}).save();
      const customer = shop();
      record.attach({{ record: {{ type: 'file', id }}, to: {{ type: 'customer', id: customer }} }});
      return [id, customer];"""
    attached, customer = lab.run(code)
    found = lab.account.desk.attached("customer", customer)
    assert found == [("file", attached, None)]
    with lab.refused("RCRD_DSNT_EXIST"):
        lab.run(
            "record.attach({ record: { type: 'file', id: 99999 }, to: { type: 'customer', id: 1001 } });"
        )
    with lab.refused("RCRD_DSNT_EXIST"):
        lab.run(
            "record.attach({ record: { type: 'contact', id: 99999 }, to: { type: 'customer', id: 1001 } });"
        )


@pytest.mark.shows("N/record.attach", "N/record.detach")
@pytest.mark.rule("records.attach_child")
def test_a_child_record_gets_its_parent_by_an_edit(lab: Lab) -> None:
    xml = """<customrecordtype scriptid="customrecord_m_visit"><recordname>Visit</recordname>
      <includename>T</includename><accesstype>NONENEEDED</accesstype><customrecordcustomfields>
      <customrecordcustomfield scriptid="custrecord_m_shop"><label>Shop</label><fieldtype>SELECT</fieldtype>
      <selectrecordtype>-2</selectrecordtype><isparent>T</isparent><storevalue>T</storevalue></customrecordcustomfield>
      </customrecordcustomfields></customrecordtype>"""
    lab.objects([("customrecordtype", "customrecord_m_visit", xml)])
    watch = lab.script(
        "UserEventScript",
        "define(['N/log'], (log) => ({ afterSubmit: ({ type }) => log.audit(type, '') }));",
        record="customrecord_m_visit",
    )
    code = f"""{NEW}
      const id = make('customrecord_m_visit', {{ name: 'first' }});
      const parent = () => record.load({{ type: 'customrecord_m_visit', id }}).getValue('custrecord_m_shop');
      const one = {{ record: {{ type: 'customrecord_m_visit', id }}, attributes: {{ field: 'custrecord_m_shop' }} }};
      record.attach({{ ...one, to: {{ type: 'customer', id: {HARBOUR} }} }});
      const during = parent();
      record.detach({{ ...one, from: {{ type: 'customer', id: {HARBOUR} }} }});
      return [during, parent()];"""
    assert lab.run(code) == [str(HARBOUR), ""]
    logged = [title for title, _ in lab.logged(watch)]
    lab.disable(watch)
    assert logged == ["create", "edit", "edit"]


def test_a_child_record_stays_with_its_parent_when_it_is_detached_from_another(lab: Lab) -> None:
    xml = """<customrecordtype scriptid="customrecord_m_call"><recordname>Call</recordname>
      <includename>T</includename><accesstype>NONENEEDED</accesstype><customrecordcustomfields>
      <customrecordcustomfield scriptid="custrecord_m_called"><label>Called</label><fieldtype>SELECT</fieldtype>
      <selectrecordtype>-2</selectrecordtype><isparent>T</isparent><storevalue>T</storevalue></customrecordcustomfield>
      </customrecordcustomfields></customrecordtype>"""
    lab.objects([("customrecordtype", "customrecord_m_call", xml)])
    code = f"""{NEW}
      const id = make('customrecord_m_call', {{ name: 'first' }});
      const one = {{ record: {{ type: 'customrecord_m_call', id }}, attributes: {{ field: 'custrecord_m_called' }} }};
      record.attach({{ ...one, to: {{ type: 'customer', id: {HARBOUR} }} }});
      record.detach({{ ...one, from: {{ type: 'customer', id: {HARBOUR + 1} }} }});
      return [record.load({{ type: 'customrecord_m_call', id }}).getValue('custrecord_m_called')];"""
    assert lab.run(code) == [str(HARBOUR)]


# ---- N/error


@pytest.mark.shows(
    "N/error.create", "N/error.SuiteScriptError.toJSON", "N/error.SuiteScriptError.toString"
)
@pytest.mark.rule("records.error_members")
def test_an_error_of_a_script_carries_what_it_was_given(lab: Lab) -> None:
    code = """
      const one = error.create({ name: 'MY_CODE', message: 'mine', notifyOff: true });
      const two = error.create({ name: 'OUTER', message: new Error('inner') });
      const facts = JSON.parse(String(one));
      return [one.name, one.message, one.notifyOff, one.id, Array.isArray(one.stack), one instanceof Error, two.message,
        [facts.type, facts.name, facts.message, facts.notifyOff], JSON.parse(JSON.stringify(one)).name];"""
    facts = ["error.SuiteScriptError", "MY_CODE", "mine", True]
    assert lab.run(code) == ["MY_CODE", "mine", True, "", True, True, "inner", facts, "MY_CODE"]


@pytest.mark.shows("N/error.UserEventError.toJSON", "N/error.UserEventError.toString")
@pytest.mark.rule("records.error_members")
def test_an_error_of_a_user_event_names_its_event(lab: Lab) -> None:
    watch = lab.script(
        "UserEventScript",
        """define(['N/error'], (error) => ({ beforeSubmit: ({ newRecord }) => {
          if (newRecord.getValue('comments') === 'stop') throw error.create({ name: 'STOPPED', message: 'no' });
        } }));""",
        record="customer",
    )
    code = f"""{NEW} try {{ make('customer', {{ companyname: 'x', subsidiary: 1, comments: 'stop' }}); }} catch (e) {{
      return [e.name, e.message, e.eventType, JSON.parse(JSON.stringify(e)).eventType, JSON.parse(String(e)).type];
    }}"""
    answer = lab.run(code)
    lab.disable(watch)
    assert answer == ["STOPPED", "no", "beforeSubmit", "beforeSubmit", "error.UserEventError"]


@pytest.mark.shows("N/error.Type", "N/error.create")
def test_error_types_are_the_codes_that_are_thrown(lab: Lab) -> None:
    code = """
      const thrown = (act) => { try { act(); } catch (e) { return e.name; } };
      return [thrown(() => record.load({ type: 'customer' })) === error.Type.SSS_MISSING_REQD_ARGUMENT,
        error.Type.MISSING_REQD_ARGUMENT, error.Type.INVALID_SUBLIST_OPERATION, Object.keys(error.Type).length > 200,
        thrown(() => error.create({ message: 'no name' })), thrown(() => error.create({ name: 'A', message: 'b', notifyOff: 'yes' })),
        thrown(() => error.Type.NO_SUCH_CODE)];"""
    assert lab.run(code) == [
        True,
        "SSS_MISSING_REQD_ARGUMENT",
        "SSS_INVALID_SUBLIST_OPERATION",
        True,
        "SSS_MISSING_REQD_ARGUMENT",
        "WRONG_PARAMETER_TYPE",
        "EMULATOR_UNSUPPORTED",
    ]


# ---- N/transaction, N/currency, N/recordContext, N/currentRecord, N/action


@pytest.mark.shows("N/transaction.void")
@pytest.mark.rule("records.void", "records.void_by_journal")
def test_a_voided_transaction_stays_at_zero(lab: Lab) -> None:
    code = f"""{NEW} const id = sale('invoice');
      const answer = caught(() => transaction.void({{ type: transaction.Type.INVOICE, id: String(id) }}));
      const now = record.load({{ type: 'invoice', id }});
      return [answer === id, answer, now.getValue('total'), now.getValue('amountremaining'), now.getSublistValue('item', 'amount', 0),
        now.getValue('status'), caught(() => transaction.void({{ type: 'invoice', id }}))];"""
    answer = lab.run(code)
    if lab.preferences.void_by_journal:
        assert answer[1:4] == ["USER_ERROR", 120, 120]
    else:
        assert [answer[0], *answer[2:]] == [True, 0, 0, 0, "Voided", "USER_ERROR"]


@pytest.mark.shows("N/transaction.void")
@pytest.mark.rule("records.void")
def test_voiding_a_payment_opens_its_invoice_again(lab: Lab) -> None:
    code = f"""{NEW} const bill = sale('invoice');
      const pay = record.transform({{ fromType: 'invoice', fromId: bill, toType: 'customerpayment' }}).save();
      const left = () => record.load({{ type: 'invoice', id: bill }}).getValue('amountremaining');
      const paid = left(); caught(() => transaction.void({{ type: 'customerpayment', id: pay }}));
      return [paid, left()];"""
    assert lab.run(code) == [0, 0 if lab.preferences.void_by_journal else 120]


@pytest.mark.shows("N/transaction.void", "N/transaction.Type")
@pytest.mark.rule("records.void_types")
@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("transaction.void({ type: transaction.Type.PURCHASE_ORDER, id: 1 })", "INVALID_RCRD_TYPE"),
        ("transaction.void({ type: 'customer', id: 1001 })", "INVALID_RCRD_TYPE"),
        ("transaction.void({ type: 'opportunity', id: sale('opportunity') })", "INVALID_RCRD_TYPE"),
        ("transaction.void({ type: 'invoice' })", "SSS_MISSING_REQD_ARGUMENT"),
    ],
)
def test_what_cannot_be_voided_is_refused(lab: Lab, call: str, code: str) -> None:
    with lab.refused(code):
        lab.run(f"{NEW} {call};")


@pytest.mark.shows("N/currency.exchangeRate")
@pytest.mark.rule("records.exchange_rate")
def test_exchange_rates_are_between_any_two_currencies(lab: Lab) -> None:
    code = """const rate = (source, target) => currency.exchangeRate({ source, target, date: new Date(2026, 0, 2) });
      return [rate('EUR', 'USD'), rate(2, '1'), rate('USD', 'usd'), rate('GBP', 'EUR')];"""
    assert lab.run(code) == [1.08, 1.27, 1, pytest.approx(1.27 / 1.08)]
    with lab.refused("SSS_INVALID_CURRENCY_ID", "XXX"):
        lab.run("currency.exchangeRate({ source: 'XXX', target: 'USD' });")
    with lab.refused("SSS_MISSING_REQD_ARGUMENT"):
        lab.run("currency.exchangeRate({ source: 'USD' });")


@pytest.mark.shows("N/recordContext.getContext")
@pytest.mark.rule("records.localization")
def test_the_context_of_a_record_is_its_country(lab: Lab) -> None:
    code = f"""const rec = record.load({{ type: 'customer', id: {HARBOUR} }});
      return [recordContext.getContext({{ recordType: 'subsidiary', recordId: '3' }}),
        recordContext.getContext({{ record: rec, contextTypes: [recordContext.ContextType.LOCALIZATION] }})];"""
    assert lab.run(code) == [{"localization": ["DE"]}, {"localization": ["US"]}]
    with lab.refused("MUTUALLY_EXCLUSIVE_ARGUMENTS"):
        lab.run(
            f"recordContext.getContext({{ record: record.load({{ type: 'customer', id: {HARBOUR} }}), recordId: 1 }});"
        )


@pytest.mark.shows("N/currentRecord.get")
@pytest.mark.rule("records.current_record_is_for_clients")
@pytest.mark.parametrize("call", ["currentRecord.get()", "action.find({ recordType: 'timebill' })"])
def test_what_is_for_client_scripts_is_refused_by_name(lab: Lab, call: str) -> None:
    with lab.refused("EMULATOR_UNSUPPORTED", f"N/{call.split('(')[0]}"):
        lab.run(f"{call};")


@pytest.mark.shows("N/record.transform", "N/record.copy", "N/record.Record.getValue")
@pytest.mark.rule("records.transformed_totals")
def test_a_transformed_order_shows_what_its_invoice_comes_to(lab: Lab) -> None:
    code = """const so = record.create({ type: 'salesorder', isDynamic: true });
      so.setValue('entity', 1001); so.setValue('orderstatus', 'B'); so.selectNewLine('item');
      so.setCurrentSublistValue('item', 'item', 3007); so.setCurrentSublistValue('item', 'quantity', 2);
      so.commitLine('item'); const id = so.save();
      const invoices = [true, false].map((isDynamic) =>
        record.transform({ fromType: 'salesorder', fromId: id, toType: 'invoice', isDynamic }));
      return [...invoices, record.copy({ type: 'salesorder', id })].map((one) => one.getValue('total'));"""
    assert lab.run(code) == [240, 240, 240]


@pytest.mark.shows("N/record.load", "N/record.create")
@pytest.mark.rule("records.shown_item_type")
def test_a_service_is_a_service_item(lab: Lab) -> None:
    code = """const id = search.create({ type: 'item', filters: [['itemid', 'is', 'SAMPLE-SERVICE']] }).run().getRange(0, 1)[0].id;
      const made = [record.load({ type: 'serviceitem', id }), record.create({ type: record.Type.NON_INVENTORY_ITEM })];
      return made.map((one) => one.type);"""
    assert lab.run(code) == ["serviceitem", "noninventoryitem"]
