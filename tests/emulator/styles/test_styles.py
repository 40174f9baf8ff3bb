"""
Scripts in the styles that real projects use, in a bare SDF project, seen from outside over HTTP.

None of them was written for the local account: each does what public RESTlets, user events,
map/reduce and scheduled scripts do, or what Oracle's own samples are described to do.
"""

from __future__ import annotations

import pytest
from outside import Account

from emulator.errors import NetSuiteError


def test_an_order_is_taken_in_dynamic_mode(account: Account) -> None:
    customer, item = account.customer("Dynamic"), account.item("Dynamo", 20)
    made = account.post(
        "order_rl", customer=customer, reference="D-1",
        lines=[{"item": item, "quantity": 2}, {"item": item, "quantity": 1, "rate": 5}],
    )  # fmt: skip
    assert made["shown"] == {
        "subsidiary": 1 if isinstance(made["shown"]["subsidiary"], int) else "1",
        "currency": account.one("currency", 1)["fields"]["name"],
        "lines": 2,
        "total": 45,
        "found": 0,
    }
    changed = account.put("order_rl", id=made["id"], item=item, quantity=10)
    assert changed == {"id": made["id"], "before": 2}
    order = account.one("salesorder", made["id"])
    assert [line["fields"]["quantity"] for line in order["sublists"]["item"]] == [10, 1]


def test_what_a_script_throws_reaches_the_caller(account: Account) -> None:
    with pytest.raises(NetSuiteError) as refused:
        account.post("order_rl", lines=[])
    assert refused.value.code == "STYLES_NO_CUSTOMER"


def test_a_user_event_with_modules_of_its_own_keeps_names_apart(account: Account) -> None:
    made = account.control.save(
        "customer", {"companyname": "Alone", "entityid": "Alone", "subsidiary": "1"}
    )
    assert account.one("customer", made)["fields"]["comments"] == "Welcome, Alone!"
    with pytest.raises(NetSuiteError):
        account.control.save(
            "customer", {"companyname": "Alone", "entityid": "Alone 2", "subsidiary": "1"}
        )
    account.control.save("customer", {"email": "new@alone.example"}, id=made)
    (change,) = [
        record["fields"]
        for record in account.control.records("customrecord_styles_change")
        if record["fields"]["custrecord_styles_customer"] == str(made)
    ]
    assert change["custrecord_styles_after"] == "new@alone.example"
    assert "custrecord_styles_before" not in change


def test_a_script_of_2_0_finds_and_writes_customers(account: Account) -> None:
    first = account.post(
        "contacts_rl", email="es5@old.example", name="Old Script", phone="555-0100-1"
    )
    again = account.post(
        "contacts_rl", email="es5@old.example", name="Old Script", phone="555-0100-2"
    )
    assert (first["created"], again) == (True, {"id": first["id"], "created": False})
    found = account.get("contacts_rl", email="es5@old.example")
    assert [(each["id"], each["name"]) for each in found["customers"]] == [
        (str(first["id"]), "Old Script")
    ]
    assert found["units"] == 5000 - 10
    assert account.call("contacts_rl", "DELETE", id=first["id"]) == "deleted"
    assert account.get("contacts_rl", email="es5@old.example")["customers"] == []


def test_order_lines_come_page_by_page_with_joins_sums_and_formulas(account: Account) -> None:
    customer = account.customer("Paged")
    items = {name: account.item(name, 1) for name in ("Paged A", "Paged B")}
    for number in range(4):
        lines = [
            {"item": items["Paged B"], "quantity": number + 1},
            {"item": items["Paged A"], "quantity": 1},
        ]
        account.post("order_rl", customer=customer, reference="77001", lines=lines)
    answer = account.get("pages_rl", reference="77001")
    assert (answer["count"], answer["pages"]) == (8, 2)
    assert answer["rows"][:4] == [["Paged A", 1, 2]] * 4
    assert sorted(row[1:] for row in answer["rows"][4:]) == [[1, 2], [2, 4], [3, 6], [4, 8]]
    assert sorted(answer["sums"], key=lambda each: str(each["item"])) == [
        {"item": "Paged A", "quantity": 4, "lines": 4},
        {"item": "Paged B", "quantity": 10, "lines": 4},
    ]


def test_a_price_list_is_read_from_the_file_cabinet(account: Account) -> None:
    bolt = account.item("Bolt", 1)
    task = account.control.run(
        "customscript_styles_prices_ss", params={"custscript_styles_list": "list.csv"}
    )
    assert task["status"] == "COMPLETE"
    assert account.one("inventoryitem", bolt)["fields"]["salesdescription"] == "A short bolt"
    report = account.text("/SuiteScripts/styles/inbox/report_list.csv")
    assert report.splitlines() == ["item,result", "Bolt,changed", "Nothing,missing"]
    with pytest.raises(NetSuiteError) as gone:
        account.text("/SuiteScripts/styles/inbox/list.csv")
    assert gone.value.code == "RCRD_DSNT_EXIST"


def test_an_order_is_shipped_billed_and_paid_by_transformations(account: Account) -> None:
    customer, kept, sent = (
        account.customer("Shipped"),
        account.item("Kept", 10),
        account.item("Sent", 7),
    )
    order = account.post(
        "order_rl", customer=customer, reference="S-1",
        lines=[{"item": kept, "quantity": 1}, {"item": sent, "quantity": 3}],
    )["id"]  # fmt: skip
    account.control.save("salesorder", {"orderstatus": "B"}, id=order)
    account.control.save("salesorder", {"location": "1"}, id=order)
    answer = account.post("ship_rl", order=order, quantities={str(sent): 3})
    assert answer["shipped"]["value"] in ("partiallyFulfilled", "pendingBillingPartFulfilled")
    assert answer["applied"] is True
    assert answer["paid"]["value"] == "paidInFull"
    assert account.one("customerpayment", answer["payment"])["fields"]["payment"] == answer["total"]


def test_open_invoices_are_reminded_of_by_mail_from_a_saved_search(account: Account) -> None:
    customer = account.customer("Late", email="late@payer.example")
    item = account.item("Late item", 12)
    account.control.save(
        "invoice", {"entity": str(customer), "location": "1"},
        sublists={"item": [{"fields": {"item": str(item), "quantity": 2, "rate": 12, "amount": 24}}]},
    )  # fmt: skip
    account.control.searches(
        [
            {
                "id": "customsearch_styles_open",
                "type": "invoice",
                "filters": [["mainline", "is", "T"], "AND", ["entity", "anyof", str(customer)]],
                "columns": ["entity", "tranid", "amountremaining"],
            }
        ]
    )
    params = {
        "custscript_styles_search": "customsearch_styles_open",
        "custscript_styles_author": -5,
    }
    assert (
        account.control.run("customscript_styles_dunning_ss", params=params)["status"] == "COMPLETE"
    )
    (mail,) = [mail for mail in account.control.email() if mail["subject"] == "Open invoices"]
    assert mail["recipients"] == ["late@payer.example"]
    assert "24.00" in mail["body"]


def test_a_map_reduce_sums_a_search_and_reports_what_failed(account: Account) -> None:
    one, two = account.customer("Summed"), account.customer("Left", comments="leave me")
    item = account.item("Summed item", 10)
    for customer, quantity in ((one, 1), (one, 2), (two, 5)):
        lines = [{"item": item, "quantity": quantity, "rate": 10}]
        account.post("order_rl", customer=customer, reference="MR-1", lines=lines)
    assert account.control.run("customscript_styles_balances_mr")["status"] == "COMPLETE"
    assert account.one("customer", one)["fields"]["comments"] == "Open: 30.00"
    done, failed = account.text("/SuiteScripts/styles/inbox/balances.txt").splitlines()
    assert done == f"done {one} {one}"
    # How a plain Error is put into words is not documented.
    assert failed.startswith(f"failed {two} ")
    assert failed.endswith(f"Customer {two} wants no note.")


def test_query_objects_join_count_and_page(account: Account) -> None:
    customer, item = account.customer("Queried"), account.item("Queried item", 3)
    for _ in range(7):
        account.post(
            "order_rl", customer=customer, reference="Q-1", lines=[{"item": item, "quantity": 1}]
        )
    answer = account.get("query_rl", reference="Q-1")
    assert [row["customer"] for row in answer["rows"]] == ["Queried"] * 7
    numbers = [row["number"] for row in answer["rows"]]
    assert numbers == sorted(numbers, reverse=True)
    assert answer["pages"] == [5, 2]
    assert answer["count"] == answer["sql"]


def test_oracles_restlet_sample_reads_makes_changes_and_deletes(account: Account) -> None:
    made = account.post(
        "oracle_rl",
        recordtype="customer",
        entityid="Sampled",
        companyname="Sampled",
        subsidiary="1",
    )
    # A RESTlet that returns text answers it as it is.
    number = int(made)
    account.put("oracle_rl", recordtype="customer", id=number, comments="changed")
    read = account.get("oracle_rl", recordtype="customer", id=number)
    assert (read["id"], read["type"]) == (str(number), "customer")
    assert read["fields"]["comments"] == "changed"
    assert account.call("oracle_rl", "DELETE", recordtype="customer", id=number) == number
    with pytest.raises(NetSuiteError) as refused:
        account.get("oracle_rl", recordtype="customer", id=number)
    assert refused.value.code == "RCRD_DSNT_EXIST"
    with pytest.raises(NetSuiteError) as refused:
        account.get("oracle_rl", recordtype="customer")
    assert refused.value.code == "MISSING_REQ_ARG"


def test_oracles_user_event_sample_asks_the_sales_rep_to_call(account: Account) -> None:
    lead = account.control.save(
        "lead", {"companyname": "Fresh", "entityid": "Fresh", "subsidiary": "1", "salesrep": "8"}
    )
    assert account.one("lead", lead)["fields"]["comments"] == "Please follow up with this customer!"
    (call,) = [
        call["fields"]
        for call in account.control.records("phonecall")
        if call["fields"].get("company") == str(lead)
    ]
    assert (call["title"], call["assigned"]) == ("Make follow-up call to new customer", "8")


def test_oracles_first_map_reduce_sample_counts_letters(account: Account) -> None:
    assert account.control.run("customscript_styles_letters_mr")["status"] == "COMPLETE"
    lines = account.text("/SuiteScripts/styles/inbox/letters.txt").splitlines()
    assert {"o 4", "e 3", "z 1"} <= set(lines)
    assert lines[-1] == "total 35"


def test_oracles_second_map_reduce_sample_pays_open_invoices(account: Account) -> None:
    customer, item = account.customer("Payer"), account.item("Paid item", 8)
    invoices = [
        account.control.save(
            "invoice", {"entity": str(customer), "location": "1"},
            sublists={"item": [{"fields": {"item": str(item), "quantity": 1, "rate": price, "amount": price}}]},
        )
        for price in (8, 9)
    ]  # fmt: skip
    params = {"custscript_styles_payer": str(customer)}
    assert (
        account.control.run("customscript_styles_payments_mr", params=params)["status"]
        == "COMPLETE"
    )
    assert {account.one("invoice", each)["fields"]["amountremaining"] for each in invoices} == {0}
    paid = [row for row in account.control.log() if row["title"] == "paid"]
    assert paid[-1]["details"] == "2"
