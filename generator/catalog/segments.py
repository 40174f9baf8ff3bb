"""Custom segments: a select of the segment's values on everything the segment applies to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from generator.catalog import sdf
from generator.catalog.model import Field, RecordType

# Where a segment applies, beside record types of the same name (SDF enums
# customsegment_*_application_id).
_SALE = ("salesorder", "estimate", "invoice", "cashsale", "creditmemo", "cashrefund")
_PURCHASE = ("purchaseorder", "vendorbill", "vendorcredit", "check", "vendorreturnauthorization")
_TRADED = {
    way: tuple(f"{way}{kind}item" for kind in ("sale", "purchase", "resale"))
    for way in ("noninventory", "othercharge", "service")
}
_PLACES: Mapping[str, tuple[str, ...]] = {
    "SALE": (*_SALE, "returnauthorization"),
    "PURCHASE": _PURCHASE,
    "EXPENSE": _PURCHASE,
    "CUSTOMER": ("customer", "lead", "prospect"),
    "INVENTORYITEM": ("inventoryitem", "lotnumberedinventoryitem", "serializedinventoryitem"),
    "ASSEMBLYITEM": ("assemblyitem", "lotnumberedassemblyitem", "serializedassemblyitem"),
    "NONINVENTORYITEM": _TRADED["noninventory"],
    "OTHERCHARGEITEM": _TRADED["othercharge"],
    "SERVICEITEM": _TRADED["service"],
    "JOURNALENTRY": ("journalentry", "intercompanyjournalentry", "advintercompanyjournalentry"),
    "DEPOSIT": ("customerdeposit", "deposit"),
    "TRANSFERORDER": ("transferorder", "intercompanytransferorder"),
    "OTHERTRANSACTION": ("inventorytransfer", "workorder", "customerrefund", "bintransfer"),
}
_SUBLISTS = {"EXPENSE": "expense", "EXPENSEREPORT": "expense", "JOURNALENTRY": "line"}
_SUBLISTS |= {"INVENTORYADJUSTMENT": "inventory", "KITITEM": "member"}


def apply(element: sdf.Element, records: dict[str, RecordType]) -> None:
    """Put a segment's field on the records and lines that it applies to."""
    scriptid = element.get("scriptid", "")
    kind = "multiselect" if sdf.text(element, "fieldtype") == "MULTISELECT" else "select"
    refers = sdf.reference(sdf.text(element, "recordtype")) or f"customrecord_{scriptid}"
    field = Field(
        id=scriptid,
        type=kind,
        required=sdf.text(element, "ismandatory") == "T",
        inline=True,
        refers=refers,
        column=scriptid,
    )
    for group in element.iterfind("segmentapplication/*"):
        lines = group.tag == "transactionline"
        for name in _applied(group):
            places = _PLACES.get(name, (name.lower(),))
            for record in places if not name.startswith("[") else (sdf.reference(name),):
                if record not in records:
                    continue
                if lines:
                    _on_lines(records, record, _SUBLISTS.get(name, "item"), field)
                else:
                    old = records[record]
                    records[record] = replace(old, fields={**old.fields, field.id: field})


def _applied(group: sdf.Element) -> Iterable[str]:
    for child in sdf.children(group, "applications", "application"):
        if sdf.text(child, "isapplied", "F") == "T":
            yield sdf.text(child, "id") or child.get("scriptid", "")


def _on_lines(records: dict[str, RecordType], record: str, sublist: str, field: Field) -> None:
    old = records[record]
    if sublist not in old.sublists:
        return
    lines = old.sublists[sublist]
    opened = replace(lines, fields={**lines.fields, field.id: field})
    records[record] = replace(old, sublists={**old.sublists, sublist: opened})
