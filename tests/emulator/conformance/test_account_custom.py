"""Custom fields, lists, segments, record types and transaction types of an SDF project."""

from __future__ import annotations

import pytest
from lab import Lab

from emulator.account import Access, Package, RecordSettings
from emulator.deploy import objects
from generator.catalog import sdf


def field(kind: str, scriptid: str, body: str, type_: str = "TEXT") -> tuple[str, str, str]:
    xml = f'<{kind} scriptid="{scriptid}"><label>L</label><fieldtype>{type_}</fieldtype>{body}</{kind}>'
    return kind, scriptid, xml


def deploy(lab: Lab, *given: tuple[str, str, str]) -> None:
    """What a deployment of these objects brings into the account."""
    elements = [sdf.parse_text(xml) for _, _, xml in given]
    lab.account.install(
        Package(
            name="lab",
            objects=given,
            records={
                e.get("scriptid", ""): objects.record_settings(e)
                for e in elements
                if e.tag == "customrecordtype"
            },
            lists={
                e.get("scriptid", ""): values(e)
                for e in elements
                for values in [objects.list_values if e.tag == "customlist" else objects.instances]
                if e.tag in ("customlist", "customrecordtype")
            },
            defaults={
                e.get("scriptid", ""): default
                for e in elements
                if e.tag.endswith("customfield")
                and (default := objects.field_default(e)) is not None
            },
        )
    )


LIST = (
    "customlist",
    "customlist_lab_size",
    (
        '<customlist scriptid="customlist_lab_size"><name>Size</name><customvalues>'
        '<customvalue scriptid="val_s"><value>Small</value></customvalue>'
        '<customvalue scriptid="val_l"><value>Large</value></customvalue>'
        "</customvalues></customlist>"
    ),
)
OF_LIST = "<selectrecordtype>[scriptid=customlist_lab_size]</selectrecordtype>"


@pytest.mark.shows("N/record.create", "N/record.Record.getText", "N/record.Record.getValue")
@pytest.mark.rule("custom.defaults")
def test_new_records_get_the_fields_initial_values(lab: Lab) -> None:
    on = "<appliestocustomer>T</appliestocustomer>"
    deploy(
        lab,
        LIST,
        field(
            "entitycustomfield",
            "custentity_lab_size",
            f"{on}{OF_LIST}"
            "<defaultselection>[scriptid=customlist_lab_size.val_l]</defaultselection>",
            "SELECT",
        ),
        field(
            "entitycustomfield",
            "custentity_lab_since",
            f"{on}<dynamicdefault>NOW</dynamicdefault>",
            "DATE",
        ),
    )
    found = lab.run(
        "const one = record.create({ type: 'customer' }); one.setValue('companyname', 'Initial');"
        "one.setValue('subsidiary', '1'); const saved = record.load({ type: 'customer', id: one.save() });"
        "return [saved.getText('custentity_lab_size'),"
        " saved.getValue('custentity_lab_since') instanceof Date];"
    )
    assert found == ["Large", True]


@pytest.mark.shows("N/record.Record.save", "N/record.Record.getValue")
@pytest.mark.rule("custom.sourced")
@pytest.mark.parametrize("stored", ["T", "F"])
def test_a_sourced_field_comes_from_the_chosen_record(lab: Lab, stored: str) -> None:
    name = f"custbody_lab_mail_{stored.lower()}"
    deploy(
        lab,
        field(
            "transactionbodycustomfield",
            name,
            "<bodysale>T</bodysale><sourcelist>STDBODYENTITY</sourcelist>"
            f"<sourcefrom>STDENTITYEMAIL</sourcefrom><storevalue>{stored}</storevalue>",
        ),
    )
    found = lab.run(
        "const mail = (id) => record.load({ type: 'estimate', id }).getValue(input.name);"
        "const buyer = record.create({ type: 'customer' }); buyer.setValue('companyname', input.name);"
        "buyer.setValue('subsidiary', '1'); buyer.setValue('email', 'old@example.com');"
        "const who = buyer.save(); const doc = record.create({ type: 'estimate' });"
        "doc.setValue('entity', who);"
        "doc.setSublistValue({ sublistId: 'item', fieldId: 'item', line: 0, value: input.item });"
        "const id = doc.save({ enableSourcing: true }); const before = mail(id);"
        "record.submitFields({ type: 'customer', id: who, values: { comments: 'x' } });"
        "const again = record.load({ type: 'customer', id: who }); again.setValue('email', 'new@example.com');"
        "again.save(); return [before, mail(id)];",
        {"name": name, "item": "3004"},
    )
    assert found == ["old@example.com", "old@example.com" if stored == "T" else "new@example.com"]


@pytest.mark.shows("N/record.Record.save")
@pytest.mark.rule("custom.bounds")
def test_a_number_stays_within_the_fields_bounds(lab: Lab) -> None:
    deploy(
        lab,
        field(
            "crmcustomfield",
            "custevent_lab_score",
            "<appliestotask>T</appliestotask><minvalue>1</minvalue><maxvalue>5</maxvalue>",
            "INTEGER",
        ),
    )
    code = (
        "const one = record.create({ type: 'task' }); one.setValue('title', 'Rate');"
        "one.setValue('custevent_lab_score', input); const id = one.save();"
        "return record.load({ type: 'task', id }).getValue('custevent_lab_score');"
    )
    assert lab.run(code, 5) == 5
    with lab.refused("USER_ERROR", "custevent_lab_score", "5", guessed=True):
        lab.run(code, 6)


RECORD = (
    "customrecordtype",
    "customrecord_lab_claim",
    (
        '<customrecordtype scriptid="customrecord_lab_claim"><recordname>Claim</recordname>'
        "<accesstype>NONENEEDED</accesstype><includename>T</includename>"
        "<enablenumbering>T</enablenumbering><numberingprefix>CLM-</numberingprefix>"
        "<numberingmindigits>4</numberingmindigits><numberinginit>7</numberinginit>"
        "<hierarchical>T</hierarchical></customrecordtype>"
    ),
)


@pytest.mark.shows("N/record.create", "N/record.Record.save")
@pytest.mark.rule("custom.numbering")
def test_numbered_records_count_from_where_the_type_says(lab: Lab) -> None:
    deploy(lab, RECORD)
    found = lab.run(
        "const make = (parent) => { const one = record.create({ type: 'customrecord_lab_claim' });"
        "if (parent) one.setValue('parent', parent); return one.save(); };"
        "const first = make(); const second = make(first);"
        "const load = (id) => record.load({ type: 'customrecord_lab_claim', id });"
        "return [load(first).getValue('name'), load(second).getText('parent')];"
    )
    assert found == ["CLM-0007", "CLM-0007"]


@pytest.mark.shows("N/record.Record.setText", "N/record.Record.setSublistText")
@pytest.mark.rule("custom.segment")
def test_a_segment_is_a_select_wherever_it_applies(lab: Lab) -> None:
    deploy(
        lab,
        (
            "customrecordtype",
            "customrecord_cseg_lab",
            (
                '<customrecordtype scriptid="customrecord_cseg_lab"><recordname>Region</recordname>'
                "<accesstype>NONENEEDED</accesstype><instances>"
                '<instance scriptid="val_north"><name>North</name></instance>'
                '<instance scriptid="val_south"><name>South</name></instance>'
                "</instances></customrecordtype>"
            ),
        ),
        (
            "customsegment",
            "cseg_lab",
            (
                '<customsegment scriptid="cseg_lab"><label>Region</label>'
                "<recordtype>[scriptid=customrecord_cseg_lab]</recordtype><segmentapplication>"
                "<transactionbody><applications><application><id>SALE</id><isapplied>T</isapplied>"
                "</application></applications></transactionbody>"
                "<transactionline><applications><application><id>SALE</id><isapplied>T</isapplied>"
                "</application></applications></transactionline></segmentapplication></customsegment>"
            ),
        ),
    )
    found = lab.run(
        "const doc = record.create({ type: 'estimate' }); doc.setValue('entity', '1001');"
        "doc.setText('cseg_lab', 'North');"
        "doc.setSublistValue({ sublistId: 'item', fieldId: 'item', line: 0, value: '3004' });"
        "doc.setSublistText({ sublistId: 'item', fieldId: 'cseg_lab', line: 0, text: 'South' });"
        "const saved = record.load({ type: 'estimate', id: doc.save() });"
        "return [saved.getText('cseg_lab'),"
        " saved.getSublistText({ sublistId: 'item', fieldId: 'cseg_lab', line: 0 })];"
    )
    assert found == ["North", "South"]


@pytest.mark.shows("N/record.create", "N/record.load")
@pytest.mark.rule("custom.transaction_type")
def test_a_custom_transaction_is_made_like_a_journal(lab: Lab) -> None:
    deploy(
        lab,
        (
            "customtransactiontype",
            "customtransaction_lab_accrual",
            (
                '<customtransactiontype scriptid="customtransaction_lab_accrual"><name>Accrual</name>'
                "<subliststyle>JOURNAL</subliststyle></customtransactiontype>"
            ),
        ),
    )
    found = lab.run(
        "const type = 'customtransaction_lab_accrual'; const doc = record.create({ type });"
        "doc.setValue('subsidiary', '1'); doc.setValue('memo', 'Rent');"
        "[['1', 'debit'], ['10', 'credit']].forEach(([account, side], line) => {"
        "doc.setSublistValue({ sublistId: 'line', fieldId: 'account', line, value: account });"
        "doc.setSublistValue({ sublistId: 'line', fieldId: side, line, value: 5 }); });"
        "const saved = record.load({ type, id: doc.save() });"
        "return [saved.type, saved.getValue('memo'), saved.getLineCount('line')];"
    )
    assert found == ["customtransaction_lab_accrual", "Rent", 2]


@pytest.mark.shows("N/record.create")
@pytest.mark.rule("custom.access")
def test_a_permission_list_opens_a_record_type_to_its_roles_alone(lab: Lab) -> None:
    from emulator.ports import Session

    scriptid = "customrecord_lab_secret"
    xml = f'<customrecordtype scriptid="{scriptid}"><recordname>S</recordname>'
    xml += "<accesstype>USEPERMISSIONLIST</accesstype></customrecordtype>"
    inside = lab.role("customrole_lab_in", {"ADMI_LOGIN_OAUTH": "FULL"})
    outside = lab.role("customrole_lab_out", {"ADMI_LOGIN_OAUTH": "FULL"})
    access = RecordSettings(Access("USEPERMISSIONLIST", {inside: "EDIT"}))
    lab.objects([("customrecordtype", scriptid, xml)], **{scriptid: access})
    code = f"return record.create({{ type: '{scriptid}' }}).setValue('name', 'x').save();"
    assert lab.run(code, session=Session(7, inside, "RESTLET"))
    with lab.refused("INSUFFICIENT_PERMISSION"):
        lab.run(code, session=Session(7, outside, "RESTLET"))
