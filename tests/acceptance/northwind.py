"""
Northwind's CSV files as the documents that its systems would send.

    customers.csv ─► one document each          suppliers.csv ─► a CSV file for the watched folder
    products.csv  ─► one document each          orders.csv + order-details.csv ─► one document an order

Money and discounts stay decimal text, ids and quantities are numbers, the text NULL is null.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = dict[str, str]
NUMBERS = {
    "orderID",
    "productID",
    "quantity",
    "shipVia",
    "supplierID",
    "categoryID",
    "unitsInStock",
    "unitsOnOrder",
    "reorderLevel",
}
DATES = {"orderDate", "requiredDate", "shippedDate"}
UNUSED = {"employeeID"}


@dataclass(frozen=True)
class Northwind:
    """Documents to send, in the order of the files."""

    customers: list[dict[str, Any]]
    items: list[dict[str, Any]]
    orders: list[dict[str, Any]]
    vendors_csv: bytes
    vendor_count: int


def read(folder: Path) -> Northwind:
    """All documents of a folder with Northwind's CSV files."""
    suppliers = rows(folder / "suppliers.csv")
    return Northwind(
        customers=[document(row) for row in rows(folder / "customers.csv")],
        items=[document(row) for row in rows(folder / "products.csv")],
        orders=orders(folder),
        vendors_csv=written(suppliers),
        vendor_count=len(suppliers),
    )


def orders(folder: Path) -> list[dict[str, Any]]:
    """Orders with their lines."""
    lines: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows(folder / "order-details.csv"):
        line = document(row)
        del line["orderID"]
        lines[row["orderID"]].append(line)
    return [document(row) | {"lines": lines[row["orderID"]]} for row in rows(folder / "orders.csv")]


def document(row: Row) -> dict[str, Any]:
    """A row as JSON values."""
    return {name: _value(name, text) for name, text in row.items() if name not in UNUSED}


def rows(path: Path) -> list[Row]:
    """
    The rows of a file, by column name.

    The export left addresses and names such as `Rua do Mercado, 12` without quotes, so their rows
    have a field too many. Only such a comma is followed by a blank: what begins with one belongs to
    the field before it.
    """
    with path.open(encoding="utf-8", newline="") as file:
        header, *body = csv.reader(file)
    found = []
    for number, row in enumerate(body, 2):
        if len(row) > len(header):
            row = _joined(row)
        if len(row) != len(header):
            raise ValueError(f"{path.name}:{number}: {len(row)} fields, not {len(header)}")
        found.append(dict(zip(header, row, strict=True)))
    return found


def written(table: list[Row]) -> bytes:
    """The rows as CSV with quotes where they are needed; NULL stays the text NULL."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(table[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return out.getvalue().encode()


def _joined(row: list[str]) -> list[str]:
    fields: list[str] = []
    for text in row:
        if text.startswith(" ") and fields:
            fields[-1] += "," + text
        else:
            fields.append(text)
    return fields


def _value(name: str, text: str) -> Any:
    if text == "NULL":
        return None
    if name in NUMBERS:
        return int(text)
    return text[:10] if name in DATES else text
