"""The header of a script file: `@NApiVersion`, `@NScriptType` and `@NModuleScope`."""

from __future__ import annotations

import re

_BLOCK = re.compile(r"/\*\*.*?\*/", re.DOTALL)
_TAG = re.compile(r"@(NApiVersion|NScriptType|NModuleScope)[ \t]+(\S+)")
SCRIPT_TYPES = frozenset(
    {"Restlet", "UserEventScript", "MapReduceScript", "ScheduledScript", "Suitelet", "ClientScript"}
    | {"MassUpdateScript", "Portlet", "WorkflowActionScript", "BundleInstallationScript"}
    | {"SDFInstallationScript", "EventSubscriber", "PluginType", "PluginTypeImpl"}
)


def tags(text: str) -> dict[str, str]:
    """The tags of the first comment block that has any."""
    for block in _BLOCK.findall(text):
        found = dict(_TAG.findall(block))
        if found:
            return found
    return {}
