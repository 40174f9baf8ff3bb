"""Which secrets an agent reads: of its bundle, of its configuration."""

from __future__ import annotations

from agent.bundle import Bundle
from agent.config import Config
from agent.secrets import PREVIOUS, Secrets


def needed(config: Config, bundle: Bundle) -> list[str]:
    """Names of the secrets that the agent cannot do without, sorted."""
    names: set[str | None] = {need.name for need in bundle.secrets if need.in_agent}
    for connection in bundle.connections.values():
        names.add(connection.database)
        names |= {str(part["secret"]) for part in (connection.auth, connection.sign) if part}
    flows = bundle.inbound(config.environment).values()
    names |= {flow.verify.secret for flow in flows if flow.verify}
    for host in config.sftp.values():
        names |= {host.password, host.private_key, host.passphrase}
    alerts = config.alerts
    for hook in (alerts.slack, alerts.webhook):
        names |= {hook.url, hook.secret} if hook else set()
    names.add(alerts.mail.password if alerts.mail else None)
    names |= {config.ingress.token, config.store_key}
    return sorted(name for name in names if name)


def learn(config: Config, bundle: Bundle, secrets: Secrets) -> None:
    """Read every secret once, so that none is shown before it is first used."""
    for name in needed(config, bundle):
        secrets.find(name)
        secrets.find(name + PREVIOUS)
