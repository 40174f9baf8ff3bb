"""What inbound flows compile to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from generator.compile import compile_project
from generator.plan.dump import canonical, dump
from generator.plan.inbound import FileVia, InboundPlan
from generator.plan.values import Coalesce, Literal_, VarRef

TREES = Path(__file__).parents[1] / "golden" / "trees"


@pytest.fixture(scope="module")
def examples() -> dict[str, InboundPlan]:
    plan, found = compile_project(TREES / "example-specs" / "project")
    assert plan is not None, found
    return {each.flow: each for each in plan.inbound}


def test_references_of_one_batch_share_one_look_up_each(examples: dict[str, InboundPlan]) -> None:
    lookups = {each.name: each for each in examples["shop-orders"].lookups}
    assert set(lookups) == {
        "currency_symbol", "customer_externalid", "item_itemid", "location_externalid",
        "shipitem_itemid", "subsidiary_externalid",
    }  # fmt: skip
    assert lookups["shipitem_itemid"].cache == "deploy"  # by: name is the catalogue's column
    assert lookups["item_itemid"].where == ("isinactive = 'F'",)
    assert all(each.stage == 0 for each in lookups.values())


def test_a_reference_by_another_fields_id_waits_one_stage(examples: dict[str, InboundPlan]) -> None:
    plan = examples["stock-adjustments"]
    lot = next(each for each in plan.lookups if each.record == "inventorynumber")
    assert lot.stage == 1
    assert [(column.name, column.numeric) for column in lot.columns] == [
        ("item", True),
        ("inventorynumber", False),
    ]
    detail = plan.lines[0].subrecords[0].lines[0]
    reference = next(each for each in detail.fields if each.id == "issueinventorynumber").value.ref
    assert reference is not None
    assert [part.field for part in reference.parts] == ["item", None]


def test_a_missing_customer_is_created_under_the_same_key(examples: dict[str, InboundPlan]) -> None:
    plan = examples["shop-orders"]
    entity = next(each for each in plan.body if each.id == "entity")
    assert entity.value.ref is not None
    assert entity.value.ref.create == "create_customer"
    (create,) = plan.creates
    assert (create.key.field, create.key.prefix) == ("externalid", entity.value.ref.prefix)
    assert [each.id for each in create.body][:2] == ["isperson", "subsidiary"]  # these first


def test_a_line_sets_its_item_before_what_the_item_brings_along(project: Any) -> None:
    """In dynamic mode a rate that is set before its item is lost."""
    project.inbound(
        """
        body: {entity: {from: who, ref: {record: customer}}}
        dynamic: true
        lines:
          item:
            from: lines
            policy: append
            body:
              rate: rate
              description: text
              price: {value: -1}
              quantity: quantity
              item: {from: sku, ref: {record: item, by: itemid}}
        """
    )
    plan, found = compile_project(project.folder)
    assert plan is not None, found
    (lines,) = plan.inbound[0].lines
    assert [each.id for each in lines.fields] == [
        "item",
        "quantity",
        "price",
        "rate",
        "description",
    ]


def test_the_field_of_the_key_is_set_by_the_key(project: Any) -> None:
    project.flow(
        "services",
        "spec: 1\nflow: services\ndirection: inbound\nrecord: servicesaleitem\nvia: {restlet: {}}\n"
        "key: {field: itemid, from: sku}\nbody: {displayname: name}\n",
    )
    assert project.labels() == ["W226 6:14"]  # and no word of an itemid that nothing sets


def test_fields_are_set_in_the_order_that_netsuite_needs(examples: dict[str, InboundPlan]) -> None:
    order = [each.id for each in examples["shop-orders"].body]
    assert order[:3] == ["entity", "currency", "location"]
    address = examples["shop-orders"].subrecords[0]
    assert (address.kind, [each.id for each in address.fields][:2]) == (
        "address",
        ["country", "state"],
    )


def test_what_netsuite_takes_once_is_set_on_create_only(examples: dict[str, InboundPlan]) -> None:
    modes = {each.id: each.on for each in examples["vendor-bills"].body}
    assert modes["entity"] == modes["currency"] == modes["subsidiary"] == "create"
    assert modes["tranid"] == "both"


def test_a_variable_of_type_select_is_looked_up(examples: dict[str, InboundPlan]) -> None:
    location = next(each for each in examples["shop-orders"].body if each.id == "location")
    assert location.value.source == VarRef("web_location")
    assert location.value.ref is not None
    assert location.value.ref.lookup == "location_externalid"


def test_a_file_flow_writes_as_many_documents_at_a_time_as_a_map_stage_can(
    examples: dict[str, InboundPlan],
) -> None:
    plan = examples["vendor-bills"]
    assert isinstance(plan.via, FileVia)
    assert plan.via.csv is not None
    assert (plan.via.format, plan.via.csv.group_by, plan.units.limit) == ("csv", "bill_no", 1000)
    assert plan.batch_max > 1
    assert plan.units.fixed + plan.batch_max * plan.units.each <= 1000
    assert plan.via.schedule is not None
    assert plan.via.schedule.days == ("tue", "wed", "thu", "fri", "sat")
    assert plan.script.endswith("_mr")


def test_types_come_from_the_catalogue_and_specs_may_narrow_them(
    examples: dict[str, InboundPlan],
) -> None:
    types = {each.id: each.type for each in examples["shop-orders"].lines[0].fields}
    assert types["quantity"] == "decimal"  # said in the spec; NetSuite says float
    assert types["rate"] == "currency"
    assert types["price"] == types["item"] == "select"


def test_every_value_knows_its_spec_line(examples: dict[str, InboundPlan]) -> None:
    memo = next(each for each in examples["shop-orders"].body if each.id == "memo")
    assert str(memo.origin) == "1-shop-orders.yaml:56"


def test_the_role_has_what_the_flow_does_and_why(examples: dict[str, InboundPlan]) -> None:
    levels = {each.key: each.level for each in examples["shop-orders"].permissions}
    assert levels["TRAN_SALESORD"] == "EDIT"
    assert levels["LIST_CUSTJOB"] == "EDIT"  # a missing customer is created
    assert levels["LIST_ITEM"] == "VIEW"
    assert levels["TRAN_SALESORDAPPRV"] == "FULL"  # orderstatus
    assert "LIST_FILECABINET" not in levels
    assert "LIST_FILECABINET" in {each.key for each in examples["vendor-bills"].permissions}
    assert all(each.reason for each in examples["shop-orders"].permissions)


# --- small flows ---

ENTITY = "  entity: {from: customer, ref: {record: customer}}\n"


def test_the_default_of_a_reference_that_is_a_variable_is_looked_up_too(project: Any) -> None:
    project.inbound(
        "body:\n" + ENTITY + "  location:\n    from: site\n"
        "    ref: {record: location, missing: default}\n    default: {var: depot}\n"
    )
    value = next(each for each in project.plan_in().body if each.id == "location").value
    assert isinstance(value.source, Coalesce)
    first, second = value.source.parts
    assert first.ref is not None
    assert second.ref is not None
    assert first.ref.missing == "skip_field"
    assert second.source == VarRef("depot")
    assert first.ref.lookup == second.ref.lookup
    assert value.default is None


def test_a_flow_has_its_own_value_of_a_variable(project: Any) -> None:
    project.inbound(
        "body:\n" + ENTITY + "  memo: {var: greeting}\n"
        "environments: {production: {enabled: false, vars: {greeting: Good day}}}\n"
    )
    plan = project.plan()
    own = next(each for each in plan.vars if each.name == "greeting__orders")
    assert dict(own.values) == {"sandbox": "Hello", "production": "Good day"}
    memo = next(each for each in plan.inbound[0].body if each.id == "memo")
    assert memo.value.source == VarRef("greeting__orders")
    assert dict(plan.inbound[0].enabled) == {"sandbox": True, "production": False}


def test_a_value_equal_to_the_projects_makes_no_variable_of_its_own(project: Any) -> None:
    project.inbound(
        "body:\n" + ENTITY + "  memo: {var: greeting}\n"
        "environments: {production: {vars: {greeting: Welcome}}}\n"
    )
    assert {each.name for each in project.plan().vars} == {"depot", "greeting"}


def test_only_the_external_id_needs_no_claim(project: Any) -> None:
    project.inbound("body:\n" + ENTITY)
    assert project.plan_in().key.claim is False
    file = project.inbound("body:\n" + ENTITY).removeprefix("specs/")
    text = (
        (project.folder / "specs" / file)
        .read_text()
        .replace("key: {", "key: {field: otherrefnum, ")
    )
    project.flow("orders", text)
    plan = project.plan_in()
    assert plan.key.claim is True
    assert "customrecord_test_claim" in {each.key for each in plan.permissions}


def test_how_a_flow_saves_is_decided_from_its_fields(project: Any) -> None:
    project.inbound("body: {companyname: name, phone: phone}", record="customer")
    assert project.plan_in().save == "fields"  # all inline-editable, nothing else
    project.inbound("body: {companyname: name, email: mail}", record="customer")
    assert project.plan_in().save == "record"
    project.inbound("save: record\nbody: {companyname: name}", record="customer")
    assert project.plan_in().save == "record"
    project.inbound("body:\n" + ENTITY + "  memo: note\n")
    assert project.plan_in().save == "record"  # transactions always


def test_a_result_tells_the_keys_that_other_flows_look_up(project: Any) -> None:
    project.inbound("body:\n" + ENTITY)
    project.flow(
        "customers",
        "spec: 1\nflow: customers\ndirection: inbound\nrecord: customer\nvia: {restlet: }\n"
        "key: id\nbody: {companyname: name, entityid: number}\n",
    )
    made = {each.flow: each.makes for each in project.plan().inbound}
    assert made == {"customers": ("externalid",), "orders": ()}


def test_the_largest_safe_batch_is_never_over_the_budget(project: Any) -> None:
    for wish in (1, 50, 100, 1000):
        project.inbound("body:\n" + ENTITY, via=f"restlet: {{batch: {wish}}}")
        plan = project.plan_in()
        assert plan.batch_max <= wish
        assert plan.units.fixed + plan.batch_max * plan.units.each <= plan.units.limit


def test_a_document_over_the_budget_of_a_map_stage_fails_the_build(project: Any) -> None:
    rules = "".join(
        f"  custbody_test_{n}: {{from: f{n}, ref: {{record: customrecord_test_{n}}}}}\n"
        for n in range(100)
    )
    project.inbound("body:\n" + ENTITY + rules, via='file: {pattern: "*.jsonl", json_lines: true}')
    assert "E252 1:1" in project.labels()


def test_the_contract_changes_with_the_mapping_and_with_nothing_else(project: Any) -> None:
    body = "body:\n" + ENTITY + "  memo: {from: note}\n"
    project.inbound(body)
    before = project.plan_in()
    project.inbound("# a remark moves every line\n\ntitle: Orders\nenabled: false\n" + body)
    moved = project.plan_in()
    assert moved.contract == before.contract
    assert project.plan().build != ""
    project.inbound(body.replace("note", "remark"))
    assert project.plan_in().contract != before.contract


def test_the_hook_modules_text_is_part_of_the_contract(project: Any) -> None:
    project.write("hooks/orders.js", "define([], () => { return { memoOf: () => 'a' }; });\n")
    project.inbound(
        "body:\n" + ENTITY + "  memo: {hook: memoOf}\nhooks: {module: ./hooks/orders.js}\n"
    )
    before = project.plan_in().contract
    project.write("hooks/orders.js", "define([], () => { return { memoOf: () => 'b' }; });\n")
    assert project.plan_in().contract != before


def test_plans_print_the_same_every_time(project: Any) -> None:
    project.inbound("body:\n" + ENTITY + "  memo: {concat: [a, {value: x}], default: none}\n")
    assert dump(project.plan()) == dump(project.plan())
    assert "origin" not in canonical(project.plan())


def test_keys_of_a_line_are_read_without_a_reference(project: Any) -> None:
    project.inbound(
        """
        body:
          entity: {from: customer, ref: {record: customer}}
        lines:
          item:
            from: lines
            key: {custcol_line: {from: id, apply: [trim]}}
            policy: merge
            unmatched: close
            when: {path: qty, gt: 0}
            body:
              item: {from: sku, ref: {record: item, by: itemid, missing: skip_line}}
              quantity: qty
              location: {var: depot}
        """
    )
    (lines,) = project.plan_in().lines
    assert lines.key is not None
    assert (lines.key.field, lines.unmatched) == ("custcol_line", "close")
    assert [call.name for call in lines.key.value.apply] == ["trim"]


def test_a_literal_is_taken_as_it_is(project: Any) -> None:
    project.inbound("body:\n" + ENTITY + "  orderstatus: {value: B, on: create}\n")
    status = next(each for each in project.plan_in().body if each.id == "orderstatus")
    assert (status.value.source, status.value.ref, status.on) == (Literal_("B"), None, "create")


def test_a_record_made_from_another_one_finds_it_by_reference(project: Any) -> None:
    project.inbound(
        """
        transform_from: {record: salesorder, id: {from: order, ref: {record: salesorder, prefix: "T-"}}}
        lines:
          item:
            from: lines
            key: {custcol_line: id}
            policy: merge
            body: {quantity: qty}
        """,
        record="itemfulfillment",
    )
    plan = project.plan_in()
    assert plan.transform_from is not None
    record, rule = plan.transform_from
    assert (record, rule.value.ref is not None) == ("salesorder", True)
    assert plan.lookups[0].where == ("type = 'SalesOrd'",)


def test_a_default_time_zone_comes_from_the_project(project: Any) -> None:
    project.inbound(
        "body:\n" + ENTITY + "  trandate: created\n  shipdate: {from: x, timezone: Europe/Paris}\n"
    )
    zones = {each.id: each.timezone for each in project.plan_in().body}
    assert (zones["trandate"], zones["shipdate"]) == ("America/New_York", "Europe/Paris")


def test_an_option_that_a_flow_does_not_use_is_not_in_its_hash(project: Any) -> None:
    """A newer generator knows more options; records are not saved again for that."""
    project.inbound("body:\n" + ENTITY + "  memo: {from: note}\n")
    assert "keep_existing" in dump(project.plan())
    assert "keep_existing" not in canonical(project.plan())


def test_a_literal_of_a_list_of_records_is_an_internal_id(project):
    """`{value: Main}` would reach NetSuite as an id and be refused there, with every document."""
    project.inbound(
        """
        body:
          entity: {from: customer, ref: {record: customer}}
          location: {value: Main}
          department: {value: true}
          class: {value: "-5"}
          memo: {value: Main}
        """
    )
    assert project.labels() == ["E203 10:21", "E203 11:23"]
    assert "'Main' is no internal id" in project.messages()[0]


def test_the_default_of_a_reference_is_an_id_or_a_variable(project):
    """A name would reach NetSuite as an id; ids below zero are NetSuite's own in every account."""
    project.inbound(
        """
        body:
          entity: {from: customer, ref: {record: customer}}
          location: {from: depot, ref: {record: location, missing: default}, default: Main}
          department: {from: team, ref: {record: department}, default: 3}
        lines:
          item:
            from: rows
            policy: append
            body:
              item: {from: sku, ref: {record: item}}
              price: {from: level, ref: {record: pricelevel, missing: default}, default: -1}
        """
    )
    assert project.labels() == ["E203 10:79", "W222 11:64"]
    assert project.messages()[0] == "'Main' is no internal id of 'location'"


def test_an_entry_for_an_empty_value_is_never_used(project):
    """What is empty goes through no map; who writes the entry wants a default."""
    project.inbound(
        """
        body:
          entity: {from: customer, ref: {record: customer}}
          memo: {from: note, map: notes}
        maps:
          notes: {values: {a: b, "": none}}
        """
    )
    assert project.labels() == ["W129 12:26"]


def test_what_suiteql_has_on_lines_alone_is_no_column_of_a_transaction(project):
    """Each call would fail whole; an answer is read from the main line."""
    project.inbound(
        """
        body:
          entity: {from: customer, ref: {record: customer}}
          opportunity: {from: deal, ref: {record: opportunity, by: location}}
          custbody_rma: {from: rma, ref: {record: returnauthorization, by: {createdfrom: so, tranid: rma}}}
        answer: {number: tranid, origin: createdfrom}
        """
    )
    assert [label for label in project.labels() if label[0] == "E"] == [
        "E224 10:60", "E224 11:82",
    ]  # fmt: skip
    assert "SuiteQL has 'createdfrom' of returnauthorization on its lines" in project.messages()[-1]


def test_what_was_begun_and_not_finished_is_told(project):
    """`accept:` without a test would take every document, `verify:` without a kind check no sender."""
    project.inbound(
        """
        source:
          verify:
        accept:
        body:
          entity: {from: customer, ref: {record: customer}}
          memo: {from: note, when: }
        """
    )
    assert project.labels() == ["E112 9:3", "E112 10:1", "E112 13:22"]


def test_a_custom_column_of_a_sublist_that_its_object_says_nothing_of(project):
    """It is described, so nobody needs to import it; whether it is there only the account knows."""
    project.write(
        "objects/custcol_line.xml",
        """
        <transactioncolumncustomfield scriptid="custcol_line">
          <label>Line</label><fieldtype>TEXT</fieldtype><colsale>T</colsale>
        </transactioncolumncustomfield>
        """,
    )
    project.inbound(
        """
        write: create
        transform_from: {record: workorder, id: {from: order, ref: {record: workorder}}}
        lines:
          component:
            {from: used, key: {custcol_line: no}, policy: merge, body: {quantity: qty}}
        """,
        record="assemblybuild",
    )
    assert project.labels() == ["W202 12:24"]
    assert "objects/custcol_line.xml cannot say whether" in project.messages()[0]


def test_an_argument_that_is_too_short_or_too_long_says_so(project):
    project.inbound(
        """
        body:
          entity: {from: customer, ref: {record: customer}}
          memo: {from: note, apply: [{replace: {find: "", with: x}}]}
          otherrefnum: {from: no, apply: [{pad_left: {length: 9, with: "00"}}]}
        """
    )
    assert project.messages() == [
        "'find' of 'replace' must not be empty",
        "'with' of 'pad_left' must be 1 character at most; found '00'",
    ]


@pytest.mark.parametrize(
    ("source", "labels"),
    [
        ('params: {since: "{since}"}, watermark: at, start: "2026", overlap_seconds: 9', []),
        ('params: {since: "{since}"}, start: "2026"', ["W265 10:73"]),
        ('start: "2026", overlap_seconds: 9', ["E265 10:38", "E265 10:53"]),
    ],
)
def test_what_a_poll_says_of_a_watermark_that_is_not_there(
    project: Any, source: str, labels: list[str]
) -> None:
    project.inbound(
        f"body: {{companyname: name}}\nsource:\n  id_path: id\n"
        f"  poll: {{connection: shop, path: /x, {source}}}\n",
        record="customer",
    )
    assert [label for label in project.labels() if "265" in label] == labels


@pytest.mark.parametrize(
    "ref",
    [
        "{record: entity, by: externalid, missing: skip_field}",
        "{record: entity, by: suiteql, suiteql: 'SELECT e.id, e.email AS key FROM entity e WHERE e.email IN (:keys)'}",
    ],
)
def test_whoever_an_entity_may_be_is_found_by_a_look_up(project: Any, ref: str) -> None:
    """With `missing: skip_field` a party that the role does not see was left out without a word."""
    project.inbound(
        "lines:\n  line:\n    from: rows\n    policy: replace\n    body:\n"
        f"      account: {{from: account, ref: {{record: account, by: acctnumber}}}}\n"
        f"      debit: amount\n      entity: {{from: who, ref: {ref}}}\n",
        record="journalentry",
    )
    keys = {each.key for each in project.plan_in().permissions}
    assert {"LIST_CUSTJOB", "LIST_VENDOR", "LIST_EMPLOYEE", "LIST_OTHERNAME"} <= keys


def test_columns_without_a_header_are_numbers(project: Any) -> None:
    """A name finds nothing there: every document would be refused for want of a key, or lack the field."""
    via = 'file: {pattern: "v*.csv", csv: {header: false}}'
    body = 'body: {companyname: "2", comments: "3"}\n'
    project.inbound(body, record="vendor", via=via)  # its key is from: id
    assert project.messages() == [
        "'id' is not in a file without a header, whose columns are 1, 2, 3, ..."
    ]
    project.write("samples/v.csv", '7,"Ada, Ltd"\n')
    path = project.inbound(body + "source: {sample: samples/v.csv}\n", record="vendor", via=via)
    text = (project.folder / path).read_text().replace("from: id", 'from: "1"')
    (project.folder / path).write_text(text)
    assert project.messages() == ["'3' is not in samples/v.csv"]


def test_a_file_flow_that_no_file_can_fit_is_told(project: Any) -> None:
    """Else its files stay where they are dropped, or each of them is refused."""
    project.inbound(
        "body: {companyname: name}\nsource: {items: data.vendors}\n",
        record="vendor",
        via='file: {pattern: in/v*.csv, csv: {delimiter: "\\n", encoding: base64, group_by: "id "}}',
    )
    assert sorted(label.partition(" ")[0] for label in project.labels()) == [
        "E114",
        "E116",
        "E216",
        "E216",
        "E216",
    ]
