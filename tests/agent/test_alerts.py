"""Alerts: people are told once, again after a while, and when it is over; the agent never waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import email
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import postgres
import pytest
from agent_bench import Bench, until
from aiosmtpd.controller import Controller
from click.testing import CliRunner
from fake_account import KEY, signed
from prometheus_client.parser import text_string_to_metric_families
from pytest_httpserver import HTTPServer
from standardwebhooks import Webhook
from test_service import free_port
from werkzeug import Request, Response

from agent.alarms import Alarm, Alarms, Placed
from agent.alerts import Alert, Channel
from agent.cli import main
from agent.config import AlertsSection
from agent.metrics import Metrics

QUICK = "settle_seconds = 0\nlook_seconds = 0.05\n"


class Told:
    """What a store remembers, of one agent."""

    def __init__(self) -> None:
        self.stands: dict[Any, Placed] = {}
        self.kept: dict[Any, tuple[Alarm, float]] = {}

    async def share_alarms(self, _place: str, begun: Any, ended: Any) -> list[Placed]:
        self.stands |= {(one.alarm.kind, one.alarm.subject): one for one in begun}
        for _, where in ended:
            self.stands.pop(where, None)
        return list(self.stands.values())

    async def told(self, _channel: str) -> list[tuple[Alarm, float]]:
        return list(self.kept.values())

    async def tell(self, _channel: str, alarm: Alarm, at: float | None) -> None:
        self.kept.pop((alarm.kind, alarm.subject), None)
        if at is not None:
            self.kept[alarm.kind, alarm.subject] = (alarm, at)


class Postbox:
    """A mail server that keeps what it takes."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.mails.append(email.message_from_bytes(envelope.content))
        return "250 kept"


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    box = Postbox()
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port, ready_timeout=20)
    controller.start()
    yield box, port
    controller.stop()


def test_held_documents_reach_every_channel_and_are_over_when_mended(
    bench: Bench, httpserver: HTTPServer, postbox: tuple[Postbox, int]
) -> None:
    box, port = postbox
    slack: list[str] = []
    hook: list[dict[str, Any]] = []

    def take_slack(request: Request) -> Response:
        slack.append(request.get_json()["text"])
        return Response("ok")

    def take_hook(request: Request) -> Response:
        Webhook(KEY).verify(request.get_data(as_text=True), dict(request.headers.items()))
        hook.append(request.get_json())
        return Response("", 204)

    httpserver.expect_request("/slack").respond_with_handler(take_slack)
    httpserver.expect_request("/hook").respond_with_handler(take_hook)
    bench.write()  # makes the folder of secrets
    (bench.folder / "secrets" / "slack_url").write_text(httpserver.url_for("/slack"))
    (bench.folder / "secrets" / "hook_url").write_text(httpserver.url_for("/hook"))
    bench.more = {
        "alerts": QUICK,
        "alerts.slack": 'url = "slack_url"\n',
        "alerts.webhook": 'url = "hook_url"\nsecret = "shop"\n',
        "alerts.mail": f'host = "127.0.0.1"\nport = {port}\nsecurity = "none"\nsender = "a@x.example"\nto = ["ops@x.example"]\n',
    }
    bad = {"error": {"code": "BAD", "message": "line 1\nline 2", "class": "data"}}
    bench.account.answer = lambda _row: {"outcome": "failed", **bad}

    async def work(client: httpx.AsyncClient) -> None:
        body = json.dumps({"id": 1}).encode()
        assert (await client.post("/in/orders", content=body, headers=signed(body))).is_success
        await until("all told", lambda: slack and hook and box.mails)
        await asyncio.sleep(0.3)
        assert (len(slack), len(hook), len(box.mails)) == (1, 1, 1)  # said once
        text = (await client.get("/metrics")).text
        assert 'suiteloom_events{flow="orders",state="held"} 1.0' in text
        bench.account.answer = lambda _row: None
        headers = {"Authorization": "Bearer sesame"}
        await client.post("/retry", json={"flow": "orders"}, headers=headers)
        await until("all over", lambda: len(slack) == len(hook) == len(box.mails) == 2)

    bench.run(work)
    assert slack[0].startswith("ALARM [test] held orders: documents are held")
    assert slack[1].startswith("OVER [test] held orders")
    assert [one["what"] for one in hook] == ["begins", "over"]
    assert box.mails[0]["Subject"].startswith("ALARM [test] held orders")
    assert box.mails[0]["To"] == "ops@x.example"


@pytest.mark.parametrize("agents", [1, 2])
def test_an_alarm_is_told_once_by_all_agents_and_over_restarts(
    bench: Bench, httpserver: HTTPServer, agents: int
) -> None:
    """On SQLite over a restart of the one agent, on PostgreSQL by two of which one is restarted."""
    slack: list[str] = []

    def take(request: Request) -> Response:
        slack.append(request.get_json()["text"])
        return Response("ok")

    httpserver.expect_request("/slack").respond_with_handler(take)
    bench.write()
    (bench.folder / "secrets" / "slack_url").write_text(httpserver.url_for("/slack"))
    bench.more = {"alerts": QUICK, "alerts.slack": 'url = "slack_url"\n'}
    bad = {"error": {"code": "BAD", "message": "x", "class": "data"}}
    bench.account.answer = lambda _row: {"outcome": "failed", **bad}

    async def whole() -> None:
        async with contextlib.AsyncExitStack() as staying:
            for _ in range(agents - 1):
                await staying.enter_async_context(bench.running())
            async with bench.running() as client:
                body = json.dumps({"id": 1}).encode()
                sent = await client.post("/in/orders", content=body, headers=signed(body))
                assert sent.is_success
                await until("told", lambda: slack)
                await asyncio.sleep(1.0)
            async with bench.running() as client:
                await asyncio.sleep(1.0)
                assert len(slack) == 1
                bench.account.answer = lambda _row: None
                headers = {"Authorization": "Bearer sesame"}
                await client.post("/retry", json={"flow": "orders"}, headers=headers)
                await until("over", lambda: len(slack) == 2)
                await asyncio.sleep(1.0)
        assert [text.split()[0] for text in slack] == ["ALARM", "OVER"]

    with contextlib.ExitStack() as stack:
        if agents > 1:
            bench.address = stack.enter_context(postgres.schema())
        asyncio.run(whole())


def test_what_one_agent_found_another_one_ends() -> None:
    """Alarms of what is done in turn are of all; one's own lane and log-in are its own, until it is gone for good."""
    kept: dict[tuple[str, str, str], Placed] = {}

    class Kept(Told):
        async def share_alarms(self, _place: str, begun: Any, ended: Any) -> list[Placed]:
            for one in begun:
                kept[one.place, one.alarm.kind, one.alarm.subject] = one
            for place, (kind, subject) in ended:
                kept.pop((place, kind, subject), None)
            return list(kept.values())

    async def run() -> None:
        first, second = (Alarms(Metrics(), place=place) for place in ("a:1", "b:1"))
        first.begin("poll", "stock", "X", "m")
        first.begin("lane", "orders", "Y", "m")
        await first.share(Kept())
        second.end("poll", "stock")  # before it has heard of it
        second.end("lane", "orders")
        await second.share(Kept())
        await first.share(Kept())
        for one in (first, second):
            assert list(one.now()) == [("lane", "orders")]
        again = Alarms(Metrics(), place="a:1")
        await again.share(Kept())
        again.end("lane", "orders")
        await again.share(Kept())
        await second.share(Kept())
        assert not again.now() and not second.now()

    asyncio.run(run())


def test_a_channel_that_hangs_holds_nothing_up(bench: Bench, httpserver: HTTPServer) -> None:
    """Nobody answers where Slack should be: documents go through and the agent stops in time."""
    release = asyncio.Event()

    async def whole() -> None:
        async def swallow(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await release.wait()
            writer.close()

        hole = await asyncio.start_server(swallow, "127.0.0.1", 0)
        bench.write()
        url = f"http://127.0.0.1:{hole.sockets[0].getsockname()[1]}/"
        (bench.folder / "secrets" / "slack_url").write_text(url)
        bench.more = {"alerts": QUICK, "alerts.slack": 'url = "slack_url"\n'}
        bench.account.answer = lambda row: (
            {"outcome": "failed", "error": {"code": "BAD", "message": "x", "class": "data"}}
            if row["doc"]["id"] == 0
            else None
        )
        async with asyncio.timeout(60), bench.running() as client:
            for number in range(10):
                body = json.dumps({"id": number}).encode()
                headers = signed(body, f"m{number}")
                await client.post("/in/orders", content=body, headers=headers)
            await until("nine done", lambda: list(bench.states().values()).count("done") == 9)
        release.set()
        hole.close()

    asyncio.run(whole())


def test_an_alarm_is_told_again_after_a_long_time_and_not_while_it_flaps() -> None:
    metrics, now, told = Metrics(), [1000.0], []
    alarms = Alarms(metrics, clock=lambda: now[0])
    section = AlertsSection(settle_seconds=10, repeat_hours=1)

    async def send(alert: Alert) -> None:
        if now[0] == 1020.0:
            raise OSError("down")
        told.append((now[0], alert.what))

    channel = Channel(
        "test",
        send,
        alarms=alarms,
        metrics=metrics,
        project="p",
        section=section,
        memory=Told(),
        clock=lambda: now[0],
    )

    def at(seconds: float) -> None:
        now[0] = seconds
        asyncio.run(channel.round())

    alarms.begin("lane", "a", "X", "m")
    at(1005.0)
    alarms.end("lane", "a")
    at(1006.0)
    assert not told  # it came and went
    alarms.begin("lane", "a", "X", "m")
    for seconds in (1020.0, 1021.0, 1022.0, 4000.0, 4622.0):
        at(seconds)
    alarms.end("lane", "a")
    at(4700.0)
    assert told == [(1021.0, "begins"), (4622.0, "stands"), (4700.0, "over")]


def test_silence_queue_age_and_the_certificate_are_alarms(bench: Bench, tmp_path: Path) -> None:
    from datetime import UTC, datetime

    from agent.netsuite.certificate import make

    (tmp_path / "soon.pem").write_bytes(make("x", "ec-256", 3, datetime.now(UTC))[1])
    bench.more = {
        "alerts": QUICK + "queue_seconds = 0.2\nsilence_hours = {tracking = 0.00001}\n",
        "netsuite": 'certificate_file = "soon.pem"\n',
    }
    bench.account.fault = lambda _script: (503, {})

    async def work(client: httpx.AsyncClient) -> None:
        body = json.dumps({"id": 1}).encode()
        await client.post("/in/orders", content=body, headers=signed(body))
        headers = {"Authorization": "Bearer sesame"}

        async def standing() -> set[tuple[str, str]]:
            alarms = (await client.get("/status", headers=headers)).json()["alarms"]
            return {(one["kind"], one["subject"]) for one in alarms}

        wanted = {("queue", "orders"), ("silence", "tracking"), ("certificate", "soon.pem")}
        async with asyncio.timeout(20):
            while not wanted <= await standing():  # noqa: ASYNC110 - asked over HTTP
                await asyncio.sleep(0.05)

    bench.run(work)


UNITS = ("_seconds", "_bytes", "_info", "_ratio")


def test_metrics_have_names_that_prometheus_users_expect(bench: Bench) -> None:
    """promtool's rules: prefix, base units, _total for counters alone, help that says something."""

    async def work(client: httpx.AsyncClient) -> str:
        return (await client.get("/metrics")).text

    text = bench.run(work)
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert "suiteloom_build" in families or "suiteloom_build_info" in families
    for name, family in families.items():
        assert name.startswith("suiteloom_")
        assert family.documentation
        for word in ("_ms", "_minutes", "_hours", "_kb", "_percent", "_milliseconds"):
            assert word not in name
        if family.type == "gauge":
            assert not name.endswith(("_total", "_count", "_sum"))
        if family.type == "histogram":
            assert name.endswith(UNITS)
        for sample in family.samples:
            assert sample.name.endswith("_total") == (family.type == "counter") or (
                sample.name.endswith("_created")
            )


def test_every_expression_of_the_board_asks_for_metrics_that_there_are() -> None:
    done = CliRunner().invoke(main, ["deploy", "grafana"])
    assert done.exit_code == 0, done.output
    known: set[str] = set()
    for family in Metrics().registry.collect():
        ends = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}
        for end in ends.get(family.type, ("",)):
            known.add(family.name + end)
    asked = set()
    for panel in json.loads(done.output)["panels"]:
        for target in panel["targets"]:
            found = set(re.findall(r"suiteloom_[a-z_]+", target["expr"]))
            assert found, target
            asked |= found
    assert asked <= known
