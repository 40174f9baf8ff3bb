"""Which transaction types sell, buy, post or carry amounts on their lines."""

from __future__ import annotations

SALES = frozenset(
    {"salesorder", "estimate", "invoice", "cashsale", "creditmemo", "cashrefund"}
    | {"returnauthorization", "opportunity"}
)
PURCHASES = frozenset(
    {"purchaseorder", "vendorbill", "vendorcredit", "vendorreturnauthorization", "check"}
    | {"blanketpurchaseorder", "purchaserequisition", "creditcardcharge", "creditcardrefund"}
)
# Types whose total is the sum of their lines.
SUMMED = SALES | PURCHASES | {"expensereport"}
NOT_POSTING = frozenset(
    {"salesorder", "estimate", "opportunity", "purchaseorder", "returnauthorization"}
    | {"vendorreturnauthorization", "transferorder", "workorder", "intercompanytransferorder"}
    | {"purchaserequisition", "blanketpurchaseorder", "inventorycount", "timebill", "charge"}
    | {"bintransfer", "statisticaljournalentry"}
)
# Types that are not saved without a line, and the sublists in which it may stand.
LINED = frozenset(
    {"salesorder", "estimate", "invoice", "cashsale", "creditmemo", "cashrefund"}
    | {"returnauthorization", "purchaseorder", "vendorbill", "vendorcredit", "transferorder"}
    | {"vendorreturnauthorization"}
)
BEARING = ("item", "expense", "time", "itemcost", "expcost")
JOURNALS = frozenset({"journalentry", "intercompanyjournalentry", "advintercompanyjournalentry"})
# Items of these types carry no quantity.
WITHOUT_QUANTITY = frozenset(
    {"discountitem", "markupitem", "descriptionitem", "subtotalitem", "itemgroup", "paymentitem"}
)
