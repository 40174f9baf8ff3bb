"""How fast the local account takes documents through a generated RESTlet, over HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, Client

from bench.result import Result, median_seconds

BIN = Path(sys.executable).parent
NORTHWIND = Path(__file__).resolve().parent.parent / "examples" / "northwind"
DOCUMENTS = 100


@contextmanager
def _account() -> Iterator[Any]:
    """A function that sends one batch of items to the account's RESTlet and returns the results."""
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready.json"
        out = Path(folder) / "sdf"
        subprocess.run(
            [BIN / "suiteloom", "build", "--project", NORTHWIND, "--out", out],
            check=True,
            capture_output=True,
        )
        bundle = json.loads((out / "flows.json").read_text())
        flow = next(row for row in bundle["flows"] if row["flow"] == "items")
        process = subprocess.Popen(
            [BIN / "suiteloom", "emulate", "--project", NORTHWIND, "--ready-file", ready],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            while not ready.exists():
                if process.poll() is not None:
                    raise RuntimeError("the local account did not start")
                time.sleep(0.05)
            facts = json.loads(ready.read_text())
            signer = Client(
                facts["consumer_key"],
                facts["consumer_secret"],
                facts["token_id"],
                facts["token_secret"],
                signature_method=SIGNATURE_HMAC_SHA256,
                realm=facts["account"],
            )
            url = (
                f"{facts['url']}/app/site/hosting/restlet.nl"
                f"?script={flow['script']}&deploy={flow['deploy']}"
            )
            http = httpx.Client(timeout=120)

            def send(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
                _, headers, _ = signer.sign(url, "POST")
                body = {
                    "contract": flow["contract"],
                    "build": bundle["build"],
                    "account": facts["account"],
                    "flow": flow["flow"],
                    "batch": "bench",
                    "documents": documents,
                }
                answer = http.post(url, json=body, headers=headers)
                answer.raise_for_status()
                return list(answer.json()["results"])

            yield send
            http.close()
        finally:
            process.terminate()
            process.wait()


def _documents(start: int) -> list[dict[str, Any]]:
    return [
        {
            "id": str(number),
            "doc": {
                "productID": number,
                "productName": f"Product {number}",
                "quantityPerUnit": "10 boxes",
                "discontinued": 0,
            },
        }
        for number in range(start, start + DOCUMENTS)
    ]


def new() -> Result:
    """New items, a batch of 100 a call."""
    with _account() as send:
        start = 0

        def run() -> None:
            nonlocal start
            start += DOCUMENTS
            outcomes = {row["outcome"] for row in send(_documents(1_000_000 + start))}
            if outcomes != {"created"}:
                raise RuntimeError(f"not all created: {outcomes}")

        run()  # the first call starts the worker and compiles the scripts
        rate = DOCUMENTS / median_seconds(run, times=7)
    return Result(rate, "documents/s", target=2000, met=rate >= 2000)


def unchanged() -> Result:
    """The same items again: one query, no load, no save."""
    with _account() as send:
        documents = _documents(1_000_000)
        send(documents)

        def run() -> None:
            outcomes = {row["outcome"] for row in send(documents)}
            if outcomes != {"unchanged"}:
                raise RuntimeError(f"not all unchanged: {outcomes}")

        rate = DOCUMENTS / median_seconds(run, times=7)
    return Result(rate, "documents/s")
