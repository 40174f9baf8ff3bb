"""
Acme's day, act by act.

Acts only do what the world does: a shop posts, a purchasing system drops a file, a clerk works in
the account. What became of it is read afterwards: from the account, from the targets, and (for what
was held, and why) from the agent's store.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from emulator.demo import acme, count
from emulator.demo.books import refused
from emulator.demo.outside import Sender, Target, shopify_signature
from emulator.demo.play import CLERK, PATIENCE, Scene, drop, failed_files
from emulator.demo.report import Mistake, Story
from emulator.demo.stage import Stage

Json = dict[str, Any]

FULFILMENTS = "/webhooks/netsuite/fulfilments"
CUSTOMERS = "/webhooks/netsuite/customers"
ORDERS = 44
FULFILLED = 16

AGENT_TOML = """\
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
        self._fulfilments: dict[str, int] = {}
        self._late: acme.Order | None = None

    def run(self) -> None:
        """Play all acts; returns when the world is quiet."""
        self._open_stage()
        self._drop_bills()
        self._shop_opens()
        self._item_comes_late()
        self._customers_change()
        self._warehouse_ships()
        self._say("waiting until all is quiet")
        self._scene.wait_until_quiet()

    def close(self) -> None:
        """Let the outside world go."""
        if hasattr(self, "target"):
            self.target.close()
        if hasattr(self, "_scene"):
            self._scene.sender.close()

    # --- the acts -------------------------------------------------------------------------------

    def _open_stage(self) -> None:
        stage = self._stage
        stage.build()
        secrets = stage.secrets
        self.target = Target({FULFILMENTS: secrets["shop_sign"], CUSTOMERS: secrets["crm_sign"]})
        (stage.folder / "bills").mkdir(exist_ok=True)
        stage.start_account()
        stage.start_agent(AGENT_TOML.format(target=self.target.url))
        sender = Sender(stage.agent_url, shopify_signature(secrets["shopify_webhook"]))
        self._scene = Scene(stage, sender, self.target, self._say)
        self._scene.look_before("customer")

    def _drop_bills(self) -> None:
        self._say("the purchasing system drops two files of vendor bills, one of them broken")
        drop(self._stage.folder / "bills" / "bills_2026-11.csv", acme.bills_csv())
        drop(self._stage.folder / "bills" / "bills_broken.csv", acme.broken_csv())

    def _shop_opens(self) -> None:
        """Orders in no order, some twice, among mistakes; before most of their customers are known."""
        scene, shop = self._scene, self._shop
        known = [shop.customer(number) for number in range(4)]
        scene.post("the shop tells of its first customers", known)
        scene.wait_for_records("customer", (each.key for each in known if each.key))
        orders = shop.orders(ORDERS)
        late = self._late = shop.order(8, sku=acme.LATE_SKU)
        self._orders = {order.key: order for order in (*orders, late)}
        again = [order.parcel(expect="repeated") for order in orders[::7]]
        mistakes = shop.mistakes()
        mixed = [*(order.parcel() for order in orders), late.parcel(), *mistakes]
        random.Random(7).shuffle(mixed)  # noqa: S311 - a story, not a secret
        text = f"the shop posts {len(mixed)} orders in no order, {len(mistakes)} of them mistakes"
        scene.post(text, mixed)
        scene.post(f"the shop posts {len(again)} of them again", again)
        scene.wait_for_records("salesorder", (order.key for order in orders))

    def _item_comes_late(self) -> None:
        self._say(f"a clerk creates the item {acme.LATE_SKU}, which an order is waiting for")
        subsidiary = {"ref": "subsidiary", "by": "externalid", "value": "ACME-US"}
        fields = {"itemid": acme.LATE_SKU, "displayname": "Winter tea", "subsidiary": subsidiary}
        self._scene.account.save("inventoryitem", fields, as_=CLERK)

    def _customers_change(self) -> None:
        """Both sides of one-way flows: the shop owns names and phone, comments are NetSuite's own."""
        scene, shop = self._scene, self._shop
        scene.post("the shop tells of all its customers", shop.customers())
        scene.stage.wait_for("the customers", self._all_have_phones, PATIENCE)
        scene.post("the shop tells the same again", shop.customers(expect="unchanged"))
        scene.wait_until_told()
        self._say("a clerk edits five customers while the shop changes the phone of one of them")
        ids = scene.ids("customer")
        moved = shop.customer(2, phone="(206) 555-0199")
        for number in range(5):
            fields = {"comments": f"Called on {number + 10} November"}
            scene.account.save("customer", fields, id=ids[f"SHOPC-{701 + number}"], as_=CLERK)
            if number == 2:
                scene.sender.send([moved])

    def _all_have_phones(self) -> bool:
        """The shop's news has reached every customer: orders alone create them without a phone."""
        records = self._scene.account.records("customer")
        phones = {count.external_id(each): each["fields"].get("phone") for each in records}
        return all(phones.get(each.key) for each in self._shop.customers())

    def _warehouse_ships(self) -> None:
        self._say(f"the warehouse ships {FULFILLED} orders; the shop is down for its next calls")
        scene = self._scene
        scene.target.be_down(FULFILMENTS, 3)
        ids = scene.ids("salesorder")
        for index, key in enumerate(list(self._orders)[:FULFILLED]):
            package = {"packagetrackingnumber": f" 1Z999AA1{index:010d}", "packageweight": 2.5}
            done = scene.account.transform(
                ("salesorder", ids[key]),
                "itemfulfillment",
                {"shipstatus": "C"},
                sublists={"package": [package]},
                as_=CLERK,
            )
            self._fulfilments[f"IF-{done}"] = 1

    # --- the story ------------------------------------------------------------------------------

    def story(self, seconds: float) -> Story:
        """Read all books and compare them."""
        scene, books, posted = self._scene, self._scene.books, self._scene.sender.posted
        orders, customers = scene.account.records("salesorder"), scene.account.records("customer")
        bills = scene.account.records("vendorbill")
        documents = (
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
                "bills in NetSuite, to the cent",
                {bill.key: bill.total for bill in acme.BILLS if bill.expect == "record"},
                bills,
                twin="tranid",
            ),
        )
        shipped = count.events(
            "fulfilments at the shop",
            self._fulfilments,
            scene.target.taken(FULFILMENTS),
            "event_id",
        )
        saved = count.events(
            "customer saves at the CRM",
            scene.saves("customer", customers),
            scene.target.taken(CUSTOMERS),
            "netsuite_id",
        )
        events = shipped.expected + saved.expected
        at_once = scene.at_once("customer-changes")
        immediate = f"immediate: {at_once} in the save, the rest by the outbox"
        told = ("fulfilment-tracking", "customer-changes")
        return Story(
            title=self.title,
            seconds=seconds,
            inbound=(
                books.delivered("shop orders", acme.ORDERS, posted),
                books.delivered("shop customers", acme.CUSTOMERS, posted),
                *scene.elsewhere((acme.ORDERS, acme.CUSTOMERS)),
            ),
            files=(books.filed("vendor bills (CSV)", "vendor-bills"),),
            outbound=(
                scene.outbound("fulfilments to the shop", "queued", shipped.expected, FULFILMENTS),
                scene.outbound("customers to the CRM", immediate, saved.expected, CUSTOMERS),
            ),
            mistakes=self._mistakes(),
            moments=self._moments(orders, customers),
            tallies=(*documents, shipped, saved),
            bills=len(bills),
            units_per_order=round(scene.units([acme.ORDERS]) / max(1, len(orders)), 2),
            units_per_event=round(scene.units(told, drain=True) / max(1, events), 2),
        )

    def _moments(self, orders: Sequence[Json], customers: Sequence[Json]) -> tuple[str, ...]:
        """What is easily overlooked in the tables, each read from the account."""
        found = []
        by_key = {count.external_id(each): each for each in (*orders, *customers)}
        late = by_key.get(self._late.key) if self._late else None
        if late:
            found.append(
                f"Order {late['fields']['otherrefnum']} came before the item {acme.LATE_SKU} existed. "
                f"It waited, and went in by itself as {late['fields']['tranid']}."
            )
        both = by_key.get("SHOPC-703")
        if both:
            fields = both["fields"]
            found.append(
                f"{fields['firstname']} {fields['lastname']} was edited on both sides: the phone "
                f"{fields['phone']} is the shop's, the comment '{fields['comments']}' the clerk's."
            )
        orphans = len({order.document["customer"]["id"] for order in self._orders.values()}) - 4
        found.append(
            f"{orphans} customers were unknown when they ordered: each was created once, with its "
            "first order, and completed when the shop told of it."
        )
        return tuple(found)

    def _mistakes(self) -> tuple[Mistake, ...]:
        books, posted = self._scene.books, self._scene.sender.posted
        names = {each.parcel.key: each.parcel.label for each in posted if each.parcel.key}
        found = refused(posted)
        found += books.held(acme.ORDERS, names) + books.held(acme.CUSTOMERS, names)
        found += books.held(
            "vendor-bills", {bill.key: f"bill {bill.number}" for bill in acme.BILLS}
        )
        found += failed_files(self._stage.folder / "bills" / "failed")
        return tuple(found)
