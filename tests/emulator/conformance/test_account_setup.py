"""What scripts see of the account itself: setup pages, the user, features."""

from __future__ import annotations

import pytest
from lab import Lab

from emulator.ports import Session

DESK = {"TRAN_SALESORD": "FULL", "ADMI_LOGIN_OAUTH": "FULL"}


@pytest.mark.shows(
    "N/config.load", "N/config.Type", "N/record.Record.getValue", "N/record.Record.getText"
)
@pytest.mark.rule("account.setup_pages")
def test_the_company_page_says_who_and_where_the_account_is(lab: Lab) -> None:
    found = lab.run(
        "const page = config.load({ type: config.Type.COMPANY_INFORMATION });"
        "return { id: page.getValue('companyid'), zone: page.getValue({ fieldId: 'timezone' }),"
        " url: page.getValue('restleturl'),"
        " texts: ['basecurrency', 'country', 'companyname'].map((fieldId) => page.getText({ fieldId })) };"
    )
    assert found["id"] == lab.account.id
    assert "/" in found["zone"]
    assert found["texts"][:2] == ["US Dollar", "United States"]
    assert found["texts"][2]
    assert found["url"].startswith("https://1234567-sb1.")


@pytest.mark.shows("N/config.load", "N/record.Record.save", "N/record.Record.setValue")
@pytest.mark.rule("account.setup_pages")
def test_a_changed_page_stays_changed(lab: Lab) -> None:
    lab.run(
        "const page = config.load({ type: 'companyinformation' });"
        "page.setValue({ fieldId: 'taxid', value: 'DE1' }); page.save(); return 1;"
    )
    assert lab.run("return config.load({ type: 'companyinformation' }).getValue('taxid')") == "DE1"


@pytest.mark.shows("N/config.load")
@pytest.mark.rule("account.setup_permission")
def test_a_page_is_not_changed_without_the_permission(lab: Lab) -> None:
    clerk = Session(7, lab.role("customrole_desk", DESK), "RESTLET")
    with lab.refused("INSUFFICIENT_PERMISSION", status=400):
        lab.run(
            "const page = config.load({ type: 'companyinformation' });"
            "page.setValue('city', 'Kiel'); page.save(); return 1;",
            session=clerk,
        )


@pytest.mark.shows("N/config.load", "N/runtime.isFeatureInEffect")
@pytest.mark.rule("account.feature_switch")
def test_features_are_check_boxes_of_a_page(lab: Lab) -> None:
    found = lab.run(
        "const page = config.load({ type: config.Type.FEATURES });"
        "const before = page.getValue('WAREHOUSE') ?? null;"
        "const was = runtime.isFeatureInEffect({ feature: 'MARKETING' });"
        "page.setValue('MARKETING', false); page.save();"
        "const now = runtime.isFeatureInEffect({ feature: 'MARKETING' });"
        "const again = config.load({ type: config.Type.FEATURES });"
        "again.setValue('MARKETING', true); again.save();"
        "return [was, now, runtime.isFeatureInEffect({ feature: 'MARKETING' })];"
    )
    assert found == [True, False, True]


@pytest.mark.shows(
    "N/runtime.getCurrentUser",
    "N/runtime.User.name",
    "N/runtime.User.email",
    "N/runtime.User.subsidiary",
    "N/runtime.User.department",
    "N/runtime.User.location",
    "N/runtime.User.roleCenter",
)
@pytest.mark.rule("account.user")
def test_the_user_is_an_employee_with_places_of_his_own(lab: Lab) -> None:
    clerk = Session(7, lab.role("customrole_desk", DESK), "RESTLET")
    found = lab.run(
        "const user = runtime.getCurrentUser(); return [user.name, user.email, user.subsidiary,"
        " user.department, user.location, user.roleCenter, user.contact]",
        session=clerk,
    )
    assert found == ["Clerk", "clerk@example.com", 1, 2, 1, "BASIC", 0]


@pytest.mark.shows("N/runtime.User.getPreference", "N/runtime.User.getPermission")
@pytest.mark.rule("account.user")
def test_preferences_and_permissions_are_those_of_the_session(lab: Lab) -> None:
    clerk = Session(7, lab.role("customrole_desk", DESK), "RESTLET")
    found = lab.run(
        "const user = runtime.getCurrentUser();"
        "return [user.getPreference({ name: 'NUMBERFORMAT' }),"
        " user.getPermission({ name: 'TRAN_SALESORD' }) === runtime.Permission.FULL,"
        " user.getPermission({ name: 'ADMI_COMPANY' }) === runtime.Permission.NONE]",
        session=clerk,
    )
    assert found[1:] == [True, True]
    assert found[0]


@pytest.mark.shows("N/record.create")
@pytest.mark.rule("account.feature_off")
def test_a_record_type_whose_feature_is_off_is_refused(lab: Lab) -> None:
    lab.account.set_feature("MARKETING", enabled=False)
    try:
        with lab.refused("FEATURE_DISABLED", "MARKETING", guessed=True):
            lab.run("record.create({ type: 'campaign' }); return 1;")
    finally:
        lab.account.set_feature("MARKETING", enabled=True)


@pytest.mark.shows("N/record.create")
@pytest.mark.rule("account.record_types")
def test_an_unknown_record_type_has_netsuites_error(lab: Lab) -> None:
    with lab.refused("INVALID_RCRD_TYPE"):
        lab.run("record.create({ type: 'salesordre' }); return 1;")


@pytest.mark.shows("N/record.create")
@pytest.mark.rule("account.record_types")
def test_a_type_that_is_not_built_is_refused_by_its_name(lab: Lab) -> None:
    with pytest.raises(Exception, match="revenuearrangement"):
        lab.run("record.create({ type: 'revenuearrangement' }); return 1;")
