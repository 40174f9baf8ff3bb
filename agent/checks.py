"""What a check found, and the checks of the account's log-in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from agent import wiring
from agent.config import NetSuiteSection
from agent.errors import CallError, UserError
from agent.netsuite.certificate import WARN_DAYS, faults, look, moment
from agent.netsuite.client import http_client
from agent.redaction import redacted
from agent.secrets import Secrets

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    level: Level
    detail: str

    def facts(self) -> dict[str, Any]:
        """JSON."""
        return asdict(self)


def ok(name: str, detail: object) -> Check:
    """All is well."""
    return Check(name, "ok", redacted(str(detail)))


def warn(name: str, detail: object) -> Check:
    """It works, and should be looked at."""
    return Check(name, "warn", redacted(str(detail)))


def fail(name: str, detail: object) -> Check:
    """It does not work."""
    return Check(name, "fail", redacted(str(detail)))


def worst(checks: Iterable[Check]) -> int:
    """The exit code: 1 where one failed."""
    return int(any(one.level == "fail" for one in checks))


def certificate(section: NetSuiteSection, secrets: Secrets, now: float) -> list[Check]:
    """Key and certificate: they fit, NetSuite takes them, they last."""
    if section.auth != "oauth2":
        return [warn("certificate", "none: token-based authentication ends; change auth to oauth2")]
    try:
        key = wiring.private_key(section, secrets)
        known = look(section.certificate_file) if section.certificate_file else None
        wrong = faults(key, known[0] if known else None)
    except UserError as error:
        return [fail("certificate", error)]
    checks = [fail("certificate", sentence) for sentence in wrong]
    if loose := _readable(section.private_key_file):
        checks.append(warn("private key", loose))
    if known is None:
        checks.append(
            warn("certificate", "netsuite.certificate_file is not given: its end is not watched")
        )
    elif (left := known[1].ends - now) <= 0:
        checks.append(fail("certificate", f"ended on {moment(known[1].ends)}"))
    elif known[1].begins > now:
        checks.append(fail("certificate", f"begins only on {moment(known[1].begins)}"))
    elif left < WARN_DAYS * 86_400:
        days = int(left // 86_400)
        checks.append(warn("certificate", f"ends on {moment(known[1].ends)}, in {days} days"))
    elif not wrong:
        facts = known[1]
        checks.append(ok("certificate", f"{facts.algorithm}, until {moment(facts.ends)}"))
    return checks


def _readable(path: Path | None) -> str | None:
    try:
        mode = path.stat().st_mode & 0o077 if path else 0
    except OSError:
        return None
    return f"{path} can be read by others: chmod 600 {path}" if mode else None


async def token(where: wiring.Peer, secrets: Secrets) -> list[Check]:
    """The account takes the log-in."""
    url = where.section.url or "https://netsuite.com"
    async with http_client(url) as http:
        try:
            auth = wiring.auth(where, secrets, http)
            await auth.authorization("GET", url)
        except (UserError, CallError) as error:
            return [fail("log-in", error)]
    if where.section.auth == "tba":
        return [ok("log-in", "tokens sign; only a call shows whether the account takes them")]
    return [ok("log-in", f"the account gives a token ({auth!r})")]
