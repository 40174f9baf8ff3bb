"""`suiteloom watch`: what a save means, and that nothing that is wrong in a project ends it."""

from __future__ import annotations

import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from requests_oauthlib import OAuth1

from emulator.control import Control
from emulator.watch.changes import Changes
from emulator.watch.rounds import Rounds
from emulator.watch.touched import touched
from generator import new
from generator.compile import compile_project
from generator.plan.project import ProjectPlan

ROOT = Path(__file__).parents[2]
SPEC = "specs/web-customers.yaml"
TEST = "specs/web-customers.test.yaml"
OUT_TEST = "specs/customer-changes.test.yaml"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "web-shop"
    new.make(folder)
    return folder


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "web-shop")
    return tmp_path / "web-shop"


def edit(project: Path, file: str, old: str, new_: str) -> str:
    text = (project / file).read_text("utf-8")
    assert old in text
    (project / file).write_text(text.replace(old, new_), "utf-8")
    return file


def plan_of(project: Path) -> ProjectPlan:
    plan, _ = compile_project(project)
    assert plan is not None
    return plan


# --- saves ---


def test_saves_come_in_batches_without_what_nobody_saved(tmp_path: Path) -> None:
    out = tmp_path / "sdf_project"
    for folder in (out, tmp_path / "specs", tmp_path / ".git"):
        folder.mkdir()
    with Changes.watching(tmp_path, [out]) as changes:
        for file in ("sdf_project/x.js", ".git/index", "specs/.a.yaml.swp", "specs/a.yaml~"):
            (tmp_path / file).write_text("x")
        (tmp_path / "specs/b.yaml.tmp").write_text("x")
        (tmp_path / "specs/b.yaml.tmp").rename(tmp_path / "specs/b.yaml")
        (tmp_path / "specs/a.yaml").write_text("x")
        found: set[str] = set()
        while not {"specs/a.yaml", "specs/b.yaml"} <= found:
            found |= set(changes.batch(timeout=30))
        assert found == {"specs/a.yaml", "specs/b.yaml"}
        (tmp_path / "specs/a.yaml").read_text()
        assert changes.batch(timeout=0.3) == []
        (tmp_path / "specs/a.yaml").unlink()
        assert changes.batch(timeout=30) == ["specs/a.yaml"]


# --- what is touched ---


def test_a_spec_touches_its_own_tests(project: Path) -> None:
    before = plan_of(project)
    saved = [edit(project, SPEC, "otherwise: same", "otherwise: skip")]
    assert touched(project, before, plan_of(project), saved) == {"web-customers"}


@pytest.mark.parametrize(
    ("saved", "flows"),
    [
        (TEST, {"web-customers"}),
        (OUT_TEST, {"customer-changes"}),
        ("samples/customer.json", {"web-customers"}),
        ("objects/custentity_x.xml", {"web-customers", "customer-changes"}),
        ("README.md", set()),
    ],
)
def test_a_file_touches_the_tests_that_are_made_of_it(
    project: Path, saved: str, flows: set[str]
) -> None:
    plan = plan_of(project)
    assert touched(project, plan, plan, [saved]) == flows


def test_what_all_flows_share_touches_all_of_them(project: Path) -> None:
    before = plan_of(project)
    saved = [edit(project, "project.yaml", "sandbox: Parent Company", "sandbox: Other")]
    every = {"web-customers", "customer-changes"}
    assert touched(project, before, plan_of(project), saved) == every
    assert touched(project, None, before, []) == every


# --- rounds ---


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def rounds(project: Path, said: list[str]) -> Iterator[Rounds]:
    out = project / "sdf_project"
    with Rounds(project, out, emulator=None, tests=True, say=said.append) as found:
        yield found


def test_a_session_of_saves(project: Path, rounds: Rounds, said: list[str]) -> None:
    def save(file: str, old: str, new_: str) -> tuple[bool, str]:
        said.clear()
        good = rounds.round([edit(project, file, old, new_)])
        return good, "\n".join(said)

    assert rounds.round([])
    assert "5 tests: 5 passed, 0 failed" in "\n".join(said)

    good, text = save(SPEC, "companyname:", "companynme:")
    assert not good
    assert "did you mean 'companyname'?" in text

    good, text = save(SPEC, "companynme:", "companyname:")
    assert good
    assert re.search(r"built in \d+\.\d\d s, no change", text)
    assert "tests:" not in text  # what is built is what was tested

    good, text = save(SPEC, "apply: [email_normalize]", "apply: [email_normalize, upper]")
    assert not good
    assert "changed  src/FileCabinet/SuiteScripts/webs/flows/web_customers.js" in text
    assert re.search(r"expected +Office@mueller.example", text)
    assert re.search(r"got +OFFICE@MUELLER.EXAMPLE", text)
    assert "customer-changes" not in text

    good, text = save(TEST, "Office@mueller.example", "OFFICE@MUELLER.EXAMPLE")
    assert good
    assert "3 tests: 3 passed, 0 failed" in text

    good, text = save(TEST, "outcome: created", "outcme: created")
    assert not good
    assert "did you mean 'outcome'?" in text


def test_a_warning_is_told_once_and_again_where_its_spec_is_touched(
    project: Path, rounds: Rounds, said: list[str]
) -> None:
    def told(*saved: str) -> str:
        said.clear()
        rounds.round(saved)
        return "\n".join(said)

    for file in (SPEC, "specs/customer-changes.yaml"):
        edit(project, file, "title: ", "title: \u201cA customer\u201d # ")
    first = told()
    assert first.count("warning W106") == 2
    assert "as before" not in first

    second = told(edit(project, SPEC, "otherwise: same", "otherwise: skip"))
    assert second.count("warning W106") == 1
    assert f"{SPEC}:4:8: warning W106" in second
    assert "1 warning stands as before: suiteloom check tells" in second

    third = told("README.md")
    assert "W106" not in third
    assert "2 warnings stand as before: suiteloom check tells" in third

    wrong = told(edit(project, SPEC, "companyname:", "companynme:"))
    assert wrong.count("warning W106") == 1
    assert "1 error, 2 warnings, 1 of them as before" in wrong

    mended = told(edit(project, SPEC, "companynme:", "companyname:"))
    assert mended.count("warning W106") == 1


def test_a_project_that_cannot_be_read_ends_nothing(
    project: Path, rounds: Rounds, said: list[str]
) -> None:
    (project / "project.yaml").rename(project / "gone.yaml")
    assert not rounds.round(["project.yaml"])
    assert "no project.yaml in this folder" in "\n".join(said)
    (project / "gone.yaml").rename(project / "project.yaml")
    (project / "sdf_project").write_text("a file where the output belongs")
    assert not rounds.round(["project.yaml"])
    assert "cannot hold the output" in said[-1]


def test_an_emulator_that_is_not_there_is_told(project: Path, said: list[str]) -> None:
    for emulator in ("http://127.0.0.1:9", str(project / "no-ready.json")):
        with Rounds(
            project, project / "sdf_project", emulator=emulator, tests=False, say=said.append
        ) as rounds:
            assert not rounds.round([])
        assert "not deployed" in said[-1]


# --- the command ---


class Running:
    """A command whose lines are read as they come."""

    def __init__(self, *arguments: str | Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "generator.cli", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        )
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.seen: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def until(self, text: str) -> None:
        while True:
            try:
                self.seen.append(self._lines.get(timeout=60))
            except queue.Empty:
                raise AssertionError("".join(self.seen)) from None
            if text in self.seen[-1]:
                return

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


def send(ready: dict[str, str], project: Path) -> Any:
    """The sample, as the agent would send it after the last build."""
    flows = json.loads((project / "sdf_project/flows.json").read_text())["flows"]
    flow = next(each for each in flows if each["flow"] == "web-customers")
    document = json.loads((project / "samples/customer.json").read_text())
    reply = requests.post(
        f"{ready['url']}/app/site/hosting/restlet.nl",
        params={"script": flow["script"], "deploy": flow["deploy"]},
        json={
            "account": ready["account"],
            "flow": flow["flow"],
            "contract": flow["contract"],
            "batch": "1",
            "documents": [{"id": "1", "doc": document}],
        },
        headers={"Content-Type": "application/json"},
        auth=OAuth1(
            ready["consumer_key"],
            ready["consumer_secret"],
            ready["token_id"],
            ready["token_secret"],
            signature_method="HMAC-SHA256",
            realm=ready["account"],
        ),
        timeout=60,
    )
    return reply.json()


def test_a_save_reaches_an_emulator_that_runs(project: Path, tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    emulate = Running("emulate", "--project", project, "--port", "0", "--ready-file", ready)
    try:
        emulate.until("http://")
        watch = Running("watch", "--project", project, "--emulator", ready, "--no-tests")
        try:
            watch.until("deployed to http://127.0.0.1:")
            edit(project, SPEC, "Web customer ", "Customer of the shop ")
            watch.until(SPEC)
            watch.until("deployed to http://127.0.0.1:")
            answer = send(json.loads(ready.read_text()), project)
            assert answer.get("results", [{}])[0].get("outcome") == "created", str(answer)
            with Control(json.loads(ready.read_text())["url"]) as control:
                record = control.record("customer", "WEB-10017")
            assert record["fields"]["comments"] == "Customer of the shop 10017, German"
            edit(project, SPEC, "record: customer", "record: custmer")
            watch.until("1 error")
        finally:
            assert watch.end() == 0, "".join(watch.seen)
    finally:
        emulate.end()
