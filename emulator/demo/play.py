"""
Acme's day, act by act.

Acts only do what the world does: a shop posts, a purchasing system drops a file, a clerk works in the
account. What became of it is read afterwards: from the account, from the targets, and (for what was
held, and why) from the agent's own commands.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from emulator.demo import acme, count
from emulator.demo.books import Books, refused
from emulator.demo.outside import Parcel, Posted, Sender, Target, shopify_signature
from emulator.demo.report import Inbound, Mistake, Outbound, Story
from emulator.demo.stage import Stage

Json = dict[str, Any]

CLERK = {"role": "SALES_CLERK", "context": "USERINTERFACE"}
FULFILMENTS = "/webhooks/netsuite/fulfilments"
CUSTOMERS = "/webhooks/netsuite/customers"
ORDERS = 44
FULFILLED = 16
PATIENCE = 60.0

AGENT_TOML = """\
bundle = "sdf_project/flows.json"
environment = "sandbox"
listen = "127.0.0.1:0"
store = "inbox.db"

[ingress]
max_body = 200000

[watch.vendor-bills]
folder = "bills"
settle_seconds = 0.3
rescan_seconds = 1.0

[connections.shop]
base_url = "{target}"

[connections.crm]
base_url = "{target}"

[dispatch]
poll_seconds = 0.5

[retry]
base_seconds = 0.5
missing_after = [4.0, 6.0]
"""


class Acme:
    """
    The play.

    Args:
        stage: where it is played.
        say: progress for a person.
    """

    title = "Acme: a web shop, a purchasing system and a CRM around one NetSuite account"

    def __init__(self, stage: Stage, say: Callable[[str], None]) -> None:
        self._stage = stage
        self._say = say
        self._shop = acme.Shop()
        self._orders: dict[str, acme.Order] = {}
        self._customers: dict[str, Parcel] = {}
        self._clerk_saves: Counter[str] = Counter()
        self._moments: list[str] = []

    # --- the acts -------------------------------------------------------------------------------

    def run(self) -> None:
        """Play all acts; returns when the world is quiet."""
        stage = self._stage
        stage.build()
        self.target = Target(
            {FULFILMENTS: stage.secrets["shop_sign"], CUSTOMERS: stage.secrets["crm_sign"]}
        )
        (stage.folder / "bills").mkdir(exist_ok=True)
        stage.start_account()
        stage.start_agent(AGENT_TOML.format(target=self.target.url))
        self.sender = Sender(stage.agent_url, shopify_signature(stage.secrets["shopify_webhook"]))
        self._drop_bills()
        self._shop_opens()
        self._item_comes_late()
        self._customers_change()
        self._warehouse_ships()
        self._wait_until_quiet()

    def close(self) -> None:
        """Let the outside world go."""
        if hasattr(self, "sender"):
            self.sender.close()
        if hasattr(self, "target"):
            self.target.close()

    def _drop_bills(self) -> None:
        self._say("the purchasing system drops two files of vendor bills, one of them broken")
        drop(self._stage.folder / "bills" / "bills_2026-11.csv", acme.bills_csv())
        drop(self._stage.folder / "bills" / "bills_broken.csv", acme.broken_csv())

    def _shop_opens(self) -> None:
        """Orders in no order, some twice, among mistakes; news of customers before and after them."""
        known = [self._shop.customer(number) for number in range(4)]
        self._post("tells of its first customers", known)
        orders = self._shop.orders(ORDERS)
        late = self._shop.order(8, sku=acme.LATE_SKU)
        self._orders = {order.key: order for order in (*orders, late)}
        first = [order.parcel() for order in orders]
        again = [order.parcel(expect="repeated") for order in orders[::7]]
        mistakes = self._shop.mistakes()
        mixed = [*first, late.parcel(note="ordered before the item exists"), *mistakes]
        random.Random(7).shuffle(mixed)  # noqa: S311 - a story, not a secret
        self._post(f"posts {len(mixed)} orders in no order, with {len(mistakes)} mistakes", mixed)
        self._post(f"posts {len(again)} of them again", again)
        expected = {order.key for order in orders}
        self._stage.wait_for("the orders", lambda: expected <= self._keys("salesorder"), PATIENCE)

    def _item_comes_late(self) -> None:
        self._say(f"a clerk creates the item {acme.LATE_SKU}, which an order has been waiting for")
        subsidiary = {"ref": "subsidiary", "by": "externalid", "value": "ACME-US"}
        fields = {"itemid": acme.LATE_SKU, "displayname": "Winter tea", "subsidiary": subsidiary}
        self._stage.account.save("inventoryitem", fields, as_=CLERK)

    def _customers_change(self) -> None:
        """Both sides of one-way flows: the shop owns phone and e-mail, the account owns the rest."""
        account = self._stage.account
        self._post("tells of all customers", self._shop.customers())
        everyone = {parcel.key for parcel in self._shop.customers() if parcel.key}
        self._stage.wait_for("the customers", lambda: everyone <= self._keys("customer"), PATIENCE)
        self._post("tells the same again", self._shop.customers(expect="unchanged"))
        self._say("a clerk edits customers while the shop changes the phone number of one of them")
        ids = {count.external_id(record): record["id"] for record in account.records("customer")}
        for number in range(5):
            key = f"SHOPC-{701 + number}"
            account.save(
                "customer",
                {"comments": f"Called on {number + 10} November"},
                id=ids[key],
                as_=CLERK,
            )
            self._clerk_saves[key] += 1
        moved = self._shop.customer(2, phone="(206) 555-0199")
        self._post("changes a phone number", [moved])

    def _warehouse_ships(self) -> None:
        self._say(f"the warehouse ships {FULFILLED} orders; the shop is down for three calls")
        self.target.be_down(FULFILMENTS, 3)
        account = self._stage.account
        ids = {count.external_id(record): record["id"] for record in account.records("salesorder")}
        shipped = list(self._orders)[:FULFILLED]
        self._fulfilments: dict[str, int] = {}
        for index, key in enumerate(shipped):
            package = {"packagetrackingnumber": f" 1Z999AA1{index:010d}", "packageweight": 2.5}
            done = account.transform(
                ("salesorder", ids[key]),
                "itemfulfillment",
                {"shipstatus": "C"},
                sublists={"package": [package]},
                as_=CLERK,
            )
            self._fulfilments[f"IF-{done}"] = 1

    # --- helpers --------------------------------------------------------------------------------

    def _post(self, what: str, parcels: Sequence[Parcel]) -> list[Posted]:
        self._say(f"the shop {what}")
        return self.sender.send(parcels)

    def _keys(self, record: str) -> set[str]:
        records = self._stage.account.records(record)
        return {key for found in records if (key := count.external_id(found))}

    def _wait_until_quiet(self) -> None:
        """Until the agent has nothing in hand and the account nothing left to tell."""
        prefix = self._stage.bundle["prefix"]
        outbox = f"customrecord_{prefix}_outbox"
        self._books = Books(self._stage.folder / "inbox.db")
        self._stage.wait_for(
            "quiet",
            lambda: not self._books.open() and not self._stage.account.records(outbox),
            PATIENCE,
        )

    # --- the story ------------------------------------------------------------------------------

    def story(self, seconds: float) -> Story:
        """Read all books and compare them."""
        account, books, posted = self._stage.account, self._books, self.sender.posted
        orders, customers = account.records("salesorder"), account.records("customer")
        bills, usage = account.records("vendorbill"), account.usage()
        tallies = (
            count.documents(
                "orders in NetSuite, to the cent",
                {key: order.total for key, order in self._orders.items()},
                orders,
                twin="otherrefnum",
            ),
            count.documents(
                "customers in NetSuite",
                {parcel.key: None for parcel in self._shop.customers() if parcel.key},
                customers,
                twin="email",
            ),
            count.documents(
                "bills in NetSuite, to the cent", total(acme.BILLS), bills, twin="tranid"
            ),
            count.events(
                "fulfilments at the shop",
                self._fulfilments,
                self.target.taken(FULFILMENTS),
                "event_id",
            ),
            count.events(
                "customer saves at the CRM",
                _customer_saves(customers),
                self.target.taken(CUSTOMERS),
                "netsuite_id",
            ),
        )
        events = sum(tally.expected for tally in tallies[3:])
        scripts = {flow["flow"]: flow["script"] for flow in self._stage.bundle["flows"]}
        prefix = self._stage.bundle["prefix"]
        telling = {
            scripts["fulfilment-tracking"],
            scripts["customer-changes"],
            f"customscript_{prefix}_drain",
        }
        return Story(
            title=self.title,
            seconds=seconds,
            inbound=(
                books.delivered("shop orders", acme.ORDERS, posted),
                books.delivered("shop customers", acme.CUSTOMERS, posted),
                *self._elsewhere(posted),
            ),
            files=(books.filed("vendor bills (CSV)", "vendor-bills"),),
            outbound=(
                self._outbound(
                    "fulfilments to the shop", "queued", tallies[3].expected, FULFILMENTS
                ),
                self._outbound("customers to the CRM", "immediate", tallies[4].expected, CUSTOMERS),
            ),
            mistakes=self._mistakes(),
            moments=tuple(self._moments),
            tallies=tallies,
            bills=len(bills),
            units_per_order=round(count.units(usage, [scripts[acme.ORDERS]]) / len(orders), 2),
            units_per_event=round(count.units(usage, telling) / events, 2),
        )

    def _elsewhere(self, posted: Sequence[Posted]) -> list[Inbound]:
        known = (acme.ORDERS, acme.CUSTOMERS)
        lost = [each for each in posted if each.parcel.flow not in known]
        return [Inbound("to no flow", sent=len(lost), refused=len(lost))] if lost else []

    def _outbound(self, title: str, way: str, saves: int, path: str) -> Outbound:
        taken = {call.id for call in self.target.taken(path)}
        return Outbound(title, way, saves, len(self.target.calls(path)), len(taken))

    def _mistakes(self) -> tuple[Mistake, ...]:
        names = {
            each.parcel.key: each.parcel.label for each in self.sender.posted if each.parcel.key
        }
        found = refused(self.sender.posted)
        found += self._books.held(acme.ORDERS, names) + self._books.held(acme.CUSTOMERS, names)
        found += self._books.held(
            "vendor-bills", {bill.key: f"bill {bill.number}" for bill in acme.BILLS}
        )
        found += failed_files(self._stage.folder / "bills" / "failed")
        return tuple(found)


def _customer_saves(customers: Sequence[Json]) -> dict[str, int]:
    """By internal id, how often each customer was saved: the account counts versions."""
    return {str(record["id"]): int(record["version"]) for record in customers}


def failed_files(folder: Path) -> list[Mistake]:
    """Files that were not taken, with the first faults of their reports."""
    found = []
    for path in sorted(folder.glob("*.report.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        why = "; ".join(f"{row['place']}: {row['message']}" for row in rows[:3])
        found.append(Mistake(path.name.removesuffix(".report.csv"), "failed folder, whole", why))
    return found


def drop(path: Path, data: bytes) -> None:
    """Put a file into a folder under another name first, as a careful system does."""
    draft = path.with_suffix(".part")
    draft.write_bytes(data)
    draft.rename(path)


def total(bills: Iterable[acme.Bill]) -> dict[str, Decimal | None]:
    """External id and total of the bills that should be in the account."""
    return {bill.key: bill.total for bill in bills if bill.expect == "record"}


PLAYS: dict[str, type[Acme]] = {"acme": Acme}
