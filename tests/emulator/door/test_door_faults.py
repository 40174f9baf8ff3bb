"""Every fault as a client sees it over HTTP, and one seed that gives one history."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests

from emulator.errors import NetSuiteError, UsageError

Made = dict[str, Any]


def customer(name: str, **fields: Any) -> Made:
    return {"companyname": name, "subsidiary": "1", **fields}


def code_of(answer: requests.Response) -> str:
    return str(answer.json()["error"]["code"])


def names(caller: Any, name: str) -> list[str]:
    rows = caller.server.control.records("customer")
    return [row["externalid"] for row in rows if row["fields"].get("companyname") == name]


# --- at the door ---------------------------------------------------------------------------------


def test_maintenance_is_a_page_for_everybody_and_ends_by_the_accounts_clock(caller: Any) -> None:
    control = caller.server.control
    control.fault("maintenance", seconds=3600)
    refused = [caller.call(), caller.suiteql("SELECT 1 FROM dual")]
    refused.append(caller.ask_token(caller.assertion()))
    assert [answer.status_code for answer in refused] == [503] * 3
    assert all(answer.headers["content-type"].startswith("text/html") for answer in refused)
    control.advance(3601)
    assert caller.call().status_code == 200


def test_a_dropped_connection_did_nothing(caller: Any) -> None:
    control = caller.server.control
    control.fault("dropped_before", count=1, script="customscript_door_rl")
    with pytest.raises(requests.ConnectionError):
        caller.call("POST", json=customer("Dropped"))
    assert names(caller, "Dropped") == []
    assert caller.call("POST", json=customer("Dropped")).status_code == 200


def test_half_an_answer_and_the_work_is_done(caller: Any) -> None:
    caller.server.control.fault("half_answer", count=1)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        caller.call("POST", json=customer("Half", externalid="HALF-1"))
    assert names(caller, "Half") == ["HALF-1"]


def test_a_slow_connection_trickles(caller: Any) -> None:
    caller.server.control.fault("slow_connection", count=1, seconds=0.2)
    asked = {"script": "customscript_door_rl", "deploy": "customdeploy_door_rl"}
    headers = caller.bearer() | {"Content-Type": "application/json"}
    with httpx.stream("GET", caller.restlet_url, params=asked, headers=headers) as answer:
        pieces = list(answer.iter_raw())
    assert len(pieces) > 1
    assert b"".join(pieces).startswith(b'{"params"')


def test_a_proxy_gives_up_and_the_work_is_done(caller: Any) -> None:
    caller.server.control.fault("timeout_after_save", count=1, status=504, seconds=0.05)
    answer = caller.call("POST", json=customer("Given up", externalid="UP-1"))
    assert answer.status_code == 504
    assert names(caller, "Given up") == ["UP-1"]


@pytest.mark.parametrize("status", [500, 502, 503])
def test_an_error_comes_instead_of_an_answer(caller: Any, status: int) -> None:
    caller.server.control.fault("http_error", status=status, count=2, address="restlet")
    assert caller.suiteql("SELECT 1 FROM dual").status_code == 200
    assert [caller.call().status_code for _ in range(3)] == [status, status, 200]


def test_tokens_are_refused_under_load(caller: Any) -> None:
    control = caller.server.control
    control.fault("unauthorized", rate=0.5, seed=3)
    answers = [caller.call(headers=caller.bearer()) for _ in range(12)]
    assert {answer.status_code for answer in answers} == {200, 401}
    struck = [row["call"] for row in control.history()]
    assert [n for n, a in enumerate(answers, 1) if a.status_code == 401] == struck


def test_a_clock_that_is_off_refuses_signatures_and_says_its_time(caller: Any) -> None:
    control = caller.server.control
    bearer = caller.bearer()
    control.fault("clock_skew", seconds=-400)
    answer = caller.call()
    assert answer.status_code == 401
    said = parsedate_to_datetime(answer.headers["date"]).timestamp()
    assert abs(said - (time.time() - 400)) < 60
    assert caller.ask_token(caller.assertion()).json()["error"] == "invalid_grant"
    now = int(time.time()) - 400
    assert caller.ask_token(caller.assertion(iat=now, exp=now + 60)).status_code == 200
    assert caller.call(auth=caller.token_based(timestamp=str(now))).status_code == 200
    control.clear_faults()
    control.fault("clock_skew", seconds=3700)
    assert caller.call(headers=bearer).status_code == 401


# --- the limit -----------------------------------------------------------------------------------


def test_an_integration_keeps_to_its_part_of_the_limit(caller: Any) -> None:
    """Others have what is left; both limits hold (netsuite-facts 8)."""
    control = caller.server.control
    own = caller.ready["consumer_key"]
    assert control.concurrency(1, integration=own)["integrations"] == {own: 1}
    control.fault("slow", seconds=0.6, count=1)
    try:
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(caller.call)
            deadline = time.monotonic() + 20
            while control.concurrency()["running"] < 1:
                assert time.monotonic() < deadline
                time.sleep(0.01)
            refused = caller.call(headers=caller.bearer())
            assert running.result().status_code == 200
    finally:
        assert control.concurrency(integration=own)["integrations"] == {}
    assert (refused.status_code, code_of(refused)) == (400, "SSS_REQUEST_LIMIT_EXCEEDED")
    assert caller.call().status_code == 200


# --- at saves ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("record_locked", "RCRD_LOCKED_BY_WF"),
        ("script_timeout", "SSS_TIME_LIMIT_EXCEEDED"),
    ],
)
def test_a_save_meets_a_refusal(caller: Any, fault: str, code: str) -> None:
    caller.server.control.fault(fault, count=1, record="customer")
    answer = caller.call("POST", json=customer(f"Meets {fault}"))
    assert (answer.status_code, code_of(answer)) == (400, code)
    assert names(caller, f"Meets {fault}") == []
    assert caller.call("POST", json=customer(f"Meets {fault}")).status_code == 200


def test_a_lock_is_lost_at_an_edit(caller: Any) -> None:
    control = caller.server.control
    number = control.save("customer", customer("Lock lost"))
    control.fault("record_changed", count=1, record="customer")
    with pytest.raises(NetSuiteError) as caught:
        control.save("customer", {"comments": "x"}, id=number)
    assert caught.value.code == "RCRD_HAS_BEEN_CHANGED"
    assert control.save("customer", {"comments": "x"}, id=number) == number


def test_another_writer_was_first_with_the_key(caller: Any) -> None:
    caller.server.control.fault("unique_violation", count=1, record="customer")
    answer = caller.call("POST", json=customer("Raced", externalid="RACED-1"))
    assert answer.status_code == 400
    assert code_of(answer) in ("DUP_RCRD", "UNIQUE_CUST_ID_REQD", "DUP_ENTITY")
    assert names(caller, "Raced") == ["RACED-1"]


def test_rows_are_committed_out_of_the_order_of_their_ids(caller: Any) -> None:
    """The later id is there while the earlier one is not, and its time is the earlier one."""
    control = caller.server.control
    control.fault("late_commit", count=1, record="customer")
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(control.save, "customer", customer("Late"))
        deadline = time.monotonic() + 20
        while not control.history():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        early = control.save("customer", customer("Early"))
        slow = late.result()
    assert slow < early
    (one,), (other,) = (control.records("customer", id=number) for number in (slow, early))
    assert one["fields"]["lastmodifieddate"] <= other["fields"]["lastmodifieddate"]


def test_late_rows_are_seen_by_nobody_and_hold_no_worker(caller: Any) -> None:
    """Two calls wait for their commits, while others run in the account's only worker."""
    control = caller.server.control
    rule = control.fault("late_commit", count=2, record="customer", seconds=60)
    sql = "SELECT externalid FROM customer WHERE companyname LIKE 'Lag %' ORDER BY id"
    with ThreadPoolExecutor(2) as pool:
        late = [
            pool.submit(
                caller.call, "POST", json=customer(f"Lag {number}", externalid=f"LAG-{number}")
            )
            for number in (1, 2)
        ]
        deadline = time.monotonic() + 30
        while len(control.history()) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert caller.call().status_code == 200
        assert caller.suiteql(sql).json()["items"] == []
        assert names(caller, "Lag 1") == []
        assert not any(call.done() for call in late)
        # The next one overtakes both: whoever reads by ascending ids has read past theirs.
        early = caller.call("POST", json=customer("Lag 3", externalid="LAG-3")).json()["id"]
        assert all(call.result().json()["id"] < early for call in late)
    found = [row["externalid"] for row in caller.suiteql(sql).json()["items"]]
    assert sorted(found) == ["LAG-1", "LAG-2", "LAG-3"]
    assert found[-1] == "LAG-3"
    assert [row["rule"] for row in control.history()] == [rule, rule]


def test_slow_saves_of_a_type_slow_the_answer_and_no_worker(caller: Any) -> None:
    control = caller.server.control
    control.fault("slow", record="customer", seconds=0.8, count=1)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(caller.call, "POST", json=customer("Slow", externalid="SLOW-1"))
        deadline = time.monotonic() + 20
        while not names(caller, "Slow"):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert not slow.done()  # it is saved, the answer waits, and the only worker is free
        assert caller.call().status_code == 200
        assert control.concurrency()["running"] == 1
        assert slow.result().status_code == 200


# --- one seed, one history -----------------------------------------------------------------------


def play(caller: Any, seed: int, threads: int) -> list[dict[str, Any]]:
    control = caller.server.control
    control.clear_faults()
    control.fault("http_error", rate=0.4, seed=seed, address="restlet")
    control.fault("slow", rate=0.5, seed=seed, address="suiteql", jitter=0.002)
    with ThreadPoolExecutor(threads) as pool:
        calls = [pool.submit(caller.call) for _ in range(10)]
        calls += [pool.submit(caller.suiteql, "SELECT 1 FROM dual") for _ in range(10)]
        assert {call.result().status_code for call in calls} <= {200, 500}
    history: list[dict[str, Any]] = control.history()
    return history


def test_one_seed_gives_one_history_also_for_callers_at_once(caller: Any) -> None:
    first = play(caller, 7, 1)
    assert {row["name"] for row in first} == {"http_error", "slow"}
    assert play(caller, 7, 4) == first
    assert play(caller, 8, 1) != first


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "s.yaml",
            "seed: 5\nconcurrency: 5\nfaults:\n  - {name: http_error, rate: 0.5, address: restlet}\n",
        ),
        (
            "s.toml",
            'seed = 5\n[[faults]]\nname = "http_error"\nrate = 0.5\naddress = "restlet"\n',
        ),
    ],
)
def test_a_scenario_file_gives_the_same_history(
    caller: Any, tmp_path: Path, name: str, text: str
) -> None:
    control = caller.server.control
    control.fault("http_error", rate=0.5, seed=5, address="restlet")
    by_hand = [caller.call().status_code for _ in range(8)]
    (tmp_path / name).write_text(text)
    assert control.scenario(str(tmp_path / name)) == [1]
    assert [caller.call().status_code for _ in range(8)] == by_hand
    assert 500 in by_hand


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        (
            "s.yaml",
            "seed: 1\nfaults:\n  - name: slow\n    secnds: 2\n",
            "s.yaml:4: faults.0.secnds",
        ),
        ("s.yaml", "faults:\n  - name: sloow\n", "s.yaml:2: faults.0.name"),
        ("s.yaml", "faults: [\n", "s.yaml:2"),
        ("s.toml", '[[faults]]\nname = "slow"\n[[faults]]\nname = "slow"\nrate = 2\n', "s.toml:5"),
        ("s.toml", "seed = \n", "s.toml:1"),
    ],
)
def test_a_scenario_with_mistakes_is_told_with_its_lines(
    caller: Any, tmp_path: Path, name: str, text: str, words: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match=words):
        caller.server.control.scenario(str(tmp_path / name))
