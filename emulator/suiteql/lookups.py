"""What a query asks the account for: an amount's currency, the user's own groups, relative accounting periods."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime

from emulator.suiteql import ranges
from emulator.suiteql.faults import search_error, unsupported

# Period codes (help topic section_158289876878): unit, first and last one counted from now.
_PERIODS = {
    "TP": ("M", 0, 0),
    "LP": ("M", -1, -1),
    "PBL": ("M", -2, -2),
    "TPOLQ": ("M", -3, -3),
    "LPOLQ": ("M", -4, -4),
    "TPOLFY": ("M", -12, -12),
    "LPOLFY": ("M", -13, -13),
    "LR18FP": ("M", -18, -1),
    "TQ": ("Q", 0, 0),
    "LQ": ("Q", -1, -1),
    "QBL": ("Q", -2, -2),
    "TQOLFY": ("Q", -4, -4),
    "LQOLFY": ("Q", -5, -5),
    "LR6FQ": ("Q", -6, -1),
    "TFY": ("Y", 0, 0),
    "LFY": ("Y", -1, -1),
    "FYBL": ("Y", -2, -2),
}
# From the beginning of a unit to the period that lies as the present one does: unit, months back.
_TO_PERIOD = {
    "TQTP": ("Q", 0),
    "TFQTP": ("Q", 0),
    "LFQTP": ("Q", 3),
    "TFQOLFYTP": ("Q", 12),
    "TFYTP": ("Y", 0),
    "LFYTP": ("Y", 12),
}
_OWN = {
    "classification": "class",
    "class": "class",
    "department": "department",
    "location": "location",
    "subsidiary": "subsidiary",
}
_PEOPLE = ("entity", "employee", "customer", "vendor", "partner")


def currency(connection: sqlite3.Connection, number: int | None) -> str | None:
    """A currency's code; the base currency's for None."""
    where = "json_extract(body, '$.isbasecurrency')" if number is None else "id = ?"
    row = connection.execute(
        f"SELECT body ->> '$.symbol' FROM record WHERE space = 'currency' AND {where}",  # noqa: S608
        () if number is None else (number,),
    ).fetchone()
    return None if row is None else row[0]


def named_group(connection: sqlite3.Connection, user: int, record: str, group: str) -> str:
    """
    Ids as a JSON list: 'me' is the user, 'mine' the user's department, class, location or subsidiary.

    Raises:
        NetSuiteError: SSS_SEARCH_ERROR_OCCURRED for another pair.
    """
    kind = record.lower()
    if group.lower() == "me" and kind in _PEOPLE:
        return json.dumps([user])
    if group.lower() != "mine" or kind not in _OWN:
        raise search_error(f"Invalid arguments of BUILTIN.NAMED_GROUP: '{record}', '{group}'")
    row = connection.execute(
        f"SELECT CAST(body ->> '$.{_OWN[kind]}' AS INTEGER) FROM record"  # noqa: S608
        " WHERE space = 'entity' AND id = ?",
        (user,),
    ).fetchone()
    return json.dumps([row[0]] if row is not None and row[0] is not None else [])


def periods(
    connection: sqlite3.Connection,
    now: datetime,
    code: str,
    side: str,
    adjustment: str,
    operator: str,
) -> str:
    """
    Ids of accounting periods as a JSON list (BUILTIN.PERIOD).

    A comparison looks at the first day of a period and at the first (START) or last (END) day of
    the range; BETWEEN gives the periods inside it. NOT_LAST leaves adjustment periods out.

    Raises:
        NetSuiteError: SSS_SEARCH_ERROR_OCCURRED for an argument that is none of the documented
            ones.
        UnsupportedError: for a period code that is not built.
    """
    if side not in ("START", "END") or adjustment not in ("ALL", "NOT_LAST"):
        raise search_error(f"Invalid arguments of BUILTIN.PERIOD: '{side}', '{adjustment}'")
    first, last = (day.date().isoformat() for day in _span(code.upper(), now))
    bound = first if side == "START" else last
    wanted = {
        "BETWEEN": "start >= :first AND end <= :last",
        "NOT BETWEEN": "NOT (start >= :first AND end <= :last)",
        "<": "start < :bound",
        "<=": "start <= :bound",
        ">": "start > :bound",
        ">=": "start >= :bound",
    }.get(operator.upper())
    if wanted is None:
        raise search_error(f"Invalid operator of BUILTIN.PERIOD: '{operator}'")
    adjusting = "1" if adjustment == "ALL" else "NOT adjusting"
    rows = connection.execute(
        "SELECT id FROM (SELECT id, body ->> '$.startdate' AS start, body ->> '$.enddate' AS end,"  # noqa: S608
        " coalesce(body ->> '$.isadjust', 0) AS adjusting FROM record WHERE space = 'accountingperiod'"
        " AND NOT coalesce(body ->> '$.isquarter', 0) AND NOT coalesce(body ->> '$.isyear', 0))"
        f" WHERE {adjusting} AND {wanted}",
        {"first": first, "last": last, "bound": bound},
    )
    return json.dumps([row[0] for row in rows])


def _span(code: str, now: datetime) -> tuple[datetime, datetime]:
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if code in _PERIODS:
        unit, first, last = _PERIODS[code]
        return ranges.unit(unit, first, today)[0], ranges.unit(unit, last, today)[1]
    if code in _TO_PERIOD:
        unit, back = _TO_PERIOD[code]
        day = ranges.months(today, -back)
        return ranges.unit(unit, 0, day)[0], ranges.unit("M", 0, day)[1]
    if code[:1] == "Q" and code[1:2] in "1234" and code[2:] in ("TFY", "LFY"):
        year = ranges.unit("Y", 0 if code.endswith("TFY") else -1, today)[0]
        return ranges.unit("Q", int(code[1]) - 1, year)
    raise unsupported(f"the period {code}")
