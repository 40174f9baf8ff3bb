"""Invoices, bills, payments, credits, deposits: what is due, and what a customer owes."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from lab import Lab

_NUMBERS = count(1)
ONE_LINE = (
    "const make = (type, entity, amount, sublist = 'item') => {"
    "const doc = record.create({ type }); doc.setValue('entity', entity); doc.setValue('location', '1');"
    "doc.setSublistValue({ sublistId: 'item', fieldId: 'item', line: 0, value: input.item });"
    "doc.setSublistValue({ sublistId: 'item', fieldId: 'quantity', line: 0, value: 1 });"
    "doc.setSublistValue({ sublistId: 'item', fieldId: 'rate', line: 0, value: amount });"
    "return doc.save(); };"
    "const get = (type, id, ...names) => { const doc = record.load({ type, id });"
    "return names.map((name) => doc.getValue(name)); };"
)
PAY = (
    "const pay = (customer, invoice, amount) => {"
    "const paid = record.create({ type: 'customerpayment', defaultValues: { entity: customer } });"
    "const line = paid.findSublistLineWithValue({ sublistId: 'apply', fieldId: 'doc', value: String(invoice) });"
    "paid.setSublistValue({ sublistId: 'apply', fieldId: 'apply', line, value: true });"
    "if (amount) paid.setSublistValue({ sublistId: 'apply', fieldId: 'amount', line, value: amount });"
    "return paid.save(); };"
)


def given(lab: Lab, kind: str = "customer") -> dict[str, Any]:
    """A new customer or vendor, and an item that is not kept in stock."""
    name = f"Payer {next(_NUMBERS)}"
    made = lab.account.seed([{"type": kind, "fields": {"companyname": name, "subsidiary": "1"}}])
    with lab.account.database() as connection:
        row = connection.execute(
            "SELECT id FROM record WHERE space = 'item'"
            " AND json_extract(body, '$.itemid') = 'SAMPLE-RESALE'"
        ).fetchone()
    return {"who": str(made[0]), "item": str(row[0])}


def run(lab: Lab, code: str, kind: str = "customer") -> Any:
    return lab.run(ONE_LINE + PAY + code, given(lab, kind))


@pytest.mark.shows(
    "N/record.create", "N/record.Record.findSublistLineWithValue", "N/record.Record.setSublistValue"
)
@pytest.mark.rule("transactions.apply_list")
@pytest.mark.rule("transactions.paid")
def test_a_payment_lists_what_is_open_and_pays_it(lab: Lab) -> None:
    found = run(
        lab,
        "const first = make('invoice', input.who, 100); const second = make('invoice', input.who, 40);"
        "const paid = pay(input.who, first, 60);"
        "return { invoice: get('invoice', first, 'amountpaid', 'amountremaining', 'status'),"
        " payment: get('customerpayment', paid, 'payment', 'applied', 'unapplied'),"
        " open: record.load({ type: 'customerpayment', id: paid }).getLineCount('apply'),"
        " rest: pay(input.who, first) && get('invoice', first, 'amountremaining', 'status') };",
    )
    assert found["invoice"] == [60, 40, "Open"]
    assert found["payment"] == [60, 60, 0]
    assert found["open"] == 2
    assert found["rest"] == [0, "Paid In Full"]


@pytest.mark.shows("N/record.transform")
@pytest.mark.rule("transactions.apply_list")
def test_a_payment_made_from_an_invoice_pays_all_of_it(lab: Lab) -> None:
    found = run(
        lab,
        "const id = make('invoice', input.who, 100);"
        "const paid = record.transform({ fromType: 'invoice', fromId: id, toType: 'customerpayment' });"
        "paid.save(); return get('invoice', id, 'amountremaining', 'status');",
    )
    assert found == [0, "Paid In Full"]


@pytest.mark.shows("N/record.Record.save")
@pytest.mark.rule("transactions.overpaid")
def test_no_line_takes_more_than_is_due(lab: Lab) -> None:
    with lab.refused("USER_ERROR", "more than the 100", guessed=True):
        run(lab, "return pay(input.who, make('invoice', input.who, 100), 100.5);")


@pytest.mark.shows("N/record.delete")
@pytest.mark.rule("transactions.paid")
@pytest.mark.rule("account.dependents")
def test_a_paid_invoice_stays_until_its_payment_is_deleted(lab: Lab) -> None:
    found = run(
        lab,
        "const id = make('invoice', input.who, 100); const paid = pay(input.who, id); let refused = '';"
        "try { record.delete({ type: 'invoice', id }); } catch (error) { refused = error.name; }"
        "record.delete({ type: 'customerpayment', id: paid });"
        "return [refused, ...get('invoice', id, 'amountremaining', 'status')];",
    )
    assert found == [
        "THIS_RECORD_CANNOT_BE_DELETED_BECAUSE_IT_HAS_DEPENDENT_RECORDS",
        100,
        "Open",
    ]


@pytest.mark.shows("N/record.Record.getValue")
@pytest.mark.rule("transactions.balance")
def test_a_customer_owes_what_is_open_less_what_is_credited(lab: Lab) -> None:
    found = run(
        lab,
        "const id = make('invoice', input.who, 100); make('creditmemo', input.who, 30);"
        "pay(input.who, id, 25);"
        "return get('customer', input.who, 'balance', 'unbilledorders', 'depositbalance');",
    )
    assert found == [45, 0, 0]


@pytest.mark.shows("N/record.transform")
@pytest.mark.rule("transactions.credit")
def test_a_credit_made_from_an_invoice_is_applied_to_it(lab: Lab) -> None:
    found = run(
        lab,
        "const id = make('invoice', input.who, 100);"
        "const credit = record.transform({ fromType: 'invoice', fromId: id, toType: 'creditmemo' }).save();"
        "return [get('invoice', id, 'amountremaining', 'status'),"
        " get('creditmemo', credit, 'applied', 'unapplied', 'status')];",
    )
    assert found == [[0, "Paid In Full"], [100, 0, "Fully Applied"]]


@pytest.mark.shows("N/record.transform")
@pytest.mark.rule("transactions.deposit")
def test_a_customers_deposit_is_applied_to_an_invoice(lab: Lab) -> None:
    found = run(
        lab,
        "const deposit = record.create({ type: 'customerdeposit' }); deposit.setValue('customer', input.who);"
        "deposit.setValue('payment', 50); const from = deposit.save();"
        "const before = get('customer', input.who, 'depositbalance')[0];"
        "const invoice = make('invoice', input.who, 80);"
        "const used = record.transform({ fromType: 'customerdeposit', fromId: from, toType: 'depositapplication' });"
        "const line = used.findSublistLineWithValue({ sublistId: 'apply', fieldId: 'doc', value: String(invoice) });"
        "used.setSublistValue({ sublistId: 'apply', fieldId: 'apply', line, value: true });"
        "used.setSublistValue({ sublistId: 'apply', fieldId: 'amount', line, value: 50 }); used.save();"
        "return [before, get('invoice', invoice, 'amountremaining'), get('customerdeposit', from, 'status'),"
        " get('customer', input.who, 'depositbalance', 'balance')];",
    )
    assert found == [50, [30], ["Fully Applied"], [0, 30]]


@pytest.mark.shows("N/record.create")
@pytest.mark.rule("transactions.refund")
def test_a_refund_takes_up_a_credit(lab: Lab) -> None:
    found = run(
        lab,
        "const credit = make('creditmemo', input.who, 30);"
        "const refund = record.create({ type: 'customerrefund', defaultValues: { entity: input.who } });"
        "const line = refund.findSublistLineWithValue({ sublistId: 'apply', fieldId: 'doc', value: String(credit) });"
        "refund.setSublistValue({ sublistId: 'apply', fieldId: 'apply', line, value: true });"
        "const id = refund.save();"
        "return [get('customerrefund', id, 'total')[0], ...get('creditmemo', credit, 'unapplied', 'status')];",
    )
    assert found == [30, 0, "Fully Applied"]


@pytest.mark.shows("N/record.create")
@pytest.mark.rule("transactions.bank_deposit")
def test_a_bank_deposit_takes_payments_out_of_undeposited_funds(lab: Lab) -> None:
    found = run(
        lab,
        "const paid = pay(input.who, make('invoice', input.who, 100));"
        "const before = get('customerpayment', paid, 'undepfunds', 'status');"
        "const deposit = record.create({ type: 'deposit' }); deposit.setValue('account', '1');"
        "const line = deposit.findSublistLineWithValue({ sublistId: 'payment', fieldId: 'id', value: String(paid) });"
        "deposit.setSublistValue({ sublistId: 'payment', fieldId: 'deposit', line, value: true });"
        "const id = deposit.save();"
        "return [before, get('deposit', id, 'total')[0], get('customerpayment', paid, 'status')[0]];",
    )
    assert found == [["T", "Not Deposited"], 100, "Deposited"]


@pytest.mark.shows("N/record.transform")
@pytest.mark.rule("transactions.paid")
def test_a_bill_is_paid_by_a_vendor_payment(lab: Lab) -> None:
    found = run(
        lab,
        "const id = make('vendorbill', input.who, 75);"
        "const paid = record.transform({ fromType: 'vendorbill', fromId: id, toType: 'vendorpayment' });"
        "paid.setValue('account', '1'); paid.save();"
        "return [...get('vendorbill', id, 'amountremaining', 'status'), ...get('vendor', input.who, 'balance')];",
        "vendor",
    )
    assert found == [0, "Paid In Full", 0]


@pytest.mark.shows("N/record.transform")
@pytest.mark.rule("transactions.quote_status")
def test_an_estimate_that_was_ordered_is_processed_and_not_ordered_again(lab: Lab) -> None:
    found = run(
        lab,
        "const id = make('estimate', input.who, 10);"
        "const turn = () => record.transform({ fromType: 'estimate', fromId: id, toType: 'salesorder' });"
        "turn().save(); let again = ''; try { turn(); } catch (error) { again = error.name; }"
        "return [get('estimate', id, 'status')[0], again];",
    )
    assert found == ["Processed", "INVALID_INITIALIZE_REF"]


@pytest.mark.shows("N/record.create", "N/record.load", "N/record.Record.setCurrentSublistValue")
@pytest.mark.rule("account.unknown_fields")
@pytest.mark.parametrize("type_", ["vendorbill", "vendorcredit", "check", "purchaseorder"])
def test_what_the_account_writes_itself_is_no_unknown_field_of_a_script(
    lab: Lab, type_: str
) -> None:
    code = """const { type } = input;
      const amount = (doc, value) => {
        doc.setCurrentSublistValue({ sublistId: 'expense', fieldId: 'amount', value });
        doc.commitLine({ sublistId: 'expense' });
        return doc.save();
      };
      const doc = record.create({ type, isDynamic: true });
      doc.setValue('entity', input.who);
      if (type === 'check') doc.setValue('account', '1');
      doc.selectNewLine({ sublistId: 'expense' });
      doc.setCurrentSublistValue({ sublistId: 'expense', fieldId: 'account', value: '10' });
      const id = amount(doc, 5);
      const again = record.load({ type, id, isDynamic: true });
      again.selectLine({ sublistId: 'expense', line: 0 });
      amount(again, 7);
      return record.load({ type, id }).getValue('total');"""
    who = given(lab, "vendor")["who"]
    assert lab.run(code, {"type": type_, "who": who}) == 7
