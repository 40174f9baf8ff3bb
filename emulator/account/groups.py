"""Item groups: a line with a group becomes the group, its members and an end-of-group line."""

from __future__ import annotations

from decimal import Decimal

from emulator.account.values import decimal_of, number
from emulator.account.work import Line, Work

# What NetSuite writes as the item and the type of the line that ends a group.
END_ITEM = "0"
END_TYPE = "EndGroup"


def expand(work: Work) -> None:
    """
    Put the members of every new group line after it: common knowledge.

    Members and end lines carry none of the custom fields of the group's line, so a line key that a
    script wrote stays on the group alone.
    """
    lines = work.lines("item")
    if not any(_is_new_group(work, line) for line in lines):
        return
    highest = max((line["line"] for line in lines), default=0)
    out: list[Line] = []
    for line in lines:
        out.append(line)
        if not _is_new_group(work, line):
            continue
        group = work.book.reference("item", line["fields"]["item"])
        assert group is not None
        times = decimal_of(line["fields"], "quantity") or Decimal(1)
        line["fields"].setdefault("quantity", number(times))
        for member in group.sublists.get("member", []):
            highest += 1
            each = decimal_of(member["fields"], "quantity") or Decimal(1)
            fields = {
                "item": member["fields"]["item"],
                "quantity": number(each * times),
                "ingroup": True,
            }
            price = work.book.fields("item", fields["item"]).get("_baseprice")
            if price is not None:
                fields |= {"rate": price, "price": "1"}
            out.append({"line": highest, "fields": fields})
        highest += 1
        out.append({"line": highest, "fields": {"item": END_ITEM, "itemtype": END_TYPE}})
    work.sublists["item"] = out


def _is_new_group(work: Work, line: Line) -> bool:
    if work.old_line("item", line["line"]) is not None:
        return False
    row = work.book.reference("item", line["fields"].get("item"))
    return row is not None and row.type == "itemgroup"
