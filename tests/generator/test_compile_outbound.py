"""What outbound flows compile to."""

from __future__ import annotations

from typing import Any

import pytest

from generator.plan.outbound import Join
from generator.plan.values import All, DisplayText, FieldName, Not, Test

EVENTS = "via: {events: {on: [create, edit], when: %s}}\npayload: {number: tranid}\n"


def test_own_fields_are_judged_in_the_save_and_joins_in_the_drain(project: Any) -> None:
    project.outbound(
        EVENTS
        % "{all: [{field: shipstatus, equals: C}, {field: createdfrom.externalid, present: true},"
        " {not: {field: location.name, equals: X}}]}"
    )
    via = project.plan_out().via
    assert via.when_save == Test(FieldName(("shipstatus",)), "equals", "C")
    assert isinstance(via.when_drain, All)
    joined, negated = via.when_drain.of
    assert joined == Test(FieldName(("createdfrom", "externalid")), "present", True)
    assert isinstance(negated, Not)


def test_a_choice_with_a_join_is_judged_as_a_whole_in_the_drain(project: Any) -> None:
    project.outbound(
        EVENTS
        % "{any: [{field: shipstatus, equals: C}, {field: createdfrom.externalid, present: true}]}"
    )
    via = project.plan_out().via
    assert via.when_save is None
    assert via.when_drain is not None


def test_joins_are_collected_once_for_body_and_lists(project: Any) -> None:
    project.outbound(
        """
        via: {events: {on: [ship]}}
        payload:
          order: createdfrom.externalid
          again: {from: createdfrom.externalid, apply: [upper]}
          ship.method: {text: shipmethod}
        lists:
          lines: {from: item, fields: {sku: item.itemid, quantity: quantity}}
        """
    )
    plan = project.plan_out()
    assert plan.joins == (
        Join(None, "createdfrom", "transaction", "transaction", "externalid"),
        Join("item", "item", "item", "item", "itemid"),
    )
    assert plan.payload[2].name == ("ship", "method")
    assert plan.payload[2].value.source == DisplayText(("shipmethod",))
    levels = {each.key: each.level for each in plan.permissions}
    assert levels["LIST_ITEM"] == "VIEW"
    assert "customrecord_test_outbox" not in levels  # it asks for none


def test_types_of_values_come_from_the_catalogue(project: Any) -> None:
    project.outbound(
        "via: {events: }\npayload: {at: trandate, due: {from: trandate, type: text}, x: {value: 1}}\n"
    )
    assert [each.type for each in project.plan_out().payload] == ["date", "text", None]


def test_flows_of_one_record_type_share_a_user_event(project: Any) -> None:
    project.outbound("via: {events: }\npayload: {number: tranid}\n")
    text = (project.folder / "specs/shipments.yaml").read_text()
    project.flow("other", text.replace("flow: shipments", "flow: other"))
    assert {each.script for each in project.plan().outbound} == {
        "customscript_test_itemfulfillment_ue"
    }


def test_events_are_signed_with_two_secrets_and_others_exist_by_use(project: Any) -> None:
    project.outbound("via: {events: }\npayload: {number: tranid}\n")
    project.inbound(
        "source: {verify: {standard_webhooks: {secret: sender}}}\nbody: {companyname: name}\n",
        record="customer",
    )
    secrets = {each.name: each for each in project.plan().secrets}
    assert set(secrets) == {"events_a", "events_b", "sender", "shop_token"}
    assert (secrets["events_a"].in_account, secrets["events_a"].form) == (True, "base64")
    assert (secrets["sender"].in_account, secrets["sender"].form) == (False, "base64")
    assert secrets["shop_token"].form == "text"


def test_a_project_without_events_needs_no_signing_secret(project: Any) -> None:
    project.inbound("body: {companyname: name}\n", record="customer")
    assert project.plan().secrets == ()


def test_the_context_key_of_the_enum_is_told_its_spelling(project: Any) -> None:
    project.outbound(
        "via: {events: {contexts_excluded: [CSV_IMPORT]}}\npayload: {number: tranid}\n"
    )
    assert project.messages() == [
        "'CSV_IMPORT' is written 'CSVIMPORT', as runtime.executionContext gives it"
    ]


def test_a_change_and_a_join_are_each_judged_in_their_place(project: Any) -> None:
    project.outbound(
        EVENTS
        % "{all: [{field: shipstatus, changed: true}, {field: createdfrom.externalid, present: true}]}"
    )
    via = project.plan_out().via
    assert via.when_save == Test(FieldName(("shipstatus",)), "changed", True)
    assert via.when_drain == Test(FieldName(("createdfrom", "externalid")), "present", True)


def test_the_id_of_another_record_may_be_sent_as_a_number(project: Any) -> None:
    project.outbound("via: {events: }\npayload: {order: {from: createdfrom, type: integer}}\n")
    assert project.plan_out().payload[0].type == "integer"
    assert project.messages() == []


def test_the_role_sees_what_the_record_was_made_from(project: Any) -> None:
    """SuiteQL leaves a transaction out whose type the role may not see: its values would be missing."""
    project.outbound(
        "via: {events: {}}\npayload: {order: createdfrom.tranid, first: createdfrom.createdfrom.tranid}\n",
        record="returnauthorization",
    )
    levels = {each.key: each.level for each in project.plan_out().permissions}
    assert {"TRAN_SALESORD", "TRAN_CUSTINVC", "TRAN_CASHSALE"} <= levels.keys()
    assert levels["TRAN_SALESORD"] == "VIEW"
    assert "TRAN_PURCHORD" not in levels


def test_the_text_of_what_a_transaction_has_on_its_lines_is_that_of_a_column(project: Any) -> None:
    """BUILTIN.DF takes a column, and gives the id of anything else."""
    project.outbound("via: {events: {}}\npayload: {team: {text: createdfrom.department}}\n")
    (join,) = project.plan_out().joins
    assert "MAX(BUILTIN.DF(l.department))" in join.column


def test_the_role_sees_the_types_of_transactions_that_a_query_names(project: Any) -> None:
    """Without its permission a type has no rows, and the poll tells nothing for ever."""
    project.outbound(
        "via:\n  poll:\n    key: customer\n"
        "    changed: SELECT t.entity AS customer FROM transaction t WHERE t.type = 'CustInvc'\n"
        "    rows: SELECT t.entity AS customer, t.tranid AS number FROM transaction t"
        " WHERE t.type IN ('CustInvc', 'CustCred') AND t.entity IN (:keys)\n"
        "payload: {customer: customer, number: number}\n",
        record="customer",
    )
    levels = {each.key: each.level for each in project.plan_out().permissions}
    assert (levels["TRAN_CUSTINVC"], levels["TRAN_CUSTCRED"]) == ("VIEW", "VIEW")
    assert "TRAN_SALESORD" not in levels


def seen(project: Any) -> set[str]:
    return {each.key for each in project.plan_out().permissions if each.key.startswith("LIST_")}


@pytest.mark.parametrize(
    ("record", "payload", "keys"),
    [
        # What is shipped or received goes to or comes from those that its orders are with.
        ("itemfulfillment", "payload: {who: entity.email}", {"LIST_CUSTJOB", "LIST_VENDOR"}),
        ("itemreceipt", "payload: {who: createdfrom.entity.email}", {"LIST_CUSTJOB", "LIST_VENDOR"}),
        ("creditmemo", "payload: {who: createdfrom.entity.email}", {"LIST_CUSTJOB"}),
        ("customerpayment", "payload: {who: entity.email}", {"LIST_CUSTJOB"}),
        (
            "check",
            "features: [CRM, JOBS]\npayload: {who: entity.email}",
            {"LIST_CUSTJOB", "LIST_VENDOR", "LIST_EMPLOYEE", "LIST_OTHERNAME", "LIST_PARTNER", "LIST_JOB"},
        ),
    ],
)  # fmt: skip
def test_the_role_sees_whoever_a_transaction_may_be_with(
    project: Any, record: str, payload: str, keys: set[str]
) -> None:
    project.outbound(f"via: {{events: {{}}}}\n{payload}\n", record=record)
    assert seen(project) == {"LIST_FIND", *keys}
    assert project.messages() == []


@pytest.mark.parametrize(
    ("record", "rest", "hidden"),
    [
        ("check", "payload: {who: entity.email, name: entity.altname}", "job or partner"),
        ("journalentry", "lists: {lines: {from: line, fields: {who: entity.email}}}", "job or partner"),
        ("salesorder", "payload: {first: createdfrom.tranid}", "estimate or opportunity"),
    ],
)  # fmt: skip
def test_what_the_role_does_not_see_of_a_join_is_told(
    project: Any, record: str, rest: str, hidden: str
) -> None:
    project.outbound(f"via: {{events: {{}}}}\n{rest}\n", record=record)
    (message,) = project.messages()
    assert f"may lead to {hidden}, which the role does not see" in message


def test_the_only_record_that_one_is_made_from_is_seen(project: Any) -> None:
    project.outbound(
        "via: {events: {}}\npayload: {of: createdfrom.tranid}\n", record="assemblyunbuild"
    )
    assert "TRAN_BUILD" in {each.key for each in project.plan_out().permissions}
    assert project.messages() == []


def test_a_query_that_names_no_type_of_transactions_is_told(project: Any) -> None:
    poll = (
        "via:\n  poll:\n    key: id\n"
        "    changed: SELECT t.entity AS id FROM transaction t{}\n"
        "    rows: SELECT t.entity AS id, e.email FROM transaction t"
        " JOIN entity e ON e.id = t.entity WHERE t.entity IN (:keys)\n"
        "payload: {{mail: email}}\n"
    )
    project.outbound(poll.format(""), record="vendor")
    assert project.labels() == ["W276 9:14"]
    assert {"LIST_EMPLOYEE", "LIST_CUSTJOB"} <= seen(project)
    # Whose types are named are with vendors alone.
    project.outbound(poll.format(" WHERE t.type = 'VendBill'"), record="vendor")
    assert project.labels() == []
    assert seen(project) == {"LIST_FIND", "LIST_VENDOR"}


def test_an_overlap_without_a_watermark_is_refused(project: Any) -> None:
    project.outbound(
        "via:\n  poll:\n    key: id\n    overlap_minutes: 20\n    changed: SELECT id FROM customer\n"
        "    rows: SELECT id, email FROM customer WHERE id IN (:keys)\npayload: {mail: email}\n",
        record="customer",
    )
    assert project.labels() == ["E116 9:5"]


def test_an_event_that_the_record_never_has_names_those_that_it_has(project: Any) -> None:
    for event, record in (("ship", "customer"), ("approve", "vendor"), ("dropship", "vendor")):
        project.outbound(
            f"via: {{events: {{on: [create, {event}]}}}}\npayload: {{name: companyname}}\n",
            record=record,
        )
        assert project.labels() == ["W297 6:29"]
    for event in ("ship", "approve", "cancel"):
        project.outbound(
            f"via: {{events: {{on: [{event}]}}}}\npayload: {{no: tranid}}\n", record="salesorder"
        )
        assert project.labels() == []


def test_who_can_be_a_customer_alone_is_read_as_one(project: Any) -> None:
    """The table of all entities has few columns, and no terms."""
    project.outbound(
        "via: {events: {}}\npayload: {days: createdfrom.entity.terms.daysuntilnetdue}\n",
        record="creditmemo",
    )
    assert [join.table for join in project.plan_out().joins] == ["transaction", "customer", "term"]
    assert project.messages() == []


def test_a_join_through_what_nobody_knows_is_refused(project: Any) -> None:
    """It would have no query, and its value would always be empty."""
    for name, label in (("custbody_rep", "itemfulfillment"), ("entity.custentity_boss", "entity")):
        project.outbound(f"via: {{events: {{}}}}\npayload: {{mail: {name}.email}}\n")
        assert project.messages() == [
            f"nothing is known of '{name.split('.')[-1]}' of {label}, so it cannot be joined"
        ]
        assert project.labels()[0].startswith("E272")


def test_what_orders_have_is_known_of_what_a_record_was_made_from(project: Any) -> None:
    """A day that is not known as one goes out as the user of the query writes days."""
    project.outbound(
        "via: {events: {}}\npayload: {buyer: createdfrom.employee.email, due: createdfrom.duedate}\n",
        record="itemreceipt",
    )
    columns = [join.column for join in project.plan_out().joins]
    assert columns == ["employee", "email", "TO_CHAR(duedate, 'YYYY-MM-DD')"]
    assert project.messages() == []
    # Whose column nobody has seen stays doubtful: a query with a wrong one fails as a whole.
    project.outbound("via: {events: {}}\npayload: {rep: createdfrom.salesrep}\n")
    assert project.messages() == ["'salesrep' is no known field of transaction"]


def test_a_multi_select_leads_to_no_one_record(project: Any) -> None:
    """The ids of several together are the id of none: such values would be missing."""
    project.outbound(
        "via: {events: {}}\npayload: {of: subsidiary, name: subsidiary.name}\n",
        record="inventoryitem",
    )
    assert project.labels() == ["E272 7:33"]


def test_lines_are_not_tested_as_if_there_were_one(project: Any) -> None:
    project.outbound(EVENTS % "{field: item.quantity, changed: true}", record="purchaseorder")
    assert project.labels() == ["E202 6:50"]
    assert project.messages() == ["'item' is a sublist of purchaseorder, which has many lines"]
