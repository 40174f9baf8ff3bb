"""What the account refuses, under its own error names, and what it fills in by itself."""

from __future__ import annotations

from itertools import count

import pytest
from lab import Lab

from emulator.ports import Session

_NUMBERS = count(1)


def name() -> str:
    return f"Rule {next(_NUMBERS)}"


def customer(lab: Lab, **fields: object) -> str:
    given = {"companyname": name(), "subsidiary": "1", **fields}
    return str(lab.account.seed([{"type": "customer", "fields": given}])[0])


CREATE = (
    "const made = record.create({ type: input.type });"
    "for (const [field, value] of Object.entries(input.fields)) made.setValue(field, value);"
    "return made.save();"
)


@pytest.mark.shows("N/record.Record.save")
@pytest.mark.rule("account.required")
def test_a_record_without_a_required_field_is_refused_by_its_name(lab: Lab) -> None:
    with lab.refused("USER_ERROR", "Please enter value(s) for: title"):
        lab.run(CREATE, {"type": "task", "fields": {"message": "x"}})


@pytest.mark.shows("N/record.Record.save")
@pytest.mark.rule("account.reference")
def test_a_select_that_points_nowhere_is_refused(lab: Lab) -> None:
    with lab.refused("INVALID_KEY_OR_REF", "terms", "999"):
        fields = {"companyname": name(), "subsidiary": "1", "terms": "999"}
        lab.run(CREATE, {"type": "customer", "fields": fields})


@pytest.mark.shows("N/record.Record.save")
@pytest.mark.rule("account.length")
def test_a_text_that_is_too_long_is_refused(lab: Lab) -> None:
    with lab.refused("EXCEEDED_MAX_FIELD_LENGTH", "83"):
        fields = {"companyname": "x" * 84, "subsidiary": "1"}
        lab.run(CREATE, {"type": "customer", "fields": fields})


@pytest.mark.shows("N/record.Record.save")
@pytest.mark.rule("account.read_only")
def test_what_only_the_account_writes_stays_as_it_is(lab: Lab) -> None:
    found = lab.run(
        "const one = record.load({ type: 'customer', id: input }); one.setValue('balance', 999); one.save();"
        "return record.load({ type: 'customer', id: input }).getValue('balance');",
        customer(lab),
    )
    assert found == 0


@pytest.mark.shows("N/record.load", "N/record.Record.save")
@pytest.mark.rule("account.changed_since_load")
def test_the_second_of_two_who_loaded_the_same_is_refused(lab: Lab) -> None:
    with lab.refused("RCRD_HAS_BEEN_CHANGED"):
        lab.run(
            "const [one, other] = [1, 2].map(() => record.load({ type: 'customer', id: input }));"
            "one.setValue('comments', 'a'); one.save(); other.setValue('comments', 'b'); return other.save();",
            customer(lab),
        )


@pytest.mark.shows("N/record.submitFields")
@pytest.mark.rule("account.submit_fields")
def test_submit_fields_writes_over_a_change_since_load(lab: Lab) -> None:
    found = lab.run(
        "const one = record.load({ type: 'customer', id: input });"
        "record.submitFields({ type: 'customer', id: input, values: { comments: 'mine' } });"
        "let refused = ''; try { one.save(); } catch (error) { refused = error.name; }"
        "return [refused, record.load({ type: 'customer', id: input }).getValue('comments')];",
        customer(lab),
    )
    assert found == ["RCRD_HAS_BEEN_CHANGED", "mine"]


@pytest.mark.shows("N/record.submitFields")
@pytest.mark.rule("account.submit_whole")
def test_submit_fields_takes_a_field_that_no_list_can_edit(lab: Lab) -> None:
    found = lab.run(
        "const before = runtime.getCurrentScript().getRemainingUsage();"
        "record.submitFields({ type: 'customer', id: input, values: { email: 'new@example.com', comments: 'x' } });"
        "const used = before - runtime.getCurrentScript().getRemainingUsage();"
        "return [used, search.lookupFields({ type: 'customer', id: input, columns: ['email', 'comments'] })];",
        customer(lab),
    )
    assert found == [5, {"email": "new@example.com", "comments": "x"}]


@pytest.mark.shows("N/record.submitFields")
@pytest.mark.rule("account.submit_whole")
def test_submit_fields_takes_no_subrecord(lab: Lab) -> None:
    with lab.refused("USER_ERROR", "shippingaddress"):
        lab.run(
            "const order = record.create({ type: 'salesorder' });"
            "order.setValue('entity', input); const item = { sublistId: 'item', line: 0 };"
            "order.setSublistValue({ ...item, fieldId: 'item', value: 3001 });"
            "order.setSublistValue({ ...item, fieldId: 'quantity', value: 1 });"
            "record.submitFields({ type: 'salesorder', id: order.save(), values: { shippingaddress: '1' } });",
            customer(lab),
        )


@pytest.mark.shows("N/record.Record.save")
@pytest.mark.rule("account.external_id")
def test_an_external_id_is_given_once(lab: Lab) -> None:
    key = name()
    code = (
        "const one = record.create({ type: 'department' });"
        "one.setValue('name', input.name); one.setValue('externalid', input.key); return one.save();"
    )
    lab.run(code, {"name": name(), "key": key})
    with lab.refused("DUP_RCRD", key):
        lab.run(code, {"name": name(), "key": key})


@pytest.mark.shows("N/record.Record.save")
@pytest.mark.rule("account.unique_name")
def test_list_entries_have_names_of_their_own_below_a_parent(lab: Lab) -> None:
    fields = {"name": name()}
    first = lab.run(CREATE, {"type": "department", "fields": fields})
    lab.run(CREATE, {"type": "department", "fields": {**fields, "parent": str(first)}})
    if not lab.preferences.unique_list_names:
        lab.run(CREATE, {"type": "department", "fields": fields})
        return
    with lab.refused("DUP_RCRD", fields["name"]):
        lab.run(CREATE, {"type": "department", "fields": fields})


@pytest.mark.shows("N/record.Record.save")
@pytest.mark.rule("account.unique_name")
def test_account_numbers_and_the_bins_of_a_location_are_unique(lab: Lab) -> None:
    fields = {"acctname": name(), "acctnumber": "1000", "accttype": "Bank"}
    with lab.refused("DUP_RCRD", "1000"):
        lab.run(CREATE, {"type": "account", "fields": fields})
    with lab.refused("DUP_RCRD", "A-1"):
        lab.run(CREATE, {"type": "bin", "fields": {"binnumber": "A-1", "location": "1"}})
    assert lab.run(CREATE, {"type": "bin", "fields": {"binnumber": "A-1", "location": "2"}})


@pytest.mark.shows("N/record.delete")
@pytest.mark.rule("account.dependents")
def test_what_others_refer_to_is_not_deleted(lab: Lab) -> None:
    category = lab.run(CREATE, {"type": "customercategory", "fields": {"name": name()}})
    customer(lab, category=str(category))
    code = "THIS_RECORD_CANNOT_BE_DELETED_BECAUSE_IT_HAS_DEPENDENT_RECORDS"
    with lab.refused(code):
        lab.run("return record.delete({ type: 'customercategory', id: input });", category)


@pytest.mark.shows("N/record.delete")
@pytest.mark.rule("account.dependents")
def test_the_same_id_of_another_record_type_keeps_nothing(lab: Lab) -> None:
    """A location's `parent` is a location: a department of the same id has no dependents."""
    lab.account.seed(
        [
            {"type": "department", "id": 7001, "fields": {"name": name()}},
            {"type": "location", "id": 7001, "fields": {"name": name()}},
            {"type": "location", "fields": {"name": name(), "parent": "7001"}},
        ]
    )
    assert lab.run("return record.delete({ type: 'department', id: 7001 });")


@pytest.mark.shows("N/record.load")
@pytest.mark.rule("account.missing_record")
def test_a_record_that_does_not_exist_is_not_loaded(lab: Lab) -> None:
    with lab.refused("RCRD_DSNT_EXIST"):
        lab.run("record.load({ type: 'customer', id: 987654 }); return 1;")


@pytest.mark.shows("N/record.transform")
@pytest.mark.rule("account.illegal_transform")
def test_a_transformation_that_does_not_exist_is_refused(lab: Lab) -> None:
    with lab.refused("INVALID_RCRD_TYPE", guessed=True):
        lab.run(
            "record.transform({ fromType: 'customer', fromId: input, toType: 'journalentry' });",
            customer(lab),
        )


@pytest.mark.shows("N/record.load")
@pytest.mark.rule("account.subsidiary_restriction")
def test_a_role_of_its_own_subsidiary_does_not_reach_the_others(lab: Lab) -> None:
    from emulator.account import Package, Role

    scriptid = "customrole_own_subsidiary"
    permissions = {"LIST_CUSTJOB": "FULL", "ADMI_LOGIN_OAUTH": "FULL"}
    role = Role(scriptid, scriptid, permissions, subsidiaries="OWN")
    lab.account.install(Package(name="lab", roles=(role,)))
    session = Session(7, scriptid, "RESTLET")
    near, far = customer(lab), customer(lab, subsidiary="3", currency="4")
    load = "return record.load({ type: 'customer', id: input }).getValue('subsidiary');"
    assert lab.run(load, near, session=session) == 1
    with lab.refused("INSUFFICIENT_PERMISSION", "subsidiary 3", guessed=True):
        lab.run(load, far, session=session)


@pytest.mark.shows("N/record.create", "N/record.load", "N/record.Record.save")
@pytest.mark.rule("account.collective_item_types")
def test_a_script_names_an_item_without_saying_how_it_is_traded(lab: Lab) -> None:
    found = lab.run(
        "const id = record.create({ type: record.Type.SERVICE_ITEM }).setValue('itemid', input).save();"
        "return record.load({ type: 'serviceitem', id }).getValue('itemid');",
        name(),
    )
    assert found.startswith("Rule")


@pytest.mark.shows("N/record.create", "N/record.load", "N/file.File.save", "N/record.delete")
@pytest.mark.rule("account.folder_record")
def test_a_folder_is_a_record_and_a_place_for_files(lab: Lab) -> None:
    found = lab.run(
        "const make = (parent) => { const one = record.create({ type: 'folder' });"
        "one.setValue('name', input); one.setValue('parent', parent); return one.save(); };"
        "const id = make('-15'); let again = ''; try { make('-15'); } catch (error) { again = error.name; }"
        "const text = file.create({ name: 'a.txt', fileType: file.Type.PLAINTEXT, contents: 'x', folder: id });"
        "const saved = text.save(); const path = file.load({ id: saved }).path;"
        "let full = ''; try { record.delete({ type: 'folder', id }); } catch (error) { full = error.name; }"
        "file.delete({ id: saved }); record.delete({ type: 'folder', id });"
        "return [again, path, full, record.load({ type: 'folder', id: -15 }).getValue('name')];",
        name(),
    )
    assert found[0] == "A_FOLDER_WITH_THE_SAME_NAME_ALREADY_EXISTS_IN_THE_SELECTED_FOLDER"
    assert found[1].endswith("/a.txt")
    assert found[1].startswith("SuiteScripts/Rule")
    assert found[2] == "THIS_RECORD_CANNOT_BE_DELETED_BECAUSE_IT_HAS_DEPENDENT_RECORDS"
    assert found[3] == "SuiteScripts"


@pytest.mark.shows("N/record.create", "N/record.Record.save", "N/record.Record.getValue")
@pytest.mark.rule("account.activities")
@pytest.mark.parametrize(
    ("type_", "fields"),
    [
        ("task", {"title": "Call back"}),
        ("phonecall", {"title": "Call", "phone": "555-010-0199"}),
        ("calendarevent", {"title": "Visit"}),
        ("supportcase", {"title": "Broken", "company": "1001"}),
        ("promotioncode", {"name": "SPRING", "code": "SPRING"}),
        ("expensereport", {"entity": "7"}),
        ("timebill", {"employee": "7", "hours": "1:30"}),
    ],
)
def test_a_record_of_each_further_kind_is_made_and_loaded(
    lab: Lab, type_: str, fields: dict[str, str]
) -> None:
    found = lab.run(
        "const one = record.create({ type: input.type });"
        "for (const [field, value] of Object.entries(input.fields)) one.setValue(field, value);"
        "if (input.type === 'timebill') one.setValue('trandate', new Date());"
        "const id = one.save(); const saved = record.load({ type: input.type, id });"
        "return Object.keys(input.fields).map((field) => saved.getValue(field));",
        {"type": type_, "fields": fields},
    )
    assert found == list(fields.values())
