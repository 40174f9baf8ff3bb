"""`suiteloom bill`: an itemised list for people and machines, and what a change costs."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from generator.bill import Bill, flow_bills, project_bills
from generator.bill.model import EACH, NEVER, ONCE, Either, Step, Times, Way
from generator.cli import main
from generator.compile import compile_project
from generator.project.revision import at_revision

ROOT = Path(__file__).resolve().parents[3]
ACME = ROOT / "examples/acme"


@dataclass(frozen=True)
class Done:
    """What a command answered."""

    returncode: int
    stdout: str
    stderr: str


def bill(*args: str, project: Path = ACME) -> Done:
    out, err = io.StringIO(), io.StringIO()
    code: Any = 0
    with redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["suiteloom", "bill", "--project", str(project), *args])
        try:
            main()
        except SystemExit as leave:
            code = leave.code
    return Done(int(code or 0), out.getvalue(), err.getvalue())


def git(folder: Path, *args: str) -> None:
    who = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.com")
    subprocess.run(["git", "-C", str(folder), *who, *args], check=True, capture_output=True)


@pytest.fixture
def repository(project: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A project, one folder deep in a repository with one commit."""
    folder = tmp_path_factory.mktemp("repository") / "deep"
    shutil.copytree(project.folder, folder)
    project = type(project)(folder)
    project.inbound("body:\n  entity: {from: c, required: true, ref: {record: customer}}\n")
    git(project.folder.parent, "init", "-q")
    git(project.folder.parent, "add", ".")
    git(project.folder.parent, "commit", "-q", "-m", "first")
    return project


def test_every_step_names_what_it_costs_and_where_it_comes_from() -> None:
    done = bill("shop-orders")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("shop-orders: RESTlet, 25 documents: 2,517 of 5,000 units\n")
    (line,) = [one for one in done.stdout.splitlines() if "create customer that is missing" in one]
    assert line.split()[:2] == ["375", "0"]
    assert line.endswith("shop-orders.yaml:38")
    assert "declare it with hooks.units" in done.stdout


def test_the_json_adds_up() -> None:
    for found in json.loads(bill("--format", "json").stdout):
        assert sum(step["worst"] for step in found["steps"]) == found["worst"] <= found["limit"]
        assert sum(step["usual"] for step in found["steps"]) == found["usual"]


def test_every_script_type_has_its_bill() -> None:
    scripts = {found["script"] for found in json.loads(bill("--format", "json").stdout)}
    assert {"RESTlet", "map/reduce, map", "map/reduce, getInputData", "map/reduce, summarize",
            "user event of customer, afterSubmit", "map/reduce, map (drain)", "scheduled (net)",
            "RESTlet (service: health)"} <= scripts  # fmt: skip


def test_markdown_has_a_table_for_each_bill() -> None:
    text = bill("customer-changes", "--format", "markdown").stdout
    assert text.count("units x times") == 3
    assert (
        "**customer-changes: user event of customer, afterSubmit, a save**: 35 of 1,000 units"
        in text
    )


def test_an_unknown_flow_is_named_with_a_near_one() -> None:
    done = bill("shop-order")
    assert done.returncode == 2
    assert "did you mean 'shop-orders'?" in done.stderr


def test_a_change_shows_what_it_costs_step_by_step(repository: Any) -> None:
    repository.inbound(
        "body:\n  entity: {from: c, required: true, ref: {record: customer}}\n"
        "  class: {from: k, ref: {record: classification, missing: skip_field}}\n"
    )
    changes = json.loads(
        bill("--against", "HEAD", "--format", "json", project=repository.folder).stdout
    )
    (change,) = [one for one in changes if one["script"] == "RESTlet"]
    assert {step["what"]: step["worst"] for step in change["steps"]} == {
        "look up classification by externalid": [0, 10],
        "see whether classification shows any row": [0, 10],
    }
    assert change["worst"][1] - change["worst"][0] == 20


def test_nothing_changed_says_so(repository: Any) -> None:
    assert bill("--against", "HEAD", project=repository.folder).stdout == "no bill has changed\n"


@pytest.mark.parametrize(
    ("revision", "said"),
    [("nowhere", "git knows no revision 'nowhere'"), ("--help", "git knows no revision")],
)
def test_a_revision_that_is_none_is_wrong_use(repository: Any, revision: str, said: str) -> None:
    done = bill(f"--against={revision}", project=repository.folder)
    assert (done.returncode, said in done.stderr) == (2, True)


def test_no_repository_is_wrong_use(project: Any) -> None:
    project.inbound("body:\n  entity: {from: c, required: true, ref: {record: customer}}\n")
    done = bill("--against", "HEAD", project=project.folder)
    assert (done.returncode, "is not in a git repository" in done.stderr) == (2, True)


def test_a_revision_leaves_the_working_tree_alone(repository: Any) -> None:
    spec = next((repository.folder / "specs").glob("*.yaml"))
    spec.write_text("changed", encoding="utf-8")
    with at_revision(repository.folder, "HEAD") as folder:
        assert (folder / "specs" / spec.name).read_text(encoding="utf-8") != "changed"
    assert spec.read_text(encoding="utf-8") == "changed"
    assert not folder.exists()


def test_of_ways_that_exclude_each_other_the_dearest_counts(project: Any) -> None:
    """A custom record costs 2 to load and 2 to change; to look whether any is there costs 10, once."""
    project.write(
        "objects/customrecord_x.xml",
        '<customrecordtype scriptid="customrecord_x"><recordname>X</recordname><includename>T</includename></customrecordtype>',
    )
    project.inbound(
        "save: fields\nbody:\n  name: {from: n, required: true}\n", record="customrecord_x"
    )
    found = json.loads(bill("--format", "json", project=project.folder).stdout)
    (restlet,) = [one for one in found if one["script"] == "RESTlet"]
    ways = {step["what"]: step["worst"] for step in restlet["steps"] if step["when"]}
    size = restlet["size"]
    assert ways == {
        "load customrecord_x": 2 * (size - 1),
        "change customrecord_x": 2 * (size - 1),
        "see whether customrecord_x shows any row": 10,
    }
    text = bill(project=project.folder).stdout
    assert f"{size - 1} of them: found then: to compare with it" in text


def test_the_worst_of_two_ways_is_theirs_whatever_the_number() -> None:
    found = Way("found", (Step("change", 4, EACH, NEVER, ""),))
    hidden = Way("hidden", (Step("look", 10, ONCE, NEVER, ""),))
    read = Way("read", (Step("read", 5, Times(batch=-2, document=2, most=3), NEVER, ""),))
    either = Either((found, hidden))
    assert [either.worst(n) for n in range(3)] == [(0, 0), (0, 1), (1, 1)]
    bill = Bill("f", "RESTlet", 100, "document", 3, (either, *read.steps), "")
    assert [bill.worst(n) for n in range(5)] == [0, 10, 24, 33, 37]
    assert bill.each == 14


# --- arithmetic and what the compiler makes of it ---


def test_events_that_the_agent_fetches_are_no_drains(project: Any) -> None:
    """They have the units of a RESTlet, and what they need leaves the drain its room."""
    project.outbound(
        "via: {events: {}, deliver: pull}\npayload: {no: tranid, order: createdfrom.tranid}\n"
    )
    plan = project.plan()
    scripts = {bill.script for bill in flow_bills(plan)["shipments"]}
    assert "service RESTlet, fetch" in scripts
    assert "map/reduce, map (drain)" not in scripts
    (drain,) = [bill for bill in project_bills(plan) if bill.script == "map/reduce, map (drain)"]
    assert not [step.what for step in drain.steps if "shipments" in step.what]


def test_keys_go_into_queries_of_500() -> None:
    times = Times(batch=1, document=100, chunk=500)
    assert [times.at(n) for n in (1, 4, 5, 25)] == [1, 1, 2, 6]


def test_the_largest_size_is_the_last_that_fits() -> None:
    steps = (
        Step("save", 30, EACH, NEVER, ""),
        Step("ask", 10, Times(document=1, chunk=500), NEVER, ""),
    )
    found = Bill("f", "RESTlet", 100, "document", 1, steps, "")
    assert (found.largest(50), found.largest(2)) == (3, 2)
    assert Bill("f", "RESTlet", 39, "document", 1, steps, "").largest(50) == 0


def test_created_lines_count_as_many_as_a_document_may_have(project: Any) -> None:
    rules = (
        "body:\n  entity: {from: c, required: true, ref: {record: customer}}\n"
        "lines:\n  item:\n    from: lines\n    policy: replace\n    most: MOST\n    body:\n"
        "      item: {from: sku, ref: {record: noninventorysaleitem, by: itemid, missing: create, create: {body: {displayname: name}}}}\n"
    )
    sizes = {}
    for most in (1, 10, 100):
        project.inbound(rules.replace("MOST", str(most)), via="restlet: {batch: 50}")
        sizes[most] = project.plan_in().batch_max
    assert sizes == {1: 50, 10: 15, 100: 1}


def test_units_that_hooks_declare_are_counted(project: Any) -> None:
    project.write("hooks/x.js", "define([], () => { return { saved: () => {} }; });\n")
    body = "body:\n  entity: {from: c, required: true, ref: {record: customer}}\n"
    hooks = "hooks: {module: ./hooks/x.js, after_save: saved, units: UNITS}\n"
    each = {}
    for units in (0, 300):
        project.inbound(body + hooks.replace("UNITS", str(units)), via="restlet: {batch: 50}")
        each[units] = (project.plan_in().units.each, project.plan_in().batch_max)
    assert each[300][0] - each[0][0] == 300
    assert each[300][1] == 13


def test_limits_of_the_bill_change_no_contract(project: Any) -> None:
    rules = (
        "body:\n  entity: {from: c, required: true, ref: {record: customer}}\n"
        "lines:\n  item: {from: lines, policy: append, most: MOST, body: {item: {from: sku, ref: {record: item, by: itemid}}}}\n"
        "write: create\n"
    )
    contracts = set()
    for most in (5, 500):
        project.inbound(rules.replace("MOST", str(most)))
        contracts.add(project.plan_in().contract)
    assert len(contracts) == 1


@pytest.mark.parametrize("name", ["acme", "northwind"])
def test_the_compiled_batch_is_the_bills(name: str) -> None:
    plan, _ = compile_project(ROOT / "examples" / name)
    assert plan is not None
    for flow in plan.inbound:
        found = flow_bills(plan)[flow.flow][0]
        assert found.size == flow.batch_max
        assert found.worst() == flow.units.fixed + flow.batch_max * flow.units.each <= found.limit
