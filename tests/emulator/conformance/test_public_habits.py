"""Habits of public scripts: options by themselves, older names of search fields, texts of setup pages."""

from __future__ import annotations

import pytest


@pytest.mark.shows(
    "N/runtime.isFeatureInEffect",
    "N/runtime.User.getPermission",
    "N/runtime.User.getPreference",
    "N/runtime.Session.get",
)
@pytest.mark.rule("runtime.single_option")
def test_an_only_option_may_stand_by_itself(lab):
    code = """const user = runtime.getCurrentUser();
    const session = runtime.getCurrentSession();
    session.set({ name: 'colour', value: 'blue' });
    return [
      runtime.isFeatureInEffect('SUBSIDIARIES'), runtime.isFeatureInEffect('NO_SUCH_THING'),
      user.getPermission('TRAN_SALESORD') === user.getPermission({ name: 'TRAN_SALESORD' }),
      user.getPreference('DATEFORMAT') === user.getPreference({ name: 'DATEFORMAT' }),
      session.get('colour'),
    ];"""
    assert lab.run(code) == [True, False, True, True, "blue"]


@pytest.mark.shows("N/config.load", "N/record.Record.getText")
def test_selects_of_a_setup_page_have_texts(lab):
    code = """const page = config.load({ type: config.Type.COMPANY_INFORMATION });
    return [page.getText('country'), page.getText('basecurrency')];"""
    country, currency = lab.run(code)
    assert country == "United States"
    assert currency and not currency.isdigit()


@pytest.mark.shows("N/search.create", "N/file.File.isOnline")
@pytest.mark.rule("search.names_of_old")
def test_files_are_found_by_whether_they_need_a_login(lab):
    code = """const folder = record.create({ type: 'folder' });
    folder.setValue('name', 'Deliveries ' + random.generateUUID());
    const id = folder.save();
    const put = (name, isOnline) => file.create({
      name, fileType: file.Type.PLAINTEXT, contents: 'x', folder: id, isOnline,
    }).save();
    put('shown.txt', true); put('kept.txt', false);
    return search.create({
      type: search.Type.FOLDER,
      filters: [
        { name: 'availablewithoutlogin', join: 'file', operator: search.Operator.IS, values: ['F'] },
        { name: 'internalid', operator: search.Operator.ANYOF, values: [id] },
      ],
      columns: [{ name: 'name', join: 'file' }],
    }).run().getRange(0, 5).map((one) => one.getValue({ name: 'name', join: 'file' }));"""
    assert lab.run(code) == ["kept.txt"]


@pytest.mark.shows("N/search.create")
@pytest.mark.rule("search.names_of_old")
def test_transactions_answer_to_their_older_names(lab):
    code = """const maker = record.create({ type: 'customer' });
    maker.setValue('companyname', 'Older ' + random.generateUUID()); maker.setValue('subsidiary', 1);
    const who = maker.save();
    const order = record.create({ type: 'salesorder', isDynamic: true });
    order.setValue('entity', who);
    order.selectNewLine('item');
    order.setCurrentSublistText({ sublistId: 'item', fieldId: 'item', text: 'SAMPLE-STOCK' });
    order.setCurrentSublistValue('item', 'quantity', 2);
    order.setCurrentSublistValue('item', 'rate', 21);
    order.setCurrentSublistValue('item', 'location', 1);
    order.commitLine('item');
    order.save();
    const found = search.create({
      type: 'salesorder',
      filters: [['mainname', 'anyof', who], 'AND', ['mainline', 'is', 'T']],
      columns: ['mainname', 'totalamount', 'duedate', 'shippingamount'],
    }).run().getRange(0, 5);
    return found.map((one) => [Number(one.getValue('mainname')) === who, one.getValue('totalamount'),
      one.getValue('duedate'), Number(one.getValue('shippingamount'))]);"""
    assert lab.run(code) == [[True, "42.00", "", 0]]


@pytest.mark.shows("N/search.lookupFields")
@pytest.mark.rule("search.address_texts")
def test_default_addresses_are_found_as_one_text_and_transactions_by_their_names(lab):
    code = """const maker = record.create({ type: 'customer', isDynamic: true });
    maker.setValue('companyname', 'Placed ' + random.generateUUID()); maker.setValue('subsidiary', 1);
    const place = (label, flag, addr1, phone) => {
      maker.selectNewLine('addressbook');
      maker.setCurrentSublistValue('addressbook', 'label', label);
      maker.setCurrentSublistValue('addressbook', 'defaultbilling', flag === 'billing');
      maker.setCurrentSublistValue('addressbook', 'defaultshipping', flag === 'shipping');
      const address = maker.getCurrentSublistSubrecord('addressbook', 'addressbookaddress');
      address.setValue('country', 'US'); address.setValue('addr1', addr1); address.setValue('addrphone', phone);
      maker.commitLine('addressbook');
    };
    place('Office', 'billing', '1 Ledger Lane', '555-0101-1');
    place('Dock', 'shipping', '2 Harbour Road', '555-0101-2');
    const who = maker.save();
    const columns = ['address', 'billaddress', 'shipaddress', 'billphone', 'shipphone', 'addressphone'];
    const found = search.lookupFields({ type: 'customer', id: who, columns });
    const order = record.create({ type: 'salesorder', isDynamic: true });
    order.setValue('entity', who);
    order.setValue('tranid', 'SO-NAMED'); order.setValue('orderstatus', 'B');
    order.selectNewLine('item');
    order.setCurrentSublistText({ sublistId: 'item', fieldId: 'item', text: 'SAMPLE-SERVICE' });
    order.setCurrentSublistValue('item', 'quantity', 1);
    order.setCurrentSublistValue('item', 'rate', 1);
    order.commitLine('item');
    const id = order.save();
    const name = search.lookupFields({ type: 'salesorder', id, columns: ['transactionname', 'tranid', 'posting'] });
    const bill = record.transform({ fromType: 'salesorder', fromId: id, toType: 'invoice' }).save();
    const { posting } = search.lookupFields({ type: 'invoice', id: bill, columns: ['posting'] });
    return [columns.map((column) => found[column]), name.transactionname.replace(name.tranid, '?'), name.posting, posting];"""
    texts, name, *posts = lab.run(code)
    assert posts == [False, True]
    address, billing, shipping, *phones = texts
    assert "1 Ledger Lane" in billing and address == billing
    assert "2 Harbour Road" in shipping and "1 Ledger Lane" not in shipping
    assert phones == ["555-0101-1", "555-0101-2", "555-0101-1"]
    assert name == "Sales Order #?"


@pytest.mark.shows("N/record.Record.getValue")
def test_a_bill_has_its_amount_under_the_name_of_its_form_too(lab):
    code = """const maker = record.create({ type: 'vendor' });
    maker.setValue('companyname', 'Biller ' + random.generateUUID()); maker.setValue('subsidiary', 1);
    const bill = record.create({ type: 'vendorbill', isDynamic: true });
    bill.setValue('entity', maker.save());
    bill.selectNewLine('item');
    bill.setCurrentSublistText({ sublistId: 'item', fieldId: 'item', text: 'SAMPLE-STOCK' });
    bill.setCurrentSublistValue('item', 'quantity', 3);
    bill.setCurrentSublistValue('item', 'rate', 4.2);
    bill.setCurrentSublistValue('item', 'location', 1);
    bill.commitLine('item');
    const id = bill.save();
    const saved = record.load({ type: 'vendorbill', id });
    return [saved.getValue('usertotal'), saved.getValue('total')];"""
    assert lab.run(code) == [12.6, 12.6]
