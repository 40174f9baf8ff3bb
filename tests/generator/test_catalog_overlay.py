"""A project's own SDF objects in its catalogue."""

from __future__ import annotations

import pytest

from generator.catalog import sdf, standard
from generator.catalog.overlay import with_objects

OBJECTS = {
    "custcol_acme_line_id": """
<transactioncolumncustomfield scriptid="custcol_acme_line_id">
  <label>Line</label><fieldtype>TEXT</fieldtype><maxlength>40</maxlength>
  <colsale>T</colsale><colitemfulfillment>T</colitemfulfillment>
</transactioncolumncustomfield>""",
    "custbody_acme_tags": """
<transactionbodycustomfield scriptid="custbody_acme_tags">
  <label>Tags</label><fieldtype>MULTISELECT</fieldtype>
  <selectrecordtype>[scriptid=customlist_acme_tags]</selectrecordtype>
  <bodypurchase>T</bodypurchase>
</transactionbodycustomfield>""",
    "customlist_acme_tags": """
<customlist scriptid="customlist_acme_tags"><name>Tags</name>
  <customvalues><customvalue scriptid="val_a"><value>A</value></customvalue></customvalues>
</customlist>""",
    "custrecord_acme_cc": """
<othercustomfield scriptid="custrecord_acme_cc">
  <label>Cost center</label><fieldtype>TEXT</fieldtype><rectype>-102</rectype>
</othercustomfield>""",
    "custitem_acme_sell_online": """
<itemcustomfield scriptid="custitem_acme_sell_online">
  <label>Sell online</label><fieldtype>CHECKBOX</fieldtype><appliestoinventory>T</appliestoinventory>
</itemcustomfield>""",
    "customrecord_acme_claim": """
<customrecordtype scriptid="customrecord_acme_claim">
  <recordname>Claim</recordname><includename>F</includename>
  <customrecordcustomfields>
    <customrecordcustomfield scriptid="custrecord_acme_customer">
      <label>Customer</label><fieldtype>SELECT</fieldtype><selectrecordtype>-2</selectrecordtype>
      <ismandatory>T</ismandatory>
    </customrecordcustomfield>
  </customrecordcustomfields>
</customrecordtype>""",
}


@pytest.fixture
def catalog(tmp_path):
    for name, xml in OBJECTS.items():
        (tmp_path / f"{name}.xml").write_text(xml.strip(), encoding="utf-8")
    return with_objects(standard(), tmp_path)


def test_a_line_field_is_on_the_sublists_that_it_applies_to_and_no_others(catalog):
    def has(record):
        return "custcol_acme_line_id" in catalog.records[record].sublists["item"].fields

    assert [has("salesorder"), has("itemfulfillment"), has("purchaseorder")] == [True, True, False]
    field = catalog.records["salesorder"].sublists["item"].fields["custcol_acme_line_id"]
    assert (field.type, field.length) == ("text", 40)


def test_a_multiselect_refers_to_the_list_of_its_values(catalog):
    field = catalog.records["vendorbill"].fields["custbody_acme_tags"]
    assert (field.type, field.refers) == ("multiselect", "customlist_acme_tags")
    assert catalog.records["customlist_acme_tags"].name_column == "name"
    assert "custbody_acme_tags" not in catalog.records["salesorder"].fields


def test_a_field_on_a_standard_list_and_one_on_an_item_reach_their_records(catalog):
    assert "custrecord_acme_cc" in catalog.records["department"].fields
    assert "custitem_acme_sell_online" in catalog.records["inventoryitem"].fields
    assert "custitem_acme_sell_online" in catalog.records["item"].fields
    assert "custitem_acme_sell_online" not in catalog.records["kititem"].fields


def test_a_custom_record_type_brings_its_fields_table_and_permission(catalog):
    record = catalog.records["customrecord_acme_claim"]
    assert (record.table, record.kind) == (record.id, "custom")
    # The default access type asks for one permission for the rows of all types.
    assert record.permission == "LIST_CUSTRECORDENTRY"
    customer = record.fields["custrecord_acme_customer"]
    assert (customer.refers, customer.required) == ("customer", True)
    assert not record.fields["name"].required


def test_the_standard_catalogue_stays_as_it_is(catalog):
    assert "custcol_acme_line_id" not in standard().records["salesorder"].sublists["item"].fields


def test_a_broken_object_file_is_named_with_its_line(tmp_path):
    (tmp_path / "custbody_x.xml").write_text("<customlist>\n<name>", encoding="utf-8")
    with pytest.raises(sdf.ObjectError) as error:
        with_objects(standard(), tmp_path)
    assert (error.value.path.name, error.value.line) == ("custbody_x.xml", 2)
