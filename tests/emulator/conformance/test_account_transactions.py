"""Transactions of the local account: sourcing, amounts, addresses, orders and what is made from them."""

from __future__ import annotations

import pytest

from emulator.account import SYSTEM, LocalAccount, Package, Preferences
from emulator.errors import NetSuiteError

HERE = {"country": "DE", "addr1": "Kai 1", "city": "Hamburg", "zip": "20457"}
THERE = {"country": "FR", "addr1": "59 rue de l'Abbaye", "city": "Reims", "zip": "51100"}


@pytest.fixture
def account():
    made = LocalAccount()
    yield made
    made.close()


@pytest.fixture
def customer(account):
    line = {"label": "Kai", "defaultshipping": True, "defaultbilling": True}
    return account.seed(
        [
            {
                "type": "customer",
                "fields": {"companyname": "Quay Ltd", "subsidiary": "1", "terms": "3"},
                "sublists": {
                    "addressbook": [
                        {"fields": line, "subrecords": {"addressbookaddress": {"fields": HERE}}}
                    ]
                },
            }
        ]
    )[0]


def refused(code):
    return pytest.raises(NetSuiteError, match=f"^{code}: ")


def item(account, name="SAMPLE-STOCK"):
    for record in (
        "inventoryitem",
        "noninventorysaleitem",
        "itemgroup",
        "servicesaleitem",
        "lotnumberedinventoryitem",
    ):
        for found in account.find(record):
            if found["fields"]["itemid"] == name:
                return found["id"]
    raise LookupError(name)


def order(account, customer, lines=({"quantity": 2, "rate": 10},), *, sourcing=True, **fields):
    draft = account.new(SYSTEM, "salesorder", {"entity": customer})
    draft["fields"] |= {"orderstatus": "B", "location": "1", **fields}
    draft["sublists"]["item"] = [
        {"line": None, "fields": {"item": item(account), **line}} for line in lines
    ]
    return account.save(SYSTEM, draft, sourcing=sourcing)


def fulfil(account, order_id, quantities=None, status="C"):
    draft = account.transform(SYSTEM, "salesorder", order_id, "itemfulfillment", {})
    draft["fields"]["shipstatus"] = status
    for line in draft["sublists"]["item"]:
        if quantities is not None:
            quantity = quantities.get(line["fields"]["orderline"], 0)
            line["fields"] |= {"itemreceive": quantity > 0, "quantity": quantity}
    return account.save(SYSTEM, draft, sourcing=True)


def status(account, order_id):
    return account.load(SYSTEM, "salesorder", order_id)["fields"]["orderstatus"]


@pytest.mark.rule("transactions.amount")
def test_amounts_are_rounded_half_away_from_zero_and_add_up_with_shipping(account, customer):
    lines = ({"quantity": 3, "rate": "1.115"}, {"quantity": 1, "rate": "0.005"})
    fields = order(account, customer, lines, shippingcost="5.5").new["fields"]
    assert (fields["subtotal"], fields["total"]) == (3.36, 8.86)


@pytest.mark.rule("transactions.amount")
def test_a_line_amount_that_is_given_stands(account, customer):
    saved = order(account, customer, ({"quantity": 3, "rate": 10, "amount": "28.5"},))
    assert saved.new["fields"]["total"] == 28.5


@pytest.mark.rule("transactions.amount_follows")
def test_a_changed_quantity_leaves_the_amount_as_it_was_unless_the_account_says_otherwise(customer):
    for follows, expected in ((False, 20), (True, 50)):
        account = LocalAccount(preferences=Preferences(amount_follows_quantity=follows))
        buyer = account.find("customer")[0]["id"]
        saved = order(account, buyer)
        draft = account.load(SYSTEM, "salesorder", saved.id)
        draft["sublists"]["item"][0]["fields"]["quantity"] = 5
        assert account.save(SYSTEM, draft, sourcing=False).new["fields"]["total"] == expected
        account.close()


def test_a_yen_order_has_no_cents(account):
    buyer = account.seed(
        [
            {
                "type": "customer",
                "fields": {"companyname": "Minato", "subsidiary": "1", "currency": "5"},
            }
        ]
    )[0]
    saved = order(account, buyer, ({"quantity": 3, "rate": "33.5"},))
    assert saved.new["fields"]["total"] == 101


@pytest.mark.rule("transactions.numbers")
def test_numbers_run_by_type(account, customer):
    numbers = [order(account, customer).new["fields"]["tranid"] for _ in range(2)]
    assert numbers == ["SO1001", "SO1002"]


@pytest.mark.rule("transactions.sourcing")
def test_sourcing_fills_terms_description_and_price_and_without_it_they_stay_empty(
    account, customer
):
    with_it = order(account, customer, ({"quantity": 2},)).new
    line = with_it["sublists"]["item"][0]["fields"]
    assert with_it["fields"]["terms"] == "3"
    assert (line["description"], line["rate"], line["amount"]) == ("Stocked item", 25, 50)
    without = order(account, customer, ({"quantity": 2, "rate": 1},), sourcing=False).new
    assert "terms" not in without["fields"]
    assert "description" not in without["sublists"]["item"][0]["fields"]


@pytest.mark.rule("transactions.without_sourcing")
def test_subsidiary_and_currency_come_from_the_customer_in_any_case(account, customer):
    fields = order(account, customer, sourcing=False).new["fields"]
    assert (fields["subsidiary"], fields["currency"], fields["exchangerate"]) == ("1", "1", 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"subsidiary": "3"},
        {"currency": "4"},
        {"location": "4"},
        {"shipcarrier": "ups", "shipmethod": "1"},
    ],
)
@pytest.mark.rule("transactions.belongs")
def test_what_does_not_belong_to_the_customer_or_the_subsidiary_is_refused(
    account, customer, fields
):
    with refused("INVALID_KEY_OR_REF"):
        order(account, customer, **fields)


@pytest.mark.rule("transactions.belongs")
def test_an_item_of_another_subsidiary_is_refused(account, customer):
    other = account.seed(
        [{"type": "inventoryitem", "fields": {"itemid": "BERLIN-ONLY", "subsidiary": ["3"]}}]
    )[0]
    with refused("INVALID_KEY_OR_REF"):
        order(account, customer, ({"item": other, "quantity": 1, "rate": 1},))


@pytest.mark.rule("account.set_once")
def test_entity_and_currency_of_an_order_cannot_be_changed(account, customer):
    saved = order(account, customer)
    draft = account.load(SYSTEM, "salesorder", saved.id)
    draft["fields"]["entity"] = str(account.find("customer")[0]["id"])
    with refused("USER_ERROR"):
        account.save(SYSTEM, draft, sourcing=False)


@pytest.mark.rule("transactions.default_address")
def test_the_ship_to_address_is_the_customers_default_when_nothing_is_set(account, customer):
    address = order(account, customer).new["subrecords"]["shippingaddress"]["fields"]
    assert address["city"] == "Hamburg"


@pytest.mark.rule("transactions.listed_address")
def test_an_own_ship_to_address_stands_when_no_list_entry_is_chosen(account, customer):
    draft = account.new(SYSTEM, "salesorder", {"entity": customer})
    draft["subrecords"]["shippingaddress"] = {"fields": THERE}
    draft["sublists"]["item"] = [{"line": None, "fields": {"item": item(account), "quantity": 1}}]
    saved = account.save(SYSTEM, draft, sourcing=True)
    assert saved.new["subrecords"]["shippingaddress"]["fields"]["city"] == "Reims"
    assert "59 rue de l'Abbaye" in saved.new["fields"]["shipaddress"]


@pytest.mark.rule("transactions.listed_address")
def test_writing_into_the_address_as_shown_is_lost_while_the_list_entry_is_chosen(
    account, customer
):
    saved = order(account, customer)
    draft = account.load(SYSTEM, "salesorder", saved.id)
    draft["subrecords"]["shippingaddress"] = {"fields": THERE}
    lost = account.save(SYSTEM, draft, sourcing=False)
    assert lost.new["subrecords"]["shippingaddress"]["fields"]["city"] == "Hamburg"
    draft = account.load(SYSTEM, "salesorder", saved.id)
    del draft["fields"]["shipaddresslist"]
    draft["subrecords"]["shippingaddress"] = {"fields": THERE}
    kept = account.save(SYSTEM, draft, sourcing=False)
    assert kept.new["subrecords"]["shippingaddress"]["fields"]["city"] == "Reims"


@pytest.mark.rule("transactions.line_numbers")
def test_lines_keep_their_numbers_and_new_ones_get_higher_ones(account, customer):
    saved = order(account, customer, ({"quantity": 1, "rate": 1}, {"quantity": 2, "rate": 1}))
    draft = account.load(SYSTEM, "salesorder", saved.id)
    lines = draft["sublists"]["item"]
    new = {"line": None, "fields": {"item": item(account), "quantity": 9, "rate": 1}}
    draft["sublists"]["item"] = [new, lines[1]]
    after = account.save(SYSTEM, draft, sourcing=False).new["sublists"]["item"]
    assert [(line["line"], line["fields"]["quantity"]) for line in after] == [(3, 9), (2, 2)]


@pytest.mark.rule("transactions.order_status")
def test_an_order_goes_from_pending_fulfilment_to_billed(account, customer):
    saved = order(account, customer, ({"quantity": 5, "rate": 1}, {"quantity": 1, "rate": 1}))
    seen = [status(account, saved.id)]
    fulfil(account, saved.id, {1: 2})
    seen.append(status(account, saved.id))
    fulfil(account, saved.id)
    seen.append(status(account, saved.id))
    bill = account.transform(SYSTEM, "salesorder", saved.id, "invoice", {})
    account.save(SYSTEM, bill, sourcing=True)
    seen.append(status(account, saved.id))
    assert seen == ["B", "D", "F", "G"]


@pytest.mark.rule("transactions.not_shipped")
def test_a_service_beside_goods_does_not_keep_an_order_waiting_for_a_fulfilment(account, customer):
    service = {"item": item(account, "SAMPLE-SERVICE"), "quantity": 1, "rate": 9}
    saved = order(account, customer, ({"quantity": 2, "rate": 1}, service))
    seen = [status(account, saved.id)]
    fulfil(account, saved.id)
    seen.append(status(account, saved.id))
    bill = account.transform(SYSTEM, "salesorder", saved.id, "invoice", {})
    account.save(SYSTEM, bill, sourcing=True)
    alone = order(account, customer, (service,))
    assert [*seen, status(account, saved.id), status(account, alone.id)] == ["B", "F", "G", "F"]


@pytest.mark.rule("transactions.not_shipped")
def test_a_purchase_order_of_expenses_waits_for_its_bill_alone(account):
    vendor = account.find("vendor")[0]["id"]
    draft = account.new(SYSTEM, "purchaseorder", {"entity": vendor})
    line = {"account": account.find("account")[-1]["id"], "amount": 40}
    draft["sublists"]["expense"] = [{"line": None, "fields": line}]
    saved = account.save(SYSTEM, draft, sourcing=True)

    def shown():
        return account.load(SYSTEM, "purchaseorder", saved.id)["fields"]["status"]

    seen = [shown()]
    bill = account.transform(SYSTEM, "purchaseorder", saved.id, "vendorbill", {})
    account.save(SYSTEM, bill, sourcing=True)
    assert [*seen, shown()] == ["Pending Bill", "Fully Billed"]


@pytest.mark.rule("transactions.derived")
@pytest.mark.parametrize("counts", [False, True])
def test_a_fulfilment_changes_neither_version_nor_time_of_its_order(counts):
    account = LocalAccount(preferences=Preferences(derived_changes_version=counts))
    saved = order(account, account.find("customer")[0]["id"])
    fulfil(account, saved.id)
    loaded = account.load(SYSTEM, "salesorder", saved.id)
    assert (loaded["version"] > saved.new["version"]) is counts
    assert loaded["fields"]["lastmodifieddate"] == saved.new["fields"]["lastmodifieddate"]
    assert loaded["sublists"]["item"][0]["fields"]["quantityfulfilled"] == 2
    account.close()


@pytest.mark.rule("transactions.picked")
def test_a_picked_fulfilment_does_not_count_as_shipped(account, customer):
    saved = order(account, customer)
    made = fulfil(account, saved.id, status="A")
    assert status(account, saved.id) == "B"
    draft = account.load(SYSTEM, "itemfulfillment", made.id)
    draft["fields"]["shipstatus"] = "C"
    account.save(SYSTEM, draft, sourcing=False)
    assert status(account, saved.id) == "F"


@pytest.mark.rule("transactions.fulfilment_lines")
def test_a_fulfilment_carries_what_remains_of_each_line_with_its_order_line(account, customer):
    saved = order(account, customer, ({"quantity": 5, "rate": 1}, {"quantity": 1, "rate": 1}))
    fulfil(account, saved.id, {1: 2, 2: 1})
    draft = account.transform(SYSTEM, "salesorder", saved.id, "itemfulfillment", {})
    lines = [line["fields"] for line in draft["sublists"]["item"]]
    assert [(f["orderline"], f["quantity"], f["itemreceive"]) for f in lines] == [(1, 3, True)]


def test_custom_line_fields_that_both_sides_have_travel_with_a_transformation(account, customer):
    xml = (
        '<transactioncolumncustomfield scriptid="custcol_t_{name}"><label>T</label>'
        "<fieldtype>TEXT</fieldtype><colsale>T</colsale>{more}</transactioncolumncustomfield>"
    )
    account.install(
        Package(
            name="t",
            objects=tuple(
                (
                    "transactioncolumncustomfield",
                    f"custcol_t_{name}",
                    xml.format(name=name, more=more),
                )
                for name, more in (
                    ("both", "<colitemfulfillment>T</colitemfulfillment>"),
                    ("sale", ""),
                )
            ),
        )
    )
    line = {"quantity": 1, "rate": 1, "custcol_t_both": "L-1", "custcol_t_sale": "x"}
    saved = order(account, customer, (line,))
    made = fulfil(account, saved.id).new["sublists"]["item"][0]["fields"]
    assert made["custcol_t_both"] == "L-1"
    assert "custcol_t_sale" not in made


@pytest.mark.rule("transactions.fulfilment_lines")
def test_more_than_what_remains_cannot_be_fulfilled(account, customer):
    saved = order(account, customer)
    with refused("USER_ERROR"):
        fulfil(account, saved.id, {1: 3})


@pytest.mark.rule("transactions.fulfilment_lines")
def test_a_fulfilment_without_a_line_is_refused(account, customer):
    saved = order(account, customer)
    with refused("USER_ERROR"):
        fulfil(account, saved.id, {})


@pytest.mark.parametrize("closing", ["unapproved", "done"])
@pytest.mark.rule("transactions.not_open")
def test_an_order_that_cannot_be_fulfilled_initialises_nothing(account, customer, closing):
    saved = order(account, customer, orderstatus="A" if closing == "unapproved" else "B")
    if closing == "done":
        fulfil(account, saved.id)
    with refused("INVALID_INITIALIZE_REF"):
        account.transform(SYSTEM, "salesorder", saved.id, "itemfulfillment", {})


@pytest.mark.rule("transactions.billing_in_advance")
def test_goods_are_billed_when_they_are_shipped_where_the_account_wants_it():
    account = LocalAccount(preferences=Preferences(invoice_in_advance=False))
    customer = account.find("customer")[0]["id"]
    goods = {"quantity": 5, "rate": 10}
    service = {"quantity": 1, "rate": 7, "item": item(account, "SAMPLE-SERVICE")}
    mixed = order(account, customer, (goods, service))
    only_goods = order(account, customer, (goods,))

    def bill(of):
        draft = account.transform(SYSTEM, "salesorder", of.id, "invoice", {})
        saved = account.save(SYSTEM, draft, sourcing=False)
        lines = [line["fields"] for line in saved.new["sublists"]["item"]]
        return [(int(each["orderline"]), each["quantity"], each["amount"]) for each in lines]

    assert bill(mixed) == [(2, 1, 7)]
    with refused("INVALID_INITIALIZE_REF"):
        bill(only_goods)
    fulfil(account, only_goods.id, {1: 2})
    assert bill(only_goods) == [(1, 2, 20)]
    with refused("INVALID_INITIALIZE_REF"):
        bill(only_goods)
    fulfil(account, only_goods.id, {1: 3})
    assert bill(only_goods) == [(1, 3, 30)]
    assert status(account, only_goods.id) == "G"
    account.close()


@pytest.mark.rule("transactions.billing_in_advance")
def test_an_order_that_is_shipped_in_part_is_billed_whole_in_advance(account, customer):
    saved = order(account, customer, ({"quantity": 5, "rate": 10},))
    fulfil(account, saved.id, {1: 2})
    draft = account.transform(SYSTEM, "salesorder", saved.id, "invoice", {})
    assert draft["sublists"]["item"][0]["fields"]["quantity"] == 5


@pytest.mark.rule("transactions.by_transformation")
def test_fulfilments_are_made_by_transformation_only(account):
    with refused("INVALID_RCRD_TYPE"):
        account.new(SYSTEM, "itemfulfillment", {})


@pytest.mark.rule("transactions.order_status")
def test_closing_every_line_closes_the_order(account, customer):
    saved = order(account, customer)
    draft = account.load(SYSTEM, "salesorder", saved.id)
    draft["sublists"]["item"][0]["fields"]["isclosed"] = True
    assert account.save(SYSTEM, draft, sourcing=False).new["fields"]["orderstatus"] == "H"


@pytest.mark.rule("transactions.processed_line")
def test_a_fulfilled_line_cannot_be_removed(account, customer):
    saved = order(account, customer, ({"quantity": 1, "rate": 1}, {"quantity": 1, "rate": 1}))
    fulfil(account, saved.id, {1: 1})
    draft = account.load(SYSTEM, "salesorder", saved.id)
    del draft["sublists"]["item"][0]
    with refused("USER_ERROR"):
        account.save(SYSTEM, draft, sourcing=False)


@pytest.mark.rule("account.dependents")
def test_an_order_with_a_fulfilment_and_its_customer_cannot_be_deleted(account, customer):
    saved = order(account, customer)
    fulfil(account, saved.id)
    for record, number in (("salesorder", saved.id), ("customer", customer)):
        with refused("THIS_RECORD_CANNOT_BE_DELETED_BECAUSE_IT_HAS_DEPENDENT_RECORDS"):
            account.delete(SYSTEM, record, number)


@pytest.mark.rule("transactions.order_status")
def test_deleting_a_fulfilment_opens_its_order_again(account, customer):
    saved = order(account, customer)
    made = fulfil(account, saved.id)
    account.delete(SYSTEM, "itemfulfillment", made.id)
    assert status(account, saved.id) == "B"


@pytest.mark.rule("transactions.group")
def test_an_item_group_brings_its_members_and_an_end_line(account, customer):
    group = item(account, "SAMPLE-GROUP")
    saved = order(account, customer, ({"item": group, "quantity": 3},))
    lines = [line["fields"] for line in saved.new["sublists"]["item"]]
    assert [(f.get("itemtype"), f.get("quantity")) for f in lines] == [
        ("Group", 3),
        ("InvtPart", 3),
        ("EndGroup", None),
    ]
    assert saved.new["fields"]["total"] == 75
    draft = account.load(SYSTEM, "salesorder", saved.id)
    assert len(account.save(SYSTEM, draft, sourcing=False).new["sublists"]["item"]) == 3


@pytest.mark.rule("transactions.copy")
def test_a_copy_is_a_new_order_with_new_lines(account, customer):
    saved = order(account, customer, externalid="SHOP-1")
    draft = account.copy(SYSTEM, "salesorder", saved.id)
    made = account.save(SYSTEM, draft, sourcing=True)
    assert made.created
    assert made.new["fields"]["total"] == saved.new["fields"]["total"]
    assert "externalid" not in made.new["fields"]


@pytest.mark.rule("transactions.tax")
def test_a_vendor_bill_adds_expenses_and_tax(account):
    vendor = account.find("vendor")[0]["id"]
    draft = account.new(SYSTEM, "vendorbill", {"entity": vendor})
    draft["fields"] |= {"tranid": "RE-1", "trandate": "2026-11-02"}
    rent = account.value_of("vendorbill", "account", "6100 Rent", "expense")
    vat = account.value_of("vendorbill", "taxcode", "VAT-20", "expense")
    draft["sublists"]["expense"] = [
        {"line": None, "fields": {"account": rent, "amount": "99.95", "taxcode": vat}}
    ]
    fields = account.save(SYSTEM, draft, sourcing=True).new["fields"]
    assert (fields["total"], fields["duedate"]) == (119.94, "2026-12-02")


@pytest.mark.rule("transactions.journal_balance")
def test_a_journal_must_balance(account):
    def journal(credit):
        draft = account.new(SYSTEM, "journalentry", {"subsidiary": 1})
        draft["sublists"]["line"] = [
            {"line": None, "fields": {"account": "1", "debit": 10}},
            {"line": None, "fields": {"account": "2", "credit": credit}},
        ]
        return account.save(SYSTEM, draft, sourcing=False)

    assert journal(10).new["fields"]["currency"] == "1"
    with refused("USER_ERROR"):
        journal("9.99")


@pytest.mark.rule("transactions.closed_period")
def test_nothing_is_posted_into_a_closed_period(account, customer):
    period = next(
        p for p in account.find("accountingperiod") if p["fields"]["periodname"] == "Jan 2025"
    )
    draft = account.load(SYSTEM, "accountingperiod", period["id"])
    draft["fields"]["closed"] = True
    account.save(SYSTEM, draft, sourcing=False)
    bill = account.new(SYSTEM, "invoice", {"entity": customer, "trandate": "2025-01-31"})
    with refused("CLOSED_TRAN_PRD"):
        account.save(SYSTEM, bill, sourcing=True)
    order(account, customer, trandate="2025-01-31")


@pytest.mark.rule("transactions.paid")
def test_a_payment_settles_its_invoice(account, customer):
    saved = order(account, customer)
    fulfil(account, saved.id)
    bill = account.transform(SYSTEM, "salesorder", saved.id, "invoice", {})
    made = account.save(SYSTEM, bill, sourcing=True)
    payment = account.transform(SYSTEM, "invoice", made.id, "customerpayment", {})
    payment["sublists"]["apply"][0]["fields"]["amount"] = 5
    account.save(SYSTEM, payment, sourcing=True)
    left = account.load(SYSTEM, "invoice", made.id)["fields"]
    assert (left["amountremaining"], left["status"]) == (15, "Open")
    account.save(
        SYSTEM, account.transform(SYSTEM, "invoice", made.id, "customerpayment", {}), sourcing=True
    )
    assert account.load(SYSTEM, "invoice", made.id)["fields"]["status"] == "Paid In Full"


@pytest.mark.rule("transactions.order_status")
def test_a_purchase_order_is_received_and_billed(account):
    vendor = account.find("vendor")[0]["id"]
    draft = account.new(SYSTEM, "purchaseorder", {"entity": vendor})
    draft["fields"]["location"] = "1"
    draft["sublists"]["item"] = [
        {"line": None, "fields": {"item": item(account), "quantity": 4, "rate": 3}}
    ]
    made = account.save(SYSTEM, draft, sourcing=True)
    receipt = account.transform(SYSTEM, "purchaseorder", made.id, "itemreceipt", {})
    account.save(SYSTEM, receipt, sourcing=True)
    assert account.load(SYSTEM, "purchaseorder", made.id)["fields"]["status"] == "Pending Bill"
    bill = account.transform(SYSTEM, "purchaseorder", made.id, "vendorbill", {})
    assert account.save(SYSTEM, bill, sourcing=True).new["fields"]["total"] == 12
    assert account.load(SYSTEM, "purchaseorder", made.id)["fields"]["status"] == "Fully Billed"
    assert account.load(SYSTEM, "inventoryitem", item(account))["fields"]["quantityonhand"] == 4


def test_an_address_that_was_taken_off_does_not_come_back_while_lines_are_entered(
    account, customer
):
    draft = account.new(SYSTEM, "salesorder", {})
    draft["fields"]["entity"] = str(customer)
    sourced = account.desk.follow(SYSTEM, draft, field="entity", sublist=None, line=None)
    assert sourced["fields"]["shipaddresslist"]
    draft["fields"] |= {name: v for name, v in sourced["fields"].items() if v is not None}
    draft["subrecords"] |= sourced["subrecords"]
    del draft["fields"]["shipaddresslist"]
    emptied = account.desk.follow(SYSTEM, draft, field="shipaddresslist", sublist=None, line=None)
    assert (emptied["fields"].get("shipaddresslist"), emptied["subrecords"]) == (
        None,
        {"shippingaddress": None},
    )
    draft["subrecords"].pop("shippingaddress")
    later = account.desk.follow(SYSTEM, draft, field=None, sublist=None, line=None)
    assert "shipaddresslist" not in later["fields"]


def test_expenses_of_a_purchase_are_received_once_and_only_where_they_are_marked(account):
    vendor = account.find("vendor")[0]["id"]
    draft = account.new(SYSTEM, "purchaseorder", {"entity": vendor})
    draft["fields"]["location"] = "1"
    draft["sublists"]["item"] = [
        {"line": None, "fields": {"item": item(account), "quantity": 4, "rate": 3}}
    ]
    draft["sublists"]["expense"] = [
        {"line": None, "fields": {"account": "17", "amount": amount}} for amount in (5, 6)
    ]
    made = account.save(SYSTEM, draft, sourcing=True)
    first = account.transform(SYSTEM, "purchaseorder", made.id, "itemreceipt", {})
    first["sublists"]["item"][0]["fields"]["quantity"] = 1
    first["sublists"]["expense"][1]["fields"]["markreceived"] = False
    saved = account.save(SYSTEM, first, sourcing=True)
    kept = account.load(SYSTEM, "itemreceipt", saved.id)["sublists"]["expense"]
    assert [line["fields"]["amount"] for line in kept] == [5]
    rest = account.transform(SYSTEM, "purchaseorder", made.id, "itemreceipt", {})
    assert [line["fields"]["amount"] for line in rest["sublists"]["expense"]] == [6]


def test_an_edit_elsewhere_leaves_the_address_as_it_was_copied(account, customer):
    saved = order(account, customer)
    moved = account.load(SYSTEM, "customer", customer)
    moved["sublists"]["addressbook"][0]["subrecords"]["addressbookaddress"] = {"fields": THERE}
    account.save(SYSTEM, moved, sourcing=False)
    account.submit_fields(SYSTEM, "salesorder", saved.id, {"memo": "x"})
    loaded = account.load(SYSTEM, "salesorder", saved.id)
    assert loaded["subrecords"]["shippingaddress"]["fields"]["city"] == "Hamburg"


@pytest.mark.rule("transactions.order_status")
def test_a_transfer_order_is_shipped_here_and_received_there(account):
    stock = item(account)
    draft = account.new(
        SYSTEM, "transferorder", {"subsidiary": 1, "location": 1, "transferlocation": 2}
    )
    draft["sublists"]["item"] = [{"line": None, "fields": {"item": stock, "quantity": 3}}]
    made = account.save(SYSTEM, draft, sourcing=True)
    shipped = account.transform(SYSTEM, "transferorder", made.id, "itemfulfillment", {})
    shipped["fields"]["shipstatus"] = "C"
    account.save(SYSTEM, shipped, sourcing=True)
    assert account.load(SYSTEM, "transferorder", made.id)["fields"]["status"] == "Pending Receipt"
    receipt = account.transform(SYSTEM, "transferorder", made.id, "itemreceipt", {})
    account.save(SYSTEM, receipt, sourcing=True)
    loaded = account.load(SYSTEM, "inventoryitem", stock)
    lines = [line["fields"] for line in loaded["sublists"]["locations"][:2]]
    assert [(f["location"], f["quantityonhand"]) for f in lines] == [(1, -3), (2, 3)]
    assert account.load(SYSTEM, "transferorder", made.id)["fields"]["status"] == "Received"


@pytest.mark.rule("transactions.order_status")
def test_a_return_is_received_and_credited(account, customer):
    saved = order(account, customer)
    fulfil(account, saved.id)
    draft = account.transform(SYSTEM, "salesorder", saved.id, "returnauthorization", {})
    back = account.save(SYSTEM, draft, sourcing=True)
    receipt = account.transform(SYSTEM, "returnauthorization", back.id, "itemreceipt", {})
    account.save(SYSTEM, receipt, sourcing=True)
    credit = account.transform(SYSTEM, "returnauthorization", back.id, "creditmemo", {})
    assert account.save(SYSTEM, credit, sourcing=True).new["fields"]["total"] == 20
    assert account.load(SYSTEM, "returnauthorization", back.id)["fields"]["status"] == "Refunded"
    assert account.load(SYSTEM, "inventoryitem", item(account))["fields"]["quantityonhand"] == 0


@pytest.mark.rule("transactions.fulfilment_lines")
def test_a_closed_order_line_is_not_fulfilled(account, customer):
    saved = order(account, customer, ({"quantity": 1, "rate": 1}, {"quantity": 2, "rate": 1}))
    draft = account.load(SYSTEM, "salesorder", saved.id)
    draft["sublists"]["item"][0]["fields"]["isclosed"] = True
    account.save(SYSTEM, draft, sourcing=False)
    open_ = account.transform(SYSTEM, "salesorder", saved.id, "itemfulfillment", {})
    assert [line["fields"]["orderline"] for line in open_["sublists"]["item"]] == [2]
    fulfil(account, saved.id)
    assert status(account, saved.id) == "F"
