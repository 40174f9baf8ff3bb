"""
Tells people of alarms: Slack, a webhook, e-mail.

Each channel compares what stands with what it has told, so nothing queues up while it is down, an alarm
that came and went is not told late, and the rest of the agent never waits for it.
"""

from __future__ import annotations

import asyncio
import json
import smtplib
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from typing import Literal

import httpx
import structlog

from agent.alarms import Alarm, Alarms
from agent.config import AlertsSection, HookSection, MailSection
from agent.errors import UserError
from agent.metrics import Metrics
from agent.redaction import redacted
from agent.secrets import Secrets
from agent.targets import signing

TIMEOUT_SECONDS = 30.0
LOOK_SECONDS = 5.0
PAUSE_SECONDS, MOST_PAUSE_SECONDS = 1.0, 300.0

log = structlog.get_logger("agent.alerts")

What = Literal["begins", "stands", "over"]


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to say about an alarm of a project."""

    project: str
    what: What
    alarm: Alarm

    @property
    def text(self) -> str:
        """One sentence."""
        head = {"begins": "ALARM", "stands": "STILL", "over": "OVER"}[self.what]
        alarm = self.alarm
        return (
            f"{head} [{self.project}] {alarm.kind} {alarm.subject}: {alarm.message} ({alarm.code})"
        )


Send = Callable[[Alert], Awaitable[None]]


class Channel:
    """
    One way to people.

    Args:
        name: for metrics and the log.
        send: says one thing; any failure is tried again.
        alarms: what stands.
        project: named in each alert.
        section: when to say it.
        speaks: whether this agent is the one that tells; agents that share a store can have one that does.
    """

    def __init__(
        self,
        name: str,
        send: Send,
        *,
        alarms: Alarms,
        metrics: Metrics,
        project: str,
        section: AlertsSection,
        speaks: Callable[[], bool] = lambda: True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._name = name
        self._send = send
        self._alarms = alarms
        self._metrics = metrics
        self._project = project
        self._section = section
        self._speaks = speaks
        self._clock = clock
        self._told: dict[tuple[str, str], tuple[Alarm, float]] = {}

    async def run(self) -> None:
        """Tell what is to be told, until cancelled."""
        pause = 0.0
        while True:
            if self._speaks() and not await self._tell():
                pause = min(max(pause * 2, PAUSE_SECONDS), MOST_PAUSE_SECONDS)
                await asyncio.sleep(pause)
                continue
            pause = 0.0
            await asyncio.sleep(min(max(self._section.settle_seconds, 0.05), LOOK_SECONDS))

    async def _tell(self) -> bool:
        for alert in self._due():
            try:
                await self._send(alert)
            except (OSError, httpx.HTTPError, smtplib.SMTPException, UserError) as error:
                self._metrics.alerts.labels(self._name, "failed").inc()
                reason = f"{type(error).__name__}: {error}"
                log.warning("alert_not_told", channel=self._name, reason=redacted(reason))
                return False
            self._metrics.alerts.labels(self._name, "ok").inc()
            where = alert.alarm.kind, alert.alarm.subject
            if alert.what == "over":
                del self._told[where]
            else:
                self._told[where] = alert.alarm, self._clock()
        return True

    def _due(self) -> list[Alert]:
        now, stands = self._clock(), self._alarms.now()
        found: list[tuple[What, Alarm]] = []
        for where, alarm in stands.items():
            known = self._told.get(where)
            if known is None or known[0].code != alarm.code:
                if now - alarm.since >= self._section.settle_seconds:
                    found.append(("begins", alarm))
            elif now - known[1] >= self._section.repeat_hours * 3_600:
                found.append(("stands", alarm))
        found += [("over", was) for where, (was, _) in self._told.items() if where not in stands]
        return [Alert(self._project, what, alarm) for what, alarm in found]


def channels(
    section: AlertsSection,
    secrets: Secrets,
    *,
    alarms: Alarms,
    metrics: Metrics,
    project: str,
) -> list[Channel]:
    """The channels that agent.toml names. Raises SecretMissing at the start, not at the first alarm."""
    sends: dict[str, Send] = {}
    if section.slack is not None:
        sends["slack"] = _Hook(section.slack, secrets, _slack).send
    if section.webhook is not None:
        sends["webhook"] = _Hook(section.webhook, secrets, _facts).send
    if section.mail is not None:
        sends["mail"] = _Mail(section.mail, secrets).send
    return [
        Channel(name, send, alarms=alarms, metrics=metrics, project=project, section=section)
        for name, send in sends.items()
    ]


def _slack(alert: Alert) -> bytes:
    # Slack's own marks are written out, so that a message cannot call anybody.
    text = alert.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return json.dumps({"text": text}).encode()


def _facts(alert: Alert) -> bytes:
    facts = {"project": alert.project, "what": alert.what, **asdict(alert.alarm)}
    return json.dumps(facts, ensure_ascii=False).encode()


class _Hook:
    def __init__(
        self, section: HookSection, secrets: Secrets, body: Callable[[Alert], bytes]
    ) -> None:
        self._section, self._secrets, self._body = section, secrets, body
        secrets.get(section.url)
        if section.secret:
            signing.key_of(secrets.get(section.secret))

    async def send(self, alert: Alert) -> None:
        url = self._secrets.get(self._section.url)
        body = self._body(alert)
        headers = {"Content-Type": "application/json"}
        if self._section.secret:
            alarm = alert.alarm
            name = f"{alarm.kind}:{alarm.subject}:{alarm.code}:{alarm.since:.3f}:{alert.what}"
            key = self._secrets.get(self._section.secret)
            headers |= signing.headers(key, name, int(time.time()), body)
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, follow_redirects=False) as http:
                (await http.post(url, content=body, headers=headers)).raise_for_status()
        except httpx.InvalidURL as error:
            raise UserError(f"secret '{self._section.url}' is no address") from error


class _Mail:
    def __init__(self, section: MailSection, secrets: Secrets) -> None:
        self._section, self._secrets = section, secrets
        if section.password:
            secrets.get(section.password)

    async def send(self, alert: Alert) -> None:
        await asyncio.to_thread(self._post, alert)

    def _post(self, alert: Alert) -> None:
        section = self._section
        mail = EmailMessage()
        # A header is one line, whatever an error message holds.
        mail["Subject"] = " ".join(alert.text.split())[:150]
        mail["From"], mail["To"] = section.sender, ", ".join(section.to)
        since = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(alert.alarm.since))
        mail.set_content(f"{alert.text}\nSince {since}\n")
        kind = smtplib.SMTP_SSL if section.security == "tls" else smtplib.SMTP
        with kind(section.host, section.port, timeout=TIMEOUT_SECONDS) as server:
            if section.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if section.user and section.password:
                server.login(section.user, self._secrets.get(section.password))
            server.send_message(mail)
