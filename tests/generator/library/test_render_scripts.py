"""The text of what is rendered: the same every time, named after the spec, safe in JavaScript."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from generator.compile import compile_project
from generator.plan.project import ProjectPlan
from generator.render import render
from generator.render.js import comment, literal, pattern
from generator.render.tzif import Rule, Turn, rule, zone

ROOT = Path(__file__).resolve().parents[3]
HEADER = "@NApiVersion 2.1"


@pytest.fixture(scope="module")
def plan() -> ProjectPlan:
    found, diagnostics = compile_project(ROOT / "examples" / "acme")
    assert found is not None, diagnostics
    return found


def test_rendering_twice_gives_the_same_bytes(plan: ProjectPlan) -> None:
    assert render(plan) == render(plan)


def test_every_script_says_what_it_is(plan: ProjectPlan) -> None:
    for path, text in render(plan).items():
        if path.endswith(".js"):
            head = text.split("*/", 1)[0]
            assert HEADER in head, path
            assert ("@NScriptType" in head) == ("/" not in path), path
            assert "@NModuleScope SameAccount" in head, path


def test_every_field_stands_under_its_spec_line(plan: ProjectPlan) -> None:
    flow = next(one for one in plan.inbound if one.flow == "shop-orders")
    lines = render(plan)["flows/shop_orders.js"].splitlines()
    for field in flow.body:
        (at,) = [i for i, line in enumerate(lines) if f"at('{field.id}', '{field.origin}')" in line]
        assert lines[at - 1].strip().startswith(f"// {field.id} <- ")
        assert lines[at - 1].endswith(str(field.origin))


def test_no_account_is_named_in_a_flow(plan: ProjectPlan) -> None:
    """The same files run in every environment: what differs stands in one table."""
    files = render(plan)
    table_file = f"lib/{plan.prefix}_config.js"
    for environment in plan.environments:
        assert environment.account in files[table_file]
        naming = [
            p for p, text in files.items() if f"'{environment.account}'" in text and p != table_file
        ]
        assert naming == []


def test_no_netsuite_call_at_definition(plan: ProjectPlan) -> None:
    """Lines at the outermost level of a module only declare; NetSuite refuses calls there."""
    for path, text in render(plan).items():
        for line in text.splitlines():
            if line.startswith("  const ") and " => " not in line:
                assert not any(
                    f" {m}." in line for m in ("runtime", "record", "query", "cache", "search")
                ), (path, line)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "'plain'"),
        ("it's", '"it\'s"'),
        ('it\'s "so"', "'it\\'s \"so\"'"),
        ("a\nb\\c", "'a\\nb\\\\c'"),
        ("</script>\u2028é", "'</script>\\u2028\\u00e9'"),
        ({"a-b": [1, None, True], "c": {}}, "{ 'a-b': [1, null, true], c: {} }"),
        (1.5, "1.5"),
    ],
)
def test_literals(value: Any, text: str) -> None:
    assert literal(value) == text


@pytest.mark.parametrize("value", ["it's", 'a"b', "\\", "\n\t\u2028", "😀é", "${x}`", "'\"\\'"])
def test_literals_read_back_in_node(evaluate: Any, value: str) -> None:
    assert evaluate([literal(value)]) == [{"value": value}]


def test_patterns_read_back_in_node(evaluate: Any) -> None:
    for text, subject in (("^a/b$", "a/b"), ("é+", "éé"), ("\\d{3}", "123"), ("a\\/b", "a/b")):
        assert evaluate([f"{pattern(text)}.test({literal(subject)})"]) == [{"value": True}]


def test_a_comment_ends_where_it_should() -> None:
    assert "\n" not in comment("a\nb */ c", "x.yaml:1")


def test_a_zone_is_its_changes_and_the_rule_after_them() -> None:
    york = zone("America/New_York")
    assert york.first == -300
    assert set(york.to) == {-240, -300}
    assert york.at[-1] == datetime(2007, 3, 11, 7, tzinfo=UTC).timestamp() / 60
    assert york.rule == Rule(-300, -240, Turn(3, 2, 0, 120), Turn(11, 1, 0, 120))
    assert (zone("UTC").at, zone("UTC").rule) == ((), None)


def test_a_rule_of_an_unknown_form_is_refused() -> None:
    with pytest.raises(ValueError, match="J60"):
        rule("EST5EDT,J60,M11.1.0")
