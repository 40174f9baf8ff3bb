"""What people and other systems call the record types, where NetSuite's id is another word."""

from __future__ import annotations

import re
from collections.abc import Iterable

from generator.spec.diagnose import near

_OWN = re.compile(r"custom(record|list|transaction)_")
NICKNAMES = {
    "bill": "vendorbill",
    "case": "supportcase",
    "class": "classification",
    "client": "customer",
    "company": "customer",
    "event": "calendarevent",
    "fulfillment": "itemfulfillment",
    "journal": "journalentry",
    "order": "salesorder",
    "payment": "customerpayment",
    "paymentterm": "term",
    "product": "inventoryitem",
    "project": "job",
    "quote": "estimate",
    "receipt": "itemreceipt",
    "rma": "returnauthorization",
    "shipment": "itemfulfillment",
    "supplier": "vendor",
    "supplierinvoice": "vendorbill",
    "taxcode": "salestaxitem",
    "timeentry": "timebill",
    "user": "employee",
    "vendorinvoice": "vendorbill",
    "warehouse": "location",
}


def did_you_mean_record(name: str, records: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the id of a record type that does not exist, or nothing."""
    if own := _OWN.match(name):  # an account's own records are not mistaken for NetSuite's
        records = [record for record in records if record.startswith(own[0])]
    plain = name.lower().replace("_", "").replace(" ", "")
    meant = NICKNAMES.get(plain) or NICKNAMES.get(plain.removesuffix("s")) or near(name, records)
    return f"; did you mean '{meant}'?" if meant else ""
