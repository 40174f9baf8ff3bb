"""Stock: what is on hand, committed, back-ordered and on order; builds, kits and bins."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from lab import Lab

_NUMBERS = count(1)
TOOLS = (
    "const receive = (item, quantity, extra) => { const change = record.create({ type: 'inventoryadjustment' });"
    "change.setValue('subsidiary', '1'); change.setValue('account', '14');"
    "[['item', item], ['adjustqtyby', quantity], ['location', '1']].forEach(([fieldId, value]) =>"
    "change.setSublistValue({ sublistId: 'inventory', fieldId, line: 0, value }));"
    "if (extra) extra(change); return change.save(); };"
    "const order = (type, entity, item, quantity) => { const doc = record.create({ type });"
    "doc.setValue('entity', entity); doc.setValue('location', '1');"
    "if (type === 'salesorder') doc.setValue('orderstatus', 'B');"
    "[['item', item], ['quantity', quantity], ['rate', 1]].forEach(([fieldId, value]) =>"
    "doc.setSublistValue({ sublistId: 'item', fieldId, line: 0, value })); return doc.save(); };"
    "const stock = (id) => { const item = record.load({ type: input.kind ?? 'inventoryitem', id });"
    "return ['onhand', 'available', 'committed', 'backordered', 'onorder'].map("
    "(name) => item.getValue('quantity' + name)); };"
    "const line = (type, id, ...names) => { const doc = record.load({ type, id });"
    "return names.map((fieldId) => doc.getSublistValue({ sublistId: 'item', fieldId, line: 0 })); };"
)


def seed(lab: Lab, kind: str, members: list[tuple[str, int]] | None = None) -> str:
    fields = {"itemid": f"STOCK-{next(_NUMBERS)}"}
    lines = [{"item": item, "quantity": quantity} for item, quantity in members or []]
    sublists = {"member": lines} if lines else {}
    return str(lab.account.seed([{"type": kind, "fields": fields, "sublists": sublists}])[0])


def run(lab: Lab, code: str, **more: Any) -> Any:
    number = next(_NUMBERS)
    customer, vendor = lab.account.seed(
        [
            {"type": "customer", "fields": {"companyname": f"Buyer {number}", "subsidiary": "1"}},
            {"type": "vendor", "fields": {"companyname": f"Seller {number}", "subsidiary": "1"}},
        ]
    )
    item = more.pop("item", None) or seed(lab, "inventoryitem")
    given = {"item": item, "customer": str(customer), "vendor": str(vendor), **more}
    return lab.run(TOOLS + code, given)


@pytest.mark.shows("N/record.Record.getValue", "N/record.Record.getSublistValue")
@pytest.mark.rule("stock.commitment")
def test_orders_take_what_is_there_in_their_turn_and_wait_for_the_rest(lab: Lab) -> None:
    found = run(
        lab,
        "receive(input.item, 5); const first = order('salesorder', input.customer, input.item, 4);"
        "const second = order('salesorder', input.customer, input.item, 3);"
        "const names = ['quantitycommitted', 'quantitybackordered'];"
        "const before = [line('salesorder', first, ...names), line('salesorder', second, ...names), stock(input.item)];"
        "receive(input.item, 10);"
        "return [...before, line('salesorder', second, ...names), stock(input.item)];",
    )
    assert found == [[4, 0], [1, 2], [5, 0, 5, 2, 0], [3, 0], [15, 8, 7, 0, 0]]


@pytest.mark.shows("N/record.transform")
@pytest.mark.rule("stock.commitment")
def test_what_is_shipped_is_neither_on_hand_nor_committed(lab: Lab) -> None:
    found = run(
        lab,
        "receive(input.item, 5); const id = order('salesorder', input.customer, input.item, 4);"
        "const ship = record.transform({ fromType: 'salesorder', fromId: id, toType: 'itemfulfillment' });"
        "ship.setValue('shipstatus', 'C'); ship.save(); return stock(input.item);",
    )
    assert found == [1, 1, 0, 0, 0]


@pytest.mark.shows("N/record.transform")
@pytest.mark.rule("stock.on_order")
def test_a_purchase_order_is_expected_until_it_is_received(lab: Lab) -> None:
    found = run(
        lab,
        "const id = order('purchaseorder', input.vendor, input.item, 6); const before = stock(input.item);"
        "record.transform({ fromType: 'purchaseorder', fromId: id, toType: 'itemreceipt' }).save();"
        "return [before, stock(input.item)];",
    )
    assert found == [[0, 0, 0, 0, 6], [6, 6, 0, 0, 0]]


@pytest.mark.shows("N/record.Record.getSublistValue")
@pytest.mark.rule("stock.location_lines")
def test_an_item_says_what_it_has_at_each_location(lab: Lab) -> None:
    found = run(
        lab,
        "receive(input.item, 5); const item = record.load({ type: 'inventoryitem', id: input.item });"
        "const at = item.findSublistLineWithValue({ sublistId: 'locations', fieldId: 'location', value: 1 });"
        "return item.getSublistValue({ sublistId: 'locations', fieldId: 'quantityonhand', line: at });",
    )
    assert found == 5


@pytest.mark.shows("N/record.create", "N/record.Record.save")
@pytest.mark.rule("stock.build")
def test_a_build_takes_its_components_and_brings_the_assembly(lab: Lab) -> None:
    part = seed(lab, "inventoryitem")
    whole = seed(lab, "assemblyitem", [(part, 2)])
    found = run(
        lab,
        "receive(input.part, 10); const build = record.create({ type: 'assemblybuild' });"
        "build.setValue('subsidiary', '1'); build.setValue('location', '1'); build.setValue('item', input.item);"
        "build.setValue('quantity', 3); const id = build.save();"
        "const parts = () => record.load({ type: 'inventoryitem', id: input.part }).getValue('quantityonhand');"
        "const built = [stock(input.item)[0], parts()];"
        "record.transform({ fromType: 'assemblybuild', fromId: id, toType: 'assemblyunbuild' }).save();"
        "return [built, [stock(input.item)[0], parts()]];",
        item=whole,
        part=part,
        kind="assemblyitem",
    )
    assert found == [[3, 4], [0, 10]]


def test_a_build_of_lots_brings_those_of_its_own_inventory_detail(lab: Lab) -> None:
    part = seed(lab, "inventoryitem")
    whole = seed(lab, "lotnumberedassemblyitem", [(part, 2)])
    found = run(
        lab,
        "receive(input.part, 10); const build = record.create({ type: 'assemblybuild' });"
        "build.setValue('subsidiary', '1'); build.setValue('location', '1'); build.setValue('item', input.item);"
        "build.setValue('quantity', 3); const lots = build.getSubrecord({ fieldId: 'inventorydetail' });"
        "[['receiptinventorynumber', 'B-1'], ['quantity', 3]].forEach(([fieldId, value]) =>"
        "lots.setSublistValue({ sublistId: 'inventoryassignment', fieldId, line: 0, value }));"
        "const saved = record.load({ type: 'assemblybuild', id: build.save() }).getSubrecord({ fieldId: 'inventorydetail' });"
        "const given = saved.getSublistValue({ sublistId: 'inventoryassignment', fieldId: 'quantity', line: 0 });"
        "return [given, stock(input.item)[0]];",
        item=whole,
        part=part,
        kind="lotnumberedassemblyitem",
    )
    assert found == [3, 3]


@pytest.mark.shows("N/record.transform")
@pytest.mark.rule("stock.work_order")
def test_a_work_order_is_built_in_parts(lab: Lab) -> None:
    part = seed(lab, "inventoryitem")
    whole = seed(lab, "assemblyitem", [(part, 2)])
    found = run(
        lab,
        "const wo = record.create({ type: 'workorder' }); wo.setValue('subsidiary', '1');"
        "wo.setValue('location', '1'); wo.setValue('assemblyitem', input.item); wo.setValue('quantity', 5);"
        "const id = wo.save(); receive(input.part, 20);"
        "const status = () => record.load({ type: 'workorder', id }).getValue('status');"
        "const turn = () => record.transform({ fromType: 'workorder', fromId: id, toType: 'assemblybuild' });"
        "const build = turn(); build.setValue('quantity', 2);"
        "build.setSublistValue({ sublistId: 'component', fieldId: 'quantity', line: 0, value: 4 });"
        "build.save(); const some = status();"
        "const left = turn(); const open = left.getValue('quantity'); left.save();"
        "return [some, open, status(), stock(input.item)[0], line('workorder', id, 'quantity')[0]];",
        item=whole,
        part=part,
        kind="assemblyitem",
    )
    assert found == ["In Process", 3, "Built", 5, 10]


@pytest.mark.shows("N/record.transform")
@pytest.mark.rule("stock.kit")
def test_a_kit_that_ships_takes_its_members(lab: Lab) -> None:
    part = seed(lab, "inventoryitem")
    kit = seed(lab, "kititem", [(part, 3)])
    found = run(
        lab,
        "receive(input.part, 10); const id = order('salesorder', input.customer, input.item, 2);"
        "const ship = record.transform({ fromType: 'salesorder', fromId: id, toType: 'itemfulfillment' });"
        "ship.setValue('shipstatus', 'C'); ship.save(); return stock(input.part)[0];",
        item=kit,
        part=part,
    )
    assert found == 4


@pytest.mark.shows("N/record.Record.getSublistSubrecord")
@pytest.mark.rule("stock.bins")
def test_stock_moves_between_bins_of_its_location_alone(lab: Lab) -> None:
    away = str(
        lab.account.seed([{"type": "bin", "fields": {"binnumber": "Z", "location": "2"}}])[0]
    )
    code = (
        "receive(input.item, 4); const move = record.create({ type: 'bintransfer' });"
        "move.setValue('subsidiary', '1'); move.setValue('location', '1');"
        "[['item', input.item], ['quantity', 4]].forEach(([fieldId, value]) =>"
        "move.setSublistValue({ sublistId: 'inventory', fieldId, line: 0, value }));"
        "const detail = move.getSublistSubrecord({ sublistId: 'inventory', fieldId: 'inventorydetail', line: 0 });"
        "[['binnumber', '1'], ['tobinnumber', input.to], ['quantity', 4]].forEach(([fieldId, value]) =>"
        "detail.setSublistValue({ sublistId: 'inventoryassignment', fieldId, line: 0, value }));"
        "move.save(); return stock(input.item)[0];"
    )
    assert run(lab, code, to="2") == 4
    with lab.refused("INVALID_KEY_OR_REF", "tobinnumber"):
        run(lab, code, to=away)
