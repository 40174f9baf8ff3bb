"""
Flows of many other record types than the examples use: no false alarm, and they work.

Each is compiled, deployed and run: created, the same again, changed, refused with nothing saved.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from other_records import PROJECT, Books, Case, cases

from emulator.account.preferences import ADVERSARIAL
from emulator.project import opened
from generator.compile import compile_project

CASES = cases()


class Receiver:
    """The agent's address: takes what arrives."""

    def __init__(self) -> None:
        self.posts: list[bytes] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.posts.append(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.posts]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(scope="module", params=[None, ADVERSARIAL], ids=["default", "adversarial"])
def books(request: pytest.FixtureRequest) -> Iterator[Books]:
    """The account with every assumption as it is by default, and the other way."""
    receiver = Receiver()
    with opened(PROJECT, "sandbox") as project:
        books = Books(project, receiver, request.param)
        yield books
        books.netsuite.close()
    receiver.close()


def test_correct_specs_raise_no_alarm() -> None:
    """Nothing is reported of specs that are right: no error, and no warning either."""
    plan, found = compile_project(PROJECT)
    assert plan is not None
    assert found == []


def test_every_flow_has_a_case() -> None:
    assert {case.flow for case in CASES} == {
        path.stem for path in (PROJECT / "specs").glob("*.yaml")
    }
    assert len(CASES) >= 30


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.flow)
def test_a_flow_does_what_its_spec_says(case: Case, books: Books) -> None:
    books.seed(case.given)
    for number, step in enumerate(case.sends, 1):
        where = f"{case.flow}, document {number}"
        _sent(books, case.flow, step, where)
    for number, step in enumerate(case.works, 1):
        events = [event for event in books.work(step) if event["flow"] == case.flow]
        where = f"{case.flow}, work {number}"
        assert [event["event"] for event in events] == ([step["event"]] if step["event"] else []), (
            where
        )
        if step["event"]:
            data = events[0]["data"]
            unknown = {name: data.pop(name) for name in step.get("any", ())}
            assert all(unknown.values()), where
            assert data == step["data"], where


def _sent(books: Books, flow: str, step: dict[str, Any], where: str) -> None:
    record = next(one["record"] for one in books._raw["flows"] if one["flow"] == flow)
    before = books.versions(record)
    result = books.send(flow, step)
    assert result["outcome"] == step["outcome"], f"{where}: {result}"
    if step["outcome"] == "failed":
        error = result["error"]
        assert error["code"] == step.get("code", error["code"]), f"{where}: {error}"
        if "field" in step:
            assert error["field"].rpartition(".")[2] == step["field"], f"{where}: {error}"
            assert error["spec"].startswith(f"{flow}.yaml:"), f"{where}: {error}"
        assert step.get("says", "") in error["message"], f"{where}: {error}"
        assert error["message"], where
    if step["outcome"] not in ("created", "updated"):
        assert books.versions(record) == before, f"{where}: something was saved"
        return
    for name, value in step.get("answer", {}).items():
        assert result["answer"][name] == value, where
    found = books.record(record, result["record"])
    assert books.differences(step.get("record", {}), found) == [], where
