"""What public integration scripts do that no other module asks: journals, places as text, scripts that are objects."""

from __future__ import annotations

from typing import Any

import pytest
from lab import Lab


def journal(amount: int) -> dict[str, Any]:
    lines = [{"account": "1", "debit": amount}, {"account": "17", "credit": amount}]
    fields = {"subsidiary": "1", "trandate": "2026-11-02", "memo": "whole"}
    return {"type": "journalentry", "fields": fields, "sublists": {"line": lines}}


@pytest.mark.shows("N/search.create", "N/search.Search.run", "N/search.lookupFields")
@pytest.mark.rule("search.journal_lines")
def test_every_row_of_a_journal_is_one_of_its_lines(lab: Lab) -> None:
    lab.account.seed([journal(30)])
    code = """const last = search.create({ type: 'journalentry', columns: [{ name: 'internalid', sort: 'DESC' }] });
    const id = last.run().getRange({ start: 0, end: 1 })[0].id;
    const found = (type, ...filters) => search.create({
      type, filters: [['internalid', 'anyof', id], ...filters],
      columns: ['mainline', 'account', 'debitamount', 'creditamount', 'amount', 'linesequencenumber'],
    }).run().getRange({ start: 0, end: 9 }).map((one) => [
      one.getValue('mainline'), one.getValue('account'), one.getValue('debitamount'), one.getValue('creditamount'),
      one.getValue('amount'), one.getValue('linesequencenumber'),
    ]);
    const all = found('journalentry');
    const same = (rows) => JSON.stringify(rows) === JSON.stringify(all);
    return {
      all, main: same(found('transaction', 'AND', ['mainline', 'is', 'T'])),
      lines: found('transaction', 'AND', ['mainline', 'is', 'F']),
      once: found('transaction', 'AND', ['linesequencenumber', 'equalto', 0]).length,
      account: found('journalentry', 'AND', ['mainline', 'is', 'T'], 'AND', ['account', 'anyof', 17]).length,
      memo: search.lookupFields({ type: 'journalentry', id, columns: ['memo'] }).memo,
    };"""
    assert lab.run(code) == {
        "all": [
            ["*", "1", "30.00", "", "30.00", "0"],
            ["*", "17", "", "30.00", "-30.00", "1"],
        ],
        "main": True,
        "lines": [],
        "once": 1,
        "account": 1,
        "memo": "whole",
    }


@pytest.mark.shows(
    "N/record.Record.setSublistValue",
    "N/record.Record.insertLine",
    "N/record.Record.selectLine",
    "N/record.Record.getCurrentSublistIndex",
    "N/record.Record.removeLine",
    "N/search.ResultSet.getRange",
    "N/cache.Cache.put",
)
@pytest.mark.rule("runtime.places_as_text")
def test_a_place_may_be_text(lab: Lab) -> None:
    code = """const order = record.create({ type: 'salesorder' });
    for (const line in ['first', 'second', 'third']) {
      order.setSublistValue({ sublistId: 'item', fieldId: 'description', line, value: 'line ' + line });
    }
    order.removeLine({ sublistId: 'item', line: '2' });
    order.insertLine({ sublistId: 'item', line: '2' });
    const lines = ['0', '1', '2'].map((line) => order.getSublistValue({ sublistId: 'item', fieldId: 'description', line }));
    const live = record.create({ type: 'salesorder', isDynamic: true });
    live.insertLine({ sublistId: 'item', line: '0' });
    live.selectLine({ sublistId: 'item', line: '0' });
    const store = cache.getCache({ name: 'places' });
    store.put({ key: 'a', value: 'kept', ttl: '600' });
    return {
      lines, place: live.getCurrentSublistIndex({ sublistId: 'item' }), kept: store.get({ key: 'a' }),
      some: search.create({ type: 'customer' }).run().getRange({ start: '0', end: '2' }).length,
      half: search.create({ type: 'customer' }).run().getRange({ start: 0, end: 1.5 }).length,
    };"""
    assert lab.run(code) == {
        "lines": ["line 0", "line 1", ""],
        "place": 0,
        "kept": "kept",
        "some": 2,
        "half": 1,
    }


@pytest.mark.rule("execution.entry_points_are_methods")
def test_an_entry_point_is_a_method_of_what_the_script_returned(lab: Lab) -> None:
    body = """define([], () => {
      class Handler {
        constructor() { this.word = 'kept'; }
        post() { return this.answer(); }
        answer() { return { word: this.word }; }
      }
      return new Handler();
    });"""
    assert lab.call(lab.script("Restlet", body), {}) == {"word": "kept"}


@pytest.mark.shows("N/record.transform", "N/record.Record.getSublistValue")
@pytest.mark.rule("records.detail_flags")
def test_a_line_says_whether_it_takes_needs_and_has_an_inventory_detail(lab: Lab) -> None:
    code = """const maker = record.create({ type: 'customer' });
    maker.setValue('companyname', 'Detail ' + random.generateUUID()); maker.setValue('subsidiary', 1);
    const order = record.create({ type: 'salesorder' });
    order.setValue('entity', maker.save()); order.setValue('orderstatus', 'B');
    [3001, 3002].forEach((item, line) => {
      for (const [fieldId, value] of Object.entries({ item, quantity: 2, rate: 5, location: 1 })) {
        order.setSublistValue({ sublistId: 'item', fieldId, line, value });
      }
    });
    const id = order.save();
    const asked = (from, line) => ['avail', 'req', 'set'].map((flag) =>
      from.getSublistValue({ sublistId: 'item', fieldId: `inventorydetail${flag}`, line })).join('');
    const shipped = record.transform({ fromType: 'salesorder', fromId: id, toType: 'itemfulfillment' });
    const before = [asked(shipped, 0), asked(shipped, 1)];
    const detail = shipped.getSublistSubrecord({ sublistId: 'item', fieldId: 'inventorydetail', line: 1 });
    detail.setSublistValue({ sublistId: 'inventoryassignment', fieldId: 'quantity', line: 0, value: 2 });
    return {
      order: asked(record.load({ type: 'salesorder', id }), 1), before, after: asked(shipped, 1),
      line: shipped.findSublistLineWithValue({ sublistId: 'item', fieldId: 'inventorydetailreq', value: 'T' }),
    };"""
    assert lab.run(code) == {"order": "TFF", "before": ["FFF", "TTF"], "after": "TTT", "line": 1}


@pytest.mark.shows("N/record.Record.getSublistSubrecord", "N/search.lookupFields")
@pytest.mark.rule("records.address_text")
def test_an_address_is_written_with_the_name_of_its_country(lab: Lab) -> None:
    code = """const maker = record.create({ type: 'customer', isDynamic: true });
    maker.setValue('companyname', 'Printed ' + random.generateUUID()); maker.setValue('subsidiary', 1);
    maker.selectNewLine('addressbook');
    const address = maker.getCurrentSublistSubrecord('addressbook', 'addressbookaddress');
    for (const [field, value] of Object.entries({
      country: 'DE', addressee: 'Hafen GmbH', addr1: 'Kai 1', city: 'Hamburg', zip: '20457',
    })) address.setValue(field, value);
    maker.commitLine('addressbook');
    const id = maker.save();
    const saved = record.load({ type: 'customer', id });
    return [
      saved.getSublistSubrecord('addressbook', 'addressbookaddress', 0).getValue('addrtext'),
      search.lookupFields({ type: 'customer', id, columns: ['address'] }).address,
    ];"""
    printed = "Hafen GmbH\nKai 1\nHamburg 20457\nGermany"
    assert lab.run(code) == [printed, printed]


@pytest.mark.shows("N/search.create", "N/search.Result.getValue")
@pytest.mark.rule("search.base_currency")
def test_amounts_are_in_the_base_currency_and_their_fx_twins_in_that_of_the_document(
    lab: Lab,
) -> None:
    fields = {"subsidiary": "1", "trandate": "2026-11-02", "currency": "2", "exchangerate": 2}
    lines = [
        {"item": "3007", "quantity": 3, "rate": 10, "amount": 30},
        {"item": "3023", "rate": "-10%"},
    ]
    lab.account.seed(
        [
            {"type": "customer", "externalid": "fx", "fields": {"companyname": "Fx", "subsidiary": "1", "currency": "2"}},
            {"type": "invoice", "externalid": "fx",
             "fields": {**fields, "entity": {"ref": "customer", "value": "fx"}}, "sublists": {"item": lines}},
        ]
    )  # fmt: skip
    code = """const names = ['total', 'fxtotal', 'amountremaining', 'fxamountremaining', 'amountpaid', 'fxamountpaid'];
    const of = (mainline, columns) => search.create({
      type: 'invoice', filters: [['externalid', 'anyof', 'fx'], 'AND', ['mainline', 'is', mainline]], columns,
    }).run().getRange(0, 9).map((one) => columns.map((name) => one.getValue(name)));
    return { body: of('T', names), lines: of('F', ['rate', 'fxrate', 'amount', 'fxamount']) };"""
    assert lab.run(code) == {
        "body": [["54.00", "27.00", "54.00", "27.00", "0.00", "0.00"]],
        "lines": [["20.00", "10.00", "60.00", "30.00"], ["-10.00", "-10.00", "-6.00", "-3.00"]],
    }


@pytest.mark.shows("N/search.create", "N/search.Result.getText")
@pytest.mark.rule("search.accounts")
def test_a_row_shows_the_account_that_it_posts_to(lab: Lab) -> None:
    income = {"ref": "account", "by": "acctnumber", "value": "4000"}
    item = {"itemid": "EARNING", "incomeaccount": income, "subsidiary": ["1"]}
    line = {"item": {"ref": "item", "by": "itemid", "value": "EARNING"}, "quantity": 1, "rate": 5}
    lab.account.seed(
        [
            {"type": "customer", "externalid": "payer", "fields": {"companyname": "Payer", "subsidiary": "1"}},
            {"type": "servicesaleitem", "externalid": "earning", "fields": item},
            {"type": "invoice", "externalid": "earned", "fields": {"entity": {"ref": "customer", "value": "payer"}},
             "sublists": {"item": [{**line, "amount": 5}]}},
        ]
    )  # fmt: skip
    code = """const of = (...more) => search.create({
      type: 'transaction', filters: [['externalid', 'anyof', 'earned'], ...more.flatMap((one) => ['AND', one])],
      columns: ['account', 'accounttype'],
    }).run().getRange(0, 9).map((one) => `${one.getText('account').split(' ')[0]} ${one.getValue('accounttype')}`);
    return [of(), of(['mainline', 'is', 'T']), of(['accounttype', 'anyof', 'Income'])];"""
    earned = ["1100 AcctRec", "4000 Income"]
    assert lab.run(code) == [earned, earned[:1], earned[1:]]


@pytest.mark.shows("N/search.create", "N/search.Result.getValue")
@pytest.mark.rule("search.named_joins")
def test_people_and_their_cases_are_joined_by_the_names_of_the_joins(lab: Lab) -> None:
    firm = {"ref": "customer", "value": "joined"}
    lab.account.seed(
        [
            {"type": "customer", "externalid": "joined",
             "fields": {"companyname": "Joined", "subsidiary": "1", "email": "firm@x.example"}},
            {"type": "contact", "externalid": "joiner",
             "fields": {"entityid": "Joiner", "company": firm, "subsidiary": "1"}},
            {"type": "supportcase", "externalid": "case", "fields": {"title": "Leak", "company": firm}},
            {"type": "job", "externalid": "job", "fields": {"companyname": "Roof", "parent": firm}},
        ]
    )  # fmt: skip
    code = """const one = (type, externalid, ...columns) => search.create({
      type, filters: [['externalid', 'anyof', externalid]], columns,
    }).run().getRange(0, 1).map((row) => columns.map((column) => row.getValue(column)))[0];
    return [
      one('contact', 'joiner', { name: 'email', join: 'customer' }, { name: 'companyname', join: 'customerPrimary' }),
      one('customer', 'joined', { name: 'title', join: 'case' }, { name: 'companyname', join: 'job' },
        { name: 'name', join: 'mseSubsidiary' }),
      one('supportcase', 'case', { name: 'email', join: 'customer' }),
    ];"""
    assert lab.run(code) == [
        ["firm@x.example", "Joined"],
        ["Leak", "Roof", "Parent Company"],
        ["firm@x.example"],
    ]


@pytest.mark.shows(
    "N/record.create",
    "N/record.Record.getLineCount",
    "N/record.Record.setSublistValue",
    "N/record.Record.commitLine",
)
@pytest.mark.rule("records.item_locations")
def test_an_item_lists_every_location_and_keeps_what_is_set_for_one(lab: Lab) -> None:
    code = """const sublistId = 'locations';
    const item = record.create({ type: 'inventoryitem', isDynamic: true });
    item.setValue('itemid', 'PLACED ' + random.generateUUID()); item.setValue('subsidiary', [1]);
    const first = item.getLineCount({ sublistId });
    const at = item.findSublistLineWithValue({ sublistId, fieldId: 'location', value: 2 });
    item.selectLine({ sublistId, line: at });
    item.setCurrentSublistValue({ sublistId, fieldId: 'preferredstocklevel', value: 7 });
    item.commitLine({ sublistId });
    const id = item.save();
    const again = record.load({ type: 'inventoryitem', id });
    again.setSublistValue({ sublistId, fieldId: 'reorderpoint', line: 0, value: 3 });
    again.save();
    const saved = record.load({ type: 'inventoryitem', id });
    const rows = [];
    for (let line = 0; line < saved.getLineCount({ sublistId }); line += 1) {
      rows.push(['location', 'location_display', 'preferredstocklevel', 'reorderpoint', 'quantityonhand']
        .map((fieldId) => saved.getSublistValue({ sublistId, fieldId, line })));
    }
    const places = search.create({ type: 'location', filters: [['isinactive', 'is', 'F']] }).runPaged().count;
    return { every: [first, rows.length].every((count) => count === places), rows: rows.slice(0, 2) };"""
    rows = [[1, "Main Warehouse", "", 3, ""], [2, "Second Warehouse", 7, "", ""]]
    assert lab.run(code) == {"every": True, "rows": rows}


@pytest.mark.shows("N/record.create", "N/record.Record.getValue", "N/search.create")
@pytest.mark.rule("transactions.journal_approval")
def test_a_journal_is_approved_unless_it_says_otherwise(lab: Lab) -> None:
    code = """const made = (values) => {
      const entry = record.create({ type: 'journalentry', isDynamic: true });
      entry.setValue('subsidiary', 1);
      for (const [field, value] of Object.entries(values)) entry.setValue(field, value);
      for (const [account, side] of [[1, 'debit'], [17, 'credit']]) {
        entry.selectNewLine('line');
        entry.setCurrentSublistValue('line', 'account', account);
        entry.setCurrentSublistValue('line', side, 4);
        entry.setCurrentSublistValue('line', 'entity', 1001);
        entry.commitLine('line');
      }
      return entry.save();
    };
    const told = (values) => {
      const entry = record.load({ type: 'journalentry', id: made(values) });
      return [entry.getValue('approved'), entry.getValue('status')];
    };
    const later = record.load({ type: 'journalentry', id: made({ approved: false }) });
    later.setValue('approved', true);
    const id = later.save();
    const rows = search.create({
      type: 'journalentry', filters: [['internalid', 'anyof', id], 'AND', ['name', 'anyof', 1001]], columns: ['entity'],
    }).run().getRange(0, 9).map((one) => one.getValue('entity'));
    return [told({}), told({ approved: false }), told({ approvalstatus: '1' }),
      record.load({ type: 'journalentry', id }).getValue('status'), rows];"""
    assert lab.run(code) == [
        [True, "Approved for Posting"],
        [False, "Pending Approval"],
        [False, "Pending Approval"],
        "Approved for Posting",
        ["1001", "1001"],
    ]
