"""Items and entries of lists: names, and that they are unique."""

from __future__ import annotations

from emulator.account import pricing
from emulator.account.work import Work
from emulator.errors import NetSuiteError

_NAMED = frozenset(
    {"subsidiary", "location", "department", "classification", "currency", "term", "pricelevel"}
    | {"paymentmethod", "customercategory", "vendorcategory", "unitstype", "customerstatus"}
    | {"expensecategory", "contactcategory", "jobtype", "jobstatus", "nexus", "taxtype"}
)


def item(work: Work) -> None:
    """Items have unique names within their id space: DUP_ITEM."""
    name = work.fields.get("itemid")
    if work.creating and "itemtype" in work.record.fields and work.record.type_code:
        work.fields["itemtype"] = work.record.type_code
    pricing.keep(work)
    for line in work.lines("price"):
        if line["fields"].get("pricelevel", "1") == "1" and "price_1_" in line["fields"]:
            work.fields["_baseprice"] = line["fields"]["price_1_"]
    if name is None or not work.changed("itemid"):
        return
    found = work.book.store.one(
        "SELECT id FROM record WHERE space = 'item' AND json_extract(body, '$.itemid') = ?", name
    )
    if found is not None and (work.old is None or work.old.id != found[0]):
        raise NetSuiteError("DUP_ITEM", f"Uniqueness error: an item named {name} exists already.")


def entry(work: Work) -> None:
    """The full name of a list entry with those above it, and that its name is unique."""
    _unique(work)
    if "parent" not in work.record.fields:
        return
    fields = work.fields
    name = fields.get("acctname") or fields.get("name")
    parent = work.book.fields(work.record.id, fields.get("parent"))
    above = parent.get("fullname") or parent.get("name")
    number = fields.get("acctnumber")
    own = f"{number} {name}" if number else name
    if own is not None:
        fields["fullname"] = f"{above} : {own}" if above else own


def _unique(work: Work) -> None:
    """
    No two entries of one name below the same parent: DUP_RCRD (assumed, `unique_list_names`).

    Account numbers are unique in the chart, bin numbers in their location.
    """
    record, fields = work.record.id, work.fields
    if record in _NAMED and work.book.preferences.unique_list_names:
        name, within = "name", "parent"
    elif record == "account" and "acctnumber" in fields:
        name, within = "acctnumber", ""
    elif record == "bin":
        name, within = "binnumber", "location"
    else:
        return
    if not work.changed(name):
        return
    found = work.book.store.all(
        "SELECT id, json_extract(body, '$.' || ?) FROM record WHERE space = ?"
        " AND json_extract(body, '$.' || ?) = ?",
        within or name,
        record,
        name,
        fields.get(name),
    )
    for number, beside in found:
        own = work.old is not None and work.old.id == number
        if not own and (not within or beside == fields.get(within)):
            raise NetSuiteError("DUP_RCRD", f"This record already exists: {record} {fields[name]}.")
