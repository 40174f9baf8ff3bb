"""What an administrator sets in an account: permissions of roles, features, preferences of scripts, secrets."""

from __future__ import annotations

from typing import Any

from emulator.account.book import Book
from emulator.account.installed import Installed
from emulator.account.roles import LEVELS, Roles
from emulator.account.store import Store
from emulator.errors import NetSuiteError, UsageError
from emulator.ports import Session


class Administration:
    """The part of an account that people set up and scripts ask for."""

    roles: Roles
    _store: Store
    _book: Book
    _installed: Installed

    def allows(self, session: Session, permission: str, level: str) -> bool:
        """Whether the session's role has a permission, or may reach a custom record type, at a level."""
        settings = self._installed.records.get(permission)
        if settings is not None:
            return self.roles.reaches(session.role, permission, settings.access, level)
        return self.roles.allows(session.role, permission, level)

    def record_number(self, record: str) -> int:
        """The number of a custom record type: its place among them by script id."""
        custom = sorted(
            r.id for r in self._installed.catalog.records.values() if r.kind == "custom"
        )
        return custom.index(record) + 1

    def external_role(self, role: str) -> bool:
        """Whether a role is one of customers, vendors or partners."""
        found = self.roles.get(role)
        return found is not None and found.external

    def grant(self, role: str, permission: str, level: str) -> None:
        """Change a permission of a role by hand, as an administrator does."""
        if level not in LEVELS:
            raise UsageError(f"{level} is no permission level: {', '.join(LEVELS)}")
        if self.roles.get(role) is None:
            raise UsageError(f"There is no role {role}")
        with self._store.step():
            self.roles.grant(role, permission, level)

    def person(self, session: Session) -> dict[str, Any]:
        """The user of a session, from the employee record, and the role's centre."""
        fields = self._book.fields("employee", session.user)
        role = self.roles.get(session.role)
        return {
            "name": fields.get("entityid", "-System-"),
            "email": fields.get("email", ""),
            "department": int(fields.get("department", 0)),
            "location": int(fields.get("location", 0)),
            "subsidiary": int(fields.get("subsidiary", 1)),
            "center": "BASIC" if role is None else role.center,
        }

    def feature(self, name: str) -> bool:
        """Whether a feature is in effect."""
        return name.upper() in (self._store.setting("features") or ())

    def _named_features(self) -> set[str]:
        return {
            name for record in self._installed.catalog.records.values() for name in record.features
        }

    def set_feature(self, name: str, *, enabled: bool) -> None:
        """Switch a feature on or off."""
        features = set(self._store.setting("features") or ())
        features = features | {name.upper()} if enabled else features - {name.upper()}
        self._store.set("features", sorted(features))

    def script_preference(self, parameter: str, user: int | None) -> Any:
        """The value of a script parameter that is a preference: a user's, or the company's (None)."""
        kept = self._store.setting("script_preferences") or {}
        return kept.get(str(user or "company"), {}).get(parameter)

    def set_script_preference(self, parameter: str, value: Any, user: int | None = None) -> None:
        """Set such a value, as people do under Set Preferences and General Preferences; None takes it away."""
        kept = self._store.setting("script_preferences") or {}
        kept.setdefault(str(user or "company"), {})[parameter] = value
        self._store.set("script_preferences", kept)

    def secret(self, scriptid: str) -> str:
        """The text of an API secret; KEY_NOT_FOUND where there is none."""
        row = self._store.one("SELECT text FROM secret WHERE scriptid = ?", scriptid)
        if row is None:
            raise NetSuiteError("KEY_NOT_FOUND", f"There is no API secret {scriptid}.")
        return str(row[0])

    def set_secret(self, scriptid: str, text: str) -> None:
        """Make or change an API secret."""
        self._store.run("INSERT OR REPLACE INTO secret VALUES (?, ?)", scriptid, text)
