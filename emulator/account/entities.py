"""Customers, vendors, employees, partners, contacts: names, numbers, address book, currencies."""

from __future__ import annotations

from emulator.account import addresses, balances
from emulator.account.facts import ENTITY_NUMBERS
from emulator.account.work import Work, bad_reference, user_error
from emulator.errors import NetSuiteError

_PEOPLE = frozenset({"employee", "contact"})


def prepare(work: Work) -> None:
    """Names, subsidiary, currency and address book of an entity."""
    _subsidiary(work)
    _name(work)
    _address_book(work)
    if work.creating:
        balances.begin(work.record, work.fields)


def _subsidiary(work: Work) -> None:
    subsidiary = work.fields.get("subsidiary")
    if subsidiary is not None and "currency" in work.record.fields:
        work.default("currency", work.book.fields("subsidiary", subsidiary).get("currency"))


def _name(work: Work) -> None:
    fields = work.fields
    person = work.record.id in _PEOPLE or fields.get("isperson") is True
    if work.creating and "isperson" in work.record.fields:
        fields.setdefault("isperson", False)
    parts = [fields[name] for name in ("firstname", "middlename", "lastname") if name in fields]
    if person and not parts:
        if "entityid" not in fields:
            raise user_error("Please enter value(s) for: firstname, lastname")
    elif not person and "companyname" not in fields and "entityid" not in fields:
        raise user_error("Please enter value(s) for: companyname")
    numbered = work.record.id in work.book.preferences.auto_numbering
    if work.creating and "entityid" not in fields:
        if numbered:
            prefix = ENTITY_NUMBERS.get(work.record.id, "ENT")
            fields["entityid"] = f"{prefix}{work.book.store.next(f'entityid.{prefix}', 1001)}"
        else:
            fields["entityid"] = " ".join(parts) if person else fields["companyname"]
    elif not work.creating:
        assert work.old is not None
        fields.setdefault("entityid", work.old.fields.get("entityid"))
    if work.changed("entityid"):
        _unique(work, fields["entityid"])


def _unique(work: Work, name: str) -> None:
    """
    Refuse a name that another entity of the same kind has.

    UNIQUE_CUST_ID_REQD; customers, leads and prospects count as one kind.
    """
    found = work.book.store.all(
        "SELECT id, type FROM record WHERE space = 'entity'"
        " AND json_extract(body, '$.entityid') = ?",
        name,
    )
    for number, type_ in found:
        own = work.old is not None and work.old.id == number
        if not own and work.book.fits(work.record.id, type_):
            raise NetSuiteError(
                "UNIQUE_CUST_ID_REQD",
                f"A {work.record.label.lower()} record with this ID already exists: {name}."
                " You must enter a unique ID for each record you create.",
            )


def _address_book(work: Work) -> None:
    """
    Number the addresses, and keep at most one default of each kind.

    The first address of a new entity becomes both defaults where none is marked and it does not say
    no: assumed.
    """
    lines = work.lines("addressbook")
    for line in lines:
        fields = line["fields"]
        if "internalid" not in fields:
            fields["internalid"] = fields["id"] = work.book.store.next("address", 101)
        subrecord = line.setdefault("subrecords", {}).setdefault(
            "addressbookaddress", {"fields": {}, "sublists": {}}
        )
        address = subrecord["fields"]
        fields.setdefault("label", address.get("addr1") or address.get("city") or "Address")
        fields["addressbookaddress_text"] = addresses.compose(address)
        if "country" not in address:
            raise user_error("Please enter value(s) for: country (addressbook)")
    for flag in ("defaultshipping", "defaultbilling"):
        marked = [line for line in lines if line["fields"].get(flag)]
        for line in marked[:-1]:
            line["fields"][flag] = False
        if not marked and lines and work.creating and lines[0]["fields"].get(flag) is None:
            lines[0]["fields"][flag] = True
            marked = lines[:1]
        if marked and flag == "defaultbilling" and "defaultaddress" in work.record.fields:
            work.fields["defaultaddress"] = marked[-1]["fields"]["addressbookaddress_text"]


def currencies(fields: dict[str, object], sublist: list[dict[str, dict[str, object]]]) -> set[str]:
    """The currencies an entity may be used with: its primary one and those of its list."""
    found = {str(fields["currency"])} if "currency" in fields else set()
    return found | {str(line["fields"].get("currency")) for line in sublist}


def check_subsidiary(work: Work) -> None:
    """A transaction's subsidiary must be one of its entity's; a missing one is taken from there."""
    name = (
        "customer" if "customer" in work.record.fields and "entity" not in work.fields else "entity"
    )
    value = work.fields.get(name)
    row = None if value is None else work.book.reference("entity", value)
    if row is None:
        return
    work.default("subsidiary", row.fields.get("subsidiary"))
    subsidiary = work.fields.get("subsidiary")
    allowed = {row.fields.get("subsidiary")} | {
        line["fields"].get("subsidiary") for line in row.sublists.get("submachine", [])
    }
    known = work.changed("subsidiary") and subsidiary is not None and allowed - {None}
    if known and subsidiary not in allowed:
        raise bad_reference("subsidiary", subsidiary, f" for {name} {value}")
    if row.type == "employee" or "currency" not in work.record.fields:
        return
    work.default("currency", row.fields.get("currency"))
    currency = work.fields.get("currency")
    listed = currencies(row.fields, row.sublists.get("currency", []))
    if work.changed("currency") and currency is not None and listed and currency not in listed:
        raise bad_reference("currency", currency, f" for {name} {value}")
