"""What the emulator costs: upserts, a search over many records, its start, its memory, contexts and calls."""

from __future__ import annotations

import json
import statistics
import subprocess
from collections.abc import Callable

from bench.emulated import emulated
from bench.result import Result, median_seconds
from emulator.scripts.bridge import WORKER, node

RECORDS = 100_000
TARGET = 2000  # documents/s at a batch of 100


def upserts(batch: int, *, event: bool) -> Callable[[], Result]:
    """New customers through a RESTlet over HTTP, `batch` a call; with or without a user event."""

    def measure() -> Result:
        with emulated(event=event) as account:
            number = 0

            def run() -> None:
                nonlocal number
                documents = []
                for _ in range(batch):
                    number += 1
                    fields = {
                        "companyname": f"Customer {number}",
                        "entityid": f"Customer {number}",
                        "subsidiary": 1,
                        "email": f"c{number}@example.com",
                        "phone": "555-0100",
                    }
                    documents.append({"id": f"B{number}", "fields": fields})
                if len(account.call("upsert", documents=documents)) != batch:
                    raise RuntimeError("not all were saved")

            for _ in range(5):
                run()  # starts the worker; Node compiles for good what ran a few hundred times
            seconds = median_seconds(run, times=9)
            # A new record is one call of the account, its save: the bound on this machine.
            bare = median_seconds(lambda: account.call("bridge", times=batch), times=5)
        rate, ratio = batch / seconds, seconds / bare
        if batch == 100 and not event:
            return Result(rate, "documents/s", "a bare call each", ratio, TARGET, rate >= TARGET)
        return Result(rate, "documents/s", against="a bare call each", ratio=ratio)

    return measure


def search() -> Result:
    """A search of two filters and a sort for the first 1,000 rows; the ratio is to one call that does nothing."""
    with emulated() as account:
        account.seed(RECORDS)

        def run() -> None:
            if account.call("find", limit=1000) != 1000:
                raise RuntimeError("the search did not find them")

        run()
        seconds = median_seconds(run, times=5)
        idle = median_seconds(lambda: account.call("bridge", times=0), times=5)
    return Result(seconds * 1000, "ms", against="empty call", ratio=seconds / idle)


def start() -> Result:
    """From the command to the first answer."""

    def run() -> None:
        with emulated() as account:
            account.call("bridge", times=0)

    return Result(median_seconds(run), "s")


def memory() -> Result:
    """Memory of the account's process with 100,000 records; the ratio is to the same without them."""
    held, empty = [], []
    for _ in range(3):
        with emulated() as account:
            account.call("bridge", times=0)
            empty.append(account.memory())
            account.seed(RECORDS)
            held.append(account.memory())
    value, base = statistics.median(held), statistics.median(empty)
    return Result(value, "MiB", against="empty account", ratio=value / base)


def context() -> Result:
    """A context with all that a script needs in it; the ratio is to V8's bare context."""
    code = f"""
    const vm = require('node:vm');
    const {{ prepare }} = require({json.dumps(str(WORKER.with_name("realm.js")))});
    const median = (run) => {{
      const seen = [];
      for (let at = 0; at < 60; at += 1) {{
        const from = performance.now();
        run();
        seen.push(performance.now() - from);
      }}
      return seen.sort((a, b) => a - b)[30];
    }};
    const bare = () => vm.createContext(vm.constants.DONT_CONTEXTIFY, {{ microtaskMode: 'afterEvaluate' }});
    console.log(JSON.stringify([median(prepare), median(bare)]));
    """
    done = subprocess.run(
        [str(node()), "--max-semi-space-size=16", "-e", code],
        check=True,
        capture_output=True,
        text=True,
    )
    made, bare = json.loads(done.stdout)
    return Result(made, "ms", against="bare context", ratio=made / bare)


def bridge() -> Result:
    """A call from a script to the account and back; the ratio is to a whole RESTlet call over HTTP."""
    calls = 2000
    with emulated() as account:
        account.call("bridge", times=calls)
        whole = median_seconds(lambda: account.call("bridge", times=0), times=9)
        many = median_seconds(lambda: account.call("bridge", times=calls), times=5)
    each = max(many - whole, 0.0) / calls
    return Result(each * 1e6, "us", against="RESTlet call", ratio=each / whole)
