"""
Tells people of alarms: Slack, a webhook, e-mail.

Each channel compares what stands with what it has told, so nothing queues up while it is down, an
alarm that came and went is not told late, and the rest of the agent never waits for it.
"""

from __future__ import annotations

import asyncio
import json
import smtplib
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from typing import Literal

import httpx
import structlog

from agent.alarms import Alarm, Alarms, Memory
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
        memory: what was told, over restarts and by other agents on the store.
        clock: epoch seconds, as the alarms have them.
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
        memory: Memory,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.name = name
        self._send = send
        self._alarms = alarms
        self._metrics = metrics
        self._project = project
        self._section = section
        self._memory = memory
        self._clock = clock
        self._pause = 0.0

    async def round(self) -> float:
        """Tell what is to be told; returns how many seconds may pass until the next look."""
        await self._alarms.share(self._memory)
        if await self._tell():
            self._pause = 0.0
            return min(max(self._section.settle_seconds, 0.05), LOOK_SECONDS)
        self._pause = min(max(self._pause * 2, PAUSE_SECONDS), MOST_PAUSE_SECONDS)
        return self._pause

    async def _tell(self) -> bool:
        for alert in self._due(await self._memory.told(self.name)):
            try:
                await self._send(alert)
            except (OSError, httpx.HTTPError, smtplib.SMTPException, UserError) as error:
                self._metrics.alerts.labels(self.name, "failed").inc()
                reason = f"{type(error).__name__}: {error}"
                log.warning("alert_not_told", channel=self.name, reason=redacted(reason))
                return False
            self._metrics.alerts.labels(self.name, "ok").inc()
            at = None if alert.what == "over" else self._clock()
            await self._memory.tell(self.name, alert.alarm, at)
        return True

    def _due(self, told: Iterable[tuple[Alarm, float]]) -> list[Alert]:
        now, stands = self._clock(), self._alarms.now()
        known = {(alarm.kind, alarm.subject): (alarm, at) for alarm, at in told}
        found: list[tuple[What, Alarm]] = []
        for where, alarm in stands.items():
            was, at = known.get(where, (None, 0.0))
            if was is None or was.code != alarm.code:
                if now - alarm.since >= self._section.settle_seconds:
                    found.append(("begins", alarm))
            elif now - at >= self._section.repeat_hours * 3_600:
                found.append(("stands", alarm))
        found += [("over", was) for where, (was, _) in known.items() if where not in stands]
        return [Alert(self._project, what, alarm) for what, alarm in found]


def channels(
    section: AlertsSection,
    secrets: Secrets,
    *,
    alarms: Alarms,
    metrics: Metrics,
    project: str,
    memory: Memory,
    clock: Callable[[], float],
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
        Channel(
            name,
            send,
            alarms=alarms,
            metrics=metrics,
            project=project,
            section=section,
            memory=memory,
            clock=clock,
        )
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
