"""What `suiteloom-agent doctor` looks at: this machine, the secrets, the account, the other systems."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from agent import wiring
from agent.bundle import Bundle
from agent.checks import Check, certificate, fail, ok, token, warn
from agent.config import Config
from agent.databases import Database
from agent.errors import CallError, TargetRefused, TargetUnavailable, UserError
from agent.needs import needed
from agent.netsuite.client import NetSuite
from agent.redaction import redacted
from agent.secrets import Secrets

# Two connections that write and checkpoint at once can damage a file before this release; the agent
# has one writer, and its commands only read (https://sqlite.org/wal.html, "WAL-reset").
SAFE_SQLITE = (3, 51, 3)
SKEW_WARN, SKEW_FAIL = 10.0, 120.0  # the account refuses assertions from the future
FREE_WARN, FREE_FAIL = 2 * 1024**3, 256 * 1024**2
SLOW_SECONDS = 5.0
CONNECT_SECONDS = 5.0


async def examine(config: Config, bundle: Bundle, where: wiring.Peer) -> list[Check]:
    """Every check, in the order in which faults are best mended. Never raises for what it looks at."""
    secrets = wiring.secrets(config, where)
    checks = [*_store(config), *_folders(config), *_secrets(config, bundle, secrets)]
    checks += certificate(where.section, secrets, time.time())
    log_in = await token(where, secrets)
    checks += log_in
    if all(one.level != "fail" for one in log_in):
        checks += [one async for one in _account(config, bundle, where, secrets)]
    return [*checks, *await _targets(config, bundle), *await _databases(bundle, secrets)]


def _store(config: Config) -> list[Check]:
    checks: list[Check] = []
    if isinstance(config.store, Path):
        version = sqlite3.sqlite_version
        if sqlite3.sqlite_version_info < SAFE_SQLITE:
            checks.append(
                warn(
                    "SQLite",
                    f"{version} is before 3.51.3: no other program may write to the store or checkpoint it",
                )
            )
        else:
            checks.append(ok("SQLite", version))
        folder = config.store.parent
        checks.append(_space(folder))
        if not config.store.exists():
            return [*checks, _writable("store", folder)]
    try:
        counts = wiring.looking(config).stats()
    except (UserError, sqlite3.Error) as error:
        return [*checks, fail("store", error)]
    return [*checks, ok("store", f"{sum(row[3] for row in counts)} events")]


def _space(folder: Path) -> Check:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return fail("disk", error)
    level = fail if free < FREE_FAIL else warn if free < FREE_WARN else ok
    return level("disk", f"{free / 1024**3:.1f} GiB free at {folder}")


def _writable(name: str, folder: Path) -> Check:
    if not folder.is_dir():
        return fail(name, f"{folder} is not there")
    if not os.access(folder, os.W_OK | os.X_OK):
        return fail(name, f"{folder} cannot be written to")
    return ok(name, folder)


def _folders(config: Config) -> list[Check]:
    watched = [_writable(f"watch.{name}", one.folder) for name, one in config.watch.items()]
    return watched + [
        _writable(f"deliver.{name}", one.folder)
        for name, one in config.deliver.items()
        if one.folder is not None
    ]


def _secrets(config: Config, bundle: Bundle, secrets: Secrets) -> list[Check]:
    checks = []
    for name in needed(config, bundle):
        try:
            secrets.get(name)
        except UserError as error:
            checks.append(fail(f"secret {name}", error))
    return checks or [ok("secrets", f"{len(needed(config, bundle))} have a value")]


async def _account(
    config: Config, bundle: Bundle, where: wiring.Peer, secrets: Secrets
) -> AsyncIterator[Check]:
    netsuite = wiring.netsuite(where, secrets)
    try:
        began = time.time()
        said = await netsuite.get(bundle.service_script, bundle.service_deploy)
        ended = time.time()
        yield (ok if ended - began < SLOW_SECONDS else warn)("latency", f"{ended - began:.2f} s")
        yield _clock(said.get("now"), (began + ended) / 2)
        yield _build(bundle, where, said)
        for one in await _role(bundle, where, netsuite):
            yield one
        yield await _concurrency(config, bundle, netsuite)
    except CallError as error:
        yield fail("account", error)
    finally:
        await netsuite.aclose()


def _clock(theirs: Any, ours: float) -> Check:
    try:
        skew = ours - datetime.fromisoformat(str(theirs)).timestamp()
    except ValueError:
        return warn("clock", "the account does not tell its time")
    level = fail if abs(skew) > SKEW_FAIL else warn if abs(skew) > SKEW_WARN else ok
    return level("clock", f"{skew:+.1f} s against the account's")


def _build(bundle: Bundle, where: wiring.Peer, said: dict[str, Any]) -> Check:
    if said.get("account") != where.account:
        return fail("account", f"{said.get('account')} answers where {where.account} is configured")
    if said.get("build") != bundle.build:
        return fail("build", f"the account runs {said.get('build')}, flows.json is {bundle.build}")
    return ok("build", bundle.build)


async def _role(bundle: Bundle, where: wiring.Peer, netsuite: NetSuite) -> list[Check]:
    """What the service RESTlet finds with the role that the agent has there."""
    body = {"build": bundle.build, "account": where.account, "op": "doctor"}
    said = await netsuite.call(bundle.service_script, bundle.service_deploy, body, timeout=120.0)
    if error := said.get("error"):
        return [fail("role", f"{error.get('code')}: {error.get('message')}")]
    checks = []
    for one in said.get("checks") or ():
        unseen = str(one.get("detail")).startswith("no row is visible")
        level = fail if not one.get("ok") else warn if unseen else ok
        checks.append(level(f"account: {one.get('check')}", one.get("detail")))
    return checks


async def _concurrency(config: Config, bundle: Bundle, netsuite: NetSuite) -> Check:
    """As many calls at once as the agent may make: whether the account takes them now."""
    wanted = config.dispatch.concurrency

    async def call() -> bool:
        try:
            await netsuite.get(bundle.service_script, bundle.service_deploy)
        except CallError:
            return False
        return True

    taken = sum(await asyncio.gather(*(call() for _ in range(wanted))))
    level = ok if taken == wanted else warn
    return level("concurrency", f"{taken} of {wanted} calls at once were taken")


async def _targets(config: Config, bundle: Bundle) -> list[Check]:
    """Whether the other systems' addresses can be connected to."""
    places: dict[str, tuple[str, int]] = {}
    for name, connection in bundle.connections.items():
        own = config.connections.get(name)
        url = urlsplit((own.base_url if own else connection.base_url.get(config.environment)) or "")
        if url.hostname:
            places[f"connection {name}"] = (
                url.hostname,
                url.port or {"http": 80}.get(url.scheme, 443),
            )
    places |= {f"sftp.{name}": (host.host, host.port) for name, host in config.sftp.items()}
    return list(await asyncio.gather(*(_reach(name, *place) for name, place in places.items())))


async def _databases(bundle: Bundle, secrets: Secrets) -> list[Check]:
    """Whether databases let the agent in; one whose address is no secret yet is told among the secrets."""
    addresses = {
        name: connection.database
        for name, connection in bundle.connections.items()
        if connection.database and secrets.find(connection.database)
    }
    return list(
        await asyncio.gather(
            *(_opens(name, partial(secrets.get, one)) for name, one in addresses.items())
        )
    )


async def _opens(name: str, address: Callable[[], str]) -> Check:
    check = f"connection {name}"
    try:
        database = Database(name, address)
    except UserError as error:
        return fail(check, error)
    url = database.engine.url
    try:
        # A driver may take minutes to find that nobody is there.
        if (
            url.host
            and url.port
            and (there := await _reach(check, url.host, url.port)).level != "ok"
        ):
            return there
        await database.run(lambda _: None)
    except (TargetRefused, TargetUnavailable) as error:
        return fail(check, redacted(str(error)))
    finally:
        await database.aclose()
    return ok(check, f"{url.get_backend_name()} {url.database or ''} opens".replace("  ", " "))


async def _reach(name: str, host: str, port: int) -> Check:
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(host, port)
    except TimeoutError:
        return fail(name, f"{host}:{port} does not answer within {CONNECT_SECONDS:.0f} s")
    except (OSError, socket.gaierror) as error:
        return fail(name, redacted(f"{host}:{port}: {error}"))
    writer.close()
    return ok(name, f"{host}:{port} answers")
