"""`suiteloom emulate` as a process: ready file, secrets, state, and how it ends."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import requests

from emulator.control import Control
from emulator.server import LocalServer, Settings

COMMAND = Path(sys.executable).parent / "suiteloom"
READY = {
    "url",
    "account",
    "consumer_key",
    "consumer_secret",
    "token_id",
    "token_secret",
    "admin_token_id",
    "admin_token_secret",
    "client_id",
    "certificate_id",
    "private_key_file",
    "secrets_dir",
    "profile",
}


def command(project: Path, ready: Path, *more: str) -> list[str]:
    return [
        str(COMMAND), "emulate", "--project", str(project), "--port", "0",
        "--ready-file", str(ready), *more,
    ]  # fmt: skip


def environment(**secrets: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SUITELOOM_SECRET_")}
    named = {f"SUITELOOM_SECRET_{name.upper()}": text for name, text in secrets.items()}
    return kept | named | {"PYTHONWARNINGS": "error"}


def wait_for(path: Path, process: subprocess.Popen[bytes] | None = None) -> dict[str, str]:
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline, "no ready file"
        assert process is None or process.poll() is None, "the emulator ended"
        time.sleep(0.02)
    ready: dict[str, str] = json.loads(path.read_text())
    return ready


@contextmanager
def emulating(
    project: Path, folder: Path, *more: str, **secrets: str
) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, str]]]:
    ready = folder / "ready.json"
    ready.unlink(missing_ok=True)
    with subprocess.Popen(command(project, ready, *more), env=environment(**secrets)) as process:
        try:
            yield process, wait_for(ready, process)
        finally:
            process.terminate()
            process.wait(30)


def test_the_ready_file_tells_all_and_keeps_it_private(sdf_project: Path, tmp_path: Path) -> None:
    """Requests are answered once it is there; SIGTERM then ends the process with 0."""
    with emulating(sdf_project, tmp_path, shop="given") as (process, ready):
        assert set(ready) == READY
        assert ready["account"] == "1234567_SB1"
        assert httpx.get(f"{ready['url']}/emulator/usage").status_code == 200
        for path in (tmp_path / "ready.json", Path(ready["private_key_file"])):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        made_up = Path(ready["secrets_dir"])
        assert [path.name for path in made_up.iterdir()] == ["events_a"]
        assert len(base64.b64decode((made_up / "events_a").read_text(), validate=True)) == 32
        assert stat.S_IMODE((made_up / "events_a").stat().st_mode) == 0o600
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_an_environment_chooses_the_account(sdf_project: Path, tmp_path: Path) -> None:
    with emulating(sdf_project, tmp_path, "--environment", "production") as (process, ready):
        assert ready["account"] == "7654321"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def test_a_kept_account_is_there_after_a_kill(sdf_project: Path, tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    with emulating(sdf_project, tmp_path, "--state", state) as (process, ready):
        with Control(ready["url"]) as control:
            control.save("customer", {"companyname": "Kept", "subsidiary": "1"})
        secret = (Path(ready["secrets_dir"]) / "events_a").read_text()
        process.kill()
        process.wait(30)
    with emulating(sdf_project, tmp_path, "--state", state) as (_, ready):
        with Control(ready["url"]) as control:
            names = [row["fields"].get("companyname") for row in control.records("customer")]
        assert names.count("Kept") == 1
        assert (Path(ready["secrets_dir"]) / "events_a").read_text() == secret


def test_it_ends_with_its_parent_when_asked(sdf_project: Path, tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    script = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen(sys.argv[1:])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    arguments = command(sdf_project, ready, "--exit-with-parent")
    with subprocess.Popen(
        [sys.executable, "-c", script, *arguments], env=environment(), stdout=subprocess.PIPE
    ) as parent:
        url = wait_for(ready)["url"]
        parent.kill()
        parent.wait(30)
    deadline = time.monotonic() + 30
    while True:
        try:
            httpx.get(f"{url}/emulator/usage")
        except httpx.TransportError:
            break
        assert time.monotonic() < deadline, "it runs on without its parent"
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        (("--environment", "moon"), 2, "no environment 'moon'"),
        (("--host", "nowhere"), 2, "NAME=URL"),
        (("--project", "."), 2, "neither project.yaml nor an SDF manifest.xml"),
    ],
)
def test_a_wrong_start_is_explained(
    sdf_project: Path, tmp_path: Path, more: tuple[str, ...], code: int, words: str
) -> None:
    done = subprocess.run(
        command(sdf_project, tmp_path / "ready.json", *more),
        env=environment(),
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == code, done.stderr.decode()
    assert words in done.stderr.decode()
    assert not (tmp_path / "ready.json").exists()


def test_a_project_that_does_not_deploy_ends_with_its_findings(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "manifest.xml").write_text("<manifest/>")
    done = subprocess.run(
        command(tmp_path, tmp_path / "ready.json"),
        env=environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "manifest.xml" in done.stderr.decode()


def test_a_folder_with_specs_is_built_and_deployed(root: Path) -> None:
    """The role of the token is the project's own, and API secrets of the account are set."""
    with LocalServer(Settings(root / "examples" / "acme", environ={}, workers=1)) as server:
        scripts = server.control.dump()["scripts"]
        assert "customscript_acme_service" in scripts
        names = {path.name for path in Path(server.ready["secrets_dir"]).iterdir()}
        assert {"events_a", "events_b", "shopify_webhook"} <= names


def test_a_project_with_mistakes_does_not_start(root: Path, tmp_path: Path) -> None:
    broken = shutil.copytree(root / "examples" / "northwind", tmp_path / "broken")
    (broken / "project.yaml").write_text("spec: 1\nproject: x\n")
    done = subprocess.run(
        command(broken, tmp_path / "ready.json"),
        env=environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stderr.decode()
    assert "prefix" in done.stdout.decode() + done.stderr.decode()


def test_the_command_plays_a_scenario_in_a_profile_and_keeps_a_clone(
    sdf_project: Path, tmp_path: Path, calling: Any
) -> None:
    """A kill later the clone is there with its records and its tokens; the scenario begins anew."""
    scenario = tmp_path / "bad day.yaml"
    scenario.write_text(
        "seed: 9\nconcurrency: 4\nclock: '2031-02-03T04:05:06Z'\n"
        "faults:\n  - {name: http_error, address: suiteql, status: 503, count: 1}\n"
    )
    more = ("--state", str(tmp_path / "state"), "--profile", "adversarial", "--scenario")
    with emulating(sdf_project, tmp_path, *more, str(scenario)) as (process, ready):
        assert ready["profile"] == "adversarial"
        with Control(ready["url"]) as control:
            assert control.about()["profile"] == "adversarial"
            assert control.advance(0).startswith("2031-02-03")
            assert control.concurrency()["limit"] == 4
            assert [(one["name"], one["seed"]) for one in control.faults()] == [("http_error", 9)]
            client = calling(SimpleNamespace(ready=ready, url=ready["url"]))
            sql = "SELECT COUNT(*) n FROM customer"
            assert [client.suiteql(sql).status_code for _ in range(2)] == [503, 200]
            sandbox = control.clone("1234567_SB2")
        with Control(ready["url"], account="1234567_SB2") as control:
            control.save("customer", {"companyname": "Cloned", "subsidiary": "1"})
        process.kill()
        process.wait(30)
    with emulating(sdf_project, tmp_path, *more[:-1]) as (_, ready):
        with Control(ready["url"], account="1234567_SB2") as control:
            about = control.about()
            assert (about["account"], about["profile"]) == ("1234567_SB2", "adversarial")
            names = [row["fields"].get("companyname") for row in control.records("customer")]
        assert names.count("Cloned") == 1
        with Control(ready["url"]) as control:
            assert control.faults() == []
            assert control.records("customer", externalid="Cloned") == []
            hosts = {one["account"]: one["hosts"][0] for one in control.accounts()}
        client = calling(SimpleNamespace(ready=sandbox, url=ready["url"]))
        there = {"Host": hosts["1234567_SB2"]}
        claims = {"aud": "https://1234567-sb2.suitetalk.api.netsuite.com" + client.token_path}
        answer = requests.post(
            client.token_url,
            data=client.grant(client.assertion(**claims)),
            headers=there,
            timeout=30,
        )
        assert answer.status_code == 200, answer.text


def test_a_scenario_with_mistakes_does_not_start(sdf_project: Path, tmp_path: Path) -> None:
    scenario = tmp_path / "bad.yaml"
    scenario.write_text("seed: 9\nfaults:\n  - name: sloow\n  - {name: slow, rate: 2}\n")
    done = subprocess.run(
        command(sdf_project, tmp_path / "ready.json", "--scenario", str(scenario)),
        env=environment(),
        capture_output=True,
        timeout=120,
        check=False,
    )
    said = done.stderr.decode()
    assert done.returncode == 2, said
    assert "bad.yaml:3: faults.0.name" in said
    assert "bad.yaml:4: faults.1.rate" in said
    assert not (tmp_path / "ready.json").exists()
