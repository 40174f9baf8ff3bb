"""
SuiteQL statements of the kinds integrations send, over an account known by heart (suiteql_ground.py).

Every expected row is worked out by hand from the ground and Oracle's documented rules.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from lab import Lab
from suiteql_ground import prepare

Rows = list[list[Any]]
Statement = tuple[str, list[Any], Rows]

LOOK_UPS: list[Statement] = [
    ("SELECT id FROM customer WHERE externalid = ?", ["CRM-1"], [[9001]]),
    (
        "SELECT id, externalid FROM customer WHERE externalid IN (?, ?)",
        ["CRM-1", "X"],
        [[9001, "CRM-1"]],
    ),
    ("SELECT id FROM customer WHERE email = 'beta@example.com'", [], [[9002]]),
    ("SELECT entityid FROM customer WHERE id = ?", ["9001"], [["Q-ALPHA"]]),
    ("SELECT entityid FROM customer WHERE id = ?", [9001], [["Q-ALPHA"]]),
    ("SELECT id FROM item WHERE itemid IN ('Q-APPLE', 'Q-CARE') ORDER BY id", [], [[9101], [9103]]),
    (
        "SELECT id FROM transaction WHERE externalid = ? AND type = 'SalesOrd'",
        ["EXT-Q-SO1"],
        [[9201]],
    ),
    ("SELECT id FROM transaction WHERE tranid = 'Q-INV1' AND recordtype = 'invoice'", [], [[9204]]),
    ("SELECT id FROM subsidiary WHERE name = 'Germany'", [], [[3]]),
    ("SELECT symbol FROM currency WHERE name = 'Euro'", [], [["EUR"]]),
    ("SELECT accttype FROM account WHERE acctnumber = '4000'", [], [["Income"]]),
    ("SELECT id FROM location WHERE name = 'Main Warehouse'", [], [[1]]),
    ("SELECT id FROM term WHERE name = 'Net 30'", [], [[3]]),
    (
        "SELECT periodname FROM accountingperiod WHERE startdate <= TO_DATE('2026-03-15','YYYY-MM-DD') AND enddate >= TO_DATE('2026-03-15','YYYY-MM-DD') AND isquarter = 'F' AND isyear = 'F'",
        [],
        [["Mar 2026"]],
    ),
    ("SELECT id FROM department WHERE UPPER(name) LIKE 'FIN%'", [], [[3]]),
    ("SELECT name FROM classification WHERE id = 2", [], [["Wholesale"]]),
    (
        "SELECT unitname, conversionrate FROM unitstypeuom WHERE unitstype = 1 ORDER BY internalid",
        [],
        [["Each", 1], ["Dozen", 12]],
    ),
    ("SELECT entityid FROM employee WHERE id = 9021", [], [["Q-EMP"]]),
    ("SELECT id FROM vendor WHERE companyname = 'Quick Vendor' AND isinactive = 'F'", [], [[9011]]),
    (
        "SELECT type, altname FROM entity WHERE id IN (9001, 9011) ORDER BY id",
        [],
        [["CustJob", "Alpha Foods"], ["Vendor", "Quick Vendor"]],
    ),
    ("SELECT rate FROM salestaxitem WHERE itemid = 'VAT-19'", [], [[19]]),
    ("SELECT name FROM pricelevel WHERE id = 1", [], [["Base Price"]]),
]
FILTERS: list[Statement] = [
    (
        "SELECT entityid FROM customer WHERE entityid LIKE 'Q-%' AND isinactive = 'T'",
        [],
        [["Q-GAMMA"]],
    ),
    ("SELECT COUNT(*) FROM customer WHERE entityid LIKE 'Q-%' AND email IS NULL", [], [[2]]),
    (
        "SELECT COUNT(*) FROM customer WHERE entityid LIKE 'Q-%' AND NVL(email, 'none') = 'none'",
        [],
        [[2]],
    ),
    (
        "SELECT entityid FROM customer WHERE id BETWEEN 9002 AND 9003 ORDER BY id",
        [],
        [["Q-BETA"], ["Q-GAMMA"]],
    ),
    ("SELECT entityid FROM customer WHERE entityid LIKE 'q-%'", [], []),
    ("SELECT id FROM customer WHERE entityid LIKE 'Q-_ETA'", [], [[9002]]),
    (
        "SELECT id FROM customer WHERE id > 9000 AND id < 9010 AND NOT (isinactive = 'T' OR email IS NOT NULL)",
        [],
        [[9004]],
    ),
    (
        "SELECT id FROM customer WHERE (id = 9001 OR id = 9002) AND companyname <> 'Alpha Foods'",
        [],
        [[9002]],
    ),
    (
        "SELECT id FROM customer WHERE id NOT IN (9001, 9002, 9003) AND id > 9000 AND id < 9010",
        [],
        [[9004]],
    ),
    ("SELECT altname FROM customer WHERE isperson = 'T' AND id > 9000", [], [["Dora Delta"]]),
    ("SELECT id FROM customer WHERE externalid = ''", [], []),
    (
        "SELECT id FROM transaction WHERE trandate >= TO_DATE('2026-02-10', 'YYYY-MM-DD') AND type = 'SalesOrd' AND id > 9200 ORDER BY id",
        [],
        [[9202], [9203]],
    ),
    (
        "SELECT id FROM transaction WHERE TO_CHAR(trandate, 'YYYY-MM') = '2026-02' AND type = 'SalesOrd' ORDER BY id",
        [],
        [[9202], [9203]],
    ),
    (
        "SELECT tranid FROM transaction WHERE trandate = '2/10/2026' AND type = 'SalesOrd'",
        [],
        [["Q-SO2"]],
    ),
    (
        "SELECT COUNT(*) FROM transaction WHERE trandate BETWEEN TO_DATE('2026-01-01','YYYY-MM-DD') AND TO_DATE('2026-01-31','YYYY-MM-DD') AND id > 9200",
        [],
        [[3]],
    ),
    (
        "SELECT id FROM transaction WHERE status = 'B' AND type = 'SalesOrd' AND entity = 9002",
        [],
        [[9202]],
    ),
    ("SELECT id FROM transaction WHERE BUILTIN.CF(status) = 'CustInvc:A'", [], [[9204]]),
    ("SELECT posting FROM transaction WHERE id IN (9201, 9204) ORDER BY id", [], [["F"], ["T"]]),
    ("SELECT id FROM transaction WHERE memo = 'first order'", [], [[9201]]),
]
JOINS: list[Statement] = [
    (
        "SELECT a.city FROM customer c LEFT JOIN entityaddress a ON a.nkey = c.defaultshippingaddress WHERE c.id IN (9001, 9002) ORDER BY c.id",
        [],
        [["Oakland"], [None]],
    ),
    (
        "SELECT t.tranid, c.companyname FROM transaction t JOIN customer c ON c.id = t.entity WHERE t.id = 9202",
        [],
        [["Q-SO2", "Beta Books"]],
    ),
    (
        "SELECT t.tranid, c.companyname FROM transaction t, customer c WHERE c.id = t.entity AND t.id = 9202",
        [],
        [["Q-SO2", "Beta Books"]],
    ),
    (
        "SELECT t.id, v.companyname FROM transaction t LEFT JOIN vendor v ON v.id = t.entity WHERE t.id IN (9201, 9205) ORDER BY t.id",
        [],
        [[9201, None], [9205, "Quick Vendor"]],
    ),
    (
        "SELECT t.id, v.companyname FROM transaction t, vendor v WHERE t.entity = v.id(+) AND t.id IN (9201, 9205) ORDER BY t.id",
        [],
        [[9201, None], [9205, "Quick Vendor"]],
    ),
    (
        "SELECT c.entityid, COUNT(t.id) AS n FROM transaction t RIGHT JOIN customer c ON c.id = t.entity AND t.type = 'SalesOrd' WHERE c.id BETWEEN 9001 AND 9004 GROUP BY c.entityid ORDER BY c.entityid",
        [],
        [["Q-ALPHA", 2], ["Q-BETA", 1], ["Q-DELTA", 0], ["Q-GAMMA", 0]],
    ),
    (
        "SELECT i.itemid, tl.quantity * -1 AS quantity FROM transactionline tl INNER JOIN item i ON i.id = tl.item WHERE tl.transaction = 9201 AND tl.mainline = 'F' ORDER BY tl.linesequencenumber",
        [],
        [["Q-APPLE", 3], ["Q-BREAD", 2]],
    ),
    (
        "SELECT s.name, cu.symbol FROM subsidiary s JOIN currency cu ON cu.id = s.currency WHERE s.id = 3",
        [],
        [["Germany", "EUR"]],
    ),
    (
        "SELECT a.entityid, b.entityid FROM customer a CROSS JOIN customer b WHERE a.id = 9001 AND b.id = 9002",
        [],
        [["Q-ALPHA", "Q-BETA"]],
    ),
    (
        "SELECT a.addr1, a.city, a.state, a.zip FROM customeraddressbook b JOIN customeraddressbookentityaddress a ON a.nkey = b.addressbookaddress WHERE b.entity = 9001 AND b.defaultshipping = 'T'",
        [],
        [["1 Pier Road", "Oakland", "CA", "94607"]],
    ),
    (
        "SELECT b.label, b.isresidential FROM customeraddressbook b WHERE b.entity = 9001",
        [],
        [["Pier", "F"]],
    ),
    (
        "SELECT n.name, c.companyname FROM customrecord_q_note n LEFT OUTER JOIN customer c ON n.custrecord_q_customer = c.id ORDER BY n.id",
        [],
        [["N1", "Alpha Foods"], ["N2", "Beta Books"], ["N3", None]],
    ),
    (
        "SELECT Transaction.TranID FROM Transaction INNER JOIN TransactionLine ON ( TransactionLine.Transaction = Transaction.ID ) WHERE ( TransactionLine.Item = 9102 ) AND ( Transaction.Type = 'SalesOrd' ) ORDER BY Transaction.TranID",
        [],
        [["Q-SO1"], ["Q-SO3"]],
    ),
]
LINES: list[Statement] = [
    (
        "SELECT rateamount, createdby FROM transactionline l JOIN transaction t ON t.id = l.transaction WHERE t.id = 9202 AND l.mainline = 'F'",
        [],
        [[10, -4]],
    ),
    (
        "SELECT mainline, foreignamount FROM transactionline WHERE transaction = 9201 ORDER BY linesequencenumber",
        [],
        [["T", 40], ["F", -30], ["F", -10]],
    ),
    (
        "SELECT id, item, quantity, rate, netamount FROM transactionline WHERE transaction = 9203 AND mainline = 'F'",
        [],
        [[1, 9102, -4, 5, -20]],
    ),
    (
        "SELECT DISTINCT createdfrom FROM transactionline WHERE transaction = 9204 AND mainline = 'F'",
        [],
        [[9201]],
    ),
    (
        "SELECT DISTINCT transaction FROM transactionline WHERE createdfrom = 9201 ORDER BY 1",
        [],
        [[9204]],
    ),
    (
        "SELECT nextdoc, linktype FROM nexttransactionlink WHERE previousdoc = 9201",
        [],
        [[9204, "OrdBill"]],
    ),
    (
        "SELECT previousdoc, previousline, nextline FROM previoustransactionlinelink WHERE nextdoc = 9204 AND linktype = 'OrdBill' ORDER BY nextline",
        [],
        [[9201, 1, 1], [9201, 2, 2]],
    ),
    (
        "SELECT nextdoc, foreignamount FROM nexttransactionlinelink WHERE previousdoc = 9204 AND linktype = 'Payment'",
        [],
        [[9208, 15]],
    ),
    (
        "SELECT nt.tranid FROM nexttransactionlinelink l JOIN transaction nt ON nt.id = l.nextdoc AND l.nexttype = 'CustInvc' WHERE l.previousdoc = 9201 AND l.previousline = 1",
        [],
        [["Q-INV1"]],
    ),
    (
        "SELECT a.acctnumber, tal.debit, tal.credit FROM transactionaccountingline tal JOIN account a ON a.id = tal.account WHERE tal.transaction = 9206 ORDER BY tal.transactionline",
        [],
        [["6100", 50, None], ["1000", None, 50]],
    ),
    (
        "SELECT SUM(amount) FROM transactionaccountingline WHERE transaction = 9206 AND posting = 'T'",
        [],
        [[0]],
    ),
    (
        "SELECT BUILTIN.DF(account), amount FROM transactionaccountingline WHERE transaction = 9205 AND amount > 0",
        [],
        [["6000 Office Supplies", 80]],
    ),
    (
        "SELECT memo, foreignamount FROM transactionline WHERE transaction = 9205 AND mainline = 'F'",
        [],
        [["pens", 80]],
    ),
    (
        "SELECT quantity FROM transactionline WHERE transaction = 9207 AND mainline = 'F'",
        [],
        [[25]],
    ),
    (
        "SELECT foreigntotal, foreignamountpaid, foreignamountunpaid FROM transaction WHERE id = 9204",
        [],
        [[40, 15, 25]],
    ),
]
# The invoice was made from an order: goods leave by fulfilment, so all 25 apples are there, 4 of
# them promised.
STOCK: list[Statement] = [
    (
        "SELECT location, quantityonhand FROM aggregateitemlocation WHERE item = 9101 AND quantityonhand > 0",
        [],
        [[1, 25]],
    ),
    (
        "SELECT BUILTIN.DF(location) FROM aggregateitemlocation WHERE item = 9101 AND quantityonhand IS NOT NULL",
        [],
        [["Main Warehouse"]],
    ),
    (
        "SELECT i.itemid, NVL(SUM(l.quantityavailable), 0) AS q FROM item i LEFT JOIN aggregateitemlocation l ON l.item = i.id WHERE i.id IN (9101, 9103) GROUP BY i.itemid ORDER BY i.itemid",
        [],
        [["Q-APPLE", 21], ["Q-CARE", 0]],
    ),
    ("SELECT quantityonhand FROM inventorybalance WHERE item = 9101 AND location = 1", [], [[25]]),
    ("SELECT totalquantityonhand FROM item WHERE id = 9101", [], [[25]]),
    (
        "SELECT itemtype, subtype, isserialitem FROM item WHERE id IN (9101, 9102) ORDER BY id",
        [],
        [["InvtPart", None, "F"], ["NonInvtPart", "Sale", "F"]],
    ),
    ("SELECT price FROM itemprice WHERE item = 9102 AND pricelevel = 1", [], [[5]]),
    (
        "SELECT unitprice FROM pricing WHERE item = 9103 AND quantity = 0 AND currency = 1",
        [],
        [[120]],
    ),
    (
        "SELECT i.itemid, p.price FROM item i JOIN itemprice p ON p.item = i.id AND p.pricelevelname = 'Base Price' WHERE i.itemid = 'Q-APPLE'",
        [],
        [["Q-APPLE", 10]],
    ),
    (
        "SELECT m.quantity FROM itemmember m JOIN item i ON i.id = m.parentitem WHERE i.itemid = 'SAMPLE-KIT'",
        [],
        [[2]],
    ),
]
GROUPS: list[Statement] = [
    (
        "SELECT entity, COUNT(*) AS orders, SUM(foreigntotal) AS total FROM transaction WHERE type = 'SalesOrd' AND id > 9200 GROUP BY entity ORDER BY entity",
        [],
        [[9001, 2, 60], [9002, 1, 10]],
    ),
    (
        "SELECT entity FROM transaction WHERE type = 'SalesOrd' AND id > 9200 GROUP BY entity HAVING SUM(foreigntotal) > 20",
        [],
        [[9001]],
    ),
    (
        "SELECT BUILTIN.DF(entity) AS who, MAX(trandate) AS last FROM transaction WHERE type = 'SalesOrd' AND id > 9200 GROUP BY BUILTIN.DF(entity) ORDER BY who",
        [],
        [["Q-ALPHA", "2/20/2026"], ["Q-BETA", "2/10/2026"]],
    ),
    (
        "SELECT TO_CHAR(trandate, 'YYYY-MM') AS month, SUM(foreigntotal) FROM transaction WHERE type = 'SalesOrd' AND id > 9200 GROUP BY TO_CHAR(trandate, 'YYYY-MM') ORDER BY 1",
        [],
        [["2026-01", 40], ["2026-02", 30]],
    ),
    (
        "SELECT COUNT(DISTINCT entity) FROM transaction WHERE type = 'SalesOrd' AND id > 9200",
        [],
        [[2]],
    ),
    (
        "SELECT MIN(foreigntotal), MAX(foreigntotal), AVG(foreigntotal) FROM transaction WHERE id IN (9202, 9203)",
        [],
        [[10, 20, 15]],
    ),
    ("SELECT MEDIAN(foreigntotal) FROM transaction WHERE id IN (9201, 9202, 9203)", [], [[20]]),
    (
        "SELECT SUM(CASE WHEN isinactive = 'T' THEN 1 ELSE 0 END) AS off, COUNT(email) AS mails FROM customer WHERE id BETWEEN 9001 AND 9004",
        [],
        [[1, 2]],
    ),
    (
        "SELECT DISTINCT entity FROM transaction WHERE type = 'SalesOrd' AND id > 9200 ORDER BY entity DESC",
        [],
        [[9002], [9001]],
    ),
    (
        "SELECT item, SUM(quantity) * -1 AS sold FROM transactionline WHERE transaction IN (9201, 9202, 9203) AND mainline = 'F' GROUP BY item ORDER BY sold DESC",
        [],
        [[9102, 6], [9101, 4]],
    ),
    (
        "SELECT APPROX_COUNT_DISTINCT(item) FROM transactionline WHERE transaction IN (9201, 9202) AND mainline = 'F'",
        [],
        [[2]],
    ),
    ("SELECT SUM(foreigntotal) FROM transaction WHERE id = 1", [], [[None]]),
    ("SELECT COUNT(*) FROM transaction WHERE id = 1", [], [[0]]),
]
WINDOWS: list[Statement] = [
    (
        "SELECT id, ROW_NUMBER() OVER (PARTITION BY entity ORDER BY trandate DESC) AS n FROM transaction WHERE type = 'SalesOrd' AND id > 9200 ORDER BY id",
        [],
        [[9201, 2], [9202, 1], [9203, 1]],
    ),
    (
        "SELECT id FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY entity ORDER BY trandate DESC) AS n FROM transaction WHERE type = 'SalesOrd' AND id > 9200) WHERE n = 1 ORDER BY id",
        [],
        [[9202], [9203]],
    ),
    (
        "SELECT id, RANK() OVER (ORDER BY foreigntotal DESC) FROM transaction WHERE id IN (9201, 9202, 9203) ORDER BY id",
        [],
        [[9201, 1], [9202, 3], [9203, 2]],
    ),
    (
        "SELECT id, SUM(foreigntotal) OVER (ORDER BY id) AS running FROM transaction WHERE id IN (9201, 9202, 9203) ORDER BY id",
        [],
        [[9201, 40], [9202, 50], [9203, 70]],
    ),
    (
        "SELECT id, COUNT(*) OVER () FROM transaction WHERE id IN (9201, 9202) ORDER BY id",
        [],
        [[9201, 2], [9202, 2]],
    ),
    (
        "SELECT id, LAG(id) OVER (ORDER BY id) FROM transaction WHERE id IN (9201, 9202) ORDER BY id",
        [],
        [[9201, None], [9202, 9201]],
    ),
    (
        "SELECT DENSE_RANK() OVER (ORDER BY isinactive) FROM customer WHERE id IN (9001, 9003) ORDER BY id",
        [],
        [[1], [2]],
    ),
]
SUBQUERIES: list[Statement] = [
    (
        "SELECT entityid FROM customer WHERE id IN (SELECT entity FROM transaction WHERE type = 'CustInvc') AND id > 9000",
        [],
        [["Q-ALPHA"]],
    ),
    (
        "SELECT entityid FROM customer c WHERE EXISTS (SELECT 1 FROM transaction t WHERE t.entity = c.id AND t.id = 9202)",
        [],
        [["Q-BETA"]],
    ),
    (
        "SELECT entityid FROM customer c WHERE id BETWEEN 9001 AND 9004 AND NOT EXISTS (SELECT 1 FROM transaction t WHERE t.entity = c.id) ORDER BY entityid",
        [],
        [["Q-DELTA"], ["Q-GAMMA"]],
    ),
    (
        "SELECT entityid, (SELECT COUNT(*) FROM transaction t WHERE t.entity = c.id AND t.type = 'SalesOrd') AS n FROM customer c WHERE id IN (9001, 9003) ORDER BY id",
        [],
        [["Q-ALPHA", 2], ["Q-GAMMA", 0]],
    ),
    (
        "SELECT x.who, x.total FROM (SELECT entity AS who, SUM(foreigntotal) AS total FROM transaction WHERE type = 'SalesOrd' AND id > 9200 GROUP BY entity) x WHERE x.total > 20",
        [],
        [[9001, 60]],
    ),
    (
        "SELECT id FROM transaction WHERE foreigntotal = (SELECT MAX(foreigntotal) FROM transaction WHERE type = 'SalesOrd') AND type = 'SalesOrd'",
        [],
        [[9201]],
    ),
    (
        "SELECT id FROM customer WHERE id = 9001 UNION SELECT id FROM vendor WHERE id = 9011 ORDER BY 1",
        [],
        [[9001], [9011]],
    ),
    (
        "SELECT 'c' AS kind, entityid FROM customer WHERE id = 9001 UNION ALL SELECT 'v', entityid FROM vendor WHERE id = 9011 ORDER BY kind",
        [],
        [["c", "Q-ALPHA"], ["v", "Q-VEND"]],
    ),
    (
        "SELECT id FROM customer WHERE id BETWEEN 9001 AND 9003 MINUS SELECT entity FROM transaction WHERE type = 'SalesOrd'",
        [],
        [[9003]],
    ),
    (
        "SELECT id FROM customer WHERE id > 9000 INTERSECT SELECT entity FROM transaction WHERE id = 9202",
        [],
        [[9002]],
    ),
]
LIMITS: list[Statement] = [
    (
        "SELECT id FROM customer WHERE id > 9000 ORDER BY id FETCH FIRST 2 ROWS ONLY",
        [],
        [[9001], [9002]],
    ),
    (
        "SELECT id FROM customer WHERE id > 9000 ORDER BY id OFFSET 1 ROWS FETCH NEXT 1 ROWS ONLY",
        [],
        [[9002]],
    ),
    ("SELECT TOP 1 id FROM customer WHERE id > 9000 ORDER BY id", [], [[9001]]),
    ("SELECT COUNT(*) FROM (SELECT id FROM customer WHERE ROWNUM <= 3)", [], [[3]]),
    (
        "SELECT id FROM (SELECT id FROM customer WHERE id BETWEEN 9001 AND 9004 ORDER BY id DESC) WHERE ROWNUM <= 1",
        [],
        [[9004]],
    ),
    (
        "SELECT id FROM customer WHERE id BETWEEN 9001 AND 9004 AND ROWNUM <= 2 ORDER BY id DESC",
        [],
        [[9002], [9001]],
    ),
    (
        "SELECT t.id FROM transaction t JOIN customer c ON c.id = t.entity WHERE t.id BETWEEN 9201 AND 9203 AND ROWNUM < 3 ORDER BY t.id DESC",
        [],
        [[9202], [9201]],
    ),
    (
        "SELECT * FROM (SELECT ROWNUM AS rn, x.* FROM (SELECT entityid FROM customer WHERE id BETWEEN 9001 AND 9004 ORDER BY entityid) x) WHERE rn BETWEEN 2 AND 3",
        [],
        [[2, "Q-BETA"], [3, "Q-DELTA"]],
    ),
    (
        "SELECT email FROM customer WHERE id IN (9001, 9003) ORDER BY email",
        [],
        [["alpha@example.com"], [None]],
    ),
    (
        "SELECT email FROM customer WHERE id IN (9001, 9003) ORDER BY email DESC",
        [],
        [[None], ["alpha@example.com"]],
    ),
    (
        "SELECT email FROM customer WHERE id IN (9001, 9003) ORDER BY email DESC NULLS LAST",
        [],
        [["alpha@example.com"], [None]],
    ),
    (
        "SELECT UPPER(entityid) AS name FROM customer WHERE id IN (9001, 9002) ORDER BY name DESC",
        [],
        [["Q-BETA"], ["Q-ALPHA"]],
    ),
    (
        "SELECT t.id FROM transaction t, customer c WHERE c.id = t.entity AND t.id IN (9201, 9202) ORDER BY id DESC",
        [],
        [[9202], [9201]],
    ),
]
CUSTOM: list[Statement] = [
    (
        "SELECT id, name, custrecord_q_text FROM customrecord_q_note WHERE externalid = 'NOTE-2'",
        [],
        [[2, "N2", "beta note"]],
    ),
    (
        "SELECT custrecord_q_number * 2, custrecord_q_done FROM customrecord_q_note WHERE id = 1",
        [],
        [[3, "T"]],
    ),
    (
        "SELECT TO_CHAR(custrecord_q_day, 'YYYY-MM-DD') FROM CUSTOMRECORD_Q_NOTE WHERE custrecord_q_day > TO_DATE('2026-02-01', 'YYYY-MM-DD') ORDER BY id",
        [],
        [["2026-02-06"], ["2026-03-07"]],
    ),
    (
        "SELECT BUILTIN.DF(custrecord_q_customer), BUILTIN.DF(custrecord_q_color) FROM customrecord_q_note WHERE id = 1",
        [],
        [["Q-ALPHA", "Red"]],
    ),
    ("SELECT name FROM customlist_q_color ORDER BY id", [], [["Red"], ["Green"]]),
    (
        "SELECT n.name FROM customrecord_q_note n JOIN customlist_q_color c ON c.id = n.custrecord_q_color WHERE c.name = 'Green'",
        [],
        [["N2"]],
    ),
    (
        "SELECT custrecord_q_items FROM customrecord_q_note WHERE id IN (1, 3) ORDER BY id",
        [],
        [["9101, 9102"], [None]],
    ),
    (
        "SELECT mapone, maptwo FROM map_customrecord_q_note_custrecord_q_items ORDER BY mapone, maptwo",
        [],
        [[1, 9101], [1, 9102], [2, 9102]],
    ),
    (
        "SELECT id FROM customrecord_q_note WHERE BUILTIN.MNFILTER(custrecord_q_items, 'MN_INCLUDE', '', 'FALSE', '', 9101) = 'T'",
        [],
        [[1]],
    ),
    (
        "SELECT id FROM customrecord_q_note WHERE BUILTIN.MNFILTER(custrecord_q_items, 'MN_INCLUDE_ALL', '', 'FALSE', '', 9101, 9102) = 'T'",
        [],
        [[1]],
    ),
    ("SELECT id FROM customrecord_q_note WHERE custrecord_q_customer IS NULL", [], [[3]]),
    (
        "SELECT scriptid FROM customrecordtype WHERE scriptid = 'CUSTOMRECORD_Q_NOTE'",
        [],
        [["CUSTOMRECORD_Q_NOTE"]],
    ),
    ("SELECT isinactive FROM customrecord_q_note WHERE id = 1", [], [["F"]]),
]
TEXTS: list[Statement] = [
    (
        "SELECT BUILTIN.DF(t.entity), BUILTIN.DF(t.type), BUILTIN.DF(t.status) FROM transaction t WHERE t.id = 9201",
        [],
        [["Q-ALPHA", "Sales Order", "Sales Order : Pending Fulfillment"]],
    ),
    (
        "SELECT BUILTIN.DF(item), BUILTIN.DF(location) FROM transactionline WHERE transaction = 9202 AND mainline = 'F'",
        [],
        [["Q-APPLE", "Main Warehouse"]],
    ),
    ("SELECT BUILTIN.DF(subsidiary) FROM customer WHERE id = 9001", [], [["Parent Company"]]),
    (
        "SELECT BUILTIN.HIERARCHY(parent, 'DISPLAY') FROM subsidiary WHERE id = 3",
        [],
        [["Parent Company"]],
    ),
    (
        "SELECT REPLACE(BUILTIN.DF(status), 'Sales Order : ', '') FROM transaction WHERE id = 9201",
        [],
        [["Pending Fulfillment"]],
    ),
    ("SELECT trandisplayname FROM transaction WHERE id = 9201", [], [["Sales Order #Q-SO1"]]),
    ("SELECT trandate FROM transaction WHERE id = 9201", [], [["1/15/2026"]]),
    (
        "SELECT BUILTIN.CONSOLIDATE(foreigntotal, 'LEDGER', 'DEFAULT', 'DEFAULT', 1, 1, 'DEFAULT') FROM transaction WHERE id = 9201",
        [],
        [[40]],
    ),
    (
        "SELECT BUILTIN.DF(x.who) FROM (SELECT entity AS who FROM transaction WHERE id = 9202) x",
        [],
        [["Q-BETA"]],
    ),
    (
        "SELECT accountsearchdisplayname FROM account WHERE acctnumber = '6000'",
        [],
        [["6000 Office Supplies"]],
    ),
    (
        'SELECT id AS "Internal ID", entityid "Name" FROM customer WHERE id = 9001 -- a comment',
        [],
        [[9001, "Q-ALPHA"]],
    ),
    ("SELECT /* which? */ COUNT(*) FROM dual", [], [[1]]),
    (
        "SELECT name FROM mediaitemfolder WHERE istoplevel = 'T' AND id = -15",
        [],
        [["SuiteScripts"]],
    ),
]
SEEN: list[Statement] = [
    (
        "WITH orders AS (SELECT id, entity FROM transaction WHERE type = 'SalesOrd' AND id > 9200) SELECT entity, COUNT(*) FROM orders GROUP BY entity ORDER BY entity",
        [],
        [[9001, 2], [9002, 1]],
    ),
    (
        "SELECT LISTAGG(entityid, ', ') WITHIN GROUP (ORDER BY id DESC) FROM customer WHERE id IN (9001, 9002)",
        [],
        [["Q-BETA, Q-ALPHA"]],
    ),
    (
        "SELECT LISTAGG(DISTINCT entity, '|') WITHIN GROUP (ORDER BY entity) FROM transaction WHERE type = 'SalesOrd' AND id > 9200",
        [],
        [["9001|9002"]],
    ),
]
DOCUMENTED = [
    *LOOK_UPS, *FILTERS, *JOINS, *LINES, *STOCK, *GROUPS, *WINDOWS, *SUBQUERIES, *LIMITS, *CUSTOM, *TEXTS,
]  # fmt: skip
RUN = """return input.map(([q, params]) => {
  try {
    return { rows: query.runSuiteQL({ query: q, params }).results.map(({ values }) => values) };
  } catch (e) {
    return { error: e.name, message: e.message };
  }
});"""


@pytest.fixture(scope="module")
def answers(lab: Lab) -> dict[str, Any]:
    """All statements, in one script."""
    prepare(lab)
    statements = [(sql, params) for sql, params, _ in [*DOCUMENTED, *SEEN]]
    session = replace(lab.admin, date_format="M/D/YYYY")  # dates are written so in them
    found = lab.run(RUN, statements, session=session)
    return {
        f"{sql} {params}": answer for (sql, params), answer in zip(statements, found, strict=True)
    }


@pytest.mark.rule("suiteql.tables")
@pytest.mark.parametrize(("sql", "params", "rows"), DOCUMENTED, ids=[sql for sql, *_ in DOCUMENTED])
def test_a_statement_gives_the_right_rows(
    answers: dict[str, Any], sql: str, params: list[Any], rows: Rows
) -> None:
    answer = answers[f"{sql} {params}"]
    assert answer.get("rows") == rows, answer


@pytest.mark.rule("suiteql.seen")
@pytest.mark.parametrize(("sql", "params", "rows"), SEEN, ids=[sql for sql, *_ in SEEN])
def test_what_the_help_refuses_and_public_queries_use_is_a_switch(
    lab: Lab, answers: dict[str, Any], sql: str, params: list[Any], rows: Rows
) -> None:
    answer = answers[f"{sql} {params}"]
    if lab.preferences.suiteql_documented_only:
        assert answer["error"] == "SSS_SEARCH_ERROR_OCCURRED"
    else:
        assert answer.get("rows") == rows, answer
