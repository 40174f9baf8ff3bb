"""What SuiteQL refuses, and how plainly: what is wrong, where, and which names come near."""

from __future__ import annotations

from typing import Any

import pytest
from lab import Lab
from suiteql_ground import prepare

from emulator.errors import ENGLISH
from emulator.ports import Session

LOGIN = {"ADMI_LOGIN_OAUTH": "FULL"}
IN_1001 = ", ".join(str(number) for number in range(1001))
# Statement to what its message says.
REFUSED = [
    ("SELECT id FROM custommer", ["Record 'custommer' was not found", "line 1, column 16", "customer"]),
    ("SELECT id,\n entitid FROM customer", ["Unknown identifier 'entitid'", "line 2, column 2", "entityid"]),
    ("SELECT c.companynam FROM customer c", ["Field 'companynam' for record 'customer' was not found", "line 1, column 10", "companyname"]),
    ("SELECT x.id FROM customer c", ["Unknown identifier 'x'", "{c=customer}"]),
    ("SELECT createdfrom FROM transaction", ["Unknown identifier 'createdfrom'"]),
    ("SELECT id FROM customer LIMIT 5", ["near: LIMIT", "line 1, column 25", "FETCH FIRST"]),
    ("SELECT id FRM customer", ["Failed to parse SQL", "Line 1"]),
    ("SELECT FROM customer", ["SSS_SEARCH_ERROR_OCCURRED"]),
    ("DELETE FROM customer", ["Invalid or unsupported search"]),
    ("UPDATE customer SET email = 'x'", ["Invalid or unsupported search"]),
    ("SELECT id FROM customer; SELECT id FROM item", ["Invalid or unsupported search"]),
    ("SELECT id FROM customer FOR UPDATE", ["FOR UPDATE"]),
    ("SELECT id FROM customer WHERE id IN ()", ["IN list is empty"]),
    (f"SELECT id FROM customer WHERE id IN ({IN_1001})", ["more than 1000 values"]),
    ("SELECT id FROM transaction WHERE trandate > DATE '2026-01-01'", ["date literals", "TO_DATE"]),
    ("SELECT entityid + '-' FROM customer", ["||", "line 1, column 19"]),
    ("SELECT [id] FROM customer", ["brackets"]),
    ("SELECT c.id FROM customer c, transaction t WHERE c.id(+) = t.entity", ["right outer joins by (+)"]),
    ("SELECT c.id FROM customer c JOIN term e ON e.id = c.terms, subsidiary s WHERE c.subsidiary = s.id(+)", ["both (+) and JOIN"]),
    ("SELECT DATEDIFF(1, 2) FROM dual", ["function DATEDIFF is not supported", "MONTHS_BETWEEN"]),
    ("SELECT CEILING(1.5) FROM dual", ["use CEIL"]),
    ("SELECT LEFT('abc', 1) FROM dual", ["use SUBSTR"]),
    ("SELECT entityid, COUNT(*) FROM customer", ["'customer.entityid' is not a GROUP BY expression"]),
    ("SELECT entityid, email FROM customer GROUP BY entityid", ["'customer.email' is not a GROUP BY expression"]),
    ("SELECT id FROM customer c, vendor v", ["Ambiguous identifier 'id'", "c, v"]),
    ("SELECT TO_DATE('2026-13-01', 'YYYY-MM-DD') FROM dual", ["Invalid date value"]),
    ("SELECT TO_NUMBER('abc') FROM dual", ["Invalid number: 'abc'"]),
    ("SELECT 1 / 0 FROM dual", ["Divisor is equal to zero"]),
    ("SELECT TO_CHAR(SYSDATE, 'WHAT') FROM dual", ["Date format not recognized"]),
    ("SELECT BUILTIN.DISPLAY(id) FROM customer", ["Unknown function 'BUILTIN.DISPLAY'"]),
    ("SELECT BUILTIN.DF(id, 1) FROM customer", ["Invalid number of arguments of BUILTIN.DF"]),
    ("SELECT id FROM customer WHERE id = ?", ["1 parameters"]),
]  # fmt: skip
# What NetSuite has and the emulator has not: named, never guessed at.
NOT_BUILT = [
    ("SELECT NEW_TIME(SYSDATE, 'AST', 'PST') FROM dual", ["function NEW_TIME", "line 1, column 8"]),
    ("SELECT CORR(1, 2) FROM dual", ["CORR"]),
    (
        "SELECT BUILTIN.CURRENCY_CONVERT(foreigntotal) FROM transaction",
        ["BUILTIN.CURRENCY_CONVERT"],
    ),
    ("SELECT BUILTIN.RELATIVE_RANGES('TRQ', 'START') FROM dual", ["TRQ"]),
    ("SELECT id FROM loginaudit", ["table loginaudit", "line 1, column 16"]),
    ("SELECT id FROM customer WHERE ROWNUM > 1", ["ROWNUM in this condition"]),
    ("SELECT id FROM customer ORDER BY id FETCH FIRST 5 PERCENT ROWS ONLY", ["PERCENT"]),
    ("SELECT entity FROM transaction GROUP BY CUBE(entity)", ["CUBE"]),
]
CODE = """return input.map((q) => {
  try {
    query.runSuiteQL({ query: q });
    return null;
  } catch (e) {
    return { name: e.name, message: `${e.name}: ${e.message}` };
  }
});"""


@pytest.fixture(scope="module", autouse=True)
def ground(lab: Lab) -> None:
    """No test leans on another one for it."""
    prepare(lab)


@pytest.fixture(scope="module")
def answers(lab: Lab, ground: None) -> list[Any]:
    return list(lab.run(CODE, [sql for sql, _ in [*REFUSED, *NOT_BUILT]]))


@pytest.mark.rule("suiteql.refused", "suiteql.where", "suiteql.grouping")
@pytest.mark.parametrize("number", range(len(REFUSED)), ids=[sql[:60] for sql, _ in REFUSED])
def test_a_wrong_query_says_what_and_where(lab: Lab, answers: list[Any], number: int) -> None:
    answer = answers[number]
    assert answer is not None, "it ran"
    assert answer["name"] == "SSS_SEARCH_ERROR_OCCURRED"
    for words in REFUSED[number][1] if lab.preferences.message_language == ENGLISH else ():
        assert words in answer["message"]


@pytest.mark.rule("suiteql.where")
@pytest.mark.parametrize("number", range(len(NOT_BUILT)), ids=[sql[:60] for sql, _ in NOT_BUILT])
def test_what_is_not_built_is_named(answers: list[Any], number: int) -> None:
    answer = answers[len(REFUSED) + number]
    assert answer is not None, "it ran"
    assert answer["name"] == "EMULATOR_UNSUPPORTED"
    for words in NOT_BUILT[number][1]:
        assert words in answer["message"]


@pytest.mark.rule("suiteql.permissions")
def test_a_role_sees_what_it_may_view_and_needs_the_workbook_permission(lab: Lab) -> None:
    code = "return query.runSuiteQL({query: input}).results.map(({values}) => values[0]);"
    role = lab.role(
        "customrole_q_reader", {**LOGIN, "REPO_ANALYTICS": "EDIT", "LIST_CUSTJOB": "VIEW"}
    )
    reader = Session(8, role, "RESTLET")
    types = "SELECT DISTINCT recordtype FROM transaction"
    assert lab.run(code, "SELECT id FROM customer WHERE id = 9001", session=reader) == [9001]
    assert lab.run(code, "SELECT id FROM vendor", session=reader) == []
    assert lab.run(code, types, session=reader) == []
    assert lab.run(code, "SELECT nextdoc FROM nexttransactionlink", session=reader) == []
    assert (
        lab.run(code, "SELECT recordid FROM systemnote WHERE recordid = 9011", session=reader) == []
    )
    clerk = lab.role("customrole_q_clerk", {**LOGIN, "LIST_CUSTJOB": "VIEW"})
    with lab.refused("INSUFFICIENT_PERMISSION"):
        lab.run(code, types, session=Session(8, clerk, "RESTLET"))


@pytest.mark.rule("suiteql.deletedrecord")
def test_a_deleted_record_can_be_found(lab: Lab) -> None:
    found = lab.run(
        """const id = record.create({type: 'customer', isDynamic: false});
        id.setValue('companyname', 'Gone Soon'); id.setValue('entityid', 'Q-GONE'); id.setValue('subsidiary', '1');
        const made = id.save();
        record.delete({type: 'customer', id: made});
        return [made, query.runSuiteQL({query: `SELECT recordid, type, scriptid, TRUNC(SYSDATE) - TRUNC(deleteddate)
          FROM deletedrecord WHERE recordid = ? AND deleteddate >= TRUNC(SYSDATE)`, params: [made]}).results[0].values];"""
    )
    assert found[1] == [found[0], "Customer", "customer", 0]


@pytest.mark.rule("suiteql.systemnote")
def test_a_change_is_noted_with_its_old_and_new_value(lab: Lab) -> None:
    notes = lab.run(
        """record.load({type: 'customer', id: 9002}).setValue('email', 'new@example.com').save();
        return query.runSuiteQL({query: `SELECT field, type, oldvalue, newvalue, context FROM systemnote
          WHERE recordid = 9002 ORDER BY id`}).asMappedResults();"""
    )
    assert notes[0]["type"] == "Create"
    changed = [note for note in notes if note["field"] == "EMAIL"]
    assert changed == [
        {
            "field": "EMAIL",
            "type": "Change",
            "oldvalue": "beta@example.com",
            "newvalue": "new@example.com",
            "context": "RESTLET",
        }
    ]


@pytest.mark.shows(
    "N/query.runSuiteQLPaged", "N/query.PagedData.fetch", "N/query.PagedData.iterator"
)
@pytest.mark.rule("suiteql.rows")
def test_rows_and_pages_have_their_limits_and_their_price(lab: Lab) -> None:
    script = lab.restlet(
        """const many = 'SELECT a.id FROM account a, account b, currency c, subsidiary s ORDER BY a.id';
        const before = runtime.getCurrentScript().getRemainingUsage();
        const rows = query.runSuiteQL({query: many}).results.length;
        const paged = query.runSuiteQLPaged({query: 'SELECT id FROM account ORDER BY id', pageSize: 10});
        const sizes = [];
        paged.iterator().each(({value}) => { sizes.push(value.data.results.length); return true; });
        const first = paged.fetch({index: 0});
        const used = before - runtime.getCurrentScript().getRemainingUsage();
        const errors = [4, 1001].map((pageSize) => {
          try { query.runSuiteQLPaged({query: many, pageSize}); } catch (e) { return e.name; }
          return null;
        });
        return {rows, sizes, count: paged.count, ranges: paged.pageRanges.length, isFirst: first.isFirst,
          isLast: first.isLast, used, errors};"""
    )
    found = lab.call(script)
    assert found["rows"] == 5000
    assert sum(found["sizes"]) == found["count"]
    assert found["sizes"][:-1] == [10] * (found["ranges"] - 1)
    assert (found["isFirst"], found["isLast"]) == (True, False)
    assert found["used"] == 10 * (2 + found["ranges"] + 1)
    assert found["errors"] == ["INVALID_PAGE_SIZE"] * 2
