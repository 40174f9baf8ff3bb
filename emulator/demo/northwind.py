"""
Northwind's day: twelve orders of the samples, half of them before their customers and items exist.

    samples/*.csv ─► documents ─► signed webhooks, and a CSV file of vendors
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from agent.targets import signing
from emulator.demo import count
from emulator.demo.books import refused
from emulator.demo.outside import Parcel, Sender, Sign, Target
from emulator.demo.play import CLERK, Scene, drop
from emulator.demo.report import Story
from emulator.demo.stage import Stage

Json = dict[str, Any]

FULFILMENTS = "/fulfilments"
FLOWS = ("orders", "customers", "items")
_NUMBERS = {"orderID", "productID", "quantity", "shipVia", "supplierID", "categoryID"}
_NUMBERS |= {"unitsInStock", "unitsOnOrder", "reorderLevel"}
_DATES = {"orderDate", "requiredDate", "shippedDate"}
_CENT = Decimal("0.01")

AGENT_TOML = """\
[watch.vendors]
folder = "vendors"
settle_seconds = 0.3
rescan_seconds = 1.0

[connections.warehouse]
base_url = "{target}"

[dispatch]
poll_seconds = 0.5

[retry]
base_seconds = 0.5
missing_after = [20.0, 20.0]
"""


class Northwind:
    """
    The play.

    Args:
        stage: where it is played.
        say: progress for a person.
    """

    title = "Northwind: a web shop and a warehouse around one NetSuite account"

    def __init__(self, stage: Stage, say: Callable[[str], None]) -> None:
        samples = stage.project / "samples"
        self._stage = stage
        self._say = say
        self._customers = [_document(row) for row in _rows(samples / "customers.csv")]
        self._items = [_document(row) for row in _rows(samples / "products.csv")]
        self._orders = _orders(samples)
        self._vendors = (samples / "suppliers.csv").read_bytes()
        self._shipped: dict[str, int] = {}

    def run(self) -> None:
        """Play all acts; returns when the world is quiet."""
        stage = self._stage
        stage.build()
        self.target = Target({FULFILMENTS: stage.secrets["warehouse_sign"]})
        (stage.folder / "vendors").mkdir(exist_ok=True)
        stage.start_account()
        stage.start_agent(AGENT_TOML.format(target=self.target.url))
        sender = Sender(stage.agent_url, _standard_webhooks(stage.secrets["northwind"]))
        scene = self._scene = Scene(stage, sender, self.target, self._say)
        self._say("the purchasing system drops a file of vendors")
        drop(stage.folder / "vendors" / "suppliers.csv", self._vendors)
        half = len(self._orders) // 2
        orders = [_parcel("orders", each, "orderID") for each in self._orders]
        scene.post(f"{half} orders come before their customers and items", orders[:half])
        scene.post("the items come", [_parcel("items", each, "productID") for each in self._items])
        scene.post(
            "the customers", [_parcel("customers", x, "customerID") for x in self._customers]
        )
        scene.post("the other orders", orders[half:])
        scene.wait_for_records("salesorder", (each.key for each in orders if each.key))
        scene.post("all orders come again", orders)
        self._ship()
        self._say("waiting until all is quiet")
        scene.wait_until_quiet()

    def close(self) -> None:
        """Let the outside world go."""
        if hasattr(self, "target"):
            self.target.close()
        if hasattr(self, "_scene"):
            self._scene.sender.close()

    def _ship(self) -> None:
        ids = self._scene.ids("salesorder")
        shipped = [each for each in self._orders if each["shippedDate"]]
        self._say(f"the warehouse ships {len(shipped)} orders")
        for order in shipped:
            self._scene.account.transform(
                ("salesorder", ids[f"NW-{order['orderID']}"]),
                "itemfulfillment",
                {"shipstatus": "C", "trandate": order["shippedDate"]},
                as_=CLERK,
            )
            self._shipped[str(order["orderID"])] = 1

    def story(self, seconds: float) -> Story:
        """Read all books and compare them."""
        scene, books, posted = self._scene, self._scene.books, self._scene.sender.posted
        records = scene.account.records
        orders, vendors = records("salesorder"), records("vendor")
        customers = {f"NW-{each['customerID']}": None for each in self._customers}
        items = {f"NW-{each['productID']}": None for each in self._items}
        totals = {f"NW-{order['orderID']}": _total(order) for order in self._orders}
        expected_vendors = {
            f"NWS-{row['supplierID']}": None
            for row in csv.DictReader(self._vendors.decode("utf-8-sig").splitlines())
        }
        told = count.events(
            "fulfilments at the warehouse",
            self._shipped,
            scene.target.taken(FULFILMENTS),
            "order_id",
        )
        return Story(
            title=self.title,
            seconds=seconds,
            inbound=tuple(books.delivered(flow, flow, posted) for flow in FLOWS),
            files=(books.filed("vendors (CSV)", "vendors"),),
            outbound=(scene.outbound("to the warehouse", "queued", told.expected, FULFILMENTS),),
            mistakes=tuple(refused(posted)),
            moments=(),
            tallies=(
                count.documents("orders, to the cent", totals, orders, twin="otherrefnum"),
                count.documents("customers", customers, records("customer"), twin="entityid"),
                count.documents("items", items, records("noninventorysaleitem"), twin="itemid"),
                count.documents("vendors", expected_vendors, vendors, twin="entityid"),
                told,
            ),
            bills=0,
            units_per_order=round(scene.units(["orders"]) / max(1, len(orders)), 2),
            units_per_event=round(
                scene.units(["fulfilments"], drain=True) / max(1, told.expected), 2
            ),
        )


def _standard_webhooks(secret: str) -> Sign:
    def sign(parcel: Parcel) -> dict[str, str]:
        now = datetime.now(UTC)
        message = f"{parcel.label.replace(' ', '-')}-{now.timestamp()}"
        return signing.headers(secret, message, int(now.timestamp()), parcel.body)

    return sign


def _parcel(flow: str, document: Json, id_name: str) -> Parcel:
    number = document[id_name]
    body = json.dumps(document, ensure_ascii=False).encode()
    return Parcel(flow, f"{flow.removesuffix('s')} {number}", body, key=f"NW-{number}")


def _total(order: Json) -> Decimal:
    """Each line rounded half away from zero to the cent, and the freight."""
    total = Decimal(order["freight"])
    for line in order["lines"]:
        net = Decimal(line["unitPrice"]) * line["quantity"] * (1 - Decimal(line["discount"]))
        total += net.quantize(_CENT, ROUND_HALF_UP)
    return total


def _orders(folder: Path) -> list[Json]:
    lines: dict[str, list[Json]] = defaultdict(list)
    for row in _rows(folder / "order-details.csv"):
        line = _document(row)
        del line["orderID"]
        lines[row["orderID"]].append(line)
    orders = [(row["orderID"], _document(row)) for row in _rows(folder / "orders.csv")]
    return [{**document, "lines": lines[number]} for number, document in orders]


def _rows(path: Path) -> list[dict[str, str]]:
    """Rows by column; a comma in an address is followed by a blank and ends no field."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *body = csv.reader(file)
    return [dict(zip(header, _joined(row), strict=True)) for row in body]


def _joined(row: list[str]) -> list[str]:
    fields: list[str] = []
    for text in row:
        if text.startswith(" ") and fields:
            fields[-1] += "," + text
        else:
            fields.append(text)
    return fields


def _document(row: dict[str, str]) -> Json:
    return {name: _value(name, text) for name, text in row.items() if name != "employeeID"}


def _value(name: str, text: str) -> Any:
    if text == "NULL":
        return None
    if name in _NUMBERS:
        return int(text)
    return text[:10] if name in _DATES else text
