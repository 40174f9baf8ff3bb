"""Every way in and out that a spec can declare arrives at the agent as it was meant."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from agent_bench import Bench, until
from fake_account import FakeAccount

from agent import bundle as bundles
from agent import config as configs
from agent import wiring
from agent.errors import ConfigError
from agent.secrets import Secrets
from agent.sources.http import HttpSource
from agent.sources.sql import SqlSource
from agent.targets.addresses import AddressTarget
from agent.targets.folders import FolderWriter
from agent.targets.tables import TableWriter
from generator.compile import compile_project
from generator.project.bundle import bundle

PROJECT = Path(__file__).resolve().parents[1] / "golden/correct/ways-in-and-out"
TOML = 'bundle = "flows.json"\nenvironment = "sandbox"\n'
SECRETS = {"lake_address": "sqlite://", "partner_secret": "p", "shop_key": "s"}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    account = FakeAccount()
    yield Bench(tmp_path, account)
    account.close()


@pytest.fixture
def project(tmp_path: Path) -> bundles.Bundle:
    plan, problems = compile_project(PROJECT)
    assert plan is not None, problems
    (tmp_path / "flows.json").write_text(bundle(plan), "utf-8")
    return bundles.load(tmp_path / "flows.json")


def made(tmp_path: Path, project: bundles.Bundle, more: str) -> wiring.Outside:
    (tmp_path / "agent.toml").write_text(TOML + more)
    config = configs.load(tmp_path / "agent.toml")
    environ = {f"SUITELOOM_SECRET_{name.upper()}": value for name, value in SECRETS.items()}
    return wiring.outside(config, project, Secrets((), environ))


def test_each_flow_has_the_source_and_the_destination_of_its_spec(tmp_path, project):
    (tmp_path / "out").mkdir()

    async def look() -> None:
        outside = made(tmp_path, project, '[deliver.customers-files]\nfolder = "out"\n')
        assert {name: type(one) for name, one in outside.sources.items()} == {
            "customers-polled": HttpSource,
            "customers-sql": SqlSource,
        }
        assert {name: type(one) for name, one in outside.destinations.items()} == {
            "customers-put": AddressTarget,
            "customers-batch": AddressTarget,
            "customers-files": FolderWriter,
            "customers-rows": TableWriter,
        }
        assert outside.destinations["customers-batch"].most == 50
        await outside.aclose()

    asyncio.run(look())
    flow = project.inbound("sandbox")["customers-polled"]
    assert flow.source is not None
    assert (flow.source.every_minutes, flow.batch_max) == (60, 5)
    put = project.outbound("sandbox")["customers-put"].target
    data = {"number": "A/1", "name": "x", "address": {"kind": "ma in"}}
    assert put.address(data) == "/customers/A%2F1?kind=ma%20in&from=netsuite"
    sent = project.inbound("sandbox")["customers-sent"]
    assert sent.allow_from == ("198.51.100.0/24", "2001:db8::7")
    assert sent.verify is not None
    assert sent.verify.options["subjects"] == ["CN=edi.partner.example,O=Partner"]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("", "deliver.customers-files: missing"),
        ('[deliver.customers-files]\nfolder = "nowhere"\n', "is not there"),
        ('[deliver.customers-files]\nsftp = "bank"\n', "no section sftp.bank"),
        ("[deliver.customers-files]\n", "either folder or sftp"),
    ],
)
def test_what_agent_toml_lacks_is_a_fault_of_the_start(tmp_path, project, more, message):
    with pytest.raises(ConfigError, match=message):
        made(tmp_path, project, more)


def test_rows_of_a_database_reach_the_account(bench: Bench, tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'erp.db'}")
    with engine.begin() as db:
        db.execute(sa.text("CREATE TABLE orders (id INTEGER PRIMARY KEY, at TEXT, total TEXT)"))
        db.execute(
            sa.text(
                "INSERT INTO orders VALUES (1, '2026-01-01 10:00:00', 'a'), (2, '2026-01-02 10:00:00', 'b')"
            )
        )
    engine.dispose()
    bench.changes |= {
        "verify": None,
        "source": {
            "kind": "sql", "connection": "erp", "every_minutes": 5, "watermark": ["at"],
            "start": None, "overlap_seconds": None, "query": "SELECT * FROM orders", "key": "id", "batch": 100,
        },
    }  # fmt: skip
    written = bench.write

    def write(listen: str = "127.0.0.1:0") -> Path:
        path = written(listen)
        content = json.loads((tmp_path / "flows.json").read_text())
        content["connections"]["erp"] = {"base_url": {}, "database": {"secret": "erp"}}
        (tmp_path / "flows.json").write_text(json.dumps(content))
        (tmp_path / "secrets" / "erp").write_text(f"sqlite:///{tmp_path / 'erp.db'}")
        return path

    bench.write = write  # type: ignore[method-assign]

    async def work(client: httpx.AsyncClient) -> None:
        await until("both are there", lambda: len(bench.account.records) == 2)

    bench.run(work)
    assert bench.account.records["O-2"] == {"id": 2, "at": "2026-01-02 10:00:00", "total": "b"}
