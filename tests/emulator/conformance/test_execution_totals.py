"""What a beforeSubmit script sees of the amounts that the account is going to compute."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lab import ADMIN, Lab

WATCH = """define(['N/log'], (log) => ({ beforeSubmit: ({ newRecord, oldRecord }) => {
  if (newRecord.getValue('memo') === 'mend') newRecord.setSublistValue({ sublistId: 'item', fieldId: 'quantity', line: 0, value: 5 });
  log.audit('seen', JSON.stringify([newRecord.getValue('subtotal'), newRecord.getValue('total'), oldRecord && oldRecord.getValue('total'),
    newRecord.getSublistValue({ sublistId: 'item', fieldId: 'amount', line: 0 })]));
} }));"""


def _order(lab: Lab, memo: str, **line: Any) -> Any:
    item = lab.account.find("noninventorysaleitem")[0]["id"]
    customer = lab.account.find("customer")[0]["id"]
    draft = lab.account.new(ADMIN, "salesorder", {})
    draft["fields"] |= {"entity": str(customer), "memo": memo}
    draft["sublists"]["item"] = [{"line": None, "fields": {"item": str(item), **line}}]
    return draft


@pytest.mark.rule("execution.totals_before_submit")
def test_a_check_before_the_save_sees_the_total(lab: Lab) -> None:
    watch = lab.script("UserEventScript", WATCH, record="salesorder")
    saved = lab.engine.save(ADMIN, _order(lab, "sum", quantity=2, rate=4), sourcing=True)
    draft = lab.account.load(ADMIN, "salesorder", saved)
    draft["sublists"]["item"][0]["fields"] |= {"quantity": 3, "amount": 12}
    lab.engine.save(ADMIN, draft, sourcing=True)
    rows = [json.loads(details) for _, details in lab.logged(watch)]
    lab.disable(watch)
    assert rows == [[8, 8, None, 8], [12, 12, 8, 12]]


@pytest.mark.rule("execution.totals_before_submit")
def test_what_a_script_changes_before_the_save_is_computed_anew(lab: Lab) -> None:
    watch = lab.script("UserEventScript", WATCH, record="salesorder")
    saved = lab.engine.save(ADMIN, _order(lab, "mend", quantity=2, rate=4), sourcing=True)
    lab.disable(watch)
    stored = lab.account.load(ADMIN, "salesorder", saved)
    assert (stored["fields"]["total"], stored["sublists"]["item"][0]["fields"]["amount"]) == (
        20,
        20,
    )


@pytest.mark.rule("execution.totals_before_scripted_submit")
def test_a_record_that_a_script_makes_shows_its_total_too(lab: Lab) -> None:
    watch = lab.script("UserEventScript", WATCH, record="salesorder")
    draft = _order(lab, "script")
    code = f"""
      const order = record.create({{ type: 'salesorder' }});
      order.setValue('entity', {draft["fields"]["entity"]});
      const line = {{ item: {draft["sublists"]["item"][0]["fields"]["item"]}, quantity: 3, rate: 7 }};
      Object.keys(line).forEach((fieldId) => order.setSublistValue({{ sublistId: 'item', fieldId, line: 0, value: line[fieldId] }}));
      return order.save();"""
    lab.run(code)
    seen = json.loads(lab.logged(watch)[-1][1])
    lab.disable(watch)
    shown = lab.preferences.totals_before_submit
    assert seen[1] == (21 if shown else "")
