"""Folders as records: the File Cabinet keeps them, scripts also create and load them with N/record."""

from __future__ import annotations

from typing import Any

from emulator.account.store import Row, Store
from emulator.errors import NetSuiteError


def read(store: Store, space: str, id: int) -> Row | None:  # noqa: A002
    """A folder or file that no script has saved as a record, None where the cabinet has none."""
    if space == "folder":
        row = store.one("SELECT name, parent FROM folder WHERE id = ?", id)
    else:
        row = store.one("SELECT name, folder FROM file WHERE id = ?", id)
    if row is None:
        return None
    fields = {"name": row[0]}
    if row[1] is not None:
        fields["parent" if space == "folder" else "folder"] = str(row[1])
    return Row(space, id, space, None, 1, 0, 0, fields, {}, {})


def prepare(store: Store, id: int | None, fields: dict[str, Any]) -> None:  # noqa: A002
    """A name is unique in its folder: A_FOLDER_WITH_THE_SAME_NAME_ALREADY_EXISTS_IN_THE_SELECTED_FOLDER."""
    found = store.one("SELECT id FROM folder WHERE path = ?", _path(store, fields))
    if found is not None and found[0] != id:
        raise NetSuiteError(
            "A_FOLDER_WITH_THE_SAME_NAME_ALREADY_EXISTS_IN_THE_SELECTED_FOLDER",
            "A folder with the same name already exists in the selected folder.",
        )


def follow(store: Store, row: Row) -> None:
    """Put a saved folder into the cabinet; what lies in it moves along."""
    before = store.one("SELECT path FROM folder WHERE id = ?", row.id)
    path = _path(store, row.fields)
    parent = row.fields.get("parent")
    store.run(
        "INSERT OR REPLACE INTO folder VALUES (?, ?, ?, ?)",
        row.id,
        None if parent is None else int(parent),
        row.fields["name"],
        path,
    )
    if before is not None and before[0] != path:
        for table in ("folder", "file"):
            store.run(
                f"UPDATE {table} SET path = ? || substr(path, ?) WHERE path LIKE ? || '/%'",  # noqa: S608 - one of two
                path,
                len(before[0]) + 1,
                before[0],
            )


def drop(store: Store, id: int) -> None:  # noqa: A002
    """Take an empty folder out of the cabinet."""
    full = store.one(
        "SELECT 1 FROM file WHERE folder = ? UNION ALL SELECT 1 FROM folder WHERE parent = ?",
        id,
        id,
    )
    if full is not None:
        raise NetSuiteError(
            "THIS_RECORD_CANNOT_BE_DELETED_BECAUSE_IT_HAS_DEPENDENT_RECORDS",
            "This folder is not empty.",
        )
    store.run("DELETE FROM folder WHERE id = ?", id)


def _path(store: Store, fields: dict[str, Any]) -> str:
    parent = fields.get("parent")
    if parent is None:
        return f"/{fields.get('name', '')}"
    above = store.one("SELECT path FROM folder WHERE id = ?", int(parent))
    if above is None:
        raise NetSuiteError("INVALID_KEY_OR_REF", f"Invalid parent reference key {parent}.")
    return f"{above[0]}/{fields.get('name', '')}"
