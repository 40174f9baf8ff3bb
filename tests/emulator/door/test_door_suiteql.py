"""SuiteQL over REST web services."""

from __future__ import annotations

from typing import Any

import pytest

ROLE = "customrole_door_integration"


@pytest.fixture(scope="module", autouse=True)
def customers(server: Any) -> None:
    server.control.seed(
        {
            "type": "customer",
            "fields": {"entityid": f"P-{n:02}", "companyname": f"Page {n:02}", "subsidiary": "1"},
        }
        for n in range(25)
    )


SQL = "SELECT id, entityid, externalid FROM customer WHERE entityid LIKE 'P-%' ORDER BY id"


def error_of(answer: Any) -> tuple[int, str]:
    body = answer.json()
    assert body["status"] == answer.status_code
    return answer.status_code, body["o:errorDetails"][0]["o:errorCode"]


def test_rows_come_in_pages_with_links(caller: Any) -> None:
    """All values are text, empty ones are left out, and following `next` gives every row once."""
    seen = []
    page = "?limit=10"
    while page:
        body = caller.suiteql(SQL, page=page).json()
        assert body["totalResults"] == 25
        assert body["count"] == len(body["items"])
        seen += [item["entityid"] for item in body["items"]]
        assert set(body["items"][0]) == {"links", "id", "entityid"}
        assert isinstance(body["items"][0]["id"], str)
        links = {link["rel"]: link["href"] for link in body["links"]}
        assert body["hasMore"] == ("next" in links)
        page = "?" + links["next"].partition("?")[2] if "next" in links else ""
    assert seen == [f"P-{n:02}" for n in range(25)]


def test_the_header_prefer_is_required(caller: Any) -> None:
    assert error_of(caller.suiteql(SQL, headers={"Prefer": None})) == (400, "INVALID_HEADER")


@pytest.mark.parametrize(
    "page", ["?limit=10&offset=5", "?limit=1001", "?limit=0", "?offset=-1", "?limit=x"]
)
def test_a_page_that_netsuite_would_refuse(caller: Any, page: str) -> None:
    assert error_of(caller.suiteql(SQL, page=page)) == (400, "INVALID_PARAMETER")


def test_a_wrong_query_is_explained(caller: Any) -> None:
    answer = caller.suiteql("SELECT nothing FROM customer")
    assert error_of(answer) == (400, "INVALID_PARAMETER")
    detail = answer.json()["o:errorDetails"][0]
    assert detail["o:errorQueryParam"] == "q"
    assert detail["detail"].startswith(
        "Invalid search query. Detailed unprocessed description follows. Search error occurred:"
    )


def test_a_login_that_is_refused_is_401_in_rests_own_form(caller: Any) -> None:
    answer = caller.suiteql(SQL, auth=caller.token_based(client_secret="wrong"))
    assert error_of(answer) == (401, "INVALID_LOGIN")
    assert "www-authenticate" in answer.headers


def test_rest_needs_its_permission(caller: Any) -> None:
    control = caller.server.control
    control.roles(ROLE, remove=["ADMI_RESTWEBSERVICES"])
    try:
        assert error_of(caller.suiteql(SQL)) == (403, "INSUFFICIENT_PERMISSION")
        assert caller.call().status_code == 200
    finally:
        control.roles(ROLE, add={"ADMI_RESTWEBSERVICES": "FULL"})


def test_records_that_the_role_may_not_see_are_left_out(caller: Any) -> None:
    assert caller.suiteql("SELECT COUNT(*) AS n FROM vendor").json()["items"][0]["n"] == "0"
    admin = caller.suiteql(
        "SELECT COUNT(*) AS n FROM vendor", auth=caller.token_based(admin=True)
    ).json()
    assert int(admin["items"][0]["n"]) > 0


def test_dates_follow_the_preferences_of_the_tokens_user(caller: Any) -> None:
    sql = "SELECT TO_DATE('2026-03-07', 'YYYY-MM-DD') AS d, TO_CHAR(SYSDATE, 'HH24') AS h FROM dual"
    control = caller.server.control
    control.set_clock("2026-03-07T12:00:00Z")
    before = caller.suiteql(sql).json()["items"][0]
    control.user(8, time_zone="Asia/Tokyo", date_format="DD.MM.YYYY")
    after = caller.suiteql(sql).json()["items"][0]
    control.user(8)
    assert (before["d"], before["h"]) == ("3/7/2026", "04")
    assert (after["d"], after["h"]) == ("07.03.2026", "21")
