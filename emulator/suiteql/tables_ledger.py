"""`transactionaccountingline`: what each line of a transaction does to an account."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.suiteql.columns import made
from emulator.suiteql.model import Table
from emulator.suiteql.tables_account import table
from emulator.suiteql.tables_lines import POSTING
from generator.catalog.model import Catalog

_RECEIVABLE = ("invoice", "creditmemo")
_PAYABLE = ("vendorbill", "vendorcredit", "expensereport")
_PAID = ("customerpayment", "customerdeposit", "vendorpayment", "cashsale")
_BUYING = (
    "purchaseorder",
    "vendorbill",
    "vendorcredit",
    "itemreceipt",
    "check",
    "purchaserequisition",
)
BOOK = "Primary Accounting Book"
# Account types: id, name, on the balance sheet, usual side is debit.
_TYPES = (
    ("AcctPay", "Accounts Payable", "T", "F"),
    ("AcctRec", "Accounts Receivable", "T", "T"),
    ("Bank", "Bank", "T", "T"),
    ("COGS", "Cost of Goods Sold", "F", "T"),
    ("CredCard", "Credit Card", "T", "F"),
    ("DeferExpense", "Deferred Expense", "T", "T"),
    ("DeferRevenue", "Deferred Revenue", "T", "F"),
    ("Equity", "Equity", "T", "F"),
    ("Expense", "Expense", "F", "T"),
    ("FixedAsset", "Fixed Asset", "T", "T"),
    ("Income", "Income", "F", "F"),
    ("LongTermLiab", "Long Term Liability", "T", "F"),
    ("NonPosting", "Non Posting", "F", "F"),
    ("OthAsset", "Other Asset", "T", "T"),
    ("OthCurrAsset", "Other Current Asset", "T", "T"),
    ("OthCurrLiab", "Other Current Liability", "T", "F"),
    ("OthExpense", "Other Expense", "F", "T"),
    ("OthIncome", "Other Income", "F", "F"),
    ("Stat", "Statistical", "F", "F"),
    ("UnbilledRec", "Unbilled Receivable", "T", "T"),
)


def tables(catalog: Catalog) -> Iterable[Table]:
    """The ledger and what it refers to, for an account with these record types."""
    types = frozenset(r.id for r in catalog.records.values() if r.kind == "transaction")
    if types:
        yield _ledger(types)
    yield table(
        "accountingbook",
        f"(SELECT 1 AS id, '{BOOK}' AS name) AS r",
        None,
        made("id", "r.id", "number"),
        made("name", "r.name"),
        made("isprimary", "'T'"),
        made("isadjustmentonly", "'F'"),
        made("isconsolidated", "'F'"),
        made("basebook", "NULL", "number"),
        made("externalid", "NULL"),
    )
    rows = " UNION ALL ".join(
        f"SELECT {number} AS internalid, '{id_}' AS id, '{name}' AS longname,"
        f" '{sheet}' AS balancesheet, '{debit}' AS left_"
        for number, (id_, name, sheet, debit) in enumerate(_TYPES, start=1)
    )
    yield table(
        "accounttype",
        f"({rows}) AS r",
        None,
        made("id", "r.id"),
        made("internalid", "r.internalid", "number"),
        made("seqnum", "r.internalid", "number"),
        made("longname", "r.longname"),
        made("balancesheet", "r.balancesheet"),
        made("left", "r.left_"),
    )
    if "account" in catalog.records:
        chosen = "json_extract(r.body, '$.subsidiary')"
        everywhere = "(SELECT json_group_array(s.id) FROM record AS s WHERE s.space = 'subsidiary')"
        many = (
            f"CASE json_type(r.body, '$.subsidiary') WHEN 'array' THEN {chosen}"
            f" WHEN 'text' THEN json_array({chosen}) ELSE {everywhere} END"
        )
        shown = (
            made("account", "r.id", "id", "account"),
            made("subsidiary", "CAST(l.value AS INTEGER)", "id", "subsidiary"),
        )
        yield Table(
            "accountsubsidiarymap",
            "accountSubsidiaryMap",
            f"record AS r, json_each({many}) AS l",
            "account",
            frozenset({"account"}),
            True,
            {column.name: column for column in shown},
        )


def _first(kind: str) -> str:
    """The account's first of a type, where a transaction names none."""
    return (
        "(SELECT min(a.id) FROM record AS a WHERE a.space = 'account'"  # noqa: S608
        f" AND a.body ->> '$.accttype' = '{kind}')"
    )


def whole_account() -> str:
    """The account of a transaction `r` as a whole: receivables, payables or the bank; nothing for an order."""
    return (
        f"CASE WHEN r.type IN {_RECEIVABLE!r} THEN {_first('AcctRec')}"
        f" WHEN r.type IN {_PAYABLE!r} THEN {_first('AcctPay')}"
        f" WHEN r.type IN {_PAID!r} THEN {_first('Bank')} END"
    )


def item_account(item: str, space: str = "'item'") -> str:
    """The account of an item in a transaction `r`, by SQL for its id and id space."""

    def of(*names: str) -> str:
        chosen = ", ".join(f"i.body ->> '$.{name}'" for name in (*names, "account"))
        return (
            f"(SELECT CAST(coalesce({chosen}) AS INTEGER) FROM record AS i"  # noqa: S608
            f" WHERE i.space = {space} AND i.id = CAST({item} AS INTEGER))"
        )

    bought = of("expenseaccount", "assetaccount")
    return f"CASE WHEN r.type IN {_BUYING!r} THEN {bought} ELSE {of('incomeaccount')} END"


def _account() -> str:
    """
    The account of a line: its own, or what stands behind it.

    Receivables and payables for the transaction itself and for what a payment is against, the bank
    for a payment, the item's account for an item. Nothing where the account does not know it.
    """
    item = item_account(
        "l.value ->> '$.item'",
        "CASE l.value ->> '$.itemtype' WHEN 'ShipItem' THEN 'shipitem' ELSE 'item' END",
    )
    return (
        "coalesce(CAST(l.value ->> '$.account' AS INTEGER), CASE"
        f" WHEN l.value ->> '$.against' = 'AcctRec' THEN {_first('AcctRec')}"
        f" WHEN l.value ->> '$.against' = 'AcctPay' THEN {_first('AcctPay')}"
        f" WHEN l.value ->> '$.mainline' = 'T' THEN {whole_account()}"
        f" ELSE {item} END)"
    )


def _ledger(types: frozenset[str]) -> Table:
    amount = "l.value ->> '$.netamount'"
    source = (
        f"(SELECT r.type, r.id, r.modified, l.value ->> '$.id' AS line, {_account()} AS account,"  # noqa: S608
        f" {amount} AS amount, l.value ->> '$.rate_' AS exchangerate, {POSTING} AS posting"
        " FROM record AS r, json_each(sl_lines(r.type, r.body, r.lines)) AS l"
        f" WHERE r.space = 'transaction' AND {amount} IS NOT NULL) AS r"
    )
    value = "CAST(r.amount AS NUMERIC)"
    kind = "(SELECT a.body ->> '$.accttype' FROM record AS a WHERE a.space = 'account' AND a.id = r.account)"
    columns = (
        made("transaction", "r.id", "id", "transaction"),
        made("transactionline", "CAST(r.line AS INTEGER)", "number"),
        made("account", "r.account", "id", "account"),
        made("accounttype", kind),
        made("accountingbook", "1", "id", "accountingbook"),
        made("amount", value, "number"),
        made("netamount", value, "number"),
        made("debit", f"CASE WHEN r.amount > 0 THEN {value} END", "number"),
        made("credit", f"CASE WHEN r.amount < 0 THEN -{value} END", "number"),
        made("posting", "r.posting"),
        made("exchangerate", "CAST(r.exchangerate AS NUMERIC)", "number"),
        made("lastmodifieddate", "sl_local(r.modified)", "date"),
        made("processedbyrevcommit", "'F'"),
        *(made(name, "NULL") for name in ("glauditnumber", "glauditnumberdate")),
    )
    shown = {column.name: column for column in columns}
    return Table(
        "transactionaccountingline",
        "transactionAccountingLine",
        source,
        None,
        types,
        True,
        shown,
        row_type="r.type",
    )
