"""What a transaction is worth: prices, discounts, markups, subtotals, taxes, shipping, currencies."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from lab import Lab

_NUMBERS = count(1)
ORDER = """
const order = record.create({ type: input.type ?? 'salesorder' });
for (const [field, value] of Object.entries(input.body)) order.setValue(field, value);
input.lines.forEach((line, index) => {
  for (const [fieldId, value] of Object.entries(line)) {
    order.setSublistValue({ sublistId: input.sublist ?? 'item', fieldId, line: index, value });
  }
});
const id = order.save({ enableSourcing: input.sourcing ?? true });
const saved = record.load({ type: input.type ?? 'salesorder', id });
const lines = [];
for (let line = 0; line < saved.getLineCount('item'); line += 1) {
  lines.push(['item', 'quantity', 'rate', 'amount', 'price', 'taxrate1', 'tax1amt'].map(
    (fieldId) => saved.getSublistValue({ sublistId: 'item', fieldId, line })));
}
const body = {};
for (const name of ['subtotal', 'discounttotal', 'taxtotal', 'total', 'exchangerate', 'discountrate', 'status', 'duedate'])
  body[name] = saved.getValue(name);
return { id, body, lines };
"""


def item(lab: Lab, name: str) -> str:
    """Internal id of a starter item."""
    with lab.account.database() as connection:
        row = connection.execute(
            "SELECT id FROM record WHERE space = 'item' AND json_extract(body, '$.itemid') = ?",
            (name,),
        ).fetchone()
    return str(row[0])


def customer(lab: Lab, **fields: Any) -> str:
    name = f"Amounts {next(_NUMBERS)}"
    given = {"companyname": name, "subsidiary": "1", **fields}
    return str(lab.account.seed([{"type": "customer", "fields": given}])[0])


def vendor(lab: Lab, **fields: Any) -> str:
    name = f"Supplier {next(_NUMBERS)}"
    given = {"companyname": name, "subsidiary": "1", **fields}
    return str(lab.account.seed([{"type": "vendor", "fields": given}])[0])


def order(lab: Lab, lines: list[dict[str, Any]], **more: Any) -> Any:
    body = {"entity": customer(lab), "location": "1", **more.pop("body", {})}
    return lab.run(ORDER, {"body": body, "lines": lines, **more})


@pytest.mark.shows("N/record.Record.save", "N/record.Record.getSublistValue")
@pytest.mark.rule("transactions.price_level")
def test_a_line_costs_what_the_customers_price_level_says(lab: Lab) -> None:
    trade = order(
        lab,
        [{"item": item(lab, "SAMPLE-STOCK"), "quantity": 2}],
        body={"entity": customer(lab, pricelevel="4")},
    )
    plain = order(lab, [{"item": item(lab, "SAMPLE-STOCK"), "quantity": 2}])
    assert trade["lines"][0][2:5] == [21.25, 42.5, "4"]
    assert plain["lines"][0][2:5] == [25, 50, "1"]


@pytest.mark.shows("N/record.Record.setMatrixHeaderValue", "N/record.Record.setMatrixSublistValue")
@pytest.mark.rule("transactions.quantity_price")
def test_who_buys_more_pays_less(lab: Lab) -> None:
    name = f"BREAK-{next(_NUMBERS)}"
    made = lab.run(
        "const item = record.create({ type: 'noninventorysaleitem' }); item.setValue('itemid', input);"
        "item.setSublistValue({ sublistId: 'price1', fieldId: 'pricelevel', line: 0, value: '1' });"
        "const cell = (column, value) => item.setMatrixSublistValue("
        "{ sublistId: 'price1', fieldId: 'price', line: 0, column, value });"
        "item.setMatrixHeaderValue({ sublistId: 'price1', fieldId: 'price', column: 1, value: 10 });"
        "cell(0, 5); cell(1, 4); return item.save();",
        name,
    )
    found = order(lab, [{"item": str(made), "quantity": count} for count in (9, 10)])
    assert [line[2] for line in found["lines"]] == [5, 4]


@pytest.mark.shows("N/record.Record.setSublistValue")
@pytest.mark.rule("transactions.own_rate")
def test_a_rate_that_is_written_stands(lab: Lab) -> None:
    found = order(lab, [{"item": item(lab, "SAMPLE-STOCK"), "quantity": 3, "rate": 7}])
    assert found["lines"][0][2:4] == [7, 21]


@pytest.mark.shows("N/record.Record.getValue")
@pytest.mark.rule("transactions.discount_line")
def test_a_percent_discount_takes_its_share_of_the_line_above(lab: Lab) -> None:
    found = order(
        lab,
        [
            {"item": item(lab, "SAMPLE-STOCK"), "quantity": 1, "rate": 200},
            {"item": item(lab, "SAMPLE-NONSTOCK"), "quantity": 1, "rate": 50},
            {"item": item(lab, "SAMPLE-PERCENT")},
        ],
    )
    assert found["lines"][2][2:4] == ["-10.0%", -5]
    assert found["body"]["total"] == 245


@pytest.mark.shows("N/record.Record.getValue")
@pytest.mark.rule("transactions.discount_line")
def test_a_markup_adds_its_share(lab: Lab) -> None:
    found = order(
        lab,
        [
            {"item": item(lab, "SAMPLE-STOCK"), "quantity": 1, "rate": 200},
            {"item": item(lab, "SAMPLE-MARKUP")},
        ],
    )
    assert found["lines"][1][3] == 10
    assert found["body"]["subtotal"] == 210


@pytest.mark.shows("N/record.Record.getValue")
@pytest.mark.rule("transactions.subtotal_line")
def test_a_subtotal_shows_a_sum_counts_for_nothing_and_bears_discounts(lab: Lab) -> None:
    found = order(
        lab,
        [
            {"item": item(lab, "SAMPLE-STOCK"), "quantity": 1, "rate": 100},
            {"item": item(lab, "SAMPLE-STOCK"), "quantity": 1, "rate": 50},
            {"item": item(lab, "Subtotal")},
            {"item": item(lab, "SAMPLE-PERCENT")},
        ],
    )
    assert [line[3] for line in found["lines"]] == [100, 50, 150, -15]
    assert found["body"]["total"] == 135


@pytest.mark.shows("N/record.Record.setValue")
@pytest.mark.rule("transactions.body_discount")
@pytest.mark.parametrize(("rate", "discount"), [("-10%", -15), (-12, -12)])
def test_a_discount_of_the_whole_is_a_share_or_an_amount(
    lab: Lab, rate: Any, discount: int
) -> None:
    found = order(
        lab,
        [{"item": item(lab, "SAMPLE-STOCK"), "quantity": 3, "rate": 50}],
        body={"discountitem": item(lab, "SAMPLE-PERCENT"), "discountrate": rate},
    )
    assert found["body"]["discounttotal"] == discount
    assert found["body"]["total"] == 150 + discount


@pytest.mark.shows("N/record.Record.getValue")
@pytest.mark.rule("transactions.tax")
def test_taxes_follow_each_lines_code_and_shipping_its_own(lab: Lab) -> None:
    found = order(
        lab,
        [
            {"item": item(lab, "SAMPLE-STOCK"), "quantity": 1, "rate": 100, "taxcode": "2"},
            {"item": item(lab, "SAMPLE-STOCK"), "quantity": 1, "rate": 10, "taxcode": "1"},
        ],
        body={"shippingcost": 10, "shippingtaxcode": "2", "handlingcost": 1},
    )
    assert [line[5:7] for line in found["lines"]] == [[19, 19], [20, 2]]
    assert (found["body"]["taxtotal"], found["body"]["total"]) == (22.9, 143.9)


@pytest.mark.shows("N/record.Record.getValue")
@pytest.mark.rule("transactions.body_tax")
def test_one_tax_for_the_whole_counts_on_taxable_lines_alone(lab: Lab) -> None:
    found = order(
        lab,
        [
            {"item": item(lab, "SAMPLE-STOCK"), "quantity": 1, "rate": 100, "istaxable": True},
            {"item": item(lab, "SAMPLE-STOCK"), "quantity": 1, "rate": 50},
        ],
        body={"taxitem": "5"},
        sourcing=False,
    )
    assert (found["body"]["taxtotal"], found["body"]["total"]) == (7.25, 157.25)


@pytest.mark.shows("N/record.Record.getValue")
@pytest.mark.rule("transactions.foreign_currency")
def test_an_order_in_yen_has_whole_amounts_and_the_days_rate(lab: Lab) -> None:
    buyer = customer(lab, currency="5")
    found = order(
        lab,
        [{"item": item(lab, "SAMPLE-STOCK"), "quantity": 3, "rate": 33.4}],
        body={"entity": buyer},
    )
    assert found["body"]["total"] == 100
    assert found["body"]["exchangerate"] == 0.0067


@pytest.mark.shows("N/record.Record.getValue")
@pytest.mark.rule("transactions.due_date")
def test_a_bill_is_due_when_its_terms_say(lab: Lab) -> None:
    found = lab.run(
        "const bill = record.create({ type: 'vendorbill' }); bill.setValue('entity', input.vendor);"
        "bill.setValue('trandate', new Date(2026, 2, 1)); bill.setValue('location', '1');"
        "bill.setSublistValue({ sublistId: 'expense', fieldId: 'account', line: 0, value: '17' });"
        "bill.setSublistValue({ sublistId: 'expense', fieldId: 'amount', line: 0, value: 80 });"
        "const id = bill.save({ enableSourcing: true });"
        "const saved = record.load({ type: 'vendorbill', id }); const due = saved.getValue('duedate');"
        "return [due.getFullYear(), due.getMonth(), due.getDate(), saved.getValue('total')];",
        {"vendor": vendor(lab, terms="3")},
    )
    assert found == [2026, 2, 31, 80]


@pytest.mark.shows("N/record.Record.save")
@pytest.mark.rule("transactions.journal_balance")
def test_a_journal_must_balance(lab: Lab) -> None:
    code = (
        "const entry = record.create({ type: 'journalentry' }); entry.setValue('subsidiary', '1');"
        "[['1', 'debit', 100], ['10', 'credit', input.credit]].forEach(([account, side, value], line) => {"
        "entry.setSublistValue({ sublistId: 'line', fieldId: 'account', line, value: account });"
        "entry.setSublistValue({ sublistId: 'line', fieldId: side, line, value }); });"
        "return entry.save();"
    )
    with lab.refused("USER_ERROR", "balance"):
        lab.run(code, {"credit": 90})
    assert lab.run(code, {"credit": 100})


@pytest.mark.shows("N/record.Record.save")
@pytest.mark.rule("transactions.closed_period")
def test_nothing_is_posted_changed_or_deleted_in_a_closed_period(lab: Lab) -> None:
    code = (
        "const bill = record.create({ type: 'vendorbill' }); bill.setValue('entity', input);"
        "bill.setValue('trandate', new Date(2024, 11, 24));"
        "bill.setSublistValue({ sublistId: 'expense', fieldId: 'account', line: 0, value: '17' });"
        "bill.setSublistValue({ sublistId: 'expense', fieldId: 'amount', line: 0, value: 80 });"
        "return bill.save();"
    )
    with lab.refused("CLOSED_TRAN_PRD", "Dec 2024"):
        lab.run(code, vendor(lab))


@pytest.mark.shows("N/record.Record.getText")
@pytest.mark.rule("transactions.posting_period")
def test_a_posting_transaction_names_its_period(lab: Lab) -> None:
    found = lab.run(
        "const entry = record.create({ type: 'journalentry' }); entry.setValue('subsidiary', '1');"
        "entry.setValue('trandate', new Date(2026, 4, 5));"
        "[['1', 'debit'], ['10', 'credit']].forEach(([account, side], line) => {"
        "entry.setSublistValue({ sublistId: 'line', fieldId: 'account', line, value: account });"
        "entry.setSublistValue({ sublistId: 'line', fieldId: side, line, value: 5 }); });"
        "return record.load({ type: 'journalentry', id: entry.save() }).getText('postingperiod');"
    )
    assert found == "May 2026"


@pytest.mark.shows("N/record.Record.save")
@pytest.mark.rule("transactions.ship_method")
def test_a_ship_method_brings_its_carrier_and_takes_no_other(lab: Lab) -> None:
    lines = [{"item": item(lab, "SAMPLE-STOCK"), "quantity": 1, "rate": 1}]
    made = order(lab, lines, body={"shipmethod": "1"})
    assert lab.account.find("salesorder", id=made["id"])[0]["fields"]["shipcarrier"] == "nonups"
    with lab.refused("INVALID_KEY_OR_REF", "shipmethod"):
        order(lab, lines, body={"shipmethod": "1", "shipcarrier": "ups"})


@pytest.mark.rule("transactions.no_lines")
@pytest.mark.parametrize("kind", ["salesorder", "vendorbill", "invoice"])
def test_without_a_line_nothing_is_saved(lab, kind):
    code = """const maker = record.create({ type: input === 'vendorbill' ? 'vendor' : 'customer' });
    maker.setValue('companyname', 'Lineless ' + random.generateUUID()); maker.setValue('subsidiary', 1);
    const order = record.create({ type: input, isDynamic: true });
    order.setValue('entity', maker.save());
    const said = (rec) => { try { return rec.save() > 0; } catch (error) { return error.name; } };
    const first = said(order);
    order.selectNewLine('item');
    order.setCurrentSublistText({ sublistId: 'item', fieldId: 'item', text: 'SAMPLE-STOCK' });
    order.setCurrentSublistValue('item', 'quantity', 1);
    order.setCurrentSublistValue('item', 'rate', 1);
    order.setCurrentSublistValue('item', 'location', 1);
    order.commitLine('item');
    const id = order.save();
    const again = record.load({ type: input, id });
    again.removeLine({ sublistId: 'item', line: 0 });
    return [first, said(again)];"""
    assert lab.run(code, kind) == ["USER_ERROR", "USER_ERROR"]
