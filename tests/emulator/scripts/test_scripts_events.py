"""User events: when they fire, what they see, as whom they run."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from emulator.ports import Session

CLERK = Session(user=7, role="customrole_lab_clerk", context="USERINTERFACE")
SEEN = """
  const seen = (context) => log.audit('seen', JSON.stringify({
    point: POINT, type: context.type, isEnum: context.type === context.UserEventType[context.type.toUpperCase()],
    id: context.newRecord && context.newRecord.id, fields: context.newRecord && context.newRecord.getFields(),
    old: context.oldRecord && context.oldRecord.getValue('comments'), role: runtime.getCurrentUser().roleId,
    context: runtime.executionContext, left: runtime.getCurrentScript().getRemainingUsage(),
    comments: context.newRecord && context.newRecord.getValue('comments'),
  }));
"""


def both(extra: str = "") -> str:
    """A user event that logs what both its entry points see."""
    before = SEEN.replace("POINT", "'before'").replace("seen =", "before =")
    after = SEEN.replace("POINT", "'after'").replace("seen =", "after =")
    return f"""define(['N/record', 'N/runtime', 'N/log', 'N/error'], (record, runtime, log, error) => {{
      {before} {after}
      return {{ beforeSubmit: (c) => {{ before(c); {extra} }}, afterSubmit: after }};
    }});"""


@pytest.fixture
def watch(lab, request):
    """Deploys a user event on customers for one test."""
    made = []

    def deploy(body: str, **settings: Any):
        script = lab.script("UserEventScript", body, **{"record": "customer", **settings})
        made.append(script)
        return script

    yield deploy
    for script in made:
        lab.disable(script)


@pytest.fixture(scope="module", autouse=True)
def clerk(lab) -> None:
    lab.role("customrole_lab_clerk", {"LIST_CUSTJOB": "FULL", "LIST_SUBSIDIARY": "VIEW"})


def customer(**fields: Any) -> dict[str, Any]:
    return {
        "type": "customer",
        "id": None,
        "fields": {"companyname": f"Shop {uuid.uuid4()}", "subsidiary": "1", **fields},
    }


def rows(lab, script) -> list[dict[str, Any]]:
    return [json.loads(details) for title, details in lab.logged(script) if title == "seen"]


def test_create_fires_before_and_after_with_the_id_only_after(lab, watch) -> None:
    script = watch(both())
    made = lab.engine.save(CLERK, customer())
    before, after = rows(lab, script)
    assert (before["point"], before["type"], before["id"], before["old"]) == (
        "before",
        "create",
        None,
        None,
    )
    assert (after["point"], after["type"], after["id"], after["isEnum"]) == (
        "after",
        "create",
        made,
        True,
    )
    assert after["context"] == "USERINTERFACE"


def test_an_edit_shows_the_record_before_and_empty_old_values_as_null(lab, watch) -> None:
    made = lab.engine.save(CLERK, customer())
    script = watch(both())
    draft = lab.account.load(CLERK, "customer", made)
    draft["fields"]["comments"] = "now"
    lab.engine.save(CLERK, draft)
    before, after = rows(lab, script)
    assert (before["type"], before["old"], before["comments"]) == ("edit", None, "now")
    assert after["old"] is None


def test_before_submit_changes_what_is_saved(lab, watch) -> None:
    watch(both("c.newRecord.setValue({ fieldId: 'comments', value: 'by script' });"))
    made = lab.engine.save(CLERK, customer())
    assert lab.account.load(CLERK, "customer", made)["fields"]["comments"] == "by script"


def test_an_error_before_the_save_stops_it(lab, watch) -> None:
    name = f"Never {uuid.uuid4()}"
    watch(both("throw error.create({ name: 'NO_WAY', message: 'not this one' });"))
    with lab.netsuite_error("NO_WAY"):
        lab.engine.save(CLERK, customer(companyname=name))
    assert not [r for r in lab.account.find("customer") if r["fields"].get("companyname") == name]


def test_an_error_after_the_save_reaches_the_saver_and_undoes_nothing(lab, watch) -> None:
    name = f"Stays {uuid.uuid4()}"
    watch("define([], () => ({ afterSubmit: () => { throw new Error('too late'); } }));")
    with lab.netsuite_error("UNEXPECTED_ERROR"):
        lab.engine.save(CLERK, customer(companyname=name))
    assert [r for r in lab.account.find("customer") if r["fields"].get("companyname") == name]


def test_a_script_sees_a_user_events_error_as_one(lab, watch) -> None:
    watch(
        "define([], () => ({ afterSubmit: () => { throw { name: 'DEEP', message: 'inside' }; } }));"
    )
    answer = lab.run(
        """const rec = record.create({ type: 'customer' });
        rec.setValue('companyname', 'Shop ' + random.generateUUID()); rec.setValue('subsidiary', 1);
        try { rec.save(); } catch (e) { return { type: e.type, name: e.name, on: e.eventType }; }"""
    )
    assert answer == {"type": "error.UserEventError", "name": "DEEP", "on": "afterSubmit"}


def test_submit_fields_is_xedit_and_shows_only_what_was_written(lab, watch) -> None:
    made = lab.engine.save(CLERK, customer(comments="old"))
    script = watch(both())
    lab.engine.submit_fields(CLERK, "customer", made, {"comments": "new"})
    before, after = rows(lab, script)
    assert (before["type"], before["fields"]) == ("xedit", ["comments"])
    assert (after["fields"], after["old"], after["comments"]) == (["comments"], "old", "new")


def test_a_field_that_an_inline_edit_empties_is_listed(lab, watch) -> None:
    made = lab.engine.save(CLERK, customer(comments="old"))
    script = watch(both())
    lab.engine.submit_fields(CLERK, "customer", made, {"comments": None})
    before, after = rows(lab, script)
    assert (before["fields"], before["comments"]) == (["comments"], "")
    assert (after["fields"], after["comments"], after["old"]) == (["comments"], "", "old")
    assert "comments" not in lab.account.load(CLERK, "customer", made)["fields"]


def test_before_submit_may_change_an_inline_edit(lab, watch) -> None:
    made = lab.engine.save(CLERK, customer())
    watch(both("c.newRecord.setValue('comments', c.newRecord.getValue('comments') + '!');"))
    lab.engine.submit_fields(CLERK, "customer", made, {"comments": "hey"})
    assert lab.account.load(CLERK, "customer", made)["fields"]["comments"] == "hey!"


def test_delete_shows_what_was_there_in_old_record(lab, watch) -> None:
    made = lab.engine.save(CLERK, customer(comments="bye"))
    script = watch(both())
    lab.engine.delete(CLERK, "customer", made)
    before, after = rows(lab, script)
    assert (before["type"], before["old"]) == ("delete", "bye")
    assert (after["old"], after["fields"], after["id"]) == ("bye", [], made)


def test_records_are_read_only_after_the_save(lab, watch) -> None:
    watch("define([], () => ({ afterSubmit: (c) => { c.newRecord.setValue('comments', 'x'); } }));")
    with lab.netsuite_error("SSS_INVALID_API_USAGE"):
        lab.engine.save(CLERK, customer())


def test_a_save_inside_a_user_event_fires_no_user_event(lab, watch) -> None:
    script = watch(
        both(
            """const other = record.create({ type: 'customer' });
            other.setValue('companyname', 'Inner ' + c.newRecord.getValue('companyname'));
            other.setValue('subsidiary', 1); other.save();"""
        )
    )
    lab.engine.save(CLERK, customer())
    assert [row["point"] for row in rows(lab, script)] == ["before", "after"]


def test_a_save_by_a_restlet_fires_user_events_in_its_context(lab, watch) -> None:
    script = watch(both())
    lab.run(
        """const rec = record.create({ type: 'customer' });
        rec.setValue('companyname', 'Shop ' + random.generateUUID()); rec.setValue('subsidiary', 1); rec.save();"""
    )
    assert [row["context"] for row in rows(lab, script)] == ["RESTLET", "RESTLET"]


def test_execute_as_role_holds_for_people(lab, watch) -> None:
    script = watch(both(), run_as="customrole_lab_other")
    lab.engine.save(CLERK, customer())
    assert [row["role"] for row in rows(lab, script)] == ["customrole_lab_other"] * 2


def test_execute_as_role_is_ignored_when_another_script_saves(lab, watch) -> None:
    """The triggered script runs in the first script's role (help topic "Executing Scripts Using a Specific Role")."""
    script = watch(both(), run_as="customrole_lab_other")
    lab.run(
        """const rec = record.create({ type: 'customer' });
        rec.setValue('companyname', 'Shop ' + random.generateUUID()); rec.setValue('subsidiary', 1); rec.save();""",
        session=Session(7, "customrole_lab_clerk", "RESTLET"),
    )
    assert [row["role"] for row in rows(lab, script)] == ["customrole_lab_clerk"] * 2


@pytest.mark.parametrize(
    ("settings", "fires"),
    [
        ({}, True),
        ({"record": None}, True),
        ({"record": "salesorder"}, False),
        ({"status": "TESTING"}, False),
        ({"deployed": False}, False),
        ({"contexts": ("RESTLET", "MAPREDUCE")}, False),
        ({"contexts": ("USERINTERFACE",)}, True),
        ({"events": ("EDIT",)}, False),
        ({"events": ("CREATE", "EDIT")}, True),
        ({"all_roles": False, "roles": ("customrole_lab_other",)}, False),
        ({"all_roles": False, "roles": ("customrole_lab_clerk",)}, True),
    ],
)
def test_a_deployment_says_where_its_script_runs(lab, watch, settings, fires) -> None:
    script = watch(both(), **settings)
    lab.engine.save(CLERK, customer())
    assert bool(rows(lab, script)) is fires


def test_the_caller_names_the_event(lab, watch) -> None:
    made = lab.engine.save(CLERK, customer())
    script = watch(both(), events=("APPROVE",))
    lab.engine.save(CLERK, lab.account.load(CLERK, "customer", made), event="approve")
    assert [row["type"] for row in rows(lab, script)] == ["approve", "approve"]


def test_a_user_event_has_units_of_its_own(lab, watch) -> None:
    """1,000 units, and none of them charged to the RESTlet that saved."""
    script = watch(both("record.load({ type: 'subsidiary', id: 1 });"))
    left = lab.run(
        """const rec = record.create({ type: 'customer' });
        rec.setValue('companyname', 'Shop ' + random.generateUUID()); rec.setValue('subsidiary', 1); rec.save();
        return runtime.getCurrentScript().getRemainingUsage();"""
    )
    assert left == 5000 - 5 - 10
    assert [row["left"] for row in rows(lab, script)] == [1000, 1000]
    assert [row["units"] for row in lab.usage(script)] == [5, 0]


def test_a_user_event_out_of_units_fails_the_save_but_not_the_script(lab, watch) -> None:
    watch(both("for (;;) record.load({ type: 'subsidiary', id: 1 });"))
    answer = lab.run(
        """const rec = record.create({ type: 'customer' });
        rec.setValue('companyname', 'Shop ' + random.generateUUID()); rec.setValue('subsidiary', 1);
        try { rec.save(); } catch (e) { return [e.name, query.runSuiteQL('SELECT id FROM subsidiary').results.length > 0]; }"""
    )
    assert answer == ["SSS_USAGE_LIMIT_EXCEEDED", True]


def test_new_record_cannot_be_saved_by_the_script(lab, watch) -> None:
    watch(both("c.newRecord.save();"))
    with lab.netsuite_error("SSS_INVALID_API_USAGE"):
        lab.engine.save(CLERK, customer())


def test_a_script_without_the_entry_point_uses_no_execution(lab, watch) -> None:
    script = watch("define([], () => ({ afterSubmit: () => {} }));")
    lab.engine.save(CLERK, customer())
    lab.engine.save(CLERK, customer())
    assert [row["stage"] for row in lab.usage(script)] == ["afterSubmit", "afterSubmit"]
