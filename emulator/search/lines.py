"""
The rows of a transaction search: one for the transaction (`mainline` is T) and one for each line.

    p.part 0   the transaction itself; a journal has no such row, its lines are all main lines
    p.part 1   its lines: `s.key` is the sublist, `l.key` the place in it, `l.value` the line
    p.part 2   what NetSuite computes: shipping cost and tax, named by `s.key`

All of it is SQL, so that a search over everything costs no call for each transaction.

Unlike SuiteQL, searches show quantities and amounts of sales and purchases positive, and those of
documents that take back (credits, refunds, returns) negative: assumed, switch
`search_returns_negative`.
"""

from __future__ import annotations

from emulator.account.kinds import JOURNALS
from emulator.search.fields import BODY, LINE, cast, json_path
from emulator.suiteql.lines import KEY_FACTOR, KEY_STEP
from emulator.suiteql.tables_ledger import item_account, whole_account

RETURNS = frozenset(
    {"creditmemo", "cashrefund", "customerrefund", "returnauthorization"}
    | {"vendorcredit", "vendorreturnauthorization"}
)
SUBLISTS = ("item", "expense", "inventory", "line")
# Body values that the transaction's own row shows where lines have a field of the same name.
SHARED = ("memo", "location", "department", "class", "account", "customer")
MAIN = "record AS r"

JOURNAL = f"r.type IN ({', '.join(repr(name) for name in sorted(JOURNALS))})"
_SHIPPING, _TAX = json_path(BODY, "shippingcost"), json_path(BODY, "taxtotal")
_PARTS = (
    "CASE p.part WHEN 0 THEN '{\"main\":[0]}' WHEN 1 THEN r.lines ELSE"
    f' CASE WHEN {_SHIPPING} THEN CASE WHEN {_TAX} THEN \'{{"shipping":[0],"taxline":[0]}}\''
    " ELSE '{\"shipping\":[0]}' END"
    f" WHEN {_TAX} THEN '{{\"taxline\":[0]}}' END END"
)
_KEYS = ", ".join(f"'{name}'" for name in ("main", *SUBLISTS, "shipping", "taxline"))
# CROSS JOIN keeps the order of the loops, so that rows come by transaction and a page ends early.
SOURCE = (
    f"{MAIN} CROSS JOIN (SELECT 0 AS part UNION ALL SELECT 1 UNION ALL SELECT 2) AS p"
    f" ON p.part > 0 OR NOT {JOURNAL}"
    f" CROSS JOIN json_each({_PARTS}) AS s ON s.key IN ({_KEYS})"
    " CROSS JOIN json_each(s.value) AS l"
)

# Of the transaction's currency to the subsidiary's.
RATE = f"COALESCE(NULLIF({json_path(BODY, 'exchangerate')}, 0), 1)"

# The stable number of a line; the computed rows have none.
NUMBER = f"CASE p.part WHEN 0 THEN 0 WHEN 1 THEN json_extract({LINE}, '$.line') END"


def flag(name: str) -> str:
    """Whether a row is the main, shipping or tax row."""
    every = f" OR {JOURNAL}" if name == "main" else ""
    return f"CASE WHEN s.key = '{name}'{every} THEN 'T' ELSE 'F' END"


def sequence() -> str:
    """The place of a row among those of its transaction, from 0."""
    before, whens = f"CASE WHEN {JOURNAL} THEN 0 ELSE 1 END", []
    for name in SUBLISTS:
        whens.append(f"WHEN '{name}' THEN {before} + l.key")
        before += f" + COALESCE(json_array_length(r.lines, '$.{name}'), 0)"
    ship = f"CASE WHEN {_SHIPPING} THEN 1 ELSE 0 END"
    return (
        f"CASE s.key WHEN 'main' THEN 0 {' '.join(whens)}"
        f" WHEN 'shipping' THEN {before} ELSE {before} + {ship} END"
    )


def unique_key() -> str:
    """The key of a row, as SuiteQL's `uniquekey`."""
    whens = " ".join(
        f"WHEN '{name}' THEN {place * KEY_STEP} + {NUMBER}" for place, name in enumerate(SUBLISTS)
    )
    row = f"CASE s.key WHEN 'main' THEN 0 {whens} WHEN 'shipping' THEN 9998 ELSE 9999 END"
    return f"r.id * {KEY_FACTOR} + {row}"


def sign(*, returns_negative: bool) -> str:
    """-1 where a search shows the amounts of a record negative."""
    if not returns_negative:
        return "1"
    return f"CASE WHEN r.type IN ({', '.join(repr(name) for name in sorted(RETURNS))}) THEN -1 ELSE 1 END"


def shared(name: str) -> str:
    """A value of the body on the transaction's own row, of the line on every other."""
    line = json_path(LINE, name)
    if name == "memo":
        line = f"COALESCE({json_path(LINE, 'description')}, {line})"
    return f"CASE p.part WHEN 0 THEN {json_path(BODY, name)} ELSE {line} END"


def account() -> str:
    """The account of a row: its own, or what stands behind the transaction or the item."""
    behind = f"CASE s.key WHEN 'main' THEN {whole_account()} WHEN 'item' THEN {item_account(json_path(LINE, 'item'))} END"
    return f"COALESCE(CAST({shared('account')} AS INTEGER), {behind})"


def main_account() -> str:
    """The account of the transaction's own row."""
    return f"COALESCE({cast(BODY, 'account', 'INTEGER')}, {whole_account()})"


def item() -> str:
    """The item of a line; of the shipping row, the way of shipping."""
    ship = f"CASE WHEN s.key = 'shipping' THEN {cast(BODY, 'shipmethod', 'INTEGER')} END"
    return f"COALESCE({cast(LINE, 'item', 'INTEGER')}, {ship})"


def quantity(*, returns_negative: bool) -> str:
    """The quantity of a line; that of an adjustment is what it adjusts by."""
    adjusted = json_path(LINE, "adjustqtyby")
    factor = sign(returns_negative=returns_negative)
    return f"CAST(COALESCE({adjusted}, {json_path(LINE, 'quantity')} * {factor}) AS NUMERIC)"


def amount(*, returns_negative: bool) -> str:
    """The amount of a row in the transaction's currency."""
    debit, credit = (f"COALESCE({json_path(LINE, name)}, 0)" for name in ("debit", "credit"))
    posted = f"COALESCE({json_path(LINE, 'debit')}, {json_path(LINE, 'credit')})"
    line = f"COALESCE({json_path(LINE, 'amount')}, CASE WHEN {posted} IS NOT NULL THEN {debit} - {credit} END)"
    whole = (
        f"CASE s.key WHEN 'main' THEN {total()} WHEN 'shipping' THEN {_SHIPPING}"
        f" WHEN 'taxline' THEN {_TAX} ELSE {line} END"
    )
    return f"({whole}) * {sign(returns_negative=returns_negative)}"


def total() -> str:
    """The amount of a whole transaction."""
    return f"COALESCE({json_path(BODY, 'total')}, {json_path(BODY, 'payment')})"


def in_base(sql: str) -> str:
    """An amount of the transaction's currency in the subsidiary's."""
    return f"ROUND({sql} * {RATE}, 2)"


def main_amount(*, returns_negative: bool) -> str:
    """The amount of the transaction's own row in its currency."""
    return f"{total()} * {sign(returns_negative=returns_negative)}"
