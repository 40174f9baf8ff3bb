"""Folders of other machines: a real SFTP server gives files and takes them, whole and once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from agent_bench import Bench, until
from fake_account import event, flows_json, signed

from agent.alarms import Alarms
from agent.bundle import FileSource, Schedule
from agent.config import Config
from agent.errors import ConfigError, TargetRefused, TargetUnavailable
from agent.metrics import Metrics
from agent.ports import Accepted, FileProgress, FileResult
from agent.remote.inlet import RemoteInlet
from agent.remote.sftp import Host, RemotePlace, Sftp
from agent.watch.folders import Folders, FolderWatcher

HOST_KEY = asyncssh.generate_private_key("ssh-ed25519")
CLIENT_KEY = asyncssh.generate_private_key("ssh-ed25519")


def public(key: asyncssh.SSHKey) -> str:
    return key.export_public_key().decode().strip()


class Server(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("acme", "right")

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == "acme" and public(key).split()[1] == public(CLIENT_KEY).split()[1]


@asynccontextmanager
async def serving(
    root: Path, factory: type[asyncssh.SFTPServer] = asyncssh.SFTPServer
) -> AsyncIterator[int]:
    listener = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_factory=Server,
        server_host_keys=[HOST_KEY],
        sftp_factory=lambda channel: factory(channel, chroot=str(root).encode()),
    )
    try:
        yield listener.get_port()
    finally:
        listener.close()
        await listener.wait_closed()


def host(port: int, **more: Any) -> Host:
    known = {"host_key": public(HOST_KEY), "password": lambda: "right", **more}
    return Host("bank", "127.0.0.1", port, known.pop("user", "acme"), **known)


@asynccontextmanager
async def connected(port: int, **more: Any) -> AsyncIterator[Sftp]:
    sftp = Sftp(host(port, **more))
    try:
        yield sftp
    finally:
        await sftp.aclose()


class Inbox:
    """The inbox as the port describes it."""

    def __init__(self) -> None:
        self.documents: dict[tuple[str, int], Any] = {}
        self.repeated = 0

    async def accept(self, flow: str, name: str, documents: Any, *, first: int = 0) -> Accepted:
        new = 0
        for ordinal, document in enumerate(documents, first):
            new += (name, ordinal) not in self.documents
            self.documents[name, ordinal] = json.loads(document.raw)
        self.repeated += len(documents) - new
        return Accepted(new, len(documents) - new)

    async def progress(self, flow: str, name: str) -> FileProgress:
        return FileProgress()

    async def results(self, flow: str, name: str, *, first: int = 0, limit: int = 1000) -> Any:
        count = sum(1 for held, ordinal in self.documents if held == name and ordinal >= first)
        return [FileResult(True, "created", "K", "1")] * min(limit, count)


SOURCE = FileSource("bills*.jsonl*", "json_lines", None, None)


class Both:
    """A remote folder and a local one with what is between them."""

    def __init__(self, tmp_path: Path) -> None:
        self.there, self.here = tmp_path / "there", tmp_path / "here"
        self.out = self.there / "out"
        self.out.mkdir(parents=True)
        self.here.mkdir()
        self.inbox = Inbox()
        self.alarms = Alarms(Metrics())

    def inlet(self, sftp: Sftp, source: FileSource = SOURCE, **more: Any) -> tuple[Any, Any]:
        folders = Folders(self.here, self.here / "done", self.here / "failed")
        watcher = FolderWatcher(
            "bills", source, folders, self.inbox, settle_seconds=0, rescan_seconds=0.05
        )
        options = {"settle_seconds": 0.0, "rescan_seconds": 0.05, **more}
        inlet = RemoteInlet(
            "bills",
            source,
            sftp,
            "out",
            watcher=watcher,
            folder=self.here,
            alarms=self.alarms,
            **options,
        )
        return watcher, inlet

    def run(self, done: Callable[[], Any], factory: Any = asyncssh.SFTPServer, **more: Any) -> None:
        async def work() -> None:
            async with serving(self.there, factory) as port, connected(port) as sftp:
                watcher, inlet = self.inlet(sftp, **more)
                await watcher.start()
                await inlet.start()
                try:
                    await until("it is there", done)
                finally:
                    await inlet.stop()
                    await watcher.stop()

        asyncio.run(work())


def test_files_are_fetched_read_and_put_away_on_both_sides(tmp_path):
    both = Both(tmp_path)
    (both.out / "bills_1.jsonl").write_text('{"n": 1}\n{"n": 2}\n')
    (both.out / "other.txt").write_text("x")
    both.run((both.out / "done" / "bills_1.jsonl").exists)
    both.run((both.here / "done" / "bills_1.jsonl").exists)
    assert sorted(value["n"] for value in both.inbox.documents.values()) == [1, 2]
    assert (both.out / "other.txt").exists()
    assert list((both.out / ".claimed").iterdir()) == []
    # A second file of the name stays apart.
    (both.out / "bills_1.jsonl").write_text('{"n": 3}\n')
    both.run(
        lambda: (
            (both.here / "done" / "bills_1.2.jsonl").exists()
            and not list((both.out / ".claimed").iterdir())
        )
    )
    assert len(list((both.out / "done").iterdir())) == 2


def test_what_another_flow_has_claimed_in_the_same_folder_is_left_to_it(tmp_path):
    both = Both(tmp_path)
    place = both.out / ".claimed"
    place.mkdir()
    other = place / "20260101T000000-abcdef.bills-abroad~bills_1.jsonl"
    other.write_text('{"n": 1}\n')
    (both.out / "bills_2.jsonl").write_text('{"n": 2}\n')
    both.run((both.out / "done" / "bills_2.jsonl").exists)
    assert [value["n"] for value in both.inbox.documents.values()] == [2]
    assert other.exists()


def test_a_file_that_still_grows_or_waits_for_its_hour_is_left_alone(tmp_path):
    both = Both(tmp_path)
    (both.out / "bills_1.jsonl").write_text('{"n": 1}\n')

    async def work() -> None:
        now = [1000.0]
        async with serving(both.there) as port, connected(port) as sftp:
            watcher, inlet = both.inlet(sftp, settle_seconds=5.0, clock=lambda: now[0])
            assert watcher
            await inlet.once()
            now[0] += 6
            (both.out / "bills_1.jsonl").write_text('{"n": 1}\n{"n": 2}\n')
            await inlet.once()
            assert (both.out / "bills_1.jsonl").exists()
            now[0] += 6
            await inlet.once()
            assert not (both.out / "bills_1.jsonl").exists()
            later = FileSource(
                "bills*.jsonl", "json_lines", None, Schedule("02:30", "UTC", ("mon",))
            )
            (both.out / "bills_2.jsonl").write_text('{"n": 1}\n')
            at = (both.out / "bills_2.jsonl").stat().st_mtime
            _, waiting = both.inlet(sftp, later, clock=lambda: at + 60)
            await waiting.once()
            assert (both.out / "bills_2.jsonl").exists()

    asyncio.run(work())


class CutError(Exception):
    pass


@pytest.mark.parametrize("step", range(8))
@pytest.mark.parametrize("after", [True, False])
def test_a_kill_at_any_step_neither_loses_nor_doubles_a_document(
    tmp_path, step, after, monkeypatch
):
    both = Both(tmp_path)
    (both.out / "bills_1.jsonl").write_text('{"n": 1}\n{"n": 2}\n')
    left = [step]

    def cut(name: str) -> Any:
        method = getattr(Sftp, name)

        async def step_(self: Any, *args: Any) -> Any:
            left[0] -= 1
            if left[0] == -1 and not after:
                raise CutError
            found = await method(self, *args)
            if left[0] == -1:
                raise CutError
            return found

        return step_

    async def first() -> None:
        async with serving(both.there) as port, connected(port) as sftp:
            _, inlet = both.inlet(sftp)
            await inlet.once()
            raise CutError  # it came through

    with monkeypatch.context() as patch:
        for name in ("names", "files", "move", "download", "exists"):
            patch.setattr(Sftp, name, cut(name))
        with pytest.raises(CutError):
            asyncio.run(first())
    both.run(
        lambda: len(both.inbox.documents) >= 2 and list((both.out / "done").glob("*bills_1.jsonl"))
    )
    assert sorted(value["n"] for value in both.inbox.documents.values()) == [1, 2]
    assert len({name for name, _ in both.inbox.documents}) == 1


def test_a_machine_that_is_lost_before_the_inbox_has_a_file_loses_none(tmp_path):
    """Until then the file stays claimed there: another agent, with another disk, fetches it under the same token."""
    both = Both(tmp_path)
    (both.out / "bills_1.jsonl").write_text('{"n": 1}\n{"n": 2}\n')

    async def fetched() -> None:
        async with serving(both.there) as port, connected(port) as sftp:
            _, inlet = both.inlet(sftp)  # nobody reads here
            await inlet.once()
            await inlet.once()

    asyncio.run(fetched())
    assert list((both.here / ".claimed").iterdir())
    both.here = tmp_path / "elsewhere"
    both.here.mkdir()
    both.run((both.out / "done" / "bills_1.jsonl").exists)
    assert sorted(value["n"] for value in both.inbox.documents.values()) == [1, 2]


class Hostile(asyncssh.SFTPServer):
    """A server that names files as no file is named, and leads links out of its folder."""

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        async for entry in super().scandir(path):
            yield entry
        plain = asyncssh.SFTPAttrs(type=asyncssh.FILEXFER_TYPE_REGULAR, size=9, mtime=0)
        for name in (
            b"../../bills_up.jsonl",
            b"/tmp/bills_abs.jsonl",
            b"bills_\n.jsonl",
            b"bills_\\..\\x.jsonl",
            b"bills_" + b"x" * 300 + b".jsonl",
            b"..",
        ):
            yield asyncssh.SFTPName(name, attrs=plain)


def test_names_and_links_of_the_other_side_reach_no_other_file(tmp_path):
    both = Both(tmp_path)
    secret = both.there / "secret.jsonl"
    secret.write_text('{"n": "secret"}\n')
    (both.out / "bills_link.jsonl").symlink_to(secret)
    (both.out / "bills_dir.jsonl").mkdir()
    (both.out / "bills_1.jsonl").write_text('{"n": 1}\n')
    before = {path for path in tmp_path.rglob("*") if both.here not in path.parents}
    both.run(
        lambda: (
            (both.here / "done" / "bills_1.jsonl").exists()
            and (both.out / "done" / "bills_1.jsonl").exists()
        ),
        Hostile,
    )
    assert [value["n"] for value in both.inbox.documents.values()] == [1]
    new = {path for path in tmp_path.rglob("*") if both.here not in path.parents} - before
    assert {path.relative_to(both.out).parts[0] for path in new} == {".claimed", "done"}
    assert (both.out / "bills_link.jsonl").is_symlink()


def test_a_file_that_is_too_long_is_said_and_not_kept(tmp_path):
    both = Both(tmp_path)
    (both.out / "bills_1.jsonl").write_text('{"n": 1}\n' * 1000)
    both.run(lambda: both.alarms.standing(), max_bytes=1000)
    assert both.inbox.documents == {}
    both.run((both.here / "done" / "bills_1.jsonl").exists)  # once the bound is lifted
    assert len(both.inbox.documents) == 1000


# --- who is who ---


def reach(tmp_path: Path, **more: Any) -> Any:
    async def work() -> Any:
        async with serving(tmp_path) as port, connected(port, **more) as sftp:
            return await sftp.names("x")

    return asyncio.run(work())


def test_a_password_or_a_key_opens_the_door(tmp_path):
    assert reach(tmp_path) == []
    text = CLIENT_KEY.export_private_key(passphrase="words").decode()
    key = {"private_key": lambda: text, "passphrase": lambda: "words", "password": None}
    assert reach(tmp_path, **key) == []


def test_who_is_not_known_is_told_so_without_secrets(tmp_path):
    other = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()
    for more in (
        {"password": lambda: "wr0ng"},
        {"user": "other"},
        {"password": None, "private_key": lambda: other},
        {"password": None, "private_key": lambda: "wr0ng"},
    ):
        with pytest.raises(TargetRefused) as caught:
            reach(tmp_path, **more)
        assert caught.value.status == 401
        assert "wr0ng" not in str(caught.value)


def test_a_host_with_another_key_is_not_talked_to(tmp_path):
    other = asyncssh.generate_private_key("ssh-ed25519")
    asked: list[str] = []
    with pytest.raises(TargetRefused) as caught:
        reach(tmp_path, host_key=public(other), password=lambda: asked.append("x") or "right")
    assert caught.value.code == "host_key"
    known = tmp_path / "known_hosts"
    known.write_text(f"elsewhere.example {public(HOST_KEY)}\n")
    with pytest.raises(TargetRefused):
        reach(tmp_path, host_key=None, known_hosts=known)
    known.write_text(f"* {public(HOST_KEY)}\n")
    assert reach(tmp_path, host_key=None, known_hosts=known) == []
    with pytest.raises(ConfigError, match="host_key"):
        Sftp(host(22, host_key="nonsense"))


def test_a_host_that_is_down_or_breaks_off_is_tried_again(tmp_path):
    async def work() -> None:
        async with serving(tmp_path) as port:
            sftp = Sftp(host(port))
            assert await sftp.names("x") == []
            assert sftp._connection is not None
            sftp._connection.abort()
            await asyncio.sleep(0.05)
            assert await sftp.names("x") == []
        await sftp.aclose()
        with pytest.raises(TargetUnavailable):
            await sftp.names("x")

    asyncio.run(work())


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"host": "h", "user": "u", "host_key": "k"}, "password or private_key"),
        ({"host": "h", "user": "u", "password": "p"}, "host must prove"),
        (
            {"host": "h", "user": "u", "password": "p", "host_key": "k", "known_hosts": "f"},
            "host must prove",
        ),
    ],
)
def test_a_host_must_prove_itself_and_be_shown_who_we_are(section, message):
    with pytest.raises(ValueError, match=message):
        Config.model_validate({"bundle": "b", "environment": "e", "sftp": {"bank": section}})


# --- out ---


def test_files_out_appear_whole_and_a_kill_doubles_nothing(tmp_path):
    (tmp_path / "in").mkdir()

    async def work() -> None:
        async with serving(tmp_path) as port, connected(port) as sftp:
            place = RemotePlace(sftp, "in", ".suiteloom-x")
            assert await place.hidden() == []
            await place.write("a.part", b"x" * 1_000_000)
            assert await place.hidden() == ["a.part"]
            assert [path.name for path in (tmp_path / "in").iterdir()] == [".suiteloom-x"]
            assert await place.read("a.part") == b"x" * 1_000_000
            assert await place.read("nothing") == b""
            await place.publish("a.part", "a.jsonl")
            await place.publish("a.part", "a.jsonl")  # by somebody else already
            await place.remove("a.part")
            assert await place.hidden() == []

    asyncio.run(work())
    assert (tmp_path / "in" / "a.jsonl").stat().st_size == 1_000_000


def test_the_agent_fetches_and_delivers_by_sftp(bench: Bench, tmp_path) -> None:
    there = tmp_path / "there"
    (there / "out").mkdir(parents=True)
    (there / "in").mkdir()
    (tmp_path / "spool").mkdir()
    (there / "out" / "bill.json").write_text('[{"id": 5, "total": 14.10}]')
    content = flows_json()
    content["flows"][-1]["target"] = {"folder": {"format": "json_lines", "most": 10, "columns": {}}}
    written = bench.write

    async def whole() -> None:
        async with serving(there) as port:
            bench.more = {
                "sftp.bank": f'host = "127.0.0.1"\nport = {port}\nuser = "acme"\npassword = "bank"\n'
                f'host_key = "{public(HOST_KEY)}"\n',
                "watch.bills": 'folder = "spool"\nsftp = "bank"\nremote = "out"\n'
                "settle_seconds = 0.0\nrescan_seconds = 0.05\n",
                "deliver.tracking": 'sftp = "bank"\nremote = "in"\ngather_seconds = 0.0\n',
            }

            def write(listen: str = "127.0.0.1:0") -> Path:
                path = written(listen)
                (tmp_path / "secrets" / "bank").write_text("right")
                (tmp_path / "flows.json").write_text(json.dumps(content))
                return path

            bench.write = write  # type: ignore[method-assign]
            async with bench.running() as client:
                body = event("e1", data={"n": 1})
                await client.post("/netsuite/events", content=body, headers=signed(body, "e1"))
                await until("delivered", lambda: list((there / "in").glob("*.jsonl")))
                await until("imported", lambda: "O-5" in bench.account.records)
                await until("reported", (tmp_path / "spool" / "done" / "bill.json").exists)

    asyncio.run(whole())
    (path,) = (there / "in").glob("*.jsonl")
    assert json.loads(path.read_text()) == {"n": 1}
    assert (there / "out" / "done" / "bill.json").exists()
