"""What NetSuite is, as the generator and the emulator read it."""

from __future__ import annotations

import pytest

from generator.catalog import standard
from generator.catalog.notation import parse_field
from generator.catalog.permissions import allowed, at_least
from generator.catalog.sdf_schema import schema as objects


def test_every_reference_and_transform_names_a_record_type_of_the_catalogue():
    catalog = standard()
    for record in catalog.records.values():
        fields = [*record.fields.values()]
        for sublist in record.sublists.values():
            fields += sublist.fields.values()
        assert {f.refers for f in fields if f.refers} <= catalog.records.keys(), record.id
        assert set(record.transforms_from) <= catalog.records.keys(), record.id
        assert record.family in catalog.records, record.id


@pytest.mark.parametrize("record", ["salesorder", "purchaseorder", "transferorder"])
def test_lines_of_orders_can_be_closed(record):
    sublist = standard().records[record].sublists["item"]
    assert sublist.closable
    assert "isclosed" in sublist.fields


@pytest.mark.parametrize("record", ["invoice", "vendorbill", "itemfulfillment", "creditmemo"])
def test_lines_of_documents_that_are_no_orders_cannot_be_closed(record):
    sublist = standard().records[record].sublists["item"]
    assert not sublist.closable
    assert "isclosed" not in sublist.fields


@pytest.mark.parametrize(
    ("record", "sublist", "field", "refers"),
    [
        ("journalentry", "line", "entity", "entity"),
        ("intercompanyjournalentry", "line", "linesubsidiary", "subsidiary"),
        ("customer", "grouppricing", "level", "pricelevel"),
        ("vendorbill", "item", "landedcostcategory", "costcategory"),
        ("expensereport", "expense", "category", "expensecategory"),
        ("customer", None, "entitystatus", "customerstatus"),
        ("job", None, "jobitem", "item"),
        ("inventoryitem", None, "intercoincomeaccount", "account"),
    ],
)
def test_a_field_that_holds_a_record_says_of_which_type(record, sublist, field, refers):
    """Or the check lets a text through that NetSuite refuses as an invalid key."""
    found = standard().records[record]
    fields = found.sublists[sublist].fields if sublist else found.fields
    assert fields[field].refers == refers


def test_the_entity_of_a_sales_order_is_required_and_set_once():
    entity = standard().records["salesorder"].fields["entity"]
    assert (entity.required, entity.set_once, entity.refers) == (True, True, "customer")


def test_item_types_share_one_id_space_and_differ_by_type_code():
    records = standard().records
    kinds = {r.id: r.type_code for r in records.values() if r.family == "item" and r.id != "item"}
    assert kinds["lotnumberedinventoryitem"] == kinds["inventoryitem"] == "InvtPart"
    assert kinds["kititem"] == "Kit"
    assert {records[name].table for name in kinds} == {"item"}


def test_deployment_tokens_and_permissions_are_ones_that_an_account_takes():
    tokens = objects().enums["generic_standard_recordtype"]
    for record in standard().records.values():
        assert record.sdf_token is None or record.sdf_token in tokens, record.id
        assert record.permission is None or record.permission in allowed(), record.id


def test_a_type_or_mark_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="unknown type"):
        parse_field("x", "money")
    with pytest.raises(ValueError, match="unknown mark"):
        parse_field("x", "text ^")


def test_a_permission_is_asked_for_at_a_level_that_it_allows():
    assert at_least("ADMI_ENTITYSTATUS", "VIEW") == "FULL"
    assert at_least("REPO_ANALYTICS", "FULL") == "EDIT"
    assert at_least("customrecord_x", "CREATE") == "CREATE"
