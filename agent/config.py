"""
`agent.toml`: where the bundle and the store are, which account, what to listen on.

Read once; every fault is reported in one message. Paths are relative to the file's folder. No
secret stands in it: `token`, `consumer_secret` and `token_secret` are names of secrets.
"""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    IPvAnyNetwork,
    ValidationError,
    model_validator,
)

from agent.errors import ConfigError
from agent.inbox.opening import SCHEMES
from agent.watch.opening import MOST_BYTES


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NetSuiteSection(_Section):
    """
    The account and the agent's credentials there.

    `account` and `url` come from the bundle's environment where they are not given. With `auth =
    "oauth2"`, `client_id` is the integration record's, `certificate_id` the mapping's, and
    `private_key_file` the key; `certificate_file` is what was uploaded: its end is watched. With
    `auth = "tba"`, `consumer_secret` and `token_secret` are names of secrets.
    """

    account: str | None = None
    url: str | None = None
    auth: Literal["oauth2", "tba"] = "oauth2"
    client_id: str | None = None
    certificate_id: str | None = None
    private_key_file: Path | None = None
    certificate_file: Path | None = None
    consumer_key: str | None = None
    consumer_secret: str = "netsuite_consumer_secret"  # noqa: S105 - the name of a secret
    token_id: str | None = None
    token_secret: str = "netsuite_token_secret"  # noqa: S105 - the name of a secret


class IngressSection(_Section):
    """
    What comes in.

    `token` names the secret that flows without `verify`, and commands, want as a bearer token;
    `public_url` is the address that senders use, for signatures over the address; `max_body` is in
    bytes; a signed time may be `tolerance_seconds` old where the flow says nothing else; `max_open`
    is how many events may wait before new ones are answered 503.

    What a proxy says of a sender (X-Forwarded-For, client certificates) counts only from the
    addresses in `trusted_proxies`. `certificate_header` holds the whole certificate;
    `fingerprint_header` (SHA-256, hex) and `subject_header` (RFC 4514) are for proxies that write
    those alone.
    """

    token: str = "agent_token"  # noqa: S105 - the name of a secret
    public_url: str | None = None
    max_body: int = Field(default=5_000_000, ge=1_000, le=50_000_000)
    tolerance_seconds: int = Field(default=300, ge=1, le=86_400)
    max_open: int = Field(default=1_000_000, ge=1)
    trusted_proxies: list[IPvAnyNetwork] = []
    certificate_header: str | None = None
    fingerprint_header: str | None = None
    subject_header: str | None = None


class SecretsSection(_Section):
    """
    Folders with one file for each secret; the environment and systemd's credentials come before them.

    `keyring` is the service in this user's keyring that is asked after them.
    """

    source: list[Path] = []
    keyring: str | None = None


class WatchSection(_Section):
    """
    The watched folder of a file flow.

    A file is taken when it has not changed for `settle_seconds`; every `rescan_seconds` the folder
    is looked through, whatever the file system has told. `on_arrival` takes files as they come,
    whatever the flow's schedule. `done_folder` and `failed_folder` are `done` and `failed` inside
    it where they are not given. `max_bytes` is how much a packed file (.gz) may unpack to.

    Agents on one PostgreSQL store each watch the folder of their machine; where it is one folder
    that all of them reach (a network share), `shared` has one of them at a time watch it.

    With `sftp` (a section of `sftp`) files are fetched from the folder `remote` of that host into
    this one, and go to `remote_done` in it there.
    """

    folder: Path
    shared: bool = False
    sftp: str | None = None
    remote: str = "."
    remote_done: Annotated[str, Field(pattern=r"^[^/.][^/]*$")] = "done"
    done_folder: Path | None = None
    failed_folder: Path | None = None
    settle_seconds: float = Field(default=2.0, ge=0)
    rescan_seconds: float = Field(default=30.0, gt=0)
    on_arrival: bool = False
    max_bytes: int = Field(default=MOST_BYTES, ge=1_000)

    @model_validator(mode="after")
    def _put_away_elsewhere(self) -> Self:
        if self.folder in (self.done_folder, self.failed_folder):
            raise ValueError("a file put away into its own folder would be taken again")
        return self


class DeliverSection(_Section):
    """
    The folder that an outbound flow writes files to: `folder` here, or `remote` of an `sftp` host.

    Events are waited for `gather_seconds`, so that more of them are one file.
    """

    folder: Path | None = None
    sftp: str | None = None
    remote: str = "."
    gather_seconds: float = Field(default=5.0, ge=0)

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.folder is None) == (self.sftp is None):
            raise ValueError("needs either folder or sftp")
        return self


class SftpSection(_Section):
    """
    A host that is reached by SFTP.

    `password`, `private_key` (its text) and `passphrase` are names of secrets. The host proves
    itself by `host_key` (its public key in one line), or by a file `known_hosts`.
    """

    host: str
    port: int = Field(default=22, ge=1, le=65_535)
    user: str
    password: str | None = None
    private_key: str | None = None
    passphrase: str | None = None
    host_key: str | None = None
    known_hosts: Path | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.password is None and self.private_key is None:
            raise ValueError("needs password or private_key, the name of a secret")
        if (self.host_key is None) == (self.known_hosts is None):
            raise ValueError("needs either host_key or known_hosts: the host must prove itself")
        return self


class ConnectionSection(_Section):
    """Another address for a connection of the project, and for its tokens."""

    base_url: str
    token_url: str | None = None


class DispatchSection(_Section):
    """
    Calls to the account and deliveries to targets. Times in seconds.

    `concurrency` bounds the calls in flight of all agents together; within it they learn what the
    account takes, and leave `headroom` slots of that to other integrations. `batch_seconds` is the
    time in which a call is expected to end: batches are made that small (the account cuts a RESTlet
    after 300 s). `deliveries` is how many go to targets at a time, `poll_seconds` how often the
    account's outbox is looked at. A call without an answer is given up after `call_timeout`. A lane
    that is stopped tries one document after `probe_seconds`, then in doubling pauses up to
    `probe_max_seconds`. `resend_after` is how long a call that was cut may still be running in the
    account. After `breaker_failures` calls in succession that nobody answered nothing is sent to a
    target for `breaker_seconds`, then one call; each failure doubles the pause, up to
    `breaker_max_seconds`.
    """

    concurrency: int = Field(default=20, ge=1, le=100)
    headroom: int = Field(default=1, ge=0, le=50)
    batch_seconds: float = Field(default=60.0, gt=0, le=240)
    deliveries: int = Field(default=8, ge=1, le=200)
    poll_seconds: float = Field(default=5.0, gt=0)
    call_timeout: float = Field(default=310.0, gt=0)
    probe_seconds: float = Field(default=60.0, gt=0)
    probe_max_seconds: float = Field(default=900.0, gt=0)
    resend_after: float = Field(default=330.0, ge=0)
    breaker_failures: int = Field(default=6, ge=1)
    breaker_seconds: float = Field(default=5.0, gt=0)
    breaker_max_seconds: float = Field(default=60.0, gt=0)


class RetrySection(_Section):
    """
    Trying again. Times in seconds.

    Before attempt n the agent waits a random time up to `base_seconds` x 2^n, at most
    `max_seconds`. After `attempts` tries or `max_age` an event is dead. `missing_after` are the
    waits for a missing reference; after the last one the event is held.
    """

    base_seconds: float = Field(default=2.0, gt=0)
    max_seconds: float = Field(default=600.0, gt=0)
    attempts: int = Field(default=12, ge=1)
    max_age: float = Field(default=3 * 86_400.0, gt=0)
    missing_after: list[float] = [900.0, 3_600.0, 21_600.0]


class MailSection(_Section):
    """Alerts by SMTP; `password` is the name of a secret."""

    host: str
    port: int = Field(default=587, ge=1, le=65_535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: str | None = None
    sender: str
    to: list[str] = Field(min_length=1)


class HookSection(_Section):
    """Alerts to an address: `url` is the name of the secret that holds it, `secret` signs (Standard Webhooks)."""

    url: str
    secret: str | None = None


class AlertsSection(_Section):
    """
    Telling people. An alarm is told once, again after `repeat_hours`, and when it is over.

    Every `look_seconds` the store is looked at. `settle_seconds` is how long an alarm stands before
    it is told. `queue_seconds` is the age from which the oldest open event of a flow is an alarm;
    `certificate_days` how long before its end the certificate is one; `silence_hours` after how
    long without an event a flow is one. With `silence = "learnt"` the other flows are one when
    nothing comes in where, by the weeks before, much does.
    """

    slack: HookSection | None = None
    webhook: HookSection | None = None
    mail: MailSection | None = None
    repeat_hours: float = Field(default=12.0, gt=0)
    settle_seconds: float = Field(default=10.0, ge=0)
    look_seconds: float = Field(default=30.0, gt=0)
    queue_seconds: float = Field(default=3_600.0, gt=0)
    certificate_days: float = Field(default=30.0, ge=0)
    silence: Literal["learnt", "off"] = "learnt"
    silence_hours: dict[str, Annotated[float, Field(gt=0)]] = {}


class LogSection(_Section):
    """How the log is written, to stderr."""

    format: Literal["json", "text"] = "json"
    level: Literal["debug", "info", "warning", "error"] = "info"


def _listen(value: str) -> str:
    host, colon, port = value.rpartition(":")
    if not colon or not host or not port.isdigit() or int(port) > 65_535:
        raise ValueError("an address like 127.0.0.1:8080")
    return value


def _store(value: Any) -> Any:
    """A file, or the address of a PostgreSQL database."""
    if isinstance(value, str) and "://" in value:
        if not value.startswith(SCHEMES):
            raise ValueError("a file, or an address that starts with postgresql://")
        return value
    return Path(value) if isinstance(value, str) else value


class Config(_Section):
    """
    agent.toml, whole.

    Events that ended are kept for `keep_days`, their ids for `keep_ids_days` from when they came
    in: a repeat within them is one. Calls are kept as they came for `keep_raw_days` (0: not at
    all). `store_key` names the secret that bodies in the store are encrypted with. At its end the
    agent waits up to `stop_seconds` for what is under way.
    """

    bundle: Path
    environment: str
    listen: Annotated[str, AfterValidator(_listen)] = "127.0.0.1:8080"
    store: Annotated[Path | str, BeforeValidator(_store)] = Path("inbox.db")
    keep_days: float = Field(default=30.0, gt=0)
    keep_ids_days: float = Field(default=400.0, gt=0)
    keep_raw_days: float = Field(default=7.0, ge=0)
    store_key: str | None = None
    stop_seconds: float = Field(default=30.0, gt=0)
    netsuite: NetSuiteSection = NetSuiteSection()
    ingress: IngressSection = IngressSection()
    secrets: SecretsSection = SecretsSection()
    watch: dict[str, WatchSection] = {}
    deliver: dict[str, DeliverSection] = {}
    sftp: dict[str, SftpSection] = {}
    connections: dict[str, ConnectionSection] = {}
    dispatch: DispatchSection = DispatchSection()
    retry: RetrySection = RetrySection()
    alerts: AlertsSection = AlertsSection()
    log: LogSection = LogSection()

    @model_validator(mode="after")
    def _ids_longer(self) -> Self:
        if self.keep_ids_days < self.keep_days:
            raise ValueError("keep_ids_days must not be less than keep_days")
        return self

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to listen on."""
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)


def load(path: Path) -> Config:
    """Read agent.toml. Raises ConfigError with every fault and where it is."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: not there") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        faults = "\n".join(f"  {_sentence(fault)}" for fault in error.errors())
        raise ConfigError(f"{path}:\n{faults}") from error
    return _absolute(config, path.absolute().parent)


def _absolute(config: Config, root: Path) -> Config:
    def full(path: Path | None) -> Path | None:
        return None if path is None else root / path

    watch = {
        flow: section.model_copy(
            update={
                "folder": root / section.folder,
                "done_folder": full(section.done_folder),
                "failed_folder": full(section.failed_folder),
            }
        )
        for flow, section in config.watch.items()
    }
    deliver = {
        flow: section.model_copy(update={"folder": full(section.folder)})
        for flow, section in config.deliver.items()
    }
    sftp = {
        name: section.model_copy(update={"known_hosts": full(section.known_hosts)})
        for name, section in config.sftp.items()
    }
    netsuite = config.netsuite.model_copy(
        update={
            "private_key_file": full(config.netsuite.private_key_file),
            "certificate_file": full(config.netsuite.certificate_file),
        }
    )
    secrets = config.secrets.model_copy(
        update={"source": [root / folder for folder in config.secrets.source]}
    )
    return config.model_copy(
        update={
            "bundle": root / config.bundle,
            "store": root / config.store if isinstance(config.store, Path) else config.store,
            "watch": watch,
            "deliver": deliver,
            "sftp": sftp,
            "netsuite": netsuite,
            "secrets": secrets,
        }
    )


def _sentence(fault: Any) -> str:
    path = [str(part) for part in fault["loc"]]
    name = ".".join(path)
    if fault["type"] == "extra_forbidden":
        known = _keys(path[:-1])
        near = difflib.get_close_matches(path[-1], known, 1)
        hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known)}"
        return f"{name}: unknown key; {hint}"
    if fault["type"] == "missing":
        return f"{name}: missing"
    message = str(fault["msg"]).removeprefix("Value error, ")
    return f"{name}: {message[:1].lower()}{message[1:]}, found {fault['input']!r}"


def _keys(path: list[str]) -> list[str]:
    """Known keys of the section at a path."""
    section: type[BaseModel] = Config
    for part in path:
        field = section.model_fields.get(part)
        if field is None:
            continue  # the name of a flow or of a connection
        kind: Any = field.annotation
        for inner in (kind, *getattr(kind, "__args__", ())):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                section = inner
    return list(section.model_fields)
