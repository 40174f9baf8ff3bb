"""The File Cabinet: folders and files, with the permission that a script needs for them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from emulator.account import filetypes
from emulator.account.store import Store
from emulator.errors import NetSuiteError
from emulator.ports import Session

# Top folders and their internal ids, which are the same in every account.
TOP_FOLDERS = {
    "/SuiteScripts": -15,
    "/SuiteApps": -19,
    "/Templates": -9,
    "/Web Site Hosting Files": -8,
}
MAX_BYTES = 10 * 1024 * 1024
PERMISSION = "LIST_FILECABINET"
MEDIA = "/core/media/media.nl"
_MORE = ("description", "created", "modified", "size", "online", "inactive")
Allows = Callable[[Session, str, str], bool]


class Cabinet:
    """Implements emulator.ports.FileCabinet over the account's database."""

    def __init__(
        self, account: str, store: Store, now_ms: Callable[[], int], allows: Allows
    ) -> None:
        self._account = account
        self._store = store
        self._now_ms = now_ms
        self._allows = allows

    def install(self) -> None:
        """Make the top folders."""
        for path, number in TOP_FOLDERS.items():
            self._store.run(
                "INSERT OR IGNORE INTO folder VALUES (?, NULL, ?, ?)", number, path[1:], path
            )

    def folder(self, path: str, *, create: bool = False) -> int:
        """Internal id of a folder, made with all above it on request; RCRD_DSNT_EXIST otherwise."""
        path = _clean(path)
        row = self._store.one("SELECT id FROM folder WHERE path = ?", path)
        if row is not None:
            return int(row[0])
        parent = str(PurePosixPath(path).parent)
        if not create or parent == path:
            raise NetSuiteError("RCRD_DSNT_EXIST", f"That folder does not exist: {path}")
        if parent == "/":
            raise NetSuiteError("INSUFFICIENT_PERMISSION", f"No top folder can be made: {path}")
        with self._store.step():
            above = self.folder(parent, create=True)
            number = self._store.next("folder", 1001)
            self._store.run(
                "INSERT INTO folder VALUES (?, ?, ?, ?)",
                number,
                above,
                PurePosixPath(path).name,
                path,
            )
        return number

    def load(self, session: Session, ref: str | int) -> dict[str, Any]:
        """A file by path or id, as emulator.ports.FileCabinet.load describes it."""
        self._require(session, "VIEW")
        return self._read(ref)

    def _read(self, ref: str | int) -> dict[str, Any]:
        column = "path"
        if isinstance(ref, int) or ref.lstrip("-").isdigit():
            column, ref = "id", int(ref)
        else:
            ref = _clean(ref)
        keys = ("id", "name", "folder", "path", "type", "encoding", "text", *_MORE)
        row = self._store.one(
            f"SELECT {', '.join(keys)} FROM file WHERE {column} = ?",  # noqa: S608 - fixed words
            ref,
        )
        if row is None:
            raise NetSuiteError("RCRD_DSNT_EXIST", f"That record does not exist. path: {ref}")
        found = dict(zip(keys, row, strict=True))
        found["url"] = self._url(found)
        return found

    def _url(self, file: dict[str, Any]) -> str:
        """Where the file is served: internal id, account and a hash that nobody guesses."""
        return f"{MEDIA}?id={file['id']}&c={self._account}&h={self._hash(file)}"

    def _hash(self, file: dict[str, Any]) -> str:
        text = f"{self._account}:{file['id']}:{file['created']}"
        return hashlib.sha256(text.encode()).hexdigest()[:20]

    def served(self, id: int, hash: str) -> tuple[bytes, str] | None:  # noqa: A002
        """
        Contents and media type of a file that is available without login, by internal id and hash.

        None where there is no such file, or it is not for everybody.
        """
        row = self._store.one("SELECT path FROM file WHERE id = ? AND online = 1", id)
        if row is None:
            return None
        file = self._read(str(row[0]))
        if self._hash(file) != hash or file["inactive"]:
            return None
        data = filetypes.to_bytes(file["type"], file["encoding"], file["text"])
        return data, filetypes.MIME.get(file["type"], "application/octet-stream")

    def save(self, session: Session, name: str, folder: int, text: str, **attributes: Any) -> int:
        """Create a file or replace the one of that name in the folder; returns its id."""
        row = self._store.one("SELECT path FROM folder WHERE id = ?", folder)
        if row is None:
            raise NetSuiteError("INVALID_KEY_OR_REF", f"Invalid folder reference key {folder}.")
        path = f"{row[0]}/{name}"
        exists = self._store.one("SELECT 1 FROM file WHERE path = ?", path) is not None
        self._require(session, "EDIT" if exists else "CREATE")
        return self.write(path, text, **attributes)

    def write(self, path: str, text: str, **attributes: Any) -> int:
        """Create or replace a file without a permission check (deployment)."""
        path = _clean(path)
        place = PurePosixPath(path)
        type_ = attributes.get("type") or filetypes.by_name(place.name)
        encoding = attributes.get("encoding")
        data = filetypes.to_bytes(type_, encoding, text)
        if len(data) > MAX_BYTES:
            raise NetSuiteError(
                "SSS_FILE_CONTENT_SIZE_EXCEEDED", "The file content is larger than 10 MB."
            )
        with self._store.step():
            folder = self.folder(str(place.parent), create=True)
            row = self._store.one("SELECT id, created FROM file WHERE path = ?", path)
            now = self._now_ms()
            number = int(row[0]) if row else self._store.next("file", 2001)
            values = {
                "id": number,
                "folder": folder,
                "name": place.name,
                "path": path,
                "type": type_,
                "encoding": encoding,
                "description": attributes.get("description"),
                "text": filetypes.to_text(type_, encoding, data),
                "created": row[1] if row else now,
                "modified": now,
                "size": len(data),
                "online": bool(attributes.get("online")),
                "inactive": bool(attributes.get("inactive")),
            }
            marks = ", ".join("?" * len(values))
            self._store.run(
                f"INSERT OR REPLACE INTO file ({', '.join(values)}) VALUES ({marks})",  # noqa: S608
                *values.values(),
            )
        return number

    def move(self, session: Session, id: int, folder: int, name: str) -> None:  # noqa: A002
        """Give a file another folder or name, as saving a loaded file does."""
        self._require(session, "EDIT")
        row = self._store.one("SELECT path FROM folder WHERE id = ?", folder)
        if row is None:
            raise NetSuiteError("INVALID_KEY_OR_REF", f"Invalid folder reference key {folder}.")
        self._store.run(
            "UPDATE file SET folder = ?, name = ?, path = ? WHERE id = ?",
            folder,
            name,
            f"{row[0]}/{name}",
            id,
        )

    def copy(self, session: Session, id: int, folder: int, conflict: str) -> int:  # noqa: A002
        """
        Copy a file into a folder; returns the copy's id.

        `conflict` is a file.NameConflictResolution: FAIL refuses with FILE_ALREADY_EXISTS.
        """
        self._require(session, "VIEW")
        file = self._read(id)
        name = file["name"]
        there = self._in_folder(folder, name)
        if there is not None and conflict == "FAIL":
            raise NetSuiteError(
                "FILE_ALREADY_EXISTS", f"A file named {name} is already in the folder {folder}."
            )
        if there is not None and conflict == "RENAME_TO_UNIQUE":
            stem, dot, ending = name.rpartition(".")
            number = 1
            while there is not None:
                name = f"{stem}{number}.{ending}" if dot else f"{ending}{number}"
                there = self._in_folder(folder, name)
                number += 1
        kept = self._read(there) if there is not None and conflict == "OVERWRITE" else file
        attributes = {key: kept[key] for key in ("description", "online", "inactive")}
        return self.save(
            session,
            name,
            folder,
            file["text"],
            type=file["type"],
            encoding=file["encoding"],
            **attributes,
        )

    def _in_folder(self, folder: int, name: str) -> int | None:
        row = self._store.one("SELECT id FROM file WHERE folder = ? AND name = ?", folder, name)
        return None if row is None else int(row[0])

    def delete(self, session: Session, id: int) -> None:  # noqa: A002
        """Delete a file; needs the permission at FULL, as deleting does everywhere."""
        self._require(session, "FULL")
        path = self._read(id)["path"]
        self._store.run("DELETE FROM file WHERE path = ?", path)

    def source(self, path: str) -> str:
        """A script's text, without a permission check."""
        return str(self._read(path)["text"])

    def exists(self, path: str) -> bool:
        """Whether there is a file at a path."""
        return self._store.one("SELECT 1 FROM file WHERE path = ?", _clean(path)) is not None

    def _require(self, session: Session, level: str) -> None:
        if not self._allows(session, PERMISSION, level):
            raise NetSuiteError(
                "INSUFFICIENT_PERMISSION",
                f"Permission Violation: You need the 'Documents and Files' permission ({level}).",
            )


def _clean(path: str) -> str:
    """`/a/b` for `a/b`, `/a/b` and `/a/b/`."""
    return "/" + path.strip("/")
