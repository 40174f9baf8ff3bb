"""The account: records, rules, files, roles; `LocalAccount` implements emulator.ports.Account."""

from emulator.account.account import SYSTEM, LocalAccount
from emulator.account.installed import Package, RecordSettings
from emulator.account.preferences import Preferences
from emulator.account.roles import ADMINISTRATOR, Access, Role

__all__ = [
    "ADMINISTRATOR",
    "SYSTEM",
    "Access",
    "LocalAccount",
    "Package",
    "Preferences",
    "RecordSettings",
    "Role",
]
