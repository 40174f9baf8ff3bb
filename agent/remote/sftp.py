"""
Folders of other machines, by SFTP (asyncssh; `suiteloom[sftp]`).

The host's key is always checked against the one that agent.toml gives; nothing is read from ~/.ssh.
"""

from __future__ import annotations

import asyncio
import fnmatch
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from agent.errors import ConfigError, DeliveryError, TargetRefused, TargetUnavailable

if TYPE_CHECKING:
    import asyncssh

CONNECT_SECONDS = 20.0
STEP_SECONDS = 300.0
PIECE = 256 * 1024
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Host:
    """
    Where, as whom, and which key proves that it is that host.

    Args:
        name: the section of agent.toml, for messages.
        host_key: the host's public key in one line, `ssh-ed25519 AAAA...`; or None with
        known_hosts: a file as OpenSSH keeps it.
        password: reads the password, or None.
        private_key: reads the private key's text, or None; `passphrase` likewise.
    """

    name: str
    host: str
    port: int
    user: str
    host_key: str | None = None
    known_hosts: Path | None = None
    password: Callable[[], str] | None = None
    private_key: Callable[[], str] | None = None
    passphrase: Callable[[], str] | None = None


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A plain file of a folder; `mtime` in epoch seconds."""

    name: str
    size: int
    mtime: float


class Sftp:
    """
    One host, connected to while it is used.

    Every method raises TargetUnavailable where it cannot be reached, and TargetRefused where it
    does not know us (status 401) or is not who it should be (403).

    Args:
        host: the host. ConfigError where asyncssh is missing or a key cannot be read.
    """

    def __init__(self, host: Host) -> None:
        try:
            import asyncssh  # noqa: F401 - whether it is there
        except ModuleNotFoundError as error:
            raise ConfigError(f"sftp.{host.name}: install suiteloom[sftp]") from error
        self._host = host
        self._known = self._known_hosts()
        self._connection: asyncssh.SSHClientConnection | None = None
        self._client: asyncssh.SFTPClient | None = None
        self._one = asyncio.Lock()

    # --- what is done there -------------------------------------------------------------------

    async def files(self, folder: str, pattern: str) -> list[RemoteFile]:
        """Plain files of a folder that match; links, hidden files and names that are none are passed over."""
        import asyncssh

        found = []
        async with self._at_work() as client:
            for entry in await client.readdir(folder):
                name, attrs = _text(entry.filename), entry.attrs
                if attrs.type != asyncssh.FILEXFER_TYPE_REGULAR or not _plain(name):
                    continue
                if fnmatch.fnmatchcase(name, pattern):
                    found.append(RemoteFile(name, attrs.size or 0, float(attrs.mtime or 0)))
        return found

    async def names(self, folder: str) -> list[str]:
        """Names in a folder, which is made where it is not there."""
        async with self._at_work() as client:
            await client.makedirs(folder, exist_ok=True)
            return [name for name in map(_text, await client.listdir(folder)) if _plain(name)]

    async def read(self, path: str) -> bytes:
        """A small file; empty where it is not there."""
        import asyncssh

        async with self._at_work() as client:
            try:
                async with client.open(path, "rb") as file:
                    return _bytes(await file.read())
            except asyncssh.SFTPNoSuchFile:
                return b""

    async def download(self, path: str, target: Path, most: int) -> None:
        """Copy a file here. Raises TargetRefused for one that is longer than `most` bytes."""
        async with self._at_work() as client, client.open(path, "rb") as file:
            size = 0
            with target.open("wb") as out:
                while piece := _bytes(await file.read(PIECE)):
                    size += len(piece)
                    if size > most:
                        raise TargetRefused("too_large", f"{path} is longer than {most} bytes")
                    await asyncio.to_thread(out.write, piece)

    async def write(self, path: str, data: bytes) -> None:
        """Write a file whole: nobody finds half of it under its name."""
        import asyncssh

        draft = path + ".draft"
        async with self._at_work() as client:
            async with client.open(draft, "wb") as file:
                for first in range(0, len(data), PIECE):
                    await file.write(data[first : first + PIECE])
                with suppress(asyncssh.SFTPOpUnsupported, asyncssh.SFTPFailure):
                    await file.fsync()
            await self._rename(client, draft, path)

    async def move(self, path: str, target: str) -> bool:
        """Rename; False where there is nothing to rename (any more)."""
        import asyncssh

        async with self._at_work() as client:
            try:
                await self._rename(client, path, target)
            except asyncssh.SFTPNoSuchFile:
                return False
            return True

    async def remove(self, path: str) -> None:
        """Remove a file, if it is there."""
        import asyncssh

        async with self._at_work() as client:
            with suppress(asyncssh.SFTPNoSuchFile):
                await client.remove(path)

    async def exists(self, path: str) -> bool:
        """Whether something has that name."""
        async with self._at_work() as client:
            return await client.exists(path)

    async def aclose(self) -> None:
        """Close the connection."""
        connection, self._connection, self._client = self._connection, None, None
        if connection is not None:
            connection.abort()
            with suppress(Exception):
                await asyncio.wait_for(connection.wait_closed(), 5.0)

    # --- connecting ---------------------------------------------------------------------------

    @staticmethod
    async def _rename(client: asyncssh.SFTPClient, path: str, target: str) -> None:
        import asyncssh

        try:
            await client.posix_rename(path, target)
        except asyncssh.SFTPOpUnsupported:
            await client.rename(path, target)

    @asynccontextmanager
    async def _at_work(self) -> AsyncIterator[asyncssh.SFTPClient]:
        """The client; a connection that breaks is opened anew by the next use."""
        import asyncssh

        async with self._one:
            try:
                async with asyncio.timeout(STEP_SECONDS):
                    yield await self._opened()
            except DeliveryError:
                raise
            except asyncssh.PermissionDenied as error:
                raise TargetRefused(
                    "sftp", f"{self._where} does not know us", status=401
                ) from error
            except asyncssh.HostKeyNotVerifiable as error:
                message = f"{self._where} shows another host key than agent.toml gives"
                raise TargetRefused("host_key", message, status=403) from error
            except (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection) as error:
                await self.aclose()
                raise TargetUnavailable("sftp", f"{self._where}: cut") from error
            except asyncssh.SFTPError as error:
                raise TargetUnavailable("sftp", f"{self._where}: {error.reason}") from error
            except (asyncssh.Error, OSError, TimeoutError) as error:
                await self.aclose()
                reason = str(error) or type(error).__name__
                raise TargetUnavailable("sftp", f"{self._where}: {reason}") from error

    async def _opened(self) -> asyncssh.SFTPClient:
        import asyncssh

        if self._client is not None and self._connection and not self._connection.is_closed():
            return self._client
        await self.aclose()
        host = self._host
        self._connection = await asyncssh.connect(
            host.host,
            host.port,
            username=host.user,
            password=host.password() if host.password else None,
            client_keys=self._keys(),
            known_hosts=self._known,
            agent_path=None,
            config=None,
            connect_timeout=CONNECT_SECONDS,
            login_timeout=CONNECT_SECONDS,
            keepalive_interval=30,
        )
        self._client = await self._connection.start_sftp_client()
        return self._client

    def _keys(self) -> list[asyncssh.SSHKey] | None:
        import asyncssh

        host = self._host
        if host.private_key is None:
            return None
        try:
            passphrase = host.passphrase() if host.passphrase else None
            return [asyncssh.import_private_key(host.private_key(), passphrase)]
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
            raise TargetRefused(
                "sftp", f"{self._where}: the private key cannot be read", status=401
            ) from error

    def _known_hosts(self) -> asyncssh.SSHKnownHosts:
        import asyncssh

        host = self._host
        if host.known_hosts is not None:
            try:
                return asyncssh.read_known_hosts(str(host.known_hosts))
            except (OSError, ValueError) as error:
                raise ConfigError(f"sftp.{host.name}.known_hosts: {error}") from error
        try:
            asyncssh.import_public_key(host.host_key or "")
        except asyncssh.KeyImportError as error:
            raise ConfigError(
                f"sftp.{host.name}.host_key: no public key in one line (ssh-ed25519 AAAA...)"
            ) from error
        where = host.host if host.port == 22 else f"[{host.host}]:{host.port}"
        return asyncssh.import_known_hosts(f"{where} {host.host_key}\n")

    @property
    def _where(self) -> str:
        return f"sftp.{self._host.name}"


class RemotePlace:
    """
    A folder of a host (`agent.targets.folders.Place`).

    Args:
        sftp: the host. It is closed by who opened it.
        folder: where files appear; it must be there.
        name: of the hidden folder inside.
    """

    def __init__(self, sftp: Sftp, folder: str, name: str) -> None:
        self._sftp = sftp
        self._folder = PurePosixPath(folder)
        self._hidden = self._folder / name

    async def hidden(self) -> list[str]:
        """Names in the hidden folder."""
        return await self._sftp.names(str(self._hidden))

    async def read(self, name: str) -> bytes:
        """A hidden file."""
        return await self._sftp.read(str(self._hidden / name))

    async def write(self, name: str, data: bytes) -> None:
        """Write a hidden file whole."""
        await self._sftp.write(str(self._hidden / name), data)

    async def publish(self, hidden: str, name: str) -> None:
        """Move a hidden file out under its name."""
        await self._sftp.move(str(self._hidden / hidden), str(self._folder / name))

    async def remove(self, name: str) -> None:
        """Remove a hidden file, if it is there."""
        await self._sftp.remove(str(self._hidden / name))

    async def aclose(self) -> None:
        """The host is not ours alone."""


def _text(name: str | bytes) -> str:
    return name if isinstance(name, str) else name.decode("utf-8", "surrogateescape")


def _bytes(data: str | bytes) -> bytes:
    assert isinstance(data, bytes)  # every file is opened as one of bytes
    return data


def _plain(name: str) -> bool:
    """Whether a name that another side gives is one of a file, and can be one here."""
    if name.startswith(".") or len(name.encode("utf-8", "surrogateescape")) > LONGEST_NAME:
        return False
    bad = "/\\:" if os.name == "nt" else "/\\"
    return bool(name) and not any(sign in bad or not sign.isprintable() for sign in name)
