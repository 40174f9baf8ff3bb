"""Records of the local account: values, references, locks, external ids, names."""

from __future__ import annotations

import pytest

from emulator.account import SYSTEM, LocalAccount, Preferences
from emulator.errors import NetSuiteError, UnsupportedError, UsageError


@pytest.fixture
def account():
    made = LocalAccount()
    yield made
    made.close()


def save(account, record, fields, *, sourcing=False, **more):
    draft = account.new(SYSTEM, record, {})
    draft["fields"] |= fields
    draft |= more
    return account.save(SYSTEM, draft, sourcing=sourcing)


def refused(code):
    return pytest.raises(NetSuiteError, match=f"^{code}: ")


def customer(account, **fields):
    return save(account, "customer", {"companyname": "Quay Ltd", "subsidiary": "1", **fields})


@pytest.mark.rule("account.without_rules")
def test_a_type_whose_rules_are_missing_is_refused_by_name(account):
    with pytest.raises(UnsupportedError, match="Inventory Count"):
        account.new(SYSTEM, "inventorycount", {})


def test_a_saved_record_is_loaded_as_it_was_saved(account):
    saved = customer(account, email="a@quay.example.com", creditlimit="1200.005")
    loaded = account.load(SYSTEM, "customer", saved.id)
    assert loaded == saved.new
    assert loaded["fields"]["creditlimit"] == 1200.01
    assert (saved.created, saved.old, loaded["version"]) == (True, None, 1)


def test_an_update_hands_over_the_record_before_and_after(account):
    first = customer(account)
    draft = account.load(SYSTEM, "customer", first.id)
    draft["fields"]["comments"] = "Pays late"
    second = account.save(SYSTEM, draft, sourcing=False)
    assert "comments" not in second.old["fields"]
    assert second.new["fields"]["comments"] == "Pays late"
    assert not second.created


@pytest.mark.rule("account.changed_since_load")
def test_the_second_of_two_writers_is_told_that_the_record_has_changed(account):
    record = customer(account)
    mine = account.load(SYSTEM, "customer", record.id)
    theirs = account.load(SYSTEM, "customer", record.id)
    account.save(SYSTEM, theirs, sourcing=False)
    with refused("RCRD_HAS_BEEN_CHANGED"):
        account.save(SYSTEM, mine, sourcing=False)


@pytest.mark.rule("account.submit_fields")
def test_submit_fields_skips_the_changed_since_load_check(account):
    record = customer(account)
    draft = account.load(SYSTEM, "customer", record.id)
    saved = account.submit_fields(SYSTEM, "customer", record.id, {"comments": "x"})
    assert saved.changed_fields == ("comments",)
    with refused("RCRD_HAS_BEEN_CHANGED"):
        account.save(SYSTEM, draft, sourcing=False)


@pytest.mark.rule("account.missing_record")
def test_a_missing_record_and_one_of_another_type_do_not_exist(account):
    record = customer(account)
    with refused("RCRD_DSNT_EXIST"):
        account.load(SYSTEM, "customer", 999999)
    with refused("RCRD_DSNT_EXIST"):
        account.load(SYSTEM, "vendor", record.id)


@pytest.mark.rule("account.record_types")
def test_an_unknown_record_type_is_refused(account):
    with refused("INVALID_RCRD_TYPE"):
        account.new(SYSTEM, "customrecord_nobody_made", {})


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"companyname": "x" * 84}, "EXCEEDED_MAX_FIELD_LENGTH"),
        ({"email": "not an address"}, "INVALID_FLD_VALUE"),
        ({"creditlimit": "a lot"}, "INVALID_FLD_VALUE"),
        ({"subsidiary": "77"}, "INVALID_KEY_OR_REF"),
        ({"custentity_nobody_made": "x"}, "SSS_INVALID_FIELD_ID"),
        ({"companyname": None}, "USER_ERROR"),
        ({"subsidiary": None}, "USER_ERROR"),
    ],
)
@pytest.mark.rule("account.bad_value")
def test_a_bad_value_is_refused_with_netsuites_code(account, fields, code):
    with refused(code):
        customer(account, **fields)


@pytest.mark.rule("account.length")
def test_length_is_counted_as_javascript_counts_it(account):
    customer(account, companyname="é" * 83)
    with refused("EXCEEDED_MAX_FIELD_LENGTH"):
        customer(account, companyname="\U0001f600" * 42)


@pytest.mark.rule("account.external_id")
def test_an_external_id_belongs_to_one_record_of_a_type(account):
    customer(account, externalid="SHOP-1")
    with refused("DUP_RCRD"):
        customer(account, companyname="Other Ltd", externalid="SHOP-1")
    save(account, "vendor", {"companyname": "V", "subsidiary": "1", "externalid": "SHOP-1"})


@pytest.mark.rule("account.external_id")
def test_an_external_id_is_free_again_when_its_record_is_deleted(account):
    first = customer(account, externalid="SHOP-1")
    account.delete(SYSTEM, "customer", first.id)
    second = customer(account, externalid="SHOP-1")
    assert second.id != first.id
    assert account.dump()["deleted"] == [
        {"type": "customer", "id": first.id, "externalid": "SHOP-1"}
    ]


@pytest.mark.rule("account.entity_names")
def test_entity_names_are_unique_unless_the_account_numbers_them(account):
    customer(account)
    with refused("UNIQUE_CUST_ID_REQD"):
        customer(account)
    numbering = LocalAccount(preferences=Preferences(auto_numbering=frozenset({"customer"})))
    names = {customer(numbering).new["fields"]["entityid"] for _ in range(2)}
    assert len(names) == 2
    assert all(name.startswith("CUST") for name in names)
    numbering.close()


@pytest.mark.rule("account.entity_names")
def test_a_person_is_named_by_first_and_last_name(account):
    saved = save(
        account,
        "customer",
        {"isperson": True, "firstname": "Ann", "lastname": "Lee", "subsidiary": "1"},
    )
    assert saved.new["fields"]["entityid"] == "Ann Lee"


@pytest.mark.rule("account.set_once")
def test_set_once_fields_refuse_a_change(account):
    record = customer(account)
    draft = account.load(SYSTEM, "customer", record.id)
    draft["fields"]["subsidiary"] = "2"
    with refused("USER_ERROR"):
        account.save(SYSTEM, draft, sourcing=False)


def test_a_cleared_field_is_gone(account):
    record = customer(account, comments="x")
    draft = account.load(SYSTEM, "customer", record.id)
    draft["fields"]["comments"] = ""
    assert "comments" not in account.save(SYSTEM, draft, sourcing=False).new["fields"]


@pytest.mark.rule("account.states")
def test_addresses_have_known_states_only_where_the_country_has_a_list(account):
    def book(**address):
        line = {"fields": {}, "subrecords": {"addressbookaddress": {"fields": address}}}
        return {"addressbook": [line]}

    with refused("INVALID_FLD_VALUE"):
        save(
            account,
            "customer",
            {"companyname": "A", "subsidiary": "1"},
            sublists=book(country="US", state="Quebec"),
        )
    saved = save(
        account,
        "customer",
        {"companyname": "A", "subsidiary": "1"},
        sublists=book(country="IE", state="Co. Cork", city="Cork", addr1="8 Johnstown Road"),
    )
    line = saved.new["sublists"]["addressbook"][0]
    assert line["subrecords"]["addressbookaddress"]["fields"]["state"] == "Co. Cork"
    assert line["fields"]["defaultshipping"] is True


def test_selects_show_texts_and_texts_find_values(account):
    assert account.text("salesorder", "terms", "3") == "Net 30"
    assert account.value_of("salesorder", "shipmethod", "UPS Ground") == "1"
    assert account.text("salesorder", "orderstatus", "B") == "Pending Fulfillment"
    with refused("INVALID_KEY_OR_REF"):
        account.value_of("salesorder", "shipmethod", "Pigeon")


@pytest.mark.rule("account.full_name")
def test_an_entry_below_another_shows_its_full_name(account):
    parent = save(account, "department", {"name": "Sales North"})
    child = save(account, "department", {"name": "Inside", "parent": str(parent.id)})
    assert account.text("salesorder", "department", str(child.id)) == "Sales North : Inside"


@pytest.mark.rule("account.inactive")
def test_an_inactive_record_cannot_be_chosen_but_stays_where_it_was(account):
    term = save(account, "term", {"name": "Old terms"})
    record = customer(account, terms=str(term.id))
    draft = account.load(SYSTEM, "term", term.id)
    draft["fields"]["isinactive"] = True
    account.save(SYSTEM, draft, sourcing=False)
    with refused("INVALID_KEY_OR_REF"):
        customer(account, companyname="Other", terms=str(term.id))
    account.save(SYSTEM, account.load(SYSTEM, "customer", record.id), sourcing=False)


@pytest.mark.rule("account.all_or_nothing")
def test_a_failed_save_leaves_nothing(account):
    before = account.dump()["records"]
    with refused("USER_ERROR"):
        save(account, "salesorder", {})
    assert account.dump()["records"] == before


@pytest.mark.rule("account.kept")
def test_an_account_in_a_file_survives_its_process(tmp_path):
    first = LocalAccount(path=tmp_path / "account.db")
    saved = customer(first, externalid="K-1")
    first.set_secret("custsecret_x", "text")
    first.close()
    second = LocalAccount(path=tmp_path / "account.db")
    assert second.find("customer", externalid="K-1")[0]["id"] == saved.id
    assert second.secret("custsecret_x") == "text"
    second.close()


def test_the_clock_moves_on_demand(account):
    account.set_clock(1_800_000_000_000)
    before = account.now_ms()
    account.advance(900)
    assert 900_000 <= account.now_ms() - before < 960_000
    account.reset()
    assert account.now_ms() < 1_800_000_000_000 + 900_000 or account.now_ms() > before


def test_seeds_refer_by_name_and_change_list_entries_that_are_there(account):
    ids = account.seed(
        [
            {"type": "shipitem", "fields": {"itemid": "UPS Ground", "externalid": "ground"}},
            {
                "type": "customer",
                "fields": {
                    "companyname": "Seeded",
                    "subsidiary": {"ref": "subsidiary", "by": "name", "value": "Germany"},
                    "shippingitem": {"ref": "shipitem", "value": "ground"},
                },
            },
        ]
    )
    assert ids[0] == 1
    seeded = account.load(SYSTEM, "customer", ids[1])["fields"]
    assert (seeded["shippingitem"], seeded["currency"]) == ("1", "4")
    with pytest.raises(UsageError, match="0 records of term"):
        account.seed(
            [{"type": "customer", "fields": {"terms": {"ref": "term", "by": "name", "value": "?"}}}]
        )


def test_reset_goes_back_to_the_starter_account(account):
    before = account.dump()["records"].keys()
    customer(account)
    account.set_secret("custsecret_x", "text")
    generation = account.generation
    account.reset()
    assert account.find("customer", externalid=None)[-1]["fields"]["entityid"] != "Quay Ltd"
    assert account.dump()["records"].keys() == before
    assert account.secret("custsecret_x") == "text"
    assert account.generation > generation


@pytest.mark.rule("account.unknown_fields")
def test_an_unknown_standard_field_is_kept_unless_the_account_refuses_it():
    kept, strict = LocalAccount(), LocalAccount(preferences=Preferences(unknown_fields="refuse"))
    assert customer(kept, favouritecolour="red").new["fields"]["favouritecolour"] == "red"
    with pytest.raises(NetSuiteError, match=r"^SSS_INVALID_FIELD_ID: .*favouritecolour"):
        customer(strict, favouritecolour="red")
    with pytest.raises(NetSuiteError, match=r"^SSS_INVALID_FIELD_ID: .*custentity_nowhere"):
        customer(kept, custentity_nowhere="x")
    kept.close()
    strict.close()
