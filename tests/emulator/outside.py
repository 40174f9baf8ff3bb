"""The account of the project tests/emulator/styles/project as a client over HTTP sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests
from requests_oauthlib import OAuth1

from emulator.errors import NetSuiteError
from emulator.server import LocalServer


class Account:
    """The account from outside: RESTlets by token, people and time by the control API."""

    def __init__(self, server: LocalServer) -> None:
        self.server = server
        self.control = server.control
        self._hosting = f"{server.url}/app/site/hosting"
        ready = server.ready
        self._auth = OAuth1(
            ready["consumer_key"], ready["consumer_secret"], ready["admin_token_id"],
            ready["admin_token_secret"], signature_method="HMAC-SHA256", realm=ready["account"],
        )  # fmt: skip

    def call(self, name: str, method: str, body: Any = None, /, **params: Any) -> Any:
        reply = requests.request(
            method, f"{self._hosting}/restlet.nl", json=body, auth=self._auth, timeout=60,
            params={"script": f"customscript_styles_{name}", "deploy": f"customdeploy_styles_{name}", **params},
            headers={"Content-Type": "application/json"},
        )  # fmt: skip
        if reply.status_code != 200:
            raise NetSuiteError(reply.json()["error"]["code"], reply.text)
        try:
            return reply.json()
        except ValueError:
            return reply.text

    def suitelet(
        self, name: str, /, params: Mapping[str, Any], form: Mapping[str, str] | None = None
    ) -> requests.Response:
        """Open a Suitelet, or post its form."""
        return requests.request(
            "GET" if form is None else "POST", f"{self._hosting}/scriptlet.nl",
            params={"script": f"customscript_styles_{name}", "deploy": f"customdeploy_styles_{name}", **params},
            data=form, auth=self._auth, allow_redirects=False, timeout=60,
        )  # fmt: skip

    def follow(self, location: str) -> requests.Response:
        """Go where a page sent the browser."""
        return requests.get(
            self.server.url + location[location.index("/app/") :], auth=self._auth, timeout=60
        )

    def logged(self, script: str) -> list[tuple[str, str]]:
        """Title and details of a script's log rows, oldest first."""
        rows = self.control.log()
        return [
            (row["title"], row["details"])
            for row in rows
            if row["script"] == f"customscript_styles_{script}"
        ]

    def get(self, name: str, /, **params: Any) -> Any:
        return self.call(name, "GET", **params)

    def post(self, name: str, /, **body: Any) -> Any:
        return self.call(name, "POST", body)

    def put(self, name: str, /, **body: Any) -> Any:
        return self.call(name, "PUT", body)

    def customer(self, name: str, /, **fields: Any) -> int:
        (made,) = self.control.seed(
            [
                {
                    "type": "customer",
                    "fields": {"companyname": name, "entityid": name, "subsidiary": "1", **fields},
                }
            ]
        )
        return made

    def item(self, name: str, price: float) -> int:
        (made,) = self.control.seed(
            [
                {
                    "type": "inventoryitem",
                    "fields": {"itemid": name, "subsidiary": ["1"], "taxschedule": "1"},
                    "sublists": {"price": [{"fields": {"pricelevel": "1", "price_1_": price}}]},
                }
            ]
        )
        return made

    def vendor(self, name: str, /, **fields: Any) -> int:
        (made,) = self.control.seed(
            [
                {
                    "type": "vendor",
                    "fields": {"companyname": name, "entityid": name, "subsidiary": "1", **fields},
                }
            ]
        )
        return made

    def one(self, type: str, id: int) -> dict[str, Any]:
        return self.control.records(type, id=id)[0]

    def text(self, path: str) -> str:
        """What a file holds, or NetSuiteError RCRD_DSNT_EXIST."""
        return str(self.get("file_rl", path=path)["contents"])
