"""SuiteQL's functions: what Oracle documents of each, one expression a row (expected values worked out by hand)."""

from __future__ import annotations

from typing import Any

import pytest
from lab import Lab

# Sources: section_158513731864 (the list), Oracle's SQL reference (what each does).
NUMBERS = [
    ("ABS(-15)", 15),
    ("CEIL(15.2)", 16),
    ("FLOOR(-15.2)", -16),
    ("ROUND(15.193, 1)", 15.2),
    ("ROUND(2.5)", 3),
    ("ROUND(-2.5)", -3),
    ("ROUND(1234, -2)", 1200),
    ("TRUNC(15.79, 1)", 15.7),
    ("TRUNC(-15.79)", -15),
    ("TRUNC(1799, -2)", 1700),
    ("MOD(11, 4)", 3),
    ("MOD(5.5, 2)", 1.5),
    ("MOD(7, 0)", 7),
    ("REMAINDER(11, 4)", -1),
    ("POWER(2, 10)", 1024),
    ("SIGN(-7)", -1),
    ("SQRT(16)", 4),
    ("EXP(0)", 1),
    ("LN(1)", 0),
    ("LOG(10, 100)", 2),
    ("COS(0)", 1),
    ("BITAND(6, 3)", 2),
    ("WIDTH_BUCKET(25, 0, 100, 4)", 2),
    ("GREATEST(3, 10, 7)", 10),
    ("LEAST(3, 10, 7)", 3),
    ("GREATEST(3, NULL)", None),
    ("7 / 2", 3.5),
    ("6 / 2", 3),
    ("0.1 + 0.2", 0.3),
    ("-(3 - 5) * 2", 4),
]
TEXTS = [
    ("UPPER('straße')", "STRASSE"),
    ("LOWER('ÉTÉ')", "été"),
    ("INITCAP('hello world')", "Hello World"),
    ("LENGTH('hello')", 5),
    ("LENGTHB('é')", 2),
    ("SUBSTR('hello', 2, 3)", "ell"),
    ("SUBSTR('hello', -3)", "llo"),
    ("SUBSTR('hello', 9)", None),
    ("INSTR('hello', 'l')", 3),
    ("INSTR('hello', 'l', 1, 2)", 4),
    ("INSTR('a.b.c', '.', -1)", 4),
    ("INSTR('hello', 'z')", 0),
    ("REPLACE('hello', 'l', 'r')", "herro"),
    ("REPLACE('hello', 'l')", "heo"),
    ("TRANSLATE('2-30', '0123-', 'abcd')", "cda"),
    ("LPAD('7', 3, '0')", "007"),
    ("LPAD('12345', 3)", "123"),
    ("RPAD('abc', 5, '*')", "abc**"),
    ("TRIM('  hi ')", "hi"),
    ("TRIM(LEADING '0' FROM '0070')", "70"),
    ("TRIM(TRAILING '0' FROM '0070')", "007"),
    ("LTRIM('xxhi', 'x')", "hi"),
    ("RTRIM('hi  ')", "hi"),
    ("'a' || 1 || NULL || 'b'", "a1b"),
    ("CONCAT('Hello', ' World')", "Hello World"),
    ("ASCII('A')", 65),
    ("CHR(65)", "A"),
    ("SOUNDEX('Smythe')", "S530"),
    ("REGEXP_SUBSTR('SO-123-x', '[0-9]+')", "123"),
    ("REGEXP_SUBSTR('a,b,c', '[^,]+', 1, 2)", "b"),
    ("REGEXP_REPLACE('a1b22', '[[:digit:]]+', '#')", "a#b#"),
    (r"REGEXP_REPLACE('John Smith', '(\w+) (\w+)', '\2 \1')", "Smith John"),
    ("REGEXP_INSTR('abc123', '[0-9]')", 4),
    ("REGEXP_COUNT('banana', 'a')", 3),
    ("CASE WHEN REGEXP_LIKE('Abc', '^a', 'i') THEN 'yes' ELSE 'no' END", "yes"),
]
NOTHING = [
    ("NVL(NULL, 'x')", "x"),
    ("NVL('', 'empty')", "empty"),
    ("NVL2('a', 1, 2)", 1),
    ("NVL2(NULL, 1, 2)", 2),
    ("COALESCE(NULL, NULL, 3)", 3),
    ("NULLIF(1, 1)", None),
    ("DECODE(2, 1, 'one', 2, 'two', 'many')", "two"),
    ("DECODE(9, 1, 'one', 'many')", "many"),
    ("DECODE(NULL, NULL, 'same')", "same"),
    ("CASE 3 WHEN 1 THEN 'a' WHEN 3 THEN 'c' END", "c"),
    ("CASE WHEN '' IS NULL THEN 'T' ELSE 'F' END", "T"),
    ("NULL + 1", None),
    ("UPPER(NULL)", None),
]
DAY = "TO_DATE('2026-03-07 14:05:09', 'YYYY-MM-DD HH24:MI:SS')"


def _shown(expression: str) -> str:
    return f"TO_CHAR({expression}, 'YYYY-MM-DD HH24:MI:SS')"


DATES = [
    (f"TO_CHAR({DAY}, 'YYYY-MM-DD')", "2026-03-07"),
    (f"TO_CHAR({DAY}, 'DD.MM.YY HH12:MI AM')", "07.03.26 02:05 PM"),
    (f"TO_CHAR({DAY}, 'Mon DD, YYYY')", "Mar 07, 2026"),
    (f"TO_CHAR({DAY}, 'FMMonth FMDD')", "March 7"),
    (f"TO_CHAR({DAY}, 'DAY')", "SATURDAY "),
    (f"TO_CHAR({DAY}, 'Q')", "1"),
    (f"TO_CHAR({DAY}, 'IW')", "10"),
    (f"TO_CHAR({DAY}, 'YYYY\"W\"')", "2026W"),
    (f"TO_NUMBER(TO_CHAR({DAY}, 'MM'))", 3),
    (_shown(f"TRUNC({DAY})"), "2026-03-07 00:00:00"),
    (_shown(f"TRUNC({DAY}, 'MM')"), "2026-03-01 00:00:00"),
    (_shown(f"TRUNC({DAY}, 'YYYY')"), "2026-01-01 00:00:00"),
    (_shown(f"TRUNC({DAY}, 'Q')"), "2026-01-01 00:00:00"),
    (_shown(f"TRUNC({DAY}, 'IW')"), "2026-03-02 00:00:00"),
    (_shown(f"TRUNC({DAY}, 'HH')"), "2026-03-07 14:00:00"),
    (_shown(f"{DAY} + 1"), "2026-03-08 14:05:09"),
    (_shown(f"{DAY} - 1/24"), "2026-03-07 13:05:09"),
    (_shown(f"ADD_MONTHS({DAY}, -1)"), "2026-02-07 14:05:09"),
    (
        "TO_CHAR(ADD_MONTHS(TO_DATE('2026-01-31', 'YYYY-MM-DD'), 1), 'YYYY-MM-DD')",
        "2026-02-28",
    ),
    (f"TO_CHAR(LAST_DAY({DAY}), 'DD')", "31"),
    (f"TO_CHAR(NEXT_DAY({DAY}, 'MONDAY'), 'YYYY-MM-DD')", "2026-03-09"),
    (
        "MONTHS_BETWEEN(TO_DATE('2026-03-15','YYYY-MM-DD'), TO_DATE('2026-01-15','YYYY-MM-DD'))",
        2,
    ),
    (
        "MONTHS_BETWEEN(TO_DATE('2026-03-31','YYYY-MM-DD'), TO_DATE('2026-02-28','YYYY-MM-DD'))",
        1,
    ),
    (f"{DAY} - TO_DATE('2026-03-05 14:05:09', 'YYYY-MM-DD HH24:MI:SS')", 2),
    (f"EXTRACT(YEAR FROM {DAY})", 2026),
    (f"EXTRACT(MONTH FROM {DAY})", 3),
    (f"CASE WHEN SYSDATE > {DAY} - 10000 THEN 1 ELSE 0 END", 1),
    ("CASE WHEN TRUNC(SYSDATE) = TRUNC(CURRENT_DATE) THEN 1 END", 1),
    (_shown(f"NVL(NULL, {DAY})"), "2026-03-07 14:05:09"),
    (_shown(f"GREATEST({DAY}, {DAY} - 5)"), "2026-03-07 14:05:09"),
]
CONVERSIONS = [
    ("TO_CHAR(12345)", "12345"),
    ("TO_CHAR(0.5)", ".5"),
    ("TO_CHAR(1234.5, '9,999.99')", " 1,234.50"),
    ("TO_CHAR(1234.5, 'FM9999.00')", "1234.50"),
    ("TO_CHAR(1234.5, 'FM9999.99')", "1234.5"),
    ("TO_CHAR(0.5, 'FM0.00')", "0.50"),
    ("TO_CHAR(7, 'FM000')", "007"),
    ("TO_CHAR(1234, '999')", "####"),
    ("TO_CHAR(-5, 'FM99')", "-5"),
    ("TO_CHAR(1234, 'FM$9,999')", "$1,234"),
    ("TO_NUMBER('12.5') + 1", 13.5),
    ("TO_NUMBER('1,234.5', '9,999.9')", 1234.5),
    ("CAST('12' AS INTEGER) + 1", 13),
    ("CAST(12.345 AS DECIMAL(10, 2))", 12.35),
    ("CAST(12 AS VARCHAR(10)) || 'x'", "12x"),
    ("'10' + 5", 15),
]
ALL = [*NUMBERS, *TEXTS, *NOTHING, *DATES, *CONVERSIONS]


@pytest.fixture(scope="module")
def answers(lab: Lab) -> list[Any]:
    """All expressions, in one script."""
    statements = [f"SELECT {expression} AS v FROM dual" for expression, _ in ALL]
    code = "return input.map((q) => query.runSuiteQL({query: q}).results[0].values[0]);"
    return list(lab.run(code, statements))


@pytest.mark.rule("suiteql.functions")
@pytest.mark.parametrize("number", range(len(ALL)), ids=[text for text, _ in ALL])
def test_a_function_gives_what_oracle_documents(answers: list[Any], number: int) -> None:
    assert answers[number] == ALL[number][1]


RANGES = [
    ("TODAY", "START", "2026-05-20 00:00:00"),
    ("TODAY", "END", "2026-05-20 23:59:59"),
    ("YESTERDAY", "START", "2026-05-19 00:00:00"),
    ("DAGO30", "START", "2026-04-20 00:00:00"),
    ("DFN10", "START", "2026-05-30 00:00:00"),
    ("TW", "START", "2026-05-17 00:00:00"),
    ("LW", "END", "2026-05-16 23:59:59"),
    ("TBW", "START", "2026-05-18 00:00:00"),
    ("TM", "START", "2026-05-01 00:00:00"),
    ("LM", "END", "2026-04-30 23:59:59"),
    ("LMTD", "END", "2026-04-20 23:59:59"),
    ("TFQ", "START", "2026-04-01 00:00:00"),
    ("LFQ", "END", "2026-03-31 23:59:59"),
    ("TY", "START", "2026-01-01 00:00:00"),
    ("LFY", "END", "2025-12-31 23:59:59"),
    ("LFYTD", "END", "2025-05-20 23:59:59"),
    ("SDLM", "START", "2026-04-20 00:00:00"),
    ("LRY", "START", "2025-05-20 00:00:00"),
]


@pytest.mark.rule("suiteql.relative_ranges")
def test_a_relative_range_begins_and_ends_by_the_accounts_clock(lab: Lab) -> None:
    """Wednesday 20 May 2026, noon UTC, which is that day in every zone that the suite runs in."""
    lab.account.set_clock(1779278400000)
    calls = [f"BUILTIN.RELATIVE_RANGES('{code}', '{side}')" for code, side, _ in RANGES]
    columns = ", ".join(f"{_shown(call)} AS c{number}" for number, call in enumerate(calls))
    code = "return query.runSuiteQL({query: input}).results[0].values;"
    found = lab.run(code, f"SELECT {columns} FROM dual")
    assert found == [moment for *_, moment in RANGES]
