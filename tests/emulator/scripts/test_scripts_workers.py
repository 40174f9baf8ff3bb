"""Worker processes: many callers, dead workers, dead parents."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from emulator.scripts.engine import ScriptEngine
from emulator.suiteql.query import Suiteql

PARENT = """
import sys, threading
from emulator.account.account import LocalAccount
from emulator.scripts.bridge import Worker
worker = Worker()
print(worker._process.pid, flush=True)
threading.Event().wait()
"""


@pytest.fixture
def engine(lab):
    engine = ScriptEngine(lab.account, Suiteql(lab.account, lambda: lab.account.catalog), workers=2)
    yield engine
    engine.close()


def post(lab, engine, script, body: bytes = b"{}"):
    return engine.restlet(lab.admin, script.scriptid, "1", "POST", {}, body, "application/json")


def test_many_callers_share_few_workers(lab, engine) -> None:
    """Each gets its own answer, and the saves' user events run inside their own caller."""
    event = lab.script(
        "UserEventScript",
        "define([], () => ({ beforeSubmit: (c) => { c.newRecord.setValue('comments', 'for ' + c.newRecord.getValue('companyname')); } }));",
        record="customer",
    )
    script = lab.restlet(
        """const rec = record.create({ type: 'customer' });
        rec.setValue('companyname', 'Caller ' + input.n); rec.setValue('subsidiary', 1);
        return { n: input.n, comments: record.load({ type: 'customer', id: rec.save() }).getValue('comments') };"""
    )
    try:
        with ThreadPoolExecutor(8) as threads:
            answers = list(
                threads.map(lambda n: post(lab, engine, script, b'{"n":%d}' % n).body, range(40))
            )
    finally:
        lab.disable(event)
    assert answers == [b'{"n":%d,"comments":"for Caller %d"}' % (n, n) for n in range(40)]
    assert len(engine._interactive._all) == 2


def test_a_worker_that_dies_fails_its_call_only(lab, engine) -> None:
    endless = lab.restlet(
        "log.audit('here', ''); record.load({ type: 'subsidiary', id: 1 }); for (;;) {}"
    )
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(post, lab, engine, endless)
        while not engine.log():
            time.sleep(0.01)
        (worker,) = engine._interactive._all
        os.kill(worker._process.pid, signal.SIGKILL)
        reply = waiting.result(20)
    assert reply.status == 400
    assert b"UNEXPECTED_ERROR" in reply.body
    assert post(lab, engine, lab.restlet("return 'fine';")).body == b"fine"


def test_a_worker_that_died_idle_is_replaced(lab, engine) -> None:
    script = lab.restlet("return 'fine';")
    assert post(lab, engine, script).body == b"fine"
    (worker,) = engine._interactive._all
    os.kill(worker._process.pid, signal.SIGKILL)
    worker._process.wait()
    assert post(lab, engine, script).body == b"fine"


def test_a_worker_ends_with_its_parent() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    for _ in range(500):
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return
        except OSError:
            return
        time.sleep(0.01)
    pytest.fail("the worker outlived its parent")


def test_closing_ends_what_runs(lab) -> None:
    engine = ScriptEngine(lab.account, Suiteql(lab.account, lambda: lab.account.catalog), workers=1)
    script = lab.script(
        "ScheduledScript", "define([], () => ({ execute: () => { for (;;) {} } }));"
    )
    task = engine.submit_task(lab.admin, script.scriptid, None, {})
    while not engine._background._all:
        time.sleep(0.01)
    engine.close()
    assert engine.task_status(task)["status"] in ("PROCESSING", "FAILED")
