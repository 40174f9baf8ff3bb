"""Custom transaction types: fields and lines like those of the standard type whose style they have."""

from __future__ import annotations

from msgspec.structs import replace

from generator.catalog import sdf
from generator.catalog.model import RecordType

# Style of a custom transaction type to the standard type that it looks like.
_LIKE = {
    "SALES": "invoice",
    "PURCHASE": "vendorbill",
    "JOURNAL": "journalentry",
    "BASIC": "journalentry",
    "HEADER_ONLY": "journalentry",
}
# What only the standard type itself has.
_OWN = frozenset({"amountpaid", "amountremaining", "approved", "createdfrom"})


def add(element: sdf.Element, records: dict[str, RecordType]) -> None:
    """The record type of a `customtransactiontype` object."""
    scriptid = element.get("scriptid", "")
    style = sdf.text(element, "transactionstyle") or sdf.text(element, "subliststyle", "BASIC")
    like = records[_LIKE.get(style, "journalentry")]
    fields = {name: field for name, field in like.fields.items() if name not in _OWN}
    records[scriptid] = replace(
        like,
        id=scriptid,
        label=sdf.text(element, "name", scriptid),
        fields=fields,
        sublists={} if style == "HEADER_ONLY" else like.sublists,
        permission=scriptid,
        type_code=scriptid,
        sdf_token=f"[scriptid={scriptid}]",
        features=("CUSTOMTRANSACTIONS",),
        transforms_from=(),
    )
