"""N/search: what stands beside records, what pays and follows what, tasks, keywords, duplicates."""

from __future__ import annotations

from typing import Any

import pytest
from lab import Lab
from searching import Finder

SHOWS = pytest.mark.shows(
    "N/search.create",
    "N/search.Search.run",
    "N/search.ResultSet.each",
    "N/search.Result.getAllValues",
)


@pytest.fixture(scope="module")
def finder(lab: Lab) -> Finder:
    lab.account.set_clock(1_795_000_000_000)
    lab.account.seed(
        [
            {"type": "customer", "externalid": "R-C",
             "fields": {"companyname": "Linden Works", "subsidiary": "2", "email": "linden@x.example",
                        "phone": "555 0101"}},
            {"type": "customer", "externalid": "R-D",
             "fields": {"companyname": "Linden Works Two", "subsidiary": "2", "email": "linden@x.example"}},
            {"type": "contact", "externalid": "R-P",
             "fields": {"entityid": "Ida Linden", "firstname": "Ida", "lastname": "Linden", "email": "ida@x.example",
                        "subsidiary": "2", "company": {"ref": "customer", "value": "R-C"}}},
        ]
    )  # fmt: skip
    return Finder(lab)


def one(rows: list[dict[str, Any]], name: str) -> Any:
    """The value of the only result; the text of a select, None where it is empty."""
    (row,) = rows
    value = row["values"][name]
    return (value[0]["text"] if value else None) if isinstance(value, list) else value


@pytest.fixture(scope="module")
def order(finder: Finder) -> dict[str, Any]:
    """An order that is shipped in part, billed and paid, made by a script."""
    result = finder.lab.run(
        """const found = (type, filters) => search.create({ type, filters }).run().getRange({ start: 0, end: 1 })[0].id;
        const customer = found('customer', ['externalid', 'anyof', 'R-C']);
        const item = found('item', ['itemid', 'is', 'SAMPLE-SERVICE']);
        const order = record.create({ type: 'salesorder', isDynamic: true });
        order.setValue({ fieldId: 'entity', value: customer });
        order.setValue({ fieldId: 'orderstatus', value: 'B' });
        for (const quantity of [2, 3]) {
          order.selectNewLine({ sublistId: 'item' });
          order.setCurrentSublistValue({ sublistId: 'item', fieldId: 'item', value: item });
          order.setCurrentSublistValue({ sublistId: 'item', fieldId: 'quantity', value: quantity });
          order.setCurrentSublistValue({ sublistId: 'item', fieldId: 'rate', value: 10 });
          order.commitLine({ sublistId: 'item' });
        }
        const id = order.save();
        const invoice = record.transform({ fromType: 'salesorder', fromId: id, toType: 'invoice' });
        invoice.removeLine({ sublistId: 'item', line: 1 });
        const bill = invoice.save();
        const payment = record.transform({ fromType: 'invoice', fromId: bill, toType: 'customerpayment' }).save();
        record.submitFields({ type: 'salesorder', id, values: { memo: 'changed' } });
        return { customer, id: String(id), bill: String(bill), payment: String(payment) };"""
    )
    return dict(result)


@SHOWS
@pytest.mark.rule("search.links")
def test_payments_join_what_they_pay(finder: Finder, order: dict[str, Any]) -> None:
    main = [["internalid", "anyof", order["bill"]], "and", ["mainline", "is", "T"]]
    columns = [
        "payingtransaction",
        "payingamount",
        "applyingtransaction.recordtype",
        "appliedtotransaction",
    ]
    (row,) = finder.results("invoice", main, columns)
    values = row["values"]
    assert values["payingtransaction"][0]["value"] == order["payment"]
    assert values["payingamount"] == "20.00"
    assert values["applyingtransaction.recordtype"] == "customerpayment"
    paid = [["internalid", "anyof", order["payment"]], "and", ["mainline", "is", "T"]]
    rows = finder.results("customerpayment", paid, ["paidtransaction.internalid", "paidamount"])
    assert rows[0]["values"]["paidtransaction.internalid"][0]["value"] == order["bill"]
    unpaid = [["mainline", "is", "T"], "and", ["payingtransaction", "anyof", "@NONE@"],
              "and", ["internalid", "anyof", order["bill"]]]  # fmt: skip
    assert finder.results("invoice", unpaid) == []


@SHOWS
@pytest.mark.rule("search.links")
def test_lines_of_an_order_join_the_lines_that_bill_them(
    finder: Finder, order: dict[str, Any]
) -> None:
    lines = [
        ["internalid", "anyof", order["id"]],
        "and",
        ["mainline", "is", "F"],
        "and",
        ["taxline", "is", "F"],
    ]
    columns = ["quantity", "billingtransaction", "billingtransaction.quantity"]
    rows = finder.results("salesorder", lines, columns)
    assert [
        (r["values"]["quantity"], [v["value"] for v in r["values"]["billingtransaction"]],
         r["values"]["billingtransaction.quantity"])
        for r in rows
    ] == [("2", [order["bill"]], "2"), ("3", [], "")]  # fmt: skip


@SHOWS
@pytest.mark.rule("search.links_on_main")
def test_an_order_as_a_whole_joins_what_was_made_from_it(
    finder: Finder, order: dict[str, Any]
) -> None:
    main = [["internalid", "anyof", order["id"]], "and", ["mainline", "is", "T"]]
    (row,) = finder.results("salesorder", main, ["billingtransaction"])
    found = [value["value"] for value in row["values"]["billingtransaction"]]
    assert found == ([order["bill"]] if finder.lab.preferences.search_links_on_main else [])


@SHOWS
@pytest.mark.rule("search.system_notes")
def test_system_notes_join_their_record(finder: Finder, order: dict[str, Any]) -> None:
    here = [["internalid", "anyof", order["id"]], "and", ["mainline", "is", "T"]]
    changed = [
        *here,
        "and",
        ["systemnotes.field", "anyof", "MEMO"],
        "and",
        ["systemnotes.type", "is", "F"],
    ]
    (row,) = finder.results(
        "salesorder", changed, ["systemnotes.newvalue", "systemnotes.context", "systemnotes.name"]
    )
    assert row["values"]["systemnotes.newvalue"] == "changed"
    assert row["values"]["systemnotes.context"] == [{"value": "RST", "text": "RESTlet"}]
    made = [*here, "and", ["systemnotes.type", "is", "T"]]
    assert len(finder.results("salesorder", made, ["systemnotes.date"])) == 1
    with finder.lab.refused("EMULATOR_UNSUPPORTED", "TRANDOC.KSTATUS"):
        finder.results("salesorder", [["systemnotes.field", "anyof", "TRANDOC.KSTATUS"]])


@SHOWS
@pytest.mark.rule("search.made_by")
def test_who_made_and_changed_a_transaction(finder: Finder, order: dict[str, Any]) -> None:
    filters = [["internalid", "anyof", order["id"]], "and", ["mainline", "is", "T"], "and",
               ["createdby", "anyof", "@CURRENT@"]]  # fmt: skip
    (row,) = finder.results("salesorder", filters, ["createdby", "lastmodifiedby"])
    assert row["values"]["createdby"] == row["values"]["lastmodifiedby"]


@SHOWS
@pytest.mark.rule("search.periods")
def test_posting_periods(finder: Finder, order: dict[str, Any]) -> None:
    filters = [["internalid", "anyof", order["bill"]], "and", ["mainline", "is", "T"]]
    rows = finder.results("invoice", filters, ["postingperiod", "accountingperiod.startdate"])
    assert one(rows, "postingperiod") == "Nov 2026"
    assert one(rows, "accountingperiod.startdate").replace("0", "") in (
        "11/1/226",
        "1.11.226",
        "1/11/226",
    )


@SHOWS
@pytest.mark.rule("search.contact_joins")
def test_contacts_of_a_customer(finder: Finder, order: dict[str, Any]) -> None:
    here = [["internalid", "anyof", order["customer"]]]
    assert (
        one(finder.results("customer", here, ["contact.email"]), "contact.email") == "ida@x.example"
    )
    assert (
        one(finder.results("customer", here, ["contactprimary.email"]), "contactprimary.email")
        == ""
    )
    finder.lab.run(
        """const [{ id }] = search.create({ type: 'contact', filters: ['externalid', 'anyof', 'R-P'] }).run().getRange(0, 1);
        record.attach({ record: { type: 'contact', id }, to: { type: 'customer', id: input }, attributes: { role: -10 } });""",
        int(order["customer"]),
    )
    assert (
        one(finder.results("customer", here, ["contact.email"]), "contact.email") == "ida@x.example"
    )
    assert (
        one(finder.results("customer", here, ["contactprimary.email"]), "contactprimary.email")
        == "ida@x.example"
    )


@SHOWS
@pytest.mark.rule("search.inventory_detail")
def test_lots_of_a_line(finder: Finder) -> None:
    finder.lab.account.seed(
        [
            {"type": "location", "externalid": "R-LOC", "fields": {"name": "Lot Hall", "subsidiary": "2"}},
            {"type": "lotnumberedinventoryitem", "externalid": "R-LOT", "fields": {"itemid": "R-LOT", "subsidiary": "2"}},
            {"type": "inventoryadjustment", "externalid": "R-ADJ",
             "fields": {"account": {"ref": "account", "by": "acctnumber", "value": "5100"}, "subsidiary": "2"},
             "sublists": {"inventory": [{"fields": {
                 "item": {"ref": "item", "value": "R-LOT"}, "adjustqtyby": 5, "unitcost": 1,
                 "location": {"ref": "location", "value": "R-LOC"}},
                 "subrecords": {"inventorydetail": {"sublists": {"inventoryassignment": [
                     {"receiptinventorynumber": "LOT-A", "quantity": 2},
                     {"receiptinventorynumber": "LOT-B", "quantity": 3}]}}}}]}},
        ]
    )  # fmt: skip
    filters = [["externalid", "anyof", "R-ADJ"], "and", ["mainline", "is", "F"]]
    columns = ["quantity", "inventoryDetail.inventorynumber", "inventoryDetail.quantity"]
    rows = finder.results("inventoryadjustment", filters, columns)
    found = [
        (
            r["values"]["quantity"],
            r["values"]["inventoryDetail.inventorynumber"][0]["text"],
            r["values"]["inventoryDetail.quantity"],
        )
        for r in rows
    ]
    assert sorted(found) == [("5", "LOT-A", "2"), ("5", "LOT-B", "3")]
    numbers = finder.results(
        "item", [["itemid", "is", "R-LOT"]], ["inventorynumber.inventorynumber"]
    )
    assert sorted(r["values"]["inventorynumber.inventorynumber"] for r in numbers) == [
        "LOT-A",
        "LOT-B",
    ]


@SHOWS
@pytest.mark.rule("search.members")
def test_members_and_prices_of_items(finder: Finder) -> None:
    finder.lab.account.seed(
        [
            {"type": "kititem", "externalid": "R-KIT", "fields": {"itemid": "R-KIT", "subsidiary": ["2"]},
             "sublists": {"member": [
                 {"item": {"ref": "item", "by": "itemid", "value": "SAMPLE-STOCK"}, "quantity": 4}]}},
            {"type": "servicesaleitem", "externalid": "R-SVC", "fields": {"itemid": "R-SVC", "subsidiary": ["2"]},
             "sublists": {"price1": [{"pricelevel": "1", "price_1_": 12.5, "currency": "1"}]}},
        ]
    )  # fmt: skip
    rows = finder.results(
        "kititem",
        [["itemid", "is", "R-KIT"]],
        ["memberitem", "memberquantity", "memberitem.itemid"],
    )
    assert one(rows, "memberitem") == one(rows, "memberitem.itemid") == "SAMPLE-STOCK"
    assert one(rows, "memberquantity") == "4"
    filters = [["itemid", "is", "R-SVC"], "and", ["pricing.pricelevel", "anyof", "1"]]
    assert (
        one(finder.results("item", filters, ["pricing.unitprice"]), "pricing.unitprice") == "12.50"
    )


@SHOWS
@pytest.mark.rule("search.activities")
@pytest.mark.parametrize(
    ("kind", "join"), [("note", "usernotes"), ("task", "task"), ("phonecall", "call")]
)
def test_notes_tasks_and_calls(finder: Finder, order: dict[str, Any], kind: str, join: str) -> None:
    owner = "entity" if kind == "note" else "company"
    finder.lab.account.seed(
        [{"type": kind, "fields": {"title": f"R {kind}", owner: order["customer"]}}]
    )
    (row,) = finder.results(kind, [["title", "is", f"R {kind}"]], ["title", owner])
    assert row["values"][owner][0]["value"] == order["customer"]
    here = [["internalid", "anyof", order["customer"]]]
    assert one(finder.results("customer", here, [f"{join}.title"]), f"{join}.title") == f"R {kind}"


@SHOWS
@pytest.mark.rule("search.tasks")
def test_runs_of_scripts(finder: Finder) -> None:
    script = finder.lab.script(
        "ScheduledScript", "define([], () => ({ execute() {} }));", name="rtask"
    )
    task = finder.lab.run(
        """return task.create({ taskType: task.TaskType.SCHEDULED_SCRIPT, scriptId: input[0], deploymentId: input[1] }).submit();""",
        [script.scriptid, script.deployments[0].scriptid],
    )
    assert finder.lab.engine.idle(60)
    filters = [["script.scriptid", "is", script.scriptid], "and", ["status", "anyof", "COMPLETE"]]
    columns = ["taskid", "status", "scriptdeployment.scriptid", "percentcomplete", "datecreated"]
    (row,) = finder.results("scheduledscriptinstance", filters, columns)
    assert row["values"]["taskid"] == task
    assert row["values"]["status"] == [{"value": "Complete", "text": "Complete"}]
    assert row["values"]["scriptdeployment.scriptid"] == script.deployments[0].scriptid


@pytest.mark.shows("N/search.global")
@pytest.mark.rule("search.global")
def test_a_search_by_keywords(finder: Finder, order: dict[str, Any]) -> None:
    found = finder.lab.run(
        """const seen = (keywords) => (search.global({ keywords }) ?? [])
          .map((row) => [row.recordType, row.getValue('name'), row.getValue({ name: 'type' }), row.getValue('info1')]);
        return [seen('ida linden'), seen('cu: linden two').map(([type]) => type), search.global({ keywords: 'nowhere at all' })];"""
    )
    assert found == [[["contact", "Ida Linden", "Contact", "ida@x.example"]], ["customer"], None]


@pytest.mark.shows("N/search.duplicates")
@pytest.mark.rule("search.duplicates")
def test_duplicates(finder: Finder, order: dict[str, Any]) -> None:
    code = """const ids = (options) => (search.duplicates(options) ?? []).map((row) => row.id);
      return [ids({ type: 'customer', id: input.id }), ids({ type: 'customer', fields: { email: 'LINDEN@x.example' } }).length,
        search.duplicates({ type: 'customer', fields: { email: 'nobody@x.example' } })];"""
    others, same, nobody = finder.lab.run(code, {"id": order["customer"]})
    assert (len(others), same, nobody) == (1, 2, None)
    assert order["customer"] not in others
    with finder.lab.refused("SSS_INVALID_TYPE_ARG"):
        finder.lab.run("search.duplicates({ type: 'salesorder', fields: { email: 'x' } })")


@pytest.mark.shows("N/search.Column.setWhenOrderedBy", "N/search.createColumn")
@pytest.mark.rule("search.when_ordered_by")
def test_the_value_of_the_latest_row(finder: Finder) -> None:
    finder.lab.account.seed(
        {"type": "salesorder", "externalid": f"R-W{day}",
         "fields": {"entity": {"ref": "customer", "value": "R-D"}, "trandate": f"2026-11-0{day}", "memo": memo},
         "sublists": {"item": [{"item": {"ref": "item", "by": "itemid", "value": "SAMPLE-SERVICE"}, "quantity": 1, "rate": 1}]}}
        for day, memo in ((1, "z first"), (3, "a last"), (2, "m middle"))
    )  # fmt: skip
    assert finder.lab.run(
        """const when = (summary) => search.createColumn({ name: 'memomain', summary }).setWhenOrderedBy({ name: 'trandate' });
        const [row] = search.create({ type: 'salesorder',
          filters: [['externalid', 'anyof', 'R-W1', 'R-W2', 'R-W3'], 'and', ['mainline', 'is', 'T']],
          columns: [{ name: 'entity', summary: 'GROUP' }, when('MAX'), when('MIN')] }).run().getRange({ start: 0, end: 1 });
        return [row.getValue(row.columns[1]), row.getValue(row.columns[2])];"""
    ) == ["a last", "z first"]


@pytest.mark.shows("N/search.load")
@pytest.mark.rule("search.seeded")
def test_saved_searches_are_seeded_among_records(finder: Finder) -> None:
    (number,) = finder.lab.account.seed(
        [{"type": "savedsearch", "fields": {
            "id": "customsearch_r_seed", "type": "customer", "title": "Seeded R",
            "filters": [["externalid", "anyof", "R-C"]], "columns": ["companyname"]}}]
    )  # fmt: skip
    found = finder.lab.run(
        """const made = search.load({ id: 'customsearch_r_seed' });
        return [made.searchId, made.run().getRange({ start: 0, end: 9 }).map((row) => row.getValue('companyname'))];"""
    )
    assert found == [number, ["Linden Works"]]


@SHOWS
@pytest.mark.rule("search.relative_dates")
def test_spelled_days(finder: Finder) -> None:
    filters = [["externalid", "anyof", "R-C"], "and", ["datecreated", "onorafter", "threedaysago"]]
    assert len(finder.results("customer", filters)) == 1


@SHOWS
@pytest.mark.rule("search.record_type")
def test_an_items_record_type_can_be_loaded(finder: Finder) -> None:
    code = """const item = search.create({ type: 'item', filters: [['itemid', 'is', input]] }).run().getRange(0, 1)[0];
      const { recordtype } = search.lookupFields({ type: 'item', id: item.id, columns: ['recordtype'] });
      return [recordtype, item.recordType, record.load({ type: recordtype, id: item.id }).getValue('itemid')];"""
    finder.results("item")
    assert finder.lab.run(code, "SAMPLE-SERVICE") == ["serviceitem", "serviceitem", "SAMPLE-SERVICE"]  # fmt: skip
    assert finder.lab.run(code, "SAMPLE-LOT")[0] == "lotnumberedinventoryitem"
    (row,) = finder.results("entity", [["email", "is", "ida@x.example"]], ["recordtype"])
    assert row["values"] == {"recordtype": "contact"}


@SHOWS
@pytest.mark.rule("search.address_joins")
def test_the_addresses_of_a_customer(finder: Finder) -> None:
    finder.lab.account.seed(
        [
            {"type": "customer", "fields": {"companyname": "Two Quays", "subsidiary": "2"},
             "sublists": {"addressbook": [
                {"fields": {"label": label, flag: True},
                 "subrecords": {"addressbookaddress": {"fields": {"country": "DE", "city": city}}}}
                for label, flag, city in (("Bills", "defaultbilling", "Kiel"), ("Goods", "defaultshipping", "Emden"))
             ]}},
        ]
    )  # fmt: skip
    named = [["companyname", "is", "Two Quays"]]

    def shown(filters: list[Any], *columns: str) -> list[list[Any]]:
        split = [dict(zip(("join", "name"), name.split("."), strict=True)) for name in columns]
        found = finder.results("customer", filters, split)
        return [list(row["values"].values()) for row in found]

    assert shown(named, "Address.city", "Address.addresslabel", "Address.isdefaultbilling") == [
        ["Kiel", "Bills", True],
        ["Emden", "Goods", False],
    ]
    assert shown(named, "billingAddress.city", "shippingAddress.city") == [["Kiel", "Emden"]]
    shipping = [*named, "AND", ["isdefaultshipping", "is", "T"]]
    assert shown(shipping, "Address.city") == [["Emden"]]
    assert len(finder.results("customer", [["address.city", "is", "Kiel"]])) == 1


@SHOWS
@pytest.mark.rule("search.preferred_vendor")
def test_what_an_items_preferred_vendor_calls_it_and_charges(finder: Finder) -> None:
    finder.lab.account.seed(
        [
            {"type": "vendor", "externalid": "R-V", "fields": {"companyname": "Bolt Works", "subsidiary": "2"}},
            {"type": "inventoryitem", "fields": {"itemid": "R-BOLT"},
             "sublists": {"itemvendor": [
                {"fields": {"vendor": {"ref": "vendor", "value": "R-V"}, "preferredvendor": True,
                            "vendorcode": "B-1", "purchaseprice": 2.5}}
             ]}},
        ]
    )  # fmt: skip
    columns = ["vendorcode", "vendorcost", {"name": "companyname", "join": "preferredVendor"}]
    (row,) = finder.results("item", [["itemid", "is", "R-BOLT"]], columns)
    assert list(row["values"].values()) == ["B-1", "2.50", "Bolt Works"]


@SHOWS
@pytest.mark.rule("search.tracking_numbers")
def test_tracking_numbers_of_a_fulfilment_and_of_its_order(finder: Finder) -> None:
    finder.results("salesorder")
    number, made = finder.lab.run(
        """const so = record.create({ type: 'salesorder', isDynamic: true });
          so.setValue('entity', 1001); so.setValue('orderstatus', 'B'); so.selectNewLine('item');
          so.setCurrentSublistValue('item', 'item', 3004); so.setCurrentSublistValue('item', 'quantity', 1); so.commitLine('item');
          const id = so.save();
          const ship = record.transform({ fromType: 'salesorder', fromId: id, toType: 'itemfulfillment' });
          ['T-1', 'T-2'].forEach((value, line) =>
            ship.setSublistValue({ sublistId: 'package', fieldId: 'packagetrackingnumber', line, value }));
          return [id, ship.save()];"""
    )
    for type_, id_ in (("itemfulfillment", made), ("salesorder", number)):
        filters = [["internalid", "anyof", id_], "AND", ["mainline", "is", "T"]]
        (row,) = finder.results(type_, filters, ["trackingnumbers"])
        assert row["values"] == {"trackingnumbers": "T-1<BR>T-2"}
