"""N/record: values by field type, lines, subrecords, modes, saving."""

from __future__ import annotations

import pytest

CUSTOM_FIELDS = """
  <entitycustomfield scriptid="{id}"><label>x</label><fieldtype>{type}</fieldtype>{more}
    <appliestocustomer>T</appliestocustomer><storevalue>T</storevalue></entitycustomfield>
"""
FIELDS = {
    "custentity_day": ("DATE", ""),
    "custentity_at": ("DATETIMETZ", ""),
    "custentity_flag": ("CHECKBOX", ""),
    "custentity_count": ("INTEGER", ""),
    "custentity_price": ("CURRENCY", ""),
    "custentity_who": ("SELECT", "<selectrecordtype>-4</selectrecordtype>"),
    "custentity_many": ("MULTISELECT", "<selectrecordtype>-4</selectrecordtype>"),
}
NEW = """
  const rec = record.create({ type: 'customer' });
  rec.setValue({ fieldId: 'companyname', value: 'Shop ' + random.generateUUID() });
  rec.setValue({ fieldId: 'subsidiary', value: 1 });
"""
SAVED = "const saved = record.load({ type: 'customer', id: rec.save() });"
ORDER = """
  const order = record.create({ type: 'salesorder' });
  order.setValue({ fieldId: 'entity', value: 1001 });
"""
ITEM = 3001


@pytest.fixture(scope="module", autouse=True)
def fields(lab) -> None:
    objects = [
        (
            "entitycustomfield",
            name,
            CUSTOM_FIELDS.format(id=name, type=kind, more=more).strip(),
        )
        for name, (kind, more) in FIELDS.items()
    ]
    lab.objects(objects)


@pytest.mark.parametrize(
    ("field", "given", "back"),
    [
        ("comments", "'line\\nline'", "line\nline"),
        ("custentity_day", "new Date(2026, 2, 8)", "2026-03-08T08:00:00.000Z"),
        ("custentity_day", "new Date(2026, 10, 1)", "2026-11-01T07:00:00.000Z"),
        ("custentity_at", "new Date(1767225600123)", "2026-01-01T00:00:00.123Z"),
        ("custentity_flag", "true", True),
        ("custentity_count", "42", 42),
        ("custentity_count", "'42'", 42),
        ("custentity_price", "19.99", 19.99),
        ("custentity_who", "6", "6"),
        ("custentity_who", "'7'", "7"),
        ("custentity_many", "[6, '7']", ["6", "7"]),
        ("custentity_many", "'6'", ["6"]),
    ],
)
def test_a_value_survives_save_and_load_in_its_type(lab, field, given, back) -> None:
    code = f"{NEW} rec.setValue({{ fieldId: '{field}', value: {given} }}); {SAVED} return {{ value: saved.getValue('{field}') }};"
    assert lab.run(code) == {"value": back}


@pytest.mark.parametrize(
    ("field", "empty"),
    [
        ("comments", ""),
        ("custentity_day", ""),
        ("custentity_at", ""),
        ("custentity_flag", False),
        ("custentity_count", ""),
        ("custentity_who", ""),
        ("custentity_many", []),
    ],
)
def test_an_empty_field_reads_as_its_types_empty_value(lab, field, empty) -> None:
    code = f"{NEW} {SAVED} return {{ value: saved.getValue({{ fieldId: '{field}' }}) }};"
    assert lab.run(code) == {"value": empty}


@pytest.mark.parametrize(
    ("field", "value", "clear"),
    [
        ("comments", "'x'", "''"),
        ("comments", "'x'", "null"),
        ("custentity_day", "new Date()", "''"),
        ("custentity_who", "6", "null"),
        ("custentity_many", "[6]", "[]"),
        ("custentity_price", "1", "''"),
    ],
)
def test_a_field_is_cleared_by_an_empty_value(lab, field, value, clear) -> None:
    code = f"""{NEW} rec.setValue({{ fieldId: '{field}', value: {value} }});
      const first = record.load({{ type: 'customer', id: rec.save() }});
      first.setValue({{ fieldId: '{field}', value: {clear} }});
      const saved = record.load({{ type: 'customer', id: first.save() }});
      return record.create({{ type: 'customer' }}).toJSON().fields['{field}'] === saved.toJSON().fields['{field}'];"""
    assert lab.run(code) is True


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("custentity_day", "'2026-01-01'"),
        ("custentity_day", "new Date('nonsense')"),
        ("custentity_flag", "'T'"),
        ("custentity_count", "1.5"),
        ("custentity_count", "'many'"),
        ("custentity_price", "NaN"),
        ("custentity_who", "{}"),
        ("comments", "[1, 2]"),
    ],
)
def test_a_value_of_a_wrong_type_is_refused_with_the_field_named(lab, field, value) -> None:
    with lab.refused("INVALID_FLD_VALUE", field):
        lab.run(f"{NEW} rec.setValue({{ fieldId: '{field}', value: {value} }});")


def test_a_field_that_does_not_exist_reads_as_undefined(lab) -> None:
    assert (
        lab.run(f"{NEW} return typeof rec.getValue({{ fieldId: 'custentity_nowhere' }});")
        == "undefined"
    )


@pytest.mark.parametrize(
    "call",
    [
        "rec.getValue({})",
        "rec.setValue({ fieldId: 'comments' })",
        "record.load({ type: 'customer' })",
        "rec.getSublistValue({ sublistId: 'addressbook', fieldId: 'label' })",
        "record.create({})",
    ],
)
def test_a_missing_argument_is_named(lab, call) -> None:
    with lab.refused("SSS_MISSING_REQD_ARGUMENT"):
        lab.run(f"{NEW} {call};")


def test_display_texts_read_and_set_selects(lab) -> None:
    code = f"""{NEW} rec.setText({{ fieldId: 'custentity_who', text: input }}); {SAVED}
      return [saved.getValue('custentity_who'), saved.getText({{ fieldId: 'custentity_who' }})];"""
    name = lab.account.text("customer", "custentity_who", "6")
    assert lab.run(code, name) == ["6", name]


def test_standard_mode_does_not_turn_texts_into_values_before_the_save(lab) -> None:
    with lab.refused("SSS_INVALID_API_USAGE"):
        lab.run(
            f"{NEW} rec.setText('subsidiary', 'Parent Company'); return rec.getValue('subsidiary');"
        )


# ---- lines


def test_lines_are_inserted_read_moved_over_and_removed(lab) -> None:
    code = f"""{ORDER}
      const put = (line, description) => {{
        order.setSublistValue({{ sublistId: 'item', fieldId: 'item', line, value: {ITEM} }});
        order.setSublistValue({{ sublistId: 'item', fieldId: 'quantity', line, value: 1 }});
        order.setSublistValue({{ sublistId: 'item', fieldId: 'description', line, value: description }});
      }};
      const all = (rec) => Array.from({{ length: rec.getLineCount({{ sublistId: 'item' }}) }},
        (_, line) => rec.getSublistValue({{ sublistId: 'item', fieldId: 'description', line }}));
      put(0, 'a'); put(1, 'b');
      order.insertLine({{ sublistId: 'item', line: 1 }}); put(1, 'between');
      order.insertLine({{ sublistId: 'item', line: 3 }}); put(3, 'last');
      order.removeLine({{ sublistId: 'item', line: 0 }});
      const saved = record.load({{ type: 'salesorder', id: order.save({{ enableSourcing: true }}) }});
      return [all(order), all(saved), saved.findSublistLineWithValue({{ sublistId: 'item', fieldId: 'description', value: 'b' }}),
        saved.findSublistLineWithValue({{ sublistId: 'item', fieldId: 'item', value: {ITEM} }}),
        saved.findSublistLineWithValue({{ sublistId: 'item', fieldId: 'item', value: 5 }})];"""
    three = ["between", "b", "last"]
    assert lab.run(code) == [three, three, 1, 0, -1]


def test_a_lines_number_stays_when_lines_before_it_go(lab) -> None:
    code = f"""{ORDER}
      for (const line of [0, 1]) {{
        order.setSublistValue({{ sublistId: 'item', fieldId: 'item', line, value: {ITEM} }});
        order.setSublistValue({{ sublistId: 'item', fieldId: 'quantity', line, value: line + 1 }});
      }}
      const first = record.load({{ type: 'salesorder', id: order.save({{ enableSourcing: true }}) }});
      const number = first.getSublistValue({{ sublistId: 'item', fieldId: 'line', line: 1 }});
      first.removeLine({{ sublistId: 'item', line: 0 }});
      const second = record.load({{ type: 'salesorder', id: first.save() }});
      return number !== '' && number === second.getSublistValue({{ sublistId: 'item', fieldId: 'line', line: 0 }});"""
    assert lab.run(code) is True


@pytest.mark.parametrize(
    "call",
    [
        "order.getSublistValue({ sublistId: 'item', fieldId: 'item', line: 0 })",
        "order.setSublistValue({ sublistId: 'item', fieldId: 'item', line: 1, value: 1 })",
        "order.removeLine({ sublistId: 'item', line: 0 })",
        "order.insertLine({ sublistId: 'item', line: 5 })",
        "order.getSublistFields({ sublistId: 'nothing' })",
    ],
)
def test_a_line_that_is_not_there_is_refused(lab, call) -> None:
    with lab.refused("SSS_INVALID_SUBLIST_OPERATION"):
        lab.run(f"{ORDER} {call};")


def test_a_sublist_that_does_not_exist_has_minus_one_lines(lab) -> None:
    assert lab.run(f"{ORDER} return order.getLineCount({{ sublistId: 'nothing' }});") == -1


# ---- dynamic mode


def test_dynamic_mode_works_on_the_current_line(lab) -> None:
    code = f"""
      const order = record.create({{ type: 'salesorder', isDynamic: true }});
      order.setValue('entity', 1001);
      for (const quantity of [2, 3]) {{
        order.selectNewLine({{ sublistId: 'item' }});
        order.setCurrentSublistValue({{ sublistId: 'item', fieldId: 'item', value: {ITEM} }});
        order.setCurrentSublistValue({{ sublistId: 'item', fieldId: 'quantity', value: quantity }});
        order.commitLine({{ sublistId: 'item' }});
      }}
      order.selectLine({{ sublistId: 'item', line: 0 }});
      order.setCurrentSublistValue({{ sublistId: 'item', fieldId: 'quantity', value: 9 }});
      const index = order.getCurrentSublistIndex({{ sublistId: 'item' }});
      const unsaved = order.getSublistValue({{ sublistId: 'item', fieldId: 'quantity', line: 0 }});
      order.commitLine({{ sublistId: 'item' }});
      const saved = record.load({{ type: 'salesorder', id: order.save() }});
      return [index, unsaved, [0, 1].map((line) => saved.getSublistValue({{ sublistId: 'item', fieldId: 'quantity', line }}))];"""
    assert lab.run(code) == [0, 2, [9, 3]]


def test_the_two_modes_do_not_mix(lab) -> None:
    with lab.refused("SSS_INVALID_API_USAGE"):
        lab.run(
            "record.create({ type: 'salesorder', isDynamic: true })"
            ".setSublistValue({ sublistId: 'item', fieldId: 'item', line: 0, value: 1 });"
        )
    with lab.refused("SSS_INVALID_API_USAGE"):
        lab.run(f"{ORDER} order.selectNewLine({{ sublistId: 'item' }});")


# ---- subrecords


def test_a_body_address_is_made_changed_and_removed(lab) -> None:
    code = f"""{ORDER}
      order.setSublistValue({{ sublistId: 'item', fieldId: 'item', line: 0, value: {ITEM} }});
      order.setSublistValue({{ sublistId: 'item', fieldId: 'quantity', line: 0, value: 1 }});
      const had = order.hasSubrecord({{ fieldId: 'shippingaddress' }});
      order.setValue({{ fieldId: 'shipaddresslist', value: null }});
      order.removeSubrecord({{ fieldId: 'shippingaddress' }});
      const address = order.getSubrecord({{ fieldId: 'shippingaddress' }});
      address.setValue({{ fieldId: 'country', value: 'FR' }});
      address.setValue({{ fieldId: 'city', value: 'Besançon' }});
      const saved = record.load({{ type: 'salesorder', id: order.save({{ enableSourcing: true }}) }});
      const there = saved.getSubrecord({{ fieldId: 'shippingaddress' }});
      return [there.getValue('country'), there.getValue({{ fieldId: 'city' }}), order.hasSubrecord({{ fieldId: 'shippingaddress' }})];"""
    assert lab.run(code) == ["FR", "Besançon", True]


def test_an_address_book_line_carries_its_address(lab) -> None:
    code = f"""{NEW}
      rec.setSublistValue({{ sublistId: 'addressbook', fieldId: 'label', line: 0, value: 'Dock' }});
      const at = {{ sublistId: 'addressbook', fieldId: 'addressbookaddress', line: 0 }};
      const had = rec.hasSublistSubrecord(at);
      rec.getSublistSubrecord(at).setValue('country', 'DE').setValue('city', 'Köln');
      {SAVED}
      return [had, saved.hasSublistSubrecord(at), saved.getSublistSubrecord(at).getValue('city')];"""
    assert lab.run(code) == [False, True, "Köln"]


def test_a_field_that_is_no_subrecord_is_refused(lab) -> None:
    with lab.refused("FIELD_1_IS_NOT_A_SUBRECORD_FIELD"):
        lab.run(f"{ORDER} order.getSubrecord({{ fieldId: 'memo' }});")


# ---- saving


def test_two_writers_of_one_version_meet_the_lock(lab) -> None:
    code = f"""{NEW} const id = rec.save();
      const a = record.load({{ type: 'customer', id }}); const b = record.load({{ type: 'customer', id }});
      a.setValue('comments', 'a'); a.save(); b.setValue('comments', 'b'); b.save();"""
    with lab.refused("RCRD_HAS_BEEN_CHANGED"):
        lab.run(code)


def test_submit_fields_writes_clears_and_takes_no_lock(lab) -> None:
    code = f"""{NEW} rec.setValue('comments', 'old'); rec.setValue('custentity_many', [6, 7]);
      const id = rec.save();
      const loaded = record.load({{ type: 'customer', id }});
      const answer = record.submitFields({{ type: 'customer', id, values: {{ comments: '', custentity_flag: true, custentity_day: new Date(2026, 0, 2) }} }});
      const saved = record.load({{ type: 'customer', id }});
      return [answer === id, saved.getValue('comments'), saved.getValue('custentity_flag'), saved.getValue('custentity_day').getDate()];"""
    assert lab.run(code) == [True, "", True, 2]


def test_submit_fields_takes_a_multi_select_as_text(lab) -> None:
    with lab.refused("INVALID_FLD_VALUE"):
        lab.run(
            f"{NEW} record.submitFields({{ type: 'customer', id: rec.save(), values: {{ custentity_many: [6] }} }});"
        )


def test_copy_transform_and_delete(lab) -> None:
    code = f"""{ORDER}
      order.setSublistValue({{ sublistId: 'item', fieldId: 'item', line: 0, value: {ITEM} }});
      order.setSublistValue({{ sublistId: 'item', fieldId: 'quantity', line: 0, value: 2 }});
      order.setValue('orderstatus', 'B');
      const id = order.save({{ enableSourcing: true }});
      const copy = record.copy({{ type: 'salesorder', id }});
      const copyId = copy.save({{ enableSourcing: true }});
      const shipment = record.transform({{ fromType: 'salesorder', fromId: id, toType: 'itemfulfillment' }});
      const made = record.load({{ type: 'itemfulfillment', id: shipment.save({{ enableSourcing: true }}) }});
      record.delete({{ type: 'salesorder', id: copyId }});
      let gone; try {{ record.load({{ type: 'salesorder', id: copyId }}); }} catch (e) {{ gone = e.name; }}
      return [copy.isNew, copyId !== id, Number(made.getValue('createdfrom')) === id, gone];"""
    assert lab.run(code) == [True, True, True, "RCRD_DSNT_EXIST"]


def test_a_promise_form_does_the_same(lab) -> None:
    body = """define(['N/record'], (record) => ({ post: async () => (await record.load.promise({ type: 'subsidiary', id: 1 })).id }));"""
    assert lab.call(lab.script("Restlet", body)) == 1
