"""SuiteQL over a real account: what scripts ask, and what NetSuite would answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.account.account import LocalAccount
from emulator.account.installed import Package, RecordSettings
from emulator.account.roles import Access, Role
from emulator.errors import NetSuiteError, UnsupportedError
from emulator.ports import Session
from emulator.suiteql.query import Suiteql

ADMIN = Session(6, "ADMINISTRATOR", "RESTLET")
ROLE = "customrole_test_reader"
READER = Session(8, ROLE, "RESTLET")
CLAIM = """<customrecordtype scriptid="customrecord_test_claim">
  <recordname>Claim</recordname><accesstype>NONENEEDED</accesstype>
  <customrecordcustomfields>
    <customrecordcustomfield scriptid="custrecord_test_key">
      <label>Key</label><fieldtype>TEXT</fieldtype>
    </customrecordcustomfield>
  </customrecordcustomfields>
</customrecordtype>"""


@pytest.fixture(scope="module")
def account() -> Iterator[LocalAccount]:
    account = LocalAccount()
    permissions = {"REPO_ANALYTICS": "EDIT", "LIST_CUSTJOB": "VIEW", "TRAN_SALESORD": "VIEW"}
    account.install(
        Package(
            "test",
            objects=(("customrecordtype", "customrecord_test_claim", CLAIM),),
            roles=(
                Role(ROLE, "Reader", permissions),
                Role("customrole_test_shopper", "Shopper", permissions, external=True),
            ),
            records={"customrecord_test_claim": RecordSettings(Access("NONENEEDED"))},
        )
    )
    account.seed(_records())
    yield account
    account.close()


def _records() -> Iterator[dict[str, Any]]:
    for number in range(1, 601):
        yield {
            "type": "customer",
            "fields": {
                "entityid": f"C-{number}",
                "companyname": f"Company {number}",
                "externalid": f"SHOP-{number}",
                "subsidiary": "1",
                "isinactive": number % 2 == 0,
            },
        }
    customer = {"ref": "customer", "by": "externalid", "value": "SHOP-1"}
    item = {"ref": "item", "by": "itemid", "value": "SAMPLE-STOCK"}
    yield {
        "type": "salesorder",
        "fields": {
            "externalid": "ORDER-1",
            "entity": customer,
            "trandate": "2026-03-07",
            "memo": "First",
            "shippingcost": 5,
        },
        "sublists": {
            "item": [
                {"item": item, "quantity": 3, "rate": 10, "amount": 30},
                {"item": item, "quantity": 1, "rate": 0.5, "amount": 0.5, "description": "Two"},
            ]
        },
    }
    yield {
        "type": "vendorbill",
        "fields": {
            "externalid": "BILL-1",
            "entity": {"ref": "vendor", "by": "companyname", "value": "Northern Parts"},
            "trandate": "2026-03-08",
        },
        "sublists": {
            "expense": [
                {
                    "account": {"ref": "account", "by": "acctnumber", "value": "6000"},
                    "amount": 80,
                }
            ]
        },
    }
    yield {
        "type": "inventoryadjustment",
        "fields": {
            "externalid": "ADJUST-1",
            "trandate": "2026-01-01",
            "subsidiary": "1",
            "account": {"ref": "account", "by": "acctnumber", "value": "5100"},
        },
        "sublists": {"inventory": [{"item": item, "location": "1", "adjustqtyby": 4}]},
    }
    yield {
        "type": "customrecord_test_claim",
        "fields": {"externalid": "orders--1", "name": "one", "custrecord_test_key": "K-1"},
    }


@pytest.fixture(scope="module")
def query(account: LocalAccount) -> Suiteql:
    return Suiteql(account, lambda: account.catalog)


def rows(query: Suiteql, sql: str, *params: Any, session: Session = ADMIN) -> list[list[Any]]:
    return query.run(session, sql, params)[1]


def refusal(query: Suiteql, sql: str, *params: Any) -> str:
    with pytest.raises(NetSuiteError) as refused:
        query.run(ADMIN, sql, params)
    assert refused.value.code == "SSS_SEARCH_ERROR_OCCURRED"
    return refused.value.message


# --- look-ups -----------------------------------------------------------------------------------


def test_a_batch_of_keys_is_looked_up_in_one_query(query: Suiteql) -> None:
    """Keys that do not exist give no row; names are lower-case, ids are numbers."""
    keys = [f"SHOP-{number}" for number in range(301, 801)]
    sql = f"SELECT ID, ExternalId FROM Customer WHERE externalid IN ({', '.join('?' * 500)})"
    names, found = query.run(ADMIN, sql, keys)
    assert names == ["id", "externalid"]
    assert len(found) == 300
    assert all(isinstance(row[0], int) for row in found)
    assert {row[1] for row in found} == set(keys[:300])


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT id FROM customer WHERE externalid IN (?, ?)",
        "SELECT id FROM customer WHERE entityid IN (?, ?)",
        "SELECT id FROM item WHERE itemid = ? OR itemid = ?",
        "SELECT id FROM customer WHERE id IN (?, ?)",
        "SELECT id FROM customrecord_test_claim WHERE custrecord_test_key IN (?, ?)",
        "SELECT c.id FROM transaction t JOIN customer c ON c.id = t.entity WHERE t.externalid IN (?, ?)",
    ],
)
def test_a_look_up_by_key_reads_an_index_only(
    account: LocalAccount, query: Suiteql, sql: str
) -> None:
    rows(query, sql, "SHOP-1", "C-1")
    translation = query._translate(sql, query._visible(ADMIN))
    with account.database() as connection:
        plan = connection.execute(
            f"EXPLAIN QUERY PLAN {translation.sql}", {"p1": "a", "p2": "b"}
        ).fetchall()
    steps = [row[3] for row in plan if row[3].startswith(("SEARCH", "SCAN"))]
    assert steps
    for step in steps:
        assert step.startswith("SEARCH"), plan
        assert not step.endswith("(space=?)"), plan


@given(key=st.text(min_size=1, max_size=40).filter(lambda k: "\x00" not in k))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_parameter_is_compared_letter_by_letter(query: Suiteql, key: str) -> None:
    """No quoting, case folding or trimming stands between a key and its parameter."""
    found = rows(query, "SELECT 'x' || ? || 'x' AS v FROM dual WHERE ? = ?", key, key, key)
    assert found == [[f"x{key}x"]]


def test_the_empty_text_is_nothing(query: Suiteql) -> None:
    """Oracle's rule: '' equals nothing, not even ''."""
    assert rows(query, "SELECT id FROM customer WHERE externalid = ''") == []
    assert rows(query, "SELECT id FROM customer WHERE externalid = ?", "") == []
    assert rows(query, "SELECT NVL('', 'empty'), 'a' || NULL || 'b' FROM dual") == [["empty", "ab"]]


def test_ids_compare_with_numbers_and_texts(query: Suiteql) -> None:
    (found,) = rows(query, "SELECT id, entity FROM transaction WHERE externalid = 'ORDER-1'")
    for value in (found[1], str(found[1])):
        assert rows(query, "SELECT id FROM transaction WHERE entity = ?", value) == [[found[0]]]
        assert rows(query, "SELECT id FROM transaction WHERE entity IN (?)", value) == [[found[0]]]


def test_checkboxes_are_t_and_f(query: Suiteql) -> None:
    for value in ("T", True):
        found = rows(query, "SELECT COUNT(*) FROM customer WHERE isinactive = ?", value)
        assert found == [[300]]
    assert rows(query, "SELECT DISTINCT isinactive FROM customer ORDER BY 1") == [["F"], ["T"]]


def test_a_custom_record_is_a_table_by_its_script_id(query: Suiteql) -> None:
    sql = "SELECT externalid, name, custrecord_test_key FROM customrecord_test_claim"
    assert rows(query, sql) == [["orders--1", "one", "K-1"]]


# --- transactions -------------------------------------------------------------------------------


def test_lines_of_a_sales_order_are_negative_and_its_main_line_is_not(query: Suiteql) -> None:
    found = rows(
        query,
        "SELECT tl.mainline, tl.quantity, tl.netamount, tl.itemtype FROM transactionline tl"
        " JOIN transaction t ON t.id = tl.transaction WHERE t.externalid = 'ORDER-1'"
        " ORDER BY tl.linesequencenumber",
    )
    assert found[0] == ["T", None, 35.5, None]
    assert [row[:3] for row in found[1:3]] == [["F", -3, -30], ["F", -1, -0.5]]
    assert found[3][2:] == [-5, "ShipItem"]


def test_lines_of_a_vendor_bill_are_positive(query: Suiteql) -> None:
    found = rows(
        query,
        "SELECT mainline, netamount FROM transactionline WHERE transaction ="
        " (SELECT id FROM transaction WHERE externalid = ?) ORDER BY id",
        "BILL-1",
    )
    assert found == [["T", -80], ["F", 80]]


def test_the_type_of_a_transaction_is_its_code(query: Suiteql) -> None:
    sql = "SELECT type, foreigntotal FROM transaction WHERE type = ? AND externalid IS NOT NULL"
    assert rows(query, sql, "SalesOrd") == [["SalesOrd", 35.5]]
    assert rows(query, sql, "VendBill") == [["VendBill", 80]]
    assert rows(query, sql, "salesorder") == []


def test_createdfrom_is_a_column_of_the_lines_only(query: Suiteql) -> None:
    """A classic mistake; the message is NetSuite's."""
    assert (
        "Unknown identifier 'createdfrom'. Available identifiers are: {transaction=transaction}"
        in (refusal(query, "SELECT createdfrom FROM transaction"))
    )
    assert "Field 'createdfrom' for record 'transaction' was not found." in refusal(
        query, "SELECT t.createdfrom FROM transaction t"
    )
    assert rows(query, "SELECT createdfrom FROM transactionline WHERE createdfrom = 1") == []


def test_display_texts_come_by_builtin_df(query: Suiteql) -> None:
    found = rows(
        query,
        "SELECT BUILTIN.DF(t.entity) AS who, BUILTIN.DF(l.item) AS what FROM transaction t"
        " JOIN transactionline l ON l.transaction = t.id AND l.mainline = 'F'"
        " WHERE t.externalid = 'ORDER-1' AND l.item IS NOT NULL",
    )
    assert found == [["C-1", "SAMPLE-STOCK"]] * 2


def test_display_texts_depend_on_the_rows_own_record_type(query: Suiteql) -> None:
    """Status B of a bill is not status B of an order, and adjustments keep items elsewhere."""
    found = rows(
        query,
        "SELECT BUILTIN.DF(type) AS kind, BUILTIN.DF(status) AS status FROM transaction"
        " WHERE externalid IN ('ORDER-1', 'BILL-1') ORDER BY type",
    )
    assert found == [
        ["Sales Order", "Sales Order : Pending Approval"],
        ["Vendor Bill", "Vendor Bill : Open"],
    ]
    adjusted = rows(
        query,
        "SELECT BUILTIN.DF(l.item) AS what, l.mainline FROM transactionline l, transaction t"
        " WHERE l.transaction = t.id AND t.externalid = 'ADJUST-1' AND l.item > 0",
    )
    assert adjusted == [["SAMPLE-STOCK", "F"]]


# --- permissions --------------------------------------------------------------------------------


def test_what_a_role_may_not_view_gives_no_rows_and_no_error(query: Suiteql) -> None:
    assert rows(query, "SELECT COUNT(*) FROM customer", session=READER) == [[600 + 2]]
    assert rows(query, "SELECT COUNT(*) FROM vendor", session=READER) == [[0]]
    assert rows(query, "SELECT id FROM item WHERE itemid = 'SAMPLE-STOCK'", session=READER) == []
    joined = "SELECT t.externalid, i.itemid FROM transaction t LEFT JOIN item i ON i.id = 3001"
    assert rows(query, joined, session=READER) == [["ORDER-1", None]]


def test_mixed_tables_show_the_types_that_the_role_may_view(query: Suiteql) -> None:
    assert rows(query, "SELECT DISTINCT type FROM transaction", session=READER) == [["SalesOrd"]]
    assert rows(query, "SELECT DISTINCT type FROM entity", session=READER) == [["CustJob"]]


def test_a_custom_record_that_needs_no_permission_is_for_internal_roles(query: Suiteql) -> None:
    sql = "SELECT name FROM customrecord_test_claim"
    shopper = replace(READER, role="customrole_test_shopper")
    assert rows(query, sql, session=READER) == [["one"]]
    assert rows(query, sql, session=shopper) == []


def test_suiteql_needs_suiteanalytics_workbook(account: LocalAccount, query: Suiteql) -> None:
    with pytest.raises(NetSuiteError) as refused:
        query.run(Session(7, "SALES_CLERK", "USEREVENT"), "SELECT id FROM customer")
    assert refused.value.code == "INSUFFICIENT_PERMISSION"


def test_a_permission_taken_by_hand_counts_at_once(account: LocalAccount, query: Suiteql) -> None:
    count = "SELECT COUNT(*) FROM customer"
    account.grant(ROLE, "LIST_CUSTJOB", "NONE")
    assert rows(query, count, session=READER) == [[0]]
    account.grant(ROLE, "LIST_CUSTJOB", "VIEW")
    assert rows(query, count, session=READER) == [[602]]


# --- dates --------------------------------------------------------------------------------------


def test_dates_come_out_in_the_users_format(query: Suiteql) -> None:
    sql = "SELECT trandate, TO_CHAR(trandate, 'YYYY-MM-DD') FROM transaction WHERE externalid = ?"
    german = replace(ADMIN, date_format="DD.MM.YYYY")
    assert rows(query, sql, "ORDER-1") == [["3/7/2026", "2026-03-07"]]
    assert rows(query, sql, "ORDER-1", session=german) == [["07.03.2026", "2026-03-07"]]


def test_dates_compare_as_dates(query: Suiteql) -> None:
    for condition in (
        "trandate >= TO_DATE('2026-03-08', 'YYYY-MM-DD')",
        "trandate > '3/7/2026'",
        "trandate - 1 = TO_DATE('2026-03-07', 'YYYY-MM-DD')",
        "trandate BETWEEN TO_DATE('2026-03-08', 'YYYY-MM-DD') AND SYSDATE",
        "trandate IN ('3/8/2026')",
    ):
        sql = f"SELECT externalid FROM transaction WHERE {condition} AND externalid IS NOT NULL"
        assert rows(query, sql) == [["BILL-1"]], condition


def test_a_change_time_is_in_the_sessions_zone(account: LocalAccount, query: Suiteql) -> None:
    sql = "SELECT TO_CHAR(MAX(lastmodifieddate), 'YYYY-MM-DD HH24:MI:SS') FROM customer"
    (west,) = rows(query, sql)[0]
    (east,) = rows(query, sql, session=replace(ADMIN, time_zone="Asia/Tokyo"))[0]
    assert west < east
    since = "SELECT COUNT(*) FROM customer WHERE lastmodifieddate >= TO_DATE(?, 'YYYY-MM-DD HH24:MI:SS')"
    assert rows(query, since, west) != [[0]]
    assert rows(query, since, east) == [[0]]


# --- the language -------------------------------------------------------------------------------


def test_rownum_counts_before_the_sort(query: Suiteql) -> None:
    """Oracle's rule: the newest row needs a sub-query or FETCH FIRST."""
    early = rows(query, "SELECT id FROM customer WHERE ROWNUM <= 3 ORDER BY id DESC")
    late = rows(
        query, "SELECT id FROM (SELECT id FROM customer ORDER BY id DESC) WHERE ROWNUM <= 3"
    )
    assert early != late
    assert late == rows(query, "SELECT id FROM customer ORDER BY id DESC FETCH FIRST 3 ROWS ONLY")


def test_pages_by_offset_and_fetch(query: Suiteql) -> None:
    sql = "SELECT id FROM customer ORDER BY id OFFSET 10 ROWS FETCH NEXT 5 ROWS ONLY"
    assert rows(query, sql) == rows(query, "SELECT id FROM customer ORDER BY id")[10:15]


def test_both_ways_to_write_a_join_agree(query: Suiteql) -> None:
    old = "SELECT t.externalid, v.companyname FROM transaction t, vendor v WHERE t.entity = v.id(+)"
    new = "SELECT t.externalid, v.companyname FROM transaction t LEFT JOIN vendor v ON t.entity = v.id"
    assert sorted(rows(query, old), key=str) == sorted(rows(query, new), key=str)
    assert ["BILL-1", "Northern Parts"] in rows(query, old)


def test_expressions_without_a_name_get_one(query: Suiteql) -> None:
    names, found = query.run(
        ADMIN,
        "SELECT COUNT(*), MAX(UPPER(companyname)) AS Top, 1 + 1 FROM customer WHERE entityid LIKE 'C-%'",
    )
    assert names == ["expr1", "top", "expr2"]
    assert found == [[600, "COMPANY 99", 2]]


def test_like_tells_upper_from_lower_case(query: Suiteql) -> None:
    assert rows(query, "SELECT id FROM customer WHERE companyname LIKE 'company%'") == []
    assert len(rows(query, "SELECT id FROM customer WHERE companyname LIKE 'Company 1_'")) == 10
    for condition in ("NOT LIKE 'Company%'", "NOT LIKE 'Company!%' ESCAPE '!'"):
        found = rows(query, f"SELECT COUNT(*) FROM customer WHERE companyname {condition}")
        assert found == [[2 if "ESCAPE" not in condition else 602]]


def test_groups_cases_and_correlated_sub_queries(query: Suiteql) -> None:
    grouped = (
        "SELECT CASE WHEN isinactive = 'T' THEN 'off' ELSE 'on' END AS state, COUNT(*) AS n"
        " FROM customer WHERE entityid LIKE 'C-%' GROUP BY isinactive HAVING COUNT(*) > 1 ORDER BY n, state"
    )
    assert rows(query, grouped) == [["off", 300], ["on", 300]]
    correlated = (
        "SELECT c.entityid FROM customer c WHERE EXISTS"
        " (SELECT 1 FROM transaction t WHERE t.entity = c.id)"
    )
    assert rows(query, correlated) == [["C-1"]]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("NVL2('a', 1, 2)", 1),
        ("DECODE('b', 'a', 1, 'b', 2, 3)", 2),
        ("SUBSTR('NetSuite', -5, 3)", "Sui"),
        ("INSTR('NetSuite', 'S')", 4),
        ("LPAD(42, 5, '0')", "00042"),
        ("REPLACE('SHOP-1', 'SHOP-')", "1"),
        ("ROUND(1.005, 2)", 1.01),
        ("7 / 2", 3.5),
        ("TRUNC(7.9)", 7),
        ("TO_NUMBER('12.5') + 1", 13.5),
        ("EXTRACT(YEAR FROM TO_DATE('2026-03-07', 'YYYY-MM-DD'))", 2026),
        ("TO_DATE('2026-03-07', 'YYYY-MM-DD') - TO_DATE('2026-03-01', 'YYYY-MM-DD')", 6),
        ("TO_CHAR(ADD_MONTHS(TO_DATE('2026-01-31', 'YYYY-MM-DD'), 1), 'YYYY-MM-DD')", "2026-02-28"),
        ("TO_CHAR(TRUNC(TO_DATE('2026-03-07', 'YYYY-MM-DD'), 'MM'), 'DD')", "01"),
        ("GREATEST(1, 3, 2)", 3),
        ("INITCAP('net suite')", "Net Suite"),
        ("'a' || 1 || NULL", "a1"),
        ("CONCAT('a', NULL)", "a"),
    ],
)
def test_functions_give_what_oracles_do(query: Suiteql, expression: str, value: Any) -> None:
    assert rows(query, f"SELECT {expression} AS v FROM dual") == [[value]]


def test_names_may_be_quoted(query: Suiteql) -> None:
    names, _ = query.run(
        ADMIN, 'SELECT c."id" AS "Order No", c.entityid AS "Group" FROM customer c'
    )
    assert names == ["order no", "group"]


def test_at_most_5000_rows_come_back(query: Suiteql) -> None:
    sql = "SELECT a.id FROM customer a, customer b"
    assert len(rows(query, sql)) == 5000


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT id FROM custommer", "Record 'custommer' was not found."),
        ("SELECT nosuch FROM customer", "Unknown identifier 'nosuch'."),
        ("SELECT x.id FROM customer c", "Unknown identifier 'x'."),
        ("SELECT custentity_gone FROM customer", "Unknown identifier 'custentity_gone'."),
        ("SELECT id FROM customer LIMIT 5", "near: LIMIT"),
        ("SELECT id FRM customer", "Failed to parse SQL"),
        ("SELECT id FROM customer WHERE id IN ()", "an IN list is empty"),
        ("SELECT id FROM customer FOR UPDATE", "Invalid or unsupported search"),
        ("DELETE FROM customer", "Invalid or unsupported search"),
        ("SELECT id FROM customer; SELECT id FROM item", "Invalid or unsupported search"),
        ("SELECT id FROM customer WHERE id = ?", "1 parameters"),
    ],
)
def test_a_wrong_query_ends_in_netsuites_error(query: Suiteql, sql: str, words: str) -> None:
    assert words in refusal(query, sql)


def test_a_function_that_the_emulator_does_not_have_is_named(query: Suiteql) -> None:
    with pytest.raises(UnsupportedError, match="NEW_TIME"):
        query.run(ADMIN, "SELECT NEW_TIME(lastmodifieddate, 'AST', 'PST') FROM customer")


def test_a_deployed_field_is_known_at_once(account: LocalAccount, query: Suiteql) -> None:
    sql = "SELECT custentity_test_new FROM customer WHERE entityid = 'C-1'"
    assert "Unknown identifier" in refusal(query, sql)
    xml = (
        '<entitycustomfield scriptid="custentity_test_new"><label>New</label>'
        "<fieldtype>TEXT</fieldtype><appliestocustomer>T</appliestocustomer></entitycustomfield>"
    )
    account.install(Package("more", objects=(("entitycustomfield", "custentity_test_new", xml),)))
    assert rows(query, sql) == [[None]]
