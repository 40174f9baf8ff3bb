"""
The rows of a transaction search: one for the transaction (`mainline` is T) and one for each line.

Unlike SuiteQL, searches show quantities and amounts of sales and purchases positive, and those of
documents that take back (credits, refunds, returns) negative: assumed, switch
`search_returns_negative`.
"""

from __future__ import annotations

import json
from typing import Any

RETURNS = frozenset(
    {"creditmemo", "cashrefund", "customerrefund", "returnauthorization"}
    | {"vendorcredit", "vendorreturnauthorization"}
)
_SUBLISTS = ("item", "expense", "inventory", "line")
# Body values that the transaction's own row shows where lines have a field of the same name.
SHARED = ("memo", "location", "department", "class", "account", "customer")
# The number of a transaction's row is made as SuiteQL's `uniquekey` is.
KEY_FACTOR = 1000


def sign(record: str, *, returns_negative: bool) -> int:
    """-1 where a search shows the amounts of a record type negative."""
    return -1 if returns_negative and record in RETURNS else 1


def rows(record: str, body_json: str, lines_json: str | None, returns_negative: int) -> str:
    """All rows of one transaction as a JSON array."""
    body: dict[str, Any] = json.loads(body_json)
    sublists: dict[str, list[dict[str, Any]]] = json.loads(lines_json) if lines_json else {}
    factor = sign(record, returns_negative=bool(returns_negative))
    rate = body.get("exchangerate") or 1
    out = [
        {
            **{name: body[name] for name in SHARED if name in body},
            "mainline": "T",
            **_amounts(body.get("total", body.get("payment")), factor, rate),
        }
    ]
    for sublist in _SUBLISTS:
        out += [_line(line, factor, rate) for line in sublists.get(sublist, [])]
    for name, flag in (("shippingcost", "shipping"), ("taxtotal", "taxline")):
        if body.get(name):
            item = body.get("shipmethod") if flag == "shipping" else None
            out.append({flag: "T", "item": item, **_amounts(body[name], factor, rate)})
    for number, row in enumerate(out):
        row["_sequence"] = number
    return json.dumps(out)


def _line(line: dict[str, Any], factor: int, rate: float) -> dict[str, Any]:
    fields = line.get("fields", {})
    row = {**fields, "_line": line.get("line")}
    row["memo"] = fields.get("description", fields.get("memo"))
    if "adjustqtyby" in fields:
        row["quantity"] = fields["adjustqtyby"]
    elif isinstance(fields.get("quantity"), int | float):
        row["quantity"] = fields["quantity"] * factor
    amount = fields.get("amount")
    if amount is None and ("debit" in fields or "credit" in fields):
        amount = (fields.get("debit") or 0) - (fields.get("credit") or 0)
    return {**row, **_amounts(amount, factor, rate)}


def _amounts(amount: Any, factor: int, rate: float) -> dict[str, Any]:
    """`amount` is in the subsidiary's currency, `fxamount` in the transaction's."""
    if not isinstance(amount, int | float):
        return {"amount": None, "_fxamount": None}
    return {"amount": round(amount * factor * rate, 2), "_fxamount": amount * factor}
