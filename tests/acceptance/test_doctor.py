"""`suiteloom-agent doctor` against an account that runs the generated scripts, with the generated role."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from world import BIN, World, running

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running(
        ROOT / "examples/northwind",
        tmp_path_factory.mktemp("doctor"),
        environment="sandbox",
        standard_webhooks=["northwind", "events_a", "warehouse_sign"],
        connections=["warehouse"],
        watch=["vendors"],
        start=False,
    ) as world:
        yield world


def examined(world: World) -> tuple[int, dict[str, tuple[str, str]]]:
    """The exit code; level and words of each check."""
    done = subprocess.run(
        [BIN / "suiteloom-agent", "doctor", "--json", "--config", world.config,
         "--netsuite", world.folder / "ready.json"],
        env=world._env, capture_output=True, check=False, text=True,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, {
        one["name"]: (one["level"], str(one["detail"])) for one in json.loads(done.stdout)
    }


def failed(checks: dict[str, tuple[str, str]]) -> set[str]:
    return {name for name, (level, _) in checks.items() if level == "fail"}


def test_what_was_deployed_and_wired_as_generated_is_well(world: World) -> None:
    code, checks = examined(world)
    assert (code, failed(checks)) == (0, set()), {name: checks[name] for name in failed(checks)}
    assert {"log-in", "clock", "build", "concurrency", "store", "secrets"} <= set(checks)


def test_a_permission_that_was_taken_from_the_role_is_named(world: World) -> None:
    role = next(path.stem for path in (world.folder / "sdf/src/Objects").glob("customrole_*.xml"))
    world.account.post("roles", {"role": role, "remove": ["TRAN_SALESORD"]})
    try:
        code, checks = examined(world)
    finally:
        world.account.post("roles", {"role": role, "add": {"TRAN_SALESORD": "EDIT"}})
    assert code == 1
    assert checks["account: permissions"] == (
        "fail",
        "PERMISSION_LACKING: TRAN_SALESORD is NONE and must be EDIT",
    )


def test_another_build_and_a_clock_that_is_off_are_told(world: World) -> None:
    bundle = Path(world.config.read_text().split('bundle = "')[1].split('"')[0])
    right = bundle.read_text()
    facts = json.loads(right)
    facts["build"] = "0" * len(facts["build"])
    bundle.write_text(json.dumps(facts))
    world.account.post("clock", {"advance": 300})
    try:
        code, checks = examined(world)
    finally:
        bundle.write_text(right)
        world.account.post("clock", {"advance": -300})
    assert code == 1
    assert {"build", "clock"} <= failed(checks), checks


def test_fewer_calls_at_once_than_configured_are_told(world: World) -> None:
    world.account.post("concurrency", {"limit": 1})
    try:
        _, checks = examined(world)
    finally:
        world.account.post("concurrency", {"limit": 25})
    assert checks["concurrency"][0] == "warn", checks


def test_credentials_that_were_revoked_are_told(world: World) -> None:
    world.account.post("faults", {"name": "unauthorized", "rate": 1.0, "seed": 1})
    try:
        code, checks = examined(world)
    finally:
        world.account._client.delete("/emulator/faults")
    assert code == 1
    assert failed(checks) & {"log-in", "account"}, checks
