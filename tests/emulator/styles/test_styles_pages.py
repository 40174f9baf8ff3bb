"""Scripts that work on pages: a user event's beforeLoad, and a Suitelet whose form is posted back."""

from __future__ import annotations

import re
from typing import Any

from outside import Account


def fields(page: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {field["id"]: field for field in page["form"]["fields"]}


def test_a_new_vendors_page_has_defaults_and_hides_what_nobody_needs(account: Account) -> None:
    page = account.control.page("create", "vendor")
    assert page["event"] == "create"
    assert page["record"]["fields"]["comments"].startswith("Made by ")
    assert page["record"]["fields"]["is1099eligible"] is True
    assert fields(page)["fax"]["displayType"] == "HIDDEN"
    assert "no_such_field" not in fields(page)


def test_an_edited_vendors_page_locks_one_field_and_asks_for_another(account: Account) -> None:
    vendor = account.vendor("Edited page", email="a@b.example", comments="kept")
    page = account.control.page("edit", "vendor", id=vendor)
    found = fields(page)
    assert found["email"]["displayType"] == "DISABLED"
    assert (found["phone"]["isMandatory"], found["fax"]["displayType"]) == (True, "HIDDEN")
    assert page["record"]["fields"]["comments"] == "kept"
    # What a page shows is not saved.
    assert account.one("vendor", vendor)["fields"]["comments"] == "kept"


def test_a_viewed_vendors_page_counts_bills_and_has_a_message(account: Account) -> None:
    vendor = account.vendor("Viewed page")
    account.control.save(
        "vendorbill", {"entity": str(vendor), "location": "1"},
        sublists={"expense": [{"account": "10", "amount": 5}]},
    )  # fmt: skip
    page = account.control.page("view", "vendor", id=vendor)
    bills = fields(page)["custpage_styles_bills"]
    assert (str(bills["value"]), bills["displayType"]) == ("1", "INLINE")
    (message,) = page["form"]["messages"]
    assert (message["type"], message["message"]) == ("INFORMATION", "Viewed page")


def test_a_copied_vendors_page_forgets_the_comments(account: Account) -> None:
    vendor = account.vendor("Copied page", comments="of the first")
    page = account.control.page("copy", "vendor", id=vendor)
    assert not page["record"]["fields"].get("comments")


def test_a_script_that_loads_a_vendor_gets_no_defaults_of_the_page(account: Account) -> None:
    made = account.post(
        "oracle_rl", recordtype="vendor", entityid="By script", companyname="By script", subsidiary="1"
    )  # fmt: skip
    assert "comments" not in account.one("vendor", int(made))["fields"]


def test_a_form_is_shown_posted_back_and_shown_again_when_it_is_wrong(account: Account) -> None:
    shown = account.suitelet("signup_sl", {})
    assert shown.status_code == 200
    assert re.findall(r"name=['\"](custpage_\w+)", shown.text) == [
        "custpage_name", "custpage_email", "custpage_size",
    ]  # fmt: skip
    for part in ("Sign up", "Company name", "Large", "Clear"):
        assert part in shown.text
    wrong = account.suitelet(
        "signup_sl", {}, {"custpage_name": "", "custpage_email": "a&b@c.example"}
    )
    assert '<b class="problem">A company needs a name.</b>' in wrong.text
    assert "a&amp;b@c.example" in wrong.text


def test_a_form_that_is_right_makes_a_customer_and_leads_on(account: Account) -> None:
    sent = {"custpage_name": "Signed Up", "custpage_email": "new@up.example", "custpage_size": "l"}
    answer = account.suitelet("signup_sl", {}, sent)
    assert answer.status_code == 302
    (made,) = [
        row
        for row in account.control.records("customer")
        if row["fields"].get("companyname") == "Signed Up"
    ]
    assert (made["fields"]["email"], made["fields"]["comments"]) == ("new@up.example", "size l")
    welcome = account.follow(answer.headers["Location"])
    assert welcome.text == f"Welcome, number {made['id']}"
