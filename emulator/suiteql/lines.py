"""
The rows of `transactionline`.

NetSuite keeps one row for the transaction itself (`mainline = 'T'`) and, beside the lines a person
sees, rows for shipping and tax. Quantities and amounts are written as the ledger sees them: on
documents of the sales side lines are negative and the main line positive, on the purchase side the
other way round (netsuite-decisions 7; seen in public queries that multiply by -1).
"""

from __future__ import annotations

import json
from typing import Any

_SALES = frozenset({"estimate", "salesorder", "invoice", "cashsale", "itemfulfillment"})
_SIGNED = ("quantity", "amount", "grossamt", "foreignamount")
# What a payment is against: the field of its account, and the account type where it names none.
_AGAINST = {
    "customerpayment": ("aracct", "AcctRec"),
    "vendorpayment": ("apacct", "AcctPay"),
}
_RECEIVED = frozenset({"customerpayment", "customerdeposit"})
_SUBLISTS = ("item", "expense", "inventory", "line")
# A row's key among all transactions' rows: the line's stable number, so that it stays what it was
# when lines before it are removed. inside/record_content.js makes it in the same way.
KEY_FACTOR, KEY_STEP = 10_000, 2_000
_COMPUTED_KEYS = {"ShipItem": 9_998, "TaxItem": 9_999}


def line_sign(record: str) -> int:
    """-1 where the lines of a record type are written negative."""
    return -1 if record in _SALES or record == "vendorcredit" else 1


def rows(record: str, body_json: str, lines_json: str | None) -> str:
    """All `transactionline` rows of one transaction as a JSON array."""
    body: dict[str, Any] = json.loads(body_json)
    sublists: dict[str, list[dict[str, Any]]] = json.loads(lines_json) if lines_json else {}
    sign = line_sign(record)
    shared = {
        "createdfrom": body.get("createdfrom"),
        "subsidiary": body.get("subsidiary"),
    }
    total = body.get("total")
    out = [
        {
            **{k: body.get(k) for k in ("entity", "memo", "location", "department", "class")},
            **shared,
            "id": 0,
            "uniquekey": 0,
            "mainline": "T",
            "taxline": "F",
            "foreignamount": _times(total, 1 if record in _RECEIVED else -sign),
            "account": body.get("account"),
        }
    ]
    for place, sublist in enumerate(_SUBLISTS):
        for line in sublists.get(sublist, []):
            row = _line(line, shared, body, sign)
            out.append({**row, "uniquekey": place * KEY_STEP + row["id"]})
    if record in _AGAINST and total:
        out.append(_against(record, shared, body, out[0]["foreignamount"]))
    out.extend(_computed(body, shared, sign, start=len(out)))
    rate = body.get("exchangerate") or 1
    for number, row in enumerate(out):
        row["linesequencenumber"] = number
        row["rate_"] = rate
        row["netamount"] = _in_base(row.get("foreignamount"), rate)
    return json.dumps(out)


def _line(
    line: dict[str, Any], shared: dict[str, Any], body: dict[str, Any], sign: int
) -> dict[str, Any]:
    fields = line.get("fields", {})
    row = {"entity": body.get("entity"), **fields, **shared}
    row["id"] = line.get("line")
    row["mainline"] = "F"
    row["taxline"] = "F"
    # The column of a line's description is its memo.
    row["memo"] = fields.get("description", fields.get("memo"))
    amount = fields.get("amount")
    row["foreignamount"] = amount
    row["expenseaccount"] = fields.get("account")
    row["quantityshiprecv"] = fields.get("quantityfulfilled", fields.get("quantityreceived"))
    debit, credit = fields.get("debit"), fields.get("credit")
    row["debitforeignamount"], row["creditforeignamount"] = debit, credit
    if debit is not None or credit is not None:
        row["foreignamount"] = (debit or 0) - (credit or 0)
    if "adjustqtyby" in fields:
        row["quantity"] = fields["adjustqtyby"]
    for name in _SIGNED:
        if name in row:
            row[name] = _times(row[name], sign)
    return row


def _against(
    record: str, shared: dict[str, Any], body: dict[str, Any], amount: Any
) -> dict[str, Any]:
    """The row of what a payment reduces: receivables or payables."""
    field, kind = _AGAINST[record]
    return {
        **shared,
        "entity": body.get("entity", body.get("customer")),
        "id": 1,
        "uniquekey": 1,
        "mainline": "F",
        "taxline": "F",
        "foreignamount": _times(amount, -1),
        "account": body.get(field),
        "against": kind,
    }


def _computed(
    body: dict[str, Any], shared: dict[str, Any], sign: int, *, start: int
) -> list[dict[str, Any]]:
    """Rows that NetSuite makes itself: shipping and tax."""
    found: list[dict[str, Any]] = []
    parts = (("shippingcost", "ShipItem", "F"), ("taxtotal", "TaxItem", "T"))
    for name, itemtype, taxline in parts:
        amount = body.get(name)
        if amount:
            found.append(
                {
                    **shared,
                    "entity": body.get("entity"),
                    "id": start + len(found),
                    "uniquekey": _COMPUTED_KEYS[itemtype],
                    "item": body.get("shipmethod") if itemtype == "ShipItem" else None,
                    "itemtype": itemtype,
                    "mainline": "F",
                    "taxline": taxline,
                    "foreignamount": _times(amount, sign),
                }
            )
    return found


def _in_base(value: Any, rate: float) -> Any:
    """An amount of the transaction's currency in that of its subsidiary."""
    if not isinstance(value, int | float) or rate == 1:
        return value
    return round(value * rate, 2)


def _times(value: Any, sign: int) -> Any:
    return value * sign if isinstance(value, int | float) else value
