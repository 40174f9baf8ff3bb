"""The File Cabinet: folders and text files, with the permission that a script needs for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

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
_TYPES = {
    ".js": "JAVASCRIPT",
    ".json": "JSON",
    ".csv": "CSV",
    ".xml": "XMLDOC",
    ".txt": "PLAINTEXT",
}
Allows = Callable[[Session, str, str], bool]


class Cabinet:
    """Implements emulator.ports.FileCabinet over the account's database."""

    def __init__(self, store: Store, now_ms: Callable[[], int], allows: Allows) -> None:
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
        row = self._store.one(
            "SELECT id, name, folder, path, type, encoding, text, description, created, modified"  # noqa: S608 - column is one of two words
            f" FROM file WHERE {column} = ?",
            ref,
        )
        if row is None:
            raise NetSuiteError("RCRD_DSNT_EXIST", f"That record does not exist. path: {ref}")
        keys = ("id", "name", "folder", "path", "type", "encoding", "text")
        more = ("description", "created", "modified")
        return dict(zip(keys + more, row, strict=True))

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
        if len(text.encode()) > MAX_BYTES:
            raise NetSuiteError(
                "SSS_FILE_CONTENT_SIZE_EXCEEDED", "The file content is larger than 10 MB."
            )
        with self._store.step():
            place = PurePosixPath(path)
            folder = self.folder(str(place.parent), create=True)
            row = self._store.one("SELECT id, created FROM file WHERE path = ?", path)
            now = self._now_ms()
            number = row[0] if row else self._store.next("file", 2001)
            self._store.run(
                "INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                number,
                folder,
                place.name,
                path,
                attributes.get("type") or _TYPES.get(place.suffix.lower(), "PLAINTEXT"),
                attributes.get("encoding"),
                attributes.get("description"),
                text,
                row[1] if row else now,
                now,
            )
        return int(number)

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
