"""N/record in dynamic mode: what follows from a change is there at once."""

from __future__ import annotations

import pytest
from lab import Lab

HARBOUR, BERGISCHE, NORTHERN = 1001, 1002, 1003  # customers of the starter account, and a vendor
STOCK, SERVICE = 3001, 3007  # 25 and 120 at base price
ORDER = "const so = record.create({ type: 'salesorder', isDynamic: true });"
LINE = f"""{ORDER}
  so.setValue('entity', {HARBOUR}); so.selectNewLine({{ sublistId: 'item' }});
  const set = (fieldId, value, more) => so.setCurrentSublistValue({{ sublistId: 'item', fieldId, value, ...more }});
  const get = (fieldId) => so.getCurrentSublistValue({{ sublistId: 'item', fieldId }});
  set('item', {STOCK});
"""


@pytest.mark.shows("N/record.Record.setValue", "N/record.create")
@pytest.mark.rule("records.dynamic_sources_at_once", "records.later_choice_wins")
def test_a_customer_brings_its_terms_currency_and_addresses(lab: Lab) -> None:
    code = f"""{ORDER}
      const show = () => ['terms', 'currency', 'subsidiary', 'email'].map((id) => so.getValue(id));
      const before = show();
      so.setValue('entity', {BERGISCHE}); const other = show();
      so.setValue('terms', 1);
      so.setValue('entity', {HARBOUR});
      return [before, other, show(), so.getSubrecord({{ fieldId: 'shippingaddress' }}).getValue('city'), so.getText('entity'),
        so.getValue('shipaddress').includes('Oakland')];"""
    harbour = ["3", "1", "1", "orders@harbour.example.com"]
    name = lab.account.text("salesorder", "entity", str(HARBOUR))
    assert lab.run(code) == [["", "", "", ""], ["", "4", "3", ""], harbour, "Oakland", name, True]


@pytest.mark.shows("N/record.create")
@pytest.mark.rule("records.dynamic_sources_at_once")
def test_default_values_are_sourced_from_too(lab: Lab) -> None:
    made = f"record.create({{ type: 'salesorder', isDynamic: true, defaultValues: {{ entity: {HARBOUR} }} }})"
    assert lab.run(f"return [{made}.getValue('terms')];") == ["3"]


@pytest.mark.shows("N/record.Record.setValue")
@pytest.mark.rule("records.standard_sources_at_save")
def test_standard_mode_sources_at_the_save(lab: Lab) -> None:
    code = f"""const so = record.create({{ type: 'salesorder' }});
      so.setValue('entity', {HARBOUR});
      so.setSublistValue({{ sublistId: 'item', fieldId: 'item', line: 0, value: {STOCK} }});
      const before = [so.getValue('terms'), so.getSublistValue({{ sublistId: 'item', fieldId: 'rate', line: 0 }})];
      const saved = record.load({{ type: 'salesorder', id: so.save({{ enableSourcing: true }}) }});
      return [before, saved.getValue('terms'), saved.getSublistValue({{ sublistId: 'item', fieldId: 'rate', line: 0 }})];"""
    assert lab.run(code) == [["", ""], "3", 25]


@pytest.mark.shows("N/record.Record.setValue", "N/record.Record.setCurrentSublistValue")
@pytest.mark.rule("records.ignore_field_change")
def test_an_ignored_change_has_no_consequences(lab: Lab) -> None:
    code = f"""{LINE}
      set('quantity', 5, {{ ignoreFieldChange: true }});
      const other = record.create({{ type: 'salesorder', isDynamic: true }});
      other.setValue({{ fieldId: 'entity', value: {HARBOUR}, ignoreFieldChange: true }});
      return [get('amount'), other.getValue('terms')];"""
    assert lab.run(code) == [25, ""]


@pytest.mark.shows(
    "N/record.Record.selectNewLine",
    "N/record.Record.setCurrentSublistValue",
    "N/record.Record.getCurrentSublistValue",
    "N/record.Record.getCurrentSublistText",
)
@pytest.mark.rule("records.dynamic_sources_at_once", "records.line_amounts")
def test_quantity_rate_and_amount_follow_each_other(lab: Lab) -> None:
    code = f"""{LINE}
      const show = () => ['quantity', 'rate', 'amount', 'price'].map(get);
      const first = [...show(), get('description'), so.getCurrentSublistText({{ sublistId: 'item', fieldId: 'item' }})];
      set('quantity', 3); const more = show();
      set('rate', 10); const cheaper = show();
      set('amount', 60); const whole = show();
      set('price', 1); return [first, more, cheaper, whole, show()];"""
    assert lab.run(code) == [
        [1, 25, 25, "1", "Stocked item", "SAMPLE-STOCK"],
        [3, 25, 75, "1"],
        [3, 10, 30, "-1"],
        [3, 20, 60, "-1"],
        [3, 25, 75, "1"],
    ]


@pytest.mark.shows(
    "N/record.Record.commitLine", "N/record.Record.removeLine", "N/record.Record.selectLine"
)
@pytest.mark.rule("records.totals_at_commit")
def test_totals_move_with_the_lines_and_are_what_is_saved(lab: Lab) -> None:
    code = f"""{LINE}
      const total = () => so.getValue('total');
      set('quantity', 4); const uncommitted = total(); so.commitLine({{ sublistId: 'item' }}); const one = total();
      so.selectNewLine('item'); set('item', {SERVICE}); so.commitLine({{ sublistId: 'item' }}); const two = total();
      so.selectLine({{ sublistId: 'item', line: 0 }}); set('quantity', 2); so.commitLine({{ sublistId: 'item' }}); const less = total();
      so.removeLine({{ sublistId: 'item', line: 0 }}); const end = total();
      return [uncommitted, one, two, less, end, record.load({{ type: 'salesorder', id: so.save() }}).getValue('total')];"""
    assert lab.run(code) == [0, 100, 220, 170, 120, 120]


@pytest.mark.shows("N/record.Record.setCurrentSublistValue", "N/record.Record.save")
@pytest.mark.rule("records.line_amounts")
def test_a_stored_line_is_calculated_anew_when_it_is_edited(lab: Lab) -> None:
    code = f"""{LINE} so.commitLine('item');
      const old = record.load({{ type: 'salesorder', id: so.save(), isDynamic: true }});
      old.selectLine('item', 0);
      old.setCurrentSublistValue('item', 'quantity', 3);
      old.commitLine('item');
      const now = record.load({{ type: 'salesorder', id: old.save() }});
      return [now.getSublistValue('item', 'amount', 0), now.getValue('total')];"""
    assert lab.run(code) == [75, 75]


@pytest.mark.shows(
    "N/record.Record.insertLine",
    "N/record.Record.cancelLine",
    "N/record.Record.getCurrentSublistIndex",
)
def test_lines_are_inserted_and_cancelled(lab: Lab) -> None:
    code = f"""{LINE} so.commitLine('item');
      so.insertLine({{ sublistId: 'item', line: 0 }}); set('item', {SERVICE});
      const [at, before] = [so.getCurrentSublistIndex({{ sublistId: 'item' }}), so.getLineCount('item')];
      so.commitLine('item');
      so.selectNewLine('item'); set('item', {SERVICE}); so.cancelLine({{ sublistId: 'item' }});
      const saved = record.load({{ type: 'salesorder', id: so.save() }});
      return [at, before, so.getCurrentSublistIndex('item'), [0, 1].map((n) => saved.getSublistValue('item', 'item', n)), saved.getLineCount('item')];"""
    assert lab.run(code) == [0, 1, -1, [str(SERVICE), str(STOCK)], 2]


@pytest.mark.shows(
    "N/record.Record.setCurrentSublistText", "N/record.Record.getCurrentSublistField"
)
@pytest.mark.rule("records.dynamic_sources_at_once")
def test_an_item_may_be_chosen_by_its_text(lab: Lab) -> None:
    code = f"""{LINE}
      so.setCurrentSublistText({{ sublistId: 'item', fieldId: 'item', text: 'SAMPLE-SERVICE' }});
      const field = so.getCurrentSublistField({{ sublistId: 'item', fieldId: 'item' }});
      return [get('item'), get('rate'), field.id, field.type, field.sublistId, field.isMandatory];"""
    assert lab.run(code) == [str(SERVICE), 120, "item", "select", "item", True]


@pytest.mark.shows("N/record.Record.commitLine")
@pytest.mark.rule("records.commit_checks_line")
def test_a_line_without_its_item_is_not_committed(lab: Lab) -> None:
    with lab.refused("USER_ERROR", "item"):
        lab.run(
            f"{ORDER} so.setValue('entity', {HARBOUR}); so.selectNewLine('item');"
            "so.setCurrentSublistValue('item', 'quantity', 1); so.commitLine('item');"
        )


@pytest.mark.shows("N/record.Record.setValue", "N/record.Record.setCurrentSublistValue")
@pytest.mark.rule("records.reference_checked_at_once")
@pytest.mark.parametrize(
    "code",
    [
        "so.setValue('entity', 99999)",
        f"so.setValue('entity', {HARBOUR}); so.setCurrentSublistValue('item', 'item', 99999)",
    ],
)
def test_a_reference_to_nothing_is_refused_when_it_is_set(lab: Lab, code: str) -> None:
    with lab.refused("INVALID_KEY_OR_REF", "99999"):
        lab.run(f"{ORDER} try {{ {code}; }} catch (e) {{ throw e; }} return 'set';")
    assert (
        lab.run("record.create({ type: 'salesorder' }).setValue('entity', 99999); return 'set';")
        == "set"
    )


@pytest.mark.shows("N/record.Record.setValue", "N/record.Record.setCurrentSublistValue")
@pytest.mark.rule("records.reference_checked_at_once")
def test_a_reference_that_was_refused_is_not_kept(lab: Lab) -> None:
    code = f"""{ORDER}
    const tried = (act) => {{ try {{ act(); }} catch (e) {{ return e.name; }} }};
    const body = () => so.getValue('entity');
    const line = () => so.getCurrentSublistValue('item', 'item');
    so.setValue('entity', {HARBOUR});
    const names = [tried(() => so.setValue('entity', 99999)), tried(() => so.setCurrentSublistValue('item', 'item', 99999))];
    return [...names, body(), line()];"""
    refused = "INVALID_KEY_OR_REF"
    assert lab.run(code) == [refused, refused, str(HARBOUR), ""]


@pytest.mark.shows(
    "N/record.Record.setSublistValue",
    "N/record.Record.selectNewLine",
    "N/record.Record.setCurrentSublistValue",
)
@pytest.mark.rule("records.modes_do_not_mix")
@pytest.mark.parametrize(
    ("mode", "call"),
    [
        ("true", "setSublistValue('item', 'item', 0, 1)"),
        ("true", "setSublistText('item', 'item', 0, 'x')"),
        ("false", "selectNewLine('item')"),
        ("false", "setCurrentSublistValue('item', 'item', 1)"),
        ("false", "commitLine('item')"),
        ("false", "getCurrentSublistValue('item', 'item')"),
        ("false", "getCurrentSublistSubrecord('item', 'inventorydetail')"),
    ],
)
def test_the_two_modes_do_not_mix(lab: Lab, mode: str, call: str) -> None:
    with lab.refused("SSS_INVALID_API_USAGE"):
        lab.run(f"record.create({{ type: 'salesorder', isDynamic: {mode} }}).{call};")


@pytest.mark.shows(
    "N/record.create", "N/record.Record.findSublistLineWithValue", "N/record.Record.commitLine"
)
@pytest.mark.rule("records.apply_offers_open_documents")
@pytest.mark.parametrize("way", ["defaultValues: { entity: customer }", "", "transform"])
def test_a_payment_is_applied_to_the_invoice_that_it_offers(lab: Lab, way: str) -> None:
    pay = (
        "record.transform({ fromType: 'customer', fromId: customer, toType: 'customerpayment', isDynamic: true })"
        if way == "transform"
        else f"record.create({{ type: 'customerpayment', isDynamic: true, {way} }})"
    )
    code = f"""
      const shop = record.create({{ type: 'customer' }});
      shop.setValue('companyname', 'Shop ' + random.generateUUID()); shop.setValue('subsidiary', 1);
      const customer = shop.save();
      const bill = (quantity) => {{
        const rec = record.create({{ type: 'invoice', isDynamic: true }});
        rec.setValue('entity', customer); rec.selectNewLine('item');
        rec.setCurrentSublistValue('item', 'item', {SERVICE}); rec.setCurrentSublistValue('item', 'quantity', quantity);
        rec.commitLine('item'); return rec.save();
      }};
      const [one, two] = [bill(1), bill(2)];
      const pay = {pay};
      if ({int(way == "")}) pay.setValue('customer', customer);
      const offered = pay.getLineCount('apply');
      const line = pay.findSublistLineWithValue({{ sublistId: 'apply', fieldId: 'internalid', value: two }});
      pay.selectLine('apply', line); pay.setCurrentSublistValue('apply', 'apply', true);
      const due = pay.getCurrentSublistValue('apply', 'amount'); pay.commitLine('apply');
      const paying = pay.getValue('payment');
      const saved = record.load({{ type: 'customerpayment', id: pay.save() }});
      const left = (id) => record.load({{ type: 'invoice', id }}).getValue('amountremaining');
      return [offered, line, due, paying, saved.getValue('payment'), [0, 1].map((n) => saved.getSublistValue('apply', 'apply', n)), left(one), left(two)];"""
    assert lab.run(code) == [2, 1, 240, 240, 240, [True, False], 120, 0]
