"""N/record: sublists by line, subrecords, the price matrix."""

from __future__ import annotations

import pytest
from lab import Lab

HARBOUR = 1001
STOCK, LOT, SERVICE = 3001, 3002, 3007
ORDER = f"""
  const order = record.create({{ type: 'salesorder' }});
  order.setValue({{ fieldId: 'entity', value: {HARBOUR} }});
  const put = (line, item, description) => {{
    order.setSublistValue({{ sublistId: 'item', fieldId: 'item', line, value: item }});
    order.setSublistValue({{ sublistId: 'item', fieldId: 'quantity', line, value: 1 }});
    order.setSublistValue({{ sublistId: 'item', fieldId: 'description', line, value: description }});
  }};
  const saved = () => record.load({{ type: 'salesorder', id: order.save({{ enableSourcing: true }}) }});
  const texts = (rec) => Array.from({{ length: rec.getLineCount({{ sublistId: 'item' }}) }},
    (_, line) => rec.getSublistValue({{ sublistId: 'item', fieldId: 'description', line }}));
"""


@pytest.mark.shows(
    "N/record.Record.setSublistValue",
    "N/record.Record.getSublistValue",
    "N/record.Record.insertLine",
    "N/record.Record.removeLine",
    "N/record.Record.getLineCount",
)
def test_lines_are_written_inserted_and_removed(lab: Lab) -> None:
    code = f"""{ORDER}
      put(0, {STOCK}, 'a'); put(1, {STOCK}, 'b');
      order.insertLine({{ sublistId: 'item', line: 1 }}); put(1, {SERVICE}, 'between');
      order.removeLine({{ sublistId: 'item', line: 0 }});
      return [texts(order), texts(saved())];"""
    assert lab.run(code) == [["between", "b"], ["between", "b"]]


@pytest.mark.shows("N/record.Record.findSublistLineWithValue")
@pytest.mark.parametrize(
    ("field", "value", "line"),
    [
        ("description", "'b'", 1),
        ("item", f"{SERVICE}", 1),
        ("item", f"'{SERVICE}'", 1),
        ("quantity", "1", 0),
        ("quantity", "'1'", 0),
        ("item", "5", -1),
        ("quantity", "'many'", -1),
        ("taxcode", "''", 0),
    ],
)
def test_a_line_is_found_by_a_value_of_any_form(
    lab: Lab, field: str, value: str, line: int
) -> None:
    code = f"""{ORDER} put(0, {STOCK}, 'a'); put(1, {SERVICE}, 'b');
      return order.findSublistLineWithValue({{ sublistId: 'item', fieldId: '{field}', value: {value} }});"""
    assert lab.run(code) == line


@pytest.mark.shows("N/record.Record.setSublistText", "N/record.Record.getSublistText")
@pytest.mark.rule("records.text_or_value", "records.new_has_no_text")
def test_texts_of_lines_follow_the_rule_of_the_body(lab: Lab) -> None:
    code = f"""{ORDER}
      put(0, {STOCK}, 'a');
      order.setSublistText({{ sublistId: 'item', fieldId: 'item', line: 1, text: 'SAMPLE-SERVICE' }});
      order.setSublistValue({{ sublistId: 'item', fieldId: 'quantity', line: 1, value: 2 }});
      const names = []; const at = (line) => ({{ sublistId: 'item', fieldId: 'item', line }});
      names.push(order.getSublistText(at(1)));
      for (const read of [() => order.getSublistText(at(0)), () => order.getSublistValue(at(1))]) {{
        try {{ names.push(read()); }} catch (error) {{ names.push(error.name); }}
      }}
      const now = saved();
      return [...names, now.getSublistText(at(1)), now.getSublistValue(at(1))];"""
    refused = "SSS_INVALID_API_USAGE"
    assert lab.run(code) == ["SAMPLE-SERVICE", refused, refused, "SAMPLE-SERVICE", str(SERVICE)]


@pytest.mark.shows(
    "N/record.Record.getSublistValue", "N/record.Record.removeLine", "N/record.Record.getLineCount"
)
@pytest.mark.rule("records.no_such_line")
@pytest.mark.parametrize(
    "call",
    [
        "getSublistValue('item', 'item', 7)",
        "getSublistText('item', 'item', 7)",
        "setSublistValue('item', 'item', 7, 1)",
        "removeLine({ sublistId: 'item', line: 0 })",
        "insertLine({ sublistId: 'item', line: 3 })",
        "getSublistValue('nothing', 'item', 0)",
        "getSublistFields('nothing')",
        "getSublist('nothing')",
        "getSublistField('item', 'item', 7)",
        "getSublistSubrecord('item', 'inventorydetail', 7)",
    ],
)
def test_what_is_not_there_is_refused(lab: Lab, call: str) -> None:
    with lab.refused("SSS_INVALID_SUBLIST_OPERATION"):
        lab.run(f"{ORDER} order.{call};")
    assert lab.run(f"{ORDER} return order.getLineCount('nothing');") == -1


@pytest.mark.shows("N/record.Record.insertLine", "N/record.Record.selectNewLine")
@pytest.mark.rule("records.static_sublist")
@pytest.mark.parametrize(
    ("mode", "call"),
    [
        ("false", "insertLine({ sublistId: 'apply', line: 0 })"),
        ("false", "setSublistValue('apply', 'amount', 0, 5)"),
        ("true", "selectNewLine('apply')"),
    ],
)
def test_lines_that_the_account_makes_cannot_be_added(lab: Lab, mode: str, call: str) -> None:
    with lab.refused("SSS_INVALID_SUBLIST_OPERATION", "static sublist"):
        lab.run(f"record.create({{ type: 'customerpayment', isDynamic: {mode} }}).{call};")


@pytest.mark.shows(
    "N/record.Record.getSublist", "N/record.Sublist.getColumn", "N/record.Record.getSublistField"
)
def test_a_sublist_and_its_columns_say_what_they_are(lab: Lab) -> None:
    code = f"""{ORDER}
      const list = order.getSublist({{ sublistId: 'item' }}); const before = list.isChanged;
      put(0, {STOCK}, 'a');
      const column = list.getColumn({{ fieldId: 'item' }});
      const field = order.getSublistField({{ sublistId: 'item', fieldId: 'quantity', line: 0 }});
      const {{ id, type, label, sublistId, isMandatory, isDisabled, isDisplay, isSortable }} = column;
      return [[list.id, list.type, before, list.isChanged, list.isDisplay, list.isHidden], JSON.parse(JSON.stringify(list)),
        [id, type, label, sublistId, isMandatory, isDisabled, isDisplay, isSortable], list.getColumn({{ fieldId: 'nowhere' }}),
        [field.id, field.type, field.label, field.sublistId], String(list)];"""
    assert lab.run(code) == [
        ["item", "inlineeditor", False, True, True, False],
        {"id": "item", "type": "inlineeditor", "isChanged": True, "isDisplay": True},
        ["item", "select", "Item", "item", True, False, True, False],
        None,
        ["quantity", "float", "Quantity", "item"],
        "record.Sublist",
    ]


# ---- subrecords


@pytest.mark.shows(
    "N/record.Record.hasSubrecord",
    "N/record.Record.getSubrecord",
    "N/record.Record.removeSubrecord",
)
def test_a_body_subrecord_is_made_saved_and_removed(lab: Lab) -> None:
    code = f"""{ORDER} put(0, {STOCK}, 'a');
      const at = {{ fieldId: 'shippingaddress' }};
      const had = order.hasSubrecord(at);
      order.setValue('shipaddresslist', null);
      order.getSubrecord(at).setValue('country', 'FR').setValue('city', 'Besançon');
      const now = saved(); const city = now.getSubrecord(at).getText('city');
      now.setValue('shipaddresslist', null); now.removeSubrecord(at);
      return [had, city, now.hasSubrecord(at)];"""
    assert lab.run(code) == [False, "Besançon", False]


@pytest.mark.shows(
    "N/record.Record.hasSublistSubrecord",
    "N/record.Record.getSublistSubrecord",
    "N/record.Record.removeSublistSubrecord",
)
def test_the_subrecord_of_a_line_in_standard_mode(lab: Lab) -> None:
    code = f"""{ORDER} put(0, {STOCK}, 'a');
      const at = {{ sublistId: 'item', fieldId: 'inventorydetail', line: 0 }};
      const had = order.hasSublistSubrecord(at);
      const detail = order.getSublistSubrecord(at);
      detail.setSublistValue({{ sublistId: 'inventoryassignment', fieldId: 'quantity', line: 0, value: 1 }});
      const has = order.hasSublistSubrecord(at);
      order.removeSublistSubrecord(at);
      return [had, has, order.hasSublistSubrecord(at), detail.getLineCount('inventoryassignment')];"""
    assert lab.run(code) == [False, True, False, 1]


@pytest.mark.shows(
    "N/record.Record.getCurrentSublistSubrecord",
    "N/record.Record.hasCurrentSublistSubrecord",
    "N/record.Record.removeCurrentSublistSubrecord",
)
def test_lots_are_assigned_in_dynamic_mode_and_reach_the_stock(lab: Lab) -> None:
    code = f"""
      const rec = record.create({{ type: 'inventoryadjustment', isDynamic: true }});
      rec.setValue('subsidiary', 1); rec.setValue('account', input);
      rec.selectNewLine('inventory');
      const set = (fieldId, value) => rec.setCurrentSublistValue('inventory', fieldId, value);
      set('item', {LOT}); set('location', 1); set('adjustqtyby', 3);
      const at = {{ sublistId: 'inventory', fieldId: 'inventorydetail' }};
      const steps = [rec.hasCurrentSublistSubrecord(at)];
      const detail = rec.getCurrentSublistSubrecord(at);
      detail.selectNewLine('inventoryassignment');
      detail.setCurrentSublistValue('inventoryassignment', 'receiptinventorynumber', 'DYN-1');
      detail.setCurrentSublistValue('inventoryassignment', 'quantity', 3);
      detail.commitLine('inventoryassignment');
      steps.push(rec.hasCurrentSublistSubrecord(at));
      rec.commitLine('inventory');
      const id = rec.save();
      const old = record.load({{ type: 'inventoryadjustment', id, isDynamic: true }});
      old.selectLine('inventory', 0);
      const lines = old.getCurrentSublistSubrecord(at).getLineCount('inventoryassignment');
      old.removeCurrentSublistSubrecord(at); steps.push(old.hasCurrentSublistSubrecord(at)); old.cancelLine('inventory');
      return [steps, lines, record.load({{ type: 'lotnumberedinventoryitem', id: {LOT} }}).getValue('quantityonhand') >= 3];"""
    account = next(a for a in lab.account.find("account") if a["fields"]["acctnumber"] == "5100")
    assert lab.run(code, account["id"]) == [[False, True, False], 1, True]


@pytest.mark.shows("N/record.Record.getSubrecord", "N/record.Record.getSublistSubrecord")
def test_a_field_that_is_no_subrecord_is_refused(lab: Lab) -> None:
    with lab.refused("FIELD_1_IS_NOT_A_SUBRECORD_FIELD", "memo"):
        lab.run(f"{ORDER} order.getSubrecord({{ fieldId: 'memo' }});")
    with lab.refused("FIELD_1_IS_NOT_A_SUBRECORD_FIELD", "rate"):
        lab.run(f"{ORDER} put(0, {STOCK}, 'a'); order.getSublistSubrecord('item', 'rate', 0);")


# ---- the price matrix

ITEM = """
  const item = record.create({ type: 'noninventorysaleitem', isDynamic: Boolean(input) });
  item.setValue('itemid', 'P-' + random.generateUUID());
  const P = { sublistId: 'price', fieldId: 'price' };
  const saved = () => record.load({ type: 'noninventorysaleitem', id: item.save() });
"""


@pytest.mark.shows(
    "N/record.Record.setMatrixSublistValue",
    "N/record.Record.getMatrixSublistValue",
    "N/record.Record.setMatrixHeaderValue",
    "N/record.Record.getMatrixHeaderValue",
    "N/record.Record.getMatrixHeaderCount",
    "N/record.Record.findMatrixSublistLineWithValue",
)
@pytest.mark.rule("records.price_matrix")
def test_prices_are_written_by_line_and_column(lab: Lab) -> None:
    code = f"""{ITEM}
      item.setSublistValue('price', 'pricelevel', 0, 1);
      item.setMatrixHeaderValue({{ ...P, column: 1, value: 10 }});
      item.setMatrixSublistValue({{ ...P, line: 0, column: 0, value: 12.5 }});
      item.setMatrixSublistValue({{ ...P, line: 0, column: 1, value: 11 }});
      const now = saved();
      return [now.getMatrixHeaderCount(P), [0, 1].map((column) => now.getMatrixHeaderValue({{ ...P, column }})),
        [0, 1].map((column) => now.getMatrixSublistValue({{ ...P, line: 0, column }})),
        now.getSublistValue('price', 'price_1_', 0), now.findMatrixSublistLineWithValue({{ ...P, column: 1, value: 11 }}),
        now.findMatrixSublistLineWithValue({{ ...P, column: 0, value: 11 }})];"""
    assert lab.run(code) == [2, [0, 10], [12.5, 11], 12.5, 0, -1]


@pytest.mark.shows("N/record.Record.getLineCount", "N/record.Record.getSublistValue")
@pytest.mark.rule("records.price_levels")
def test_every_price_level_has_a_line_in_either_list(lab: Lab) -> None:
    code = f"""{ITEM}
      const levels = (rec, sublistId) => Array.from({{ length: rec.getLineCount({{ sublistId }}) }}, (_, line) =>
        rec.getSublistValue({{ sublistId, fieldId: 'pricelevelname', line }}));
      const price = (rec, sublistId, line) => rec.getSublistValue({{ sublistId, fieldId: 'price_1_', line }});
      const fresh = levels(item, 'price1');
      item.setSublistValue({{ sublistId: 'price1', fieldId: 'price_1_', line: 0, value: 20 }});
      item.setSublistValue({{ sublistId: 'price1', fieldId: 'price_1_', line: 2, value: 18 }});
      let now = saved();
      const first = [price(now, 'price', 0), price(now, 'price1', 0), price(now, 'price', 1), price(now, 'price', 2)];
      now.setSublistValue({{ sublistId: 'price', fieldId: 'price_1_', line: 0, value: 25 }});
      now.setSublistValue({{ sublistId: 'price1', fieldId: 'price_1_', line: 2, value: '' }});
      now = record.load({{ type: now.type, id: now.save() }});
      return [fresh.slice(0, 3), levels(now, 'price').length === fresh.length, first,
        [price(now, 'price1', 0), price(now, 'price', 2), price(now, 'price1', 2)]];"""
    names = ["Base Price", "Alternate Price 1", "Online Price"]
    assert lab.run(code) == [names, True, [20, 20, "", 18], [25, "", ""]]


@pytest.mark.shows("N/record.Record.findSublistLineWithValue")
@pytest.mark.rule("records.price_matrix")
def test_a_price_is_found_by_the_name_of_its_level(lab: Lab) -> None:
    code = f"""const item = record.load({{ type: 'inventoryitem', id: {STOCK} }});
      const line = item.findSublistLineWithValue({{ sublistId: 'price', fieldId: 'pricelevelname', value: 'Base Price' }});
      return item.getSublistValue('price', 'price_1_', line);"""
    assert lab.run(code) == 25


@pytest.mark.shows(
    "N/record.Record.setCurrentMatrixSublistValue", "N/record.Record.getCurrentMatrixSublistValue"
)
@pytest.mark.rule("records.price_matrix")
def test_prices_are_written_on_the_current_line(lab: Lab) -> None:
    code = f"""{ITEM}
      item.selectNewLine('price'); item.setCurrentSublistValue('price', 'pricelevel', 1);
      item.setCurrentMatrixSublistValue({{ ...P, column: 0, value: 9.5 }});
      const now = item.getCurrentMatrixSublistValue({{ ...P, column: 0 }});
      item.commitLine('price');
      return [now, saved().getSublistValue('price', 'price_1_', 0)];"""
    assert lab.run(code, True) == [9.5, 9.5]


@pytest.mark.shows("N/record.Record.getMatrixHeaderField", "N/record.Record.getMatrixSublistField")
@pytest.mark.rule("records.price_matrix")
def test_matrix_fields_say_what_they_are(lab: Lab) -> None:
    code = f"""{ITEM}
      const [head, cell] = [item.getMatrixHeaderField({{ ...P, column: 1 }}), item.getMatrixSublistField({{ ...P, column: 0, line: 0 }})];
      return [head.id, head.type, cell.id, cell.type, cell.sublistId];"""
    assert lab.run(code) == ["pricequantity2", "integer", "price_1_", "currency", "price"]
    with lab.refused("SSS_METHOD_IS_ONLY_ALLOWED_FOR_MATRIX_FIELD"):
        lab.run(
            f"{ITEM} item.getMatrixHeaderCount({{ sublistId: 'itemvendor', fieldId: 'vendor' }});"
        )


# ---- child records

CHILD = """<customrecordtype scriptid="customrecord_l_visit"><recordname>Visit</recordname>
  <includename>F</includename><accesstype>NONENEEDED</accesstype><customrecordcustomfields>
  <customrecordcustomfield scriptid="custrecord_l_shop"><label>Shop</label><fieldtype>SELECT</fieldtype>
  <selectrecordtype>-2</selectrecordtype><isparent>T</isparent><storevalue>T</storevalue></customrecordcustomfield>
  <customrecordcustomfield scriptid="custrecord_l_note"><label>Note</label><fieldtype>TEXT</fieldtype>
  <storevalue>T</storevalue></customrecordcustomfield></customrecordcustomfields></customrecordtype>"""


@pytest.mark.shows(
    "N/record.Record.setSublistValue", "N/record.Record.commitLine", "N/record.Record.removeLine"
)
@pytest.mark.rule("records.children_are_lines")
def test_child_records_are_lines_of_their_parent(lab: Lab) -> None:
    lab.objects([("customrecordtype", "customrecord_l_visit", CHILD)])
    code = """
      const list = 'recmachcustrecord_l_shop'; const note = 'custrecord_l_note';
      const shop = record.create({ type: 'customer' });
      shop.setValue('companyname', 'Shop ' + random.generateUUID()); shop.setValue('subsidiary', 1);
      shop.setSublistValue({ sublistId: list, fieldId: note, line: 0, value: 'first' });
      shop.setSublistValue({ sublistId: list, fieldId: note, line: 1, value: 'second' });
      const id = shop.save();
      const show = () => { const rec = record.load({ type: 'customer', id });
        return Array.from({ length: rec.getLineCount(list) }, (_, line) => rec.getSublistValue(list, note, line)); };
      const one = show();
      const rec = record.load({ type: 'customer', id, isDynamic: true });
      const child = rec.getSublistValue(list, 'id', 1);
      rec.removeLine({ sublistId: list, line: 0 });
      rec.selectLine(list, 0); rec.setCurrentSublistValue(list, note, 'changed'); rec.commitLine(list);
      rec.selectNewLine(list); rec.setCurrentSublistValue(list, note, 'third'); rec.commitLine(list);
      rec.save();
      const kept = record.load({ type: 'customrecord_l_visit', id: child });
      record.submitFields({ type: 'customer', id, values: { comments: 'x' } });
      return [one, show(), kept.getValue(note), kept.getValue('custrecord_l_shop') === String(id)];"""
    assert lab.run(code) == [["first", "second"], ["changed", "third"], "changed", True]


@pytest.mark.rule("records.first_address")
def test_the_first_address_is_a_default_unless_it_says_no(lab: Lab) -> None:
    code = """
      const defaults = (shipping) => {
        const rec = record.create({ type: 'customer', isDynamic: true });
        rec.setValue('companyname', 'A-' + random.generateUUID()); rec.setValue('subsidiary', 1);
        rec.selectNewLine('addressbook');
        if (shipping !== undefined) rec.setCurrentSublistValue('addressbook', 'defaultshipping', shipping);
        rec.getCurrentSublistSubrecord('addressbook', 'addressbookaddress').setValue('country', 'US');
        rec.commitLine('addressbook');
        const now = record.load({ type: 'customer', id: rec.save() });
        return ['defaultshipping', 'defaultbilling'].map((name) => now.getSublistValue('addressbook', name, 0));
      };
      return [defaults(), defaults(false), defaults(true)];"""
    assert lab.run(code) == [[True, True], [False, True], [True, True]]


@pytest.mark.shows("N/record.Record.getSublistValue", "N/record.Record.findSublistLineWithValue")
@pytest.mark.rule("search.line_keys")
def test_a_line_keeps_the_key_by_which_a_search_names_it(lab: Lab) -> None:
    code = """const so = record.create({ type: 'salesorder' }); so.setValue('entity', 1001);
      [3001, 3007, 3004].forEach((item, line) => {
        so.setSublistValue({ sublistId: 'item', fieldId: 'item', line, value: item });
        so.setSublistValue({ sublistId: 'item', fieldId: 'quantity', line, value: 1 });
      });
      const id = so.save();
      const filters = [['internalid', 'anyof', id], 'AND', ['item', 'anyof', 3004]];
      const found = () => search.create({ type: 'salesorder', filters, columns: ['lineuniquekey'] })
        .run().getRange(0, 1)[0].getValue('lineuniquekey');
      const key = found(); const again = record.load({ type: 'salesorder', id });
      const [row] = query.runSuiteQL({ query: 'SELECT uniquekey FROM transactionline WHERE transaction = ? AND item = 3004', params: [id] }).asMappedResults();
      const before = again.findSublistLineWithValue({ sublistId: 'item', fieldId: 'lineuniquekey', value: key });
      again.removeLine({ sublistId: 'item', line: 0 }); again.save();
      const after = record.load({ type: 'salesorder', id });
      return [before, key === String(row.uniquekey), found() === key,
        after.getSublistValue({ sublistId: 'item', fieldId: 'lineuniquekey', line: 1 }) === key];"""
    assert lab.run(code) == [2, True, True, True]
