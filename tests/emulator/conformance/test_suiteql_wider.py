"""
SuiteQL of the shapes that public queries have: ledger and stock, rollups, unions, inline views, Workbook's exports.

The account is the one known by heart (suiteql_ground.py); every expected row is worked out by hand.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from lab import Lab
from suiteql_ground import prepare

from emulator.errors import ENGLISH

Rows = list[list[Any]]
Statement = tuple[str, Rows]
NULL = None

LEDGER: list[Statement] = [
    ("SELECT a.acctnumber, l.debit, l.credit FROM transactionaccountingline l LEFT JOIN account a ON a.id = l.account WHERE l.transaction = 9204 ORDER BY l.transactionline",
     [["1100", 40, NULL], ["4000", NULL, 30], [NULL, NULL, 10]]),
    ("SELECT a.acctnumber, l.debit, l.credit FROM transactionaccountingline l JOIN account a ON a.id = l.account WHERE l.transaction = 9205 ORDER BY l.transactionline",
     [["2000", NULL, 80], ["6000", 80, NULL]]),
    ("SELECT a.acctnumber, l.amount FROM transactionaccountingline l JOIN account a ON a.id = l.account WHERE l.transaction = 9208 ORDER BY l.transactionline",
     [["1000", 15], ["1100", -15]]),
    ("SELECT SUM(amount) FROM transactionaccountingline WHERE transaction IN (9204, 9205, 9206, 9208) GROUP BY transaction HAVING SUM(amount) <> 0", []),
    ("SELECT DISTINCT posting FROM transactionaccountingline WHERE transaction = 9201", [["F"]]),
    ("SELECT SUM(l.amount) FROM transactionaccountingline l WHERE l.accounttype = 'AcctRec' AND l.transaction IN (9204, 9208)", [[25]]),
    ("SELECT b.name, BUILTIN.DF(l.accountingbook) FROM transactionaccountingline l JOIN accountingbook b ON b.id = l.accountingbook AND b.isprimary = 'T' WHERE l.transaction = 9205 AND l.transactionline = 0",
     [["Primary Accounting Book", "Primary Accounting Book"]]),
    ("SELECT t.longname, t.balancesheet FROM accounttype t JOIN account a ON a.accttype = t.id WHERE a.acctnumber = '2000'", [["Accounts Payable", "T"]]),
    ("SELECT COUNT(*) FROM accountsubsidiarymap m JOIN account a ON a.id = m.account WHERE a.acctnumber = '4000' AND m.subsidiary = 1", [[1]]),
    ("SELECT foreignamount, BUILTIN.DF(account) FROM transactionline WHERE transaction = 9208 AND mainline = 'T'", [[15, NULL]]),
]  # fmt: skip
STOCK: list[Statement] = [
    ("SELECT quantityonhand, quantitycommitted, quantityavailable, quantitybackordered FROM aggregateitemlocation WHERE item = 9101 AND location = 1",
     [[25, 4, 21, 0]]),
    ("SELECT quantityonhand, NVL(quantityavailable, 0), quantitycommitted FROM aggregateitemlocation WHERE item = 9101 AND location = 2", [[NULL, 0, NULL]]),
    ("SELECT COUNT(*) FROM aggregateitemlocation WHERE item = 9102", [[0]]),
    ("SELECT COUNT(*) - (SELECT COUNT(*) FROM location) FROM inventoryitemlocations WHERE item = 9101", [[0]]),
    ("SELECT COUNT(*) FROM assemblyitemlocations WHERE item = 9101", [[0]]),
    ("SELECT isinventoryaffecting FROM transactionline WHERE transaction = 9207 AND mainline = 'F'", [["T"]]),
    ("SELECT DISTINCT isinventoryaffecting FROM transactionline WHERE transaction = 9201", [["F"]]),
    ("SELECT COUNT(*) FROM transactionshipment s JOIN trackingnumbermap m ON m.transaction = s.doc JOIN trackingnumber n ON n.id = m.trackingnumber WHERE s.doc = 9201", [[0]]),
]  # fmt: skip
SHAPES: list[Statement] = [
    ("SELECT entity, memo, COUNT(*), SUM(foreigntotal) FROM transaction WHERE type = 'SalesOrd' AND id > 9200 GROUP BY ROLLUP(entity, memo) ORDER BY entity, memo",
     [[9001, "first order", 1, 40], [9001, NULL, 1, 20], [9001, NULL, 2, 60], [9002, NULL, 1, 10], [9002, NULL, 1, 10], [NULL, NULL, 3, 70]]),
    ("SELECT BUILTIN.DF(type) AS kind, COUNT(*) FROM transaction WHERE id IN (9201, 9202, 9204) GROUP BY ROLLUP(BUILTIN.DF(type)) ORDER BY kind",
     [["Invoice", 1], ["Sales Order", 2], [NULL, 3]]),
    ("SELECT t.type, t.entity, COUNT(*) FROM transaction t WHERE t.id IN (9201, 9202) GROUP BY t.type, ROLLUP(t.entity) HAVING COUNT(*) > 1", [["SalesOrd", NULL, 2]]),
    ("(SELECT id FROM customer WHERE id > 9000 ORDER BY id FETCH FIRST 1 ROWS ONLY) UNION ALL (SELECT id FROM item WHERE id > 9100 ORDER BY id DESC FETCH FIRST 1 ROWS ONLY)",
     [[9001], [9103]]),
    ("SELECT id FROM customer WHERE id > 9000 UNION SELECT id FROM vendor WHERE id > 9000 ORDER BY id OFFSET 2 ROWS FETCH NEXT 2 ROWS ONLY", [[9003], [9004]]),
    ("SELECT id FROM customer WHERE id > 9000 MINUS (SELECT 9001 FROM dual UNION SELECT 9002 FROM dual) ORDER BY 1", [[9003], [9004]]),
    ("SELECT id, n FROM (SELECT id, entityid AS n FROM customer UNION ALL SELECT id, itemid FROM item) WHERE id IN (9001, 9101) ORDER BY n", [[9001, "Q-ALPHA"], [9101, "Q-APPLE"]]),
    ("SELECT TOP 2 id FROM customer WHERE id > 9000 ORDER BY id DESC", [[9004], [9003]]),
    ("SELECT t.tranid, id FROM transaction t JOIN (SELECT transaction AS id, COUNT(*) AS n FROM transactionline GROUP BY transaction) l USING (id) WHERE id = 9202", [["Q-SO2", 9202]]),
    ("SELECT c.entityid, (SELECT COUNT(*) FROM (SELECT DISTINCT t.tranid FROM transaction t WHERE t.entity = c.id AND t.type = 'SalesOrd')) AS orders FROM customer c WHERE c.id IN (9001, 9003) ORDER BY c.id",
     [["Q-ALPHA", 2], ["Q-GAMMA", 0]]),
    ("SELECT t.tranid, a.acctnumber FROM transaction t, account a, transactionaccountingline l WHERE l.account = a.id(+) AND t.id = l.transaction AND t.id = 9205 AND l.debit > 0", [["Q-BILL1", "6000"]]),
]  # fmt: skip
TYPING: list[Statement] = [
    ("SELECT id FROM customer WHERE NVL(id, 0) = '9001'", [[9001]]),
    ("SELECT id FROM customer WHERE TO_CHAR(id) = 9001", [[9001]]),
    ("SELECT id FROM customer WHERE id + 0 IN ('9001', '9002') ORDER BY id", [[9001], [9002]]),
    ("SELECT entity FROM transaction WHERE type = 'SalesOrd' AND id > 9200 GROUP BY entity HAVING SUM(foreigntotal) = '10'", [[9002]]),
    ("SELECT s.whole FROM (SELECT SUM(foreigntotal) AS whole FROM transaction WHERE id = 9201) s WHERE s.whole BETWEEN '39' AND '41'", [[40]]),
    ("SELECT tranid FROM transaction WHERE id > 9200 AND SUBSTR(tranid, -1) > 2 AND type = 'SalesOrd'", [["Q-SO3"]]),
    ("SELECT COUNT(*) FROM customer WHERE ROWNUM <= '2'", [[2]]),
    ("SELECT 1 + (SELECT COUNT(*) FROM vendor v WHERE v.id = 9011) FROM dual WHERE (SELECT TO_CHAR(MAX(id)) FROM vendor WHERE id = 9011) = 9011", [[2]]),
    ("SELECT id FROM vendor WHERE id IN ((SELECT id FROM vendor WHERE id = 9011))", [[9011]]),
    ("SELECT rate, rateamount, ratepercent FROM transactionline WHERE transaction = 9202 AND item = 9101", [[10, 10, NULL]]),
]  # fmt: skip
BUILTINS: list[Statement] = [
    ("SELECT BUILTIN_RESULT.TYPE_STRING(BUILTIN.DF(\"TRANSACTION\".\"TYPE\")) AS \"TYPE\" /*{type#DISPLAY}*/, TO_CHAR(BUILTIN_RESULT.TYPE_DATE(\"TRANSACTION\".trandate), 'YYYY-MM-DD') AS d FROM \"TRANSACTION\" WHERE \"TRANSACTION\".\"ID\" = 9201",
     [["Sales Order", "2026-01-15"]]),
    ("SELECT BUILTIN_RESULT.TYPE_CURRENCY(t.foreigntotal, BUILTIN.CURRENCY(t.foreigntotal)), BUILTIN.CURRENCY(BUILTIN.CONSOLIDATE(t.foreigntotal, 'LEDGER', 'DEFAULT', 'DEFAULT', 1, 1, 'DEFAULT')) FROM transaction t WHERE t.id = 9201",
     [[40, "USD"]]),
    ("SELECT BUILTIN.CURRENCY(l.foreignamount) FROM transactionline l WHERE l.transaction = 9205 AND l.mainline = 'T'", [["USD"]]),
    ("SELECT COUNT(*) FROM accountingperiod WHERE id IN (BUILTIN.PERIOD('LQ', 'START', 'NOT_LAST', 'BETWEEN'))", [[3]]),
    ("SELECT COUNT(*) FROM accountingperiod p WHERE p.id IN BUILTIN.PERIOD('TP', 'START', 'ALL', 'BETWEEN') AND p.startdate = TRUNC(SYSDATE, 'MM')", [[1]]),
    ("SELECT COUNT(*) FROM accountingperiod p WHERE p.id IN BUILTIN.PERIOD('LP', 'END', 'ALL', '>') AND p.startdate < TRUNC(SYSDATE, 'MM')", [[0]]),
    ("SELECT COUNT(*) FROM subsidiary WHERE id IN BUILTIN.NAMED_GROUP('subsidiary', 'mine') AND id <> 1", [[0]]),
    ("SELECT COUNT(*) FROM dual WHERE BUILTIN.RELATIVE_RANGES('PMLFY', 'START') = BUILTIN.RELATIVE_RANGES('LFY', 'START') AND BUILTIN.RELATIVE_RANGES('PQLFY', 'START') = BUILTIN.RELATIVE_RANGES('LFY', 'START') AND BUILTIN.RELATIVE_RANGES('PMLFQ', 'START') = BUILTIN.RELATIVE_RANGES('LFQ', 'START') AND BUILTIN.RELATIVE_RANGES('PMSFQLFY', 'START') = BUILTIN.RELATIVE_RANGES('SFQLFY', 'START')", [[1]]),
    ("SELECT TO_CHAR(TO_DATE('2026-03-07 14:05:09', 'YYYY-MM-DD HH24:MI:SS'), 'DS TS'), TO_CHAR(TO_DATE('2026-04-01', 'YYYY-MM-DD'), 'YEAR RM') FROM dual", [["3/7/2026 2:05:09 PM", "TWENTY TWENTY-SIX IV  "]]),
    # 20:00 in Los Angeles is 4:00 of the next day in UTC; in Berlin, where the other profile's user
    # sits, 19:00.
    ("SELECT COUNT(*) FROM (SELECT TO_DATE('2026-01-15 20:00', 'YYYY-MM-DD HH24:MI') AS d FROM dual) WHERE ROUND((SYS_EXTRACT_UTC(d) - d) * 24) IN (8, -1)", [[1]]),
]  # fmt: skip
COLUMNS: list[Statement] = [
    ("SELECT balancesearch, unbilledorderssearch, TO_CHAR(firstorderdate, 'YYYY-MM-DD'), TO_CHAR(lastorderdate, 'YYYY-MM-DD'), TO_CHAR(lastsaledate, 'YYYY-MM-DD') FROM customer WHERE id = 9001",
     [[25, 20, "2026-01-15", "2026-02-20", "2026-01-20"]]),
    ("SELECT foreignamountpaid, foreignamountunpaid FROM transactionline WHERE transaction = 9204 AND mainline = 'T'", [[15, 25]]),
    ("SELECT foreignpaymentamountused, foreignpaymentamountunused FROM transaction WHERE id = 9208", [[15, 0]]),
    ("SELECT reorderpoint, preferredstocklevel FROM item WHERE id = 9101", [[NULL, NULL]]),
    ("SELECT name FROM customfield WHERE scriptid = 'CUSTRECORD_Q_TEXT'", [["Text"]]),
    ("SELECT COUNT(*) FROM itemprice WHERE item = 9101 AND isinactive = 'F' AND price = 10", [[1]]),
    ("SELECT m.quantity FROM assemblyitemmember m JOIN item i ON i.id = m.parentitem WHERE i.itemid = 'SAMPLE-BUILD'", [[2]]),
    ("SELECT COUNT(*) FROM assemblyitemmember m JOIN item i ON i.id = m.parentitem WHERE i.itemtype = 'Kit'", [[0]]),
]  # fmt: skip
# Statement to words of the refusal.
REFUSED = [
    ("SELECT oncredithold FROM customer", ["column customer.oncredithold", "line 1, column 8"]),
    ("SELECT l.accountinglinetype FROM transactionline l", ["column transactionLine.accountinglinetype"]),
    ("SELECT * FROM rolepermissions", ["table rolepermissions"]),
    ("SELECT MAX(id) KEEP (DENSE_RANK LAST ORDER BY trandate) FROM transaction", ["KEEP"]),
    ("SELECT id FROM customer WHERE id = ANY (9001, 9002)", ["ANY"]),
    ("SELECT BUILTIN.PERIOD('TPTX', 'START', 'ALL', 'BETWEEN') FROM dual", ["TPTX"]),
    ("SELECT BUILTIN_RESULT.TYPE_STR(id) FROM customer", ["BUILTIN_RESULT.TYPE_STR"]),
    ("SELECT c.id FROM customer c RIGHT JOIN entity e USING (id)", ["RIGHT JOIN ... USING"]),
]  # fmt: skip
WRONG = [
    ("SELECT id FROM subsidiary WHERE id IN BUILTIN.NAMED_GROUP('subsidiary', 'yours')", ["NAMED_GROUP", "yours"]),
    ("SELECT id FROM customer WHERE NVL(id, 0) = 'many'", ["Invalid number"]),
]  # fmt: skip
STATEMENTS = [*LEDGER, *STOCK, *SHAPES, *TYPING, *BUILTINS, *COLUMNS]
RUN = """return input.map((q) => {
  try {
    return { rows: query.runSuiteQL({ query: q }).results.map(({ values }) => values) };
  } catch (e) {
    return { error: e.name, message: e.message };
  }
});"""


@pytest.fixture(scope="module")
def answers(lab: Lab) -> dict[str, Any]:
    """All statements, in one script."""
    prepare(lab)
    texts = [sql for sql, *_ in [*STATEMENTS, *REFUSED, *WRONG]]
    session = replace(lab.admin, date_format="M/D/YYYY")  # dates are written so in them
    return dict(zip(texts, lab.run(RUN, texts, session=session), strict=True))


def _check(answers: dict[str, Any], statements: list[Statement]) -> None:
    wrong = {sql: answers[sql] for sql, rows in statements if answers[sql].get("rows") != rows}
    assert not wrong


@pytest.mark.rule("suiteql.ledger")
def test_the_ledger_shows_what_invoices_bills_and_payments_did(answers: dict[str, Any]) -> None:
    _check(answers, LEDGER)


@pytest.mark.rule("suiteql.stock")
def test_stock_by_location_knows_what_orders_took(answers: dict[str, Any]) -> None:
    _check(answers, STOCK)


@pytest.mark.rule("suiteql.shapes")
def test_rollups_unions_and_inline_views_give_oracles_rows(answers: dict[str, Any]) -> None:
    _check(answers, SHAPES)


@pytest.mark.rule("suiteql.typing")
def test_numbers_and_texts_compare_as_numbers(answers: dict[str, Any]) -> None:
    _check(answers, TYPING)


@pytest.mark.rule("suiteql.builtins")
def test_builtin_functions_give_what_the_help_says(answers: dict[str, Any]) -> None:
    _check(answers, BUILTINS)


@pytest.mark.rule("suiteql.columns")
def test_columns_of_public_queries_are_there(answers: dict[str, Any]) -> None:
    _check(answers, COLUMNS)


@pytest.mark.rule("suiteql.columns", "suiteql.where")
@pytest.mark.parametrize(("sql", "words"), REFUSED, ids=[sql[:50] for sql, _ in REFUSED])
def test_what_the_account_does_not_keep_is_named(
    answers: dict[str, Any], sql: str, words: list[str]
) -> None:
    assert answers[sql].get("error") == "EMULATOR_UNSUPPORTED", answers[sql]
    assert all(word in answers[sql]["message"] for word in words)


@pytest.mark.rule("suiteql.typing", "suiteql.builtins")
@pytest.mark.parametrize(("sql", "words"), WRONG, ids=[sql[:50] for sql, _ in WRONG])
def test_wrong_values_are_refused(
    lab: Lab, answers: dict[str, Any], sql: str, words: list[str]
) -> None:
    assert answers[sql].get("error") == "SSS_SEARCH_ERROR_OCCURRED", answers[sql]
    if lab.preferences.message_language == ENGLISH:
        assert all(word in answers[sql]["message"] for word in words)
