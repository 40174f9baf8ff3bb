"""Between inbox and account or target: what is sent again, what is held, what stops a lane."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from typing import Any

import httpx
import pytest
from agent_bench import Bench, until
from fake_account import BEARER, event, signed

from agent.config import RetrySection
from agent.dispatch import lane
from agent.dispatch.retry import Decide
from agent.inbox.model import Filter, Leased, Problem
from agent.inbox.sqlite import SqliteStore
from agent.inbox.states import State

Json = dict[str, Any]


async def send(client: httpx.AsyncClient, *documents: Json, flow: str = "orders") -> None:
    """Each document in a call of its own; its id is the event's."""
    for number, document in enumerate(documents):
        body = json.dumps(document).encode()
        id_ = str(document.get("event", f"e{number}"))
        headers = signed(body, id_) if flow == "orders" else BEARER | {"webhook-id": id_}
        answer = await client.post(f"/in/{flow}", content=body, headers=headers)
        assert answer.status_code == 202


def fails(code: str, kind: str, **more: Any) -> Json:
    return {"outcome": "failed", "error": {"code": code, "message": "m", "class": kind, **more}}


async def settled(bench: Bench, count: int, states: tuple[str, ...] = ("done", "held")) -> None:
    await until(
        f"{count} events in {states}",
        lambda: sum(state in states for state in bench.states().values()) == count,
    )


async def status(client: httpx.AsyncClient) -> Json:
    return (await client.get("/status", headers=BEARER)).json()  # type: ignore[no-any-return]


async def alarms(client: httpx.AsyncClient, kind: str = "lane") -> list[Json]:
    """The alarms of a kind, as soon as there is one."""
    for _ in range(1000):
        if found := [row for row in (await status(client))["alarms"] if row["kind"] == kind]:
            return found
        await asyncio.sleep(0.01)
    raise AssertionError(f"no {kind} alarm")


def test_a_refused_document_is_held_while_its_neighbours_pass(bench: Bench) -> None:
    bench.account.answer = lambda row: (
        fails("INVALID_FLD_VALUE", "data", field="item", spec="orders.yaml:12")
        if row["doc"]["id"] == 1
        else None
    )

    async def work(client: httpx.AsyncClient) -> None:
        await send(client, {"id": 0}, {"id": 1}, {"id": 2})
        await settled(bench, 3)

    bench.run(work)
    assert bench.states() == {"e0": "done", "e1": "held", "e2": "done"}
    row = bench.store.show(2)
    assert row is not None
    assert (row["code"], row["field"], row["spec"]) == (
        "INVALID_FLD_VALUE",
        "item",
        "orders.yaml:12",
    )


def test_a_missing_reference_heals_when_it_is_made(bench: Bench) -> None:
    token = "salesorder|externalid|O-parent"
    bench.account.answer = lambda row: (
        fails("MISSING_REFERENCE", "data", missing=token)
        if row["doc"].get("needs") and "O-parent" not in bench.account.records
        else None
    )

    async def work(client: httpx.AsyncClient) -> None:
        await send(client, {"id": "child", "needs": "parent", "event": "child"})
        await settled(bench, 1, ("waiting",))
        row = bench.store.show(1)
        assert row is not None
        assert row["waits_for"] == token
        await send(client, {"id": "parent", "event": "parent"})
        await settled(bench, 2)

    bench.run(work)
    assert set(bench.account.records) == {"O-child", "O-parent"}


def test_what_is_lost_a_moment_is_tried_again(bench: Bench) -> None:
    tries: dict[str, int] = {}

    def answer(row: Json) -> Json | None:
        tries[row["id"]] = tries.get(row["id"], 0) + 1
        return fails("RCRD_HAS_BEEN_CHANGED", "retry") if tries[row["id"]] < 4 else None

    bench.account.answer = answer

    async def work(client: httpx.AsyncClient) -> None:
        await send(client, {"id": 1})
        await settled(bench, 1)

    bench.run(work)
    assert list(tries.values()) == [4]


@pytest.mark.parametrize("step", ["lease", "next_due"])
def test_a_store_that_fails_for_a_moment_ends_no_lane(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """On a full disk SQLite can fail a read as well: it needs room for the index of its log."""
    real, failed = getattr(SqliteStore, step), 0

    async def failing(*args: Any, **more: Any) -> Any:
        nonlocal failed
        if failed < 10:
            failed += 1
            raise sqlite3.OperationalError("disk I/O error")
        return await real(*args, **more)

    monkeypatch.setattr(SqliteStore, step, failing)
    monkeypatch.setattr(lane, "FAULT_SECONDS", 0.05)

    async def work(client: httpx.AsyncClient) -> None:
        await until("every lane has failed", lambda: failed == 10)
        await send(client, {"id": 1})
        await settled(bench, 1)

    bench.run(work)
    assert set(bench.account.records) == {"O-1"}


def test_a_document_that_never_succeeds_ends_dead(bench: Bench) -> None:
    bench.more["retry"] = "attempts = 3\n"
    bench.account.answer = lambda _row: fails("UNEXPECTED_ERROR", "retry")

    async def work(client: httpx.AsyncClient) -> None:
        await send(client, {"id": 1})
        await settled(bench, 1, ("dead",))

    bench.run(work)
    assert len(bench.account.calls) == 3


def test_an_outage_kills_nothing(bench: Bench) -> None:
    """Only age counts while nobody answers: a maintenance window is longer than a dozen tries."""
    bench.more["retry"] = "attempts = 3\n"
    bench.account.fault = lambda _script: (503, {"error": {"code": "DOWN", "message": "down"}})

    async def work(client: httpx.AsyncClient) -> None:
        await send(client, {"id": 1})
        await until("it was tried often", lambda: len(bench.account.calls) > 8)
        bench.account.fault = lambda _script: None
        await settled(bench, 1)

    bench.run(work)
    assert list(bench.account.records) == ["O-1"]


def test_two_ids_that_javascript_takes_for_one_stay_two(bench: Bench) -> None:
    ids = [9007199254740992, 9007199254740993]

    async def work(client: httpx.AsyncClient) -> None:
        await send(client, *({"id": number} for number in ids))
        await settled(bench, 2)

    bench.run(work)
    told = [one["doc"]["id"] for _, call in bench.account.calls for one in call["documents"]]
    assert told == [ids[0], str(ids[1])]


def test_a_cut_after_the_save_doubles_no_upsert(bench: Bench) -> None:
    cuts = [(500, {"error": {"code": "UNEXPECTED_ERROR", "message": "cut"}})]
    bench.account.after_save = lambda: cuts.pop() if cuts else None

    async def work(client: httpx.AsyncClient) -> None:
        await send(client, {"id": 1})
        await settled(bench, 1)

    bench.run(work)
    assert len(bench.account.saves) == 1
    row = bench.store.show(1)
    assert row is not None
    assert row["outcome"] == "unchanged"


def test_what_was_made_by_a_call_that_was_cut_is_found_and_not_made_again(bench: Bench) -> None:
    cuts = [(500, {"error": {"code": "CUT", "message": "cut"}})]
    bench.account.after_save = lambda: cuts.pop() if cuts else None

    async def work(client: httpx.AsyncClient) -> None:
        await send(client, {"id": 1}, flow="once")
        await settled(bench, 1)

    bench.run(work)
    assert len(bench.account.saves) == 1
    assert bench.account.calls[-1][1]["documents"][0]["look"] is True


def test_what_could_be_doubled_waits_until_the_cut_call_is_over(bench: Bench) -> None:
    """Also when the agent is started anew in between: the time of the call is kept."""
    cut = (500, {"error": {"code": "CUT", "message": "cut"}})
    bench.account.fault = lambda script: cut if script == "customscript_once" else None

    async def first(client: httpx.AsyncClient) -> None:
        await send(client, {"id": 1}, flow="once")
        await settled(bench, 1, ("unknown",))

    bench.run(first)
    bench.account.fault = lambda _script: None

    async def second(client: httpx.AsyncClient) -> None:
        await send(client, {"id": 2, "event": "other"}, flow="once")
        await until("the other is done", lambda: bench.states()["other"] == "done")
        looks = len(bench.account.calls)
        await until("it is looked for again", lambda: len(bench.account.calls) > looks + 1)

    bench.run(second)
    assert bench.states()["e0"] == "unknown"
    assert list(bench.account.records) == ["O-2"]
    # When no call before can be running any more, it is made.
    bench.more["dispatch"] = "resend_after = 0.0\n"
    bench.run(lambda _client: settled(bench, 2))
    assert list(bench.account.records) == ["O-2", "O-1"]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "SSS_USAGE_LIMIT_EXCEEDED"),
        (400, "SSS_TIME_LIMIT_EXCEEDED"),
        (500, "UNEXPECTED_ERROR"),
    ],
)
def test_a_document_that_ends_the_script_is_found_by_halves_and_held(
    bench: Bench, status: int, code: str
) -> None:
    bench.changes["batch_max"] = 40
    bench.more["retry"] = "attempts = 3\n"

    def fault(_script: str) -> tuple[int, Json] | None:
        _, call = bench.account.calls[-1]
        poisoned = any(row["doc"]["id"] == 23 for row in call.get("documents", ()))
        return (status, {"error": {"code": code, "message": "ended"}}) if poisoned else None

    bench.account.fault = fault

    async def work(client: httpx.AsyncClient) -> None:
        body = json.dumps({"data": {"orders": [{"number": n, "id": n} for n in range(40)]}})
        await client.post("/in/split", content=body, headers=BEARER | {"webhook-id": "w"})
        await until(
            "the others are done", lambda: list(bench.states().values()).count("done") == 39
        )
        for number in range(100, 104):  # others get through: it is the document
            other = json.dumps({"data": {"orders": [{"number": number, "id": number}]}})
            await client.post(
                "/in/split", content=other, headers=BEARER | {"webhook-id": f"{number}"}
            )
            await asyncio.sleep(0.15)
        await settled(bench, 44)

    bench.run(work)
    assert {id_ for id_, state in bench.states().items() if state == "held"} == {"23"}
    row = next(row for row in bench.store.find(Filter()) if row["state"] == "held")
    assert (row["code"], row["message"]) == (code, "ended")
    sizes = [len(call["documents"]) for _, call in bench.account.calls if "documents" in call]
    assert sizes[0] == 40
    assert len(sizes) - 4 <= 2 * 7 + 3  # a good and a bad half a level, and the last one again


def test_refused_credentials_stop_the_lane_with_one_alarm_until_they_are_right(
    bench: Bench,
) -> None:
    bench.account.known = False

    async def work(client: httpx.AsyncClient) -> None:
        await send(client, {"id": 1}, {"id": 2})

        assert [alarm["subject"] for alarm in await alarms(client, "lane")] == ["orders"]
        bench.account.known = True
        await settled(bench, 2)
        kinds = [alarm["kind"] for alarm in (await status(client))["alarms"]]
        assert "lane" not in kinds

    bench.run(work)
    assert len(bench.account.saves) == 2


def test_one_document_without_permission_does_not_stop_the_others(bench: Bench) -> None:
    bench.account.answer = lambda row: (
        fails("INSUFFICIENT_PERMISSION", "permission") if row["doc"]["id"] == 1 else None
    )

    async def work(client: httpx.AsyncClient) -> None:
        body = json.dumps({"data": {"orders": [{"id": number} for number in range(3)]}}).encode()
        await client.post("/in/split", content=body, headers=BEARER | {"webhook-id": "w"})
        await settled(bench, 3)
        assert (await status(client))["alarms"] == []

    bench.run(work)
    assert bench.states() == {"w/0": "done", "w/1": "held", "w/2": "done"}


def test_a_document_without_permission_that_comes_alone_is_found_out(bench: Bench) -> None:
    """It stops the lane; when another got through and it fails again, it is held."""
    bench.account.answer = lambda row: (
        fails("INSUFFICIENT_PERMISSION", "permission") if row["doc"]["id"] == 1 else None
    )

    async def work(client: httpx.AsyncClient) -> None:
        await send(client, {"id": 1, "event": "bad"})
        await alarms(client)
        await send(client, {"id": 2, "event": "good"})
        await settled(bench, 2)

    bench.run(work)
    assert bench.states() == {"bad": "held", "good": "done"}


def test_the_accounts_concurrency_limit_costs_no_attempt(bench: Bench) -> None:
    bench.more["retry"] = "attempts = 1\n"
    busy = [(429, {"error": {"code": "SSS_REQUEST_LIMIT_EXCEEDED", "message": "busy"}})] * 2
    bench.account.fault = lambda script: busy.pop() if busy and script != "s" else None

    async def work(client: httpx.AsyncClient) -> None:
        await send(client, {"id": 1})
        await settled(bench, 1)

    bench.run(work)
    assert bench.states() == {"e0": "done"}


def test_documents_of_one_key_go_one_after_the_other(bench: Bench) -> None:
    """The account holds the last state, and no batch carries two of them."""

    async def work(client: httpx.AsyncClient) -> None:
        await send(client, *({"id": 1, "n": n, "event": f"n{n}"} for n in range(12)))
        await settled(bench, 12)

    bench.run(work)
    assert bench.account.records["O-1"]["n"] == 11
    assert all(
        len({row["doc"]["id"] for row in call["documents"]}) == len(call["documents"])
        for _, call in bench.account.calls
        if "documents" in call
    )


def test_another_contract_stops_the_lane(bench: Bench) -> None:
    wrong = {"error": {"code": "WRONG_CONTRACT", "message": "other build", "class": "config"}}
    bench.account.fault = lambda script: (200, wrong) if script == "customscript_orders" else None

    async def work(client: httpx.AsyncClient) -> None:
        await send(client, {"id": 1})
        assert [alarm["code"] for alarm in await alarms(client)] == ["WRONG_CONTRACT"]

    bench.run(work)
    assert bench.states()["e0"] == "waiting"


# --- imports --------------------------------------------------------------------------------------


async def bills(client: httpx.AsyncClient, count: int) -> None:
    for number in range(count):
        body = b'{"id": %d,\n "total": 14.10}' % number
        answer = await client.post(
            "/in/bills", content=body, headers=BEARER | {"webhook-id": f"b{number}"}
        )
        assert answer.status_code == 202


def test_a_file_flow_goes_by_import_and_each_document_has_its_outcome(bench: Bench) -> None:
    bench.account.answer = lambda row: (
        fails("INVALID_FLD_VALUE", "data") if row["doc"]["id"] == 3 else None
    )

    async def work(client: httpx.AsyncClient) -> None:
        await bills(client, 8)
        await settled(bench, 8)
        await until("the account forgot the runs", lambda: not bench.account.imports)

    bench.run(work)
    assert {id_ for id_, state in bench.states().items() if state == "held"} == {"b3"}
    assert len(bench.account.saves) == 7
    line = bench.account.saves[0][1]
    assert "14.10" in line
    assert "\n" not in line


def test_an_import_that_was_submitted_goes_on_after_a_stop(bench: Bench) -> None:
    """Its results are taken by the next agent; nothing is imported twice."""
    down = (503, {"error": {"code": "DOWN", "message": "down"}})

    def fault(script: str) -> tuple[int, Json] | None:
        return down if bench.account.calls[-1][1].get("op") == "state" else None

    bench.account.fault = fault

    async def first(client: httpx.AsyncClient) -> None:
        await bills(client, 4)
        await until(
            "its state was asked for",
            lambda: any(call.get("op") == "state" for _, call in bench.account.calls),
        )

    bench.run(first)
    assert "sending" in bench.states().values()
    bench.account.fault = lambda _script: None

    async def second(client: httpx.AsyncClient) -> None:
        await settled(bench, 4)

    bench.run(second)
    assert len(bench.account.saves) == 4


def test_an_import_that_could_not_be_staged_is_forgotten_and_tried_anew(bench: Bench) -> None:
    faults = [(503, {"error": {"code": "DOWN", "message": "down"}})]

    def fault(script: str) -> tuple[int, Json] | None:
        staging = bench.account.calls[-1][1].get("op") == "stage"
        return faults.pop() if staging and faults else None

    bench.account.fault = fault

    async def work(client: httpx.AsyncClient) -> None:
        await bills(client, 2)
        await settled(bench, 2)

    bench.run(work)
    assert len(bench.account.saves) == 2
    assert bench.account.imports == {}


# --- out ------------------------------------------------------------------------------------------


async def emit(client: httpx.AsyncClient, *numbers: str) -> None:
    for number in numbers:
        body = event(f"ev{number}", f"000{number}")
        answer = await client.post("/netsuite/events", content=body, headers=signed(body))
        assert answer.status_code in (200, 202)


def test_events_reach_their_target_once_and_in_order(bench: Bench) -> None:
    refusals = [503, 503]
    bench.account.target = lambda _id, _body: refusals.pop() if refusals else 200

    async def work(client: httpx.AsyncClient) -> None:
        await emit(client, "1", "1", "2", "3", "2")
        await settled(bench, 3)

    bench.run(work)
    assert [(id_, json.loads(body)) for id_, body in bench.account.deliveries] == [
        (f"ev{number}", {"n": f"000{number}"}) for number in (1, 2, 3)
    ]


def test_what_a_target_refuses_is_held(bench: Bench) -> None:
    bench.account.target = lambda id_, _body: 422 if id_ == "ev1" else 200

    async def work(client: httpx.AsyncClient) -> None:
        await emit(client, "1", "2")
        await settled(bench, 2)

    bench.run(work)
    assert bench.states() == {"ev1": "held", "ev2": "done"}


def test_a_target_that_does_not_know_us_stops_the_lane_and_holds_nothing(bench: Bench) -> None:
    bench.account.target = lambda _id, _body: 401

    async def work(client: httpx.AsyncClient) -> None:
        await emit(client, "1", "2")
        assert [alarm["code"] for alarm in await alarms(client)] == ["http_401"]
        assert set(bench.states().values()) <= {"received", "waiting", "sending"}
        bench.account.target = lambda _id, _body: 200
        await settled(bench, 2)
        assert (await status(client))["alarms"] == []

    bench.run(work)
    assert [id_ for id_, _ in bench.account.deliveries] == ["ev1", "ev2"]


# --- the decision alone ---------------------------------------------------------------------------


def test_waits_grow_are_bounded_and_age_ends_them() -> None:
    decide = Decide(
        RetrySection(base_seconds=2, max_seconds=100, max_age=1000),
        lambda: 5000.0,
        lambda _low, high: high,
    )
    assert [decide.wait(tries) for tries in (0, 1, 3, 10, 500)] == [2, 4, 16, 100, 100]
    old = Leased(1, "e", "k", b"", 0, False, State.WAITING, 3999.0, None)
    young = Leased(1, "e", "k", b"", 400, False, State.WAITING, 4001.0, None)
    down = Problem("DOWN", "down", kind="retry")
    assert decide.again(old, down, outage=True).state is State.DEAD
    assert decide.again(young, down, outage=True).state is State.WAITING
    assert decide.again(young, down).state is State.DEAD


def test_a_key_in_other_hands_costs_a_document_none_of_its_tries() -> None:
    """A claim whose call was cut is taken over after 330 s: tries must not run out before."""
    decide = Decide(RetrySection(attempts=3), lambda: 5000.0)
    tried = Leased(1, "e", "k", b"", 400, False, State.WAITING, 4999.0, None)

    def failed(code: str) -> State:
        answer = {"outcome": "failed", "error": {"code": code, "message": "", "class": "retry"}}
        return decide.result(tried, answer, 4999.0).state

    assert failed("CLAIM_IN_PROGRESS") is State.WAITING
    assert failed("RCRD_HAS_BEEN_CHANGED") is State.DEAD
