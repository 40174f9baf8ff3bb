"""SuiteQL over REST web services."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import requests

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


@pytest.mark.rule("suiteql.rest")
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


@pytest.mark.rule("suiteql.rest")
def test_the_links_lead_to_every_page(caller: Any) -> None:
    body = caller.suiteql(SQL, page="?limit=10&offset=10").json()
    links = {link["rel"]: link["href"].partition("?")[2] for link in body["links"]}
    assert links == {
        "self": "limit=10&offset=10",
        "first": "limit=10&offset=0",
        "previous": "limit=10&offset=0",
        "next": "limit=10&offset=20",
        "last": "limit=10&offset=20",
    }
    assert (body["offset"], body["count"], body["hasMore"]) == (10, 10, True)
    past = caller.suiteql(SQL, page="?limit=10&offset=30").json()
    assert (past["items"], past["count"], past["hasMore"]) == ([], 0, False)


@pytest.mark.rule("suiteql.rest")
def test_all_values_are_text_and_columns_in_lower_case(caller: Any) -> None:
    sql = "SELECT 1 AS One, 2.5 AS Half, isinactive, NULL AS Gone FROM customer WHERE entityid = 'P-00'"
    (item,) = caller.suiteql(sql).json()["items"]
    assert item == {"links": [], "one": "1", "half": "2.5", "isinactive": "F"}


@pytest.mark.rule("suiteql.rest")
def test_pages_end_at_a_hundred_thousand_rows(caller: Any) -> None:
    sql = "SELECT a.id FROM customer a, customer b, customer c, customer d"
    body = caller.suiteql(sql, page="?limit=1000&offset=99000").json()
    assert (body["totalResults"], body["count"], body["hasMore"]) == (100_000, 1000, False)
    beyond = caller.suiteql(sql, page="?limit=1000&offset=101000")
    assert error_of(beyond) == (400, "INVALID_PARAMETER")


@pytest.mark.rule("suiteql.rest")
def test_pages_follow_each_other_beyond_what_a_script_gets_at_once(caller: Any) -> None:
    """runSuiteQL ends at 5,000 rows, the address does not: following `next` gives every row once."""
    sql = "SELECT ROWNUM AS n FROM customer a, customer b, customer c WHERE ROWNUM <= 6500"
    numbers: list[int] = []
    page: str | None = "?limit=1000&offset=4000"
    while page is not None:
        body = caller.suiteql(sql, page=page).json()
        assert (body["totalResults"], body["count"]) == (6500, len(body["items"]))
        numbers += [int(item["n"]) for item in body["items"]]
        links = {link["rel"]: link["href"] for link in body["links"]}
        assert body["hasMore"] is ("next" in links)
        page = "?" + links["next"].partition("?")[2] if "next" in links else None
    assert numbers == list(range(4001, 6501))


@pytest.mark.rule("suiteql.rest")
@pytest.mark.parametrize("body", ["", "{}", "[1]", "SELECT 1 FROM dual", '{"query": "x"}'])
def test_a_body_without_a_query_is_refused(caller: Any, body: str) -> None:
    answer = requests.post(
        caller.suiteql_url,
        data=body,
        headers={"Prefer": "transient", "Content-Type": "application/json"},
        auth=caller.token_based(),
        timeout=30,
    )
    assert error_of(answer) == (400, "INVALID_CONTENT")


@pytest.mark.rule("suiteql.rest")
@pytest.mark.parametrize("prefer", [None, "respond-async"])
def test_the_header_prefer_is_required(caller: Any, prefer: str | None) -> None:
    answer = caller.suiteql(SQL, headers={"Prefer": prefer})
    assert error_of(answer) == (400, "INVALID_HEADER")
    assert answer.json()["type"].endswith("#section-15.5.1")
    assert caller.suiteql(SQL, headers={"Prefer": "transient, maxpagesize=10"}).status_code == 200


def test_what_the_emulator_has_not_is_named(caller: Any) -> None:
    answer = caller.suiteql("SELECT BUILTIN.CURRENCY_CONVERT(foreigntotal) FROM transaction")
    assert error_of(answer) == (500, "UNEXPECTED_ERROR")
    assert "BUILTIN.CURRENCY_CONVERT" in answer.json()["o:errorDetails"][0]["detail"]


@pytest.mark.rule("suiteql.rest")
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
    # The other tests of this server sign their calls by the real clock.
    control.set_clock(datetime.now(UTC).isoformat())
    assert (before["d"], before["h"]) == ("3/7/2026", "04")
    assert (after["d"], after["h"]) == ("07.03.2026", "21")
