"""An account on the same state after its process was killed: what it had, and what it goes on with."""

from __future__ import annotations

import itertools
import json
import random
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from emulator.account.account import SYSTEM
from emulator.control import Control
from emulator.door.credentials import Holder
from emulator.server import LocalServer, Settings

MAPREDUCE = """/**
 * @NApiVersion 2.1
 * @NScriptType MapReduceScript
 */
define(['N/record', 'N/https', 'N/email', 'N/runtime', 'N/query'], (record, https, email, runtime, query) => {
  const trace = (...words) => {
    const row = record.create({ type: 'customrecord_door_trace' });
    row.setValue({ fieldId: 'name', value: words.join(' ') });
    row.save();
  };
  const once = (key) => {
    const sql = 'SELECT id FROM customer WHERE externalid = ?';
    if (query.runSuiteQL({ query: sql, params: [key] }).asMappedResults().length) return;
    const made = record.create({ type: 'customer' });
    made.setValue({ fieldId: 'companyname', value: key });
    made.setValue({ fieldId: 'externalid', value: key });
    made.setValue({ fieldId: 'subsidiary', value: '1' });
    made.save();
  };
  const how = (c) => `${c.isRestarted} ${c.executionNo}`;
  return {
    getInputData: (c) => {
      const many = runtime.getCurrentScript().getParameter({ name: 'custscript_door_many' });
      if (many) return Array.from({ length: Number(many) }, (_, n) => `MR-${n}`);
      trace('input', c.isRestarted);
      const author = runtime.getCurrentUser().id;
      email.send({ author, recipients: 'shop@acme.example', subject: 'begun', body: 'begun' });
      return ['a', 'b', 'c', 'd'];
    },
    map: (c) => {
      if (c.value.startsWith('MR-')) { once(c.value); return; }
      trace('map', c.value, how(c));
      if (c.value === 'c') https.get({ url: 'https://hold.example/' });
      c.write(c.value, 'x');
    },
    reduce: (c) => { trace('reduce', c.key, how(c)); c.write(c.key, 'y'); },
    summarize: (s) => {
      let output = 0;
      s.output.iterator().each(() => { output += 1; return true; });
      const errors = [];
      s.mapSummary.errors.iterator().each((key, text) => { errors.push(key + JSON.parse(text).name); return true; });
      trace('summary', s.isRestarted, output, errors);
    },
  };
});
"""
OBJECT = """<mapreducescript scriptid="customscript_door_mr"><name>Door map</name>
<scriptfile>[/SuiteScripts/door/door_mr.js]</scriptfile><isinactive>F</isinactive>
<scriptcustomfields><scriptcustomfield scriptid="custscript_door_many"><label>Many</label><fieldtype>INTEGER</fieldtype>
</scriptcustomfield></scriptcustomfields>
<scriptdeployments>
<scriptdeployment scriptid="customdeploy_door_mr"><title>One</title><status>NOTSCHEDULED</status><isdeployed>T</isdeployed>
<loglevel>AUDIT</loglevel><concurrencylimit>1</concurrencylimit><buffersize>1</buffersize></scriptdeployment>
<scriptdeployment scriptid="customdeploy_door_mr2"><title>Two</title><status>NOTSCHEDULED</status><isdeployed>T</isdeployed>
<loglevel>AUDIT</loglevel><concurrencylimit>1</concurrencylimit></scriptdeployment>
</scriptdeployments></mapreducescript>"""
MR = "customscript_door_mr"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, write: Callable[[Path], Path]) -> Path:
    folder = write(tmp_path_factory.mktemp("restart"))
    (folder / "src/FileCabinet/SuiteScripts/door/door_mr.js").write_text(MAPREDUCE)
    (folder / f"src/Objects/{MR}.xml").write_text(OBJECT)
    return folder


class Holding(ThreadingHTTPServer):
    """Lets its first caller wait until it is told to go on."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Held)
        self.asked = threading.Event()
        self.go_on = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Held(BaseHTTPRequestHandler):
    server: Holding

    def do_GET(self) -> None:
        if not self.server.asked.is_set():
            self.server.asked.set()
            self.server.go_on.wait(60)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def holding() -> Iterator[Holding]:
    with Holding() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.go_on.set()
        server.shutdown()
        thread.join()


def as_killed_now(state: Path, copy: Path) -> Path:
    """What a kill at this moment would leave behind, in a folder of its own."""
    copy.mkdir()
    with sqlite3.connect(state / "account.db") as now, sqlite3.connect(copy / "account.db") as kept:
        now.backup(kept)
    (copy / "credentials.json").write_bytes((state / "credentials.json").read_bytes())
    return copy


def settings(project: Path, state: Path) -> Settings:
    return Settings(project, environ={}, workers=1, state_dir=state)


def test_a_killed_account_goes_on_where_it_was(
    project: Path, tmp_path: Path, holding: Holding, calling: Any
) -> None:
    """Killed in the third of four maps, with another task in the queue, after people had set it up."""
    with LocalServer(settings(project, tmp_path / "state")) as server:
        control = server.control
        control.hosts({"https://hold.example": holding.url})
        control.secrets({"custsecret_door_events_a": "rotated"})
        control.user(-5, time_zone="Europe/Berlin")
        control.searches([{"id": "customsearch_kept", "type": "customer", "columns": ["entityid"]}])
        control.roles("customrole_door_integration", add={"LIST_VENDOR": "VIEW"})
        control.set_clock("2031-05-06T07:08:09Z")
        running = control.run(MR, "customdeploy_door_mr", wait=False)["task"]
        assert holding.asked.wait(60)
        bearer = calling(server).bearer()
        ready = server.ready
        copy = as_killed_now(tmp_path / "state", tmp_path / "copy")
        holding.go_on.set()
        control.idle()

    with LocalServer(settings(project, copy)) as server:
        control = server.control
        control.idle()
        rows = Counter(r["fields"]["name"] for r in control.records("customrecord_door_trace"))
        assert rows == Counter(
            [
                "input false",
                *(f"map {key} false 1" for key in "abcd"),
                "map c true 2",
                *(f"reduce {key} false 1" for key in "abcd"),
                "summary false 4 2SSS_APP_SERVER_RESTART",
            ]
        )
        status = server.door.engine.task_status(running)  # type: ignore[attr-defined]
        assert status["status"] == "COMPLETE"
        assert (
            control.run(MR, "customdeploy_door_mr", {"custscript_door_many": 1})["task"] != running
        )
        assert next(one["subject"] for one in control.email()) == "begun"
        account, console = server.door.account, server.door.console
        assert account.secret("custsecret_door_events_a") == "rotated"
        assert account.searches.load(SYSTEM, "customsearch_kept")["columns"]
        assert console.session(Holder(-5, "ADMINISTRATOR"), "RESTLET").time_zone == "Europe/Berlin"
        assert account.roles.allows("customrole_door_integration", "LIST_VENDOR", "VIEW")
        same = {k: v for k, v in server.ready.items() if k.endswith(("_id", "_key", "_secret"))}
        assert same == {k: ready[k] for k in same}
        caller = calling(server)
        assert caller.call().json()["user"]
        assert caller.call(headers=bearer).status_code == 200
        assert caller.bearer()
        assert control.advance(0).startswith("2031-05-06")


def test_kills_at_random_moments_leave_every_record_once(
    project: Path, tmp_path: Path, calling: Any
) -> None:
    """A client that sends again until it is answered, and a map/reduce; killed twice, on one port and state."""
    rng = random.Random(11)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    keys = [f"RL-{number}" for number in range(60)]
    unsent = list(keys)
    for life in itertools.count():
        with emulating(project, tmp_path, port) as (process, ready):
            if life == 0:
                handed = ready
                with Control(ready["url"]) as control:
                    control.run(
                        MR, "customdeploy_door_mr2", {"custscript_door_many": 40}, wait=False
                    )
            assert ready == handed  # so whoever had it read goes on
            if life < 2:
                moment = rng.uniform(0.1, 1.5)
                threading.Timer(moment, process.kill).start()  # an ended one is let be
            client = calling(SimpleNamespace(ready=handed, url=handed["url"]))
            while unsent and _sent(client, unsent[0]):
                unsent.pop(0)
            if life < 2:
                process.wait(60)
                continue
            with Control(ready["url"]) as control:
                control.idle()
                there = Counter(row["externalid"] for row in control.records("customer"))
        break
    mine = {key: count for key, count in there.items() if key and key[:3] in ("RL-", "MR-")}
    assert mine == dict.fromkeys([*keys, *(f"MR-{number}" for number in range(40))], 1)


def _sent(client: Any, key: str) -> bool:
    """Whether the account has taken a customer; False when it was killed."""
    body = {"companyname": key, "externalid": key, "subsidiary": "1"}
    try:
        answer = client.call("POST", json=body)
    except requests.ConnectionError:
        return False
    # A record that an unanswered call left there is no mistake.
    there = ("DUP_RCRD", "UNIQUE_CUST_ID_REQD")  # by its external id, or before that by its name
    assert answer.status_code == 200 or answer.json()["error"]["code"] in there, answer.text
    return True


@contextmanager
def emulating(
    project: Path, folder: Path, port: int
) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, str]]]:
    ready = folder / "ready.json"
    ready.unlink(missing_ok=True)
    command = [
        str(Path(sys.executable).parent / "suiteloom"), "emulate", "--project", str(project),
        "--port", str(port), "--ready-file", str(ready), "--state", str(folder / "state"),
        "--workers", "1",
    ]  # fmt: skip
    with subprocess.Popen(command) as process:
        try:
            deadline = time.monotonic() + 60
            while not ready.exists():
                assert time.monotonic() < deadline
                assert process.poll() is None
                time.sleep(0.02)
            yield process, json.loads(ready.read_text())
        finally:
            process.terminate()
            process.wait(30)
