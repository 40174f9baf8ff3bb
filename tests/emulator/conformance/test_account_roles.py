"""Roles of the local account: what a session may do, and the File Cabinet behind a permission."""

from __future__ import annotations

import pytest

from emulator.account import SYSTEM, Access, LocalAccount, Package, RecordSettings, Role
from emulator.errors import NetSuiteError, UsageError
from emulator.ports import Session
from generator.catalog import sdf

XML = """
<customrecordtype scriptid="customrecord_t_{name}"><recordname>{name}</recordname>
<includename>F</includename><accesstype>{access}</accesstype></customrecordtype>"""
ROLE = "customrole_t_integration"
LISTED = {"SALES_CLERK": "VIEW"}


@pytest.fixture
def account():
    made = LocalAccount()
    kinds = {"open": "NONENEEDED", "listed": "USEPERMISSIONLIST", "entry": "CUSTRECORDENTRYPERM"}
    xml = {f"customrecord_t_{n}": XML.format(name=n, access=a).strip() for n, a in kinds.items()}
    made.install(
        Package(
            name="t",
            objects=tuple(("customrecordtype", name, text) for name, text in xml.items()),
            roles=(
                Role(
                    ROLE,
                    "Integration",
                    {
                        "TRAN_SALESORD": "EDIT",
                        "customrecord_t_listed": "FULL",
                        "LIST_FILECABINET": "EDIT",
                    },
                ),
            ),
            records={
                f"customrecord_t_{n}": RecordSettings(Access(a, LISTED), named=False)
                for n, a in kinds.items()
            },
        )
    )
    yield made
    made.close()


def as_role(role):
    return Session(user=7, role=role, context="USERINTERFACE")


INTEGRATION = as_role(ROLE)
CLERK = as_role("SALES_CLERK")


def refused():
    return pytest.raises(NetSuiteError, match=r"^INSUFFICIENT_PERMISSION: ")


def order_of(account, customer):
    draft = account.new(INTEGRATION, "salesorder", {"entity": customer})
    item = str(account.find("inventoryitem")[0]["id"])
    draft["sublists"]["item"] = [{"line": None, "fields": {"item": item, "quantity": 1}}]
    return draft


@pytest.mark.rule("account.permission_levels")
def test_a_role_reads_creates_edits_and_deletes_as_far_as_its_level_goes(account):
    customer = account.find("customer")[0]["id"]
    draft = order_of(account, customer)
    saved = account.save(INTEGRATION, draft, sourcing=True)
    account.save(INTEGRATION, account.load(INTEGRATION, "salesorder", saved.id), sourcing=False)
    with refused():
        account.delete(INTEGRATION, "salesorder", saved.id)
    with refused():
        account.load(INTEGRATION, "customer", customer)
    with refused():
        account.new(INTEGRATION, "invoice", {})


@pytest.mark.rule("transactions.order_approval")
def test_approving_an_order_needs_its_own_permission(account):
    customer = account.find("customer")[0]["id"]
    draft = order_of(account, customer)
    draft["fields"]["orderstatus"] = "B"
    with refused():
        account.save(INTEGRATION, draft, sourcing=True)
    account.grant(ROLE, "TRAN_SALESORDAPPRV", "FULL")
    account.save(INTEGRATION, draft, sourcing=True)


@pytest.mark.rule("custom.access_none_needed")
def test_a_type_that_needs_no_permission_is_open_to_internal_roles_only(account):
    for role in ("SALES_CLERK", ROLE, "EMPLOYEE_CENTER"):
        draft = account.new(as_role(role), "customrecord_t_open", {})
        account.save(as_role(role), draft, sourcing=False)
    with refused():
        account.new(as_role("SHOPPER"), "customrecord_t_open", {})


@pytest.mark.rule("custom.access")
def test_a_permission_list_counts_together_with_the_roles_own_entry(account):
    saved = account.save(
        INTEGRATION, account.new(INTEGRATION, "customrecord_t_listed", {}), sourcing=False
    )
    account.load(CLERK, "customrecord_t_listed", saved.id)
    with refused():
        account.new(CLERK, "customrecord_t_listed", {})
    account.delete(INTEGRATION, "customrecord_t_listed", saved.id)


def test_what_is_taken_from_a_role_by_hand_stands_in_no_list_of_the_type_either(account):
    saved = account.save(
        INTEGRATION, account.new(INTEGRATION, "customrecord_t_listed", {}), sourcing=False
    )
    account.grant("SALES_CLERK", "customrecord_t_listed", "NONE")
    with refused():
        account.load(CLERK, "customrecord_t_listed", saved.id)


def test_a_type_under_the_general_permission_needs_that_one(account):
    with refused():
        account.new(CLERK, "customrecord_t_entry", {})
    account.grant("SALES_CLERK", "LIST_CUSTRECORDENTRY", "CREATE")
    account.new(CLERK, "customrecord_t_entry", {})


@pytest.mark.rule("account.sdf_keeps")
def test_what_was_granted_by_hand_survives_a_deployment_and_can_be_taken_away(account):
    account.grant(ROLE, "SUITESCRIPT_SCHEDULING", "FULL")
    account.install(Package(name="t", roles=(Role(ROLE, "Integration", {}),)))
    assert account.allows(INTEGRATION, "SUITESCRIPT_SCHEDULING", "FULL")
    account.reset()
    assert account.allows(INTEGRATION, "SUITESCRIPT_SCHEDULING", "FULL")
    account.grant(ROLE, "SUITESCRIPT_SCHEDULING", "NONE")
    assert not account.allows(INTEGRATION, "SUITESCRIPT_SCHEDULING", "VIEW")


def test_a_level_or_a_role_that_does_not_exist_is_a_wrong_call(account):
    with pytest.raises(UsageError):
        account.grant(ROLE, "LIST_ITEM", "ALL")
    with pytest.raises(UsageError):
        account.grant("customrole_nobody", "LIST_ITEM", "VIEW")


def test_the_clerk_has_no_script_permission(account):
    for permission in ("ADMI_CUSTOMSCRIPT", "SUITESCRIPT_SCHEDULING", "LIST_FILECABINET"):
        assert not account.allows(CLERK, permission, "VIEW")


@pytest.mark.rule("custom.no_locking")
def test_custom_records_without_optimistic_locking_take_the_last_writer(account):
    xml = XML.format(name="loose", access="NONENEEDED").strip()
    settings = RecordSettings(Access("NONENEEDED"), optimistic_locking=False)
    name = "customrecord_t_loose"
    account.install(
        Package(name="t", objects=(("customrecordtype", name, xml),), records={name: settings})
    )
    saved = account.save(CLERK, account.new(CLERK, name, {}), sourcing=False)
    one, two = (account.load(CLERK, name, saved.id) for _ in range(2))
    account.save(CLERK, one, sourcing=False)
    account.save(CLERK, two, sourcing=False)


def test_a_second_custom_record_of_an_external_id_gets_the_claim_error(account):
    draft = account.new(CLERK, "customrecord_t_open", {"externalid": "flow--1"})
    account.save(CLERK, draft, sourcing=False)
    with pytest.raises(NetSuiteError, match=r"^UNIQUE_RCRD_ID_REQD: "):
        account.save(CLERK, draft, sourcing=False)


def test_files_are_kept_by_path_and_replaced_under_their_id(account):
    folder = account.files.folder("/SuiteScripts/t_staging", create=True)
    first = account.files.save(INTEGRATION, "part.jsonl", folder, "é\n", encoding="UTF-8")
    second = account.files.save(INTEGRATION, "part.jsonl", folder, "b\n")
    assert first == second
    loaded = account.files.load(INTEGRATION, "/SuiteScripts/t_staging/part.jsonl")
    assert (loaded["id"], loaded["text"], loaded["folder"]) == (first, "b\n", folder)
    assert account.files.load(INTEGRATION, first)["name"] == "part.jsonl"


@pytest.mark.rule("account.permission_levels")
def test_files_need_their_permission_and_deleting_needs_the_full_one(account):
    folder = account.files.folder("/SuiteScripts")
    with refused():
        account.files.save(CLERK, "a.txt", folder, "")
    number = account.files.save(INTEGRATION, "a.txt", folder, "")
    with refused():
        account.files.load(CLERK, number)
    with refused():
        account.files.delete(INTEGRATION, number)
    account.files.delete(SYSTEM, number)
    with pytest.raises(NetSuiteError, match=r"^RCRD_DSNT_EXIST: "):
        account.files.load(SYSTEM, number)


def test_a_file_over_ten_megabytes_and_a_missing_folder_are_refused(account):
    with pytest.raises(NetSuiteError, match=r"^SSS_FILE_CONTENT_SIZE_EXCEEDED: "):
        account.files.save(SYSTEM, "big.txt", -15, "x" * (10 * 1024 * 1024 + 1))
    with pytest.raises(NetSuiteError, match=r"^RCRD_DSNT_EXIST: "):
        account.files.folder("/SuiteScripts/nothing")


def test_features_and_the_record_types_of_a_script_are_known(account):
    assert account.feature("subsidiaries")
    account.set_feature("SUBSIDIARIES", enabled=False)
    assert not account.feature("SUBSIDIARIES")
    meta = account.meta("salesorder")
    assert meta["fields"]["entity"] == "select"
    assert meta["subrecords"]["shippingaddress"] == "address"
    assert meta["sublists"]["item"]["subrecords"] == {"inventorydetail": "inventorydetail"}
    assert "country" in account.meta("address")["fields"]


def test_the_package_keeps_valid_xml_over_a_restart(tmp_path):
    name = "customrecord_t_kept"
    xml = XML.format(name="kept", access="NONENEEDED").strip()
    sdf.parse_text(xml)
    path = tmp_path / "account.db"
    first = LocalAccount(path=path)
    settings = RecordSettings(Access("NONENEEDED"))
    first.install(
        Package(name="t", objects=(("customrecordtype", name, xml),), records={name: settings})
    )
    first.close()
    second = LocalAccount(path=path)
    saved = second.save(SYSTEM, second.new(SYSTEM, name, {"name": "x"}), sourcing=False)
    assert second.load(SYSTEM, name, saved.id)["fields"]["name"] == "x"
    second.close()
