"""Address subrecords: their fields, the customer's list of addresses, and the text they compose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.account.book import Book
from emulator.account.geography import COUNTRIES, STATES
from emulator.account.place_names import COUNTRY_NAMES
from emulator.account.store import Row
from emulator.account.values import canonical
from emulator.errors import NetSuiteError

Address = dict[str, Any]


def check(book: Book, subrecord: Mapping[str, Any]) -> Address:
    """An address subrecord in canonical form; INVALID_FLD_VALUE for a state that the country lacks."""
    kind = book.catalog.records["address"]
    fields: dict[str, Any] = {}
    for name, value in subrecord.get("fields", {}).items():
        field = kind.fields.get(name)
        if field is None or name in ("addrtext", "id", "externalid"):
            continue
        found = canonical(field, value)
        if found is not None:
            fields[name] = found
    country = fields.get("country")
    if country is not None and country not in COUNTRIES:
        raise NetSuiteError("INVALID_KEY_OR_REF", f"Invalid country reference key {country}.")
    states = STATES.get(country or "")
    state = fields.get("state")
    if states and state is not None and state not in states:
        raise NetSuiteError(
            "INVALID_FLD_VALUE",
            f"You have entered an Invalid Field Value {state} for the following field: state."
            f" States of {country}: {', '.join(sorted(states))}",
        )
    fields["addrtext"] = compose(fields)
    return {"fields": fields, "sublists": {}}


def compose(fields: Mapping[str, Any]) -> str:
    """The address as it is printed (the standard address form), its country by name."""
    country = fields.get("country")
    town = " ".join(str(fields[name]) for name in ("city", "state", "zip") if name in fields)
    lines = [fields.get(name) for name in ("attention", "addressee", "addr1", "addr2", "addr3")]
    return "\n".join(
        str(line) for line in [*lines, town, COUNTRY_NAMES.get(country or "", country)] if line
    )


def same(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    """Whether two address subrecords say the same."""
    return (one or {}).get("fields") == (other or {}).get("fields")


def default_line(entity: Row | None, flag: str) -> dict[str, Any] | None:
    """The entity's addressbook line marked `defaultshipping` or `defaultbilling`."""
    if entity is None:
        return None
    for line in entity.sublists.get("addressbook", []):
        if line["fields"].get(flag):
            return line
    return None


def by_number(entity: Row | None, number: str) -> dict[str, Any] | None:
    """The entity's addressbook line that `shipaddresslist` or `billaddresslist` names."""
    if entity is None:
        return None
    for line in entity.sublists.get("addressbook", []):
        if str(line["fields"].get("internalid")) == number:
            return line
    return None
