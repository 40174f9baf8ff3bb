"""The account: records, rules, files, roles; `LocalAccount` implements emulator.ports.Account."""

from emulator.account.account import SYSTEM, LocalAccount
from emulator.account.installed import Package, RecordSettings
from emulator.account.preferences import ADVERSARIAL, Preferences
from emulator.account.roles import ADMINISTRATOR, Access, Role

__all__ = [
    "ADMINISTRATOR",
    "ADVERSARIAL",
    "SYSTEM",
    "Access",
    "LocalAccount",
    "Package",
    "Preferences",
    "RecordSettings",
    "Role",
]
