"""flows.json: what the agent is told, read back by the agent."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from agent import bundle as agent_bundle
from agent.errors import SignatureError
from agent.ingress.verify import verify as prove
from generator.compile import compile_project
from generator.plan.project import ProjectPlan
from generator.plan.values import TransformCall
from generator.project.bundle import bundle

ROOT = Path(__file__).resolve().parents[2]


@cache
def plan(name: str = "acme") -> ProjectPlan:
    compiled, found = compile_project(ROOT / "examples" / name)
    assert compiled is not None, found
    return compiled


def flow(name: str, project: str = "acme") -> dict[str, Any]:
    flows = json.loads(bundle(plan(project)))["flows"]
    (found,) = [each for each in flows if each["flow"] == name]
    return dict(found)


def test_the_agent_reads_every_flow(tmp_path: Path) -> None:
    """The two sides of the seam agree: nothing is missing, nothing is unknown."""
    for name in ("acme", "northwind"):
        (tmp_path / "flows.json").write_text(bundle(plan(name)), encoding="utf-8")
        read = agent_bundle.load(tmp_path / "flows.json")
        assert read.build == plan(name).build
        assert set(read.flows) == {
            each.flow for each in (*plan(name).inbound, *plan(name).outbound)
        }
        assert set(read.environments) == {"sandbox", "production"}
    assert read.environments["sandbox"].agent_url == "https://hooks-sb.northwind.example"


def test_the_agent_knows_key_and_order_of_a_restlet_flow() -> None:
    orders = flow("shop-orders")
    assert orders["key"] == {
        "path": ["id"],
        "root": False,
        "prefix": "SHOP-",
        "field": "externalid",
    }
    assert orders["serialize_by"] == ["customer", "id"]
    assert orders["verify"] == {
        "kind": "hmac_sha256",
        "secret": "shopify_webhook",
        "header": "X-Shopify-Hmac-Sha256",
        "encoding": "base64",
    }
    assert orders["resend_safe"] is True


def test_a_key_that_only_the_account_can_make_is_null() -> None:
    """With transforms the agent would have to run SuiteScript; it orders by id instead."""
    first = plan().inbound[0]
    assert first.key.value is not None
    value = replace(first.key.value, apply=(TransformCall("trim"),))
    changed = replace(plan(), inbound=(replace(first, key=replace(first.key, value=value)),))
    assert json.loads(bundle(changed))["flows"][0]["key"] is None


def test_a_key_with_a_claim_is_not_safe_to_send_again_at_once() -> None:
    """Only external ids are unique in NetSuite."""
    first = plan().inbound[0]
    claimed = replace(plan(), inbound=(replace(first, key=replace(first.key, claim=True)),))
    assert json.loads(bundle(claimed))["flows"][0]["resend_safe"] is False


@pytest.mark.parametrize(
    ("key", "made_of"),
    [
        ({"from": "id"}, None),
        ({"from": "id", "apply": ["upper"]}, [["id"]]),
        ({"concat": ["shop.no", {"value": "-"}, {"from": "id", "apply": ["trim"]}]}, [["shop", "no"], ["id"]]),
    ],
)  # fmt: skip
def test_the_agent_knows_what_a_key_is_made_of(project: Any, key: Any, made_of: Any) -> None:
    """Documents of one record go one after the other, also where the account makes its key."""
    project.inbound("body: {companyname: name, isperson: {value: false}}", record="customer")
    path = project.folder / "specs/orders.yaml"
    path.write_text(
        path.read_text().replace('key: {from: id, prefix: "T-"}', f"key: {json.dumps(key)}")
    )
    (found,) = json.loads(bundle(project.plan()))["flows"]
    assert (found["key"] is None, found.get("made_of")) == (made_of is not None, made_of)


def test_csv_columns_are_told_apart() -> None:
    """Numbers are read in the file's decimal form; columns of the bill itself count in the first row."""
    csv = flow("vendor-bills")["file"]["csv"]
    assert csv["numbers"] == ["net_amount"]
    assert {"bill_no", "vendor_no", "status", "tags"} <= set(csv["head"])
    assert not {"gl_account", "text", "cost_center"} & set(csv["head"])


@pytest.mark.parametrize(
    ("body", "accept", "numbers"),
    [
        ({"balance": "a"}, None, ["a"]),
        ({"balance": {"from": "a", "apply": ["trim", "negate"]}}, None, ["a"]),
        ({"balance": {"from": "a", "apply": [{"parse_number": {"decimal": ","}}]}}, None, []),
        ({"balance": {"from": "a", "apply": [{"replace": {"find": ",", "with": "."}}]}}, None, []),
        ({"balance": {"coalesce": [{"from": "a", "apply": [{"parse_number": {"decimal": ","}}]}, "b"]}}, None, ["b"]),
        ({"comments": "a"}, {"path": "a", "gt": 100}, ["a"]),
        ({"comments": "a"}, {"any": [{"not": {"path": "a", "lt": "5.5"}}, {"path": "b", "gt": "M"}]}, ["a"]),
        ({"balance": {"from": "a", "apply": [{"parse_number": {}}]}}, {"path": "a", "gt": 100}, []),
    ],
)  # fmt: skip
def test_what_a_csv_flow_reads_as_a_number_and_what_as_it_is_written(
    tmp_path: Path, body: dict[str, Any], accept: Any, numbers: list[str]
) -> None:
    """`12,345` by parse_number with a decimal comma is no 12345; 1.234,50 is more than 100."""
    project = {
        "spec": 1, "project": "csv", "prefix": "csv", "timezone": "UTC",
        "environments": {"test": {"account": "TSTDRV1"}},
    }  # fmt: skip
    spec = {
        "spec": 1, "flow": "rows", "direction": "inbound", "record": "customrecord_csv_row",
        "via": {"file": {"pattern": "*.csv", "csv": {"decimal": ","}, "on_arrival": True}},
        "key": "id", "body": {"name": "id", **{f"custrecord_csv_{name}": rule for name, rule in body.items()}},
        **({"accept": accept} if accept else {}),
    }  # fmt: skip
    fields = "".join(
        f'<customrecordcustomfield scriptid="custrecord_csv_{name}"><label>{name}</label>'
        f"<fieldtype>{kind}</fieldtype></customrecordcustomfield>"
        for name, kind in (("balance", "CURRENCY"), ("comments", "TEXT"))
    )
    record = (
        '<customrecordtype scriptid="customrecord_csv_row"><recordname>Row</recordname>'
        "<accesstype>NONENEEDED</accesstype><includename>T</includename>"
        f"<customrecordcustomfields>{fields}</customrecordcustomfields></customrecordtype>"
    )
    for name, text in (
        ("project.yaml", json.dumps(project)),
        ("specs/rows.yaml", json.dumps(spec)),
        ("objects/customrecord_csv_row.xml", record),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    compiled, found = compile_project(tmp_path)
    assert compiled is not None, found
    assert json.loads(bundle(compiled))["flows"][0]["file"]["csv"]["numbers"] == numbers


def test_a_csv_without_groups_has_no_head() -> None:
    csv = flow("vendors", "northwind")["file"]["csv"]
    assert (csv["head"], csv["nulls"]) == ([], ["NULL"])


def test_secrets_say_where_they_are_needed() -> None:
    secrets = {each["name"]: each for each in json.loads(bundle(plan()))["secrets"]}
    assert secrets["events_a"]["scriptid"] == "custsecret_acme_events_a"
    assert secrets["events_a"]["form"] == "base64"
    assert secrets["shop_token"]["scriptid"] is None


def test_the_same_plan_gives_the_same_bytes() -> None:
    again, _ = compile_project(ROOT / "examples" / "acme")
    assert again is not None
    assert bundle(again) == bundle(plan())


def test_numbers_and_schedules_of_an_environment_reach_the_agent(
    project: Any, tmp_path: Path
) -> None:
    """The scripts are the same; only what the agent does with them differs."""
    body = "body:\n  entity: {from: who, ref: {record: customer}}\n"
    project.inbound(
        body + "environments:\n  sandbox: {via: {restlet: {batch: 3}}}\n",
        via="restlet: {batch: 20}",
    )
    contract = project.plan_in().contract
    project.inbound(body, via="restlet: {batch: 20}")
    assert project.plan_in().contract == contract
    project.flow(
        "bills",
        "spec: 1\nflow: bills\ndirection: inbound\nrecord: vendorbill\nkey: {from: id}\n"
        "body:\n  entity: {from: who, ref: {record: vendor}}\n"
        'via: {file: {pattern: "*.jsonl", json_lines: true, schedule: {at: "02:30"}}}\n'
        "environments:\n  sandbox: {via: {file: {on_arrival: true}}}\n"
        '  production: {via: {file: {schedule: {at: "04:00", days: [sat]}}}}\n',
    )
    project.inbound(
        body + "environments:\n  sandbox: {via: {restlet: {batch: 3}}}\n",
        via="restlet: {batch: 20}",
    )
    (tmp_path / "flows.json").write_text(bundle(project.plan()), encoding="utf-8")
    read = agent_bundle.load(tmp_path / "flows.json")
    batches = {name: read.inbound(name)["orders"].batch_max for name in read.environments}
    assert batches == {"sandbox": 3, "production": 20}
    files = {name: read.inbound(name)["bills"].file for name in read.environments}
    assert files["sandbox"] is not None
    assert files["sandbox"].schedule is None
    assert files["production"] is not None
    assert files["production"].schedule == agent_bundle.Schedule(
        "04:00", "America/New_York", ("sat",)
    )


def test_where_the_newest_alone_counts_the_agent_is_told(project: Any, tmp_path: Path) -> None:
    """The scripts are the same; a flow whose every state counts cannot say so."""
    body = "body:\n  entity: {from: who, ref: {record: customer}}\n"
    project.inbound(body)
    contract = project.plan_in().contract
    project.inbound(body + "only_newest: true\n")
    assert project.plan_in().contract == contract
    out = (
        "spec: 1\nflow: names\ndirection: outbound\nrecord: customer\nonly_newest: true\n"
        "via: {events: {on: [edit]%s}}\ntarget: {connection: shop, path: /x}\n"
        "payload: {name: companyname}\n"
    )
    project.flow("names", out % "")
    (tmp_path / "flows.json").write_text(bundle(project.plan()), encoding="utf-8")
    read = agent_bundle.load(tmp_path / "flows.json")
    assert read.inbound("sandbox")["orders"].only_newest
    assert read.outbound("sandbox")["names"].only_newest
    project.flow("names", out % ", snapshot: true")
    _, found = compile_project(project.folder)
    assert "E293" in [one.code for one in found]


@pytest.mark.parametrize(
    ("written", "kind", "options"),
    [
        ("stripe: {secret: hook}", "stripe", {}),
        ("stripe: {secret: hook, tolerance_seconds: 60}", "stripe", {"tolerance_seconds": 60}),
        ("hubspot_v3: {key: {secret: hook}}", "hubspot_v3", {}),
        (
            "hmac_sha256: {header: X-Sig, prefix: 'sha256=', key: {secret: hook}, id_header: X-Id, over: [timestamp, body], separator: '.', timestamp_header: X-Time}",
            "hmac_sha256",
            {
                "header": "X-Sig", "encoding": "hex", "prefix": "sha256=", "separator": ".", "id_header": "X-Id",
                "over": ["timestamp", "body"], "timestamp_header": "X-Time",
            },
        ),
    ],
)  # fmt: skip
def test_what_proves_a_sender_reaches_the_agent_as_it_is_written(
    project: Any, tmp_path: Path, written: str, kind: str, options: dict[str, Any]
) -> None:
    project.inbound(
        f"source: {{verify: {{{written}}}}}\nbody:\n  entity: {{from: who, ref: {{record: customer}}}}\n"
    )
    (tmp_path / "flows.json").write_text(bundle(project.plan()), encoding="utf-8")
    verify = agent_bundle.load(tmp_path / "flows.json").inbound("sandbox")["orders"].verify
    assert verify == agent_bundle.Verify(kind, "hook", options)
    with pytest.raises(
        SignatureError
    ):  # the agent knows the kind: the call is refused, not the plan
        prove(kind, options, ["x"], "POST", "https://a.example", {}, b"{}", 0.0)


def test_what_is_fetched_reaches_the_agent_and_needs_the_connections_secret(
    project: Any, tmp_path: Path
) -> None:
    project.inbound(
        "source:\n  fetch: {connection: shop, path: '/o/{order.id}.json', params: {fields: 'id,{kind}'}}\n"
        "body:\n  entity: {from: who, ref: {record: customer}}\n"
    )
    plan = project.plan()
    (tmp_path / "flows.json").write_text(bundle(plan), encoding="utf-8")
    orders = agent_bundle.load(tmp_path / "flows.json").inbound("sandbox")["orders"]
    assert orders.key is None
    assert orders.fetch is not None
    address = orders.fetch.address({"order": {"id": 5}, "kind": "a b"})
    assert address == "/o/5.json?fields=id,a%20b"
    assert [(need.name, need.in_agent, need.reason) for need in plan.secrets] == [
        ("shop_token", True, "log-in to shop")
    ]


def test_a_poll_has_another_pace_in_another_environment(project: Any, tmp_path: Path) -> None:
    text = (
        "spec: 1\nflow: stock\ndirection: outbound\nrecord: inventoryitem\n"
        "via: {poll: {every_minutes: 10, key: id, changed: SELECT id FROM item, "
        'rows: "SELECT id, itemid FROM item WHERE id IN (:keys)"}}\n'
        "target: {connection: shop, path: /stock}\npayload: {sku: itemid}\n"
    )
    project.flow("stock", text)
    contract = project.plan_out().contract
    project.flow("stock", text + "environments: {sandbox: {via: {poll: {every_minutes: 60}}}}\n")
    assert project.plan_out().contract == contract
    (tmp_path / "flows.json").write_text(bundle(project.plan()), encoding="utf-8")
    read = agent_bundle.load(tmp_path / "flows.json")
    polls = {name: read.outbound(name)["stock"].poll for name in read.environments}
    paces = {name: poll.every_minutes for name, poll in polls.items() if poll}
    assert paces == {"sandbox": 60, "production": 10}
