"""What an operator has: the service manager is told, files that run the agent, keys, the doctor."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import fake_account
import postgres
import pytest
import yaml
from agent_bench import Bench
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from test_service import AGENT, ENV, free_port

from agent.cli import main


def typed(*arguments: object, code: int = 0) -> str:
    done = CliRunner().invoke(main, [str(one) for one in arguments])
    assert done.exit_code == code, done.output
    return done.output


def test_the_manager_hears_ready_watchdog_and_stopping(bench: Bench, tmp_path: Path) -> None:
    config = bench.write(f"127.0.0.1:{free_port()}")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(30)
        environ = ENV | {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "200000"}
        process = subprocess.Popen(
            [AGENT, "run", "--config", config, "--netsuite", tmp_path / "ready.json"], env=environ
        )
        try:
            heard = [manager.recv(4096).decode() for _ in range(4)]
            process.send_signal(signal.SIGTERM)
            while "STOPPING=1" not in heard:
                heard.append(manager.recv(4096).decode())
            assert process.wait(30) == 0
        finally:
            process.kill()
            process.wait()
    assert heard[0].startswith("READY=1\nSTATUS=test ")
    assert heard[1:4] == ["WATCHDOG=1"] * 3


def test_the_unit_names_every_secret_and_folder(bench: Bench) -> None:
    config = bench.write()
    config.write_text(config.read_text() + '[watch.bills]\nfolder = "bills"\n')
    unit = typed("deploy", "systemd", "--config", config, "--secrets", "/etc/s")
    assert "@" not in unit.replace("@system-service", "").replace("~@privileged @resources", "")
    lines = unit.splitlines()
    assert "LoadCredential=shop:/etc/s/shop" in lines
    assert "LoadCredential=netsuite_private_key:/etc/s/netsuite_private_key" in lines
    assert f"ReadWritePaths={bench.folder / 'bills'}" in lines
    assert {"Type=notify", "WatchdogSec=60"} <= set(lines)
    assert any(line.endswith(f"run --config {config}") for line in lines)


def test_systemd_takes_the_unit(bench: Bench) -> None:
    unit = bench.folder / "suiteloom-agent.service"
    text = typed("deploy", "systemd", "--config", bench.write())
    # The program that the unit names has to be there for systemd; where it is does not matter here.
    unit.write_text(text.replace("ExecStart=", f"ExecStart={sys.executable} ", 1))
    try:
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", unit],
            capture_output=True,
            text=True,
            timeout=60,
        )
    except FileNotFoundError:
        pytest.skip("systemd-analyze is not there")
    said = [line for line in done.stderr.splitlines() if unit.name in line]
    assert not said, said


def test_the_manifests_fit_together() -> None:
    documents = {
        one["kind"]: one
        for one in yaml.safe_load_all(typed("deploy", "kubernetes", "--image", "r/a:1"))
    }
    assert set(documents) == {"Deployment", "PodDisruptionBudget", "Service"}
    spec = documents["Deployment"]["spec"]
    labels = spec["template"]["metadata"]["labels"]
    assert spec["selector"]["matchLabels"] == labels
    assert documents["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == labels
    assert documents["Service"]["spec"]["selector"] == labels
    pod = spec["template"]["spec"]
    (container,) = pod["containers"]
    assert container["image"] == "r/a:1"
    assert {one["name"] for one in container["volumeMounts"]} == {v["name"] for v in pod["volumes"]}
    ports = {port["name"] for port in container["ports"]}
    paths = set()
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert container[probe]["httpGet"]["port"] in ports
        paths.add(container[probe]["httpGet"]["path"])
    assert paths == {"/healthz", "/readyz"}
    assert spec["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_the_image_runs_as_nobody_special() -> None:
    lines = typed("deploy", "container").splitlines()
    last = len(lines) - lines[::-1].index(next(x for x in lines[::-1] if x.startswith("FROM"))) - 1
    stage = lines[last:]
    assert any(line.startswith("HEALTHCHECK") for line in stage)
    users = [line.split()[1] for line in stage if line.startswith("USER")]
    assert users
    assert users[-1] not in ("root", "0")


@pytest.mark.parametrize("algorithm", ["ec-256", "rsa-3072"])
def test_a_key_is_made_for_its_owner_alone_and_never_twice(tmp_path: Path, algorithm: str) -> None:
    typed("auth", "new", "sandbox", "--out", tmp_path, "--algorithm", algorithm, "--days", 90)
    key_file = tmp_path / "sandbox.key"
    assert key_file.stat().st_mode & 0o777 == 0o600
    key = load_pem_private_key(key_file.read_bytes(), None)
    certificate = x509.load_pem_x509_certificate((tmp_path / "sandbox.pem").read_bytes())
    assert certificate.public_key() == key.public_key()
    life = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert life.days == 90
    before = key_file.read_bytes()
    assert "never written over" in typed("auth", "new", "sandbox", "--out", tmp_path, code=2)
    assert key_file.read_bytes() == before
    typed("auth", "new", "other", "--out", tmp_path, "--days", 800, code=2)


def checked(bench: Bench, *more: object, code: int) -> dict[str, Any]:
    ready = json.loads((bench.folder / "ready.json").read_text())
    ready["private_key_file"] = str(bench.folder / "mine.key")
    (bench.folder / "ready.json").write_text(json.dumps(ready))
    text = typed(
        *more, "--config", bench.folder / "agent.toml", "--netsuite", bench.folder / "ready.json",
        "--json", code=code,
    )  # fmt: skip
    return {one["name"]: one for one in json.loads(text)}


def test_a_certificate_is_checked_against_key_time_and_account(bench: Bench) -> None:
    typed("auth", "new", "mine", "--out", bench.folder)
    typed("auth", "new", "soon", "--out", bench.folder, "--days", 5)
    bench.more = {"netsuite": 'certificate_file = "mine.pem"\n'}
    bench.write()
    assert checked(bench, "auth", "check", code=0)["certificate"]["level"] == "ok"
    bench.more = {"netsuite": 'certificate_file = "soon.pem"\n'}
    bench.write()
    found = checked(bench, "auth", "check", code=1)
    assert found["log-in"]["level"] == "ok"
    (bench.folder / "mine.key").write_bytes((bench.folder / "soon.key").read_bytes())
    found = checked(bench, "auth", "check", code=0)
    assert found["certificate"]["level"] == "warn"
    assert "in 4 days" in found["certificate"]["detail"]
    bench.account.known = False
    assert checked(bench, "auth", "check", code=1)["log-in"]["level"] == "fail"


def test_the_doctor_names_what_is_wrong(bench: Bench) -> None:
    typed("auth", "new", "mine", "--out", bench.folder)
    bench.more = {"watch.bills": 'folder = "bills"\n'}
    bench.write()
    (bench.folder / "secrets" / "events_a").unlink()
    (bench.folder / "secrets" / "shop").unlink()
    found = checked(bench, "doctor", code=1)
    assert found["build"]["level"] == "ok"
    assert found["connection shop"]["level"] == "ok"
    assert found["concurrency"]["level"] == "ok"
    assert "is not there" in found["watch.bills"]["detail"]
    assert "SUITELOOM_SECRET_SHOP" in found["secret shop"]["detail"]
    (bench.folder / "bills").mkdir()
    (bench.folder / "secrets" / "shop").write_text("x" * 24)
    found = checked(bench, "doctor", code=0)
    assert found["watch.bills"]["level"] == "ok"
    bench.account.close()
    assert checked(bench, "doctor", code=1)["log-in"]["level"] == "fail"


def test_the_doctor_opens_databases(bench: Bench) -> None:
    typed("auth", "new", "mine", "--out", bench.folder)
    bench.write()
    bundle = fake_account.flows_json()
    bundle["connections"]["lake"] = {"base_url": {}, "database": {"secret": "lake"}}
    (bench.folder / "flows.json").write_text(json.dumps(bundle))
    secret = bench.folder / "secrets" / "lake"
    with postgres.schema() as address:
        secret.write_text(address.replace("postgresql://", "postgresql+psycopg://"))
        assert checked(bench, "doctor", code=0)["connection lake"]["level"] == "ok"
    for address, says in (
        (f"sqlite:///{bench.folder / 'none' / 'lake.db'}", "unable to open"),
        ("postgresql+psycopg://hidden:hidden@127.0.0.1:1/lake", "127.0.0.1:1: "),
    ):
        secret.write_text(address)
        found = checked(bench, "doctor", code=1)["connection lake"]
        assert says in found["detail"]
        assert "hidden" not in found["detail"]
    secret.write_text("nonsense hidden")
    found = checked(bench, "doctor", code=1)["connection lake"]
    assert found["detail"] == "connection 'lake': its secret is no address of a database"
