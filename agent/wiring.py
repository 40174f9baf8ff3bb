"""Makes the parts that talk to the outside from configuration, bundle and secrets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from agent import redaction
from agent.bundle import Bundle, Connection, OutboundFlow
from agent.config import Config, NetSuiteSection
from agent.databases import Database
from agent.errors import ConfigError
from agent.inbox import opening
from agent.inbox.opening import Looking
from agent.inbox.seal import Seal
from agent.netsuite.auth import Auth, ClientCredentials, TokenBased
from agent.netsuite.client import NetSuite, account_host, http_client
from agent.ports import Destination
from agent.remote.sftp import Host, RemotePlace, Sftp
from agent.secrets import Secrets
from agent.sources.http import HttpSource
from agent.sources.model import Source
from agent.sources.sql import SqlSource
from agent.targets import credentials
from agent.targets.addresses import AddressTarget
from agent.targets.credentials import Credentials, Proof
from agent.targets.folders import FolderWriter, LocalPlace, Place
from agent.targets.http import HttpTarget
from agent.targets.tables import TableWriter

# A key and its certificate's id can be a pair of secrets, and then change together without a
# restart.
KEY_SECRET = "netsuite_private_key"  # noqa: S105 - the name of a secret
CERTIFICATE_SECRET = "netsuite_certificate_id"  # noqa: S105 - the name of a secret

TOKEN_PATH = "/services/rest/auth/oauth2/v1/token"  # noqa: S105 - an address


@dataclass(frozen=True, slots=True)
class Peer:
    """Which account, where it answers, and with which credentials."""

    account: str
    section: NetSuiteSection
    secrets_folder: Path | None = None
    overrides: dict[str, str] | None = None  # secrets that a ready file gives


def peer(config: Config, bundle: Bundle, ready_file: Path | None) -> Peer:
    """The account from agent.toml and the bundle, or from an emulator's ready file."""
    environment = bundle.environments.get(config.environment)
    if environment is None:
        known = ", ".join(bundle.environments)
        raise ConfigError(f"environment {config.environment!r} is not in the bundle: {known}")
    account = config.netsuite.account or environment.account
    return peer_of(config.netsuite, account, ready_file)


_READY = ("url", "account", "private_key_file")
"""What every ready file has."""


def peer_of(section: NetSuiteSection, account: str, ready_file: Path | None) -> Peer:
    """An account with the credentials of agent.toml, or both from an emulator's ready file."""
    if ready_file is None:
        return Peer(account, section)
    try:
        ready: dict[str, Any] = json.loads(ready_file.read_text("utf-8"))
        missing = [name for name in _READY if not isinstance(ready[name], str)]
    except (OSError, ValueError, TypeError, KeyError) as error:
        told = f"it has no {error}" if isinstance(error, KeyError) else error
        raise ConfigError(f"{ready_file}: no ready file: {told}") from error
    if missing:
        raise ConfigError(f"{ready_file}: no ready file: {missing[0]} is no text")
    section = section.model_copy(
        update={
            "url": ready["url"],
            "client_id": ready.get("client_id"),
            "certificate_id": ready.get("certificate_id"),
            "private_key_file": Path(ready["private_key_file"]),
            "consumer_key": ready.get("consumer_key"),
            "token_id": ready.get("token_id"),
        }
    )
    folder = ready.get("secrets_dir")
    return Peer(
        ready["account"],
        section,
        Path(folder) if folder else None,
        {
            section.consumer_secret: ready.get("consumer_secret", ""),
            section.token_secret: ready.get("token_secret", ""),
        },
    )


def secrets(config: Config, where: Peer | None = None) -> Secrets:
    """Where secrets are found; a ready file's folder is the last."""
    last = (where.secrets_folder,) if where and where.secrets_folder else ()
    return Secrets(config.secrets.source, keyring=config.secrets.keyring, last=last)


def seal(config: Config, secrets: Secrets) -> Seal:
    """What encrypts the store. Raises SecretMissing and ConfigError where a key is named and is none."""
    name = config.store_key
    return Seal(None if name is None else partial(secrets.accepted, name))


def looking(config: Config) -> Looking:
    """A look at the store."""
    return opening.looking(config.store, seal(config, secrets(config)))


def netsuite(where: Peer, secrets: Secrets) -> NetSuite:
    """The account's RESTlets, with credentials. Raises ConfigError for what is missing."""
    section = where.section
    url = section.url or account_host(where.account, "restlets")
    http = http_client(url)
    return NetSuite(url, auth(where, secrets, http), http)


def auth(where: Peer, secrets: Secrets, http: httpx.AsyncClient) -> Auth:
    """What signs calls to the account. Raises ConfigError for what is missing."""
    section = where.section
    if section.auth == "tba":
        consumer_key, token_id = _needed(section, "consumer_key"), _needed(section, "token_id")
        given = where.overrides or {}
        return TokenBased(
            account=where.account,
            consumer_key=consumer_key,
            consumer_secret=_given(given, secrets, section.consumer_secret),
            token_id=token_id,
            token_secret=_given(given, secrets, section.token_secret),
        )
    base = section.url or account_host(where.account, "suitetalk")
    return ClientCredentials(
        client_id=_needed(section, "client_id"),
        certificate_id=partial(certificate_id, section, secrets),
        private_key=partial(private_key, section, secrets),
        token_url=base.rstrip("/") + TOKEN_PATH,
        http=http,
    )


def _given(given: Mapping[str, str], secrets: Secrets, name: str) -> Callable[[], str]:
    value = given.get(name)
    if value:
        redaction.SECRETS.learn(value)
        return lambda: value
    return partial(secrets.get, name)


def private_key(section: NetSuiteSection, secrets: Secrets) -> str:
    """The certificate's key, as PEM: a file, or the secret `netsuite_private_key`."""
    if section.private_key_file is None:
        found = secrets.find(KEY_SECRET)
        if found is None:
            raise ConfigError(
                f"netsuite.private_key_file: missing; auth oauth2 needs it, or a secret '{KEY_SECRET}'"
            )
        return found
    try:
        key = section.private_key_file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"netsuite.private_key_file: {error}") from error
    redaction.SECRETS.learn(key)
    return key


def certificate_id(section: NetSuiteSection, secrets: Secrets) -> str:
    """The certificate's id: the secret `netsuite_certificate_id`, which can change with the key, or agent.toml's."""
    return secrets.find(CERTIFICATE_SECRET) or _needed(section, "certificate_id")


def _needed(section: NetSuiteSection, name: str) -> str:
    value = getattr(section, name)
    if not value:
        raise ConfigError(f"netsuite.{name}: missing; auth {section.auth} needs it")
    return str(value)


@dataclass(frozen=True, slots=True)
class Outside:
    """Other systems: connections by name, and what flows want of them by flow."""

    connections: Mapping[str, HttpTarget]
    databases: Mapping[str, Database]
    hosts: Mapping[str, Sftp]
    destinations: Mapping[str, Destination]
    sources: Mapping[str, Source]

    async def aclose(self) -> None:
        """Close connections."""
        everything = (self.destinations, self.connections, self.databases, self.hosts)
        for one in [each for group in everything for each in group.values()]:
            await one.aclose()


def outside(config: Config, bundle: Bundle, secrets: Secrets) -> Outside:
    """What enabled flows deliver to, fetch from and poll. Raises ConfigError for what is missing."""
    outbound = bundle.outbound(config.environment)
    inbound = bundle.inbound(config.environment)
    names = {flow.target.connection for flow in outbound.values() if not flow.target.folder}
    names |= {flow.fetch.connection for flow in inbound.values() if flow.fetch}
    names |= {flow.source.connection for flow in inbound.values() if flow.source}
    connections: dict[str, HttpTarget] = {}
    databases: dict[str, Database] = {}
    for name in sorted(names):
        secret = bundle.connections[name].database
        if secret is not None:
            databases[name] = Database(name, partial(secrets.get, secret))
        else:
            connections[name] = _connection(config, bundle, secrets, name)
    hosts = _hosts(config, secrets)
    return Outside(
        connections,
        databases,
        hosts,
        {
            name: _destination(config, flow, connections, databases, hosts)
            for name, flow in outbound.items()
        },
        {
            name: SqlSource(flow, databases[flow.source.connection])
            if flow.source.kind == "sql"
            else HttpSource(flow, connections[flow.source.connection])
            for name, flow in inbound.items()
            if flow.source
        },
    )


def _destination(
    config: Config,
    flow: OutboundFlow,
    connections: Mapping[str, HttpTarget],
    databases: Mapping[str, Database],
    hosts: Mapping[str, Sftp],
) -> Destination:
    target = flow.target
    if target.table is not None:
        return TableWriter(flow, databases[target.connection])
    if target.folder is None:
        return AddressTarget(flow, connections[target.connection])
    section = config.deliver.get(flow.flow)
    if section is None:
        raise ConfigError(f"deliver.{flow.flow}: missing; the flow writes to a folder")
    hidden = f".suiteloom-{flow.flow}"
    place: Place
    if section.sftp is not None:
        place = RemotePlace(hosts[section.sftp], section.remote, hidden)
    else:
        assert section.folder is not None
        if not section.folder.is_dir():
            raise ConfigError(f"deliver.{flow.flow}: the folder {section.folder} is not there")
        place = LocalPlace(section.folder, hidden)
    return FolderWriter(flow, place, gather_seconds=section.gather_seconds)


def _hosts(config: Config, secrets: Secrets) -> dict[str, Sftp]:
    """The SFTP hosts that folders name."""
    named = {f"watch.{name}": section.sftp for name, section in config.watch.items()}
    named |= {f"deliver.{name}": section.sftp for name, section in config.deliver.items()}
    for where, name in named.items():
        if name is not None and name not in config.sftp:
            known = ", ".join(config.sftp) or "none"
            raise ConfigError(f"{where}.sftp: no section sftp.{name}; known: {known}")
    return {
        name: Sftp(
            Host(
                name,
                section.host,
                section.port,
                section.user,
                section.host_key,
                section.known_hosts,
                _reader(secrets, section.password),
                _reader(secrets, section.private_key),
                _reader(secrets, section.passphrase),
            )
        )
        for name, section in config.sftp.items()
        if name in named.values()
    }


def _reader(secrets: Secrets, name: str | None) -> Callable[[], str] | None:
    if name is None:
        return None
    secrets.get(name)  # missing: a fault of the start
    return partial(secrets.get, name)


def _connection(config: Config, bundle: Bundle, secrets: Secrets, name: str) -> HttpTarget:
    connection = bundle.connections[name]
    own = config.connections.get(name)
    base_url = own.base_url if own else connection.base_url.get(config.environment)
    if not base_url:
        raise ConfigError(f"connection {name!r} has no base_url for {config.environment}")
    return HttpTarget(
        base_url,
        auth=_proof(config, connection, secrets),
        sign=_signer(connection, secrets),
        id_paths={
            flow.flow: flow.target.id_path
            for flow in bundle.outbound(config.environment).values()
            if flow.target.connection == name and flow.target.id_path
        },
        rate_per_second=connection.rate_per_second,
    )


def _proof(config: Config, connection: Connection, secrets: Secrets) -> Proof | None:
    auth = connection.auth
    if auth is None:
        return None
    secret = str(auth["secret"])
    secrets.get(secret)  # missing: a fault of the start, not of the first delivery
    read = partial(secrets.get, secret)
    if auth["kind"] != "oauth2":
        return Credentials(
            auth["kind"], read, str(auth.get("user") or ""), str(auth.get("name") or "")
        )
    own = config.connections.get(connection.name)
    token_url = (own and own.token_url) or auth["token_url"].get(config.environment)
    client_id = auth["client_id"].get(config.environment)
    if not token_url or not client_id:
        where = f"connection {connection.name!r}"
        raise ConfigError(f"{where} has no token_url or client_id for {config.environment}")
    return credentials.ClientCredentials(
        token_url,
        client_id,
        read,
        scope=auth.get("scope"),
        audience=auth.get("audience"),
        in_body=auth.get("client_in") == "body",
    )


def _signer(connection: Connection, secrets: Secrets) -> Any:
    sign = connection.sign
    if sign is None:
        return None
    secret = str(sign["secret"])
    secrets.get(secret)
    return partial(secrets.get, secret)
