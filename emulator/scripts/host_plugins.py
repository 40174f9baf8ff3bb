"""N/plugin and N/translation: what the project deployed."""

from __future__ import annotations

from typing import Any

from emulator.errors import NetSuiteError
from emulator.ports import Account
from emulator.scripts.execution import Execution

Args = dict[str, Any]
DEFAULT = "default"


class Plugins:
    """Custom plug-in types and their implementations."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def find(self, _: Execution, args: Args) -> list[str]:
        """Script ids of the active implementations of a type, the default one first; none for no type."""
        if args["type"] not in self._account.assets("plugintype"):
            return []
        return ([DEFAULT] if args["includeDefault"] else []) + self._implementations(args["type"])

    def load(self, _: Execution, args: Args) -> str:
        """The file of an implementation; without an id that of the one that is in use."""
        type_, asked = args["type"], args["implementation"]
        kind = self._account.assets("plugintype").get(type_)
        found = self._implementations(type_)
        if kind is not None and asked is None:
            prefers = self._account.switches()["plugin_prefers_implementation"]
            asked = found[0] if found and prefers else DEFAULT
        if kind is None or (asked != DEFAULT and asked not in found):
            raise NetSuiteError(
                "UNABLE_TO_FIND_IMPLEMENTATION_1_FOR_PLUGIN_2",
                f"Unable to find implementation {asked} for plugin {type_}.",
            )
        if asked == DEFAULT:
            return str(kind.facts["scriptfile"])
        return str(self._account.assets("pluginimplementation")[asked].facts["scriptfile"])

    def _implementations(self, type_: str) -> list[str]:
        return [
            name
            for name, asset in self._account.assets("pluginimplementation").items()
            if asset.facts.get("customplugintype") == type_
            and asset.facts.get("isinactive") != "T"
            and asset.facts.get("status", "RELEASED") == "RELEASED"
        ]


class Translations:
    """Translation collections; the project brings texts in their default language only."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def load(self, _: Execution, args: Args) -> dict[str, Any]:
        """{language, strings} of a collection."""
        found = self._account.assets("translationcollection").get(args["collection"])
        if found is None:
            raise NetSuiteError(
                "INVALID_TRANSLATION_COLLECTION",
                f"There is no translation collection {args['collection']}.",
            )
        texts = {name: text["defaulttranslation"] for name, text in found.facts["strings"].items()}
        return {"language": found.facts["defaultlanguage"], "strings": texts}
